/* The report on a terminal: the sentence, the picture, the tables. */
#include "report/canvas.h"
#include "report/tree.h"
#include "report/words.h"

struct screen {
    const struct report *r;
    const struct analysis *a;
    struct canvas canvas;
    struct wording w;
    enum tongue t;
};

enum { INDENT = 2, BAR_WIDTH = 40, ROWS_MAX = 12 };

/* ---- words of this language ---- */

static struct slice said(const struct screen *s, struct words words)
{
    return words.in[s->t];
}
static struct slice say(struct screen *s, const char *key)
{
    return said(s, word_key(&s->w, key));
}
static struct slice say_with(struct screen *s, const char *key, const struct arguments *a)
{
    return said(s, word(&s->w, slice_from(key), a));
}
static struct slice stage_name(struct screen *s, uint32_t stage)
{
    return said(s, word_stage(&s->w, stage));
}

static struct slice number_text(struct screen *s, double value, int places)
{
    return format_number(s->w.formats[s->t], s->w.arena, value, places, false);
}

static struct slice count_text(struct screen *s, uint64_t n)
{
    return number_text(s, (double)n, 0);
}

static struct slice percent_text(struct screen *s, double percent)
{
    return format_percent(s->w.formats[s->t], s->w.arena, percent, true);
}

static struct slice money_text(struct screen *s, double amount)
{
    return format_money(s->w.formats[s->t], s->w.arena, amount);
}

static struct slice days_text(struct screen *s, double days)
{
    struct arguments a = {.count = 0};
    if (isnan(days)) return SLICE("—");
    arguments_number(&a, "n", rounded(days, 1));
    return say_with(s, "days", &a);
}

/* 39–55%: whole per cents where the range is wide, because its decimals would promise too much. */
static struct slice range_text(struct screen *s, struct range r)
{
    if (!range_given(r)) return SLICE("");
    const double low = rounded(100 * r.low, 1), high = rounded(100 * r.high, 1); /* as in JSON, which the page rounds */
    const int places = low >= 10 || high - low >= 10 ? 0 : 1;
    return arena_printf(s->w.arena, "%.*s–%.*s%%", SLICE_ARG(number_text(s, low, places)),
                        SLICE_ARG(number_text(s, high, places)));
}

static enum tone light_tone(enum light light, enum support support)
{
    if (support == SUPPORT_NONE) return TONE_DIM;
    switch (light) {
    case LIGHT_FAILING: return TONE_BAD;
    case LIGHT_OUTSIDE:
    case LIGHT_BETWEEN: return TONE_WARN;
    case LIGHT_GOOD:
    case LIGHT_EXCELLENT:
    case LIGHT_IN_RANGE: return TONE_GOOD;
    default: return TONE_DIM;
    }
}

/* "good" when sure, "looks good" when the range leaves the band, "needs about 8 more" below the minimum. */
static struct slice light_text(struct screen *s, enum light light, enum support support, uint64_t needs_more)
{
    struct arguments a = {.count = 0};
    if (support == SUPPORT_NONE && needs_more) {
        arguments_number(&a, "n", (double)needs_more);
        return say_with(s, "light.needs", &a);
    }
    struct words plain = word_key(&s->w, arena_printf(s->w.arena, "light.%s", light_codes[light]).ptr);
    if (light == LIGHT_NONE || support == SUPPORT_STRONG) return said(s, plain);
    arguments_words(&a, "light", plain);
    return say_with(s, "light.seems", &a);
}

static struct slice signed_text(struct screen *s, double value, int places)
{
    struct slice digits = format_number(s->w.formats[s->t], s->w.arena, value, places, true);
    return arena_printf(s->w.arena, "%s%.*s", value > 0 ? "+" : "", SLICE_ARG(digits));
}

/* In a column of days every number has its decimal, so that they line up. */
static struct slice days_number(struct screen *s, double days)
{
    return format_number(s->w.formats[s->t], s->w.arena, days, 1, true);
}

static const char *mark_of(const struct difference *d, double size)
{
    if (d->verdict == VERDICT_TOLD) return size > 0 ? "▲" : "▼";
    return d->verdict == VERDICT_NOISE ? "≈" : "…";
}

/* "≈ +25%", "▲ +11.3 points". */
static struct slice change_text(struct screen *s, const struct difference *d)
{
    double size = isnan(d->pp) ? d->pct : d->pp;
    if (!d->given || isnan(size)) return SLICE("—");
    struct slice value = signed_text(s, size, 1);
    if (isnan(d->pp)) return arena_printf(s->w.arena, "%s %.*s%%", mark_of(d, size), SLICE_ARG(value));
    struct arguments a = {.count = 0};
    arguments_text(&a, "pp", value);
    return arena_printf(s->w.arena, "%s %.*s", mark_of(d, size), SLICE_ARG(say_with(s, "points", &a)));
}

/* Of money no test exists, however many stand behind it. */
static struct slice verdict_text(struct screen *s, const struct difference *d, bool money)
{
    double size = isnan(d->pp) ? d->pct : d->pp;
    if (!d->given) return SLICE("");
    if (d->verdict == VERDICT_TOLD) return say(s, size > 0 ? "verdict.told_up" : "verdict.told_down");
    if (d->verdict == VERDICT_NOISE) return say(s, "verdict.noise");
    return say(s, money || s->a->basis == BASIS_FLOW ? "verdict.untested" : "verdict.thin");
}

