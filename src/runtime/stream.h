/* Events on their way from the readers to the fold, spread by subject over partitions small enough to be sorted in cache.
 * Each reading thread has streams of its own; a stream is a list of chunks of packed records, appended to and then read once,
 * chunk by chunk, each freed after its use. */
#ifndef MASA_RUNTIME_STREAM_H
#define MASA_RUNTIME_STREAM_H

#include "base/slice.h"

enum { PARTITION_BITS = 10, PARTITIONS = 1 << PARTITION_BITS, STREAM_KEY_MAX = 255 };

struct record {
    int64_t at;
    uint64_t id;      /* order key and identity: see id_key */
    uint32_t content;
    uint8_t store;    /* of the content */
    uint8_t credit;   /* of a deal's event delivered to a person: a set of 1 << enum credit_deals; else 0 */
    struct slice key; /* of the subject */
};

struct chunk;
struct stream {
    struct chunk *first, *last;
    uint64_t records;
};

/* `at` within 36,000 years; a key of at most STREAM_KEY_MAX bytes. */
void stream_put(struct stream *s, const struct record *r);

struct stream_cursor {
    const struct chunk *chunk;
    size_t offset;
};
static inline struct stream_cursor stream_begin(const struct stream *s)
{
    return (struct stream_cursor){.chunk = s->first};
}
/* False at the end. The key points into the stream. */
bool stream_next(struct stream_cursor *c, struct record *out);
void stream_free(struct stream *s);

static inline uint32_t partition_of(uint64_t key_hash)
{
    return (uint32_t)(key_hash >> (64 - PARTITION_BITS));
}

#endif
