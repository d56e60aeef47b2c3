/* A landing that another one always goes before is refused at its place; one that may ever be the first is not. */
#include "base/test.h"
#include "definition/load.h"

#define HEAD                                                                                                           \
    "masa: 1\ncompany: { name: T, zone: UTC, currency: USD }\n"                                                        \
    "traits: { person: { size: int, urgency: 1..5 } }\n"                                                               \
    "events: { form: {}, call: {}, deal_lost: { outcome: true }, bored: {} }\n"                                        \
    "signals: { calls: { did: call } }\n"                                                                              \
    "scores: { s: { terms: [ { id: i, points: signals.calls }, { id: z, when: person.size > 3, points: 5 } ] } }\n"    \
    "funnels: { f: { stages: { A: { on: form }, B: { on: call }, C: { enter: { did: call, times: 2 } }, D: { on: "     \
    "form } },\n"                                                                                                      \
    "  exits: { lost: { on: deal_lost }, bored: { on: bored } },\n"                                                    \
    "  landings: {\n"

static const struct row {
    const char *first, *second;
    bool shadowed; /* nobody lands by the second */
} rows[] = {
    {"at: B, on: call", "at: C, on: call", true},
    {"at: B, on: call", "at: C, on: form", false},
    /* The ends they wait for. */
    {"at: B, on: call", "at: C, after: [D], on: call", true},
    {"at: B, on: call", "at: C, after: [lost], on: call", true},
    {"at: B, after: [lost, D], on: call", "at: C, after: [lost], on: call", true},
    {"at: B, after: [D], on: call", "at: C, on: call", false},
    {"at: B, after: [lost], on: call", "at: C, after: [bored], on: call", false},
    {"at: B, after: [lost, bored], on: call", "at: C, on: call", false},
    /* Clauses within clauses. */
    {"at: B, when: { any: [ { did: form }, { did: call } ] }", "at: C, on: call", true},
    {"at: B, when: { any: [ { did: form }, { did: call } ] }", "at: C, when: { any: [ { did: call }, { did: form } ] }",
     true},
    {"at: B, when: { at_least: 1, of: [ { did: form }, { did: call } ] }", "at: C, on: form", true},
    {"at: B, when: { at_least: 2, of: [ { did: form }, { did: call } ] }", "at: C, on: form", false},
    {"at: B, when: { all: [ { did: form }, { did: call } ] }", "at: C, on: form", false},
    {"at: B, when: { all: [ { did: form }, { did: call } ] }",
     "at: C, when: { all: [ { did: call, times: 2 }, { did: form } ] }", true},
    /* A call of before the end is none of new evidence to the first; a form of after it is some to the second. */
    {"at: B, on: call", "at: C, when: { all: [ { did: call }, { did: form } ] }", false},
    /* Numbers. */
    {"at: B, on: call", "at: C, when: { did: call, times: 3 }", true},
    {"at: B, when: { did: call, times: 3 }", "at: C, on: call", false},
    {"at: B, on: call", "at: C, when: { did: call, within: 30d }", false}, /* true, and not seen */
    {"at: B, when: signals.calls > 2", "at: C, when: signals.calls > 5", true},
    {"at: B, when: signals.calls > 5", "at: C, when: signals.calls > 2", false},
    {"at: B, when: person.size > 10", "at: C, when: person.size > 20", true},
    {"at: B, when: person.size > 10", "at: C, when: person.urgency > 2", false},
    {"at: B, when: { not: person.size > 10 }", "at: C, when: person.size < 5", true},
    {"at: B, when: { not: person.size > 10 }", "at: C, when: person.size < 15", false},
    {"at: B, when: scores.s > 10", "at: C, when: scores.s > 20", true},
    /* What is always so once it is known does not follow: it may be unknown. */
    {"at: B, when: { all: [ person.size > 1, person.urgency >= 1 ] }", "at: C, when: person.size > 1", false},
    /* What is new evidence to them. */
    {"at: B, again: new event, on: call", "at: C, on: call", true},
    {"at: B, on: call", "at: C, again: new event, on: call", true},
    {"at: B, again: new event, when: { all: [ { did: call }, person.size > 1 ] }",
     "at: C, when: { all: [ { did: call }, person.size > 1 ] }", false},
    {"at: B, when: { any: [ { did: call }, person.size > 1 ] }", "at: C, again: new event, on: call", true},
    {"at: B, on: call", "at: C, again: new event, when: { all: [ { did: call }, person.size > 1 ] }", true},
    {"at: B, on: call", "at: C, when: { all: [ { did: call }, person.size > 1 ] }", false},
    {"at: B, again: 30d, on: call", "at: C, on: call", false},
    {"at: B, on: call", "at: C, again: 30d, on: call", false},
    {"at: B, again: 30d, on: call", "at: C, again: 60d, on: call", true},
    {"at: B, again: 60d, on: call", "at: C, again: 30d, on: call", false},
    {"at: B, again: 30d, when: { quiet: any, for: 30d }", "at: C, again: 30d, when: { quiet: any, for: 30d }", true},
    {"at: B, again: 30d, when: { quiet: any, for: 60d }", "at: C, again: 30d, when: { quiet: any, for: 30d }", false},
};

