#include "http/intake_routes.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/civil.h"
#include "cel/json_form.h"
#include "definition/reserved.h"
#include "http/parse.h"
#include "http/script.h"
#include "intake/gunzip.h"
#include "intake/segment.h"
#include "value/json.h"
#include "value/json_write.h"

enum { AGAIN_BUSY = 1, AGAIN_NO_ROOM = 30, AGAIN_FAILED = 5 };
enum { ACCEPTED, REFUSED, FORBIDDEN, LOST_CLICKS, TALLIES };

/* What one worker reads with. */
struct desk {
    struct segment *segment;
    struct buffer unpacked;
    struct arena arena; /* of the names */
    const struct slice *personless;
    size_t personless_count;
    int64_t asked_at;
};

struct intake {
    struct intake_options options;
    struct desk *desks;
    int workers;
    atomic_uint_fast64_t tally[TALLIES];
};

struct intake *intake_new(const struct intake_options *options, int workers)
{
    struct intake *intake = memory_new(sizeof *intake);
    intake->options = *options;
    intake->workers = workers;
    intake->desks = memory_new((size_t)workers * sizeof *intake->desks);
    for (int i = 0; i < workers; i++) {
        intake->desks[i].segment = segment_new();
        buffer_init(&intake->desks[i].unpacked, SEGMENT_BODY_MAX);
        arena_init(&intake->desks[i].arena);
    }
    return intake;
}

void intake_free(struct intake *intake)
{
    if (!intake) return;
    for (int i = 0; i < intake->workers; i++) {
        segment_free(intake->desks[i].segment);
        buffer_release(&intake->desks[i].unpacked);
        arena_release(&intake->desks[i].arena);
    }
    free(intake->desks);
    free(intake);
}

static void tally(struct intake *intake, int which, size_t n)
{
    atomic_fetch_add_explicit(&intake->tally[which], n, memory_order_relaxed);
}

static struct desk *desk_of(const struct intake *intake, const struct http_exchange *x)
{
    return &intake->desks[http_worker(x)];
}

