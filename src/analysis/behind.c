#include "analysis/behind.h"

#include "analysis/dimension.h"
#include "analysis/parts.h"
#include "base/vector.h"

struct search {
    const struct analysis *a;
    struct view view;
    struct behind *out;
    VECTOR(uint32_t) rows;
};

/* ---- what is asked ---- */

static bool stage_named(const struct analysis *a, struct slice name, uint32_t *out)
{
    for (*out = 0; *out < a->funnel->stage_count; ++*out)
        if (slice_equal(a->funnel->stages[*out].label.name, name)) return true;
    return false;
}

static bool read_transition(const struct analysis *a, struct slice rest, struct behind *b)
{
    static const char *const parts[] = {"went", "from", "left", "returned", "rejected", "exited", "waiting"};
    struct slice to = slice_cut(&rest, ':');
    const struct slice from = slice_cut(&to, '>');
    if (!stage_named(a, from, &b->from) || !stage_named(a, to, &b->to) || b->from >= b->to) return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (slice_is(rest, parts[i])) {
            b->kind = BEHIND_WENT + (enum behind_kind)i;
            return true;
        }
    return false;
}

static const struct exit_rule *exit_named(const struct analysis *a, struct slice name)
{
    for (size_t i = 0; i < a->funnel->exit_count; i++)
        if (slice_equal(a->funnel->exits[i].label.name, name)) return &a->funnel->exits[i];
    return NULL;
}

static bool read_exit(const struct analysis *a, struct slice rest, struct behind *b)
{
    static const char *const kinds[] = {"returned", "rejected", "exited"};
    const struct slice stage = slice_cut(&rest, ':');
    struct slice exit = slice_cut(&rest, ':');
    const struct slice kind = slice_cut(&exit, '.');
    if (!stage_named(a, stage, &b->from) || !rest.len) return false;
    if (exit.len && (!slice_is(kind, "exited") || !(b->exit = exit_named(a, exit)))) return false;
    b->kind = BEHIND_EXIT;
    b->reason = slice_is(rest, "none") ? SLICE("") : rest;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_is(kind, kinds[i])) {
            b->left = (enum leave_kind)i;
            return true;
        }
    return false;
}

static bool read_outcome(const struct analysis *a, struct slice rest, struct behind *b)
{
    b->kind = BEHIND_OUTCOME;
    if (stage_named(a, rest, &b->from)) return b->from > a->goal || b->from == earning_stage(a);
    b->from = NONE;
    b->exit = exit_named(a, rest);
    return b->exit != NULL;
}

static bool read_month(const struct analysis *a, struct slice rest, struct behind *b)
{
    struct slice month = slice_cut(&rest, ':');
    const struct slice year = slice_cut(&month, '-');
    int64_t y, m;
    if (!slice_to_i64(year, &y) || !slice_to_i64(month, &m) || y < 1970 || y > 9999 || m < 1 || m > 12) return false;
    b->kind = BEHIND_MONTH;
    b->year = (int)y;
    b->month = (int)m;
    return stage_named(a, rest, &b->from);
}

static bool read_cell(const struct analysis *a, struct slice cell, bool now, struct behind *b)
{
    struct slice rest = cell;
    const struct slice kind = slice_cut(&rest, ':');
    b->from = b->to = NONE;
    if (slice_is(kind, "transition")) return read_transition(a, rest, b);
    if (slice_is(kind, "exit")) return read_exit(a, rest, b);
    if (slice_is(kind, "outcome")) return read_outcome(a, rest, b);
    if (slice_is(kind, "month")) return read_month(a, rest, b);
    b->kind = now ? BEHIND_NOW : BEHIND_STAGE;
    return slice_is(kind, "stage") && stage_named(a, rest, &b->from);
}

/* ---- whom it counts ---- */

static void add(struct search *s, size_t row)
{
    vector_push(&s->rows, (uint32_t)row);
}

static void find_of_stage(struct search *s)
{
    const struct behind *b = s->out;
    view_each (&s->view, i)
        if (view_counts(&s->view, i, b->from) && (b->kind != BEHIND_NOW || s->a->table->now_in[i] == (int)b->from))
            add(s, i);
}

static void find_who_went(struct search *s)
{
    view_each (&s->view, i)
        if (view_passes(&s->view, i, s->out->from, s->out->to)) add(s, i);
}

/* BEHIND_LEFT: however they left. */
static bool is_asked(const struct search *s, enum fate fate)
{
    static const enum behind_kind kinds[] = {[FATE_RETURNED] = BEHIND_RETURNED,
                                             [FATE_REJECTED] = BEHIND_REJECTED,
                                             [FATE_EXITED] = BEHIND_EXITED,
                                             [FATE_WAITING] = BEHIND_WAITING};
    return s->out->kind == BEHIND_LEFT || s->out->kind == kinds[fate];
}

static void find_who_left(struct search *s)
{
    const struct fact_table *t = s->a->table;
    const uint32_t from = s->out->from, to = s->out->to;
    if (!s->view.flow) {
        view_each (&s->view, i)
            if (view_counts(&s->view, i, from) && !view_counts(&s->view, i, to) && is_asked(s, row_fate(s->a, i)))
                add(s, i);
        return;
    }
    view_each (&s->view, i)
        if (flow_leaves(&s->view, i, from, to) &&
            is_asked(s, t->exit[i] == EXIT_REJECTED ? FATE_REJECTED : FATE_EXITED))
            add(s, i);
    for (size_t i = 0; i < t->returned_count; i++)
        if (flow_returns(&s->view, &t->returned[i], from, to) && is_asked(s, FATE_RETURNED)) add(s, t->returned[i].row);
}

