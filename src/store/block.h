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
#include "store/columns.h"

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

/* Ids that readers make of a record, a field and a value begin with #: the same whenever the record is exported. */
static inline bool block_id_is_made(const struct block_event *event)
{
    return event->id.len && event->id.ptr[0] == '#';
}

/* Of two events that say the same under one id, the earlier first: whether they are one that was sent again. */
static inline bool block_sent_again(const struct block_event *kept, const struct block_event *other)
{
    return kept->at == other->at || block_id_is_made(kept) ||
           (kept->sent_at != INSTANT_NONE && other->sent_at != INSTANT_NONE);
}

/* What the one that stays takes over from the other. */
static inline void block_note_again(struct block_event *kept, const struct block_event *other)
{
    if (kept->received_at == INSTANT_NONE && kept->sent_at == INSTANT_NONE) kept->received_at = other->received_at;
}

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

/* As a text: equal companions are equal texts. Unpacked, they point into it. */
void block_pack_companions(const struct companions *c, struct buffer *out);
struct companions block_unpack_companions(struct slice packed);

/* Appends the packed form; `cold` gets the texts of colds, compressed, and stays empty when there are none. */
void block_pack(const struct block *block, struct buffer *data, struct buffer *cold);

/* False when the bytes are damaged. An empty `cold` leaves colds out (cold_count 0, though events name them). */
bool block_unpack(struct slice data, struct slice cold, struct arena *arena, struct block *out);

/* Only what events say and whom they came with beside their senders: contents, companions and hot; the rest stays
 * packed. */
bool block_skim(struct slice data, struct arena *arena, struct block *out);

/* Where each sender's events stand in a block, so that one's are unpacked without the others'. Lives in the arena and
 * the packed bytes. */
enum { BLOCK_COLUMNS = 6 };
struct block_entry {
    struct slice key;
    uint32_t first, count;      /* of its events */
    uint32_t at[BLOCK_COLUMNS]; /* where its part of each column begins: in the packed bytes */
    uint64_t number;            /* the id before its first, where ids are numbers */
};
struct block_index {
    struct block lists; /* contents, companions and hot; no senders and no events */
    const struct block_entry *entries;
    size_t count;
    bool has_cold;
    /* Inside. */
    struct slice data;
    unsigned columns;
    int64_t base;
    uint64_t unit;
    bool numbered;
    struct columns_reader rows;
};
/* False when the bytes are damaged, or of the first form. */
bool block_index(struct slice data, struct arena *arena, struct block_index *out);
/* `count` of them. False when they cannot be read. */
bool block_unpack_entry(const struct block_index *index, const struct block_entry *entry, struct arena *arena,
                        struct block_event *events);

/* What the front of a block says of its events, for who takes them later: kept beside the rest, which begins with byte
 * `rest`, it stands for the front. */
struct block_places {
    unsigned form, columns;
    int64_t base;
    size_t content_count;
    size_t rest;
    size_t times, ids, contents; /* of the first form: where these columns begin in the rest */
};

/* What can be told of a block without its events. */
struct block_survey {
    struct block lists;    /* without events and colds */
    const uint32_t *users; /* by content: how many events have it; then, with `has_corrected`, of those how many with
                              sent_at, which the first do not count */
    int64_t last;          /* the latest event's time; INSTANT_NONE: there is none */
    bool has_corrected, has_companions, has_cold, has_received;
    struct block_places places;
};
/* False when the bytes are damaged or cannot be read. */
bool block_survey(struct slice data, struct arena *arena, struct block_survey *out);

/* Events by columns, for who reads many of them and needs ids only as keys (intake/id_key.h). */
struct block_columns {
    const struct block_sender *senders;
    size_t sender_count, event_count;
    int64_t *at;   /* by event, as the others */
    uint64_t *ids; /* keys; or, `numbered`, the numbers that all ids of the block are */
    bool numbered;
    uint32_t *contents;
    const bool *corrected; /* which have sent_at; NULL: none */
};
/* Of a block that was surveyed, the rest of its bytes. False when it cannot be read. Bytes that are not intact may give
 * other events. `numbers`: who asks has no need of keys where the block has numbers; making them takes a third of all.
 */
bool block_unpack_columns(struct slice rest, const struct block_places *places, bool numbers, struct arena *arena,
                          struct block_columns *out);
/* The key of an id that is a number. */
uint64_t block_number_key(uint64_t number);

#endif
