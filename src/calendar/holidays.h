/* Holiday tables for business time (base/workweek.h): by the name of a rule, by a company's own list, or both.
 *
 * `israel`: the first and second day of Rosh Hashana, Yom Kippur, the first and eighth day of Sukkot, the first and
 * seventh of Pesach, Shavuot and Independence Day (on the day it is kept) from 2000 to 2100, from libhdate. The days
 * before them close early; the days between, in Pesach and Sukkot, are ordinary unless asked. `none`: no days. */
#ifndef MASA_CALENDAR_HOLIDAYS_H
#define MASA_CALENDAR_HOLIDAYS_H

#include "base/error.h"
#include "base/workweek.h"

#define HOLIDAYS_FIRST_YEAR 2000
#define HOLIDAYS_LAST_YEAR  2100

struct holiday_rule {
    struct slice name;
    /* As in struct holiday: a minute, 0 for a day off, DAY_MINUTES for an ordinary day. */
    int32_t eves_close;    /* the eve of a holiday */
    int32_t between_close; /* hol ha-moed */
};

/* Eves close at 13:00, the days between are ordinary. */
struct holiday_rule holiday_rule_usual(struct slice name);

/* Fills `out`, allocated in the arena. A company's own days, in any order, come before the rule's: DAY_MINUTES makes an
 * ordinary day of a holiday. BAD_USAGE when there is no such rule (with the nearest name), when a minute is out of
 * range, or when `own` says two things of one day. The version is a digest of the days themselves, so it changes
 * exactly when they do. */
enum outcome holidays_load(struct arena *arena, const struct holiday_rule *rule, const struct holiday *own,
                           size_t own_count, struct holidays *out, struct error *error);

#endif
