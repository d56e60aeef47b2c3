/* A queue of different values leaves a gap (a queued item without value) where a value stood before it was seen again.
 * No gap is ever at the head, and never are there more gaps than values and a few. */
#include "engine/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SCANNED_MAX = 16 }; /* so many are looked through sooner than indexed */

/* Open addressing from a value to its place. An entry is right only when the queue holds its value there, so that what
 * leaves, and gaps, need no removal. */
struct queue_index {
    uint64_t *places; /* counted from the queue's first item ever, plus one; 0 = free */
    size_t cap;       /* memory */
    size_t mask;      /* of the part in use, 0 = no index yet */
    size_t used;      /* entries, right or not */
    uint64_t gone;    /* items that left the queue since it was empty */
    size_t gaps;
};

void queue_clear(struct queue *q)
{
    q->head = q->count = 0;
    if (!q->index) return;
    q->index->mask = q->index->used = q->index->gaps = 0;
    q->index->gone = 0;
}

void queue_release(struct queue *q)
{
    if (q->index) free(q->index->places);
    free(q->index);
    free(q->at);
    *q = (struct queue){0};
}

void queue_push(struct queue *q, struct queued item)
{
    if (q->head + q->count == q->cap) {
        if (q->head > q->cap / 2) {
            memmove(q->at, q->at + q->head, q->count * sizeof *q->at);
            q->head = 0;
        } else {
            q->cap = memory_capacity(q->cap, q->cap + 1);
            q->at = memory_grow(q->at, q->cap * sizeof *q->at);
        }
    }
    q->at[q->head + q->count++] = item;
}

void queue_pop(struct queue *q)
{
    q->head++;
    if (--q->count == 0) q->head = 0;
}

/* ---- different values ---- */

static bool is_gap(const struct queued *item)
{
    return item->value.kind == CELL_ABSENT;
}

static size_t hash(struct cell value)
{
    uint64_t h = ((uint64_t)value.number ^ (uint64_t)value.kind << 56 ^ value.unit) * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h ^ h >> 29);
}

static struct queued *item_at(const struct queue *q, uint64_t place)
{
    uint64_t i = place - 1 - q->index->gone; /* wraps for what is gone */
    return i < q->count ? &q->at[q->head + i] : NULL;
}

/* Where the index speaks of a value, or, when the queue does not hold it, where it would: rather over an entry that is
 * no longer right than on a free one. */
static size_t index_seek(const struct queue *q, struct cell value)
{
    const struct queue_index *index = q->index;
    size_t stale = SIZE_MAX, i = hash(value) & index->mask;
    for (; index->places[i]; i = (i + 1) & index->mask) {
        const struct queued *item = item_at(q, index->places[i]);
        if (item && cell_same(item->value, value)) return i;
        if (stale == SIZE_MAX && (!item || is_gap(item))) stale = i;
    }
    return stale != SIZE_MAX ? stale : i;
}

static void index_put(struct queue_index *index, size_t i, uint64_t place)
{
    index->used += !index->places[i];
    index->places[i] = place;
}

/* Anew, without gaps, and with room for as many again. */
static void rebuild(struct queue *q)
{
    struct queue_index *index = q->index;
    size_t kept = 0;
    for (size_t i = 0; i < q->count; i++)
        if (!is_gap(&q->at[q->head + i])) q->at[q->head + kept++] = q->at[q->head + i];
    q->count = kept;
    index->gaps = index->used = 0;
    index->gone = 0;
    size_t size = 4 * SCANNED_MAX;
    while (size < kept * 4) size *= 2;
    if (size > index->cap) {
        index->cap = size;
        index->places = memory_grow(index->places, size * sizeof *index->places);
    }
    memset(index->places, 0, size * sizeof *index->places);
    index->mask = size - 1;
    for (size_t i = 0; i < kept; i++) index_put(index, index_seek(q, q->at[q->head + i].value), i + 1);
}

static struct queued *find(const struct queue *q, struct cell value)
{
    if (q->index && q->index->mask) {
        struct queued *item = item_at(q, q->index->places[index_seek(q, value)]);
        return item && cell_same(item->value, value) ? item : NULL;
    }
    for (size_t i = q->head; i < q->head + q->count; i++)
        if (cell_same(q->at[i].value, value)) return &q->at[i];
    return NULL;
}

bool queue_has(const struct queue *q, struct cell value)
{
    return find(q, value) != NULL;
}

static void drop_head(struct queue *q)
{
    queue_pop(q);
    q->index->gone++;
}

void queue_forget(struct queue *q)
{
    drop_head(q);
    for (; q->count && is_gap(&q->at[q->head]); q->index->gaps--) drop_head(q);
}

static bool crowded(const struct queue *q)
{
    const struct queue_index *index = q->index;
    if (index->gaps > q->count - index->gaps + SCANNED_MAX) return true;
    return index->mask ? index->used * 2 > index->mask : q->count > SCANNED_MAX;
}

bool queue_see(struct queue *q, struct queued item)
{
    if (!q->index) q->index = memory_new(sizeof *q->index);
    struct queued *seen = find(q, item.value);
    if (seen && seen->leaves == item.leaves) return false;
    const size_t i = q->index->mask ? index_seek(q, item.value) : 0;
    if (seen && seen == &q->at[q->head]) {
        queue_forget(q);
    } else if (seen) {
        seen->value = (struct cell){.kind = CELL_ABSENT};
        q->index->gaps++;
    }
    queue_push(q, item);
    if (q->index->mask) index_put(q->index, i, q->index->gone + q->count);
    if (crowded(q)) rebuild(q);
    return !seen;
}
