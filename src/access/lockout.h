/* How long who guesses has to wait: after some free tries each further one makes the wait twice as long, up to a most,
 * so that nobody is shut out for ever. In bounded room: when it is full, who failed least is forgotten. A keeper may
 * write down what failed, so that it counts when the program is started again. One for accounts, one for addresses; one
 * thread at a time. */
#ifndef MASA_ACCESS_LOCKOUT_H
#define MASA_ACCESS_LOCKOUT_H

#include <stdbool.h>

#include "access/world.h"
#include "base/slice.h"

struct lockout_rule {
    int free_tries;
    int64_t first, most; /* microseconds of waiting */
    int64_t forget;      /* after so long without a failure all is forgotten */
};

struct lockout;
struct lockout *lockout_new(struct lockout_rule rule, const struct world *world);
void lockout_free(struct lockout *lockout);

/* A try begins. The instant from which on it may be made, if that is later than `now`; else 0, and the try counts as
 * failed until it is told otherwise, so that many at once gain nothing. */
int64_t lockout_try(struct lockout *lockout, struct slice key, int64_t now);
/* The try that began has failed: until when the next has to wait, 0 when it has not. */
int64_t lockout_failed(struct lockout *lockout, struct slice key, int64_t now);
/* It has not: it counts no more, the others do. */
void lockout_take_back(struct lockout *lockout, struct slice key);
/* A key by its keyed digest. */
struct guesser {
    uint64_t key;
    int64_t last_at, until;
    int failures; /* 0: forgotten */
    bool kept;    /* inside */
};
enum { LOCKOUT_SECRET_BYTES = 16 };
struct lockout_keeper {
    void (*put)(void *context, const struct guesser *guesser);
    void *context;
};
/* Before anything is tried: whom to tell, and the secret of the digests that were kept. */
void lockout_keep(struct lockout *lockout, const unsigned char secret[LOCKOUT_SECRET_BYTES],
                  struct lockout_keeper keeper);
/* As it was kept. */
void lockout_restore(struct lockout *lockout, const struct guesser *guesser, int64_t now);
/* What failed is so: the keeper is told. */
void lockout_note(struct lockout *lockout, struct slice key);

/* All is forgiven. */
void lockout_forget(struct lockout *lockout, struct slice key);

#endif
