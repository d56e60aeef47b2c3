/* The base floor: text, tables, time. */
#include "base/test.h"

#include "base/bisect.h"
#include "base/buffer.h"
#include "base/crc32c.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/map.h"
#include "base/pages.h"
#include "base/vector.h"
#include "base/zone.h"

static void slices(void **state)
{
    struct slice rest = SLICE("a=b=c");
    assert_slice(slice_cut(&rest, '='), "a");
    assert_slice(rest, "b=c");
    assert_true(slice_is_among(SLICE("b"), SLICE("a,b"), ',') && slice_is_among(SLICE("a"), SLICE("a"), ','));
    assert_false(slice_is_among(SLICE("a"), SLICE("ab,ba"), ',') || slice_is_among(SLICE(""), SLICE("a,,b"), ','));
    assert_slice(slice_trim(SLICE(" \tx y\n")), "x y");
    assert_true(slice_compare(SLICE("ab"), SLICE("abc")) < 0);
    assert_true(slice_equal_fold(SLICE("SaaS"), SLICE("saas")));
    int64_t n;
    assert_true(slice_to_i64(SLICE("-9223372036854775808"), &n) && n == INT64_MIN);
    assert_false(slice_to_i64(SLICE("9223372036854775808"), &n));
    assert_false(slice_to_i64(SLICE("1x"), &n));
}

/* Digests take part in stored order: these values were there before. Lengths around a word are read differently. */
static void keys(void **state)
{
    char text[64], copy[64];
    uint64_t all = 0;
    for (int i = 0; i < 64; i++) text[i] = (char)(i * 37 + 200);
    for (size_t n = 0; n <= 40; n++) all = all * 31 + slice_hash(slice_of(text + 3, n));
    assert_true(all == UINT64_C(0xaf993238ff86e01d));
    assert_true(slice_hash(SLICE("L12bfb406")) == UINT64_C(0x9e46087d21a02cd3));
    for (size_t n = 0; n <= 40; n++) {
        struct slice s = slice_of(text + 1, n);
        assert_ptr_equal(slice_put(copy, s), copy + n);
        struct slice same = slice_of(copy, n);
        assert_true(slice_equal_key(s, same) && slice_equal(s, same));
        for (size_t i = 0; i < n; i++) {
            copy[i] ^= 0x40;
            assert_false(slice_equal_key(s, same));
            copy[i] ^= 0x40;
        }
        assert_false(slice_equal_key(s, slice_of(copy, n + 1)));
    }
}

/* The check value of the catalogue of checksums, that of RFC 3720's zeros, and both ways at every length and place. */
static void checksums(void **state)
{
    static const char zeros[32];
    char text[10000];
    assert_int_equal(crc32c(0, SLICE("123456789")), 0xe3069283);
    assert_int_equal(crc32c(0, slice_of(zeros, sizeof zeros)), 0x8a9136aa);
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(i * 41 + 7);
    for (size_t from = 0; from < 9; from++)
        for (size_t n = 0; n <= 64; n++) {
            const uint32_t sum = crc32c(0, slice_of(text + from, n));
            assert_int_equal(sum, crc32c_portable(0, slice_of(text + from, n)));
            assert_int_equal(sum,
                             crc32c(crc32c(0, slice_of(text + from, n / 3)), slice_of(text + from + n / 3, n - n / 3)));
        }
    for (size_t n = 3000; n <= sizeof text - 3; n += 61) {
        const struct slice long_one = slice_of(text + n % 3, n);
        assert_int_equal(crc32c((uint32_t)n, long_one), crc32c_portable((uint32_t)n, long_one));
    }
}

