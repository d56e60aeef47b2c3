/* The same people under two definitions, counted by hand. */
#include "base/test.h"

#include "analysis/backtest.h"
#include "analysis/made.h"
#include "engine/engine.h"

struct two {
    struct made old, new;
    struct slice old_names[16], new_names[16];
    struct arena arena;
};

static void two_init(struct two *t)
{
    made_init(&t->old);
    made_init(&t->new);
    arena_init(&t->arena);
    t->old.definition.report.min_n = t->new.definition.report.min_n = 2;
    t->old.table.subject = t->old_names;
    t->new.table.subject = t->new_names;
}

static void two_release(struct two *t)
{
    t->old.table.subject = t->new.table.subject = NULL;
    made_release(&t->old);
    made_release(&t->new);
    arena_release(&t->arena);
}

static uint32_t add(struct made *m, struct slice *names, const char *who, struct made_person p)
{
    p.at = "2026-01-05T09:00";
    uint32_t row = made_person(m, p);
    names[row] = slice_from(who);
    return row;
}

static void old(struct two *t, const char *who, struct made_person p)
{
    add(&t->old, t->old_names, who, p);
}

static void new (struct two *t, const char *who, struct made_person p)
{
    add(&t->new, t->new_names, who, p);
}

/* p1 is accepted under both; p2 is qualified under the old only, and rejected; p3 under the new only, asked by nobody;
 * p4 under neither; p5 is in no funnel of the old. */
static const struct backtest *five(struct two *t)
{
    old(t, "p1", (struct made_person){.ends = WON, .days = {0, 1, 1, 1, 1, 1, 1}});
    new (t, "p1", (struct made_person){.ends = WON, .days = {0, 1, 1, 1, 1, 1, 1}});
    old(t, "p2", (struct made_person){.ends = MQL, .days = {0, 1, 1}, .exit = EXIT_REJECTED, .exit_stage = MQL});
    new (t, "p2", (struct made_person){.ends = MEL, .days = {0, 1}});
    old(t, "p3", (struct made_person){.ends = MEL, .days = {0, 1}});
    new (t, "p3", (struct made_person){.ends = MQL, .days = {0, 1, 1}});
    old(t, "p4", (struct made_person){.ends = MCL});
    new (t, "p4", (struct made_person){.ends = MCL});
    new (t, "p5", (struct made_person){.ends = MCL});
    t->old.table.exit_at[1] = made_time("2026-01-20T09:00");
    return backtest_build(&t->arena, made_table(&t->old), made_table(&t->new));
}

static void cells(void **state)
{
    struct two t;
    two_init(&t);
    const struct backtest *b = five(&t);
    const struct backtest_stage *mql = &b->stages[MQL];
    assert_int_equal(b->subjects, 5);
    assert_int_equal(b->stage_count, MADE_STAGES);
    static const uint64_t counts[BACKTEST_CELLS] = {1, 1, 1, 2};
    for (int c = 0; c < BACKTEST_CELLS; c++) assert_int_equal(mql->cells[c].n, counts[c]);
    assert_int_equal(mql->old_count, 2);
    assert_int_equal(mql->new_count, 2);
    assert_int_equal(mql->cells[BACKTEST_BOTH].accepted, 1);
    assert_int_equal(mql->cells[BACKTEST_BOTH].won, 1);
    assert_int_equal(mql->cells[BACKTEST_OLD_ONLY].decided, 1);
    assert_int_equal(mql->cells[BACKTEST_OLD_ONLY].accepted, 0);
    assert_int_equal(mql->cells[BACKTEST_OLD_ONLY].disqualified, 1);
    assert_int_equal(mql->cells[BACKTEST_NEW_ONLY].decided, 0);
    assert_int_equal(mql->verdict, VERDICT_THIN);
    two_release(&t);
}

static void bounds(void **state)
{
    struct fared f = {.n = 10, .decided = 4, .accepted = 3, .won = 1};
    fared_settle(&f, 5);
    assert_float_equal(f.accepted_bound.low, 0.3, 1e-9);
    assert_float_equal(f.accepted_bound.high, 0.9, 1e-9);
    assert_float_equal(f.accepted_range.low, wilson(3, 4).low, 1e-12);
    assert_int_equal(f.support, SUPPORT_STRONG);
    assert_int_equal(f.decided_support, SUPPORT_NONE);
}

/* What came before the entry of a stage is no outcome of it. */
static void later_only(void **state)
{
    struct fared f = {0};
    const struct fate fate = {
        .accepted = 10, .decided = 10, .disqualified = INSTANT_NONE, .lost = 30, .won = INSTANT_NONE};
    fared_add(&f, &fate, 20);
    assert_int_equal(f.accepted + f.decided, 0);
    assert_int_equal(f.lost, 1);
    fared_add(&f, &fate, 10);
    assert_int_equal(f.accepted, 1);
}

static void moves(void **state)
{
    struct two t;
    two_init(&t);
    const struct backtest *b = five(&t);
    assert_int_equal(b->move_count, 3);
    assert_int_equal(b->up, 2);
    assert_true(slice_is(b->moves[0].subject, "p3"));
    assert_int_equal(b->moves[0].from, MEL);
    assert_int_equal(b->moves[0].to, MQL);
    assert_true(slice_is(b->moves[1].subject, "p5"));
    assert_int_equal(b->moves[1].from, NONE);
    assert_true(slice_is(b->moves[2].subject, "p2"));
    two_release(&t);
}

/* A stage that only the new funnel has stands after the one it follows there. */
static void stages_join(void **state)
{
    struct two t;
    two_init(&t);
    t.new.stages[SQL].label.name = SLICE("DEMO");
    const struct backtest *b = five(&t);
    const char *const names[] = {"MCL", "MEL", "MQL", "SAL", "DEMO", "SQL", "SQO", "WON"};
    assert_int_equal(b->stage_count, sizeof names / sizeof *names);
    for (size_t i = 0; i < b->stage_count; i++) assert_true(slice_is(b->stages[i].name, names[i]));
    assert_int_equal(b->stages[5].new_stage, NONE);
    assert_int_equal(b->stages[4].old_stage, NONE);
    two_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells), cmocka_unit_test(bounds),      cmocka_unit_test(later_only),
        cmocka_unit_test(moves), cmocka_unit_test(stages_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
