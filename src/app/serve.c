#include "app/serve.h"

#include <stdlib.h>

#include "app/checkpoint.h"
#include "base/memory.h"
#include "store/tail_log.h"

struct serve {
    struct store *log, *people; /* a connection for each of those who write */
    struct tail_log *tail;
    struct steady_clock clock;
    struct world world;
    struct access *access;
    struct checkpointer *checkpointer;
    struct serve_rule rule;
};

/* A tail is read again by whoever reads the store, so it is kept short; blocks are written in bulk, so it is not merged
 * at every event. */
enum { TAIL_EVENTS = 50000 };

static void tell_merge(void *context, enum outcome outcome, const struct merge_counts *counts,
                       const struct error *error)
{
    const struct serve *serve = context;
    if (outcome != OK && serve->rule.failed) serve->rule.failed(serve->rule.context, error);
}

/* When people last did something: whoever serves a store dates nothing before it (world_steady). */
static int64_t last_told(struct store *store)
{
    struct statement *s = database_statement(store_database(store), "SELECT max(at) FROM audit");
    const int64_t at = statement_row(s) ? statement_number(s, 0) : 0;
    statement_end(s, NULL);
    return at;
}

enum outcome serve_open(const char *db, const struct serve_rule *rule, struct serve **out, struct error *error)
{
    struct serve *serve = memory_new(sizeof *serve);
    serve->rule = *rule;
    serve->log = store_open(db, DATABASE_CREATE, error);
    if (serve->log) serve->people = store_open(db, DATABASE_WRITE, error);
    if (serve->people) serve->tail = tail_log_open(serve->log, error);
    if (!serve->tail) {
        serve_close(serve);
        return error && error->code ? error->code : FAILED;
    }
    serve->world = world_steady(&serve->clock, world_system(), last_told(serve->people));
    serve->access = access_new(store_database(serve->people), serve->world, NULL);
    const struct checkpoint_rule merge = {.events = TAIL_EVENTS,
                                          .seconds = rule->merge_seconds,
                                          .log = serve->tail,
                                          .tell = tell_merge,
                                          .context = serve};
    serve->checkpointer = checkpointer_start(db, merge);
    *out = serve;
    return OK;
}

void serve_close(struct serve *serve)
{
    if (!serve) return;
    checkpointer_stop(serve->checkpointer);
    tail_log_close(serve->tail, NULL); /* what cannot be moved now stays in its file, and is taken over */
    if (serve->access) access_free(serve->access);
    if (serve->people) store_close(serve->people);
    if (serve->log) store_close(serve->log);
    free(serve);
}

struct log_port serve_log(struct serve *serve)
{
    return tail_log_port(serve->tail);
}

struct access *serve_access(struct serve *serve)
{
    return serve->access;
}

struct world serve_world(struct serve *serve)
{
    return serve->world;
}
