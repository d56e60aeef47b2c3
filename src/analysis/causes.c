/* Possible causes of the weakest transition, each with what the numbers say for it: 3 they show it, 2 they fit it, 1 a
 * trace, 0 no data confirm or deny it. */
#include <stdlib.h>

#include "analysis/finding.h"

/* ---- which score stands before a stage ---- */

static bool rule_reads_slot(const struct rule *rule, uint32_t slot)
{
    const uint32_t *slots;
    size_t count = rule ? rule_reads(rule, &slots) : 0;
    for (size_t i = 0; i < count; i++)
        if (slots[i] == slot) return true;
    return false;
}

static bool clause_reads_slot(const struct clause *c, uint32_t slot)
{
    if (!c) return false;
    if (c->kind == CLAUSE_RULE && rule_reads_slot(c->rule, slot)) return true;
    for (size_t i = 0; i < c->count; i++)
        if (clause_reads_slot(&c->members[i], slot)) return true;
    return false;
}

const struct score *gating_score(const struct analysis *a, uint32_t stage)
{
    for (size_t i = 0; i < a->definition->score_count; i++)
        if (a->definition->scores[i].has_threshold &&
            clause_reads_slot(a->funnel->stages[stage].enter, a->definition->scores[i].slot))
            return &a->definition->scores[i];
    return NULL;
}

static bool stopped_here(const struct view *v, const struct transition *t, size_t row)
{
    return view_counts(v, row, t->from) && !view_counts(v, row, t->to);
}

static uint64_t count_borderline(const struct analysis *a, const struct transition *t, const struct score *score)
{
    const struct fact_table *f = a->table;
    int64_t **scores = f->best_score ? f->best_score : f->score;
    size_t index = (size_t)(score - a->definition->scores);
    struct view now = view_now(a);
    uint64_t count = 0;
    if (!scores) return 0;
    view_each (&now, i)
        count +=
            stopped_here(&now, t, i) && scores[index][i] >= score->borderline_from && scores[index][i] <= score->above;
    return count;
}

/* ---- the causes ---- */

static double points(int64_t millionths)
{
    return (double)millionths / (double)DECIMAL_ONE;
}

static void cause_threshold(struct finding_list *l, const struct transition *t, const struct score *score)
{
    uint64_t borderline = count_borderline(l->a, t, score), left = t->now.n - t->now.hits;
    if (!borderline || t->now.hits >= t->now.n) return;
    struct finding *f = finding_new(l, "threshold_strict", "", SECTION_WEAKEST, judge_support(l->a, t->now.n));
    double share = (double)borderline / (double)left;
    f->strength = share >= 0.3 ? 3 : share >= 0.15 ? 2 : 1;
    put(f, "threshold", FIGURE_SCORE, points(score->above));
    put(f, "borderline_from", FIGURE_SCORE, points(score->borderline_from));
    put(f, "borderline", FIGURE_COUNT, (double)borderline);
    put(f, "left", FIGURE_COUNT, (double)left);

    bool team = score->borderline_team.len > 0;
    f = finding_new(l, "no_borderline_team", team ? "named" : "", SECTION_WEAKEST, judge_support(l->a, t->now.n));
    f->strength = team ? 1 : 2;
    put(f, "borderline_from", FIGURE_SCORE, points(score->borderline_from));
    put(f, "threshold", FIGURE_SCORE, points(score->above));
    put(f, "borderline", FIGURE_COUNT, (double)borderline);
    if (team) put_team(f, l, "team", score->borderline_team);
}

static bool score_reads(const struct score *score, uint32_t slot)
{
    for (size_t i = 0; i < score->count; i++)
        if (rule_reads_slot(score->terms[i].when, slot) || rule_reads_slot(score->terms[i].points, slot)) return true;
    return false;
}

/* What the ideal profile asks for and no term of the score looks at. A score that reads the profile's fit sees all of
 * it. */
static void cause_missing_term(struct finding_list *l, const struct score *score)
{
    const struct definition *d = l->a->definition;
    for (size_t p = 0; p < d->icp_count; p++) {
        const struct icp *icp = &d->icps[p];
        if (score_reads(score, icp->fit_slot) || score_reads(score, icp->matched_slot)) continue;
        const struct label **missing = ARENA_ARRAY(l->arena, const struct label *, icp->count);
        size_t count = 0;
        int64_t weight = 0, all = 0;
        for (size_t c = 0; c < icp->count; c++) {
            const uint32_t *slots;
            size_t reads = rule_reads(icp->criteria[c].when, &slots);
            bool seen = false;
            for (size_t i = 0; i < reads; i++) seen |= score_reads(score, slots[i]);
            all += icp->criteria[c].weight;
            if (seen || !reads) continue;
            weight += icp->criteria[c].weight;
            missing[count++] = &icp->criteria[c].label;
        }
        if (!count) continue;
        struct finding *f = finding_new(l, "missing_term", "", SECTION_WEAKEST, SUPPORT_INDICATIVE);
        f->strength = 10 * weight >= 3 * all ? 2 : 1; /* by definition only, not by outcomes: never 3 */
        put_labels(f, "term", missing, count);
        put(f, "weight", FIGURE_COUNT, (double)weight);
        put(f, "of_weight", FIGURE_COUNT, (double)all);
        return;
    }
}

