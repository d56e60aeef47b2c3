#include "store/assemble.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "store/saying.h"

struct sender {
    struct slice key;
    uint64_t hash, slot;
    uint64_t start; /* of the key, as a number in byte order */
    uint32_t first, count;
};

struct item {
    uint32_t sender;
    bool fresh;
    struct block_event event; /* with numbers of this assembly */
};

/* Texts of this assembly, each once. */
struct texts {
    struct map map;
    VECTOR(uint32_t) users;  /* by text: events of the block at hand that have it */
    VECTOR(uint32_t) places; /* by text: its number in the block at hand */
};

/* By number of a collector's content: which of ours it is, if noted in this round. */
struct known {
    uint32_t *round, *number;
    uint32_t size;
};

enum { COLLECTORS_MAX = 256 };

struct assembly {
    struct arena arena;
    enum sender_kind kind;
    struct map sender_map;
    VECTOR(struct sender) senders;
    VECTOR(struct item) items, sorted;
    struct texts contents, companions, colds;
    VECTOR(uint32_t) sources; /* by content */
    struct known known[COLLECTORS_MAX];
    uint32_t round;
    VECTOR(uint32_t) table; /* of ids of the sender at hand: place in `sorted` + 1 */
    VECTOR(uint32_t) hot;
    bool has_hot;
    VECTOR(uint64_t) ranking; /* of contents: how rarely used, number */
    /* What assembly_next gives. */
    size_t next_sender;
    VECTOR(struct block_sender) out_senders;
    VECTOR(struct block_event) out_events;
    VECTOR(struct slice) out_contents, out_colds;
    VECTOR(struct companions) out_companions;
};

/* ---- texts ---- */

static void texts_init(struct texts *t)
{
    *t = (struct texts){0};
    map_init(&t->map);
}

static void texts_clear(struct texts *t)
{
    map_release(&t->map);
    map_init(&t->map);
    vector_clear(&t->users);
    vector_clear(&t->places);
}

static void texts_release(struct texts *t)
{
    map_release(&t->map);
    vector_release(&t->users);
    vector_release(&t->places);
}

/* Borrows the text: blocks' and collectors' texts live longer than a round. */
static uint32_t text_number(struct texts *t, struct slice text)
{
    const uint32_t count = t->map.count, number = map_put(&t->map, text, count);
    if (number == count) {
        vector_push(&t->users, 0);
        vector_push(&t->places, 0);
    }
    return number;
}

static struct slice text_of(const struct texts *t, uint32_t number)
{
    return t->map.entries[number].key;
}

static uint32_t content_number(struct assembly *a, struct slice packed)
{
    struct saying saying;
    const uint32_t number = text_number(&a->contents, packed);
    if (number == a->sources.count) {
        const bool whole = saying_unpack(packed, &saying);
        vector_push(&a->sources, whole ? saying.source : 0);
    }
    return number;
}

static struct slice companion_text(struct assembly *a, struct companions c)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    varint_add_slice(&b, c.anonymous);
    varint_add_slice(&b, c.group);
    varint_add_slice(&b, c.previous);
    struct slice text = arena_slice(&a->arena, buffer_slice(&b));
    buffer_release(&b);
    return text;
}

/* ---- the whole ---- */

struct assembly *assembly_new(void)
{
    struct assembly *a = memory_new(sizeof *a);
    arena_init(&a->arena);
    map_init(&a->sender_map);
    texts_init(&a->contents);
    texts_init(&a->companions);
    texts_init(&a->colds);
    return a;
}

void assembly_free(struct assembly *a)
{
    if (!a) return;
    for (int i = 0; i < COLLECTORS_MAX; i++) {
        free(a->known[i].round);
        free(a->known[i].number);
    }
    arena_release(&a->arena);
    map_release(&a->sender_map);
    texts_release(&a->contents);
    texts_release(&a->companions);
    texts_release(&a->colds);
    vector_release(&a->senders);
    vector_release(&a->items);
    vector_release(&a->sorted);
    vector_release(&a->sources);
    vector_release(&a->table);
    vector_release(&a->hot);
    vector_release(&a->ranking);
    vector_release(&a->out_senders);
    vector_release(&a->out_events);
    vector_release(&a->out_contents);
    vector_release(&a->out_colds);
    vector_release(&a->out_companions);
    free(a);
}

void assembly_clear(struct assembly *a, enum sender_kind kind)
{
    a->kind = kind;
    arena_clear(&a->arena);
    map_release(&a->sender_map);
    map_init(&a->sender_map);
    texts_clear(&a->contents);
    texts_clear(&a->companions);
    texts_clear(&a->colds);
    vector_clear(&a->senders);
    vector_clear(&a->items);
    vector_clear(&a->sources);
    vector_clear(&a->hot);
    a->has_hot = false;
    a->next_sender = 0;
    a->round++;
}

