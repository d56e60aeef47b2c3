/* The single numbers. Nothing here knows a stage by name: the first stage, the goal, the stage that is entered by
 * decision and the one before it (what one side hands to the other) play their parts. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/memory.h"
#include "base/vector.h"

struct kpis {
    struct analysis *a;
    struct view now, before;
    VECTOR(struct kpi) at;
};

static struct kpi blank(enum kpi_kind kind, uint32_t from, uint32_t to)
{
    return (struct kpi){.kind = kind,
                        .from = from,
                        .to = to,
                        .now = NAN,
                        .before = NAN,
                        .n = -1,
                        .hits = -1,
                        .n_before = -1,
                        .hits_before = -1,
                        .range = range_none(),
                        .range_before = range_none()};
}

static struct range in_percent(struct range r)
{
    return range_given(r) ? (struct range){100 * r.low, 100 * r.high} : r;
}

static double percent(const struct share *s)
{
    return s->n ? 100 * share_value(s) : NAN;
}

/* A share, judged already, as a number in percent. */
static struct kpi share_kpi(const struct kpis *k, enum kpi_kind kind, uint32_t from, uint32_t to,
                            const struct share *now, const struct share *before)
{
    struct kpi out = blank(kind, from, to);
    out.unit = UNIT_PERCENT;
    out.now = percent(now);
    out.n = (int64_t)now->n;
    out.hits = (int64_t)now->hits;
    out.range = in_percent(now->range);
    out.support = now->support;
    out.needs_more = now->needs_more;
    out.change = judge_shares(k->a, now, before);
    if (!k->a->compared) return out;
    out.before = percent(before);
    out.n_before = (int64_t)before->n;
    out.hits_before = (int64_t)before->hits;
    out.range_before = in_percent(before->range);
    return out;
}

static void add(struct kpis *k, struct kpi kpi, enum kpi_group group, enum better better)
{
    kpi.group = group;
    kpi.better = better;
    vector_push(&k->at, kpi);
}

static enum kpi_group side(const struct analysis *a, uint32_t stage)
{
    return a->decided != NONE && stage >= a->decided ? GROUP_SALES : GROUP_MARKETING;
}

static struct kpi days_kpi(const struct kpis *k, enum kpi_kind kind, uint32_t from, uint32_t to)
{
    struct kpi out = blank(kind, from, to);
    struct days now = view_days(&k->now, from, to), before = view_days(&k->before, from, to);
    out.unit = UNIT_DAYS;
    out.now = now.mean;
    out.n = (int64_t)now.n;
    out.range = now.range;
    out.support = judge_support(k->a, now.n);
    out.needs_more = judge_needs(k->a, now.n);
    out.change = judge_means(k->a, &now.moments, &before.moments);
    if (!k->a->compared) return out;
    out.before = before.mean;
    out.n_before = (int64_t)before.n;
    out.range_before = before.range;
    return out;
}

static struct kpi volume_kpi(const struct kpis *k, uint32_t stage)
{
    const struct stage_measure *s = &k->a->stages[stage];
    struct kpi out = blank(KPI_VOLUME, NONE, stage);
    out.unit = UNIT_COUNT;
    out.now = (double)s->now;
    out.n = out.hits = (int64_t)s->now;
    out.support = judge_support(k->a, s->now);
    out.needs_more = judge_needs(k->a, s->now);
    out.change = s->change;
    if (!k->a->compared) return out;
    out.before = (double)s->before;
    out.n_before = out.hits_before = (int64_t)s->before;
    return out;
}

