/* A block of the store made of any bytes, its digest being right: it is refused, or it packs to a block that says the
 * same. The first two bytes say where the cold part begins. */
#include "store/block.h"

#include "fuzz.h"
#include "intake/id_key.h"

static void same_block(const struct block *a, const struct block *b)
{
    PROMISE(a->event_count == b->event_count && a->sender_count == b->sender_count);
    for (size_t i = 0; i < a->sender_count; i++) {
        PROMISE(slice_equal(a->senders[i].key, b->senders[i].key));
        PROMISE(a->senders[i].first == b->senders[i].first && a->senders[i].count == b->senders[i].count);
    }
    for (size_t i = 0; i < a->event_count; i++) {
        const struct block_event *x = &a->events[i], *y = &b->events[i];
        PROMISE(slice_equal(x->id, y->id) && x->content == y->content && x->cold == y->cold);
        PROMISE(x->companions == y->companions);
    }
}

/* Columns of what can be read say the same, and the survey what they come to; of anything else they may say anything,
 * within bounds. */
static void same_columns(struct slice data, const struct block *b, struct arena *arena)
{
    struct block_survey survey;
    struct block_columns c;
    if (!block_survey(data, arena, &survey) ||
        !block_unpack_columns(slice_skip(data, survey.places.rest), &survey.places, false, arena, &c)) {
        PROMISE(!b);
        return;
    }
    if (!b) return;
    PROMISE(c.event_count == b->event_count);
    uint32_t *users = ARENA_ARRAY(arena, uint32_t, b->content_count * 2);
    for (size_t i = 0; i < b->event_count; i++) {
        const bool corrected = b->events[i].sent_at != INSTANT_NONE;
        PROMISE(c.at[i] == b->events[i].at && c.ids[i] == id_key(b->events[i].id));
        PROMISE(c.contents[i] == b->events[i].content && c.at[i] <= survey.last);
        PROMISE((c.corrected && c.corrected[i]) == corrected);
        users[b->events[i].content + (corrected ? b->content_count : 0)]++;
    }
    for (size_t i = 0; i < b->content_count * (survey.has_corrected ? 2 : 1); i++) PROMISE(survey.users[i] == users[i]);
}

/* Each sender by itself says the same; of what cannot be read it may say anything, within bounds. */
static void same_by_sender(struct slice data, const struct block *b, struct arena *arena)
{
    struct block_index index;
    if (!block_index(data, arena, &index)) return;
    for (size_t i = 0; i < index.count; i++) {
        const struct block_entry *entry = &index.entries[i];
        struct block_event *events = ARENA_ARRAY(arena, struct block_event, entry->count + 1);
        const bool good = block_unpack_entry(&index, entry, arena, events);
        if (!b) continue;
        PROMISE(good && slice_equal(entry->key, b->senders[i].key) && entry->count == b->senders[i].count);
        for (uint32_t k = 0; k < entry->count; k++) {
            const struct block_event *x = &events[k], *y = &b->events[b->senders[i].first + k];
            PROMISE(slice_equal(x->id, y->id) && x->at == y->at && x->content == y->content && x->cold == y->cold);
            PROMISE(x->companions == y->companions && x->sent_at == y->sent_at && x->received_at == y->received_at);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    struct buffer data, cold, again, again_cold;
    struct block block, back;
    if (size < 2) return 0;
    const size_t split = ((size_t)bytes[0] | (size_t)bytes[1] << 8) % (size - 1);
    arena_init(&arena);
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    buffer_init(&again, BUFFER_NO_LIMIT);
    buffer_init(&again_cold, BUFFER_NO_LIMIT);
    buffer_add(&data, fuzz_text(bytes + 2, split));
    const uint64_t digest = slice_hash(buffer_slice(&data));
    buffer_add(&data, slice_of((const char *)&digest, sizeof digest));
    buffer_add(&cold, fuzz_text(bytes + 2 + split, size - 2 - split));
    if (block_unpack(buffer_slice(&data), buffer_slice(&cold), &arena, &block)) {
        block_pack(&block, &again, &again_cold);
        PROMISE(block_unpack(buffer_slice(&again), buffer_slice(&again_cold), &arena, &back));
        same_block(&block, &back);
        same_columns(buffer_slice(&data), &block, &arena);
        same_by_sender(buffer_slice(&data), &block, &arena);
    } else {
        same_columns(buffer_slice(&data), NULL, &arena);
        same_by_sender(buffer_slice(&data), NULL, &arena);
    }
    buffer_release(&data);
    buffer_release(&cold);
    buffer_release(&again);
    buffer_release(&again_cold);
    arena_release(&arena);
    return 0;
}
