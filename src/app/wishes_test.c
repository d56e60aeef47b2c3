/* Which reports are written again of the next state: those asked for lately, each once, the last asked first. */
#include "base/test.h"

#include "app/wishes.h"

static struct standing_request of_segment(const char *segment)
{
    return (struct standing_request){.basis = SLICE("flow"), .only.segment = slice_from(segment)};
}

static void note(struct wishes *w, const char *segment, int64_t now)
{
    const struct standing_request request = of_segment(segment);
    wishes_note(w, &request, slice_from(segment), now);
}

static void test_last_asked_first(void **state)
{
    struct arena arena;
    struct standing_request out[WISHES_MOST];
    struct wishes *w = wishes_new();
    arena_init(&arena);
    note(w, "a", 1);
    note(w, "b", 2);
    note(w, "a", 3);
    assert_int_equal(wishes_list(w, 4, &arena, out), 2);
    assert_true(slice_is(out[0].only.segment, "a"));
    assert_true(slice_is(out[1].only.segment, "b"));
    assert_true(slice_is(out[1].basis, "flow"));
    note(w, "c", 5); /* once: whoever looks at something asks for it again */
    assert_int_equal(wishes_list(w, 6, &arena, out), 3);
    assert_true(slice_is(out[0].only.segment, "a"));
    assert_true(slice_is(out[1].only.segment, "c"));
    arena_release(&arena);
    wishes_free(w);
}

static void test_copies(void **state)
{
    struct arena arena;
    struct standing_request out[WISHES_MOST];
    char text[] = "channel:mail";
    const struct slice where = slice_from(text);
    const struct standing_request request = {.only = {.where = &where, .where_count = 1}};
    struct wishes *w = wishes_new();
    arena_init(&arena);
    wishes_note(w, &request, SLICE("key"), 1);
    text[0] = 'x';
    assert_int_equal(wishes_list(w, 1, &arena, out), 1);
    wishes_free(w);
    assert_int_equal(out[0].only.where_count, 1);
    assert_true(slice_is(out[0].only.where[0], "channel:mail"));
    arena_release(&arena);
}

static void test_forgets(void **state)
{
    struct arena arena;
    struct standing_request out[WISHES_MOST];
    char name[] = "a";
    struct wishes *w = wishes_new();
    arena_init(&arena);
    for (int i = 0; i <= WISHES_MOST; i++, name[0]++) note(w, name, i);
    assert_int_equal(wishes_list(w, WISHES_MOST, &arena, out), WISHES_MOST);
    assert_true(slice_is(out[WISHES_MOST - 1].only.segment, "b")); /* the first gave way */
    assert_int_equal(wishes_list(w, WISHES_MOST + WISH_MS - 1, &arena, out), 1);
    assert_int_equal(wishes_list(w, WISHES_MOST + WISH_MS, &arena, out), 0);
    arena_release(&arena);
    wishes_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_asked_first),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_forgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
