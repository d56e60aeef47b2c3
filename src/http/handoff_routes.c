#include "http/handoff_routes.h"

#include "app/handoffs.h"
#include "app/handoff_row.h"
#include "http/access_json.h"
#include "http/body.h"
#include "http/parse.h"
#include "http/report_answers.h"

enum { BODY_MAX = 64 << 10, ITEMS_MAX = 500, NOTE_MAX = 4000, CLERKS = 8, WAITING_MAX = 256 };

/* ---- clerks ---- */

struct at_desk {
    struct http_exchange *x;
    http_handler *handle;
};

static void run_at_desk(void *context, void *job, int worker)
{
    const struct at_desk *at = job;
    at->handle(at->x);
}

void handoff_by_clerk(struct http_exchange *x, http_handler *handle)
{
    const struct handoff_service *service = http_context(x);
    struct at_desk *at = ARENA_NEW(http_arena(x), struct at_desk);
    *at = (struct at_desk){x, handle};
    if (!workers_put(service->clerks, at))
        http_fail_later(x, 429, "busy", 2, "Many people are deciding at this moment; try again.");
}

void handoff_once(struct http_exchange *x, int (*work)(struct http_exchange *x))
{
    const struct handoff_service *service = http_context(x);
    char who[40];
    repeat_once(service->repeats, x, identity_text(access_caller(x), who, sizeof who),
                world_now(&service->desk.say.world), work);
}

void handoff_refuse(struct http_exchange *x, const struct desk_refusal *r)
{
    if (r->status == 429 || r->status == 503)
        http_fail_later(x, r->status, r->code, r->status == 429 ? 1 : 5, r->message);
    else
        http_fail_with(x, r->status, r->code, r->message, r->details);
}

/* ---- reading ---- */

static struct standing_state *take_state(struct http_exchange *x)
{
    const struct handoff_service *service = http_context(x);
    return report_take_state_of(x, service->reports->standing);
}

static struct slice my_id(struct http_exchange *x)
{
    const struct identity *who = access_caller(x);
    return arena_printf(http_arena(x), "%c%lld", who->kind == IDENTITY_API_KEY ? 'k' : 'u', (long long)who->id);
}

/* One of the lists. */
static void give_list(struct http_exchange *x, bool sent_back)
{
    struct leads_asked asked[QUERY_PAIRS_MAX];
    const size_t count = report_pairs(x, asked);
    struct error error = {0};
    struct standing_state *state = take_state(x);
    if (!state) return;
    const enum outcome outcome = sent_back ? handoffs_rejected(state, asked, count, http_out(x), &error)
                                           : handoffs_page(state, my_id(x), asked, count, http_out(x), &error);
    standing_give(state);
    if (outcome == OK)
        http_send(x, 200, "application/json");
    else
        http_fail(x, 400, "bad_parameter", "%s", error.message);
}

static void give_handoffs(struct http_exchange *x)
{
    give_list(x, false);
}

static void give_rejected(struct http_exchange *x)
{
    give_list(x, true);
}

static void set_version(struct http_exchange *x, const struct handoff_entry *e)
{
    http_set(x, "ETag", arena_printf(http_arena(x), "\"%.*s\"", SLICE_ARG(handoff_version(http_arena(x), e))));
}

static void give_brief(struct http_exchange *x)
{
    struct error error = {0};
    struct standing_state *state = take_state(x);
    if (!state) return;
    const struct handoff_found found = handoffs_find(state, http_param(x, "id"));
    if (!found.entry)
        http_fail(x, 404, "not_found", "There is no handoff %.*s.", SLICE_ARG(http_param(x, "id")));
    else if (handoffs_brief(state, &found, http_out(x), &error) != OK)
        http_fail_later(x, 503, "unavailable", 2, "The store cannot be read now.");
    else {
        set_version(x, found.entry);
        http_send(x, 200, "application/json");
    }
    standing_give(state);
}

/* ---- deciding ---- */

