/* Zone data by name. Two sources hold the tables: the system's zone files and ICU's own copy. A distribution keeps the
 * first up to date and leaves the second as old as its ICU (Debian 12's lacks what Mexico, Egypt and a dozen others
 * decided since 2022), so the newer of the two is taken; its version is in the result, and so in a definition's hash.
 */
#ifndef MASA_CALENDAR_ZONE_LOAD_H
#define MASA_CALENDAR_ZONE_LOAD_H

#include "base/error.h"
#include "base/zone.h"

/* Fills `out`, allocated in the arena, with all changes from 1970 to 2100. BAD_USAGE with the nearest name when there
 * is no such zone: names are places ("Asia/Jerusalem") or UTC; abbreviations (IST) are refused, several places share
 * them. */
enum outcome zone_load(struct arena *arena, struct slice name, struct zone *out, struct error *error);
/* The version zone_load takes now, "2026a". */
struct slice zone_version(struct arena *arena);

/* The sources apart, for tests and for a machine whose files lie elsewhere. */
#define ZONE_DIRECTORY "/usr/share/zoneinfo"
enum outcome zone_load_files(struct arena *arena, const char *directory, struct slice name, struct zone *out,
                             struct error *error);
enum outcome zone_load_icu(struct arena *arena, struct slice name, struct zone *out, struct error *error);
/* Empty when the directory says none. */
struct slice zone_files_version(struct arena *arena, const char *directory);
struct slice zone_icu_version(void);

#endif
