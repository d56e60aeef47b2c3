#include "app/handoffs.h"

#include <stdlib.h>

#include "app/colleagues.h"
#include "app/handoff_row.h"
#include "app/leads_asked.h"
#include "report/json_put.h"

enum assigned { ASSIGNED_ANY, ASSIGNED_ME, ASSIGNED_TEAM, ASSIGNED_NONE };

struct asking {
    struct leads_query leads; /* where, limit */
    const struct roster *roster;
    struct slice me;
    struct colleague who;
    bool waiting, decided, told; /* told: only those of which I was reminded */
    enum assigned assigned;
    unsigned outcomes;           /* 1 << enum handoff_state; 0: any */
    struct slice cursor, funnel; /* empty: from the first; all */
};

/* ---- what is asked ---- */

static enum outcome wrong(const struct leads_asked *a, const char *good, struct error *error)
{
    return error_set(error, BAD_USAGE, "%.*s cannot be %.*s; it is %s", SLICE_ARG(a->name), SLICE_ARG(a->value), good);
}

static enum outcome read_state(struct asking *q, const struct leads_asked *a, struct error *error)
{
    q->waiting = slice_is(a->value, "waiting") || slice_is(a->value, "all");
    q->decided = slice_is(a->value, "decided") || slice_is(a->value, "all");
    return q->waiting || q->decided ? OK : wrong(a, "waiting, decided or all", error);
}

static enum outcome read_assigned(struct asking *q, const struct leads_asked *a, struct error *error)
{
    static const char *const names[] = {"", "me", "team", "none"};
    for (int i = ASSIGNED_ME; i <= ASSIGNED_NONE; i++)
        if (slice_is(a->value, names[i])) {
            q->assigned = (enum assigned)i;
            return OK;
        }
    return wrong(a, "me, team or none", error);
}

static enum outcome read_outcome(struct asking *q, const struct leads_asked *a, struct error *error)
{
    for (int i = STATE_ACCEPTED; i < HANDOFF_STATES; i++)
        if (slice_is(a->value, handoff_state_names[i])) {
            q->outcomes |= 1u << i;
            return OK;
        }
    return wrong(a, "accepted, rejected, returned or withdrawn", error);
}

static enum outcome read_told(struct asking *q, const struct leads_asked *a, struct error *error)
{
    q->told = slice_is(a->value, "me");
    return q->told ? OK : wrong(a, "me", error);
}

static enum outcome read_cursor(struct asking *q, const struct leads_asked *a, struct error *error)
{
    q->cursor = a->value;
    return memchr(a->value.ptr, '~', a->value.len) ? OK : wrong(a, "where a page ended", error);
}

static enum outcome read_funnel(struct asking *q, const struct leads_asked *a, struct error *error)
{
    q->funnel = a->value; /* there is one of that name */
    return OK;
}

static const struct {
    const char *name;
    enum outcome (*read)(struct asking *q, const struct leads_asked *asked, struct error *error);
} readers[] = {{"state", read_state},   {"assigned", read_assigned}, {"outcome", read_outcome},
               {"cursor", read_cursor}, {"funnel", read_funnel},     {"told", read_told}};

/* `where` and `limit` are those of leads. */
static enum outcome read_asked(struct asking *q, const struct leads_asked *asked, size_t count, struct error *error)
{
    struct leads_asked *rest = ARENA_ARRAY(q->leads.arena, struct leads_asked, count);
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        const size_t known = sizeof readers / sizeof *readers;
        if (!asked[i].value.len) continue;
        while (k < known && !slice_is(asked[i].name, readers[k].name)) k++;
        if (k == known && !slice_is(asked[i].name, "where") && !slice_is(asked[i].name, "limit"))
            return error_set(error, BAD_USAGE, "handoffs are not asked for by %.*s", SLICE_ARG(asked[i].name));
        if (k == known)
            rest[left++] = asked[i];
        else if (readers[k].read(q, &asked[i], error) != OK)
            return BAD_USAGE;
    }
    return leads_read(&q->leads, rest, left, error);
}

static void asking_init(struct asking *q, const struct standing_state *state, const struct roster *roster,
                        struct arena *arena, struct slice me)
{
    *q = (struct asking){.leads = {.arena = arena, .roster = roster, .zone = standing_zone(state)},
                         .roster = roster,
                         .me = me,
                         .waiting = true};
    colleague_find(roster->colleagues, me, arena, &q->who);
}

/* ---- matching ---- */

