/* Where a sender's events stand: kind and slot make a block's id. How many bits of a sender's hash name its slot grows
 * with the store, so that a block stays at some thousands of events. */
#ifndef MASA_STORE_PLACE_H
#define MASA_STORE_PLACE_H

#include "store/store.h"

enum { SLOT_BITS_MAX = 23, GENERATION_BITS = 16 };

/* Later generations stand beside a slot's block until they are merged. */
static inline int64_t block_id(unsigned kind, uint64_t slot, unsigned generation)
{
    return (int64_t)((uint64_t)kind << 40 | slot << GENERATION_BITS | generation);
}
static inline unsigned block_kind(int64_t id)
{
    return (unsigned)(id >> 40);
}
static inline uint64_t block_slot(int64_t id)
{
    return (uint64_t)id >> GENERATION_BITS & ((UINT64_C(1) << (40 - GENERATION_BITS)) - 1);
}

/* Bits in use; 0 and `empty` for a store without events. Who reads blocks by their slots reads this in the same moment
 * (database_moment): the bits of a store grow. */
enum outcome place_bits(struct database *db, int *bits, bool *empty, struct error *error);

/* How many events stand in blocks. */
enum outcome store_events(struct store *store, uint64_t *out, struct error *error);

struct placing {
    int bits; /* in which blocks are to stand */
    int was;  /* in which those that are there stand: fewer than `bits` when the store has outgrown its slots */
    bool empty;
};
/* Settles them before `fresh` events come, within a transaction that writes. */
enum outcome place_settle(struct store *store, uint64_t fresh, struct placing *out, struct error *error);

#endif
