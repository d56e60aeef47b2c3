#include "store/collect.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"
#include "intake/instant.h"
#include "store/saying.h"
#include "value/json_write.h"

/* ---- piles of records ---- */

/* A thousand piles grow at once: chunks are small and taken one after the other, so that the ends of all piles stay in
 * the cache, and the memory of the chunk to come is fetched before anybody writes to it. */
enum { CHUNK = 512, LINE = 64, ROOM_BYTES = 4 << 20 };

struct chunk {
    struct chunk *next;
    uint32_t used; /* of data, once another follows */
    char data[];
};
struct pile {
    char *next, *end; /* in the last chunk */
    struct chunk *first, *last;
};

/* Texts that are kept once: by digest, numbered from 1. */
struct once {
    struct once_slot {
        uint64_t digest;
        uint32_t check, number; /* number 0: free */
    } * slots;
    uint32_t mask;
    VECTOR(struct slice) texts;
};

enum { MEMO_BITS = 8, MEMO_NAMES = 1 << MEMO_BITS };

struct collector {
    const struct collect_plan *plan;
    const struct input_plan *input;
    uint32_t *codes; /* of the plan's paths */
    VECTOR(uint32_t) source_codes;
    struct arena texts;
    struct buffer scratch;
    VECTOR(char *) rooms;
    char *room, *room_end;
    size_t bytes;
    uint64_t events;
    struct once contents, companions, colds;
    struct name_memo {
        struct slice name;
        uint32_t code;
    } memo[MEMO_NAMES];     /* by a few bytes of the name: the ones met last */
    struct map known_names; /* to its place in known_codes */
    VECTOR(uint32_t) known_codes;
    struct arena known_texts;
    struct pile piles[SENDER_KINDS][COLLECT_PARTITIONS];
};

/* ---- texts once ---- */

struct digest {
    uint64_t a, b;
};

static inline struct digest mix(struct digest d, uint64_t mark, uint64_t word)
{
    return (struct digest){hash_mix(d.a ^ mark, word ^ HASH_K1), hash_mix(d.b + word, mark ^ HASH_K0)};
}

static inline struct digest mix_text(struct digest d, uint64_t mark, struct slice text)
{
    const char *p = text.ptr;
    size_t n = text.len;
    mark |= (uint64_t)n << 32;
    for (; n > 8; p += 8, n -= 8) d = mix(d, mark, slice_load_8(p));
    return mix(d, mark, n ? slice_load(p, n) : 0);
}

static struct once_slot *once_find(const struct once *o, struct digest d)
{
    uint32_t i = (uint32_t)d.a & o->mask;
    while (o->slots[i].number && (o->slots[i].digest != d.a || o->slots[i].check != (uint32_t)d.b))
        i = (i + 1) & o->mask;
    return &o->slots[i];
}

static void once_grow(struct once *o)
{
    const struct once old = *o;
    const uint32_t size = old.slots ? (old.mask + 1) * 2 : 1024;
    o->slots = memory_new(size * sizeof *o->slots);
    o->mask = size - 1;
    for (uint32_t i = 0; old.slots && i <= old.mask; i++)
        if (old.slots[i].number) *once_find(o, (struct digest){old.slots[i].digest, old.slots[i].check}) = old.slots[i];
    free(old.slots);
}

/* The slot of that digest: the caller, finding its number 0, keeps the text by once_keep. */
static inline struct once_slot *once_slot(struct once *o, struct digest d)
{
    if (!o->slots || o->texts.count * 2 > o->mask) once_grow(o);
    return once_find(o, d);
}

static uint32_t once_keep(struct collector *c, struct once *o, struct once_slot *slot, struct digest d,
                          struct slice text)
{
    vector_push(&o->texts, arena_slice(&c->texts, text));
    *slot = (struct once_slot){d.a, (uint32_t)d.b, (uint32_t)o->texts.count};
    c->bytes += text.len + 2 * sizeof *slot + sizeof text;
    return slot->number;
}

static void once_clear(struct once *o)
{
    if (o->slots) memset(o->slots, 0, (o->mask + 1) * sizeof *o->slots);
    vector_clear(&o->texts);
}

static void once_release(struct once *o)
{
    free(o->slots);
    vector_release(&o->texts);
}

/* ---- what an event says ---- */

/* 0 for none; others one more than their code. */
static uint32_t name_code(struct collector *c, struct slice name)
{
    if (!name.len) return 0;
    const uint64_t word = slice_load(name.ptr, name.len < 8 ? name.len : 8) + name.len;
    struct name_memo *m = &c->memo[word * HASH_K0 >> (64 - MEMO_BITS)];
    if (m->name.len && slice_equal_key(m->name, name)) return m->code;
    const uint32_t count = c->known_names.count, at = map_put_copy(&c->known_names, &c->known_texts, name, count);
    if (at == count) vector_push(&c->known_codes, names_code(c->plan->names, name) + 1);
    *m = (struct name_memo){c->known_names.entries[at].key, c->known_codes.at[at]};
    return m->code;
}

