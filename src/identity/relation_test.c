/* Dated edges: whose something was, what one more name changes, and lists of any size. */
#include "base/test.h"
#include "identity/relation.h"

#include <stdio.h>

#include "base/buffer.h"
#include "base/civil.h"

static struct relation_list list_of(const struct relation *at, size_t count)
{
    return (struct relation_list){at, count};
}

static void the_next_name_owns(void **state)
{
    const struct relation names[] = {
        {SLICE("p1"), 10, false, false}, {SLICE("p2"), 20, false, false}, {SLICE("p3"), 20, false, false}};
    static const struct {
        int64_t at;
        const char *owner;
    } cases[] = {{INSTANT_NONE, "p1"}, {9, "p1"}, {10, "p1"}, {11, "p2"}, {20, "p2"}, {21, "p3"}, {INSTANT_MAX, "p3"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(relation_owner(list_of(names, 3), cases[i].at), cases[i].owner);
    assert_int_equal(relation_owner(list_of(names, 0), 5).len, 0);
}

/* ---- one name more ---- */

enum { TIMES = 12, NAMES = 9, ROUNDS = 3000 };

static size_t insert(struct relation *list, size_t count, struct relation one)
{
    size_t at = count;
    for (; at && (list[at - 1].at > one.at ||
                  (list[at - 1].at == one.at && slice_compare(list[at - 1].other, one.other) > 0));
         at--)
        list[at] = list[at - 1];
    list[at] = one;
    return count + 1;
}

/* Owners by time, kept up by handovers alone, are those that the whole list gives. */
static void handovers_keep_up(void **state)
{
    static const char ids[][3] = {"p1", "p2", "p3", "p4"};
    uint64_t dice = 7;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct relation list[NAMES];
        struct slice owners[TIMES] = {0};
        for (size_t n = 0; n < NAMES;) {
            dice = hash_mix(dice + HASH_K0, HASH_K1);
            const struct relation one = {slice_from(ids[dice % 4]), (int64_t)(dice >> 8) % TIMES, false, false};
            struct handover h;
            const bool changes = relation_handover(list_of(list, n), one, &h);
            for (int64_t t = 0; changes && t < TIMES; t++) {
                if (t <= h.after || t > h.until) continue;
                assert_true(slice_equal(owners[t], h.from));
                owners[t] = one.other;
            }
            n = insert(list, n, one);
            for (int64_t t = 0; t < TIMES; t++)
                if (!slice_equal(owners[t], relation_owner(list_of(list, n), t)))
                    fail_msg("round %d: what happened at %d is somebody else's", round, (int)t);
        }
    }
}

/* ---- lists ---- */

static void add(struct relation_rows *rows, const char *key, const char *other, int64_t at, bool primary)
{
    vector_push(rows, ((struct relation_row){slice_from(key), {slice_from(other), at, primary, false}}));
}

static void rules_make_lists(void **state)
{
    static const struct {
        enum relation_rule rule;
        const char *others;
    } cases[] = {{RELATION_EVERY_TIME, "a a b a"}, {RELATION_WHEN_OTHER, "a b a"}, {RELATION_FIRST_TIME, "a b"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct relation_rows rows = {0};
        struct relation_index index = {0};
        struct arena arena;
        struct buffer text;
        arena_init(&arena);
        buffer_init(&text, 64);
        add(&rows, "x", "a", 4, true);
        add(&rows, "x", "b", 3, false);
        add(&rows, "y", "c", 1, false);
        add(&rows, "x", "a", 2, false);
        add(&rows, "x", "a", 1, false);
        relation_index_build(&index, &arena, &rows, cases[i].rule);
        const struct relation_list list = relation_index_get(&index, SLICE("x"));
        for (size_t k = 0; k < list.count; k++) {
            if (k) buffer_char(&text, ' ');
            buffer_add(&text, list.at[k].other);
        }
        assert_slice(buffer_slice(&text), cases[i].others);
        assert_int_equal(list.at[0].at, 1);
        assert_int_equal(relation_index_get(&index, SLICE("y")).count, 1);
        assert_int_equal(relation_index_get(&index, SLICE("z")).count, 0);
        if (cases[i].rule == RELATION_FIRST_TIME) assert_slice(relation_primary(list)->other, "a");
        relation_index_release(&index);
        buffer_release(&text);
        arena_release(&arena);
    }
    assert_null(relation_primary(list_of(NULL, 0)));
}

/* Of mentions the first and the last of each other count, however they came; calls count each. */
static void mentions_between_are_dropped(void **state)
{
    static const struct {
        const char *said, *times; /* who, upper case when a call said so; at 1, 2, 3 … */
    } cases[] = {
        {"aaa", "1 3"},     {"aaaa", "1 4"},  {"aabaa", "1 3 5"}, {"abab", "1 2 3 4"},          {"aAa", "1 2 3"},
        {"aaAaa", "1 3 5"}, {"AAA", "1 2 3"}, {"a", "1"},         {"abcabcabc", "1 2 3 7 8 9"}, {"Aaa", "1 2 3"},
        {"Aaaa", "1 2 4"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct relation_rows rows = {0};
        struct relation_index index = {0};
        struct arena arena;
        struct buffer text;
        arena_init(&arena);
        buffer_init(&text, 64);
        for (size_t k = strlen(cases[i].said); k-- > 0;) {
            const char who = cases[i].said[k], folded = (char)(who | 0x20);
            const struct slice other = arena_slice(&arena, slice_of(&folded, 1));
            vector_push(&rows, ((struct relation_row){SLICE("x"), {other, (int64_t)k + 1, false, who == folded}}));
        }
        relation_index_build(&index, &arena, &rows, RELATION_EVERY_TIME);
        const struct relation_list list = relation_index_get(&index, SLICE("x"));
        for (size_t k = 0; k < list.count; k++) buffer_printf(&text, k ? " %d" : "%d", (int)list.at[k].at);
        assert_slice(buffer_slice(&text), cases[i].times);
        relation_index_release(&index);
        buffer_release(&text);
        arena_release(&arena);
    }
}

/* An account of very many people, each of whom is seen with it three times. */
static void an_account_of_three_hundred_thousand(void **state)
{
    enum { PEOPLE = 300000 };
    struct relation_rows rows = {0};
    struct relation_index index = {0};
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (int64_t i = 0; i < 3 * PEOPLE; i++)
        vector_push(
            &rows, ((struct relation_row){
                       SLICE("a1"), {arena_printf(&arena, "p%d", (int)(i % PEOPLE)), i, i == 2 * PEOPLE + 17, i % 2}}));
    relation_index_build(&index, &arena, &rows, RELATION_FIRST_TIME);
    const struct relation_list people = relation_index_get(&index, SLICE("a1"));
    assert_int_equal(people.count, PEOPLE);
    for (int64_t i = 0; i < PEOPLE; i++) assert_int_equal(people.at[i].at, i);
    assert_slice(relation_primary(people)->other, "p17");
    relation_index_release(&index);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_name_owns),
        cmocka_unit_test(handovers_keep_up),
        cmocka_unit_test(rules_make_lists),
        cmocka_unit_test(mentions_between_are_dropped),
        cmocka_unit_test(an_account_of_three_hundred_thousand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
