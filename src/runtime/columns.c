#include "runtime/columns.h"

#include <stddef.h>

/* The columns that stand in lists, with how many there are. */
#define EACH_LIST(t, USE)                                                                                              \
    do {                                                                                                               \
        const struct definition *d_ = (t)->definition;                                                                 \
        USE(entered, d_->funnels[(t)->funnel].stage_count);                                                            \
        USE(dimension, d_->dimension_count);                                                                           \
        USE(score, d_->score_count);                                                                                   \
        USE(best_score, d_->score_count);                                                                              \
        USE(icp, d_->icp_count);                                                                                       \
        USE(audience_clause, d_->audience ? d_->audience->count : 0);                                                  \
    } while (0)

static void add(struct column_list *out, void **at, size_t width, enum column_kind kind)
{
    vector_push(out, ((struct table_column){at, width, kind}));
}

#define ADD(field, kind) add(out, (void **)&t->field, sizeof *t->field, kind)
#define ADD_LIST(field, n)                                                                                             \
    for (size_t i_ = 0; t->field && i_ < (n); i_++)                                                                    \
    add(out, (void **)&t->field[i_], sizeof **t->field,                                                                \
        (void *)t->field == (void *)t->dimension && !d_->dimensions[i_].band_count ? COLUMN_CODE : COLUMN_PLAIN)

void table_columns(struct fact_table *t, struct column_list *out)
{
    ADD(lap, COLUMN_PLAIN);
    ADD(window, COLUMN_PLAIN);
    ADD(carried, COLUMN_PLAIN);
    ADD(now_in, COLUMN_PLAIN);
    ADD(exit, COLUMN_PLAIN);
    ADD(exit_stage, COLUMN_PLAIN);
    ADD(exit_at, COLUMN_PLAIN);
    ADD(exit_reason, COLUMN_CODE);
    ADD(returns, COLUMN_PLAIN);
    ADD(audience, COLUMN_PLAIN);
    ADD(touch_days, COLUMN_PLAIN);
    ADD(visited, COLUMN_PLAIN);
    ADD(subject, COLUMN_TEXT);
    ADD(unproposed, COLUMN_PLAIN);
    ADD(history, COLUMN_HISTORY);
    EACH_LIST(t, ADD_LIST);
}

void table_sides(struct fact_table *t, struct table_side out[TABLE_SIDES])
{
    out[0] = (struct table_side){
        (const void **)&t->handoffs, &t->handoff_count, sizeof *t->handoffs, {offsetof(struct handoff_row, reason)}};
    out[1] = (struct table_side){
        (const void **)&t->returned, &t->returned_count, sizeof *t->returned, {offsetof(struct return_row, reason)}};
    out[2] = (struct table_side){(const void **)&t->later, &t->later_count, sizeof *t->later, {0}};
    out[3] = (struct table_side){(const void **)&t->mails, &t->mail_count, sizeof *t->mails, {0}};
    out[4] = (struct table_side){(const void **)&t->credits,
                                 &t->credit_count,
                                 sizeof *t->credits,
                                 {offsetof(struct credit_row, value), offsetof(struct credit_row, currency)}};
}

#define OWN_LIST(field, n) to->field = from->field ? memory_new(((n) + 1) * sizeof *to->field) : NULL

void table_own_lists(const struct fact_table *from, struct fact_table *to)
{
    EACH_LIST(from, OWN_LIST);
}

void table_free_lists(struct fact_table *t)
{
    void *const lists[] = {(void *)t->entered,    (void *)t->dimension, (void *)t->score,
                           (void *)t->best_score, (void *)t->icp,       (void *)t->audience_clause};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(lists[i]);
}
