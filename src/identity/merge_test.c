/* Merges against the plainest way to work them out: all that was said, the last of each pair, joined one by one. */
#include "base/test.h"
#include "identity/merge.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* ---- as people say it ---- */

static int64_t next_number(struct slice *rest)
{
    int64_t n;
    assert_true(slice_to_i64(slice_cut(rest, ' '), &n));
    return n;
}

/* "m a b at id", "u a b at id" or "i a at". */
static void say(struct merges *m, const char *text)
{
    struct slice rest = slice_from(text), what = slice_cut(&rest, ' '), a = slice_cut(&rest, ' ');
    if (slice_is(what, "i")) {
        merges_identify(m, a, next_number(&rest));
        return;
    }
    struct merge merge = {.a = a, .b = slice_cut(&rest, ' '), .apart = slice_is(what, "u")};
    merge.at = next_number(&rest);
    merge.id = (uint64_t)next_number(&rest);
    merges_say(m, &merge);
}

static void people_have_one_name(void **state)
{
    static const struct {
        const char *said[6], *id, *name;
        size_t size;
    } cases[] = {
        {{NULL}, "p1", "p1", 1},
        {{"i p1 5"}, "p1", "p1", 1},
        {{"m p2 p1 1 1"}, "p2", "p1", 2},                               /* never identified: the smaller */
        {{"m p2 p1 1 1", "i p2 9"}, "p1", "p2", 2},                     /* identified goes first */
        {{"m p2 p1 1 1", "i p2 9", "i p1 8"}, "p2", "p1", 2},           /* earlier */
        {{"m p9 p10 1 1", "i p9 9", "i p10 9"}, "p9", "p10", 2},        /* bytes */
        {{"m p1 p2 1 1", "u p2 p1 2 1"}, "p2", "p2", 1},                /* taken back */
        {{"u p2 p1 2 1", "m p1 p2 1 1"}, "p2", "p2", 1},                /* whatever came first */
        {{"m p1 p2 2 2", "u p1 p2 2 1"}, "p2", "p1", 2},                /* at one instant the greater id */
        {{"m p1 p2 2 1", "u p1 p2 2 1"}, "p2", "p2", 1},                /* one message: not joined */
        {{"m p1 p2 1 1", "m p2 p3 1 2", "u p1 p2 3 3"}, "p3", "p2", 2}, /* a chain, its end off */
        {{"m p1 p2 1 1", "m p2 p3 1 2", "m p1 p3 1 3", "u p1 p2 3 3"}, "p2", "p1", 3}, /* two ways */
        {{"m p1 p2 1 1", "m p2 p3 1 2", "u p1 p3 3 3"}, "p3", "p1", 3},                /* nobody said these two */
        {{"m p1 p1 1 1"}, "p1", "p1", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct merges *m = merges_new();
        for (size_t k = 0; k < 6 && cases[i].said[k]; k++) say(m, cases[i].said[k]);
        if (!slice_is(merges_canonical(m, slice_from(cases[i].id)), cases[i].name))
            fail_msg("case %zu: %s goes by another name than %s", i, cases[i].id, cases[i].name);
        if (merges_size(m, slice_from(cases[i].id)) != cases[i].size) fail_msg("case %zu: another size", i);
        merges_free(m);
    }
}

/* ---- against the plainest way ---- */

enum { PEOPLE = 12, SAYINGS = 60, LOGS = 400 };

struct said {
    bool identify, apart;
    int a, b;
    int64_t at;
    uint64_t id;
};

struct random {
    uint64_t state;
};

static int pick(struct random *r, int below)
{
    r->state = hash_mix(r->state + HASH_K0, HASH_K1);
    return (int)(r->state >> 33) % below;
}

static struct slice name_of(int who)
{
    static const char names[PEOPLE][4] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11"};
    return slice_from(names[who]);
}

static bool is_later(const struct said *x, const struct said *y)
{
    if (x->at != y->at) return x->at > y->at;
    if (x->id != y->id) return x->id > y->id;
    return x->apart && !y->apart;
}

static bool one_pair(const struct said *x, const struct said *y)
{
    return (x->a == y->a && x->b == y->b) || (x->a == y->b && x->b == y->a);
}

/* By person: the canonical one. */
static void plain_names(const struct said *all, size_t count, int names[PEOPLE])
{
    int64_t identified[PEOPLE];
    int group[PEOPLE];
    for (int p = 0; p < PEOPLE; p++) {
        group[p] = p;
        identified[p] = INSTANT_MAX;
    }
    for (size_t i = 0; i < count; i++)
        if (all[i].identify && all[i].at < identified[all[i].a]) identified[all[i].a] = all[i].at;
    for (size_t i = 0; i < count; i++) {
        bool counts = !all[i].identify && !all[i].apart;
        for (size_t k = 0; k < count && counts; k++)
            counts = all[k].identify || !one_pair(&all[i], &all[k]) || !is_later(&all[k], &all[i]);
        const int from = group[all[i].b], into = group[all[i].a];
        for (int p = 0; counts && p < PEOPLE; p++)
            if (group[p] == from) group[p] = into;
    }
    for (int p = 0; p < PEOPLE; p++) {
        names[p] = p;
        for (int q = 0; q < PEOPLE; q++) {
            const int best = names[p];
            if (group[q] != group[p]) continue;
            if (identified[q] < identified[best] ||
                (identified[q] == identified[best] && slice_compare(name_of(q), name_of(best)) < 0))
                names[p] = q;
        }
    }
}

static void fill(struct random *r, struct said *all)
{
    for (size_t i = 0; i < SAYINGS; i++) {
        const int a = pick(r, PEOPLE);
        all[i] = (struct said){.identify = pick(r, 6) == 0,
                               .apart = pick(r, 5) < 2,
                               .a = a,
                               .b = (a + 1 + pick(r, PEOPLE - 1)) % PEOPLE,
                               .at = pick(r, 8),
                               .id = (uint64_t)pick(r, 4)};
    }
}

static struct merge_change put(struct merges *m, const struct said *s)
{
    if (s->identify) return merges_identify(m, name_of(s->a), s->at);
    return merges_say(m, &(struct merge){name_of(s->a), name_of(s->b), s->at, s->id, 0, s->apart});
}

/* A person is who goes by a name: those told to have changed must be those whose ids are others now. */
static void check_change(const int before[PEOPLE], const int after[PEOPLE], const struct merge_change *change)
{
    for (int name = 0; name < PEOPLE; name++) {
        bool differs = false, told = false;
        for (int p = 0; p < PEOPLE; p++) differs |= (before[p] == name) != (after[p] == name);
        for (size_t i = 0; i < change->count; i++) told |= slice_equal(change->ids[i], name_of(name));
        if (differs != told) fail_msg("%s changed: %d, was told: %d", name_of(name).ptr, differs, told);
    }
}

static void any_order_gives_the_same(void **state)
{
    struct random r = {1};
    (void)state;
    for (int log = 0; log < LOGS; log++) {
        struct said all[SAYINGS];
        int before[PEOPLE], after[PEOPLE];
        struct merges *m = merges_new();
        fill(&r, all);
        plain_names(all, 0, before);
        for (size_t i = 0; i < SAYINGS; i++) {
            const struct merge_change change = put(m, &all[i]);
            plain_names(all, i + 1, after);
            for (int p = 0; p < PEOPLE; p++)
                if (!slice_equal(merges_canonical(m, name_of(p)), name_of(after[p])))
                    fail_msg("log %d: after %zu sayings %s goes by another name", log, i + 1, name_of(p).ptr);
            check_change(before, after, &change);
            memcpy(before, after, sizeof before);
        }
        struct merges *turned = merges_new();
        for (size_t i = SAYINGS; i-- > 0;) put(turned, &all[i]);
        for (size_t i = 0; i < SAYINGS; i++) put(turned, &all[(size_t)pick(&r, SAYINGS)]); /* and some again */
        for (int p = 0; p < PEOPLE; p++) {
            assert_true(slice_equal(merges_canonical(m, name_of(p)), merges_canonical(turned, name_of(p))));
            assert_int_equal(merges_size(m, name_of(p)), merges_size(turned, name_of(p)));
        }
        merges_free(m);
        merges_free(turned);
    }
}

/* ---- hostile sizes: each of these would take hours if a saying cost the whole group ---- */

enum { MILLION = 1000000, MANY = 100000 };

static struct slice number_name(char out[16], size_t n)
{
    return slice_of(out, (size_t)snprintf(out, 16, "p%07zu", n));
}

static void say_numbers(struct merges *m, size_t a, size_t b, int64_t at, bool apart)
{
    char x[16], y[16];
    merges_say(m, &(struct merge){number_name(x, a), number_name(y, b), at, a, 0, apart});
}

static void check_size(struct merges *m, size_t n, size_t size, size_t name)
{
    char x[16], y[16];
    assert_int_equal(merges_size(m, number_name(x, n)), size);
    assert_true(slice_equal(merges_canonical(m, number_name(x, n)), number_name(y, name)));
}

/* In the order of the line or against it, and taken back from the end that gives the name, or from the other. */
static void check_line(size_t many, bool turned)
{
    struct merges *m = merges_new();
    for (size_t i = 1; i < many; i++) {
        const size_t n = turned ? many - i : i;
        say_numbers(m, n - 1, n, 1, false);
    }
    check_size(m, many - 1, many, 0);
    for (size_t i = 1; i < many; i++) {
        const size_t n = turned ? many - i : i;
        say_numbers(m, n - 1, n, 2, true);
    }
    check_size(m, many - 1, 1, many - 1);
    check_size(m, 0, 1, 0);
    merges_free(m);
}

static void a_line_of_a_million(void **state)
{
    (void)state;
    check_line(MILLION, false);
    check_line(MANY, true);
}

static void very_many_onto_one(void **state)
{
    (void)state;
    struct merges *m = merges_new();
    for (size_t i = 1; i < MANY; i++) say_numbers(m, MANY, i, 1, false);
    check_size(m, MANY, MANY, 1);
    for (size_t i = 1; i < MANY; i++) say_numbers(m, MANY, i, 2, true); /* always the one that gives the name */
    check_size(m, MANY, 1, MANY);
    merges_free(m);
}

/* Two of two, two of four, and so on: no group is ever small beside the other. */
static void doubled_to_very_many(void **state)
{
    (void)state;
    struct merges *m = merges_new();
    for (size_t half = 1; half < MANY; half *= 2)
        for (size_t i = 0; i + half < MANY; i += 2 * half) say_numbers(m, i, i + half, 1, false);
    check_size(m, MANY - 1, MANY, 0);
    for (size_t half = 1 << 16; half; half /= 2)
        for (size_t i = 0; i + half < MANY; i += 2 * half) say_numbers(m, i, i + half, 2, true);
    for (size_t i = 0; i < MANY; i += 9973) check_size(m, i, 1, i);
    merges_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_have_one_name), cmocka_unit_test(any_order_gives_the_same),
        cmocka_unit_test(a_line_of_a_million),  cmocka_unit_test(very_many_onto_one),
        cmocka_unit_test(doubled_to_very_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
