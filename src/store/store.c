#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "store/migration.h"

/* "masa" in ASCII: SQLite keeps it in the file's header. */
enum { APPLICATION = 0x6d617361 };

struct store {
    struct database *db;
    struct journal_reader *journal; /* NULL until it is asked for */
};

int store_version(void)
{
    return (int)migration_count;
}

static int64_t pragma(struct database *db, const char *sql, struct error *error)
{
    struct statement *s = database_statement(db, sql);
    int64_t value = statement_row(s) ? statement_number(s, 0) : -1;
    return statement_end(s, error) == OK ? value : -1;
}

/* One step, all of it or nothing, its number with it. */
static enum outcome migrate_by(struct database *db, size_t step, struct error *error)
{
    char version[96];
    snprintf(version, sizeof version, "PRAGMA user_version = %zu; PRAGMA application_id = %d", step + 1, APPLICATION);
    enum outcome outcome = database_begin(db, error);
    if (outcome == OK) outcome = database_run(db, migrations[step].text, error);
    if (outcome == OK) outcome = database_run(db, version, error);
    if (outcome == OK) return database_commit(db, error);
    database_rollback(db);
    return outcome;
}

/* Put beside the file before it is changed. A copy that is there already, from a try that failed, is kept. */
static enum outcome copy_beside(struct database *db, int64_t version, struct error *error)
{
    struct buffer name;
    buffer_init(&name, 1 << 16);
    buffer_printf(&name, "%s.v%lld.backup", database_path(db), (long long)version);
    buffer_char(&name, '\0');
    enum outcome outcome = OK;
    if (access(name.data, F_OK) != 0) outcome = database_copy(db, name.data, error);
    buffer_release(&name);
    return outcome;
}

/* A file without any table is new; one of another program is left alone. */
static enum outcome check_owner(struct database *db, int64_t version, struct error *error)
{
    static const char application[] = "PRAGMA application_id";
    static const char tables[] = "SELECT count(*) FROM sqlite_schema";
    const int64_t owner = pragma(db, application, error), count = pragma(db, tables, error);
    if (owner < 0 || count < 0) return FAILED;
    if (owner == APPLICATION || (version == 0 && count == 0)) return OK;
    return error_set(error, FAILED, "%s: is a database of another program", database_path(db));
}

static enum outcome bring_forward(struct database *db, enum database_mode mode, struct error *error)
{
    const int64_t version = pragma(db, "PRAGMA user_version", error);
    if (version < 0 || check_owner(db, version, error) != OK) return FAILED;
    if (version == store_version()) return OK;
    if (version > store_version())
        return error_set(error, FAILED, "%s: was made by a newer masa (form %lld, this program knows %d): use that one",
                         database_path(db), (long long)version, store_version());
    if (mode == DATABASE_READ)
        return error_set(error, FAILED, "%s: is of an earlier form; `masa doctor --db` brings it forward",
                         database_path(db));
    enum outcome outcome = version ? copy_beside(db, version, error) : OK;
    for (size_t step = (size_t)version; outcome == OK && step < migration_count; step++)
        outcome = migrate_by(db, step, error);
    return outcome;
}

struct store *store_open(const char *path, enum database_mode mode, struct error *error)
{
    struct database *db = database_open(path, mode, error);
    if (!db) return NULL;
    if (bring_forward(db, mode, error) != OK) {
        database_close(db);
        return NULL;
    }
    struct store *store = memory_new(sizeof *store);
    store->db = db;
    return store;
}

void store_close(struct store *store)
{
    if (!store) return;
    journal_reader_free(store->journal);
    database_close(store->db);
    free(store);
}

struct database *store_database(struct store *store)
{
    return store->db;
}

/* Beside the file itself, by whatever name it was opened. */
struct slice store_journal_path(struct store *store, struct arena *arena)
{
    return arena_printf(arena, "%s-tail", database_file(store->db));
}

enum outcome store_journal_owner(struct store *store, uint8_t owner[JOURNAL_OWNER], struct error *error)
{
    static const char select[] = "SELECT owner FROM journal";
    struct statement *s = database_statement(store->db, select);
    struct slice found = statement_row(s) ? statement_bytes(s, 0) : slice_of("", 0);
    const bool whole = found.len == JOURNAL_OWNER;
    if (whole) memcpy(owner, found.ptr, JOURNAL_OWNER);
    const enum outcome outcome = statement_end(s, error);
    if (outcome != OK || whole) return outcome;
    return error_set(error, FAILED, "%s: its table `journal` is damaged; go back to a backup",
                     database_path(store->db));
}

struct journal_reader *store_journal(struct store *store, struct error *error)
{
    uint8_t owner[JOURNAL_OWNER];
    struct arena arena;
    if (store->journal || store_journal_owner(store, owner, error) != OK) return store->journal;
    arena_init(&arena);
    store->journal = journal_reader_new(store_journal_path(store, &arena).ptr, owner);
    arena_release(&arena);
    return store->journal;
}

void store_pass_journal(struct store *from, struct store *to)
{
    journal_reader_free(to->journal);
    to->journal = from->journal;
    from->journal = NULL;
}

struct slice store_setting(struct database *db, const char *key, struct arena *arena)
{
    static const char sql[] = "SELECT value FROM meta WHERE key = ?1";
    struct statement *s = database_statement(db, sql);
    statement_text(s, 1, slice_from(key));
    struct slice value = statement_row(s) ? arena_slice(arena, statement_bytes(s, 0)) : slice_of("", 0);
    statement_end(s, NULL);
    return value;
}

enum outcome store_set(struct store *store, const char *key, struct slice value, struct error *error)
{
    static const char sql[] = "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    struct statement *s = database_statement(store->db, sql);
    statement_text(s, 1, slice_from(key));
    statement_bytes_in(s, 2, value);
    return statement_do(s, error);
}
