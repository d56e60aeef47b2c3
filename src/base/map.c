#include "base/map.h"

#include <stdlib.h>

#include "base/memory.h"

void map_init(struct map *m)
{
    *m = (struct map){0};
}

void map_release(struct map *m)
{
    free(m->entries);
    free(m->slots);
    map_init(m);
}

void map_clear(struct map *m)
{
    if (m->count) memset(m->slots, 0, ((size_t)m->mask + 1) * sizeof *m->slots);
    m->count = 0;
}

static inline uint32_t *find_slot(const struct map *m, struct slice key, uint64_t hash)
{
    uint32_t i = (uint32_t)hash & m->mask;
    for (; m->slots[i]; i = (i + 1) & m->mask) {
        struct map_entry *e = &m->entries[m->slots[i] - 1];
        if (e->hash == hash && slice_equal_key(e->key, key)) break;
    }
    return &m->slots[i];
}

static void grow(struct map *m)
{
    uint32_t slots = m->cap ? (m->mask + 1) * 2 : 16;
    free(m->slots);
    m->slots = memory_new(slots * sizeof *m->slots);
    m->mask = slots - 1;
    m->cap = slots / 2;
    m->entries = memory_grow(m->entries, m->cap * sizeof *m->entries);
    for (uint32_t i = 0; i < m->count; i++) *find_slot(m, m->entries[i].key, m->entries[i].hash) = i + 1;
}

uint32_t map_get(const struct map *m, struct slice key)
{
    if (!m->count) return MAP_NONE;
    uint32_t at = *find_slot(m, key, slice_hash(key));
    return at ? m->entries[at - 1].value : MAP_NONE;
}

static inline uint32_t put(struct map *m, struct arena *arena, struct slice key, uint64_t hash, uint32_t value,
                           bool replace)
{
    if (m->count == m->cap) grow(m);
    uint32_t *slot = find_slot(m, key, hash);
    if (*slot) {
        struct map_entry *e = &m->entries[*slot - 1];
        if (replace) e->value = value;
        return e->value;
    }
    if (arena) key = arena_slice(arena, key);
    m->entries[m->count] = (struct map_entry){key, hash, value};
    *slot = ++m->count;
    return value;
}

uint32_t map_put(struct map *m, struct slice key, uint32_t value)
{
    return put(m, NULL, key, slice_hash(key), value, false);
}

uint32_t map_put_hashed(struct map *m, struct slice key, uint64_t hash, uint32_t value)
{
    return put(m, NULL, key, hash, value, false);
}

uint32_t map_put_copy(struct map *m, struct arena *arena, struct slice key, uint32_t value)
{
    return put(m, arena, key, slice_hash(key), value, false);
}

void map_set(struct map *m, struct slice key, uint32_t value)
{
    put(m, NULL, key, slice_hash(key), value, true);
}