static enum tone change_tone(const struct difference *d, enum better better)
{
    double size = isnan(d->pp) ? d->pct : d->pp;
    if (!d->given || d->verdict != VERDICT_TOLD || better == BETTER_NONE || better == BETTER_RANGE) return TONE_PLAIN;
    return (size > 0) == (better == BETTER_UP) ? TONE_GOOD : TONE_BAD;
}

static void heading(struct screen *s, const char *key)
{
    canvas_heading(&s->canvas, say(s, key));
}

static void column(struct screen *s, struct grid *g, const char *key, bool right)
{
    struct arguments a = arguments_new(&s->w);
    arguments_words(&a, "first", word_stage(&s->w, 0));
    arguments_words(&a, "goal", word_stage(&s->w, s->a->goal));
    arguments_words(&a, "stage",
                    word_stage(&s->w, s->a->definition->sequence.given ? s->a->definition->sequence.until : 0));
    grid_column(g, say_with(s, arena_printf(s->w.arena, "column.%s", key).ptr, &a), right);
}

/* ---- head ---- */

static void draw_head(struct screen *s)
{
    const struct fact_table *t = s->a->table;
    struct canvas *c = &s->canvas;
    struct arguments args = arguments_new(&s->w);
    int64_t day = zone_day(t->zone, t->as_of);
    struct slice hash = s->a->definition->hash;
    arguments_text(&args, "day", format_days(s->w.formats[s->t], s->w.arena, day, day));
    arguments_text(&args, "name", s->a->definition->name);
    arguments_text(&args, "version", slice_of(hash.ptr, hash.len < 6 ? hash.len : 6));
    canvas_text(c, 0,
                arena_printf(s->w.arena, "%.*s · %.*s", SLICE_ARG(s->a->definition->company.name),
                             SLICE_ARG(said(s, s->r->funnel))),
                TONE_ACCENT);
    canvas_text(c, 0,
                arena_printf(s->w.arena, "%.*s · %.*s · %.*s · %.*s",
                             SLICE_ARG(say_with(s, s->a->compared ? "head.against" : "head.alone", &args)),
                             SLICE_ARG(say(s, s->a->basis == BASIS_FLOW ? "head.basis.flow" : "head.basis.cohort")),
                             SLICE_ARG(say_with(s, "head.as_of", &args)),
                             SLICE_ARG(say_with(s, "head.definition", &args))),
                TONE_DIM);
    if (s->r->recorded) canvas_text(c, 0, say(s, "head.recorded"), TONE_DIM);
    canvas_blank(c);
    canvas_text(c, 0, said(s, s->r->title), TONE_STRONG);
    static const char *const keys[LEDES] = {"lede.how", "lede.why", "lede.now"};
    int width = 0;
    for (int i = 0; i < LEDES; i++) {
        int w = canvas_width(say(s, keys[i]));
        width = w > width ? w : width;
    }
    for (int i = 0; i < LEDES; i++)
        canvas_labelled(c, INDENT, say(s, keys[i]), width, said(s, s->r->lede[i].text), TONE_PLAIN);
}

static struct slice kpi_value(struct screen *s, const struct kpi *k, double value)
{
    if (isnan(value)) return SLICE("—");
    switch (k->unit) {
    case UNIT_PERCENT: return percent_text(s, rounded(value, 1));
    case UNIT_MONEY: return money_text(s, value);
    case UNIT_COUNT: return number_text(s, value, 0);
    default: return number_text(s, value, k->unit == UNIT_DAYS ? 1 : 2);
    }
}

static struct slice kpi_range(struct screen *s, const struct kpi *k)
{
    if (!range_given(k->range)) return SLICE("");
    if (k->unit == UNIT_PERCENT) return range_text(s, (struct range){k->range.low / 100, k->range.high / 100});
    return arena_printf(s->w.arena, "%.*s–%.*s", SLICE_ARG(kpi_value(s, k, k->range.low)),
                        SLICE_ARG(kpi_value(s, k, k->range.high)));
}

static void kpi_row(struct screen *s, struct grid *g, size_t i)
{
    const struct kpi *k = &s->a->kpis[i];
    grid_cell(g, said(s, s->r->kpis[i].label), TONE_PLAIN);
    grid_cell(g, kpi_value(s, k, k->now), TONE_STRONG);
    grid_cell(g, kpi_range(s, k), TONE_DIM);
    if (s->a->compared) {
        grid_cell(g, kpi_value(s, k, k->before), TONE_PLAIN);
        grid_cell(g, change_text(s, &k->change), change_tone(&k->change, k->better));
        grid_cell(g, verdict_text(s, &k->change, k->unit == UNIT_MONEY), TONE_DIM);
    }
}

static struct grid kpi_grid(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    column(s, &g, "measure", false);
    column(s, &g, "now", true);
    column(s, &g, "range", true);
    if (s->a->compared) {
        column(s, &g, "before", true);
        column(s, &g, "change", true);
        grid_column(&g, SLICE(""), false);
    }
    return g;
}

