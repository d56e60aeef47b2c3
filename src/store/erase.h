/* Takes persons out of the store for good: their blocks are written anew without them, cold text too, and nothing of
 * the old ones stays in the file (secure_delete; the caller empties the write-ahead log). What they brought that is not
 * about them (events of deals, what a group call says of an account) stays, without them. */
#ifndef MASA_STORE_ERASE_H
#define MASA_STORE_ERASE_H

#include "base/map.h"
#include "base/zone.h"
#include "store/names.h"
#include "store/store.h"

struct erase_request {
    struct map users, anonymous; /* ids; what they map to does not matter */
    const struct slice *kept;    /* names of tracked events that are nobody's own (definition_personless) */
    size_t kept_count;
    const struct zone *zone; /* of the company */
};

struct erase_counts {
    uint64_t blocks;   /* written anew, or gone */
    uint64_t events;   /* gone */
    uint64_t kept;     /* of those: given back in `kept`, without the person */
    uint64_t mentions; /* events of others that named one of the ids: gone, or without it */
};

/* Within the caller's transaction; the tail must be empty. `kept` gets lines to be merged again. Adds to the counts. */
enum outcome store_erase(struct store *store, struct names *names, const struct erase_request *request,
                         struct erase_counts *counts, struct buffer *kept, struct error *error);

/* What store_erase would do, counted; nothing is changed. Of events that are not merged yet nothing is known. */
enum outcome store_erase_look(struct store *store, struct names *names, const struct erase_request *request,
                              struct erase_counts *counts, struct error *error);

#endif
