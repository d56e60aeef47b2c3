#include "base/workweek.h"

#include <assert.h>

#include "base/bisect.h"

#define INSTANT_LIMIT (INT64_C(1) << 60) /* keeps every sum below within 64 bits */
#define DAY_LIMIT     (INSTANT_LIMIT / DAY_US)

/* What a day is counted by. */
enum measure { DAYS, MICROS };

struct workweek workweek_usual(const struct zone *zone, const struct holidays *holidays, int first)
{
    struct workweek week = {.zone = zone, .holidays = holidays};
    for (int i = 0; i < 5; i++) week.weekday[(first + i) % 7] = (struct workday){9 * 60, 17 * 60};
    return week;
}

bool workweek_valid(const struct workweek *week)
{
    bool worked = false;
    for (int i = 0; i < 7; i++) {
        struct workday d = week->weekday[i];
        if (d.opens < 0 || d.opens > d.closes || d.closes > DAY_MINUTES) return false;
        worked |= d.opens < d.closes;
    }
    const struct holidays *h = week->holidays;
    for (size_t i = 0; h && i < h->count; i++) {
        if (h->list[i].closes < 0 || h->list[i].closes > DAY_MINUTES) return false;
        if (i && h->list[i - 1].day >= h->list[i].day) return false;
    }
    return worked;
}

int64_t workweek_usual_day(const struct workweek *week)
{
    int64_t minutes = 0, days = 0;
    for (int i = 0; i < 7; i++) {
        minutes += week->weekday[i].closes - week->weekday[i].opens;
        days += week->weekday[i].opens < week->weekday[i].closes;
    }
    return minutes * MINUTE_US / days;
}

static int64_t bounded(int64_t instant)
{
    if (instant > INSTANT_LIMIT) return INSTANT_LIMIT;
    return instant < -INSTANT_LIMIT ? -INSTANT_LIMIT : instant;
}

/* Index of the first holiday on or after the day. */
static size_t holiday_from(const struct holidays *holidays, int64_t day)
{
    return holidays ? bisect(i, holidays->count, holidays->list[i].day < day) : 0;
}

static struct workday on_holiday(const struct workweek *week, const struct holiday *holiday)
{
    struct workday d = week->weekday[civil_weekday(holiday->day)];
    if (holiday->closes < d.closes) d.closes = holiday->closes > d.opens ? holiday->closes : d.opens;
    return d;
}

static struct workday hours(const struct workweek *week, int64_t day)
{
    const struct holidays *h = week->holidays;
    size_t i = holiday_from(h, day);
    if (h && i < h->count && h->list[i].day == day) return on_holiday(week, &h->list[i]);
    return week->weekday[civil_weekday(day)];
}

/* As if no clock ever jumped. */
static int64_t worth(struct workday d, enum measure by)
{
    return by == DAYS ? d.opens < d.closes : (d.closes - d.opens) * MINUTE_US;
}

static int64_t week_worth(const struct workweek *week, enum measure by)
{
    int64_t sum = 0;
    for (int i = 0; i < 7; i++) sum += worth(week->weekday[i], by);
    return sum;
}

struct window {
    int64_t opens, closes; /* instants */
};

static struct window window(const struct workweek *week, int64_t day)
{
    struct workday d = hours(week, day);
    return (struct window){zone_from_local(week->zone, day * DAY_US + d.opens * MINUTE_US),
                           zone_from_local(week->zone, day * DAY_US + d.closes * MINUTE_US)};
}

/* By how much the windows of these days are longer than worth() says, through changes of the zone's offset. Only the
 * days between a change's two clock readings can be touched; each is looked at once. */
static int64_t clock_jumps(const struct workweek *week, int64_t from_day, int64_t to_day)
{
    const struct zone *zone = week->zone;
    int64_t excess = 0, next = from_day;
    for (size_t i = zone_changes_until(zone, (from_day - 1) * DAY_US); i < zone->count; i++) {
        const struct zone_change *change = &zone->change[i];
        int64_t before = change->at + (i ? change[-1].offset : zone->first_offset) * SECOND_US;
        int64_t after = change->at + change->offset * SECOND_US;
        int64_t first = floor_div(before < after ? before : after, DAY_US);
        int64_t last = floor_div(before < after ? after : before, DAY_US);
        if (change->at > (to_day + 1) * DAY_US) break;
        for (int64_t day = first > next ? first : next; day <= last && day < to_day; day++) {
            struct window w = window(week, day);
            excess += w.closes - w.opens - worth(hours(week, day), MICROS);
        }
        if (last >= next) next = last + 1;
    }
    return excess;
}

