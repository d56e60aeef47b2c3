/* Blocks kept as they were read, so that who folds takes a sender's events from where they stand: together, in order,
 * each content once. While they are read, who will fold is told what they say (a holder), and is given the events that
 * are not the sender's own trail, as from a file. */
#ifndef MASA_STORE_HOLD_H
#define MASA_STORE_HOLD_H

#include "store/pick.h"

#define HELD_NONE UINT32_MAX
enum { HELD_KEY_MAX = 255 }; /* of a sender's key */

/* One for each reading thread. */
struct holder {
    void *context;
    bool every_id; /* `note` is wanted of every event */
    /* The holder's number for what such an event says; HELD_NONE: such events are not held but given. */
    uint32_t (*know)(void *context, const struct input_event *event);
    /* An event that is held, and has keys beside the sender's or says when it arrived. */
    void (*note)(void *context, uint32_t known, int64_t at, const struct input_event *event);
    /* So many of which nothing more is to be told; none is later than `last_at`. */
    void (*count)(void *context, uint32_t known, uint64_t events, int64_t last_at);
};

struct hold;
struct hold *hold_new(int threads);
/* One more that holds it: each frees it once. Not while others may free it. */
struct hold *hold_share(struct hold *h);
void hold_free(struct hold *h);

/* Takes the block of a slot of users (place.h), `bits` of the hash naming the slot. DAMAGED: it cannot be read;
 * REFUSED: its events are all to be given. `scratch` is used and left. */
enum hold_answer { HOLD_TAKEN, HOLD_REFUSED, HOLD_DAMAGED };
struct hold_offer {
    const struct holder *holder;
    struct input_sink sink;
    const struct picker *picker;
    struct slice data;
    uint64_t slot;
    int bits;
    struct arena *scratch;
};
enum hold_answer hold_take(struct hold *h, int thread, const struct hold_offer *offer);

/* After all was read: the blocks by slot. */
void hold_settle(struct hold *h, int bits);
int hold_bits(const struct hold *h);
/* The held blocks of slots from `first` to before `end`. */
struct held_range {
    size_t first, end;
};
struct held_range hold_range(const struct hold *h, uint64_t first, uint64_t end);

struct held_block {
    const struct block_sender *senders;
    size_t sender_count;
    const int64_t *at;   /* by event, of one sender in order */
    const uint64_t *ids; /* keys (intake/id_key.h); or, `numbered`, the numbers that all ids are */
    bool numbered;
    const uint32_t *contents; /* by event: which of these: */
    const uint32_t *known;    /* the holder's numbers; HELD_NONE: was given */
    size_t known_count;
    int thread; /* whose holder it was */
};
/* Any number of threads may do it. Lives in the arena. `numbers`: ids may come as numbers, of which held_key makes
 * keys.
 */
void hold_open(const struct hold *h, size_t index, bool numbers, struct arena *arena, struct held_block *out);
/* Nobody opens this block again, and what was opened of it is not looked at any more: the fold may have its memory for
 * what it makes. Once for each block, or never; nothing happens while others share the hold. */
void hold_done(const struct hold *h, size_t index);
static inline uint64_t held_key(const struct held_block *b, uint64_t id)
{
    return b->numbered ? block_number_key(id) : id;
}

#endif
