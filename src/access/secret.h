/* Secrets that are random texts: session ids, one-time links, keys. Whoever holds the text has it; the store keeps a
 * digest, from which the text cannot be found. */
#ifndef MASA_ACCESS_SECRET_H
#define MASA_ACCESS_SECRET_H

#include "access/world.h"
#include "base/slice.h"

enum { SECRET_TEXT = 43 /* 256 bits in base64url */, SECRET_SIZE = SECRET_TEXT + 1, DIGEST_BYTES = 32 };

struct digest {
    char bytes[DIGEST_BYTES];
};

void secret_make(const struct world *world, char out[SECRET_SIZE]);
struct digest secret_digest(struct slice secret);
/* Another secret that only who knows the first can work out, one for each purpose. The first may be of any length. */
void secret_derive(struct slice secret, struct slice purpose, char out[SECRET_SIZE]);

/* In a time that does not depend on where they differ. Lengths are no secret. */
bool secret_equal(struct slice a, struct slice b);

static inline struct slice digest_slice(const struct digest *digest)
{
    return slice_of(digest->bytes, DIGEST_BYTES);
}

#endif
