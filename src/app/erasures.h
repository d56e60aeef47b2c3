/* Who a store erased: by keyed digests of their ids, so that what comes again is refused, and what stays of them. */
#ifndef MASA_APP_ERASURES_H
#define MASA_APP_ERASURES_H

#include "access/world.h"
#include "base/arena.h"
#include "definition/model.h"
#include "identity/erased.h"
#include "intake/event.h"
#include "store/store.h"

enum { ERASURE_SECRET_BYTES = 32 };

struct erasure {
    int64_t at;           /* when it was asked for */
    struct slice residue; /* the name that what stays goes by; empty: nothing stays */
    struct slice facts;   /* of the residue: lines of masa facts --mode recorded */
};

struct erasures {
    struct arena arena;
    unsigned char secret[ERASURE_SECRET_BYTES];
    bool has_secret;
    struct erased erased;
    const struct erasure *list; /* in order of asking */
    size_t count;
};

/* Stays where it is until it is released, also when this fails. */
enum outcome erasures_load(struct store *store, struct erasures *out, struct error *error);
void erasures_release(struct erasures *e);

/* Whether the event names somebody who was erased. `with`: which of its values says with whom one is merged; NONE: that
 * is not looked at. From any thread. */
bool erasures_refuse(const struct erasures *e, const struct input_event *event, uint32_t with);
/* How many were asked for by then. */
size_t erasures_until(const struct erasures *e, int64_t at);

/* The secret, made within the caller's transaction when there is none yet. */
enum outcome erasures_need_secret(struct store *store, struct erasures *e, const struct world *world,
                                  struct error *error);

#endif