static void utf8(void **state)
{
    assert_true(slice_is_utf8(SLICE("שלום \xf0\x9f\x99\x82")));
    static const char *bad[] = {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80", "\x80", "\xe2\x82"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(slice_is_utf8(slice_from(bad[i])));
}

static void maps(void **state)
{
    struct map m;
    struct arena a;
    map_init(&m);
    arena_init(&a);
    for (uint32_t i = 0; i < 5000; i++) assert_int_equal(map_put(&m, arena_printf(&a, "key%u", i), i), i);
    assert_int_equal(map_put(&m, SLICE("key7"), 1), 7);
    assert_int_equal(map_get(&m, SLICE("key4999")), 4999);
    assert_int_equal(map_get(&m, SLICE("none")), MAP_NONE);
    map_clear(&m);
    assert_int_equal(map_get(&m, SLICE("key7")), MAP_NONE);
    assert_int_equal(map_put_hashed(&m, SLICE("key7"), slice_hash(SLICE("key7")), 3), 3);
    assert_int_equal(map_put(&m, SLICE("key7"), 4), 3);
    assert_int_equal(m.count, 1);
    map_release(&m);
    arena_release(&a);
}

/* Numbers stay while the table grows, also those whose fingerprints differ in their last bits only. */
static void fingerprints(void **state)
{
    enum { MANY = 5000 };
    struct fingerprints t;
    fingerprints_init(&t);
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < MANY; i++) {
            const struct fingerprint f = i % 2 ? (struct fingerprint){7, i} : fingerprint_start(1, i);
            assert_int_equal(fingerprints_find(&t, f), FINGERPRINT_NEW);
            assert_int_equal(fingerprints_add(&t, f), i);
        }
        for (uint64_t i = 0; i < MANY; i++) {
            const struct fingerprint f = i % 2 ? (struct fingerprint){7, i} : fingerprint_start(1, i);
            assert_int_equal(fingerprints_find(&t, f), i);
        }
        fingerprints_clear(&t);
    }
    fingerprints_release(&t);
    const struct fingerprint none = fingerprint_start(1, 2);
    assert_true(fingerprint_text(none, 3, SLICE("a")).a != fingerprint_text(none, 3, SLICE("")).a);
    assert_true(fingerprint_text(none, 3, SLICE("a")).a != fingerprint_text(none, 4, SLICE("a")).a);
    assert_true(fingerprint_text(none, 3, SLICE("twelve bytes")).b !=
                fingerprint_text(none, 3, SLICE("twelve bytez")).b);
}

static void buffer_limit(void **state)
{
    struct buffer b;
    buffer_init(&b, 8);
    buffer_text(&b, "12345678");
    assert_false(b.full);
    buffer_char(&b, '9');
    assert_true(b.full);
    assert_int_equal(b.len, 8);
    buffer_release(&b);
}

static void groups(void **state)
{
    static const struct {
        const char *digits, *grouped;
    } rows[] = {
        {"0", "0"},       {"999", "999"},      {"1000", "1,000"}, {"1234567", "1,234,567"}, {"123456", "123,456"},
        {"-999", "-999"}, {"-1000", "-1,000"}, {"", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer b;
        buffer_init(&b, 16);
        buffer_grouped(&b, slice_from(rows[i].digits));
        assert_slice(buffer_slice(&b), rows[i].grouped);
        buffer_release(&b);
    }
}

static void borrowed(void **state)
{
    const size_t large_page = 2 << 20, sizes[] = {0, 1, large_page - 1, large_page, large_page + 1, 3 * large_page};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *a = pages_borrow(sizes[i]), *b = pages_borrow(sizes[i]);
        memset(a, 'a', sizes[i]);
        memset(b, 'b', sizes[i]);
        for (size_t k = 0; k < sizes[i]; k += 4095) assert_int_equal(a[k], 'a');
        if (sizes[i] >= large_page) assert_int_equal((uintptr_t)a % large_page, 0);
        pages_return(a, sizes[i]);
        pages_return(b, sizes[i]);
    }
    pages_return(NULL, large_page);
}

static void times(void **state)
{
    static const struct {
        const char *text, *canonical;
        bool zoned, day_only;
    } good[] = {
        {"2026-01-05", "2026-01-05T00:00:00Z", false, true},
        {"2026-01-05 09:00", "2026-01-05T09:00:00Z", false, false},
        {"2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z", true, false},
        {"2026-01-05T09:00:00.25+02:00", "2026-01-05T07:00:00.250000Z", true, false},
        {"2026-01-05T09:00:00+0200", "2026-01-05T07:00:00Z", true, false},
        {"2024-02-29T23:59:60Z", "2024-02-29T23:59:59.999999Z", true, false},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z", true, false},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct time_text t;
        struct buffer b;
        buffer_init(&b, 64);
        assert_true(time_parse(slice_from(good[i].text), &t));
        time_format(&b, t.instant);
        assert_slice(buffer_slice(&b), good[i].canonical);
        assert_int_equal(t.zoned, good[i].zoned);
        assert_int_equal(t.day_only, good[i].day_only);
        buffer_release(&b);
    }
    static const char *bad[] = {"",           "2026", "2026-02-29", "2026-13-01", "05/01/2026", "2026-01-05T25:00Z",
                                "2026-01-05x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct time_text t;
        assert_false(time_parse(slice_from(bad[i]), &t));
    }
}

static void days(void **state)
{
    for (int64_t day = -800000; day < 800000; day += 13) {
        int y, m, d;
        civil_from_day(day, &y, &m, &d);
        assert_int_equal(civil_to_day(y, m, d), day);
    }
    assert_int_equal(civil_weekday(0), 4); /* 1970-01-01 was a Thursday */
    assert_int_equal(civil_weekday(-5), 6);
}

