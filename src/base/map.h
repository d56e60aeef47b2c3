/* A table from text to a 32-bit number, typically an index. Keys are borrowed unless map_put_copy is used with an
 * arena; iteration is by insertion order through map_key / map_value. Keys are never removed. */
#ifndef MASA_BASE_MAP_H
#define MASA_BASE_MAP_H

#include "base/arena.h"

struct map_entry {
    struct slice key;
    uint64_t hash;
    uint32_t value;
};

struct map {
    struct map_entry *entries; /* in order of insertion */
    uint32_t *slots;           /* entry index + 1; 0 is free */
    uint32_t count, cap, mask;
};

#define MAP_NONE UINT32_MAX

void map_init(struct map *m);
void map_release(struct map *m);
/* Forgets all keys and keeps the memory, for the next as many. */
void map_clear(struct map *m);
/* MAP_NONE when absent. */
uint32_t map_get(const struct map *m, struct slice key);
/* The value in the table afterwards: `value` for a new key, the old one when the key was there. */
uint32_t map_put(struct map *m, struct slice key, uint32_t value);
/* The same for who knows slice_hash of the key. */
uint32_t map_put_hashed(struct map *m, struct slice key, uint64_t hash, uint32_t value);
uint32_t map_put_copy(struct map *m, struct arena *arena, struct slice key, uint32_t value);
/* Replaces or adds. */
void map_set(struct map *m, struct slice key, uint32_t value);

#endif