static bool is_assigned(const struct asking *q, const struct handoff_entry *e, enum assigned to)
{
    const struct handoff_target target = handoff_target(q->roster, e);
    switch (to) {
    case ASSIGNED_ME: return target.user.len && slice_equal(target.user, q->me);
    case ASSIGNED_TEAM: return colleague_is_in(&q->who, target.team);
    case ASSIGNED_NONE: return !target.user.len && !target.team.len;
    case ASSIGNED_ANY: break;
    }
    return true;
}

/* ---- reminders and escalations ---- */

struct reminding {
    const struct asking *asking;
    const struct handoff_entry *entry;
};

/* Whoever it was given to; else those of its team who decide; else all who do. */
static bool has_it(const struct reminding *r)
{
    const struct asking *q = r->asking;
    const struct handoff_target target = handoff_target(q->roster, r->entry);
    if (target.user.len) return slice_equal(target.user, q->me);
    if (!roles_allow(q->who.roles, ACTION_HANDOFF_ACCEPT)) return false;
    return !colleagues_team_may(q->roster->colleagues, target.team, ACTION_HANDOFF_ACCEPT) ||
           colleague_is_in(&q->who, target.team);
}

static bool is_for_me(void *context, const struct notice *notice)
{
    const struct reminding *r = context;
    if (!notice->to.len) return has_it(r);
    for (int role = 0; role < ACCESS_ROLES; role++)
        if (slice_equal(notice->to, role_name((enum access_role)role)))
            return (r->asking->who.roles & ROLE_BIT(role)) != 0;
    return colleague_is_in(&r->asking->who, notice->to);
}

enum told { TOLD_NOTHING, TOLD_REMINDER, TOLD_ESCALATION };

/* What has come for me about one that waits. */
static enum told told_of(const struct asking *q, const struct handoff_entry *e)
{
    struct reminding r = {q, e};
    struct sla_clock clock;
    if (e->state != STATE_WAITING || !q->who.active || !handoff_clock(q->roster, e, &clock)) return TOLD_NOTHING;
    if (clock_notice(&clock, true, is_for_me, &r)) return TOLD_ESCALATION;
    return clock_notice(&clock, false, is_for_me, &r) ? TOLD_REMINDER : TOLD_NOTHING;
}

static bool matches(const struct asking *q, const struct handoff_entry *e)
{
    if (e->state == STATE_WAITING ? !q->waiting : !q->decided) return false;
    if (q->outcomes && !(q->outcomes >> e->state & 1)) return false;
    if (q->told && told_of(q, e) == TOLD_NOTHING) return false;
    return is_assigned(q, e, q->assigned) && leads_match(&q->leads, &q->roster->leads[e->lead]);
}

/* ---- order ---- */

struct placed {
    int64_t key; /* the smallest comes first */
    const struct roster *roster;
    const struct handoff_entry *entry;
};

/* Of all funnels that are asked for. */
struct inbox {
    struct arena *arena;
    struct placed *found;
    size_t found_count;
    int64_t states[HANDOFF_STATES], mine, late, soon, told[TOLD_ESCALATION + 1];
    uint64_t accepted, decided; /* submissions */
};

/* Waiting ones by their clock, then decided ones newest first. */
static int64_t key_of(const struct handoff_entry *e)
{
    const struct handoff_decision *last = handoff_last(e);
    if (e->state == STATE_WAITING) return e->due == INSTANT_MAX ? -1 : e->due - INSTANT_MAX;
    return INSTANT_MAX - (last ? last->at : e->ended);
}

static int by_place(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return strcmp(x->entry->id, y->entry->id);
}

static bool is_after(const struct placed *p, struct slice cursor)
{
    int64_t key;
    const struct slice number = slice_cut(&cursor, '~');
    if (!slice_to_i64(number, &key)) return false;
    return p->key != key ? p->key > key : slice_compare(slice_from(p->entry->id), cursor) > 0;
}

/* "items", "next_cursor". */
static void put_page(struct json_writer *w, const struct inbox *b, const struct asking *q)
{
    struct placed *found = b->found;
    size_t from = 0, until, count = b->found_count;
    if (count) qsort(found, count, sizeof *found, by_place);
    while (q->cursor.len && from < count && !is_after(&found[from], q->cursor)) from++;
    until = count - from > q->leads.limit ? from + q->leads.limit : count;
    json_put_array(w, "items");
    for (size_t i = from; i < until; i++) handoff_put(w, b->arena, found[i].roster, found[i].entry);
    json_end(w);
    if (until < count && until > from)
        json_put_text(w, "next_cursor",
                      arena_printf(b->arena, "%lld~%s", (long long)found[until - 1].key, found[until - 1].entry->id));
    else
        json_put_null(w, "next_cursor");
}

/* ---- the inbox ---- */

