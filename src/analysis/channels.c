/* What each channel cost and brought, and what to do about it. Counts and costs are by the dimension's value (first
 * touch in the usual case); revenue is credited as the definition says. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/vector.h"

double months_covered(int64_t from_day, int64_t until_day)
{
    double months = 0;
    for (int64_t day = from_day; day < until_day;) {
        int year, month, of_month;
        civil_from_day(day, &year, &month, &of_month);
        int length = civil_month_length(year, month);
        int64_t end = day + length - of_month + 1;
        if (end > until_day) end = until_day;
        months += (double)(end - day) / length;
        day = end;
    }
    return months;
}

/* What is in a currency that cannot be added to the company's. */
struct foreign {
    uint32_t currency;
    double amount;
};
struct foreign_list {
    VECTOR(struct foreign) of;
};

struct channels_in_work {
    VECTOR(struct channel) at;
    VECTOR(uint32_t) index; /* by code: channel + 1 */
    uint32_t currency;
    struct foreign_list spend, revenue;
};

static void add_foreign(struct foreign_list *list, uint32_t currency, double amount)
{
    for (size_t i = 0; i < list->of.count; i++)
        if (list->of.at[i].currency == currency) {
            list->of.at[i].amount += amount;
            return;
        }
    vector_push(&list->of, ((struct foreign){currency, amount}));
}

/* Most first, whatever order the rows came in. */
static int by_amount(const void *a, const void *b, void *dictionary)
{
    const struct foreign *x = a, *y = b;
    if (x->amount != y->amount) return x->amount > y->amount ? -1 : 1;
    return slice_compare(dictionary_text(dictionary, x->currency), dictionary_text(dictionary, y->currency));
}

static struct slice foreign_words(const struct analysis *a, struct arena *arena, struct foreign_list *list)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    if (list->of.count)
        qsort_r(list->of.at, list->of.count, sizeof *list->of.at, by_amount, (void *)a->table->dictionary);
    for (size_t i = 0; i < list->of.count; i++) {
        const struct foreign *f = &list->of.at[i];
        buffer_text(&text, i ? ", " : "");
        buffer_grouped(&text, arena_printf(arena, "%.0f", f->amount));
        buffer_printf(&text, " %.*s", SLICE_ARG(dictionary_text(a->table->dictionary, f->currency)));
    }
    const struct slice out = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    vector_release(&list->of);
    return out;
}

static struct channel *channel_of(struct channels_in_work *w, uint32_t value)
{
    while (w->index.count <= value) vector_push(&w->index, 0);
    if (!w->index.at[value]) {
        vector_push(&w->at, ((struct channel){.value = value}));
        w->index.at[value] = (uint32_t)w->at.count;
    }
    return &w->at.at[w->index.at[value] - 1];
}

/* The part of a spend row that falls into some local days, by days. */
static double spend_within(const struct cost_row *s, int64_t from_day, int64_t until_day)
{
    int64_t from = s->from_day > from_day ? s->from_day : from_day,
            until = s->until_day < until_day ? s->until_day : until_day;
    if (until <= from || s->until_day <= s->from_day) return 0;
    return (double)s->amount / (double)DECIMAL_ONE * (double)(until - from) / (double)(s->until_day - s->from_day);
}

static void add_spend(struct analysis *a, struct channels_in_work *w)
{
    const struct fact_table *t = a->table;
    int64_t from[2], until[2];
    for (int i = 0; i < 1 + a->compared; i++) {
        from[i] = zone_day(t->zone, t->windows[i].from);
        until[i] = zone_day(t->zone, t->windows[i].until);
    }
    const int64_t tomorrow =
        zone_day(t->zone, t->windows[0].as_of) + 1; /* a plan for the months to come is not spent */
    if (tomorrow < until[0]) until[0] = tomorrow;
    a->spend.months = months_covered(from[0], until[0]);
    for (size_t i = 0; i < t->spend_count; i++) {
        const struct cost_row *s = &t->spend[i];
        double now = spend_within(s, from[0], until[0]);
        if (s->currency != w->currency) {
            a->spend.other_currency = true;
            if (now > 0) add_foreign(&w->spend, s->currency, now);
            continue;
        }
        bool inside = s->from_day < until[0] && s->until_day > from[0];
        if (inside && s->value) channel_of(w, s->value)->spend += now;
        a->spend.given |= inside;
        a->spend.total += now;
        if (!a->compared) continue;
        a->spend.before_given |= s->from_day < until[1] && s->until_day > from[1];
        a->spend.before += spend_within(s, from[1], until[1]);
    }
}

