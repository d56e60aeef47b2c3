/* The queue of different values against the plain way of keeping them, over seeded sequences small and large. */
#include "engine/queue.h"

#include <stdlib.h>

#include "base/test.h"

struct plain {
    struct queued at[4096];
    size_t count;
};

static bool plain_see(struct plain *p, struct queued item)
{
    for (size_t i = 0; i < p->count; i++)
        if (cell_same(p->at[i].value, item.value)) {
            p->at[i].leaves = item.leaves;
            return false;
        }
    p->at[p->count++] = item;
    return true;
}

static void plain_expire(struct plain *p, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].leaves > now) p->at[kept++] = p->at[i];
    p->count = kept;
}

static int64_t plain_next(const struct plain *p)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].leaves < next) next = p->at[i].leaves;
    return next;
}

static uint32_t roll(uint32_t *dice)
{
    *dice = *dice * 1664525u + 1013904223u;
    return *dice >> 8;
}

/* `values` different ones, seen `times` times, each inside for `window`. */
static void agree(struct queue *q, uint32_t values, int times, int64_t window)
{
    static struct plain plain;
    uint32_t dice = values + (uint32_t)window;
    int64_t now = 0;
    size_t count = 0;
    plain.count = 0;
    queue_clear(q);
    for (int i = 0; i < times; i++) {
        now += roll(&dice) % 3;
        plain_expire(&plain, now);
        for (; q->count && q->at[q->head].leaves <= now; count--) queue_forget(q);
        struct queued item = {now + window, cell_int(roll(&dice) % values)};
        bool new = queue_see(q, item);
        count += new;
        assert_int_equal(new, plain_see(&plain, item));
        assert_int_equal(count, plain.count);
        assert_int_equal(q->at[q->head].leaves, plain_next(&plain));
        assert_true(queue_has(q, item.value));
        assert_false(queue_has(q, cell_int(values)));
    }
}

static void holds_each_value_once_at_its_latest_end(void **state)
{
    (void)state;
    struct queue q = {0};
    agree(&q, 1, 500, 10);
    agree(&q, 3, 500, 1);
    agree(&q, 17, 2000, 40);
    agree(&q, 2000, 6000, 1000000);
    agree(&q, 40, 6000, 30); /* after a large one, in its memory */
    agree(&q, 2000, 6000, 500);
    queue_release(&q);
}

/* A constant a step: this would run for hours if each step looked at what is inside. */
static void stays_quick_with_very_many(void **state)
{
    (void)state;
    struct queue q = {0};
    const int many = 1000000;
    for (int i = 0; i < many; i++) assert_true(queue_see(&q, (struct queued){i + many, cell_int(i)}));
    for (int i = 0; i < many; i++) assert_false(queue_see(&q, (struct queued){2 * many + i, cell_int(i)}));
    for (int i = 0; i < many; i++) queue_see(&q, (struct queued){4 * many + i, cell_int(i % 2)});
    assert_true(q.count < 2 * (size_t)many + 32);
    for (int i = 2; i < many; i++) {
        assert_int_equal(q.at[q.head].value.number, i);
        queue_forget(&q);
    }
    assert_true(queue_has(&q, cell_int(0)) && queue_has(&q, cell_int(1)) && !queue_has(&q, cell_int(2)));
    queue_release(&q);
}

static void values_of_other_kinds_are_others(void **state)
{
    (void)state;
    struct queue q = {0};
    assert_true(queue_see(&q, (struct queued){9, cell_int(1)}));
    assert_true(queue_see(&q, (struct queued){9, cell_text(1)}));
    assert_true(queue_see(&q, (struct queued){9, cell_bool(true)}));
    assert_false(queue_see(&q, (struct queued){9, cell_int(1)}));
    assert_int_equal(q.count, 3);
    queue_release(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_each_value_once_at_its_latest_end),
        cmocka_unit_test(stays_quick_with_very_many),
        cmocka_unit_test(values_of_other_kinds_are_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
