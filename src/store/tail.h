/* The live end of the log: commit groups of canonical lines, until they are merged into blocks. A service keeps them in
 * a journal beside the store's file (store/tail_log.h); who appends without one makes rows of the table `tail`. Readers
 * see both. */
#ifndef MASA_STORE_TAIL_H
#define MASA_STORE_TAIL_H

#include "log/log.h"
#include "store/store.h"

/* Appends a row to the store's file: one statement, one transaction, one sync. */
struct log_port tail_port(struct store *store);

/* How far somebody has come: the last row, and the last record of the journal. */
struct tail_mark {
    int64_t row, record;
};
#define TAIL_END ((struct tail_mark){INT64_MAX, INT64_MAX})
bool tail_mark_equal(struct tail_mark a, struct tail_mark b);
/* How many groups lie between two marks, if none was refused. */
int64_t tail_mark_groups(struct tail_mark after, struct tail_mark last);

struct tail_state {
    struct tail_mark last;          /* the newest ever; zeros: none */
    uint64_t groups, events, bytes; /* not merged yet */
    int64_t merged;                 /* record of the journal up to which all is */
    uint64_t damaged;               /* groups of the journal that cannot be read, though later ones can */
};
enum outcome tail_look(struct store *store, struct tail_state *out, struct error *error);
/* The same, and reads all of it: only then `damaged` counts what nobody has tried to read yet. */
enum outcome tail_check(struct store *store, struct tail_state *out, struct error *error);
/* Only how far it goes, when nobody has written to the store's file since that look (database_version): the journal
 * alone may have grown. */
enum outcome tail_look_on(struct store *store, const struct tail_state *before, struct tail_mark *last,
                          struct error *error);

/* Calls `take` with the lines of each group up to `last` that is not merged yet, oldest first. */
enum outcome tail_each(struct store *store, struct tail_mark last, void (*take)(void *context, struct slice lines),
                       void *context, struct error *error);
/* The same with the groups after `after`; some that are merged already may still be there. */
enum outcome tail_between(struct store *store, struct tail_mark after, struct tail_mark last,
                          void (*take)(void *context, struct slice lines), void *context, struct error *error);
/* Only what stands in the journal. */
enum outcome tail_records(struct store *store, void (*take)(void *context, struct slice lines), void *context,
                          struct error *error);
/* Within the caller's transaction: all up to `last` is merged. No mark is given twice. */
enum outcome tail_drop(struct store *store, struct tail_mark last, struct error *error);

#endif
