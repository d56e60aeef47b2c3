/* The steady clock: over a clock that is set back it goes on. */
#include "base/test.h"

#include "access/world.h"

static int64_t shown(void *context)
{
    return *(int64_t *)context;
}

static void test_it_only_goes_on(void **state)
{
    int64_t clock = 100 * HOUR_US;
    struct steady_clock steady;
    const struct world world = world_steady(&steady, (struct world){.context = &clock, .now = shown}, 0);
    assert_int_equal(world_now(&world), 100 * HOUR_US);
    clock -= HOUR_US; /* set back by an hour */
    assert_int_equal(world_now(&world), 100 * HOUR_US + 1);
    assert_int_equal(world_now(&world), 100 * HOUR_US + 2);
    clock = 101 * HOUR_US;
    assert_int_equal(world_now(&world), 101 * HOUR_US);
    assert_int_equal(world_now(&world), 101 * HOUR_US + 1); /* no two are the same */
}

static void test_it_follows_what_was_told_before(void **state)
{
    int64_t clock = 100 * HOUR_US;
    struct steady_clock steady;
    const struct world under = {.context = &clock, .now = shown};
    struct world world = world_steady(&steady, under, 102 * HOUR_US);
    assert_int_equal(world_now(&world), 102 * HOUR_US + 1);
    world = world_steady(&steady, under, 100 * HOUR_US + CLOCK_HELD + 1); /* a mistake of more than a day is no time */
    assert_int_equal(world_now(&world), 100 * HOUR_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_only_goes_on),
        cmocka_unit_test(test_it_follows_what_was_told_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
