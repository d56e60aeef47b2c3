#include "report/backtest_words.h"

#include "definition/words.h"
#include "report/tree.h"

/* ---- rules ---- */

struct text_lines {
    struct slice *at;
    size_t count;
};

/* Without bullets and without the isolates that whoever draws puts in. */
static struct slice bare_line(struct slice line)
{
    static const struct slice bullet = {"•", 3};
    char *out = (char *)line.ptr; /* a copy of our own */
    size_t n = 0;
    line = slice_trim(line);
    if (slice_starts(line, bullet)) line = slice_trim(slice_skip(line, bullet.len));
    for (size_t i = 0; i < line.len; i++) {
        const bool isolate = line.len - i >= 3 && (memcmp(line.ptr + i, "\xE2\x81\xA8", 3) == 0 ||
                                                   memcmp(line.ptr + i, "\xE2\x81\xA9", 3) == 0);
        if (isolate)
            i += 2;
        else
            out[n++] = line.ptr[i];
    }
    return slice_of(out, n);
}

static struct text_lines explained(struct arena *arena, const struct definition *d, enum language language)
{
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    definition_explain(d, language, &out);
    struct slice rest = arena_slice(arena, buffer_slice(&out));
    size_t count = 1;
    for (size_t i = 0; i < rest.len; i++) count += rest.ptr[i] == '\n';
    struct text_lines lines = {ARENA_ARRAY(arena, struct slice, count), 0};
    while (rest.len) lines.at[lines.count++] = bare_line(slice_cut(&rest, '\n'));
    buffer_release(&out);
    return lines;
}

/* The first line names the version, which always differs. */
struct line_list lines_only_in(struct arena *arena, const struct definition *d, const struct definition *other)
{
    const struct text_lines en = explained(arena, d, LANGUAGE_EN), he = explained(arena, d, LANGUAGE_HE);
    const struct text_lines theirs = explained(arena, other, LANGUAGE_EN);
    struct line_list out = {ARENA_ARRAY(arena, struct words, en.count), 0};
    for (size_t i = 1; i < en.count; i++) {
        size_t same = 0;
        while (same < theirs.count && !slice_equal(theirs.at[same], en.at[i])) same++;
        if (same < theirs.count) continue;
        struct words *w = &out.at[out.count++];
        w->in[ENGLISH] = en.at[i];
        w->in[HEBREW] = i < he.count ? he.at[i] : en.at[i];
    }
    return out;
}

static void add_rule(const struct speaker *s, enum subject_kind kind, const struct clause *c, struct buffer *out)
{
    if (!c) return;
    buffer_add(out, c->label.name);
    buffer_char(out, ' ');
    buffer_add(out, speak_clause(s, kind, c));
    buffer_char(out, '(');
    for (size_t i = 0; i < c->count; i++) add_rule(s, kind, &c->members[i], out);
    buffer_char(out, ')');
}

static struct slice rule_of(struct arena *arena, const struct fact_table *t, uint32_t stage)
{
    const struct speaker s = {t->definition, LANGUAGE_EN, arena, .plain = true};
    const struct funnel *f = &t->definition->funnels[t->funnel];
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    add_rule(&s, f->of, f->stages[stage].enter, &out);
    buffer_printf(&out, " %d %d", f->stages[stage].decided_by, f->stages[stage].carries);
    struct slice text = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

bool stage_rule_changed(struct arena *arena, const struct backtest *b, const struct backtest_stage *s)
{
    if (s->old_stage == NONE || s->new_stage == NONE) return true;
    return !slice_equal(rule_of(arena, b->old_table, s->old_stage), rule_of(arena, b->new_table, s->new_stage));
}

struct words backtest_stage_label(const struct backtest *b, const struct backtest_stage *s)
{
    const struct fact_table *t = s->old_stage == NONE ? b->new_table : b->old_table;
    const struct funnel *f = &t->definition->funnels[t->funnel];
    return word_label(&f->stages[s->old_stage == NONE ? s->new_stage : s->old_stage].label);
}

/* ---- numbers ---- */

static void put_number(struct number_list *list, struct slice code, struct words label, enum kpi_unit unit,
                       double value, bool is_new)
{
    struct number_change *n = NULL;
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->at[i].code, code)) n = &list->at[i];
    if (!n) {
        n = &list->at[list->count++];
        *n = (struct number_change){code, label, unit, NAN, NAN};
    }
    *(is_new ? &n->new : &n->old) = value;
}

static void put_report(struct arena *arena, struct number_list *list, const struct report *r, bool is_new)
{
    const struct analysis *a = r->analysis;
    for (uint32_t i = 0; i < a->stage_count; i++) {
        struct slice code = arena_printf(arena, "count.%.*s", SLICE_ARG(stage_code(r, i)));
        put_number(list, code, words_same(stage_code(r, i)), UNIT_COUNT, (double)a->stages[i].now, is_new);
    }
    for (uint32_t i = 0; i + 1 < a->stage_count; i++) {
        const struct transition *t = &a->transitions[i];
        struct slice from = stage_code(r, t->from), to = stage_code(r, t->to);
        struct slice code = arena_printf(arena, "%.*s>%.*s", SLICE_ARG(from), SLICE_ARG(to));
        put_number(list, code, words_same(code), UNIT_PERCENT, share_percent(&t->now), is_new);
    }
    for (size_t i = 0; i < a->kpi_count; i++)
        put_number(list, r->kpis[i].code, r->kpis[i].label, a->kpis[i].unit, a->kpis[i].now, is_new);
}

struct number_list numbers_changed(struct arena *arena, const struct backtest_view *v)
{
    struct number_list list = {0};
    if (!v->old_report || !v->new_report) return list;
    const struct analysis *a = v->old_report->analysis, *b = v->new_report->analysis;
    list.at = ARENA_ARRAY(arena, struct number_change,
                          a->kpi_count + b->kpi_count + 2 * ((size_t)a->stage_count + b->stage_count));
    put_report(arena, &list, v->old_report, false);
    put_report(arena, &list, v->new_report, true);
    return list;
}
