#include "http/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/civil.h"

/* The statuses that are told apart; the last one stands for any other, 0 for an answer nobody waited for. */
static const int statuses[] = {200, 201, 202, 204, 302, 304, 400, 401, 403, 404, 405, 409,
                               410, 412, 413, 415, 422, 428, 429, 500, 503, 0,   -1};
/* Seconds, as upper bounds of the histogram, in microseconds. */
static const int64_t bounds[] = {500,    1000,   2500,   5000,    10000,   25000,   50000,
                                 100000, 250000, 500000, 1000000, 2500000, 10000000};

enum { STATUSES = sizeof statuses / sizeof *statuses, BOUNDS = sizeof bounds / sizeof *bounds };

struct series {
    const char *method, *name;
    const struct http_route *route;
    atomic_uint_fast64_t status[STATUSES], bucket[BOUNDS + 1], micros, bytes_in, bytes_out;
};

struct metrics {
    struct series *series; /* the first one is for what has no route */
    size_t count;
    struct metric list[METRICS_MAX];
    size_t list_count;
};

struct metrics *metrics_new(const struct http_routes *tables, size_t table_count)
{
    struct metrics *m = memory_new(sizeof *m);
    size_t count = 1;
    for (size_t t = 0; t < table_count; t++) count += tables[t].count;
    m->series = memory_new(count * sizeof *m->series);
    m->series[m->count++] = (struct series){.method = "", .name = ""};
    for (size_t t = 0; t < table_count; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            const struct http_route *route = &tables[t].at[i];
            m->series[m->count++] =
                (struct series){route->method, route->name ? route->name : route->pattern, .route = route};
        }
    return m;
}

void metrics_free(struct metrics *m)
{
    if (!m) return;
    free(m->series);
    free(m);
}

void metrics_register(struct metrics *m, const struct metric *list, size_t count)
{
    assert(m->list_count + count <= METRICS_MAX);
    for (size_t i = 0; i < count; i++) m->list[m->list_count++] = list[i];
}

static struct series *find_series(struct metrics *m, const struct http_route *route)
{
    for (size_t i = 1; route && i < m->count; i++)
        if (m->series[i].route == route) return &m->series[i];
    return &m->series[0];
}

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t read_counter(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(void *metrics, const struct http_ended *ended)
{
    struct series *series = find_series(metrics, ended->route);
    int status = 0, bucket = 0;
    while (status < STATUSES - 1 && statuses[status] != ended->status) status++;
    while (bucket < BOUNDS && ended->micros > bounds[bucket]) bucket++;
    add(&series->status[status], 1);
    add(&series->bucket[bucket], 1);
    add(&series->micros, (uint64_t)ended->micros);
    add(&series->bytes_in, ended->bytes_in);
    add(&series->bytes_out, ended->bytes_out);
}

/* ---- the text ---- */

static void put_head(struct buffer *out, const char *name, const char *help, const char *type)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_requests(const struct metrics *m, struct buffer *out)
{
    put_head(out, "masa_http_requests_total", "Requests that ended.", "counter");
    for (size_t i = 0; i < m->count; i++)
        for (int s = 0; s < STATUSES; s++) {
            const struct series *series = &m->series[i];
            uint64_t n = read_counter(&series->status[s]);
            if (!n) continue;
            buffer_printf(out, "masa_http_requests_total{method=\"%s\",route=\"%s\",status=\"", series->method,
                          series->name);
            if (statuses[s] < 0)
                buffer_text(out, "other");
            else
                buffer_printf(out, "%d", statuses[s]);
            buffer_printf(out, "\"} %" PRIu64 "\n", n);
        }
}

static uint64_t requests_of(const struct series *series)
{
    uint64_t n = 0;
    for (int b = 0; b <= BOUNDS; b++) n += read_counter(&series->bucket[b]);
    return n;
}

static void put_seconds(struct buffer *out, int64_t micros)
{
    buffer_printf(out, "%" PRId64 ".%06" PRId64, micros / SECOND_US, micros % SECOND_US);
}

static void put_times(const struct metrics *m, struct buffer *out)
{
    static const char name[] = "masa_http_request_seconds";
    put_head(out, name, "From the request's line to the end of its answer.", "histogram");
    for (size_t i = 0; i < m->count; i++) {
        const struct series *series = &m->series[i];
        uint64_t sum = 0;
        if (!requests_of(series)) continue;
        for (int b = 0; b <= BOUNDS; b++) {
            sum += read_counter(&series->bucket[b]);
            buffer_printf(out, "%s_bucket{method=\"%s\",route=\"%s\",le=\"", name, series->method, series->name);
            if (b < BOUNDS)
                put_seconds(out, bounds[b]);
            else
                buffer_text(out, "+Inf");
            buffer_printf(out, "\"} %" PRIu64 "\n", sum);
        }
        buffer_printf(out, "%s_sum{method=\"%s\",route=\"%s\"} ", name, series->method, series->name);
        put_seconds(out, (int64_t)read_counter(&series->micros));
        buffer_printf(out, "\n%s_count{method=\"%s\",route=\"%s\"} %" PRIu64 "\n", name, series->method, series->name,
                      sum);
    }
}

static void put_bytes(const struct metrics *m, struct buffer *out)
{
    uint64_t in = 0, all = 0;
    for (size_t i = 0; i < m->count; i++) {
        in += read_counter(&m->series[i].bytes_in);
        all += read_counter(&m->series[i].bytes_out);
    }
    put_head(out, "masa_http_bytes_total", "Bytes of bodies.", "counter");
    buffer_printf(out,
                  "masa_http_bytes_total{direction=\"in\"} %" PRIu64 "\nmasa_http_bytes_total{direction=\"out\"} "
                  "%" PRIu64 "\n",
                  in, all);
}

void metrics_write(struct metrics *m, struct buffer *out)
{
    put_requests(m, out);
    put_times(m, out);
    put_bytes(m, out);
    for (size_t i = 0; i < m->list_count; i++) {
        const struct metric *metric = &m->list[i];
        if (!i || strcmp(m->list[i - 1].name, metric->name) != 0)
            put_head(out, metric->name, metric->help, metric->kind == METRIC_COUNTER ? "counter" : "gauge");
        buffer_text(out, metric->name);
        if (metric->label) buffer_printf(out, "{%s}", metric->label);
        buffer_printf(out, " %.15g\n", metric->read(metric->context, metric->argument));
    }
}
