/* Breakdowns by every dimension, the audience aimed at against the one captured, months. */
#include <stdlib.h>

#include "analysis/dimension.h"
#include "analysis/parts.h"
#include "base/vector.h"

/* ---- breakdowns ---- */

struct tally {
    VECTOR(struct group_measure) groups;
    uint32_t *index; /* by code: group + 1 */
};

static struct group_measure *tally_group(struct tally *t, struct arena *arena, uint32_t stages, uint32_t code)
{
    if (!t->index[code]) {
        struct group_measure g = {
            .value = code, .now = ARENA_ARRAY(arena, uint64_t, stages), .before = ARENA_ARRAY(arena, uint64_t, stages)};
        vector_push(&t->groups, g);
        t->index[code] = (uint32_t)t->groups.count;
    }
    return &t->groups.at[t->index[code] - 1];
}

static uint32_t highest_code(const struct fact_table *t, uint32_t dimension)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < t->rows; i++)
        if (t->dimension[dimension][i] > highest) highest = t->dimension[dimension][i];
    return highest;
}

static int compare_groups(const void *a, const void *b, void *context)
{
    const struct group_measure *x = a, *y = b;
    const struct analysis *an = context;
    for (uint32_t s = 0; s < an->stage_count; s++)
        if (x->now[s] != y->now[s]) return x->now[s] > y->now[s] ? -1 : 1;
    if (x->before[0] != y->before[0]) return x->before[0] > y->before[0] ? -1 : 1;
    return 0;
}

/* Codes are private to a run: equal counts are ordered by the value's text. */
struct order {
    const struct analysis *a;
    uint32_t dimension;
};

static int compare_named(const void *a, const void *b, void *context)
{
    const struct order *o = context;
    const struct group_measure *x = a, *y = b;
    int by_count = compare_groups(a, b, (void *)o->a);
    if (by_count || x->value == y->value) return by_count;
    if (!x->value || !y->value) return x->value ? -1 : 1;
    if (o->a->definition->dimensions[o->dimension].band_count) return x->value < y->value ? -1 : 1;
    return slice_compare(dictionary_text(o->a->table->dictionary, x->value),
                         dictionary_text(o->a->table->dictionary, y->value));
}

/* Bands keep their own order, not known last; other values go by size. */
static int compare_bands(const void *a, const void *b)
{
    uint32_t x = ((const struct group_measure *)a)->value, y = ((const struct group_measure *)b)->value;
    return (x - 1 > y - 1) - (x - 1 < y - 1); /* 0 becomes the highest */
}

static void count_groups(const struct analysis *a, struct arena *arena, uint32_t dimension, struct tally *tally)
{
    if (!a->table->rows) return;
    struct view now = view_now(a), before = view_before(a);
    const uint32_t *codes = a->table->dimension[dimension];
    view_each (&now, i) tally_group(tally, arena, a->stage_count, codes[i]);
    view_each (&before, i) tally_group(tally, arena, a->stage_count, codes[i]);
    for (uint32_t s = 0; s < a->stage_count; s++) {
        view_each_in(&now, s, i) tally_group(tally, arena, a->stage_count, codes[i])->now[s]++;
        view_each_in(&before, s, i) tally_group(tally, arena, a->stage_count, codes[i])->before[s]++;
    }
}

/* "Not known" is shown always: where it would be among the rest it comes right before it. */
static void keep_unknown(struct breakdown *b, size_t most)
{
    for (size_t i = most; i < b->count; i++) {
        if (b->groups[i].value) continue;
        const struct group_measure unknown = b->groups[i];
        memmove(&b->groups[most + 1], &b->groups[most], (i - most) * sizeof *b->groups);
        b->groups[most] = unknown;
        return;
    }
}

static size_t count_shown(const struct breakdown *b, size_t most)
{
    size_t shown = 0;
    for (size_t values = 0; shown < b->count; shown++) {
        values += b->groups[shown].value != 0;
        if (values > most) break;
    }
    return shown;
}

/* Bands are as many as the definition says, and have an order of their own: none of them is left out. */
static void put_rest_together(const struct analysis *a, struct arena *arena, struct breakdown *b)
{
    b->shown = b->count;
    if (a->definition->dimensions[b->dimension].band_count || b->count <= a->values) return;
    keep_unknown(b, a->values);
    b->shown = count_shown(b, a->values);
    b->rest.now = ARENA_ARRAY(arena, uint64_t, a->stage_count);
    b->rest.before = ARENA_ARRAY(arena, uint64_t, a->stage_count);
    for (size_t g = b->shown; g < b->count; g++)
        for (uint32_t s = 0; s < a->stage_count; s++) {
            b->rest.now[s] += b->groups[g].now[s];
            b->rest.before[s] += b->groups[g].before[s];
        }
    b->rest.to_last = judge_share(a, b->rest.now[a->goal], b->rest.now[0]);
}