static void add_revenue(struct analysis *a, struct channels_in_work *w)
{
    const struct fact_table *t = a->table;
    struct view now = view_now(a);
    for (size_t i = 0; i < t->credit_count; i++) {
        const struct credit_row *c = &t->credits[i];
        const double amount = (double)c->amount / (double)DECIMAL_ONE;
        if (!view_counts_at(&now, c->row, c->won_at)) continue;
        a->spend.other_currency |= c->currency != w->currency;
        if (c->currency != w->currency)
            add_foreign(&w->revenue, c->currency, amount);
        else if (c->value)
            channel_of(w, c->value)->revenue += amount;
    }
}

static void add_counts(struct analysis *a, struct channels_in_work *w)
{
    const struct fact_table *t = a->table;
    const struct breakdown *b = &a->breakdowns[a->definition->channels.by];
    uint32_t last = (uint32_t)a->funnel->stage_count - 1, won = last > a->goal ? last : a->goal;
    struct view now = view_now(a);
    for (size_t g = 0; g < b->count; g++) {
        if (!b->groups[g].value || (!b->groups[g].now[0] && !b->groups[g].now[a->goal])) continue;
        struct channel *c = channel_of(w, b->groups[g].value);
        c->first = b->groups[g].now[0];
        c->goal = b->groups[g].now[a->goal];
    }
    view_each (&now, i) {
        uint32_t value = t->dimension[b->dimension][i];
        if (value && view_counts(&now, i, won)) channel_of(w, value)->won++;
    }
}

/* Of a funnel of one stage: any. */
static void add_past_first(struct analysis *a, struct channels_in_work *w)
{
    const struct breakdown *b = &a->breakdowns[a->definition->channels.by];
    for (size_t g = 0; g < b->count; g++) {
        const uint32_t value = b->groups[g].value;
        if (value && value < w->index.count && w->index.at[value])
            w->at.at[w->index.at[value] - 1].past_first = b->groups[g].now[a->stage_count > 1];
    }
}

/* The published order of reasons: without spend there is nothing to judge; nobody past the first stage; a loss; a gain
 * whose opportunities are dearer than the blend; then the rate against the whole. */
static enum recommendation recommend(const struct analysis *a, const struct channel *c)
{
    if (c->spend <= 0) return RECOMMEND_DEVELOP;
    if (!c->past_first) return RECOMMEND_STOP;
    if (c->roi < 0) return RECOMMEND_EXAMINE;
    if (!c->goal || c->cost_per_goal > a->spend.cost_per_goal) return RECOMMEND_IMPROVE;
    /* exact: goal / first > all goals / all first */
    return c->goal * a->stages[0].now > a->stages[a->goal].now * c->first ? RECOMMEND_INCREASE : RECOMMEND_CONTINUE;
}

/* What the best of all channels have. */
struct best {
    uint64_t goal;
    double cost_per_goal; /* INFINITY: nobody knows theirs */
};

static struct best find_best(const struct analysis *a)
{
    struct best best = {.cost_per_goal = INFINITY};
    for (size_t i = 0; i < a->channel_count; i++) {
        if (a->channels[i].goal > best.goal) best.goal = a->channels[i].goal;
        best.cost_per_goal = fmin(best.cost_per_goal, a->channels[i].cost_per_goal);
    }
    return best;
}

static const char *reason(const struct channel *c, const struct best *best)
{
    const bool most = c->goal >= best->goal, cheapest = !(best->cost_per_goal < c->cost_per_goal - 1e-9);
    switch (c->recommendation) {
    case RECOMMEND_INCREASE: return most ? "most" : "rate";
    case RECOMMEND_CONTINUE: return cheapest ? "cheapest" : "cost";
    case RECOMMEND_IMPROVE: return !c->goal ? "none" : c->roi > 0 ? "gains" : "dear";
    case RECOMMEND_EXAMINE: return c->goal ? "loses" : "none";
    case RECOMMEND_STOP: return "nobody";
    case RECOMMEND_DEVELOP: return "free";
    }
    return "";
}

