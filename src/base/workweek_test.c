/* Business time: told cases for a Jerusalem office, and laws that must hold for any week in any zone. */
#include "base/test.h"

#include "base/workweek.h"

enum { FIRST_YEAR = 2013, LAST_YEAR = 2037 };

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return civil_to_instant((struct civil){year, month, day, hour, minute, 0, 0});
}

/* Jerusalem's rule: summer time from the Friday before the last Sunday of March, 02:00, to the last Sunday of October,
 * 02:00. */
static struct zone_change jerusalem_changes[2 * (LAST_YEAR - FIRST_YEAR + 1)];
static struct zone jerusalem = {.first_offset = 7200, .change = jerusalem_changes};

static int64_t last_sunday(int year, int month)
{
    int64_t day = civil_to_day(year, month, 31);
    return day - civil_weekday(day);
}

/* Clocks that jump over midnight in both directions, by odd amounts, and twice on one day. */
static const struct zone_change wild_changes[] = {
    {INT64_C(1000000) * 86400 * 10, 3600},
    {INT64_C(1000000) * 86400 * 20 - 3600 * SECOND_US, 0},
    {INT64_C(1000000) * 86400 * 30, 7200},
    {INT64_C(1000000) * (86400 * 40 - 7200), 3600},
    {INT64_C(1000000) * (86400 * 50 - 3540), -60},
    {INT64_C(1000000) * 86400 * 60, 50400},
    {INT64_C(1000000) * (86400 * 70 - 900), -36000},
    {INT64_C(1000000) * (86400 * 80 + 7777), -35017},
    {INT64_C(1000000) * (86400 * 90 + 40000), -30000},
    {INT64_C(1000000) * (86400 * 90 + 60000), -35017},
};
static const struct zone wild = {
    .first_offset = -3600, .change = wild_changes, .count = sizeof wild_changes / sizeof *wild_changes};

static int64_t local(int year, int month, int day, int hour, int minute)
{
    return zone_from_local(&jerusalem, at(year, month, day, hour, minute));
}

/* Autumn 2026: the new year on a Saturday and a Sunday, the Day of Atonement on a Monday with its eve. */
static struct holiday autumn_list[] = {{.day = 0, .closes = 13 * 60}, {0}, {0}, {.closes = 13 * 60}, {0}};
static const struct holidays autumn = {.list = autumn_list, .count = 5};

static int set_up(void **state)
{
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        struct zone_change *c = &jerusalem_changes[jerusalem.count];
        c[0] = (struct zone_change){(last_sunday(year, 3) - 2) * DAY_US, 10800};
        c[1] = (struct zone_change){last_sunday(year, 10) * DAY_US - HOUR_US, 7200};
        jerusalem.count += 2;
    }
    int64_t new_year = civil_to_day(2026, 9, 12);
    const int after[] = {-1, 0, 1, 8, 9};
    for (size_t i = 0; i < 5; i++) autumn_list[i].day = new_year + after[i];
    return 0;
}

