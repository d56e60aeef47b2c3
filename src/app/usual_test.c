/* The middle of what stages take stays that of a table sorted anew, whatever comes and goes. */
#include "base/test.h"

#include <stdlib.h>

#include "analysis/statistics.h"
#include "app/usual.h"

enum { STAGES = 3, ROWS = 200, ROUNDS = 60 };

struct made {
    struct funnel funnel;
    struct stage stages[STAGES];
    struct definition definition;
    struct fact_table table;
    int64_t entered[STAGES][ROWS], *columns[STAGES];
    uint64_t carried[ROWS];
    unsigned dice;
};

static unsigned roll(struct made *m, unsigned sides)
{
    m->dice = m->dice * 1103515245 + 12345;
    return (m->dice >> 16) % sides;
}

static void make_row(struct made *m, size_t row)
{
    const unsigned reached = roll(m, STAGES + 1);
    int64_t at = roll(m, 1000);
    for (unsigned s = 0; s < STAGES; s++) {
        m->entered[s][row] = s < reached ? at : INSTANT_NONE;
        at += roll(m, 5); /* few values, so that many are the same */
    }
    m->carried[row] = roll(m, 4) ? 0 : 1u << roll(m, STAGES);
}

static void make(struct made *m)
{
    m->dice = 7;
    m->funnel = (struct funnel){.stages = m->stages, .stage_count = STAGES};
    m->definition = (struct definition){.funnels = &m->funnel, .funnel_count = 1};
    for (int s = 0; s < STAGES; s++) m->columns[s] = m->entered[s];
    m->table =
        (struct fact_table){.definition = &m->definition, .rows = ROWS, .entered = m->columns, .carried = m->carried};
    for (size_t i = 0; i < ROWS; i++) make_row(m, i);
}

/* As it would be worked out anew. */
static int64_t median_of(const struct made *m, size_t stage)
{
    int64_t times[ROWS];
    size_t count = 0;
    for (size_t i = 0; i < ROWS && stage + 1 < STAGES; i++)
        if (m->entered[stage + 1][i] != INSTANT_NONE && !(m->carried[i] >> stage & 3))
            times[count++] = m->entered[stage + 1][i] - m->entered[stage][i];
    return count ? median_twice(times, count) / 2 : -1;
}

static void assert_medians(const struct made *m, const struct usual *usual)
{
    int64_t *medians = usual_medians(usual);
    for (size_t s = 0; s < STAGES; s++) assert_int_equal(medians[s], median_of(m, s));
    free(medians);
}

static void test_changes(void **state)
{
    struct made *m = memory_new(sizeof *m);
    struct usual usual = {0};
    make(m);
    usual_fill(&usual, &m->table);
    assert_medians(m, &usual);
    for (int round = 0; round < ROUNDS; round++) {
        struct usual gone = {0}, added = {0};
        uint32_t rows[ROWS];
        const size_t count = 1 + roll(m, round % 2 ? 3 : ROWS), first = roll(m, (unsigned)(ROWS - count + 1));
        for (size_t i = 0; i < count; i++) rows[i] = (uint32_t)(first + i);
        usual_collect(&gone, &m->table, rows, count);
        for (size_t i = 0; i < count; i++) make_row(m, rows[i]);
        usual_collect(&added, &m->table, rows, count);
        usual_change(&usual, &gone, &added);
        assert_medians(m, &usual);
        usual_release(&gone);
        usual_release(&added);
    }
    usual_release(&usual);
    free(m);
}

static void test_nobody(void **state)
{
    struct made *m = memory_new(sizeof *m);
    struct usual usual = {0};
    make(m);
    m->table.rows = 0;
    usual_fill(&usual, &m->table);
    int64_t *medians = usual_medians(&usual);
    for (size_t s = 0; s < STAGES; s++) assert_int_equal(medians[s], -1);
    free(medians);
    usual_release(&usual);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
