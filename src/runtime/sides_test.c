/* Lists that are keyed by their owners: replaced, renumbered, shared where nothing changed. */
#include "base/test.h"

#include "runtime/sides.h"

struct entry {
    int value;
    uint32_t owner;
};

static const struct side_shape shape = {sizeof(struct entry), sizeof(int)};

static void add_hundred(void *context, void *entry)
{
    ((struct entry *)entry)->value += 100;
    ++*(int *)context;
}

static void assert_entries(const struct side_list *list, const struct entry *expected, size_t count)
{
    const struct entry *at = side_entries(list);
    assert_int_equal(side_count(list), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(at[i].value, expected[i].value);
        assert_int_equal(at[i].owner, expected[i].owner);
    }
}

static const struct entry first[] = {{1, 0}, {2, 0}, {3, 2}, {4, 5}};

static void test_replace(void **state)
{
    static const struct entry fresh[] = {{10, 0}, {11, 1}, {12, 1}};
    static const struct entry expected[] = {{1, 0}, {2, 0}, {111, 2}, {112, 2}, {110, 7}};
    struct owner_move moves[] = {{1, 2}, {3, 5}, {0, 7}}; /* of 5 nothing is left; 7 is new */
    const struct owner_moves all = {moves, 3, 3};
    int fixed = 0;
    struct side_list *list = side_copy(shape, first, 4);
    struct side_list *out = side_replace(list, shape, fresh, 3, &all, add_hundred, &fixed);
    assert_entries(out, expected, 5);
    assert_entries(list, first, 4);
    assert_int_equal(fixed, 3);
    side_give(out);
    side_give(list);
}

static void test_nothing_to_replace(void **state)
{
    struct owner_move moves[] = {{0, 1}, {1, 9}};
    const struct owner_moves all = {moves, 2, 2};
    int fixed = 0;
    struct side_list *list = side_copy(shape, first, 4);
    struct side_list *out = side_replace(list, shape, NULL, 0, &all, add_hundred, &fixed);
    assert_ptr_equal(out, list);
    side_give(list);
    assert_entries(out, first, 4); /* it was held once more */
    side_give(out);
}

static void test_renumber(void **state)
{
    static const struct entry expected[] = {{1, 0}, {2, 0}, {4, 3}};
    static const uint32_t place[] = {0, 1, UINT32_MAX, UINT32_MAX, 2, 3};
    struct side_list *list = side_copy(shape, first, 4);
    struct side_list *out = side_renumber(list, shape, place);
    assert_entries(out, expected, 3);
    side_give(out);
    side_give(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_nothing_to_replace),
        cmocka_unit_test(test_renumber),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