static bool is_card(const struct report *r, size_t kpi)
{
    for (size_t i = 0; i < r->card_count; i++)
        if (slice_equal(r->cards[i], r->kpis[kpi].code)) return true;
    return false;
}

static void draw_kpis(struct screen *s, bool cards)
{
    struct grid g = kpi_grid(s);
    heading(s, cards ? "heading.headlines" : "heading.kpis");
    for (size_t i = 0; i < s->a->kpi_count; i++)
        if (is_card(s->r, i) == cards) kpi_row(s, &g, i);
    grid_draw(&g, INDENT);
}

/* ---- the funnel ---- */

/* Half blocks double the bar's resolution; a half stands at the bar's end, which is its left in Hebrew. */
static struct slice bar(struct screen *s, double share, int width)
{
    int halves = (int)rounded(share * width * 2, 0);
    struct buffer b;
    if (share > 0 && halves == 0) halves = 1;
    buffer_init(&b, 1000);
    for (int i = 0; i < halves / 2; i++) buffer_text(&b, "█");
    if (halves % 2) buffer_text(&b, s->canvas.hebrew ? "▐" : "▌");
    struct slice out = arena_slice(s->w.arena, buffer_slice(&b));
    buffer_release(&b);
    return out;
}

static struct slice into_text(struct screen *s, const struct transition *t)
{
    struct arguments a = {.count = 0};
    arguments_text(&a, "rate", percent_text(s, share_percent(&t->now)));
    arguments_text(&a, "verdict", light_text(s, t->light, t->now.support, t->now.needs_more));
    arguments_number(&a, "hits", (double)t->now.hits);
    arguments_number(&a, "n", (double)t->now.n);
    arguments_text(&a, "days", days_text(s, t->days.mean));
    return say_with(s, t->days.n ? "funnel.into_days" : "funnel.into", &a);
}

static void draw_funnel(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    uint64_t most = 1;
    heading(s, "heading.funnel");
    for (int i = 0; i < 4; i++) grid_column(&g, SLICE(""), i == 2);
    for (uint32_t i = 0; i < s->a->stage_count; i++) most = s->a->stages[i].now > most ? s->a->stages[i].now : most;
    for (uint32_t i = 0; i < s->a->stage_count; i++) {
        const struct transition *into = i ? &s->a->transitions[i - 1] : NULL;
        if (into) {
            for (int k = 0; k < 3; k++) grid_cell(&g, SLICE(""), TONE_PLAIN);
            struct slice text = arena_printf(s->w.arena, "↓ %.*s", SLICE_ARG(into_text(s, into)));
            grid_cell(&g, text, i - 1 == s->a->weakest ? light_tone(into->light, into->now.support) : TONE_DIM);
        }
        struct slice name = stage_name(s, i), label = said(s, s->r->stages[i]);
        grid_cell(&g, name, TONE_STRONG);
        grid_cell(&g, slice_equal(name, label) ? SLICE("") : label, TONE_DIM);
        grid_cell(&g, count_text(s, s->a->stages[i].now), TONE_STRONG);
        grid_cell(&g, bar(s, (double)s->a->stages[i].now / (double)most, BAR_WIDTH), TONE_ACCENT);
    }
    grid_draw(&g, INDENT);
}

static void draw_stages(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    heading(s, "heading.stages");
    column(s, &g, "stage", false);
    column(s, &g, "owner", false);
    column(s, &g, "now", true);
    if (s->a->compared) {
        column(s, &g, "before", true);
        column(s, &g, "change", true);
    }
    column(s, &g, "of_previous", true);
    column(s, &g, "of_first", true);
    column(s, &g, "stopped", true);
    column(s, &g, "chance", true);
    for (uint32_t i = 0; i < s->a->stage_count; i++) {
        const struct stage_measure *m = &s->a->stages[i];
        enum role owner = s->a->funnel->stages[i].owner;
        grid_cell(&g, stage_name(s, i), TONE_STRONG);
        grid_cell(&g, owner == ROLE_NONE ? SLICE("") : said(s, word_role(&s->w, owner)), TONE_DIM);
        grid_cell(&g, count_text(s, m->now), TONE_STRONG);
        if (s->a->compared) {
            grid_cell(&g, count_text(s, m->before), TONE_PLAIN);
            grid_cell(&g, change_text(s, &m->change), change_tone(&m->change, BETTER_UP));
        }
        grid_cell(&g, i ? percent_text(s, share_percent(&s->a->transitions[i - 1].now)) : SLICE("—"), TONE_PLAIN);
        grid_cell(&g, percent_text(s, percent_of(m->now, s->a->stages[0].now, 1)), TONE_PLAIN);
        grid_cell(&g, i == s->a->goal ? SLICE("—") : count_text(s, m->stopped), TONE_DIM);
        grid_cell(&g, i == s->a->goal ? SLICE("—") : percent_text(s, share_percent(&m->chance)), TONE_PLAIN);
    }
    grid_draw(&g, INDENT);
}

static struct slice way_text(struct screen *s, const struct transition *t)
{
    return arena_printf(s->w.arena, "%.*s %.*s %.*s", SLICE_ARG(stage_name(s, t->from)),
                        SLICE_ARG(canvas_arrow(&s->canvas)), SLICE_ARG(stage_name(s, t->to)));
}

