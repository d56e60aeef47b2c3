/* The server over real sockets: what clients send byte by byte, and what comes back. */
#include "base/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "http/http_server.h"

/* ---- a small service ---- */

struct service {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool held;
    int inside, ended, last_status;
    struct http_channel *channel;
};

static void greet(struct http_exchange *x)
{
    buffer_text(http_out(x), "hello");
    http_send(x, 200, "text/plain");
}

static void echo(struct http_exchange *x)
{
    buffer_add(http_out(x), http_body(x));
    http_set(x, "X-Name", http_param(x, "name"));
    if (http_query(x, "set").len) http_set(x, "X-Set", http_query(x, "set"));
    http_send(x, 200, "application/octet-stream");
}

static void wait_here(struct http_exchange *x)
{
    struct service *service = http_context(x);
    pthread_mutex_lock(&service->lock);
    service->inside++;
    pthread_cond_broadcast(&service->changed);
    while (service->held) pthread_cond_wait(&service->changed, &service->lock);
    pthread_mutex_unlock(&service->lock);
    greet(x);
}

static void tell_peer(struct http_exchange *x)
{
    buffer_add(http_out(x), http_peer(x));
    http_send(x, 200, "text/plain");
}

static void stream(struct http_exchange *x)
{
    struct service *service = http_context(x);
    struct http_channel *channel = http_stream(x);
    http_channel_event(channel, SLICE("first"), SLICE("1"), SLICE("two\nlines"));
    pthread_mutex_lock(&service->lock);
    service->channel = channel;
    pthread_cond_broadcast(&service->changed);
    pthread_mutex_unlock(&service->lock);
}

static const struct http_route routes[] = {
    {"GET", "/hello", .handle = greet},
    {"GET", "/quick", .handle = greet, .flags = HTTP_QUICK},
    {"GET", "/page", .handle = greet, .flags = HTTP_PAGE},
    {"POST", "/echo/:name", .body_max = 1000, .handle = echo},
    {"GET", "/wait", .handle = wait_here},
    {"GET", "/peer", .handle = tell_peer},
    {"GET", "/stream", .handle = stream},
    {"GET", "/locked", .who = 1, .handle = greet},
    {"GET", "/open", .who = 2, .handle = greet},
};

static bool admit(void *context, struct http_exchange *x, unsigned who)
{
    if (who == 2) return true;
    http_fail(x, 401, "signed_out", "sign in first");
    return false;
}

static void ended(void *context, const struct http_ended *what)
{
    struct service *service = context;
    pthread_mutex_lock(&service->lock);
    service->ended++;
    service->last_status = what->status;
    pthread_cond_broadcast(&service->changed);
    pthread_mutex_unlock(&service->lock);
}

struct fixture {
    struct service service;
    struct http_routes tables[1];
    struct http_server *server;
    int port;
};

static void start(struct fixture *f, struct http_options options)
{
    struct error error = {0};
    f->service = (struct service){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    f->tables[0] = (struct http_routes){routes, sizeof routes / sizeof *routes, &f->service};
    options.host = "127.0.0.1";
    options.port = "0";
    options.tables = f->tables;
    options.table_count = 1;
    options.gate = (struct http_gate){&f->service, admit};
    options.watch = (struct http_watch){&f->service, ended};
    if (http_server_start(&options, &f->server, &error) != OK) fail_msg("%s", error.message);
    f->port = (int)strtol(strrchr(http_server_url(f->server), ':') + 1, NULL, 10);
}

static void hold(struct fixture *f, bool held)
{
    pthread_mutex_lock(&f->service.lock);
    f->service.held = held;
    pthread_cond_broadcast(&f->service.changed);
    pthread_mutex_unlock(&f->service.lock);
}

static void wait_inside(struct fixture *f, int count)
{
    pthread_mutex_lock(&f->service.lock);
    while (f->service.inside < count) pthread_cond_wait(&f->service.changed, &f->service.lock);
    pthread_mutex_unlock(&f->service.lock);
}

/* ---- a client ---- */

static int dial(const struct fixture *f)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->port)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, struct slice text)
{
    while (text.len) {
        ssize_t n = send(fd, text.ptr, text.len, MSG_NOSIGNAL);
        if (n <= 0) return; /* refused before all was said */
        text = slice_skip(text, (size_t)n);
    }
}

