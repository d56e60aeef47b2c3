/* The courier against a receiver that answers as it is told: over the network, with a clock that is set. */
#include "base/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "deliver/courier.h"
#include "store/store.h"

#define NOON (INT64_C(1767225600) * SECOND_US) /* 2026-01-01 */

/* ---- a receiver ---- */

enum { HANG_UP = -1, SAY_NOTHING = -2, SAY_MUCH = -3, REQUESTS_MAX = 16 };

struct receiver {
    int listener, port;
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    int say; /* a status, or one of the above */
    struct {
        char text[2048];
    } got[REQUESTS_MAX];
    int count;
};

static bool is_whole(const char *text, size_t len)
{
    const char *body = memmem(text, len, "\r\n\r\n", 4), *length = strcasestr(text, "content-length: ");
    return body && length && len - (size_t)(body + 4 - text) >= strtoul(length + 16, NULL, 10);
}

static void take_request(int client, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n;
    text[0] = 0;
    while (len + 1 < size && !is_whole(text, len) && (n = read(client, text + len, size - 1 - len)) > 0) {
        len += (size_t)n;
        text[len] = 0;
    }
}

static void answer(const struct receiver *r, int client, int say)
{
    char head[256];
    if (say == SAY_NOTHING)
        while (!atomic_load(&r->stopping)) usleep(1000);
    if (say == SAY_NOTHING || say == HANG_UP) return;
    snprintf(
        head, sizeof head,
        "HTTP/1.1 %d Made\r\nRetry-After: 600\r\nLocation: http://127.0.0.1:%d/other\r\nContent-Length: %d\r\n\r\n",
        say == SAY_MUCH ? 200 : say, r->port, say == SAY_MUCH ? 10000000 : 0);
    bool heard = write(client, head, strlen(head)) > 0;
    char more[4096] = {0};
    for (int i = 0; say == SAY_MUCH && heard && i < 2000; i++)
        heard = send(client, more, sizeof more, MSG_NOSIGNAL) > 0;
}

static void *receive(void *context)
{
    struct receiver *r = context;
    while (!atomic_load(&r->stopping)) {
        struct pollfd ready = {.fd = r->listener, .events = POLLIN};
        if (poll(&ready, 1, 20) <= 0) continue;
        const int client = accept(r->listener, NULL, NULL);
        pthread_mutex_lock(&r->lock);
        assert_true(r->count < REQUESTS_MAX);
        take_request(client, r->got[r->count].text, sizeof r->got[r->count].text);
        r->count++;
        const int say = r->say;
        pthread_cond_signal(&r->changed);
        pthread_mutex_unlock(&r->lock);
        answer(r, client, say);
        close(client);
    }
    return NULL;
}

static void receiver_begin(struct receiver *r)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *r = (struct receiver){.listener = socket(AF_INET, SOCK_STREAM, 0), .say = 204};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    assert_int_equal(bind(r->listener, (struct sockaddr *)(void *)&address, sizeof address), 0);
    assert_int_equal(listen(r->listener, 8), 0);
    assert_int_equal(getsockname(r->listener, (struct sockaddr *)(void *)&address, &size), 0);
    r->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&r->thread, NULL, receive, r), 0);
}

static void receiver_end(struct receiver *r)
{
    atomic_store(&r->stopping, true);
    pthread_join(r->thread, NULL);
    close(r->listener);
}

/* ---- a courier ---- */

struct fixture {
    char path[64];
    struct store *store;
    struct arena arena;
    struct error error;
    struct receiver receiver;
    struct courier *courier;
    int64_t channel;
    int limit_ms;
    bool reaches;
    atomic_int_fast64_t now;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    enum courier_word word;
    int settled;
    enum send_state last;
};

static int64_t clock_of(void *context)
{
    return atomic_load(&((struct fixture *)context)->now);
}

static enum courier_word ask(void *context, const struct send_channel *channel, const struct send *send,
                             struct buffer *body)
{
    struct fixture *f = context;
    pthread_mutex_lock(&f->lock);
    const enum courier_word word = f->word;
    pthread_mutex_unlock(&f->lock);
    if (word == COURIER_SEND) buffer_printf(body, "{\"handoff\":\"%.*s\"}", SLICE_ARG(send->handoff));
    return word;
}

