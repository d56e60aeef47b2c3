#include "analysis/pivot.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "analysis/dimension.h"
#include "analysis/statistics.h"
#include "base/vector.h"
#include "base/zone.h"
#include "value/csv_write.h"

static const char *const TIME_NAMES[] = {"", "day", "month", "quarter"};
enum { NO_GROUP = UINT32_MAX };

static enum outcome unknown_key(const struct definition *definition, struct slice word, struct error *error)
{
    VECTOR(struct slice) names = {0};
    for (size_t i = 0; i < definition->dimension_count; i++) vector_push(&names, definition->dimensions[i].label.name);
    for (enum pivot_time t = PIVOT_DAY; t <= PIVOT_QUARTER; t++) vector_push(&names, slice_from(TIME_NAMES[t]));
    struct slice near = nearest_word(word, names.at, names.count);
    enum outcome result =
        near.len ? error_set(error, BAD_USAGE, "'%.*s' is no dimension of the definition; '%.*s'?", SLICE_ARG(word),
                             SLICE_ARG(near))
                 : error_set(error, BAD_USAGE, "'%.*s' is no dimension of the definition, nor day, month or quarter",
                             SLICE_ARG(word));
    vector_release(&names);
    return result;
}

enum outcome pivot_parse(const struct definition *definition, struct slice by, struct pivot_request *out,
                         struct error *error)
{
    *out = (struct pivot_request){0};
    while (by.len) {
        struct slice word = slice_trim(slice_cut(&by, ','));
        uint32_t dimension = dimension_named(definition, word);
        enum pivot_time time = PIVOT_NO_TIME;
        for (enum pivot_time t = PIVOT_DAY; dimension == NONE && t <= PIVOT_QUARTER; t++)
            if (slice_is(word, TIME_NAMES[t])) time = t;
        if (dimension == NONE && !time) return unknown_key(definition, word, error);
        if (time && out->time) return error_set(error, BAD_USAGE, "a pivot has one time: day, month or quarter");
        if (out->key_count == PIVOT_KEYS_MAX)
            return error_set(error, BAD_USAGE, "a pivot has at most %d keys", PIVOT_KEYS_MAX);
        if (time) out->time = time;
        out->keys[out->key_count++] = (struct pivot_key){dimension};
    }
    return out->key_count ? OK : error_set(error, BAD_USAGE, "a pivot needs a key, such as a dimension or month");
}

/* Gives each pair (group so far, value of the next key) a number in order of first sight: how keys are added one by
 * one, whatever their range. */
struct pairs {
    struct pair {
        uint32_t parent, value;
    } * at;
    uint32_t *slots; /* number + 1 */
    uint32_t count, mask;
};

static uint32_t pair_home(const struct pairs *p, uint32_t parent, uint32_t value)
{
    uint64_t h = ((uint64_t)parent << 32 | value) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(h >> 32) & p->mask;
}

static void pairs_grow(struct pairs *p)
{
    uint32_t size = p->mask ? (p->mask + 1) * 2 : 1024;
    free(p->slots);
    p->slots = memory_new(size * sizeof *p->slots);
    p->at = memory_grow(p->at, size / 2 * sizeof *p->at);
    p->mask = size - 1;
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t slot = pair_home(p, p->at[i].parent, p->at[i].value);
        while (p->slots[slot]) slot = (slot + 1) & p->mask;
        p->slots[slot] = i + 1;
    }
}

static uint32_t pair_number(struct pairs *p, uint32_t parent, uint32_t value)
{
    uint32_t slot = pair_home(p, parent, value);
    for (; p->slots[slot]; slot = (slot + 1) & p->mask) {
        const struct pair *have = &p->at[p->slots[slot] - 1];
        if (have->parent == parent && have->value == value) return p->slots[slot] - 1;
    }
    p->at[p->count] = (struct pair){parent, value};
    p->slots[slot] = ++p->count;
    if (p->count == (p->mask + 1) / 2) pairs_grow(p);
    return p->count - 1;
}

