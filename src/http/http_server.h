/* Our HTTP server, small, over libmicrohttpd. One thread moves bytes; workers run the handlers, which may take their
 * time; a handler may also leave its request to another thread, which answers it later.
 *
 *     static void greet(struct http_exchange *x)
 *     {
 *         buffer_text(http_out(x), "hello");
 *         http_send(x, 200, "text/plain");
 *     }
 *     static const struct http_route routes[] = {{"GET", "/hello", .handle = greet}};
 *
 * What reaches a handler has passed: the guard (guard.h), the limits on headers, body, time and connections, the gate
 * of the route. Everything refused, here or by a handler, is answered in one JSON shape, see http_fail. */
#ifndef MASA_HTTP_HTTP_SERVER_H
#define MASA_HTTP_HTTP_SERVER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

struct http_server;
struct http_exchange; /* a request and its answer */
struct http_channel;  /* an answer that goes on: server-sent events */

typedef void http_handler(struct http_exchange *x);

enum http_route_flags {
    HTTP_QUICK =
        1, /* runs where bytes are moved: must not wait for anything; no gate, and works when workers are busy */
    HTTP_PAGE = 2, /* a page: its own scripts, styles and images, and nothing else, may be loaded */
};

struct http_route {
    const char *method;  /* GET answers HEAD too */
    const char *pattern; /* see path_match in parse.h */
    unsigned who;        /* what the gate is asked for; 0: anyone may call */
    size_t body_max;     /* bytes; 0: a body is refused */
    http_handler *handle;
    unsigned flags;
    const char *name; /* for metrics and logs; NULL: the pattern */
};

/* The routes of one part of the program, and what its handlers find with http_context. */
struct http_routes {
    const struct http_route *at;
    size_t count;
    void *context;
};

/* Decides whether a request may pass to a route with `who` not 0. Runs in a worker. False: it has answered itself. */
struct http_gate {
    void *context;
    bool (*admit)(void *context, struct http_exchange *x, unsigned who);
};

/* Told of each request that ended; called on the thread that moves bytes, so it must be quick. */
struct http_ended {
    const struct http_route *route; /* NULL: none was found */
    struct slice method;
    int status; /* 0: the connection broke before an answer */
    uint64_t bytes_in, bytes_out;
    int64_t micros;
    struct slice code; /* of the error, may be empty */
};

struct http_watch {
    void *context;
    void (*ended)(void *context, const struct http_ended *ended);
};

struct http_options {
    const char *host, *port;       /* as getaddrinfo takes them; port "0": any free one */
    const char *certificate, *key; /* PEM texts; NULL: no TLS */
    const struct http_routes *tables;
    size_t table_count;
    struct http_gate gate;
    struct http_watch watch;
    const char *proxy; /* address whose X-Forwarded-For is believed; NULL: nobody's */
    /* 0 stands for the default, which docs/SERVICE.md names. */
    int workers;
    size_t queue_max;           /* requests that wait for a worker */
    unsigned connections_max;   /* in all */
    unsigned each_max;          /* connections of one address; behind a proxy, requests of one address under way */
    unsigned head_seconds;      /* until a request's headers are there */
    unsigned body_seconds;      /* until its body is there */
    unsigned answer_seconds;    /* until its answer is taken */
    unsigned idle_seconds;      /* between two requests of a connection */
    unsigned stop_seconds;      /* for what is under way when the server stops */
    unsigned heartbeat_seconds; /* a sign of life on channels */
};

/* Everything pointed to must outlive the server. */
enum outcome http_server_start(const struct http_options *options, struct http_server **out, struct error *error);
/* Refuses what is new, finishes what is under way, ends. */
void http_server_stop(struct http_server *server);
/* "http://127.0.0.1:8080" */
const char *http_server_url(const struct http_server *server);

struct http_counts {
    uint64_t connections, waiting, under_way, channels; /* now */
    uint64_t timed_out, refused_connections;            /* ever */
};
struct http_counts http_server_counts(struct http_server *server);

/* The request. Slices live as long as the exchange; absent things are empty. */
void *http_context(const struct http_exchange *x);
const struct http_route *http_route_of(const struct http_exchange *x);
struct slice http_method(const struct http_exchange *x);
struct slice http_path_text(const struct http_exchange *x); /* as sent, without the query */
struct slice http_header(const struct http_exchange *x, const char *name);
bool http_wants_hebrew(const struct http_exchange *x); /* rather than English, by its Accept-Language */
struct slice http_query(const struct http_exchange *x, const char *name);
/* All of it, in the order sent; false when there are no more than `i`. */
bool http_query_at(const struct http_exchange *x, size_t i, struct slice *name, struct slice *value);
struct slice http_param(const struct http_exchange *x, const char *name); /* of the pattern */
struct slice http_body(const struct http_exchange *x);
struct slice http_peer(const struct http_exchange *x); /* the client's address, the proxy's word included */
bool http_is_secure(const struct http_exchange *x);
struct arena *http_arena(struct http_exchange *x);
int http_worker(const struct http_exchange *x);
/* Whoever the gate let in may be noted here, for the handler. */
void http_set_caller(struct http_exchange *x, const void *caller);
const void *http_caller(const struct http_exchange *x);

/* The answer. Headers and body first, in any order, then http_send once; the exchange is gone after it. */
struct buffer *http_out(struct http_exchange *x);
/* A name or a value that would break the answer's lines is refused: the answer then becomes a 500. */
void http_set(struct http_exchange *x, const char *name, struct slice value);
/* May be called from any thread, also after the handler returned. */
void http_send(struct http_exchange *x, int status, const char *content_type);
/* {"error":{"code":...,"message":...}} instead of whatever was written to http_out. */
void http_fail(struct http_exchange *x, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with "details", a JSON object that is made already; empty: none. */
void http_fail_with(struct http_exchange *x, int status, const char *code, const char *message, struct slice details);
/* A status that says "later" (429, 503): Retry-After, and details.retry_after_seconds. */
void http_fail_later(struct http_exchange *x, int status, const char *code, unsigned seconds, const char *message);

/* An answer that is made while it is sent: `more` adds the next piece, on the thread that moves bytes, and says false
 * when that was all; `done` is called once, however it ends. */
struct http_pieces {
    void *context;
    bool (*more)(void *context, struct buffer *out);
    void (*done)(void *context);
};
void http_send_pieces(struct http_exchange *x, const char *content_type, struct http_pieces pieces);

/* Answers with a stream of server-sent events; the exchange is gone. Close the channel when done, also after it broke.
 */
struct http_channel *http_stream(struct http_exchange *x);
/* One event; `name` and `id` may be empty, `data` may have several lines. False: the client is gone or too slow, and
 * nothing more will reach it. From any thread. */
bool http_channel_event(struct http_channel *channel, struct slice name, struct slice id, struct slice data);
void http_channel_close(struct http_channel *channel);

#endif
