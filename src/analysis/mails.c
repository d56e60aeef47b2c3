/* The mail sequence: each step's sent, opened and clicked, and what it brought. A mail has no time in the table, so
 * these are always of the cohort. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/vector.h"

static struct view cohort_view(struct view v)
{
    v.flow = false;
    return v;
}

static const struct label *step_label(const struct sequence *q, int64_t step)
{
    for (size_t i = 0; i < q->step_count; i++)
        if (q->steps[i].step == step) return &q->steps[i].label;
    return NULL;
}

struct steps {
    VECTOR(struct mail_measure) at;
};

static struct mail_measure *step_of(struct steps *s, const struct sequence *q, int64_t step)
{
    for (size_t i = 0; i < s->at.count; i++)
        if (s->at.at[i].step == step) return &s->at.at[i];
    vector_push(&s->at, ((struct mail_measure){.step = step, .label = step_label(q, step)}));
    return vector_last(&s->at);
}

static int compare_steps(const void *a, const void *b)
{
    int64_t x = ((const struct mail_measure *)a)->step, y = ((const struct mail_measure *)b)->step;
    return (x > y) - (x < y);
}

static void add_mail(struct mail_measure *m, const struct mail_row *r)
{
    m->sent += r->sent;
    m->opened.hits += r->sent && r->opened;
    m->clicked.hits += r->sent && r->clicked;
    m->machine_opened += r->raw_opened && !r->opened;
    m->machine_clicked += r->raw_clicked && !r->clicked;
    m->contributed += r->contributed;
}

/* Rows of one person follow each other: their mails are one group of cases that resemble each other. */
static struct mail_totals total_mails(const struct analysis *a, struct view v)
{
    const struct fact_table *t = a->table;
    struct mail_totals totals = {0};
    for (size_t i = 0; i < t->mail_count;) {
        uint32_t row = t->mails[i].row;
        double sent = 0, opened = 0, clicked = 0;
        for (; i < t->mail_count && t->mails[i].row == row; i++) {
            if (!t->mails[i].sent) continue;
            sent++;
            opened += t->mails[i].opened;
            clicked += t->mails[i].clicked;
        }
        if (!view_cohort(&v, row) || sent == 0) continue;
        grouped_add(&totals.opened, sent, opened);
        grouped_add(&totals.clicked, sent, clicked);
        if (opened > 0) grouped_add(&totals.clicked_of_opened, opened, clicked);
    }
    return totals;
}

static void count_fed(struct analysis *a, const struct view *now)
{
    const struct fact_table *t = a->table;
    uint32_t until = a->definition->sequence.until;
    for (size_t i = 0; i < t->rows; i++) a->fed += view_cohort(now, i) & (t->entered[until][i] != INSTANT_NONE);
    for (size_t i = 0; i < t->mail_count; i++)
        a->fed_by_mail += t->mails[i].contributed && view_cohort(now, t->mails[i].row);
}

void build_mails(struct analysis *a, struct arena *arena)
{
    const struct fact_table *t = a->table;
    const struct sequence *q = &a->definition->sequence;
    struct view now = cohort_view(view_now(a));
    struct steps steps = {0};
    if (!q->given) return;
    for (size_t i = 0; i < q->step_count; i++) step_of(&steps, q, q->steps[i].step);
    for (size_t i = 0; i < t->mail_count; i++)
        if (view_cohort(&now, t->mails[i].row)) add_mail(step_of(&steps, q, t->mails[i].step), &t->mails[i]);
    a->mail_count = steps.at.count;
    a->mails = ARENA_ARRAY(arena, struct mail_measure, a->mail_count);
    if (a->mail_count) memcpy(a->mails, steps.at.at, a->mail_count * sizeof *a->mails);
    vector_release(&steps.at);
    qsort(a->mails, a->mail_count, sizeof *a->mails, compare_steps);
    for (size_t i = 0; i < a->mail_count; i++) {
        a->mails[i].opened = judge_share(a, a->mails[i].opened.hits, a->mails[i].sent);
        a->mails[i].clicked = judge_share(a, a->mails[i].clicked.hits, a->mails[i].sent);
    }
    a->mails_now = total_mails(a, now);
    a->mails_before = total_mails(a, cohort_view(view_before(a)));
    count_fed(a, &now);
}