static uint32_t time_value(enum pivot_time time, int64_t day)
{
    int year, month, of_month;
    if (time == PIVOT_DAY) return (uint32_t)(int32_t)day;
    civil_from_day(day, &year, &month, &of_month);
    return time == PIVOT_MONTH ? (uint32_t)(year * 12 + month - 1) : (uint32_t)(year * 4 + (month - 1) / 3);
}

/* Rows come by subject, so their days jump about; a small table spares the calendar arithmetic. */
struct day_values {
    enum pivot_time time;
    int64_t day[4096];
    uint32_t value[4096];
};

static uint32_t day_value(struct day_values *cache, int64_t day)
{
    size_t at = (size_t)day & 4095;
    if (cache->day[at] != day) {
        cache->day[at] = day;
        cache->value[at] = time_value(cache->time, day);
    }
    return cache->value[at];
}

static void group_by_time(struct pairs *pairs, const struct fact_table *t, enum pivot_time time, uint32_t *group)
{
    struct zone_cursor cursor = zone_cursor_of(t->zone);
    struct day_values *cache = memory_new(sizeof *cache);
    cache->time = time;
    for (size_t i = 0; i < 4096; i++) cache->day[i] = INT64_MIN;
    for (size_t i = 0; i < t->rows; i++)
        if (group[i] != NO_GROUP)
            group[i] = pair_number(pairs, group[i], day_value(cache, zone_cursor_day(&cursor, t->entered[0][i])));
    free(cache);
}

static void group_by_dimension(struct pairs *pairs, const struct fact_table *t, uint32_t dimension, uint32_t *group)
{
    for (size_t i = 0; i < t->rows; i++)
        if (group[i] != NO_GROUP) group[i] = pair_number(pairs, group[i], t->dimension[dimension][i]);
}

/* Fills group[row] and returns the groups with their values, keys in the request's order. */
static struct pivot_group *find_groups(struct arena *arena, const struct fact_table *t, const struct pivot_request *r,
                                       uint32_t *group, size_t *count)
{
    struct pairs steps[PIVOT_KEYS_MAX] = {0};
    for (size_t i = 0; i < t->rows; i++)
        group[i] =
            t->entered[0][i] == INSTANT_NONE || t->lap[i] != 1 || (r->period_only && t->window[i] != WINDOW_PERIOD)
                ? NO_GROUP
                : 0;
    for (size_t k = 0; k < r->key_count; k++) {
        pairs_grow(&steps[k]);
        if (r->keys[k].dimension == NONE)
            group_by_time(&steps[k], t, r->time, group);
        else
            group_by_dimension(&steps[k], t, r->keys[k].dimension, group);
    }
    *count = steps[r->key_count - 1].count;
    struct pivot_group *groups = ARENA_ARRAY(arena, struct pivot_group, *count);
    for (size_t g = 0; g < *count; g++) {
        uint32_t at = (uint32_t)g;
        for (size_t k = r->key_count; k-- > 0; at = steps[k].at[at].parent) groups[g].values[k] = steps[k].at[at].value;
    }
    for (size_t k = 0; k < r->key_count; k++) {
        free(steps[k].at);
        free(steps[k].slots);
    }
    return groups;
}

/* Room for one stage at a time. Rows of no group count as a group behind the others, that nobody asks for. */
struct stage_work {
    const struct fact_table *table;
    const uint32_t *group;
    uint32_t groups;                  /* without that one */
    int64_t *times;                   /* side by side by group; one more for what is written in vain */
    uint64_t *reached, *timed, *next; /* by group; `next`: where its next time goes */
};

static inline uint32_t group_of(const struct stage_work *w, size_t row)
{
    return w->group[row] < w->groups ? w->group[row] : w->groups;
}

/* Whether the way from the stage before can be timed: neither entry was carried. */
static inline bool is_timed(const struct fact_table *t, size_t stage, size_t row)
{
    return (t->entered[stage][row] != INSTANT_NONE) & (t->entered[stage - 1][row] != INSTANT_NONE) &
           !(t->carried[row] >> (stage - 1) & 3);
}

/* Loops without branches: who reached a stage is as good as random, and guessing wrong costs more than counting nought.
 */
