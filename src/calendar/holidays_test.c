/* Israel's holidays against ICU's Hebrew calendar for every year, a company's own days, the Sabbath's windows against
 * the hdate program, and all of it together in business time. */
#include "base/test.h"

#include <unicode/ucal.h>

#include "calendar/holidays.h"
#include "calendar/shabbat.h"
#include "calendar/zone_load.h"

static struct arena arena;

static int set_up(void **state)
{
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    arena_release(&arena);
    return 0;
}

static struct holidays load(struct holiday_rule rule, const struct holiday *own, size_t count)
{
    struct holidays out;
    struct error error;
    if (holidays_load(&arena, &rule, own, count, &out, &error) != OK) fail_msg("%s", error.message);
    return out;
}

/* The day's closing minute in the table. */
static int32_t closes(const struct holidays *holidays, int64_t day)
{
    for (size_t i = 0; i < holidays->count; i++)
        if (holidays->list[i].day == day) return holidays->list[i].closes;
    return DAY_MINUTES;
}

enum {
    TISHRI = 0,
    HESHVAN = 1,
    KISLEV = 2,
    NISAN = 7,
    IYAR = 8,
    SIVAN = 9
}; /* ICU counts the months of a leap year from Tishri */

static int64_t icu_day(UCalendar *calendar, int year, int month, int day)
{
    UErrorCode status = U_ZERO_ERROR;
    ucal_clear(calendar);
    ucal_set(calendar, UCAL_EXTENDED_YEAR, year);
    ucal_set(calendar, UCAL_MONTH, month);
    ucal_set(calendar, UCAL_DAY_OF_MONTH, day);
    int64_t millis = (int64_t)ucal_getMillis(calendar, &status);
    assert_true(U_SUCCESS(status));
    return floor_div(millis, DAY_US / 1000);
}

/* ICU before its issue ICU-23069 put the new year 5807 off once too often, so its days from Kislev 5806 to Heshvan 5807
 * come one late. new_years below settles who is right. */
static int64_t hebrew_day(UCalendar *calendar, int year, int month, int day)
{
    bool late = icu_day(calendar, 5807, TISHRI, 1) == civil_to_day(2046, 10, 2);
    bool touched = (year == 5806 && month >= KISLEV) || (year == 5807 && month <= HESHVAN);
    return icu_day(calendar, year, month, day) - (late && touched);
}

/* 5 Iyar, moved so that neither it nor the day before touches a Sabbath (since 2004 off Monday too). */
static int64_t independence_day(UCalendar *calendar, int year)
{
    int64_t day = hebrew_day(calendar, year, IYAR, 5);
    switch (civil_weekday(day)) {
    case 5: return day - 1;
    case 6: return day - 2;
    case 1: return year >= 5764 ? day + 1 : day;
    default: return day;
    }
}

enum { DAYS = 36890, FIRST_HEBREW = 5760, LAST_HEBREW = 5861 };

/* What ICU's calendar makes of the rule: 0 a holiday, the eve's and the between-days' minutes. */
static void expect_israel(int32_t *table, int64_t first, const struct holiday_rule *rule)
{
    static const struct {
        int month, day, until;
    } rest[] = {{TISHRI, 1, 2},  {TISHRI, 10, 10}, {TISHRI, 15, 15}, {TISHRI, 22, 22},
                {NISAN, 15, 15}, {NISAN, 21, 21},  {SIVAN, 6, 6}},
      between[] = {{TISHRI, 16, 21}, {NISAN, 16, 20}};
    UErrorCode status = U_ZERO_ERROR;
    UChar utc[] = {'U', 'T', 'C', 0};
    UCalendar *calendar = ucal_open(utc, -1, "en@calendar=hebrew", UCAL_DEFAULT, &status);
    assert_true(U_SUCCESS(status));
    for (int64_t i = 0; i < DAYS; i++) table[i] = DAY_MINUTES;
#define PUT(day, minute)                                                                                               \
    do {                                                                                                               \
        int64_t put_ = (day)-first;                                                                                    \
        int32_t minute_ = (minute);                                                                                    \
        if (put_ >= 0 && put_ < DAYS && minute_ < table[put_]) table[put_] = minute_;                                  \
    } while (0)
    for (int year = FIRST_HEBREW; year <= LAST_HEBREW; year++) {
        for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
            PUT(hebrew_day(calendar, year, rest[i].month, rest[i].day) - 1, rule->eves_close);
            for (int day = rest[i].day; day <= rest[i].until; day++)
                PUT(hebrew_day(calendar, year, rest[i].month, day), 0);
        }
        for (size_t i = 0; i < sizeof between / sizeof *between; i++)
            for (int day = between[i].day; day <= between[i].until; day++)
                PUT(hebrew_day(calendar, year, between[i].month, day), rule->between_close);
        PUT(independence_day(calendar, year) - 1, rule->eves_close);
        PUT(independence_day(calendar, year), 0);
    }
