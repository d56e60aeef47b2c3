#include "store/definitions.h"

enum outcome definition_keep(struct store *store, const struct stored_definition *d, int64_t *id, struct error *error)
{
    static const char insert[] = "INSERT INTO definition (digest, text, origin, made_at, effective_at)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (digest) DO UPDATE"
                                 " SET effective_at = coalesce(effective_at, excluded.effective_at)";
    static const char select[] = "SELECT id FROM definition WHERE digest = ?1";
    struct statement *s = database_statement(store_database(store), insert);
    statement_text(s, 1, d->digest);
    statement_text(s, 2, d->text);
    statement_text(s, 3, d->origin);
    statement_int(s, 4, d->made_at);
    if (d->effective_at == INSTANT_NONE)
        statement_null(s, 5);
    else
        statement_int(s, 5, d->effective_at);
    enum outcome outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(store_database(store), select);
    statement_text(s, 1, d->digest);
    *id = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

enum outcome definition_in_force(struct store *store, int64_t at, struct arena *arena, struct stored_definition *out,
                                 struct error *error)
{
    static const char select[] = "SELECT id, digest, text, origin, made_at, effective_at FROM definition"
                                 " WHERE effective_at <= ?1 ORDER BY effective_at DESC, id DESC LIMIT 1";
    struct statement *s = database_statement(store_database(store), select);
    *out = (struct stored_definition){0};
    statement_int(s, 1, at);
    if (statement_row(s))
        *out = (struct stored_definition){.id = statement_number(s, 0),
                                          .digest = arena_slice(arena, statement_bytes(s, 1)),
                                          .text = arena_slice(arena, statement_bytes(s, 2)),
                                          .origin = arena_slice(arena, statement_bytes(s, 3)),
                                          .made_at = statement_number(s, 4),
                                          .effective_at = statement_number(s, 5)};
    return statement_end(s, error);
}
