/* The versions of a definition that are in force when the log says so: offered, and signed by every side that must. */
#ifndef MASA_APP_PUBLISHED_H
#define MASA_APP_PUBLISHED_H

#include "app/recorded.h"
#include "runtime/version.h"

struct published {
    struct arena arena;
    struct version *versions; /* those of the history that name no time */
    size_t count;
    unsigned signers; /* of the version in force at the end */
    struct declaration_list declarations;
    struct run *runs; /* the log under the first definition, then each version, loaded */
    size_t run_count;
};

/* As recorded from a store without a definition of the caller's, the versions are those that the store was under.
 *
 * Puts in the place of publications without a time (INSTANT_NONE) when the log says that they took effect; those that
 * never did are left out. Reads the log once more when there is such a one. */
enum outcome published_settle(struct published *published, struct history *history, struct error *error);
void published_release(struct published *published);

#endif
