/* Times of the language as text and as calendar fields: nanoseconds, years 0001 to 9999. */
#ifndef MASA_CEL_TIME_H
#define MASA_CEL_TIME_H

#include "base/zone.h"
#include "value/value.h"

/* RFC 3339 with a zone and up to nine digits of a second; false on anything else and outside the years. */
bool timestamp_parse(struct slice text, struct value *out);
void timestamp_print(struct buffer *out, struct value timestamp);
/* "1h30m", "-1.5s", "100ms", "2us", "3ns"; with `days` also "30d" and "2w". False on anything else and on overflow. */
bool duration_parse(struct slice text, bool days, struct value *out);
/* "-1.5s" */
void duration_print(struct buffer *out, struct value duration);
/* False when the second is outside the years. Nanoseconds may be any number. */
bool timestamp_make(__int128 nanoseconds, struct value *out);
__int128 timestamp_nanoseconds(struct value timestamp);

#endif
