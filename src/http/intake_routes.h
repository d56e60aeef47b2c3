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

struct intake_options {
    struct commit *commit;
    struct sender_port senders;
    const struct click_links *links;
    struct request_log *log; /* may be NULL */
    /* Names of tracked events that need no person, see input_plan. */
    const struct slice *personless;
    size_t personless_count;
};

struct intake;

/* Borrows what the options point to. */
struct intake *intake_new(const struct intake_options *options, int workers);
/* After the server has stopped and the commit has been drained. */
void intake_free(struct intake *intake);
struct http_routes intake_routes(struct intake *intake);
void intake_register(struct intake *intake, struct metrics *metrics);

#endif
