/* Compiled time zone files ("TZif", RFC 9636), as systems install them, and the rule for the future at their end. */
#ifndef MASA_CALENDAR_TZFILE_H
#define MASA_CALENDAR_TZFILE_H

#include "base/arena.h"
#include "base/zone.h"

/* Zone data covers the years from 1970 to 2100; the first and last offsets hold beyond. */
#define ZONE_FROM       INT64_C(0)
#define ZONE_UNTIL_YEAR 2101

/* Reads the content of a file. Sets the offsets and changes of `out`, allocated in the arena, not its name and version.
 * False when the content is damaged, counts leap seconds or holds a rule this reader does not know. */
bool tzfile_read(struct arena *arena, struct slice content, struct zone *out);

#endif