static void count_stage(struct stage_work *w, size_t stage)
{
    const int64_t *entered = w->table->entered[stage];
    memset(w->reached, 0, (w->groups + 1) * sizeof *w->reached);
    memset(w->timed, 0, (w->groups + 1) * sizeof *w->timed);
    for (size_t i = 0; i < w->table->rows; i++) {
        const uint32_t g = group_of(w, i);
        w->reached[g] += entered[i] != INSTANT_NONE;
        if (stage) w->timed[g] += is_timed(w->table, stage, i);
    }
}

static void sort_times(struct stage_work *w, size_t stage)
{
    const int64_t *to = w->table->entered[stage], *from = w->table->entered[stage - 1];
    const size_t rows = w->table->rows;
    for (uint64_t g = 0, at = 0; g <= w->groups; at += w->timed[g++]) w->next[g] = at;
    for (size_t i = 0; i < rows; i++) {
        const uint32_t g = group_of(w, i);
        const bool timed = is_timed(w->table, stage, i);
        w->times[timed ? w->next[g] : rows] = (int64_t)((uint64_t)to[i] - (uint64_t)from[i]);
        w->next[g] += timed;
    }
}

static void measure_times(struct stage_work *w, struct pivot_group *groups, size_t stage)
{
    sort_times(w, stage);
    for (size_t g = 0; g < w->groups; g++) {
        const size_t mine = groups[g].timed[stage] = w->timed[g];
        int64_t *times = w->times + w->next[g] - mine;
        __int128 sum = 0;
        if (!mine) continue;
        for (size_t i = 0; i < mine; i++) sum += times[i];
        groups[g].mean[stage] = (double)sum / (double)mine;
        groups[g].median_twice[stage] = median_twice(times, mine);
    }
}

/* What all threads share that measure: each takes a stage, and the next. */
struct measuring {
    const struct fact_table *table;
    const uint32_t *group; /* by row */
    struct pivot_group *groups;
    size_t count, stages;
    atomic_size_t next; /* stage */
};

static void *measure_stages(void *context)
{
    struct measuring *m = context;
    struct stage_work w = {.table = m->table,
                           .group = m->group,
                           .groups = (uint32_t)m->count,
                           .times = memory_large((m->table->rows + 1) * sizeof *w.times),
                           .reached = memory_new((m->count + 1) * sizeof *w.reached),
                           .timed = memory_new((m->count + 1) * sizeof *w.timed),
                           .next = memory_new((m->count + 1) * sizeof *w.next)};
    for (size_t s; (s = atomic_fetch_add(&m->next, 1)) < m->stages;) {
        count_stage(&w, s);
        for (size_t g = 0; g < m->count; g++) m->groups[g].reached[s] = w.reached[g];
        if (s) measure_times(&w, m->groups, s);
    }
    free(w.times);
    free(w.reached);
    free(w.timed);
    free(w.next);
    return NULL;
}

static void measure(struct arena *arena, const struct fact_table *t, const uint32_t *group, struct pivot_group *groups,
                    size_t count, int threads)
{
    enum { MANY_ROWS = 1 << 16, THREADS_MAX = 8 };
    const size_t stages = t->definition->funnels[t->funnel].stage_count;
    struct measuring m = {t, group, groups, count, stages, 0};
    pthread_t others[THREADS_MAX];
    int started = 0;
    for (size_t g = 0; g < count; g++) {
        groups[g].reached = ARENA_ARRAY(arena, uint64_t, stages);
        groups[g].median_twice = ARENA_ARRAY(arena, int64_t, stages);
        groups[g].mean = ARENA_ARRAY(arena, double, stages);
        groups[g].timed = ARENA_ARRAY(arena, uint64_t, stages);
    }
    if (!t->rows) return;
    while (t->rows >= MANY_ROWS && started < threads - 1 && started < THREADS_MAX &&
           pthread_create(&others[started], NULL, measure_stages, &m) == 0)
        started++;
    measure_stages(&m);
    for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
}

