/* A `why` on a terminal: where the subject stands, how it came there, what is missing, what the numbers are made of. */
#include "report/canvas.h"
#include "report/why_words.h"

struct screen {
    struct teller t;
    struct canvas canvas;
    enum tongue tongue;
};

enum { INDENT = 2, STEP = 3 };

static struct slice said(const struct screen *s, struct words words)
{
    return words.in[s->tongue];
}

static struct slice say(struct screen *s, const char *key, const struct arguments *a)
{
    return said(s, tell(&s->t, key, a));
}

static void line(struct screen *s, int indent, struct words words, enum tone tone)
{
    canvas_text(&s->canvas, indent, said(s, words), tone);
}

static struct slice dashed(struct screen *s, struct slice a, struct slice b)
{
    if (!b.len) return a;
    return arena_printf(&s->t.arena, "%.*s – %.*s", SLICE_ARG(a), SLICE_ARG(b));
}

/* ---- clauses ---- */

static void draw_clause(struct screen *s, int indent, const struct clause_trace *c)
{
    static const char *const marks[] = {"✗", "✓", "?"};
    static const enum tone tones[] = {TONE_BAD, TONE_GOOD, TONE_WARN};
    struct slice text = said(s, tell_clause(&s->t, c->clause));
    text = dashed(s, text, said(s, tell_came_to(&s->t, c)));
    struct slice mark = slice_from(marks[c->truth]);
    canvas_labelled(&s->canvas, indent, mark, 1, text, c->truth == TRUTH_TRUE ? TONE_PLAIN : tones[c->truth]);
    for (size_t i = 0; i < c->count; i++) draw_clause(s, indent + STEP, &c->members[i]);
}

static void draw_missing(struct screen *s, int indent, const struct missing *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        canvas_labelled(&s->canvas, indent, SLICE("•"), 1, said(s, list[i].text), TONE_WARN);
        draw_missing(s, indent + STEP, list[i].of, list[i].count);
    }
}

/* ---- a funnel ---- */

static void draw_advice(struct screen *s, const struct stage *stage, const struct ahead_trace *ahead)
{
    for (size_t i = 0; ahead->advice && i < stage->advice_count; i++) {
        struct arguments a = {.count = 0};
        if (ahead->advice[i].truth == TRUTH_TRUE) continue;
        arguments_words(&a, "what", tell_rule(&s->t, stage->advice[i].when));
        line(s, INDENT + STEP, tell(&s->t, "why.advised", &a), TONE_DIM);
    }
}

static void draw_stand(struct screen *s, const struct funnel_trace *f)
{
    struct arguments a = {.count = 0};
    const struct funnel *funnel = &s->t.chapter->definition->funnels[f->funnel];
    arguments_words(&a, "funnel", tell_label(&s->t, &funnel->label));
    arguments_number(&a, "lap", f->lap);
    arguments_words(&a, "since", tell_time(&s->t, f->since));
    if (f->held >= 0) arguments_words(&a, "stage", tell_stage(&s->t, f->funnel, (uint32_t)f->held));
    const char *key = f->lap == 0 ? "why.never" : f->held < 0 ? "why.out" : f->lap > 1 ? "why.in_lap" : "why.in";
    if (f->held >= 0 && !f->open && f->held == (int)funnel->stage_count - 1) key = "why.won";
    canvas_heading(&s->canvas, say(s, key, &a));
}

static void draw_interval(struct screen *s, const struct interval *x)
{
    struct arguments a = {.count = 0};
    const struct why_chapter *by;
    const struct clause_trace *rule = why_entry(s->t.why, x, &by);
    arguments_words(&a, "from", tell_time(&s->t, x->entered));
    arguments_words(&a, "to", tell_time(&s->t, x->left));
    struct slice span = say(s, x->left == INSTANT_MAX ? "why.held" : "why.span", &a);
    struct slice name = said(s, tell_stage(&s->t, x->funnel, x->stage));
    struct slice text = arena_printf(&s->t.arena, "%.*s  %.*s  %.*s", SLICE_ARG(name), SLICE_ARG(span),
                                     SLICE_ARG(said(s, tell_how(&s->t, x))));
    canvas_text(&s->canvas, INDENT, text, TONE_STRONG);
    if (rule && s->t.why->count > 1) {
        arguments_text(&a, "definition", by->definition->name);
        line(s, INDENT + STEP, tell(&s->t, "why.under", &a), TONE_DIM);
    }
    s->t.chapter = by;
    if (rule) draw_clause(s, INDENT + STEP, rule);
    s->t.chapter = teller_last(&s->t);
}

