/* A request's way through the server: its line, its headers (guard, route, limits), its body, a worker or the quick
 * way, its answer, its end. All but request_run happens on the thread that moves bytes. */
#include <assert.h>
#include <stdlib.h>

#include "http/address_counts.h"
#include "http/exchange.h"
#include "http/guard.h"
#include "http/workers.h"

enum { FREE_MAX = 64, KEEP_BODY_MAX = 64 << 10, SWALLOW_MAX = 1 << 20, ANSWER_MAX = 256 << 20 };

/* ---- made and freed ---- */

static struct http_exchange *take_exchange(struct http_server *server)
{
    struct http_exchange *x = server->free_exchanges;
    if (x) {
        server->free_exchanges = x->next_free;
        server->free_count--;
        return x;
    }
    x = memory_new(sizeof *x);
    arena_init(&x->arena);
    buffer_init(&x->body, 0);
    buffer_init(&x->out, ANSWER_MAX);
    return x;
}

static void release_exchange(struct http_exchange *x)
{
    arena_release(&x->arena);
    buffer_release(&x->body);
    buffer_release(&x->out);
    vector_release(&x->headers);
    vector_release(&x->answer_headers);
    free(x);
}

/* Keeps its memory for the next one, unless it has grown. */
void exchange_free(struct http_exchange *x)
{
    if (!x) return;
    struct http_server *server = x->server;
    if (x->channel && !x->channel_sent) channel_abandon(x->channel);
    if (x->piecewise) piecewise_free(x->piecewise);
    if (server->free_count == FREE_MAX || x->body.cap > KEEP_BODY_MAX || x->out.cap > KEEP_BODY_MAX) {
        release_exchange(x);
        return;
    }
    struct http_exchange kept = {
        .arena = x->arena, .body = x->body, .out = x->out, .next_free = server->free_exchanges};
    kept.headers.at = x->headers.at;
    kept.headers.cap = x->headers.cap;
    kept.answer_headers.at = x->answer_headers.at;
    kept.answer_headers.cap = x->answer_headers.cap;
    *x = kept;
    arena_clear(&x->arena);
    buffer_clear(&x->body);
    buffer_clear(&x->out);
    server->free_exchanges = x;
    server->free_count++;
}

void *request_begin(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct http_exchange *x = take_exchange(server);
    x->server = server;
    x->connection = connection;
    x->link = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    x->link->exchange = x;
    x->began = monotonic_micros();
    x->target = arena_slice(&x->arena, slice_from(target));
    connection_stage(server, x->link, STAGE_HEAD);
    return x;
}

/* ---- headers ---- */

struct header_walk {
    struct http_exchange *exchange;
    struct guard guard;
};

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                   const char *value, size_t value_len)
{
    struct header_walk *walk = context;
    struct http_exchange *x = walk->exchange;
    const struct http_pair pair = {arena_slice(&x->arena, slice_of(name, name_len)),
                                   arena_slice(&x->arena, slice_of(value, value_len))};
    guard_header(&walk->guard, pair.name, pair.value);
    vector_push(&x->headers, pair);
    return MHD_YES;
}

static void find_client(struct http_exchange *x)
{
    x->client = x->link->address;
    if (x->server->options.proxy && address_equal(x->client, x->server->proxy)) {
        struct address said;
        if (address_parse(forwarded_last(http_header(x, "X-Forwarded-For")), &said)) x->client = said;
    }
    address_text(x->client, x->client_text);
}

/* Where the path leads; `allowed` gathers the methods there are when it is not this one. */
static const struct http_route *find_route(struct http_exchange *x, const struct http_path *path,
                                           struct buffer *allowed)
{
    struct slice method = slice_equal(x->method, SLICE("HEAD")) ? SLICE("GET") : x->method;
    for (size_t t = 0; t < x->server->options.table_count; t++) {
        const struct http_routes *table = &x->server->options.tables[t];
        for (size_t i = 0; i < table->count; i++) {
            const struct http_route *route = &table->at[i];
            if (!path_match(path, slice_from(route->pattern), x->params, &x->param_count)) continue;
            if (slice_is(method, route->method)) {
                x->context = table->context;
                return route;
            }
            buffer_printf(allowed, "%s%s", allowed->len ? ", " : "", route->method);
        }
    }
    return NULL;
}

