#include "app/effect.h"

#include "analysis/analysis.h"
#include "analysis/statistics.h"
#include "base/civil.h"
#include "report/json_put.h"
#include "report/tree.h"

/* Stages; to NONE: the entries of `from` are counted. */
struct number {
    uint32_t from, to;
};

struct counted {
    uint64_t n, hits;
};

static uint32_t stage_named(const struct funnel *f, struct slice name)
{
    for (uint32_t s = 0; s < f->stage_count; s++)
        if (slice_equal(f->stages[s].label.name, name)) return s;
    return NONE;
}

static bool read_number(const struct fact_table *t, struct slice kpi, struct number *out)
{
    const struct funnel *f = &t->definition->funnels[t->funnel];
    const bool rate = kpi.len && memchr(kpi.ptr, '>', kpi.len);
    out->from = stage_named(f, slice_cut(&kpi, '>'));
    out->to = rate ? stage_named(f, kpi) : NONE;
    return out->from != NONE && (!rate || (out->to != NONE && out->to > out->from));
}

bool effect_is_measurable(const struct fact_table *t, struct slice kpi)
{
    struct number number;
    return read_number(t, kpi, &number);
}

static struct counted count(const struct fact_table *t, struct number k, int64_t from, int64_t until)
{
    struct counted c = {0};
    for (size_t i = 0; i < t->rows; i++) {
        const int64_t entered = t->entered[k.from][i];
        if (t->lap[i] != 1 || entered < from || entered >= until) continue;
        c.n++;
        c.hits += k.to == NONE || (t->entered[k.to][i] != INSTANT_NONE && t->entered[k.to][i] < until);
    }
    return c;
}

static double value_of(struct number k, struct counted c)
{
    if (k.to == NONE) return (double)c.n;
    return c.n ? 100 * (double)c.hits / (double)c.n : NAN;
}

static enum verdict judge(double p, uint64_t n, uint64_t n_before, int min_n)
{
    if (isnan(p) || n < (uint64_t)min_n || n_before < (uint64_t)min_n) return VERDICT_THIN;
    return p < ALPHA ? VERDICT_TOLD : VERDICT_NOISE;
}

/* All of one measure. */
struct measured {
    struct number number;
    bool given;
    struct counted before, after;
    double old, now, p;
    enum verdict verdict;
};

static struct measured measure(const struct fact_table *t, struct number k, int64_t taken_at)
{
    const int64_t most = EFFECT_DAYS_MAX * DAY_US, age = t->as_of + 1 - taken_at, span = age < most ? age : most;
    struct measured m = {.number = k, .given = span >= DAY_US, .old = NAN, .now = NAN, .p = NAN};
    if (!m.given) return m; /* nothing shows on the first day */
    m.before = count(t, k, taken_at - span, taken_at);
    m.after = count(t, k, taken_at, taken_at + span);
    m.old = value_of(k, m.before);
    m.now = value_of(k, m.after);
    const bool rate = k.to != NONE;
    m.p = rate ? two_shares((double)m.after.hits, (double)m.after.n, (double)m.before.hits, (double)m.before.n)
               : two_counts(m.after.n, 1, m.before.n, 1);
    m.verdict = judge(m.p, m.after.n, m.before.n, t->definition->report.min_n);
    return m;
}

static void put_change(struct json_writer *w, const struct measured *m)
{
    if (isnan(m->old) || isnan(m->now)) {
        json_put_null(w, "change");
        return;
    }
    const bool rate = m->number.to != NONE;
    const uint64_t to_tell = rate ? share_sample(m->now / 100, m->old / 100) : 0;
    json_put_object(w, "change");
    json_put_number(w, "pp", rate ? m->now - m->old : NAN, 1);
    json_put_number(w, "pct", rate || m->old <= 0 ? NAN : (m->now - m->old) / m->old * 100, 1);
    json_put_number(w, "p_value", m->p, 4);
    json_put_code(w, "verdict", verdict_codes[m->verdict]);
    if (to_tell)
        json_put_int(w, "n_to_tell", (int64_t)to_tell);
    else
        json_put_null(w, "n_to_tell");
    json_end(w);
}

