#include "app/serve.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/store.h"

struct serve {
    struct store *log, *people; /* a connection for each of those who write */
    struct world world;
    struct access *access;
};

enum outcome serve_open(const char *db, struct serve **out, struct error *error)
{
    struct serve *serve = memory_new(sizeof *serve);
    serve->log = store_open(db, DATABASE_CREATE, error);
    if (serve->log) serve->people = store_open(db, DATABASE_WRITE, error);
    if (!serve->people) {
        serve_close(serve);
        return error && error->code ? error->code : FAILED;
    }
    serve->world = world_system();
    serve->access = access_new(store_database(serve->people), serve->world, NULL);
    *out = serve;
    return OK;
}

void serve_close(struct serve *serve)
{
    if (!serve) return;
    if (serve->access) access_free(serve->access);
    if (serve->people) store_close(serve->people);
    if (serve->log) store_close(serve->log);
    free(serve);
}

/* One commit group is one row of the tail: one statement, one transaction, one sync. */
static enum outcome append_to_tail(void *context, struct slice lines, size_t count, struct error *error)
{
    struct database *db = store_database(context);
    struct statement *s = database_statement(db, "INSERT INTO tail (events, lines) VALUES (?1, ?2)");
    statement_int(s, 1, (int64_t)count);
    statement_bytes_in(s, 2, lines);
    return statement_do(s, error);
}

struct log_port serve_log(struct serve *serve)
{
    return (struct log_port){serve->log, append_to_tail};
}

struct access *serve_access(struct serve *serve)
{
    return serve->access;
}

struct world serve_world(struct serve *serve)
{
    return serve->world;
}