static void check_row(const struct row *row)
{
    struct diagnostics d;
    struct arena arena;
    diagnostics_init(&d);
    arena_init(&arena);
    const struct slice text =
        arena_printf(&arena, "%s   one: { %s },\n   two: { %s } } } }\n", HEAD, row->first, row->second);
    struct definition_file *file = definition_parse(text, "l.yaml", &d);
    if (!row->shadowed && !file) fail_msg("%s / %s: %.*s", row->first, row->second, SLICE_ARG(d.list.at[0].message));
    if (row->shadowed) {
        if (file) fail_msg("%s / %s: nothing is said", row->first, row->second);
        assert_int_equal(d.list.count, 1);
        assert_slice(d.list.at[0].message, "nobody lands by `two`: whenever somebody could, `one` stands before it");
        assert_int_equal(d.list.at[0].line, 11);
        assert_int_equal(d.list.at[0].column, 4);
        assert_true(d.list.at[0].hint.len > 0);
    }
    definition_free(file);
    diagnostics_release(&d);
    arena_release(&arena);
}

static void each_is_judged(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i]);
}

/* Two nests of which there are very many ways to compare the parts. `wide`: the first begins with a choice. */
static struct definition_file *nested(bool wide, int deep, struct diagnostics *d)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, HEAD);
    for (int landing = 0; landing < 2; landing++) {
        buffer_printf(&text, "   l%d: { at: B, when: ", landing);
        for (int i = 0; i < deep; i++)
            buffer_printf(&text, "{ %s: [ person.size > %d, ", (i + landing) % 2 == wide ? "all" : "any",
                          100 - 2 * i - landing);
        buffer_text(&text, "person.size > 0");
        for (int i = 0; i < deep; i++) buffer_text(&text, " ] }");
        buffer_text(&text, " },\n");
    }
    buffer_text(&text, "   } } }\n");
    struct definition_file *file = definition_parse(buffer_slice(&text), "deep.yaml", d);
    buffer_release(&text);
    return file;
}

/* Above 99 and more is above 98 and more; above 100 is not what above 99 is. When it would take too many looks nothing
 * is said. */
static void very_many_ways_end(void **state)
{
    static const struct {
        bool wide, shadowed;
        int deep;
    } nests[] = {{true, true, 10}, {false, false, 10}, {false, false, 24}};
    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
        struct diagnostics d;
        diagnostics_init(&d);
        struct definition_file *file = nested(nests[i].wide, nests[i].deep, &d);
        assert_int_equal(d.list.count, nests[i].shadowed);
        assert_int_equal(file == NULL, nests[i].shadowed);
        definition_free(file);
        diagnostics_release(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_judged), cmocka_unit_test(very_many_ways_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