static void route_request(struct http_exchange *x, const struct http_path *path)
{
    struct buffer allowed;
    buffer_init(&allowed, 512);
    x->route = find_route(x, path, &allowed);
    if (!x->route && allowed.len) {
        http_set(x, "Allow", buffer_slice(&allowed));
        if (slice_equal(x->method, SLICE("OPTIONS")))
            http_send(x, 204, NULL);
        else
            http_fail(x, 405, "method", "this address takes %.*s", SLICE_ARG(buffer_slice(&allowed)));
    } else if (!x->route) {
        http_fail(x, 404, "not_found", "there is nothing at this address");
    }
    buffer_release(&allowed);
}

/* What can be refused before a body arrives. Connections are kept where the body may still be read over. */
static void check_body(struct http_exchange *x)
{
    int64_t length = 0;
    struct slice text = http_header(x, "Content-Length");
    if (text.len && (!slice_to_i64(text, &length) || length > (int64_t)x->route->body_max)) {
        exchange_refuse(x, 413, "too_large", "the body is larger than this address takes");
        return;
    }
    buffer_release(&x->body);
    buffer_init(&x->body, x->route->body_max + 1); /* so that one byte too many is seen */
    if (length) buffer_reserve(&x->body, (size_t)length);
}

static void count_client(struct http_exchange *x)
{
    struct http_server *server = x->server;
    if (!server->options.proxy || !address_equal(x->link->address, server->proxy)) return;
    pthread_mutex_lock(&server->lock);
    x->counted = address_count(server->clients, x->client) < server->options.each_max;
    if (x->counted) address_add(server->clients, x->client);
    pthread_mutex_unlock(&server->lock);
    if (!x->counted) http_fail_later(x, 429, "too_many", 1, "too many requests at a time from this address");
}

static void look_at(struct http_exchange *x, const char *method, const char *version)
{
    struct header_walk walk = {.exchange = x};
    struct http_path path;
    struct slice query = x->target;
    x->path = slice_cut(&query, '?');
    x->method = arena_slice(&x->arena, slice_from(method));
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_header, &walk);
    find_client(x);
    const char *fault = guard_fault(&walk.guard, slice_from(version));
    if (fault)
        exchange_refuse(x, 400, "bad_request", fault);
    else if (!path_parse(&x->arena, x->path, &path))
        exchange_refuse(x, 400, "bad_path", "the path is not one that could name anything here");
    else if (!query_parse(&x->arena, query, &x->query))
        exchange_refuse(x, 400, "bad_query", "the query is not name=value&... in percent-encoded UTF-8");
    else if (x->server->stopping)
        exchange_refuse(x, 503, "stopping", "the server is being stopped");
    else
        route_request(x, &path);
    if (!x->answered) check_body(x);
    if (!x->answered) count_client(x);
    if (x->answered && http_header(x, "Expect").len) x->hangs_up = true; /* the body need not even be sent */
}

/* ---- the answer ---- */

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

static void add_usual_headers(struct http_exchange *x, struct MHD_Response *response)
{
    static const char page[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
                               "frame-ancestors 'none'";
    bool is_page = x->route && x->route->flags & HTTP_PAGE;
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "X-Frame-Options", "DENY");
    add_header(response, "Referrer-Policy", is_page ? "same-origin" : "no-referrer");
    if (!MHD_get_response_header(response, "Content-Security-Policy"))
        add_header(response, "Content-Security-Policy", is_page ? page : "default-src 'none'; frame-ancestors 'none'");
    if (http_is_secure(x)) add_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (!MHD_get_response_header(response, "Cache-Control")) add_header(response, "Cache-Control", "no-store");
}

static struct MHD_Response *make_response(struct http_exchange *x)
{
    x->channel_sent = x->channel != NULL;
    x->bytes_out = x->out.len;
    struct MHD_Response *response =
        x->channel ? channel_response(x->channel)
        : x->piecewise
            ? piecewise_response(x->piecewise)
            : MHD_create_response_from_buffer(x->out.len, x->out.len ? x->out.data : "", MHD_RESPMEM_PERSISTENT);
    if (!response) return NULL;
    x->piecewise = NULL;                                 /* the response's now */
    for (size_t i = 0; i < x->answer_headers.count; i++) /* both end in NUL, see http_set */
        add_header(response, x->answer_headers.at[i].name.ptr, x->answer_headers.at[i].value.ptr);
    if (x->content_type) add_header(response, "Content-Type", x->content_type);
    if (x->hangs_up || x->channel || x->server->stopping) add_header(response, "Connection", "close");
    add_usual_headers(x, response);
    return response;
}