static void draw_ahead(struct screen *s, const struct funnel_trace *f, const struct ahead_trace *ahead)
{
    struct arguments a = {.count = 0};
    const struct funnel *funnel = &s->t.chapter->definition->funnels[f->funnel];
    const bool jump = ahead->next && !ahead->landing && (int)ahead->stage > (f->open ? f->held + 1 : 0) &&
                      funnel->stages[ahead->stage].carries;
    const char *key = jump                 ? "why.also"
                      : ahead->landing     ? "why.lands"
                      : !ahead->next       ? "why.later"
                      : f->lap && !f->open ? "why.again"
                                           : "why.next";
    arguments_words(&a, "stage", tell_stage(&s->t, f->funnel, ahead->stage));
    if (ahead->landing) arguments_words(&a, "landing", tell_label(&s->t, &ahead->landing->label));
    canvas_text(&s->canvas, INDENT, say(s, key, &a), TONE_STRONG);
    struct missing_list missing = tell_missing(&s->t, f, ahead);
    if (missing.count) {
        canvas_text(&s->canvas, INDENT + STEP, say(s, "why.missing", NULL), TONE_DIM);
        draw_missing(s, INDENT + STEP, missing.at, missing.count);
    }
    if (ahead->rule && ahead->due != INSTANT_MAX) {
        arguments_words(&a, "due", tell_time(&s->t, ahead->due));
        const bool late = ahead->due < s->t.why->as_of;
        line(s, INDENT + STEP, tell(&s->t, late ? "why.overdue" : "why.due", &a), late ? TONE_WARN : TONE_DIM);
    }
    draw_advice(s, &funnel->stages[ahead->stage], ahead);
    struct words gate = tell_gate(&s->t, f, ahead);
    if (!words_empty(gate)) line(s, INDENT + STEP, gate, TONE_ACCENT);
    if (ahead->next && ahead->rule && ahead->rule->count) draw_clause(s, INDENT + STEP, ahead->rule);
}

/* Sentences joined by commas; empty ones are left out. */
static struct slice listed(struct screen *s, const struct slice *items, size_t count)
{
    struct slice all = {0};
    for (size_t i = 0; i < count; i++) {
        if (!items[i].len) continue;
        all = all.len ? arena_printf(&s->t.arena, "%.*s, %.*s", SLICE_ARG(all), SLICE_ARG(items[i])) : items[i];
    }
    return all;
}

static struct slice say_if(struct screen *s, bool given, const char *key, const char *name, struct words words)
{
    struct arguments a = {.count = 0};
    arguments_words(&a, name, words);
    return given ? say(s, key, &a) : SLICE("");
}

static void draw_handoffs(struct screen *s, const struct facts *facts, uint32_t funnel)
{
    bool begun = false;
    for (size_t i = 0; i < facts->handoff_count; i++) {
        const struct handoff *h = &facts->handoffs[i];
        char key[48];
        struct arguments a = {.count = 0};
        if (h->funnel != funnel) continue;
        if (!begun) canvas_text(&s->canvas, INDENT, say(s, "why.handoffs", NULL), TONE_STRONG);
        begun = true;
        snprintf(key, sizeof key, "why.handoff.%s", handoff_outcome_names[h->outcome]);
        arguments_words(&a, "stage", tell_stage(&s->t, h->funnel, h->stage));
        arguments_words(&a, "submitted", tell_time(&s->t, h->submitted));
        arguments_words(&a, "at", tell_time(&s->t, h->at));
        arguments_words(&a, "by", tell_code(&s->t, h->by));
        const bool open = h->outcome == HANDOFF_OPEN, late = (open ? s->t.why->as_of : h->at) > h->due;
        const char *due = !late ? "why.due" : open ? "why.overdue" : "why.late_answer";
        const struct slice parts[] = {
            say(s, key, &a), say_if(s, h->due != INSTANT_MAX, due, "due", tell_time(&s->t, h->due)),
            say_if(s, h->to.len, "why.to", "to", words_same(h->to)),
            say_if(s, h->reason, "why.reason", "reason", tell_reason(&s->t, h->funnel, h->reason))};
        canvas_text(&s->canvas, INDENT + STEP, listed(s, parts, sizeof parts / sizeof *parts),
                    late ? TONE_WARN : TONE_PLAIN);
    }
}

