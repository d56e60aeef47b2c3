#include "analysis/narrow.h"

#include "analysis/dimension.h"

enum { NOBODY = UINT32_MAX }; /* the code of a value that no row has */

/* ---- what is asked ---- */

static uint32_t code_of(const struct fact_table *t, uint32_t dimension, struct slice value)
{
    const struct dimension *d = &t->definition->dimensions[dimension];
    uint32_t code = NOBODY;
    if (slice_is(value, "unknown")) return 0;
    if (!d->band_count) {
        code = dictionary_find(t->dictionary, value);
        return code == MAP_NONE ? NOBODY : code;
    }
    struct arena arena;
    arena_init(&arena);
    for (uint32_t band = 1; band <= d->band_count + 1 && code == NOBODY; band++)
        if (slice_equal(dimension_value(&arena, t, dimension, band), value)) code = band;
    arena_release(&arena);
    return code;
}

static struct slice nearest_dimension(const struct definition *d, struct slice name)
{
    struct arena arena;
    arena_init(&arena);
    struct slice *names = ARENA_ARRAY(&arena, struct slice, d->dimension_count + 1);
    for (uint32_t i = 0; i < d->dimension_count; i++) names[i] = d->dimensions[i].label.name;
    const struct slice near = nearest_word(name, names, d->dimension_count);
    arena_release(&arena);
    return near;
}

enum outcome narrowing_where(struct narrowing *n, const struct fact_table *t, struct slice where, struct error *error)
{
    struct slice value = where;
    const struct slice name = slice_cut(&value, ':');
    if (n->count == NARROW_VALUES_MOST)
        return error_set(error, BAD_USAGE, "where: more than %d values", NARROW_VALUES_MOST);
    if (!value.len) return error_set(error, BAD_USAGE, "where: %.*s is not dimension:value", SLICE_ARG(where));
    const uint32_t dimension = dimension_named(t->definition, name);
    if (dimension != NONE) {
        n->values[n->count].dimension = dimension;
        n->values[n->count++].code = code_of(t, dimension, value);
        return OK;
    }
    const struct slice near = nearest_dimension(t->definition, name);
    return error_set(error, BAD_USAGE,
                     near.len ? "where: the definition has no dimension %.*s; did you mean %.*s?"
                              : "where: the definition has no dimension %.*s%.*s",
                     SLICE_ARG(name), SLICE_ARG(near));
}

enum outcome narrowing_segment(struct narrowing *n, const struct definition *d, struct slice name, struct error *error)
{
    if (d->audience && slice_is(name, "audience")) {
        n->segment = SEGMENT_AUDIENCE;
        return OK;
    }
    for (uint32_t i = 0; i < d->icp_count; i++)
        if (slice_equal(d->icps[i].label.name, name)) {
            n->segment = SEGMENT_PROFILE;
            n->profile = i;
            return OK;
        }
    return error_set(error, BAD_USAGE, "segment: the definition has no %.*s", SLICE_ARG(name));
}

/* ---- whom it leaves ---- */

static bool has_value(const struct narrowing *n, const struct fact_table *t, size_t row, uint32_t dimension)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->values[i].dimension == dimension && n->values[i].code == t->dimension[dimension][row]) return true;
    return false;
}

bool narrowing_holds(const struct narrowing *n, const struct fact_table *t, size_t row)
{
    for (size_t i = 0; i < n->count; i++)
        if (!has_value(n, t, row, n->values[i].dimension)) return false;
    if (n->segment == SEGMENT_AUDIENCE) return t->audience[row] == AUDIENCE_YES;
    return n->segment == SEGMENT_NONE || (t->icp && t->icp[n->profile][row] == AUDIENCE_YES);
}

/* ---- the narrow table ---- */

struct narrowed {
    struct arena *arena;
    const struct fact_table *wide;
    const uint32_t *from; /* row of the narrow table -> of the wide one */
    uint32_t *to;         /* back; NOBODY */
    size_t rows;
};

static void *pick(const struct narrowed *n, const void *column, size_t size)
{
    if (!column) return NULL;
    char *out = arena_alloc(n->arena, (n->rows + 1) * size);
    for (size_t i = 0; i < n->rows; i++) memcpy(out + i * size, (const char *)column + n->from[i] * size, size);
    return out;
}

static void *pick_each(const struct narrowed *n, const void *columns, size_t count, size_t size)
{
    void *const *each = columns;
    if (!each) return NULL;
    void **out = ARENA_ARRAY(n->arena, void *, count + 1);
    for (size_t c = 0; c < count; c++) out[c] = pick(n, each[c], size);
    return out;
}

/* Lists whose items begin with their row. */
static const void *pick_list(const struct narrowed *n, const void *list, size_t *count, size_t size)
{
    char *out = arena_alloc(n->arena, (*count + 1) * size), *next = out;
    for (size_t i = 0; i < *count; i++) {
        uint32_t row;
        memcpy(&row, (const char *)list + i * size, sizeof row);
        if (n->to[row] == NOBODY) continue;
        memcpy(next, (const char *)list + i * size, size);
        memcpy(next, &n->to[row], sizeof row);
        next += size;
    }
    *count = (size_t)(next - out) / size;
    return out;
}

