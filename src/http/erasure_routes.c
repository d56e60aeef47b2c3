/* Taking a person out for good (app/erase.h), for administrators: who that is and what would go, and then the erasure
 * and its receipt. Each reads the whole store, so they run on clerks' threads, one at a time. */
#include "app/erase.h"
#include "http/access_json.h"
#include "http/body.h"
#include "http/handoff_routes.h"
#include "http/report_answers.h"
#include "report/json_put.h"

enum { BODY_MAX = 16 << 10, FORGET_MS = 60 * 1000 };

/* The store of the state; NULL: it was answered. */
static const char *store_of(struct http_exchange *x)
{
    const struct handoff_service *service = http_context(x);
    struct run_options reading;
    struct error error = {0};
    struct standing_state *state = standing_take(service->reports->standing, &error);
    if (!state) {
        report_fail_absent(x, &error);
        return NULL;
    }
    standing_reading(state, &reading);
    standing_give(state);
    return reading.db;
}

static void unavailable(struct http_exchange *x)
{
    http_fail_later(x, 503, "unavailable", 5, "The store cannot be read or written now; nothing was half done.");
}

/* ---- looking ---- */

static void put_ids(struct json_writer *w, const char *name, const struct slice *ids, size_t count)
{
    json_put_array(w, name);
    for (size_t i = 0; i < count; i++) json_string(w, ids[i]);
    json_end(w);
}

static void write_look(const struct erase_look *look, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    put_text(&w, "person", look->person);
    put_ids(&w, "user_ids", look->users, look->user_count);
    put_ids(&w, "anonymous_ids", look->anonymous, look->anonymous_count);
    json_put_int(&w, "events", (int64_t)look->events);
    json_put_int(&w, "kept", (int64_t)look->kept);
    json_put_int(&w, "mentions", (int64_t)look->mentions);
    json_end(&w);
}

/* What is there; false: it was answered. */
static bool look_at(struct http_exchange *x, const char *db, struct erase_look *look)
{
    const struct handoff_service *service = http_context(x);
    const struct slice id = http_param(x, "id");
    struct error error = {0};
    const enum outcome outcome = erase_look_at(db, id, &service->desk.say.world, look, &error);
    const bool known = look->events || look->mentions;
    if (outcome != OK)
        unavailable(x);
    else if (!known)
        http_fail(x, 404, "not_found", "Nothing is known of %.*s.", SLICE_ARG(id));
    return outcome == OK && known;
}

static void look_now(struct http_exchange *x)
{
    struct handoff_service *service = http_context(x);
    struct erase_look look;
    const char *db = store_of(x);
    if (!db) return;
    pthread_mutex_lock(&service->erasing);
    const bool known = look_at(x, db, &look);
    pthread_mutex_unlock(&service->erasing);
    if (known) {
        write_look(&look, http_out(x));
        http_send(x, 200, "application/json");
    }
    erase_look_release(&look);
}

/* ---- erasing ---- */

static void put_receipt(struct json_writer *w, const struct zone *zone, const struct erase_receipt *r)
{
    json_object(w);
    json_put_int(w, "number", r->number);
    json_key(w, SLICE("at"));
    put_instant(w, zone, r->at);
    put_text_or_null(w, "residue", r->residue);
    json_put_int(w, "ids", (int64_t)r->ids);
    json_put_int(w, "events", (int64_t)r->events);
    json_put_int(w, "kept", (int64_t)r->kept);
    json_put_int(w, "mentions", (int64_t)r->mentions);
    json_put_int(w, "blocks", (int64_t)r->blocks);
    json_put_int(w, "audit", (int64_t)r->audit);
    json_put_int(w, "facts", (int64_t)r->facts);
    json_end(w);
}

static void write_done(const struct handoff_service *service, const struct erase_done *done, struct buffer *out)
{
    struct error error = {0};
    struct standing_state *state = standing_take(service->reports->standing, &error);
    struct json_writer w = {.out = out};
    json_object(&w);
    json_key(&w, SLICE("receipts"));
    json_array(&w);
    for (size_t i = 0; i < done->count; i++) put_receipt(&w, state ? standing_zone(state) : NULL, &done->receipts[i]);
    json_end(&w);
    json_key(&w, SLICE("log_emptied"));
    json_bool(&w, done->log_emptied);
    json_end(&w);
    standing_give(state);
}

/* The name is looked up before it is said, so that nobody is asked to be forgotten who is not there. */
static int erase_known(struct http_exchange *x, const char *db)
{
    const struct handoff_service *service = http_context(x);
    const struct slice id = http_param(x, "id");
    const struct erase_asked asked = {
        .db = db, .ids = &id, .count = 1, .world = service->desk.say.world, .who = access_caller(x)};
    struct erase_look look;
    struct erase_done done;
    struct error error = {0};
    const bool known = look_at(x, db, &look);
    erase_look_release(&look);
    if (!known) return 0;
    const enum outcome outcome = erase_persons(&asked, &done, &error);
    if (outcome == OK) {
        standing_catch_up(service->reports->standing, FORGET_MS); /* so that no list shows them any more */
        write_done(service, &done, http_out(x));
    } else {
        unavailable(x);
    }
    erase_done_release(&done);
    return outcome == OK ? 200 : 0;
}

static int erase_once(struct http_exchange *x)
{
    static const char *const fields[] = {"confirm", NULL};
    struct handoff_service *service = http_context(x);
    struct body body;
    if (!body_read(x, fields, &body)) return 0;
    const struct slice confirmed = body_text(&body, "confirm");
    body_needs(&body, "confirm");
    if (!body_end(&body)) return 0;
    if (!slice_equal(confirmed, http_param(x, "id"))) {
        http_fail(x, 422, "not_confirmed", "Write the id of who is to be erased, exactly as it is.");
        return 0;
    }
    const char *db = store_of(x);
    if (!db) return 0;
    pthread_mutex_lock(&service->erasing);
    const int status = erase_known(x, db);
    pthread_mutex_unlock(&service->erasing);
    return status;
}

static void erase_now(struct http_exchange *x)
{
    handoff_once(x, erase_once);
}

/* ---- together ---- */

static void look(struct http_exchange *x)
{
    handoff_by_clerk(x, look_now);
}

static void erase(struct http_exchange *x)
{
    handoff_by_clerk(x, erase_now);
}

struct http_routes erasure_routes(struct handoff_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/leads/:id/erasure", ACCESS_WHO(ACTION_ERASE), .handle = look},
        {"POST", "/api/v1/leads/:id/erasure", ACCESS_WHO(ACTION_ERASE), BODY_MAX, erase},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}