static struct slice key_text(struct arena *arena, const struct pivot *p, const struct pivot_group *g, size_t k)
{
    uint32_t value = g->values[k];
    if (p->request.keys[k].dimension != NONE)
        return dimension_value(arena, p->table, p->request.keys[k].dimension, value);
    if (p->request.time == PIVOT_MONTH) return arena_printf(arena, "%04u-%02u", value / 12, value % 12 + 1);
    if (p->request.time == PIVOT_QUARTER) return arena_printf(arena, "%04u-Q%u", value / 4, value % 4 + 1);
    int year, month, day;
    civil_from_day((int32_t)value, &year, &month, &day);
    return arena_printf(arena, "%04d-%02d-%02d", year, month, day);
}

/* Codes are numbered by first sight; texts are what people sort by. Bands and days sort as numbers. */
static bool sorts_as_number(const struct pivot *p, size_t k)
{
    uint32_t dimension = p->request.keys[k].dimension;
    return dimension == NONE || p->table->definition->dimensions[dimension].band_count;
}

static int compare_groups(const void *a, const void *b, void *context)
{
    const struct pivot_group *x = a, *y = b;
    const struct pivot *p = context;
    for (size_t k = 0; k < p->request.key_count; k++) {
        uint32_t v = x->values[k], w = y->values[k];
        if (v == w) continue;
        if (sorts_as_number(p, k)) return (int32_t)v < (int32_t)w ? -1 : 1;
        return slice_compare(dictionary_text(p->table->dictionary, v), dictionary_text(p->table->dictionary, w));
    }
    return 0;
}

struct pivot *pivot_build(struct arena *arena, const struct fact_table *table, const struct pivot_request *request)
{
    struct pivot *p = ARENA_NEW(arena, struct pivot);
    p->table = table;
    p->request = *request;
    uint32_t *group = memory_large(table->rows * sizeof *group + 1);
    p->groups = find_groups(arena, table, request, group, &p->count);
    measure(arena, table, group, p->groups, p->count, request->threads);
    free(group);
    qsort_r(p->groups, p->count, sizeof *p->groups, compare_groups, p);
    return p;
}

static void write_header(const struct pivot *p, struct csv_writer *w, struct arena *arena)
{
    static const char *const parts[] = {"conv", "med", "avg"};
    const struct definition *d = p->table->definition;
    const struct funnel *f = &d->funnels[p->table->funnel];
    for (size_t k = 0; k < p->request.key_count; k++) {
        uint32_t dimension = p->request.keys[k].dimension;
        csv_text(w, dimension == NONE ? slice_from(TIME_NAMES[p->request.time]) : d->dimensions[dimension].label.name);
    }
    for (size_t s = 0; s < f->stage_count; s++) csv_text(w, f->stages[s].label.name);
    for (size_t i = 0; i < 3; i++)
        for (size_t s = 1; s < f->stage_count; s++)
            csv_text(w, arena_printf(arena, "%s_%.*s", parts[i], SLICE_ARG(f->stages[s].label.name)));
    csv_end(w);
}

void pivot_write_csv(const struct pivot *p, struct buffer *out)
{
    struct arena arena;
    arena_init(&arena);
    struct csv_writer w = {.out = out};
    size_t stages = p->table->definition->funnels[p->table->funnel].stage_count;
    write_header(p, &w, &arena);
    for (const struct pivot_group *g = p->groups; g < p->groups + p->count; g++) {
        for (size_t k = 0; k < p->request.key_count; k++) csv_text(&w, key_text(&arena, p, g, k));
        for (size_t s = 0; s < stages; s++) csv_uint(&w, g->reached[s]);
        for (size_t s = 1; s < stages; s++)
            csv_number(&w, g->reached[s - 1] ? (double)g->reached[s] / (double)g->reached[s - 1] : NAN, 6);
        for (size_t s = 1; s < stages; s++)
            csv_number(&w, g->timed[s] ? (double)g->median_twice[s] / 2 / (double)DAY_US : NAN, 6);
        for (size_t s = 1; s < stages; s++) csv_number(&w, g->timed[s] ? g->mean[s] / (double)DAY_US : NAN, 6);
        csv_end(&w);
        arena_clear(&arena);
    }
    arena_release(&arena);
}
