/* What may be said of a number: its interval, its place among the agreed limits, whether it changed. */
#include "analysis/parts.h"

uint64_t judge_needs(const struct analysis *a, uint64_t n)
{
    return n < a->min_n ? a->min_n - n : 0;
}

enum support judge_support(const struct analysis *a, uint64_t n)
{
    if (n < a->min_n) return SUPPORT_NONE;
    return a->basis == BASIS_FLOW ? SUPPORT_INDICATIVE : SUPPORT_STRONG;
}

struct share judge_share(const struct analysis *a, uint64_t hits, uint64_t n)
{
    struct share s = {
        .hits = hits, .n = n, .range = range_none(), .support = judge_support(a, n), .needs_more = judge_needs(a, n)};
    if (a->basis == BASIS_COHORT && n) s.range = wilson((double)hits, (double)n);
    return s;
}

/* Limits are in millionths and values are shares of whole numbers: a hair's breadth keeps 0.7 at 0.7. */
static bool reaches(double value, int64_t limit)
{
    return value * (double)DECIMAL_ONE >= (double)limit - 1e-6;
}

enum light judge_light(const struct band *b, double value)
{
    if (!b || isnan(value)) return LIGHT_NONE;
    if (b->has_wanted)
        return reaches(value, b->wanted_low) && reaches(-value, -b->wanted_high) ? LIGHT_IN_RANGE : LIGHT_OUTSIDE;
    if (b->has_failing && !reaches(value, b->failing)) return LIGHT_FAILING;
    if (b->has_excellent && reaches(value, b->excellent)) return LIGHT_EXCELLENT;
    if (b->has_good && reaches(value, b->good)) return LIGHT_GOOD;
    return b->has_failing || b->has_good || b->has_excellent ? LIGHT_BETWEEN : LIGHT_NONE;
}

void judge_band(const struct analysis *a, const struct band *band, struct share *s, enum light *light)
{
    *light = judge_light(band, share_value(s));
    if (*light == LIGHT_NONE || s->support != SUPPORT_STRONG) return;
    bool inside = judge_light(band, s->range.low) == *light && judge_light(band, s->range.high) == *light;
    if (!inside) s->support = SUPPORT_INDICATIVE;
}

const struct band *judge_find_band(const struct definition *d, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < d->band_count; i++)
        if (d->bands[i].funnel == d->report.funnel && d->bands[i].from == from && d->bands[i].to == to)
            return &d->bands[i];
    return NULL;
}

enum verdict judge_verdict(const struct analysis *a, double p, uint64_t n_now, uint64_t n_before)
{
    if (isnan(p) || n_now < a->min_n || n_before < a->min_n) return VERDICT_THIN;
    return p < ALPHA ? VERDICT_TOLD : VERDICT_NOISE;
}

struct difference judge_shares(const struct analysis *a, const struct share *now, const struct share *before)
{
    struct difference c = {.pp = NAN, .pct = NAN, .p = NAN};
    if (!a->compared || !now->n || !before->n) return c;
    c.given = true;
    c.pp = rounded(share_percent(now) - share_percent(before), 1);
    if (a->basis == BASIS_COHORT) {
        c.p = two_shares((double)now->hits, (double)now->n, (double)before->hits, (double)before->n);
        c.n_to_tell = share_sample(share_value(now), share_value(before));
    }
    c.verdict = judge_verdict(a, c.p, now->n, before->n);
    return c;
}

double percent_change(double now, double before)
{
    return before > 0 ? (now - before) / before * 100 : NAN;
}

/* How long a window has run by its as-of. */
static double exposure(const struct report_window *w)
{
    const int64_t until = w->as_of < w->until ? w->as_of + 1 : w->until;
    return until > w->from ? (double)(until - w->from) : NAN;
}

struct difference judge_counts(const struct analysis *a, uint64_t now, uint64_t before)
{
    struct difference c = {.pp = NAN, .pct = NAN, .p = NAN};
    if (!a->compared) return c;
    const struct report_window *w = a->table->windows;
    c.given = true;
    c.pct = percent_change((double)now, (double)before);
    if (a->basis == BASIS_COHORT) c.p = two_counts(now, exposure(&w[0]), before, exposure(&w[1]));
    c.verdict = judge_verdict(a, c.p, now, before);
    return c;
}

/* Days and touches are skewed, and Student's distribution forgives that only when there are many: none below the
 * minimum. */
struct difference judge_means(const struct analysis *a, const struct moments *now, const struct moments *before)
{
    struct difference c = {.pp = NAN, .pct = NAN, .p = NAN};
    if (!a->compared || !now->n || !before->n) return c;
    c.given = true;
    c.pct = percent_change(now->mean, before->mean);
    if (a->basis == BASIS_COHORT && now->n >= a->min_n && before->n >= a->min_n) c.p = welch(now, before);
    c.verdict = judge_verdict(a, c.p, now->n, before->n);
    return c;
}

struct difference judge_plain(const struct analysis *a, double now, double before)
{
    struct difference c = {.pp = NAN, .pct = NAN, .p = NAN};
    if (!a->compared || isnan(now) || isnan(before)) return c;
    c.given = true;
    c.pct = percent_change(now, before);
    return c;
}
