/* The rows behind the worked example's numbers, and tables of some of its rows. */
#include "base/test.h"

#include "analysis/behind.h"
#include "analysis/made.h"
#include "analysis/narrow.h"

struct bench {
    struct made made;
    struct arena arena;
    const struct fact_table *table;
    const struct analysis *analysis;
};

static void bench_init(struct bench *b, enum basis basis)
{
    arena_init(&b->arena);
    made_init(&b->made);
    made_example(&b->made);
    b->table = made_table(&b->made);
    b->analysis = analysis_build(&b->arena, b->table, &(struct analysis_options){.basis = basis});
}

static void bench_release(struct bench *b)
{
    arena_release(&b->arena);
    made_release(&b->made);
}

static size_t behind(struct bench *b, const char *cell, bool now)
{
    struct behind found;
    struct error error = {0};
    if (behind_find(&b->arena, b->analysis, slice_from(cell), now, &found, &error) != OK) fail_msg("%s", error.message);
    for (size_t i = 0; i < found.count; i++) assert_true(found.rows[i] < b->table->rows);
    return found.count;
}

static struct slice stage_name(const struct bench *b, uint32_t stage)
{
    return b->analysis->funnel->stages[stage].label.name;
}

static size_t behind_way(struct bench *b, const struct transition *t, const char *part)
{
    const struct slice from = stage_name(b, t->from), to = stage_name(b, t->to);
    return behind(b, arena_printf(&b->arena, "transition:%.*s>%.*s:%s", SLICE_ARG(from), SLICE_ARG(to), part).ptr,
                  false);
}

static void check_numbers(enum basis basis)
{
    struct bench b;
    bench_init(&b, basis);
    for (uint32_t s = 0; s < b.analysis->stage_count; s++) {
        const struct slice cell = arena_printf(&b.arena, "stage:%.*s", SLICE_ARG(stage_name(&b, s)));
        assert_int_equal(behind(&b, cell.ptr, false), b.analysis->stages[s].now);
        assert_true(behind(&b, cell.ptr, true) <= b.analysis->stages[s].now);
    }
    for (uint32_t s = 0; s + 1 < b.analysis->stage_count; s++) {
        const struct transition *t = &b.analysis->transitions[s];
        assert_int_equal(behind_way(&b, t, "went"), t->now.hits);
        assert_int_equal(behind_way(&b, t, "from"), t->now.n);
        assert_int_equal(behind_way(&b, t, "left"), t->left.total);
        assert_int_equal(behind_way(&b, t, "returned"), t->left.returned);
        assert_int_equal(behind_way(&b, t, "rejected"), t->left.rejected);
        assert_int_equal(behind_way(&b, t, "exited"), t->left.exited);
        assert_int_equal(behind_way(&b, t, "waiting"), t->left.waiting);
    }
    bench_release(&b);
}

static void cohort(void **state)
{
    check_numbers(BASIS_COHORT);
}

static void flow(void **state)
{
    check_numbers(BASIS_FLOW);
}

/* Exits of one stage without a reason, or with the same one, are told apart by which exit it was. */
static void exits_of_one_stage(void **state)
{
    struct bench b;
    bench_init(&b, BASIS_COHORT);
    size_t apart = 0;
    for (size_t i = 0; i < b.table->rows; i++)
        if (b.table->exit[i] >= EXIT_DECLARED) {
            b.table->exit_stage[i] = SAL;
            b.table->exit_reason[i] = 0;
        }
    b.analysis = analysis_build(&b.arena, b.table, &(struct analysis_options){.basis = BASIS_COHORT});
    for (size_t i = 0; i < b.analysis->leave_count; i++) {
        const struct leave *l = &b.analysis->leaves[i];
        if (!l->exit) continue;
        const struct slice name = l->exit->label.name;
        const struct slice cell = arena_printf(&b.arena, "exit:SAL:exited.%.*s:none", SLICE_ARG(name));
        assert_true(l->count > 0);
        assert_int_equal(behind(&b, cell.ptr, false), l->count);
        apart += l->count;
    }
    assert_int_equal(behind(&b, "exit:SAL:exited.lost:none", false), 4);
    assert_int_equal(behind(&b, "exit:SAL:exited.disqualified:none", false), 2);
    assert_int_equal(apart, 6);
    assert_int_equal(behind(&b, "exit:SAL:exited:none", false), apart);
    assert_int_equal(behind(&b, "exit:SAL:exited.lost:price", false), 0);
    bench_release(&b);
}

/* What is earned on the way to the goal stands at its stage, and has people behind it. */
static void earned_before_the_goal(void **state)
{
    const struct match paid = {.event = 3};
    const struct signal payments = {.match = {.alternatives = &paid, .count = 1}, .slot = 7};
    const struct clause once = {.kind = CLAUSE_COUNT, .slot = 7, .need = 1},
                        rule = {.kind = CLAUSE_ALL, .members = &once, .count = 1};
    struct bench b;
    bench_init(&b, BASIS_COHORT);
    b.made.stages[SQL].enter = &rule;
    b.made.definition.kinds[KIND_PERSON].signals = &payments;
    b.made.definition.kinds[KIND_PERSON].signal_count = 1;
    b.made.definition.channels.revenue_event = 3;
    const struct analysis *a = analysis_build(&b.arena, b.table, &(struct analysis_options){.basis = BASIS_COHORT});
    assert_int_equal(a->outcomes[0].stage, SQL);
    assert_int_equal(a->outcomes[0].now, a->stages[SQL].now);
    assert_false(isnan(a->outcomes[0].revenue));
    assert_int_equal(a->outcomes[1].stage, WON);
    assert_true(isnan(a->outcomes[1].revenue));
    b.analysis = a;
    assert_int_equal(behind(&b, "outcome:SQL", false), a->outcomes[0].now);
    bench_release(&b);
}

