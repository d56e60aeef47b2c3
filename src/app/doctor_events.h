/* What `masa doctor` says of the events of a store and of its definition. */
#ifndef MASA_APP_DOCTOR_EVENTS_H
#define MASA_APP_DOCTOR_EVENTS_H

#include "base/buffer.h"
#include "store/store.h"

struct doctor_note {
    void *context;
    void (*tell)(void *context, bool fine, const char *what, struct slice said);
};

/* Every block and every row of the tail is read. */
void doctor_events(struct store *store, const struct doctor_note *note);
/* The definition in force must be valid for this program. */
void doctor_definition(struct store *store, const struct doctor_note *note);

#endif