static struct breakdown measure_breakdown(const struct analysis *a, struct arena *arena, uint32_t dimension)
{
    struct tally tally = {.index = memory_new(((size_t)highest_code(a->table, dimension) + 1) * sizeof(uint32_t))};
    count_groups(a, arena, dimension, &tally);
    struct breakdown b = {.dimension = dimension, .given = true, .count = tally.groups.count};
    b.groups = ARENA_ARRAY(arena, struct group_measure, b.count);
    if (b.count) memcpy(b.groups, tally.groups.at, b.count * sizeof *b.groups);
    struct order order = {a, dimension};
    if (a->definition->dimensions[dimension].band_count)
        qsort(b.groups, b.count, sizeof *b.groups, compare_bands);
    else
        qsort_r(b.groups, b.count, sizeof *b.groups, compare_named, &order);
    for (size_t i = 0; i < b.count; i++)
        b.groups[i].to_last = judge_share(a, b.groups[i].now[a->goal], b.groups[i].now[0]);
    put_rest_together(a, arena, &b);
    vector_release(&tally.groups);
    free(tally.index);
    return b;
}

void build_groups(struct analysis *a, struct arena *arena)
{
    a->breakdowns = ARENA_ARRAY(arena, struct breakdown, a->definition->dimension_count);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++)
        a->breakdowns[d] = a->definition->dimensions[d].of == a->funnel->of ? measure_breakdown(a, arena, d)
                                                                            : (struct breakdown){.dimension = d};
}

/* ---- audience ---- */

static void measure_clauses(struct analysis *a, struct arena *arena)
{
    const struct clause *audience = a->definition->audience;
    struct view now = view_now(a);
    if (!a->table->audience_clause) return;
    a->audience.clauses = ARENA_ARRAY(arena, struct audience_clause, audience->count);
    for (size_t c = 0; c < audience->count; c++) {
        struct audience_clause *out = &a->audience.clauses[a->audience.clause_count++];
        out->label = &audience->members[c].label;
        view_each (&now, i) {
            if (!view_counts(&now, i, 0)) continue;
            enum audience_answer answer = a->table->audience_clause[c][i];
            if (answer == AUDIENCE_YES)
                out->met++;
            else if (answer == AUDIENCE_NO)
                out->unmet++;
            else
                out->unknown++;
        }
    }
}

/* Does the clause read the slot of this name, directly or in a member? */
static bool clause_reads(const struct analysis *a, const struct clause *c, struct slice name)
{
    const struct kind_model *kind = &a->definition->kinds[a->funnel->of];
    const uint32_t *slots;
    if (c->kind == CLAUSE_RULE) {
        size_t count = rule_reads(c->rule, &slots);
        for (size_t i = 0; i < count; i++)
            if (slots[i] < kind->slot_count && slice_equal(kind->slots[slots[i]].name, name)) return true;
    }
    for (size_t i = 0; i < c->count; i++)
        if (clause_reads(a, &c->members[i], name)) return true;
    return false;
}

/* A value is aimed at when the clause that reads what the dimension shows says yes of all who have it. */
static bool *aimed_values(const struct analysis *a, struct arena *arena, const struct breakdown *b, size_t clause)
{
    struct view now = view_now(a);
    const uint32_t *codes = a->table->dimension[b->dimension];
    bool *aimed = ARENA_ARRAY(arena, bool, b->count);
    for (size_t g = 0; g < b->count; g++) {
        bool all = b->groups[g].value != 0 && b->groups[g].now[0] > 0;
        view_each (&now, i)
            if (all && codes[i] == b->groups[g].value && view_counts(&now, i, 0))
                all = a->table->audience_clause[clause][i] == AUDIENCE_YES;
        aimed[g] = all;
    }
    return aimed;
}

static void measure_splits(struct analysis *a, struct arena *arena)
{
    const struct clause *audience = a->definition->audience;
    if (!a->table->audience_clause) return;
    a->audience.splits = ARENA_ARRAY(arena, struct audience_split, a->definition->dimension_count);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++) {
        struct slice slot = dimension_slot(a->definition, d);
        if (!a->definition->dimensions[d].band_count || !slot.len) continue;
        for (size_t c = 0; c < audience->count; c++) {
            if (!clause_reads(a, &audience->members[c], slot)) continue;
            a->audience.splits[a->audience.split_count++] =
                (struct audience_split){d, aimed_values(a, arena, &a->breakdowns[d], c)};
            break;
        }
    }
}

