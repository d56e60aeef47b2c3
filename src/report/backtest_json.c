/* A backtest as JSON: schema/backtest.schema.json, key by key. Shares are in per cent. */
#include "report/backtest_words.h"
#include "report/json_put.h"
#include "report/tree.h"
#include "value/json_canonical.h"

struct out {
    struct json_writer w;
    const struct backtest_view *view;
    struct arena arena;
};

void json_put_share_range(struct json_writer *w, const char *name, struct range r)
{
    json_put_key(w, name);
    if (!range_given(r)) {
        json_null(w);
        return;
    }
    json_array(w);
    json_double(w, rounded(100 * r.low, 1));
    json_double(w, rounded(100 * r.high, 1));
    json_end(w);
}

static void put_share(struct json_writer *w, const char *name, uint64_t hits, uint64_t n, struct range range)
{
    json_put_object(w, name);
    json_put_int(w, "count", (int64_t)hits);
    json_put_number(w, "pct", percent_of(hits, n, 1), 1);
    json_put_share_range(w, "ci95", range);
    json_end(w);
}

static void put_accepted(struct json_writer *w, const struct fared *f)
{
    json_put_object(w, "accepted");
    json_put_int(w, "count", (int64_t)f->accepted);
    json_put_int(w, "decided", (int64_t)f->decided);
    json_put_number(w, "coverage_pct", percent_of(f->decided, f->n, 1), 1);
    json_put_number(w, "pct_of_decided", percent_of(f->accepted, f->decided, 1), 1);
    json_put_share_range(w, "ci95", f->accepted_range);
    json_put_share_range(w, "bounds", f->accepted_bound);
    json_put_code(w, "support", support_codes[f->decided_support]);
    json_end(w);
}

void json_put_fared(struct json_writer *w, const char *name, const struct fared *f, bool before_decision)
{
    json_put_object(w, name);
    json_put_int(w, "n", (int64_t)f->n);
    json_put_code(w, "support", support_codes[f->support]);
    if (before_decision)
        put_accepted(w, f);
    else
        json_put_null(w, "accepted");
    put_share(w, "won", f->won, f->n, f->won_range);
    put_share(w, "lost", f->lost, f->n, f->lost_range);
    put_share(w, "turned_down", f->disqualified, f->n, f->disqualified_range);
    json_end(w);
}

static void put_definition(struct out *o, const char *name, const struct definition *d)
{
    json_put_object(&o->w, name);
    json_put_text(&o->w, "name", d->name);
    json_put_text(&o->w, "hash", d->hash);
    json_end(&o->w);
}