/* Everything up to the end of the connection. */
static struct slice hear(int fd, struct arena *arena)
{
    struct buffer all;
    buffer_init(&all, BUFFER_NO_LIMIT);
    for (;;) {
        char *room = buffer_reserve(&all, 4096);
        ssize_t n = recv(fd, room, 4096, 0);
        if (n <= 0) break;
        buffer_advance(&all, (size_t)n);
    }
    close(fd);
    struct slice text = arena_slice(arena, buffer_slice(&all));
    buffer_release(&all);
    return text;
}

/* At least until `end` has come. */
static void hear_until(int fd, const char *end, struct buffer *all)
{
    while (!all->len || !memmem(all->data, all->len, end, strlen(end))) {
        char *room = buffer_reserve(all, 1024);
        ssize_t n = recv(fd, room, 1024, 0);
        if (n <= 0) fail_msg("the connection ended before «%s»: %.*s", end, SLICE_ARG(buffer_slice(all)));
        buffer_advance(all, (size_t)n);
    }
}

static struct slice ask(const struct fixture *f, struct arena *arena, struct slice request)
{
    int fd = dial(f);
    say(fd, request);
    return hear(fd, arena);
}

static bool holds(struct slice text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

#define assert_holds(text, part)                                                                                       \
    do {                                                                                                               \
        struct slice whole_ = (text);                                                                                  \
        if (!holds(whole_, part)) fail_msg("«%s» is not in «%.*s»", part, SLICE_ARG(whole_));                          \
    } while (0)

/* ---- tests ---- */

#define REST " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"

static void test_answers(void **state)
{
    static const struct {
        const char *request, *status, *part;
    } cases[] = {
        {"GET /hello" REST "\r\n", "HTTP/1.1 200", "\r\n\r\nhello"},
        {"GET /quick?x=1" REST "\r\n", "HTTP/1.1 200", "\r\n\r\nhello"},
        {"GET /open" REST "\r\n", "HTTP/1.1 200", "hello"},
        {"GET /hello" REST "\r\n", "HTTP/1.1 200", "X-Content-Type-Options: nosniff\r\n"},
        {"GET /hello" REST "\r\n", "HTTP/1.1 200",
         "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"},
        {"GET /page" REST "\r\n", "HTTP/1.1 200", "script-src 'self'"},
        {"GET /hello" REST "\r\n", "HTTP/1.1 200", "Referrer-Policy: no-referrer\r\n"},
        {"GET /hello" REST "\r\n", "HTTP/1.1 200", "Cache-Control: no-store\r\n"},
        {"POST /echo/a%20b" REST "Content-Length: 3\r\n\r\nxyz", "HTTP/1.1 200", "X-Name: a b\r\n"},
        {"POST /echo/n" REST "Transfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n", "HTTP/1.1 200",
         "\r\n\r\nxyz"},
        {"GET /locked" REST "\r\n", "HTTP/1.1 401",
         "{\"error\":{\"code\":\"signed_out\",\"message\":\"sign in first\"}}"},
        {"GET /nothing" REST "\r\n", "HTTP/1.1 404", "\"code\":\"not_found\""},
        {"POST /nothing" REST "Content-Length: 3\r\n\r\nxyz", "HTTP/1.1 404", "\"code\":\"not_found\""},
        {"POST /hello" REST "Content-Length: 0\r\n\r\n", "HTTP/1.1 405", "Allow: GET\r\n"},
        {"OPTIONS /hello" REST "\r\n", "HTTP/1.1 204", "Allow: GET\r\n"},
        {"GET /a/../b" REST "\r\n", "HTTP/1.1 400", "\"code\":\"bad_path\""},
        {"GET /%2e%2e/%2e%2e/etc/passwd" REST "\r\n", "HTTP/1.1 400", "\"code\":\"bad_path\""},
        {"GET /hello?a=%f" REST "\r\n", "HTTP/1.1 400", "\"code\":\"bad_query\""},
        {"GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400", ""},
        {"POST /echo/n" REST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nxyz", "HTTP/1.1 400", "Connection: close"},
        {"POST /echo/n" REST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400",
         "Connection: close"},
        {"POST /echo/n" REST "Content-Length : 3\r\n\r\nxyz", "HTTP/1.1 400", ""},
        {"POST /echo/n" REST "Content-Length: 1001\r\n\r\n", "HTTP/1.1 413", "\"code\":\"too_large\""},
        {"POST /echo/n?set=a%0d%0aX-Evil:%201" REST "Content-Length: 0\r\n\r\n", "HTTP/1.1 500",
         "\"code\":\"internal\""},
    };
    struct fixture f;
    struct arena arena;
    arena_init(&arena);
    start(&f, (struct http_options){0});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice answer = ask(&f, &arena, slice_from(cases[i].request));
        assert_holds(slice_of(answer.ptr, answer.len < 12 ? answer.len : 12), cases[i].status);
        assert_holds(answer, cases[i].part);
        assert_false(holds(answer, "X-Evil"));
    }
    struct slice head = ask(&f, &arena, SLICE("HEAD /hello" REST "\r\n"));
    assert_holds(head, "Content-Length: 5\r\n");
    assert_false(holds(head, "hello"));
    http_server_stop(f.server);
    arena_release(&arena);
}

/* A body without a length that grows past the limit, and headers past theirs. */
static void test_too_large(void **state)
{
    struct fixture f;
    struct arena arena;
    struct buffer request;
    arena_init(&arena);
    start(&f, (struct http_options){0});
    buffer_init(&request, BUFFER_NO_LIMIT);
    buffer_text(&request, "POST /echo/n" REST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 200; i++) buffer_text(&request, "8\r\n12345678\r\n");
    buffer_text(&request, "0\r\n\r\n");
    struct slice answer = ask(&f, &arena, buffer_slice(&request));
    assert_holds(answer, "HTTP/1.1 413");
    buffer_clear(&request);
    buffer_text(&request, "GET /hello" REST "X-Long: ");
    for (int i = 0; i < 70000; i++) buffer_char(&request, 'a');
    buffer_text(&request, "\r\n\r\n");
    answer = ask(&f, &arena, buffer_slice(&request));
    assert_holds(answer, "HTTP/1.1 431");
    buffer_release(&request);
    http_server_stop(f.server);
    arena_release(&arena);
}

static void test_keep_alive(void **state)
{
    struct fixture f;
    struct buffer all;
    start(&f, (struct http_options){0});
    buffer_init(&all, BUFFER_NO_LIMIT);
    int fd = dial(&f);
    for (int i = 0; i < 3; i++) {
        buffer_clear(&all);
        say(fd, SLICE("POST /echo/n HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"));
        hear_until(fd, "\r\n\r\nbody", &all);
        buffer_clear(&all);
        say(fd, SLICE("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")); /* refused, not closed */
        hear_until(fd, "not_found", &all);
    }
    close(fd);
    buffer_release(&all);
    http_server_stop(f.server);
    assert_int_equal(f.service.ended, 6);
}

/* One byte at a time comes through, or is ended with 408, never waits for ever. */
static void test_slow(void **state)
{
    struct fixture f;
    struct arena arena;
    arena_init(&arena);
    start(&f, (struct http_options){.head_seconds = 1, .body_seconds = 1, .idle_seconds = 1});
    static const char *const beginnings[] = {"", "GET /hel", "POST /echo/n" REST "Content-Length: 10\r\n\r\nabc"};
    for (size_t i = 0; i < 3; i++) {
        int fd = dial(&f);
        say(fd, slice_from(beginnings[i]));
        struct slice answer = hear(fd, &arena);
        assert_holds(answer, "HTTP/1.1 408");
        assert_holds(answer, "too_slow");
    }
    assert_int_equal(http_server_counts(f.server).timed_out, 3);
    int fd = dial(&f);
    struct slice whole = SLICE("GET /hello" REST "\r\n");
    for (size_t i = 0; i < whole.len; i++) say(fd, slice_of(whole.ptr + i, 1));
    assert_holds(hear(fd, &arena), "hello");
    http_server_stop(f.server);
    arena_release(&arena);
}

/* Half a request and no more to come: ended by the deadline at the latest. A whole one is answered all the same. */
static void test_half_closed(void **state)
{
    struct fixture f;
    struct arena arena;
    arena_init(&arena);
    start(&f, (struct http_options){.body_seconds = 1});
    for (int i = 0; i < 2; i++) {
        int fd = dial(&f);
        say(fd, SLICE("POST /echo/n" REST "Content-Length: 10\r\n\r\nabc"));
        if (i) usleep(50000);
        shutdown(fd, SHUT_WR);
        assert_false(holds(hear(fd, &arena), "HTTP/1.1 200"));
    }
    int fd = dial(&f);
    say(fd, SLICE("GET /hello" REST "\r\n"));
    shutdown(fd, SHUT_WR);
    assert_holds(hear(fd, &arena), "hello");
    assert_holds(ask(&f, &arena, SLICE("GET /hello" REST "\r\n")), "hello");
    http_server_stop(f.server);
    arena_release(&arena);
}

/* Two workers held, two more wait; the next is told to come back, and what is quick still works. */
static void test_back_pressure(void **state)
{
    struct fixture f;
    struct arena arena;
    int fd[4];
    arena_init(&arena);
    start(&f, (struct http_options){.workers = 2, .queue_max = 2});
    hold(&f, true);
    for (int i = 0; i < 4; i++) {
        fd[i] = dial(&f);
        say(fd[i], SLICE("GET /wait" REST "\r\n"));
        if (i < 2) wait_inside(&f, i + 1);
        while (i >= 2 && (int)http_server_counts(f.server).waiting < i - 1) usleep(1000);
    }
    struct slice refused = ask(&f, &arena, SLICE("GET /hello" REST "\r\n"));
    assert_holds(refused, "HTTP/1.1 429");
    assert_holds(refused, "Retry-After: 1\r\n");
    assert_holds(refused, "\"details\":{\"retry_after_seconds\":1}");
    assert_holds(ask(&f, &arena, SLICE("GET /quick" REST "\r\n")), "hello");
    hold(&f, false);
    for (int i = 0; i < 4; i++) assert_holds(hear(fd[i], &arena), "hello");
    http_server_stop(f.server);
    arena_release(&arena);
}

static void test_each_address(void **state)
{
    struct fixture f;
    struct arena arena;
    arena_init(&arena);
    start(&f, (struct http_options){.each_max = 2});
    int first = dial(&f), second = dial(&f);
    while (http_server_counts(f.server).connections < 2) usleep(1000);
    assert_int_equal(ask(&f, &arena, SLICE("GET /hello" REST "\r\n")).len, 0);
    assert_int_equal(http_server_counts(f.server).refused_connections, 1);
    close(first);
    close(second);
    while (http_server_counts(f.server).connections) usleep(1000);
    assert_holds(ask(&f, &arena, SLICE("GET /hello" REST "\r\n")), "hello");
    http_server_stop(f.server);
    arena_release(&arena);
}

static void test_proxy(void **state)
{
    struct fixture f;
    struct arena arena;
    arena_init(&arena);
    struct slice request = SLICE("GET /peer" REST "X-Forwarded-For: 192.0.2.9, 192.0.2.7\r\n\r\n");
    start(&f, (struct http_options){0});
    assert_holds(ask(&f, &arena, request), "\r\n\r\n127.0.0.1");
    http_server_stop(f.server);
    start(&f, (struct http_options){.proxy = "127.0.0.1", .each_max = 1, .workers = 4});
    assert_holds(ask(&f, &arena, request), "\r\n\r\n192.0.2.7");
    hold(&f, true);
    int fd = dial(&f);
    say(fd, SLICE("GET /wait" REST "X-Forwarded-For: 192.0.2.7\r\n\r\n"));
    wait_inside(&f, 1);
    assert_holds(ask(&f, &arena, request), "HTTP/1.1 429");
    assert_holds(ask(&f, &arena, SLICE("GET /peer" REST "X-Forwarded-For: 192.0.2.8\r\n\r\n")), "192.0.2.8");
    hold(&f, false);
    assert_holds(hear(fd, &arena), "hello");
    http_server_stop(f.server);
    arena_release(&arena);
}

static void test_stream(void **state)
{
    struct fixture f;
    struct arena arena;
    struct buffer all;
    arena_init(&arena);
    start(&f, (struct http_options){.heartbeat_seconds = 1});
    buffer_init(&all, BUFFER_NO_LIMIT);
    int fd = dial(&f);
    say(fd, SLICE("GET /stream" REST "\r\n"));
    hear_until(fd, "event: first\nid: 1\ndata: two\ndata: lines\n\n", &all);
    assert_holds(buffer_slice(&all), "Content-Type: text/event-stream");
    pthread_mutex_lock(&f.service.lock);
    while (!f.service.channel) pthread_cond_wait(&f.service.changed, &f.service.lock);
    pthread_mutex_unlock(&f.service.lock);
    assert_true(http_channel_event(f.service.channel, SLICE("second"), SLICE(""), SLICE("x")));
    hear_until(fd, "event: second\ndata: x\n\n", &all);
    buffer_clear(&all);
    hear_until(fd, ":\n\n", &all); /* the heartbeat */
    close(fd);
    while (http_channel_event(f.service.channel, SLICE("late"), SLICE(""), SLICE("x"))) usleep(1000);
    http_channel_close(f.service.channel);
    buffer_release(&all);
    http_server_stop(f.server);
    arena_release(&arena);
}

static void *stop(void *server)
{
    http_server_stop(server);
    return NULL;
}

/* What is under way is finished; idle connections and streams are ended; nothing new begins. */
static void test_stop(void **state)
{
    struct fixture f;
    struct arena arena;
    pthread_t stopping;
    arena_init(&arena);
    start(&f, (struct http_options){0});
    hold(&f, true);
    int busy = dial(&f), idle = dial(&f), streaming = dial(&f);
    say(busy, SLICE("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
    say(streaming, SLICE("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
    wait_inside(&f, 1);
    while (http_server_counts(f.server).channels < 1 || http_server_counts(f.server).connections < 3) usleep(1000);
    pthread_create(&stopping, NULL, stop, f.server);
    assert_int_equal(hear(idle, &arena).len, 0);
    assert_holds(hear(streaming, &arena), "event: first");
    hold(&f, false);
    struct slice answer = hear(busy, &arena);
    assert_holds(answer, "hello");
    assert_holds(answer, "Connection: close");
    pthread_join(stopping, NULL);
    http_channel_close(f.service.channel);
    arena_release(&arena);
}

static void test_start_refused(void **state)
{
    struct fixture f;
    struct error error = {0};
    struct http_server *server;
    char port[8];
    start(&f, (struct http_options){0});
    snprintf(port, sizeof port, "%d", f.port);
    struct http_options options = {.host = "127.0.0.1", .port = port, .tables = f.tables, .table_count = 1};
    assert_int_equal(http_server_start(&options, &server, &error), FAILED);
    assert_non_null(strstr(error.message, "Address already in use"));
    options.port = "0";
    options.proxy = "somewhere";
    assert_int_equal(http_server_start(&options, &server, &error), BAD_USAGE);
    options.proxy = NULL;
    options.certificate = options.key = "no PEM";
    assert_int_equal(http_server_start(&options, &server, &error), FAILED);
    http_server_stop(f.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),      cmocka_unit_test(test_too_large),     cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_slow),         cmocka_unit_test(test_half_closed),   cmocka_unit_test(test_back_pressure),
        cmocka_unit_test(test_each_address), cmocka_unit_test(test_proxy),         cmocka_unit_test(test_stream),
        cmocka_unit_test(test_stop),         cmocka_unit_test(test_start_refused),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
