/* Handoffs, who left where and why, and what happened beyond the goal. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/vector.h"

/* ---- handoffs: the unit is the submission ---- */

static void add_handoff(struct handoff_measure *m, const struct handoff_row *h, int64_t as_of)
{
    m->submitted++;
    m->accepted += h->outcome == HANDOFF_ACCEPTED;
    m->returned += h->outcome == HANDOFF_RETURNED;
    m->rejected += h->outcome == HANDOFF_REJECTED;
    m->pending += h->outcome == HANDOFF_OPEN;
    m->withdrawn += h->outcome == HANDOFF_WITHDRAWN; /* nobody had to decide in the end */
    m->overdue += h->outcome == HANDOFF_OPEN && h->due <= as_of;
}

uint64_t handoffs_decided(const struct handoff_measure *m)
{
    return m->accepted + m->returned + m->rejected;
}

static void measure_handoffs(struct analysis *a)
{
    const struct fact_table *t = a->table;
    struct view now = view_now(a), before = view_before(a);
    struct handoff_measure *m = &a->handoff, earlier = {0};
    if (a->decided == NONE) return;
    m->given = true;
    m->stage = a->decided;
    for (size_t i = 0; i < t->handoff_count; i++) {
        const struct handoff_row *h = &t->handoffs[i];
        if (h->stage != a->decided) continue;
        if (view_counts_at(&now, h->row, h->submitted)) add_handoff(m, h, now.window.as_of);
        if (before.given && view_counts_at(&before, h->row, h->submitted))
            add_handoff(&earlier, h, before.window.as_of);
    }
    m->before_decided = handoffs_decided(&earlier);
    m->before_accepted = earlier.accepted;
    if (!t->unproposed) return;
    view_each (&now, i) m->unproposed += (t->unproposed[i] >> a->decided & 1) && view_counts(&now, i, a->decided);
}

/* ---- who left ---- */

struct leaves {
    VECTOR(struct leave) at;
};

static void add_leave(struct leaves *l, struct leave one)
{
    for (size_t i = 0; i < l->at.count; i++) {
        struct leave *have = &l->at.at[i];
        if (have->stage != one.stage || have->kind != one.kind || have->exit != one.exit || have->reason != one.reason)
            continue;
        have->count++;
        return;
    }
    one.count = 1;
    vector_push(&l->at, one);
}

static int compare_leaves(const void *a, const void *b, void *context)
{
    const struct leave *x = a, *y = b;
    if (x->stage != y->stage) return x->stage < y->stage ? -1 : 1;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    if (x->exit != y->exit) return x->exit < y->exit ? -1 : 1;
    return slice_compare(dictionary_text(context, x->reason), dictionary_text(context, y->reason));
}

static void measure_leaves(struct analysis *a, struct arena *arena)
{
    const struct fact_table *t = a->table;
    struct view now = view_now(a);
    struct leaves leaves = {0};
    view_each (&now, i) {
        if (t->exit[i] == EXIT_NONE || !view_counts_at(&now, i, t->exit_at[i]) || t->exit_stage[i] < 0) continue;
        bool rejected = t->exit[i] == EXIT_REJECTED;
        add_leave(&leaves, (struct leave){.stage = (uint32_t)t->exit_stage[i],
                                          .kind = rejected ? LEAVE_REJECTED : LEAVE_EXITED,
                                          .exit = rejected ? NULL : &a->funnel->exits[t->exit[i] - EXIT_DECLARED],
                                          .reason = t->exit_reason[i]});
    }
    for (size_t i = 0; i < t->returned_count; i++) {
        const struct return_row *r = &t->returned[i];
        if (view_counts_at(&now, r->row, r->at))
            add_leave(&leaves, (struct leave){.stage = r->stage, .kind = LEAVE_RETURNED, .reason = r->reason});
    }
    a->leave_count = leaves.at.count;
    a->leaves = ARENA_ARRAY(arena, struct leave, a->leave_count);
    if (a->leave_count) memcpy(a->leaves, leaves.at.at, a->leave_count * sizeof *a->leaves);
    qsort_r(a->leaves, a->leave_count, sizeof *a->leaves, compare_leaves, (void *)t->dictionary);
    vector_release(&leaves.at);
}

/* ---- beyond the goal ---- */

static double revenue_of(const struct analysis *a, const struct view *v)
{
    const struct fact_table *t = a->table;
    uint32_t currency = dictionary_find(t->dictionary, a->definition->company.currency);
    int64_t sum = 0;
    if (a->definition->channels.revenue_event == NONE) return NAN;
    for (size_t i = 0; i < t->credit_count; i++)
        if (t->credits[i].currency == currency && view_counts_at(v, t->credits[i].row, t->credits[i].won_at))
            sum += t->credits[i].amount;
    return (double)sum / (double)DECIMAL_ONE;
}

bool view_loses(const struct analysis *a, const struct view *v, size_t row, size_t exit)
{
    const struct fact_table *t = a->table;
    return t->exit[row] == EXIT_DECLARED + exit && t->exit_stage[row] >= (int)a->goal &&
           view_counts_at(v, row, t->exit_at[row]);
}

static uint64_t count_losses(const struct analysis *a, const struct view *v, size_t exit)
{
    uint64_t count = 0;
    view_each (v, i) count += view_loses(a, v, i, exit);
    return count;
}

static bool counts_event(const struct analysis *a, const struct clause *c, uint32_t event)
{
    const struct kind_model *kind = &a->definition->kinds[a->funnel->of];
    for (size_t i = 0; i < c->count; i++)
        if (counts_event(a, &c->members[i], event)) return true;
    for (size_t i = 0; c->kind == CLAUSE_COUNT && i < kind->signal_count; i++) {
        const struct matcher *m = &kind->signals[i].match;
        for (size_t k = 0; kind->signals[i].slot == c->slot && k < m->count; k++)
            if (m->alternatives[k].event == event) return true;
    }
    return false;
}

uint32_t earning_stage(const struct analysis *a)
{
    const uint32_t last = (uint32_t)a->funnel->stage_count - 1, event = a->definition->channels.revenue_event;
    if (event == NONE) return NONE;
    for (uint32_t s = 0; s <= last; s++) {
        const struct clause *enter = a->funnel->stages[s].enter;
        if (enter && counts_event(a, enter, event)) return s;
    }
    return last > a->goal ? last : NONE;
}

static void measure_outcomes(struct analysis *a, struct arena *arena)
{
    struct view now = view_now(a), before = view_before(a);
    const size_t stages = a->funnel->stage_count;
    const uint32_t earning = earning_stage(a);
    a->outcomes = ARENA_ARRAY(arena, struct outcome_measure, stages + a->funnel->exit_count);
    for (uint32_t s = 0; s < stages; s++) {
        if (s <= a->goal && s != earning) continue;
        double revenue = s == earning ? revenue_of(a, &now) : NAN;
        a->outcomes[a->outcome_count++] = (struct outcome_measure){
            .stage = s, .now = view_count(&now, s), .before = view_count(&before, s), .revenue = revenue};
    }
    for (size_t e = 0; e < a->funnel->exit_count; e++) {
        struct outcome_measure o = {.stage = NONE,
                                    .exit = &a->funnel->exits[e],
                                    .now = count_losses(a, &now, e),
                                    .before = count_losses(a, &before, e),
                                    .revenue = NAN};
        if (o.now || o.before) a->outcomes[a->outcome_count++] = o;
    }
}

void build_leaving(struct analysis *a, struct arena *arena)
{
    measure_handoffs(a);
    measure_leaves(a, arena);
    measure_outcomes(a, arena);
}
