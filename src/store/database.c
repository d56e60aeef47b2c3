#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum { WAIT_MS = 10000 };

struct statement {
    struct database *db;
    const char *sql;
    sqlite3_stmt *prepared; /* NULL: it could not be */
    int result;             /* of the last step */
};

struct database {
    sqlite3 *handle;
    char *path;
    VECTOR(struct statement *) statements;
    int pushed; /* the file once more, for database_push; -1: not needed yet */
};

/* ---- what went wrong ---- */

static bool is_no_room(int system)
{
    return system == ENOSPC || system == EDQUOT || system == EFBIG;
}

/* SQLite calls only a full device full; a quota that is used up and a file that may not grow are the same to us. */
static int kind_of(struct database *db, int result)
{
    int of_store = 0, of_log = 0;
    sqlite3_file *log = NULL;
    if (result != SQLITE_IOERR_WRITE) return result & 0xff;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_LAST_ERRNO, &of_store);
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log && log->pMethods) log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
    return is_no_room(of_store) || is_no_room(of_log) ? SQLITE_FULL : SQLITE_IOERR;
}

static enum outcome tell(struct database *db, int result, struct error *error)
{
    const char *said = sqlite3_errmsg(db->handle);
    switch (kind_of(db, result)) {
    case SQLITE_FULL:
        return error_set(error, NO_ROOM, "%s: no room on the disk; nothing was lost, make room and try again",
                         db->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, FAILED, "%s: another program is writing to it; stop that, or try again", db->path);
    case SQLITE_READONLY:
    case SQLITE_PERM: return error_set(error, FAILED, "%s: may not be written to (%s)", db->path, said);
    case SQLITE_NOTADB: return error_set(error, FAILED, "%s: is no masa store", db->path);
    case SQLITE_CORRUPT:
        return error_set(error, FAILED, "%s: is damaged (%s); `masa doctor` tells what can be read", db->path, said);
    default: return error_set(error, FAILED, "%s: %s", db->path, said);
    }
}

/* ---- the connection ---- */

enum outcome database_run(struct database *db, const char *sql, struct error *error)
{
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK ? OK : tell(db, result, error);
}

/* SQLite's own waits grow to a tenth of a second, in which the lock comes and goes unseen. */
static int wait_again(void *context, int tries)
{
    const struct timespec pause = {.tv_nsec = 1000 * 1000};
    nanosleep(&pause, NULL);
    return tries < WAIT_MS;
}

static void wait_for_others(struct database *db)
{
    sqlite3_busy_handler(db->handle, wait_again, NULL);
}

static enum outcome set_up(struct database *db, enum database_mode mode, struct error *error)
{
    wait_for_others(db);
    sqlite3_extended_result_codes(db->handle, 1);
    if (mode == DATABASE_READ) return database_run(db, "PRAGMA query_only = 1; PRAGMA mmap_size = 1073741824", error);
    /* A larger page suits blocks of tens of kilobytes; it counts only before the file has any. */
    return database_run(db,
                        "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                        "PRAGMA secure_delete = 1; PRAGMA foreign_keys = 1; PRAGMA wal_autocheckpoint = 2000;"
                        "PRAGMA cache_size = -32768",
                        error);
}

/* A store holds what is known of people, and digests of passwords: whoever else uses the machine has no business in it.
 * SQLite gives the files beside it the same rights. False when it is there or cannot be made, errno says which. */
static bool make_private(const char *path)
{
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0) close(file);
    return file >= 0;
}

enum outcome database_copy(struct database *db, const char *path, struct error *error)
{
    static const char copy[] = "VACUUM INTO ?1";
    if (!make_private(path)) return error_set(error, FAILED, "%s: cannot be made: %s", path, strerror(errno));
    struct statement *s = database_statement(db, copy);
    statement_text(s, 1, slice_from(path));
    const enum outcome outcome = statement_do(s, error);
    if (outcome != OK) unlink(path);
    return outcome;
}