static void no_cells(void **state)
{
    static const char *const wrong[] = {"",
                                        "stage",
                                        "stage:",
                                        "transition:MCL>MEL",
                                        "exit:MCL",
                                        "outcome:MCL",
                                        "month:x:MCL",
                                        "transition:MEL>MCL:went",
                                        "x:MCL",
                                        "month:2026-00",
                                        "stage:nobody",
                                        "transition:MCL>MEL:flew",
                                        "exit:SAL:exited.nowhere:none",
                                        "exit:SAL:rejected.lost:none"};
    struct bench b;
    bench_init(&b, BASIS_COHORT);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct behind found;
        struct error error = {0};
        assert_int_equal(behind_find(&b.arena, b.analysis, slice_from(wrong[i]), false, &found, &error), BAD_USAGE);
    }
    bench_release(&b);
}

/* Every group of a breakdown is what the narrow table's stages count; together they are everybody. */
static void narrowed(void **state)
{
    struct bench b;
    bench_init(&b, BASIS_COHORT);
    size_t rows = 0, handoffs = 0;
    const struct breakdown *by = &b.analysis->breakdowns[BY_SOURCE];
    for (size_t g = 0; g < by->count; g++) {
        const struct narrowing only = {.values = {{BY_SOURCE, by->groups[g].value}}, .count = 1};
        const uint32_t *from;
        const struct fact_table *t = table_narrow(&b.arena, b.table, &only, &from);
        const struct analysis *a = analysis_build(&b.arena, t, &(struct analysis_options){.basis = BASIS_COHORT});
        for (uint32_t s = 0; s < a->stage_count; s++) assert_int_equal(a->stages[s].now, by->groups[g].now[s]);
        for (size_t i = 0; i < t->rows; i++) assert_int_equal(t->entered[0][i], b.table->entered[0][from[i]]);
        for (size_t i = 0; i < t->handoff_count; i++) assert_true(t->handoffs[i].row < t->rows);
        rows += t->rows;
        handoffs += t->handoff_count;
    }
    assert_int_equal(rows, b.table->rows);
    assert_int_equal(handoffs, b.table->handoff_count);
    bench_release(&b);
}

static size_t behind_rest(struct bench *b, const char *cell, const char *section)
{
    struct behind found;
    struct error error = {0};
    assert_int_equal(behind_find(&b->arena, b->analysis, slice_from(cell), false, &found, &error), OK);
    assert_int_equal(behind_keep_rest(&b->arena, b->analysis, slice_from(section), &found, &error), OK);
    return found.count;
}

/* The people of a row of the rest are as many as it says, in a breakdown and among the channels. */
static void rest(void **state)
{
    struct bench b;
    struct behind found = {0};
    struct error error;
    bench_init(&b, BASIS_COHORT);
    b.analysis = analysis_build(&b.arena, b.table, &(struct analysis_options){.basis = BASIS_COHORT, .values = 2});
    const struct group_measure *source = &b.analysis->breakdowns[BY_SOURCE].rest;
    assert_true(source->now[MEL] > 0);
    assert_int_equal(behind_rest(&b, "stage:MCL", "breakdown.source"), source->now[MCL]);
    assert_int_equal(behind_rest(&b, "stage:MEL", "breakdown.source"), source->now[MEL]);
    assert_int_equal(behind_rest(&b, "stage:MCL", "channels"), b.analysis->channel_rest.first);
    assert_int_equal(behind_rest(&b, "stage:SQO", "channels"), b.analysis->channel_rest.goal);
    assert_int_equal(behind_rest(&b, "stage:MCL", "breakdown.size"), 0); /* bands are all shown */
    static const char *const none[] = {"breakdown.weather", "breakdown", "source", "channel", ""};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(behind_keep_rest(&b.arena, b.analysis, slice_from(none[i]), &found, &error), BAD_USAGE);
    bench_release(&b);
}

static void asked(void **state)
{
    struct bench b;
    struct error error = {0};
    struct narrowing n = {0};
    bench_init(&b, BASIS_COHORT);
    assert_int_equal(narrowing_where(&n, b.table, SLICE("source:nobody has it"), &error), OK);
    assert_int_equal(table_narrow(&b.arena, b.table, &n, NULL)->rows, 0);
    assert_int_equal(narrowing_where(&n, b.table, SLICE("source"), &error), BAD_USAGE);
    assert_int_equal(narrowing_where(&n, b.table, SLICE("weather:fine"), &error), BAD_USAGE);
    assert_int_equal(narrowing_segment(&n, b.table->definition, SLICE("nobody"), &error), BAD_USAGE);
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cohort),
        cmocka_unit_test(flow),
        cmocka_unit_test(exits_of_one_stage),
        cmocka_unit_test(earned_before_the_goal),
        cmocka_unit_test(no_cells),
        cmocka_unit_test(narrowed),
        cmocka_unit_test(rest),
        cmocka_unit_test(asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