static void opening_hours(void **state)
{
    struct workweek week = workweek_usual(&jerusalem, &autumn, 0);
    assert_true(workweek_valid(&week));
    static const struct {
        int day, hour, minute;
        bool open;
    } cases[] = {
        {10, 8, 59, false}, {10, 9, 0, true},   {10, 16, 59, true}, {10, 17, 0, false}, /* Thursday */
        {11, 10, 0, false}, {12, 10, 0, false},                                         /* Friday, Saturday */
        {13, 10, 0, false}, {14, 10, 0, true},                                          /* second day of the new year */
        {20, 12, 59, true}, {20, 13, 0, false}, {21, 10, 0, false}, {22, 10, 0, true},  /* the eve closes early */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(workweek_open(&week, local(2026, 9, cases[i].day, cases[i].hour, cases[i].minute)),
                         cases[i].open);
    assert_false(workweek_open(&week, INSTANT_NONE));
    assert_int_equal(workweek_next(&week, local(2026, 9, 10, 17, 0)), local(2026, 9, 14, 9, 0));
    assert_int_equal(workweek_next(&week, local(2026, 9, 14, 11, 7)), local(2026, 9, 14, 11, 7));
}

static void monday_to_friday(void **state)
{
    struct workweek week = workweek_usual(&zone_utc, NULL, 1);
    assert_int_equal(workweek_next(&week, at(2026, 1, 2, 18, 0)), at(2026, 1, 5, 9, 0)); /* Friday evening to Monday */
    assert_int_equal(workweek_between(&week, at(2026, 1, 1, 0, 0), at(2027, 1, 1, 0, 0)), 261 * 8 * HOUR_US);
    assert_int_equal(workweek_days(&week, civil_to_day(2026, 1, 1), civil_to_day(2027, 1, 1)), 261);
    assert_int_equal(workweek_usual_day(&week), 8 * HOUR_US);
    week.weekday[5].closes = week.weekday[5].opens + 4 * 60; /* a short Friday */
    assert_int_equal(workweek_usual_day(&week), 36 * HOUR_US / 5);
}

static void hours_between(void **state)
{
    struct workweek week = workweek_usual(&jerusalem, &autumn, 0);
    int64_t thursday = local(2026, 9, 10, 16, 0);
    assert_int_equal(workweek_between(&week, thursday, local(2026, 9, 14, 10, 0)), 2 * HOUR_US);
    assert_int_equal(workweek_between(&week, local(2026, 9, 14, 10, 0), thursday), -2 * HOUR_US);
    /* Sunday's half day and nothing on Monday: four hours, not sixteen. */
    assert_int_equal(workweek_between(&week, local(2026, 9, 20, 0, 0), local(2026, 9, 22, 0, 0)), 4 * HOUR_US);
    assert_int_equal(workweek_days(&week, civil_to_day(2026, 9, 20), civil_to_day(2026, 9, 27)), 4);
}

static void hours_after(void **state)
{
    struct workweek week = workweek_usual(&jerusalem, &autumn, 0);
    int64_t sunday = local(2026, 9, 6, 9, 0);
    assert_int_equal(workweek_after(&week, sunday, 8 * HOUR_US), local(2026, 9, 6, 17, 0));
    assert_int_equal(workweek_after(&week, sunday, 8 * HOUR_US + 1), local(2026, 9, 7, 9, 0) + 1);
    assert_int_equal(workweek_after(&week, local(2026, 9, 12, 3, 0), HOUR_US), local(2026, 9, 14, 10, 0));
    assert_int_equal(workweek_after(&week, sunday, 0), sunday);
    assert_int_equal(workweek_after(&week, sunday, INT64_MAX), INSTANT_MAX);
}

static void days_after(void **state)
{
    struct workweek week = workweek_usual(&jerusalem, &autumn, 0);
    static const struct {
        int day, hour, days, to_day, to_hour;
    } cases[] = {
        {1, 11, 2, 3, 11},   /* Tuesday to Thursday, the same clock time */
        {2, 11, 2, 6, 11},   /* over the weekend */
        {3, 18, 1, 7, 9},    /* after closing: counted from Sunday's opening */
        {5, 14, 0, 6, 9},    /* none: when work begins */
        {10, 11, 1, 14, 11}, /* over the new year */
        {17, 15, 1, 20, 13}, /* a half day closes before that clock time */
        {17, 15, 2, 22, 15}, /* the Day of Atonement does not count */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(workweek_after_days(&week, local(2026, 9, cases[i].day, cases[i].hour, 0), cases[i].days),
                         local(2026, 9, cases[i].to_day, cases[i].to_hour, 0));
    assert_int_equal(workweek_after_days(&week, 0, INT64_MAX), INSTANT_MAX);
    week.weekday[0].opens = 12 * 60;
    assert_int_equal(workweek_after_days(&week, local(2026, 9, 3, 10, 0), 1), local(2026, 9, 6, 12, 0));
}

/* Round the clock, the night of a change has 23 or 25 hours; in office hours nothing is felt. */
static void clock_changes(void **state)
{
    struct workweek round_the_clock = {.zone = &jerusalem}, week = workweek_usual(&jerusalem, NULL, 0);
    for (int i = 0; i < 7; i++) round_the_clock.weekday[i] = (struct workday){0, DAY_MINUTES};
    int64_t spring = local(2026, 3, 27, 0, 0), autumn_day = local(2026, 10, 25, 0, 0);
    assert_int_equal(workweek_between(&round_the_clock, spring, local(2026, 3, 28, 0, 0)), 23 * HOUR_US);
    assert_int_equal(workweek_between(&round_the_clock, autumn_day, local(2026, 10, 26, 0, 0)), 25 * HOUR_US);
    assert_int_equal(workweek_between(&round_the_clock, local(2020, 1, 1, 0, 0), local(2030, 1, 1, 0, 0)),
                     (civil_to_day(2030, 1, 1) - civil_to_day(2020, 1, 1)) * DAY_US);
    assert_int_equal(workweek_after(&round_the_clock, autumn_day, 25 * HOUR_US), local(2026, 10, 26, 0, 0));
    assert_int_equal(workweek_between(&week, local(2026, 10, 22, 16, 0), local(2026, 10, 25, 10, 0)), 2 * HOUR_US);
}

static void never(void **state)
{
    struct workweek idle = {.zone = &zone_utc};
    assert_false(workweek_valid(&idle));
    assert_int_equal(workweek_next(&idle, 0), INSTANT_MAX);
    assert_int_equal(workweek_after(&idle, 0, 1), INSTANT_MAX);
    assert_int_equal(workweek_after_days(&idle, 0, 1), INSTANT_MAX);
    assert_int_equal(workweek_between(&idle, INSTANT_NONE, INSTANT_MAX), 0);
    struct workweek week = workweek_usual(&zone_utc, NULL, 0);
    week.weekday[2].closes = DAY_MINUTES + 1;
    assert_false(workweek_valid(&week));
    const struct holiday twice[] = {{.day = 5}, {.day = 5}};
    const struct holidays unsorted = {.list = twice, .count = 2};
    week = workweek_usual(&zone_utc, &unsorted, 0);
    assert_false(workweek_valid(&week));
}

/* A small generator, so that a failure comes again. */
static uint64_t roll(uint64_t *seed, uint64_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % sides;
}

enum { SOME_HOLIDAYS = 40 };

static struct workweek any_week(uint64_t *seed, const struct zone *zone, int64_t from_day, struct holiday *list,
                                struct holidays *holidays)
{
    struct workweek week = {.zone = zone, .holidays = holidays};
    bool long_days = roll(seed, 2);
    for (int i = 0; i < 7; i++) {
        int32_t opens = (int32_t)roll(seed, long_days ? 120 : DAY_MINUTES), rest = DAY_MINUTES - opens;
        week.weekday[i] =
            (struct workday){opens, opens + (roll(seed, 4) ? (int32_t)roll(seed, (uint64_t)rest + 1) : 0)};
        if (long_days && roll(seed, 3)) week.weekday[i] = (struct workday){0, DAY_MINUTES};
    }
    if (week.weekday[3].opens == week.weekday[3].closes) week.weekday[3] = (struct workday){60, 120};
    int64_t day = from_day;
    for (int i = 0; i < SOME_HOLIDAYS; i++) {
        day += 1 + (int64_t)roll(seed, 9);
        list[i] = (struct holiday){day, roll(seed, 2) ? 0 : (int32_t)roll(seed, DAY_MINUTES + 1)};
    }
    *holidays = (struct holidays){.list = list, .count = SOME_HOLIDAYS};
    return week;
}

/* The definition, day by day, with none of the shortcuts. */
static int64_t plainly_between(const struct workweek *week, int64_t from, int64_t to)
{
    int64_t sum = 0, last = floor_div(to, DAY_US) + 3;
    for (int64_t day = floor_div(from, DAY_US) - 3; day < last; day++) {
        struct workday hours = week->weekday[civil_weekday(day)];
        for (size_t i = 0; i < week->holidays->count; i++)
            if (week->holidays->list[i].day == day && week->holidays->list[i].closes < hours.closes)
                hours.closes = week->holidays->list[i].closes;
        if (hours.closes <= hours.opens) continue;
        int64_t opens = zone_from_local(week->zone, day * DAY_US + hours.opens * MINUTE_US);
        int64_t closes = zone_from_local(week->zone, day * DAY_US + hours.closes * MINUTE_US);
        if (opens < from) opens = from;
        if (closes > to) closes = to;
        if (opens < closes) sum += closes - opens;
    }
    return sum;
}

static void check_laws(const struct workweek *week, int64_t a, int64_t b, int64_t c, int64_t h)
{
    int64_t ab = workweek_between(week, a, b);
    assert_int_equal(ab, a <= b ? plainly_between(week, a, b) : -plainly_between(week, b, a));
    assert_int_equal(ab + workweek_between(week, b, c), workweek_between(week, a, c));
    int64_t after = workweek_after(week, a, h);
    assert_true(after != INSTANT_MAX && after >= a);
    assert_int_equal(workweek_between(week, a, after), h);
    if (h) assert_int_equal(workweek_between(week, a, after - 1), h - 1); /* no earlier instant would do */
    int64_t next = workweek_next(week, a);
    assert_true(workweek_open(week, next));
    assert_int_equal(workweek_between(week, a, next), 0);
    assert_int_equal(workweek_open(week, a), next == a);
    assert_int_equal(workweek_open(week, b), workweek_between(week, b, b + 1) == 1);
}

static void laws(void **state)
{
    uint64_t seed = 7;
    const struct zone *zones[] = {&jerusalem, &wild, &zone_utc};
    for (int round = 0; round < 3000; round++) {
        const struct zone *zone = zones[round % 3];
        int64_t from_day = zone == &wild ? 0 : civil_to_day(2026, 1, 1);
        struct holiday list[SOME_HOLIDAYS];
        struct holidays holidays;
        struct workweek week = any_week(&seed, zone, from_day, list, &holidays);
        int64_t t[3], unit = roll(&seed, 2) ? HOUR_US / 4 : 1;
        uint64_t range = (uint64_t)((zone == &wild ? 100 : 400) * DAY_US / unit);
        for (int i = 0; i < 3; i++) {
            uint64_t far = roll(&seed, 1u << 31) << 31 | roll(&seed, 1u << 31);
            t[i] = from_day * DAY_US + (int64_t)(far % range) * unit;
        }
        /* Half of the time an instant near a change of the clock. */
        if (zone->count && roll(&seed, 2))
            t[0] = zone->change[roll(&seed, zone->count)].at + ((int64_t)roll(&seed, 400) - 200) * (HOUR_US / 4);
        check_laws(&week, t[0], t[1], t[2], (int64_t)roll(&seed, 2000) * (HOUR_US / 3) + (int64_t)roll(&seed, 2));
    }
}

/* More days lie later, and each lands on the day that many worked days on. */
static void day_laws(void **state)
{
    uint64_t seed = 11;
    struct holiday list[SOME_HOLIDAYS];
    struct holidays holidays;
    for (int round = 0; round < 1000; round++) {
        struct workweek week = any_week(&seed, &zone_utc, civil_to_day(2026, 1, 1), list, &holidays);
        int64_t start = workweek_next(&week, at(2026, 1, 1, 0, 0) + (int64_t)roll(&seed, 1u << 25) * SECOND_US);
        int64_t days = 1 + (int64_t)roll(&seed, 60), due = workweek_after_days(&week, start, days);
        int64_t first = zone_day(&zone_utc, start),
                last = zone_day(&zone_utc, due - 1); /* a window may close at midnight */
        if (workweek_days(&week, first + 1, last + 1) != days) last = zone_day(&zone_utc, due);
        assert_int_equal(workweek_days(&week, first + 1, last + 1), days);
        assert_int_equal(workweek_days(&week, last, last + 1), 1);
        assert_true(workweek_after_days(&week, start, days + 1) > due);
    }
}

/* The cursor gives what the plain functions give, in any order. */
static void cursor(void **state)
{
    uint64_t seed = 3;
    const struct zone *zones[] = {&jerusalem, &wild, &zone_utc};
    for (int z = 0; z < 3; z++) {
        struct zone_cursor c = zone_cursor_of(zones[z]);
        for (int i = 0; i < 20000; i++) {
            int64_t t = ((int64_t)roll(&seed, 1u << 31) - (1 << 28)) * SECOND_US - (int64_t)roll(&seed, 3);
            if (zones[z]->count && i % 3 == 0) t = zones[z]->change[roll(&seed, zones[z]->count)].at - i % 2;
            assert_int_equal(zone_cursor_day(&c, t), zone_day(zones[z], t));
            assert_int_equal(zone_cursor_local(&c, t), zone_to_local(zones[z], t));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_hours), cmocka_unit_test(monday_to_friday),
        cmocka_unit_test(hours_between), cmocka_unit_test(hours_after),
        cmocka_unit_test(days_after),    cmocka_unit_test(clock_changes),
        cmocka_unit_test(never),         cmocka_unit_test(laws),
        cmocka_unit_test(day_laws),      cmocka_unit_test(cursor),
    };
    return cmocka_run_group_tests_name("workweek", tests, set_up, NULL);
}
