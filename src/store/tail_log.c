#include "store/tail_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log/journal.h"

enum { LOOK_MS = 50 };

struct tail_log {
    struct store *store;
    struct journal *journal; /* NULL: another process owns it */
    bool turned;             /* for the wipe that was asked for, which is still to be done */
    int64_t asked;           /* which that is */
};

/* ---- what the store knows of its journal ---- */

struct known {
    int64_t merged, asked, done;
};

static enum outcome look(struct store *store, struct known *out, struct error *error)
{
    static const char select[] = "SELECT merged, wipes_asked, wipes_done FROM journal";
    struct statement *s = database_statement(store_database(store), select);
    *out = (struct known){0};
    if (statement_row(s)) *out = (struct known){statement_number(s, 0), statement_number(s, 1), statement_number(s, 2)};
    return statement_end(s, error);
}

/* When it cannot be told, nothing is used again. */
static uint64_t merged_now(void *context)
{
    struct known known;
    return look(context, &known, NULL) == OK ? (uint64_t)known.merged : 0;
}

static enum outcome open_journal(struct store *store, struct journal **out, struct error *error)
{
    struct journal_options options = {.merged = merged_now, .context = store};
    struct arena arena;
    struct stat about;
    arena_init(&arena);
    options.path = store_journal_path(store, &arena).ptr;
    if (stat(database_file(store_database(store)), &about) == 0) options.mode = about.st_mode & 0666; /* as the store */
    enum outcome outcome = store_journal_owner(store, options.owner, error);
    if (outcome == OK) outcome = journal_open(&options, out, error);
    arena_release(&arena);
    return outcome;
}

/* ---- appending ---- */

struct tail_log *tail_log_open(struct store *store, struct error *error)
{
    struct journal *journal = NULL;
    if (open_journal(store, &journal, error) != OK) return NULL;
    struct tail_log *log = memory_new(sizeof *log);
    *log = (struct tail_log){.store = store, .journal = journal};
    return log;
}

static enum outcome append(void *context, struct slice lines, size_t count, struct error *error)
{
    struct tail_log *log = context;
    const struct log_port rows = tail_port(log->store);
    if (!log->journal || lines.len > JOURNAL_LINES_MAX) return rows.append(rows.context, lines, count, error);
    return journal_append(log->journal, lines, count, error);
}

struct log_port tail_log_port(struct tail_log *log)
{
    return (struct log_port){log, append};
}

/* ---- the end ---- */

struct moving {
    struct log_port rows;
    enum outcome outcome;
    struct error *error;
};

static void move_row(void *context, struct slice lines)
{
    struct moving *m = context;
    size_t count = 0;
    for (size_t i = 0; i < lines.len; i++) count += lines.ptr[i] == '\n';
    if (m->outcome == OK) m->outcome = m->rows.append(m->rows.context, lines, count, m->error);
}

/* All that is not merged becomes rows, in one transaction. */
static enum outcome move_to_rows(struct store *store, uint64_t merged, uint64_t last, struct error *error)
{
    struct database *db = store_database(store);
    struct moving moving = {tail_port(store), OK, error};
    if (database_begin(db, error) != OK) return FAILED;
    if (!journal_each(store_journal(store, error), merged, last, move_row, &moving) && moving.outcome == OK)
        moving.outcome = error_set(error, FAILED, "%s: its tail changed while it was moved", database_path(db));
    if (moving.outcome == OK)
        moving.outcome = tail_drop(store, (struct tail_mark){.row = 0, .record = (int64_t)last}, error);
    if (moving.outcome == OK) return database_commit(db, error);
    database_rollback(db);
    return moving.outcome;
}

static enum outcome look_at_records(struct store *store, struct known *known, struct journal_state *state,
                                    struct error *error)
{
    struct journal_reader *reader = store_journal(store, error);
    if (!reader || look(store, known, error) != OK) return FAILED;
    return journal_look(reader, (uint64_t)known->merged, state, error);
}

/* The file goes when all that it holds stands in the store. */
static enum outcome end_journal(struct store *store, struct journal *journal, struct error *error)
{
    struct journal_state state;
    struct known known;
    enum outcome outcome = look_at_records(store, &known, &state, error);
    if (outcome == OK && state.damaged) return error_set(error, FAILED, "some of the tail cannot be read");
    if (outcome == OK && state.records) outcome = move_to_rows(store, (uint64_t)known.merged, state.last, error);
    return outcome == OK ? journal_remove(journal, error) : outcome;
}