/* Spend over a count. The count's interval among those who entered the first stage gives the cost's. */
static struct kpi cost_kpi(const struct kpis *k, uint32_t stage)
{
    const struct analysis *a = k->a;
    const struct stage_measure *s = &a->stages[stage];
    struct kpi out = blank(KPI_COST_PER, NONE, stage);
    out.unit = UNIT_MONEY;
    out.n = (int64_t)s->now;
    out.support = judge_support(a, s->now);
    out.needs_more = judge_needs(a, s->now);
    if (!a->spend.given)
        out.note = NOTE_NO_SPEND;
    else if (a->spend.other_currency)
        out.note = NOTE_OTHER_CURRENCY;
    else if (a->compared && !a->spend.before_given)
        out.note = NOTE_NO_SPEND_BEFORE;
    if (a->spend.given && s->now) out.now = a->spend.total / (double)s->now;
    struct share share = judge_share(a, s->now, a->stages[0].now);
    if (stage && a->spend.given && range_given(share.range) && share.range.low > 0)
        out.range = (struct range){a->spend.total / (share.range.high * (double)share.n),
                                   a->spend.total / (share.range.low * (double)share.n)};
    if (a->compared && a->spend.before_given && s->before) {
        out.before = a->spend.before / (double)s->before;
        out.n_before = (int64_t)s->before;
        out.change = judge_plain(a, out.now, out.before);
    }
    return out;
}

/* Of the window's visitors those who count at the stage: who came another way is no visitor's success. */
static struct share landed(const struct analysis *a, const struct view *v, uint32_t stage)
{
    const uint8_t *visited = a->table->visited;
    uint64_t hits = 0;
    if (visited) view_each_in(v, stage, i) hits += visited[i] >> v->number & 1;
    return judge_share(a, hits, a->table->visitors[v->number]);
}

static struct kpi landing_kpi(const struct kpis *k)
{
    uint32_t stage = k->a->definition->landing.stage;
    uint64_t visitors = k->a->table->visitors[WINDOW_PERIOD];
    struct share now = landed(k->a, &k->now, stage), before = landed(k->a, &k->before, stage);
    struct kpi out = share_kpi(k, KPI_LANDING, NONE, stage, &now, &before);
    if (!visitors) out.note = NOTE_NO_VISITORS;
    return out;
}

/* Days with a touch of each who entered the first stage, as means that can be compared. */
static struct moments touches(const struct view *v, uint64_t *sum)
{
    enum { DAYS = UINT16_MAX + 1 };
    struct moments m = {0};
    uint32_t *leads = memory_new(DAYS * sizeof *leads); /* by how many days */
    *sum = 0;
    view_each_in(v, 0, i) leads[v->table->touch_days[i]]++;
    for (uint32_t days = 0; days < DAYS; days++) {
        moments_add(&m, days, leads[days]);
        *sum += (uint64_t)days * leads[days];
    }
    free(leads);
    return m;
}

/* Exports of a CRM tell of stages, and of no touch: nothing is frequent then. */
static bool touches_exist(const struct analysis *a)
{
    for (size_t i = 0; i < a->definition->event_count; i++)
        if (a->definition->events[i].touch && a->definition->events[i].of == a->funnel->of) return true;
    return false;
}

static struct kpi frequency_kpi(const struct kpis *k)
{
    struct kpi out = blank(KPI_ENGAGEMENT_FREQUENCY, NONE, 0);
    uint64_t sum, sum_before;
    struct moments now = touches(&k->now, &sum), before = touches(&k->before, &sum_before);
    out.unit = UNIT_RATIO;
    out.now = now.n ? (double)sum / (double)now.n : NAN;
    out.n = (int64_t)now.n;
    out.hits = (int64_t)sum;
    if (k->a->basis == BASIS_COHORT) out.range = moments_range(&now);
    out.support = judge_support(k->a, now.n);
    out.needs_more = judge_needs(k->a, now.n);
    out.change = judge_means(k->a, &now, &before);
    if (!k->a->compared) return out;
    out.before = before.n ? (double)sum_before / (double)before.n : NAN;
    out.n_before = (int64_t)before.n;
    out.hits_before = (int64_t)sum_before;
    if (k->a->basis == BASIS_COHORT) out.range_before = moments_range(&before);
    return out;
}

static struct share grouped_share(const struct analysis *a, const struct grouped *g)
{
    struct share s = judge_share(a, (uint64_t)g->hits, (uint64_t)g->cases);
    if (range_given(s.range)) s.range = grouped_range(g);
    return s;
}

/* Mails of one person resemble each other: the interval and the test know it. */
static struct kpi mail_kpi(const struct kpis *k, enum kpi_kind kind, const struct grouped *now,
                           const struct grouped *before)
{
    struct share share = grouped_share(k->a, now), earlier = grouped_share(k->a, before);
    struct kpi out = share_kpi(k, kind, NONE, NONE, &share, &earlier);
    if (out.change.given && k->a->basis == BASIS_COHORT) {
        out.change.p = two_grouped(now, before);
        out.change.verdict = judge_verdict(k->a, out.change.p, share.n, earlier.n);
    }
    if (k->a->basis == BASIS_FLOW) out.note = NOTE_COHORT_ONLY;
    return out;
}