static uint32_t source_code(struct collector *c, uint16_t source)
{
    while (c->source_codes.count <= source) {
        const uint32_t code =
            names_code(c->plan->names, sources_name(c->plan->sources, (uint16_t)c->source_codes.count));
        vector_push(&c->source_codes, code);
    }
    return c->source_codes.at[source];
}

static uint32_t content_of(struct collector *c, const struct input_event *in)
{
    struct saying head = {
        .call = in->call, .day = in->at.day_only, .name = name_code(c, in->name), .source = source_code(c, in->source)};
    struct digest d = {HASH_K0, HASH_K1};
    d = mix(d, (uint64_t)head.call | (uint64_t)head.day << 8, head.name | (uint64_t)head.source << 32);
    for (size_t i = 0; i < c->plan->hot_count; i++) {
        const struct input_value *v = &in->values[i];
        if (v->kind == INPUT_MISSING) continue;
        const uint64_t mark = i | (uint64_t)v->kind << 16;
        d = v->kind <= INPUT_INT ? mix(d, mark, v->kind == INPUT_NULL ? 0 : (uint64_t)v->number)
                                 : mix_text(d, mark, v->text);
    }
    struct once_slot *slot = once_slot(&c->contents, d);
    if (slot->number) return slot->number - 1;
    buffer_clear(&c->scratch);
    saying_pack(&c->scratch, &head, in->values, c->codes, c->plan->hot_count);
    return once_keep(c, &c->contents, slot, d, buffer_slice(&c->scratch)) - 1;
}

/* ---- the keys beside the sender's ---- */

static uint32_t companions_of(struct collector *c, enum sender_kind kind, const struct input_event *in)
{
    const struct slice anonymous = kind == SENDER_ANONYMOUS ? slice_of("", 0) : in->anonymous;
    const struct slice group = kind == SENDER_GROUP ? slice_of("", 0) : in->group;
    if (!anonymous.len && !group.len && !in->previous.len) return 0;
    struct digest d = {HASH_K0, HASH_K1};
    d = mix_text(mix_text(mix_text(d, 1, anonymous), 2, group), 3, in->previous);
    struct once_slot *slot = once_slot(&c->companions, d);
    if (slot->number) return slot->number;
    buffer_clear(&c->scratch);
    varint_add_slice(&c->scratch, anonymous);
    varint_add_slice(&c->scratch, group);
    varint_add_slice(&c->scratch, in->previous);
    return once_keep(c, &c->companions, slot, d, buffer_slice(&c->scratch));
}

/* ---- the rest ---- */

static void write_value(struct json_writer *w, const struct input_value *v)
{
    switch (v->kind) {
    case INPUT_MISSING:
    case INPUT_NULL: json_null(w); break;
    case INPUT_BOOL: json_bool(w, v->number != 0); break;
    case INPUT_INT: json_int(w, v->number); break;
    case INPUT_TEXT: json_string(w, v->text); break;
    case INPUT_NUMBER:
    case INPUT_JSON: json_raw(w, v->text); break;
    }
}

/* The paths that are not hot, each as an object around its value: what is read from it is the same. */
static void write_others(struct collector *c, const struct input_event *in)
{
    for (size_t i = c->plan->hot_count; i < c->input->count; i++) {
        if (in->values[i].kind == INPUT_MISSING) continue;
        struct json_writer w = {.out = &c->scratch};
        struct slice path = c->input->paths[i];
        int depth = 0;
        if (c->scratch.len) buffer_char(&c->scratch, '\n');
        for (; path.len; depth++) {
            json_object(&w);
            json_key(&w, slice_cut(&path, '.'));
        }
        write_value(&w, &in->values[i]);
        while (depth--) json_end(&w);
    }
}

static uint32_t cold_of(struct collector *c, const struct input_event *in)
{
    if (!in->rest.len && c->plan->hot_count == c->input->count) return 0;
    buffer_clear(&c->scratch);
    buffer_add(&c->scratch, in->rest);
    write_others(c, in);
    struct slice text = buffer_slice(&c->scratch);
    if (!text.len) return 0;
    const struct digest d = mix_text((struct digest){HASH_K0, HASH_K1}, 1, text);
    struct once_slot *slot = once_slot(&c->colds, d);
    return slot->number ? slot->number : once_keep(c, &c->colds, slot, d, text);
}

/* ---- records ---- */

/* WHOLE_SECONDS: the time is 4 bytes of seconds, else 8 of microseconds. FEW_CONTENTS: the content is 2 bytes, else 4.
 */