enum outcome tail_log_close(struct tail_log *log, struct error *error)
{
    if (!log) return OK;
    const enum outcome outcome = log->journal ? end_journal(log->store, log->journal, error) : OK;
    journal_close(log->journal);
    free(log);
    return outcome;
}

/* ---- mending ---- */

static enum outcome put_aside(struct store *store, struct error *error)
{
    struct arena arena;
    arena_init(&arena);
    const char *path = store_journal_path(store, &arena).ptr;
    enum outcome outcome = OK;
    if (rename(path, arena_printf(&arena, "%s.damaged", path).ptr) != 0)
        outcome = error_set(error, FAILED, "%s: cannot be renamed: %s", path, strerror(errno));
    arena_release(&arena);
    return outcome;
}

enum outcome tail_mend(struct store *store, struct tail_mended *out, struct error *error)
{
    struct journal *journal = NULL;
    struct journal_state state;
    struct known known;
    *out = (struct tail_mended){0};
    if (look_at_records(store, &known, &state, error) != OK) return FAILED;
    if (!state.damaged) return OK;
    out->damaged = state.damaged;
    enum outcome outcome = open_journal(store, &journal, error);
    out->served = outcome == OK && !journal;
    if (journal) {
        outcome = move_to_rows(store, (uint64_t)known.merged, state.last, error);
        if (outcome == OK) outcome = put_aside(store, error);
        if (outcome == OK) out->kept = state.records;
    }
    journal_close(journal);
    return outcome;
}

/* ---- leaving nothing behind ---- */

bool tail_log_turn(struct tail_log *log, struct store *store)
{
    struct known known;
    if (!log->journal || look(store, &known, NULL) != OK || known.asked == known.done) return false;
    if (!log->turned) journal_turn(log->journal);
    log->turned = true;
    log->asked = known.asked;
    return true;
}

enum outcome tail_log_wipe(struct tail_log *log, struct store *store, struct error *error)
{
    static const char tell[] = "UPDATE journal SET wipes_done = ?1";
    struct known known;
    bool all = false;
    enum outcome outcome = look(store, &known, error);
    if (outcome == OK) outcome = journal_wipe(log->journal, (uint64_t)known.merged, &all, error);
    if (outcome != OK || !all) return outcome;
    log->turned = false;
    struct statement *s = database_statement(store_database(store), tell);
    statement_int(s, 1, log->asked);
    return statement_do(s, error);
}

/* Nobody appends: it is done here and now. */
static enum outcome wipe_own(struct store *store, struct journal *journal, bool *left, struct error *error)
{
    bool all = false;
    journal_turn(journal);
    const enum outcome outcome = journal_wipe(journal, merged_now(store), &all, error);
    *left = !all;
    return outcome == OK && all ? end_journal(store, journal, error) : outcome;
}

static enum outcome ask_owner(struct store *store, unsigned wait_ms, bool *left, struct error *error)
{
    static const char ask[] = "UPDATE journal SET wipes_asked = wipes_asked + 1";
    static const struct timespec while_waiting = {.tv_nsec = LOOK_MS * 1000000};
    struct known known = {0};
    enum outcome outcome = database_run(store_database(store), ask, error);
    if (outcome == OK) outcome = look(store, &known, error);
    const int64_t mine = known.asked;
    for (unsigned waited = 0; outcome == OK && known.done < mine && waited < wait_ms; waited += LOOK_MS) {
        nanosleep(&while_waiting, NULL);
        outcome = look(store, &known, error);
    }
    *left = known.done < mine;
    return outcome;
}

enum outcome tail_wipe(struct store *store, unsigned wait_ms, bool *left, struct error *error)
{
    struct journal *journal = NULL;
    struct arena arena;
    arena_init(&arena);
    const bool there = access(store_journal_path(store, &arena).ptr, F_OK) == 0;
    arena_release(&arena);
    *left = there;
    if (!there) return OK;
    enum outcome outcome = open_journal(store, &journal, error);
    if (outcome == OK)
        outcome = journal ? wipe_own(store, journal, left, error) : ask_owner(store, wait_ms, left, error);
    journal_close(journal);
    return outcome;
}
