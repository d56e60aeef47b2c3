/* The parts of the server that need no socket: the guard, the small parsers, addresses, the wheel, the workers. */
#include "base/test.h"

#include <pthread.h>
#include <stdio.h>

#include "base/address.h"
#include "http/address_counts.h"
#include "http/guard.h"
#include "http/parse.h"
#include "http/wheel.h"
#include "http/workers.h"

/* ---- guard ---- */

static void test_guard(void **state)
{
    static const struct {
        const char *version, *headers[8]; /* name, value, ... */
        const char *fault;                /* NULL: fine */
    } cases[] = {
        {"HTTP/1.1", {"Host", "a"}, NULL},
        {"HTTP/1.1", {"host", "[::1]:80", "Content-Length", "4"}, NULL},
        {"HTTP/1.1", {"Host", "a", "Transfer-Encoding", "Chunked"}, NULL},
        {"HTTP/1.0", {"Accept", "x"}, NULL},
        {"HTTP/1.1", {"Accept", "x"}, "Host is missing"},
        {"HTTP/1.1", {"Host", "a", "Host", "b"}, "Host is given twice"},
        {"HTTP/1.1", {"Host", ""}, "the Host header names no host"},
        {"HTTP/1.1", {"Host", "a b"}, "the Host header names no host"},
        {"HTTP/1.1", {"Host", "a", "Content-Length", "4", "content-length", "4"}, "Content-Length is given twice"},
        {"HTTP/1.1", {"Host", "a", "Content-Length", "+4"}, "Content-Length is no number"},
        {"HTTP/1.1", {"Host", "a", "Content-Length", ""}, "Content-Length is no number"},
        {"HTTP/1.1", {"Host", "a", "Content-Length", "4, 4"}, "Content-Length is no number"},
        {"HTTP/1.1",
         {"Host", "a", "Content-Length", "4", "Transfer-Encoding", "chunked"},
         "Content-Length and Transfer-Encoding exclude each other"},
        {"HTTP/1.1", {"Host", "a", "Transfer-Encoding", "gzip, chunked"}, "the only Transfer-Encoding is chunked"},
        {"HTTP/1.1",
         {"Host", "a", "Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"},
         "Transfer-Encoding is given twice"},
        {"HTTP/1.1",
         {"Host", "a", "Content-Length ", "4"},
         "a header's name holds a blank or another character that no name has"},
        {"HTTP/1.1", {"Host", "a", "X", "a\rb"}, "a header holds a control character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct guard guard = {0};
        for (size_t h = 0; cases[i].headers[h]; h += 2)
            guard_header(&guard, slice_from(cases[i].headers[h]), slice_from(cases[i].headers[h + 1]));
        const char *fault = guard_fault(&guard, slice_from(cases[i].version));
        if (!cases[i].fault)
            assert_null(fault);
        else
            assert_string_equal(fault ? fault : "fine", cases[i].fault);
    }
}

/* ---- parsers ---- */

static void test_percent(void **state)
{
    static const struct {
        const char *text, *plain; /* NULL: refused */
    } cases[] = {{"abc", "abc"}, {"a%20b", "a b"}, {"a+b", "a b"}, {"%d7%a9", "ש"}, {"%", NULL},
                 {"%4", NULL},   {"%zz", NULL},    {"%00", NULL},  {"%2B", "+"}};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice out;
        bool good = percent_decode(&arena, slice_from(cases[i].text), true, &out);
        assert_int_equal(good, cases[i].plain != NULL);
        if (good) assert_slice(out, cases[i].plain);
    }
    arena_release(&arena);
}

static void test_query(void **state)
{
    struct arena arena;
    struct http_pairs pairs;
    arena_init(&arena);
    assert_true(query_parse(&arena, SLICE("a=1&b=%D7%A9&a=2&c&=&&d=x=y"), &pairs));
    assert_int_equal(pairs.count, 5);
    assert_slice(pairs_get(&pairs, SLICE("a")), "1");
    assert_slice(pairs_get(&pairs, SLICE("b")), "ש");
    assert_slice(pairs_get(&pairs, SLICE("c")), "");
    assert_slice(pairs_get(&pairs, SLICE("d")), "x=y");
    assert_null(pairs_get(&pairs, SLICE("z")).ptr);
    assert_false(query_parse(&arena, SLICE("a=%ff"), &pairs));
    assert_false(query_parse(&arena, SLICE("a=%f"), &pairs));
    char many[4 * QUERY_PAIRS_MAX + 5];
    for (size_t i = 0; i < sizeof many; i++) many[i] = "a=1&"[i % 4];
    assert_true(query_parse(&arena, slice_of(many, 4 * QUERY_PAIRS_MAX), &pairs));
    assert_false(query_parse(&arena, slice_of(many, sizeof many), &pairs));
    arena_release(&arena);
}