static void draw_exits(struct screen *s, const struct facts *facts, uint32_t funnel)
{
    bool begun = false;
    for (size_t i = 0; i < facts->leaving_count; i++) {
        const struct leaving *l = &facts->leavings[i];
        const struct why_chapter *by;
        struct arguments a = {.count = 0};
        if (l->funnel != funnel) continue;
        if (!begun) canvas_text(&s->canvas, INDENT, say(s, "why.exits", NULL), TONE_STRONG);
        begun = true;
        arguments_words(&a, "exit", tell_exit(&s->t, l->funnel, l->name));
        arguments_words(&a, "stage", tell_stage(&s->t, l->funnel, l->stage));
        arguments_words(&a, "at", tell_time(&s->t, l->at));
        const struct slice parts[] = {
            say(s, "why.exit", &a), say_if(s, l->by, "why.by", "by", tell_code(&s->t, l->by)),
            say_if(s, l->reason, "why.reason", "reason", tell_reason(&s->t, l->funnel, l->reason))};
        canvas_text(&s->canvas, INDENT + STEP, listed(s, parts, sizeof parts / sizeof *parts), TONE_PLAIN);
        const struct clause_trace *rule = why_leaving(s->t.why, l, &by);
        s->t.chapter = by;
        if (rule) draw_clause(s, INDENT + STEP, rule);
        s->t.chapter = teller_last(&s->t);
    }
}

static void draw_refused(struct screen *s, const struct facts *facts, uint32_t funnel)
{
    static const char *const decisions[] = {"", "why.decision.accept", "why.decision.reject", "why.decision.return",
                                            "why.decision.disqualify"};
    static const char *const why[] = {"why.refusal.role", "why.refusal.stage", "why.refusal.redundant",
                                      "why.refusal.nothing_held"};
    bool begun = false;
    for (size_t i = 0; i < facts->refusal_count; i++) {
        const struct refused *r = &facts->refusals[i];
        struct arguments a = {.count = 0};
        if (r->funnel != funnel) continue;
        if (!begun) canvas_text(&s->canvas, INDENT, say(s, "why.refused", NULL), TONE_STRONG);
        begun = true;
        arguments_words(&a, "decision", tell(&s->t, decisions[r->decision], NULL));
        arguments_words(&a, "at", tell_time(&s->t, r->at));
        arguments_words(&a, "by", tell_code(&s->t, r->by));
        arguments_words(&a, "why", tell(&s->t, why[r->why], NULL));
        line(s, INDENT + STEP, tell(&s->t, "why.refused.line", &a), TONE_PLAIN);
    }
}

static void draw_funnel(struct screen *s, const struct funnel_trace *f)
{
    const struct facts *facts = teller_last(&s->t)->trace->facts;
    draw_stand(s, f);
    uint32_t lap = 1;
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != f->funnel) continue;
        if (x->lap != lap) {
            struct arguments a = {.count = 0};
            arguments_number(&a, "lap", lap = x->lap);
            canvas_text(&s->canvas, INDENT, say(s, "why.lap", &a), TONE_ACCENT);
        }
        draw_interval(s, x);
    }
    for (size_t i = 0; i < f->ahead_count; i++) {
        const struct ahead_trace *a = &f->ahead[i];
        if (a->next || (f->open && a->held_first != INSTANT_NONE)) draw_ahead(s, f, a);
    }
    draw_handoffs(s, facts, f->funnel);
    draw_exits(s, facts, f->funnel);
    draw_refused(s, facts, f->funnel);
}

/* ---- values ---- */

struct row {
    const struct label *label;
    const struct rule *when;
    const struct score_term *term;
};

static struct row row_of(const struct definition *d, const struct value_trace *v, size_t i)
{
    if (v->kind == COMPUTED_FIT)
        return (struct row){&d->icps[v->owner].criteria[i].label, d->icps[v->owner].criteria[i].when, NULL};
    if (v->kind == COMPUTED_PASSED)
        return (struct row){&d->bants[v->owner].questions[i].label, d->bants[v->owner].questions[i].when, NULL};
    const struct score_term *term = &d->scores[v->owner].terms[i];
    return (struct row){&term->label, term->when, term};
}

