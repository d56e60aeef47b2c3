/* Stages and the ways between them: counts, rates, days, and what became of those who did not go on. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/memory.h"
#include "base/workweek.h"

uint64_t view_count(const struct view *v, uint32_t stage)
{
    return v->reached[stage].count;
}

struct days view_days(const struct view *v, uint32_t from, uint32_t to)
{
    struct days d = {.mean = NAN, .median = NAN, .ninth = NAN, .range = range_none()};
    int64_t *times = memory_large((v->reached[to].count + 1) * sizeof *times);
    __int128 sum = 0;
    view_each_in(v, to, i)
    {
        const bool timed = row_timed(v->table, i, from, to);
        times[d.n] = (int64_t)((uint64_t)v->table->entered[to][i] - (uint64_t)v->table->entered[from][i]);
        sum += timed ? times[d.n] : 0;
        d.n += timed;
    }
    if (d.n) {
        d.mean = (double)sum / (double)d.n / (double)DAY_US; /* exact until the division */
        d.moments = moments_about(times, d.n, d.mean, (double)DAY_US);
        d.median = (double)median_twice(times, d.n) / 2 / (double)DAY_US;
        d.ninth = (double)quantile(times, d.n, 0.9) / (double)DAY_US;
        if (!v->flow) d.range = moments_range(&d.moments);
        if (d.range.low < 0) d.range.low = 0;
    }
    free(times);
    return d;
}

struct duration allowed_time(const struct analysis *a, uint32_t to, const struct band *band)
{
    const struct duration sla = a->funnel->stages[to].sla;
    if (sla.amount || !band) return sla;
    return (struct duration){DURATION_EXACT, band->target_days * DAY_US};
}

double allowed_days(const struct analysis *a, uint32_t to, const struct band *band)
{
    const struct duration allowed = allowed_time(a, to, band);
    const struct workweek *week = a->table->workweek;
    if (!allowed.amount) return NAN;
    switch (allowed.unit) {
    case DURATION_BUSINESS_TIME: return (double)allowed.amount / (double)(week ? workweek_usual_day(week) : DAY_US);
    case DURATION_EXACT: return (double)allowed.amount / (double)DAY_US;
    default: return (double)allowed.amount;
    }
}

bool allowed_in_business(const struct analysis *a, uint32_t to)
{
    const struct duration *sla = &a->funnel->stages[to].sla;
    return sla->amount && (sla->unit == DURATION_BUSINESS_DAYS || sla->unit == DURATION_BUSINESS_TIME);
}

int64_t allowed_until(const struct analysis *a, uint32_t to, const struct band *band, int64_t from)
{
    const struct duration *sla = &a->funnel->stages[to].sla;
    const struct fact_table *t = a->table;
    if (!sla->amount) return band && band->target_days ? from + band->target_days * DAY_US : INSTANT_MAX;
    switch (sla->unit) {
    case DURATION_EXACT: return from + sla->amount;
    case DURATION_CALENDAR_DAYS: return zone_day_start(t->zone, zone_day(t->zone, from) + sla->amount);
    case DURATION_BUSINESS_DAYS:
        return t->workweek ? workweek_after_days(t->workweek, from, sla->amount) : from + sla->amount * DAY_US;
    case DURATION_BUSINESS_TIME:
        return t->workweek ? workweek_after(t->workweek, from, sla->amount) : from + sla->amount;
    }
    return INSTANT_MAX;
}

/* Against business time each case has its own limit; the mean overrun is the mean of what each took past its own. */
static void measure_allowed(const struct analysis *a, const struct view *v, struct transition *t)
{
    double past = 0;
    t->allowed_days =
        t->to == t->from + 1 ? allowed_days(a, t->to, t->band) : NAN; /* limits run from the stage before */
    t->over_days = NAN;
    if (isnan(t->allowed_days)) return;
    t->allowed = allowed_time(a, t->to, t->band);
    t->allowed_business = allowed_in_business(a, t->to);
    t->allowed_plain = !t->allowed_business && floor(t->allowed_days) == t->allowed_days;
    view_each_in(v, t->to, i)
    {
        if (!row_timed(a->table, i, t->from, t->to)) continue;
        int64_t until = allowed_until(a, t->to, t->band, a->table->entered[t->from][i]);
        t->late += a->table->entered[t->to][i] > until;
        past += (double)(a->table->entered[t->to][i] - until) / (double)DAY_US;
    }
    if (t->days.n && past / (double)t->days.n > 1e-9) t->over_days = past / (double)t->days.n;
}

static int highest_reached(const struct analysis *a, size_t row)
{
    int highest = -1;
    for (uint32_t s = 0; s < a->funnel->stage_count; s++)
        if (a->table->entered[s][row] != INSTANT_NONE) highest = (int)s;
    return highest;
}

