/* The keys of JSON objects as they come by: each distinct key, where it stands, is learned once, with what it leads to,
 * so that meeting it again costs a comparison. Remembers which key followed which, since lines of a file look alike,
 * and in which object a key was last met, so that a key met twice in one object is noticed. */
#ifndef MASA_INTAKE_KEYS_H
#define MASA_INTAKE_KEYS_H

#include "intake/shape.h"

struct known_key {                 /* 64 bytes, one line of the cache */
    uint64_t head[2];              /* the first sixteen bytes as written, zeros behind a shorter key */
    const char *raw;               /* as written, escapes and all, in the arena */
    const struct shape_node *node; /* NULL: nobody asks */
    uint32_t len;                  /* of raw */
    uint32_t context;              /* the place of the object it is in */
    uint32_t inside;               /* the place of objects under it */
    uint32_t plain;                /* the entry of the same key without escapes */
    uint32_t next; /* the entry that last came after this one, and the first one under it: guesses, or KEYS_NONE */
    uint32_t first;
    uint32_t seen; /* serial of the object it was last met in */
    int32_t cell;  /* where its value goes: the only cell, KEY_UNASKED or KEY_MANY */
};

enum { KEY_UNASKED = -1, KEY_MANY = -2 };

struct keys {
    struct arena arena;
    struct known_key *at;
    uint32_t *slots; /* entry + 1 */
    uint32_t count, cap, mask;
    uint32_t places;
    uint32_t first;  /* of the outermost object */
    uint32_t serial; /* of the last object */
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
    memcpy(head, raw.ptr, 2 * sizeof *head);
    if (raw.len < 8) {
        head[0] &= (UINT64_C(1) << 8 * raw.len) - 1;
        head[1] = 0;
    } else if (raw.len < 16) {
        head[1] &= (UINT64_C(1) << 8 * (raw.len - 8)) - 1;
    }
}

static inline bool keys_match(const struct known_key *key, uint32_t context, struct slice raw, const uint64_t head[2])
{
    return key->head[0] == head[0] && key->head[1] == head[1] && key->len == raw.len && key->context == context &&
           (raw.len <= 16 || memcmp(key->raw + 16, raw.ptr + 16, raw.len - 16) == 0);
}

#endif
