/* What lists and menus are made of, of a state's definition and data: stages, reasons, values, periods (Options in
 * schema/openapi.yaml). */
#ifndef MASA_APP_CHOICES_H
#define MASA_APP_CHOICES_H

#include "app/standing.h"

/* All members but `people`, into an open object. */
void choices_put(const struct standing_state *state, struct json_writer *w);

#endif