static void cause_handoff(struct finding_list *l)
{
    const struct handoff_measure *h = &l->a->handoff;
    uint64_t back = h->returned + h->rejected;
    if (!h->given || !back) return;
    struct finding *f = finding_new(l, "handoff_gap", "", SECTION_EXITS, judge_support(l->a, handoffs_decided(h)));
    double share = (double)back / (double)handoffs_decided(h);
    f->strength = share >= 0.25 ? 3 : share >= 0.1 ? 2 : 1;
    put(f, "decided", FIGURE_COUNT, (double)handoffs_decided(h));
    put(f, "returned", FIGURE_COUNT, (double)h->returned);
    put(f, "rejected", FIGURE_COUNT, (double)h->rejected);
}

/* Leads of channels that bring nothing: how many of them stand in this very transition. */
static void cause_sources(struct finding_list *l, const struct transition *t)
{
    const struct analysis *a = l->a;
    struct view now = view_now(a);
    uint32_t codes[8];
    size_t count = 0;
    uint64_t here = 0, first = 0;
    for (size_t c = 0; c < a->channel_count && count < 8; c++) {
        if (a->channels[c].recommendation != RECOMMEND_STOP || !a->channels[c].first) continue; /* nobody weakens it */
        codes[count++] = a->channels[c].value;
        first += a->channels[c].first;
        view_each (&now, i)
            here += a->table->dimension[a->definition->channels.by][i] == a->channels[c].value &&
                    view_counts(&now, i, t->from);
    }
    if (!count) return;
    struct finding *f = finding_new(l, "poor_sources", here ? "here" : "", SECTION_BREAKDOWN, judge_support(a, first));
    f->dimension = a->definition->channels.by;
    f->strength = 10 * here >= 3 * t->now.n ? 3 : 10 * here >= t->now.n ? 2 : 1;
    put_values(f, l->arena, "source", f->dimension, codes, count);
    put(f, "n", FIGURE_COUNT, (double)first);
    put(f, "reached", FIGURE_COUNT, (double)here);
    put_stage(f, "stage", t->from == 0 ? t->to : t->from);
}

/* Whether those captured are those wanted, of whom it is known: the ideal profile's match, else the audience. */
static void cause_off_profile(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const bool by_icp = a->definition->icp_count && a->table->icp;
    struct view now = view_now(a);
    uint64_t wanted = 0, n = 0;
    if (!by_icp && !a->audience.given) return;
    const uint8_t *answers = by_icp ? a->table->icp[0] : a->table->audience;
    view_each (&now, i) {
        if (!view_counts(&now, i, 0)) continue;
        wanted += answers[i] == AUDIENCE_YES;
        n += answers[i] != AUDIENCE_UNKNOWN;
    }
    double off = n ? 1 - (double)wanted / (double)n : 0;
    if (off < 0.1) return;
    struct finding *f =
        finding_new(l, "offer_off_profile", by_icp ? "icp" : "audience", SECTION_AUDIENCE, judge_support(a, n));
    f->strength = n < a->min_n ? 1 : off >= 0.6 ? 3 : off >= 0.3 ? 2 : 1;
    put(f, "wanted", FIGURE_COUNT, (double)wanted);
    put(f, "n", FIGURE_COUNT, (double)n);
    put(f, "wanted_pct", FIGURE_PERCENT, percent_of(wanted, n, 1));
}

const struct finding *offer_misses(const struct analysis *a)
{
    const struct finding *off = cause_named(a, "offer_off_profile");
    return off && off->strength >= 2 ? off : NULL;
}

/* Talks leave no events in the log: worth asking, and said to be only that. */
static void causes_of_talks(struct finding_list *l, const struct transition *t)
{
    enum role owner = l->a->funnel->stages[t->to].owner;
    if (l->a->decided == NONE || t->to < l->a->decided || owner != ROLE_SALES) return;
    finding_new(l, "calls_unprepared", "", SECTION_WEAKEST, SUPPORT_NONE);
    finding_new(l, "scripts_unfitted", "", SECTION_WEAKEST, SUPPORT_NONE);
}

static int compare_strength(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
    return x->strength != y->strength ? y->strength - x->strength : x < y ? -1 : x > y;
}

static void sort_by_strength(struct findings *list, struct arena *arena)
{
    const struct finding **order = ARENA_ARRAY(arena, const struct finding *, list->count);
    struct finding *sorted = ARENA_ARRAY(arena, struct finding, list->count);
    for (size_t i = 0; i < list->count; i++) order[i] = &list->at[i];
    qsort(order, list->count, sizeof *order, compare_strength);
    for (size_t i = 0; i < list->count; i++) sorted[i] = *order[i];
    list->at = sorted;
}

void build_causes(struct analysis *a, struct arena *arena)
{
    struct finding_list l = {.a = a, .arena = arena};
    if (a->weakest == NONE) return;
    const struct transition *t = &a->transitions[a->weakest];
    const struct score *score = gating_score(a, t->to);
    if (score && score->has_borderline) cause_threshold(&l, t, score);
    if (score) cause_missing_term(&l, score);
    cause_handoff(&l);
    cause_off_profile(&l);
    cause_sources(&l, t);
    causes_of_talks(&l, t);
    a->causes = finding_done(&l);
    sort_by_strength(&a->causes, arena);
}
