/* The whole service over a log: the server with its routes, group commit before the log, metrics, the log of requests.
 */
#ifndef MASA_HTTP_SERVICE_H
#define MASA_HTTP_SERVICE_H

#include "http/http_server.h"
#include "http/intake_routes.h"
#include "http/metrics.h"
#include "http/request_log.h"
#include "http/sender.h"
#include "log/commit.h"

enum { SERVICE_LIST_MAX = 16, SERVICE_TABLES_MAX = 16 };

struct service_options {
    const char *listen;            /* "127.0.0.1:8080", "[::1]:0" */
    const char *certificate, *key; /* paths of PEM files; both or none */
    const char *proxy;
    const char *write_keys;                   /* path, see key_file_load; NULL: `senders` knows all keys */
    struct sender_port senders;               /* asked for what is not in the file; may be empty */
    const char *link_secret;                  /* path, see click_secret_load */
    const char *link_hosts[SERVICE_LIST_MAX]; /* where links may lead */
    size_t link_host_count;
    const char *metrics_to[SERVICE_LIST_MAX]; /* addresses */
    size_t metrics_to_count;
    struct personless_port personless; /* may be empty */
    enum log_level log_level;
    struct http_options limits; /* its numbers; 0: as usual */
    size_t waiting_max;         /* bytes that may wait for the disk; 0: as usual */
    /* Further parts: their routes, their gate, their numbers. */
    struct http_routes tables[SERVICE_TABLES_MAX];
    size_t table_count;
    struct http_gate gate;
    struct commit_watch watch; /* of the appends; may be empty */
    struct commit **commit;    /* where the log is put once it is open, before requests come; may be NULL */
    const struct metric *metrics;
    size_t metric_count;
};

struct service;

enum outcome service_start(const struct service_options *options, struct log_port port, struct service **out,
                           struct error *error);
const char *service_url(const struct service *service);
/* Refuses what is new, finishes what came, appends all that was taken. */
void service_stop(struct service *service);

/* Blocks the signals that end a service in this thread and those it will start; to be called first of all. */
void service_block_signals(void);
/* Returns when SIGTERM or SIGINT comes. */
void service_wait(void);

#endif
