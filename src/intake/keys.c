#include "intake/keys.h"

#include <stdlib.h>

#include "base/memory.h"
#include "value/json_text.h"

enum { KEYS_KEPT = 1 << 14, FIRST_SLOTS = 256 };

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
    if (keys->count > KEYS_KEPT) keys_release(keys);
}

static uint32_t *find_slot(const struct keys *keys, uint32_t context, struct slice raw)
{
    uint32_t i = (uint32_t)(slice_hash(raw) + context * 0x9e3779b9u) & keys->mask;
    for (; keys->slots[i]; i = (i + 1) & keys->mask) {
        const struct known_key *key = &keys->at[keys->slots[i] - 1];
        if (key->context == context && slice_equal(key->raw, raw)) break;
    }
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
    for (uint32_t i = 0; i < keys->count; i++) *find_slot(keys, keys->at[i].context, keys->at[i].raw) = i + 1;
}

static uint32_t learn(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw)
{
    if (keys->count == keys->cap) grow(keys);
    uint32_t *slot = find_slot(keys, context, raw);
    if (*slot) return *slot - 1;
    uint32_t index = keys->count++;
    struct known_key *key = &keys->at[index];
    *key = (struct known_key){.raw = arena_slice(&keys->arena, raw), .context = context, .plain = index,
                              .next = KEYS_NONE, .first = KEYS_NONE, .node = shape_child(node, raw)};
    char padded[sizeof key->head] = {0};
    memcpy(padded, key->raw.ptr, raw.len < sizeof padded ? raw.len : sizeof padded);
    memcpy(key->head, padded, sizeof padded);
    key->inside = keys->places++;
    *slot = index + 1;
    return index;
}

static bool has_escape(struct slice s)
{
    return s.len && memchr(s.ptr, '\\', s.len);
}

uint32_t keys_find(struct keys *keys, const struct shape_node *node, uint32_t context, struct slice raw)
{
    uint32_t slot = keys->count ? *find_slot(keys, context, raw) : 0;
    if (slot) return slot - 1;
    if (!has_escape(raw)) return learn(keys, node, context, raw);
    char *text = arena_alloc(&keys->arena, raw.len);
    ptrdiff_t len = json_unescape(raw, text);
    if (len < 0) return KEYS_NONE;
    struct slice plain = slice_of(text, (size_t)len);
    uint32_t same = learn(keys, node, has_escape(plain) ? context | plain_only : context, plain);
    uint32_t index = learn(keys, NULL, context, raw);
    keys->at[index].node = keys->at[same].node;
    keys->at[index].inside = keys->at[same].inside;
    keys->at[index].plain = same;
    return index;
}
