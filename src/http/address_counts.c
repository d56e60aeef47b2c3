#include "http/address_counts.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

/* Open addressing with linear probing; a removed entry's followers are moved up, so there are no tombstones. */
struct address_entry {
    struct address address;
    uint32_t count; /* 0: free */
};

struct address_counts {
    struct address_entry *entries;
    uint32_t mask, used;
};

struct address_counts *address_counts_new(void)
{
    struct address_counts *counts = memory_new(sizeof *counts);
    counts->mask = 63;
    counts->entries = memory_new((counts->mask + 1) * sizeof *counts->entries);
    return counts;
}

void address_counts_free(struct address_counts *counts)
{
    if (!counts) return;
    free(counts->entries);
    free(counts);
}

static uint32_t home_of(const struct address_counts *counts, struct address address)
{
    return (uint32_t)slice_hash(slice_of((const char *)address.bytes, sizeof address.bytes)) & counts->mask;
}

/* Where the address stands, or where it would be put. */
static uint32_t place_of(const struct address_counts *counts, struct address address)
{
    uint32_t i = home_of(counts, address);
    while (counts->entries[i].count && !address_equal(counts->entries[i].address, address)) i = (i + 1) & counts->mask;
    return i;
}

static void grow(struct address_counts *counts)
{
    struct address_entry *old = counts->entries;
    uint32_t size = counts->mask + 1;
    counts->mask = 2 * size - 1;
    counts->entries = memory_new((counts->mask + 1) * sizeof *counts->entries);
    for (uint32_t i = 0; i < size; i++)
        if (old[i].count) counts->entries[place_of(counts, old[i].address)] = old[i];
    free(old);
}

uint32_t address_count(const struct address_counts *counts, struct address address)
{
    return counts->entries[place_of(counts, address)].count;
}

uint32_t address_add(struct address_counts *counts, struct address address)
{
    if (2 * (counts->used + 1) > counts->mask) grow(counts);
    struct address_entry *entry = &counts->entries[place_of(counts, address)];
    if (!entry->count) {
        entry->address = address;
        counts->used++;
    }
    return ++entry->count;
}

static void remove_at(struct address_counts *counts, uint32_t hole)
{
    counts->used--;
    for (uint32_t i = (hole + 1) & counts->mask; counts->entries[i].count; i = (i + 1) & counts->mask) {
        uint32_t home = home_of(counts, counts->entries[i].address);
        /* It may fill the hole unless its home lies behind the hole. */
        if (((i - home) & counts->mask) < ((i - hole) & counts->mask)) continue;
        counts->entries[hole] = counts->entries[i];
        counts->entries[i].count = 0;
        hole = i;
    }
}

uint32_t address_drop(struct address_counts *counts, struct address address)
{
    uint32_t i = place_of(counts, address);
    assert(counts->entries[i].count);
    uint32_t left = --counts->entries[i].count;
    if (!left) remove_at(counts, i);
    return left;
}