static struct words label_of(const struct funnel *f, struct number k, struct arena *arena)
{
    const struct slice from = f->stages[k.from].label.name;
    if (k.to == NONE)
        return (struct words){.in = {[HEBREW] = arena_printf(arena, "הגיעו ל־%.*s", SLICE_ARG(from)),
                                     [ENGLISH] = arena_printf(arena, "Reached %.*s", SLICE_ARG(from))}};
    const struct slice to = f->stages[k.to].label.name;
    return (struct words){.in = {[HEBREW] = arena_printf(arena, "%.*s אל %.*s", SLICE_ARG(from), SLICE_ARG(to)),
                                 [ENGLISH] = arena_printf(arena, "%.*s to %.*s", SLICE_ARG(from), SLICE_ARG(to))}};
}

static void put_side(struct json_writer *w, const char *value_name, const char *n_name, bool given, struct number k,
                     struct counted c)
{
    json_put_number(w, value_name, given ? value_of(k, c) : NAN, 1);
    if (given)
        json_put_int(w, n_name, (int64_t)c.n);
    else
        json_put_null(w, n_name);
}

static void put_interval(struct json_writer *w, struct number k, struct counted c)
{
    if (k.to == NONE || !c.n) {
        json_put_null(w, "after_ci95");
        return;
    }
    const struct range r = wilson((double)c.hits, (double)c.n);
    json_put_array(w, "after_ci95");
    json_decimal(w, (int64_t)(r.low * 1000 + 0.5) * DECIMAL_ONE / 10);
    json_decimal(w, (int64_t)(r.high * 1000 + 0.5) * DECIMAL_ONE / 10);
    json_end(w);
}

void effect_put(const struct fact_table *t, struct slice kpi, int64_t taken_at, struct json_writer *w)
{
    struct number k;
    struct arena arena;
    if (!kpi.len || !read_number(t, kpi, &k)) {
        json_null(w);
        return;
    }
    const struct measured m = measure(t, k, taken_at);
    arena_init(&arena);
    json_object(w);
    json_put_text(w, "kpi", kpi);
    json_put_words(w, "label", label_of(&t->definition->funnels[t->funnel], k, &arena));
    json_put_code(w, "unit", k.to == NONE ? "count" : "pct");
    put_side(w, "before", "before_n", m.given, k, m.before);
    put_side(w, "after", "after_n", m.given, k, m.after);
    put_interval(w, k, m.after);
    put_change(w, &m);
    json_put_time(w, "as_of", m.given ? t->as_of : INSTANT_NONE);
    json_end(w);
    arena_release(&arena);
}

/* "71.2% of 120", "120" */
static struct slice value_text(struct number k, struct counted c, const char *of, struct arena *arena)
{
    if (k.to == NONE) return arena_printf(arena, "%llu", (unsigned long long)c.n);
    if (!c.n) return arena_printf(arena, "0 %s 0", of);
    return arena_printf(arena, "%.1f%% %s %llu", value_of(k, c), of, (unsigned long long)c.n);
}

bool effect_words(const struct fact_table *t, struct slice kpi, int64_t taken_at, struct arena *arena,
                  struct words *out)
{
    static const char *const he[] = {
        [VERDICT_THIN] = "מעט מדי כדי לדעת", [VERDICT_NOISE] = "ייתכן שזה מקרה", [VERDICT_TOLD] = "יותר ממקרה"};
    static const char *const en[] = {
        [VERDICT_THIN] = "too few to tell", [VERDICT_NOISE] = "it may be chance", [VERDICT_TOLD] = "more than chance"};
    struct number k;
    if (!kpi.len || !read_number(t, kpi, &k)) return false;
    const struct measured m = measure(t, k, taken_at);
    if (!m.given) return false;
    const struct words label = label_of(&t->definition->funnels[t->funnel], k, arena);
    const struct slice he_old = value_text(k, m.before, "מתוך", arena), he_now = value_text(k, m.after, "מתוך", arena);
    const struct slice en_old = value_text(k, m.before, "of", arena), en_now = value_text(k, m.after, "of", arena);
    out->in[HEBREW] = arena_printf(arena, "%.*s: לפני %.*s, אחרי %.*s: %s", SLICE_ARG(label.in[HEBREW]),
                                   SLICE_ARG(he_old), SLICE_ARG(he_now), he[m.verdict]);
    out->in[ENGLISH] = arena_printf(arena, "%.*s: %.*s before, %.*s after: %s", SLICE_ARG(label.in[ENGLISH]),
                                    SLICE_ARG(en_old), SLICE_ARG(en_now), en[m.verdict]);
    return true;
}
