/* The pivot on small tables whose answer is plain to see, and against counting by hand on a large one. */
#include <math.h>

#include "base/test.h"

#include "analysis/made.h"
#include "analysis/pivot.h"

static void assert_csv(struct made *m, const char *by, bool period_only, const char *wanted)
{
    struct pivot_request request;
    struct error error;
    if (pivot_parse(&m->definition, slice_from(by), &request, &error)) fail_msg("%s", error.message);
    request.period_only = period_only;
    struct arena arena;
    struct buffer out;
    arena_init(&arena);
    buffer_init(&out, 1 << 20);
    pivot_write_csv(pivot_build(&arena, made_table(m), &request), &out);
    assert_slice(buffer_slice(&out), wanted);
    buffer_release(&out);
    arena_release(&arena);
}

#define HEADER                                                                                                         \
    "MCL,MEL,MQL,SAL,SQL,SQO,WON,conv_MEL,conv_MQL,conv_SAL,conv_SQL,conv_SQO,conv_WON,"                               \
    "med_MEL,med_MQL,med_SAL,med_SQL,med_SQO,med_WON,avg_MEL,avg_MQL,avg_SAL,avg_SQL,avg_SQO,avg_WON\n"

static void by_source_and_month(void **state)
{
    struct made m;
    made_init(&m);
    made_person(&m, (struct made_person){.at = "2026-02-01T00:00", .ends = MCL, .source = "tiktok"});
    made_person(&m, (struct made_person){.at = "2026-01-31T23:59", .ends = MEL, .days = {0, 2}, .source = "tiktok"});
    made_person(&m, (struct made_person){.at = "2026-01-01T00:00", .ends = MQL, .days = {0, 1, 3}, .source = "tiktok"});
    made_person(&m, (struct made_person){.at = "2026-01-05T09:00", .ends = MEL, .days = {0, 6}, .source = "tiktok"});
    made_person(&m, (struct made_person){.at = "2026-01-05T09:00", .ends = MCL, .source = "adverts, paid"});
    made_person(&m, (struct made_person){.at = "2026-01-05T09:00", .ends = MCL});
    made_person(&m, (struct made_person){.at = "2026-01-09T09:00", .ends = MCL, .source = "tiktok", .lap = 2});
    assert_csv(
        &m, "source, month", false,
        "source,month," HEADER ",2026-01,1,0,0,0,0,0,0,0.000000,,,,,,,,,,,,,,,,,\n"
        "\"adverts, paid\",2026-01,1,0,0,0,0,0,0,0.000000,,,,,,,,,,,,,,,,,\n"
        "tiktok,2026-01,3,3,1,0,0,0,0,1.000000,0.333333,0.000000,,,,2.000000,3.000000,,,,,3.000000,3.000000,,,,\n"
        "tiktok,2026-02,1,0,0,0,0,0,0,0.000000,,,,,,,,,,,,,,,,,\n");
    assert_csv(&m, "month", true,
               "month," HEADER
               "2026-01,5,3,1,0,0,0,0,0.600000,0.333333,0.000000,,,,2.000000,3.000000,,,,,3.000000,3.000000,,,,\n");
    made_release(&m);
}

/* Carried stages count and take no time; the middle of an even number is the mean of the two; bands sort by size. */
static void carried_and_bands(void **state)
{
    struct made m;
    made_init(&m);
    int carried = 1 << MEL | 1 << MQL | 1 << SAL | 1 << SQL | 1 << SQO;
    made_person(&m, (struct made_person){
                        .at = "2026-01-01T00:00", .ends = WON, .days = {0, 9}, .carried = carried, .employees = 700});
    made_person(&m, (struct made_person){.at = "2026-04-01T00:00", .ends = MEL, .days = {0, 1}, .employees = 499});
    made_person(&m, (struct made_person){.at = "2026-05-01T00:00", .ends = MEL, .days = {0, 2}, .employees = 100});
    made_person(&m, (struct made_person){.at = "2026-01-01T00:00", .ends = MCL, .employees = 99});
    made_person(&m, (struct made_person){.at = "2026-01-01T00:00", .ends = MCL});
    assert_csv(&m, "size,quarter", false,
               "size,quarter," HEADER ",2026-Q1,1,0,0,0,0,0,0,0.000000,,,,,,,,,,,,,,,,,\n"
               "<100,2026-Q1,1,0,0,0,0,0,0,0.000000,,,,,,,,,,,,,,,,,\n"
               "100-499,2026-Q2,2,2,0,0,0,0,0,1.000000,0.000000,,,,,1.500000,,,,,,1.500000,,,,,\n"
               "500+,2026-Q1,1,1,1,1,1,1,1,1.000000,1.000000,1.000000,1.000000,1.000000,1.000000,,,,,,,,,,,,\n");
    made_release(&m);
}