static void settled(void *context, const struct send *send, enum send_state state)
{
    struct fixture *f = context;
    pthread_mutex_lock(&f->lock);
    f->settled++;
    f->last = state;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static void start(struct fixture *f)
{
    struct courier_options options = {
        .db = f->path, .limit_ms = f->limit_ms, .context = f, .now = clock_of, .ask = ask, .settled = settled};
    if (f->reaches) assert_true(reach_parse(SLICE("127.0.0.1"), &options.reach.nets[options.reach.count++]));
    assert_int_equal(courier_start(&options, &f->courier, &f->error), OK);
}

/* Until so many tries have ended, or rows were dropped. */
static enum send_state wait_for(struct fixture *f, int settled_count)
{
    pthread_mutex_lock(&f->lock);
    while (f->settled < settled_count) pthread_cond_wait(&f->changed, &f->lock);
    const enum send_state last = f->last;
    pthread_mutex_unlock(&f->lock);
    return last;
}

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    char secret[SIGNING_SECRET_BYTES] = {1}, url[64];
    snprintf(f->path, sizeof f->path, "/tmp/masa-courier-XXXXXX");
    const int fd = mkstemp(f->path);
    close(fd);
    unlink(f->path);
    arena_init(&f->arena);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    f->store = store_open(f->path, DATABASE_CREATE, &f->error);
    assert_non_null(f->store);
    atomic_store(&f->now, NOON);
    f->reaches = true;
    f->limit_ms = 5000;
    f->word = COURIER_SEND;
    receiver_begin(&f->receiver);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/masa", f->receiver.port);
    struct send_channel channel = {.name = SLICE("to sales"), .url = slice_from(url), .made_at = NOON};
    assert_int_equal(send_channel_add(store_database(f->store), &channel, slice_of(secret, sizeof secret), &f->error),
                     OK);
    f->channel = channel.id;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    courier_free(f->courier);
    receiver_end(&f->receiver);
    store_close(f->store);
    unlink(f->path);
    arena_release(&f->arena);
    free(f);
    return 0;
}

static int64_t decide(struct fixture *f, const char *handoff)
{
    int64_t id;
    const struct send send = {.channel = f->channel,
                              .message = arena_printf(&f->arena, "msg_%s", handoff),
                              .type = SLICE("handoff.reminder"),
                              .handoff = slice_from(handoff),
                              .due_at = NOON,
                              .decided_at = atomic_load(&f->now)};
    assert_int_equal(send_decide(store_database(f->store), &send, &id, &f->error), OK);
    assert_true(id > 0);
    if (f->courier) courier_wake(f->courier);
    return id;
}

static struct send found(struct fixture *f, int64_t id)
{
    struct send out;
    assert_int_equal(send_find(store_database(f->store), id, &f->arena, &out, &f->error), OK);
    return out;
}

static void say(struct fixture *f, int what)
{
    pthread_mutex_lock(&f->receiver.lock);
    f->receiver.say = what;
    pthread_mutex_unlock(&f->receiver.lock);
}

static int requests(struct fixture *f)
{
    pthread_mutex_lock(&f->receiver.lock);
    const int count = f->receiver.count;
    pthread_mutex_unlock(&f->receiver.lock);
    return count;
}

/* ---- what it does ---- */

