/* Periods as written, their comparisons, and the compared period's as-of. */
#include "base/test.h"

#include "analysis/period.h"

/* Two hours east, three from 2026-03-27 to 2026-10-25 (01:00 UTC), as in Israel that year. */
static const struct zone_change CHANGES[] = {
    {INT64_C(1774569600000000), 10800}, /* 2026-03-27T00:00Z */
    {INT64_C(1792882800000000), 7200},  /* 2026-10-25T00:00Z less an hour */
};
static const struct zone EAST = {.first_offset = 7200, .change = CHANGES, .count = 2};

static void assert_days(struct period p, const char *wanted)
{
    struct buffer b;
    buffer_init(&b, 64);
    day_format(&b, p.from_day);
    buffer_text(&b, " ");
    day_format(&b, p.until_day - 1);
    assert_slice(buffer_slice(&b), wanted);
    buffer_release(&b);
}

static int64_t as_of(const char *text)
{
    int64_t at = 0;
    assert_true(as_of_parse(slice_from(text), &EAST, &at));
    return at;
}

static void written(void **state)
{
    static const struct {
        const char *text, *as_of, *days;
    } cases[] = {
        {"2026", "2026-04-20", "2026-01-01 2026-12-31"},
        {"2026-Q1", "2026-04-20", "2026-01-01 2026-03-31"},
        {"2026-q4", "2026-04-20", "2026-10-01 2026-12-31"},
        {"2026-12", "2026-04-20", "2026-12-01 2026-12-31"},
        {"2024-02", "2026-04-20", "2024-02-01 2024-02-29"},
        {"2026-01-05", "2026-04-20", "2026-01-05 2026-01-05"},
        {"2026-01-05..2026-02-04", "2026-04-20", "2026-01-05 2026-02-04"},
        {"2025-11..2026-02", "2026-04-20", "2025-11-01 2026-02-28"},
        {"2025-Q4..2026-01-05", "2026-04-20", "2025-10-01 2026-01-05"},
        {" last month ", "2026-04-20", "2026-03-01 2026-03-31"},
        {"last month", "2026-04-30", "2026-04-01 2026-04-30"}, /* complete at the end of its last day */
        {"last month", "2026-04-30T12:00+03:00", "2026-03-01 2026-03-31"},
        {"last 30 days", "2026-04-20", "2026-03-22 2026-04-20"},
        {"last 30 days", "2026-04-20T12:00Z", "2026-03-21 2026-04-19"},
        {"last 3 months", "2026-04-20", "2026-01-01 2026-03-31"},
        {"last quarter", "2026-04-20", "2026-01-01 2026-03-31"},
        {"last year", "2026-04-20", "2025-01-01 2025-12-31"},
        {"last week", "2026-04-20", "2026-04-12 2026-04-18"}, /* the 20th is a Monday */
        {"last day", "2026-04-20", "2026-04-20 2026-04-20"},
        {"this month", "2026-04-20", "2026-04-01 2026-04-20"},
        {"this quarter", "2026-04-20T01:00Z", "2026-04-01 2026-04-20"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct period p;
        if (!period_parse(slice_from(cases[i].text), &EAST, as_of(cases[i].as_of), WEEK_FROM_SUNDAY, &p))
            fail_msg("refused %s", cases[i].text);
        assert_days(p, cases[i].days);
    }
    struct period p;
    assert_true(period_parse(SLICE("last week"), &EAST, as_of("2026-04-20"), WEEK_FROM_MONDAY, &p));
    assert_days(p, "2026-04-13 2026-04-19");
}

static void refused(void **state)
{
    static const char *bad[] = {"",
                                "2026-13",
                                "2026-00",
                                "2026-Q5",
                                "26",
                                "2026-02-29",
                                "2026-02-04..2026-01-05",
                                "january",
                                "last",
                                "last 0 days",
                                "last -1 days",
                                "last 5 moons",
                                "this",
                                "2026-1",
                                "0000",
                                "2026-02..2026-01",
                                "2026-01..",
                                "..2026-01",
                                "2026-01..last month",
                                "2026-01..2026-02..2026-03"};
    struct period p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (period_parse(slice_from(bad[i]), &EAST, as_of("2026-04-20"), WEEK_FROM_SUNDAY, &p))
            fail_msg("took %s", bad[i]);
}

static struct period period_of(const char *text)
{
    struct period p;
    assert_true(period_parse(slice_from(text), &EAST, as_of("2026-04-20"), WEEK_FROM_SUNDAY, &p));
    return p;
}

static void earlier(void **state)
{
    assert_days(period_year_earlier(period_of("2026-01")), "2025-01-01 2025-01-31");
    assert_days(period_year_earlier(period_of("2024-02")), "2023-02-01 2023-02-28");
    assert_days(period_year_earlier(period_of("2025-02")), "2024-02-01 2024-02-29");
    assert_days(period_year_earlier(period_of("2024-02-29")), "2023-02-28 2023-02-28");
    assert_days(period_year_earlier(period_of("2026-01-05..2026-02-04")), "2025-01-05 2025-02-04");
    assert_days(period_before(period_of("2026-01")), "2025-12-01 2025-12-31");
    assert_days(period_before(period_of("2026-Q1")), "2025-10-01 2025-12-31");
    assert_days(period_before(period_of("2026")), "2025-01-01 2025-12-31");
    assert_days(period_before(period_of("2026-01-05..2026-01-14")), "2025-12-26 2026-01-04");
}

/* Both are seen 79 days after they ended, summer time or not. */
static void equal_age(void **state)
{
    struct period now = period_of("2026-01"), then = period_of("2025-01");
    assert_int_equal(period_equal_age(now, as_of("2026-04-20"), then, &EAST), as_of("2025-04-20"));
    assert_int_equal(period_equal_age(now, as_of("2026-04-20T12:30:00"), then, &EAST), as_of("2025-04-20T12:30:00"));
    assert_int_equal(period_equal_age(period_of("2024-01"), as_of("2024-04-20"), period_of("2023-01"), &EAST),
                     as_of("2023-04-21"));
    /* A period still running is compared up to the same day of the earlier one. */
    assert_int_equal(period_equal_age(period_of("2026-04"), as_of("2026-04-20"), period_of("2025-04"), &EAST),
                     as_of("2025-04-20"));
    /* Also where that one is shorter: ten days against ten. */
    assert_int_equal(period_equal_age(period_of("2026-03"), as_of("2026-03-10"), period_of("2026-02"), &EAST),
                     as_of("2026-02-10"));
    assert_int_equal(period_equal_age(period_of("2026-03"), as_of("2026-03-31"), period_of("2026-02"), &EAST),
                     as_of("2026-03-03"));
}

static void as_of_written(void **state)
{
    assert_int_equal(as_of("2026-04-20"), as_of("2026-04-20T23:59:59.999999+03:00"));
    assert_int_equal(as_of("2026-01-20"), as_of("2026-01-20T21:59:59.999999Z"));
    int64_t at;
    assert_false(as_of_parse(SLICE("soon"), &EAST, &at));
}

static void settled(void **state)
{
    struct report_window w[2];
    struct error e;
    bool has;
    struct company company = {0};
    assert_int_equal(period_settle(SLICE("2026-01"), SLICE(""), &company, &EAST, as_of("2026-04-20"), w, &has, &e), OK);
    assert_true(has);
    assert_int_equal(w[0].from, as_of("2026-01-01T00:00"));
    assert_int_equal(w[0].until, as_of("2026-02-01T00:00"));
    assert_int_equal(w[1].from, as_of("2025-01-01T00:00"));
    assert_int_equal(w[1].as_of, as_of("2025-04-20"));
    assert_int_equal(period_settle(SLICE(""), SLICE("none"), &company, &EAST, as_of("2026-04-20"), w, &has, &e), OK);
    assert_false(has);
    assert_int_equal(w[0].from, as_of("2026-03-01T00:00"));
    assert_int_equal(
        period_settle(SLICE("2026-02"), SLICE("the period before"), NULL, &EAST, as_of("2026-04-20"), w, &has, &e), OK);
    assert_int_equal(w[1].from, w[0].from - 31 * DAY_US);
    assert_int_equal(period_settle(SLICE("2026-02"), SLICE("previous"), NULL, &EAST, as_of("2026-04-20"), w, &has, &e),
                     OK);
    assert_int_equal(w[1].from, w[0].from - 31 * DAY_US);
    assert_int_equal(period_settle(SLICE("2026-02"), SLICE("year"), NULL, &EAST, as_of("2026-04-20"), w, &has, &e), OK);
    assert_int_equal(w[1].from, as_of("2025-02-01T00:00"));
    assert_int_equal(w[1].until, as_of("2025-03-01T00:00"));
    assert_int_equal(period_settle(SLICE("2026"), SLICE(""), NULL, &EAST, as_of("2026-04-20T12:00"), w, &has, &e), OK);
    assert_int_equal(w[0].until, as_of("2027-01-01T00:00"));
    assert_int_equal(w[1].until, as_of("2025-04-21T00:00"));
    assert_int_equal(period_settle(SLICE("2026-02"), SLICE("2025-Q4"), NULL, &EAST, as_of("2026-04-20"), w, &has, &e),
                     OK);
    assert_int_equal(w[1].from, as_of("2025-10-01T00:00"));
    assert_int_equal(period_settle(SLICE("mars"), SLICE(""), NULL, &EAST, as_of("2026-04-20"), w, &has, &e), BAD_USAGE);
    assert_non_null(strstr(e.message, "'mars' is no period"));
    assert_int_equal(period_settle(SLICE("2026"), SLICE("last life"), NULL, &EAST, as_of("2026-04-20"), w, &has, &e),
                     BAD_USAGE);
    assert_non_null(strstr(e.message, "nothing to compare with"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),   cmocka_unit_test(refused),       cmocka_unit_test(earlier),
        cmocka_unit_test(equal_age), cmocka_unit_test(as_of_written), cmocka_unit_test(settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
