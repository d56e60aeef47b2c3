#include "intake/keys.h"

#include <stdlib.h>

#include "base/memory.h"
#include "value/json_text.h"

enum { KEYS_KEPT = 1 << 14, FIRST_SLOTS = 256 };

static const uint32_t SERIAL_MAX = UINT32_C(3) << 30; /* no chunk holds a quarter of all serials */

/* Marks the context of a plain key that holds a backslash, which as written text would mean another key. */
static const uint32_t plain_only = UINT32_C(1) << 31;

static void make_slots(struct keys *keys, uint32_t slots);

void keys_init(struct keys *keys)
{
    *keys = (struct keys){.count = 1};
    arena_init(&keys->arena);
    vector_push(&keys->places, 0);
    make_slots(keys, FIRST_SLOTS);
    keys->at[0] = (struct known_key){.len = UINT32_MAX};
}

void keys_release(struct keys *keys)
{
    free(keys->at);
    free(keys->slots);
    vector_release(&keys->places);
    arena_release(&keys->arena);
}

void keys_trim(struct keys *keys)
{
    if (keys->count <= KEYS_KEPT && keys->serial <= SERIAL_MAX) return;
    keys_release(keys);
    keys_init(keys);
}

static uint32_t *find_slot(const struct keys *keys, uint32_t context, struct slice raw, const uint64_t head[2])
{
    uint32_t i = keys_hash(context, raw, head) & keys->mask;
    while (keys->slots[i] && !keys_match(&keys->at[keys->slots[i]], context, raw, head)) i = (i + 1) & keys->mask;
    return &keys->slots[i];
}

static void make_slots(struct keys *keys, uint32_t slots)
{
    free(keys->slots);
    keys->slots = memory_new(slots * sizeof *keys->slots);
    keys->mask = slots - 1;
    keys->cap = slots / 4;
    keys->at = memory_grow(keys->at, keys->cap * sizeof *keys->at);
    for (uint32_t i = 1; i < keys->count; i++) {
        const struct known_key *key = &keys->at[i];
        *find_slot(keys, key->context, slice_of(key->raw, key->len), key->head) = i;
    }
}

static uint32_t learn(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw,
                      const uint64_t head[2])
{
    if (keys->count == keys->cap) make_slots(keys, (keys->mask + 1) * 2);
    uint32_t *slot = find_slot(keys, context, raw, head);
    if (*slot) return *slot;
    uint32_t index = keys->count++, *in_place = &keys->places.at[context & ~plain_only];
    struct known_key *key = &keys->at[index];
    *key = (struct known_key){.head = {head[0], head[1]},
                              .bit = *in_place < 64 ? UINT64_C(1) << *in_place : 0,
                              .raw = arena_slice(&keys->arena, raw).ptr,
                              .len = (uint32_t)raw.len,
                              .context = context,
                              .plain = index,
                              .node = shape_child(node, raw),
                              .inside = (uint32_t)keys->places.count};
    ++*in_place;
    vector_push(&keys->places, 0);
    key->cell = !key->node || !key->node->cell_count ? KEY_UNASKED
                : key->node->cell_count == 1         ? key->node->cells[0]
                                                     : KEY_MANY;
    return *slot = index;
}

static bool has_escape(struct slice s)
{
    return s.len && memchr(s.ptr, '\\', s.len);
}

uint32_t keys_find(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw,
                   const uint64_t head[2])
{
    const uint32_t known = *find_slot(keys, context, raw, head);
    if (known) return known;
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
    keys->at[index].bit = keys->at[same].bit;
    keys->at[index].plain = same;
    return index;
}
