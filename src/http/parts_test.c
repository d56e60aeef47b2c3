/* The parts of the service without a server: counted links, files of keys, numbers, the log of requests. */
#include "base/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/click_link.h"
#include "http/hebrew.h"
#include "http/metrics.h"
#include "http/parse.h"
#include "http/request_log.h"
#include "http/sender.h"
#include "value/json.h"

/* A file of this content; the caller removes it. */
static const char *make_file(char *path, const char *text)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

/* ---- counted links ---- */

static void test_targets(void **state)
{
    static const struct slice hosts[] = {SLICE("example.com"), SLICE("example.org")};
    const struct click_links links = {.hosts = hosts, .host_count = 2};
    static const char *const good[] = {"https://example.com", "http://EXAMPLE.org/a?b=c#d", "https://example.com:8443/",
                                       "https://example.com?x", "https://example.com/a@b"};
    static const char *const bad[] = {"",
                                      "example.com",
                                      "//example.com",
                                      "ftp://example.com/",
                                      "https://",
                                      "https:///example.com",
                                      "https://example.com.example.net/",
                                      "https://example.net/example.com",
                                      "https://example.com@example.net/",
                                      "https://u:p@example.com/",
                                      "https://example.com\\@example.net",
                                      "https://example.com%2f@example.net",
                                      "https://example.com\t/",
                                      "https://example.com/ x",
                                      "https://example.com/\xd7\xa9",
                                      "javascript:https://example.com"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!click_target_allowed(&links, slice_from(good[i]))) fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (click_target_allowed(&links, slice_from(bad[i]))) fail_msg("taken: %s", bad[i]);
}

/* What was made opens; with any byte of it changed, or another secret, it does not. */
static void test_links(void **state)
{
    static const struct slice hosts[] = {SLICE("example.com")};
    struct click_links links = {.hosts = hosts, .host_count = 1};
    struct arena arena;
    struct http_pairs query;
    struct slice event, to = SLICE("https://example.com/a?b=c&d=%20+e");
    arena_init(&arena);
    memset(links.secret, 7, sizeof links.secret);
    struct slice link = click_link_make(&links, &arena, to, SLICE("{\"event\":\"e?>\"}"));
    struct slice rest = link, path = slice_cut(&rest, '?');
    assert_slice(path, "/v1/r");
    assert_true(query_parse(&arena, rest, &query));
    struct slice data = pairs_get(&query, SLICE("data")), sig = pairs_get(&query, SLICE("sig"));
    assert_true(slice_equal(pairs_get(&query, SLICE("to")), to));
    assert_true(click_link_open(&links, &arena, to, data, sig, &event));
    assert_slice(event, "{\"event\":\"e?>\"}");
    for (size_t i = 0; i < sig.len; i++) {
        struct slice other = arena_slice(&arena, sig);
        ((char *)(uintptr_t)other.ptr)[i] ^= 1;
        assert_false(click_link_open(&links, &arena, to, data, other, &event));
    }
    assert_false(click_link_open(&links, &arena, to, slice_skip(data, 1), sig, &event));
    assert_false(click_link_open(&links, &arena, slice_of(to.ptr, to.len - 1), data, sig, &event));
    assert_false(click_link_open(&links, &arena, to, data, slice_of(sig.ptr, sig.len - 1), &event));
    links.secret[0] ^= 1;
    assert_false(click_link_open(&links, &arena, to, data, sig, &event));
    links.secret[0] ^= 1;
    links.host_count = 0; /* no longer allowed */
    assert_false(click_link_open(&links, &arena, to, data, sig, &event));
    arena_release(&arena);
}

static void test_secret(void **state)
{
    struct click_links one = {0}, two = {0};
    struct error error = {0};
    char path[] = "/tmp/masa-secret-XXXXXX";
    unlink(make_file(path, ""));
    assert_int_equal(click_secret_load(&one, path, &error), OK);
    assert_int_equal(click_secret_load(&two, path, &error), OK);
    assert_memory_equal(one.secret, two.secret, sizeof one.secret);
    assert_false(sodium_is_zero(one.secret, sizeof one.secret));
    assert_int_equal(truncate(path, 3), 0);
    assert_int_equal(click_secret_load(&two, path, &error), FAILED);
    unlink(path);
    assert_int_equal(click_secret_load(&two, "/nowhere/secret", &error), FAILED);
}

