/* Gathers events on their way into the store: what each says once, the rest as records spread over partitions by their
 * sender's key. One collector for each reading thread; nothing here looks at the store. */
#ifndef MASA_STORE_COLLECT_H
#define MASA_STORE_COLLECT_H

#include "base/zone.h"
#include "intake/event.h"
#include "intake/sources.h"
#include "store/block.h"
#include "store/names.h"

/* Whom an event came with: the first of its keys that it has. Not to change: they are in block ids. */
enum sender_kind { SENDER_USER, SENDER_ANONYMOUS, SENDER_GROUP, SENDER_NOBODY, SENDER_KINDS };

enum { COLLECT_BITS = 10, COLLECT_PARTITIONS = 1 << COLLECT_BITS };

/* Of a sender; of nobody's events, of the id. The highest bits name the slot. */
static inline uint64_t sender_hash(enum sender_kind kind, struct slice key, struct slice id)
{
    return slice_hash(kind == SENDER_NOBODY ? id : key);
}

/* What all collectors of one run share. The first `hot_count` paths of the plan go into contents; what else events say
 * (the other paths, and input_event.rest) is kept as cold JSON. */
struct collect_plan {
    const struct input_plan *input;
    size_t hot_count;
    const struct zone *zone; /* of the company: for times without one, and for days */
    struct sources *sources; /* what input_event.source numbers */
    struct names *names;
};

struct collector;
struct collector *collector_new(const struct collect_plan *plan);
void collector_free(struct collector *c);
struct input_sink collector_sink(struct collector *c);

size_t collector_bytes(const struct collector *c); /* about how much memory it holds */
uint64_t collector_events(const struct collector *c);
/* Forgets all events; the codes of names stay. */
void collector_clear(struct collector *c);

/* Goes through the events of a partition, in order of arrival. Slices live until collector_clear. */
struct collected {
    const struct collected_chunk *chunk;
    const char *next, *end; /* in the chunk */
    const char *last;       /* the end of the last chunk */
};
struct collected collector_begin(const struct collector *c, enum sender_kind kind, uint32_t partition);
/* False at the end. Texts are numbered by the collector, see below; the members are written one by one, so that whoever
 * copies the event at once after this waits for them. */
bool collector_next(struct collected *at, struct slice *key, struct block_event *event);

/* What is kept once: contents (saying.h) numbered from 0; the other keys an event came with, packed as
 * block_pack_companions does, and cold JSON, both numbered from 1 in events and from 0 here. */
enum collected_text { COLLECTED_CONTENT, COLLECTED_COMPANIONS, COLLECTED_COLD, COLLECTED_TEXTS };
struct once_text {
    struct slice text;
    uint64_t hash;   /* slice_hash of it */
    uint32_t source; /* of contents */
};
const struct once_text *collector_text(const struct collector *c, enum collected_text kind, uint32_t number);
uint32_t collector_text_count(const struct collector *c, enum collected_text kind);
/* Codes of the paths that contents hold. */
const uint32_t *collector_hot(const struct collector *c, size_t *count);

#endif
