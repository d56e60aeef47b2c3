/* `masa erase`: whoever asked to be forgotten is taken out of the store for good (ruling 10). */
#ifndef MASA_APP_ERASE_H
#define MASA_APP_ERASE_H

#include "access/identity.h"
#include "access/world.h"
#include "app/run.h"

struct erase_asked {
    const char *db;
    /* Ids of persons (or "anon:ID") of whom it is said now that they are to be erased. With them, and without any,
     * whatever the log asks for is carried out. */
    const struct slice *ids;
    size_t count;
    struct world world;
    const struct identity *who; /* who asks; NULL: the command line */
};

/* What was taken, and from where. */
struct erase_receipt {
    int64_t number, at; /* of the erasure; when it was asked for */
    struct slice residue;
    uint64_t ids, blocks, events, kept, mentions, facts, audit;
};
struct erase_done {
    struct arena arena;
    const struct erase_receipt *receipts;
    size_t count;
    /* False: somebody was reading, or a service still has to merge, so that the write-ahead log or the journal beside
     * the store holds what was. */
    bool log_emptied;
};

/* Each person in a transaction of its own; what was done before a failure is told. To be released in any case. */
enum outcome erase_persons(const struct erase_asked *asked, struct erase_done *done, struct error *error);
void erase_done_release(struct erase_done *done);

/* Who would be erased under an id, and what of them: nothing is changed, but that what waits is merged. To be released
 * in any case. */
struct erase_look {
    struct arena arena;
    struct slice person; /* the id it goes by */
    const struct slice *users, *anonymous;
    size_t user_count, anonymous_count;
    uint64_t events, kept, mentions, blocks; /* all 0: nothing is known of it */
};
enum outcome erase_look_at(const char *db, struct slice id, const struct world *world, struct erase_look *out,
                           struct error *error);
void erase_look_release(struct erase_look *look);

/* What it says, as the store keeps it: JSON. */
void erase_receipt_write(const struct erase_receipt *receipt, struct buffer *out);

#endif
