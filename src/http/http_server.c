#include "http/http_server.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "http/address_counts.h"
#include "http/exchange.h"
#include "http/workers.h"

enum { HEAD_MAX = 32 << 10, BACKLOG = 1024 };

static void set_defaults(struct http_options *o)
{
    if (!o->workers) o->workers = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (o->workers < 2) o->workers = 2;
    if (!o->queue_max) o->queue_max = 1024;
    if (!o->connections_max) o->connections_max = 4096;
    if (!o->each_max) o->each_max = 256;
    if (!o->head_seconds) o->head_seconds = 10;
    if (!o->body_seconds) o->body_seconds = 30;
    if (!o->answer_seconds) o->answer_seconds = 60;
    if (!o->idle_seconds) o->idle_seconds = 60;
    if (!o->stop_seconds) o->stop_seconds = 30;
    if (!o->heartbeat_seconds) o->heartbeat_seconds = 15;
}

/* ---- listening ---- */

static int bind_to(const struct addrinfo *at)
{
    int one = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static void name_url(struct http_server *server)
{
    struct sockaddr_storage where = {0};
    socklen_t len = sizeof where;
    char host[ADDRESS_TEXT_MAX], port[8];
    getsockname(server->listener, (struct sockaddr *)&where, &len);
    getnameinfo((struct sockaddr *)&where, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    bool six = where.ss_family == AF_INET6;
    snprintf(server->url, sizeof server->url, "%s://%s%s%s:%s", server->options.certificate ? "https" : "http",
             six ? "[" : "", host, six ? "]" : "", port);
}

static enum outcome listen_on(struct http_server *server, struct error *error)
{
    const struct http_options *o = &server->options;
    const struct addrinfo wish = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    int failed = getaddrinfo(o->host, o->port, &wish, &found);
    if (failed)
        return error_set(error, BAD_USAGE, "cannot listen on %s:%s: %s", o->host, o->port, gai_strerror(failed));
    for (const struct addrinfo *at = found; at && server->listener < 0; at = at->ai_next)
        server->listener = bind_to(at);
    freeaddrinfo(found);
    if (server->listener < 0)
        return error_set(error, FAILED, "cannot listen on %s:%s: %s", o->host, o->port, strerror(errno));
    name_url(server);
    return OK;
}

/* ---- the daemon ---- */

/* Paths and queries are decoded by parse.h. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    return strlen(text);
}

static void ignore_message(void *context, const char *format, va_list args) {}

static enum outcome start_daemon(struct http_server *server, struct error *error)
{
    const struct http_options *o = &server->options;
    struct MHD_OptionItem items[24] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)ignore_message, NULL},
        {MHD_OPTION_LISTEN_SOCKET, server->listener, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)o->connections_max, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MAX, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)leave_escaped, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)request_begin, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)request_end, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connection_notify, server},
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 0, NULL},
    };
    size_t n = 10;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    if (o->certificate) {
        flags |= MHD_USE_TLS;
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->certificate};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key};
        items[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                             (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"};
    }
    items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    server->daemon = MHD_start_daemon(flags, 0, connection_accept, server, request_go_on, server, MHD_OPTION_ARRAY,
                                      items, MHD_OPTION_END);
    if (server->daemon) return OK;
    return error_set(error, FAILED, "cannot serve on %s%s", server->url,
                     o->certificate ? "; do the certificate and the key belong together, both as PEM?" : "");
}

static void free_server(struct http_server *server)
{
    for (struct http_exchange *x; (x = server->free_exchanges);) {
        server->free_exchanges = x->next_free;
        arena_release(&x->arena);
        buffer_release(&x->body);
        buffer_release(&x->out);
        vector_release(&x->headers);
        vector_release(&x->answer_headers);
        free(x);
    }
    if (server->listener >= 0) close(server->listener);
    address_counts_free(server->addresses);
    address_counts_free(server->clients);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

enum outcome http_server_start(const struct http_options *options, struct http_server **out, struct error *error)
{
    struct http_server *server = memory_new(sizeof *server);
    server->options = *options;
    set_defaults(&server->options);
    server->listener = -1;
    server->addresses = address_counts_new();
    server->clients = address_counts_new();
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    enum outcome outcome = OK;
    if (options->proxy && !address_parse(slice_from(options->proxy), &server->proxy))
        outcome = error_set(error, BAD_USAGE, "%s is no address of a proxy; write it as 192.0.2.1", options->proxy);
    if (outcome == OK) outcome = listen_on(server, error);
    if (outcome == OK) {
        const struct workers_job job = {request_run, server};
        server->workers = workers_start(server->options.workers, server->options.queue_max, job, error);
        outcome = server->workers ? connection_clock_start(server, error) : FAILED;
        *out = server; /* handlers may ask for it at once */
        if (outcome == OK) outcome = start_daemon(server, error);
        if (outcome != OK && server->workers) {
            workers_stop(server->workers);
            if (server->clock) connection_clock_stop(server);
        }
    }
    if (outcome != OK) {
        free_server(server);
        *out = NULL;
    }
    return outcome;
}

/* ---- stopping ---- */

static void wait_for_end(struct http_server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += server->options.stop_seconds;
    pthread_mutex_lock(&server->lock);
    while (server->counts.under_way || server->counts.channels)
        if (pthread_cond_clockwait(&server->changed, &server->lock, CLOCK_MONOTONIC, &until) == ETIMEDOUT) break;
    pthread_mutex_unlock(&server->lock);
}

void http_server_stop(struct http_server *server)
{
    MHD_quiesce_daemon(server->daemon);
    close(server->listener);
    server->listener = -1;
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    channels_close_all(server);
    pthread_mutex_unlock(&server->lock);
    connection_cut_idle(server);
    wait_for_end(server);
    workers_stop(server->workers); /* whatever is in the queue is still answered */
    MHD_stop_daemon(server->daemon);
    connection_clock_stop(server);
    free_server(server);
}

const char *http_server_url(const struct http_server *server)
{
    return server->url;
}

struct http_counts http_server_counts(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    struct http_counts counts = server->counts;
    pthread_mutex_unlock(&server->lock);
    counts.waiting = workers_waiting(server->workers);
    return counts;
}
