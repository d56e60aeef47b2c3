/* The report as JSON: schema/report.schema.json, key by key. Rounding happens here and nowhere before. */
#include "report/json.h"

#include "analysis/dimension.h"
#include "base/zone.h"
#include "report/tree.h"
#include "report/words.h"
#include "value/json_write.h"

struct out {
    struct json_writer w;
    const struct report *r;
    struct arena *arena;
};

/* ---- small pieces ---- */

static void key(struct out *o, const char *name)
{
    json_key(&o->w, slice_from(name));
}

static void number(struct out *o, double value, int places)
{
    if (isnan(value) || isinf(value))
        json_null(&o->w);
    else
        json_double(&o->w, rounded(value, places));
}

static void put_number(struct out *o, const char *name, double value, int places)
{
    key(o, name);
    number(o, value, places);
}

static void put_count(struct out *o, const char *name, uint64_t n)
{
    key(o, name);
    json_uint(&o->w, n);
}

/* null when negative. */
static void put_maybe(struct out *o, const char *name, int64_t n)
{
    key(o, name);
    if (n < 0)
        json_null(&o->w);
    else
        json_int(&o->w, n);
}

static void put_compared(struct out *o, const char *name, uint64_t n)
{
    put_maybe(o, name, o->r->analysis->compared ? (int64_t)n : -1);
}

static void put_text(struct out *o, const char *name, struct slice text)
{
    key(o, name);
    json_string(&o->w, text);
}

static void put_code(struct out *o, const char *name, const char *code)
{
    put_text(o, name, slice_from(code));
}

static void put_null(struct out *o, const char *name)
{
    key(o, name);
    json_null(&o->w);
}

static void put_bool(struct out *o, const char *name, bool value)
{
    key(o, name);
    json_bool(&o->w, value);
}

static void put_words(struct out *o, const char *name, struct words words)
{
    key(o, name);
    json_object(&o->w);
    for (int t = 0; t < TONGUES; t++) {
        enum tongue other = t == HEBREW ? ENGLISH : HEBREW;
        struct slice text = words.in[t].len ? words.in[t] : words.in[other].len ? words.in[other] : SLICE("—");
        put_text(o, tongue_names[t], text);
    }
    json_end(&o->w);
}

static void put_words_or_null(struct out *o, const char *name, struct words words)
{
    if (words.in[HEBREW].len || words.in[ENGLISH].len)
        put_words(o, name, words);
    else
        put_null(o, name);
}

static void put_stage(struct out *o, const char *name, uint32_t stage)
{
    put_text(o, name, stage_code(o->r, stage));
}

/* [low, high] in the value's unit; `scale` brings a share to percent. */
static void put_range(struct out *o, const char *name, struct range range, double scale, int places)
{
    key(o, name);
    if (!range_given(range)) {
        json_null(&o->w);
        return;
    }
    json_array(&o->w);
    number(o, range.low * scale, places);
    number(o, range.high * scale, places);
    json_end(&o->w);
}

static void put_change(struct out *o, const char *name, const struct difference *d)
{
    key(o, name);
    if (!d->given) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_number(o, "pp", d->pp, 1);
    put_number(o, "pct", d->pct, 1);
    put_number(o, "p_value", d->p, 4);
    put_code(o, "verdict", verdict_codes[d->verdict]);
    put_maybe(o, "n_to_tell", d->n_to_tell ? (int64_t)d->n_to_tell : -1);
    json_end(&o->w);
}

static void put_limit(struct out *o, const char *name, bool given, int64_t millionths)
{
    put_number(o, name, given ? (double)millionths / 1e4 : NAN, 1);
}

static void put_bands(struct out *o, const struct band *b)
{
    key(o, "bands");
    if (!b || !(b->has_failing || b->has_good || b->has_excellent || b->has_wanted)) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_limit(o, "failing", b->has_failing, b->failing);
    put_limit(o, "good", b->has_good, b->good);
    put_limit(o, "excellent", b->has_excellent, b->excellent);
    struct range wanted = {(double)b->wanted_low / 1e4, (double)b->wanted_high / 1e4};
    put_range(o, "wanted", b->has_wanted ? wanted : range_none(), 1, 1);
    json_end(&o->w);
}