void build_audience(struct analysis *a, struct arena *arena)
{
    struct view now = view_now(a);
    uint64_t aimed = 0;
    if (!a->definition->audience || a->funnel->of != KIND_PERSON) return;
    a->audience.given = true;
    view_each (&now, i) {
        if (!view_counts(&now, i, 0)) continue;
        aimed += a->table->audience[i] == AUDIENCE_YES;
        a->audience.unknown += a->table->audience[i] == AUDIENCE_UNKNOWN;
    }
    a->audience.aimed = judge_share(a, aimed, a->stages[0].now);
    measure_clauses(a, arena);
    measure_splits(a, arena);
}

/* ---- months ---- */

enum { MONTHS_MAX = 36 };

static int64_t month_of(int64_t day)
{
    int year, month, of_month;
    civil_from_day(day, &year, &month, &of_month);
    return (int64_t)year * 12 + month - 1;
}

static bool find_months(const struct analysis *a, int64_t *first, int64_t *last)
{
    const struct fact_table *t = a->table;
    int64_t from = INT64_MAX;
    for (size_t i = 0; i < t->rows; i++) {
        const int64_t at = t->entered[0][i];
        const bool earlier = (t->lap[i] == 1) & (at != INSTANT_NONE) & (at < from);
        from = earlier ? at : from;
    }
    for (size_t i = 0; i < t->later_count; i++)
        if (t->later[i].stage == 0 && t->later[i].at < from) from = t->later[i].at;
    if (from == INT64_MAX) return false;
    *last = month_of(zone_day(t->zone, t->as_of));
    *first = month_of(zone_day(t->zone, from));
    if (*last - *first >= MONTHS_MAX) *first = *last - MONTHS_MAX + 1;
    return *first <= *last;
}

/* Instant to month by a table of its days; zones shift a day's start by less than a day. */
struct calendar {
    int64_t starts[MONTHS_MAX + 2]; /* of the months, of the one after them, and never */
    size_t count;
    size_t days;
    uint8_t *by_day; /* from the first start: the month in which that stretch of 24 hours begins; then `count` */
};

static void calendar_init(struct calendar *c, const struct zone *zone, int64_t first, size_t count)
{
    c->count = count;
    for (size_t m = 0; m <= count; m++) {
        int64_t month = first + (int64_t)m;
        c->starts[m] = zone_day_start(zone, civil_to_day((int)(month / 12), (int)(month % 12) + 1, 1));
    }
    c->starts[count + 1] = INT64_MAX;
    c->days = (size_t)((c->starts[count] - c->starts[0]) / DAY_US) + 1;
    c->by_day = memory_new(c->days + 1);
    for (size_t d = 0, m = 0; d <= c->days; d++) {
        while (m < count && c->starts[0] + (int64_t)d * DAY_US >= c->starts[m + 1]) m++;
        c->by_day[d] = (uint8_t)m;
    }
}

/* `count` when it lies outside. Without branches: which month an entry is of, or whether there is one, is as good as
 * random. What is before the first start is as far behind it, as a number without a sign. */
static inline size_t calendar_month(const struct calendar *c, int64_t at)
{
    const uint64_t day = ((uint64_t)at - (uint64_t)c->starts[0]) / (uint64_t)DAY_US;
    const size_t m = c->by_day[day < c->days ? day : c->days];
    return m + (at >= c->starts[m + 1]);
}

/* Whole rows go in whatever window they are of, and what is later than the window's as-of: a month counts the entries
 * that happened in it. */
void build_months(struct analysis *a, struct arena *arena)
{
    const struct fact_table *t = a->table;
    struct calendar calendar;
    int64_t first, last, as_of_day = zone_day(t->zone, t->as_of);
    if (!find_months(a, &first, &last)) return;
    a->month_count = (size_t)(last - first + 1);
    a->months = ARENA_ARRAY(arena, struct month_measure, a->month_count);
    for (size_t m = 0; m < a->month_count; m++) {
        struct month_measure *out = &a->months[m];
        out->year = (int)((first + (int64_t)m) / 12);
        out->month = (int)((first + (int64_t)m) % 12) + 1;
        out->counts = ARENA_ARRAY(arena, uint64_t, a->stage_count);
        int64_t end = civil_to_day(out->year, out->month, civil_month_length(out->year, out->month)) + 1;
        out->partial = t->as_of < zone_day_start(t->zone, end) - 1 && as_of_day < end;
    }
    calendar_init(&calendar, t->zone, first, a->month_count);
    for (uint32_t s = 0; s < a->stage_count; s++) {
        uint64_t counts[MONTHS_MAX + 1] = {0};
        for (size_t i = 0; i < t->rows; i++) counts[calendar_month(&calendar, t->entered[s][i])] += t->lap[i] == 1;
        for (size_t i = 0; i < t->later_count; i++)
            counts[calendar_month(&calendar, t->later[i].at)] += t->later[i].stage == s;
        for (size_t m = 0; m < a->month_count; m++) a->months[m].counts[s] = counts[m];
    }
    free(calendar.by_day);
}
