#include "store/definitions.h"

#define COLUMNS "id, digest, text, origin, made_at, author, note, based_on, offered_at"

const char *const signing_side_names[SIGNING_SIDES] = {"marketing", "sales"};

static struct stored_definition read_row(struct statement *s, struct arena *arena)
{
    return (struct stored_definition){.id = statement_number(s, 0),
                                      .digest = arena_slice(arena, statement_bytes(s, 1)),
                                      .text = arena_slice(arena, statement_bytes(s, 2)),
                                      .origin = arena_slice(arena, statement_bytes(s, 3)),
                                      .made_at = statement_number(s, 4),
                                      .author = statement_number(s, 5),
                                      .note = arena_slice(arena, statement_bytes(s, 6)),
                                      .based_on = statement_number(s, 7),
                                      .offered_at = statement_number(s, 8)};
}

static enum outcome read_one(struct statement *s, struct arena *arena, struct stored_definition *out,
                             struct error *error)
{
    *out = (struct stored_definition){0};
    if (statement_row(s)) *out = read_row(s, arena);
    return statement_end(s, error);
}

static enum outcome id_of(struct store *store, struct slice digest, int64_t *id, struct error *error)
{
    static const char select[] = "SELECT id FROM definition WHERE digest = ?1";
    struct statement *s = database_statement(store_database(store), select);
    statement_text(s, 1, digest);
    *id = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

/* ---- what takes effect ---- */

static enum outcome in_force_id(struct store *store, int64_t at, int64_t *id, struct error *error)
{
    static const char select[] = "SELECT definition FROM publication WHERE effective_at <= ?1"
                                 " ORDER BY effective_at DESC, id DESC LIMIT 1";
    struct statement *s = database_statement(store_database(store), select);
    statement_int(s, 1, at);
    *id = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

enum outcome publication_add(struct store *store, const struct publication_row *row, struct error *error)
{
    static const char give_up[] = "DELETE FROM publication WHERE definition = ?1 AND effective_at > ?2";
    static const char insert[] = "INSERT INTO publication (definition, effective_at, made_at, made_by)"
                                 " VALUES (?1, ?2, ?3, ?4)";
    struct statement *s = database_statement(store_database(store), give_up);
    statement_int(s, 1, row->definition);
    statement_int(s, 2, row->made_at);
    enum outcome outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(store_database(store), insert);
    statement_int(s, 1, row->definition);
    statement_int(s, 2, row->effective_at);
    statement_int(s, 3, row->made_at);
    statement_int_or_null(s, 4, row->made_by);
    return statement_do(s, error);
}

enum outcome publication_all(struct store *store, struct publication_list *out, struct error *error)
{
    static const char select[] = "SELECT id, definition, effective_at, made_at, made_by FROM publication"
                                 " ORDER BY effective_at, id";
    struct statement *s = database_statement(store_database(store), select);
    while (statement_row(s))
        vector_push(out,
                    ((struct publication_row){statement_number(s, 0), statement_number(s, 1), statement_number(s, 2),
                                              statement_number(s, 3), statement_number(s, 4)}));
    return statement_end(s, error);
}

/* ---- definitions ---- */

static enum outcome insert_text(struct store *store, const struct stored_definition *d, struct error *error)
{
    static const char insert[] = "INSERT INTO definition (digest, text, origin, made_at, author, note, based_on,"
                                 " offered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (digest) DO NOTHING";
    struct statement *s = database_statement(store_database(store), insert);
    statement_text(s, 1, d->digest);
    statement_text(s, 2, d->text);
    statement_text(s, 3, d->origin);
    statement_int(s, 4, d->made_at);
    statement_int_or_null(s, 5, d->author);
    statement_text_or_null(s, 6, d->note);
    statement_int_or_null(s, 7, d->based_on);
    statement_int_or_null(s, 8, d->offered_at);
    return statement_do(s, error);
}

enum outcome definition_keep(struct store *store, const struct stored_definition *d, int64_t effective_at, int64_t *id,
                             struct error *error)
{
    int64_t in_force = 0;
    const bool takes_effect = effective_at != INSTANT_NONE;
    enum outcome outcome = takes_effect ? in_force_id(store, effective_at, &in_force, error) : OK;
    struct stored_definition made = *d;
    if (!made.based_on) made.based_on = in_force;
    if (outcome == OK) outcome = insert_text(store, &made, error);
    if (outcome == OK) outcome = id_of(store, d->digest, id, error);
    if (outcome != OK || !takes_effect || in_force == *id) return outcome;
    const struct publication_row row = {
        .definition = *id, .effective_at = effective_at, .made_at = d->made_at, .made_by = d->author};
    return publication_add(store, &row, error);
}

enum outcome definition_in_force(struct store *store, int64_t at, struct arena *arena, struct stored_definition *out,
                                 struct error *error)
{
    int64_t id = 0;
    *out = (struct stored_definition){0};
    const enum outcome outcome = in_force_id(store, at, &id, error);
    return outcome == OK && id ? definition_get(store, id, arena, out, error) : outcome;
}

enum outcome definition_find(struct store *store, struct slice digest, struct arena *arena,
                             struct stored_definition *out, struct error *error)
{
    static const char select[] = "SELECT " COLUMNS " FROM definition WHERE digest = ?1";
    struct statement *s = database_statement(store_database(store), select);
    statement_text(s, 1, digest);
    return read_one(s, arena, out, error);
}

enum outcome definition_get(struct store *store, int64_t id, struct arena *arena, struct stored_definition *out,
                            struct error *error)
{
    static const char select[] = "SELECT " COLUMNS " FROM definition WHERE id = ?1";
    struct statement *s = database_statement(store_database(store), select);
    statement_int(s, 1, id);
    return read_one(s, arena, out, error);
}

enum outcome definition_page(struct store *store, int64_t before, int64_t limit, struct arena *arena,
                             struct definition_list *out, struct error *error)
{
    static const char select[] = "SELECT " COLUMNS " FROM definition WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
    struct statement *s = database_statement(store_database(store), select);
    statement_int(s, 1, before ? before : INT64_MAX);
    statement_int(s, 2, limit);
    while (statement_row(s)) vector_push(out, read_row(s, arena));
    return statement_end(s, error);
}

int64_t definition_count(struct store *store)
{
    static const char select[] = "SELECT count(*) FROM definition";
    struct statement *s = database_statement(store_database(store), select);
    const int64_t count = statement_row(s) ? statement_number(s, 0) : 0;
    statement_end(s, NULL);
    return count;
}

enum outcome definition_offer(struct store *store, const struct stored_definition *d, int64_t *id, struct error *error)
{
    static const char update[] = "UPDATE definition SET text = ?2, author = ?3, note = ?4, based_on = ?5,"
                                 " offered_at = ?6 WHERE id = ?1";
    static const char forget[] = "DELETE FROM signoff WHERE definition = ?1";
    enum outcome outcome = insert_text(store, d, error);
    if (outcome == OK) outcome = id_of(store, d->digest, id, error);
    if (outcome != OK) return outcome;
    struct statement *s = database_statement(store_database(store), update);
    statement_int(s, 1, *id);
    statement_text(s, 2, d->text);
    statement_int_or_null(s, 3, d->author);
    statement_text_or_null(s, 4, d->note);
    statement_int_or_null(s, 5, d->based_on == *id ? 0 : d->based_on);
    statement_int_or_null(s, 6, d->offered_at);
    outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(store_database(store), forget);
    statement_int(s, 1, *id);
    return statement_do(s, error);
}

/* ---- signatures ---- */

enum outcome signoff_set(struct store *store, int64_t definition, enum signing_side side, const struct signoff *said,
                         struct error *error)
{
    static const char insert[] = "INSERT OR REPLACE INTO signoff (definition, side, signed, author, at, note)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    struct statement *s = database_statement(store_database(store), insert);
    statement_int(s, 1, definition);
    statement_text(s, 2, slice_from(signing_side_names[side]));
    statement_int(s, 3, said->signs);
    statement_int(s, 4, said->author);
    statement_int(s, 5, said->at);
    statement_text_or_null(s, 6, said->note);
    return statement_do(s, error);
}

enum outcome signoff_all(struct store *store, int64_t definition, struct arena *arena,
                         struct signoff out[SIGNING_SIDES], struct error *error)
{
    static const char select[] = "SELECT side, signed, author, at, note FROM signoff WHERE definition = ?1";
    struct statement *s = database_statement(store_database(store), select);
    memset(out, 0, SIGNING_SIDES * sizeof *out);
    statement_int(s, 1, definition);
    while (statement_row(s))
        for (int side = 0; side < SIGNING_SIDES; side++)
            if (slice_is(statement_bytes(s, 0), signing_side_names[side]))
                out[side] = (struct signoff){.given = true,
                                             .signs = statement_number(s, 1) != 0,
                                             .author = statement_number(s, 2),
                                             .at = statement_number(s, 3),
                                             .note = arena_slice(arena, statement_bytes(s, 4))};
    return statement_end(s, error);
}
