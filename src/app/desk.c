#include "app/desk.h"

#include "app/colleagues.h"
#include "app/handoff_row.h"
#include "app/handoffs.h"
#include "report/json_put.h"

enum { WAIT_MS = 60 * 1000 };

const char *const desk_act_names[DESK_ACTS + 1] = {"accept", "reject", "return", "assign", "undo", NULL};

static const struct {
    const char *event, *audited;
    enum action action;
} acts[DESK_ACTS] = {
    [DESK_ACCEPT] = {"lead_accepted", "handoff.accept", ACTION_HANDOFF_ACCEPT},
    [DESK_REJECT] = {"lead_rejected", "handoff.reject", ACTION_HANDOFF_REJECT},
    [DESK_RETURN] = {"lead_returned", "handoff.return", ACTION_HANDOFF_RETURN},
    [DESK_ASSIGN] = {"masa:assigned", "handoff.assign", ACTION_LEAD_ROUTE},
    [DESK_UNDO] = {"masa:undo", "handoff.undo", ACTION_HANDOFF_ACCEPT},
};

/* ---- refusing ---- */

void desk_refuse(struct desk_refusal *refusal, int status, const char *code, const char *format, ...)
{
    va_list args;
    *refusal = (struct desk_refusal){.status = status, .code = code};
    va_start(args, format);
    vsnprintf(refusal->message, sizeof refusal->message, format, args);
    va_end(args);
}

void desk_refuse_as(struct desk_refusal *refusal, enum answer answer, const struct error *error)
{
    switch (answer) {
    case ANSWER_BUSY:
        desk_refuse(refusal, 429, "busy", "More waits for the disk than may wait; nothing was kept.");
        break;
    case ANSWER_NO_ROOM:
        desk_refuse(refusal, 503, "unavailable", "The store has no room left; nothing was kept.");
        break;
    case ANSWER_FORBIDDEN: desk_refuse(refusal, 403, answer_code(answer), "%s", error->message); break;
    default: desk_refuse(refusal, 503, "unavailable", "It could not be written down; ask again with the same key.");
    }
}

/* The freshest state, or why there is none. */
static struct standing_state *fresh_state(struct desk *desk, struct desk_refusal *refusal)
{
    struct error error = {0};
    struct standing_state *state =
        standing_catch_up(desk->standing, WAIT_MS) ? standing_take(desk->standing, &error) : NULL;
    if (!state)
        desk_refuse(refusal, 503, "unavailable",
                    "The leads are being read; ask again with the same key, nothing is done twice.");
    return state;
}

/* A report of a fixed day does not see what is said today. */
static bool stands_still(const struct standing_state *state, struct desk_refusal *refusal)
{
    const struct slice as_of = standing_table(state)->definition->report.as_of;
    if (as_of.len)
        desk_refuse(refusal, 409, "stands_still",
                    "The definition's report stands at %.*s (report.as_of), so that nothing said today would show.",
                    SLICE_ARG(as_of));
    return as_of.len > 0;
}

/* ---- one act ---- */

struct acting {
    struct desk *desk;
    const struct identity *who;
    struct slice key;
    struct arena *arena;
    const struct standing_state *state;
    const struct roster *roster; /* of the handoff at hand */
    char me[24];
};

static const struct stage *stage_of(const struct acting *a, const struct handoff_entry *e)
{
    return &roster_funnel(a->roster)->stages[e->stage];
}

static struct slice subject_of(const struct acting *a, const struct handoff_entry *e)
{
    return a->roster->table->subject[a->roster->leads[e->lead].row];
}

static struct slice message_of(const struct acting *a, struct slice subject, const struct desk_asked *asked)
{
    const struct slice what = arena_printf(a->arena, "%s %.*s", desk_act_names[asked->act], SLICE_ARG(asked->handoff));
    const struct message_id id = say_message_id(&a->desk->say, a->who, a->key, subject, what);
    return arena_slice(a->arena, slice_from(id.text));
}

/* It was said already: by a request whose answer was lost. */
static bool was_said(const struct handoff_entry *e, struct slice message)
{
    for (size_t i = 0; e->words && i < e->words->count; i++)
        if (slice_equal(e->words->at[i].message, message)) return true;
    return false;
}

static bool is_reason(const struct reason *reasons, size_t count, struct slice reason)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(reasons[i].label.name, reason)) return true;
    return false;
}

