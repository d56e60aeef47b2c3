/* What people write about leads: notes, answers, owners, milestones. */
#include "app/dossier_json.h"
#include "app/lead_row.h"
#include "app/lead_words.h"
#include "base/civil.h"
#include "http/access_json.h"
#include "http/body.h"
#include "http/handoff_routes.h"
#include "http/report_answers.h"

enum { BODY_MAX = 64 << 10, NOTE_MAX = 4 * 4000, SAID_MAX = 4 * 1000 };

/* True with the state after it; false: it was answered. */
static bool say(struct http_exchange *x, struct slice key, const char *what, void *context,
                size_t (*made)(void *, const struct standing_state *, struct arena *, struct said *,
                               struct desk_refusal *),
                struct slice *message, struct standing_state **state)
{
    struct handoff_service *service = http_context(x);
    const struct desk_saying saying = {http_param(x, "id"), slice_from(what), context, made};
    struct desk_refusal refusal = {0};
    if (desk_say(&service->desk, access_caller(x), key, &saying, http_arena(x), message, &refusal, state)) return true;
    handoff_refuse(x, &refusal);
    return false;
}

static struct standing_lead lead_in(const struct standing_state *state, struct http_exchange *x)
{
    return standing_find(state, http_param(x, "id"), slice_of("", 0));
}

static void gone(struct http_exchange *x)
{
    http_fail(x, 404, "not_found", "There is no lead %.*s any more; look again.", SLICE_ARG(http_param(x, "id")));
}

/* ---- notes ---- */

static bool read_note(struct http_exchange *x, struct note_asked *out)
{
    static const char *const fields[] = {"text", "kind", "minutes", NULL};
    struct body body;
    if (!body_read(x, fields, &body)) return false;
    const struct value *minutes = value_map_field(body.map, SLICE("minutes"));
    *out = (struct note_asked){.text = body_text(&body, "text"), .kind = body_text(&body, "kind")};
    body_needs(&body, "text");
    if (!out->text.len || out->text.len > NOTE_MAX) body_wrong(&body, "text", "has 1 to 4000 letters");
    if (!slice_is(out->kind, "note") && !slice_is(out->kind, "call") && !slice_is(out->kind, "meeting"))
        body_wrong(&body, "kind", "is note, call or meeting");
    if (minutes && (minutes->kind != VALUE_INT || minutes->integer < 0))
        body_wrong(&body, "minutes", "is a whole number");
    else if (minutes)
        out->minutes = minutes->integer;
    return body_end(&body);
}

static int note_once(struct http_exchange *x)
{
    struct note_asked note;
    struct standing_state *state;
    struct slice message;
    if (!read_note(x, &note)) return 0;
    if (!say(x, http_header(x, "Idempotency-Key"), "note", &note, note_made, &message, &state)) return 0;
    const struct standing_lead in = lead_in(state, x);
    const struct lead *lead = in.lead;
    struct json_writer w = {.out = http_out(x)};
    bool found = false;
    for (size_t i = 0; lead && lead->words && i < lead->words->count && !found; i++) {
        found = slice_equal(lead->words->at[i].message, message);
        if (found) lead_word_put(&w, http_arena(x), standing_zone(state), in.roster->colleagues, &lead->words->at[i]);
    }
    standing_give(state);
    if (!found) gone(x);
    return found ? 201 : 0;
}

static void note_now(struct http_exchange *x)
{
    handoff_once(x, note_once);
}

/* ---- owner and milestones ---- */

static void own_now(struct http_exchange *x)
{
    static const char *const fields[] = {"user", "team", NULL};
    struct handoff_service *service = http_context(x);
    struct owner_asked owner = {.desk = &service->desk};
    struct standing_state *state;
    struct slice message;
    struct body body;
    if (!body_read(x, fields, &body)) return;
    owner.user = body_text(&body, "user");
    owner.team = body_text(&body, "team");
    if (!body_end(&body) || !say(x, slice_of("", 0), "owner", &owner, owner_made, &message, &state)) return;
    const struct standing_lead in = lead_in(state, x);
    struct json_writer w = {.out = http_out(x)};
    if (in.lead) lead_row_put(&w, http_arena(x), in.roster, standing_zone(state), in.lead);
    standing_give(state);
    if (in.lead)
        http_send(x, 200, "application/json");
    else
        gone(x);
}

