/* A feedback on a terminal: stage by stage each criterion, how those with and without it fared, and what that says. */
#include "report/canvas.h"
#include "report/feedback_words.h"

struct screen {
    const struct feedback *f;
    struct canvas canvas;
    struct arena arena;
    struct catalogue *catalogue;
    enum tongue tongue;
};

enum { INDENT = 2 };

static struct slice say(struct screen *s, const char *key, const struct arguments *a)
{
    return catalogue_words(s->catalogue, &s->arena, slice_from(key), a ? a->at : NULL, a ? a->count : 0).in[s->tongue];
}

static struct slice count(struct screen *s, uint64_t n)
{
    return arena_printf(&s->arena, "%llu", (unsigned long long)n);
}

/* "12/40 (30%; 18–45)" */
static struct slice share(struct screen *s, uint64_t hits, uint64_t n, struct range r)
{
    if (!n) return SLICE("—");
    return arena_printf(&s->arena, "%llu/%llu (%.0f%%; %.0f–%.0f)", (unsigned long long)hits, (unsigned long long)n,
                        rounded(100.0 * (double)hits / (double)n, 0), rounded(100 * r.low, 0),
                        rounded(100 * r.high, 0));
}

static enum tone tone_of(const struct feedback_criterion *c)
{
    if (c->says == FEEDBACK_PREDICTS) return TONE_GOOD;
    if (c->says == FEEDBACK_AGAINST) return TONE_BAD;
    return c->says == FEEDBACK_SAME ? TONE_WARN : TONE_DIM;
}

static void draw_row(struct screen *s, struct grid *g, const char *who, const struct fared *f, bool before_decision)
{
    const enum tone tone = f->support == SUPPORT_NONE ? TONE_DIM : TONE_PLAIN;
    grid_cell(g, say(s, who, NULL), TONE_DIM);
    grid_cell(g, count(s, f->n), TONE_PLAIN);
    grid_cell(g, before_decision ? share(s, f->accepted, f->decided, f->accepted_range) : SLICE(""),
              f->decided_support == SUPPORT_NONE ? TONE_DIM : TONE_PLAIN);
    grid_cell(g, share(s, f->won, f->n, f->won_range), tone);
    grid_cell(g, share(s, f->lost, f->n, f->lost_range), tone);
    grid_cell(g, share(s, f->disqualified, f->n, f->disqualified_range), tone);
}

static void draw_criterion(struct screen *s, const struct feedback_criterion *c)
{
    static const char *const heads[] = {"feedback.who", "feedback.n",    "feedback.accepted",
                                        "feedback.won", "feedback.lost", "feedback.turned_down"};
    static const char *const supports[] = {"feedback.support.none", "feedback.support.indicative",
                                           "feedback.support.strong"};
    struct slice name = feedback_name(&s->arena, s->f, c).in[s->tongue];
    struct slice rule = feedback_rule(&s->arena, s->f, c).in[s->tongue];
    canvas_text(&s->canvas, INDENT, arena_printf(&s->arena, "%.*s – %.*s", SLICE_ARG(name), SLICE_ARG(rule)),
                TONE_STRONG);
    if (c->halved && c->threshold > 1) {
        struct arguments a = {.count = 0};
        arguments_number(&a, "points", (double)c->threshold / (double)DECIMAL_ONE);
        canvas_text(&s->canvas, INDENT + 3, say(s, "feedback.halved", &a), TONE_DIM);
    }
    struct slice text = feedback_sentence(s->catalogue, &s->arena, s->f, c).in[s->tongue];
    struct slice support = say(s, supports[c->support], NULL);
    canvas_text(&s->canvas, INDENT + 3,
                support.len ? arena_printf(&s->arena, "%.*s %.*s", SLICE_ARG(text), SLICE_ARG(support)) : text,
                tone_of(c));
    if (c->says == FEEDBACK_REQUIRED) return;
    struct grid g = grid_new(&s->canvas);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        grid_column(&g, i == 2 && !c->before_decision ? SLICE("") : say(s, heads[i], NULL), i == 1);
    draw_row(s, &g, "feedback.with", &c->with, c->before_decision);
    draw_row(s, &g, "feedback.without", &c->without, c->before_decision);
    grid_draw(&g, INDENT + 3);
}

