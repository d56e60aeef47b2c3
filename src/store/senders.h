/* A set of senders, by a digest of kind and key: whose events a reading gives. Two that share a digest (one pair among
 * billions) are both given, so whoever asks must bear a few events too many. Numbers beyond SENDER_KINDS are free for
 * other things that stand beside senders in a set; a reading passes them over. */
#ifndef MASA_STORE_SENDERS_H
#define MASA_STORE_SENDERS_H

#include "base/vector.h"
#include "intake/event.h"
#include "store/collect.h"

enum { SENDER_KIND_BITS = 3 };

/* The highest bits are those of the sender's hash, which name its slot. */
static inline uint64_t sender_digest(unsigned kind, struct slice key)
{
    return slice_hash(key) >> SENDER_KIND_BITS << SENDER_KIND_BITS | kind;
}
static inline unsigned sender_digest_kind(uint64_t digest)
{
    return digest & ((1u << SENDER_KIND_BITS) - 1);
}
/* Of whom an event comes from. */
uint64_t sender_of_event(const struct input_event *event);

struct senders {
    VECTOR(uint64_t) list; /* in the order in which they were added */
    uint32_t *table;       /* index in the list + 1; 0 is free */
    size_t mask;
};

void senders_init(struct senders *s);
void senders_release(struct senders *s);
/* False when it was there already. */
bool senders_add(struct senders *s, uint64_t digest);
bool senders_have(const struct senders *s, uint64_t digest);

#endif
