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

struct collected {
    enum sender_kind kind;
    struct slice key;
    struct block_event event; /* content, companions, cold: of this collector, see below */
};
/* Calls `take` with each event of a partition, in order of arrival. Slices live until collector_clear. */
void collector_each(const struct collector *c, enum sender_kind kind, uint32_t partition,
                    void (*take)(void *context, const struct collected *event), void *context);

struct slice collector_content(const struct collector *c, uint32_t content);
struct companions collector_companions(const struct collector *c, uint32_t index); /* as in block_event, from 1 */
struct slice collector_cold(const struct collector *c, uint32_t index);            /* likewise */
uint32_t collector_content_count(const struct collector *c);
/* Codes of the paths that contents hold. */
const uint32_t *collector_hot(const struct collector *c, size_t *count);

#endif