struct database *database_open(const char *path, enum database_mode mode, struct error *error)
{
    static const int flags[] = {[DATABASE_READ] = SQLITE_OPEN_READWRITE, /* a reader of a write-ahead log writes to
                                                                            its index; query_only guards the rest */
                                [DATABASE_WRITE] = SQLITE_OPEN_READWRITE,
                                [DATABASE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
    struct database *db = memory_new(sizeof *db);
    db->path = memory_new(strlen(path) + 1);
    memcpy(db->path, path, strlen(path));
    db->pushed = -1;
    if (mode == DATABASE_CREATE) make_private(path); /* what is wrong with the path is told when it is opened */
    int result = sqlite3_open_v2(path, &db->handle, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL);
    if (result != SQLITE_OK) {
        if (result == SQLITE_CANTOPEN && mode != DATABASE_CREATE)
            error_set(error, FAILED, "%s: there is no such store; `masa import` makes one", path);
        else
            error_set(error, FAILED, "%s: cannot be opened: %s", path, sqlite3_errstr(result));
    } else if (set_up(db, mode, error) == OK) {
        return db;
    }
    database_close(db);
    return NULL;
}

void database_close(struct database *db)
{
    if (!db) return;
    for (size_t i = 0; i < db->statements.count; i++) {
        sqlite3_finalize(db->statements.at[i]->prepared);
        free(db->statements.at[i]);
    }
    vector_release(&db->statements);
    sqlite3_close(db->handle);
    if (db->pushed >= 0) close(db->pushed); /* not before: with it go all locks that the process has on the file */
    free(db->path);
    free(db);
}

const char *database_path(const struct database *db)
{
    return db->path;
}

const char *database_file(const struct database *db)
{
    return sqlite3_db_filename(db->handle, "main");
}

enum outcome database_begin(struct database *db, struct error *error)
{
    return database_run(db, "BEGIN IMMEDIATE", error);
}

enum outcome database_commit(struct database *db, struct error *error)
{
    enum outcome outcome = database_run(db, "COMMIT", error);
    if (outcome != OK) database_rollback(db);
    return outcome;
}

void database_rollback(struct database *db)
{
    if (!sqlite3_get_autocommit(db->handle)) sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

enum outcome database_moment(struct database *db, struct error *error)
{
    return database_run(db, "BEGIN DEFERRED", error);
}

void database_moment_end(struct database *db)
{
    database_rollback(db);
}

/* Not getting it is no failure: then the log is written as ever. */
void database_alone(struct database *db)
{
    sqlite3_busy_timeout(db->handle, 0);
    sqlite3_exec(db->handle, "PRAGMA journal_mode = DELETE; PRAGMA cache_size = -8192", NULL, NULL, NULL);
    wait_for_others(db);
    if (db->pushed < 0) db->pushed = open(database_file(db), O_RDONLY | O_CLOEXEC);
}

void database_push(struct database *db)
{
    if (db->pushed >= 0) sync_file_range(db->pushed, 0, 0, SYNC_FILE_RANGE_WRITE); /* only speed is lost when refused */
}

void database_shared(struct database *db)
{
    sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL; PRAGMA cache_size = -32768", NULL, NULL, NULL);
}

int64_t database_last_id(struct database *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t database_changed(struct database *db)
{
    return sqlite3_changes(db->handle);
}

/* ---- statements ---- */

struct statement *database_statement(struct database *db, const char *sql)
{
    struct statement *s = NULL;
    for (size_t i = 0; i < db->statements.count && !s; i++)
        if (db->statements.at[i]->sql == sql) s = db->statements.at[i];
    if (!s) {
        s = memory_new(sizeof *s);
        *s = (struct statement){.db = db, .sql = sql};
        vector_push(&db->statements, s);
    }
    if (!s->prepared) {
        s->result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->prepared, NULL);
    } else {
        sqlite3_reset(s->prepared);
        sqlite3_clear_bindings(s->prepared);
        s->result = SQLITE_OK;
    }
    return s;
}

void statement_int(struct statement *s, int index, int64_t value)
{
    sqlite3_bind_int64(s->prepared, index, value);
}

void statement_text(struct statement *s, int index, struct slice value)
{
    sqlite3_bind_text64(s->prepared, index, value.ptr ? value.ptr : "", value.len, SQLITE_STATIC, SQLITE_UTF8);
}

void statement_bytes_in(struct statement *s, int index, struct slice value)
{
    sqlite3_bind_blob64(s->prepared, index, value.ptr ? value.ptr : "", value.len, SQLITE_STATIC);
}

void statement_null(struct statement *s, int index)
{
    sqlite3_bind_null(s->prepared, index);
}

void statement_int_or_null(struct statement *s, int index, int64_t value)
{
    if (value)
        statement_int(s, index, value);
    else
        statement_null(s, index);
}

void statement_text_or_null(struct statement *s, int index, struct slice value)
{
    if (value.len)
        statement_text(s, index, value);
    else
        statement_null(s, index);
}

bool statement_row(struct statement *s)
{
    if (!s->prepared || (s->result != SQLITE_OK && s->result != SQLITE_ROW)) return false;
    s->result = sqlite3_step(s->prepared);
    return s->result == SQLITE_ROW;
}

int64_t statement_number(struct statement *s, int index)
{
    return sqlite3_column_int64(s->prepared, index);
}

struct slice statement_bytes(struct statement *s, int index)
{
    const char *bytes = sqlite3_column_blob(s->prepared, index);
    return slice_of(bytes ? bytes : "", (size_t)sqlite3_column_bytes(s->prepared, index));
}

bool statement_is_null(struct statement *s, int index)
{
    return sqlite3_column_type(s->prepared, index) == SQLITE_NULL;
}

enum outcome statement_end(struct statement *s, struct error *error)
{
    const bool fine = s->result == SQLITE_OK || s->result == SQLITE_ROW || s->result == SQLITE_DONE;
    enum outcome outcome = fine ? OK : tell(s->db, s->result, error);
    if (s->prepared) sqlite3_reset(s->prepared);
    s->result = SQLITE_OK;
    return outcome;
}

enum outcome statement_do(struct statement *s, struct error *error)
{
    while (statement_row(s)) continue;
    return statement_end(s, error);
}

enum outcome database_version(struct database *db, int64_t *out, struct error *error)
{
    static const char sql[] = "PRAGMA data_version";
    struct statement *s = database_statement(db, sql);
    *out = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}
