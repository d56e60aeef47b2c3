/* The packed form of events: a block holds the events of some senders (whom they came with: a user, an anonymous
 * visitor, an account), each sender's together and in order of time, in columns of differences. What events say stands
 * once, as `contents`; most events of a log say one of a few things, so that an event takes about nine bytes.
 *
 * A block is whole in itself: nothing personal stands outside it, so that to rewrite it is to erase. */
#ifndef MASA_STORE_BLOCK_H
#define MASA_STORE_BLOCK_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/civil.h"

struct block_sender {
    struct slice key;
    uint32_t first, count; /* of its events */
};

/* The other keys an event came with, beside its sender's. Empty where it had none. */
struct companions {
    struct slice anonymous, group, previous;
};

struct block_event {
    int64_t at;
    int64_t received_at, sent_at; /* INSTANT_NONE */
    struct slice id;
    uint32_t content;    /* index of the content */
    uint32_t companions; /* index + 1; 0: none */
    uint32_t cold;       /* index + 1; 0: nothing */
};

/* Arrays and texts are borrowed when packing, and of the arena and the packed bytes when unpacked. */
struct block {
    const struct block_sender *senders; /* by key */
    size_t sender_count;
    const struct block_event *events; /* of one sender by (at, id) */
    size_t event_count;
    const struct slice *contents; /* see content.h */
    size_t content_count;
    const struct companions *companions;
    size_t companion_count;
    const struct slice *colds; /* JSON objects */
    size_t cold_count;
    const uint32_t *hot; /* codes of the paths that contents hold when an event has them */
    size_t hot_count;
};

/* Appends the packed form; `cold` gets the texts of colds, compressed, and stays empty when there are none. */
void block_pack(const struct block *block, struct buffer *data, struct buffer *cold);

/* False when the bytes are damaged. An empty `cold` leaves colds out (cold_count 0, though events name them). */
bool block_unpack(struct slice data, struct slice cold, struct arena *arena, struct block *out);

/* Only what events say and whom they came with beside their senders: contents, companions and hot; the rest stays
 * packed. */
bool block_skim(struct slice data, struct arena *arena, struct block *out);

/* Where columns begin. */
struct block_places {
    size_t times, ids, contents;
};

/* The same by columns, for who reads many events and needs ids only as keys (intake/id_key.h). */
struct block_columns {
    struct block lists;    /* without events and colds */
    const int64_t *at;     /* by event, as the others */
    const uint64_t *ids;   /* keys; NULL when no places were given */
    uint32_t *contents;    /* the caller may change them */
    const bool *corrected; /* which have sent_at; NULL: none */
    bool has_companions, has_cold, has_received;
    struct block_places places; /* filled when none were given */
};
/* Whether the bytes are as they were packed. */
bool block_is_intact(struct slice data);
/* False when it cannot be read. Bytes that are not intact may give other events. With the `places` that an earlier call
 * found in the same bytes (NULL in that one) all columns are read, and quickly. */
bool block_unpack_columns(struct slice data, const struct block_places *places, struct arena *arena,
                          struct block_columns *out);

#endif