/* Where the definition lists none, any word is one. */
static bool has_reason(const struct acting *a, const struct handoff_entry *e, const struct desk_asked *asked,
                       struct desk_refusal *refusal)
{
    const struct stage *stage = stage_of(a, e);
    const bool reject = asked->act == DESK_REJECT;
    const struct reason *reasons = reject ? stage->reject_reasons : stage->return_reasons;
    const size_t count = reject ? stage->reject_count : stage->return_count;
    struct buffer details;
    if (count ? is_reason(reasons, count, asked->reason) : asked->reason.len > 0) return true;
    desk_refuse(refusal, 422, "reason_needed", "A reason is needed to %s.", desk_act_names[asked->act]);
    buffer_init(&details, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &details};
    json_object(&w);
    json_put_array(&w, "reasons");
    for (size_t i = 0; i < count; i++) json_string(&w, reasons[i].label.name);
    json_end(&w);
    json_end(&w);
    refusal->details = arena_slice(a->arena, buffer_slice(&details));
    buffer_release(&details);
    return false;
}

static bool may_decide(const struct acting *a, const struct handoff_entry *e, const struct desk_asked *asked,
                       struct desk_refusal *refusal)
{
    const struct handoff_decision *last = handoff_last(e);
    const enum role role = stage_of(a, e)->decided_by;
    struct colleague by = {.name = SLICE("the definition")};
    if (!slice_is(role_name(ACCESS_SALES), role_names[role])) {
        desk_refuse(refusal, 403, "forbidden", "The definition has %s decide, not sales.", role_names[role]);
        return false;
    }
    if (e->state == STATE_WAITING || (e->state == STATE_ACCEPTED && asked->act == DESK_RETURN))
        return asked->act == DESK_ACCEPT || has_reason(a, e, asked, refusal);
    if (last) colleague_find(a->desk->colleagues, last->by, a->arena, &by);
    desk_refuse(refusal, 409, "already_decided", "It is %s already, by %.*s.", handoff_state_names[e->state],
                SLICE_ARG(by.name));
    return false;
}

static bool may_undo(const struct acting *a, const struct handoff_entry *e, struct desk_refusal *refusal)
{
    const struct handoff_decision *last = handoff_last(e);
    if (last && !slice_is(last->by, a->me)) {
        desk_refuse(refusal, 403, "forbidden", "A decision is taken back by whoever made it.");
        return false;
    }
    if (last && last->word && world_now(&a->desk->say.world) <= handoff_undo_until(last)) return true;
    desk_refuse(refusal, 409, "too_late", "It can't be taken back any more; return the lead instead.");
    return false;
}

static bool routes_to(const struct funnel *funnel, struct slice team)
{
    for (size_t s = 0; s < funnel->stage_count; s++)
        for (size_t i = 0; i < funnel->stages[s].route_count; i++)
            if (slice_equal(funnel->stages[s].routes[i].to, team)) return true;
    return false;
}

/* What is said here is said of persons: of others it would make persons of their names. */
static bool is_said_of_persons(const struct roster *roster, struct desk_refusal *refusal)
{
    const enum subject_kind of = roster_funnel(roster)->of;
    if (of != KIND_PERSON)
        desk_refuse(refusal, 422, "not_a_person", "What people say is kept for persons; this is a %s.",
                    subject_kind_names[of]);
    return of == KIND_PERSON;
}

bool desk_has_team(const struct definition *d, struct colleagues *colleagues, struct slice team)
{
    bool known = colleagues_have_team(colleagues, team);
    for (size_t i = 0; i < d->team_count; i++) known |= slice_equal(d->teams[i].name, team);
    for (size_t i = 0; i < d->funnel_count; i++) known |= routes_to(&d->funnels[i], team);
    for (size_t i = 0; i < d->score_count; i++) known |= slice_equal(d->scores[i].borderline_team, team);
    return known;
}

bool desk_knows(const struct desk *desk, const struct standing_state *state, struct slice user, struct slice team,
                struct arena *arena, struct desk_refusal *refusal)
{
    const struct definition *d = standing_table(state)->definition;
    struct colleague who;
    if (user.len && (!colleague_find(desk->colleagues, user, arena, &who) || !who.active)) {
        desk_refuse(refusal, 422, "no_such_user", "There is no user %.*s who works here.", SLICE_ARG(user));
        return false;
    }
    const bool known = !team.len || desk_has_team(d, desk->colleagues, team);
    if (!known) desk_refuse(refusal, 422, "no_such_team", "There is no team %.*s.", SLICE_ARG(team));
    return known;
}

/* Whom it is given to decides it. (A team may still be waiting for its people.) */
static bool may_assign(const struct acting *a, const struct desk_asked *asked, struct desk_refusal *refusal)
{
    struct colleague to;
    if (!desk_knows(a->desk, a->state, asked->user, asked->team, a->arena, refusal)) return false;
    if (!asked->user.len || !colleague_find(a->desk->colleagues, asked->user, a->arena, &to)) return true;
    const bool may = roles_allow(to.roles, ACTION_HANDOFF_ACCEPT);
    if (!may)
        desk_refuse(refusal, 422, "may_not_decide", "%.*s is not in sales, and may not decide it.", SLICE_ARG(to.name));
    return may;
}