/* Jerusalem 2026: to summer time on 27 March at 02:00 (gap to 03:00), back on 25 October at 02:00 (to 01:00). */
static void zones(void **state)
{
    const struct zone_change changes[] = {
        {civil_to_instant((struct civil){2026, 3, 27, 0, 0, 0, 0}), 10800},
        {civil_to_instant((struct civil){2026, 10, 24, 23, 0, 0, 0}), 7200},
    };
    const struct zone z = {.first_offset = 7200, .change = changes, .count = 2};
    int64_t gap = civil_to_instant((struct civil){2026, 3, 27, 2, 30, 0, 0});
    assert_int_equal(zone_from_local(&z, gap), changes[0].at);
    int64_t twice = civil_to_instant((struct civil){2026, 10, 25, 1, 30, 0, 0});
    assert_int_equal(zone_from_local(&z, twice), twice - 3 * HOUR_US);
    int64_t winter = civil_to_instant((struct civil){2026, 1, 5, 12, 0, 0, 0});
    assert_int_equal(zone_from_local(&z, winter), winter - 2 * HOUR_US);
    int64_t day = civil_to_day(2026, 3, 27);
    assert_int_equal(zone_day_start(&z, day + 1) - zone_day_start(&z, day), 23 * HOUR_US);
    assert_int_equal(zone_day(&z, zone_day_start(&z, day)), day);
    assert_int_equal(zone_day(&z, zone_day_start(&z, day) - 1), day - 1);
}

static void nearest(void **state)
{
    const struct slice words[] = {SLICE("email_opened"), SLICE("email_clicked"), SLICE("page_viewed")};
    assert_slice(nearest_word(SLICE("email_opend"), words, 3), "email_opened");
    assert_int_equal(nearest_word(SLICE("banana"), words, 3).len, 0);
}

static void decimals(void **state)
{
    static const struct {
        const char *text, *canonical;
    } good[] = {{"12", "12"},
                {"-0.5", "-0.5"},
                {"1e3", "1000"},
                {"0.0000005", "0.000001"},
                {"0.00000049", "0"},
                {".25", "0.25"},
                {"1.5E-2", "0.015"},
                {" 7 ", "7"},
                {"9223372036854.775807", "9223372036854.775807"}};
    static const char *bad[] = {"", "-", ".", "1.2.3", "1e", "abc", "1,000", "9223372036854.775808", "1e30"};
    int64_t value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct buffer b;
        buffer_init(&b, 64);
        assert_true(decimal_parse(slice_from(good[i].text), &value));
        decimal_format(&b, value);
        assert_slice(buffer_slice(&b), good[i].canonical);
        buffer_release(&b);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(decimal_parse(slice_from(bad[i]), &value));
}

static void halves(void **state)
{
    (void)state;
    static const int ordered[] = {1, 3, 3, 3, 7, 9};
    const size_t count = sizeof ordered / sizeof *ordered;
    for (int wanted = 0; wanted <= 10; wanted++)
        for (size_t among = 0; among <= count; among++) {
            size_t before = 0;
            while (before < among && ordered[before] < wanted) before++;
            assert_int_equal(bisect(i, among, ordered[i] < wanted), before);
        }
}

/* Into any list of even numbers: none, all or some of the odd ones, and 4 once more. An item is twice its number, and
 * one more when it comes in, so that what is alike has an order, too. */
static void merges(void **state)
{
#define LESS(a, b) (*(a) / 2 < *(b) / 2)
    VECTOR(int) all = {0}, more = {0};
    for (int evens = 0; evens < 5; evens++)
        for (unsigned odd = 0; odd < 1u << 6; odd++) {
            vector_clear(&all);
            vector_clear(&more);
            for (int i = 0; i < evens; i++) vector_push(&all, 2 * (2 * i + 2));
            for (int i = 0; i < 6; i++)
                if (odd >> i & 1) vector_push(&more, 2 * (i == 2 ? 4 : 2 * i + 1) + 1);
            const size_t both = all.count + more.count;
            int sum = 0, merged = 0;
            for (size_t i = 0; i < all.count; i++) sum += 1 << all.at[i];
            for (size_t i = 0; i < more.count; i++) sum += 1 << more.at[i];
            vector_merge(&all, &more, LESS);
            assert_int_equal(all.count, both);
            for (size_t i = 0; i < all.count; i++) {
                merged += 1 << all.at[i];
                if (i) assert_true(all.at[i - 1] <= all.at[i]);
            }
            assert_int_equal(merged, sum);
        }
    vector_release(&all);
    vector_release(&more);
#undef LESS
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),  cmocka_unit_test(keys),      cmocka_unit_test(utf8),
        cmocka_unit_test(maps),    cmocka_unit_test(checksums), cmocka_unit_test(buffer_limit),
        cmocka_unit_test(times),   cmocka_unit_test(days),      cmocka_unit_test(zones),
        cmocka_unit_test(nearest), cmocka_unit_test(decimals),  cmocka_unit_test(fingerprints),
        cmocka_unit_test(groups),  cmocka_unit_test(borrowed),  cmocka_unit_test(halves),
        cmocka_unit_test(merges),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