static void a_message_is_posted_signed(void **state)
{
    struct fixture *f = *state;
    struct buffer signature;
    start(f);
    const int64_t id = decide(f, "h1");
    assert_int_equal(wait_for(f, 1), SEND_SENT);
    const char *text = f->receiver.got[0].text;
    assert_non_null(strstr(text, "POST /masa HTTP/1.1\r\n"));
    assert_non_null(strstr(text, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(text, "\r\nwebhook-id: msg_h1\r\n"));
    assert_non_null(strstr(text, "\r\nwebhook-timestamp: 1767225600\r\n"));
    assert_non_null(strstr(text, "\r\n\r\n{\"handoff\":\"h1\"}"));
    char secret[SIGNING_SECRET_BYTES] = {1};
    const struct signed_message message = {SLICE("msg_h1"), 1767225600, SLICE("{\"handoff\":\"h1\"}")};
    buffer_init(&signature, 4096);
    buffer_text(&signature, "\r\nwebhook-signature: ");
    signature_write(slice_of(secret, sizeof secret), &message, &signature);
    buffer_text(&signature, "\r\n");
    buffer_char(&signature, '\0');
    assert_non_null(strstr(text, signature.data));
    assert_int_equal(found(f, id).status, 204);
    buffer_release(&signature);
}

static void what_fails_is_tried_when_its_time_comes(void **state)
{
    struct fixture *f = *state;
    start(f);
    say(f, 500);
    const int64_t id = decide(f, "h1");
    assert_int_equal(wait_for(f, 1), SEND_PENDING);
    assert_int_equal(found(f, id).status, 500);
    assert_int_equal(found(f, id).next_at, NOON + 10 * MINUTE_US); /* as the receiver wants it */
    courier_wake(f->courier);                                      /* not yet */
    say(f, 200);
    atomic_store(&f->now, NOON + 10 * MINUTE_US);
    courier_wake(f->courier);
    assert_int_equal(wait_for(f, 2), SEND_SENT);
    assert_int_equal(requests(f), 2);
    assert_int_equal(found(f, id).attempts, 2);
}

/* How one try goes when the receiver does this: once, since it comes from the interface. */
static struct send tried(struct fixture *f, int what)
{
    int64_t id;
    const struct send send = {.channel = f->channel,
                              .message = SLICE("msg_test"),
                              .type = SLICE(SEND_TEST),
                              .due_at = NOON,
                              .decided_at = NOON};
    say(f, what);
    assert_int_equal(send_decide(store_database(f->store), &send, &id, &f->error), OK);
    start(f);
    wait_for(f, 1);
    return found(f, id);
}

static void a_redirect_is_not_followed(void **state)
{
    struct fixture *f = *state;
    const struct send send = tried(f, 307);
    assert_int_equal(send.state, SEND_FAILED);
    assert_int_equal(send.status, 307);
    assert_int_equal(requests(f), 1);
}

static void who_hangs_up_or_says_nothing_has_not_taken_it(void **state)
{
    struct fixture *f = *state;
    const struct send send = tried(f, HANG_UP);
    assert_int_equal(send.state, SEND_FAILED);
    assert_int_equal(send.reason, SEND_BROKEN);
}

static void who_is_too_slow_is_not_waited_for(void **state)
{
    struct fixture *f = *state;
    f->limit_ms = 100;
    const struct send send = tried(f, SAY_NOTHING);
    assert_int_equal(send.state, SEND_FAILED);
    assert_int_equal(send.reason, SEND_TOO_SLOW);
}

static void of_a_long_answer_the_beginning_is_enough(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(tried(f, SAY_MUCH).state, SEND_SENT);
}

static void this_machine_is_not_called_unless_that_was_said(void **state)
{
    struct fixture *f = *state;
    f->reaches = false;
    const struct send send = tried(f, 200);
    assert_int_equal(send.state, SEND_FAILED);
    assert_int_equal(send.reason, SEND_NOT_ALLOWED);
    assert_int_equal(requests(f), 0);
}

static void move_channel(struct fixture *f, const char *url)
{
    struct statement *s = database_statement(store_database(f->store), "UPDATE channel SET url = ?1");
    statement_text(s, 1, slice_from(url));
    assert_int_equal(statement_do(s, &f->error), OK);
}

static void nor_by_a_name_that_leads_to_it(void **state)
{
    struct fixture *f = *state;
    char url[64];
    f->reaches = false;
    snprintf(url, sizeof url, "https://localhost:%d/masa", f->receiver.port);
    move_channel(f, url);
    assert_int_equal(tried(f, 200).reason, SEND_NOT_ALLOWED);
    assert_int_equal(requests(f), 0);
}

static void a_server_without_a_certificate_is_none(void **state)
{
    struct fixture *f = *state;
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/masa", f->receiver.port);
    move_channel(f, url);
    f->limit_ms = 1000;
    const struct send send = tried(f, 200);
    assert_int_equal(send.state, SEND_FAILED);
    assert_true(send.reason == SEND_CERTIFICATE || send.reason == SEND_TOO_SLOW);
}

static void what_is_overtaken_is_not_sent(void **state)
{
    struct fixture *f = *state;
    f->word = COURIER_DROP;
    const int64_t first = decide(f, "h1"), second = decide(f, "h2");
    start(f);
    assert_int_equal(wait_for(f, 2), SEND_OVERTAKEN);
    assert_int_equal(found(f, first).reason, SEND_DECIDED);
    assert_int_equal(found(f, second).state, SEND_OVERTAKEN);
    assert_int_equal(requests(f), 0);
}

static void what_was_under_way_goes_out_again_after_a_crash(void **state)
{
    struct fixture *f = *state;
    bool mine;
    const int64_t id = decide(f, "h1");
    assert_int_equal(send_begin(store_database(f->store), id, NOON, &mine, &f->error), OK);
    start(f); /* as after kill -9 between sending and noting */
    assert_int_equal(wait_for(f, 1), SEND_SENT);
    assert_non_null(strstr(f->receiver.got[0].text, "\r\nwebhook-id: msg_h1\r\n"));
    assert_int_equal(found(f, id).attempts, 2);
}

static void whoever_stops_waits_for_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    start(f);
    pthread_mutex_lock(&f->receiver.lock); /* so that it answers only then */
    const int64_t id = decide(f, "h1");
    while (found(f, id).state == SEND_PENDING) usleep(1000);
    pthread_mutex_unlock(&f->receiver.lock);
    courier_stop(f->courier);
    assert_int_equal(found(f, id).state, SEND_SENT);
}

#define COURIER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COURIER_TEST(a_message_is_posted_signed),
        COURIER_TEST(what_fails_is_tried_when_its_time_comes),
        COURIER_TEST(a_redirect_is_not_followed),
        COURIER_TEST(who_hangs_up_or_says_nothing_has_not_taken_it),
        COURIER_TEST(who_is_too_slow_is_not_waited_for),
        COURIER_TEST(of_a_long_answer_the_beginning_is_enough),
        COURIER_TEST(this_machine_is_not_called_unless_that_was_said),
        COURIER_TEST(nor_by_a_name_that_leads_to_it),
        COURIER_TEST(a_server_without_a_certificate_is_none),
        COURIER_TEST(what_is_overtaken_is_not_sent),
        COURIER_TEST(what_was_under_way_goes_out_again_after_a_crash),
        COURIER_TEST(whoever_stops_waits_for_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