static void add_mails(struct kpis *k)
{
    const struct mail_totals *now = &k->a->mails_now, *before = &k->a->mails_before;
    if (!k->a->definition->sequence.given) return;
    if (k->a->definition->sequence.clicked != NONE) {
        add(k, mail_kpi(k, KPI_CLICK_TO_OPEN, &now->clicked_of_opened, &before->clicked_of_opened), GROUP_EMAIL,
            BETTER_UP);
        add(k, mail_kpi(k, KPI_CLICK_RATE, &now->clicked, &before->clicked), GROUP_EMAIL, BETTER_UP);
    }
}

static struct share acceptance(const struct analysis *a)
{
    const struct handoff_measure *h = &a->handoff;
    return judge_share(a, h->accepted, handoffs_decided(h));
}

/* Who was disqualified by a decision once they held the stage or a later one short of the goal; without any such exit
 * in the definition, who left from there. */
static uint64_t disqualified(const struct analysis *a, const struct view *v, uint32_t stage)
{
    const struct fact_table *t = a->table;
    bool decided_exits = false;
    uint64_t count = 0;
    for (size_t e = 0; e < a->funnel->exit_count; e++) decided_exits |= a->funnel->exits[e].decided_by != ROLE_NONE;
    view_each (v, i) {
        if (t->exit[i] == EXIT_NONE || t->exit_stage[i] < (int)stage || t->exit_stage[i] >= (int)a->goal) continue;
        if (!view_counts_at(v, i, t->exit_at[i])) continue;
        bool by_decision =
            t->exit[i] == EXIT_REJECTED || a->funnel->exits[t->exit[i] - EXIT_DECLARED].decided_by != ROLE_NONE;
        count += by_decision || !decided_exits;
    }
    return count;
}

static void add_sales(struct kpis *k)
{
    const struct analysis *a = k->a;
    if (a->decided == NONE) return;
    struct share now = acceptance(a), before = judge_share(a, a->handoff.before_accepted, a->handoff.before_decided);
    add(k, share_kpi(k, KPI_ACCEPTANCE, NONE, a->decided, &now, &before), GROUP_SALES, BETTER_UP);
    uint32_t stage = a->decided + 1;
    if (stage >= a->goal) return;
    now = judge_share(a, disqualified(a, &k->now, stage), a->stages[stage].now);
    before = judge_share(a, disqualified(a, &k->before, stage), a->stages[stage].before);
    add(k, share_kpi(k, KPI_DISQUALIFICATION, NONE, stage, &now, &before), GROUP_SALES, BETTER_DOWN);
}

/* Targets between stages that are no neighbours in the report, such as from a stage to winning. */
static void add_pairs(struct kpis *k)
{
    const struct analysis *a = k->a;
    for (size_t i = 0; i < a->definition->band_count; i++) {
        const struct band *b = &a->definition->bands[i];
        if (b->funnel != a->definition->report.funnel) continue;
        if (b->from >= a->funnel->stage_count || b->to >= a->funnel->stage_count) continue;
        if (b->to <= a->goal && (b->to == b->from + 1 || (b->from == 0 && b->to == a->goal))) continue;
        struct share now = judge_share(a, view_count(&k->now, b->to), view_count(&k->now, b->from));
        struct share before = judge_share(a, view_count(&k->before, b->to), view_count(&k->before, b->from));
        enum light light;
        judge_band(a, b, &now, &light);
        struct kpi kpi = share_kpi(k, KPI_PAIR, b->from, b->to, &now, &before);
        kpi.band = b;
        kpi.light = light;
        add(k, kpi, GROUP_OUTCOME, b->has_wanted ? BETTER_RANGE : BETTER_UP);
    }
}

/* Whoever lands did not enter the first stage. */
static int64_t lap_begins(const struct analysis *a, size_t row)
{
    for (size_t s = 0; s < a->funnel->stage_count; s++)
        if (a->table->entered[s][row] != INSTANT_NONE) return a->table->entered[s][row];
    return INSTANT_NONE;
}

