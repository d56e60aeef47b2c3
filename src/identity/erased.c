#include "identity/erased.h"

#include "base/buffer.h"

void erased_init(struct erased *e, struct erased_hash hash)
{
    *e = (struct erased){.hash = hash};
    arena_init(&e->arena);
    map_init(&e->hashes);
}

void erased_release(struct erased *e)
{
    map_release(&e->hashes);
    arena_release(&e->arena);
}

void erased_digest(const struct erased *e, enum erased_kind kind, struct slice key, uint8_t out[ERASED_HASH_BYTES])
{
    struct buffer named;
    buffer_init(&named, BUFFER_NO_LIMIT);
    buffer_char(&named, kind == ERASED_USER ? 'u' : 'a');
    buffer_add(&named, key);
    e->hash.make(e->hash.context, buffer_slice(&named), out);
    buffer_release(&named);
}

void erased_add(struct erased *e, const uint8_t digest[ERASED_HASH_BYTES])
{
    map_put_copy(&e->hashes, &e->arena, slice_of((const char *)digest, ERASED_HASH_BYTES), 1);
}

static bool has(const struct erased *e, enum erased_kind kind, struct slice key)
{
    uint8_t digest[ERASED_HASH_BYTES];
    if (!key.len) return false;
    erased_digest(e, kind, key, digest);
    return map_get(&e->hashes, slice_of((const char *)digest, sizeof digest)) != MAP_NONE;
}

bool erased_has(const struct erased *e, struct slice user, struct slice anonymous)
{
    if (!e->hashes.count) return false; /* the usual case costs nothing */
    return has(e, ERASED_USER, user) || has(e, ERASED_ANONYMOUS, anonymous);
}
