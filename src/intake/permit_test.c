/* What a key that is held to something may say. */
#include "base/test.h"

#include "intake/permit.h"

static enum permit_fault check(const struct permit *permit, enum input_call call, const char *name, const char *user,
                               const char *group)
{
    return permit_check(permit, &(struct input_event){.call = call,
                                                      .name = slice_from(name),
                                                      .user = slice_from(user),
                                                      .group = slice_from(group),
                                                      .anonymous = SLICE("a1")});
}

static void test_calls(void **state)
{
    struct permit permit = {0};
    struct arena arena;
    struct error error;
    arena_init(&arena);
    assert_int_equal(check(&permit, CALL_ALIAS, "", "p1", ""), PERMIT_FINE); /* held to nothing */
    assert_int_equal(permit_calls_parse(SLICE("  page track "), &permit.calls, &error), OK);
    assert_slice(permit_calls_text(&arena, permit.calls), "track page");
    assert_int_equal(check(&permit, CALL_TRACK, "signed_up", "p1", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_IDENTIFY, "", "p1", ""), PERMIT_CALL);
    assert_int_equal(check(&permit, CALL_ALIAS, "", "p1", ""), PERMIT_CALL);
    assert_int_equal(permit_calls_parse(SLICE("page erase"), &permit.calls, &error), BAD_USAGE);
    assert_non_null(strstr(error.message, "erase"));
    assert_slice(permit_calls_text(&arena, 0), "");
    arena_release(&arena);
}

static void test_events(void **state)
{
    const struct permit permit = {.events = SLICE("Signed Up\npage_*\ndemo")};
    assert_int_equal(check(&permit, CALL_TRACK, "Signed Up", "", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_TRACK, "page_read", "", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_TRACK, "page_", "", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_TRACK, "demo_booked", "", ""), PERMIT_EVENT); /* no beginning */
    assert_int_equal(check(&permit, CALL_TRACK, "deal_won", "", ""), PERMIT_EVENT);
    assert_int_equal(check(&permit, CALL_TRACK, "signed up", "", ""), PERMIT_EVENT);
    assert_int_equal(check(&permit, CALL_PAGE, "anything", "", ""), PERMIT_FINE); /* names of pages are no events */
}

static void test_visitors(void **state)
{
    const struct permit permit = {.visitors = true};
    assert_int_equal(check(&permit, CALL_TRACK, "e", "", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_IDENTIFY, "", "", ""), PERMIT_FINE);
    assert_int_equal(check(&permit, CALL_TRACK, "e", "p1", ""), PERMIT_PERSON);
    assert_int_equal(check(&permit, CALL_TRACK, "e", "", "acme"), PERMIT_ACCOUNT);
    const struct input_event alias = {.call = CALL_ALIAS, .previous = SLICE("p1"), .anonymous = SLICE("a1")};
    assert_int_equal(permit_check(&permit, &alias), PERMIT_PERSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_visitors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