static bool is_allowed(const struct acting *a, const struct handoff_entry *e, const struct desk_asked *asked,
                       struct desk_refusal *refusal)
{
    const struct slice version = handoff_version(a->arena, e);
    if (!slice_equal(asked->version, version)) {
        desk_refuse(refusal, 412, "changed_meanwhile", "Somebody changed it meanwhile; look again.");
        refusal->details = arena_printf(a->arena, "{\"version\":\"%.*s\"}", SLICE_ARG(version));
        return false;
    }
    switch (asked->act) {
    case DESK_UNDO: return may_undo(a, e, refusal);
    case DESK_ASSIGN: return may_assign(a, asked, refusal);
    default: return may_decide(a, e, asked, refusal);
    }
}

/* ---- what is said ---- */

static void put_given(struct json_writer *w, const char *name, struct slice text)
{
    if (text.len) json_put_text(w, name, text);
}

/* JSON without its braces. */
static struct slice members_of(const struct acting *a, const struct handoff_entry *e, const struct desk_asked *asked)
{
    const struct handoff_decision *last = handoff_last(e);
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &text};
    json_object(&w);
    json_put_text(&w, "handoff", slice_from(e->id));
    if (asked->act == DESK_ASSIGN) {
        put_given(&w, "user", asked->user);
        put_given(&w, "team", asked->team);
    } else if (asked->act == DESK_UNDO) {
        json_put_text(&w, "message", last->word->message);
    } else {
        json_put_text(&w, "funnel", roster_funnel(a->roster)->label.name);
        json_put_text(&w, "stage", stage_of(a, e)->label.name);
        put_given(&w, "reason", asked->reason);
        put_given(&w, "text", asked->note);
        json_put_text(&w, "saw", arena_printf(a->arena, "brief-%s-%u", e->id, e->version));
    }
    json_end(&w);
    const struct slice kept = arena_slice(a->arena, slice_of(text.data + 1, text.len - 2));
    buffer_release(&text);
    return kept;
}

/* The server may have died between the event and its entry in the audit trail. */
static void note_again(const struct acting *a, const struct said *said, struct desk_refusal *refusal)
{
    struct error error = {0};
    const enum answer noted = say_noted(&a->desk->say, a->who, said, &error);
    if (noted != ANSWER_OK) desk_refuse_as(refusal, noted, &error);
}

/* False: refused, or said already. */
static bool make_said(struct acting *a, const struct desk_asked *asked, struct said *out, struct desk_refusal *refusal)
{
    const struct handoff_found found = handoffs_find(a->state, asked->handoff);
    const struct handoff_entry *e = found.entry;
    a->roster = found.roster;
    *refusal = (struct desk_refusal){0};
    if (!e) {
        desk_refuse(refusal, 404, "not_found", "There is no handoff %.*s.", SLICE_ARG(asked->handoff));
        return false;
    }
    const struct slice subject = subject_of(a, e), message = message_of(a, subject, asked);
    *out = (struct said){
        .subject = subject,
        .event = slice_from(acts[asked->act].event),
        .message = message,
        .action = acts[asked->act].action,
        .audited = slice_from(acts[asked->act].audited),
        .after = arena_printf(a->arena, "{\"handoff\":\"%s\",\"message\":\"%.*s\"}", e->id, SLICE_ARG(message))};
    if (was_said(e, message)) {
        note_again(a, out, refusal);
        return false;
    }
    if (!is_said_of_persons(a->roster, refusal) || !is_allowed(a, e, asked, refusal)) return false;
    out->members = members_of(a, e, asked);
    return true;
}

static bool is_twice(const struct desk_asked *asked, size_t i, struct desk_refusal *refusal)
{
    for (size_t k = 0; k < i; k++)
        if (slice_equal(asked[k].handoff, asked[i].handoff)) {
            desk_refuse(refusal, 412, "changed_meanwhile", "It stands in this request twice.");
            return true;
        }
    return false;
}

/* ---- all of it ---- */

static struct acting acting_of(struct desk *desk, const struct identity *who, struct slice key, struct arena *arena)
{
    struct acting a = {.desk = desk, .who = who, .key = key, .arena = arena};
    snprintf(a.me, sizeof a.me, "%c%lld", who->kind == IDENTITY_API_KEY ? 'k' : 'u', (long long)who->id);
    return a;
}

