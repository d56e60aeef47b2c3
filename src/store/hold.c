#include "store/hold.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/bisect.h"
#include "base/memory.h"
#include "base/pages.h"
#include "base/vector.h"

enum { ROOM_BYTES = 2 << 20, BEHIND = 8, KNOWN_BITS = 15, KNOWN = 1 << KNOWN_BITS };

/* Not asked yet; a holder's number like any other to everybody else. */
#define NOT_ASKED (HELD_NONE - 1)

/* Contents come again in block after block: told apart by 128 bits, since the blocks' fronts are not kept. */
struct digest {
    uint64_t a, b;
};
struct known {
    struct digest packed;
    uint32_t numbers[2]; /* of events whose clock was not set right, and was */
};

/* Bytes of blocks that were read one after the other; given back when the last of them is done with. */
struct room {
    char *bytes;
    size_t size;
    atomic_size_t blocks;
};

struct entry {
    struct slice rest;       /* of the block; its front is in `places` and `numbers` */
    const uint32_t *numbers; /* by content; then, when some events were set right, by content of those */
    size_t number_count;
    struct block_places places;
    uint64_t slot;
    struct room *room;
    int thread;
};

struct hold_thread {
    VECTOR(struct room *) rooms;
    char *next, *end;
    VECTOR(struct entry) entries;
    struct arena numbers;
    struct known known[KNOWN];
};

struct hold {
    int thread_count, bits, sharers; /* beside the first */
    struct hold_thread **threads;
    VECTOR(struct entry) entries; /* by slot, once settled */
};

struct hold *hold_new(int threads)
{
    struct hold *h = memory_new(sizeof *h);
    h->thread_count = threads;
    h->threads = memory_new((size_t)threads * sizeof *h->threads);
    for (int i = 0; i < threads; i++) {
        h->threads[i] = memory_new(sizeof *h->threads[i]);
        arena_init(&h->threads[i]->numbers);
    }
    return h;
}

static void free_thread(struct hold_thread *t)
{
    for (size_t i = 0; i < t->rooms.count; i++) {
        pages_return(t->rooms.at[i]->bytes, t->rooms.at[i]->size);
        free(t->rooms.at[i]);
    }
    vector_release(&t->rooms);
    vector_release(&t->entries);
    arena_release(&t->numbers);
    free(t);
}

struct hold *hold_share(struct hold *h)
{
    if (h) h->sharers++;
    return h;
}

void hold_free(struct hold *h)
{
    if (!h || h->sharers--) return;
    for (int i = 0; i < h->thread_count; i++) free_thread(h->threads[i]);
    vector_release(&h->entries);
    free(h->threads);
    free(h);
}

static void add_room(struct hold_thread *t, size_t size)
{
    struct room *room = memory_new(sizeof *room);
    room->size = size;
    t->next = room->bytes = pages_borrow(size);
    t->end = t->next + size;
    vector_push(&t->rooms, room);
}

/* In the thread's last room. */
static struct slice keep_bytes(struct hold_thread *t, struct slice data)
{
    const size_t size = data.len + BEHIND;
    if ((size_t)(t->end - t->next) < size) add_room(t, size > ROOM_BYTES ? size : ROOM_BYTES);
    (*vector_last(&t->rooms))->blocks++;
    char *copy = t->next;
    memcpy(copy, data.ptr, data.len);
    t->next += size;
    return slice_of(copy, data.len);
}

/* ---- what contents say ---- */

static uint32_t ask(const struct hold_offer *o, struct slice packed, bool corrected, bool *damaged)
{
    struct picked said;
    if (!picker_read(o->picker, packed, o->scratch, &said)) {
        *damaged = true;
        return HELD_NONE;
    }
    if (said.saying.day) return HELD_NONE; /* its instant depends on the zone of who reads it */
    const struct block_event event = {.received_at = INSTANT_NONE, .sent_at = corrected ? 0 : INSTANT_NONE};
    const struct block none = {0};
    const struct input_event in = picker_event(o->picker, SENDER_USER, slice_of("", 0), &none, &event, &said);
    return o->holder->know(o->holder->context, &in);
}

