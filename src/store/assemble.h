/* The workbench of a merge: events of a range of senders, from blocks and from collectors, brought together, each once,
 * in order, and cut into new blocks. One for each thread, used for range after range. */
#ifndef MASA_STORE_ASSEMBLE_H
#define MASA_STORE_ASSEMBLE_H

#include "store/collect.h"
#include "store/merge.h"

struct assembly;
/* The names are those of all that is added. */
struct assembly *assembly_new(struct names *names);
void assembly_free(struct assembly *a);
/* Forgets all events, for the next range. */
void assembly_clear(struct assembly *a, enum sender_kind kind);

/* Events known already: of those senders whose hash begins with the `bits` bits of `range`. The block's texts must stay
 * until assembly_clear: they may be of assembly_arena. */
void assembly_add_block(struct assembly *a, const struct block *block, int bits, uint64_t range);
/* New ones: a partition of a collector, whose number tells collectors apart. */
void assembly_add_partition(struct assembly *a, const struct collector *c, int number, uint32_t partition);
/* For what lives as long as the events. */
struct arena *assembly_arena(struct assembly *a);
size_t assembly_events(const struct assembly *a);

/* Drops repetitions, sorts, and gives senders to slots by this many highest bits of their hash; adds to the counts.
 * `hot` are the paths that the new ones' contents hold. */
void assembly_settle(struct assembly *a, int slot_bits, const uint32_t *hot, size_t hot_count,
                     struct merge_counts *counts);
/* Gives the block of one slot after the other, in order; false after the last. After assembly_settle; the block is
 * borrowed until the next call. */
bool assembly_next(struct assembly *a, uint64_t *slot, struct block *out);

#endif