#undef PUT
    ucal_close(calendar);
}

static void check_israel(struct holiday_rule rule)
{
    static int32_t expected[DAYS];
    int64_t first = civil_to_day(HOLIDAYS_FIRST_YEAR, 1, 1);
    assert_int_equal(civil_to_day(HOLIDAYS_LAST_YEAR + 1, 1, 1) - first, DAYS);
    expect_israel(expected, first, &rule);
    struct holidays holidays = load(rule, NULL, 0);
    size_t next = 0;
    for (int64_t i = 0; i < DAYS; i++) {
        bool listed = next < holidays.count && holidays.list[next].day == first + i;
        int32_t got = listed ? holidays.list[next++].closes : DAY_MINUTES;
        struct civil c = civil_from_instant((first + i) * DAY_US);
        if (got != expected[i])
            fail_msg("%d-%02d-%02d closes at %d, by ICU at %d", c.year, c.month, c.day, got, expected[i]);
    }
    assert_int_equal(next, holidays.count);
}

static void israel_every_year(void **state)
{
    check_israel(holiday_rule_usual(SLICE("israel")));
    check_israel((struct holiday_rule){SLICE("israel"), .eves_close = 0, .between_close = 13 * 60});
    check_israel((struct holiday_rule){SLICE("israel"), .eves_close = DAY_MINUTES, .between_close = 0});
}

/* Days from the calendar's epoch to the mean new moon of the year, put off when it falls on Sunday, Wednesday or Friday
 * or after noon. */
static int64_t moon_day(int64_t year)
{
    int64_t months = floor_div(235 * year - 234, 19), parts = 12084 + 13753 * months;
    int64_t day = 29 * months + floor_div(parts, 25920);
    return 3 * (day + 1) % 7 < 3 ? day + 1 : day;
}

/* 1 Tishri by arithmetic alone: put off further where a year would get an impossible length. */
static int64_t new_year(int64_t year)
{
    int64_t before = moon_day(year - 1), day = moon_day(year), after = moon_day(year + 1);
    return day + (after - day == 356 ? 2 : day - before == 382 ? 1 : 0);
}

static void new_years(void **state)
{
    struct holidays holidays = load(holiday_rule_usual(SLICE("israel")), NULL, 0);
    int64_t epoch = civil_to_day(2026, 9, 12) - new_year(5787);
    for (int year = FIRST_HEBREW + 1; year < LAST_HEBREW; year++) {
        int64_t day = epoch + new_year(year);
        assert_int_equal(closes(&holidays, day - 1), 13 * 60);
        assert_int_equal(closes(&holidays, day), 0);
        assert_int_equal(closes(&holidays, day + 1), 0);
        assert_int_equal(closes(&holidays, day + 8), 13 * 60); /* Yom Kippur and its eve */
        assert_int_equal(closes(&holidays, day + 9), 0);
    }
}