static void draw_part(struct screen *s, const struct value_trace *v, size_t i)
{
    const struct part_trace *p = &v->parts[i];
    const struct row row = row_of(s->t.chapter->definition, v, i);
    struct slice head = said(s, tell_label(&s->t, row.label)), note = said(s, tell_zero(&s->t, p, row.when));
    const bool holds = p->truth == TRUTH_TRUE && !p->unknown;
    if (v->kind == COMPUTED_SCORE || v->kind == COMPUTED_FIT)
        head =
            arena_printf(&s->t.arena, "%.*s: %.*s", SLICE_ARG(head), SLICE_ARG(said(s, tell_number(&s->t, p->points))));
    if (row.term && holds) {
        struct arguments a = {.count = 0};
        arguments_words(&a, "cap", tell_number(&s->t, row.term->cap));
        arguments_words(&a, "uncapped", tell_number(&s->t, p->uncapped));
        const struct slice parts[] = {said(s, tell_rule(&s->t, row.term->points)),
                                      row.term->capped && p->uncapped > row.term->cap ? say(s, "why.capped", &a)
                                                                                      : SLICE("")};
        note = listed(s, parts, 2);
    } else if (holds) {
        struct slice source = said(s, tell_sources(&s->t, p->inputs));
        note = said(s, tell_rule(&s->t, row.when));
        if (source.len) note = arena_printf(&s->t.arena, "%.*s (%.*s)", SLICE_ARG(note), SLICE_ARG(source));
    }
    canvas_labelled(&s->canvas, INDENT + STEP,
                    holds        ? SLICE("✓")
                    : p->unknown ? SLICE("?")
                                 : SLICE("✗"),
                    1, dashed(s, head, note), TONE_PLAIN);
}

static struct words head_of(struct screen *s, const struct value_trace *v)
{
    const struct definition *d = s->t.chapter->definition;
    struct arguments a = {.count = 0};
    if (v->kind == COMPUTED_FIT) {
        arguments_words(&a, "name", tell_label(&s->t, &d->icps[v->owner].label));
        arguments_words(&a, "fit", tell_percent(&s->t, v->value.number));
        arguments_words(&a, "match_at", tell_percent(&s->t, d->icps[v->owner].match_at));
        return tell(&s->t, "why.profile", &a);
    }
    if (v->kind == COMPUTED_PASSED) {
        int64_t yes = 0;
        for (size_t i = 0; i < v->count; i++) yes += v->parts[i].truth == TRUTH_TRUE;
        arguments_words(&a, "name", tell_label(&s->t, &d->bants[v->owner].label));
        arguments_number(&a, "yes", (double)yes);
        arguments_number(&a, "pass_at", (double)d->bants[v->owner].pass_at);
        return tell(&s->t, "why.bant", &a);
    }
    const struct score *score = &d->scores[v->owner];
    arguments_words(&a, "name", tell_label(&s->t, &score->label));
    arguments_words(&a, "value", tell_number(&s->t, v->value.number));
    arguments_words(&a, "above", tell_number(&s->t, score->above));
    arguments_words(&a, "from", tell_number(&s->t, score->borderline_from));
    if (v->value.kind == CELL_ABSENT) return tell(&s->t, "why.score_unknown", &a);
    return tell(&s->t,
                score->has_borderline  ? "why.score_borderline"
                : score->has_threshold ? "why.score_above"
                                       : "why.score",
                &a);
}

static void draw_values(struct screen *s, const char *title, enum computed_kind kind)
{
    const struct trace *t = teller_last(&s->t)->trace;
    bool begun = false;
    for (size_t i = 0; i < t->value_count; i++) {
        if (t->values[i].kind != kind) continue;
        if (!begun) canvas_heading(&s->canvas, say(s, title, NULL));
        begun = true;
        line(s, INDENT, head_of(s, &t->values[i]), TONE_STRONG);
        for (size_t k = 0; k < t->values[i].count; k++) draw_part(s, &t->values[i], k);
    }
}

static void draw_signal(struct screen *s, const struct signal_trace *st)
{
    const struct definition *d = s->t.chapter->definition;
    const struct signal *signal = &d->kinds[s->t.why->kind].signals[st->signal];
    struct arguments a = {.count = 0};
    arguments_words(&a, "name", tell_slot(&s->t, signal->slot));
    arguments_words(&a, "value", tell_number(&s->t, st->value.number));
    arguments_words(&a, "kept", tell_number(&s->t, st->kept));
    arguments_words(&a, "given", tell_number(&s->t, st->given));
    const bool capped = signal->cap && st->kept > signal->cap;
    line(s, INDENT, tell(&s->t, capped ? "why.signal_capped" : "why.signal", &a), TONE_STRONG);
    for (size_t k = 0; k < signal->weight_count; k++) {
        if (!st->weights[k].times) continue;
        struct arguments b = {.count = 0};
        arguments_words(&b, "event", tell_label(&s->t, &d->events[signal->weights[k].match.event].label));
        arguments_number(&b, "n", st->weights[k].times);
        arguments_number(&b, "counted", st->weights[k].counted);
        arguments_words(&b, "points", tell_number(&s->t, signal->weights[k].points));
        const bool all = st->weights[k].counted == st->weights[k].times;
        line(s, INDENT + STEP, tell(&s->t, all ? "why.weight" : "why.weight_most", &b), TONE_PLAIN);
    }
    if (signal->half_life_days && st->given) line(s, INDENT + STEP, tell(&s->t, "why.decay", &a), TONE_PLAIN);
}

