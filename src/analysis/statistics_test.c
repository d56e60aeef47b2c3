/* Every statistic against published values or R 4.2.2, named at each table. */
#include <stdlib.h>

#include "base/test.h"

#include "analysis/statistics.h"

static void near(double got, double wanted, double within)
{
    if (isnan(wanted) ? !isnan(got) : !(fabs(got - wanted) <= within)) fail_msg("got %.12g, wanted %.12g", got, wanted);
}

/* Newcombe, Statist. Med. 17 (1998) 857-872, table I, method 3; the rest: R prop.test(x, n, correct = FALSE). */
static void wilson_intervals(void **state)
{
    static const struct {
        double hits, n, low, high, within;
    } cases[] = {
        {81, 263, 0.2553, 0.3662, 5e-5},
        {15, 148, 0.0624, 0.1605, 5e-5},
        {0, 20, 0, 0.1611, 5e-5},
        {1, 29, 0.0061, 0.1718, 5e-5},
        {70, 150, 0.388660507599, 0.546337508692, 1e-10},
        {8, 150, 0.0272695399202, 0.101703878382, 1e-10},
        {12, 25, 0.300312859541, 0.665014830496, 1e-10},
        {25, 25, 0.866805, 1, 1e-5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range r = wilson(cases[i].hits, cases[i].n);
        near(r.low, cases[i].low, cases[i].within);
        near(r.high, cases[i].high, cases[i].within);
    }
    assert_false(range_given(wilson(0, 0)));
}

/* Newcombe, Statist. Med. 17 (1998) 873-890, table II, method 10. */
static void differences(void **state)
{
    static const struct {
        double hits1, n1, hits2, n2, low, high;
    } cases[] = {
        {56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090},  {6, 7, 2, 7, 0.0582, 0.8062},
        {5, 56, 0, 29, -0.0381, 0.1926},  {0, 10, 0, 20, -0.1611, 0.2775}, {0, 10, 0, 10, -0.2775, 0.2775},
        {10, 10, 0, 20, 0.6791, 1},       {10, 10, 0, 10, 0.6075, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range r = newcombe(cases[i].hits1, cases[i].n1, cases[i].hits2, cases[i].n2);
        near(r.low, cases[i].low, 5e-5);
        near(r.high, cases[i].high, 5e-5);
    }
    assert_false(range_given(newcombe(1, 2, 0, 0)));
}

/* R: prop.test(c(a, c), c(b, d), correct = FALSE)$p.value. */
static void shares(void **state)
{
    near(two_shares(8, 150, 6, 120), 0.902306998589, 1e-10);
    near(two_shares(70, 150, 60, 120), 0.585956577195, 1e-10);
    near(two_shares(12, 25, 9, 18), 0.897013981766, 1e-10);
    near(two_shares(201, 570, 101, 420), 0.000151906677646, 1e-12);
    near(two_shares(3, 9, 0, 9), 0.0577795711236, 1e-10);
    near(two_shares(0, 5, 0, 7), 1, 0);
    near(two_shares(5, 5, 7, 7), 1, 0);
    near(two_shares(1, 2, 0, 0), NAN, 0);
}

/* R: u <- pbinom(a, a + b, q, lower = FALSE) + dbinom(a, a + b, q) / 2; min(1, 2 * min(u, 1 - u)), q = ea / (ea + eb).
 */
static void counts(void **state)
{
    near(two_counts(150, 31, 120, 31), 0.068201293351, 1e-10);
    near(two_counts(8, 1, 6, 1), 0.607238769531, 1e-10);
    near(two_counts(30, 31, 22, 28), 0.462337531983, 1e-10);
    near(two_counts(5, 1, 0, 1), 0.03125, 1e-12);
    near(two_counts(0, 1, 0, 1), 1, 0);
    near(two_counts(1, 0, 2, 1), NAN, 0);
}

/* R: power.prop.test(p1, p2, power = 0.8)$n, rounded up. */
static void sample_sizes(void **state)
{
    assert_int_equal(share_sample(8.0 / 150, 0.05), 69223);
    assert_int_equal(share_sample(201.0 / 570, 101.0 / 420), 260);
    assert_int_equal(share_sample(0.5, 70.0 / 150), 3527);
    assert_int_equal(share_sample(0.3, 0.3), 0);
}

/* 48% against a limit of 65%: at 30 cases the interval still holds the limit, at 31 it does not. */
static void samples_to_be_sure(void **state)
{
    uint64_t n = wilson_sample(0.48, 0.65);
    assert_int_equal(n, 31);
    assert_true(wilson(0.48 * (double)n, (double)n).high < 0.65);
    assert_true(wilson(0.48 * (double)(n - 1), (double)n - 1).high >= 0.65);
    assert_int_equal(wilson_sample(0.65, 0.65), 0);
}

static struct moments moments_of(const double *values, size_t count)
{
    struct moments m = {0};
    for (size_t i = 0; i < count; i++) moments_add(&m, values[i], 1);
    return m;
}

/* R: t.test(a)$conf.int, t.test(a, b)$p.value. */
static void means(void **state)
{
    struct moments a = moments_of((double[]){14, 7, 3, 5, 12}, 5);
    near(a.mean, 8.2, 1e-12);
    near(moments_range(&a).low, 2.41592446347, 1e-9);
    near(moments_range(&a).high, 13.98407553653, 1e-9);
    struct moments b = moments_of((double[]){41, 39, 38, 50, 22, 44, 31}, 7);
    near(welch(&a, &b), 3.42372698313e-05, 1e-14);
    struct moments c = moments_of((double[]){1.5, 2.25, 3, 4.75, 2, 2}, 6),
                   d = moments_of((double[]){2, 3, 3.5, 5, 4.25}, 5);
    near(welch(&c, &d), 0.202913220205, 1e-10);
    struct moments one = moments_of((double[]){4}, 1);
    assert_false(range_given(moments_range(&one)));
    near(welch(&one, &a), NAN, 0);
}

/* However the values come, the moments are the same: one by one, many at once, or all with their mean known. In R:
 * x <- rep(c(3, 0, 12), c(4, 2, 1)); mean(x); sum((x - mean(x))^2). */
static void moments_in_other_ways(void **state)
{
    static const int64_t hours[] = {72, 0, 72, 288, 72, 0, 72};
    struct moments at_once = {0}, known = moments_about(hours, 7, 24 / 7.0, 24);
    moments_add(&at_once, 3, 4);
    moments_add(&at_once, 5, 0);
    moments_add(&at_once, 0, 2);
    moments_add(&at_once, 12, 1);
    const struct moments all[] = {at_once, known, moments_of((double[]){3, 0, 3, 12, 3, 0, 3}, 7)};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(all[i].n, 7);
        near(all[i].mean, 24 / 7.0, 1e-12);
        near(all[i].squares, 97.714285714286, 1e-9);
    }
}

static struct grouped grouped_of(const double (*pairs)[2], size_t count)
{
    struct grouped g = {0};
    for (size_t i = 0; i < count; i++) grouped_add(&g, pairs[i][0], pairs[i][1]);
    return g;
}

/* R: P <- sum(h) / sum(m); v <- G / (G - 1) * sum((h - P * m)^2) / sum(m)^2; ne <- min(sum(m), P * (1 - P) / v);
 * prop.test(P * ne, ne, correct = FALSE). */
static void grouped_shares(void **state)
{
    static const double a[][2] = {{2, 0}, {5, 3}, {5, 5}, {2, 1}, {2, 0}, {5, 2}, {5, 4}, {2, 0}, {5, 1}, {2, 2}};
    static const double b[][2] = {{5, 1}, {5, 0}, {2, 0}, {2, 1}, {5, 1}, {5, 2}, {2, 0}};
    struct grouped ga = grouped_of(a, 10), gb = grouped_of(b, 7);
    near(grouped_effective(&ga), 18.315146579805, 1e-9);
    near(grouped_range(&ga).low, 0.303685974365, 1e-10);
    near(grouped_range(&ga).high, 0.719931808811, 1e-10);
    near(grouped_effective(&gb), 26, 0);
    near(two_grouped(&ga, &gb), 0.0242735031809, 1e-10);
    static const double none[][2] = {{5, 0}, {2, 0}, {2, 0}};
    struct grouped gn = grouped_of(none, 3);
    near(grouped_effective(&gn), 3, 0);
    struct grouped empty = {0};
    near(two_grouped(&empty, &gn), NAN, 0);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Against sorting, over many shapes: random, equal, sorted, two-valued, with the extremes. */
static void medians(void **state)
{
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        int64_t v[130], sorted[130];
        size_t count = 1 + (size_t)round % 130;
        for (size_t i = 0; i < count; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            int64_t r = (int64_t)(seed >> 20);
            v[i] = round % 5 == 0   ? r
                   : round % 5 == 1 ? r % 3
                   : round % 5 == 2 ? (int64_t)i
                   : round % 5 == 3 ? -(int64_t)i
                                    : 9;
        }
        memcpy(sorted, v, sizeof v);
        qsort(sorted, count, sizeof *sorted, compare);
        assert_int_equal(quantile(v, count, 0.9), sorted[(size_t)(0.9 * (double)(count - 1))]);
        assert_int_equal(median_twice(v, count), sorted[(count - 1) / 2] + sorted[count / 2]);
    }
}

static void rounding(void **state)
{
    near(rounded(16.25, 1), 16.3, 0);
    near(rounded(-3.35, 1), -3.4, 0);
    near(rounded(1.005, 2), 1.01, 0);
    near(rounded(-45.25, 0), -45, 0);
    near(rounded(2.5, 0), 3, 0);
    assert_false(signbit(rounded(-0.04, 1)));
    near(percent_of(70, 150, 1), 46.7, 0);
    near(percent_of(1, 8, 1), 12.5, 0);
    near(percent_of(1, 2000, 1), 0.1, 0); /* exactly half a tenth */
    near(percent_of(3, 0, 1), NAN, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_intervals),
        cmocka_unit_test(differences),
        cmocka_unit_test(shares),
        cmocka_unit_test(counts),
        cmocka_unit_test(sample_sizes),
        cmocka_unit_test(samples_to_be_sure),
        cmocka_unit_test(means),
        cmocka_unit_test(moments_in_other_ways),
        cmocka_unit_test(grouped_shares),
        cmocka_unit_test(medians),
        cmocka_unit_test(rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
