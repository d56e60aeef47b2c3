/* Civil time: days and instants of the proleptic Gregorian calendar, no zones (see zone.h), no clock.
 *
 * instant: microseconds since 1970-01-01T00:00:00Z, int64_t. day: days since 1970-01-01, int64_t. */
#ifndef MASA_BASE_CIVIL_H
#define MASA_BASE_CIVIL_H

#include "base/buffer.h"

#define SECOND_US    INT64_C(1000000)
#define MINUTE_US    (60 * SECOND_US)
#define HOUR_US      (60 * MINUTE_US)
#define DAY_US       (24 * HOUR_US)
#define INSTANT_NONE INT64_MIN
#define INSTANT_MAX  INT64_MAX

struct civil {
    int year, month, day;             /* month and day from 1 */
    int hour, minute, second, micros; /* of the day */
};

int64_t civil_to_day(int year, int month, int day);
void civil_from_day(int64_t day, int *year, int *month, int *day_of_month);
/* 0 = Sunday. */
int civil_weekday(int64_t day);
int civil_month_length(int year, int month);
/* As if in UTC. */
int64_t civil_to_instant(struct civil c);
struct civil civil_from_instant(int64_t instant);

/* What a written time says. `zoned`: it named Z or an offset, so `instant` is exact; otherwise `instant` is the wall
 * clock read as UTC, and the caller applies a zone. `day_only`: no time of day was written. */
struct time_text {
    int64_t instant;
    bool zoned, day_only;
};

/* RFC 3339 and the loose forms files hold: "2026-01-05", "2026-01-05T09:00Z", "2026-01-05 09:00:00.25+02:00". Digits
 * beyond microseconds are dropped. False when it is none of these or names no real day. */
bool time_parse(struct slice text, struct time_text *out);
/* 2026-01-05T09:00:00Z, with .ffffff only when not zero. */
void time_format(struct buffer *out, int64_t instant);
/* 2026-01-05 */
void day_format(struct buffer *out, int64_t day);

static inline int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

#endif
