/* The embedded store: one SQLite file that holds a company's log (packed blocks), its definitions, and what people
 * decided and set up, and beside it, while a service runs, the journal of what came last (tail_log.h). See migrations/
 * for its tables, block.h for the form of blocks. */
#ifndef MASA_STORE_STORE_H
#define MASA_STORE_STORE_H

#include "log/journal_reader.h"
#include "store/database.h"

struct store;

/* Opens a store; DATABASE_CREATE makes one where there is none. One of an earlier version is brought forward (when it
 * may be written to), after a copy of it was put beside it as PATH.vN.backup. NULL: the error says why. */
struct store *store_open(const char *path, enum database_mode mode, struct error *error);
void store_close(struct store *store);
struct database *store_database(struct store *store);

/* The journal beside the file, to be read; NULL: the error says why. `store_journal_path`: its name, ended by NUL. */
struct journal_reader *store_journal(struct store *store, struct error *error);
/* Gives the reader, which knows what it has looked at, to another opening of the same store. */
void store_pass_journal(struct store *from, struct store *to);
struct slice store_journal_path(struct store *store, struct arena *arena);
/* Whose it is. */
enum outcome store_journal_owner(struct store *store, uint8_t owner[JOURNAL_OWNER], struct error *error);

/* What this program makes: the number of the last migration. */
int store_version(void);

/* Settings kept in `meta`. An absent one reads as empty. The text lives in the arena. */
struct slice store_setting(struct database *db, const char *key, struct arena *arena);
enum outcome store_set(struct store *store, const char *key, struct slice value, struct error *error);

#endif
