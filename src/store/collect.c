#include "store/collect.h"

#include <stdlib.h>

#include "base/fingerprint.h"
#include "base/map.h"
#include "base/memory.h"
#include "intake/instant.h"
#include "store/saying.h"
#include "value/json_write.h"

/* ---- piles of records ---- */

/* A thousand piles grow at once: chunks are small and taken one after the other, so that the ends of all piles stay in
 * the cache, and the memory of the chunk to come is fetched before anybody writes to it. */
enum { CHUNK = 512, LINE = 64, ROOM_BYTES = 4 << 20 };

struct collected_chunk {
    struct collected_chunk *next;
    uint32_t used; /* of data, once another follows */
    char data[];
};
/* Of each pile, what every record needs stands apart, so that the cache holds more piles. */
struct pile {
    char *next, *end; /* in the last chunk */
};
struct pile_chunks {
    struct collected_chunk *first, *last;
};

enum { PILES = SENDER_KINDS * COLLECT_PARTITIONS };

static inline size_t pile_number(enum sender_kind kind, uint32_t partition)
{
    return (size_t)kind << COLLECT_BITS | partition;
}

/* Texts that are kept once, numbered from 0. */
struct once {
    struct fingerprints known;
    VECTOR(struct once_text) texts;
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
    struct once once[COLLECTED_TEXTS];
    struct name_memo {
        struct slice name;
        uint32_t code;
    } memo[MEMO_NAMES];     /* by a few bytes of the name: the ones met last */
    struct map known_names; /* to its place in known_codes */
    VECTOR(uint32_t) known_codes;
    struct arena known_texts;
    struct pile piles[PILES]; /* by pile_number */
    struct pile_chunks chunks[PILES];
};

/* ---- texts once ---- */

static void once_init(struct once *o)
{
    *o = (struct once){0};
    fingerprints_init(&o->known);
}

static uint32_t once_keep(struct collector *c, struct once *o, struct fingerprint f, struct slice text, uint32_t source)
{
    vector_push(&o->texts, ((struct once_text){arena_slice(&c->texts, text), slice_hash(text), source}));
    c->bytes += text.len + 2 * sizeof *o->known.places + sizeof *o->texts.at;
    return fingerprints_add(&o->known, f);
}

static void once_clear(struct once *o)
{
    fingerprints_clear(&o->known);
    vector_clear(&o->texts);
}

static void once_release(struct once *o)
{
    fingerprints_release(&o->known);
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
    struct fingerprint f =
        fingerprint_start((uint64_t)head.call | (uint64_t)head.day << 8, head.name | (uint64_t)head.source << 32);
    for (size_t i = 0; i < c->plan->hot_count; i++) {
        const struct input_value *v = &in->values[i];
        if (v->kind == INPUT_MISSING) continue;
        const uint64_t mark = i | (uint64_t)v->kind << 16;
        f = v->kind <= INPUT_INT ? fingerprint_word(f, mark, v->kind == INPUT_NULL ? 0 : (uint64_t)v->number)
                                 : fingerprint_text(f, mark, v->text);
    }
    const uint32_t known = fingerprints_find(&c->once[COLLECTED_CONTENT].known, f);
    if (known != FINGERPRINT_NEW) return known;
    buffer_clear(&c->scratch);
    saying_pack(&c->scratch, &head, in->values, c->codes, c->plan->hot_count);
    return once_keep(c, &c->once[COLLECTED_CONTENT], f, buffer_slice(&c->scratch), head.source);
}

/* ---- the keys beside the sender's ---- */