static void test_path(void **state)
{
    static const struct {
        const char *path, *pattern, *param; /* pattern NULL: no path at all; param NULL: does not match */
    } cases[] = {
        {"/v1/batch", "/v1/batch", ""},
        {"/v1/batch/", "/v1/batch", ""},
        {"/v1/batch", "/v1/track", NULL},
        {"/v1", "/v1/batch", NULL},
        {"/v1/batch/x", "/v1/batch", NULL},
        {"/", "/", ""},
        {"/leads/p%201/why", "/leads/:id/why", "p 1"},
        {"/leads//why", "/leads/:id/why", NULL},
        {"/v1/anything/at/all", "/v1/*", ""},
        {"/..", NULL, NULL},
        {"/a/%2e%2e/b", NULL, NULL},
        {"/leads/a%2F..%5Cb%0A/why", "/leads/:id/why", "a/..\\b\n"},
        {"/v1%2Fbatch", "/v1/batch", NULL},
        {"/v1/%2Fbatch", "/v1/batch", NULL},
        {"/a%00", NULL, NULL},
        {"/a\\b", NULL, NULL},
        {"/a\nb", NULL, NULL},
        {"/a b", NULL, NULL},
        {"/a%2", NULL, NULL},
        {"/%ff", NULL, NULL},
        {"a", NULL, NULL},
        {"", NULL, NULL},
        {"http://example.com/", NULL, NULL},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13", NULL, NULL},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_path path;
        struct http_pair params[PATH_PARTS_MAX];
        size_t count;
        bool good = path_parse(&arena, slice_from(cases[i].path), &path);
        assert_int_equal(good, cases[i].pattern != NULL);
        if (!good) continue;
        bool fits = path_match(&path, slice_from(cases[i].pattern), params, &count);
        assert_int_equal(fits, cases[i].param != NULL);
        if (fits && cases[i].param[0]) assert_slice(params[0].value, cases[i].param);
    }
    arena_release(&arena);
}

static void test_basic_auth(void **state)
{
    static const struct {
        const char *header, *user, *password; /* user NULL: refused */
    } cases[] = {{"Basic azE6", "k1", ""},   {"basic azE6cDpx", "k1", "p:q"}, {"Bearer azE6", NULL, NULL},
                 {"Basic", NULL, NULL},      {"Basic azE", NULL, NULL},       {"Basic azE=", NULL, NULL},
                 {"Basic !!!!", NULL, NULL}, {"Basic AGE6", NULL, NULL},      {"", NULL, NULL}};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice user, password;
        bool good = basic_auth_parse(&arena, slice_from(cases[i].header), &user, &password);
        assert_int_equal(good, cases[i].user != NULL);
        if (!good) continue;
        assert_slice(user, cases[i].user);
        assert_slice(password, cases[i].password);
    }
    arena_release(&arena);
    assert_slice(forwarded_last(SLICE("192.0.2.9, 192.0.2.1")), "192.0.2.1");
    assert_slice(forwarded_last(SLICE("")), "");
    assert_true(media_type_is(SLICE("Application/JSON; charset=utf-8"), SLICE("application/json")));
    assert_false(media_type_is(SLICE("application/jsonp"), SLICE("application/json")));
}

/* ---- addresses ---- */

static void test_address(void **state)
{
    struct address a, b;
    char text[ADDRESS_TEXT_MAX];
    assert_true(address_parse(SLICE("192.0.2.1"), &a));
    assert_true(address_parse(SLICE("::ffff:192.0.2.1"), &b));
    assert_true(address_equal(a, b));
    address_text(a, text);
    assert_string_equal(text, "192.0.2.1");
    assert_true(address_parse(SLICE("[2001:db8::1]"), &a));
    address_text(a, text);
    assert_string_equal(text, "2001:db8::1");
    assert_false(address_parse(SLICE("example.com"), &a));
    assert_false(address_parse(SLICE("192.0.2.1 "), &a));
    assert_false(address_parse(SLICE(""), &a));
    assert_true(address_parse(SLICE("127.3.4.5"), &a) && address_is_loopback(a));
    assert_true(address_parse(SLICE("::1"), &a) && address_is_loopback(a));
    assert_true(address_parse(SLICE("192.0.2.1"), &a) && !address_is_loopback(a));
}

static struct address numbered(uint32_t n)
{
    struct address address = {{0x20, 1}};
    memcpy(address.bytes + 12, &n, sizeof n);
    return address;
}