/* What is measured are days of the calendar: whatever is none of them says what it is. */
static struct slice limit_text(struct screen *s, const struct transition *t)
{
    const bool plain = !t->allowed.amount || t->allowed_plain;
    return plain ? days_number(s, t->allowed_days) : word_duration(t->allowed, s->w.arena).in[s->t];
}

static void transition_row(struct screen *s, struct grid *g, const struct transition *t)
{
    grid_cell(g, way_text(s, t), TONE_STRONG);
    grid_cell(g, percent_text(s, share_percent(&t->now)), TONE_STRONG);
    grid_cell(g, range_text(s, t->now.range), TONE_DIM);
    grid_cell(g, light_text(s, t->light, t->now.support, t->now.needs_more), light_tone(t->light, t->now.support));
    if (s->a->compared) grid_cell(g, change_text(s, &t->change), change_tone(&t->change, BETTER_UP));
    grid_cell(g, days_number(s, t->days.mean), isnan(t->over_days) ? TONE_PLAIN : TONE_WARN);
    grid_cell(g, days_number(s, t->days.median), TONE_PLAIN);
    grid_cell(g, limit_text(s, t), TONE_DIM);
}

static void draw_transitions(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    heading(s, "heading.transitions");
    column(s, &g, "transition", false);
    column(s, &g, "rate", true);
    column(s, &g, "range", true);
    column(s, &g, "verdict", false);
    if (s->a->compared) column(s, &g, "change", true);
    column(s, &g, "mean_days", true);
    column(s, &g, "median_days", true);
    column(s, &g, "limit", true);
    for (uint32_t i = 0; i + 1 < s->a->stage_count; i++) transition_row(s, &g, &s->a->transitions[i]);
    if (s->a->stage_count > 2) transition_row(s, &g, &s->a->overall);
    grid_draw(&g, INDENT);
}

/* ---- the weakest transition ---- */

static void draw_what_if(struct screen *s, const struct transition *t)
{
    const struct what_if *w = &s->a->what_if;
    struct arguments args = arguments_new(&s->w);
    arguments_words(&args, "from", word_stage(&s->w, t->from));
    arguments_words(&args, "to", word_stage(&s->w, t->to));
    arguments_words(&args, "rate", word_percent(&s->w, 100 * w->rate_to, false));
    canvas_text(&s->canvas, INDENT, say_with(s, "heading.what_if", &args), TONE_STRONG);
    for (size_t i = 0; i < w->outcome_count; i++) {
        const struct what_if_outcome *o = &w->outcomes[i];
        struct arguments a = arguments_new(&s->w);
        arguments_words(&a, "stage", word_stage(&s->w, o->stage));
        arguments_number(&a, "now", (double)o->now);
        arguments_text(&a, "expected", number_text(s, o->expected, 1));
        arguments_text(&a, "low", number_text(s, o->range.low, 1));
        arguments_text(&a, "high", number_text(s, o->range.high, 1));
        canvas_text(&s->canvas, 2 * INDENT,
                    say_with(s, range_given(o->range) ? "what_if.outcome.range" : "what_if.outcome", &a), TONE_PLAIN);
    }
    canvas_text(&s->canvas, 2 * INDENT, said(s, s->r->assumption), TONE_DIM);
}

static void draw_weakest(struct screen *s)
{
    if (s->a->weakest == NONE) return;
    const struct transition *t = &s->a->transitions[s->a->weakest];
    struct arguments args = arguments_new(&s->w);
    arguments_words(&args, "from", word_stage(&s->w, t->from));
    arguments_words(&args, "to", word_stage(&s->w, t->to));
    canvas_heading(&s->canvas, say_with(s, "heading.weakest", &args));
    canvas_text(&s->canvas, INDENT, said(s, s->r->weakest), TONE_PLAIN);
    canvas_text(&s->canvas, INDENT, say(s, "heading.causes"), TONE_STRONG);
    int width = 0;
    if (!s->a->causes.count) canvas_text(&s->canvas, 2 * INDENT, say(s, "causes.none"), TONE_DIM);
    for (size_t i = 0; i < s->a->causes.count; i++) {
        int w = canvas_width(say(s, arena_printf(s->w.arena, "strength.%d", s->a->causes.at[i].strength).ptr));
        width = w > width ? w : width;
    }
    for (size_t i = 0; i < s->a->causes.count; i++) {
        struct slice strength = say(s, arena_printf(s->w.arena, "strength.%d", s->a->causes.at[i].strength).ptr);
        struct slice title = said(s, s->r->causes[i].title);
        const char *stop = slice_ends(title, SLICE("?")) ? "" : ".";
        struct slice text =
            arena_printf(s->w.arena, "%.*s%s %.*s", SLICE_ARG(title), stop, SLICE_ARG(said(s, s->r->causes[i].text)));
        canvas_labelled(&s->canvas, 2 * INDENT, strength, width, text, TONE_PLAIN);
    }
    if (s->a->what_if.given) draw_what_if(s, t);
}

static void more_rows(struct screen *s, size_t count)
{
    struct arguments a = {.count = 0};
    if (count <= ROWS_MAX) return;
    arguments_number(&a, "n", (double)(count - ROWS_MAX));
    canvas_text(&s->canvas, INDENT, say_with(s, "table.more", &a), TONE_DIM);
}

