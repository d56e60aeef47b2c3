#include "access/cache.h"

#include <stdlib.h>

#include "base/memory.h"

struct cache *cache_new(void)
{
    struct cache *cache = memory_new(sizeof *cache);
    cache->data_version = cache->epoch = -1;
    return cache;
}

static void empty(struct cache_entry *entry)
{
    free((char *)entry->source.ptr);
    free((char *)entry->origins.ptr);
    free((char *)entry->permit.events.ptr);
    *entry = (struct cache_entry){0};
}

void cache_clear(struct cache *cache)
{
    for (size_t i = 0; i < CACHE_ENTRIES; i++)
        if (cache->entries[i].kind) empty(&cache->entries[i]);
}

void cache_free(struct cache *cache)
{
    if (!cache) return;
    cache_clear(cache);
    free(cache);
}

static struct cache_entry *place_of(struct cache *cache, const struct digest *key)
{
    return &cache->entries[slice_load_8(key->bytes) % CACHE_ENTRIES];
}

struct cache_entry *cache_find(struct cache *cache, enum cache_kind kind, const struct digest *key)
{
    struct cache_entry *entry = place_of(cache, key);
    const bool found = entry->kind == kind && secret_equal(digest_slice(&entry->key), digest_slice(key));
    cache->hits += found;
    cache->misses += !found;
    return found ? entry : NULL;
}

static struct slice copy(struct slice text)
{
    if (!text.len) return slice_of(NULL, 0);
    char *own = memory_new(text.len);
    memcpy(own, text.ptr, text.len);
    return slice_of(own, text.len);
}

struct cache_entry *cache_put(struct cache *cache, const struct cache_entry *entry)
{
    struct cache_entry *place = place_of(cache, &entry->key);
    if (place->kind) empty(place);
    *place = *entry;
    place->source = copy(entry->source);
    place->origins = copy(entry->origins);
    place->permit.events = copy(entry->permit.events);
    return place;
}