/* Further laps: all of them, or those that a landing began. */
static void add_laps(struct kpis *k, enum kpi_kind kind)
{
    const struct fact_table *t = k->a->table;
    uint64_t now = 0, before = 0;
    for (size_t i = 0; i < t->rows; i++) {
        if (t->lap[i] <= 1 || (kind == KPI_LANDED && t->entered[0][i] != INSTANT_NONE)) continue;
        const int64_t began = lap_begins(k->a, i);
        now += view_holds(&k->now, began);
        before += k->before.given && view_holds(&k->before, began);
    }
    if (!now && !before) return;
    struct kpi out = blank(kind, NONE, 0);
    out.unit = UNIT_COUNT;
    out.now = (double)now;
    out.n = out.hits = (int64_t)now;
    out.support = judge_support(k->a, now);
    out.needs_more = judge_needs(k->a, now);
    out.change = judge_counts(k->a, now, before);
    if (k->a->compared) {
        out.before = (double)before;
        out.n_before = out.hits_before = (int64_t)before;
    }
    add(k, out, GROUP_OUTCOME, BETTER_NONE);
}

static void add_headline(struct kpis *k)
{
    const struct analysis *a = k->a;
    struct kpi overall = share_kpi(k, KPI_OVERALL, 0, a->goal, &a->overall.now, &a->overall.before);
    overall.band = a->overall.band;
    overall.light = a->overall.light;
    if (a->goal > 0) { /* a funnel of one stage has no way through it */
        add(k, overall, GROUP_OVERALL, BETTER_UP);
        add(k, days_kpi(k, KPI_MEAN_DAYS, 0, a->goal), GROUP_TIME, BETTER_DOWN);
    }
    if (a->definition->sequence.given && a->definition->sequence.opened != NONE)
        add(k, mail_kpi(k, KPI_OPEN_RATE, &a->mails_now.opened, &a->mails_before.opened), GROUP_EMAIL, BETTER_UP);
    if (a->definition->channels.given) add(k, cost_kpi(k, a->goal), GROUP_COST, BETTER_DOWN);
}

void build_kpis(struct analysis *a, struct arena *arena)
{
    struct kpis k = {.a = a, .now = view_now(a), .before = view_before(a)};
    bool costs = a->definition->channels.given;
    add_headline(&k);
    if (a->definition->landing.given) add(&k, landing_kpi(&k), GROUP_MARKETING, BETTER_UP);
    add(&k, volume_kpi(&k, 0), GROUP_MARKETING, BETTER_UP);
    if (costs && a->goal > 0) add(&k, cost_kpi(&k, 0), GROUP_COST, BETTER_DOWN);
    if (a->goal > 1) {
        const struct transition *t = &a->transitions[0];
        struct kpi rate = share_kpi(&k, KPI_ENGAGEMENT_RATE, 0, 1, &t->now, &t->before);
        rate.band = t->band;
        rate.light = t->light;
        add(&k, rate, GROUP_MARKETING, BETTER_UP);
    }
    const struct kpi frequency = frequency_kpi(&k);
    if (frequency.hits || touches_exist(a)) add(&k, frequency, GROUP_MARKETING, BETTER_UP);
    add_mails(&k);
    for (uint32_t s = 1; s < a->stage_count; s++) {
        add(&k, volume_kpi(&k, s), side(a, s), BETTER_UP);
        if (s != a->ready || s == a->goal) continue;
        add(&k, days_kpi(&k, KPI_VELOCITY, 0, s), GROUP_TIME, BETTER_DOWN);
        if (costs) add(&k, cost_kpi(&k, s), GROUP_COST, BETTER_DOWN);
    }
    add_sales(&k);
    add_pairs(&k);
    add_laps(&k, KPI_LAPS);
    if (a->funnel->landing_count) add_laps(&k, KPI_LANDED);
    a->kpi_count = k.at.count;
    a->kpis = ARENA_ARRAY(arena, struct kpi, a->kpi_count);
    memcpy(a->kpis, k.at.at, a->kpi_count * sizeof *a->kpis);
    vector_release(&k.at);
}