/* ---- who ---- */

static void draw_breakdown(struct screen *s, uint32_t d)
{
    const struct breakdown *b = &s->a->breakdowns[d];
    struct grid g = grid_new(&s->canvas);
    if (!b->count || (b->count == 1 && !b->groups[0].value)) return;
    canvas_heading(&s->canvas, said(s, s->r->breakdowns[d].label));
    grid_column(&g, SLICE(""), false);
    for (uint32_t i = 0; i < s->a->stage_count; i++) grid_column(&g, stage_name(s, i), true);
    column(s, &g, "to_last", true);
    column(s, &g, "range", true);
    for (size_t i = 0; i < breakdown_rows(b); i++) {
        const struct group_measure *m = breakdown_row(b, i);
        bool thin = m->to_last.support == SUPPORT_NONE;
        grid_cell(&g, said(s, s->r->breakdowns[d].rows[i].label), TONE_PLAIN);
        for (uint32_t k = 0; k < s->a->stage_count; k++)
            grid_cell(&g, count_text(s, m->now[k]), m->now[k] ? TONE_PLAIN : TONE_DIM);
        grid_cell(&g, percent_text(s, share_percent(&m->to_last)), thin ? TONE_DIM : TONE_STRONG);
        grid_cell(
            &g, thin ? light_text(s, LIGHT_NONE, SUPPORT_NONE, m->to_last.needs_more) : range_text(s, m->to_last.range),
            TONE_DIM);
    }
    grid_draw(&g, INDENT);
}

static void draw_audience(struct screen *s)
{
    const struct audience_measure *m = &s->a->audience;
    struct arguments args = arguments_new(&s->w);
    if (!m->given) return;
    heading(s, "heading.audience");
    arguments_number(&args, "hits", (double)m->aimed.hits);
    arguments_number(&args, "n", (double)m->aimed.n);
    arguments_words(&args, "rate", word_percent(&s->w, share_percent(&m->aimed), true));
    canvas_text(&s->canvas, INDENT, say_with(s, "audience.aimed", &args), TONE_PLAIN);
    struct grid g = grid_new(&s->canvas);
    column(s, &g, "condition", false);
    column(s, &g, "met", true);
    column(s, &g, "unmet", true);
    column(s, &g, "unknown", true);
    for (size_t i = 0; i < m->clause_count; i++) {
        grid_cell(&g, said(s, s->r->audience_clauses[i]), TONE_PLAIN);
        grid_cell(&g, count_text(s, m->clauses[i].met), TONE_PLAIN);
        grid_cell(&g, count_text(s, m->clauses[i].unmet), TONE_PLAIN);
        grid_cell(&g, count_text(s, m->clauses[i].unknown), TONE_DIM);
    }
    grid_draw(&g, INDENT);
}

/* ---- mails, channels, months ---- */

static void draw_sequence(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    if (!s->a->mail_count) return;
    heading(s, "heading.sequence");
    column(s, &g, "mail", true);
    grid_column(&g, SLICE(""), false);
    column(s, &g, "sent", true);
    column(s, &g, "opened", true);
    grid_column(&g, SLICE("%"), true);
    column(s, &g, "clicked", true);
    grid_column(&g, SLICE("%"), true);
    column(s, &g, "brought", true);
    for (size_t i = 0; i < s->a->mail_count; i++) {
        const struct mail_measure *m = &s->a->mails[i];
        grid_cell(&g, number_text(s, (double)m->step, 0), TONE_DIM);
        const struct slice step = arena_printf(s->w.arena, "%lld", (long long)m->step), name = said(s, s->r->mails[i]);
        grid_cell(&g, slice_equal(name, step) ? SLICE("") : name, TONE_PLAIN);
        grid_cell(&g, count_text(s, m->sent), TONE_PLAIN);
        grid_cell(&g, count_text(s, m->opened.hits), TONE_PLAIN);
        grid_cell(&g, percent_text(s, share_percent(&m->opened)), TONE_STRONG);
        grid_cell(&g, count_text(s, m->clicked.hits), TONE_PLAIN);
        grid_cell(&g, percent_text(s, share_percent(&m->clicked)), TONE_STRONG);
        grid_cell(&g, count_text(s, m->contributed), TONE_PLAIN);
    }
    grid_draw(&g, INDENT);
    struct arguments a = arguments_new(&s->w);
    arguments_number(&a, "n", (double)(s->a->fed - s->a->fed_by_mail));
    arguments_words(&a, "stage", word_stage(&s->w, s->a->definition->sequence.until));
    canvas_text(&s->canvas, INDENT, say_with(s, "sequence.other", &a), TONE_DIM);
}

static void cost_column(struct screen *s, struct grid *g, uint32_t stage)
{
    struct arguments a = arguments_new(&s->w);
    arguments_words(&a, "stage", word_stage(&s->w, stage));
    grid_column(g, say_with(s, "column.cost", &a), true);
}

