/* Zone data: the reader of zone files against the C library on every zone, against ICU on the past, and by known dates.
 */
#include "base/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "calendar/tzfile.h"
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

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return civil_to_instant((struct civil){year, month, day, hour, minute, 0, 0});
}

static void check_order(const struct zone *zone)
{
    for (size_t i = 0; i < zone->count; i++) {
        assert_true(zone->change[i].at > (i ? zone->change[i - 1].at : 0));
        assert_true(zone->change[i].offset != (i ? zone->change[i - 1].offset : zone->first_offset));
    }
}

/* Jerusalem by law: from 2013 summer time begins on the Friday before the last Sunday of March at 02:00 and ends on the
 * last Sunday of October at 02:00. */
static void check_jerusalem(const struct zone *zone)
{
    check_order(zone);
    for (int year = 2013; year <= 2100; year++) {
        int64_t march = civil_to_day(year, 3, 31), october = civil_to_day(year, 10, 31);
        int64_t spring = (march - civil_weekday(march) - 2) * DAY_US;
        int64_t autumn = (october - civil_weekday(october)) * DAY_US - HOUR_US;
        assert_int_equal(zone_offset(zone, spring - 1), 7200);
        assert_int_equal(zone_offset(zone, spring), 10800);
        assert_int_equal(zone_offset(zone, autumn - 1), 10800);
        assert_int_equal(zone_offset(zone, autumn), 7200);
    }
    /* Before that the dates followed the Hebrew calendar: in 2010 until 12 September. */
    assert_int_equal(zone_offset(zone, at(2010, 9, 11, 22, 59)), 10800);
    assert_int_equal(zone_offset(zone, at(2010, 9, 11, 23, 0)), 7200);
}

static void jerusalem(void **state)
{
    struct zone zone;
    struct error error;
    assert_int_equal(zone_load(&arena, SLICE("Asia/Jerusalem"), &zone, &error), OK);
    assert_slice(zone.name, "Asia/Jerusalem");
    assert_true(slice_equal(zone.version, zone_version(&arena)));
    assert_true(zone.version.len >= 5 && zone.version.ptr[0] == '2');
    check_jerusalem(&zone);
    assert_int_equal(zone_load_icu(&arena, SLICE("Asia/Jerusalem"), &zone, &error), OK);
    check_jerusalem(&zone);
    assert_int_equal(zone_load_files(&arena, ZONE_DIRECTORY, SLICE("Asia/Jerusalem"), &zone, &error), OK);
    check_jerusalem(&zone);
}

static void utc(void **state)
{
    struct zone zone;
    assert_int_equal(zone_load(&arena, SLICE("UTC"), &zone, NULL), OK);
    assert_int_equal(zone.count, 0);
    assert_int_equal(zone.first_offset, 0);
}

/* The C library reads the same files by code of its own. */
static void compare_with_c_library(struct slice name, const struct zone *zone)
{
    assert_int_equal(setenv("TZ", name.ptr, 1), 0);
    tzset();
    int64_t until = civil_to_day(ZONE_UNTIL_YEAR, 1, 1) * 86400;
    for (int64_t second = 0, i = 0; second < until; second += 86400 * 9 + 3000, i++) {
        struct tm tm;
        time_t t = second;
        assert_non_null(localtime_r(&t, &tm));
        if (tm.tm_gmtoff != zone_offset(zone, second * SECOND_US))
            fail_msg("%s at %lld: the C library says %ld, the reader %d", name.ptr, (long long)second, tm.tm_gmtoff,
                     zone_offset(zone, second * SECOND_US));
    }
    for (size_t i = 0; i < zone->count; i++) {
        struct tm before, after;
        time_t t = zone->change[i].at / SECOND_US, u = t - 1;
        localtime_r(&t, &after);
        localtime_r(&u, &before);
        assert_int_equal(after.tm_gmtoff, zone->change[i].offset);
        assert_int_equal(before.tm_gmtoff, i ? zone->change[i - 1].offset : zone->first_offset);
    }
}

