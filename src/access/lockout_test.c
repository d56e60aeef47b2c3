/* The wait of whoever guesses: it grows, it has a most, it is forgotten, and a crowd of others does not undo it. */
#include "access/lockout.h"

#include <stdio.h>

#include "base/civil.h"
#include "base/test.h"

static void no_random(void *context, void *out, size_t size)
{
    memset(out, 7, size);
}

static const struct world still = {.random = no_random};
static const struct lockout_rule rule = {3, SECOND_US, 10 * SECOND_US, HOUR_US};
enum { BEGIN = 2000000000 };
#define BEGINNING ((int64_t)BEGIN * SECOND_US)

static void the_wait_doubles_up_to_a_most(void **state)
{
    struct lockout *lockout = lockout_new(rule, &still);
    const struct slice key = SLICE("account:p1");
    int64_t now = BEGINNING;
    static const int waits[] = {0, 0, 1, 2, 4, 8, 10, 10, 10}; /* after each try, in seconds */
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_int_equal(lockout_try(lockout, key, now), 0);
        const int64_t until = lockout_failed(lockout, key, now);
        assert_int_equal(until ? until - now : 0, waits[i] * SECOND_US);
        if (waits[i]) {
            assert_int_equal(lockout_try(lockout, key, until - 1), until); /* and asking does not make it longer */
            assert_int_equal(lockout_try(lockout, key, until - 1), until);
        }
        now = until ? until : now;
    }
    lockout_free(lockout);
}

static void it_is_never_for_ever(void **state)
{
    struct lockout *lockout = lockout_new(rule, &still);
    const struct slice key = SLICE("account:p1");
    int64_t now = BEGINNING;
    for (int i = 0; i < 1000; i++) {
        const int64_t until = lockout_try(lockout, key, now);
        assert_true(until <= now + rule.most);
        now = until ? until : now;
    }
    now += rule.most + rule.forget + 1;
    for (int i = 0; i < rule.free_tries - 1; i++) {
        assert_int_equal(lockout_try(lockout, key, now), 0);
        assert_int_equal(lockout_failed(lockout, key, now), 0);
    }
    lockout_free(lockout);
}

static void one_taken_back_leaves_the_others(void **state)
{
    struct lockout *lockout = lockout_new(rule, &still);
    const struct slice key = SLICE("192.0.2.1");
    lockout_try(lockout, key, BEGINNING);
    lockout_try(lockout, key, BEGINNING);
    lockout_try(lockout, key, BEGINNING);
    assert_true(lockout_failed(lockout, key, BEGINNING) > 0);
    lockout_take_back(lockout, key); /* the third was right */
    assert_int_equal(lockout_failed(lockout, key, BEGINNING), 0);
    lockout_try(lockout, key, BEGINNING);
    assert_true(lockout_failed(lockout, key, BEGINNING) > 0);
    lockout_forget(lockout, key);
    assert_int_equal(lockout_try(lockout, key, BEGINNING), 0);
    assert_int_equal(lockout_failed(lockout, key, BEGINNING), 0);
    lockout_free(lockout);
}

/* Tries that run side by side are all counted before the first of them is found wrong. */
static void many_at_once_gain_nothing(void **state)
{
    struct lockout *lockout = lockout_new(rule, &still);
    int let_in = 0;
    for (int i = 0; i < 100; i++) let_in += lockout_try(lockout, SLICE("account:p1"), BEGINNING) == 0;
    assert_int_equal(let_in, rule.free_tries);
    lockout_free(lockout);
}

static void a_crowd_pushes_out_whoever_failed_least(void **state)
{
    struct lockout *lockout = lockout_new(rule, &still);
    const struct slice key = SLICE("account:p1");
    for (int i = 0; i < 3; i++) lockout_try(lockout, key, BEGINNING);
    for (int i = 0; i < 100000; i++) {
        char other[32];
        snprintf(other, sizeof other, "account:x%d", i);
        lockout_try(lockout, slice_from(other), BEGINNING + 1);
    }
    assert_true(lockout_failed(lockout, key, BEGINNING) > 0);
    lockout_free(lockout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wait_doubles_up_to_a_most),           cmocka_unit_test(it_is_never_for_ever),
        cmocka_unit_test(one_taken_back_leaves_the_others),        cmocka_unit_test(many_at_once_gain_nothing),
        cmocka_unit_test(a_crowd_pushes_out_whoever_failed_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
