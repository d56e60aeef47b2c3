/* Names of events that are not for everybody to send. */
#ifndef MASA_DEFINITION_RESERVED_H
#define MASA_DEFINITION_RESERVED_H

#include "base/slice.h"

/* Whether an event of this name speaks for the company's people (a decision) or of the log itself (masa:...), so that
 * nobody may send it who was not let in as such a person. */
bool event_speaks_for_people(struct slice name);

#endif
