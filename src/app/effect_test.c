/* What became of a decision, counted by hand: both sides equally old, nothing told on few. */
#include "app/effect.h"

#include "base/buffer.h"
#include "base/civil.h"
#include "base/test.h"
#include "base/zone.h"
#include "definition/load.h"

enum { ROWS = 400 };

static const char text[] = "masa: 1\n"
                           "company: { zone: UTC, currency: USD }\n"
                           "events: { seen: {}, tried: {} }\n"
                           "funnels: { b2b: { of: person, stages: {\n"
                           "  A: { owner: marketing, enter: { did: seen } },\n"
                           "  B: { owner: sales, enter: { did: tried } } } } }\n"
                           "report: { funnel: b2b, min_n: 20 }\n";

struct made {
    struct definition_file *file;
    struct fact_table table;
    int64_t a[ROWS], b[ROWS], *entered[2];
    uint32_t lap[ROWS];
    struct arena arena;
};

static int begin(void **state)
{
    struct made *m = memory_new(sizeof *m);
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    arena_init(&m->arena);
    m->file = definition_parse(slice_from(text), "a.yaml", &diagnostics);
    if (!m->file) diagnostics_print(&diagnostics, stderr);
    diagnostics_release(&diagnostics);
    if (!m->file) return -1;
    m->entered[0] = m->a;
    m->entered[1] = m->b;
    m->table = (struct fact_table){.definition = definition_of(m->file),
                                   .zone = &zone_utc,
                                   .as_of = 200 * DAY_US - 1,
                                   .entered = m->entered,
                                   .lap = m->lap};
    *state = m;
    return 0;
}

static int end(void **state)
{
    struct made *m = *state;
    definition_free(m->file);
    arena_release(&m->arena);
    free(m);
    return 0;
}

/* Somebody who entered A on a day, and B so many days later (0: never). */
static void add(struct made *m, int lap, int day, int later)
{
    const size_t i = m->table.rows++;
    assert_true(i < ROWS);
    m->lap[i] = (uint32_t)lap;
    m->a[i] = day * DAY_US;
    m->b[i] = later ? (day + later) * DAY_US : INSTANT_NONE;
}

static void add_many(struct made *m, int count, int day, int later)
{
    for (int i = 0; i < count; i++) add(m, 1, day, later);
}

static void expect(struct made *m, const char *kpi, int64_t taken_at, const char *expected)
{
    struct buffer out;
    struct json_writer w = {.out = &out};
    buffer_init(&out, BUFFER_NO_LIMIT);
    effect_put(&m->table, slice_from(kpi), taken_at, &w);
    assert_slice(buffer_slice(&out), expected);
    buffer_release(&out);
}

#define LABELLED(kpi, he, en, unit)                                                                                    \
    "{\"kpi\":\"" kpi "\",\"label\":{\"he\":\"" he "\",\"en\":\"" en "\"},\"unit\":\"" unit "\","

/* Taken on day 170, so 30 days each: 40 of 100 before, 60 of 100 after. Who reached B too late counts on neither side.
 */
static void a_rate_is_told(void **state)
{
    struct made *m = *state;
    add_many(m, 40, 150, 5);
    add_many(m, 50, 150, 0);
    add_many(m, 10, 165, 20); /* on day 185: when the side before was as old, they had not */
    add_many(m, 60, 180, 5);
    add_many(m, 30, 180, 0);
    add_many(m, 10, 195, 20); /* after the as-of */
    add_many(m, 20, 100, 1);  /* longer ago */
    add(m, 2, 180, 1);        /* a second lap */
    expect(m, "A>B", 170 * DAY_US,
           LABELLED("A>B", "A אל B", "A to B", "pct") "\"before\":40,\"before_n\":100,\"after\":60,\"after_n\":100,"
                                                      "\"after_ci95\":[50.2,69.1],\"change\":{\"pp\":20,\"pct\":null,"
                                                      "\"p_value\":0.0047,\"verdict\":\"told\","
                                                      "\"n_to_tell\":97},\"as_of\":\"1970-07-19T23:59:59.999999Z\"}");
    struct words words;
    assert_true(effect_words(&m->table, SLICE("A>B"), 170 * DAY_US, &m->arena, &words));
    assert_slice(words.in[ENGLISH], "A to B: 40.0% of 100 before, 60.0% of 100 after: more than chance");
    assert_slice(words.in[HEBREW], "A אל B: לפני 40.0% מתוך 100, אחרי 60.0% מתוך 100: יותר ממקרה");
}