static enum MHD_Result give_answer(struct http_exchange *x)
{
    if (!connection_stage(x->server, x->link, x->channel ? STAGE_CHANNEL : STAGE_ANSWER)) return MHD_NO;
    struct MHD_Response *response = make_response(x);
    if (!response) return MHD_NO;
    enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* ---- the body, and on to the handler ---- */

/* A body that will not be looked at is read over, so that the client gets to see the answer; within reason. */
static enum MHD_Result take_bytes(struct http_exchange *x, const char *data, size_t *size)
{
    x->bytes_in += *size;
    if (!x->answered) {
        buffer_add(&x->body, slice_of(data, *size));
        if (x->body.full || x->body.len > x->route->body_max) {
            x->hangs_up = true;
            http_fail(x, 413, "too_large", "the body is larger than the %zu bytes that this address takes",
                      x->route->body_max);
        }
    } else if (x->bytes_in > SWALLOW_MAX) {
        return MHD_NO;
    }
    *size = 0;
    return MHD_YES;
}

void request_run(void *context, void *job, int worker)
{
    struct http_server *server = context;
    struct http_exchange *x = job;
    const struct http_gate *gate = &server->options.gate;
    x->worker = worker;
    if (x->route->who && !gate->admit)
        http_fail(x, 403, "forbidden", "nobody may call this");
    else if (!x->route->who || gate->admit(gate->context, x, x->route->who))
        x->route->handle(x);
}

static enum MHD_Result dispatch(struct http_exchange *x)
{
    struct http_server *server = x->server;
    if (x->route->flags & HTTP_QUICK) {
        x->route->handle(x);
        assert(x->answered);
        return give_answer(x);
    }
    /* Only this thread gives work to the workers, so that there still is room once there was. */
    if (workers_waiting(server->workers) >= server->options.queue_max) {
        http_fail_later(x, 429, "busy", 1, "more requests are waiting than can be served soon");
        return give_answer(x);
    }
    if (!connection_stage(server, x->link, STAGE_WORK)) return MHD_NO;
    x->suspended = true;
    MHD_suspend_connection(x->connection);
    bool put = workers_put(server->workers, x);
    assert(put);
    return put ? MHD_YES : MHD_NO;
}

static void count_under_way(struct http_server *server, int change)
{
    pthread_mutex_lock(&server->lock);
    server->counts.under_way += (uint64_t)(int64_t)change;
    if (change < 0) pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

enum MHD_Result request_go_on(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *size, void **exchange)
{
    struct http_server *server = context;
    struct http_exchange *x = *exchange;
    if (!x->seen) {
        x->seen = true;
        count_under_way(server, 1);
        if (!connection_stage(server, x->link, STAGE_BODY)) return MHD_NO;
        look_at(x, method, version);
        return x->answered && x->hangs_up ? give_answer(x) : MHD_YES;
    }
    if (*size) return take_bytes(x, data, size);
    return x->answered ? give_answer(x) : dispatch(x);
}

/* ---- the end ---- */

static void tell_ended(const struct http_exchange *x, bool whole)
{
    const struct http_watch *watch = &x->server->options.watch;
    const struct http_ended ended = {.route = x->route,
                                     .method = x->method,
                                     .status = whole || x->channel ? x->status : 0,
                                     .bytes_in = x->bytes_in,
                                     .bytes_out = whole ? x->bytes_out : 0,
                                     .micros = monotonic_micros() - x->began,
                                     .code = slice_from(x->code)};
    if (watch->ended) watch->ended(watch->context, &ended);
}

void request_end(void *context, struct MHD_Connection *connection, void **exchange,
                 enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct http_exchange *x = *exchange;
    if (!x) return;
    *exchange = NULL;
    x->link->exchange = NULL;
    connection_stage(server, x->link, STAGE_IDLE);
    if (x->seen) {
        tell_ended(x, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        count_under_way(server, -1);
    }
    if (x->counted) {
        pthread_mutex_lock(&server->lock);
        address_drop(server->clients, x->client);
        pthread_mutex_unlock(&server->lock);
    }
    exchange_free(x);
}
