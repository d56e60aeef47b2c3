#include "calendar/shabbat.h"

#include <hdate.h>

#include "base/bisect.h"
#include "base/vector.h"

enum { JULIAN_DAY_1970 = 2440588, TYPE_REST = 1, SATURDAY = 6 };
enum { LATITUDE_MAX = 60 };

const struct location location_jerusalem = {31.778, 35.235, 40};

static bool is_rest(int64_t day)
{
    hdate_struct date;
    hdate_set_jd(&date, (int)(day + JULIAN_DAY_1970));
    return civil_weekday(day) == SATURDAY ||
           hdate_get_holyday_type(hdate_get_holyday(&date, HDATE_ISRAEL_FLAG)) == TYPE_REST;
}

static int64_t candles(const struct location *place, int64_t day)
{
    int year, month, of_month, sunrise, sunset;
    civil_from_day(day, &year, &month, &of_month);
    hdate_get_utc_sun_time(of_month, month, year, place->latitude, place->longitude, &sunrise, &sunset);
    return day * DAY_US + (sunset - place->candle_minutes) * MINUTE_US;
}

static int64_t stars(const struct location *place, int64_t day)
{
    int year, month, of_month, hour, light, talit, sunrise, midday, sunset, first_stars, three_stars;
    civil_from_day(day, &year, &month, &of_month);
    hdate_get_utc_sun_time_full(of_month, month, year, place->latitude, place->longitude, &hour, &light, &talit,
                                &sunrise, &midday, &sunset, &first_stars, &three_stars);
    return day * DAY_US + three_stars * MINUTE_US;
}

struct quiet_windows shabbat_windows(struct arena *arena, const struct location *place, int64_t first_day,
                                     int64_t end_day)
{
    VECTOR(struct quiet_window) list = {0};
    bool sun_sets = place->latitude <= LATITUDE_MAX && place->latitude >= -LATITUDE_MAX && place->longitude <= 180 &&
                    place->longitude >= -180;
    while (is_rest(first_day) && is_rest(first_day - 1)) first_day--;
    for (int64_t day = first_day; sun_sets && day < end_day; day++) {
        if (!is_rest(day)) continue;
        int64_t from = candles(place, day - 1);
        while (is_rest(day + 1)) day++;
        vector_push(&list, ((struct quiet_window){from, stars(place, day)}));
    }
    struct quiet_window *copy = ARENA_ARRAY(arena, struct quiet_window, list.count);
    if (list.count) memcpy(copy, list.at, list.count * sizeof *copy);
    struct quiet_windows windows = {copy, list.count};
    vector_release(&list);
    return windows;
}

int64_t quiet_until(const struct quiet_windows *windows, int64_t instant)
{
    const size_t next = bisect(i, windows->count, windows->list[i].until <= instant); /* the first that ends after it */
    return next < windows->count && windows->list[next].from <= instant ? windows->list[next].until : instant;
}