static bool read_milestone(struct http_exchange *x, struct milestone_asked *out)
{
    static const char *const fields[] = {"done_at", "due", "note", NULL};
    struct body body;
    struct time_text due;
    if (!body_read(x, fields, &body)) return false;
    *out = (struct milestone_asked){.code = http_param(x, "code"),
                                    .done_at = body_text(&body, "done_at"),
                                    .due = body_text(&body, "due"),
                                    .note = body_text(&body, "note")};
    body_instant(&body, "done_at");
    if (out->due.len && (!time_parse(out->due, &due) || !due.day_only))
        body_wrong(&body, "due", "is a day, such as 2026-04-20");
    if (out->note.len > SAID_MAX) body_wrong(&body, "note", "is longer than 1000 letters");
    return body_end(&body);
}

static void milestone_now(struct http_exchange *x)
{
    struct milestone_asked milestone;
    struct standing_state *state;
    struct slice message;
    if (!read_milestone(x, &milestone)) return;
    if (!say(x, slice_of("", 0), "milestone", &milestone, milestone_made, &message, &state)) return;
    const struct standing_lead in = lead_in(state, x);
    const struct lead *lead = in.lead;
    const struct label *label = milestone_find(in.roster->table->definition, milestone.code);
    struct json_writer w = {.out = http_out(x)};
    if (lead && label)
        milestone_put(&w, http_arena(x), standing_zone(state), in.roster->colleagues, label, lead->words);
    standing_give(state);
    if (lead && label)
        http_send(x, 200, "application/json");
    else
        gone(x);
}

/* ---- answers ---- */

enum { ANSWERS_MOST = DESK_SAID_MAX / 2 };

struct answers_read {
    struct answer_asked given[ANSWERS_MOST], withdrawn[ANSWERS_MOST]; /* those: to be unknown from now on */
    size_t given_count, withdrawn_count;                              /* of both together at most ANSWERS_MOST */
};

static void read_answer(struct body *body, const struct value_entry *entry, struct answers_read *out)
{
    const struct value *map = &entry->value;
    const struct value *answer = map->kind == VALUE_MAP ? value_map_field(map->map, SLICE("answer")) : NULL;
    const struct value *said = map->kind == VALUE_MAP ? value_map_field(map->map, SLICE("said")) : NULL;
    const struct slice word = answer && answer->kind == VALUE_STRING ? answer->text : slice_of("", 0);
    const struct slice words = said && said->kind == VALUE_STRING ? said->text : slice_of("", 0);
    if (words.len > SAID_MAX) body_wrong(body, "answers", "what was said is longer than 1000 letters");
    if (slice_is(word, "unknown"))
        out->withdrawn[out->withdrawn_count++] = (struct answer_asked){entry->key.text, words, ANSWER_WITHDRAWN};
    else if (slice_is(word, "yes") || slice_is(word, "no"))
        out->given[out->given_count++] =
            (struct answer_asked){entry->key.text, words, slice_is(word, "yes") ? ANSWERED_YES : ANSWERED_NO};
    else
        body_wrong(body, "answers", "each has an answer: yes, no or unknown");
}

static bool read_answers(struct http_exchange *x, struct slice *model, struct answers_read *out)
{
    static const char *const fields[] = {"model", "answers", NULL};
    struct body body;
    *out = (struct answers_read){0};
    if (!body_read(x, fields, &body)) return false;
    const struct value *map = value_map_field(body.map, SLICE("answers"));
    *model = body_text(&body, "model");
    body_needs(&body, "model");
    if (!map || map->kind != VALUE_MAP || map->map->count > ANSWERS_MOST)
        body_wrong(&body, "answers", "is an object of at most 32 answers");
    else
        for (uint32_t i = 0; i < map->map->count; i++) read_answer(&body, &map->map->entries[i], out);
    return body_end(&body);
}

static struct dossier *open_lead(struct http_exchange *x, struct standing_state *state)
{
    struct dossier *dossier = NULL;
    struct error error = {0};
    bool absent = false;
    if (dossier_open(state, KIND_PERSON, http_param(x, "id"), INSTANT_NONE, &dossier, &absent, &error) == OK)
        return dossier;
    if (absent)
        gone(x);
    else
        http_fail_later(x, 503, "unavailable", 2, "The store cannot be read now.");
    return NULL;
}

/* What is known of a question, and by which trait it is answered by hand. */
struct question_now {
    bool known;
    const struct trait *trait; /* NULL: nobody answers it */
    bool given;                /* by hand */
};