static void draw_channel(struct screen *s, struct grid *g, size_t i)
{
    const struct channel *c = channel_row(s->a, i);
    const bool rest = i == s->a->channel_shown;
    struct slice advice =
        rest ? SLICE("")
             : say(s, arena_printf(s->w.arena, "recommend.%s", recommendation_codes[c->recommendation]).ptr);
    bool thin = c->support == SUPPORT_NONE;
    grid_cell(g, said(s, s->r->channels[i].label), TONE_PLAIN);
    grid_cell(g, money_text(s, c->monthly_spend), TONE_PLAIN);
    grid_cell(g, count_text(s, c->first), TONE_PLAIN);
    grid_cell(g, money_text(s, rounded(c->cost_per_first, 0)), TONE_PLAIN);
    grid_cell(g, count_text(s, c->goal), TONE_PLAIN);
    grid_cell(g, money_text(s, rounded(c->cost_per_goal, 0)), TONE_PLAIN);
    grid_cell(
        g, isnan(c->roi) ? SLICE("—") : arena_printf(s->w.arena, "%.*s%%", SLICE_ARG(signed_text(s, 100 * c->roi, 0))),
        c->roi < 0 ? TONE_BAD : TONE_PLAIN);
    grid_cell(g,
              thin && !rest
                  ? arena_printf(s->w.arena, "%.*s · %.*s", SLICE_ARG(advice), SLICE_ARG(say(s, "mark.thin.short")))
                  : advice,
              thin ? TONE_DIM : TONE_STRONG);
}

static void draw_channels(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    if (!s->a->channel_count) return;
    heading(s, "heading.channels");
    column(s, &g, "channel", false);
    column(s, &g, "spend", true);
    grid_column(&g, stage_name(s, 0), true);
    cost_column(s, &g, 0);
    grid_column(&g, stage_name(s, s->a->goal), true);
    cost_column(s, &g, s->a->goal);
    column(s, &g, "roi", true);
    column(s, &g, "advice", false);
    for (size_t i = 0; i < channel_rows(s->a); i++) draw_channel(s, &g, i);
    grid_cell(&g, say(s, "table.total"), TONE_DIM);
    grid_cell(&g, money_text(s, s->a->spend.total / s->a->spend.months), TONE_DIM);
    grid_cell(&g, count_text(s, s->a->stages[0].now), TONE_DIM);
    grid_cell(&g, money_text(s, rounded(s->a->spend.cost_per_first, 0)), TONE_DIM);
    grid_cell(&g, count_text(s, s->a->stages[s->a->goal].now), TONE_DIM);
    grid_cell(&g, money_text(s, rounded(s->a->spend.cost_per_goal, 0)), TONE_DIM);
    grid_cell(&g, SLICE(""), TONE_DIM);
    grid_cell(&g, SLICE(""), TONE_DIM);
    grid_draw(&g, INDENT);
}

static void draw_trend(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    uint64_t most = 1;
    if (s->a->month_count < 2) return;
    heading(s, "heading.trend");
    column(s, &g, "month", false);
    grid_column(&g, SLICE(""), false);
    for (uint32_t k = 0; k < s->a->stage_count; k++) grid_column(&g, stage_name(s, k), true);
    size_t first = s->a->month_count > ROWS_MAX ? s->a->month_count - ROWS_MAX : 0;
    for (size_t i = first; i < s->a->month_count; i++)
        most = s->a->months[i].counts[0] > most ? s->a->months[i].counts[0] : most;
    for (size_t i = first; i < s->a->month_count; i++) {
        const struct month_measure *m = &s->a->months[i];
        struct arguments a = {.count = 0};
        arguments_text(&a, "month", format_month(s->w.formats[s->t], s->w.arena, civil_to_day(m->year, m->month, 1)));
        grid_cell(&g, m->partial ? say_with(s, "month.partial", &a) : a.at[0].words.in[s->t], TONE_PLAIN);
        grid_cell(&g, bar(s, (double)m->counts[0] / (double)most, BAR_WIDTH / 2), TONE_ACCENT);
        for (uint32_t k = 0; k < s->a->stage_count; k++) grid_cell(&g, count_text(s, m->counts[k]), TONE_PLAIN);
    }
    grid_draw(&g, INDENT);
}

/* ---- leaving ---- */

static void draw_handoffs(struct screen *s, const struct handoff_measure *h)
{
    struct arguments a = arguments_new(&s->w);
    arguments_words(&a, "stage", word_stage(&s->w, h->stage));
    arguments_number(&a, "submitted", (double)h->submitted);
    arguments_number(&a, "accepted", (double)h->accepted);
    arguments_number(&a, "returned", (double)h->returned);
    arguments_number(&a, "rejected", (double)h->rejected);
    arguments_number(&a, "pending", (double)h->pending);
    canvas_text(&s->canvas, INDENT, say_with(s, "handoff.line", &a), TONE_PLAIN);
    if (h->withdrawn) {
        arguments_number(&a, "withdrawn", (double)h->withdrawn);
        canvas_text(&s->canvas, INDENT, say_with(s, "handoff.withdrawn_line", &a), TONE_DIM);
    }
    if (!h->unproposed) return;
    arguments_number(&a, "unproposed", (double)h->unproposed);
    arguments_words(&a, "before", word_stage(&s->w, h->stage - 1));
    canvas_text(&s->canvas, INDENT, say_with(s, "handoff.unproposed_line", &a), TONE_DIM);
}