static void every_zone(void **state)
{
    FILE *table = fopen(ZONE_DIRECTORY "/zone1970.tab", "r");
    assert_non_null(table);
    char line[256];
    int count = 0;
    while (fgets(line, sizeof line, table)) {
        if (line[0] == '#') continue;
        struct slice rest = slice_trim(slice_from(line));
        slice_cut(&rest, '\t');
        slice_cut(&rest, '\t');
        struct slice name = arena_slice(&arena, slice_cut(&rest, '\t'));
        struct zone zone;
        struct error error;
        if (zone_load_files(&arena, ZONE_DIRECTORY, name, &zone, &error) != OK) fail_msg("%s", error.message);
        check_order(&zone);
        compare_with_c_library(name, &zone);
        count++;
    }
    fclose(table);
    assert_true(count > 300);
}

/* Where both sources know the same past, two readers of two formats must give one list. */
static void both_sources(void **state)
{
    static const char *names[] = {"Asia/Jerusalem", "America/New_York", "Europe/London",     "Europe/Berlin",
                                  "Asia/Tokyo",     "Australia/Sydney", "America/Sao_Paulo", "Asia/Kathmandu",
                                  "Europe/Moscow",  "Europe/Dublin"};
    int64_t until = at(2022, 1, 1, 0, 0);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        struct zone files, icu;
        assert_int_equal(zone_load_files(&arena, ZONE_DIRECTORY, slice_from(names[n]), &files, NULL), OK);
        assert_int_equal(zone_load_icu(&arena, slice_from(names[n]), &icu, NULL), OK);
        size_t count = zone_changes_until(&files, until);
        assert_int_equal(count, zone_changes_until(&icu, until));
        assert_int_equal(files.first_offset, icu.first_offset);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(files.change[i].at, icu.change[i].at);
            assert_int_equal(files.change[i].offset, icu.change[i].offset);
        }
    }
}

static void wrong_names(void **state)
{
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"Asia/Jerusalm", "nearest name is Asia/Jerusalem"},
        {"asia/jerusalem", "nearest name is Asia/Jerusalem"},
        {"Jerusalem", "nearest name is Asia/Jerusalem"},
        {"Israel/Tel Aviv", "nearest name is Asia/Tel_Aviv"},
        {"new york", "nearest name is America/New_York"},
        {"IST", "abbreviation"},
        {"EST", "abbreviation"},
        {"../../etc/passwd", "there is no time zone"},
        {"Asia", "there is no time zone"},
        {"right/UTC", "there is no time zone"},
        {"SystemV/PST8", "there is no time zone"},
        {"GMT+2", "there is no time zone"},
        {"", "there is no time zone"},
        {"קריית שמונה", "there is no time zone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zone zone;
        struct error error = {0};
        struct slice name = slice_from(cases[i].name);
        assert_int_equal(zone_load_files(&arena, ZONE_DIRECTORY, name, &zone, &error), BAD_USAGE);
        if (!strstr(error.message, cases[i].says)) fail_msg("%s: %s", cases[i].name, error.message);
        assert_int_equal(zone_load_icu(&arena, name, &zone, &error), BAD_USAGE);
    }
    char endless[5000];
    memset(endless, 'a', sizeof endless);
    struct zone zone;
    struct error error;
    assert_int_equal(zone_load(&arena, slice_of(endless, sizeof endless), &zone, &error), BAD_USAGE);
}