struct arena *assembly_arena(struct assembly *a)
{
    return &a->arena;
}

size_t assembly_events(const struct assembly *a)
{
    return a->items.count;
}

/* ---- bringing together ---- */

static uint32_t sender_number(struct assembly *a, struct slice key, struct slice id)
{
    /* Nobody's events are spread by their ids: each id is a sender of its own until blocks are made. */
    const struct slice name = a->kind == SENDER_NOBODY ? id : key;
    const uint32_t count = a->sender_map.count, number = map_put(&a->sender_map, name, count);
    if (number == count)
        vector_push(&a->senders,
                    ((struct sender){.key = key,
                                     .hash = sender_hash(a->kind, key, id),
                                     .start = __builtin_bswap64(slice_load(key.ptr, key.len < 8 ? key.len : 8))}));
    return number;
}

static void add_item(struct assembly *a, uint32_t sender, bool fresh, const struct block_event *event)
{
    a->senders.at[sender].count++;
    vector_push(&a->items, ((struct item){sender, fresh, *event}));
}

/* A block's contents hold a path only if each part of it did. */
static void keep_hot(struct assembly *a, const uint32_t *hot, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->hot.count; i++)
        for (size_t k = 0; k < count; k++)
            if (hot[k] == a->hot.at[i]) {
                a->hot.at[kept++] = hot[k];
                break;
            }
    a->hot.count = kept;
}

static void take_hot(struct assembly *a, const uint32_t *hot, size_t count)
{
    if (a->has_hot) {
        keep_hot(a, hot, count);
        return;
    }
    a->has_hot = true;
    for (size_t i = 0; i < count; i++) vector_push(&a->hot, hot[i]);
}

void assembly_add_block(struct assembly *a, const struct block *b, int bits, uint64_t range)
{
    uint32_t *contents = ARENA_ARRAY(&a->arena, uint32_t, b->content_count);
    uint32_t *companions = ARENA_ARRAY(&a->arena, uint32_t, b->companion_count);
    uint32_t *colds = ARENA_ARRAY(&a->arena, uint32_t, b->cold_count);
    for (size_t i = 0; i < b->content_count; i++) contents[i] = content_number(a, b->contents[i]);
    for (size_t i = 0; i < b->companion_count; i++)
        companions[i] = text_number(&a->companions, companion_text(a, b->companions[i]));
    for (size_t i = 0; i < b->cold_count; i++) colds[i] = text_number(&a->colds, b->colds[i]);
    take_hot(a, b->hot, b->hot_count);
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        for (uint32_t k = s->first; k < s->first + s->count; k++) {
            struct block_event e = b->events[k];
            if (bits && sender_hash(a->kind, s->key, e.id) >> (64 - bits) != range) continue;
            e.content = contents[e.content];
            if (e.companions) e.companions = companions[e.companions - 1] + 1;
            if (e.cold) e.cold = colds[e.cold - 1] + 1;
            add_item(a, sender_number(a, s->key, e.id), false, &e);
        }
    }
}

struct adding {
    struct assembly *a;
    const struct collector *from;
    struct known *known;
};

/* A few contents make most of the events: each is looked up once a round. */
static uint32_t known_content(struct adding *adding, uint32_t content)
{
    struct known *k = adding->known;
    if (k->round[content] != adding->a->round) {
        k->round[content] = adding->a->round;
        k->number[content] = content_number(adding->a, collector_content(adding->from, content));
    }
    return k->number[content];
}

static void add_collected(void *context, const struct collected *c)
{
    struct adding *adding = context;
    struct assembly *a = adding->a;
    struct block_event e = c->event;
    e.content = known_content(adding, e.content);
    if (e.companions)
        e.companions =
            text_number(&a->companions, companion_text(a, collector_companions(adding->from, e.companions))) + 1;
    if (e.cold) e.cold = text_number(&a->colds, collector_cold(adding->from, e.cold)) + 1;
    add_item(a, sender_number(a, c->key, e.id), true, &e);
}

void assembly_add_partition(struct assembly *a, const struct collector *c, int number, uint32_t partition)
{
    struct known *k = &a->known[number];
    if (k->size < collector_content_count(c)) {
        const uint32_t old = k->size;
        k->size = (uint32_t)memory_capacity(old, collector_content_count(c));
        k->round = memory_grow(k->round, k->size * sizeof *k->round);
        k->number = memory_grow(k->number, k->size * sizeof *k->number);
        memset(k->round + old, 0, (k->size - old) * sizeof *k->round);
    }
    struct adding adding = {a, c, k};
    collector_each(c, a->kind, partition, add_collected, &adding);
}

/* ---- order and sameness ---- */

