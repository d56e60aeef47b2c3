/* What a mapping makes of a row, as paths. */
#ifndef MASA_INTAKE_FIELDS_H
#define MASA_INTAKE_FIELDS_H

#include "base/map.h"
#include "intake/inspect.h"

/* Adds each path that is not yet among them; map_key order is that of adding. Paths live in the arena. */
void fields_add(struct map *paths, struct arena *arena, const struct inspection *found);

#endif