static void draw_signals(struct screen *s)
{
    const struct trace *t = teller_last(&s->t)->trace;
    bool begun = false;
    for (size_t i = 0; i < t->signal_count; i++) {
        bool any = false;
        const struct signal *signal = &s->t.chapter->definition->kinds[s->t.why->kind].signals[t->signals[i].signal];
        for (size_t k = 0; k < signal->weight_count; k++) any |= t->signals[i].weights[k].times > 0;
        if (!any) continue;
        if (!begun) canvas_heading(&s->canvas, say(s, "why.signals", NULL));
        begun = true;
        draw_signal(s, &t->signals[i]);
    }
}

static void draw_crowds(struct screen *s)
{
    const struct why_chapter *last = teller_last(&s->t);
    if (last->crowd_count) canvas_heading(&s->canvas, say(s, "why.crowds", NULL));
    for (size_t i = 0; i < last->crowd_count; i++) line(s, INDENT, tell_crowd(&s->t, &last->crowds[i]), TONE_PLAIN);
}

static void draw_coming(struct screen *s)
{
    const struct trace *t = teller_last(&s->t)->trace;
    const uint32_t only = s->t.why->funnel;
    const struct funnel *funnels = s->t.chapter->definition->funnels;
    if (t->coming_count + t->ending_count) canvas_heading(&s->canvas, say(s, "why.coming", NULL));
    for (size_t i = 0; i < t->coming_count + t->ending_count; i++) {
        const bool enters = i < t->coming_count;
        const struct interval *x = enters ? &t->coming[i] : NULL;
        const struct leaving *l = enters ? NULL : &t->ending[i - t->coming_count];
        const uint32_t funnel = enters ? x->funnel : l->funnel;
        struct arguments a = {.count = 0};
        if (only != NONE && funnel != only) continue;
        arguments_words(&a, "funnel", tell_label(&s->t, &funnels[funnel].label));
        arguments_words(&a, "at", tell_time(&s->t, enters ? x->entered : l->at));
        if (enters) arguments_words(&a, "stage", tell_stage(&s->t, funnel, x->stage));
        if (!enters) arguments_words(&a, "exit", tell_exit(&s->t, funnel, l->name));
        line(s, INDENT, tell(&s->t, enters ? "why.coming.enters" : "why.coming.leaves", &a), TONE_PLAIN);
    }
}

static void draw_title(struct screen *s)
{
    static const char *const kinds[] = {"why.kind.person", "why.kind.account", "why.kind.deal", "why.kind.subscription",
                                        "why.kind.market"};
    struct arguments a = {.count = 0};
    arguments_text(&a, "subject", s->t.why->subject);
    arguments_words(&a, "kind", tell(&s->t, kinds[s->t.why->kind], NULL));
    arguments_words(&a, "time", tell_time(&s->t, s->t.why->as_of));
    arguments_text(&a, "definition", s->t.chapter->definition->name);
    arguments_text(&a, "hash", slice_of(s->t.chapter->definition->hash.ptr, 12));
    line(s, 0, tell(&s->t, "why.title", &a), TONE_STRONG);
    line(s, 0, tell(&s->t, s->t.why->recorded ? "why.mode.recorded" : "why.mode.if", &a), TONE_DIM);
}

void why_write_terminal(const struct why *why, enum report_language language, struct terminal_options options,
                        struct buffer *out)
{
    struct screen s = {.canvas = {.out = out, .colour = options.colour}};
    teller_init(&s.t, why);
    const bool company_hebrew = slice_starts(s.t.chapter->definition->company.locale, SLICE("he"));
    s.tongue = language == LANGUAGE_HEBREW || (language == LANGUAGE_OF_COMPANY && company_hebrew) ? HEBREW : ENGLISH;
    s.canvas.arena = &s.t.arena;
    s.canvas.hebrew = s.tongue == HEBREW;
    s.canvas.columns = options.columns ? options.columns : 100;
    draw_title(&s);
    const struct trace *t = teller_last(&s.t)->trace;
    for (size_t i = 0; i < t->funnel_count; i++)
        if (why->funnel == NONE || t->funnels[i].funnel == why->funnel) draw_funnel(&s, &t->funnels[i]);
    draw_values(&s, "why.profiles", COMPUTED_FIT);
    draw_values(&s, "why.questions", COMPUTED_PASSED);
    draw_values(&s, "why.scores", COMPUTED_SCORE);
    draw_signals(&s);
    draw_crowds(&s);
    draw_coming(&s);
    teller_release(&s.t);
}
