#include "intake/keys.h"

#include <stdlib.h>

#include "base/memory.h"
#include "value/json_text.h"

enum { KEYS_KEPT = 1 << 14, FIRST_SLOTS = 256 };

static const uint32_t SERIAL_MAX = UINT32_C(3) << 30; /* no chunk holds a quarter of all serials */

/* Marks the context of a plain key that holds a backslash, which as written text would mean another key. */
static const uint32_t plain_only = UINT32_C(1) << 31;

void keys_init(struct keys *keys)
{
    *keys = (struct keys){.places = KEYS_ROOT + 1, .first = KEYS_NONE};
    arena_init(&keys->arena);
}

void keys_release(struct keys *keys)
{
    free(keys->at);
    free(keys->slots);
    arena_release(&keys->arena);
    keys_init(keys);
}

void keys_trim(struct keys *keys)
{
    if (keys->count > KEYS_KEPT || keys->serial > SERIAL_MAX) keys_release(keys);
}

static uint32_t *find_slot(const struct keys *keys, uint32_t context, struct slice raw, const uint64_t head[2])
{
    uint64_t hash =
        (head[0] ^ (head[1] * 0x9e3779b97f4a7c15u) ^ ((uint64_t)raw.len << 32 | context)) * 0xd1b54a32d192ed03u;
    uint32_t i = (uint32_t)(hash >> 32) & keys->mask;
    while (keys->slots[i] && !keys_match(&keys->at[keys->slots[i] - 1], context, raw, head)) i = (i + 1) & keys->mask;
    return &keys->slots[i];
}

static void grow(struct keys *keys)
{
    uint32_t slots = keys->slots ? (keys->mask + 1) * 2 : FIRST_SLOTS;
    free(keys->slots);
    keys->slots = memory_new(slots * sizeof *keys->slots);
    keys->mask = slots - 1;
    keys->cap = slots / 2;
    keys->at = memory_grow(keys->at, keys->cap * sizeof *keys->at);
    for (uint32_t i = 0; i < keys->count; i++) {
        const struct known_key *key = &keys->at[i];
        *find_slot(keys, key->context, slice_of(key->raw, key->len), key->head) = i + 1;
    }
}

static uint32_t learn(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw,
                      const uint64_t head[2])
{
    if (keys->count == keys->cap) grow(keys);
    uint32_t *slot = find_slot(keys, context, raw, head);
    if (*slot) return *slot - 1;
    uint32_t index = keys->count++;
    struct known_key *key = &keys->at[index];
    *key = (struct known_key){.head = {head[0], head[1]},
                              .raw = arena_slice(&keys->arena, raw).ptr,
                              .len = (uint32_t)raw.len,
                              .context = context,
                              .plain = index,
                              .next = KEYS_NONE,
                              .first = KEYS_NONE,
                              .node = shape_child(node, raw),
                              .inside = keys->places++};
    key->cell = !key->node || !key->node->cell_count ? KEY_UNASKED
                : key->node->cell_count == 1         ? key->node->cells[0]
                                                     : KEY_MANY;
    *slot = index + 1;
    return index;
}

static bool has_escape(struct slice s)
{
    return s.len && memchr(s.ptr, '\\', s.len);
}

uint32_t keys_find(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw,
                   const uint64_t head[2])
{
    uint32_t slot = keys->count ? *find_slot(keys, context, raw, head) : 0;
    if (slot) return slot - 1;
    if (!has_escape(raw)) return learn(keys, node, context, raw, head);
    char *text = arena_zero(&keys->arena, raw.len + 2 * sizeof *head);
    ptrdiff_t len = json_unescape(raw, text);
    if (len < 0) return KEYS_NONE;
    struct slice plain = slice_of(text, (size_t)len);
    uint64_t plain_head[2];
    keys_head(plain, plain_head);
    uint32_t same = learn(keys, node, has_escape(plain) ? context | plain_only : context, plain, plain_head);
    uint32_t index = learn(keys, NULL, context, raw, head);
    keys->at[index].node = keys->at[same].node;
    keys->at[index].inside = keys->at[same].inside;
    keys->at[index].cell = keys->at[same].cell;
    keys->at[index].plain = same;
    return index;
}