static void put_judgement(struct out *o, const struct share *s, enum light light)
{
    put_range(o, "ci95", s->range, 100, 1);
    put_code(o, "band", light_codes[light]);
    put_code(o, "support", support_codes[s->support]);
    put_count(o, "needs_more", s->needs_more);
}

static void put_measure(struct out *o, const char *name, const struct share *s)
{
    key(o, name);
    json_object(&o->w);
    put_number(o, "value", share_percent(s), 1);
    put_count(o, "n", s->n);
    put_count(o, "hits", s->hits);
    put_range(o, "ci95", s->range, 100, 1);
    put_code(o, "support", support_codes[s->support]);
    put_count(o, "needs_more", s->needs_more);
    json_end(&o->w);
}

static void put_counts(struct out *o, const char *name, const uint64_t *counts)
{
    key(o, name);
    json_object(&o->w);
    for (uint32_t s = 0; s < o->r->analysis->stage_count; s++) {
        json_key(&o->w, stage_code(o->r, s));
        json_uint(&o->w, counts[s]);
    }
    json_end(&o->w);
}

static void put_section(struct out *o, const char *name, enum section section, uint32_t dimension)
{
    if (section == SECTION_NONE)
        put_null(o, name);
    else
        put_text(o, name, section_code(o->arena, o->r->analysis, section, dimension));
}

/* ---- the head ---- */