static void empty(void **state)
{
    struct made m;
    made_init(&m);
    assert_csv(&m, "day", false, "day," HEADER);
    made_release(&m);
}

static void wrong_keys(void **state)
{
    struct made m;
    made_init(&m);
    struct pivot_request r;
    struct error e;
    assert_int_equal(pivot_parse(&m.definition, SLICE("sorce"), &r, &e), BAD_USAGE);
    assert_non_null(strstr(e.message, "'source'?"));
    assert_int_equal(pivot_parse(&m.definition, SLICE("month,day"), &r, &e), BAD_USAGE);
    assert_int_equal(pivot_parse(&m.definition, SLICE(""), &r, &e), BAD_USAGE);
    assert_int_equal(pivot_parse(&m.definition, SLICE("source,,region"), &r, &e), BAD_USAGE);
    made_release(&m);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Many groups: each group's numbers are those of its rows, counted one group at a time. */
static void many_groups(void **state)
{
    struct made m;
    made_init(&m);
    uint64_t seed = 3;
    for (int i = 0; i < 5000; i++) {
        char at[32], source[16];
        seed = seed * UINT64_C(6364136223846793005) + 1;
        unsigned r = (unsigned)(seed >> 33);
        snprintf(at, sizeof at, "2025-%02u-%02uT10:00", r % 12 + 1, r / 12 % 28 + 1);
        snprintf(source, sizeof source, "s%u", r / 400 % 97);
        made_person(&m,
                    (struct made_person){
                        .at = at, .ends = (int)(r / 40000 % 4), .days = {0, r % 13, r % 7, r % 5}, .source = source});
    }
    struct arena arena;
    arena_init(&arena);
    struct pivot_request request;
    assert_int_equal(pivot_parse(&m.definition, SLICE("source,month"), &request, NULL), OK);
    const struct fact_table *t = made_table(&m);
    struct pivot *p = pivot_build(&arena, t, &request);
    uint64_t all = 0;
    int64_t *times = memory_new(t->rows * sizeof *times);
    for (size_t g = 0; g < p->count; g++) {
        size_t n = 0;
        int64_t sum = 0;
        for (size_t i = 0; i < t->rows; i++) {
            struct civil c = civil_from_instant(t->entered[MCL][i]);
            if (t->dimension[BY_SOURCE][i] != p->groups[g].values[0] ||
                (uint32_t)(c.year * 12 + c.month - 1) != p->groups[g].values[1] || t->entered[MQL][i] == INSTANT_NONE)
                continue;
            sum += times[n++] = t->entered[MQL][i] - t->entered[MEL][i];
        }
        qsort(times, n, sizeof *times, compare);
        assert_int_equal(p->groups[g].timed[MQL], n);
        if (n) assert_int_equal(p->groups[g].median_twice[MQL], times[(n - 1) / 2] + times[n / 2]);
        if (n) assert_true(fabs(p->groups[g].mean[MQL] - (double)sum / (double)n) < 1);
        all += p->groups[g].reached[MCL];
    }
    assert_int_equal(all, 5000);
    free(times);
    arena_release(&arena);
    made_release(&m);
}

/* So many rows that several threads measure: what they find is what one finds. */
static void several_threads(void **state)
{
    static const char *const sources[] = {"a", "b", "c"};
    struct made m;
    struct arena arena;
    struct buffer alone, together;
    struct pivot_request request;
    made_init(&m);
    arena_init(&arena);
    buffer_init(&alone, 1 << 20);
    buffer_init(&together, 1 << 20);
    for (unsigned i = 0; i < 70000; i++) {
        char at[32];
        snprintf(at, sizeof at, "2025-%02u-%02uT10:00", i % 12 + 1, i / 12 % 28 + 1);
        const struct made_person person = {
            .at = at, .ends = (int)(i / 7 % 7), .days = {0, i % 13, i % 7, i % 5}, .source = sources[i % 3]};
        made_person(&m, person);
    }
    assert_int_equal(pivot_parse(&m.definition, SLICE("source,month"), &request, NULL), OK);
    const struct fact_table *t = made_table(&m);
    pivot_write_csv(pivot_build(&arena, t, &request), &alone);
    for (request.threads = 2; request.threads <= 32; request.threads *= 4) {
        buffer_clear(&together);
        pivot_write_csv(pivot_build(&arena, t, &request), &together);
        assert_true(slice_equal(buffer_slice(&together), buffer_slice(&alone)));
    }
    buffer_release(&alone);
    buffer_release(&together);
    arena_release(&arena);
    made_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_threads), cmocka_unit_test(by_source_and_month), cmocka_unit_test(carried_and_bands),
        cmocka_unit_test(empty),           cmocka_unit_test(wrong_keys),          cmocka_unit_test(many_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
