/* A backtest on a terminal: the stages side by side, what became of those who differ, the numbers, who moves. */
#include "report/backtest_words.h"
#include "report/canvas.h"
#include "value/csv_write.h"

struct screen {
    const struct backtest_view *view;
    struct canvas canvas;
    struct arena arena;
    struct catalogue *catalogue;
    struct formats *formats;
    enum tongue tongue;
};

enum { INDENT = 2, MOVES_SHOWN = 15, LINES_SHOWN = 20 };

static struct slice say(struct screen *s, const char *key, const struct arguments *a)
{
    return catalogue_words(s->catalogue, &s->arena, slice_from(key), a ? a->at : NULL, a ? a->count : 0).in[s->tongue];
}

static struct slice number(struct screen *s, double value, int places)
{
    return isnan(value) ? SLICE("—") : format_number(s->formats, &s->arena, value, places, false);
}

static struct slice count(struct screen *s, uint64_t n)
{
    return number(s, (double)n, 0);
}

static struct slice day_of(struct screen *s, int64_t at)
{
    struct buffer text;
    buffer_init(&text, 32);
    day_format(&text, zone_day(s->view->backtest->old_table->zone, at));
    struct slice out = arena_slice(&s->arena, buffer_slice(&text));
    buffer_release(&text);
    return out;
}

/* ---- stages ---- */

static void draw_stages(struct screen *s)
{
    static const char *const heads[] = {"backtest.stage",    "backtest.old",      "backtest.new",     "backtest.both",
                                        "backtest.old_only", "backtest.new_only", "backtest.neither", "backtest.rule"};
    const struct backtest *b = s->view->backtest;
    struct grid g = grid_new(&s->canvas);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) grid_column(&g, say(s, heads[i], NULL), i > 0 && i < 7);
    for (size_t i = 0; i < b->stage_count; i++) {
        const struct backtest_stage *st = &b->stages[i];
        const bool differs = st->cells[BACKTEST_OLD_ONLY].n + st->cells[BACKTEST_NEW_ONLY].n > 0;
        grid_cell(&g, st->name, TONE_STRONG);
        grid_cell(&g, st->old_stage == NONE ? SLICE("—") : count(s, st->old_count), TONE_PLAIN);
        grid_cell(&g, st->new_stage == NONE ? SLICE("—") : count(s, st->new_count), TONE_PLAIN);
        for (int c = 0; c < BACKTEST_CELLS; c++)
            grid_cell(&g, count(s, st->cells[c].n),
                      (c == BACKTEST_OLD_ONLY || c == BACKTEST_NEW_ONLY) && differs ? TONE_ACCENT : TONE_PLAIN);
        grid_cell(&g, stage_rule_changed(&s->arena, b, st) ? say(s, "backtest.changed", NULL) : SLICE(""), TONE_WARN);
    }
    grid_draw(&g, INDENT);
}

/* ---- outcomes ---- */

/* "12 (30%; 18–45)", and "12/40 (…)" where it is not of all. */
static struct slice share_text(struct screen *s, const char *key, uint64_t hits, uint64_t n, struct range range)
{
    struct arguments a = {.count = 0};
    if (!n) return SLICE("—");
    arguments_number(&a, "hits", (double)hits);
    arguments_number(&a, "n", (double)n);
    arguments_text(&a, "pct", number(s, 100.0 * (double)hits / (double)n, 0));
    arguments_text(&a, "low", number(s, 100 * range.low, 0));
    arguments_text(&a, "high", number(s, 100 * range.high, 0));
    return say(s, key, &a);
}

static void draw_accepted(struct screen *s, struct grid *g, const struct fared *f)
{
    struct arguments a = {.count = 0};
    arguments_text(&a, "coverage", number(s, f->n ? 100.0 * (double)f->decided / (double)f->n : NAN, 0));
    arguments_text(&a, "low", number(s, 100 * f->accepted_bound.low, 0));
    arguments_text(&a, "high", number(s, 100 * f->accepted_bound.high, 0));
    grid_cell(g, share_text(s, "backtest.share_of", f->accepted, f->decided, f->accepted_range),
              f->decided_support == SUPPORT_NONE ? TONE_DIM : TONE_PLAIN);
    grid_cell(g, f->n ? say(s, "backtest.coverage", &a) : SLICE("—"), TONE_DIM);
}

