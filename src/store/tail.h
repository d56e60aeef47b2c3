/* The live end of the log: commit groups of canonical lines, each a row, until they are merged into blocks. */
#ifndef MASA_STORE_TAIL_H
#define MASA_STORE_TAIL_H

#include "log/log.h"
#include "store/store.h"

/* Appends to the tail of the store: one statement, one transaction, one sync. */
struct log_port tail_port(struct store *store);

struct tail_state {
    int64_t last; /* id of the newest row; 0: none */
    uint64_t rows, events, bytes;
};
enum outcome tail_look(struct store *store, struct tail_state *out, struct error *error);

/* Calls `take` with the lines of each row up to `last`, oldest first. */
enum outcome tail_each(struct store *store, int64_t last, void (*take)(void *context, struct slice lines),
                       void *context, struct error *error);
/* The same with the rows after `after`. */
enum outcome tail_between(struct store *store, int64_t after, int64_t last,
                          void (*take)(void *context, struct slice lines), void *context, struct error *error);
/* Forgets the rows up to `last`. Their ids are not given again. */
enum outcome tail_drop(struct store *store, int64_t last, struct error *error);

#endif