static void draw_channels(struct screen *s)
{
    static const char *const heads[] = {"feedback.channel", "feedback.handed_over", "feedback.failed",
                                        "feedback.others",  "feedback.won",         ""};
    static const char *const marks[] = {"", "feedback.failing.indicative", "feedback.failing.strong"};
    if (!s->f->channel_count) return;
    canvas_heading(&s->canvas, say(s, "feedback.channels", NULL));
    struct grid g = grid_new(&s->canvas);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        grid_column(&g, *heads[i] ? say(s, heads[i], NULL) : SLICE(""), i == 1 || i == 4);
    for (size_t i = 0; i < s->f->channel_count; i++) {
        const struct feedback_channel *c = &s->f->channels[i];
        const struct range others = c->others ? wilson((double)c->others_failed, (double)c->others) : range_none();
        grid_cell(&g, feedback_channel_name(s->catalogue, &s->arena, s->f, c).in[s->tongue], TONE_STRONG);
        grid_cell(&g, count(s, c->n), TONE_PLAIN);
        grid_cell(&g, share(s, c->failed, c->n, c->failed_range), c->n < s->f->min_n ? TONE_DIM : TONE_PLAIN);
        grid_cell(&g, share(s, c->others_failed, c->others, others), TONE_DIM);
        grid_cell(&g, count(s, c->won), TONE_PLAIN);
        grid_cell(&g,
                  c->keeps_failing     ? say(s, marks[c->support], NULL)
                  : c->n < s->f->min_n ? say(s, "feedback.thin", NULL)
                                       : SLICE(""),
                  c->keeps_failing ? TONE_BAD : TONE_DIM);
    }
    grid_draw(&g, INDENT);
}

static void draw_title(struct screen *s)
{
    const struct fact_table *t = s->f->table;
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    struct arguments a = {.count = 0};
    struct buffer day;
    buffer_init(&day, 32);
    day_format(&day, zone_day(t->zone, t->as_of));
    arguments_words(&a, "funnel", word_label(&funnel->label));
    arguments_text(&a, "as_of", arena_slice(&s->arena, buffer_slice(&day)));
    arguments_number(&a, "n", (double)s->f->subjects);
    arguments_number(&a, "tests", (double)s->f->tests);
    canvas_text(&s->canvas, 0, say(s, "feedback.title", &a), TONE_STRONG);
    canvas_text(&s->canvas, 0, say(s, "feedback.about", &a), TONE_DIM);
    buffer_release(&day);
}

void feedback_write_terminal(const struct feedback_view *view, enum report_language language,
                             struct terminal_options options, struct buffer *out)
{
    const struct fact_table *t = view->feedback->table;
    const struct company *company = &t->definition->company;
    struct screen s = {.f = view->feedback, .canvas = {.out = out, .colour = options.colour}};
    arena_init(&s.arena);
    s.catalogue = catalogue_new(company->locale);
    const bool hebrew = slice_starts(company->locale, SLICE("he"));
    s.tongue = language == LANGUAGE_HEBREW || (language == LANGUAGE_OF_COMPANY && hebrew) ? HEBREW : ENGLISH;
    s.canvas.arena = &s.arena;
    s.canvas.hebrew = s.tongue == HEBREW;
    s.canvas.columns = options.columns ? options.columns : 120;
    draw_title(&s);
    uint32_t stage = NONE;
    for (size_t i = 0; i < s.f->criterion_count; i++) {
        const struct feedback_criterion *c = &s.f->criteria[i];
        if (c->criterion->stage != stage) {
            stage = c->criterion->stage;
            struct arguments a = {.count = 0};
            arguments_text(&a, "stage", t->definition->funnels[t->funnel].stages[stage].label.name);
            canvas_heading(&s.canvas, say(&s, "feedback.stage", &a));
        }
        draw_criterion(&s, c);
    }
    draw_channels(&s);
    catalogue_free(s.catalogue);
    arena_release(&s.arena);
}
