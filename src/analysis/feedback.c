#include "analysis/feedback.h"

#include <stdlib.h>

const char *const feedback_says_names[FEEDBACK_SAYINGS] = {"too_few", "required", "does_not_tell_apart", "predicts",
                                                           "predicts_against"};

/* ---- what to look at ---- */

typedef VECTOR(struct criterion) criterion_list;

struct seeking {
    const struct definition *definition;
    enum subject_kind kind;
    enum computed_kind computed; /* FIT, PASSED or SCORE */
    uint32_t owner;
};

static enum computed_kind whole_of(enum computed_kind kind)
{
    if (kind == COMPUTED_SCORE) return COMPUTED_SCORE;
    return kind == COMPUTED_FIT || kind == COMPUTED_MATCHED ? COMPUTED_FIT : COMPUTED_PASSED;
}

static bool rule_leads_to(const struct seeking *s, const struct rule *rule);

static bool score_leads_to(const struct seeking *s, uint32_t owner)
{
    const struct score *score = &s->definition->scores[owner];
    for (size_t i = 0; i < score->count; i++)
        if (rule_leads_to(s, score->terms[i].when) || rule_leads_to(s, score->terms[i].points)) return true;
    return false;
}

/* Scores may read scores, never in circles. */
static bool rule_leads_to(const struct seeking *s, const struct rule *rule)
{
    const struct kind_model *model = &s->definition->kinds[s->kind];
    const uint32_t *slots;
    size_t count = rule ? rule_reads(rule, &slots) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct slot *slot = &model->slots[slots[i]];
        if (slot->origin != SLOT_COMPUTED) continue;
        const struct computed *c = &model->computed[slot->index];
        if (whole_of(c->kind) == s->computed && c->owner == s->owner) return true;
        if (c->kind == COMPUTED_SCORE && score_leads_to(s, c->owner)) return true;
    }
    return false;
}

static bool clause_leads_to(const struct seeking *s, const struct clause *c)
{
    if (!c) return false;
    if (rule_leads_to(s, c->rule)) return true;
    for (size_t i = 0; i < c->count; i++)
        if (clause_leads_to(s, &c->members[i])) return true;
    return false;
}

/* The first stage whose rule reads it; NONE. */
static uint32_t stage_reading(const struct funnel *funnel, const struct seeking *s)
{
    for (uint32_t i = 0; i < funnel->stage_count; i++)
        if (clause_leads_to(s, funnel->stages[i].enter)) return i;
    return NONE;
}

static void add_clauses(const struct clause *c, struct criterion what, criterion_list *list)
{
    if (!c) return;
    what.clause = c;
    if (c->label.name.len) vector_push(list, what);
    for (size_t i = 0; i < c->count; i++) add_clauses(&c->members[i], what, list);
}

static void add_parts(struct criterion what, size_t count, criterion_list *list)
{
    for (uint32_t i = 0; i < count; i++) {
        what.part = i;
        vector_push(list, what);
    }
}

/* Of those whose values the funnel's subjects have themselves. */
static void add_values(const struct definition *d, uint32_t funnel, uint32_t stage, criterion_list *list)
{
    const struct funnel *f = &d->funnels[funnel];
    struct seeking s = {d, f->of, COMPUTED_FIT, 0};
    for (s.owner = 0; s.owner < d->icp_count; s.owner++)
        if (d->icps[s.owner].of == f->of && stage_reading(f, &s) == stage)
            add_parts((struct criterion){CRITERION_PROFILE, funnel, stage, NULL, s.owner, 0}, d->icps[s.owner].count,
                      list);
    s.computed = COMPUTED_PASSED;
    for (s.owner = 0; s.owner < d->bant_count; s.owner++)
        if (d->bants[s.owner].of == f->of && stage_reading(f, &s) == stage)
            add_parts((struct criterion){CRITERION_QUESTION, funnel, stage, NULL, s.owner, 0}, d->bants[s.owner].count,
                      list);
    s.computed = COMPUTED_SCORE;
    for (s.owner = 0; s.owner < d->score_count; s.owner++)
        if (d->scores[s.owner].of == f->of && stage_reading(f, &s) == stage)
            add_parts((struct criterion){CRITERION_TERM, funnel, stage, NULL, s.owner, 0}, d->scores[s.owner].count,
                      list);
}

size_t feedback_criteria(struct arena *arena, const struct definition *d, uint32_t funnel,
                         const struct criterion **criteria)
{
    criterion_list list = {0};
    for (uint32_t s = 0; s < d->funnels[funnel].stage_count; s++) {
        add_clauses(d->funnels[funnel].stages[s].enter, (struct criterion){CRITERION_CLAUSE, funnel, s, NULL, 0, 0},
                    &list);
        add_values(d, funnel, s, &list);
    }
    struct criterion *copy = ARENA_ARRAY(arena, struct criterion, list.count);
    const size_t count = list.count;
    if (count) memcpy(copy, list.at, count * sizeof *copy);
    vector_release(&list);
    *criteria = copy;
    return count;
}

