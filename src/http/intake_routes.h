/* The routes by which events come: the Segment HTTP API, the pixel, links that count clicks, and the script for pages.
 * An answer of 200 is given when the events are on the disk, and not before. */
#ifndef MASA_HTTP_INTAKE_ROUTES_H
#define MASA_HTTP_INTAKE_ROUTES_H

#include "http/click_link.h"
#include "http/http_server.h"
#include "http/metrics.h"
#include "http/request_log.h"
#include "http/sender.h"
#include "log/commit.h"

/* Names of tracked events that need no person (input_plan.personless), as the definition in force has them. Asked about
 * once a second by each worker. `names` NULL: there are none. */
struct personless_port {
    void *context;
    size_t (*names)(void *context, struct arena *arena, const struct slice **names);
};

struct intake_options {
    struct commit *commit;
    struct sender_port senders;
    const struct click_links *links;
    struct request_log *log; /* may be NULL */
    struct personless_port personless;
};

struct intake;

/* Borrows what the options point to. */
struct intake *intake_new(const struct intake_options *options, int workers);
/* After the server has stopped and the commit has been drained. */
void intake_free(struct intake *intake);
struct http_routes intake_routes(struct intake *intake);
void intake_register(struct intake *intake, struct metrics *metrics);

#endif