/* Against all other channels together: is this one's rate another? As many questions are asked as there are channels,
 * so each answer must be that much surer (Bonferroni). */
static enum support channel_support(const struct analysis *a, const struct channel *c)
{
    enum support by_count = judge_support(a, c->first);
    if (by_count != SUPPORT_STRONG) return by_count;
    uint64_t others = a->stages[0].now - c->first, goals = a->stages[a->goal].now - c->goal;
    double p = two_shares((double)c->goal, (double)c->first, (double)goals, (double)others);
    return p * (double)a->channel_count < ALPHA ? SUPPORT_STRONG : SUPPORT_INDICATIVE;
}

static int compare_channels(const void *a, const void *b)
{
    const struct channel *x = a, *y = b;
    if (x->spend != y->spend) return x->spend > y->spend ? -1 : 1;
    return x->first == y->first ? 0 : x->first > y->first ? -1 : 1;
}

static void measure_channel(const struct analysis *a, struct channel *c)
{
    c->monthly_spend = c->spend / a->spend.months;
    c->cost_per_first = c->first ? c->spend / (double)c->first : NAN;
    c->cost_per_goal = c->goal ? c->spend / (double)c->goal : NAN;
    c->roi = a->definition->channels.revenue_event != NONE && c->spend > 0 ? (c->revenue - c->spend) / c->spend : NAN;
    c->needs_more = judge_needs(a, c->first);
}

static void judge_channel(const struct analysis *a, struct channel *c)
{
    c->recommendation = recommend(a, c);
    c->rests_on_spend = c->needs_more > 0 || c->recommendation == RECOMMEND_STOP ||
                        c->recommendation == RECOMMEND_EXAMINE || c->recommendation == RECOMMEND_DEVELOP;
    c->support = channel_support(a, c);
}

/* The channels that are not shown, as if they were one: numbers, and no advice. */
static void put_rest_together(struct analysis *a)
{
    struct channel *rest = &a->channel_rest;
    a->channel_shown = a->channel_count < a->values ? a->channel_count : a->values;
    for (size_t i = a->channel_shown; i < a->channel_count; i++) {
        const struct channel *c = &a->channels[i];
        rest->spend += c->spend;
        rest->revenue += c->revenue;
        rest->first += c->first;
        rest->goal += c->goal;
        rest->won += c->won;
    }
    measure_channel(a, rest);
    rest->support = judge_support(a, rest->first);
}

void build_channels(struct analysis *a, struct arena *arena)
{
    const struct channels *defined = &a->definition->channels;
    struct channels_in_work w = {.currency = dictionary_find(a->table->dictionary, a->definition->company.currency)};
    if (!defined->given || defined->by == NONE) {
        if (defined->revenue_event != NONE) add_revenue(a, &w);
        a->spend.other_revenue = foreign_words(a, arena, &w.revenue);
        vector_release(&w.at);
        vector_release(&w.index);
        return;
    }
    add_counts(a, &w); /* first, so that equal channels stay in the breakdown's order */
    add_spend(a, &w);
    add_revenue(a, &w);
    a->spend.other_spend = foreign_words(a, arena, &w.spend);
    a->spend.other_revenue = foreign_words(a, arena, &w.revenue);
    add_past_first(a, &w);
    a->spend.cost_per_first = a->spend.given && a->stages[0].now ? a->spend.total / (double)a->stages[0].now : NAN;
    a->spend.cost_per_goal =
        a->spend.given && a->stages[a->goal].now ? a->spend.total / (double)a->stages[a->goal].now : NAN;
    if (!a->spend.given) w.at.count = 0;
    a->channel_count = w.at.count;
    a->channels = ARENA_ARRAY(arena, struct channel, w.at.count);
    if (w.at.count) memcpy(a->channels, w.at.at, w.at.count * sizeof *a->channels);
    vector_release(&w.at);
    vector_release(&w.index);
    for (size_t i = 0; i < a->channel_count; i++) {
        measure_channel(a, &a->channels[i]);
        judge_channel(a, &a->channels[i]);
    }
    qsort(a->channels, a->channel_count, sizeof *a->channels, compare_channels);
    const struct best best = find_best(a);
    for (size_t i = 0; i < a->channel_count; i++) a->channels[i].why = reason(&a->channels[i], &best);
    put_rest_together(a);
}
