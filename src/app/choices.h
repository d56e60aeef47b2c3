/* What lists and menus are made of, of a state's definition and data: stages, reasons, values, periods (Options in
 * schema/openapi.yaml). */
#ifndef MASA_APP_CHOICES_H
#define MASA_APP_CHOICES_H

#include "app/standing.h"

/* An object with all members but `people`; worked out once for a state. */
void choices_write(struct standing_state *state, struct buffer *out);

#endif