static void group_items(struct assembly *a)
{
    uint32_t at = 0;
    for (size_t i = 0; i < a->senders.count; i++) {
        a->senders.at[i].first = at;
        at += a->senders.at[i].count;
        a->senders.at[i].count = 0;
    }
    vector_reserve(&a->sorted, a->items.count);
    a->sorted.count = a->items.count;
    for (size_t i = 0; i < a->items.count; i++) {
        struct sender *s = &a->senders.at[a->items.at[i].sender];
        a->sorted.at[s->first + s->count++] = a->items.at[i];
    }
}

/* Known ones first among equals, so that what stays is what was there. */
static int by_time(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    if (a->event.at != b->event.at) return a->event.at < b->event.at ? -1 : 1;
    const int ids = slice_compare(a->event.id, b->event.id);
    return ids ? ids : a->fresh - b->fresh;
}

static void sort_items(struct item *items, size_t count)
{
    size_t i = 1;
    while (i < count && by_time(&items[i - 1], &items[i]) <= 0) i++; /* usually in order already */
    if (i < count) qsort(items, count, sizeof *items, by_time);
}

/* Ids that only grow, shorter ones first, are all different: so it is with numbers counted up. */
static bool ids_grow(const struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct slice a = items[i - 1].event.id, b = items[i].event.id;
        if (a.len > b.len || (a.len == b.len && memcmp(a.ptr, b.ptr, a.len) >= 0)) return false;
    }
    return true;
}

static bool same_event(const struct assembly *a, const struct item *x, const struct item *y)
{
    return slice_equal_key(x->event.id, y->event.id) &&
           a->sources.at[x->event.content] == a->sources.at[y->event.content];
}

/* Ids that readers make of a record, a field and a value begin so: the same whenever the record is exported. */
static bool made_by_reader(struct slice id)
{
    return id.len && id.ptr[0] == '#';
}

/* Says the same, so that one of the two is enough. Items are in order of time: the earlier stays. */
static bool repeats(const struct item *kept, const struct item *other)
{
    const struct block_event *x = &kept->event, *y = &other->event;
    const bool sent_again = x->sent_at != INSTANT_NONE && y->sent_at != INSTANT_NONE;
    return x->content == y->content && x->cold == y->cold && x->companions == y->companions &&
           (x->at == y->at || made_by_reader(x->id) || sent_again);
}

static void note_repeat(struct item *kept, const struct item *other, struct merge_counts *counts)
{
    counts->duplicate += other->fresh || kept->fresh; /* when both were known already, an interrupted merge is over */
    kept->fresh &= other->fresh;
    if (kept->event.received_at == INSTANT_NONE && kept->event.sent_at == INSTANT_NONE)
        kept->event.received_at = other->event.received_at;
}

/* Keeps each event of the sender once; what contradicts is kept too. Returns how many stay. */
static uint32_t drop_repeats(struct assembly *a, struct item *items, uint32_t count, struct merge_counts *counts)
{
    size_t size = 16;
    uint32_t kept = 0;
    while (size < count * 2u) size *= 2;
    vector_reserve(&a->table, size);
    memset(a->table.at, 0, size * sizeof *a->table.at);
    for (uint32_t i = 0; i < count; i++) {
        bool contradicts = false, repeated = false;
        size_t h = slice_hash(items[i].event.id) & (size - 1);
        for (; a->table.at[h] && !repeated; h = (h + 1) & (size - 1)) {
            struct item *other = &items[a->table.at[h] - 1];
            if (!same_event(a, other, &items[i])) continue;
            repeated = repeats(other, &items[i]);
            contradicts = true;
            if (repeated) note_repeat(other, &items[i], counts);
        }
        if (repeated) continue;
        counts->conflicts += contradicts && items[i].fresh;
        items[kept++] = items[i];
        a->table.at[h] = kept;
    }
    return kept;
}

static int by_place(const void *x, const void *y)
{
    const struct sender *a = x, *b = y;
    if (a->slot != b->slot) return a->slot < b->slot ? -1 : 1;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return slice_compare(a->key, b->key);
}

void assembly_settle(struct assembly *a, int slot_bits, const uint32_t *hot, size_t hot_count,
                     struct merge_counts *counts)
{
    bool any_fresh = false;
    group_items(a);
    for (size_t i = 0; i < a->senders.count; i++) {
        struct sender *s = &a->senders.at[i];
        struct item *items = a->sorted.at + s->first;
        s->slot = slot_bits ? s->hash >> (64 - slot_bits) : 0;
        sort_items(items, s->count);
        if (!ids_grow(items, s->count)) s->count = drop_repeats(a, items, s->count, counts);
        for (uint32_t k = 0; k < s->count; k++) {
            counts->accepted += items[k].fresh;
            any_fresh |= items[k].fresh;
        }
    }
    if (any_fresh) take_hot(a, hot, hot_count);
    qsort(a->senders.at, a->senders.count, sizeof *a->senders.at, by_place);
}

