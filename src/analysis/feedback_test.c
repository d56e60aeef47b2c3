/* What a criterion says of leads counted by hand, and which channel keeps failing. */
#include "base/test.h"

#include "analysis/feedback.h"
#include "analysis/made.h"
#include "definition/load.h"

enum { PEOPLE = 40 };

struct bench {
    struct made made;
    struct arena arena;
    int64_t values[PEOPLE];
    int64_t *columns[1];
    struct criterion criterion;
};

static void bench_init(struct bench *b)
{
    made_init(&b->made);
    arena_init(&b->arena);
    b->made.definition.report.min_n = 5;
    b->criterion = (struct criterion){.kind = CRITERION_CLAUSE, .stage = MQL};
    b->columns[0] = b->values;
}

static void bench_release(struct bench *b)
{
    made_release(&b->made);
    arena_release(&b->arena);
}

/* So many qualified people, with what the criterion came to; so many of them accepted, the others rejected; so many
 * won.
 */
static void add(struct bench *b, int64_t value, int n, int accepted, int won)
{
    static const double days[] = {0, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < n; i++) {
        struct made_person p = {.at = "2026-01-05T09:00", .ends = i < won ? WON : i < accepted ? SAL : MQL};
        memcpy(p.days, days, sizeof days);
        if (i >= accepted) {
            p.exit = EXIT_REJECTED;
            p.exit_stage = MQL;
        }
        uint32_t row = made_person(&b->made, p);
        b->made.table.exit_at[row] = i >= accepted ? made_time("2026-02-01T09:00") : INSTANT_NONE;
        b->values[row] = value;
    }
}

static const struct feedback *build(struct bench *b)
{
    const struct feedback_table t = {made_table(&b->made), &b->criterion, 1, b->columns};
    return feedback_build(&b->arena, &t, false);
}

