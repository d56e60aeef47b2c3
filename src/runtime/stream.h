/* Events on their way from the readers to the fold, spread by subject over partitions small enough to be sorted in
 * cache. Each reading thread has streams of its own, made of the memory of one room; a stream is a list of chunks of
 * packed records, appended to and then read. */
#ifndef MASA_RUNTIME_STREAM_H
#define MASA_RUNTIME_STREAM_H

#include "base/slice.h"
#include "base/vector.h"

enum { PARTITION_BITS = 10, PARTITIONS = 1 << PARTITION_BITS, STREAM_KEY_MAX = 255 };

struct record {
    int64_t at;
    uint64_t id; /* order key and identity: see id_key */
    uint32_t content;
    uint8_t store;    /* of the content */
    uint8_t credit;   /* of a deal's event delivered to a person: a set of 1 << enum credit_deals; else 0 */
    struct slice key; /* of the subject */
};

/* The memory of one thread's streams, given back all at once. */
struct stream_room {
    VECTOR(char *) blocks;
    char *next, *end;
    uint8_t store; /* the usual one of its records */
};
void stream_room_init(struct stream_room *room, uint8_t store);
void stream_room_release(struct stream_room *room);

struct chunk;
struct stream {
    struct chunk *first, *last;
    char *next, *end; /* in the last chunk */
    uint64_t records;
};

/* A record is written in one of two forms. PACKED is for most: whole seconds, an id of up to seven bytes, a content
 * among the first 65,536, the usual store, no credit. Its 15 bytes before the key are two words that overlap the key by
 * one byte: the form, the seconds (4 bytes), the id (7), the content (2), the key's length (1). */
enum { RECORD_FULL, RECORD_PACKED };
enum {
    RECORD_PACKED_HEAD = 15,
    RECORD_FULL_HEAD = 1 + 8 + 8 + 4 + 1 + 1 + 1,
    RECORD_SLACK = 8, /* words are written and read whole: bytes that must follow the key */
};

/* For one record of a key of `len` bytes. */
static inline bool stream_has_room(const struct stream *s, size_t len)
{
    return (size_t)(s->end - s->next) >= RECORD_FULL_HEAD + len + RECORD_SLACK;
}
void stream_add_chunk(struct stream *s, struct stream_room *room);
void stream_put_full(struct stream *s, const struct record *r);

/* A key of at most STREAM_KEY_MAX bytes. */
static inline void stream_put(struct stream *s, struct stream_room *room, const struct record *r)
{
    if (__builtin_expect(!stream_has_room(s, r->key.len), 0)) stream_add_chunk(s, room);
    s->records++;
    const uint64_t seconds = (uint64_t)r->at / 1000000;
    const uint64_t too_big = seconds >> 32 | r->id >> 56 | r->content >> 16;
    if (too_big || seconds * 1000000 != (uint64_t)r->at || r->store != room->store || r->credit) {
        stream_put_full(s, r);
        return;
    }
    const uint64_t low = RECORD_PACKED | seconds << 8 | r->id << 40;
    const uint64_t high = r->id >> 24 | (uint64_t)r->content << 32 | (uint64_t)r->key.len << 48;
    memcpy(s->next, &low, 8);
    memcpy(s->next + 8, &high, 8);
    s->next = slice_put(s->next + RECORD_PACKED_HEAD, r->key);
}

struct stream_cursor {
    const struct stream *stream;
    const struct chunk *chunk;
    const char *next, *end;
    uint8_t store;
};
struct stream_cursor stream_begin(const struct stream *s, const struct stream_room *room);
/* Moves on when a chunk is at its end; false when the stream is. */
bool stream_next_chunk(struct stream_cursor *c);
void stream_get_full(struct stream_cursor *c, struct record *out);

/* False at the end. The key points into the stream. */
static inline bool stream_next(struct stream_cursor *c, struct record *out)
{
    if (__builtin_expect(c->next == c->end, 0) && !stream_next_chunk(c)) return false;
    const uint64_t low = slice_load_8(c->next), high = slice_load_8(c->next + 8);
    if ((low & 0xff) != RECORD_PACKED) {
        stream_get_full(c, out);
        return true;
    }
    out->at = (int64_t)(low >> 8 & UINT32_MAX) * 1000000;
    out->id = (low >> 40 | high << 24) & UINT64_C(0xffffffffffffff);
    out->content = high >> 32 & 0xffff;
    out->store = c->store;
    out->credit = 0;
    out->key = slice_of(c->next + RECORD_PACKED_HEAD, high >> 48 & 0xff);
    c->next = out->key.ptr + out->key.len;
    return true;
}

static inline uint32_t partition_of(uint64_t key_hash)
{
    return (uint32_t)(key_hash >> (64 - PARTITION_BITS));
}

#endif
