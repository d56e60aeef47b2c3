/* Times as files write them, read quickly: a log's neighbouring rows mostly fall on one day, so its date is worked out
 * once. */
#ifndef MASA_INTAKE_MOMENT_H
#define MASA_INTAKE_MOMENT_H

#include "intake/event.h"

struct moment_cache {
    uint64_t date[2]; /* the ten bytes of the last date, the rest zero */
    int64_t day_instant;
};

/* Text as time_parse reads it, spaces around it or not, or a whole number, of nine digits at least in text: seconds
 * since 1970 up to 4,102,444,800 (the year 2100), and milliseconds or microseconds beyond. */
bool moment_read(struct moment_cache *cache, const struct input_value *value, struct time_text *out);

/* From 1970 until the end of 2100: times outside are slips, not events. */
static inline bool moment_plausible(int64_t instant)
{
    return instant >= 0 && instant < INT64_C(4133980800) * SECOND_US;
}

#endif
