#include "runtime/splice.h"

#include <stdlib.h>

#include "base/memory.h"

void splice_plan(struct splice *s, size_t rows, const uint64_t *subjects,
                 bool (*gone)(const void *context, uint64_t subject), const void *context)
{
    s->place = memory_large((rows + 1) * sizeof *s->place);
    s->kept = 0;
    for (size_t i = 0; i < rows; i++) s->place[i] = gone(context, subjects[i]) ? NONE : (uint32_t)s->kept++;
}

void splice_release(struct splice *s)
{
    free(s->place);
    s->place = NULL;
}

uint32_t splice_code(const struct splice *s, uint32_t fresh)
{
    return fresh ? dictionary_code(s->to, dictionary_text(s->from, fresh)) : 0;
}

/* ---- columns ---- */

struct columns {
    const struct splice *s;
    size_t old_rows, fresh_rows;
};

/* Rows that stay stand in long runs. NULL for a column that is not kept. */
static void *column(const struct columns *c, const void *old, const void *fresh, size_t width)
{
    if (!old) return NULL;
    char *out = memory_large((c->s->kept + c->fresh_rows) * width + 1), *to = out;
    const uint32_t *place = c->s->place;
    for (size_t i = 0, end; i < c->old_rows; i = end) {
        for (; i < c->old_rows && place[i] == NONE; i++) {
        }
        for (end = i; end < c->old_rows && place[end] != NONE; end++) {
        }
        memcpy(to, (const char *)old + i * width, (end - i) * width);
        to += (end - i) * width;
    }
    if (c->fresh_rows) memcpy(to, fresh, c->fresh_rows * width);
    return out;
}

static void recode(const struct columns *c, uint32_t *codes)
{
    for (size_t i = c->s->kept; codes && i < c->s->kept + c->fresh_rows; i++) codes[i] = splice_code(c->s, codes[i]);
}

#define COLUMN(field) out->field = column(&c, old->field, fresh->field, sizeof *old->field)
#define COLUMNS(field, n)                                                                                              \
    do {                                                                                                               \
        out->field = old->field ? memory_new(((n) + 1) * sizeof *out->field) : NULL;                                   \
        for (size_t i_ = 0; out->field && i_ < (n); i_++)                                                              \
            out->field[i_] = column(&c, old->field[i_], fresh->field[i_], sizeof **old->field);                        \
    } while (0)

static void put_columns(const struct splice *s, const struct fact_table *old, const struct fact_table *fresh,
                        struct fact_table *out)
{
    const struct columns c = {s, old->rows, fresh->rows};
    const struct definition *d = old->definition;
    COLUMN(lap);
    COLUMN(window);
    COLUMNS(entered, d->funnels[old->funnel].stage_count);
    COLUMN(carried);
    COLUMN(now_in);
    COLUMN(exit);
    COLUMN(exit_stage);
    COLUMN(exit_at);
    COLUMN(exit_reason);
    COLUMN(returns);
    COLUMNS(dimension, d->dimension_count);
    COLUMN(audience);
    COLUMN(touch_days);
    COLUMN(subject);
    COLUMN(unproposed);
    COLUMNS(score, d->score_count);
    COLUMNS(best_score, d->score_count);
    COLUMNS(icp, d->icp_count);
    COLUMNS(audience_clause, d->audience ? d->audience->count : 0);
    recode(&c, out->exit_reason);
    for (size_t i = 0; out->dimension && i < d->dimension_count; i++)
        if (!d->dimensions[i].band_count) recode(&c, out->dimension[i]);
    for (size_t i = s->kept; out->subject && i < s->kept + fresh->rows; i++)
        out->subject[i] = arena_slice(s->texts, out->subject[i]);
}

#define FREE_COLUMNS(field, n)                                                                                         \
    do {                                                                                                               \
        for (size_t i_ = 0; t->field && i_ < (n); i_++) free(t->field[i_]);                                            \
        free(t->field);                                                                                                \
    } while (0)

void splice_free_table(struct fact_table *t)
{
    const struct definition *d = t->definition;
    void *const columns[] = {
        t->lap,        t->window,           t->carried,          t->now_in,        t->exit,           t->exit_stage,
        t->exit_at,    t->exit_reason,      t->returns,          t->audience,      t->touch_days,     t->subject,
        t->unproposed, (void *)t->handoffs, (void *)t->returned, (void *)t->mails, (void *)t->credits};
    if (!d) return;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) free(columns[i]);
    FREE_COLUMNS(entered, d->funnels[t->funnel].stage_count);
    FREE_COLUMNS(dimension, d->dimension_count);
    FREE_COLUMNS(score, d->score_count);
    FREE_COLUMNS(best_score, d->score_count);
    FREE_COLUMNS(icp, d->icp_count);
    FREE_COLUMNS(audience_clause, d->audience ? d->audience->count : 0);
    *t = (struct fact_table){0};
}

/* ---- side tables ---- */

#define SIDE(type, field, n)                                                                                           \
    do {                                                                                                               \
        type *rows_ = memory_new((old->n + fresh->n + 1) * sizeof *rows_);                                             \
        size_t at_ = 0;                                                                                                \
        for (size_t i_ = 0; i_ < old->n; i_++) {                                                                       \
            if (s->place[old->field[i_].row] == NONE) continue;                                                        \
            rows_[at_] = old->field[i_];                                                                               \
            rows_[at_++].row = s->place[old->field[i_].row];                                                           \
        }                                                                                                              \
        out->n = at_ + fresh->n;                                                                                       \
        for (size_t i_ = 0; i_ < fresh->n; i_++) {                                                                     \
            rows_[at_] = fresh->field[i_];                                                                             \
            rows_[at_++].row += (uint32_t)s->kept;                                                                     \
        }                                                                                                              \
        out->field = rows_;                                                                                            \
    } while (0)

static void put_sides(const struct splice *s, const struct fact_table *old, const struct fact_table *fresh,
                      struct fact_table *out)
{
    SIDE(struct handoff_row, handoffs, handoff_count);
    SIDE(struct return_row, returned, returned_count);
    SIDE(struct mail_row, mails, mail_count);
    SIDE(struct credit_row, credits, credit_count);
    for (size_t i = out->handoff_count - fresh->handoff_count; i < out->handoff_count; i++) {
        uint32_t *reason = &((struct handoff_row *)out->handoffs)[i].reason;
        *reason = splice_code(s, *reason);
    }
    for (size_t i = out->returned_count - fresh->returned_count; i < out->returned_count; i++) {
        uint32_t *reason = &((struct return_row *)out->returned)[i].reason;
        *reason = splice_code(s, *reason);
    }
    for (size_t i = out->credit_count - fresh->credit_count; i < out->credit_count; i++) {
        struct credit_row *row = &((struct credit_row *)out->credits)[i];
        row->value = splice_code(s, row->value);
        row->currency = splice_code(s, row->currency);
    }
}

void splice_tables(const struct splice *s, const struct fact_table *old, const struct fact_table *fresh,
                   struct fact_table *out)
{
    *out = *fresh;
    out->definition = old->definition;
    out->dictionary = s->to;
    out->zone = old->zone;
    out->workweek = old->workweek;
    out->spend = old->spend; /* in the codes of the older table */
    out->spend_count = old->spend_count;
    out->rows = s->kept + fresh->rows;
    put_columns(s, old, fresh, out);
    put_sides(s, old, fresh, out);
}
