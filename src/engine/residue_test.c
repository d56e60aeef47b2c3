/* What stays of somebody who was erased: nothing that says who they were, and every number that was counted. */
#include "base/test.h"
#include "engine/residue.h"

enum { LEAD, SAL, WON, STAGES };
enum { SLOT_PLAIN, SLOT_SOURCE, SLOTS };
#define DAY(n, hour) ((n)*DAY_US + (hour)*HOUR_US)
#define END(n)       (((n) + 1) * DAY_US - 1)

struct world {
    struct arena arena;
    struct dictionary dictionary;
    struct definition definition;
    struct reason reasons[1];
    struct stage stages[STAGES];
    struct funnel funnels[1];
    struct slot slots[SLOTS];
    struct dimension dimensions[1];
    uint32_t rep, listed, free_text, source;
};

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){.reasons = {{.label = {.name = SLICE("no_budget")}}}};
    arena_init(&w.arena);
    dictionary_init(&w.dictionary);
    dictionary_code(&w.dictionary, SLICE(""));
    w.rep = dictionary_code(&w.dictionary, SLICE("rep1"));
    w.listed = dictionary_code(&w.dictionary, SLICE("no_budget"));
    w.free_text = dictionary_code(&w.dictionary, SLICE("knows our chairman"));
    w.source = dictionary_code(&w.dictionary, SLICE("fair"));
    w.stages[SAL] = (struct stage){.reject_reasons = w.reasons, .reject_count = 1};
    w.funnels[0] = (struct funnel){.stages = w.stages, .stage_count = STAGES};
    w.dimensions[0] = (struct dimension){.of = KIND_PERSON, .slot = SLOT_SOURCE};
    w.definition = (struct definition){.dictionary = &w.dictionary,
                                       .funnels = w.funnels,
                                       .funnel_count = 1,
                                       .dimensions = w.dimensions,
                                       .dimension_count = 1};
    w.definition.kinds[KIND_PERSON] = (struct kind_model){.slots = w.slots, .slot_count = SLOTS};
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    dictionary_release(&w->dictionary);
    arena_release(&w->arena);
    return 0;
}

static struct facts residue(struct world *w, struct facts facts, int64_t erased_at,
                            const struct residue_sharing *sharing)
{
    static const struct cell none[SLOTS];
    if (!facts.cells) facts.cells = none;
    return residue_of(&facts, &w->definition, KIND_PERSON, &zone_utc, erased_at, sharing, &w->arena);
}

static void intervals_stay_to_the_day(void **state)
{
    struct world *w = *state;
    static const struct clause clause;
    const struct interval held[] = {
        {.entered = DAY(3, 9),
         .left = DAY(5, 11),
         .lap = 1,
         .stage = LEAD,
         .because = &clause,
         .evidence = {4},
         .evidence_count = 1},
        {.entered = DAY(5, 11), .left = INSTANT_MAX, .lap = 1, .stage = SAL, .how = HOW_DECIDED, .by = w->rep}};
    const struct facts r = residue(w, (struct facts){.intervals = held, .interval_count = 2}, DAY(9, 12), NULL);
    assert_int_equal(r.interval_count, 2);
    assert_int_equal(r.intervals[0].entered, END(3));
    assert_int_equal(r.intervals[0].left, END(5));
    assert_null(r.intervals[0].because);
    assert_int_equal(r.intervals[0].evidence_count, 0);
    assert_int_equal(r.intervals[1].left, END(9)); /* stands nowhere any more */
    assert_int_equal(r.intervals[1].how, HOW_DECIDED);
    assert_int_equal(r.intervals[1].by, 0);
    assert_int_equal(r.leaving_count, 1);
    assert_slice(r.leavings[0].name, RESIDUE_EXIT);
    assert_int_equal(r.leavings[0].at, END(9));
    assert_int_equal(r.leavings[0].stage, SAL);
}

static void a_win_is_no_loss(void **state)
{
    struct world *w = *state;
    const struct interval won = {.entered = DAY(3, 9), .left = INSTANT_MAX, .lap = 1, .stage = WON};
    const struct facts r = residue(w, (struct facts){.intervals = &won, .interval_count = 1}, DAY(9, 12), NULL);
    assert_int_equal(r.intervals[0].left, END(9));
    assert_int_equal(r.leaving_count, 0);
}

