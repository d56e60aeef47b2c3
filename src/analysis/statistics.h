/* What a number of few cases may be said to show. Pure functions; sources stand at each. Where none can be given, a
 * range is {NAN, NAN} and a p-value is NAN. Level: 95% for ranges, two-sided tests. */
#ifndef MASA_ANALYSIS_STATISTICS_H
#define MASA_ANALYSIS_STATISTICS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALPHA 0.05
#define POWER 0.80

struct range {
    double low, high;
};

static inline struct range range_none(void)
{
    return (struct range){NAN, NAN};
}
static inline bool range_given(struct range r)
{
    return !isnan(r.low);
}

/* Interval of a share: Wilson's score interval, without continuity correction. Wilson E. B., Probable inference, the
 * law of succession, and statistical inference, JASA 22 (1927) 209-212; recommended by Brown, Cai, DasGupta, Statist.
 * Sci. 16 (2001) 101-133. `hits` may be more than a whole number of cases (an effective sample, below). */
struct range wilson(double hits, double n);

/* Interval of p1 - p2: two Wilson intervals, squared and added. Newcombe R. G., Interval estimation for the difference
 * between independent proportions, Statist. Med. 17 (1998) 873-890, method 10. */
struct range newcombe(double hits1, double n1, double hits2, double n2);

/* Are two shares different: z-test with pooled variance, no continuity correction (the square is Pearson's chi-squared;
 * R: prop.test(correct = FALSE)). */
double two_shares(double hits1, double n1, double hits2, double n2);

/* Are two counts of events different, given how long (or over how many) each was counted: conditional on their sum the
 * first is binomial. Przyborowski J., Wilenski H., Biometrika 31 (1940) 313-323. Two-sided by doubling the smaller
 * tail, mid-p (Lancaster H. O., JASA 56 (1961) 223-234), because the exact test is too shy when counts are small. */
double two_counts(uint64_t count1, double exposure1, uint64_t count2, double exposure2);

/* How many cases each period needs for a two-sided test at ALPHA to find p1 against p2 with probability POWER. Fleiss,
 * Levin, Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003), 4.14, without continuity correction (R:
 * power.prop.test). 0 when the shares are equal. */
uint64_t share_sample(double p1, double p2);
/* How many cases until the interval of a share near p would lie wholly on its side of `limit`; 0: never (p is the
 * limit). */
uint64_t wilson_sample(double p, double limit);

/* Mean and variance of a sample, gathered one by one: Welford B. P., Technometrics 4 (1962) 419-420. */
struct moments {
    uint64_t n;
    double mean, squares; /* sum of squared deviations */
};
/* A value that came so many times, at once: the update of pairs of samples in Chan T. F., Golub G. H., LeVeque R. J.,
 * The American Statistician 37 (1983) 242-247. */
void moments_add(struct moments *m, double value, uint64_t times);
/* Of values whose mean, in units of so many, is known: the deviations are squared in a second pass (the same). */
struct moments moments_about(const int64_t *values, size_t count, double mean, double unit);
static inline double moments_variance(const struct moments *m)
{
    return m->n > 1 ? m->squares / (double)(m->n - 1) : NAN;
}
/* Student's t interval of the mean; none below two values. */
struct range moments_range(const struct moments *m);
/* Are two means different, variances not assumed equal: Welch B. L., Biometrika 34 (1947) 28-35. */
double welch(const struct moments *a, const struct moments *b);

/* Shares whose cases come in groups that resemble each other (the mails of one person): each group adds its cases and
 * hits. The variance is that of a ratio of group totals, linearised: Cochran W. G., Sampling Techniques, 3rd ed.
 * (1977), 9.4. An interval is Wilson's at the effective sample size: Korn, Graubard, Survey Methodology 24 (1998)
 * 193-201. */
struct grouped {
    uint64_t groups;
    double cases, hits, cases_squared, hits_squared, product;
};
void grouped_add(struct grouped *g, double cases, double hits);
/* Cases as many as would be worth so much if independent; never more than there are. */
double grouped_effective(const struct grouped *g);
struct range grouped_range(const struct grouped *g);
double two_grouped(const struct grouped *a, const struct grouped *b);

/* The middle value, exactly: the mean of the two middle ones as their sum, so that halves are not lost (divide by two).
 * The values are reordered. `count` must not be 0. */
int64_t median_twice(int64_t *values, size_t count);
/* The value at rank floor(q * (count - 1)), q from 0 to 1; reorders. */
int64_t quantile(int64_t *values, size_t count, double q);

/* Half away from zero, as people round. */
double rounded(double value, int places);
/* 100 * part / whole to `places`, exact in the halves; NAN when whole is 0. */
double percent_of(uint64_t part, uint64_t whole, int places);

#endif