static bool has_reason(const struct search *s, uint32_t code)
{
    const struct slice said = code ? dictionary_text(s->a->table->dictionary, code) : SLICE("");
    return slice_equal(said, s->out->reason);
}

static bool is_exit(const struct search *s, uint8_t exit)
{
    const struct behind *b = s->out;
    if (b->exit) return exit == EXIT_DECLARED + (b->exit - s->a->funnel->exits);
    return exit != EXIT_NONE && (exit == EXIT_REJECTED) == (b->left == LEAVE_REJECTED);
}

static void find_exits(struct search *s)
{
    const struct fact_table *t = s->a->table;
    const struct behind *b = s->out;
    if (b->left == LEAVE_RETURNED)
        for (size_t i = 0; i < t->returned_count; i++) {
            const struct return_row *r = &t->returned[i];
            if (r->stage == b->from && view_counts_at(&s->view, r->row, r->at) && has_reason(s, r->reason))
                add(s, r->row);
        }
    else
        view_each (&s->view, i)
            if (is_exit(s, t->exit[i]) && t->exit_stage[i] == (int)b->from &&
                view_counts_at(&s->view, i, t->exit_at[i]) && has_reason(s, t->exit_reason[i]))
                add(s, i);
}

static void find_outcome(struct search *s)
{
    const struct behind *b = s->out;
    if (!b->exit) {
        find_of_stage(s);
        return;
    }
    const size_t exit = (size_t)(b->exit - s->a->funnel->exits);
    view_each (&s->view, i)
        if (view_loses(s->a, &s->view, i, exit)) add(s, i);
}

static void find_month(struct search *s)
{
    const struct fact_table *t = s->a->table;
    const struct behind *b = s->out;
    const int next = b->month % 12 + 1;
    const int64_t from = zone_day_start(t->zone, civil_to_day(b->year, b->month, 1)),
                  until = zone_day_start(t->zone, civil_to_day(b->year + (b->month == 12), next, 1));
    for (size_t i = 0; i < t->rows; i++)
        if (t->lap[i] == 1 && t->entered[b->from][i] >= from && t->entered[b->from][i] < until) add(s, i);
    for (size_t i = 0; i < t->later_count; i++)
        if (t->later[i].stage == b->from && t->later[i].at >= from && t->later[i].at < until) add(s, t->later[i].row);
}

enum outcome behind_find(struct arena *arena, const struct analysis *a, struct slice cell, bool now, struct behind *out,
                         struct error *error)
{
    static void (*const finders[BEHIND_KINDS])(struct search *) = {
        [BEHIND_STAGE] = find_of_stage,    [BEHIND_NOW] = find_of_stage,    [BEHIND_WENT] = find_who_went,
        [BEHIND_FROM] = find_of_stage,     [BEHIND_LEFT] = find_who_left,   [BEHIND_RETURNED] = find_who_left,
        [BEHIND_REJECTED] = find_who_left, [BEHIND_EXITED] = find_who_left, [BEHIND_WAITING] = find_who_left,
        [BEHIND_EXIT] = find_exits,        [BEHIND_OUTCOME] = find_outcome, [BEHIND_MONTH] = find_month,
    };
    struct search s = {.a = a, .view = view_now(a), .out = out};
    *out = (struct behind){0};
    if (!read_cell(a, cell, now, out))
        return error_set(error, BAD_USAGE, "cell: %.*s is no number of the report", SLICE_ARG(cell));
    finders[out->kind](&s);
    uint32_t *rows = ARENA_ARRAY(arena, uint32_t, s.rows.count + 1);
    if (s.rows.count) memcpy(rows, s.rows.at, s.rows.count * sizeof *rows);
    out->rows = rows;
    out->count = s.rows.count;
    vector_release(&s.rows);
    return OK;
}

/* ---- of those, the rest ---- */

/* By code whether its value has a row of its own. */
struct shown_values {
    uint32_t dimension;
    VECTOR(bool) at;
};

static void show_value(struct shown_values *shown, uint32_t code)
{
    while (shown->at.count <= code) vector_push(&shown->at, false);
    shown->at.at[code] = true;
}

static bool find_shown(const struct analysis *a, struct slice section, struct shown_values *shown)
{
    const struct definition *d = a->definition;
    struct slice name = section;
    show_value(shown, 0); /* not known is no value */
    if (slice_is(section, "channels") && d->channels.given && d->channels.by != NONE) {
        shown->dimension = d->channels.by;
        for (size_t i = 0; i < a->channel_shown; i++) show_value(shown, a->channels[i].value);
        return true;
    }
    if (!slice_is(slice_cut(&name, '.'), "breakdown")) return false;
    shown->dimension = dimension_named(d, name);
    if (shown->dimension == NONE) return false;
    const struct breakdown *b = &a->breakdowns[shown->dimension];
    for (size_t i = 0; i < b->shown; i++) show_value(shown, b->groups[i].value);
    return true;
}

enum outcome behind_keep_rest(struct arena *arena, const struct analysis *a, struct slice section,
                              struct behind *behind, struct error *error)
{
    struct shown_values shown = {0};
    const bool found = find_shown(a, section, &shown);
    uint32_t *rows = ARENA_ARRAY(arena, uint32_t, behind->count + 1);
    size_t count = 0;
    for (size_t i = 0; found && i < behind->count; i++) {
        const uint32_t code = a->table->dimension[shown.dimension][behind->rows[i]];
        rows[count] = behind->rows[i];
        count += code >= shown.at.count || !shown.at.at[code];
    }
    vector_release(&shown.at);
    behind->rows = rows;
    behind->count = count;
    return found ? OK
                 : error_set(error, BAD_USAGE,
                             "rest: %.*s is no section with a row for the rest; channels is, and "
                             "breakdown.NAME of a dimension",
                             SLICE_ARG(section));
}