static void count_entry(struct inbox *b, const struct asking *q, const struct handoff_entry *e)
{
    struct sla_clock clock;
    b->states[e->state]++;
    b->decided += e->outcome != HANDOFF_OPEN && e->outcome != HANDOFF_WITHDRAWN;
    b->accepted += e->outcome == HANDOFF_ACCEPTED;
    if (e->state != STATE_WAITING) return;
    b->mine += is_assigned(q, e, ASSIGNED_ME);
    b->told[told_of(q, e)]++;
    if (!handoff_clock(q->roster, e, &clock)) return;
    b->late += clock.state == CLOCK_LATE;
    b->soon += clock.state == CLOCK_SOON;
}

static void put_counts(struct json_writer *w, const struct inbox *b, const struct definition *d)
{
    json_put_object(w, "counts");
    json_put_int(w, "waiting", b->states[STATE_WAITING]);
    json_put_int(w, "mine", b->mine);
    json_put_int(w, "late", b->late);
    json_put_int(w, "soon", b->soon);
    json_put_int(w, "reminders", b->told[TOLD_REMINDER]);
    json_put_int(w, "escalations", b->told[TOLD_ESCALATION]);
    json_put_int(w, "accepted", b->states[STATE_ACCEPTED]);
    json_put_int(w, "rejected", b->states[STATE_REJECTED]);
    json_put_int(w, "returned", b->states[STATE_RETURNED]);
    json_end(w);
    share_put(w, "accepted", d, b->accepted, b->decided);
}

static void add_funnel(struct inbox *b, const struct asking *q)
{
    const struct handoff_list *all = &q->roster->handoffs;
    struct placed *found = ARENA_ARRAY(b->arena, struct placed, b->found_count + all->count + 1);
    if (b->found_count) memcpy(found, b->found, b->found_count * sizeof *found);
    b->found = found;
    for (size_t i = 0; i < all->count; i++) {
        count_entry(b, q, &all->at[i]);
        if (matches(q, &all->at[i]))
            found[b->found_count++] = (struct placed){key_of(&all->at[i]), q->roster, &all->at[i]};
    }
}

/* Conditions are read for each funnel anew: its values have codes of their own. */
static enum outcome add_funnels(struct inbox *b, const struct standing_state *state, struct slice me,
                                const struct leads_asked *asked, size_t count, struct asking *q, struct error *error)
{
    const struct roster *roster;
    for (size_t at = 0; (roster = handoffs_next(state, &at));) {
        asking_init(q, state, roster, b->arena, me);
        if (read_asked(q, asked, count, error) != OK) return BAD_USAGE;
        if (!q->funnel.len || slice_equal(q->funnel, roster_funnel(roster)->label.name)) add_funnel(b, q);
    }
    return OK;
}

enum outcome handoffs_page(const struct standing_state *state, struct slice me, const struct leads_asked *asked,
                           size_t count, struct buffer *out, struct error *error)
{
    struct arena arena;
    struct asking q;
    struct inbox b = {.arena = &arena};
    struct json_writer w = {.out = out};
    if (!leads_roster(state, asked, count, error)) return BAD_USAGE;
    arena_init(&arena);
    const enum outcome outcome = add_funnels(&b, state, me, asked, count, &q, error);
    if (outcome == OK) {
        json_object(&w);
        put_page(&w, &b, &q);
        json_put_int(&w, "total", (int64_t)b.found_count);
        put_counts(&w, &b, standing_table(state)->definition);
        json_end(&w);
    }
    arena_release(&arena);
    return outcome;
}

const struct roster *handoffs_next(const struct standing_state *state, size_t *at)
{
    const struct roster *roster;
    while ((roster = standing_roster_at(state, (*at)++)))
        if (*at == 1 || roster_funnel(roster)->of == KIND_PERSON) return roster;
    return NULL;
}

size_t handoffs_waiting(const struct standing_state *state)
{
    const struct roster *roster;
    size_t waiting = 0;
    for (size_t at = 0; (roster = handoffs_next(state, &at));)
        for (size_t i = 0; i < roster->handoffs.count; i++) waiting += roster->handoffs.at[i].state == STATE_WAITING;
    return waiting;
}

/* ---- one ---- */

struct handoff_found handoffs_find(const struct standing_state *state, struct slice id)
{
    const struct roster *roster;
    for (size_t at = 0; (roster = handoffs_next(state, &at));)
        for (size_t i = 0; i < roster->handoffs.count; i++)
            if (slice_is(id, roster->handoffs.at[i].id)) return (struct handoff_found){roster, &roster->handoffs.at[i]};
    return (struct handoff_found){0};
}

void handoffs_write(const struct handoff_found *found, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct arena arena;
    arena_init(&arena);
    handoff_put(&w, &arena, found->roster, found->entry);
    arena_release(&arena);
}
