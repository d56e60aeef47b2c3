/* All events of the store, given to sinks as readers of files give them: blocks first, then what is still in the tail.
 * An event may come more than once, as in files; the fold takes each once. */
#ifndef MASA_STORE_READ_H
#define MASA_STORE_READ_H

#include <stdatomic.h>

#include "base/zone.h"
#include "intake/event.h"
#include "intake/sources.h"
#include "store/hold.h"
#include "store/senders.h"
#include "store/store.h"

/* A reading that looks for few things passes over blocks in which no event came with a second key, has any of the
 * plan's fields, or one of these names. */
struct store_skim {
    const struct slice *names;
    size_t count;
};

struct store_reading {
    const char *path; /* each thread opens the file for itself */
    struct names *names;
    struct sources *sources;
    const struct input_plan *plan; /* `rest` is not given */
    const struct zone *zone;       /* of the company */
    int threads;
    const struct input_sink *sinks; /* one for each thread */
    const struct store_skim *skim;  /* NULL: nothing is passed over */
    const struct senders *only;     /* whose events are given; NULL: everybody's. Only their slots are read */
    /* Where blocks of users are kept instead of being given event by event, and who is told of them, by thread; NULL:
     * all events are given. */
    struct hold *hold;
    const struct holder *holders;
    /* Of what the tail holds, events that are not to be given, by a thread of the reading; NULL: all are. */
    bool (*refuse)(void *context, const struct input_event *event);
    void *refuse_context;
    /* Told now and then, one call at a time: how many events of how many in blocks. May be NULL. */
    void (*progress)(void *context, uint64_t events, uint64_t total);
    void *context;
    const atomic_bool *stop; /* once true, the reading ends with FAILED; NULL: nobody stops it */
};

enum outcome store_read(const struct store_reading *reading, struct error *error);

/* Every event as its line (line.h), in no particular order; damaged blocks end it. */
enum outcome store_lines(const struct store_reading *reading, void (*take)(void *context, struct slice lines),
                         struct error *error);

#endif