/* ---- how they fared ---- */

struct rows {
    const struct fact_table *table;
    bool in_period;
    struct fate *fates; /* by row */
};

static bool looked_at(const struct rows *r, size_t row)
{
    return r->table->lap[row] == 1 && (!r->in_period || r->table->window[row] == WINDOW_PERIOD);
}

/* Are how many points it gives the same whenever it gives any? */
static bool is_fixed(const struct fact_table *t, const struct criterion *c)
{
    const uint32_t *slots;
    return rule_reads(t->definition->scores[c->owner].terms[c->part].points, &slots) == 0;
}

/* What at least half of the leads got; 1: any points at all, where more than half got none. */
static int64_t upper_half(const struct rows *r, const int64_t *values)
{
    VECTOR(int64_t) all = {0};
    for (size_t row = 0; row < r->table->rows; row++)
        if (looked_at(r, row) && values[row] != CRITERION_NONE) vector_push(&all, values[row]);
    int64_t half = all.count ? quantile(all.at, all.count, 0.5) : 0;
    vector_release(&all);
    return half > 0 ? half : 1;
}

static void add_rows(struct feedback_criterion *out, const struct rows *r, const int64_t *values)
{
    const struct fact_table *t = r->table;
    const bool term = out->criterion->kind == CRITERION_TERM;
    for (size_t row = 0; row < t->rows; row++) {
        if (!looked_at(r, row) || values[row] == CRITERION_NONE) continue;
        const bool met = term ? values[row] >= out->threshold : values[row] == TRUTH_TRUE;
        out->unknown += !term && values[row] == TRUTH_UNKNOWN;
        fared_add(met ? &out->with : &out->without, &r->fates[row], t->entered[out->criterion->stage][row]);
    }
}

static double share_of(uint64_t hits, uint64_t n)
{
    return n ? (double)hits / (double)n : NAN;
}

/* A test that can be made, and what it would be of. */
static bool testable(uint64_t n1, uint64_t n2, uint64_t min_n)
{
    return n1 >= min_n && n2 >= min_n;
}

static void settle_tests(struct feedback_criterion *c, uint64_t min_n)
{
    const struct fared *a = &c->with, *b = &c->without;
    c->p_accepted = c->p_won = NAN;
    c->accepted_gap = c->won_gap = range_none();
    if (c->before_decision && testable(a->decided, b->decided, min_n)) {
        c->p_accepted = two_shares((double)a->accepted, (double)a->decided, (double)b->accepted, (double)b->decided);
        c->accepted_gap = newcombe((double)a->accepted, (double)a->decided, (double)b->accepted, (double)b->decided);
    }
    if (testable(a->n, b->n, min_n)) {
        c->p_won = two_shares((double)a->won, (double)a->n, (double)b->won, (double)b->n);
        c->won_gap = newcombe((double)a->won, (double)a->n, (double)b->won, (double)b->n);
    }
}

/* The clearer of the two tests speaks. Two shares that are both none or both all have no p: they are the same. */
static void settle_says(struct feedback_criterion *c, uint64_t min_n, uint64_t tests)
{
    const struct fared *a = &c->with, *b = &c->without;
    const bool any = testable(a->n, b->n, min_n) || (c->before_decision && testable(a->decided, b->decided, min_n));
    c->support = SUPPORT_NONE;
    if (a->n >= min_n && b->n == 0) {
        c->says = FEEDBACK_REQUIRED;
        return;
    }
    c->says = any ? FEEDBACK_SAME : FEEDBACK_TOO_FEW;
    c->by_won = isnan(c->p_accepted) || (!isnan(c->p_won) && c->p_won < c->p_accepted);
    const double p = c->by_won ? c->p_won : c->p_accepted;
    if (!any || isnan(p) || p >= ALPHA) return;
    const bool better = c->by_won ? share_of(a->won, a->n) > share_of(b->won, b->n)
                                  : share_of(a->accepted, a->decided) > share_of(b->accepted, b->decided);
    c->says = better ? FEEDBACK_PREDICTS : FEEDBACK_AGAINST;
    c->support = p * (double)tests < ALPHA ? SUPPORT_STRONG : SUPPORT_INDICATIVE;
}

static uint32_t decided_stage(const struct funnel *funnel)
{
    for (uint32_t i = 0; i < funnel->stage_count; i++)
        if (funnel->stages[i].decided_by != ROLE_NONE) return i;
    return NONE;
}

