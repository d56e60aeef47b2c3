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

/* Bits in use; 0 and `empty` for a store without events. */
enum outcome place_bits(struct store *store, int *bits, bool *empty, struct error *error);
/* Settles the bits before `fresh` events come: those of a first merge stay (a store that grows to many times its size
 * has larger blocks). */
enum outcome place_settle(struct store *store, uint64_t fresh, int *bits, bool *empty, struct error *error);

#endif