static void draw_row(struct screen *s, struct grid *g, const char *name, const struct fared *f, bool before_decision)
{
    const enum tone tone = f->support == SUPPORT_NONE ? TONE_DIM : TONE_PLAIN;
    grid_cell(g, say(s, name, NULL), TONE_STRONG);
    grid_cell(g, count(s, f->n), TONE_PLAIN);
    if (before_decision) draw_accepted(s, g, f);
    grid_cell(g, share_text(s, "backtest.share", f->won, f->n, f->won_range), tone);
    grid_cell(g, share_text(s, "backtest.share", f->lost, f->n, f->lost_range), tone);
    grid_cell(g, share_text(s, "backtest.share", f->disqualified, f->n, f->disqualified_range), tone);
}

static void draw_outcomes(struct screen *s, const struct backtest_stage *st)
{
    static const char *const heads[] = {"backtest.who", "backtest.n",    "backtest.accepted",   "backtest.decided",
                                        "backtest.won", "backtest.lost", "backtest.turned_down"};
    static const char *const cells[] = {"backtest.both", "backtest.old_only", "backtest.new_only", "backtest.neither"};
    static const char *const verdicts[] = {"backtest.thin", "backtest.noise", "backtest.told"};
    struct arguments a = {.count = 0};
    struct grid g = grid_new(&s->canvas);
    arguments_text(&a, "stage", st->name);
    arguments_number(&a, "min", (double)s->view->backtest->min_n);
    canvas_heading(&s->canvas, say(s, "backtest.outcomes", &a));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (st->before_decision || (i != 2 && i != 3)) grid_column(&g, say(s, heads[i], NULL), i == 1);
    for (int c = 0; c < BACKTEST_CELLS; c++) draw_row(s, &g, cells[c], &st->cells[c], st->before_decision);
    draw_row(s, &g, "backtest.old_in", &st->old_in, st->before_decision);
    draw_row(s, &g, "backtest.new_in", &st->new_in, st->before_decision);
    grid_draw(&g, INDENT);
    const struct fared *o = &st->cells[BACKTEST_OLD_ONLY], *n = &st->cells[BACKTEST_NEW_ONLY];
    if (o->n + n->n) canvas_text(&s->canvas, INDENT, say(s, verdicts[st->verdict], &a), TONE_ACCENT);
    if (st->before_decision && n->n > n->decided) {
        arguments_number(&a, "undecided", (double)(n->n - n->decided));
        arguments_number(&a, "n", (double)n->n);
        canvas_text(&s->canvas, INDENT, say(s, "backtest.undecided", &a), TONE_DIM);
    }
}

/* ---- the rest ---- */

static void draw_lines(struct screen *s, const char *mark, struct line_list lines, enum tone tone)
{
    for (size_t i = 0; i < lines.count && i < LINES_SHOWN; i++)
        canvas_labelled(&s->canvas, INDENT, slice_from(mark), 1, lines.at[i].in[s->tongue], tone);
    if (lines.count > LINES_SHOWN) {
        struct arguments a = {.count = 0};
        arguments_number(&a, "n", (double)(lines.count - LINES_SHOWN));
        canvas_text(&s->canvas, INDENT + 3, say(s, "backtest.more_lines", &a), TONE_DIM);
    }
}

static void draw_rules(struct screen *s)
{
    const struct definition *old = backtest_old(s->view), *new = backtest_new(s->view);
    const struct line_list gone = lines_only_in(&s->arena, old, new), come = lines_only_in(&s->arena, new, old);
    canvas_heading(&s->canvas, say(s, "backtest.rules", NULL));
    if (!gone.count && !come.count) canvas_text(&s->canvas, INDENT, say(s, "backtest.same_rules", NULL), TONE_DIM);
    draw_lines(s, "−", gone, TONE_BAD);
    draw_lines(s, "+", come, TONE_GOOD);
}