static void test_base64(void **state)
{
    struct arena arena;
    struct slice out;
    arena_init(&arena);
    static const char *const forms[] = {"Pz8/Pj4+", "Pz8_Pj4-", "Pz8/Pj4 "};
    for (size_t i = 0; i < 3; i++) {
        assert_true(base64_decode(&arena, slice_from(forms[i]), &out));
        assert_slice(out, "?\?\?>>>");
    }
    assert_true(base64_decode(&arena, SLICE("YQ"), &out));
    assert_true(base64_decode(&arena, SLICE("YQ=="), &out));
    assert_slice(out, "a");
    assert_false(base64_decode(&arena, SLICE("Y"), &out));
    assert_false(base64_decode(&arena, SLICE("!!"), &out));
    arena_release(&arena);
}

/* ---- files of keys ---- */

static void test_keys(void **state)
{
    static const struct {
        const char *key, *origin;
        enum sender_answer answer;
        const char *source;
    } cases[] = {
        {"first-key-1", "", SENDER_FINE, "web"},
        {"first-key-1", "https://anything.example", SENDER_FINE, "web"},
        {"second-key", "https://example.com", SENDER_FINE, "page"},
        {"second-key", "https://EXAMPLE.org", SENDER_FINE, "page"},
        {"second-key", "", SENDER_FINE, "page"},
        {"second-key", "https://example.net", SENDER_FORGED, NULL},
        {"second-ke", "", SENDER_UNKNOWN, NULL},
        {"second-key ", "", SENDER_UNKNOWN, NULL},
        {"#", "", SENDER_UNKNOWN, NULL},
        {"", "", SENDER_UNKNOWN, NULL},
    };
    struct error error = {0};
    struct arena arena;
    char path[] = "/tmp/masa-keys-XXXXXX";
    make_file(path, "# keys\n\n first-key-1  web\t\nsecond-key page https://example.com  https://example.org");
    struct key_file *file = key_file_load(path, &error);
    unlink(path);
    if (!file) fail_msg("%s", error.message);
    arena_init(&arena);
    struct sender_port port = key_file_port(file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sender sender = {0};
        enum sender_answer answer =
            port.find(port.context, slice_from(cases[i].key), slice_from(cases[i].origin), &arena, &sender, &error);
        assert_int_equal(answer, cases[i].answer);
        if (cases[i].source) assert_slice(sender.source, cases[i].source);
    }
    arena_release(&arena);
    key_file_free(file);
}