static struct digest digest_of(struct slice packed)
{
    struct digest d = {packed.len ^ HASH_K0, HASH_K1};
    for (; packed.len > 8; packed = slice_skip(packed, 8)) {
        const uint64_t word = slice_load_8(packed.ptr);
        d = (struct digest){hash_mix(d.a ^ word, HASH_K1), hash_mix(d.b + word, HASH_K0)};
    }
    const uint64_t word = slice_load(packed.ptr, packed.len);
    return (struct digest){hash_mix(d.a ^ word, HASH_K1), hash_mix(d.b + word, HASH_K0)};
}

static struct known *place_of(struct hold_thread *t, struct digest digest)
{
    return &t->known[digest.a >> (64 - KNOWN_BITS)];
}

static uint32_t number_of(struct hold_thread *t, const struct hold_offer *o, struct slice packed, struct digest digest,
                          bool corrected, bool *damaged)
{
    struct known *k = place_of(t, digest);
    if (k->packed.a != digest.a || k->packed.b != digest.b) *k = (struct known){digest, {NOT_ASKED, NOT_ASKED}};
    if (k->numbers[corrected] == NOT_ASKED) k->numbers[corrected] = ask(o, packed, corrected, damaged);
    return k->numbers[corrected];
}

/* ---- one block ---- */

/* Whether each sender is where the fold looks for it, and none is lost there. */
static bool stand_rightly(const struct hold_offer *o, const struct block *b)
{
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct slice key = b->senders[i].key;
        if (!key.len || key.len > HELD_KEY_MAX) return false;
        const uint64_t hash = sender_hash(SENDER_USER, key, key);
        if ((o->bits ? hash >> (64 - o->bits) : 0) != o->slot) return false;
    }
    return true;
}

struct taking {
    struct hold_thread *thread;
    const struct hold_offer *offer;
    struct block_survey survey;
    uint32_t *numbers; /* as in the entry */
    size_t count;
    bool damaged;
    bool some_given;
};

/* Of the contents that events have; the others may be anything. */
static void number_contents(struct taking *t)
{
    const struct block *lists = &t->survey.lists;
    const size_t contents = lists->content_count;
    t->count = contents * (t->survey.has_corrected ? 2 : 1);
    t->numbers = arena_alloc(&t->thread->numbers, t->count * sizeof *t->numbers);
    struct digest *digests = arena_alloc(t->offer->scratch, contents * sizeof *digests);
    for (size_t i = 0; i < contents; i++) { /* all are on their way before the first is looked up */
        digests[i] = digest_of(lists->contents[i]);
        __builtin_prefetch(place_of(t->thread, digests[i]));
    }
    for (size_t i = 0; i < t->count && !t->damaged; i++) {
        t->numbers[i] = HELD_NONE;
        if (!t->survey.users[i]) continue;
        const bool corrected = i >= contents;
        const size_t k = corrected ? i - contents : i;
        t->numbers[i] = number_of(t->thread, t->offer, lists->contents[k], digests[k], corrected, &t->damaged);
        t->some_given |= t->numbers[i] == HELD_NONE;
    }
}

static void count_all(const struct taking *t)
{
    const struct holder *holder = t->offer->holder;
    for (size_t i = 0; i < t->count; i++)
        if (t->survey.users[i]) holder->count(holder->context, t->numbers[i], t->survey.users[i], t->survey.last);
}

