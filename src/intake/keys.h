/* The keys of JSON objects as they come by: each distinct key, where it stands, is learned once, with what it leads to,
 * so that meeting it again costs a look into a table and a comparison. Every key has a bit among those of its object,
 * so that a key met twice in one object is noticed. */
#ifndef MASA_INTAKE_KEYS_H
#define MASA_INTAKE_KEYS_H

#include "base/vector.h"
#include "intake/shape.h"

struct known_key {                 /* 64 bytes, one line of the cache */
    uint64_t head[2];              /* the first sixteen bytes as written, noughts behind a shorter key */
    uint64_t bit;                  /* one of the first 64 keys of its place; 0: of the others */
    const char *raw;               /* as written, escapes and all, in the arena */
    const struct shape_node *node; /* NULL: nobody asks */
    uint32_t len;                  /* of raw */
    uint32_t context;              /* the place of the object it is in */
    uint32_t inside;               /* the place of objects under it */
    uint32_t plain;                /* the entry of the same key without escapes */
    uint32_t seen;                 /* serial of the object it was last met in; of keys without a bit */
    int32_t cell;                  /* where its value goes: the only cell, KEY_UNASKED or KEY_MANY */
};

enum { KEY_UNASKED = -1, KEY_MANY = -2 };

struct keys {
    struct arena arena;
    struct known_key *at; /* the first is none of them: it matches nothing */
    uint32_t *slots;      /* by hash: the entry, or the first */
    uint32_t count, cap, mask;
    VECTOR(uint32_t) places; /* by place: how many keys it has */
    uint32_t serial;         /* of the last object */
};

enum { KEYS_ROOT = 0 };
#define KEYS_NONE UINT32_MAX

void keys_init(struct keys *keys);
void keys_release(struct keys *keys);
/* Forgets everything when more was learned than files made by programs have, or serials run out; called between lines.
 */
void keys_trim(struct keys *keys);

/* The entry of a key in an object at `context` described by `node`. KEYS_NONE when its escapes are broken. */
uint32_t keys_find(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw,
                   const uint64_t head[2]);

/* Sixteen bytes from the key's start must be readable. */
static inline void keys_head(struct slice raw, uint64_t head[2])
{
    static const uint64_t masks[] = {~UINT64_C(0), ~UINT64_C(0), 0, 0};
    const char *mask = (const char *)masks + 16 - (raw.len < 16 ? raw.len : 16);
    head[0] = slice_load_8(raw.ptr) & slice_load_8(mask);
    head[1] = slice_load_8(raw.ptr + 8) & slice_load_8(mask + 8);
}

static inline uint32_t keys_hash(uint32_t context, struct slice raw, const uint64_t head[2])
{
    const uint64_t where = (uint64_t)raw.len << 32 | context;
    return (uint32_t)(((head[0] ^ head[1] * HASH_K0 ^ where) * HASH_K1) >> 32);
}

static inline bool keys_match(const struct known_key *key, uint32_t context, struct slice raw, const uint64_t head[2])
{
    return key->head[0] == head[0] && key->head[1] == head[1] && key->len == raw.len && key->context == context &&
           (raw.len <= 16 || memcmp(key->raw + 16, raw.ptr + 16, raw.len - 16) == 0);
}

/* The entry that stands first where the key would; 0 when it is another's. */
static inline uint32_t keys_look(const struct keys *keys, uint32_t context, struct slice raw, const uint64_t head[2])
{
    const uint32_t key = keys->slots[keys_hash(context, raw, head) & keys->mask];
    return keys_match(&keys->at[key], context, raw, head) ? key : 0;
}

#endif