/* A file as the format describes it: both blocks, one transition, then the rule. */
static struct slice small_file(const char *rule)
{
    static const char header[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\4";   /* 1 time, 2 types, 4 letters */
    static const char types[] = "\0\0\x1c\x20\0\0\0\0\x2a\x30\1\0IST";                 /* 7200, 10800; with the NUL */
    static const char first[] = "\0\0\x0e\x10\1", second[] = "\0\0\0\0\0\0\x0e\x10\1"; /* at 3600 s to type 1 */
    struct buffer b;
    buffer_init(&b, 4096);
    buffer_add(&b, slice_of(header, 44));
    buffer_add(&b, slice_of(first, 5));
    buffer_add(&b, slice_of(types, 16));
    buffer_add(&b, slice_of(header, 44));
    buffer_add(&b, slice_of(second, 9));
    buffer_add(&b, slice_of(types, 16));
    buffer_printf(&b, "\n%s\n", rule);
    struct slice copy = arena_slice(&arena, buffer_slice(&b));
    buffer_release(&b);
    return copy;
}

static void rules(void **state)
{
    struct zone zone;
    assert_true(tzfile_read(&arena, small_file(""), &zone));
    assert_int_equal(zone.first_offset, 7200);
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone.change[0].at, HOUR_US);
    assert_int_equal(zone.change[0].offset, 10800);
    /* Days of the year: J60 is 1 March in every year, 59 is 29 February in a leap year. */
    assert_true(tzfile_read(&arena, small_file("<+02>-2<+04>-4:00,J60/3,59/-1:30"), &zone));
    assert_int_equal(zone_offset(&zone, at(2024, 3, 1, 1, 0)), 14400);
    assert_int_equal(zone_offset(&zone, at(2024, 3, 1, 0, 59)), 7200);
    assert_int_equal(zone_offset(&zone, at(2024, 2, 28, 18, 29)), 14400);
    assert_int_equal(zone_offset(&zone, at(2024, 2, 28, 18, 30)), 7200);
    /* Summer time all the year: no change at New Year. */
    assert_true(tzfile_read(&arena, small_file("XXX-2EDT-3,0/0,J365/25"), &zone));
    assert_int_equal(zone.count, 1);
    assert_int_equal(zone_offset(&zone, at(2050, 1, 1, 0, 0)), 10800);
    static const char *bad[] = {"IS-2",
                                "IST",
                                "IST-200",
                                "IST-2IDT",
                                "IST-2IDT,M3.4.4/26",
                                "IST-2IDT,M13.1.1,M3.1.1",
                                "<IST-2",
                                "IST-2x",
                                "IST-2IDT,J0,J5",
                                "IST-2IDT,M3.4.4,M10.5.0,"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(tzfile_read(&arena, small_file(bad[i]), &zone));
}

/* Whatever a damaged file holds, the reader stays within it and its changes stay in order. */
static void damaged_files(void **state)
{
    struct slice good = small_file("IST-2IDT,M3.4.4/26,M10.5.0");
    struct zone zone;
    assert_true(tzfile_read(&arena, good, &zone));
    for (size_t len = 0; len < good.len - 1; len++) {
        char *cut = malloc(len + 1); /* on the heap, so that the sanitizer sees its end */
        memcpy(cut, good.ptr, len);
        assert_false(tzfile_read(&arena, slice_of(cut, len), &zone));
        free(cut);
    }
    uint64_t seed = 5;
    for (int round = 0; round < 20000; round++) {
        char *copy = malloc(good.len);
        memcpy(copy, good.ptr, good.len);
        for (int i = 0; i < 1 + round % 3; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1;
            copy[(seed >> 33) % good.len] = (char)(seed >> 20);
        }
        if (tzfile_read(&arena, slice_of(copy, good.len), &zone))
            for (size_t i = 1; i < zone.count; i++) assert_true(zone.change[i].at > zone.change[i - 1].at);
        free(copy);
        if (round % 100 == 0) arena_clear(&arena), good = small_file("IST-2IDT,M3.4.4/26,M10.5.0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jerusalem),     cmocka_unit_test(utc),         cmocka_unit_test(every_zone),
        cmocka_unit_test(both_sources),  cmocka_unit_test(wrong_names), cmocka_unit_test(rules),
        cmocka_unit_test(damaged_files),
    };
    return cmocka_run_group_tests_name("zones", tests, set_up, tear_down);
}
