/* Events on their way from the readers to the fold, spread by subject over partitions small enough to be sorted in
 * cache. Each reading thread has streams of its own, made of the memory of rooms; a stream is a list of chunks of
 * packed records, appended to and then read.
 *
 * A thousand streams grow at once, so that every record is written to another place. Chunks are small and taken from
 * the room one after the other: the ends of all streams stay in the cache together, and the memory of the chunk to come
 * is fetched before anybody writes to it. */
#ifndef MASA_RUNTIME_STREAM_H
#define MASA_RUNTIME_STREAM_H

#include "base/packed_key.h"
#include "base/vector.h"
#include "intake/id_key.h"

enum { PARTITION_BITS = 9, PARTITIONS = 1 << PARTITION_BITS, STREAM_KEY_MAX = 255 };

struct record {
    int64_t at;
    uint64_t id; /* order key and identity: see id_key; of what was read a number where it can be */
    uint32_t content;
    uint8_t store;    /* of the content */
    uint8_t credit;   /* of a deal's event delivered to a person: a set of 1 << enum credit_deals; else 0 */
    struct slice key; /* of the subject */
    uint8_t packed;   /* of what was read: the code by which the key stands there, 0 where it is as it was */
};

/* The memory of some of a thread's streams, given back all at once. */
struct stream_room {
    VECTOR(char *) blocks;
    char *next, *end;
    uint8_t store; /* the usual one of its records */
};
void stream_room_init(struct stream_room *room, uint8_t store);
void stream_room_release(struct stream_room *room);

/* The last record whose id is a number, in whole seconds: what the next one is told beside. */
struct stream_mark {
    uint32_t second, number;
};

struct chunk;
struct stream {
    char *next, *end; /* in the last chunk */
    struct stream_mark mark;
    uint64_t records;
    struct chunk *first, *last;
};

/* A record is its form and how the key stands there (1 byte), the time, the content, the id and the key: packed, or as
 * it is with its length. The short forms are for contents among the first 65,536 of the usual store, keys that are
 * packed or of up to 40 bytes and no credit: NUMBER has whole seconds and an id that is a number of up to seven digits,
 * NEAR the same where both are little more than those of the mark, SECONDS has whole seconds and any id, MILLIS whole
 * milliseconds and any id. FULL has everything, and after it the key's length and code. */
enum record_form { RECORD_NEAR, RECORD_NUMBER, RECORD_SECONDS, RECORD_MILLIS };
enum {
    RECORD_KEY_MAX = 40,   /* above it stand the codes of packed keys */
    RECORD_FULL = 63 << 2, /* in the place of form and key */
    RECORD_NEAR_HEAD = 1 + 2 + 2 + 2,
    RECORD_NUMBER_HEAD = 1 + 4 + 2 + 3,
    RECORD_SECONDS_HEAD = 1 + 4 + 2 + 8,
    RECORD_MILLIS_HEAD = 1 + 6 + 2 + 8,
    RECORD_FULL_HEAD = 1 + 8 + 4 + 8 + 1 + 1 + 1 + 1,
    RECORD_KEY_ROOM = PACKED_SIZE_MAX, /* a shorter key is written as a word or two */
};

_Static_assert(RECORD_KEY_MAX + PACKED_CODE_MAX < RECORD_FULL >> 2, "six bits tell how a key stands");

/* Makes room for a record of so many bytes at least; the key's room included. */
void stream_add_chunk(struct stream *s, struct stream_room *room, size_t size);
void stream_put_full(struct stream *s, struct stream_room *room, const struct record *r,
                     const struct packed_key *packed);

static inline char *stream_put_word(char *to, uint64_t word)
{
    memcpy(to, &word, sizeof word);
    return to;
}

static inline char *stream_put_key(char *to, const struct packed_key *packed, struct slice key)
{
    return packed->code ? packed_key_put(to, packed) : slice_put(to, key);
}

