/* The tail of a store that is served: a journal beside its file (PATH-tail), owned by the one process that appends
 * much. It is there while that process runs, and after it was killed; when it ends well, what is not merged becomes
 * rows of the store and the file goes. */
#ifndef MASA_STORE_TAIL_LOG_H
#define MASA_STORE_TAIL_LOG_H

#include "store/tail.h"

struct tail_log;

/* `store` is used by whoever appends, and until it is closed. Where another process owns the journal already, rows are
 * made instead, as tail_port does. NULL: the error says why. */
struct tail_log *tail_log_open(struct store *store, struct error *error);
/* When nobody appends any more. */
enum outcome tail_log_close(struct tail_log *log, struct error *error);

/* For one caller at a time. */
struct log_port tail_log_port(struct tail_log *log);

/* Asks that nothing be left in the journal of what is merged, which its owner does (tail_log_wipe); *left: of some of
 * it the file does not know yet that it may go, or its owner has not done it within so many milliseconds. */
enum outcome tail_wipe(struct store *store, unsigned wait_ms, bool *left, struct error *error);

/* What was found wrong with a journal, and done about it. */
struct tail_mended {
    uint64_t damaged; /* records that cannot be read: lost */
    uint64_t kept;    /* the others, which are rows of the store now; the file is put aside as PATH-tail.damaged */
    bool served;      /* a service has it, so that nothing was done */
};
/* For `masa doctor`: a journal of which some cannot be read stops all reading until it is put aside. */
enum outcome tail_mend(struct store *store, struct tail_mended *out, struct error *error);

/* The owner's side, in a thread of its own with its own `store`. tail_log_turn, when it was asked for a wipe: from now
 * on appends go elsewhere, so that a merge makes all that stands there superfluous. */
bool tail_log_turn(struct tail_log *log, struct store *store);
enum outcome tail_log_wipe(struct tail_log *log, struct store *store, struct error *error);

#endif