static struct slice in_unit(struct screen *s, const struct number_change *n, double value)
{
    if (isnan(value)) return SLICE("—");
    switch (n->unit) {
    case UNIT_PERCENT: return format_percent(s->formats, &s->arena, value, true);
    case UNIT_MONEY: return format_money(s->formats, &s->arena, value);
    case UNIT_COUNT: return number(s, value, 0);
    default: return number(s, value, 1);
    }
}

static void draw_numbers(struct screen *s)
{
    const struct number_list list = numbers_changed(&s->arena, s->view);
    struct grid g = grid_new(&s->canvas);
    size_t shown = 0;
    if (!list.count) return;
    canvas_heading(&s->canvas, say(s, "backtest.numbers", NULL));
    grid_column(&g, say(s, "backtest.number", NULL), false);
    grid_column(&g, say(s, "backtest.old", NULL), true);
    grid_column(&g, say(s, "backtest.new", NULL), true);
    for (size_t i = 0; i < list.count; i++) {
        const struct number_change *n = &list.at[i];
        struct slice old = in_unit(s, n, n->old), new = in_unit(s, n, n->new);
        if (slice_equal(old, new)) continue;
        struct slice label = n->label.in[s->tongue];
        grid_cell(&g, label.len ? label : n->code, TONE_PLAIN);
        grid_cell(&g, old, TONE_PLAIN);
        grid_cell(&g, new, TONE_STRONG);
        shown++;
    }
    grid_draw(&g, INDENT);
    if (!shown) canvas_text(&s->canvas, INDENT, say(s, "backtest.no_number", NULL), TONE_DIM);
}

static struct slice stage_text(struct screen *s, uint32_t place)
{
    return place == NONE ? say(s, "backtest.nowhere", NULL) : s->view->backtest->stages[place].name;
}

/* What lists call them; empty: nothing is known but the id. */
static struct slice who(const struct backtest_move *m)
{
    return m->name.len ? m->name : m->email;
}

static void draw_some(struct screen *s, size_t from, size_t until, const char *head)
{
    const struct backtest *b = s->view->backtest;
    struct arguments a = {.count = 0};
    bool named = false;
    if (from == until) return;
    for (size_t i = from; i < until && i < from + MOVES_SHOWN; i++) named |= who(&b->moves[i]).len > 0;
    arguments_number(&a, "n", (double)(until - from));
    canvas_text(&s->canvas, INDENT, say(s, head, &a), TONE_STRONG);
    struct grid g = grid_new(&s->canvas);
    for (int i = 0; i < 4 + named; i++) grid_column(&g, SLICE(""), false);
    for (size_t i = from; i < until && i < from + MOVES_SHOWN; i++) {
        grid_cell(&g, b->moves[i].subject, TONE_PLAIN);
        if (named) grid_cell(&g, who(&b->moves[i]), TONE_PLAIN);
        grid_cell(&g, stage_text(s, b->moves[i].from), TONE_DIM);
        grid_cell(&g, canvas_arrow(&s->canvas), TONE_DIM);
        grid_cell(&g, stage_text(s, b->moves[i].to), TONE_PLAIN);
    }
    grid_draw(&g, INDENT + 3);
    if (until - from <= MOVES_SHOWN) return;
    arguments_number(&a, "n", (double)(until - from - MOVES_SHOWN));
    canvas_text(&s->canvas, INDENT + 3, say(s, "backtest.more_moves", &a), TONE_DIM);
}

static void draw_moves(struct screen *s)
{
    const struct backtest *b = s->view->backtest;
    canvas_heading(&s->canvas, say(s, "backtest.moves", NULL));
    if (!b->move_count) canvas_text(&s->canvas, INDENT, say(s, "backtest.nobody_moves", NULL), TONE_DIM);
    draw_some(s, 0, b->up, "backtest.further");
    draw_some(s, b->up, b->move_count, "backtest.less_far");
}