/* Each event is noted, or given. */
static bool tell_each(const struct taking *t)
{
    const struct hold_offer *o = t->offer;
    const size_t contents = t->survey.lists.content_count;
    struct block b;
    if (!block_unpack(o->data, slice_of("", 0), o->scratch, &b)) return false;
    struct picked *said = ARENA_ARRAY(o->scratch, struct picked, contents);
    for (size_t i = 0; i < contents; i++)
        if (!picker_read(o->picker, b.contents[i], o->scratch, &said[i])) return false;
    for (size_t i = 0; i < b.sender_count; i++) {
        const struct block_sender *s = &b.senders[i];
        for (uint32_t k = s->first; k < s->first + s->count; k++) {
            const struct block_event *e = &b.events[k];
            const struct input_event in = picker_event(o->picker, SENDER_USER, s->key, &b, e, &said[e->content]);
            const uint32_t number = t->numbers[e->content + (e->sent_at != INSTANT_NONE ? contents : 0)];
            if (number == HELD_NONE)
                o->sink.take(o->sink.context, &in);
            else
                o->holder->note(o->holder->context, number, e->at, &in);
        }
    }
    return true;
}

enum hold_answer hold_take(struct hold *h, int thread, const struct hold_offer *o)
{
    struct hold_thread *own = h->threads[thread];
    struct taking t = {.thread = own, .offer = o};
    struct block_survey *survey = &t.survey;
    if (!block_survey(o->data, o->scratch, survey)) return HOLD_DAMAGED;
    if (!stand_rightly(o, &survey->lists)) return HOLD_REFUSED;
    if (survey->has_cold && !picker_finds_all(o->picker, survey->lists.hot, survey->lists.hot_count))
        return HOLD_REFUSED;
    number_contents(&t);
    if (t.damaged) return HOLD_DAMAGED;
    const bool plain = !t.some_given && !survey->has_companions && !survey->has_received;
    if (plain && !o->holder->every_id)
        count_all(&t);
    else if (!tell_each(&t))
        return HOLD_DAMAGED;
    const struct slice rest = keep_bytes(own, slice_skip(o->data, survey->places.rest));
    vector_push(&own->entries, ((struct entry){.rest = rest,
                                               .numbers = t.numbers,
                                               .number_count = t.count,
                                               .places = survey->places,
                                               .slot = o->slot,
                                               .room = *vector_last(&own->rooms),
                                               .thread = thread}));
    return HOLD_TAKEN;
}

/* ---- taking them from there ---- */

static int by_slot(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    return (a->slot > b->slot) - (a->slot < b->slot);
}

void hold_settle(struct hold *h, int bits)
{
    h->bits = bits;
    for (int i = 0; i < h->thread_count; i++)
        for (size_t k = 0; k < h->threads[i]->entries.count; k++)
            vector_push(&h->entries, h->threads[i]->entries.at[k]);
    if (h->entries.count) qsort(h->entries.at, h->entries.count, sizeof *h->entries.at, by_slot);
}

int hold_bits(const struct hold *h)
{
    return h->bits;
}

static size_t first_from(const struct hold *h, uint64_t slot)
{
    return bisect(i, h->entries.count, h->entries.at[i].slot < slot);
}

struct held_range hold_range(const struct hold *h, uint64_t first, uint64_t end)
{
    return (struct held_range){first_from(h, first), first_from(h, end)};
}

void hold_open(const struct hold *h, size_t index, bool numbers, struct arena *arena, struct held_block *out)
{
    const struct entry *e = &h->entries.at[index];
    struct block_columns c;
    *out = (struct held_block){0};
    if (!block_unpack_columns(e->rest, &e->places, numbers, arena, &c)) return; /* not of bytes that were packed */
    for (size_t i = 0; c.corrected && i < c.event_count; i++)
        c.contents[i] += c.corrected[i] ? (uint32_t)e->places.content_count : 0;
    *out = (struct held_block){.senders = c.senders,
                               .sender_count = c.sender_count,
                               .at = c.at,
                               .ids = c.ids,
                               .numbered = c.numbered,
                               .contents = c.contents,
                               .known = e->numbers,
                               .known_count = e->number_count,
                               .thread = e->thread};
}

void hold_done(const struct hold *h, size_t index)
{
    struct room *room = h->entries.at[index].room;
    if (h->sharers || atomic_fetch_sub(&room->blocks, 1) > 1) return;
    pages_return(room->bytes, room->size);
    room->bytes = NULL;
}