enum fate row_fate(const struct analysis *a, size_t row)
{
    const struct fact_table *t = a->table;
    if (t->exit[row] == EXIT_REJECTED) return FATE_REJECTED;
    if (t->exit[row] != EXIT_NONE) return FATE_EXITED;
    return t->returns[row] && t->now_in[row] < highest_reached(a, row) ? FATE_RETURNED : FATE_WAITING;
}

/* On the cohort basis: what became of each who reached `from` and not `to`. */
static struct left left_of_cohort(const struct analysis *a, const struct view *v, uint32_t from, uint32_t to)
{
    uint64_t fates[FATE_WAITING + 1] = {0};
    view_each_in(v, from, i) if (!view_counts(v, i, to)) fates[row_fate(a, i)]++;
    struct left left = {0, fates[FATE_RETURNED], fates[FATE_REJECTED], fates[FATE_EXITED], fates[FATE_WAITING]};
    left.total = left.returned + left.rejected + left.exited + left.waiting;
    return left;
}

bool flow_leaves(const struct view *v, size_t row, uint32_t from, uint32_t to)
{
    const struct fact_table *t = v->table;
    return t->lap[row] == 1 && t->exit[row] != EXIT_NONE && view_holds(v, t->exit_at[row]) &&
           t->exit_stage[row] >= (int)from && t->exit_stage[row] < (int)to;
}

bool flow_returns(const struct view *v, const struct return_row *r, uint32_t from, uint32_t to)
{
    return r->stage >= from && r->stage < to && v->table->lap[r->row] == 1 && view_holds(v, r->at);
}

/* On the flow basis: who left from there inside the window. */
static struct left left_of_flow(const struct view *v, uint32_t from, uint32_t to)
{
    const struct fact_table *t = v->table;
    struct left left = {0};
    view_each (v, i) {
        if (!flow_leaves(v, i, from, to)) continue;
        left.rejected += t->exit[i] == EXIT_REJECTED;
        left.exited += t->exit[i] != EXIT_REJECTED;
    }
    for (size_t i = 0; i < t->returned_count; i++) left.returned += flow_returns(v, &t->returned[i], from, to);
    left.total = left.returned + left.rejected + left.exited;
    return left;
}

static uint64_t passed(const struct view *v, uint32_t from, uint32_t to)
{
    uint64_t hits = 0;
    view_each_in(v, to, i) hits += view_passes(v, i, from, to);
    return hits;
}

static struct transition measure_transition(const struct analysis *a, uint32_t from, uint32_t to)
{
    struct view now = view_now(a), before = view_before(a);
    struct transition t = {.from = from, .to = to, .band = judge_find_band(a->definition, from, to)};
    t.now = judge_share(a, passed(&now, from, to), a->stages[from].now);
    t.before = judge_share(a, passed(&before, from, to), a->stages[from].before);
    judge_band(a, t.band, &t.now, &t.light);
    t.change = judge_shares(a, &t.now, &t.before);
    t.days = view_days(&now, from, to);
    t.days_before = view_days(&before, from, to);
    measure_allowed(a, &now, &t);
    t.left = now.flow ? left_of_flow(&now, from, to) : left_of_cohort(a, &now, from, to);
    return t;
}

static void count_stopped(struct analysis *a)
{
    struct view now = view_now(a);
    uint8_t *last = memory_new(a->table->rows + 1); /* by row: the last stage that counts + 1 */
    for (uint32_t s = 0; s < a->stage_count; s++) view_each_in(&now, s, i) last[i] = (uint8_t)(s + 1);
    view_each (&now, i)
        if (last[i]) a->stages[last[i] - 1].stopped++;
    free(last);
}

void build_stages(struct analysis *a, struct arena *arena)
{
    struct view now = view_now(a), before = view_before(a);
    a->stages = ARENA_ARRAY(arena, struct stage_measure, a->stage_count);
    a->transitions = ARENA_ARRAY(arena, struct transition, a->stage_count);
    for (uint32_t s = 0; s < a->stage_count; s++) {
        a->stages[s].now = view_count(&now, s);
        a->stages[s].before = view_count(&before, s);
        a->stages[s].change = judge_counts(a, a->stages[s].now, a->stages[s].before);
    }
    for (uint32_t s = 0; s + 1 < a->stage_count; s++) a->transitions[s] = measure_transition(a, s, s + 1);
    a->overall = measure_transition(a, 0, a->goal);
    for (uint32_t s = 0; s < a->stage_count; s++)
        a->stages[s].chance = judge_share(a, passed(&now, s, a->goal), a->stages[s].now);
    count_stopped(a);
}
