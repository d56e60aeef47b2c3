/* What `masa serve` stands on: the store of one company, opened for events to be written into, and the people who may
 * use it. */
#ifndef MASA_APP_SERVE_H
#define MASA_APP_SERVE_H

#include "access/access.h"
#include "log/log.h"

struct serve;

struct serve_rule {
    unsigned merge_seconds; /* how long new events stand in the tail at most before they are merged into blocks */
    void (*failed)(void *context, const struct error *error); /* told when they could not be, which is tried again */
    void *context;
};

/* Makes the store where there is none. */
enum outcome serve_open(const char *db, const struct serve_rule *rule, struct serve **out, struct error *error);
/* After whatever uses the rest has ended. */
void serve_close(struct serve *serve);

/* The store's log; for the one thread that appends. */
struct log_port serve_log(struct serve *serve);
struct access *serve_access(struct serve *serve);
struct world serve_world(struct serve *serve);

#endif
