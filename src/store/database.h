/* One connection to the store's SQLite file, and statements on it. A connection belongs to one thread at a time; a
 * process may hold several to one file: one writes, others read (write-ahead log, synchronous=FULL).
 *
 *     struct statement *s = database_statement(db, "SELECT data FROM block WHERE id = ?1");
 *     statement_int(s, 1, id);
 *     while (statement_row(s)) use(statement_bytes(s, 0));
 *     enum outcome outcome = statement_end(s, error);
 *
 * Statements are prepared once for each text and kept; the text must be a string constant. */
#ifndef MASA_STORE_DATABASE_H
#define MASA_STORE_DATABASE_H

#include "base/error.h"

struct database;
struct statement;

enum database_mode { DATABASE_READ, DATABASE_WRITE, DATABASE_CREATE /* if it is not there */ };

/* NULL when it cannot be opened, or is no database; the error names the file and says what helps. */
struct database *database_open(const char *path, enum database_mode mode, struct error *error);
void database_close(struct database *db);
/* The database of this moment in a new file, for its owner alone to read. */
enum outcome database_copy(struct database *db, const char *path, struct error *error);
const char *database_path(const struct database *db); /* as it was opened */
const char *database_file(const struct database *db); /* from the root on, links followed */

/* Runs statements that give no rows. */
enum outcome database_run(struct database *db, const char *sql, struct error *error);
/* A transaction that writes. What is rolled back was never there. */
enum outcome database_begin(struct database *db, struct error *error);
enum outcome database_commit(struct database *db, struct error *error); /* rolls back when it fails */
void database_rollback(struct database *db);
/* All that is read from here to the end is of one moment, that of the first statement, whatever others write. */
enum outcome database_moment(struct database *db, struct error *error);
void database_moment_end(struct database *db); /* also where none began */

/* Another number than before once another connection has written to the file. */
enum outcome database_version(struct database *db, int64_t *out, struct error *error);

/* The prepared statement, at its beginning, nothing bound. A text that does not prepare is a programmer's mistake, or
 * the file lacks the tables it should have: its rows then are none, and statement_end says why. */
struct statement *database_statement(struct database *db, const char *sql);

/* Binds parameter `index`, from 1. Bytes and text must stay until statement_end. */
void statement_int(struct statement *s, int index, int64_t value);
void statement_text(struct statement *s, int index, struct slice value);
void statement_bytes_in(struct statement *s, int index, struct slice value);
void statement_null(struct statement *s, int index);
void statement_int_or_null(struct statement *s, int index, int64_t value);       /* null when it is 0 */
void statement_text_or_null(struct statement *s, int index, struct slice value); /* null when it is empty */

/* Moves to the next row; false at the end and when it failed. */
bool statement_row(struct statement *s);
/* Column `index`, from 0, valid until the next row. NULL reads as 0, or as the empty slice. */
int64_t statement_number(struct statement *s, int index);
struct slice statement_bytes(struct statement *s, int index);
bool statement_is_null(struct statement *s, int index);
/* Ends the statement, so that it can be used again. OK, FAILED, or NO_ROOM. */
enum outcome statement_end(struct statement *s, struct error *error);
/* Runs to the end, no rows wanted. */
enum outcome statement_do(struct statement *s, struct error *error);

/* From here on what is written goes to its place at once, and only pages that were there before are copied to a
 * journal: half the writing for who fills an empty file, and as safe. Nobody else can read until database_shared. When
 * somebody has the file open, nothing changes. */
void database_alone(struct database *db);
void database_shared(struct database *db);
/* Between the two, from any thread: what was written so far begins its way to the disk, so that less is left to wait
 * for when the transaction ends. */
void database_push(struct database *db);

int64_t database_last_id(struct database *db); /* of the row inserted last */
int64_t database_changed(struct database *db); /* rows, by the statement that ended last */

#endif