/* Whether sales answered in time is a number that was recorded. */
static void answers_stay_as_timely_as_they_were(void **state)
{
    struct world *w = *state;
    static const struct {
        int64_t due, at;
        enum handoff_outcome outcome;
        bool late;
    } cases[] = {
        {DAY(5, 9), DAY(5, 8), HANDOFF_ACCEPTED, false},  {DAY(5, 9), DAY(5, 9), HANDOFF_ACCEPTED, false},
        {DAY(5, 9), DAY(5, 10), HANDOFF_ACCEPTED, true},  {DAY(5, 9), DAY(6, 8), HANDOFF_REJECTED, true},
        {DAY(6, 9), DAY(5, 10), HANDOFF_RETURNED, false}, {INSTANT_MAX, DAY(5, 10), HANDOFF_ACCEPTED, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct handoff h = {.submitted = DAY(4, 1),
                                  .due = cases[i].due,
                                  .at = cases[i].at,
                                  .outcome = cases[i].outcome,
                                  .by = w->rep,
                                  .reason = w->listed,
                                  .to = SLICE("team_east")};
        const struct facts r = residue(w, (struct facts){.handoffs = &h, .handoff_count = 1}, DAY(9, 0), NULL);
        assert_int_equal(r.handoffs[0].submitted, END(4));
        assert_int_equal(r.handoffs[0].outcome, cases[i].outcome);
        assert_int_equal(r.handoffs[0].at > r.handoffs[0].due, cases[i].late);
        assert_int_equal(r.handoffs[0].by, 0);
        assert_int_equal(r.handoffs[0].to.len, 0);
        assert_int_equal(r.handoffs[0].reason, w->listed);
    }
    const struct handoff open = {.submitted = DAY(4, 1), .due = DAY(5, 1), .at = INSTANT_MAX, .outcome = HANDOFF_OPEN};
    const struct facts r = residue(w, (struct facts){.handoffs = &open, .handoff_count = 1}, DAY(9, 0), NULL);
    assert_int_equal(r.handoffs[0].outcome, HANDOFF_WITHDRAWN);
    assert_int_equal(r.handoffs[0].at, END(9));
}

static void only_listed_reasons_stay(void **state)
{
    struct world *w = *state;
    const struct leaving left[] = {
        {.at = DAY(4, 1), .stage = LEAD, .name = SLICE("rejected"), .reason = w->listed, .by = w->rep},
        {.at = DAY(6, 1), .lap = 2, .stage = LEAD, .name = SLICE("rejected"), .reason = w->free_text}};
    const struct facts r = residue(w, (struct facts){.leavings = left, .leaving_count = 2}, DAY(9, 0), NULL);
    assert_int_equal(r.leaving_count, 2);
    assert_int_equal(r.leavings[0].reason, w->listed);
    assert_int_equal(r.leavings[0].by, 0);
    assert_int_equal(r.leavings[1].reason, 0);
}

static uint64_t so_many(void *context, uint32_t slot, struct cell value)
{
    assert_int_equal(slot, SLOT_SOURCE);
    assert_int_equal(value.kind, CELL_TEXT);
    return *(uint64_t *)context;
}

static void only_shared_dimensions_stay(void **state)
{
    struct world *w = *state;
    const struct cell cells[SLOTS] = {[SLOT_PLAIN] = cell_int(7), [SLOT_SOURCE] = cell_text(w->source)};
    for (uint64_t sharing = 0; sharing < 8; sharing++) {
        const struct residue_sharing count = {so_many, &sharing};
        const struct facts r = residue(w, (struct facts){.cells = cells}, DAY(9, 0), &count);
        assert_int_equal(r.cells[SLOT_PLAIN].kind, CELL_ABSENT);
        assert_int_equal(r.cells[SLOT_SOURCE].kind, sharing >= RESIDUE_SHARED_MIN ? CELL_TEXT : CELL_ABSENT);
    }
    const struct facts r = residue(w, (struct facts){.cells = cells}, DAY(9, 0), NULL);
    assert_int_equal(r.cells[SLOT_SOURCE].kind, CELL_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_stay_to_the_day),           cmocka_unit_test(a_win_is_no_loss),
        cmocka_unit_test(answers_stay_as_timely_as_they_were), cmocka_unit_test(only_listed_reasons_stay),
        cmocka_unit_test(only_shared_dimensions_stay),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
