#include "app/nobody.h"

#include <stdlib.h>

#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "report/json_put.h"

const char *const nobody_kinds[NOBODY_KINDS + 1] = {"no_owner", "no_touch", "both", NULL};

struct nobody {
    struct leads_query query; /* its order is our own */
    unsigned kinds;           /* bits; 0: any */
    int64_t as_of;
    struct lonely *all;
    size_t count, counts[NOBODY_KINDS];
};

/* ---- who ---- */

/* The stage before the first that people decide: there a lead waits for somebody. Without one, from the first. */
static int first_watched(const struct funnel *funnel)
{
    for (size_t s = 1; s < funnel->stage_count; s++)
        if (funnel->stages[s].decided_by != ROLE_NONE) return (int)s - 1;
    return 0;
}

static bool is_watched(const struct nobody *n, const struct lead *lead)
{
    const struct fact_table *t = n->query.roster->table;
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    const enum lead_state state = lead_state(n->query.roster, lead);
    return (state == LEAD_OPEN || state == LEAD_RETURNED) && t->now_in[lead->row] >= first_watched(funnel);
}

static bool is_idle(const struct nobody *n, const struct lead *lead)
{
    return lead->touched == INSTANT_NONE || n->as_of - lead->touched >= NOBODY_IDLE_DAYS * DAY_US;
}

static bool is_lonely(const struct nobody *n, const struct lead *lead, enum nobody_kind *kind)
{
    const bool owned = lead->owner.len > 0, idle = is_idle(n, lead);
    *kind = owned ? NOBODY_TOUCHES : idle ? NOBODY_AT_ALL : NOBODY_OWNS;
    return !owned || idle;
}

/* Who was never touched comes first. */
static int longest_first(const void *a, const void *b, void *context)
{
    const struct lonely *x = a, *y = b;
    if (x->lead->touched != y->lead->touched) return x->lead->touched < y->lead->touched ? -1 : 1;
    return slice_compare(lead_id(context, x->lead), lead_id(context, y->lead));
}

static void find(struct nobody *n)
{
    const struct roster *roster = n->query.roster;
    n->all = ARENA_ARRAY(n->query.arena, struct lonely, roster->count + 1);
    for (size_t i = 0; i < roster->count; i++) {
        const struct lead *lead = &roster->leads[i];
        enum nobody_kind kind;
        if (!is_watched(n, lead) || !leads_match(&n->query, lead) || !is_lonely(n, lead, &kind)) continue;
        n->counts[kind]++;
        if (!n->kinds || n->kinds >> kind & 1) n->all[n->count++] = (struct lonely){lead, kind};
    }
    qsort_r(n->all, n->count, sizeof *n->all, longest_first, (void *)roster);
}

void nobody_find(const struct standing_state *state, const struct roster *roster, struct arena *arena,
                 struct nobody_found *out)
{
    struct nobody n = {.query = {.arena = arena, .roster = roster, .zone = standing_zone(state)},
                       .as_of = standing_as_of(state)};
    struct error error = {0};
    *out = (struct nobody_found){0};
    if (leads_read(&n.query, NULL, 0, &error) != OK) return;
    find(&n);
    *out = (struct nobody_found){.all = n.all, .count = n.count};
    memcpy(out->counts, n.counts, sizeof out->counts);
}

/* ---- a page ---- */

static void put_idle(struct json_writer *w, const struct nobody *n, const struct lead *lead)
{
    if (lead->touched == INSTANT_NONE)
        json_put_null(w, "idle_days");
    else
        json_put_number(w, "idle_days", (double)(n->as_of - lead->touched) / (double)DAY_US, 1);
}

/* After the lead that the page before ended with, or where it would stand. */
static size_t first_of_page(const struct nobody *n)
{
    const struct leads_query *q = &n->query;
    size_t i = 0;
    if (!q->goes_on) return 0;
    while (i < n->count) {
        const struct lead *lead = n->all[i].lead;
        const int order = slice_compare(lead_id(q->roster, lead), q->after_id);
        if (lead->touched > q->after_key || (lead->touched == q->after_key && order > 0)) break;
        i++;
    }
    return i;
}

static void put_rows(struct json_writer *w, const struct nobody *n)
{
    const struct leads_query *q = &n->query;
    size_t i = first_of_page(n);
    const size_t until = i + q->limit;
    json_put_array(w, "items");
    for (; i < n->count && i < until; i++) {
        json_object(w);
        json_put_key(w, "lead");
        lead_row_put(w, q->arena, q->roster, q->zone, n->all[i].lead);
        json_put_code(w, "kind", nobody_kinds[n->all[i].kind]);
        put_idle(w, n, n->all[i].lead);
        json_end(w);
    }
    json_end(w);
    if (i >= n->count) {
        json_put_null(w, "next_cursor");
        return;
    }
    const struct lead *last = n->all[i - 1].lead;
    json_put_text(w, "next_cursor",
                  arena_printf(q->arena, "%lld~%.*s", (long long)last->touched, SLICE_ARG(lead_id(q->roster, last))));
}

static void write_page(const struct nobody *n, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    put_rows(&w, n);
    json_put_int(&w, "total", (int64_t)n->count);
    json_put_object(&w, "counts");
    for (int k = 0; k < NOBODY_KINDS; k++) json_put_int(&w, nobody_kinds[k], (int64_t)n->counts[k]);
    json_end(&w);
    json_put_int(&w, "idle_days", NOBODY_IDLE_DAYS);
    json_end(&w);
}

/* ---- what is asked ---- */

static enum outcome read_kind(struct nobody *n, struct slice said, struct error *error)
{
    for (unsigned k = 0; k < NOBODY_KINDS; k++)
        if (slice_is(said, nobody_kinds[k])) {
            n->kinds |= 1u << k;
            return OK;
        }
    return error_set(error, BAD_USAGE, "kind: %.*s is not no_owner, no_touch or both", SLICE_ARG(said));
}

/* Its own parameter is read here, those of lists of leads there. */
static enum outcome read_asked(struct nobody *n, const struct leads_asked *asked, size_t count, struct error *error)
{
    static const char *const names[] = {"funnel", "where", "cursor", "limit", NULL};
    struct leads_asked *rest = ARENA_ARRAY(n->query.arena, struct leads_asked, count + 1);
    size_t kept = 0;
    enum outcome outcome = OK;
    for (size_t i = 0; i < count && outcome == OK; i++) {
        int known = 0;
        while (names[known] && !slice_is(asked[i].name, names[known])) known++;
        if (names[known])
            rest[kept++] = asked[i];
        else if (!slice_is(asked[i].name, "kind"))
            outcome = error_set(error, BAD_USAGE, "nobody's leads are not asked for by %.*s", SLICE_ARG(asked[i].name));
        else if (asked[i].value.len)
            outcome = read_kind(n, asked[i].value, error);
    }
    return outcome == OK ? leads_read(&n->query, rest, kept, error) : outcome;
}

enum outcome nobody_page(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                         struct buffer *out, struct error *error)
{
    struct arena arena;
    const struct roster *roster = leads_roster(state, asked, count, error);
    if (!roster) return BAD_USAGE;
    arena_init(&arena);
    struct nobody n = {.query = {.arena = &arena, .roster = roster, .zone = standing_zone(state)},
                       .as_of = standing_as_of(state)};
    const enum outcome outcome = read_asked(&n, asked, count, error);
    if (outcome == OK) {
        find(&n);
        write_page(&n, out);
    }
    arena_release(&arena);
    return outcome;
}
