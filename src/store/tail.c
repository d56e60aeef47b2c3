#include "store/tail.h"

static enum outcome append(void *context, struct slice lines, size_t count, struct error *error)
{
    static const char insert[] = "INSERT INTO tail (events, lines) VALUES (?1, ?2)";
    struct statement *s = database_statement(store_database(context), insert);
    statement_int(s, 1, (int64_t)count);
    statement_bytes_in(s, 2, lines);
    return statement_do(s, error);
}

struct log_port tail_port(struct store *store)
{
    return (struct log_port){store, append};
}

enum outcome tail_look(struct store *store, struct tail_state *out, struct error *error)
{
    static const char select[] = "SELECT max(id), count(*), sum(events), sum(length(lines)) FROM tail";
    struct statement *s = database_statement(store_database(store), select);
    *out = (struct tail_state){0};
    if (statement_row(s))
        *out = (struct tail_state){.last = statement_number(s, 0),
                                   .rows = (uint64_t)statement_number(s, 1),
                                   .events = (uint64_t)statement_number(s, 2),
                                   .bytes = (uint64_t)statement_number(s, 3)};
    return statement_end(s, error);
}

enum outcome tail_each(struct store *store, int64_t last, void (*take)(void *context, struct slice lines),
                       void *context, struct error *error)
{
    return tail_between(store, 0, last, take, context, error);
}

enum outcome tail_between(struct store *store, int64_t after, int64_t last,
                          void (*take)(void *context, struct slice lines), void *context, struct error *error)
{
    static const char select[] = "SELECT lines FROM tail WHERE id > ?1 AND id <= ?2 ORDER BY id";
    struct statement *s = database_statement(store_database(store), select);
    statement_int(s, 1, after);
    statement_int(s, 2, last);
    while (statement_row(s)) take(context, statement_bytes(s, 0));
    return statement_end(s, error);
}

enum outcome tail_drop(struct store *store, int64_t last, struct error *error)
{
    static const char drop[] = "DELETE FROM tail WHERE id <= ?1";
    struct statement *s = database_statement(store_database(store), drop);
    statement_int(s, 1, last);
    return statement_do(s, error);
}
