/* Inside the server: what http_server.c (which moves bytes), exchange.c (which handlers talk to) and channel.c share.
 */
#ifndef MASA_HTTP_EXCHANGE_H
#define MASA_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>

#include "base/address.h"
#include "base/vector.h"
#include "http/http_server.h"
#include "http/parse.h"
#include "http/wheel.h"

enum { TICK_MS = 250, CHANNEL_MAX = 256 << 10, PARAMS_MAX = PATH_PARTS_MAX };

/* Where a connection's request stands, which decides how long it may stay there. */
enum stage { STAGE_IDLE, STAGE_HEAD, STAGE_BODY, STAGE_WORK, STAGE_ANSWER, STAGE_CHANNEL };

/* One connection. */
struct connection {
    struct wheel_timer timer;          /* first, so that a timer is its link */
    struct connection *before, *after; /* all of the server's */
    int fd;
    enum stage stage;
    bool cut; /* closed by us; what still arrives is not looked at */
    struct address address;
    struct http_exchange *exchange; /* its request, NULL between two */
};

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct connection *link;
    struct http_exchange *next_free;
    struct arena arena;
    const struct http_route *route;
    void *context;
    const void *caller;
    int worker;
    int64_t began; /* monotonic microseconds */

    struct slice method, target, path;
    struct address client;
    char client_text[ADDRESS_TEXT_MAX];
    bool counted; /* among the requests of its client */
    VECTOR(struct http_pair) headers;
    struct http_pairs query;
    struct http_pair params[PARAMS_MAX];
    size_t param_count;
    struct buffer body;
    uint64_t bytes_in;
    bool seen; /* headers were looked at */

    /* The answer. */
    struct buffer out;
    VECTOR(struct http_pair) answer_headers;
    const char *content_type;
    const char *code; /* of the error, NULL: none */
    int status;
    bool suspended, answered, hangs_up, broken_header;
    uint64_t bytes_out;
    struct http_channel *channel;
    bool channel_sent;
    struct piecewise *piecewise; /* pieces.c; NULL: the answer is whole */
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    struct workers *workers;
    struct address proxy;
    char url[160];
    int listener;

    struct http_exchange *free_exchanges; /* only the thread that moves bytes touches these */
    size_t free_count;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct wheel wheel;
    struct connection links; /* head of the list */
    struct address_counts *addresses, *clients;
    struct http_channel *channels;
    struct http_counts counts;
    uint64_t beat;
    _Atomic bool stopping;
    bool ended;
    pthread_t clock;
};

int64_t monotonic_micros(void);

/* connection.c: connections, how long they may take, and the thread that watches. All lock for themselves. */
void connection_notify(void *server, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode code);
enum MHD_Result connection_accept(void *server, const struct sockaddr *address, socklen_t length);
/* False when the connection was cut meanwhile: nothing may be answered any more. */
bool connection_stage(struct http_server *server, struct connection *link, enum stage stage);
enum outcome connection_clock_start(struct http_server *server, struct error *error);
void connection_clock_stop(struct http_server *server);
/* Hangs up on those who wait for nothing. */
void connection_cut_idle(struct http_server *server);

/* request.c: what the library calls for each request. */
void *request_begin(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result request_go_on(void *server, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *size, void **context);
void request_end(void *server, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code);
void request_run(void *server, void *exchange, int worker);
void exchange_free(struct http_exchange *x);

/* Refuses without a word more; the connection is closed after the answer. */
void exchange_refuse(struct http_exchange *x, int status, const char *code, const char *message);

/* pieces.c */
struct MHD_Response *piecewise_response(struct piecewise *piecewise);
/* For one whose response was never made. */
void piecewise_free(void *piecewise);

/* channel.c */
struct MHD_Response *channel_response(struct http_channel *channel);
/* For a channel whose response was never made. */
void channel_abandon(struct http_channel *channel);
/* A sign of life to all; under the server's lock. */
void channels_beat(struct http_server *server);
void channels_close_all(struct http_server *server);

#endif
