#include "http/report_routes.h"

#include <sodium.h>

#include "analysis/period.h"
#include "app/brief.h"
#include "app/choices.h"
#include "http/access_json.h"
#include "http/contract.h"
#include "http/parse.h"
#include "http/report_answers.h"

enum { LATER = 2, TAG_BYTES = 16, TAG_TEXT = 2 * TAG_BYTES + 3 };

static const char program[] = "masa " MASA_VERSION;

/* NULL: it was answered. */
struct standing_state *report_take_state_of(struct http_exchange *x, struct standing *standing)
{
    struct error error = {0};
    struct standing_state *state = standing_take(standing, &error);
    if (state)
        http_set(x, "Masa-State", arena_printf(http_arena(x), "%llu", (unsigned long long)standing_number(state)));
    else
        report_fail_absent(x, &error);
    return state;
}

struct standing_state *report_take_state(struct http_exchange *x)
{
    const struct report_service *service = http_context(x);
    return report_take_state_of(x, service->standing);
}

void report_fail_absent(struct http_exchange *x, const struct error *error)
{
    /* What the store says names files of the machine: not for strangers. */
    if (error->code == BAD_USAGE)
        http_fail_later(x, 503, "no_definition", LATER,
                        "There is no valid definition yet: begin one in the interface (Definition), or bring it with "
                        "masa import --db DB --definition FILE.");
    else if (error->code == OK)
        http_fail_later(x, 503, "not_ready", LATER, "The events are being read; a moment more.");
    else
        http_fail_later(x, 503, "unavailable", LATER,
                        "The store cannot be read; on the server, `masa doctor` tells why.");
}

/* ---- what one has already ---- */

static void tag_of(struct slice body, char out[TAG_TEXT])
{
    unsigned char digest[TAG_BYTES];
    crypto_generichash(digest, sizeof digest, (const unsigned char *)body.ptr, body.len, NULL, 0);
    out[0] = '"';
    sodium_bin2hex(out + 1, 2 * TAG_BYTES + 1, digest, sizeof digest);
    out[TAG_TEXT - 2] = '"';
    out[TAG_TEXT - 1] = 0;
}

/* `"a", W/"b"` or a star. */
static bool has_tag(struct slice header, struct slice tag)
{
    while (header.len) {
        struct slice each = slice_trim(slice_cut(&header, ','));
        if (slice_starts(each, SLICE("W/"))) each = slice_skip(each, 2);
        if (slice_is(each, "*") || slice_equal(each, tag)) return true;
    }
    return false;
}

/* With http_out written: 304 when the caller has it. */
void report_send_tagged(struct http_exchange *x)
{
    char tag[TAG_TEXT];
    tag_of(buffer_slice(http_out(x)), tag);
    http_set(x, "ETag", slice_from(tag));
    if (!has_tag(http_header(x, "If-None-Match"), slice_from(tag))) {
        http_send(x, 200, "application/json");
        return;
    }
    buffer_clear(http_out(x));
    http_send(x, 304, NULL);
}

/* ---- the report ---- */

/* What was written to http_out, or what is wrong with the request, or with the store. */
void report_answer_made(struct http_exchange *x, enum outcome outcome, const struct error *error)
{
    if (outcome == OK)
        report_send_tagged(x);
    else if (outcome == BAD_USAGE)
        http_fail(x, 400, "bad_parameter", "%s", error->message);
    else
        http_fail_later(x, 503, "unavailable", LATER, "The store cannot be read now.");
}

size_t report_pairs(const struct http_exchange *x, struct leads_asked asked[QUERY_PAIRS_MAX])
{
    size_t count = 0;
    while (count < QUERY_PAIRS_MAX && http_query_at(x, count, &asked[count].name, &asked[count].value)) count++;
    return count;
}

static enum reading reading_of(struct slice mode)
{
    return slice_is(mode, "recorded") ? READING_RECORDED : slice_is(mode, "if") ? READING_IF : READING_AS_DEFINED;
}

void report_asked(struct http_exchange *x, struct standing_request *out)
{
    struct slice name, value, *where = ARENA_ARRAY(http_arena(x), struct slice, QUERY_PAIRS_MAX);
    *out = (struct standing_request){.funnel = http_query(x, "funnel"),
                                     .period = http_query(x, "period"),
                                     .compare = http_query(x, "compare"),
                                     .as_of = http_query(x, "as_of"),
                                     .basis = http_query(x, "basis"),
                                     .lang = http_query(x, "lang"),
                                     .values = http_query(x, "values"),
                                     .only = {.where = where, .segment = http_query(x, "segment")},
                                     .reading = reading_of(http_query(x, "mode"))};
    for (size_t i = 0; http_query_at(x, i, &name, &value); i++)
        if (slice_is(name, "where") && value.len) where[out->only.where_count++] = value;
}

