/* Who was found by which secret, remembered: what a session or a key stands for, until something in the store that
 * decides about it changes. Of access itself only; guarded by its mutex. */
#ifndef MASA_ACCESS_CACHE_H
#define MASA_ACCESS_CACHE_H

#include "access/identity.h"
#include "access/secret.h"
#include "intake/permit.h"

enum cache_kind { CACHE_NOTHING, CACHE_SESSION, CACHE_API_KEY, CACHE_WRITE_KEY };

struct cache_entry {
    struct digest key; /* of the secret that was shown */
    enum cache_kind kind;
    struct identity who;       /* of a session or an API key */
    int64_t id;                /* of the row */
    int64_t seen_at, noted_at; /* last used; and last written down */
    int64_t expires_at;
    struct slice source, origins; /* of a write key; the cache's own copy */
    struct permit permit;         /* so is its text */
};

enum { CACHE_ENTRIES = 1024 };

struct cache {
    struct cache_entry entries[CACHE_ENTRIES];
    int64_t data_version, epoch; /* of the store, when the entries were right */
    int64_t hits, misses;
};

struct cache *cache_new(void);
void cache_free(struct cache *cache);
void cache_clear(struct cache *cache);
/* NULL when it is not there. */
struct cache_entry *cache_find(struct cache *cache, enum cache_kind kind, const struct digest *key);
/* In the place of whoever stood there; copies the texts. */
struct cache_entry *cache_put(struct cache *cache, const struct cache_entry *entry);

#endif