static void draw_title(struct screen *s)
{
    const struct backtest *b = s->view->backtest;
    const struct report_window *w = &b->old_table->windows[0];
    struct arguments a = {.count = 0};
    arguments_text(&a, "old", backtest_old(s->view)->name);
    arguments_text(&a, "new", backtest_new(s->view)->name);
    arguments_text(&a, "from", day_of(s, w->from));
    arguments_text(&a, "until", day_of(s, w->until - 1));
    arguments_text(&a, "as_of", day_of(s, b->old_table->as_of));
    arguments_number(&a, "n", (double)b->subjects);
    canvas_text(&s->canvas, 0, say(s, "backtest.title", &a), TONE_STRONG);
    canvas_text(&s->canvas, 0, say(s, "backtest.about", &a), TONE_DIM);
}

static void draw_handoffs(struct screen *s)
{
    const struct backtest *b = s->view->backtest;
    struct arguments a = {.count = 0};
    arguments_text(&a, "old", number(s, (double)b->old_handoffs / b->weeks, 1));
    arguments_text(&a, "new", number(s, (double)b->new_handoffs / b->weeks, 1));
    arguments_number(&a, "old_n", (double)b->old_handoffs);
    arguments_number(&a, "new_n", (double)b->new_handoffs);
    canvas_heading(&s->canvas, say(s, "backtest.handoffs", NULL));
    canvas_text(&s->canvas, INDENT, say(s, "backtest.per_week", &a), TONE_PLAIN);
}

void backtest_write_terminal(const struct backtest_view *view, enum report_language language, bool all_stages,
                             struct terminal_options options, struct buffer *out)
{
    const struct backtest *b = view->backtest;
    const struct company *company = &backtest_old(view)->company;
    struct screen s = {.view = view, .canvas = {.out = out, .colour = options.colour}};
    arena_init(&s.arena);
    s.catalogue = catalogue_new(company->locale);
    const bool hebrew = slice_starts(company->locale, SLICE("he"));
    s.tongue = language == LANGUAGE_HEBREW || (language == LANGUAGE_OF_COMPANY && hebrew) ? HEBREW : ENGLISH;
    s.formats = formats_new(catalogue_locale(s.catalogue, s.tongue), company->currency);
    s.canvas.arena = &s.arena;
    s.canvas.hebrew = s.tongue == HEBREW;
    s.canvas.columns = options.columns ? options.columns : 120;
    draw_title(&s);
    draw_rules(&s);
    canvas_heading(&s.canvas, say(&s, "backtest.stages", NULL));
    draw_stages(&s);
    for (size_t i = 0; i < b->stage_count; i++) {
        const struct backtest_stage *st = &b->stages[i];
        if (all_stages || st->cells[BACKTEST_OLD_ONLY].n + st->cells[BACKTEST_NEW_ONLY].n) draw_outcomes(&s, st);
    }
    draw_numbers(&s);
    draw_handoffs(&s);
    draw_moves(&s);
    formats_free(s.formats);
    catalogue_free(s.catalogue);
    arena_release(&s.arena);
}

void backtest_write_list(const struct backtest_view *view, struct buffer *out)
{
    const struct backtest *b = view->backtest;
    struct csv_writer w = {.out = out};
    buffer_text(out, "\xEF\xBB\xBF");
    static const char *const heads[] = {"subject", "old", "new", "direction", "name", "email"};
    for (size_t i = 0; i < 6; i++) csv_text(&w, slice_from(heads[i]));
    csv_end(&w);
    for (size_t i = 0; i < b->move_count; i++) {
        const struct backtest_move *m = &b->moves[i];
        csv_text(&w, m->subject);
        csv_text(&w, m->from == NONE ? SLICE("") : b->stages[m->from].name);
        csv_text(&w, m->to == NONE ? SLICE("") : b->stages[m->to].name);
        csv_text(&w, i < b->up ? SLICE("further") : SLICE("less far"));
        csv_text(&w, m->name);
        csv_text(&w, m->email);
        csv_end(&w);
    }
}
