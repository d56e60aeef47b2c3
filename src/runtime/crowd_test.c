/* Crowds by hand, and against the plain way of finding them. */
#include "runtime/crowd.h"
#include "runtime/fold.h"

#include "base/test.h"

enum { CLICK = 2, OPEN = 3, MANY = 120 };

struct fixture {
    struct event_type types[4];
    struct definition definition;
    struct noted click, open, day;
};

static void prepare(struct fixture *f, uint32_t people, int64_t within)
{
    memset(f, 0, sizeof *f);
    f->types[OPEN] = (struct event_type){.crowd_people = people, .crowd_within = within};
    f->definition = (struct definition){.events = f->types, .event_count = 4};
    f->click.head.event = CLICK;
    f->open.head.event = f->day.head.event = OPEN;
    f->day.head.day = true;
}

static void only_work_addresses_have_a_domain(void **state)
{
    (void)state;
    assert_true(crowd_domain(SLICE("a@example.com")) == crowd_domain(SLICE(" b@EXAMPLE.com")));
    assert_true(crowd_domain(SLICE("a@example.com")) != crowd_domain(SLICE("a@example.org")));
    assert_true(crowd_domain(SLICE("a@gmail.com")) == 0);
    assert_true(crowd_domain(SLICE("example.com")) == 0);
    assert_true(crowd_domain(SLICE("")) == 0);
}

/* One touch of each row, by a person of a domain. */
struct row {
    int64_t at;
    uint64_t person, domain;
};

static void check(const struct fixture *f, const struct noted *noted, const struct row *rows, size_t count,
                  const uint32_t *people)
{
    struct crowds *crowds = crowds_new(&f->definition, 2);
    for (size_t i = 0; i < count; i++) {
        const struct trail_item item = {rows[i].at, i, noted};
        crowds_add(crowds, i % 2, rows[i].domain, rows[i].person, &item, 1);
    }
    crowds_settle(crowds);
    for (size_t i = 0; i < count; i++) {
        const struct trail_item item = {rows[i].at, i, noted};
        const struct crowd *crowd = crowds_find(crowds, rows[i].domain, &item), *in = NULL;
        uint16_t human = HUMAN_SURE;
        assert_int_equal(crowd ? crowd->people : 0, people[i]);
        assert_int_equal(crowds_doubt(crowds, rows[i].domain, &item, 1, &human, &in), people[i] > 0);
        assert_ptr_equal(in, crowd);
        assert_int_equal(human, people[i] ? HUMAN_SURE / (people[i] + 1) : HUMAN_SURE);
    }
    crowds_free(crowds);
}

static void windows_are_closed_and_hold_people_of_one_domain(void **state)
{
    (void)state;
    static struct fixture f;
    static const struct {
        struct row rows[6];
        size_t count;
        uint32_t people[6];
    } cases[] = {
        {{{0, 1, 9}, {4, 2, 9}, {10, 3, 9}}, 3, {3, 3, 3}},
        {{{0, 1, 9}, {4, 2, 9}, {11, 3, 9}}, 3, {0, 0, 0}},
        {{{10, 3, 9}, {0, 1, 9}, {4, 2, 9}}, 3, {3, 3, 3}},
        {{{0, 1, 9}, {4, 2, 9}, {5, 2, 9}}, 3, {0, 0, 0}},
        {{{0, 1, 9}, {4, 2, 9}, {5, 3, 8}}, 3, {0, 0, 0}},
        {{{0, 1, 0}, {4, 2, 0}, {5, 3, 0}}, 3, {0, 0, 0}},
        {{{0, 1, 9}, {5, 2, 9}, {10, 3, 9}, {15, 4, 9}, {26, 1, 9}}, 5, {4, 4, 4, 4, 0}},
        {{{0, 1, 9}, {1, 2, 9}, {2, 3, 9}, {50, 1, 9}, {51, 2, 9}, {52, 4, 9}}, 6, {3, 3, 3, 3, 3, 3}},
        {{{7, 1, 9}, {7, 2, 9}, {7, 3, 9}, {7, 1, 9}}, 4, {3, 3, 3, 3}},
    };
    static const uint32_t none[6] = {0};
    prepare(&f, 3, 10);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(&f, &f.open, cases[i].rows, cases[i].count, cases[i].people);
        check(&f, &f.click, cases[i].rows, cases[i].count, none);
        check(&f, &f.day, cases[i].rows, cases[i].count, none);
    }
}

/* Every window by itself: in a crowd is what some window of enough people holds. */
static void plain(const struct row *rows, uint32_t people, int64_t within, bool *wanted)
{
    memset(wanted, 0, MANY * sizeof *wanted);
    for (size_t i = 0; i < MANY; i++) {
        bool held[8] = {false};
        uint32_t count = 0;
        for (size_t k = 0; k < MANY; k++) {
            if (rows[k].domain != rows[i].domain || rows[k].at < rows[i].at || rows[k].at - rows[i].at > within)
                continue;
            count += !held[rows[k].person];
            held[rows[k].person] = true;
        }
        for (size_t k = 0; count >= people && k < MANY; k++)
            wanted[k] |=
                rows[k].domain == rows[i].domain && rows[k].at >= rows[i].at && rows[k].at - rows[i].at <= within;
    }
}

static void agrees_with_the_plain_way(void **state)
{
    (void)state;
    static struct fixture f;
    uint32_t dice = 1;
    for (int round = 0; round < 100; round++) {
        struct row rows[MANY];
        bool wanted[MANY];
        const uint32_t people = 2 + (uint32_t)round % 4;
        const int64_t within = round % 7;
        prepare(&f, people, within);
        struct crowds *crowds = crowds_new(&f.definition, 1);
        for (size_t i = 0; i < MANY; i++) {
            dice = dice * 1664525u + 1013904223u;
            rows[i] = (struct row){dice >> 24, dice >> 20 & 7, 1 + (dice >> 16 & 1)};
            const struct trail_item item = {rows[i].at, i, &f.open};
            crowds_add(crowds, 0, rows[i].domain, rows[i].person, &item, 1);
        }
        crowds_settle(crowds);
        plain(rows, people, within, wanted);
        for (size_t i = 0; i < MANY; i++) {
            const struct trail_item item = {rows[i].at, i, &f.open};
            assert_int_equal(crowds_find(crowds, rows[i].domain, &item) != NULL, wanted[i]);
        }
        crowds_free(crowds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_work_addresses_have_a_domain),
        cmocka_unit_test(windows_are_closed_and_hold_people_of_one_domain),
        cmocka_unit_test(agrees_with_the_plain_way),
    };
    return cmocka_run_group_tests_name("crowds", tests, NULL, NULL);
}