static void pick_columns(const struct narrowed *n, struct fact_table *t)
{
    const struct definition *d = t->definition;
    const size_t stages = d->funnels[t->funnel].stage_count;
    t->lap = pick(n, t->lap, sizeof *t->lap);
    t->window = pick(n, t->window, sizeof *t->window);
    t->entered = pick_each(n, t->entered, stages, sizeof **t->entered);
    t->carried = pick(n, t->carried, sizeof *t->carried);
    t->now_in = pick(n, t->now_in, sizeof *t->now_in);
    t->exit = pick(n, t->exit, sizeof *t->exit);
    t->exit_stage = pick(n, t->exit_stage, sizeof *t->exit_stage);
    t->exit_at = pick(n, t->exit_at, sizeof *t->exit_at);
    t->exit_reason = pick(n, t->exit_reason, sizeof *t->exit_reason);
    t->returns = pick(n, t->returns, sizeof *t->returns);
    t->dimension = pick_each(n, t->dimension, d->dimension_count, sizeof **t->dimension);
    t->audience = pick(n, t->audience, sizeof *t->audience);
    t->touch_days = pick(n, t->touch_days, sizeof *t->touch_days);
    t->visited = pick(n, t->visited, sizeof *t->visited);
    t->subject = pick(n, t->subject, sizeof *t->subject);
    t->unproposed = pick(n, t->unproposed, sizeof *t->unproposed);
    t->score = pick_each(n, t->score, d->score_count, sizeof **t->score);
    t->best_score = pick_each(n, t->best_score, d->score_count, sizeof **t->best_score);
    t->icp = pick_each(n, t->icp, d->icp_count, sizeof **t->icp);
    t->audience_clause =
        pick_each(n, t->audience_clause, d->audience ? d->audience->count : 0, sizeof **t->audience_clause);
    t->history = pick(n, t->history, sizeof *t->history);
}

static void pick_lists(const struct narrowed *n, struct fact_table *t)
{
    t->handoffs = pick_list(n, t->handoffs, &t->handoff_count, sizeof *t->handoffs);
    t->returned = pick_list(n, t->returned, &t->returned_count, sizeof *t->returned);
    t->later = pick_list(n, t->later, &t->later_count, sizeof *t->later);
    t->mails = pick_list(n, t->mails, &t->mail_count, sizeof *t->mails);
    t->credits = pick_list(n, t->credits, &t->credit_count, sizeof *t->credits);
}

static void pick_spend(const struct narrowed *n, struct fact_table *t, const struct narrowing *by)
{
    struct cost_row *kept = ARENA_ARRAY(n->arena, struct cost_row, t->spend_count + 1);
    bool channels = by->segment == SEGMENT_NONE && t->definition->channels.given;
    size_t count = 0;
    for (size_t i = 0; i < by->count; i++) channels &= by->values[i].dimension == t->definition->channels.by;
    for (size_t i = 0; i < t->spend_count && channels; i++)
        for (size_t k = 0; k < by->count; k++)
            if (by->values[k].code == t->spend[i].value) {
                kept[count++] = t->spend[i];
                break;
            }
    t->spend = kept;
    t->spend_count = count;
}

const struct fact_table *table_narrow(struct arena *arena, const struct fact_table *wide, const struct narrowing *by,
                                      const uint32_t **from)
{
    struct fact_table *t = ARENA_NEW(arena, struct fact_table);
    uint32_t *rows = ARENA_ARRAY(arena, uint32_t, wide->rows + 1);
    struct narrowed n = {arena, wide, rows, ARENA_ARRAY(arena, uint32_t, wide->rows + 1), 0};
    for (size_t i = 0; i < wide->rows; i++) {
        const bool holds = narrowing_holds(by, wide, i);
        n.to[i] = holds ? (uint32_t)n.rows : NOBODY;
        if (holds) rows[n.rows++] = (uint32_t)i;
    }
    *t = *wide;
    t->rows = n.rows;
    pick_columns(&n, t);
    pick_lists(&n, t);
    pick_spend(&n, t, by);
    memset(t->visitors, 0, sizeof t->visitors);
    if (from) *from = rows;
    return t;
}

enum outcome table_narrow_asked(struct arena *arena, const struct narrowing_asked *asked,
                                const struct fact_table **table, struct error *error)
{
    struct narrowing narrowing = {0};
    enum outcome outcome = OK;
    for (size_t i = 0; i < asked->where_count && outcome == OK; i++)
        outcome = narrowing_where(&narrowing, *table, asked->where[i], error);
    if (outcome == OK && asked->segment.len)
        outcome = narrowing_segment(&narrowing, (*table)->definition, asked->segment, error);
    if (outcome == OK && narrowing_any(&narrowing)) *table = table_narrow(arena, *table, &narrowing, NULL);
    return outcome;
}
