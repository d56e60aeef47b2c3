/* The whole log as lines (line.h), in one order that follows from the events alone: kind of sender, hash and key of the
 * sender, time, id. However a store came to what it holds, in which files, under which definitions, merged or still in
 * the tail, it is exported as the same bytes; and so is the store that imports them. */
#ifndef MASA_STORE_EXPORT_H
#define MASA_STORE_EXPORT_H

#include "base/zone.h"
#include "intake/event.h"
#include "intake/sources.h"
#include "store/names.h"
#include "store/store.h"

struct store_export {
    struct store *store;
    struct names *names; /* loaded */
    struct sources *sources;
    const struct zone *zone; /* of the company */
    /* Events of the tail that are not to be given, as in store_reading; NULL: all are. `plan` is what it reads. */
    const struct input_plan *plan;
    bool (*refuse)(void *context, const struct input_event *event);
    void *refuse_context;
    void (*take)(void *context, struct slice lines);
    void *context;
};

/* Lines of the tail that cannot be read come last, as they are. A damaged block ends it. */
enum outcome store_export(const struct store_export *how, struct error *error);

#endif
