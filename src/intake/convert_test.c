/* Numbers, dates and words as offices write them. */
#include "base/test.h"

#include "intake/convert.h"

static void decimals(void **state)
{
    static const struct {
        const char *text;
        bool comma, good;
        int64_t millionths;
    } cases[] = {
        {"1234.5", false, true, 1234500000},
        {"1,234.50", false, true, 1234500000},
        {"1,234,567", false, true, 1234567000000},
        {"1.234,50", true, true, 1234500000},
        {"$1,200", false, true, 1200000000},
        {"₪ 500", false, true, 500000000},
        {"500 ש\"ח", false, true, 500000000},
        {"1,200.10 USD", false, true, 1200100000},
        {"USD 12", false, true, 12000000},
        {"(12.5)", false, true, -12500000},
        {"-0.000001", false, true, -1},
        {"0.0000005", false, true, 1},
        {"0.0000004", false, true, 0},
        {"15%", false, true, 15000000},
        {"4\u00a0500", false, true, 4500000000},
        {"\u200e12\u200f", false, true, 12000000},
        {"9000000000000", false, true, 9000000000000000000},
        {"9300000000000", false, false, 0},
        {"1'000", false, true, 1000000000},
        {".5", false, true, 500000},
        {"5.", false, true, 5000000},
        {"+7", false, true, 7000000},
        {"", false, false, 0},
        {"abc", false, false, 0},
        {"12,34.5", false, false, 0},
        {"1,23", false, false, 0},
        {"1,2345", false, false, 0},
        {"1.2.3", false, false, 0},
        {"12 34 x", false, false, 0},
        {"about 50", false, false, 0},
        {"1e5", false, false, 0},
        {"--1", false, false, 0},
        {"50-100", false, false, 0},
        {"$", false, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t millionths = 0;
        bool good = convert_decimal(slice_from(cases[i].text), cases[i].comma, &millionths);
        if (good != cases[i].good || (good && millionths != cases[i].millionths))
            fail_msg("«%s» gave %d %lld", cases[i].text, good, (long long)millionths);
    }
    assert_slice(read_currency(SLICE("₪ 500")), "ILS");
    assert_slice(read_currency(SLICE("500 ש״ח")), "ILS");
    assert_slice(read_currency(SLICE("12.5 EUR")), "EUR");
    assert_int_equal(read_currency(SLICE("12.5")).len, 0);
}

static void times(void **state)
{
    static const struct {
        const char *text;
        enum date_order order;
        const char *wanted; /* NULL: unreadable */
    } cases[] = {
        {"2026-01-05", DATES_UNKNOWN, "2026-01-05T00:00:00Z"},
        {" 2026-01-05 09:30 ", DATES_UNKNOWN, "2026-01-05T09:30:00Z"},
        {"05/01/2026", DATES_DAY_FIRST, "2026-01-05T00:00:00Z"},
        {"5.1.2026 9:30", DATES_DAY_FIRST, "2026-01-05T09:30:00Z"},
        {"1/5/2026, 3:04 PM", DATES_MONTH_FIRST, "2026-01-05T15:04:00Z"},
        {"1/5/2026 12:00:01 am", DATES_MONTH_FIRST, "2026-01-05T00:00:01Z"},
        {"1/5/26", DATES_MONTH_FIRST, "2026-01-05T00:00:00Z"},
        {"05-01-1999", DATES_DAY_FIRST, "1999-01-05T00:00:00Z"},
        {"2026/01/05", DATES_UNKNOWN, "2026-01-05T00:00:00Z"},
        {"2026/1/5 9:30 PM", DATES_DAY_FIRST, "2026-01-05T21:30:00Z"},
        {"2026.01.05", DATES_YEAR_FIRST, "2026-01-05T00:00:00Z"},
        {"2026/13/05", DATES_UNKNOWN, NULL},
        {"2026/02/30", DATES_MONTH_FIRST, NULL},
        {"2026/1.5", DATES_UNKNOWN, NULL},
        {"1767603600", DATES_UNKNOWN, "2026-01-05T09:00:00Z"},
        {"1767603600000", DATES_UNKNOWN, "2026-01-05T09:00:00Z"},
        {"05/01/2026", DATES_UNKNOWN, NULL},
        {"05/01/2026", DATES_YEAR_FIRST, NULL},
        {"31/02/2026", DATES_DAY_FIRST, NULL},
        {"13/13/2026", DATES_DAY_FIRST, NULL},
        {"5/1-2026", DATES_DAY_FIRST, NULL},
        {"5/1/2026 25:00", DATES_DAY_FIRST, NULL},
        {"5/1/2026 13:00 PM", DATES_DAY_FIRST, NULL},
        {"5/1/202", DATES_DAY_FIRST, NULL},
        {"5/1", DATES_DAY_FIRST, NULL},
        {"soon", DATES_DAY_FIRST, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct convert_style style = {.dates = cases[i].order};
        const struct input_value value = {.kind = INPUT_TEXT, .text = slice_from(cases[i].text)};
        struct moment_cache cache = {0};
        struct time_text time;
        struct buffer text;
        buffer_init(&text, 64);
        bool good = read_time(&style, &cache, &value, &time);
        if (good) time_format(&text, time.instant);
        if (good != (cases[i].wanted != NULL)) fail_msg("«%s» gave %d", cases[i].text, good);
        if (good) assert_slice(buffer_slice(&text), cases[i].wanted);
        buffer_release(&text);
    }
}

/* Read at once or slowly, a time is the same: every second of a day, and every byte in the place of each of its own. */
static void clocks(void **state)
{
    struct moment_cache cache = {0};
    char texts[][32] = {"2026-01-05T09:30:59.250Z", "2026-01-05T09:30:59.250718Z"};
    for (int second = 0; second < 86400; second++) {
        struct input_value value = {.kind = INPUT_TEXT};
        struct time_text time;
        char clock[32];
        const int len =
            snprintf(clock, sizeof clock, "2026-01-05T%02d:%02d:%02dZ", second / 3600, second / 60 % 60, second % 60);
        value.text = slice_of(clock, (size_t)len);
        assert_true(moment_read(&cache, &value, &time));
        assert_true(time.instant == INT64_C(1767571200) * SECOND_US + second * SECOND_US);
    }
    for (size_t place = 10; place < 2 * sizeof *texts; place++)
        for (int byte = 0; byte < 256; byte++) {
            char *text = texts[place / sizeof *texts], *at = &text[place % sizeof *texts];
            const char before = *at;
            const struct input_value value = {.kind = INPUT_TEXT, .text = slice_from(text)};
            struct time_text quick = {0}, slow = {0};
            if (before) *at = (char)byte;
            const bool good = moment_read(&cache, &value, &quick), wanted = time_parse(slice_trim(value.text), &slow);
            if (good != wanted || (good && quick.instant != slow.instant)) fail_msg("byte %d at %zu", byte, place);
            *at = before;
        }
}

static void months(void **state)
{
    static const struct {
        const char *text;
        int year, month;
    } cases[] = {
        {"2026-01", 2026, 1},
        {"01/2026", 2026, 1},
        {"1.2026", 2026, 1},
        {"Jan 2026", 2026, 1},
        {"september-2025", 2025, 9},
        {"Dec 25", 2025, 12},
        {"ינואר 2026", 2026, 1},
        {"ספטמבר 2025", 2025, 9},
        {"2026-13", 0, 0},
        {"2026", 0, 0},
        {"Foo 2026", 0, 0},
        {"2026-01-05", 0, 0},
        {"", 0, 0},
        {"13/2026", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int year = 0, month = 0;
        bool good = read_month(slice_from(cases[i].text), &year, &month);
        if (good != (cases[i].year > 0) || (good && (year != cases[i].year || month != cases[i].month)))
            fail_msg("«%s» gave %d %d-%d", cases[i].text, good, year, month);
    }
}

static void values(void **state)
{
    static const struct map_word words[] = {{SLICE("marketing qualified lead"), SLICE("mql")}, {SLICE("none"), {0}}};
    static const struct {
        enum convert convert;
        bool worded;
        enum map_otherwise otherwise;
        const char *text;
        enum input_kind kind; /* INPUT_NULL stands for unreadable */
        const char *wanted;
    } cases[] = {
        {CONVERT_TEXT, false, 0, " a b ", INPUT_TEXT, "a b"},
        {CONVERT_TEXT, false, 0, "  ", INPUT_MISSING, ""},
        {CONVERT_TEXT, true, OTHERWISE_KEEP, "Marketing Qualified LEAD", INPUT_TEXT, "mql"},
        {CONVERT_TEXT, true, OTHERWISE_KEEP, "None", INPUT_MISSING, ""},
        {CONVERT_TEXT, true, OTHERWISE_KEEP, "Else", INPUT_TEXT, "Else"},
        {CONVERT_TEXT, true, OTHERWISE_BLANK, "Else", INPUT_MISSING, ""},
        {CONVERT_TEXT, true, OTHERWISE_WORD, "Else", INPUT_TEXT, "other"},
        {CONVERT_LOWER, false, 0, "Dana@Firm.Example", INPUT_TEXT, "dana@firm.example"},
        {CONVERT_EMAIL, false, 0, "Dana L (Dana@firm.example); x@y.example", INPUT_TEXT, "dana@firm.example"},
        {CONVERT_EMAIL, false, 0, "nobody", INPUT_MISSING, ""},
        {CONVERT_EMAIL, false, 0, "@", INPUT_MISSING, ""},
        {CONVERT_DOMAIN, false, 0, "dana@Firm.example.", INPUT_TEXT, "firm.example"},
        {CONVERT_NUMBER, false, 0, "1,200", INPUT_INT, "1200"},
        {CONVERT_NUMBER, false, 0, "-1.50", INPUT_NUMBER, "-1.5"},
        {CONVERT_NUMBER, false, 0, "many", INPUT_NULL, ""},
        {CONVERT_MONEY, false, 0, "1,200", INPUT_INT, "1200"},
        {CONVERT_MONEY, false, 0, "$1,200.50", INPUT_TEXT, "1200.5 USD"},
        {CONVERT_MONEY, false, 0, "18,900 ש\"ח", INPUT_TEXT, "18900 ILS"},
        {CONVERT_MONEY, false, 0, "שח 5", INPUT_TEXT, "5 ILS"},
        {CONVERT_MONEY, false, 0, "soon", INPUT_NULL, ""},
        {CONVERT_BOOL, false, 0, "כן", INPUT_BOOL, "true"},
        {CONVERT_BOOL, false, 0, "No", INPUT_BOOL, "false"},
        {CONVERT_BOOL, false, 0, "maybe", INPUT_NULL, ""},
        {CONVERT_DATE, false, 0, "5/1/2026 10:00", INPUT_TEXT, "2026-01-05"},
        {CONVERT_TIME, false, 0, "5/1/2026 10:00", INPUT_TEXT, "2026-01-05T10:00:00"},
        {CONVERT_TIME, false, 0, "2026-01-05T10:00:00+02:00", INPUT_TEXT, "2026-01-05T08:00:00Z"},
        {CONVERT_DATE, false, 0, "32/1/2026", INPUT_NULL, ""},
    };
    const struct convert_style style = {.dates = DATES_DAY_FIRST};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        arena_init(&arena);
        const struct map_field field = {.given = true,
                                        .convert = cases[i].convert,
                                        .words = words,
                                        .word_count = cases[i].worded ? 2 : 0,
                                        .otherwise = cases[i].otherwise,
                                        .other = SLICE("other")};
        struct input_value value = {.kind = INPUT_TEXT, .text = slice_from(cases[i].text)};
        bool good = convert_value(&style, &arena, &field, &value);
        if (good != (cases[i].kind != INPUT_NULL) || (good && value.kind != cases[i].kind))
            fail_msg("«%s» gave %d, kind %d", cases[i].text, good, value.kind);
        if (good && value.kind != INPUT_MISSING) assert_slice(value.text, cases[i].wanted);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals), cmocka_unit_test(times),  cmocka_unit_test(clocks),
        cmocka_unit_test(months),   cmocka_unit_test(values),
    };
    return cmocka_run_group_tests_name("convert", tests, NULL, NULL);
}
