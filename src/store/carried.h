/* What an export carries beside events, so that the store which imports it is the same: definitions with their
 * signatures and times, money spent, who was erased (by keyed digests), and of people's work who they are, their saved
 * views, the topics of the meeting and the register of decisions. A line each, that begins with {"masa":"KIND".
 *
 * Not carried is what lets somebody in or tells on them: passwords, sessions, links, keys, the audit trail. */
#ifndef MASA_STORE_CARRIED_H
#define MASA_STORE_CARRIED_H

#include "base/buffer.h"
#include "store/store.h"

/* Every line, in an order that follows from what they say. */
enum outcome carried_write(struct store *store, void (*take)(void *context, struct slice line), void *context,
                           struct error *error);

bool carried_is(struct slice line);

/* Lines of an export, without their ends, in their order. */
struct carried_lines {
    struct slice *at;
    size_t count, cap; /* for the vector macros */
};
struct carried_counts {
    uint64_t taken;  /* what was not there */
    uint64_t passed; /* there already; or of people, whom only a store without any takes, and of what is theirs */
};
/* Takes them in, in a transaction of its own; what is there stays. A line of another kind, or one that is none, is an
 * error that names it, and nothing is taken. */
enum outcome carried_take(struct store *store, const struct carried_lines *lines, struct carried_counts *counts,
                          struct error *error);

#endif
