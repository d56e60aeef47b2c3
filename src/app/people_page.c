#include "app/people_page.h"

#include <stdlib.h>

#include "analysis/behind.h"
#include "analysis/dimension.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "base/civil.h"
#include "base/map.h"
#include "report/json_put.h"
#include "report/words.h"

enum { PAGE = 50, PAGE_MOST = 200 };

/* One of them. */
struct one {
    int64_t captured; /* entry of the first stage of that lap */
    struct slice id;
    const struct lead *lead; /* NULL: not in the roster */
};

struct people {
    struct standing_state *state;
    const struct people_asked *asked;
    const struct roster *roster; /* of the table's funnel */
    struct arena *arena;
    const struct analysis *analysis;
    struct behind behind;
    struct one *all; /* in order: of a file all of them, of a page the first from where the one before ended */
    size_t count;
    struct buffer *out;
    struct lead_file *file;
    bool *absent;
    size_t limit; /* of a page; 0: a file is asked for */
    size_t skip;  /* after so many of one time */
    int64_t after;
    bool goes_on;
};

/* ---- whom ---- */

static int latest_first(const void *a, const void *b)
{
    const struct one *x = a, *y = b;
    if (x->captured != y->captured) return x->captured > y->captured ? -1 : 1;
    return slice_compare(x->id, y->id);
}

/* One pass over the roster finds the leads of all. */
static void find_leads(struct people *p)
{
    const struct roster *roster = p->roster;
    const struct lead **leads = ARENA_ARRAY(p->arena, const struct lead *, p->count + 1);
    uint32_t *places = ARENA_ARRAY(p->arena, uint32_t, p->count + 1); /* who was there twice has one */
    struct map ids;
    map_init(&ids);
    for (size_t i = 0; i < p->count; i++) places[i] = map_put(&ids, p->all[i].id, (uint32_t)i);
    for (size_t i = 0; i < roster->count; i++) {
        const uint32_t at = map_get(&ids, lead_id(roster, &roster->leads[i]));
        if (at != MAP_NONE) leads[at] = &roster->leads[i];
    }
    for (size_t i = 0; i < p->count; i++) p->all[i].lead = leads[places[i]];
    map_release(&ids);
}

/* Into its place among the first so far. */
static void consider(struct people *p, struct one one, size_t most)
{
    if (p->count == most && latest_first(&one, &p->all[most - 1]) >= 0) return;
    size_t i = p->count < most ? p->count++ : most - 1;
    for (; i > 0 && latest_first(&one, &p->all[i - 1]) < 0; i--) p->all[i] = p->all[i - 1];
    p->all[i] = one;
}

static struct one one_of(const struct fact_table *t, uint32_t row)
{
    return (struct one){t->entered[0][row], t->subject[row], NULL};
}

/* Those of the page, those of its beginning's time who stood on the one before, and one more. */
static void find_first(struct people *p, const struct fact_table *t)
{
    const size_t skip = p->skip < p->behind.count ? p->skip : p->behind.count, most = skip + p->limit + 1;
    p->all = ARENA_ARRAY(p->arena, struct one, most);
    for (size_t i = 0; i < p->behind.count; i++) {
        const struct one one = one_of(t, p->behind.rows[i]);
        if (!p->goes_on || one.captured <= p->after) consider(p, one, most);
    }
}

static void find_everybody(struct people *p, const struct fact_table *t)
{
    p->count = p->behind.count;
    p->all = ARENA_ARRAY(p->arena, struct one, p->count + 1);
    for (size_t i = 0; i < p->count; i++) p->all[i] = one_of(t, p->behind.rows[i]);
    if (p->count) qsort(p->all, p->count, sizeof *p->all, latest_first);
}

/* ---- what the number says ---- */