/* A key of at most STREAM_KEY_MAX bytes. */
static inline void stream_put(struct stream *s, struct stream_room *room, const struct record *r)
{
    const struct packed_key packed = packed_key_of(r->key);
    const uint64_t seconds = (uint64_t)r->at / 1000000;
    const bool whole = seconds * 1000000 == (uint64_t)r->at && seconds >> 32 == 0;
    const bool fits =
        r->content >> 16 == 0 && (packed.code || r->key.len <= RECORD_KEY_MAX) && r->store == room->store && !r->credit;
    const uint64_t millis = whole ? 0 : (uint64_t)r->at / 1000;
    if (!fits || (!whole && (millis * 1000 != (uint64_t)r->at || millis >> 48))) {
        stream_put_full(s, room, r, &packed);
        return;
    }
    const size_t size = RECORD_MILLIS_HEAD + (r->key.len < RECORD_KEY_ROOM ? RECORD_KEY_ROOM : r->key.len);
    if (__builtin_expect((size_t)(s->end - s->next) < size, 0)) stream_add_chunk(s, room, size);
    s->records++;
    const uint64_t form = (packed.code ? RECORD_KEY_MAX + (uint64_t)packed.code : r->key.len) << 2;
    const uint64_t id = id_small(r->id);
    char *p = s->next;
    if (whole && id_is_number(id)) {
        const uint64_t later = seconds - s->mark.second, more = id - s->mark.number;
        s->mark = (struct stream_mark){(uint32_t)seconds, (uint32_t)id};
        if ((later | more) >> 16 == 0) {
            stream_put_word(p, form | RECORD_NEAR | later << 8 | more << 24 | (uint64_t)r->content << 40);
            s->next = stream_put_key(p + RECORD_NEAR_HEAD, &packed, r->key);
            return;
        }
        stream_put_word(p, form | RECORD_NUMBER | seconds << 8 | (uint64_t)r->content << 40 | id << 56);
        stream_put_word(p + 8, id >> 8);
        s->next = stream_put_key(p + RECORD_NUMBER_HEAD, &packed, r->key);
    } else if (whole) {
        stream_put_word(p, form | RECORD_SECONDS | seconds << 8 | (uint64_t)r->content << 40);
        stream_put_word(p + 7, id);
        s->next = stream_put_key(p + RECORD_SECONDS_HEAD, &packed, r->key);
    } else {
        stream_put_word(p, form | RECORD_MILLIS | millis << 8 | (uint64_t)r->content << 56);
        stream_put_word(p + 8, r->content >> 8);
        stream_put_word(p + 9, id);
        s->next = stream_put_key(p + RECORD_MILLIS_HEAD, &packed, r->key);
    }
}

struct stream_cursor {
    const struct stream *stream;
    const struct chunk *chunk;
    const char *next, *end;
    struct stream_mark mark;
    uint8_t store;
};
struct stream_cursor stream_begin(const struct stream *s, uint8_t store); /* the room's */
/* Moves on when a chunk is at its end; false when the stream is. */
bool stream_next_chunk(struct stream_cursor *c);
void stream_get_full(struct stream_cursor *c, struct record *out);

/* False at the end. The key points into the stream, as it stands there: stream_key makes it whole. */
static inline bool stream_next(struct stream_cursor *c, struct record *out)
{
    if (__builtin_expect(c->next == c->end, 0) && !stream_next_chunk(c)) return false;
    const char *p = c->next;
    const uint64_t low = slice_load_8(p), key = low >> 2 & 63;
    if (__builtin_expect(key == RECORD_FULL >> 2, 0)) {
        stream_get_full(c, out);
        return true;
    }
    out->packed = key > RECORD_KEY_MAX ? (uint8_t)(key - RECORD_KEY_MAX) : 0;
    const size_t len = key > RECORD_KEY_MAX ? packed_key_size(out->packed) : key;
    out->store = c->store;
    out->credit = 0;
    switch (low & 3) {
    case RECORD_NEAR:
        c->mark.second += low >> 8 & 0xffff;
        c->mark.number += low >> 24 & 0xffff;
        out->at = (int64_t)c->mark.second * 1000000;
        out->content = low >> 40 & 0xffff;
        out->id = c->mark.number;
        p += RECORD_NEAR_HEAD;
        break;
    case RECORD_NUMBER:
        c->mark = (struct stream_mark){low >> 8 & UINT32_MAX, slice_load_8(p + 7) & 0xffffff};
        out->at = (int64_t)c->mark.second * 1000000;
        out->content = low >> 40 & 0xffff;
        out->id = c->mark.number;
        p += RECORD_NUMBER_HEAD;
        break;
    case RECORD_SECONDS:
        out->at = (int64_t)(low >> 8 & UINT32_MAX) * 1000000;
        out->content = low >> 40 & 0xffff;
        out->id = slice_load_8(p + 7);
        p += RECORD_SECONDS_HEAD;
        break;
    case RECORD_MILLIS:
        out->at = (int64_t)(low >> 8 & UINT64_C(0xffffffffffff)) * 1000;
        out->content = (uint32_t)(slice_load_8(p + 7) & 0xffff);
        out->id = slice_load_8(p + 9);
        p += RECORD_MILLIS_HEAD;
        break;
    }
    out->key = slice_of(p, len);
    c->next = p + len;
    return true;
}

/* Makes the key of what was read whole; `text` holds one that was packed. */
static inline void stream_key(struct record *read, char text[PACKED_TEXT_MAX])
{
    if (read->packed) read->key = packed_key_text(read->packed, read->key.ptr, text);
    read->packed = 0;
}

static inline uint32_t partition_of(uint64_t key_hash)
{
    return (uint32_t)(key_hash >> (64 - PARTITION_BITS));
}

#endif