static void known_days(void **state)
{
    struct holidays holidays = load(holiday_rule_usual(SLICE("israel")), NULL, 0);
    static const struct {
        int year, month, day, closes;
    } cases[] = {
        {2026, 4, 1, 780},         {2026, 4, 2, 0},
        {2026, 4, 5, DAY_MINUTES}, /* Pesach, its eve, a day between */
        {2026, 4, 7, 780},         {2026, 4, 8, 0},
        {2026, 4, 21, 780}, /* its seventh day */
        {2026, 4, 22, 0},          {2026, 5, 22, 0},
        {2026, 9, 13, 0}, /* Independence Day, Shavuot */
        {2026, 9, 21, 0},          {2026, 9, 26, 0},
        {2026, 10, 3, 0}, /* Yom Kippur, Sukkot, its eighth day */
        {2023, 4, 26, 0},          {2024, 5, 14, 0},
        {2025, 5, 1, 0},                                        /* Independence Day kept on, late, early */
        {2026, 3, 3, DAY_MINUTES}, {2025, 12, 15, DAY_MINUTES}, /* Purim, Hanukkah */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(closes(&holidays, civil_to_day(cases[i].year, cases[i].month, cases[i].day)), cases[i].closes);
}

static void own_days(void **state)
{
    int64_t anniversary = civil_to_day(2026, 7, 1), independence = civil_to_day(2026, 4, 22);
    const struct holiday own[] = {
        {anniversary, 0}, {independence, DAY_MINUTES}, {anniversary, 0}, {civil_to_day(1999, 1, 3), 600}};
    struct holidays plain = load(holiday_rule_usual(SLICE("israel")), NULL, 0);
    struct holidays both = load(holiday_rule_usual(SLICE("israel")), own, 4);
    assert_int_equal(closes(&both, anniversary), 0);
    assert_int_equal(closes(&both, independence), DAY_MINUTES);
    assert_int_equal(both.list[0].closes, 600);
    assert_int_equal(both.count, plain.count + 1);
    struct workweek week = workweek_usual(&zone_utc, &both, 0);
    assert_true(workweek_valid(&week));
    struct holidays only = load(holiday_rule_usual(SLICE("none")), own, 4);
    assert_int_equal(only.count, 2);
    assert_int_equal(load(holiday_rule_usual(SLICE("none")), NULL, 0).count, 0);
}

/* The same days, the same version; other days, another. */
static void versions(void **state)
{
    const struct holiday own[] = {{20000, 0}, {20001, 0}}, turned[] = {{20001, 0}, {20000, 0}, {20001, 0}};
    struct slice one = load(holiday_rule_usual(SLICE("none")), own, 2).version;
    assert_true(slice_starts(one, SLICE("none-")));
    assert_true(slice_equal(one, load(holiday_rule_usual(SLICE("none")), turned, 3).version));
    assert_false(slice_equal(one, load(holiday_rule_usual(SLICE("none")), own, 1).version));
    struct holiday_rule rule = holiday_rule_usual(SLICE("israel"));
    struct slice israel = load(rule, NULL, 0).version;
    assert_true(slice_starts(israel, SLICE("israel-")));
    rule.eves_close = 12 * 60;
    assert_false(slice_equal(israel, load(rule, NULL, 0).version));
}

static void refused(void **state)
{
    struct holidays out;
    struct error error;
    struct holiday_rule rule = holiday_rule_usual(SLICE("isreal"));
    assert_int_equal(holidays_load(&arena, &rule, NULL, 0, &out, &error), BAD_USAGE);
    assert_non_null(strstr(error.message, "did you mean israel?"));
    rule.name = SLICE("");
    assert_int_equal(holidays_load(&arena, &rule, NULL, 0, &out, &error), BAD_USAGE);
    rule = holiday_rule_usual(SLICE("israel"));
    rule.eves_close = 1441;
    assert_int_equal(holidays_load(&arena, &rule, NULL, 0, &out, &error), BAD_USAGE);
    const struct holiday twice[] = {{civil_to_day(2026, 7, 1), 0}, {civil_to_day(2026, 7, 1), 60}};
    rule = holiday_rule_usual(SLICE("none"));
    assert_int_equal(holidays_load(&arena, &rule, twice, 2, &out, &error), BAD_USAGE);
    assert_non_null(strstr(error.message, "2026-07-01 is listed twice"));
    const struct holiday late = {1, 2000};
    assert_int_equal(holidays_load(&arena, &rule, &late, 1, &out, &error), BAD_USAGE);
}

/* Wall clock two hours east of UTC all the year, as the hdate program was asked:
 * hdate -q -s -t -l 31.778 -L 35.235 -z 2 DAY MONTH YEAR (sunset less 40 minutes; three_stars), and for Los Angeles
 * hdate -q -s -t -l 34.05 -L -118.24 -z -8 DAY MONTH YEAR. */
static int64_t standard(int month, int day, int hour, int minute, int zone)
{
    return civil_to_instant((struct civil){2026, month, day, hour, minute, 0, 0}) - zone * HOUR_US;
}

static void sabbaths(void **state)
{
    struct quiet_windows year =
        shabbat_windows(&arena, &location_jerusalem, civil_to_day(2026, 1, 1), civil_to_day(2027, 1, 1));
    const struct {
        int64_t from, until;
    } cases[] = {
        {standard(1, 2, 16, 45 - 40, 2), standard(1, 3, 17, 26, 2)},   /* winter */
        {standard(6, 26, 18, 48 - 40, 2), standard(6, 27, 19, 30, 2)}, /* summer */
        {standard(9, 11, 17, 51 - 40, 2),
         standard(9, 13, 18, 25, 2)}, /* a Sabbath and the second day of the new year */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(quiet_until(&year, cases[i].from - 1), cases[i].from - 1);
        assert_int_equal(quiet_until(&year, cases[i].from), cases[i].until);
        assert_int_equal(quiet_until(&year, cases[i].until - 1), cases[i].until);
        assert_int_equal(quiet_until(&year, cases[i].until), cases[i].until);
    }
    int64_t kippur = standard(9, 21, 12, 0, 2), hanukkah = standard(12, 8, 12, 0, 2);
    assert_true(quiet_until(&year, kippur) > kippur);
    assert_int_equal(quiet_until(&year, hanukkah), hanukkah);
    for (size_t i = 1; i < year.count; i++) assert_true(year.list[i - 1].until < year.list[i].from);
}

static void sabbaths_elsewhere(void **state)
{
    const struct location los_angeles = {34.05, -118.24, 18}, arctic = {70, 25, 18};
    int64_t friday = civil_to_day(2026, 1, 2);
    struct quiet_windows one = shabbat_windows(&arena, &los_angeles, friday, friday + 2);
    assert_int_equal(one.count, 1);
    assert_int_equal(one.list[0].from, standard(1, 2, 16, 54 - 18, -8));
    assert_int_equal(one.list[0].until, standard(1, 3, 17, 35, -8));
    assert_int_equal(shabbat_windows(&arena, &arctic, friday, friday + 7).count, 0);
    /* Asked for the middle of a window, the whole window. */
    struct quiet_windows whole =
        shabbat_windows(&arena, &location_jerusalem, civil_to_day(2026, 9, 13), civil_to_day(2026, 9, 14));
    assert_int_equal(whole.count, 1);
    assert_int_equal(whole.list[0].from, standard(9, 11, 17, 11, 2));
}

/* A lead handed to sales in Jerusalem before the autumn holidays. */
static void together(void **state)
{
    struct zone zone;
    assert_int_equal(zone_load(&arena, SLICE("Asia/Jerusalem"), &zone, NULL), OK);
    struct holidays holidays = load(holiday_rule_usual(SLICE("israel")), NULL, 0);
    struct workweek week = workweek_usual(&zone, &holidays, 0);
    int64_t thursday = zone_from_local(&zone, civil_to_instant((struct civil){2026, 9, 10, 16, 0, 0, 0}));
    int64_t due =
        workweek_after_days(&week, thursday, 2); /* over the weekend and the new year, Monday is the first day */
    assert_int_equal(due, zone_from_local(&zone, civil_to_instant((struct civil){2026, 9, 15, 16, 0, 0, 0})));
    assert_int_equal(workweek_between(&week, thursday, due), 16 * HOUR_US);
    /* The week of Pesach 2026: a short Wednesday, a free Thursday. */
    assert_int_equal(workweek_between(&week, zone_day_start(&zone, civil_to_day(2026, 3, 29)),
                                      zone_day_start(&zone, civil_to_day(2026, 4, 5))),
                     28 * HOUR_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(israel_every_year), cmocka_unit_test(new_years),          cmocka_unit_test(known_days),
        cmocka_unit_test(own_days),          cmocka_unit_test(versions),           cmocka_unit_test(refused),
        cmocka_unit_test(sabbaths),          cmocka_unit_test(sabbaths_elsewhere), cmocka_unit_test(together),
    };
    return cmocka_run_group_tests_name("holidays", tests, set_up, tear_down);
}