static struct words of_cell(struct wording *w, const struct behind *b)
{
    static const char *const keys[BEHIND_KINDS] = {
        "people.stage",    "people.now",    "people.went",    "people.from", "people.left",    "people.returned",
        "people.rejected", "people.exited", "people.waiting", "people.exit", "people.outcome", "people.month"};
    static const char *const kinds[] = {"people.kind.returned", "people.kind.rejected", "people.kind.exited"};
    struct arguments a = arguments_new(w);
    if (b->from != NONE) arguments_words(&a, "from", word_stage(w, b->from));
    if (b->to != NONE) arguments_words(&a, "to", word_stage(w, b->to));
    if (b->exit && b->kind == BEHIND_OUTCOME) arguments_words(&a, "from", word_label(&b->exit->label));
    if (b->kind == BEHIND_EXIT) {
        arguments_words(&a, "kind", word_key(w, kinds[b->left]));
        arguments_words(&a, "reason", word_leave(w, b->exit, b->reason, b->exit != NULL));
    }
    if (b->kind == BEHIND_MONTH) {
        const struct zone *zone = w->analysis->table->zone;
        const struct report_window month = {
            .from = zone_day_start(zone, civil_to_day(b->year, b->month, 1)),
            .until = zone_day_start(zone, civil_to_day(b->year + (b->month == 12), b->month % 12 + 1, 1))};
        arguments_words(&a, "month", word_window(w, &month));
    }
    return word(w, slice_from(keys[b->kind]), &a);
}

static struct words label_of(struct wording *w, const struct behind *b)
{
    struct arguments a = arguments_new(w);
    const char *kind = subject_kind_names[w->analysis->funnel->of];
    arguments_number(&a, "n", (double)b->count);
    arguments_words(&a, "counted", word(w, arena_printf(w->arena, "counted.%s", kind), &a));
    arguments_words(&a, "what", of_cell(w, b));
    return word(w, SLICE("people.label"), &a);
}

static void put_day(struct json_writer *w, const char *name, int64_t day, struct arena *arena)
{
    int year, month, of_month;
    civil_from_day(day, &year, &month, &of_month);
    json_put_text(w, name, arena_printf(arena, "%04d-%02d-%02d", year, month, of_month));
}

static void put_cell_head(struct people *p, struct json_writer *w)
{
    const struct fact_table *t = p->analysis->table;
    const bool flow = p->analysis->basis == BASIS_FLOW;
    struct wording wording;
    wording_init(&wording, p->arena, p->analysis);
    json_put_object(w, "cell");
    json_put_words(w, "label", label_of(&wording, &p->behind));
    json_put_words(w, "formula",
                   word_key(&wording, p->behind.kind == BEHIND_MONTH ? "people.formula.month"
                                      : flow                         ? "people.formula.flow"
                                                                     : "people.formula.cohort"));
    json_put_int(w, "value", (int64_t)p->behind.count);
    json_put_text(w, "definition", t->definition->hash);
    json_put_object(w, "period");
    put_day(w, "from", zone_day(t->zone, t->windows[0].from), p->arena);
    put_day(w, "to", zone_day(t->zone, t->windows[0].until) - 1, p->arena);
    json_put_words(w, "label", wording.period);
    json_end(w);
    json_put_code(w, "basis", flow ? "flow" : "cohort");
    json_put_code(w, "state", p->behind.kind == BEHIND_NOW ? "now" : "reached");
    json_end(w);
    wording_release(&wording);
}

/* ---- a page ---- */

static size_t first_of_page(const struct people *p)
{
    size_t i = 0;
    while (p->goes_on && i < p->skip && i < p->count && p->all[i].captured == p->after) i++;
    return i;
}

static void put_cursor(struct people *p, struct json_writer *w, size_t next)
{
    size_t same = 0;
    if (next >= p->count) {
        json_put_null(w, "next_cursor");
        return;
    }
    const int64_t captured = p->all[next - 1].captured;
    while (same < next && p->all[next - 1 - same].captured == captured) same++;
    json_put_text(w, "next_cursor", arena_printf(p->arena, "%lld~%zu", (long long)captured, same));
}

static void put_page(struct people *p)
{
    const struct roster *roster = p->roster;
    const struct zone *zone = standing_zone(p->state);
    struct json_writer w = {.out = p->out};
    size_t i = first_of_page(p);
    const size_t until = i + p->limit;
    json_object(&w);
    json_put_array(&w, "items");
    for (; i < p->count && i < until; i++)
        if (p->all[i].lead)
            lead_row_put(&w, p->arena, roster, zone, p->all[i].lead);
        else
            lead_row_put_stranger(&w, &(struct stranger){.id = p->all[i].id}, p->analysis->funnel->label.name);
    json_end(&w);
    put_cursor(p, &w, i);
    json_put_int(&w, "total", (int64_t)p->behind.count);
    put_cell_head(p, &w);
    json_end(&w);
}