static bool is_served(struct http_exchange *x)
{
    const struct slice mode = http_query(x, "mode");
    if (!mode.len || slice_is(mode, "if") || slice_is(mode, "recorded")) return true;
    http_fail(x, 400, "bad_parameter", "mode: it is recorded or if.");
    return false;
}

static void give_report(struct http_exchange *x)
{
    struct standing_request request;
    struct error error = {0};
    struct standing_state *state = is_served(x) ? report_take_state(x) : NULL;
    if (!state) return;
    report_asked(x, &request);
    const enum outcome outcome = standing_report(state, &request, http_out(x), &error);
    standing_give(state);
    report_answer_made(x, outcome, &error);
}

static void give_feedback(struct http_exchange *x)
{
    struct standing_request request;
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    report_asked(x, &request);
    const enum outcome outcome = standing_feedback(state, &request, http_out(x), &error);
    standing_give(state);
    report_answer_made(x, outcome, &error);
}

/* ---- lists and menus ---- */

/* Into an object that is not closed yet. Whoever is known may see colleagues' names. */
static enum answer put_people(struct http_exchange *x, struct error *error)
{
    const struct report_service *service = http_context(x);
    struct user_list people;
    const enum answer answer = user_list(service->access, access_caller(x), http_arena(x), &people, error);
    struct json_writer w = {.out = http_out(x)};
    buffer_text(w.out, ",\"people\":");
    json_array(&w);
    for (size_t i = 0; answer == ANSWER_OK && i < people.count; i++) {
        if (!people.users[i].active) continue;
        json_object(&w);
        json_key(&w, SLICE("id"));
        put_id(&w, 'u', people.users[i].id);
        put_text(&w, "name", people.users[i].name);
        json_key(&w, SLICE("roles"));
        put_roles(&w, people.users[i].roles);
        json_end(&w);
    }
    json_end(&w);
    buffer_char(w.out, '}');
    return answer;
}

static void give_options(struct http_exchange *x)
{
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    choices_write(state, http_out(x));
    standing_give(state);
    http_out(x)->len--; /* the brace: people belong inside */
    const enum answer answer = put_people(x, &error);
    if (answer == ANSWER_OK)
        report_send_tagged(x);
    else
        access_fail(x, answer, &error);
}

static void give_playbooks(struct http_exchange *x)
{
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    playbooks_write(standing_table(state)->definition, http_out(x));
    standing_give(state);
    report_send_tagged(x);
}

/* ---- the service ---- */

static void give_contract(struct http_exchange *x)
{
    buffer_text(http_out(x), contract_files[0].text);
    http_send(x, 200, "application/yaml");
}

static void put_check(struct json_writer *w, const char *name, const char *wrong)
{
    json_object(w);
    put_text(w, "name", slice_from(name));
    json_key(w, SLICE("ok"));
    json_bool(w, !wrong);
    json_key(w, SLICE("note"));
    if (wrong)
        json_string(w, slice_from(wrong));
    else
        json_null(w);
    json_end(w);
}

static void give_health(struct http_exchange *x)
{
    const struct report_service *service = http_context(x);
    struct error error = {0};
    struct standing_state *state = standing_take(service->standing, &error);
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    const char *wrong = standing_fails(service->standing) ? "the store cannot be read; `masa doctor` tells why"
                        : state                           ? NULL
                                                          : "there is no report yet";
    if (error.code == BAD_USAGE) wrong = "there is no valid definition yet";
    put_text(&w, "status", wrong ? SLICE("degraded") : SLICE("ok"));
    put_text(&w, "program", slice_from(program));
    json_key(&w, SLICE("as_of"));
    put_instant(&w, state ? standing_zone(state) : NULL, state ? standing_as_of(state) : 0);
    json_key(&w, SLICE("checks"));
    json_array(&w);
    put_check(&w, "report", wrong);
    json_end(&w);
    json_end(&w);
    standing_give(state);
    http_send(x, 200, "application/json");
}

/* ---- what changes ---- */

static void put_as_of(struct json_writer *w, const struct standing_state *state)
{
    json_key(w, SLICE("as_of"));
    put_instant(w, standing_zone(state), standing_as_of(state));
}

static struct slice number_text(uint64_t number, char out[24])
{
    snprintf(out, 24, "%llu", (unsigned long long)number);
    return slice_from(out);
}

static void prepare_menus(void *context, struct standing_state *state)
{
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    choices_write(state, &out);
    buffer_release(&out);
}

