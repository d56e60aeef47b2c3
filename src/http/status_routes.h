/* What watches the server asks: whether it lives, whether it can take events, and its numbers. */
#ifndef MASA_HTTP_STATUS_ROUTES_H
#define MASA_HTTP_STATUS_ROUTES_H

#include "base/address.h"
#include "http/metrics.h"
#include "log/commit.h"

struct status {
    struct commit *commit;
    struct metrics *metrics;
    struct http_server *server;    /* set when it runs */
    const struct address *readers; /* who may read the numbers besides this machine */
    size_t reader_count;
};

struct http_routes status_routes(struct status *status);
/* The server's own numbers. */
void status_register(struct status *status);

#endif
