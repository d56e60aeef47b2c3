/* One event of a subject as it came, with what the definition does not declare of it: the line that an export would
 * give (store/line.h). Of the subject's component only the slots are read. */
#ifndef MASA_APP_RAW_EVENT_H
#define MASA_APP_RAW_EVENT_H

#include "app/dossier.h"

enum { RAW_EVENT_MOST = 64 << 10 }; /* a longer one is told by its size alone */

/* RawEvent in schema/openapi.yaml. With *absent: the dossier has no event of that id. */
enum outcome raw_event_write(struct standing_state *state, const struct dossier *dossier, struct slice id,
                             struct buffer *out, bool *absent, struct error *error);

#endif