static void fill_criteria(struct feedback *f, struct arena *arena, const struct feedback_table *t, const struct rows *r)
{
    const uint32_t decided = decided_stage(&t->table->definition->funnels[t->table->funnel]);
    f->criterion_count = t->count;
    f->criteria = ARENA_ARRAY(arena, struct feedback_criterion, t->count);
    for (size_t i = 0; i < t->count; i++) {
        struct feedback_criterion *c = &f->criteria[i];
        c->criterion = &t->criteria[i];
        c->before_decision = decided != NONE && c->criterion->stage < decided;
        c->halved = c->criterion->kind == CRITERION_TERM && !is_fixed(t->table, c->criterion);
        c->threshold = c->halved ? upper_half(r, t->values[i]) : 1;
        add_rows(c, r, t->values[i]);
        fared_settle(&c->with, f->min_n);
        fared_settle(&c->without, f->min_n);
        settle_tests(c, f->min_n);
        f->tests += !isnan(c->p_accepted);
        f->tests += !isnan(c->p_won);
    }
    for (size_t i = 0; i < t->count; i++) settle_says(&f->criteria[i], f->min_n, f->tests);
}

/* ---- channels ---- */

static int by_failing(const void *a, const void *b)
{
    const struct feedback_channel *x = a, *y = b;
    if (x->keeps_failing != y->keeps_failing) return x->keeps_failing ? -1 : 1;
    const double fx = share_of(x->failed, x->n), fy = share_of(y->failed, y->n);
    if (fx != fy) return fx > fy ? -1 : 1;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

static struct feedback_channel *channel_of(struct feedback *f, uint32_t value)
{
    for (size_t i = 0; i < f->channel_count; i++)
        if (f->channels[i].value == value) return &f->channels[i];
    f->channels[f->channel_count] = (struct feedback_channel){.value = value};
    return &f->channels[f->channel_count++];
}

/* Failed: turned down, lost, or given back and still before the decision; and never won. */
static bool has_failed(const struct fact_table *t, size_t row, uint32_t decided, const struct fate *fate)
{
    const bool refused = fate->decided != INSTANT_NONE && fate->accepted == INSTANT_NONE;
    const bool given_back = t->returns[row] && t->now_in[row] >= 0 && t->now_in[row] < (int)decided;
    return fate->won == INSTANT_NONE &&
           (refused || given_back || fate->disqualified != INSTANT_NONE || fate->lost != INSTANT_NONE);
}

static size_t values_of(const struct rows *r, const uint32_t *values)
{
    size_t most = 0;
    for (size_t row = 0; row < r->table->rows; row++)
        if (values[row] >= most) most = values[row] + 1u;
    return most < r->table->rows ? most : r->table->rows;
}

/* Of those who were handed over: who entered the stage before the decided one, or was accepted without it. */
static void fill_channels(struct feedback *f, struct arena *arena, const struct rows *r)
{
    const struct fact_table *t = r->table;
    const struct definition *d = t->definition;
    const uint32_t decided = decided_stage(&d->funnels[t->funnel]);
    if (!d->channels.given || decided == NONE || decided == 0) return;
    const uint32_t *by = t->dimension[d->channels.by];
    f->channels = ARENA_ARRAY(arena, struct feedback_channel, values_of(r, by) + 1);
    uint64_t all = 0, all_failed = 0, tests = 0;
    for (size_t row = 0; row < t->rows; row++) {
        if (!looked_at(r, row)) continue;
        if (t->entered[decided - 1][row] == INSTANT_NONE && r->fates[row].accepted == INSTANT_NONE) continue;
        struct feedback_channel *c = channel_of(f, by[row]);
        const bool failed = has_failed(t, row, decided, &r->fates[row]);
        c->n++;
        c->failed += failed;
        c->won += r->fates[row].won != INSTANT_NONE;
        all++;
        all_failed += failed;
    }
    for (size_t i = 0; i < f->channel_count; i++) {
        struct feedback_channel *c = &f->channels[i];
        c->others = all - c->n;
        c->others_failed = all_failed - c->failed;
        c->failed_range = wilson((double)c->failed, (double)c->n);
        c->p = NAN;
        if (!testable(c->n, c->others, f->min_n)) continue;
        c->p = two_shares((double)c->failed, (double)c->n, (double)c->others_failed, (double)c->others);
        tests += !isnan(c->p);
    }
    for (size_t i = 0; i < f->channel_count; i++) {
        struct feedback_channel *c = &f->channels[i];
        if (isnan(c->p) || c->p >= ALPHA || share_of(c->failed, c->n) <= share_of(c->others_failed, c->others))
            continue;
        c->keeps_failing = true;
        c->support = c->p * (double)tests < ALPHA ? SUPPORT_STRONG : SUPPORT_INDICATIVE;
    }
    if (f->channel_count) qsort(f->channels, f->channel_count, sizeof *f->channels, by_failing);
}

const struct feedback *feedback_build(struct arena *arena, const struct feedback_table *t, bool in_period)
{
    struct feedback *f = ARENA_NEW(arena, struct feedback);
    const struct fact_table *table = t->table;
    struct rows r = {table, in_period, fates_of(arena, table)};
    f->table = table;
    f->min_n = (uint64_t)table->definition->report.min_n;
    for (size_t row = 0; row < table->rows; row++) f->subjects += looked_at(&r, row);
    fill_criteria(f, arena, t, &r);
    fill_channels(f, arena, &r);
    return f;
}
