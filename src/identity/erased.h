/* The keys of those who were erased, kept as keyed hashes only: enough to recognise a key that comes in again, and to
 * refuse what comes with it (reason "erased"), not enough to learn a key from. The hash is the caller's, for this floor
 * knows no secret. */
#ifndef MASA_IDENTITY_ERASED_H
#define MASA_IDENTITY_ERASED_H

#include "base/map.h"

enum { ERASED_HASH_BYTES = 16 };

struct erased_hash {
    /* A keyed hash that nobody without the key can work out or invert. */
    void (*make)(void *context, struct slice key, uint8_t out[ERASED_HASH_BYTES]);
    void *context;
};

/* Kinds of keys are told apart: somebody's anonymous id is not somebody else's user id. */
enum erased_kind { ERASED_USER, ERASED_ANONYMOUS };

struct erased {
    struct erased_hash hash;
    struct arena arena;
    struct map hashes;
};

void erased_init(struct erased *erased, struct erased_hash hash);
void erased_release(struct erased *erased);

/* Made for keeping: what the log says of an erasure. */
void erased_digest(const struct erased *erased, enum erased_kind kind, struct slice key,
                   uint8_t out[ERASED_HASH_BYTES]);
void erased_add(struct erased *erased, const uint8_t digest[ERASED_HASH_BYTES]);

/* Whether an event that names these keys is to be refused; either may be empty. */
bool erased_has(const struct erased *erased, struct slice user, struct slice anonymous);

#endif
