/* Puts gathered events into the store's blocks: with what is there already, each event once (ruling 5). */
#ifndef MASA_STORE_MERGE_H
#define MASA_STORE_MERGE_H

#include "store/collect.h"
#include "store/store.h"

struct merge_counts {
    uint64_t accepted;
    uint64_t duplicate; /* the same event, known already or twice among the new ones */
    uint64_t conflicts; /* of the accepted: another copy of the event says something else; all are kept */
};

/* For others who want to write: called between blocks, each time so many events were written, to commit and begin
 * again. What is committed is good by itself: what was not merged yet, the caller has still. When it fails, so does the
 * merge. */
struct merge_breaks {
    uint64_t events;
    enum outcome (*take)(void *context, struct error *error);
    void *context;
};

/* Merges what `collectors` hold, on so many threads as there are collectors, within the transaction the caller began.
 * Adds to `counts`. FAILED or NO_ROOM: the caller rolls back. Breaks are for one collector; NULL: all or nothing. */
enum outcome store_merge(struct store *store, struct names *names, struct collector *const *collectors, int count,
                         const struct merge_breaks *breaks, struct merge_counts *counts, struct error *error);

#endif
