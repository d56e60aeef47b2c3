/* Bursts by hand, and against the plain way of finding them. */
#include "runtime/burst.h"

#include "base/test.h"

enum { CLICK = 2, OPEN = 3, MANY = 400 };

struct fixture {
    struct event_type types[4];
    struct definition definition;
    struct noted click, open;
    struct trail_item items[MANY];
    uint16_t human[MANY], wanted[MANY];
};

static void prepare(struct fixture *f, uint32_t times, int64_t within)
{
    memset(f, 0, sizeof *f);
    f->types[CLICK] = (struct event_type){.burst_times = times, .burst_within = within};
    f->definition = (struct definition){.events = f->types, .event_count = 4};
    f->click.head.event = CLICK;
    f->open.head.event = OPEN;
}

static bool find(struct fixture *f, size_t count)
{
    return bursts_find(&f->definition, f->items, count, f->human);
}

static void windows_are_closed_and_overlapping_ones_are_one(void **state)
{
    (void)state;
    static struct fixture f;
    const struct {
        int64_t at[6];
        size_t count;
        uint16_t human[6];
    } rows[] = {
        {{0, 4, 10}, 3, {250, 250, 250}},
        {{0, 4, 11}, 3, {1000, 1000, 1000}},
        {{0, 5, 10, 15}, 4, {200, 200, 200, 200}},
        {{0, 1, 2, 50, 51, 52}, 6, {250, 250, 250, 250, 250, 250}},
        {{0, 30, 31, 32, 70}, 5, {1000, 250, 250, 250, 1000}},
        {{7, 7, 7}, 3, {250, 250, 250}},
        {{0, 10}, 2, {1000, 1000}},
    };
    prepare(&f, 3, 10);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        for (size_t i = 0; i < rows[r].count; i++) f.items[i] = (struct trail_item){rows[r].at[i], i, &f.click};
        bool found = find(&f, rows[r].count);
        assert_memory_equal(f.human, rows[r].human, rows[r].count * sizeof *f.human);
        assert_int_equal(found, rows[r].human[1] < 1000);
    }
    for (size_t i = 0; i < 6; i++) f.items[i] = (struct trail_item){(int64_t)i, i, i % 3 ? &f.open : &f.click};
    assert_false(find(&f, 6)); /* two clicks; opens have no bursts */
    f.click.head.day = true;
    for (size_t i = 0; i < 6; i++) f.items[i] = (struct trail_item){9, i, &f.click};
    assert_false(find(&f, 6)); /* of one day, at whatever times */
}

/* Every window by itself: in a burst is what some window of enough holds. */
static void plain(struct fixture *f, size_t count, uint32_t times, int64_t within)
{
    for (size_t i = 0; i < count; i++) f->wanted[i] = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i, held = 0; k < count && f->items[k].at - f->items[i].at <= within; k++) {
            held += f->items[k].noted == &f->click;
            for (size_t m = i; held >= times && m <= k; m++) f->wanted[m] |= f->items[m].noted == &f->click;
        }
}

static void agrees_with_the_plain_way(void **state)
{
    (void)state;
    static struct fixture f;
    uint32_t dice = 1;
    for (int round = 0; round < 200; round++) {
        uint32_t times = 2 + (uint32_t)round % 4;
        int64_t within = round % 7, at = 0;
        prepare(&f, times, within);
        for (size_t i = 0; i < MANY; i++) {
            dice = dice * 1664525u + 1013904223u;
            at += dice >> 28;
            f.items[i] = (struct trail_item){at, i, dice >> 20 & 1 ? &f.click : &f.open};
        }
        find(&f, MANY);
        plain(&f, MANY, times, within);
        for (size_t i = 0; i < MANY; i++) assert_int_equal(f.human[i] < HUMAN_SURE, f.wanted[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_closed_and_overlapping_ones_are_one),
        cmocka_unit_test(agrees_with_the_plain_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
