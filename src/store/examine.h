/* Looks at every event of a store, for `masa doctor`: whether it can be read, and how much it all is. */
#ifndef MASA_STORE_EXAMINE_H
#define MASA_STORE_EXAMINE_H

#include "store/names.h"
#include "store/store.h"

struct examination {
    uint64_t blocks, events, senders, tail_groups, tail_events;
    uint64_t bytes; /* of blocks and cold texts */
    uint64_t problems;
};

struct examine_watch {
    void *context;
    void (*tell)(void *context, struct slice problem); /* of every problem, a sentence each */
    /* Of every sender in blocks, by enum sender_kind (collect.h); what is wrong with its being there, or NULL. */
    const char *(*sender)(void *context, unsigned kind, struct slice key);
};

/* FAILED only when the file cannot be looked at at all. */
enum outcome store_examine(struct store *store, struct examination *out, const struct examine_watch *watch,
                           struct error *error);

/* A copy of the store as it is at this moment, made while others read and write; the file must not be there. */
enum outcome store_copy(struct store *store, const char *path, struct error *error);

#endif
