#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <stdlib.h>

static const double Z95 = 1.959963984540054; /* normal quantile of 1 - ALPHA / 2 */

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

struct range wilson(double hits, double n)
{
    if (!(n > 0)) return range_none();
    double p = hits / n, z2 = Z95 * Z95;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return (struct range){hits <= 0 ? 0 : clamp(middle - half, 0, 1), hits >= n ? 1 : clamp(middle + half, 0, 1)};
}

struct range newcombe(double hits1, double n1, double hits2, double n2)
{
    struct range a = wilson(hits1, n1), b = wilson(hits2, n2);
    if (!range_given(a) || !range_given(b)) return range_none();
    double p1 = hits1 / n1, p2 = hits2 / n2;
    return (struct range){p1 - p2 - hypot(p1 - a.low, b.high - p2), p1 - p2 + hypot(a.high - p1, p2 - b.low)};
}

double two_shares(double hits1, double n1, double hits2, double n2)
{
    if (!(n1 > 0) || !(n2 > 0)) return NAN;
    double pooled = (hits1 + hits2) / (n1 + n2);
    double variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
    if (variance <= 0) return 1;
    return clamp(2 * gsl_cdf_ugaussian_Q(fabs(hits1 / n1 - hits2 / n2) / sqrt(variance)), 0, 1);
}

double two_counts(uint64_t count1, double exposure1, uint64_t count2, double exposure2)
{
    uint64_t all = count1 + count2;
    if (!(exposure1 > 0) || !(exposure2 > 0) || all > UINT32_MAX) return NAN;
    if (!all) return 1;
    double share = exposure1 / (exposure1 + exposure2);
    double here = gsl_ran_binomial_pdf((unsigned)count1, share, (unsigned)all) / 2;
    double above = gsl_cdf_binomial_Q((unsigned)count1, share, (unsigned)all) + here;
    return clamp(2 * fmin(above, 1 - above), 0, 1);
}

uint64_t share_sample(double p1, double p2)
{
    double gap = fabs(p1 - p2), middle = (p1 + p2) / 2;
    if (!(gap > 1e-12)) return 0;
    double power = gsl_cdf_ugaussian_Pinv(POWER);
    double root = Z95 * sqrt(2 * middle * (1 - middle)) + power * sqrt(p1 * (1 - p1) + p2 * (1 - p2));
    return (uint64_t)ceil(root * root / (gap * gap));
}

/* Wilson's interval excludes a limit exactly when the limit's own standard error says so. */
uint64_t wilson_sample(double p, double limit)
{
    double gap = fabs(p - limit);
    if (!(gap > 1e-12) || limit <= 0 || limit >= 1) return 0;
    return (uint64_t)floor(Z95 * Z95 * limit * (1 - limit) / (gap * gap)) + 1;
}

void moments_add(struct moments *m, double value, uint64_t times)
{
    if (!times) return;
    const double off = value - m->mean, before = (double)m->n, share = (double)times / (before + (double)times);
    m->n += times;
    m->mean += off * share;
    m->squares += off * off * before * share;
}

struct moments moments_about(const int64_t *values, size_t count, double mean, double unit)
{
    struct moments m = {.n = count, .mean = mean};
    for (size_t i = 0; i < count; i++) {
        const double off = (double)values[i] / unit - mean;
        m.squares += off * off;
    }
    return m;
}

struct range moments_range(const struct moments *m)
{
    if (m->n < 2) return range_none();
    double half = gsl_cdf_tdist_Pinv(1 - ALPHA / 2, (double)m->n - 1) * sqrt(moments_variance(m) / (double)m->n);
    return (struct range){m->mean - half, m->mean + half};
}

double welch(const struct moments *a, const struct moments *b)
{
    if (a->n < 2 || b->n < 2) return NAN;
    double va = moments_variance(a) / (double)a->n, vb = moments_variance(b) / (double)b->n;
    if (va + vb <= 0) return a->mean == b->mean ? 1 : NAN;
    double freedom = (va + vb) * (va + vb) / (va * va / ((double)a->n - 1) + vb * vb / ((double)b->n - 1));
    return clamp(2 * gsl_cdf_tdist_Q(fabs(a->mean - b->mean) / sqrt(va + vb), freedom), 0, 1);
}

