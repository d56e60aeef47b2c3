/* Which ids are one person. People say that two ids are one (a merge) or are not (an un-merge, which takes the merge
 * back as if it had never been said); of what was said about a pair the last counts. Persons are the groups that the
 * merges in force join.
 *
 * A person goes by one of their ids, the canonical one: the one first identified, at equal times the smallest, those
 * never identified after all others. The rest are aliases of it.
 *
 * Everything may be said in any order and any number of times; what comes out depends on what was said alone. Each
 * saying tells whose facts it changes, so that a service can fold just those anew. (Of a merged person's consents the
 * strictest is to hold, and what caps limit is to be counted over all the ids.)
 *
 * Each saying costs no more than the smaller of the two groups it joins or leaves, times a logarithm; a million
 * merges in a line, or all onto one id, said and taken back, a few million steps. (An un-merge after which the two are
 * still one, over others, may have to look at all of the group.) */
#ifndef MASA_IDENTITY_MERGE_H
#define MASA_IDENTITY_MERGE_H

#include "base/civil.h"
#include "base/slice.h"

/* What somebody said about two ids. Of one pair the greatest (at, source, id) counts. */
struct merge {
    struct slice a, b;
    int64_t at;
    uint64_t id; /* of the message, in the order of ids */
    uint16_t source;
    bool apart; /* an un-merge */
};

/* The persons whose facts a saying changes, by their canonical ids before and after it. */
struct merge_change {
    struct slice ids[2];
    size_t count;
};

struct merges;
struct merges *merges_new(void);
void merges_free(struct merges *m);

/* Texts are copied. */
struct merge_change merges_say(struct merges *m, const struct merge *merge);
/* The person was identified under this id at this time; of several the earliest counts. */
struct merge_change merges_identify(struct merges *m, struct slice id, int64_t at);

/* The id itself when nothing was said about it. */
struct slice merges_canonical(const struct merges *m, struct slice id);
/* How many ids are one with this one, itself included. */
size_t merges_size(const struct merges *m, struct slice id);

/* Every id that anything was said about, by number from 0 to merges_count. */
size_t merges_count(const struct merges *m);
struct slice merges_id(const struct merges *m, size_t number);

#endif
