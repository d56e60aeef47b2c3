/* When the Sabbath and the holidays of rest keep: from candle lighting on the eve until three stars at the end, by
 * libhdate, for a place. Days of rest that follow each other are one window. For the sending of mail, not for facts. */
#ifndef MASA_CALENDAR_SHABBAT_H
#define MASA_CALENDAR_SHABBAT_H

#include "base/arena.h"
#include "base/civil.h"

/* Degrees, north and east positive; candles are lit this many minutes before sunset. */
struct location {
    double latitude, longitude;
    int candle_minutes;
};

extern const struct location location_jerusalem; /* 40 minutes, the custom there */

struct quiet_window {
    int64_t from, until; /* instants; quiet in [from, until) */
};

struct quiet_windows {
    const struct quiet_window *list; /* ascending, apart */
    size_t count;
};

/* All windows with a day of rest among the local days from `first_day` until before `end_day`, whole, allocated in the
 * arena. None when the place lies beyond 60 degrees north or south: there the sun does not set every day. */
struct quiet_windows shabbat_windows(struct arena *arena, const struct location *place, int64_t first_day,
                                     int64_t end_day);
/* The instant itself when it is not quiet, otherwise the end of its window. */
int64_t quiet_until(const struct quiet_windows *windows, int64_t instant);

#endif