/* Against a plain array of counts: additions and removals in a scrambled order, with many collisions on the way. */
static void test_address_counts(void **state)
{
    enum { ADDRESSES = 300, STEPS = 30000 };
    uint32_t want[ADDRESSES] = {0};
    uint64_t mix = 1;
    struct address_counts *counts = address_counts_new();
    for (int step = 0; step < STEPS; step++) {
        mix = hash_mix(mix ^ HASH_K0, HASH_K1);
        uint32_t n = (uint32_t)(mix % ADDRESSES);
        if (mix >> 40 & 1)
            assert_int_equal(address_add(counts, numbered(n)), ++want[n]);
        else if (want[n])
            assert_int_equal(address_drop(counts, numbered(n)), --want[n]);
        uint32_t other = (uint32_t)((mix >> 20) % ADDRESSES);
        assert_int_equal(address_count(counts, numbered(other)), want[other]);
    }
    for (uint32_t n = 0; n < ADDRESSES; n++) assert_int_equal(address_count(counts, numbered(n)), want[n]);
    address_counts_free(counts);
}

/* ---- the wheel ---- */

struct thing {
    struct wheel_timer timer;
    uint64_t due, went;
};

struct clock {
    struct wheel wheel;
    int expired;
    struct thing *again; /* set once more when it expires */
};

static void expire(void *context, struct wheel_timer *timer)
{
    struct clock *clock = context;
    struct thing *thing = (struct thing *)timer;
    clock->expired++;
    thing->went = clock->wheel.now;
    if (thing == clock->again) wheel_set(&clock->wheel, timer, clock->wheel.now + 5);
}

static void test_wheel(void **state)
{
    enum { THINGS = 2000 };
    static struct thing things[THINGS];
    struct clock clock = {0};
    wheel_init(&clock.wheel, 1000);
    for (uint64_t i = 0; i < THINGS; i++) {
        things[i].due = 1001 + i * 7 % 1500;
        wheel_set(&clock.wheel, &things[i].timer, things[i].due);
    }
    for (int i = 0; i < THINGS; i += 3) wheel_cancel(&things[i].timer);
    wheel_cancel(&things[0].timer); /* twice is no harm */
    for (uint64_t now = 1000; now <= 2600; now += 3) wheel_advance(&clock.wheel, now, expire, &clock);
    for (int i = 0; i < THINGS; i++) {
        assert_false(wheel_is_set(&things[i].timer));
        if (i % 3 == 0)
            assert_int_equal(things[i].went, 0);
        else
            assert_true(things[i].went >= things[i].due && things[i].went < things[i].due + 3);
    }
}

static void test_wheel_again_and_jump(void **state)
{
    struct thing a = {0}, b = {0};
    struct clock clock = {.again = &a};
    wheel_init(&clock.wheel, 10);
    wheel_set(&clock.wheel, &a.timer, 4); /* long ago: with the next tick */
    wheel_set(&clock.wheel, &b.timer, 5000);
    wheel_set(&clock.wheel, &b.timer, 600); /* moved */
    wheel_advance(&clock.wheel, 11, expire, &clock);
    assert_int_equal(clock.expired, 1);
    assert_int_equal(a.went, 11);
    wheel_advance(&clock.wheel, 15, expire, &clock);
    assert_int_equal(clock.expired, 1);
    clock.again = NULL;
    wheel_advance(&clock.wheel, 599, expire, &clock); /* further than the wheel is round */
    assert_int_equal(clock.expired, 2);
    wheel_advance(&clock.wheel, 600, expire, &clock);
    assert_int_equal(b.went, 600);
}

/* ---- workers ---- */

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool held;
    int inside, done, highest;
};

static void run(void *context, void *job, int worker)
{
    struct pool *pool = context;
    pthread_mutex_lock(&pool->lock);
    pool->inside++;
    pthread_cond_broadcast(&pool->changed);
    while (pool->held) pthread_cond_wait(&pool->changed, &pool->lock);
    pool->inside--;
    pool->done += *(int *)job;
    if (worker > pool->highest) pool->highest = worker;
    pthread_mutex_unlock(&pool->lock);
}

static void test_workers(void **state)
{
    int one = 1;
    struct pool pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .held = true};
    struct workers *workers = workers_start(2, 3, (struct workers_job){run, &pool}, NULL);
    for (int i = 1; i <= 2; i++) {
        assert_true(workers_put(workers, &one));
        pthread_mutex_lock(&pool.lock);
        while (pool.inside < i) pthread_cond_wait(&pool.changed, &pool.lock);
        pthread_mutex_unlock(&pool.lock);
    }
    for (int i = 0; i < 3; i++) assert_true(workers_put(workers, &one));
    assert_false(workers_put(workers, &one));
    assert_int_equal(workers_waiting(workers), 3);
    pthread_mutex_lock(&pool.lock);
    pool.held = false;
    pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
    workers_stop(workers);
    assert_int_equal(pool.done, 5);
    assert_true(pool.highest <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guard),          cmocka_unit_test(test_percent),
        cmocka_unit_test(test_query),          cmocka_unit_test(test_path),
        cmocka_unit_test(test_basic_auth),     cmocka_unit_test(test_address),
        cmocka_unit_test(test_address_counts), cmocka_unit_test(test_wheel),
        cmocka_unit_test(test_workers),        cmocka_unit_test(test_wheel_again_and_jump),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
