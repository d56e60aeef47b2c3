/* The clock of a stage, looked at while it runs, when nobody works, too late, and after it stopped. */
#include "base/test.h"

#include "app/handoff_clock.h"
#include "base/buffer.h"
#include "definition/load.h"

static const char text[] =
    "masa: 1\n"
    "company: { zone: UTC, week: sunday, workdays: [sunday, monday, tuesday, wednesday, thursday], hours: 09:00-17:00, "
    "holidays: none }\n"
    "events: { a: {}, b: {} }\n"
    "funnels: { f: { stages: { A: { on: a }, B: { on: b, sla: { within: 2 business days, remind: [ { before: 4 "
    "business hours } ], escalate: [ { late: 1 business hour, to: leads } ] } }, C: { on: b, sla: 3d }, D: { on: b } } "
    "} "
    "}\n";

enum { SUNDAY = 20457 };                             /* 2026-01-04 */
#define BEGAN ((SUNDAY + 1) * DAY_US + 10 * HOUR_US) /* Monday 10:00: due on Wednesday 10:00 */

struct fixture {
    struct diagnostics diagnostics;
    struct definition_file *file;
    struct workweek week;
    struct engine *engine;
    struct fact_table table;
    struct roster roster;
};

static int set_up(void **state)
{
    static struct fixture f;
    diagnostics_init(&f.diagnostics);
    f.file = definition_parse(slice_from(text), "t.yaml", &f.diagnostics);
    diagnostics_print(&f.diagnostics, stderr);
    assert_non_null(f.file);
    f.week = workweek_usual(&zone_utc, NULL, 0);
    f.engine = engine_new(definition_of(f.file), (struct engine_calendar){&zone_utc, &f.week});
    f.table = (struct fact_table){.definition = definition_of(f.file), .zone = &zone_utc, .workweek = &f.week};
    f.roster = (struct roster){.table = &f.table, .engine = f.engine};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    engine_free(f->engine);
    definition_free(f->file);
    diagnostics_release(&f->diagnostics);
    return 0;
}

static struct sla_clock look(struct fixture *f, size_t stage, int64_t as_of, int64_t stopped)
{
    struct sla_clock clock;
    f->table.as_of = as_of;
    assert_true(clock_read(&f->roster, &f->table.definition->funnels[0].stages[stage], BEGAN, stopped, &clock));
    return clock;
}

static void working_time_runs_only_when_somebody_works(void **state)
{
    struct fixture *f = *state;
    struct sla_clock clock = look(f, 1, BEGAN + 2 * HOUR_US, INSTANT_MAX);
    assert_int_equal(clock.due, BEGAN + 2 * DAY_US);
    assert_int_equal(clock.total, 16 * HOUR_US);
    assert_int_equal(clock.left, 14 * HOUR_US);
    assert_int_equal(clock.state, CLOCK_OK);
    clock = look(f, 1, BEGAN + 9 * HOUR_US, INSTANT_MAX); /* Monday 19:00 */
    assert_int_equal(clock.left, 9 * HOUR_US);
    assert_int_equal(clock.state, CLOCK_PAUSED);
}

static void less_than_a_quarter_is_soon_and_past_due_is_late(void **state)
{
    struct fixture *f = *state;
    /* Four of sixteen hours are left on Tuesday at 14:00: a quarter is not less than one. */
    assert_int_equal(look(f, 1, BEGAN + DAY_US + 4 * HOUR_US, INSTANT_MAX).state, CLOCK_OK);
    assert_int_equal(look(f, 1, BEGAN + DAY_US + 4 * HOUR_US + 1, INSTANT_MAX).state, CLOCK_SOON);
    assert_int_equal(look(f, 1, BEGAN + 2 * DAY_US, INSTANT_MAX).state, CLOCK_SOON);
    const struct sla_clock late = look(f, 1, BEGAN + 2 * DAY_US + 3 * HOUR_US, INSTANT_MAX);
    assert_int_equal(late.state, CLOCK_LATE);
    assert_int_equal(late.left, -3 * HOUR_US);
}

static void a_clock_that_stopped_stays(void **state)
{
    struct fixture *f = *state;
    const struct sla_clock met = look(f, 1, BEGAN + 30 * DAY_US, BEGAN + HOUR_US);
    assert_int_equal(met.state, CLOCK_MET);
    assert_int_equal(met.left, 15 * HOUR_US);
    assert_int_equal(look(f, 1, BEGAN + 30 * DAY_US, BEGAN + 3 * DAY_US).state, CLOCK_LATE);
}

static void days_of_the_calendar_never_pause(void **state)
{
    struct fixture *f = *state;
    struct sla_clock clock = look(f, 2, BEGAN + 12 * HOUR_US, INSTANT_MAX);
    assert_int_equal(clock.total, 3 * DAY_US);
    assert_int_equal(clock.state, CLOCK_OK);
    assert_false(clock_read(&f->roster, &f->table.definition->funnels[0].stages[3], BEGAN, INSTANT_MAX, &clock));
}

static void assert_written(struct fixture *f, const struct sla_clock *clock, const char *wanted)
{
    struct buffer out;
    struct arena arena;
    buffer_init(&out, BUFFER_NO_LIMIT);
    arena_init(&arena);
    struct json_writer w = {.out = &out};
    json_object(&w);
    clock_put_days(&w, "days", clock);
    clock_put_notices(&w, "notices", &arena, clock);
    json_end(&w);
    assert_slice(buffer_slice(&out), wanted);
    arena_release(&arena);
    buffer_release(&out);
}

static void days_and_reminders(void **state)
{
    struct fixture *f = *state;
    const struct sla_clock clock = look(f, 1, BEGAN + DAY_US + 5 * HOUR_US, INSTANT_MAX); /* Tuesday 15:00 */
    assert_written(f, &clock,
                   "{\"days\":[{\"date\":\"2026-01-05\",\"kind\":\"used\",\"minutes\":420},"
                   "{\"date\":\"2026-01-06\",\"kind\":\"used\",\"minutes\":360},"
                   "{\"date\":\"2026-01-06\",\"kind\":\"left\",\"minutes\":120},"
                   "{\"date\":\"2026-01-07\",\"kind\":\"left\",\"minutes\":60}],"
                   "\"notices\":[{\"at\":\"2026-01-06T14:00:00+00:00\",\"kind\":\"reminder\","
                   "\"to\":{\"he\":\"מי שמטפל בליד\",\"en\":\"whoever has it\"},\"sent\":true},"
                   "{\"at\":\"2026-01-07T11:00:00+00:00\",\"kind\":\"escalation\","
                   "\"to\":{\"he\":\"leads\",\"en\":\"leads\"},\"sent\":false}]}");
    /* Nobody is reminded of what was answered. */
    const struct sla_clock answered = look(f, 1, BEGAN + 9 * DAY_US, BEGAN + HOUR_US);
    assert_written(f, &answered,
                   "{\"days\":[{\"date\":\"2026-01-05\",\"kind\":\"used\",\"minutes\":60},"
                   "{\"date\":\"2026-01-05\",\"kind\":\"left\",\"minutes\":360},"
                   "{\"date\":\"2026-01-06\",\"kind\":\"left\",\"minutes\":480},"
                   "{\"date\":\"2026-01-07\",\"kind\":\"left\",\"minutes\":60}],\"notices\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_time_runs_only_when_somebody_works),
        cmocka_unit_test(less_than_a_quarter_is_soon_and_past_due_is_late),
        cmocka_unit_test(a_clock_that_stopped_stays),
        cmocka_unit_test(days_of_the_calendar_never_pause),
        cmocka_unit_test(days_and_reminders),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
