/* Business time as plain data and exact arithmetic: which hours of which weekdays are worked, less the holidays. Who
 * makes the tables (zones, holidays) lives above; everything here is borrowed, nothing allocates, nothing reads a
 * clock.
 *
 * A worked day has one window. It opens at the first instant at which the day's clock shows the opening minute or
 * later, and closes at the first instant at which it shows the closing minute or later; the opening instant belongs to
 * it, the closing one does not. Business time is real time passed inside windows: a round-the-clock day on which the
 * clocks jump has 23 or 25 hours. Instants more than 36,000 years from 1970 are taken as that far. */
#ifndef MASA_BASE_WORKWEEK_H
#define MASA_BASE_WORKWEEK_H

#include "base/zone.h"

#define DAY_MINUTES 1440

/* A day that is not like its weekday. A weekday that is not worked stays so. */
struct holiday {
    int64_t day;
    int32_t closes; /* minute of an early close; 0: nothing is worked; DAY_MINUTES: as any other day */
};

struct holidays {
    struct slice name;          /* of the rule that made the list */
    struct slice version;       /* changes when the list does; takes part in a definition's hash */
    const struct holiday *list; /* ascending, a day once */
    size_t count;
};

struct workday {
    int32_t opens, closes; /* minutes of the local day, 0 <= opens <= closes <= DAY_MINUTES; equal: not worked */
};

struct workweek {
    const struct zone *zone;
    const struct holidays *holidays; /* NULL: none */
    struct workday weekday[7];       /* from Sunday */
};

/* Five days from `first` (0: Sunday to Thursday, 1: Monday to Friday), 09:00 to 17:00. */
struct workweek workweek_usual(const struct zone *zone, const struct holidays *holidays, int first);
/* Minutes in order, holidays ascending, at least one weekday worked. The other functions need the first two. */
bool workweek_valid(const struct workweek *week);

/* Is it business time? */
bool workweek_open(const struct workweek *week, int64_t instant);
/* Business microseconds from one instant to another; negative when `to` is earlier. For all a, b, c:
 * between(a, b) + between(b, c) = between(a, c). */
int64_t workweek_between(const struct workweek *week, int64_t from, int64_t to);
/* Days with a window, however short, among the local days from `from_day` until before `to_day`. */
int64_t workweek_days(const struct workweek *week, int64_t from_day, int64_t to_day);

/* The business microseconds of a usual day: the mean of the weekdays that are worked. */
int64_t workweek_usual_day(const struct workweek *week);

/* The functions below give INSTANT_MAX for "never". */

/* The first business instant at or after this one. */
int64_t workweek_next(const struct workweek *week, int64_t instant);
/* The earliest instant by which `micros` (not negative) of business time have passed: between(t, after(t, h)) = h.
 * Eight hours after Sunday 09:00 are Sunday 17:00, not Monday 09:00; none are the instant itself. */
int64_t workweek_after(const struct workweek *week, int64_t instant, int64_t micros);
/* "2 business days": counting starts at workweek_next(instant); the same clock time on the `days`-th worked day after
 * that day, drawn into that day's window when it lies outside (before it: the opening; after it, as on a half day: the
 * closing instant). So one business day after Thursday 18:00 or Saturday noon is Monday 09:00. */
int64_t workweek_after_days(const struct workweek *week, int64_t instant, int64_t days);

#endif