static uint32_t companions_of(struct collector *c, enum sender_kind kind, const struct input_event *in)
{
    const struct slice anonymous = kind == SENDER_ANONYMOUS ? slice_of("", 0) : in->anonymous;
    const struct slice group = kind == SENDER_GROUP ? slice_of("", 0) : in->group;
    if (!anonymous.len && !group.len && !in->previous.len) return 0;
    struct fingerprint f = fingerprint_start(0, 0);
    f = fingerprint_text(fingerprint_text(fingerprint_text(f, 1, anonymous), 2, group), 3, in->previous);
    const uint32_t known = fingerprints_find(&c->once[COLLECTED_COMPANIONS].known, f);
    if (known != FINGERPRINT_NEW) return known + 1;
    buffer_clear(&c->scratch);
    block_pack_companions(&(struct companions){anonymous, group, in->previous}, &c->scratch);
    return once_keep(c, &c->once[COLLECTED_COMPANIONS], f, buffer_slice(&c->scratch), 0) + 1;
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
    const struct fingerprint f = fingerprint_text(fingerprint_start(0, 0), 1, text);
    struct once *colds = &c->once[COLLECTED_COLD];
    const uint32_t known = fingerprints_find(&colds->known, f);
    return 1 + (known != FINGERPRINT_NEW ? known : once_keep(c, colds, f, text, 0));
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
    size_t whole = sizeof(struct collected_chunk) + least;
    whole = whole <= CHUNK ? CHUNK : (whole + LINE - 1) & ~(size_t)(LINE - 1);
    if ((size_t)(c->room_end - c->room) < whole) new_room(c, whole);
    struct collected_chunk *chunk = (struct collected_chunk *)c->room;
    c->room += whole;
    if ((size_t)(c->room_end - c->room) >= CHUNK)
        for (size_t ahead = 0; ahead < CHUNK; ahead += LINE) __builtin_prefetch(c->room + ahead, 1);
    chunk->next = NULL;
    struct pile_chunks *chunks = &c->chunks[pile - c->piles];
    if (chunks->last) {
        chunks->last->used = (uint32_t)(pile->next - chunks->last->data);
        chunks->last->next = chunk;
    } else {
        chunks->first = chunk;
    }
    chunks->last = chunk;
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
static inline const char *get_record(const char *p, struct slice *key, struct block_event *e)
{
    const uint8_t flags = (uint8_t)*p++;
    struct byte_reader r = {.end = p + 2 * VARINT_MAX + UINT32_MAX};
    e->received_at = e->sent_at = INSTANT_NONE;
    e->companions = e->cold = 0;
    if (flags & WHOLE_SECONDS) {
        uint32_t seconds;
        memcpy(&seconds, p, 4);
        e->at = (int64_t)seconds * SECOND_US;
    } else {
        memcpy(&e->at, p, 8);
    }
    p += flags & WHOLE_SECONDS ? 4 : 8;
    e->content = 0;
    memcpy(&e->content, p, flags & FEW_CONTENTS ? 2 : 4);
    r.next = p + (flags & FEW_CONTENTS ? 2 : 4);
    *key = slice_get(&r);
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
    put_record(c, &c->piles[pile_number(kind, (uint32_t)(hash >> (64 - COLLECT_BITS)))], key, &e);
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
    for (int i = 0; i < COLLECTED_TEXTS; i++) once_init(&c->once[i]);
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
    memset(c->chunks, 0, sizeof c->chunks);
    for (int i = 0; i < COLLECTED_TEXTS; i++) once_clear(&c->once[i]);
    arena_clear(&c->texts);
    c->bytes = c->events = 0;
}

void collector_free(struct collector *c)
{
    if (!c) return;
    collector_clear(c);
    vector_release(&c->rooms);
    vector_release(&c->source_codes);
    for (int i = 0; i < COLLECTED_TEXTS; i++) once_release(&c->once[i]);
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

static void enter_chunk(struct collected *at, const struct collected_chunk *chunk)
{
    at->chunk = chunk;
    at->next = chunk ? chunk->data : NULL;
    at->end = !chunk ? NULL : chunk->next ? chunk->data + chunk->used : at->last;
    for (size_t ahead = 0; chunk && chunk->next && ahead < CHUNK; ahead += LINE)
        __builtin_prefetch((const char *)chunk->next + ahead);
}

struct collected collector_begin(const struct collector *c, enum sender_kind kind, uint32_t partition)
{
    const size_t pile = pile_number(kind, partition);
    struct collected at = {.last = c->piles[pile].next};
    enter_chunk(&at, c->chunks[pile].first);
    return at;
}

bool collector_next(struct collected *at, struct slice *key, struct block_event *event)
{
    while (at->next == at->end) {
        if (!at->chunk || !at->chunk->next) return false;
        enter_chunk(at, at->chunk->next);
    }
    at->next = get_record(at->next, key, event);
    return true;
}

const struct once_text *collector_text(const struct collector *c, enum collected_text kind, uint32_t number)
{
    return &c->once[kind].texts.at[number];
}

uint32_t collector_text_count(const struct collector *c, enum collected_text kind)
{
    return (uint32_t)c->once[kind].texts.count;
}

const uint32_t *collector_hot(const struct collector *c, size_t *count)
{
    *count = c->plan->hot_count;
    return c->codes;
}
