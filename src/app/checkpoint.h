/* The live tail of a store, merged into its blocks: beside a running service, again and again. */
#ifndef MASA_APP_CHECKPOINT_H
#define MASA_APP_CHECKPOINT_H

#include "app/run.h"
#include "store/merge.h"
#include "store/tail_log.h"

/* Merges what the tail holds now; appending goes on meanwhile, between the blocks. What was merged
 * before a failure stays in the tail and is merged again, each event once. OK also when there is nothing to do, or no
 * definition yet, without which nobody knows what to keep where. */
enum outcome checkpoint(const char *db, struct merge_counts *counts, struct error *error);

/* The same within the caller's transaction, for a run that has the store's definition, and with `lines` (canonical,
 * may be empty) beside those of the tail. The run's names become those of the store. */
enum outcome checkpoint_within(struct store *store, struct run *run, struct slice lines, struct error *error);

struct checkpointer;
struct checkpoint_rule {
    uint64_t events;  /* in the tail: merge at once */
    unsigned seconds; /* or when the tail was looked at and found filled this long ago; a large store waits for more */
    struct tail_log *log; /* of this process, wiped when that is asked for; may be NULL */
    /* Told of each merge, and of a failure, which is tried again. May be NULL. */
    void (*tell)(void *context, enum outcome outcome, const struct merge_counts *counts, const struct error *error);
    void *context;
};
/* A thread that does it by the rule; ends with a last merge. */
struct checkpointer *checkpointer_start(const char *db, struct checkpoint_rule rule);
void checkpointer_stop(struct checkpointer *c);

#endif