/* What the days from `from` until before `to` are worth: whole weeks at once, then the odd days, then the exceptions.
 */
static int64_t total(const struct workweek *week, int64_t from, int64_t to, enum measure by)
{
    int64_t weeks = (to - from) / 7, sum = weeks * week_worth(week, by);
    for (int64_t day = from + weeks * 7; day < to; day++) sum += worth(week->weekday[civil_weekday(day)], by);
    const struct holidays *h = week->holidays;
    for (size_t i = holiday_from(h, from); h && i < h->count && h->list[i].day < to; i++)
        sum += worth(on_holiday(week, &h->list[i]), by) - worth(week->weekday[civil_weekday(h->list[i].day)], by);
    return by == MICROS ? sum + clock_jumps(week, from, to) : sum;
}

/* The day whose window may hold the instant: the last one that has begun. A clock set back over midnight shows the day
 * before once more, but that day is over. */
static int64_t day_at(const struct workweek *week, int64_t instant)
{
    int64_t day = zone_day(week->zone, instant);
    while (zone_day_start(week->zone, day + 1) <= instant) day++;
    return day;
}

/* Business time on the day until the instant. */
static int64_t passed(const struct workweek *week, int64_t day, int64_t instant)
{
    struct window w = window(week, day);
    if (instant <= w.opens) return 0;
    return (instant < w.closes ? instant : w.closes) - w.opens;
}

/* The day D on which the sum from `day` on reaches *left: total(day, D) < *left <= total(day, D + 1). Takes the days
 * before D off *left. False when there is none. */
static bool reach(const struct workweek *week, int64_t *day, int64_t *left, enum measure by)
{
    int64_t per_week = week_worth(week, by);
    if (!per_week) return false;
    for (int64_t weeks = (*left - 1) / per_week; weeks > 0;) {
        if (weeks > (DAY_LIMIT - *day) / 7) return false;
        int64_t sum = total(week, *day, *day + weeks * 7, by);
        if (sum >= *left) { /* clocks set back made the windows longer */
            weeks--;
            continue;
        }
        *day += weeks * 7;
        *left -= sum;
        weeks = (*left - 1) / per_week;
    }
    for (; *day < DAY_LIMIT; (*day)++) {
        int64_t sum = total(week, *day, *day + 1, by);
        if (sum >= *left) return true;
        *left -= sum;
    }
    return false;
}

bool workweek_open(const struct workweek *week, int64_t instant)
{
    instant = bounded(instant);
    struct window w = window(week, day_at(week, instant));
    return w.opens <= instant && instant < w.closes;
}

int64_t workweek_between(const struct workweek *week, int64_t from, int64_t to)
{
    if (to < from) return -workweek_between(week, to, from);
    from = bounded(from);
    to = bounded(to);
    int64_t first = day_at(week, from), last = day_at(week, to);
    return total(week, first, last, MICROS) + passed(week, last, to) - passed(week, first, from);
}

int64_t workweek_days(const struct workweek *week, int64_t from_day, int64_t to_day)
{
    return to_day > from_day ? total(week, from_day, to_day, DAYS) : 0;
}

int64_t workweek_next(const struct workweek *week, int64_t instant)
{
    instant = bounded(instant);
    int64_t day = day_at(week, instant), one = 1;
    for (; reach(week, &day, &one, DAYS); day++, one = 1) {
        struct window w = window(week, day);
        int64_t start = instant > w.opens ? instant : w.opens;
        if (start < w.closes) return start;
    }
    return INSTANT_MAX;
}

int64_t workweek_after(const struct workweek *week, int64_t instant, int64_t micros)
{
    assert(micros >= 0);
    if (micros == 0) return instant;
    instant = bounded(instant);
    int64_t day = day_at(week, instant), left = bounded(micros) + passed(week, day, instant);
    if (!reach(week, &day, &left, MICROS)) return INSTANT_MAX;
    return window(week, day).opens + left;
}

int64_t workweek_after_days(const struct workweek *week, int64_t instant, int64_t days)
{
    assert(days >= 0);
    int64_t start = workweek_next(week, instant), left = days;
    if (start == INSTANT_MAX || days == 0) return start;
    int64_t first = day_at(week, start), day = first + 1, clock = zone_to_local(week->zone, start) - first * DAY_US;
    if (!reach(week, &day, &left, DAYS)) return INSTANT_MAX;
    struct window w = window(week, day);
    int64_t same_clock = zone_from_local(week->zone, day * DAY_US + clock);
    if (same_clock < w.opens) return w.opens;
    return same_clock < w.closes ? same_clock : w.closes;
}
