/* The weakest and the slowest transition, and what the weakest would give if it were as wished. */
#include "analysis/parts.h"

/* How weak by the published rule: failing targets first, the furthest below first; then, among those without target,
 * the lowest rate; then those that have a target and miss "good". Too few cases come after all others: they can't be
 * said to be weak. */
struct weakness {
    enum weak_rule rule;
    int rank;     /* smaller is weaker */
    double depth; /* smaller is weaker */
};

static struct weakness weakness_of(const struct analysis *a, const struct transition *t)
{
    double value = share_value(&t->now);
    struct weakness w = {WEAK_NONE, 9, 0};
    if (!t->now.n || t->now.hits >= t->now.n) return w; /* where nobody stops nothing is weak */
    if (t->light == LIGHT_FAILING)
        w = (struct weakness){WEAK_FAILING, 0, value - (double)t->band->failing / (double)DECIMAL_ONE};
    else if (!t->band)
        w = (struct weakness){WEAK_LOWEST, 1, value};
    else if (t->light == LIGHT_BETWEEN || t->light == LIGHT_OUTSIDE)
        w = (struct weakness){WEAK_LOWEST, 2, value};
    else
        return w;
    if (t->now.n < a->min_n) w.rank += 3;
    return w;
}

static uint32_t find_weakest(const struct analysis *a, uint32_t except, enum weak_rule *rule)
{
    struct weakness weakest = {WEAK_NONE, 9, 0};
    uint32_t found = NONE;
    for (uint32_t i = 0; i + 1 < a->stage_count; i++) {
        struct weakness w = weakness_of(a, &a->transitions[i]);
        if (i == except || w.rule == WEAK_NONE) continue;
        if (w.rank > weakest.rank || (w.rank == weakest.rank && w.depth >= weakest.depth)) continue;
        weakest = w;
        found = i;
    }
    if (rule) *rule = weakest.rule;
    return found;
}

/* Furthest over its limit; without any limit the longest. */
static uint32_t find_slowest(const struct analysis *a)
{
    uint32_t over = NONE, longest = NONE;
    bool limits = false;
    for (uint32_t i = 0; i + 1 < a->stage_count; i++) {
        const struct transition *t = &a->transitions[i];
        limits |= !isnan(t->allowed_days);
        if (!isnan(t->over_days) && (over == NONE || t->over_days > a->transitions[over].over_days)) over = i;
        if (t->days.n && (longest == NONE || t->days.mean > a->transitions[longest].days.mean)) longest = i;
    }
    return limits ? over : longest;
}

/* The best of the values of any dimension with enough cases: a rate of one's own that is known to be possible. */
static void wish_best(const struct analysis *a, const struct transition *t, struct what_if *w)
{
    for (size_t d = 0; d < a->definition->dimension_count; d++)
        for (size_t g = 0; g < a->breakdowns[d].count; g++) {
            const struct group_measure *m = &a->breakdowns[d].groups[g];
            if (!m->value || m->now[t->from] < a->min_n || !m->now[t->from]) continue;
            double rate = (double)m->now[t->to] / (double)m->now[t->from];
            if (rate <= w->rate_to || rate > 1) continue;
            *w = (struct what_if){.rests_on = WISH_BEST,
                                  .rate_to = rate,
                                  .dimension = (uint32_t)d,
                                  .value = m->value,
                                  .hits = m->now[t->to],
                                  .n = m->now[t->from]};
        }
}

/* Where to: what both sides called good; else the better of what it was in the compared period and of the best value of
 * a dimension. */
static struct what_if wished(const struct analysis *a, const struct transition *t)
{
    const double now = share_value(&t->now),
                 good = t->band && t->band->has_good ? (double)t->band->good / (double)DECIMAL_ONE : 0;
    struct what_if w = {.rests_on = WISH_TARGET, .rate_to = now};
    if (good > now) {
        w.rate_to = good;
        return w;
    }
    if (t->before.n >= a->min_n && share_value(&t->before) > now)
        w = (struct what_if){
            .rests_on = WISH_BEFORE, .rate_to = share_value(&t->before), .hits = t->before.hits, .n = t->before.n};
    wish_best(a, t, &w);
    return w;
}

/* Half a percentage point: below it there is nothing to wish for. */
#define WISH_MIN 0.005

/* Of working days each case had its own in the calendar; the mean of those is what lies below the overrun. */
static double in_calendar_days(const struct transition *t)
{
    return t->allowed_business ? t->days.mean - t->over_days : t->allowed_days;
}

static void build_what_if(struct analysis *a, struct arena *arena)
{
    const struct transition *t = &a->transitions[a->weakest];
    struct what_if *w = &a->what_if;
    *w = wished(a, t);
    w->rate_to = rounded(w->rate_to, 3);
    if (!(w->rate_to >= share_value(&t->now) + WISH_MIN)) return;
    w->given = true;
    w->days = ARENA_ARRAY(arena, struct what_if_day, a->stage_count);
    w->outcomes = ARENA_ARRAY(arena, struct what_if_outcome, a->stage_count);
    double expected = (double)t->now.n * w->rate_to, low = expected, high = expected;
    for (uint32_t s = t->to; s < a->stage_count; s++) {
        const struct transition *into = &a->transitions[s - 1];
        if (s > t->to) {
            if (!into->now.n) break;
            expected *= share_value(&into->now);
            low *= range_given(into->now.range) ? into->now.range.low : NAN;
            high *= range_given(into->now.range) ? into->now.range.high : NAN;
        }
        w->outcomes[w->outcome_count++] = (struct what_if_outcome){
            s, a->stages[s].now, expected, s > t->to && !isnan(low) ? (struct range){low, high} : range_none()};
        if (into->days.n && !isnan(into->over_days))
            w->days[w->day_count++] =
                (struct what_if_day){into->from, into->to, into->days.mean, in_calendar_days(into)};
    }
}

void build_weak(struct analysis *a, struct arena *arena)
{
    a->weakest = find_weakest(a, NONE, &a->weakest_rule);
    a->second_weakest = a->weakest == NONE ? NONE : find_weakest(a, a->weakest, NULL);
    a->slowest = find_slowest(a);
    if (a->weakest != NONE) build_what_if(a, arena);
}