void grouped_add(struct grouped *g, double cases, double hits)
{
    g->groups++;
    g->cases += cases;
    g->hits += hits;
    g->cases_squared += cases * cases;
    g->hits_squared += hits * hits;
    g->product += cases * hits;
}

double grouped_effective(const struct grouped *g)
{
    if (g->cases <= 0) return 0;
    double p = g->hits / g->cases, groups = (double)g->groups;
    double residual = g->hits_squared - 2 * p * g->product + p * p * g->cases_squared;
    /* All or none hit, or a single group: nothing tells how alike the cases are, so each group counts once. */
    if (g->groups < 2 || residual <= 1e-9) return groups;
    double variance = groups / (groups - 1) * residual / (g->cases * g->cases);
    return fmin(p * (1 - p) / variance, g->cases);
}

struct range grouped_range(const struct grouped *g)
{
    double n = grouped_effective(g);
    return n > 0 ? wilson(g->hits / g->cases * n, n) : range_none();
}

/* Rao J. N. K., Scott A. J., A simple method for the analysis of clustered binary data, Biometrics 48 (1992) 577-585.
 */
double two_grouped(const struct grouped *a, const struct grouped *b)
{
    double na = grouped_effective(a), nb = grouped_effective(b);
    return na > 0 && nb > 0 ? two_shares(a->hits / a->cases * na, na, b->hits / b->cases * nb, nb) : NAN;
}

static int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t middle_of_three(const int64_t *v, size_t count)
{
    int64_t a = v[0], b = v[count / 2], c = v[count - 1];
    return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

static void swap(int64_t *a, int64_t *b)
{
    int64_t t = *a;
    *a = *b;
    *b = t;
}

/* Brings the value of rank k to its place, smaller ones before it: quickselect, which sorts what is left when luck is
 * bad. */
static int64_t select_rank(int64_t *v, size_t count, size_t k)
{
    for (int rounds = 0; count > 16; rounds++) {
        if (rounds > 64) break;
        int64_t pivot = middle_of_three(v, count);
        size_t i = 0, j = count - 1;
        for (;;) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i >= j) break;
            swap(&v[i++], &v[j--]);
        }
        size_t cut = i ? i : 1; /* [0, cut) <= pivot <= [cut, count) */
        if (k < cut)
            count = cut;
        else {
            v += cut;
            k -= cut;
            count -= cut;
        }
    }
    qsort(v, count, sizeof *v, compare_i64);
    return v[k];
}

int64_t median_twice(int64_t *values, size_t count)
{
    int64_t upper = select_rank(values, count, count / 2);
    if (count % 2) return 2 * upper;
    int64_t lower = values[0];
    for (size_t i = 1; i < count / 2; i++)
        if (values[i] > lower) lower = values[i];
    return lower + upper;
}

int64_t quantile(int64_t *values, size_t count, double q)
{
    return select_rank(values, count, (size_t)(clamp(q, 0, 1) * (double)(count - 1)));
}

double rounded(double value, int places)
{
    double scale = 1;
    for (int i = 0; i < places; i++) scale *= 10;
    double x = fabs(value) * scale;
    double result = floor(x + 0.5 + 1e-9 * fmax(1, x)) / scale;
    return value < 0 && result > 0 ? -result : result; /* never a negative zero */
}

double percent_of(uint64_t part, uint64_t whole, int places)
{
    if (!whole) return NAN;
    uint64_t scale = 1;
    for (int i = 0; i < places; i++) scale *= 10;
    unsigned __int128 twice = (unsigned __int128)part * 200 * scale + whole;
    return (double)(uint64_t)(twice / (2 * (unsigned __int128)whole)) / (double)scale;
}