static void put_lines(struct out *o, const char *name, struct line_list lines)
{
    json_put_array(&o->w, name);
    for (size_t i = 0; i < lines.count; i++) {
        json_object(&o->w);
        for (int t = 0; t < TONGUES; t++) json_put_text(&o->w, tongue_names[t], lines.at[i].in[t]);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_stage(struct out *o, const struct backtest_stage *s)
{
    const struct backtest *b = o->view->backtest;
    json_object(&o->w);
    json_put_text(&o->w, "stage", s->name);
    json_put_words(&o->w, "label", backtest_stage_label(b, s));
    json_put_bool(&o->w, "rule_changed", stage_rule_changed(&o->arena, b, s));
    json_put_bool(&o->w, "in_old", s->old_stage != NONE);
    json_put_bool(&o->w, "in_new", s->new_stage != NONE);
    json_put_int(&o->w, "old_count", (int64_t)s->old_count);
    json_put_int(&o->w, "new_count", (int64_t)s->new_count);
    json_put_object(&o->w, "cells");
    for (int c = 0; c < BACKTEST_CELLS; c++)
        json_put_fared(&o->w, backtest_cell_names[c], &s->cells[c], s->before_decision);
    json_end(&o->w);
    json_put_object(&o->w, "lets_in");
    json_put_fared(&o->w, "old", &s->old_in, s->before_decision);
    json_put_fared(&o->w, "new", &s->new_in, s->before_decision);
    json_end(&o->w);
    json_put_object(&o->w, "old_only_against_new_only");
    json_put_number(&o->w, "p_won", s->p_won, 4);
    json_put_number(&o->w, "p_accepted", s->p_accepted, 4);
    json_put_code(&o->w, "verdict", verdict_codes[s->verdict]);
    json_end(&o->w);
    json_end(&o->w);
}

static void put_numbers(struct out *o)
{
    static const char *const units[] = {"percent", "count", "days", "money", "ratio"};
    static const int places[] = {1, 1, 1, 2, 2};
    const struct number_list list = numbers_changed(&o->arena, o->view);
    json_put_array(&o->w, "numbers");
    for (size_t i = 0; i < list.count; i++) {
        const struct number_change *n = &list.at[i];
        const double difference = rounded(n->new, places[n->unit]) - rounded(n->old, places[n->unit]);
        json_object(&o->w);
        json_put_text(&o->w, "code", n->code);
        json_put_words(&o->w, "label", n->label);
        json_put_code(&o->w, "unit", units[n->unit]);
        json_put_number(&o->w, "old", n->old, places[n->unit]);
        json_put_number(&o->w, "new", n->new, places[n->unit]);
        json_put_number(&o->w, "difference", difference, places[n->unit]);
        json_end(&o->w);
    }
    json_end(&o->w);
}

static void put_handoffs(struct out *o)
{
    const struct backtest *b = o->view->backtest;
    json_put_object(&o->w, "handoffs");
    json_put_number(&o->w, "weeks", b->weeks, 1);
    json_put_int(&o->w, "old", (int64_t)b->old_handoffs);
    json_put_int(&o->w, "new", (int64_t)b->new_handoffs);
    json_put_number(&o->w, "old_per_week", (double)b->old_handoffs / b->weeks, 1);
    json_put_number(&o->w, "new_per_week", (double)b->new_handoffs / b->weeks, 1);
    json_end(&o->w);
}

static void put_moves(struct out *o)
{
    const struct backtest *b = o->view->backtest;
    json_put_int(&o->w, "move_count", (int64_t)b->move_count);
    json_put_array(&o->w, "moves");
    for (size_t i = 0; i < b->move_count; i++) {
        const struct backtest_move *m = &b->moves[i];
        json_object(&o->w);
        json_put_text(&o->w, "subject", m->subject);
        json_put_text_or_null(&o->w, "name", m->name);
        json_put_text_or_null(&o->w, "email", m->email);
        json_put_text_or_null(&o->w, "old", m->from == NONE ? SLICE("") : b->stages[m->from].name);
        json_put_text_or_null(&o->w, "new", m->to == NONE ? SLICE("") : b->stages[m->to].name);
        json_put_code(&o->w, "direction", i < b->up ? "further" : "less_far");
        json_end(&o->w);
    }
    json_end(&o->w);
}

void backtest_write_json(const struct backtest_view *view, struct buffer *out)
{
    struct out o = {.w = {.out = out, .indent = 2}, .view = view};
    const struct backtest *b = view->backtest;
    const struct report_window *window = &b->old_table->windows[0];
    const struct definition *old = backtest_old(view), *new = backtest_new(view);
    arena_init(&o.arena);
    json_object(&o.w);
    json_put_text(&o.w, "program", view->program);
    json_put_time(&o.w, "as_of", b->old_table->as_of);
    json_put_object(&o.w, "period");
    json_put_time(&o.w, "from", window->from);
    json_put_time(&o.w, "until", window->until);
    json_end(&o.w);
    json_put_text(&o.w, "funnel", old->funnels[b->old_table->funnel].label.name);
    put_definition(&o, "old", old);
    put_definition(&o, "new", new);
    json_put_object(&o.w, "rules");
    put_lines(&o, "only_old", lines_only_in(&o.arena, old, new));
    put_lines(&o, "only_new", lines_only_in(&o.arena, new, old));
    json_end(&o.w);
    json_put_int(&o.w, "min_n", (int64_t)b->min_n);
    json_put_int(&o.w, "subjects", (int64_t)b->subjects);
    json_put_array(&o.w, "stages");
    for (size_t i = 0; i < b->stage_count; i++) put_stage(&o, &b->stages[i]);
    json_end(&o.w);
    put_numbers(&o);
    put_handoffs(&o);
    put_moves(&o);
    json_end(&o.w);
    buffer_char(out, '\n');
    arena_release(&o.arena);
}

/* ---- without names ---- */

/* The members of an object, or the items of an array, one after the other; false: there is no other. `name`: what
 * stands between the quotes; may be NULL for items. */
static bool next_part(struct slice *rest, struct slice *name, struct slice *value)
{
    if (!rest->len) return false;
    if (name) {
        const struct slice quoted = json_cut_value(rest);
        *name = slice_of(quoted.ptr + 1, quoted.len - 2);
        *rest = slice_skip(*rest, 1); /* the colon */
    }
    *value = json_cut_value(rest);
    *rest = slice_skip(*rest, rest->len > 0); /* the comma */
    return true;
}

static struct slice parts_of(struct slice json)
{
    return slice_trim(slice_of(json.ptr + 1, json.len - 2));
}

static void put_nameless_move(struct json_writer *w, struct slice json)
{
    struct slice rest = parts_of(json), name, value;
    json_object(w);
    while (next_part(&rest, &name, &value)) {
        const bool personal = slice_is(name, "name") || slice_is(name, "email");
        json_key(w, name);
        json_raw(w, personal ? SLICE("null") : value);
    }
    json_end(w);
}

void backtest_write_nameless(struct slice json, struct buffer *out)
{
    struct slice rest = parts_of(slice_trim(json)), name, value, move;
    struct json_writer w = {.out = out};
    json_object(&w);
    while (next_part(&rest, &name, &value)) {
        json_key(&w, name);
        if (!slice_is(name, "moves")) {
            json_raw(&w, value);
            continue;
        }
        json_array(&w);
        for (struct slice moves = parts_of(value); next_part(&moves, NULL, &move);) put_nameless_move(&w, move);
        json_end(&w);
    }
    json_end(&w);
}