/* The version in If-Match, without quotes. False: there is none, and it was answered. */
static bool read_version(struct http_exchange *x, struct slice *out)
{
    *out = http_header(x, "If-Match");
    if (out->len > 2 && out->ptr[0] == '"' && out->ptr[out->len - 1] == '"')
        *out = slice_of(out->ptr + 1, out->len - 2);
    if (!out->len) http_fail(x, 428, "version_missing", "Send If-Match with the version you saw.");
    return out->len > 0;
}

/* The handoff as it is now, or the refusal. */
static int act(struct http_exchange *x, struct slice key, const struct desk_asked *asked)
{
    struct handoff_service *service = http_context(x);
    struct desk_refusal refusal = {0}, whole = {0};
    struct standing_state *state;
    if (!desk_decide(&service->desk, access_caller(x), key, asked, 1, http_arena(x), &refusal, &whole, &state)) {
        handoff_refuse(x, refusal.status ? &refusal : &whole);
        return 0;
    }
    const struct handoff_found found =
        refusal.status ? (struct handoff_found){0} : handoffs_find(state, asked->handoff);
    if (found.entry) {
        set_version(x, found.entry);
        handoffs_write(&found, http_out(x));
    } else {
        if (!refusal.status) desk_refuse(&refusal, 404, "not_found", "There is no such handoff any more; look again.");
        handoff_refuse(x, &refusal);
    }
    standing_give(state);
    return found.entry ? 200 : 0;
}

static bool read_act(struct body *body, const char *field, enum desk_act last, enum desk_act *out)
{
    const struct slice name = body_text(body, field);
    for (int i = DESK_ACCEPT; i <= (int)last; i++)
        if (slice_is(name, desk_act_names[i])) {
            *out = (enum desk_act)i;
            return true;
        }
    body_wrong(body, field,
               last == DESK_ASSIGN ? "is accept, reject, return or assign" : "is accept, reject or return");
    return false;
}

static int decide_once(struct http_exchange *x)
{
    static const char *const fields[] = {"decision", "reason", "note", NULL};
    struct desk_asked asked = {.handoff = http_param(x, "id")};
    struct body body;
    if (!read_version(x, &asked.version) || !body_read(x, fields, &body)) return 0;
    read_act(&body, "decision", DESK_RETURN, &asked.act);
    asked.reason = body_text(&body, "reason");
    asked.note = body_text(&body, "note");
    if (asked.note.len > 4 * NOTE_MAX) body_wrong(&body, "note", "is longer than 4000 letters");
    return body_end(&body) ? act(x, http_header(x, "Idempotency-Key"), &asked) : 0;
}

static int undo_once(struct http_exchange *x)
{
    struct desk_asked asked = {.handoff = http_param(x, "id"), .act = DESK_UNDO};
    return read_version(x, &asked.version) ? act(x, http_header(x, "Idempotency-Key"), &asked) : 0;
}

static void decide_now(struct http_exchange *x)
{
    handoff_once(x, decide_once);
}

static void undo_now(struct http_exchange *x)
{
    handoff_once(x, undo_once);
}

static void assign_now(struct http_exchange *x)
{
    static const char *const fields[] = {"user", "team", NULL};
    struct desk_asked asked = {.handoff = http_param(x, "id"), .act = DESK_ASSIGN};
    struct body body;
    if (!read_version(x, &asked.version) || !body_read(x, fields, &body)) return;
    asked.user = body_text(&body, "user");
    asked.team = body_text(&body, "team");
    if (!body_end(&body)) return;
    if (act(x, slice_of("", 0), &asked)) http_send(x, 200, "application/json");
}

static void decide(struct http_exchange *x)
{
    handoff_by_clerk(x, decide_now);
}

static void undo(struct http_exchange *x)
{
    handoff_by_clerk(x, undo_now);
}

static void assign(struct http_exchange *x)
{
    handoff_by_clerk(x, assign_now);
}

/* ---- many at once ---- */

struct bulk {
    struct desk_asked *asked;
    size_t count;
    enum desk_act act;
};

static struct slice text_in(const struct value *map, const char *field)
{
    const struct value *value = map && map->kind == VALUE_MAP ? value_map_field(map->map, slice_from(field)) : NULL;
    return value && value->kind == VALUE_STRING ? value->text : slice_of("", 0);
}