enum {
    WITH_COMPANIONS = 1,
    WITH_COLD = 2,
    WITH_RECEIVED = 4,
    WITH_SENT = 8,
    WHOLE_SECONDS = 16,
    FEW_CONTENTS = 32,
};
/* At most, beside the texts and what most records lack; with the room that slice_put wants. */
enum { RECORD_FIXED = 1 + 8 + 4 + 2 * 2 + 8, RECORD_RARE = 4 + 4 + 8 + 8 + 2 * VARINT_MAX, SHORT_TEXT = 1 << 14 };

static void new_room(struct collector *c, size_t size)
{
    const size_t bytes = size > ROOM_BYTES ? size : ROOM_BYTES;
    c->room = memory_large(bytes);
    c->room_end = c->room + bytes;
    vector_push(&c->rooms, c->room);
    c->bytes += bytes;
}

static __attribute__((noinline)) void add_chunk(struct collector *c, struct pile *pile, size_t least)
{
    size_t whole = sizeof(struct chunk) + least;
    whole = whole <= CHUNK ? CHUNK : (whole + LINE - 1) & ~(size_t)(LINE - 1);
    if ((size_t)(c->room_end - c->room) < whole) new_room(c, whole);
    struct chunk *chunk = (struct chunk *)c->room;
    c->room += whole;
    if ((size_t)(c->room_end - c->room) >= CHUNK)
        for (size_t ahead = 0; ahead < CHUNK; ahead += LINE) __builtin_prefetch(c->room + ahead, 1);
    chunk->next = NULL;
    if (pile->last) {
        pile->last->used = (uint32_t)(pile->next - pile->last->data);
        pile->last->next = chunk;
    } else {
        pile->first = chunk;
    }
    pile->last = chunk;
    pile->next = chunk->data;
    pile->end = (char *)chunk + whole;
}

static inline char *put_bytes(char *p, const void *from, size_t n)
{
    memcpy(p, from, n);
    return p + n;
}

static inline char *put_slice(char *p, struct slice s)
{
    return slice_put(varint_put(p, s.len), s);
}

static inline void put_record(struct collector *c, struct pile *pile, struct slice key, const struct block_event *e)
{
    const bool rare = e->companions || e->cold || e->received_at != INSTANT_NONE || e->sent_at != INSTANT_NONE ||
                      key.len >= SHORT_TEXT || e->id.len >= SHORT_TEXT;
    const size_t most = RECORD_FIXED + key.len + e->id.len + (rare ? RECORD_RARE : 0);
    if ((size_t)(pile->end - pile->next) < most) add_chunk(c, pile, most);
    const uint64_t seconds = (uint64_t)e->at / SECOND_US;
    const bool whole = seconds * SECOND_US == (uint64_t)e->at && seconds >> 32 == 0, few = e->content >> 16 == 0;
    char *p = pile->next;
    *p++ = (char)((e->companions ? WITH_COMPANIONS : 0) | (e->cold ? WITH_COLD : 0) |
                  (e->received_at != INSTANT_NONE ? WITH_RECEIVED : 0) | (e->sent_at != INSTANT_NONE ? WITH_SENT : 0) |
                  (whole ? WHOLE_SECONDS : 0) | (few ? FEW_CONTENTS : 0));
    p = whole ? put_bytes(p, &seconds, 4) : put_bytes(p, &e->at, 8);
    p = few ? put_bytes(p, &e->content, 2) : put_bytes(p, &e->content, 4);
    p = put_slice(p, key);
    p = put_slice(p, e->id);
    if (e->companions) p = put_bytes(p, &e->companions, 4);
    if (e->cold) p = put_bytes(p, &e->cold, 4);
    if (e->received_at != INSTANT_NONE) p = put_bytes(p, &e->received_at, 8);
    if (e->sent_at != INSTANT_NONE) p = put_bytes(p, &e->sent_at, 8);
    pile->next = p;
}

/* Of what put_record wrote: nothing to check. */
static inline const char *get_record(const char *p, struct collected *out)
{
    const uint8_t flags = (uint8_t)*p++;
    struct block_event *e = &out->event;
    struct byte_reader r = {.end = p + 2 * VARINT_MAX + UINT32_MAX};
    uint64_t seconds = 0;
    *e = (struct block_event){.received_at = INSTANT_NONE, .sent_at = INSTANT_NONE};
    memcpy(flags & WHOLE_SECONDS ? (void *)&seconds : (void *)&e->at, p, flags & WHOLE_SECONDS ? 4 : 8);
    if (flags & WHOLE_SECONDS) e->at = (int64_t)(seconds * SECOND_US);
    p += flags & WHOLE_SECONDS ? 4 : 8;
    memcpy(&e->content, p, flags & FEW_CONTENTS ? 2 : 4);
    r.next = p + (flags & FEW_CONTENTS ? 2 : 4);
    out->key = slice_get(&r);
    e->id = slice_get(&r);
    p = r.next;
    if (flags & WITH_COMPANIONS) memcpy(&e->companions, p, 4), p += 4;
    if (flags & WITH_COLD) memcpy(&e->cold, p, 4), p += 4;
    if (flags & WITH_RECEIVED) memcpy(&e->received_at, p, 8), p += 8;
    if (flags & WITH_SENT) memcpy(&e->sent_at, p, 8), p += 8;
    return p;
}

