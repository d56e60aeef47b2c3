/* Bad definitions (refused_cases.inc): each is refused at its place, in its words. */
#include "base/buffer.h"
#include "base/test.h"
#include "definition/load.h"
#include "definition/refused_cases.inc"

static bool earlier(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static void check_row(size_t index, const struct row *row)
{
    struct diagnostics diagnostics;
    struct buffer text, said;
    diagnostics_init(&diagnostics);
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&said, BUFFER_NO_LIMIT);
    bool whole = row->yaml[0] == '!';
    buffer_text(&text, row->yaml + (whole ? 1 : 0));
    if (!whole) buffer_text(&text, "masa: 1\n");
    struct definition_file *file = definition_parse(buffer_slice(&text), "bad.yaml", &diagnostics);
    if (file || !diagnostics.list.count) fail_msg("row %zu was not refused: %s", index, row->yaml);
    const struct diagnostic *first = &diagnostics.list.at[0];
    for (size_t i = 1; i < diagnostics.list.count; i++)
        if (earlier(&diagnostics.list.at[i], first)) first = &diagnostics.list.at[i];
    buffer_add(&said, first->message);
    if (first->hint.len) buffer_printf(&said, " [%.*s]", SLICE_ARG(first->hint));
    bool place = first->line == row->line && first->column == row->column;
    if (!place || !slice_starts(buffer_slice(&said), slice_from(row->said)))
        fail_msg("row %zu: got %d:%d: %.*s\nwanted %d:%d: %s\nof %s", index, first->line, first->column, (int)said.len,
                 said.data, row->line, row->column, row->said, row->yaml);
    buffer_release(&said);
    buffer_release(&text);
    diagnostics_release(&diagnostics);
}

static void each_is_refused_at_its_place(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(i, &rows[i]);
}

static size_t errors_of(struct slice text, const char *first)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(text, "bad.yaml", &diagnostics);
    assert_null(file);
    bool found = false;
    for (size_t i = 0; i < diagnostics.list.count; i++)
        found = found || slice_starts(diagnostics.list.at[i].message, slice_from(first));
    if (!found) fail_msg("nothing said begins with: %s", first);
    size_t count = diagnostics.error_count;
    diagnostics_release(&diagnostics);
    return count;
}

/* Nobody wants to meet mistakes one by one. */
static void all_are_found_in_one_run(void **state)
{
    size_t count = errors_of(SLICE("masa: 1\n" EVENTS TRAITS "signals: { x: { did: c }, y: { did: a, sum: s } }\n"
                                   "scores: { s: { terms: [ { id: p, points: person.rnk } ] } }\n"
                                   "funnels: { f: { stages: { A: { on: aa }, B: { enter: account.sise > 3 }, C: {},\n"
                                   "  D: { enter: person.rnk == foo(1) } } } }\n"
                                   "report: { period: soon }\n"),
                             "there is no `account.sise`");
    assert_int_equal(count, 9);
}

static void there_are_limits(void **state)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, "masa: 1\ntraits: { person: {");
    for (int i = 0; i < 513; i++) buffer_printf(&text, " t%d: int,", i);
    buffer_text(&text, " } }\n");
    errors_of(buffer_slice(&text), "the rules of the kind person read more than 512 values");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\nevents: { a: {} }\nfunnels: { f: { stages: {");
    for (int i = 0; i < 65; i++) buffer_printf(&text, " S%d: { on: a },", i);
    buffer_text(&text, " } } }\n");
    errors_of(buffer_slice(&text), "a funnel has at most 64 stages");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\ntraits: { person: { r: { one_of: [");
    for (int i = 0; i < 1001; i++) buffer_printf(&text, " c%d,", i);
    buffer_text(&text, " ] } } }\n");
    errors_of(buffer_slice(&text), "choices: 1001 of them, and 1000 are the most");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\n");
    for (int i = 0; i < 2000; i++) buffer_printf(&text, "k%d: 1\n", i);
    assert_int_equal(errors_of(buffer_slice(&text), "there are more errors than 1000"), 1001);
    buffer_release(&text);
}

static void a_text_cannot_include(void **state)
{
    errors_of(SLICE("masa: 1\ninclude: [more.yaml]\n"), "a text on its own cannot include files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_at_its_place),
        cmocka_unit_test(all_are_found_in_one_run),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(a_text_cannot_include),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
