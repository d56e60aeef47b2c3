/* What the server tells Prometheus: requests by route and status with their times, and whatever else the parts of the
 * program register. Counting is done with atomic additions; nobody waits for anybody. */
#ifndef MASA_HTTP_METRICS_H
#define MASA_HTTP_METRICS_H

#include "base/buffer.h"
#include "http/http_server.h"

struct metrics;

/* Borrows the tables. */
struct metrics *metrics_new(const struct http_routes *tables, size_t table_count);
void metrics_free(struct metrics *metrics);

/* Fits http_watch.ended. */
void metrics_count(void *metrics, const struct http_ended *ended);

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE };

/* A number that is read when somebody asks. Rows of one name that differ by label stand one after another. */
struct metric {
    enum metric_kind kind;
    const char *name, *help;
    const char *label; /* "result=\"accepted\"", or NULL */
    double (*read)(void *context, int argument);
    void *context;
    int argument;
};
enum { METRICS_MAX = 96 };
/* Before the server starts. */
void metrics_register(struct metrics *metrics, const struct metric *list, size_t count);

/* The text format of Prometheus, version 0.0.4. */
void metrics_write(struct metrics *metrics, struct buffer *out);

#endif