static void draw_exits(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    const struct handoff_measure *h = &s->a->handoff;
    if (!s->a->leave_count && !h->submitted && !h->unproposed) return;
    heading(s, "heading.exits");
    if (h->given) draw_handoffs(s, h);
    column(s, &g, "stage", false);
    grid_column(&g, SLICE(""), false);
    column(s, &g, "reason", false);
    column(s, &g, "count", true);
    for (size_t i = 0; i < s->a->leave_count && i < ROWS_MAX; i++) {
        const struct leave *l = &s->a->leaves[i];
        grid_cell(&g, stage_name(s, l->stage), TONE_STRONG);
        grid_cell(&g, say(s, arena_printf(s->w.arena, "leave.%s", leave_codes[l->kind]).ptr), TONE_DIM);
        grid_cell(&g, said(s, s->r->leaves[i]), TONE_PLAIN);
        grid_cell(&g, count_text(s, l->count), TONE_PLAIN);
    }
    grid_draw(&g, INDENT);
    more_rows(s, s->a->leave_count);
}

static void draw_outcomes(struct screen *s)
{
    struct grid g = grid_new(&s->canvas);
    if (!s->a->outcome_count) return;
    heading(s, "heading.outcomes");
    grid_column(&g, SLICE(""), false);
    column(s, &g, "now", true);
    if (s->a->compared) column(s, &g, "before", true);
    column(s, &g, "revenue", true);
    for (size_t i = 0; i < s->a->outcome_count; i++) {
        grid_cell(&g, said(s, s->r->outcomes[i]), TONE_PLAIN);
        grid_cell(&g, count_text(s, s->a->outcomes[i].now), TONE_STRONG);
        if (s->a->compared) grid_cell(&g, count_text(s, s->a->outcomes[i].before), TONE_PLAIN);
        grid_cell(&g, money_text(s, s->a->outcomes[i].revenue), TONE_PLAIN);
    }
    grid_draw(&g, INDENT);
}

/* ---- findings ---- */

static void draw_insights(struct screen *s)
{
    static const enum tone tones[] = {TONE_GOOD, TONE_WARN, TONE_BAD, TONE_PLAIN};
    static const char *const marks[] = {"●", "◆", "■", "·"};
    if (!s->a->insights.count) return;
    heading(s, "heading.insights");
    for (size_t i = 0; i < s->a->insights.count; i++) {
        const struct finding *f = &s->a->insights.at[i];
        struct slice title =
            arena_printf(s->w.arena, "%s %.*s", marks[f->severity], SLICE_ARG(said(s, s->r->insights[i].title)));
        canvas_text(&s->canvas, INDENT, title, f->severity == SEVERITY_NEUTRAL ? TONE_STRONG : tones[f->severity]);
        canvas_text(&s->canvas, 2 * INDENT, said(s, s->r->insights[i].text), TONE_PLAIN);
    }
}

static void draw_actions(struct screen *s)
{
    if (!s->a->actions.count) return;
    heading(s, "heading.actions");
    for (size_t i = 0; i < s->a->actions.count; i++) {
        const struct finding *f = &s->a->actions.at[i];
        struct slice text = said(s, s->r->actions[i].text), expected = said(s, s->r->actions[i].expected);
        if (f->support == SUPPORT_NONE)
            text = arena_printf(s->w.arena, "%.*s · %.*s", SLICE_ARG(text), SLICE_ARG(say(s, "mark.thin")));
        canvas_labelled(&s->canvas, INDENT, arena_printf(s->w.arena, "%zu.", i + 1), 2, text, TONE_PLAIN);
        if (expected.len) canvas_labelled(&s->canvas, INDENT, SLICE(""), 2, expected, TONE_DIM);
    }
}

/* How a file was read: "CSV · Windows-1255 · semicolons · hubspot-contacts". */
static struct slice found_text(struct screen *s, const struct quality_file *file)
{
    const char *between = file->separator ? arena_printf(s->w.arena, "separator.%s", file->separator).ptr : NULL;
    struct slice mapping = file->mapping.len ? file->mapping : say(s, "quality.segment");
    struct slice separator = between ? say(s, between) : SLICE("");
    return arena_printf(s->w.arena, "%s%s · %.*s%s%.*s · %.*s", file->gzip ? "gzip " : "", between ? "CSV" : "NDJSON",
                        SLICE_ARG(file->encoding), between ? " · " : "", SLICE_ARG(separator), SLICE_ARG(mapping));
}

static void draw_files(struct screen *s, const struct data_quality *q)
{
    struct grid g = grid_new(&s->canvas);
    column(s, &g, "file", false);
    column(s, &g, "rows", true);
    column(s, &g, "events", true);
    column(s, &g, "rejected", true);
    column(s, &g, "found", false);
    for (size_t i = 0; i < q->file_count && i < ROWS_MAX; i++) {
        const struct quality_file *file = &q->files[i];
        grid_cell(&g, file->name, TONE_PLAIN);
        grid_cell(&g, count_text(s, file->rows), TONE_PLAIN);
        grid_cell(&g, count_text(s, file->accepted), TONE_PLAIN);
        grid_cell(&g, count_text(s, file->rejected), file->rejected ? TONE_WARN : TONE_PLAIN);
        grid_cell(&g, found_text(s, file), TONE_DIM);
    }
    grid_draw(&g, INDENT);
    more_rows(s, q->file_count);
    for (size_t i = 0; i < q->file_count; i++) {
        struct arguments a = arguments_new(&s->w);
        if (!q->files[i].twice.len) continue;
        arguments_text(&a, "name", q->files[i].name);
        arguments_text(&a, "column", q->files[i].twice);
        canvas_text(&s->canvas, INDENT, say_with(s, "quality.twice", &a), TONE_WARN);
    }
}

