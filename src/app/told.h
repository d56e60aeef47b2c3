/* What the events of a subject's trail said, as people read it (report/why.h): of a declared event the fields of its
 * declaration, of an identify or group call the traits that are fed by it. */
#ifndef MASA_APP_TOLD_H
#define MASA_APP_TOLD_H

#include "app/run.h"
#include "report/why.h"

/* Parallel to the view's items; in the arena. */
const struct told_event *told_trail(const struct run *run, const struct subject_view *view, struct arena *arena);

/* A value as people write it: a text as it is, money with its currency, else its JSON; in the arena. */
struct slice told_value(const struct run *run, struct cell value, struct arena *arena);

#endif