/* ---- cutting ---- */

static int by_number(const void *x, const void *y)
{
    const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

/* The texts that are used get their numbers in the block, those used most the smallest. */
static void number_contents(struct assembly *a)
{
    struct texts *t = &a->contents;
    vector_clear(&a->ranking);
    for (uint32_t i = 0; i < t->users.count; i++)
        if (t->users.at[i]) vector_push(&a->ranking, (uint64_t)(UINT32_MAX - t->users.at[i]) << 32 | i);
    qsort(a->ranking.at, a->ranking.count, sizeof *a->ranking.at, by_number);
    vector_clear(&a->out_contents);
    for (size_t i = 0; i < a->ranking.count; i++) {
        const uint32_t number = (uint32_t)a->ranking.at[i];
        t->places.at[number] = (uint32_t)i;
        t->users.at[number] = 0;
        vector_push(&a->out_contents, text_of(t, number));
    }
}

/* The place of a text in the block, given when it is first met there. */
static uint32_t place_in(struct texts *t, uint32_t number, size_t next, bool *met_first)
{
    *met_first = !t->users.at[number];
    if (*met_first) {
        t->users.at[number] = 1;
        t->places.at[number] = (uint32_t)next;
    }
    return t->places.at[number];
}

static void place_companions(struct assembly *a, struct block_event *e)
{
    bool first;
    if (!e->companions) return;
    const uint32_t number = e->companions - 1;
    e->companions = place_in(&a->companions, number, a->out_companions.count, &first) + 1;
    if (!first) return;
    struct byte_reader r = byte_reader_of(text_of(&a->companions, number));
    struct companions c;
    c.anonymous = slice_get(&r);
    c.group = slice_get(&r);
    c.previous = slice_get(&r);
    vector_push(&a->out_companions, c);
}

static void place_cold(struct assembly *a, struct block_event *e)
{
    bool first;
    if (!e->cold) return;
    const uint32_t number = e->cold - 1;
    e->cold = place_in(&a->colds, number, a->out_colds.count, &first) + 1;
    if (first) vector_push(&a->out_colds, text_of(&a->colds, number));
}

static void put_sender(struct assembly *a, const struct sender *s)
{
    struct block_sender *last = a->out_senders.count ? vector_last(&a->out_senders) : NULL;
    if (last && slice_equal(last->key, s->key)) /* nobody's */
        last->count += s->count;
    else
        vector_push(&a->out_senders, ((struct block_sender){s->key, (uint32_t)a->out_events.count, s->count}));
    for (uint32_t k = 0; k < s->count; k++) {
        const struct block_event *e = &a->sorted.at[s->first + k].event;
        a->contents.users.at[e->content]++;
        vector_push(&a->out_events, *e);
    }
}

static int by_event(const void *x, const void *y)
{
    const struct block_event *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return slice_compare(a->id, b->id);
}

static void place_texts(struct assembly *a)
{
    if (a->kind == SENDER_NOBODY) qsort(a->out_events.at, a->out_events.count, sizeof *a->out_events.at, by_event);
    number_contents(a);
    for (size_t i = 0; i < a->out_events.count; i++) {
        struct block_event *e = &a->out_events.at[i];
        e->content = a->contents.places.at[e->content];
        place_companions(a, e);
        place_cold(a, e);
    }
    if (a->out_companions.count) memset(a->companions.users.at, 0, a->companions.users.count * sizeof(uint32_t));
    if (a->out_colds.count) memset(a->colds.users.at, 0, a->colds.users.count * sizeof(uint32_t));
}

bool assembly_next(struct assembly *a, uint64_t *slot, struct block *out)
{
    if (a->next_sender == a->senders.count) return false;
    vector_clear(&a->out_senders);
    vector_clear(&a->out_events);
    vector_clear(&a->out_companions);
    vector_clear(&a->out_colds);
    *slot = a->senders.at[a->next_sender].slot;
    while (a->next_sender < a->senders.count && a->senders.at[a->next_sender].slot == *slot)
        put_sender(a, &a->senders.at[a->next_sender++]);
    place_texts(a);
    *out = (struct block){.senders = a->out_senders.at,
                          .sender_count = a->out_senders.count,
                          .events = a->out_events.at,
                          .event_count = a->out_events.count,
                          .contents = a->out_contents.at,
                          .content_count = a->out_contents.count,
                          .companions = a->out_companions.at,
                          .companion_count = a->out_companions.count,
                          .colds = a->out_colds.at,
                          .cold_count = a->out_colds.count,
                          .hot = a->hot.at,
                          .hot_count = a->hot.count};
    return true;
}