/* 2026-04-20T23:59:59+03:00 */
static struct slice local_time(struct out *o, int64_t instant)
{
    const struct zone *zone = o->r->analysis->table->zone;
    struct civil c = civil_from_instant(zone_to_local(zone, instant));
    int32_t offset = zone_offset(zone, instant), minutes = (offset < 0 ? -offset : offset) / 60;
    return arena_printf(o->arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day, c.hour, c.minute,
                        c.second, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void put_day(struct out *o, const char *name, int64_t day)
{
    int year, month, of_month;
    civil_from_day(day, &year, &month, &of_month);
    put_text(o, name, arena_printf(o->arena, "%04d-%02d-%02d", year, month, of_month));
}

static void put_period(struct out *o, const char *name, const struct report_window *window, struct words label)
{
    const struct zone *zone = o->r->analysis->table->zone;
    key(o, name);
    json_object(&o->w);
    put_day(o, "from", zone_day(zone, window->from));
    put_day(o, "to", zone_day(zone, window->until) - 1);
    put_words(o, "label", label);
    json_end(&o->w);
}

static void write_head(struct out *o)
{
    const struct report *r = o->r;
    const struct analysis *a = r->analysis;
    put_code(o, "schema", "masa.report/1");
    put_text(o, "program", r->program);
    put_text(o, "company", a->definition->company.name);
    put_text(o, "currency", r->currency);
    put_text(o, "locale", a->definition->company.locale.len ? a->definition->company.locale : slice_from(r->locale));
    put_code(o, "lang", tongue_names[r->tongue]);
    put_text(o, "zone", r->zone);
    key(o, "settings");
    json_object(&o->w);
    put_count(o, "min_n", a->min_n);
    put_number(o, "confidence_pct", 100 * (1 - ALPHA), 1);
    put_number(o, "alpha_pct", 100 * ALPHA, 1);
    json_end(&o->w);
    put_text(o, "as_of", local_time(o, a->table->as_of));
    put_code(o, "basis", a->basis == BASIS_FLOW ? "flow" : "cohort");
    put_code(o, "mode", r->recorded ? "recorded" : "if");
    key(o, "definition");
    json_object(&o->w);
    put_text(o, "name", a->definition->name);
    put_text(o, "version", a->definition->hash);
    json_end(&o->w);
    put_period(o, "period", &a->table->windows[0], r->period);
    if (a->compared)
        put_period(o, "compare", &a->table->windows[1], r->compare);
    else
        put_null(o, "compare");
}

static void write_funnel_stage(struct out *o, uint32_t s)
{
    const struct analysis *a = o->r->analysis;
    const struct stage *stage = &a->funnel->stages[s];
    json_object(&o->w);
    put_stage(o, "stage", s);
    put_words(o, "label", o->r->stages[s]);
    put_words_or_null(o, "description", o->r->descriptions[s]);
    if (stage->owner == ROLE_NONE)
        put_null(o, "owner");
    else
        put_code(o, "owner", role_names[stage->owner]);
    put_number(o, "sla_days", s ? a->transitions[s - 1].allowed_days : NAN, 1);
    put_bool(o, "decided", stage->decided_by != ROLE_NONE);
    json_end(&o->w);
}

static void write_funnel(struct out *o)
{
    const struct report *r = o->r;
    key(o, "funnel");
    json_object(&o->w);
    put_text(o, "name", r->analysis->funnel->label.name);
    put_words(o, "label", r->funnel);
    put_words(o, "subjects", r->subjects);
    put_stage(o, "goal", r->analysis->goal);
    key(o, "owners");
    json_array(&o->w);
    for (size_t i = 0; i < r->owner_count; i++) {
        json_object(&o->w);
        put_code(o, "code", role_names[r->owners[i]]);
        put_words(o, "label", r->owner_words[i]);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "stages");
    json_array(&o->w);
    for (uint32_t s = 0; s < r->analysis->stage_count; s++) write_funnel_stage(o, s);
    json_end(&o->w);
    json_end(&o->w);
}

static const struct kpi *kpi_of(const struct analysis *a, enum kpi_kind kind)
{
    for (size_t i = 0; i < a->kpi_count; i++)
        if (a->kpis[i].kind == kind) return &a->kpis[i];
    return NULL;
}

static void write_headline(struct out *o)
{
    static const char *const names[LEDES] = {"how", "why", "now"};
    const struct report *r = o->r;
    const struct analysis *a = r->analysis;
    const struct kpi *opens = kpi_of(a, KPI_OPEN_RATE);
    key(o, "headline");
    json_object(&o->w);
    put_words(o, "title", r->title);
    key(o, "lede");
    json_object(&o->w);
    for (int i = 0; i < LEDES; i++) {
        key(o, names[i]);
        json_object(&o->w);
        put_words(o, "text", r->lede[i].text);
        put_section(o, "section", r->lede[i].section, NONE);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "cards");
    json_array(&o->w);
    for (size_t i = 0; i < r->card_count; i++) json_string(&o->w, r->cards[i]);
    json_end(&o->w);
    put_number(o, "overall_conversion_pct", share_percent(&a->overall.now), 1);
    put_number(o, "overall_conversion_change_pp", a->overall.change.given ? a->overall.change.pp : NAN, 1);
    put_number(o, "mean_days_mcl_to_sqo", a->overall.days.mean, 1);
    put_number(o, "email_open_rate_pct", opens ? opens->now : NAN, 0);
    put_number(o, "email_open_rate_last_year_pct", opens ? opens->before : NAN, 0);
    json_end(&o->w);
}

/* ---- kpis ---- */

static const char *const GROUPS[] = {"overall", "marketing", "sales", "email", "cost", "time", "outcome"};
static const char *const UNITS[] = {"pct", "count", "days", "money", "ratio"};
static const char *const BETTER[] = {"up", "down", "range", "none"};

static void write_kpi(struct out *o, size_t i)
{
    static const int places[] = {1, 0, 1, 2, 2}, range_places[] = {1, 0, 1, 0, 2};
    const struct kpi *k = &o->r->analysis->kpis[i];
    const struct kpi_words *words = &o->r->kpis[i];
    json_object(&o->w);
    put_text(o, "code", words->code);
    put_words(o, "label", words->label);
    put_code(o, "group", GROUPS[k->group]);
    put_code(o, "unit", UNITS[k->unit]);
    put_code(o, "better", BETTER[k->better]);
    put_number(o, "value", k->now, places[k->unit]);
    put_number(o, "compare_value", k->before, places[k->unit]);
    put_maybe(o, "n", k->n);
    put_maybe(o, "hits", k->hits);
    put_maybe(o, "compare_n", k->n_before);
    put_maybe(o, "compare_hits", k->hits_before);
    put_range(o, "ci95", k->range, 1, range_places[k->unit]);
    put_code(o, "band", light_codes[k->light]);
    put_code(o, "support", support_codes[k->support]);
    put_count(o, "needs_more", k->needs_more);
    put_range(o, "compare_ci95", k->range_before, 1, range_places[k->unit]);
    put_bands(o, k->band);
    put_change(o, "change", &k->change);
    put_words(o, "formula", words->formula);
    put_words_or_null(o, "note", words->note);
    json_end(&o->w);
}

static void write_kpis(struct out *o)
{
    key(o, "kpis");
    json_array(&o->w);
    for (size_t i = 0; i < o->r->analysis->kpi_count; i++) write_kpi(o, i);
    json_end(&o->w);
}

/* ---- the funnel's numbers ---- */

static void write_stage(struct out *o, uint32_t s)
{
    const struct analysis *a = o->r->analysis;
    const struct stage_measure *m = &a->stages[s];
    const struct transition *into = s ? &a->transitions[s - 1] : NULL;
    struct share none = {.range = range_none()};
    json_object(&o->w);
    put_stage(o, "stage", s);
    put_count(o, "count", m->now);
    put_compared(o, "compare_count", m->before);
    put_number(o, "change_pct", m->change.given ? m->change.pct : NAN, 1);
    put_change(o, "change", &m->change);
    put_number(o, "of_previous_pct", into ? share_percent(&into->now) : NAN, 1);
    put_number(o, "compare_of_previous_pct", into && a->compared ? share_percent(&into->before) : NAN, 1);
    put_number(o, "of_first_pct", percent_of(m->now, a->stages[0].now, 1), 1);
    put_judgement(o, into ? &into->now : &none, into ? into->light : LIGHT_NONE);
    put_count(o, "stopped", m->stopped);
    if (s == a->goal)
        put_null(o, "chance_to_end");
    else
        put_measure(o, "chance_to_end", &m->chance);
    json_end(&o->w);
}

static void write_left(struct out *o, const struct left *l)
{
    key(o, "left");
    json_object(&o->w);
    put_count(o, "total", l->total);
    put_count(o, "returned", l->returned);
    put_count(o, "rejected", l->rejected);
    put_count(o, "exited", l->exited);
    put_count(o, "waiting", l->waiting);
    json_end(&o->w);
}

static void put_agreed(struct out *o, const struct transition *t)
{
    if (t->allowed.amount)
        put_words(o, "sla", word_duration(t->allowed, o->arena));
    else
        put_null(o, "sla");
}

static void write_transition(struct out *o, const struct transition *t)
{
    bool compared = o->r->analysis->compared, limited = !isnan(t->allowed_days);
    json_object(&o->w);
    put_stage(o, "from", t->from);
    put_stage(o, "to", t->to);
    put_number(o, "rate_pct", share_percent(&t->now), 1);
    put_count(o, "n", t->now.n);
    put_count(o, "hits", t->now.hits);
    put_judgement(o, &t->now, t->light);
    put_number(o, "compare_rate_pct", compared ? share_percent(&t->before) : NAN, 1);
    put_compared(o, "compare_n", t->before.n);
    put_compared(o, "compare_hits", t->before.hits);
    put_range(o, "compare_ci95", compared ? t->before.range : range_none(), 100, 1);
    put_bands(o, t->band);
    put_change(o, "change", &t->change);
    put_number(o, "mean_days", t->days.mean, 1);
    put_number(o, "median_days", t->days.median, 1);
    put_count(o, "days_n", t->days.n);
    put_number(o, "compare_mean_days", compared ? t->days_before.mean : NAN, 1);
    put_number(o, "compare_median_days", compared ? t->days_before.median : NAN, 1);
    put_compared(o, "compare_days_n", t->days_before.n);
    put_number(o, "sla_days", t->allowed_days, 1);
    put_bool(o, "sla_business", t->allowed_business);
    put_agreed(o, t);
    put_number(o, "sla_over_days", t->over_days, 1);
    put_maybe(o, "sla_late", limited ? (int64_t)t->late : -1);
    write_left(o, &t->left);
    json_end(&o->w);
}

static void write_rates(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "stages");
    json_array(&o->w);
    for (uint32_t s = 0; s < a->stage_count; s++) write_stage(o, s);
    json_end(&o->w);
    key(o, "transitions");
    json_array(&o->w);
    for (uint32_t s = 0; s + 1 < a->stage_count; s++) write_transition(o, &a->transitions[s]);
    json_end(&o->w);
    key(o, "overall");
    if (a->goal > 0)
        write_transition(o, &a->overall);
    else
        json_null(&o->w);
}

/* ---- findings ---- */

static void put_figure(struct out *o, const struct figure *f)
{
    const struct analysis *a = o->r->analysis;
    switch (f->kind) {
    case FIGURE_STAGE: put_stage(o, f->name, f->index); return;
    case FIGURE_TEXT: put_text(o, f->name, f->text); return;
    case FIGURE_VALUES:
    case FIGURE_LABELS:
        for (size_t i = 0; i < f->count; i++) {
            const char *name = f->count == 1 ? f->name : arena_printf(o->arena, "%s_%zu", f->name, i + 1).ptr;
            put_text(o, name,
                     f->kind == FIGURE_LABELS ? f->labels[i]->name
                                              : dimension_value(o->arena, a->table, f->index, f->codes[i]));
        }
        return;
    case FIGURE_P: put_number(o, f->name, f->number, 4); return;
    default: put_number(o, f->name, f->number, 2);
    }
}

static void write_evidence(struct out *o, const char *name, const struct finding *f)
{
    key(o, name);
    json_object(&o->w);
    for (size_t i = 0; i < f->figure_count; i++)
        if (f->figures[i].evidence) put_figure(o, &f->figures[i]);
    json_end(&o->w);
}

static void write_causes(struct out *o)
{
    const struct findings *causes = &o->r->analysis->causes;
    key(o, "causes");
    json_array(&o->w);
    for (size_t i = 0; i < causes->count; i++) {
        json_object(&o->w);
        put_code(o, "code", causes->at[i].code);
        put_words(o, "title", o->r->causes[i].title);
        put_words(o, "text", o->r->causes[i].text);
        put_count(o, "strength", (uint64_t)causes->at[i].strength);
        write_evidence(o, "evidence", &causes->at[i]);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void write_what_if(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    const struct what_if *w = &a->what_if;
    key(o, "what_if");
    if (!w->given) {
        json_null(&o->w);
        return;
    }
    const struct transition *t = &a->transitions[a->weakest];
    json_object(&o->w);
    put_stage(o, "from", t->from);
    put_stage(o, "to", t->to);
    put_number(o, "rate_now_pct", share_percent(&t->now), 1);
    put_number(o, "rate_to_pct", 100 * w->rate_to, 1);
    key(o, "days");
    json_array(&o->w);
    for (size_t i = 0; i < w->day_count; i++) {
        json_object(&o->w);
        put_stage(o, "from", w->days[i].from);
        put_stage(o, "to", w->days[i].to);
        put_number(o, "now", w->days[i].now, 1);
        put_number(o, "to_days", w->days[i].allowed, 1);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "outcomes");
    json_array(&o->w);
    for (size_t i = 0; i < w->outcome_count; i++) {
        json_object(&o->w);
        put_stage(o, "stage", w->outcomes[i].stage);
        put_count(o, "now", w->outcomes[i].now);
        put_number(o, "expected", w->outcomes[i].expected, 1);
        put_range(o, "range", w->outcomes[i].range, 1, 1);
        json_end(&o->w);
    }
    json_end(&o->w);
    put_words(o, "assumption", o->r->assumption);
    json_end(&o->w);
}

static void write_weakest(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "weakest");
    if (a->weakest == NONE) {
        json_null(&o->w);
    } else {
        json_object(&o->w);
        put_stage(o, "from", a->transitions[a->weakest].from);
        put_stage(o, "to", a->transitions[a->weakest].to);
        put_code(o, "rule", a->weakest_rule == WEAK_FAILING ? "failing_band" : "lowest_rate");
        put_words(o, "text", o->r->weakest);
        write_causes(o);
        write_what_if(o);
        json_end(&o->w);
    }
    key(o, "second_weakest");
    if (a->second_weakest == NONE) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_stage(o, "from", a->transitions[a->second_weakest].from);
    put_stage(o, "to", a->transitions[a->second_weakest].to);
    json_end(&o->w);
}

static void write_slowest(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "slowest");
    if (a->slowest == NONE) {
        json_null(&o->w);
        return;
    }
    const struct transition *t = &a->transitions[a->slowest];
    json_object(&o->w);
    put_stage(o, "from", t->from);
    put_stage(o, "to", t->to);
    put_number(o, "mean_days", t->days.mean, 1);
    put_number(o, "sla_days", t->allowed_days, 1);
    put_number(o, "over_days", t->over_days, 1);
    json_end(&o->w);
}

static void write_insights(struct out *o)
{
    const struct findings *insights = &o->r->analysis->insights;
    key(o, "insights");
    json_array(&o->w);
    for (size_t i = 0; i < insights->count; i++) {
        const struct finding *f = &insights->at[i];
        json_object(&o->w);
        put_code(o, "code", f->code);
        put_code(o, "severity", severity_codes[f->severity]);
        put_section(o, "section", f->section, f->dimension);
        put_code(o, "support", support_codes[f->support]);
        put_words(o, "title", o->r->insights[i].title);
        put_words(o, "text", o->r->insights[i].text);
        write_evidence(o, "evidence", f);
        if (f->action)
            put_code(o, "action", f->action);
        else
            put_null(o, "action");
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void write_actions(struct out *o)
{
    const struct findings *actions = &o->r->analysis->actions;
    key(o, "actions");
    json_array(&o->w);
    for (size_t i = 0; i < actions->count; i++) {
        const struct finding *f = &actions->at[i];
        json_object(&o->w);
        put_code(o, "code", f->code);
        put_count(o, "priority", i + 1);
        put_section(o, "section", f->section, f->dimension);
        if (f->owner == ROLE_NONE)
            put_null(o, "owner");
        else
            put_code(o, "owner", role_names[f->owner]);
        put_code(o, "support", support_codes[f->support]);
        put_words(o, "text", o->r->actions[i].text);
        put_words_or_null(o, "expected_text", o->r->actions[i].expected);
        write_evidence(o, "expected", f);
        json_end(&o->w);
    }
    json_end(&o->w);
}

/* ---- leaving ---- */

static void write_handoff(struct out *o)
{
    const struct handoff_measure *h = &o->r->analysis->handoff;
    key(o, "handoff");
    if (!h->given) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_stage(o, "stage", h->stage);
    put_count(o, "submitted", h->submitted);
    put_count(o, "accepted", h->accepted);
    put_count(o, "returned", h->returned);
    put_count(o, "rejected", h->rejected);
    put_count(o, "pending", h->pending);
    put_count(o, "withdrawn", h->withdrawn);
    put_count(o, "unproposed", h->unproposed);
    json_end(&o->w);
}

static void write_leaving(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    write_handoff(o);
    key(o, "exits");
    json_array(&o->w);
    for (size_t i = 0; i < a->leave_count; i++) {
        const struct leave *l = &a->leaves[i];
        if (l->stage > a->goal) continue;
        json_object(&o->w);
        put_stage(o, "stage", l->stage);
        put_code(o, "kind", leave_codes[l->kind]);
        if (l->reason)
            put_text(o, "reason", dictionary_text(a->table->dictionary, l->reason));
        else
            put_null(o, "reason");
        if (l->exit)
            put_text(o, "exit", l->exit->label.name);
        else
            put_null(o, "exit");
        put_words(o, "label", o->r->leaves[i]);
        put_count(o, "count", l->count);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "outcomes");
    json_array(&o->w);
    for (size_t i = 0; i < a->outcome_count; i++) {
        json_object(&o->w);
        put_text(o, "code", o->r->outcome_codes[i]);
        put_words(o, "label", o->r->outcomes[i]);
        put_code(o, "kind", a->outcomes[i].exit ? "lost" : "won");
        put_count(o, "count", a->outcomes[i].now);
        put_compared(o, "compare_count", a->outcomes[i].before);
        put_number(o, "revenue", a->outcomes[i].revenue, 2);
        json_end(&o->w);
    }
    json_end(&o->w);
}

/* ---- who ---- */

static void write_split(struct out *o, size_t i)
{
    const struct analysis *a = o->r->analysis;
    const struct audience_split *split = &a->audience.splits[i];
    const struct breakdown *b = &a->breakdowns[split->dimension];
    json_object(&o->w);
    put_text(o, "name", a->definition->dimensions[split->dimension].label.name);
    put_words(o, "label", o->r->splits[i]);
    key(o, "rows");
    json_array(&o->w);
    for (size_t g = 0; g < b->shown; g++) { /* of bands: all */
        json_object(&o->w);
        put_text(o, "value", o->r->breakdowns[split->dimension].rows[g].value);
        put_words(o, "label", o->r->breakdowns[split->dimension].rows[g].label);
        put_bool(o, "aimed", split->aimed[g]);
        put_count(o, "count", b->groups[g].now[0]);
        put_count(o, "to_last", b->groups[g].now[a->goal]);
        json_end(&o->w);
    }
    json_end(&o->w);
    json_end(&o->w);
}

static void write_audience(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    const struct audience_measure *m = &a->audience;
    key(o, "audience");
    if (!m->given) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_words(o, "label", o->r->audience);
    put_count(o, "captured", a->stages[0].now);
    put_measure(o, "aimed", &m->aimed);
    key(o, "clauses");
    json_array(&o->w);
    for (size_t c = 0; c < m->clause_count; c++) {
        struct slice name = m->clauses[c].label->name;
        json_object(&o->w);
        put_text(o, "code", name.len ? name : arena_printf(o->arena, "%zu", c + 1));
        put_words(o, "label", o->r->audience_clauses[c]);
        put_count(o, "met", m->clauses[c].met);
        put_count(o, "unmet", m->clauses[c].unmet);
        put_count(o, "unknown", m->clauses[c].unknown);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "splits");
    json_array(&o->w);
    for (size_t s = 0; s < m->split_count; s++) write_split(o, s);
    json_end(&o->w);
    json_end(&o->w);
}

/* Only the row of the rest has it: how many values it holds. */
static void put_rest(struct out *o, size_t count, size_t shown, size_t row)
{
    if (row == shown) put_count(o, "rest", count - shown);
}

static void write_breakdown(struct out *o, uint32_t d)
{
    const struct analysis *a = o->r->analysis;
    const struct breakdown *b = &a->breakdowns[d];
    json_key(&o->w, a->definition->dimensions[d].label.name);
    json_array(&o->w);
    for (size_t row = 0; row < breakdown_rows(b); row++) {
        const struct group_measure *m = breakdown_row(b, row);
        json_object(&o->w);
        put_text(o, "value", o->r->breakdowns[d].rows[row].value);
        put_words(o, "label", o->r->breakdowns[d].rows[row].label);
        put_rest(o, b->count, b->shown, row);
        put_counts(o, "counts", m->now);
        if (a->compared)
            put_counts(o, "compare_counts", m->before);
        else
            put_null(o, "compare_counts");
        put_number(o, "to_last_pct", share_percent(&m->to_last), 1);
        put_count(o, "n", m->to_last.n);
        put_range(o, "ci95", m->to_last.range, 100, 1);
        put_code(o, "support", support_codes[m->to_last.support]);
        put_count(o, "needs_more", m->to_last.needs_more);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void write_groups(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "dimensions");
    json_array(&o->w);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++) {
        if (!a->breakdowns[d].given) continue;
        json_object(&o->w);
        put_text(o, "name", a->definition->dimensions[d].label.name);
        put_words(o, "label", o->r->breakdowns[d].label);
        put_words_or_null(o, "note", o->r->breakdowns[d].note);
        json_end(&o->w);
    }
    json_end(&o->w);
    key(o, "breakdowns");
    json_object(&o->w);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++)
        if (a->breakdowns[d].given) write_breakdown(o, d);
    json_end(&o->w);
}

/* ---- when, mails, channels ---- */

static void write_trend(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    put_code(o, "trend_basis", "flow");
    key(o, "trend");
    json_array(&o->w);
    for (size_t m = 0; m < a->month_count; m++) {
        json_object(&o->w);
        put_text(o, "month", arena_printf(o->arena, "%04d-%02d", a->months[m].year, a->months[m].month));
        put_bool(o, "partial", a->months[m].partial);
        put_counts(o, "counts", a->months[m].counts);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void write_mail(struct out *o, size_t i)
{
    const struct mail_measure *m = &o->r->analysis->mails[i];
    json_object(&o->w);
    put_text(o, "sequence", o->r->analysis->definition->sequence.name);
    put_maybe(o, "step", m->step > 0 ? m->step : 1);
    put_text(o, "name", o->r->mail_names[i]);
    put_words(o, "label", o->r->mails[i]);
    put_count(o, "sent", m->sent);
    put_count(o, "opened", m->opened.hits);
    put_number(o, "open_pct", share_percent(&m->opened), 1);
    put_range(o, "open_ci95", m->opened.range, 100, 1);
    put_count(o, "clicked", m->clicked.hits);
    put_number(o, "click_pct", share_percent(&m->clicked), 1);
    put_range(o, "click_ci95", m->clicked.range, 100, 1);
    put_count(o, "contributed_to_mel", m->contributed);
    put_count(o, "machine_opened", m->machine_opened);
    put_count(o, "machine_clicked", m->machine_clicked);
    json_end(&o->w);
}

static void write_sequence(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "sequence");
    json_array(&o->w);
    for (size_t i = 0; i < a->mail_count; i++) write_mail(o, i);
    json_end(&o->w);
    key(o, "sequence_feeds");
    if (!a->definition->sequence.given) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_stage(o, "stage", a->definition->sequence.until);
    put_count(o, "total", a->fed);
    put_count(o, "by_mail", a->fed_by_mail);
    put_count(o, "other", a->fed - a->fed_by_mail);
    json_end(&o->w);
}

static void write_channel(struct out *o, size_t i)
{
    const struct analysis *a = o->r->analysis;
    const struct channel *c = channel_row(a, i);
    const bool rest = i == a->channel_shown;
    json_object(&o->w);
    put_text(o, "source", o->r->channels[i].value);
    put_words(o, "label", o->r->channels[i].label);
    put_rest(o, a->channel_count, a->channel_shown, i);
    put_number(o, "monthly_spend", c->monthly_spend, 2);
    put_count(o, "mcl", c->first);
    put_number(o, "cost_per_mcl", c->cost_per_first, 0);
    put_count(o, "sqo", c->goal);
    put_number(o, "cost_per_sqo", c->cost_per_goal, 0);
    put_count(o, "won", c->won);
    put_number(o, "revenue", c->revenue, 2);
    put_number(o, "roi_pct", 100 * c->roi, 0);
    if (rest) {
        put_null(o, "recommendation");
        put_null(o, "rests_on");
        put_null(o, "why");
    } else {
        put_code(o, "recommendation", recommendation_codes[c->recommendation]);
        put_code(o, "rests_on", c->rests_on_spend ? "spend" : "rate");
        put_words(o, "why", o->r->channels[i].why);
    }
    put_code(o, "support", support_codes[c->support]);
    put_count(o, "needs_more", c->needs_more);
    json_end(&o->w);
}

static void write_channels(struct out *o)
{
    const struct analysis *a = o->r->analysis;
    key(o, "channels");
    json_array(&o->w);
    for (size_t i = 0; i < channel_rows(a); i++) write_channel(o, i);
    json_end(&o->w);
    key(o, "spend");
    if (!a->spend.given) {
        json_null(&o->w);
        return;
    }
    json_object(&o->w);
    put_text(o, "dimension", a->definition->dimensions[a->definition->channels.by].label.name);
    put_number(o, "months", a->spend.months, 2);
    put_words(o, "credit", o->r->credit);
    put_number(o, "total", a->spend.total, 2);
    put_number(o, "cost_per_mcl", a->spend.cost_per_first, 0);
    put_number(o, "cost_per_sqo", a->spend.cost_per_goal, 0);
    put_number(o, "compare_total", a->spend.before_given ? a->spend.before : NAN, 2);
    json_end(&o->w);
}

void json_write_report(const struct report *report, struct buffer *out, int indent, bool html_safe)
{
    struct arena arena;
    arena_init(&arena);
    struct out o = {.w = {.out = out, .indent = indent, .html_safe = html_safe}, .r = report, .arena = &arena};
    json_object(&o.w);
    write_head(&o);
    write_funnel(&o);
    write_headline(&o);
    write_kpis(&o);
    write_rates(&o);
    write_weakest(&o);
    write_slowest(&o);
    write_leaving(&o);
    write_audience(&o);
    write_groups(&o);
    write_trend(&o);
    write_sequence(&o);
    write_channels(&o);
    write_insights(&o);
    write_actions(&o);
    json_write_quality(&o.w, report);
    json_end(&o.w);
    arena_release(&arena);
}

void report_write_json(const struct report *report, struct buffer *out)
{
    json_write_report(report, out, 2, false);
    buffer_char(out, '\n');
}
