#include "store/assemble.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "intake/occurrence.h"
#include "store/line.h"
#include "store/saying.h"

struct sender {
    struct slice key;
    uint64_t hash;
    uint32_t first, count;
};

/* Where a sender stands among those that are cut into blocks: by slot, then by key, of which `start` is the beginning
 * as a number in byte order. */
struct seat {
    uint64_t slot, start;
    uint32_t sender;
};

struct item {
    uint32_t sender;
    bool fresh;
    struct block_event event; /* with numbers of this assembly */
};

/* What an event says as a line, its times apart. */
struct said {
    enum { SAID_UNASKED, SAID_KNOWN, SAID_DAMAGED } state;
    struct digest digest;
};

/* Texts of this assembly, each once. */
struct texts {
    struct map map;
    VECTOR(uint32_t) users;  /* by text: events of the block at hand that have it */
    VECTOR(uint32_t) places; /* by text: its number in the block at hand */
};

/* By number of a collector's text: which of ours it is, if noted in this round. */
struct known {
    struct known_number {
        uint32_t round, number;
    } * at;
    uint32_t size;
};

enum { COLLECTORS_MAX = 256 };

struct assembly {
    struct arena arena;
    enum sender_kind kind;
    struct map sender_map;
    VECTOR(struct sender) senders;
    VECTOR(struct item) items, sorted;
    VECTOR(struct seat) seats, merged; /* of the senders in order; scratch of sorting */
    struct texts texts[COLLECTED_TEXTS];
    VECTOR(uint32_t) sources; /* by content */
    struct known known[COLLECTORS_MAX][COLLECTED_TEXTS];
    uint32_t round;
    VECTOR(uint32_t) table; /* of ids of the sender at hand: place in `sorted` + 1 */
    VECTOR(uint32_t) hot;
    bool has_hot;
    VECTOR(uint64_t) ranking;  /* of contents: how rarely used, number */
    struct line_writer lines;  /* of copies that are kept in different ways */
    VECTOR(struct said) saids; /* of the sender at hand: by place in `sorted` */
    struct map copies;         /* of the same, see copy_name: place + 1 */
    struct arena copy_names;
    /* What assembly_next gives. */
    size_t next_seat;
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
    map_clear(&t->map);
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
static uint32_t text_number(struct texts *t, struct slice text, uint64_t hash)
{
    const uint32_t count = t->map.count, number = map_put_hashed(&t->map, text, hash, count);
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

/* Numbers of a block's texts as ours. */
static uint32_t content_of_block(struct assembly *a, struct slice packed)
{
    struct saying saying;
    const uint32_t number = text_number(&a->texts[COLLECTED_CONTENT], packed, slice_hash(packed));
    if (number == a->sources.count) vector_push(&a->sources, saying_unpack(packed, &saying) ? saying.source : 0);
    return number;
}

static uint32_t companions_of_block(struct assembly *a, const struct companions *c)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    block_pack_companions(c, &b);
    const struct slice text = arena_slice(&a->arena, buffer_slice(&b));
    buffer_release(&b);
    return text_number(&a->texts[COLLECTED_COMPANIONS], text, slice_hash(text));
}

static uint32_t cold_of_block(struct assembly *a, struct slice text)
{
    return text_number(&a->texts[COLLECTED_COLD], text, slice_hash(text));
}

/* ---- the whole ---- */

struct assembly *assembly_new(struct names *names)
{
    struct assembly *a = memory_new(sizeof *a);
    arena_init(&a->arena);
    map_init(&a->sender_map);
    for (int i = 0; i < COLLECTED_TEXTS; i++) texts_init(&a->texts[i]);
    map_init(&a->copies);
    arena_init(&a->copy_names);
    line_writer_init(&a->lines, names, NULL);
    return a;
}

void assembly_free(struct assembly *a)
{
    if (!a) return;
    for (int i = 0; i < COLLECTORS_MAX; i++)
        for (int k = 0; k < COLLECTED_TEXTS; k++) free(a->known[i][k].at);
    line_writer_release(&a->lines);
    vector_release(&a->saids);
    map_release(&a->copies);
    arena_release(&a->copy_names);
    arena_release(&a->arena);
    map_release(&a->sender_map);
    for (int i = 0; i < COLLECTED_TEXTS; i++) texts_release(&a->texts[i]);
    vector_release(&a->senders);
    vector_release(&a->items);
    vector_release(&a->sorted);
    vector_release(&a->seats);
    vector_release(&a->merged);
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
    map_clear(&a->sender_map);
    for (int i = 0; i < COLLECTED_TEXTS; i++) texts_clear(&a->texts[i]);
    vector_clear(&a->senders);
    vector_clear(&a->items);
    vector_clear(&a->sources);
    vector_clear(&a->hot);
    a->has_hot = false;
    a->next_seat = 0;
    vector_clear(&a->seats);
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

/* Nobody's events are spread by their ids: each id is a sender of its own until blocks are made. */
static inline uint32_t sender_number(struct assembly *a, struct slice key, struct slice id)
{
    const uint64_t hash = sender_hash(a->kind, key, id);
    const struct slice name = a->kind == SENDER_NOBODY ? id : key;
    const uint32_t count = a->sender_map.count, number = map_put_hashed(&a->sender_map, name, hash, count);
    if (number == count) vector_push(&a->senders, ((struct sender){.key = key, .hash = hash}));
    return number;
}

/* An item to be filled. */
static inline struct item *new_item(struct assembly *a, bool fresh)
{
    vector_reserve(&a->items, a->items.count + 1);
    struct item *item = &a->items.at[a->items.count++];
    item->fresh = fresh;
    return item;
}

static inline void give_item(struct assembly *a, struct item *item, struct slice key)
{
    item->sender = sender_number(a, key, item->event.id);
    a->senders.at[item->sender].count++;
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
    for (size_t i = 0; i < b->content_count; i++) contents[i] = content_of_block(a, b->contents[i]);
    for (size_t i = 0; i < b->companion_count; i++) companions[i] = companions_of_block(a, &b->companions[i]);
    for (size_t i = 0; i < b->cold_count; i++) colds[i] = cold_of_block(a, b->colds[i]);
    take_hot(a, b->hot, b->hot_count);
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        for (uint32_t k = s->first; k < s->first + s->count; k++) {
            if (bits && sender_hash(a->kind, s->key, b->events[k].id) >> (64 - bits) != range) continue;
            struct item *item = new_item(a, false);
            struct block_event *e = &item->event;
            *e = b->events[k];
            e->content = contents[e->content];
            if (e->companions) e->companions = companions[e->companions - 1] + 1;
            if (e->cold) e->cold = colds[e->cold - 1] + 1;
            give_item(a, item, s->key);
        }
    }
}

/* Room for what is known of a collector's texts. */
static struct known *known_of(struct assembly *a, const struct collector *c, int number)
{
    struct known *all = a->known[number];
    for (int kind = 0; kind < COLLECTED_TEXTS; kind++) {
        struct known *k = &all[kind];
        const uint32_t old = k->size, count = collector_text_count(c, (enum collected_text)kind);
        if (old >= count) continue;
        k->size = (uint32_t)memory_capacity(old, count);
        k->at = memory_grow(k->at, k->size * sizeof *k->at);
        memset(k->at + old, 0, (k->size - old) * sizeof *k->at);
    }
    return all;
}

/* A few texts are those of most events: each is looked up once a round. */
static inline uint32_t known_text(struct assembly *a, const struct collector *c, struct known *known,
                                  enum collected_text kind, uint32_t text)
{
    struct known_number *k = &known[kind].at[text];
    if (k->round == a->round) return k->number;
    const struct once_text *t = collector_text(c, kind, text);
    *k = (struct known_number){a->round, text_number(&a->texts[kind], t->text, t->hash)};
    if (kind == COLLECTED_CONTENT && k->number == a->sources.count) vector_push(&a->sources, t->source);
    return k->number;
}

void assembly_add_partition(struct assembly *a, const struct collector *c, int number, uint32_t partition)
{
    struct known *known = known_of(a, c, number);
    struct collected at = collector_begin(c, a->kind, partition);
    struct slice key;
    for (;;) {
        struct item *item = new_item(a, true);
        struct block_event *e = &item->event;
        if (!collector_next(&at, &key, e)) break;
        e->content = known_text(a, c, known, COLLECTED_CONTENT, e->content);
        if (e->companions) e->companions = known_text(a, c, known, COLLECTED_COMPANIONS, e->companions - 1) + 1;
        if (e->cold) e->cold = known_text(a, c, known, COLLECTED_COLD, e->cold - 1) + 1;
        give_item(a, item, key);
    }
    a->items.count--; /* the one that nothing was left for */
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
static inline int compare_items(const struct item *a, const struct item *b)
{
    if (a->event.at != b->event.at) return a->event.at < b->event.at ? -1 : 1;
    const int ids = slice_compare(a->event.id, b->event.id);
    return ids ? ids : a->fresh - b->fresh;
}

static int by_time(const void *x, const void *y)
{
    return compare_items(x, y);
}

static void sort_items(struct item *items, size_t count)
{
    size_t i = 1;
    while (i < count && compare_items(&items[i - 1], &items[i]) <= 0) i++; /* usually in order already */
    if (i < count) qsort(items, count, sizeof *items, by_time);
}

/* The beginning of a text as a number in byte order. */
static inline uint64_t start_of(struct slice s)
{
    return __builtin_bswap64(slice_load(s.ptr, s.len < 8 ? s.len : 8));
}

static inline bool id_grows(struct slice a, struct slice b)
{
    if (a.len != b.len) return a.len < b.len;
    return a.len <= 8 ? start_of(a) < start_of(b) : memcmp(a.ptr, b.ptr, a.len) < 0;
}

/* Ids that only grow, shorter ones first, are all different: so it is with numbers counted up. */
static bool ids_grow(const struct item *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!id_grows(items[i - 1].event.id, items[i].event.id)) return false;
    return true;
}

static bool same_event(const struct assembly *a, const struct item *x, const struct item *y)
{
    return slice_equal_key(x->event.id, y->event.id) &&
           a->sources.at[x->event.content] == a->sources.at[y->event.content];
}

static struct line_source source_of(const struct assembly *a, const struct item *item)
{
    const struct block_event *e = &item->event;
    struct line_source source = {.kind = a->kind,
                                 .key = a->senders.at[item->sender].key,
                                 .event = e,
                                 .content = text_of(&a->texts[COLLECTED_CONTENT], e->content)};
    if (e->companions)
        source.companions = block_unpack_companions(text_of(&a->texts[COLLECTED_COMPANIONS], e->companions - 1));
    if (e->cold) source.cold = text_of(&a->texts[COLLECTED_COLD], e->cold - 1);
    return source;
}

/* Under another definition, or by another writer of JSON, what is the same is kept in another way: as a line it is
 * spelled in one. Worked out once an event, however many copies it is compared with: somebody may send one id with ever
 * other contents. */
static const struct said *said_by(struct assembly *a, const struct item *item, struct said *said)
{
    if (said->state != SAID_UNASKED) return said;
    const struct line_source source = source_of(a, item);
    struct line_timeless line;
    said->state = line_timeless(&a->lines, &source, &line) ? SAID_KNOWN : SAID_DAMAGED;
    if (said->state == SAID_KNOWN)
        said->digest = digest_join(digest_bytes(line.day ? 'd' : 'i', line.head), digest_bytes('t', line.tail));
    return said;
}

static bool lines_agree(const struct said *x, const struct said *y)
{
    const bool known = x->state == SAID_KNOWN && y->state == SAID_KNOWN;
    return known && x->digest.a == y->digest.a && x->digest.b == y->digest.b;
}

/* Says the same, so that one of the two is enough. Items are in order of time: the earlier stays. */
static bool repeats(struct assembly *a, const struct item *kept, struct said *kept_said, const struct item *other,
                    struct said *other_said)
{
    const struct block_event *x = &kept->event, *y = &other->event;
    if (!block_sent_again(x, y)) return false;
    const bool kept_alike = x->content == y->content && x->cold == y->cold && x->companions == y->companions;
    return kept_alike || lines_agree(said_by(a, kept, kept_said), said_by(a, other, other_said));
}

/* Of one id somebody may send any number of copies that contradict each other. The first of them are looked at one by
 * one; the others are known by name, which those share of which one is enough: by what is said, as a line or as it is
 * kept, and by the time, that it was told when it was sent, or that the id was made (block_sent_again). */
enum { COPIES_WALKED = 16, COPY_NAMES_MAX = 6 };
struct copy_name {
    struct digest id, said;
    int64_t at;
    enum { AS_KEPT, AS_LINE } as;
    enum { SAME_TIME, SENT, MADE } when;
};

static void add_names(const struct copy_name *of, const struct block_event *e, struct copy_name *out, size_t *count)
{
    const bool holds[] = {[SAME_TIME] = true, [SENT] = e->sent_at != INSTANT_NONE, [MADE] = block_id_is_made(e)};
    for (int when = SAME_TIME; when <= MADE; when++) {
        if (!holds[when]) continue;
        memset(&out[*count], 0, sizeof *out); /* the bytes between its members count, too */
        out[*count].id = of->id;
        out[*count].said = of->said;
        out[*count].at = when == SAME_TIME ? e->at : 0;
        out[*count].as = of->as;
        out[(*count)++].when = when;
    }
}

static size_t copy_names(struct assembly *a, const struct item *item, struct said *said,
                         struct copy_name out[COPY_NAMES_MAX])
{
    const struct block_event *e = &item->event;
    const uint32_t source = a->sources.at[e->content], kept[] = {e->content, e->cold, e->companions};
    const struct slice as_kept = slice_of((const char *)kept, sizeof kept),
                       from = slice_of((const char *)&source, sizeof source);
    size_t count = 0;
    struct copy_name name = {.id = digest_join(digest_bytes('n', e->id), digest_bytes('s', from)),
                             .said = digest_bytes('k', as_kept),
                             .as = AS_KEPT};
    add_names(&name, e, out, &count);
    if (said_by(a, item, said)->state != SAID_KNOWN) return count;
    name.said = said->digest;
    name.as = AS_LINE;
    add_names(&name, e, out, &count);
    return count;
}

static struct slice name_text(const struct copy_name *name)
{
    return slice_of((const char *)name, sizeof *name);
}

/* The earliest that was named and is enough, as place + 1; 0: none. */
static uint32_t copy_named(struct assembly *a, const struct item *item, struct said *said)
{
    struct copy_name names[COPY_NAMES_MAX];
    const size_t count = copy_names(a, item, said, names);
    uint32_t first = MAP_NONE;
    for (size_t i = 0; i < count; i++) {
        const uint32_t place = map_get(&a->copies, name_text(&names[i]));
        if (place < first) first = place;
    }
    return first == MAP_NONE ? 0 : first;
}

static void name_copy(struct assembly *a, const struct item *item, struct said *said, uint32_t place)
{
    struct copy_name names[COPY_NAMES_MAX];
    const size_t count = copy_names(a, item, said, names);
    for (size_t i = 0; i < count; i++) map_put_copy(&a->copies, &a->copy_names, name_text(&names[i]), place);
}

static void note_repeat(struct item *kept, const struct item *other, struct merge_counts *counts)
{
    counts->duplicate += other->fresh || kept->fresh; /* when both were known already, an interrupted merge is over */
    kept->fresh &= other->fresh;
    block_note_again(&kept->event, &other->event);
}

static void forget_names(struct assembly *a)
{
    map_release(&a->copies); /* to empty it would take as long for each sender to come */
    map_init(&a->copies);
    arena_clear(&a->copy_names);
}

struct copies {
    uint32_t kept; /* the one that is enough, as place + 1; 0: none */
    uint32_t met;  /* of its id; COPIES_WALKED: the others are named */
    size_t slot;   /* of the table: free, unless so many were met */
};

static struct copies find_copies(struct assembly *a, const struct item *items, uint32_t i, size_t mask)
{
    struct copies c = {.slot = slice_hash(items[i].event.id) & mask};
    for (; a->table.at[c.slot] && c.met < COPIES_WALKED; c.slot = (c.slot + 1) & mask) {
        const uint32_t at = a->table.at[c.slot] - 1;
        if (!same_event(a, &items[at], &items[i])) continue;
        c.met++;
        if (!repeats(a, &items[at], &a->saids.at[at], &items[i], &a->saids.at[i])) continue;
        c.kept = at + 1;
        return c;
    }
    if (c.met == COPIES_WALKED) c.kept = copy_named(a, &items[i], &a->saids.at[i]);
    return c;
}

/* Keeps each event of the sender once; what contradicts is kept too. Returns how many stay. */
static uint32_t drop_repeats(struct assembly *a, struct item *items, uint32_t count, struct merge_counts *counts)
{
    size_t size = 16;
    uint32_t kept = 0;
    while (size < count * 2u) size *= 2;
    vector_reserve(&a->table, size);
    memset(a->table.at, 0, size * sizeof *a->table.at);
    vector_reserve(&a->saids, count);
    memset(a->saids.at, 0, count * sizeof *a->saids.at);
    if (a->copies.count) forget_names(a);
    for (uint32_t i = 0; i < count; i++) {
        const struct copies c = find_copies(a, items, i, size - 1);
        if (c.kept) {
            note_repeat(&items[c.kept - 1], &items[i], counts);
            continue;
        }
        counts->conflicts += c.met && items[i].fresh;
        a->saids.at[kept] = a->saids.at[i];
        items[kept++] = items[i];
        if (c.met == COPIES_WALKED)
            name_copy(a, &items[kept - 1], &a->saids.at[kept - 1], kept);
        else
            a->table.at[c.slot] = kept;
    }
    return kept;
}

static inline bool stands_before(const struct assembly *a, const struct seat *x, const struct seat *y)
{
    if (x->slot != y->slot) return x->slot < y->slot;
    if (x->start != y->start) return x->start < y->start;
    return slice_compare(a->senders.at[x->sender].key, a->senders.at[y->sender].key) < 0;
}

/* Of two runs that are in order, up to `second` and up to `end`, one, in `out`. */
static void merge_seats(const struct assembly *a, const struct seat *first, const struct seat *second,
                        const struct seat *end, struct seat *out)
{
    const struct seat *x = first, *y = second;
    while (x < second && y < end) *out++ = stands_before(a, y, x) ? *y++ : *x++;
    memcpy(out, x, (size_t)(second - x) * sizeof *x);
    memcpy(out + (second - x), y, (size_t)(end - y) * sizeof *y);
}

/* Merging from small to large: keys come in no order, and a call for each comparison would cost more than comparing. */
static void sort_seats(struct assembly *a)
{
    const size_t count = a->seats.count;
    vector_reserve(&a->merged, count);
    for (size_t run = 1; run < count; run *= 2) {
        const struct seat *from = a->seats.at;
        for (size_t i = 0; i < count; i += 2 * run) {
            const size_t second = i + run < count ? i + run : count, end = second + run < count ? second + run : count;
            merge_seats(a, from + i, from + second, from + end, a->merged.at + i);
        }
        memcpy(a->seats.at, a->merged.at, count * sizeof *a->seats.at);
    }
}

void assembly_settle(struct assembly *a, int slot_bits, const uint32_t *hot, size_t hot_count,
                     struct merge_counts *counts)
{
    bool any_fresh = false;
    group_items(a);
    for (size_t i = 0; i < a->senders.count; i++) {
        struct sender *s = &a->senders.at[i];
        struct item *items = a->sorted.at + s->first;
        const uint64_t slot = slot_bits ? s->hash >> (64 - slot_bits) : 0;
        vector_push(&a->seats, ((struct seat){slot, start_of(s->key), (uint32_t)i}));
        sort_items(items, s->count);
        if (!ids_grow(items, s->count)) s->count = drop_repeats(a, items, s->count, counts);
        for (uint32_t k = 0; k < s->count; k++) {
            counts->accepted += items[k].fresh;
            any_fresh |= items[k].fresh;
        }
    }
    if (any_fresh) take_hot(a, hot, hot_count);
    sort_seats(a);
}

/* ---- cutting ---- */

static int by_number(const void *x, const void *y)
{
    const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

static void give_number(struct assembly *a, uint32_t content)
{
    struct texts *t = &a->texts[COLLECTED_CONTENT];
    t->places.at[content] = (uint32_t)a->out_contents.count;
    t->users.at[content] = 0;
    vector_push(&a->out_contents, text_of(t, content));
}

/* The texts that are used get their numbers in the block, those used most the smallest. Most are used once: they come
 * last, as they stand. */
static void number_contents(struct assembly *a)
{
    const struct texts *t = &a->texts[COLLECTED_CONTENT];
    vector_clear(&a->ranking);
    vector_clear(&a->out_contents);
    for (uint32_t i = 0; i < t->users.count; i++)
        if (t->users.at[i] > 1) vector_push(&a->ranking, (uint64_t)(UINT32_MAX - t->users.at[i]) << 32 | i);
    if (a->ranking.count) qsort(a->ranking.at, a->ranking.count, sizeof *a->ranking.at, by_number);
    for (size_t i = 0; i < a->ranking.count; i++) give_number(a, (uint32_t)a->ranking.at[i]);
    for (uint32_t i = 0; i < t->users.count; i++)
        if (t->users.at[i]) give_number(a, i);
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
    struct texts *t = &a->texts[COLLECTED_COMPANIONS];
    const uint32_t number = e->companions - 1;
    e->companions = place_in(t, number, a->out_companions.count, &first) + 1;
    if (first) vector_push(&a->out_companions, block_unpack_companions(text_of(t, number)));
}

static void place_cold(struct assembly *a, struct block_event *e)
{
    bool first;
    if (!e->cold) return;
    struct texts *t = &a->texts[COLLECTED_COLD];
    const uint32_t number = e->cold - 1;
    e->cold = place_in(t, number, a->out_colds.count, &first) + 1;
    if (first) vector_push(&a->out_colds, text_of(t, number));
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
        a->texts[COLLECTED_CONTENT].users.at[e->content]++;
        vector_push(&a->out_events, *e);
    }
}

static int by_event(const void *x, const void *y)
{
    const struct block_event *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return slice_compare(a->id, b->id);
}

static void forget_users(struct texts *t)
{
    memset(t->users.at, 0, t->users.count * sizeof *t->users.at);
}

static void place_texts(struct assembly *a)
{
    if (a->kind == SENDER_NOBODY && a->out_events.count)
        qsort(a->out_events.at, a->out_events.count, sizeof *a->out_events.at, by_event);
    number_contents(a);
    const struct texts *contents = &a->texts[COLLECTED_CONTENT];
    for (size_t i = 0; i < a->out_events.count; i++) {
        struct block_event *e = &a->out_events.at[i];
        e->content = contents->places.at[e->content];
        place_companions(a, e);
        place_cold(a, e);
    }
    if (a->out_companions.count) forget_users(&a->texts[COLLECTED_COMPANIONS]);
    if (a->out_colds.count) forget_users(&a->texts[COLLECTED_COLD]);
}

bool assembly_next(struct assembly *a, uint64_t *slot, struct block *out)
{
    if (a->next_seat == a->seats.count) return false;
    vector_clear(&a->out_senders);
    vector_clear(&a->out_events);
    vector_clear(&a->out_companions);
    vector_clear(&a->out_colds);
    *slot = a->seats.at[a->next_seat].slot;
    for (; a->next_seat < a->seats.count && a->seats.at[a->next_seat].slot == *slot; a->next_seat++)
        put_sender(a, &a->senders.at[a->seats.at[a->next_seat].sender]);
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