/* ---- what is asked ---- */

static enum outcome read_page(struct people *p, struct error *error)
{
    int64_t limit = PAGE, skip = 0;
    struct slice rest = p->asked->cursor;
    if (p->asked->limit.len && (!slice_to_i64(p->asked->limit, &limit) || limit < 1 || limit > PAGE_MOST))
        return error_set(error, BAD_USAGE, "limit: %.*s is not a number from 1 to 200", SLICE_ARG(p->asked->limit));
    p->limit = (size_t)limit;
    p->goes_on = rest.len > 0;
    if (!p->goes_on) return OK;
    const struct slice captured = slice_cut(&rest, '~');
    if (!slice_to_i64(captured, &p->after) || !slice_to_i64(rest, &skip) || skip < 0)
        return error_set(error, BAD_USAGE, "cursor: it is not where a page ended");
    p->skip = (size_t)skip;
    return OK;
}

/* Which values the rest is of follows from all numbers of the report in which it was seen. */
static enum outcome find_analysis(struct people *p, const struct fact_table *table, enum basis basis,
                                  struct error *error)
{
    struct analysis_options options = {.basis = basis};
    const struct slice values = p->asked->report.values;
    if (values.len && values_parse(values, &options.values, error) != OK) return BAD_USAGE;
    p->analysis =
        p->asked->rest.len ? analysis_build(p->arena, table, &options) : analysis_of_rows(p->arena, table, basis);
    return OK;
}

static enum outcome find(struct people *p, struct arena *arena, const struct fact_table *table, enum basis basis,
                         struct error *error)
{
    const bool now = slice_is(p->asked->state, "now");
    if (!now && p->asked->state.len && !slice_is(p->asked->state, "reached"))
        return error_set(error, BAD_USAGE, "state: it is reached or now");
    p->arena = arena;
    p->roster = standing_roster_of(p->state, table->definition->funnels[table->funnel].label.name);
    if (!p->roster) p->roster = standing_roster(p->state); /* of another definition by now: ids alone */
    enum outcome outcome = find_analysis(p, table, basis, error);
    if (outcome != OK) return outcome;
    outcome = behind_find(arena, p->analysis, p->asked->cell, now, &p->behind, error);
    *p->absent = outcome != OK;
    if (outcome == OK && p->asked->rest.len)
        outcome = behind_keep_rest(arena, p->analysis, p->asked->rest, &p->behind, error);
    if (outcome != OK) return outcome;
    if (p->limit)
        find_first(p, table);
    else
        find_everybody(p, table);
    find_leads(p);
    return OK;
}

static enum outcome write_page(void *context, struct arena *arena, const struct fact_table *table, enum basis basis,
                               struct error *error)
{
    struct people *p = context;
    const enum outcome outcome = find(p, arena, table, basis, error);
    if (outcome == OK) put_page(p);
    return outcome;
}

static enum outcome fill_file(void *context, struct arena *arena, const struct fact_table *table, enum basis basis,
                              struct error *error)
{
    struct people *p = context;
    const enum outcome outcome = find(p, arena, table, basis, error);
    if (outcome != OK) return outcome;
    p->file = lead_file_new(p->state, p->roster);
    for (size_t i = 0; i < p->count; i++)
        if (p->all[i].lead)
            lead_file_add(p->file, p->all[i].lead);
        else
            lead_file_add_stranger(p->file, p->all[i].id);
    return OK;
}

enum outcome people_page(struct standing_state *state, const struct people_asked *asked, struct buffer *out,
                         bool *absent, struct error *error)
{
    struct people p = {.state = state, .asked = asked, .out = out, .absent = absent};
    const struct standing_use use = {&p, write_page};
    *absent = false;
    const enum outcome outcome = read_page(&p, error);
    return outcome == OK ? standing_use(state, &asked->report, &use, error) : outcome;
}

enum outcome people_file(struct standing_state *state, const struct people_asked *asked, struct lead_file **out,
                         bool *absent, struct error *error)
{
    struct people p = {.state = state, .asked = asked, .absent = absent};
    const struct standing_use use = {&p, fill_file};
    *absent = false;
    const enum outcome outcome = standing_use(state, &asked->report, &use, error);
    *out = p.file;
    return outcome;
}
