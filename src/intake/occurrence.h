/* Ids for rows that came without one: a digest of the content, and how many times that content has come in the file so
 * far. The same file read again, by any number of threads, gives the same ids. */
#ifndef MASA_INTAKE_OCCURRENCE_H
#define MASA_INTAKE_OCCURRENCE_H

#include "base/slice.h"

struct digest {
    uint64_t a, b;
};

/* Digests of nested content are made of the digests of its parts. */
struct digest digest_bytes(char kind, struct slice bytes);
/* Order matters. */
struct digest digest_join(struct digest left, struct digest right);
/* Order does not matter: for the members of an object. */
static inline struct digest digest_add(struct digest sum, struct digest member)
{
    return (struct digest){sum.a + member.a, sum.b + member.b};
}

struct occurrences;
struct occurrences *occurrences_new(void);
void occurrences_free(struct occurrences *occurrences);
/* 1 the first time. May be called by several threads. */
uint64_t occurrences_count(struct occurrences *occurrences, struct digest digest);

enum { DIGEST_ID_MAX = 64 };
/* "#" and the digest in hexadecimal, "-" and the number. Returns the length. */
size_t digest_id(struct digest digest, uint64_t occurrence, char out[DIGEST_ID_MAX]);

#endif