static struct question_now question_now(const struct dossier *o, struct slice model, struct slice code,
                                        struct arena *arena)
{
    struct question_now now = {0};
    for (size_t b = 0; b < o->bant_count; b++)
        for (size_t q = 0; q < o->bants[b].bant->count; q++) {
            const struct dossier_answer *answer = &o->bants[b].answers[q];
            if (!slice_equal(o->bants[b].bant->label.name, model) || !slice_equal(answer->label->name, code)) continue;
            now.known = answer->truth != TRUTH_UNKNOWN;
            now.trait = answer_trait(o->definition, o->bants[b].bant, q, arena);
            now.given = now.trait && now.trait->field.answer && o->cells[now.trait->slot].kind != CELL_ABSENT;
        }
    return now;
}

/* Adds those that are taken back to the given ones; what is unknown anyway needs no word. False: it was answered. */
static bool take_back(struct http_exchange *x, const struct dossier *o, struct slice model, struct answers_read *r)
{
    for (size_t i = 0; i < r->withdrawn_count; i++) {
        const struct answer_asked *answer = &r->withdrawn[i];
        const struct question_now now = question_now(o, model, answer->code, http_arena(x));
        if (now.given) {
            r->given[r->given_count++] = *answer;
        } else if (now.known) {
            http_fail(x, 422, "known", "The answer to %.*s is worked out; nobody gave it who could take it back.",
                      SLICE_ARG(answer->code));
            return false;
        }
    }
    return true;
}

static bool settle_withdrawn(struct http_exchange *x, struct slice model, struct answers_read *r)
{
    const struct handoff_service *service = http_context(x);
    struct error error = {0};
    if (!r->withdrawn_count) return true;
    struct standing_state *state = standing_take(service->desk.standing, &error);
    if (!state) {
        report_fail_absent(x, &error);
        return false;
    }
    struct dossier *dossier = open_lead(x, state);
    const bool may = dossier && take_back(x, dossier, model, r);
    dossier_close(dossier);
    standing_give(state);
    return may;
}

static void give_bant(struct http_exchange *x, struct standing_state *state, struct slice model)
{
    struct dossier *o = open_lead(x, state);
    struct json_writer w = {.out = http_out(x)};
    size_t i = 0;
    if (!o) return;
    while (i < o->bant_count && !slice_equal(o->bants[i].bant->label.name, model)) i++;
    const bool found = i < o->bant_count;
    if (found) dossier_put_one_bant(&w, o, i);
    dossier_close(o);
    if (found)
        http_send(x, 200, "application/json");
    else
        http_fail(x, 422, "no_such_model", "There is no BANT %.*s.", SLICE_ARG(model));
}

static void answer_now(struct http_exchange *x)
{
    const struct handoff_service *service = http_context(x);
    struct answers_read *r = ARENA_NEW(http_arena(x), struct answers_read);
    struct answers_asked asked = {0};
    struct standing_state *state = NULL;
    struct slice message;
    struct error error = {0};
    if (!read_answers(x, &asked.model, r) || !settle_withdrawn(x, asked.model, r)) return;
    asked.at = r->given;
    asked.count = r->given_count;
    if (asked.count) {
        if (!say(x, slice_of("", 0), "answers", &asked, answers_made, &message, &state)) return;
    } else {
        state = standing_take(service->desk.standing, &error);
    }
    if (state)
        give_bant(x, state, asked.model);
    else
        report_fail_absent(x, &error);
    standing_give(state);
}

/* ---- together ---- */

static void note(struct http_exchange *x)
{
    handoff_by_clerk(x, note_now);
}

static void own(struct http_exchange *x)
{
    handoff_by_clerk(x, own_now);
}

static void milestone(struct http_exchange *x)
{
    handoff_by_clerk(x, milestone_now);
}

static void answer(struct http_exchange *x)
{
    handoff_by_clerk(x, answer_now);
}

struct http_routes lead_word_routes(struct handoff_service *service)
{
    static const struct http_route routes[] = {
        {"POST", "/api/v1/leads/:id/notes", ACCESS_WHO(ACTION_EVENT_WRITE), BODY_MAX, note},
        {"PUT", "/api/v1/leads/:id/answers", ACCESS_WHO(ACTION_EVENT_WRITE), BODY_MAX, answer},
        {"PUT", "/api/v1/leads/:id/owner", ACCESS_WHO(ACTION_LEAD_ROUTE), BODY_MAX, own},
        {"PUT", "/api/v1/leads/:id/milestones/:code", ACCESS_WHO(ACTION_EVENT_WRITE), BODY_MAX, milestone},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}