/* "page_scrolled (3), banner_seen (1), …" */
static struct slice first_named(struct screen *s, const struct named_count *at, size_t count)
{
    enum { NAMED = 5 };
    struct slice out = {0};
    for (size_t i = 0; i < count && i < NAMED; i++)
        out = arena_printf(s->w.arena, "%.*s%s%.*s (%.*s)", SLICE_ARG(out), i ? ", " : "", SLICE_ARG(at[i].name),
                           SLICE_ARG(count_text(s, at[i].count)));
    return count > NAMED ? arena_printf(s->w.arena, "%.*s, …", SLICE_ARG(out)) : out;
}

/* What was read and yet says nothing, so that a small number is not taken for the truth. */
static void draw_unused(struct screen *s, const struct data_quality *q)
{
    struct arguments a = arguments_new(&s->w);
    const struct slice events = first_named(s, q->unknown, q->unknown_count),
                       values = first_named(s, q->wrong, q->wrong_count);
    arguments_text(&a, "events", events);
    arguments_text(&a, "values", values);
    arguments_number(&a, "undeclared", (double)q->unknown_event);
    arguments_number(&a, "wrong_type", (double)q->wrong_type);
    arguments_number(&a, "unrelated", (double)q->unrelated_outcomes);
    if (q->unknown_event)
        canvas_text(&s->canvas, INDENT, say_with(s, events.len ? "quality.undeclared" : "quality.undeclared.alone", &a),
                    TONE_WARN);
    if (q->wrong_type)
        canvas_text(&s->canvas, INDENT, say_with(s, values.len ? "quality.wrong_type" : "quality.wrong_type.alone", &a),
                    TONE_WARN);
    if (q->unrelated_outcomes) canvas_text(&s->canvas, INDENT, say_with(s, "quality.unrelated", &a), TONE_WARN);
}

static void draw_quality(struct screen *s)
{
    const struct data_quality *q = &s->a->table->quality;
    struct arguments a = arguments_new(&s->w);
    heading(s, "heading.quality");
    arguments_number(&a, "accepted", (double)q->accepted);
    arguments_number(&a, "duplicates", (double)q->duplicates);
    arguments_number(&a, "rejected", (double)q->rejected);
    arguments_number(&a, "conflicts", (double)q->conflicts);
    arguments_number(&a, "future", (double)q->future);
    canvas_text(&s->canvas, INDENT, say_with(s, "quality.line", &a), TONE_PLAIN);
    for (size_t i = 0; i < q->reason_count && i < ROWS_MAX; i++) {
        if (slice_is(q->reasons[i].code, "bad_value")) continue; /* told below: no row was rejected for it */
        canvas_labelled(&s->canvas, INDENT, count_text(s, q->reasons[i].count), 8, said(s, s->r->reasons[i]), TONE_DIM);
    }
    arguments_number(&a, "left_out", (double)q->left_out);
    if (q->left_out) canvas_text(&s->canvas, INDENT, say_with(s, "quality.left_out", &a), TONE_WARN);
    draw_unused(s, q);
    arguments_number(&a, "late", (double)q->late);
    arguments_number(&a, "machine", (double)q->machine_touches);
    if (q->machine_touches) canvas_text(&s->canvas, INDENT, say_with(s, "quality.machine", &a), TONE_DIM);
    arguments_number(&a, "erased", (double)q->erased);
    if (q->erased) canvas_text(&s->canvas, INDENT, say_with(s, "quality.erased", &a), TONE_DIM);
    canvas_text(&s->canvas, INDENT, say_with(s, q->arrivals_known ? "quality.late" : "quality.late.unknown", &a),
                TONE_DIM);
    draw_files(s, q);
}

void report_write_terminal(const struct report *report, struct terminal_options options, struct buffer *out)
{
    struct arena arena;
    arena_init(&arena);
    struct screen s = {.r = report, .a = report->analysis, .t = report->tongue};
    s.canvas = (struct canvas){out, &arena, options.colour, report->tongue == HEBREW,
                               options.columns > 40 ? options.columns : 100};
    if (s.canvas.columns > 120) s.canvas.columns = 120; /* longer lines are harder to read */
    wording_init(&s.w, &arena, report->analysis);
    draw_head(&s);
    draw_kpis(&s, true);
    draw_funnel(&s);
    draw_stages(&s);
    draw_transitions(&s);
    draw_weakest(&s);
    for (uint32_t d = 0; d < s.a->definition->dimension_count; d++) draw_breakdown(&s, d);
    draw_channels(&s);
    draw_sequence(&s);
    draw_audience(&s);
    draw_exits(&s);
    draw_outcomes(&s);
    draw_trend(&s);
    draw_kpis(&s, false);
    draw_insights(&s);
    draw_actions(&s);
    draw_quality(&s);
    wording_release(&s.w);
    arena_release(&arena);
}
