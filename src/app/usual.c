#include "app/usual.h"

#include <stdlib.h>

void usual_release(struct usual *u)
{
    for (size_t s = 0; s < u->stage_count; s++) vector_release(&u->stages[s]);
    free(u->stages);
    *u = (struct usual){0};
}

static void begin(struct usual *u, const struct fact_table *t)
{
    if (u->stages) return;
    u->stage_count = t->definition->funnels[t->funnel].stage_count;
    u->stages = memory_new((u->stage_count + 1) * sizeof *u->stages);
}

static void collect_row(struct usual *u, const struct fact_table *t, size_t row)
{
    for (size_t s = 0; s + 1 < u->stage_count; s++)
        if (t->entered[s][row] != INSTANT_NONE && t->entered[s + 1][row] != INSTANT_NONE && !(t->carried[row] >> s & 3))
            vector_push(&u->stages[s], t->entered[s + 1][row] - t->entered[s][row]);
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void sort(struct usual *u)
{
    for (size_t s = 0; s < u->stage_count; s++)
        if (u->stages[s].count) qsort(u->stages[s].at, u->stages[s].count, sizeof *u->stages[s].at, by_size);
}

void usual_fill(struct usual *u, const struct fact_table *t)
{
    usual_release(u);
    begin(u, t);
    for (size_t i = 0; i < t->rows; i++) collect_row(u, t, i);
    sort(u);
}

void usual_collect(struct usual *u, const struct fact_table *t, const uint32_t *rows, size_t count)
{
    begin(u, t);
    for (size_t i = 0; i < count; i++) collect_row(u, t, rows[i]);
}

/* One of each that is gone; each is there. */
static void take_out(struct times *t, const struct times *gone)
{
    size_t to = 0, next = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (next < gone->count && gone->at[next] == t->at[i])
            next++;
        else
            t->at[to++] = t->at[i];
    }
    t->count = to;
}

/* From the end on, so that nothing is overwritten that is still to be moved. */
static void put_in(struct times *t, const struct times *added)
{
    size_t a = t->count, b = added->count, end = a + b;
    vector_reserve(t, end);
    t->count = end;
    while (b) t->at[--end] = a && t->at[a - 1] > added->at[b - 1] ? t->at[--a] : added->at[--b];
}

void usual_change(struct usual *u, struct usual *gone, struct usual *added)
{
    sort(gone);
    sort(added);
    for (size_t s = 0; s < u->stage_count; s++) {
        if (s < gone->stage_count && gone->stages[s].count) take_out(&u->stages[s], &gone->stages[s]);
        if (s < added->stage_count && added->stages[s].count) put_in(&u->stages[s], &added->stages[s]);
    }
}

int64_t *usual_medians(const struct usual *u)
{
    int64_t *medians = memory_new((u->stage_count + 1) * sizeof *medians);
    for (size_t s = 0; s < u->stage_count; s++) {
        const struct times *t = &u->stages[s];
        medians[s] = !t->count ? -1 : (t->at[(t->count - 1) / 2] + t->at[t->count / 2]) / 2;
    }
    return medians;
}