static void read_items(struct http_exchange *x, struct body *body, struct bulk *out)
{
    const struct value *items = value_map_field(body->map, SLICE("items"));
    const size_t count = items && items->kind == VALUE_LIST ? items->list.count : 0;
    if (!count || count > ITEMS_MAX) {
        body_wrong(body, "items", "is a list of 1 to 500 items");
        return;
    }
    out->asked = ARENA_ARRAY(http_arena(x), struct desk_asked, count);
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        out->asked[i].handoff = text_in(&items->list.at[i], "id");
        out->asked[i].version = text_in(&items->list.at[i], "version");
        if (!out->asked[i].handoff.len || !out->asked[i].version.len)
            body_wrong(body, "items", "each has an id and a version");
    }
}

static bool read_bulk(struct http_exchange *x, struct bulk *out)
{
    static const char *const fields[] = {"items", "action", "reason", "note", "assign", NULL};
    struct body body;
    *out = (struct bulk){0};
    if (!body_read(x, fields, &body)) return false;
    const struct value *to = value_map_field(body.map, SLICE("assign"));
    read_act(&body, "action", DESK_ASSIGN, &out->act);
    read_items(x, &body, out);
    const struct slice reason = body_text(&body, "reason"), note = body_text(&body, "note");
    for (size_t i = 0; i < out->count; i++) {
        struct desk_asked *each = &out->asked[i];
        *each = (struct desk_asked){each->handoff, each->version,       out->act,           reason,
                                    note,          text_in(to, "user"), text_in(to, "team")};
    }
    return body_end(&body);
}

static void put_result(struct json_writer *w, struct arena *arena, const struct standing_state *state,
                       const struct desk_asked *asked, const struct desk_refusal *refusal)
{
    const struct handoff_found found =
        refusal->status ? (struct handoff_found){0} : handoffs_find(state, asked->handoff);
    json_object(w);
    put_text(w, "id", asked->handoff);
    json_key(w, SLICE("handoff"));
    if (found.entry)
        handoff_put(w, arena, found.roster, found.entry);
    else
        json_null(w);
    json_key(w, SLICE("error"));
    if (refusal->status) {
        json_object(w);
        put_text(w, "code", slice_from(refusal->code));
        put_text(w, "message", slice_from(refusal->message));
        json_end(w);
    } else {
        json_null(w);
    }
    json_end(w);
}

static int bulk_once(struct http_exchange *x)
{
    struct handoff_service *service = http_context(x);
    struct arena *arena = http_arena(x);
    struct bulk bulk;
    struct error error = {0};
    struct desk_refusal whole = {0};
    struct standing_state *state;
    if (!read_bulk(x, &bulk)) return 0;
    const enum action action = bulk.act == DESK_ASSIGN ? ACTION_LEAD_ROUTE : ACTION_HANDOFF_ACCEPT;
    const enum answer may = access_require(service->access, access_caller(x), action, slice_of("", 0), &error);
    if (may != ANSWER_OK) {
        access_fail(x, may, &error);
        return 0;
    }
    struct desk_refusal *refusals = ARENA_ARRAY(arena, struct desk_refusal, bulk.count);
    if (!desk_decide(&service->desk, access_caller(x), http_header(x, "Idempotency-Key"), bulk.asked, bulk.count, arena,
                     refusals, &whole, &state)) {
        handoff_refuse(x, &whole);
        return 0;
    }
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    json_key(&w, SLICE("results"));
    json_array(&w);
    for (size_t i = 0; i < bulk.count; i++) put_result(&w, arena, state, &bulk.asked[i], &refusals[i]);
    json_end(&w);
    json_end(&w);
    standing_give(state);
    return 200;
}

static void bulk_now(struct http_exchange *x)
{
    handoff_once(x, bulk_once);
}

static void decide_many(struct http_exchange *x)
{
    handoff_by_clerk(x, bulk_now);
}

/* ---- what changes ---- */