static void say_report(struct streams *streams, const struct standing_state *state)
{
    struct buffer data;
    char id[24];
    buffer_init(&data, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &data};
    json_object(&w);
    put_text(&w, "kind", SLICE("report"));
    put_as_of(&w, state);
    json_key(&w, SLICE("counts"));
    standing_put_counts(state, &w);
    json_key(&w, SLICE("funnels"));
    standing_put_other_counts(state, &w);
    json_end(&w);
    streams_tell(streams, SLICE("report"), number_text(standing_number(state), id), buffer_slice(&data));
    buffer_release(&data);
}

static void tell_report(void *context, const struct standing_state *state)
{
    struct report_service *service = context;
    say_report(service->streams, state);
    bell_look(service->bell);
    void (*const changed)(void *, const struct standing_state *) = service->changed;
    if (changed) changed(service->changed_context, state);
}

void report_service_watch(struct report_service *service,
                          void (*changed)(void *context, const struct standing_state *state), void *context)
{
    service->changed_context = context;
    service->changed = changed;
}

void report_service_send_by(struct report_service *service, struct outbox *outbox)
{
    bell_send_by(service->bell, outbox);
}

void report_service_look(void *service)
{
    bell_look(((struct report_service *)service)->bell);
}

/* A state that came while somebody joined with an older one was perhaps told before they listened: it is told again. */
static void catch_up(const struct report_service *service, const struct standing_state *joined)
{
    struct error error = {0};
    struct standing_state *now = standing_take(service->standing, &error);
    if (now && standing_number(now) > standing_number(joined)) say_report(service->streams, now);
    standing_give(now);
}

static void give_stream(struct http_exchange *x)
{
    const struct report_service *service = http_context(x);
    struct standing_state *state = report_take_state(x);
    struct buffer data;
    char id[24];
    if (!state) return;
    buffer_init(&data, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &data};
    json_object(&w);
    put_text(&w, "kind", SLICE("hello"));
    put_text(&w, "program", slice_from(program));
    put_as_of(&w, state);
    json_end(&w);
    const struct slice number = number_text(standing_number(state), id);
    bell_join(service->bell, x, access_caller(x), (struct stream_event){SLICE("hello"), number, buffer_slice(&data)});
    catch_up(service, state);
    standing_give(state);
    buffer_release(&data);
}

/* ---- together ---- */

struct http_routes report_routes(struct report_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/feedback", ACCESS_WHO(ACTION_REPORT_READ), .handle = give_feedback},
        {"GET", "/api/v1/health", .handle = give_health},
        {"GET", "/api/v1/openapi.yaml", .handle = give_contract},
        {"GET", "/api/v1/options", ACCESS_WHO(ACTION_REPORT_READ), .handle = give_options},
        {"GET", "/api/v1/playbooks", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_playbooks},
        {"GET", "/api/v1/report", ACCESS_WHO(ACTION_REPORT_READ), .handle = give_report},
        {"GET", "/api/v1/stream", ACCESS_WHO(ACTION_REPORT_READ), .handle = give_stream},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}

enum { READ_LAG, READ_SECONDS, READ_FOLDS };

static double read_number(void *context, int which)
{
    struct standing *standing = context;
    if (which == READ_LAG) return standing_lag(standing);
    return which == READ_SECONDS ? standing_fold_seconds(standing) : (double)standing_folds(standing);
}

enum outcome report_service_start(struct report_service *service, struct access *access,
                                  const struct standing_options *options, struct error *error)
{
    *service = (struct report_service){.access = access, .streams = streams_new(access)};
    const enum outcome outcome = standing_start(options, &service->standing, error);
    if (outcome != OK) return outcome;
    const struct bell_options bell = {service->standing, service->streams, options->colleagues, options->world};
    service->bell = bell_new(&bell, error);
    if (!service->bell) return FAILED;
    standing_listen(service->standing, &(struct standing_listener){service, prepare_menus, tell_report});
    bell_look(service->bell); /* the first state may have come before anybody listened */
    const struct metric rows[REPORT_METRICS] = {
        {METRIC_GAUGE, "masa_report_lag_seconds", "How long the oldest event waits that no report has yet.", NULL,
         read_number, service->standing, READ_LAG},
        {METRIC_GAUGE, "masa_report_fold_seconds", "How long the last fold of the store took.", NULL, read_number,
         service->standing, READ_SECONDS},
        {METRIC_COUNTER, "masa_report_folds_total", "Folds of the store.", NULL, read_number, service->standing,
         READ_FOLDS},
    };
    memcpy(service->metrics, rows, sizeof rows);
    return OK;
}

void report_service_stop(struct report_service *service)
{
    if (service->standing) standing_stop(service->standing);
    bell_stop(service->bell);
    streams_close(service->streams);
}

struct commit_watch report_service_appends(struct report_service *service)
{
    return (struct commit_watch){bell_appends, service->bell};
}

void report_service_free(struct report_service *service)
{
    bell_free(service->bell);
    standing_free(service->standing);
    if (service->streams) streams_free(service->streams);
}
