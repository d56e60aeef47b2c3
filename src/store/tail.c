#include "store/tail.h"

#include "log/journal_reader.h"

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

bool tail_mark_equal(struct tail_mark a, struct tail_mark b)
{
    return a.row == b.row && a.record == b.record;
}

int64_t tail_mark_groups(struct tail_mark after, struct tail_mark last)
{
    return last.row - after.row + last.record - after.record;
}

/* ---- looking ---- */

typedef enum outcome (*look_function)(struct journal_reader *reader, uint64_t merged, struct journal_state *out,
                                      struct error *error);

/* Of the journal; what was merged is asked before the file is looked at, so that nothing falls in between. */
static enum outcome look_at_journal(struct store *store, look_function look, struct journal_state *out, int64_t *merged,
                                    struct error *error)
{
    static const char select[] = "SELECT merged FROM journal";
    struct statement *s = database_statement(store_database(store), select);
    *merged = statement_row(s) ? statement_number(s, 0) : 0;
    if (statement_end(s, error) != OK) return FAILED;
    struct journal_reader *reader = store_journal(store, error);
    return reader ? look(reader, (uint64_t)*merged, out, error) : FAILED;
}

static enum outcome look_by(struct store *store, look_function look, struct tail_state *out, struct error *error)
{
    static const char select[] = "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'tail'), count(*), sum(events),"
                                 " sum(length(lines)) FROM tail";
    struct journal_state journal;
    int64_t merged;
    *out = (struct tail_state){0};
    if (look_at_journal(store, look, &journal, &merged, error) != OK) return FAILED;
    struct statement *s = database_statement(store_database(store), select);
    if (statement_row(s))
        *out = (struct tail_state){.last = {statement_number(s, 0), (int64_t)journal.last},
                                   .groups = (uint64_t)statement_number(s, 1) + journal.records,
                                   .events = (uint64_t)statement_number(s, 2) + journal.events,
                                   .bytes = (uint64_t)statement_number(s, 3) + journal.bytes,
                                   .merged = merged,
                                   .damaged = journal.damaged};
    return statement_end(s, error);
}

enum outcome tail_look(struct store *store, struct tail_state *out, struct error *error)
{
    return look_by(store, journal_glance, out, error);
}

enum outcome tail_check(struct store *store, struct tail_state *out, struct error *error)
{
    return look_by(store, journal_look, out, error);
}

enum outcome tail_look_on(struct store *store, const struct tail_state *before, struct tail_mark *last,
                          struct error *error)
{
    struct journal_state journal;
    struct journal_reader *reader = store_journal(store, error);
    if (!reader || journal_glance(reader, (uint64_t)before->merged, &journal, error) != OK) return FAILED;
    *last = (struct tail_mark){before->last.row, (int64_t)journal.last};
    return OK;
}

/* ---- reading ---- */

static enum outcome read_rows(struct store *store, int64_t after, int64_t last,
                              void (*take)(void *context, struct slice lines), void *context, struct error *error)
{
    static const char select[] = "SELECT lines FROM tail WHERE id > ?1 AND id <= ?2 ORDER BY id";
    struct statement *s = database_statement(store_database(store), select);
    statement_int(s, 1, after);
    statement_int(s, 2, last);
    while (statement_row(s)) take(context, statement_bytes(s, 0));
    return statement_end(s, error);
}

static enum outcome damaged_error(struct store *store, struct error *error)
{
    return error_set(error, FAILED, "%s: its tail holds what cannot be read; `masa doctor` tells more",
                     database_path(store_database(store)));
}

/* `after` negative: what is not merged. */
static enum outcome read_records(struct store *store, int64_t after, int64_t last,
                                 void (*take)(void *context, struct slice lines), void *context, struct error *error)
{
    struct journal_state journal;
    int64_t merged;
    if (look_at_journal(store, journal_glance, &journal, &merged, error) != OK) return FAILED;
    if (journal.damaged) return damaged_error(store, error);
    const int64_t before = merged;
    if (journal_each(store_journal(store, NULL), (uint64_t)(after < 0 ? merged : after), (uint64_t)last, take, context))
        return OK;
    /* What went while it was read was merged by somebody, and is met among the blocks. */
    if (look_at_journal(store, journal_look, &journal, &merged, error) != OK) return FAILED;
    if (journal.damaged) return damaged_error(store, error);
    if (merged > before || (after >= 0 && after < before)) return OK;
    return error_set(error, FAILED, "%s: its tail changed while it was read", database_path(store_database(store)));
}

enum outcome tail_records(struct store *store, void (*take)(void *context, struct slice lines), void *context,
                          struct error *error)
{
    return read_records(store, -1, INT64_MAX, take, context, error);
}

enum outcome tail_each(struct store *store, struct tail_mark last, void (*take)(void *context, struct slice lines),
                       void *context, struct error *error)
{
    const enum outcome outcome = read_records(store, -1, last.record, take, context, error);
    return outcome == OK ? read_rows(store, 0, last.row, take, context, error) : outcome;
}

enum outcome tail_between(struct store *store, struct tail_mark after, struct tail_mark last,
                          void (*take)(void *context, struct slice lines), void *context, struct error *error)
{
    const enum outcome outcome = read_records(store, after.record, last.record, take, context, error);
    return outcome == OK ? read_rows(store, after.row, last.row, take, context, error) : outcome;
}

enum outcome tail_drop(struct store *store, struct tail_mark last, struct error *error)
{
    static const char drop[] = "DELETE FROM tail WHERE id <= ?1";
    static const char mark[] = "UPDATE journal SET merged = ?1 WHERE merged < ?1";
    struct statement *s = database_statement(store_database(store), drop);
    statement_int(s, 1, last.row);
    enum outcome outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(store_database(store), mark);
    statement_int(s, 1, last.record);
    return statement_do(s, error);
}