static int64_t now_instant(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

/* ---- who sends ---- */

/* Any page may see the answer: what it may send is decided by the key. */
static void allow_reading(struct http_exchange *x)
{
    struct slice origin = http_header(x, "Origin");
    if (!origin.len) return;
    http_set(x, "Access-Control-Allow-Origin", origin);
    http_set(x, "Vary", SLICE("Origin"));
}

static void answer_preflight(struct http_exchange *x)
{
    allow_reading(x);
    http_set(x, "Access-Control-Allow-Methods", SLICE("GET, POST, OPTIONS"));
    http_set(x, "Access-Control-Allow-Headers", SLICE("Authorization, Content-Type, Content-Encoding"));
    http_set(x, "Access-Control-Max-Age", SLICE("86400"));
    http_send(x, 204, NULL);
}

/* False: it is answered. *sender lives as long as the exchange. */
static bool admit_key(struct intake *intake, struct http_exchange *x, struct slice in_body, struct sender *sender)
{
    const struct sender_port *senders = &intake->options.senders;
    struct slice key = in_body, password, origin = http_header(x, "Origin");
    struct slice header = http_header(x, "Authorization");
    struct error error = {0};
    enum sender_answer answer = SENDER_UNKNOWN;
    if (header.len && !basic_auth_parse(http_arena(x), header, &key, &password)) key = (struct slice){0};
    if (key.len) answer = senders->find(senders->context, key, origin, http_arena(x), sender, &error);
    switch (answer) {
    case SENDER_FINE: return true;
    case SENDER_UNKNOWN:
        if (!origin.len) http_set(x, "WWW-Authenticate", SLICE("Basic realm=\"write key\""));
        http_fail(x, 401, "bad_key", "a write key is needed, as the user name of basic authentication or as writeKey");
        break;
    case SENDER_FORGED: http_fail(x, 403, "bad_origin", "this key may not be used by pages of this origin"); break;
    case SENDER_FAILED:
        request_log_event(intake->options.log, LOG_ERROR, "keys_failed", error.message);
        http_fail_later(x, 503, "unavailable", AGAIN_FAILED, "the key could not be looked up");
    }
    return false;
}

/* ---- what comes ---- */

static bool type_is_json(struct slice type)
{
    /* text/plain spares browsers the preflight; both client libraries and sendBeacon use it. */
    return !type.len || media_type_is(type, SLICE("application/json")) || media_type_is(type, SLICE("text/plain"));
}

/* The body as JSON text. False: it is answered. */
static bool unpack_body(struct intake *intake, struct http_exchange *x, struct slice *text)
{
    struct slice coding = http_header(x, "Content-Encoding");
    struct buffer *out = &desk_of(intake, x)->unpacked;
    *text = http_body(x);
    if (!type_is_json(http_header(x, "Content-Type"))) {
        http_fail(x, 415, "bad_type", "the body has to be application/json");
        return false;
    }
    if (!coding.len || slice_equal_fold(coding, SLICE("identity"))) return true;
    if (!slice_equal_fold(coding, SLICE("gzip"))) {
        http_fail(x, 415, "bad_encoding", "the only Content-Encoding is gzip");
        return false;
    }
    buffer_clear(out);
    enum gunzip_answer answer = gunzip(*text, out);
    *text = buffer_slice(out);
    if (answer == GUNZIP_TOO_LARGE)
        http_fail(x, 413, "too_large", "unpacked, the body is larger than %d bytes", SEGMENT_BODY_MAX);
    else if (answer == GUNZIP_BROKEN)
        http_fail(x, 400, "bad_gzip", "the body is no whole gzip");
    return answer == GUNZIP_FINE;
}

static void put_refused(struct json_writer *w, const struct segment_lines *lines)
{
    size_t listed = lines->refused_count < SEGMENT_REFUSED_MAX ? lines->refused_count : SEGMENT_REFUSED_MAX;
    json_array(w);
    for (size_t i = 0; i < listed; i++) {
        const struct segment_refusal *r = &lines->refused[i];
        json_object(w);
        json_key(w, SLICE("index"));
        json_uint(w, r->index);
        json_key(w, SLICE("field"));
        json_string(w, r->path);
        json_key(w, SLICE("code"));
        json_string(w, r->code);
        json_key(w, SLICE("message"));
        json_string(w, r->message);
        json_end(w);
    }
    json_end(w);
}

/* Written before the lines are kept, and thrown away if they are not. */
static void put_success(struct http_exchange *x, const struct segment_lines *lines)
{
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    json_key(&w, SLICE("success"));
    json_bool(&w, true);
    json_key(&w, SLICE("accepted"));
    json_uint(&w, lines->count);
    json_key(&w, SLICE("rejected"));
    json_uint(&w, lines->refused_count);
    if (lines->refused_count) {
        json_key(&w, SLICE("errors"));
        put_refused(&w, lines);
    }
    json_end(&w);
    buffer_char(http_out(x), '\n');
}

/* None was good, or one of which all had to be. */
static void fail_call(struct http_exchange *x, const struct segment_lines *lines)
{
    struct buffer details;
    if (!lines->refused_count) {
        http_fail(x, 400, "bad_call", "one call was expected");
        return;
    }
    buffer_init(&details, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &details};
    json_object(&w);
    json_key(&w, SLICE("errors"));
    put_refused(&w, lines);
    json_end(&w);
    struct slice kept = arena_slice(http_arena(x), buffer_slice(&details));
    buffer_release(&details);
    const bool forbidden = lines->forbidden_count == lines->refused_count;
    http_fail_with(x, forbidden ? 403 : 400, forbidden ? "not_allowed" : "bad_call",
                   arena_slice(http_arena(x), lines->refused[0].message).ptr, kept);
}

/* ---- keeping it ---- */

/* What is to be said once the lines are on the disk. */
struct pending {
    struct intake *intake;
    struct http_exchange *exchange;
    size_t count;
    void (*kept)(struct http_exchange *x, enum outcome outcome);
};

static void lines_kept(void *context, enum outcome outcome, const struct error *error)
{
    struct pending *pending = context;
    struct intake *intake = pending->intake;
    if (outcome == OK)
        tally(intake, ACCEPTED, pending->count);
    else
        request_log_event(intake->options.log, LOG_ERROR, outcome == NO_ROOM ? "no_room" : "append_failed",
                          error->message);
    pending->kept(pending->exchange, outcome);
}

static void keep(struct intake *intake, struct http_exchange *x, const struct segment_lines *lines,
                 void (*kept)(struct http_exchange *, enum outcome), void (*refused)(struct http_exchange *, bool busy))
{
    struct pending *pending = ARENA_NEW(http_arena(x), struct pending);
    *pending = (struct pending){intake, x, lines->count, kept};
    enum commit_answer answer =
        commit_put(intake->options.commit, lines->text, lines->count, (struct commit_call){lines_kept, pending});
    if (answer != COMMIT_TAKEN) refused(x, answer == COMMIT_BUSY);
}

static void tell_kept(struct http_exchange *x, enum outcome outcome)
{
    if (outcome == OK)
        http_send(x, 200, "application/json");
    else if (outcome == NO_ROOM)
        http_fail_later(x, 503, "unavailable", AGAIN_NO_ROOM, "there is no room on the disk; nothing of this was kept");
    else
        http_fail_later(x, 503, "unavailable", AGAIN_FAILED, "the events could not be written; nothing was kept");
}

static void tell_refused(struct http_exchange *x, bool busy)
{
    if (busy)
        http_fail_later(x, 429, "busy", AGAIN_BUSY, "more events wait for the disk than may wait");
    else
        http_fail_later(x, 503, "unavailable", AGAIN_FAILED, "the server is being stopped");
}

/* ---- the API ---- */

static const struct {
    const char *path;
    enum input_call call;
} call_paths[] = {{"track", CALL_TRACK}, {"identify", CALL_IDENTIFY}, {"group", CALL_GROUP},
                  {"page", CALL_PAGE},   {"screen", CALL_SCREEN},     {"alias", CALL_ALIAS},
                  {"t", CALL_TRACK},     {"i", CALL_IDENTIFY},        {"g", CALL_GROUP},
                  {"p", CALL_PAGE},      {"s", CALL_SCREEN},          {"a", CALL_ALIAS}};

static enum input_call call_of(struct slice path)
{
    size_t i = 0;
    while (i < sizeof call_paths / sizeof *call_paths && !slice_is(path, call_paths[i].path)) i++;
    return call_paths[i].call;
}

/* Opens the body, received now, for this worker. */
static enum outcome open_here(struct intake *intake, struct http_exchange *x, struct segment_body body,
                              struct slice *key, struct error *error)
{
    const struct personless_port *port = &intake->options.personless;
    struct desk *desk = desk_of(intake, x);
    body.received_at = now_instant();
    body.reserved = event_speaks_for_people; /* a write key may stand in a page for all to read */
    if (port->names && llabs(body.received_at - desk->asked_at) > SECOND_US) {
        arena_clear(&desk->arena);
        desk->personless_count = port->names(port->context, &desk->arena, &desk->personless);
        desk->asked_at = body.received_at;
    }
    body.personless = desk->personless;
    body.personless_count = desk->personless_count;
    return segment_open(desk->segment, &body, key, error);
}

/* The body, opened, and who sent it. False: it is answered. */
static bool open_body(struct intake *intake, struct http_exchange *x, struct segment_body body, struct sender *sender)
{
    struct error error = {0};
    struct slice key = {0};
    if (open_here(intake, x, body, &key, &error) != OK) {
        http_fail(x, 400, "bad_json", "%s", error.message);
        return false;
    }
    return !sender || admit_key(intake, x, key, sender);
}

/* NULL for keys that may say everything. */
static const struct permit *permit_of(const struct sender *sender)
{
    const struct permit *p = &sender->permit;
    return p->calls || p->events.len || p->visitors ? p : NULL;
}

static struct segment_lines take_lines(struct intake *intake, struct http_exchange *x, const struct sender *sender)
{
    struct segment_lines lines = segment_take(desk_of(intake, x)->segment, sender->source, permit_of(sender));
    tally(intake, REFUSED, lines.refused_count - lines.forbidden_count);
    tally(intake, FORBIDDEN, lines.forbidden_count);
    return lines;
}

static void take_body(struct http_exchange *x, bool batch, enum input_call call)
{
    struct intake *intake = http_context(x);
    struct segment_body body = {.batch = batch, .call = call};
    struct sender sender;
    allow_reading(x);
    if (!unpack_body(intake, x, &body.text) || !open_body(intake, x, body, &sender)) return;
    struct segment_lines lines = take_lines(intake, x, &sender);
    const bool nothing_allowed = !lines.count && lines.forbidden_count && lines.forbidden_count == lines.refused_count;
    if (nothing_allowed || (!batch && lines.refused_count)) {
        fail_call(x, &lines);
        return;
    }
    put_success(x, &lines);
    if (lines.count)
        keep(intake, x, &lines, tell_kept, tell_refused);
    else
        http_send(x, 200, "application/json");
}

static void take_batch(struct http_exchange *x)
{
    take_body(x, true, CALL_TRACK);
}

/* The routes of single calls are named by their last word. */
static void take_call(struct http_exchange *x)
{
    take_body(x, false, call_of(slice_skip(slice_from(http_route_of(x)->pattern), sizeof "/v1/" - 1)));
}

/* Client libraries of the same family report on themselves here; nothing is kept. */
static void take_nothing(struct http_exchange *x)
{
    allow_reading(x);
    buffer_text(http_out(x), "{\"success\":true}\n");
    http_send(x, 200, "application/json");
}

/* What analytics.js asks for before it begins: that it sends here, and to nobody else. */
static void give_settings(struct http_exchange *x)
{
    struct json_writer w = {.out = http_out(x)};
    struct slice host = http_header(x, "Host");
    allow_reading(x);
    json_object(&w);
    json_key(&w, SLICE("integrations"));
    json_object(&w);
    json_key(&w, SLICE("Segment.io"));
    json_object(&w);
    json_key(&w, SLICE("apiKey"));
    json_string(&w, http_param(x, "key"));
    json_key(&w, SLICE("apiHost"));
    json_string(&w, arena_printf(http_arena(x), "%.*s/v1", SLICE_ARG(host)));
    json_key(&w, SLICE("protocol"));
    json_string(&w, http_is_secure(x) ? SLICE("https") : SLICE("http"));
    json_end(&w);
    json_end(&w);
    json_key(&w, SLICE("plan"));
    json_raw(&w, SLICE("{\"track\":{},\"identify\":{},\"group\":{}}"));
    json_end(&w);
    http_send(x, 200, "application/json");
}

/* ---- pixel and links ---- */

/* One call as a batch of one, so that it may name its own type. */
static struct slice as_batch(struct arena *arena, struct slice call)
{
    return arena_printf(arena, "{\"batch\":[%.*s]}", SLICE_ARG(call));
}

static void tell_pixel_kept(struct http_exchange *x, enum outcome outcome)
{
    static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
    if (outcome != OK) {
        tell_kept(x, outcome);
        return;
    }
    buffer_add(http_out(x), slice_of(gif, sizeof gif - 1));
    http_send(x, 200, "image/gif");
}

static void take_pixel(struct http_exchange *x)
{
    struct intake *intake = http_context(x);
    struct slice call;
    struct sender sender;
    allow_reading(x);
    if (!base64_decode(http_arena(x), http_query(x, "data"), &call) || !call.len) {
        http_fail(x, 400, "bad_data", "data has to be a call as JSON in base64");
        return;
    }
    const struct segment_body body = {.text = as_batch(http_arena(x), call), .batch = true};
    if (!open_body(intake, x, body, &sender)) return;
    struct segment_lines lines = take_lines(intake, x, &sender);
    if (lines.refused_count || !lines.count)
        fail_call(x, &lines);
    else
        keep(intake, x, &lines, tell_pixel_kept, tell_refused);
}

static void lead_on(struct http_exchange *x)
{
    http_set(x, "Location", http_query(x, "to"));
    http_send(x, 302, NULL);
}

/* Whoever clicked goes on, kept or not; that the click was lost is counted. */
static void tell_click_kept(struct http_exchange *x, enum outcome outcome)
{
    if (outcome != OK) tally(http_context(x), LOST_CLICKS, 1);
    lead_on(x);
}

static void tell_click_refused(struct http_exchange *x, bool busy)
{
    tally(http_context(x), LOST_CLICKS, 1);
    lead_on(x);
}

static void take_click(struct http_exchange *x)
{
    struct intake *intake = http_context(x);
    struct slice event, key;
    struct error error;
    if (!click_link_open(intake->options.links, http_arena(x), http_query(x, "to"), http_query(x, "data"),
                         http_query(x, "sig"), &event)) {
        http_fail(x, 404, "bad_link", "this link was not made here, or leads to a host that is no longer allowed");
        return;
    }
    const struct segment_body body = {.text = as_batch(http_arena(x), event), .batch = true};
    struct segment_lines lines = {0};
    if (open_here(intake, x, body, &key, &error) == OK)
        lines = take_lines(intake, x, &(struct sender){.source = SLICE("links")});
    if (lines.count)
        keep(intake, x, &lines, tell_click_kept, tell_click_refused);
    else
        lead_on(x);
}

/* The event of a link that is asked for, as JSON, tried as it will be when somebody clicks; whoever asks may say it.
 * False: it is answered. */
static bool check_event(struct intake *intake, struct http_exchange *x, const struct sender *sender,
                        const struct value *event, struct slice *out)
{
    struct buffer call;
    buffer_init(&call, SEGMENT_EVENT_MAX);
    struct json_writer w = {.out = &call};
    if (event) json_write_plain(&w, *event);
    *out = arena_slice(http_arena(x), buffer_slice(&call));
    const bool full = call.full;
    buffer_release(&call);
    const struct segment_body probe = {.text = as_batch(http_arena(x), *out), .batch = true};
    if (full) {
        http_fail(x, 413, "too_large", "the event is larger than 32 kB");
        return false;
    }
    if (!open_body(intake, x, probe, NULL)) return false;
    struct segment_lines lines = segment_take(desk_of(intake, x)->segment, SLICE("links"), permit_of(sender));
    if (lines.count == 1) return true;
    fail_call(x, &lines);
    return false;
}

/* {"to": URL, "event": CALL} to the link that leads there and counts. */
static void make_link(struct http_exchange *x)
{
    struct intake *intake = http_context(x);
    struct slice text, event;
    struct sender sender;
    struct value body;
    struct error error = {0};
    if (!admit_key(intake, x, (struct slice){0}, &sender) || !unpack_body(intake, x, &text)) return;
    if (json_parse(http_arena(x), text, &body, &error) != OK) {
        http_fail(x, 400, "bad_json", "%s", error.message);
        return;
    }
    const bool is_map = body.kind == VALUE_MAP;
    const struct value *to = is_map ? value_map_field(body.map, SLICE("to")) : NULL;
    if (!to || to->kind != VALUE_STRING || !click_target_allowed(intake->options.links, to->text)) {
        http_fail(x, 422, "bad_target", "\"to\" has to be an http or https address at a host named by --link-host");
        return;
    }
    if (!check_event(intake, x, &sender, is_map ? value_map_field(body.map, SLICE("event")) : NULL, &event)) return;
    struct slice link = click_link_make(intake->options.links, http_arena(x), to->text, event);
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    json_key(&w, SLICE("url"));
    json_string(&w, arena_printf(http_arena(x), "%s://%.*s%.*s", http_is_secure(x) ? "https" : "http",
                                 SLICE_ARG(http_header(x, "Host")), SLICE_ARG(link)));
    json_end(&w);
    http_send(x, 200, "application/json");
}

/* ---- the script ---- */

static void give_script(struct http_exchange *x)
{
    struct slice script = script_text();
    struct slice tag = arena_printf(http_arena(x), "\"%016" PRIx64 "\"", slice_hash(script));
    if (!script.len) {
        http_fail(x, 404, "not_found", "this program was built without node, and so without the script");
        return;
    }
    http_set(x, "Cache-Control", SLICE("public, max-age=3600"));
    http_set(x, "ETag", tag);
    http_set(x, "Cross-Origin-Resource-Policy", SLICE("cross-origin"));
    if (slice_equal(http_header(x, "If-None-Match"), tag)) {
        http_send(x, 304, NULL);
        return;
    }
    buffer_add(http_out(x), script);
    http_send(x, 200, "text/javascript; charset=utf-8");
}

/* ---- the table ---- */

#define CALL_ROUTE(path)                                                                                               \
    {                                                                                                                  \
        "POST", path, .body_max = SEGMENT_BODY_MAX, .handle = take_call                                                \
    }

static const struct http_route routes[] = {
    {"POST", "/v1/batch", .body_max = SEGMENT_BODY_MAX, .handle = take_batch},
    {"POST", "/v1/b", .body_max = SEGMENT_BODY_MAX, .handle = take_batch},
    {"POST", "/v1/import", .body_max = SEGMENT_BODY_MAX, .handle = take_batch},
    CALL_ROUTE("/v1/track"),
    CALL_ROUTE("/v1/identify"),
    CALL_ROUTE("/v1/group"),
    CALL_ROUTE("/v1/page"),
    CALL_ROUTE("/v1/screen"),
    CALL_ROUTE("/v1/alias"),
    CALL_ROUTE("/v1/t"),
    CALL_ROUTE("/v1/i"),
    CALL_ROUTE("/v1/g"),
    CALL_ROUTE("/v1/p"),
    CALL_ROUTE("/v1/s"),
    CALL_ROUTE("/v1/a"),
    {"POST", "/v1/m", .body_max = SEGMENT_BODY_MAX, .handle = take_nothing},
    {"GET", "/v1/projects/:key/settings", .handle = give_settings},
    {"GET", "/v1/pixel.gif", .handle = take_pixel},
    {"GET", "/v1/r", .handle = take_click},
    {"POST", "/v1/links", .body_max = SEGMENT_BODY_MAX, .handle = make_link},
    {"GET", "/masa.js", .handle = give_script},
    {"OPTIONS", "/v1/*", .handle = answer_preflight, .flags = HTTP_QUICK},
};

struct http_routes intake_routes(struct intake *intake)
{
    return (struct http_routes){routes, sizeof routes / sizeof *routes, intake};
}

/* ---- metrics ---- */

static double read_tally(void *context, int which)
{
    const struct intake *intake = context;
    return (double)atomic_load_explicit(&intake->tally[which], memory_order_relaxed);
}

enum { GROUPS, LINES, BYTES, FAILED_GROUPS, FAILED_LINES, BUSY, APPEND_SECONDS, WAITING_BYTES, WAITING_CALLS, SIZE };

static double read_commit(void *context, int which)
{
    const struct intake *intake = context;
    const struct commit_counts c = commit_counts(intake->options.commit);
    switch (which) {
    case GROUPS: return (double)c.groups;
    case LINES: return (double)c.lines;
    case BYTES: return (double)c.bytes;
    case FAILED_GROUPS: return (double)c.failed_groups;
    case FAILED_LINES: return (double)c.failed_lines;
    case BUSY: return (double)c.busy;
    case APPEND_SECONDS: return (double)c.append_micros / SECOND_US;
    case WAITING_BYTES: return (double)c.waiting_bytes;
    case WAITING_CALLS: return (double)c.waiting_calls;
    default: return (double)c.sizes[which - SIZE];
    }
}

static const struct metric own[] = {
    {METRIC_COUNTER, "masa_events_total", "Events that came.", "result=\"accepted\"", read_tally, .argument = ACCEPTED},
    {METRIC_COUNTER, "masa_events_total", "", "result=\"rejected\"", read_tally, .argument = REFUSED},
    {METRIC_COUNTER, "masa_events_total", "", "result=\"not_allowed\"", read_tally, .argument = FORBIDDEN},
    {METRIC_COUNTER, "masa_lost_clicks_total", "Clicks that led on without being kept.", NULL, read_tally,
     .argument = LOST_CLICKS},
    {METRIC_COUNTER, "masa_commit_groups_total", "Appends to the log, one sync each.", NULL, read_commit,
     .argument = GROUPS},
    {METRIC_COUNTER, "masa_commit_events_total", "Events appended.", NULL, read_commit, .argument = LINES},
    {METRIC_COUNTER, "masa_commit_bytes_total", "Bytes appended.", NULL, read_commit, .argument = BYTES},
    {METRIC_COUNTER, "masa_commit_failed_groups_total", "Appends that failed.", NULL, read_commit,
     .argument = FAILED_GROUPS},
    {METRIC_COUNTER, "masa_commit_failed_events_total", "Events of appends that failed; all were refused.", NULL,
     read_commit, .argument = FAILED_LINES},
    {METRIC_COUNTER, "masa_commit_busy_total", "Requests that found too much waiting.", NULL, read_commit,
     .argument = BUSY},
    {METRIC_COUNTER, "masa_commit_seconds_total", "Time spent appending.", NULL, read_commit,
     .argument = APPEND_SECONDS},
    {METRIC_GAUGE, "masa_commit_waiting_bytes", "Bytes that wait to be appended.", NULL, read_commit,
     .argument = WAITING_BYTES},
    {METRIC_GAUGE, "masa_commit_waiting_requests", "Requests that wait to be appended.", NULL, read_commit,
     .argument = WAITING_CALLS},
};

static const char *const size_labels[COMMIT_SIZES] = {
    "shared_by=\"1\"",   "shared_by=\"2\"",   "shared_by=\"4\"",    "shared_by=\"8\"",
    "shared_by=\"16\"",  "shared_by=\"32\"",  "shared_by=\"64\"",   "shared_by=\"128\"",
    "shared_by=\"256\"", "shared_by=\"512\"", "shared_by=\"1024\"", "shared_by=\"more\"",
};

void intake_register(struct intake *intake, struct metrics *metrics)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct metric metric = own[i];
        metric.context = intake;
        metrics_register(metrics, &metric, 1);
    }
    for (int i = 0; i < COMMIT_SIZES; i++) {
        const struct metric metric = {METRIC_COUNTER,
                                      "masa_commit_group_size_total",
                                      "Appends by up to how many requests shared them.",
                                      size_labels[i],
                                      read_commit,
                                      intake,
                                      SIZE + i};
        metrics_register(metrics, &metric, 1);
    }
}