static void test_bad_keys(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {{"lonely-key\n", ":1: a line is KEY SOURCE"},
                 {"# x\nshort web\n", ":2: a line is KEY SOURCE"},
                 {"key-number-1 a calls=track,erase\n", ":1: calls: erase is none"},
                 {"key-number-1 a\nkey-number-1 b\n", ":2: a key twice"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {0};
        char path[] = "/tmp/masa-keys-XXXXXX";
        make_file(path, cases[i].text);
        assert_null(key_file_load(path, &error));
        unlink(path);
        if (!strstr(error.message, cases[i].message)) fail_msg("%s", error.message);
    }
}

/* ---- numbers ---- */

static double read_number(void *context, int argument)
{
    return *(double *)context + argument;
}

static void test_metrics(void **state)
{
    static const struct http_route routes[] = {{"GET", "/a/:id"}, {"POST", "/b", .name = "b"}};
    const struct http_routes tables[] = {{routes, 2, NULL}};
    double number = 1.5;
    const struct metric more[] = {
        {METRIC_GAUGE, "masa_x", "Some.", "a=\"1\"", read_number, &number, 0},
        {METRIC_GAUGE, "masa_x", "Some.", "a=\"2\"", read_number, &number, 1},
    };
    struct metrics *metrics = metrics_new(tables, 1);
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    metrics_register(metrics, more, 2);
    const struct http_ended ended[] = {{&routes[0], SLICE("GET"), 200, 10, 20, 400, {0}},
                                       {&routes[0], SLICE("GET"), 200, 10, 20, 20000000, {0}},
                                       {&routes[1], SLICE("POST"), 418, 0, 0, 1000, {0}},
                                       {NULL, SLICE("X"), 404, 0, 0, 1, {0}}};
    for (size_t i = 0; i < 4; i++) metrics_count(metrics, &ended[i]);
    metrics_write(metrics, &out);
    buffer_char(&out, 0);
    static const char *const rows[] = {
        "masa_http_requests_total{method=\"GET\",route=\"/a/:id\",status=\"200\"} 2\n",
        "masa_http_requests_total{method=\"POST\",route=\"b\",status=\"other\"} 1\n",
        "masa_http_requests_total{method=\"\",route=\"\",status=\"404\"} 1\n",
        "masa_http_request_seconds_bucket{method=\"GET\",route=\"/a/:id\",le=\"0.000500\"} 1\n",
        "masa_http_request_seconds_bucket{method=\"GET\",route=\"/a/:id\",le=\"10.000000\"} 1\n",
        "masa_http_request_seconds_bucket{method=\"GET\",route=\"/a/:id\",le=\"+Inf\"} 2\n",
        "masa_http_request_seconds_sum{method=\"GET\",route=\"/a/:id\"} 20.000400\n",
        "masa_http_bytes_total{direction=\"out\"} 40\n",
        "# TYPE masa_x gauge\nmasa_x{a=\"1\"} 1.5\nmasa_x{a=\"2\"} 2.5\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strstr(out.data, rows[i])) fail_msg("%s is not in\n%s", rows[i], out.data);
    metrics_free(metrics);
    buffer_release(&out);
}

/* ---- the log of requests ---- */

static void *read_all(void *context)
{
    const int *pipe_end = context;
    struct buffer *all = memory_new(sizeof *all);
    buffer_init(all, BUFFER_NO_LIMIT);
    for (;;) {
        char *room = buffer_reserve(all, 4096);
        ssize_t n = read(*pipe_end, room, 4096);
        if (n <= 0) return all;
        buffer_advance(all, (size_t)n);
    }
}

static struct slice field(const struct value *line, const char *name)
{
    const struct value *value = value_map_field(line->map, slice_from(name));
    return value && value->kind == VALUE_STRING ? value->text : (struct slice){0};
}

/* Nobody reads for a while: nobody waits, lines are dropped whole, and it is told how many. */
static void test_slow_reader(void **state)
{
    enum { LINES = 20000 };
    static const struct http_route route = {"POST", "/v1/track"};
    int ends[2];
    pthread_t reader;
    void *result;
    struct error error;
    assert_int_equal(pipe(ends), 0);
    struct request_log *log = request_log_open(ends[1], LOG_INFO, &error);
    for (int i = 0; i < LINES; i++) {
        const struct http_ended ended = {&route, SLICE("POST"), i % 2 ? 200 : 503, 1, 2, 3, SLICE("unavailable")};
        request_log_ended(log, &ended);
    }
    pthread_create(&reader, NULL, read_all, &ends[0]);
    request_log_event(log, LOG_ERROR, "no_room", "said \"so\"\n");
    request_log_close(log);
    close(ends[1]);
    pthread_join(reader, &result);
    struct buffer *all = result;
    struct slice text = buffer_slice(all);
    struct arena arena;
    arena_init(&arena);
    long told = 0, seen = 0;
    while (text.len) {
        struct value line;
        if (json_parse(&arena, slice_cut(&text, '\n'), &line, &error) != OK) fail_msg("%s", error.message);
        seen += slice_is(field(&line, "event"), "request") || slice_is(field(&line, "event"), "no_room");
        if (slice_is(field(&line, "event"), "log_dropped")) told += strtol(field(&line, "message").ptr, NULL, 10);
    }
    assert_true(told > 0);
    assert_true(seen + told == LINES + 1 || seen + told == LINES); /* the last one may have found no room either */
    arena_release(&arena);
    buffer_release(all);
    free(all);
    close(ends[0]);
}

static void test_levels(void **state)
{
    int ends[2];
    struct error error;
    char text[512] = "";
    assert_int_equal(pipe(ends), 0);
    struct request_log *log = request_log_open(ends[1], LOG_WARN, &error);
    const struct http_ended fine = {.status = 200}, refused = {.status = 401, .code = SLICE("bad_key")};
    request_log_ended(log, &fine);
    request_log_ended(log, &refused);
    request_log_close(log);
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    assert_non_null(strstr(text, "\"level\":\"warn\""));
    assert_non_null(strstr(text, "\"status\":401,\"code\":\"bad_key\""));
    assert_null(strstr(text, "200"));
}

/* ---- refusals in Hebrew ---- */

static void test_languages(void **state)
{
    static const char *const hebrew[] = {"he",    "he-IL,he;q=0.9,en-US;q=0.8", "fr, he;q=0.5", "iw",
                                         "he,en", "en;q=0.3, he;q=0.31"},
                             *const english[] = {"",      "en", "en-US,en;q=0.9,he;q=0.8", "*", "hex", "he;q=0, en;q=0",
                                                 "en,he", "fr"};
    for (size_t i = 0; i < sizeof hebrew / sizeof *hebrew; i++) assert_true(prefers_hebrew(slice_from(hebrew[i])));
    for (size_t i = 0; i < sizeof english / sizeof *english; i++) assert_false(prefers_hebrew(slice_from(english[i])));
    assert_non_null(refusal_hebrew("not_found"));
    assert_null(refusal_hebrew("bad_gzip")); /* of programs that send */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),   cmocka_unit_test(test_links),  cmocka_unit_test(test_secret),
        cmocka_unit_test(test_base64),    cmocka_unit_test(test_keys),   cmocka_unit_test(test_bad_keys),
        cmocka_unit_test(test_metrics),   cmocka_unit_test(test_levels), cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_languages),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