static void what_it_says(void **state)
{
    static const struct {
        int with, with_accepted, without, without_accepted;
        enum feedback_says says;
        enum support support;
    } cases[] = {
        /* p = 0.0003 and 0.0252 by Pearson's chi-squared without correction; two tests are made, so 0.0252 is no more
           than indicative */
        {20, 18, 20, 7, FEEDBACK_PREDICTS, SUPPORT_STRONG},     {20, 7, 20, 18, FEEDBACK_AGAINST, SUPPORT_STRONG},
        {20, 15, 20, 8, FEEDBACK_PREDICTS, SUPPORT_INDICATIVE}, {20, 12, 20, 10, FEEDBACK_SAME, SUPPORT_NONE},
        {20, 12, 4, 0, FEEDBACK_TOO_FEW, SUPPORT_NONE},         {20, 12, 0, 0, FEEDBACK_REQUIRED, SUPPORT_NONE},
        {3, 2, 0, 0, FEEDBACK_TOO_FEW, SUPPORT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench b;
        bench_init(&b);
        add(&b, TRUTH_TRUE, cases[i].with, cases[i].with_accepted, 1);
        add(&b, TRUTH_FALSE, cases[i].without, cases[i].without_accepted, cases[i].without ? 1 : 0);
        const struct feedback_criterion *c = &build(&b)->criteria[0];
        assert_int_equal(c->with.n, cases[i].with);
        assert_int_equal(c->with.accepted, cases[i].with_accepted);
        assert_int_equal(c->without.decided, cases[i].without);
        if (c->says != cases[i].says || c->support != cases[i].support)
            fail_msg("case %zu: says %d, support %d", i, c->says, c->support);
        bench_release(&b);
    }
}

/* Not known is not met, and is counted; other laps and stages not entered by the rule are not looked at. */
static void who_counts(void **state)
{
    struct bench b;
    bench_init(&b);
    add(&b, TRUTH_TRUE, 6, 6, 0);
    add(&b, TRUTH_FALSE, 5, 0, 0);
    add(&b, TRUTH_UNKNOWN, 2, 0, 0);
    add(&b, CRITERION_NONE, 3, 3, 3);
    const struct feedback *f = build(&b);
    b.made.table.lap[0] = 2;
    const struct feedback *second = build(&b);
    assert_int_equal(f->criteria[0].with.n, 6);
    assert_int_equal(f->criteria[0].without.n, 7);
    assert_int_equal(f->criteria[0].unknown, 2);
    assert_int_equal(second->criteria[0].with.n, 5);
    assert_int_equal(second->subjects, 15);
    bench_release(&b);
}

static const char yaml[] =
    "masa: 1\n"
    "events: { seen: { properties: { n: int } } }\n"
    "traits: { person: { size: int } }\n"
    "signals: { spent: { did: seen, sum: n } }\n"
    "icp: { fit: { big: person.size > 5, small: person.size < 3 } }\n"
    "scores: { heat: { terms: [ { id: fit, points: 10 * icp.fit.fit }, { id: big, when: person.size > 9, points: 5 },\n"
    "  { id: spent, points: signals.spent } ] } }\n"
    "funnels: { f: { of: person, stages: { A: { enter: { did: seen } },\n"
    "  B: { enter: { all: [ { hot: scores.heat > 3 }, { any: [ { x: person.size > 1 }, { did: seen } ] } ] } } } } }\n";

/* Labelled clauses wherever they stand; what a stage's rule reads, also through others, at the first such stage. */
static void what_is_looked_at(void **state)
{
    static const struct {
        enum criterion_kind kind;
        uint32_t part;
    } wanted[] = {{CRITERION_CLAUSE, 0}, {CRITERION_CLAUSE, 0}, {CRITERION_PROFILE, 0}, {CRITERION_PROFILE, 1},
                  {CRITERION_TERM, 0},   {CRITERION_TERM, 1},   {CRITERION_TERM, 2}};
    struct diagnostics diagnostics;
    struct arena arena;
    const struct criterion *criteria;
    diagnostics_init(&diagnostics);
    arena_init(&arena);
    struct definition_file *file = definition_parse(slice_from(yaml), "f.yaml", &diagnostics);
    if (!file) diagnostics_print(&diagnostics, stderr);
    assert_non_null(file);
    assert_int_equal(feedback_criteria(&arena, definition_of(file), 0, &criteria), sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(criteria[i].kind, wanted[i].kind);
        assert_int_equal(criteria[i].part, wanted[i].part);
        assert_int_equal(criteria[i].stage, 1);
    }
    assert_true(slice_is(criteria[1].clause->label.name, "x"));
    definition_free(file);
    arena_release(&arena);
    diagnostics_release(&diagnostics);
}

/* 12 of 15 from one channel fail, 7 of 23 from the others: p = 0.0028, and one other channel could be tested. */
static void a_failing_channel(void **state)
{
    struct bench b;
    bench_init(&b);
    b.made.definition.channels = (struct channels){.given = true, .by = BY_SOURCE};
    add(&b, TRUTH_TRUE, 15, 3, 1);
    add(&b, TRUTH_TRUE, 20, 17, 6);
    add(&b, TRUTH_TRUE, 3, 0, 0);
    for (uint32_t row = 0; row < 38; row++)
        b.made.table.dimension[BY_SOURCE][row] = made_code(&b.made, row < 15 ? "tiktok" : "linkedin");
    for (uint32_t row = 35; row < 38; row++) b.made.table.dimension[BY_SOURCE][row] = made_code(&b.made, "few");
    b.made.table.returns[25] = 1; /* accepted, and given back since */
    b.made.table.now_in[25] = MEL;
    const struct feedback *f = build(&b);
    assert_int_equal(f->channel_count, 3);
    const struct feedback_channel *worst = &f->channels[0];
    assert_int_equal(worst->value, made_code(&b.made, "tiktok"));
    assert_int_equal(worst->n, 15);
    assert_int_equal(worst->failed, 12);
    assert_int_equal(worst->others_failed, 7);
    assert_true(worst->keeps_failing);
    assert_int_equal(worst->support, SUPPORT_STRONG);
    assert_false(f->channels[1].keeps_failing || f->channels[2].keeps_failing);
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says),
        cmocka_unit_test(who_counts),
        cmocka_unit_test(what_is_looked_at),
        cmocka_unit_test(a_failing_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