static void few_tell_nothing(void **state)
{
    struct made *m = *state;
    struct words words;
    add_many(m, 10, 150, 0);
    add_many(m, 10, 180, 5);
    assert_true(effect_words(&m->table, SLICE("A>B"), 170 * DAY_US, &m->arena, &words));
    assert_slice(words.in[ENGLISH], "A to B: 0.0% of 10 before, 100.0% of 10 after: too few to tell");
}

static void what_may_be_chance_is_said_to_be(void **state)
{
    struct made *m = *state;
    struct words words;
    add_many(m, 50, 150, 1);
    add_many(m, 55, 180, 1);
    assert_true(effect_words(&m->table, SLICE("B"), 170 * DAY_US, &m->arena, &words));
    assert_slice(words.in[ENGLISH], "Reached B: 50 before, 55 after: it may be chance");
    expect(
        m, "B", 170 * DAY_US,
        LABELLED(
            "B", "הגיעו ל־B", "Reached B",
            "count") "\"before\":50,\"before_n\":50,\"after\":55,\"after_n\":55,"
                     "\"after_ci95\":null,\"change\":{\"pp\":null,\"pct\":10,\"p_value\":0.6274,\"verdict\":\"noise\","
                     "\"n_to_tell\":null},\"as_of\":\"1970-07-19T23:59:59.999999Z\"}");
}

/* Ninety days at most: a decision of long ago is measured on its first ninety. */
static void both_sides_end(void **state)
{
    struct made *m = *state;
    struct words words;
    add_many(m, 30, 40, 1);  /* before: from day 10 */
    add_many(m, 5, 5, 1);    /* too long before */
    add_many(m, 30, 110, 1); /* after: until day 190 */
    add_many(m, 5, 195, 1);
    assert_true(effect_words(&m->table, SLICE("A"), 100 * DAY_US, &m->arena, &words));
    assert_slice(words.in[ENGLISH], "Reached A: 30 before, 30 after: it may be chance");
}

static void on_the_first_day_there_is_nothing(void **state)
{
    struct made *m = *state;
    struct words words;
    add_many(m, 30, 199, 0);
    assert_false(effect_words(&m->table, SLICE("A"), 200 * DAY_US - HOUR_US, &m->arena, &words));
    expect(m, "A", 300 * DAY_US,
           LABELLED("A", "הגיעו ל־A", "Reached A",
                    "count") "\"before\":null,\"before_n\":null,\"after\":null,"
                             "\"after_n\":null,\"after_ci95\":null,\"change\":null,\"as_of\":null}");
    expect(m, "", 100 * DAY_US, "null");
    expect(m, "B>A", 100 * DAY_US, "null");
    assert_true(effect_is_measurable(&m->table, SLICE("A>B")));
    assert_false(effect_is_measurable(&m->table, SLICE("B>A")));
    assert_false(effect_is_measurable(&m->table, SLICE("C")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_rate_is_told, begin, end),
        cmocka_unit_test_setup_teardown(few_tell_nothing, begin, end),
        cmocka_unit_test_setup_teardown(what_may_be_chance_is_said_to_be, begin, end),
        cmocka_unit_test_setup_teardown(both_sides_end, begin, end),
        cmocka_unit_test_setup_teardown(on_the_first_day_there_is_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
