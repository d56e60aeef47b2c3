#include "http/status_routes.h"

#include <time.h>

#include "base/civil.h"

/* After a failed append the server is not ready for so long; then it is tried again, by whoever comes. */
enum { NOT_READY_SECONDS = 5 };

static void tell_alive(struct http_exchange *x)
{
    buffer_text(http_out(x), "{\"status\":\"ok\",\"program\":\"masa " MASA_VERSION "\"}\n");
    http_send(x, 200, "application/json");
}

static void tell_ready(struct http_exchange *x)
{
    const struct status *status = http_context(x);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int64_t failed = commit_counts(status->commit).failed_at;
    if (failed && now.tv_sec * SECOND_US + now.tv_nsec / 1000 - failed < NOT_READY_SECONDS * SECOND_US) {
        http_fail_later(x, 503, "unavailable", NOT_READY_SECONDS, "the last events could not be written");
        return;
    }
    buffer_text(http_out(x), "{\"status\":\"ready\"}\n");
    http_send(x, 200, "application/json");
}

static bool may_read(const struct status *status, struct slice peer)
{
    struct address address;
    if (!address_parse(peer, &address)) return false;
    if (address_is_loopback(address)) return true;
    for (size_t i = 0; i < status->reader_count; i++)
        if (address_equal(status->readers[i], address)) return true;
    return false;
}

static void give_metrics(struct http_exchange *x)
{
    struct status *status = http_context(x);
    if (!may_read(status, http_peer(x))) {
        http_fail(x, 403, "forbidden", "the numbers are for this machine and those named by --metrics-to");
        return;
    }
    metrics_write(status->metrics, http_out(x));
    http_send(x, 200, "text/plain; version=0.0.4; charset=utf-8");
}

static const struct http_route routes[] = {
    {"GET", "/health", .handle = tell_alive, .flags = HTTP_QUICK},
    {"GET", "/ready", .handle = tell_ready, .flags = HTTP_QUICK},
    {"GET", "/metrics", .handle = give_metrics},
};

struct http_routes status_routes(struct status *status)
{
    return (struct http_routes){routes, sizeof routes / sizeof *routes, status};
}

enum { CONNECTIONS, WAITING, UNDER_WAY, CHANNELS, TIMED_OUT, REFUSED };

static double read_server(void *context, int which)
{
    const struct status *status = context;
    const struct http_counts c = http_server_counts(status->server);
    switch (which) {
    case CONNECTIONS: return (double)c.connections;
    case WAITING: return (double)c.waiting;
    case UNDER_WAY: return (double)c.under_way;
    case CHANNELS: return (double)c.channels;
    case TIMED_OUT: return (double)c.timed_out;
    default: return (double)c.refused_connections;
    }
}

static const struct metric own[] = {
    {METRIC_GAUGE, "masa_http_connections", "Open connections.", NULL, read_server, .argument = CONNECTIONS},
    {METRIC_GAUGE, "masa_http_waiting", "Requests that wait for a worker.", NULL, read_server, .argument = WAITING},
    {METRIC_GAUGE, "masa_http_under_way", "Requests under way.", NULL, read_server, .argument = UNDER_WAY},
    {METRIC_GAUGE, "masa_http_streams", "Open event streams.", NULL, read_server, .argument = CHANNELS},
    {METRIC_COUNTER, "masa_http_timed_out_total", "Requests that did not arrive in their time.", NULL, read_server,
     .argument = TIMED_OUT},
    {METRIC_COUNTER, "masa_http_refused_connections_total", "Connections beyond what one address may have.", NULL,
     read_server, .argument = REFUSED},
};

void status_register(struct status *status)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct metric metric = own[i];
        metric.context = status;
        metrics_register(status->metrics, &metric, 1);
    }
}