static void tell_one(struct handoff_service *service, const struct roster *roster, const struct handoff_entry *e,
                     size_t waiting)
{
    const struct handoff_decision *last = handoff_last(e);
    struct buffer data;
    struct arena arena;
    arena_init(&arena);
    buffer_init(&data, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &data};
    json_object(&w);
    put_text(&w, "kind", SLICE("handoff"));
    put_text(&w, "id", slice_from(e->id));
    put_text(&w, "version", handoff_version(&arena, e));
    put_text(&w, "state", slice_from(handoff_state_names[e->state]));
    json_key(&w, SLICE("waiting"));
    json_uint(&w, waiting);
    person_put(&w, "by", &arena, roster, last ? last->by : slice_of("", 0));
    json_end(&w);
    streams_tell(service->reports->streams, SLICE("handoff"), slice_of("", 0), buffer_slice(&data));
    buffer_release(&data);
    arena_release(&arena);
}

/* Those that are new, or of another version than in the state before; of very many the first, since the pages that show
 * lists look again when the report changes. */
static void tell_changes(void *context, const struct standing_state *state)
{
    enum { TOLD_MOST = 100 };
    struct handoff_service *service = context;
    const struct roster *roster;
    const size_t waiting = handoffs_waiting(state);
    struct map now;
    struct arena room;
    size_t told = 0;
    map_init(&now);
    arena_init(&room);
    for (size_t at = 0; (roster = handoffs_next(state, &at));)
        for (size_t i = 0; i < roster->handoffs.count; i++) {
            const struct handoff_entry *e = &roster->handoffs.at[i];
            const struct slice id = slice_from(e->id);
            map_put_copy(&now, &room, id, e->version);
            if (!service->told_any || told >= TOLD_MOST || map_get(&service->told, id) == e->version) continue;
            tell_one(service, roster, e, waiting);
            told++;
        }
    map_release(&service->told);
    arena_release(&service->told_room);
    service->told = now;
    service->told_room = room;
    service->told_any = true;
}

/* ---- together ---- */

enum outcome handoff_service_start(struct handoff_service *service, struct access *access,
                                   struct report_service *reports, struct colleagues *colleagues, struct world world,
                                   struct error *error)
{
    *service = (struct handoff_service){
        .access = access, .reports = reports, .repeats = repeats_new(), .desk.say = {NULL, access, world}};
    service->desk.standing = reports->standing;
    service->desk.colleagues = colleagues;
    pthread_mutex_init(&service->desk.turn, NULL);
    pthread_mutex_init(&service->erasing, NULL);
    map_init(&service->told);
    arena_init(&service->told_room);
    service->clerks = workers_start(CLERKS, WAITING_MAX, (struct workers_job){run_at_desk, NULL}, error);
    report_service_watch(reports, tell_changes, service);
    return service->clerks ? OK : FAILED;
}

void handoff_service_stop(struct handoff_service *service)
{
    if (!service->repeats) return;
    if (service->clerks) workers_stop(service->clerks);
    repeats_free(service->repeats);
    map_release(&service->told);
    arena_release(&service->told_room);
    pthread_mutex_destroy(&service->desk.turn);
    pthread_mutex_destroy(&service->erasing);
    *service = (struct handoff_service){0};
}

struct http_routes handoff_routes(struct handoff_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/handoffs", ACCESS_WHO(ACTION_HANDOFF_READ), .handle = give_handoffs},
        {"GET", "/api/v1/handoffs/:id", ACCESS_WHO(ACTION_HANDOFF_READ), .handle = give_brief},
        {"GET", "/api/v1/rejected", ACCESS_WHO(ACTION_HANDOFF_READ), .handle = give_rejected},
        {"POST", "/api/v1/handoffs/bulk", ACCESS_WHO(ACTION_HANDOFF_READ), BODY_MAX, decide_many},
        {"POST", "/api/v1/handoffs/:id/decision", ACCESS_WHO(ACTION_HANDOFF_ACCEPT), BODY_MAX, decide},
        {"POST", "/api/v1/handoffs/:id/undo", ACCESS_WHO(ACTION_HANDOFF_ACCEPT), BODY_MAX, undo},
        {"PUT", "/api/v1/handoffs/:id/assigned", ACCESS_WHO(ACTION_LEAD_ROUTE), BODY_MAX, assign},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}