/* In its turn: checks, and says what may be said. Returns how many were; -1: how things stand cannot be told. */
static int act_all(struct acting *a, const struct desk_asked *asked, size_t count, struct desk_refusal *refusals,
                   struct desk_refusal *whole)
{
    struct said *said = ARENA_ARRAY(a->arena, struct said, count);
    size_t *of = ARENA_ARRAY(a->arena, size_t, count), n = 0;
    struct error error = {0};
    int64_t at;
    struct standing_state *state = fresh_state(a->desk, whole);
    if (!state) return -1;
    a->state = state;
    for (size_t i = 0; i < count; i++) {
        if (stands_still(state, &refusals[i]) || is_twice(asked, i, &refusals[i])) continue;
        if (make_said(a, &asked[i], &said[n], &refusals[i])) of[n++] = i;
    }
    const enum answer answer = n ? say_all(&a->desk->say, a->who, said, n, &at, &error) : ANSWER_OK;
    standing_give(state);
    if (answer == ANSWER_OK) return (int)n;
    for (size_t i = 0; i < n; i++) desk_refuse_as(&refusals[of[i]], answer, &error);
    return 0;
}

/* The word came later than it was checked: the decision stands. */
static void check_undone(const struct standing_state *state, const struct desk_asked *asked,
                         struct desk_refusal *refusal)
{
    const struct handoff_entry *e = handoffs_find(state, asked->handoff).entry;
    const struct handoff_decision *last = e ? handoff_last(e) : NULL;
    if (asked->act != DESK_UNDO || refusal->status || !last || !last->word) return;
    const struct kept_word *undo = kept_word_last(e->words, DECLARE_UNDO, last->at, INSTANT_MAX);
    if (!undo) desk_refuse(refusal, 409, "too_late", "It can't be taken back any more; return the lead instead.");
}

bool desk_decide(struct desk *desk, const struct identity *who, struct slice key, const struct desk_asked *asked,
                 size_t count, struct arena *arena, struct desk_refusal *refusals, struct desk_refusal *whole,
                 struct standing_state **state)
{
    struct acting a = acting_of(desk, who, key, arena);
    pthread_mutex_lock(&desk->turn);
    const int said = act_all(&a, asked, count, refusals, whole);
    pthread_mutex_unlock(&desk->turn);
    *state = said < 0 ? NULL : fresh_state(desk, whole);
    for (size_t i = 0; *state && i < count; i++) check_undone(*state, &asked[i], &refusals[i]);
    return *state != NULL;
}

/* ---- words about a lead ---- */

static bool lead_has_word(const struct standing_state *state, struct slice lead, struct slice message)
{
    const struct lead *found = standing_find(state, lead, slice_of("", 0)).lead;
    for (size_t i = 0; found && found->words && i < found->words->count; i++)
        if (slice_equal(found->words->at[i].message, message)) return true;
    return false;
}

static size_t make_words(struct desk *desk, const struct identity *who, struct slice key,
                         const struct desk_saying *saying, const struct standing_state *state, struct arena *arena,
                         struct said said[DESK_SAID_MAX], struct desk_refusal *refusal)
{
    const struct standing_lead found = standing_find(state, saying->lead, slice_of("", 0));
    if (stands_still(state, refusal)) return 0;
    if (!found.lead) {
        desk_refuse(refusal, 404, "not_found", "There is no lead %.*s.", SLICE_ARG(saying->lead));
        return 0;
    }
    if (!is_said_of_persons(found.roster, refusal)) return 0;
    const size_t count = saying->made(saying->context, state, arena, said, refusal);
    for (size_t i = 0; i < count; i++) {
        const struct slice what = i ? arena_printf(arena, "%.*s %zu", SLICE_ARG(saying->what), i) : saying->what;
        const struct message_id id = say_message_id(&desk->say, who, key, saying->lead, what);
        said[i].subject = saying->lead;
        said[i].message = arena_slice(arena, slice_from(id.text));
    }
    return count;
}

bool desk_say(struct desk *desk, const struct identity *who, struct slice key, const struct desk_saying *saying,
              struct arena *arena, struct slice *message, struct desk_refusal *refusal, struct standing_state **state)
{
    struct said *said = ARENA_ARRAY(arena, struct said, DESK_SAID_MAX);
    struct error error = {0};
    int64_t at;
    *refusal = (struct desk_refusal){0};
    if (!(*state = fresh_state(desk, refusal))) return false;
    const size_t count = make_words(desk, who, key, saying, *state, arena, said, refusal);
    *message = said[0].message;
    if (count && lead_has_word(*state, saying->lead, *message)) return true;
    const enum answer answer = count ? say_all(&desk->say, who, said, count, &at, &error) : ANSWER_OK;
    standing_give(*state);
    *state = NULL;
    if (answer != ANSWER_OK) desk_refuse_as(refusal, answer, &error);
    return count && answer == ANSWER_OK && (*state = fresh_state(desk, refusal));
}