/* ---- one event ---- */

static void take(void *context, const struct input_event *in)
{
    struct collector *c = context;
    const enum sender_kind kind = in->user.len        ? SENDER_USER
                                  : in->anonymous.len ? SENDER_ANONYMOUS
                                  : in->group.len     ? SENDER_GROUP
                                                      : SENDER_NOBODY;
    const struct slice keys[] = {in->user, in->anonymous, in->group, slice_of("", 0)}, key = keys[kind];
    struct block_event e = {.at = input_instant(in, c->plan->zone),
                            .received_at = in->received_at,
                            .sent_at = in->sent_at,
                            .id = in->id,
                            .content = content_of(c, in),
                            .companions = companions_of(c, kind, in),
                            .cold = cold_of(c, in)};
    const uint64_t hash = sender_hash(kind, key, in->id);
    put_record(c, &c->piles[kind][hash >> (64 - COLLECT_BITS)], key, &e);
    c->events++;
}

/* ---- the whole ---- */

struct collector *collector_new(const struct collect_plan *plan)
{
    struct collector *c = memory_new(sizeof *c);
    c->plan = plan;
    c->input = plan->input;
    arena_init(&c->texts);
    arena_init(&c->known_texts);
    map_init(&c->known_names);
    buffer_init(&c->scratch, BUFFER_NO_LIMIT);
    c->codes = memory_new((plan->hot_count + 1) * sizeof *c->codes);
    for (size_t i = 0; i < plan->hot_count; i++) c->codes[i] = names_code(plan->names, plan->input->paths[i]);
    return c;
}

void collector_clear(struct collector *c)
{
    for (size_t i = 0; i < c->rooms.count; i++) free(c->rooms.at[i]);
    vector_clear(&c->rooms);
    c->room = c->room_end = NULL;
    memset(c->piles, 0, sizeof c->piles);
    once_clear(&c->contents);
    once_clear(&c->companions);
    once_clear(&c->colds);
    arena_clear(&c->texts);
    c->bytes = c->events = 0;
}

void collector_free(struct collector *c)
{
    if (!c) return;
    collector_clear(c);
    vector_release(&c->rooms);
    vector_release(&c->source_codes);
    once_release(&c->contents);
    once_release(&c->companions);
    once_release(&c->colds);
    arena_release(&c->texts);
    arena_release(&c->known_texts);
    map_release(&c->known_names);
    vector_release(&c->known_codes);
    buffer_release(&c->scratch);
    free(c->codes);
    free(c);
}

struct input_sink collector_sink(struct collector *c)
{
    return (struct input_sink){c, take};
}

size_t collector_bytes(const struct collector *c)
{
    return c->bytes;
}

uint64_t collector_events(const struct collector *c)
{
    return c->events;
}

void collector_each(const struct collector *c, enum sender_kind kind, uint32_t partition,
                    void (*take_one)(void *context, const struct collected *event), void *context)
{
    struct collected one = {.kind = kind};
    const struct pile *pile = &c->piles[kind][partition];
    for (const struct chunk *chunk = pile->first; chunk; chunk = chunk->next) {
        for (size_t ahead = 0; chunk->next && ahead < CHUNK; ahead += LINE)
            __builtin_prefetch((const char *)chunk->next + ahead);
        for (const char *p = chunk->data, *end = chunk->next ? p + chunk->used : pile->next; p < end;) {
            p = get_record(p, &one);
            take_one(context, &one);
        }
    }
}

struct slice collector_content(const struct collector *c, uint32_t content)
{
    return c->contents.texts.at[content];
}

struct companions collector_companions(const struct collector *c, uint32_t index)
{
    struct byte_reader r = byte_reader_of(c->companions.texts.at[index - 1]);
    struct companions out;
    out.anonymous = slice_get(&r);
    out.group = slice_get(&r);
    out.previous = slice_get(&r);
    return out;
}

struct slice collector_cold(const struct collector *c, uint32_t index)
{
    return c->colds.texts.at[index - 1];
}

uint32_t collector_content_count(const struct collector *c)
{
    return (uint32_t)c->contents.texts.count;
}

const uint32_t *collector_hot(const struct collector *c, size_t *count)
{
    *count = c->plan->hot_count;
    return c->codes;
}
