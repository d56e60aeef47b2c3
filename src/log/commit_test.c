/* Group commit against a port that counts, one that fails, and one that waits until it is let go. */
#include "base/test.h"

#include <pthread.h>

#include "base/buffer.h"
#include "log/commit.h"

struct port {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct buffer written;
    size_t appends, lines;
    bool blocked, inside;
    enum outcome fails; /* OK: appends */
};

static enum outcome append(void *context, struct slice lines, size_t count, struct error *error)
{
    struct port *port = context;
    pthread_mutex_lock(&port->lock);
    port->inside = true;
    pthread_cond_broadcast(&port->changed);
    while (port->blocked) pthread_cond_wait(&port->changed, &port->lock);
    port->inside = false;
    enum outcome outcome = port->fails ? error_set(error, port->fails, "no room for %zu lines", count) : OK;
    if (outcome == OK) {
        buffer_add(&port->written, lines);
        port->lines += count;
        port->appends++;
    }
    pthread_mutex_unlock(&port->lock);
    return outcome;
}

static struct log_port port_init(struct port *port)
{
    *port = (struct port){0};
    pthread_mutex_init(&port->lock, NULL);
    pthread_cond_init(&port->changed, NULL);
    buffer_init(&port->written, BUFFER_NO_LIMIT);
    return (struct log_port){port, append};
}

static void port_release(struct port *port)
{
    buffer_release(&port->written);
    pthread_cond_destroy(&port->changed);
    pthread_mutex_destroy(&port->lock);
}

static void port_block(struct port *port, bool blocked)
{
    pthread_mutex_lock(&port->lock);
    port->blocked = blocked;
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->lock);
}

static void port_fail(struct port *port, enum outcome fails)
{
    pthread_mutex_lock(&port->lock);
    port->fails = fails;
    pthread_mutex_unlock(&port->lock);
}

static void port_wait_inside(struct port *port)
{
    pthread_mutex_lock(&port->lock);
    while (!port->inside) pthread_cond_wait(&port->changed, &port->lock);
    pthread_mutex_unlock(&port->lock);
}

/* What a client waits on. */
struct answer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int told;
    enum outcome outcome;
    char message[512];
};

static void answer_init(struct answer *answer)
{
    *answer = (struct answer){0};
    pthread_mutex_init(&answer->lock, NULL);
    pthread_cond_init(&answer->changed, NULL);
}

static void tell(void *context, enum outcome outcome, const struct error *error)
{
    struct answer *answer = context;
    pthread_mutex_lock(&answer->lock);
    answer->told++;
    answer->outcome = outcome;
    memcpy(answer->message, error->message, sizeof answer->message);
    pthread_cond_broadcast(&answer->changed);
    pthread_mutex_unlock(&answer->lock);
}

static enum outcome answer_wait(struct answer *answer, int times)
{
    pthread_mutex_lock(&answer->lock);
    while (answer->told < times) pthread_cond_wait(&answer->changed, &answer->lock);
    enum outcome outcome = answer->outcome;
    pthread_mutex_unlock(&answer->lock);
    return outcome;
}

static enum commit_answer put(struct commit *commit, const char *lines, size_t count, struct answer *answer)
{
    return commit_put(commit, slice_from(lines), count, (struct commit_call){tell, answer});
}

/* Who comes alone waits within commit_put: here in a thread, until it is inside the port. */
struct first {
    pthread_t thread;
    struct commit *commit;
    const char *lines;
    struct answer *answer;
    enum commit_answer said;
};

static void *put_first(void *context)
{
    struct first *first = context;
    first->said = put(first->commit, first->lines, 1, first->answer);
    return NULL;
}

static void first_begin(struct first *first, struct port *port)
{
    port_block(port, true);
    assert_int_equal(pthread_create(&first->thread, NULL, put_first, first), 0);
    port_wait_inside(port);
}

static void first_end(struct first *first, struct port *port)
{
    port_block(port, false);
    pthread_join(first->thread, NULL);
    assert_int_equal(first->said, COMMIT_TAKEN);
}

/* In the thread that brought it, without being handed over. */
static void tell_thread(void *context, enum outcome outcome, const struct error *error)
{
    *(pthread_t *)context = pthread_self();
}

static void test_alone(void **state)
{
    struct port port;
    struct commit *commit = commit_open(port_init(&port), NULL, NULL);
    for (int i = 0; i < 3; i++) {
        pthread_t teller = 0;
        assert_int_equal(commit_put(commit, SLICE("x\n"), 1, (struct commit_call){tell_thread, &teller}), COMMIT_TAKEN);
        assert_true(pthread_equal(teller, pthread_self()));
    }
    assert_int_equal(commit_counts(commit).groups, 3);
    commit_close(commit);
    assert_slice(buffer_slice(&port.written), "x\nx\nx\n");
    port_release(&port);
}

static void test_one_by_one(void **state)
{
    struct port port;
    struct answer answer;
    answer_init(&answer);
    struct commit *commit = commit_open(port_init(&port), NULL, NULL);
    assert_int_equal(put(commit, "a\nb\n", 2, &answer), COMMIT_TAKEN);
    assert_int_equal(answer_wait(&answer, 1), OK);
    assert_int_equal(put(commit, "c\n", 1, &answer), COMMIT_TAKEN);
    assert_int_equal(answer_wait(&answer, 2), OK);
    commit_close(commit);
    assert_slice(buffer_slice(&port.written), "a\nb\nc\n");
    assert_int_equal(port.appends, 2);
    assert_int_equal(port.lines, 3);
    port_release(&port);
}

/* While one group is being written everything else becomes one group. */
static void test_sharing(void **state)
{
    struct port port;
    struct answer first, others;
    answer_init(&first);
    answer_init(&others);
    struct commit *commit = commit_open(port_init(&port), NULL, NULL);
    struct first one = {.commit = commit, .lines = "first\n", .answer = &first};
    first_begin(&one, &port);
    for (int i = 0; i < 64; i++) assert_int_equal(put(commit, "x\n", 1, &others), COMMIT_TAKEN);
    struct commit_counts counts = commit_counts(commit);
    assert_int_equal(counts.waiting_bytes, 128);
    assert_int_equal(counts.waiting_calls, 64);
    first_end(&one, &port);
    assert_int_equal(answer_wait(&others, 64), OK);
    assert_int_equal(answer_wait(&first, 1), OK);
    commit_drain(commit);
    counts = commit_counts(commit);
    assert_int_equal(counts.groups, 2);
    assert_int_equal(counts.lines, 65);
    assert_int_equal(counts.sizes[0], 1); /* one */
    assert_int_equal(counts.sizes[6], 1); /* 33 to 64 */
    assert_int_equal(port.appends, 2);
    assert_int_equal(others.told, 64);
    commit_close(commit);
    port_release(&port);
}

static void test_busy(void **state)
{
    struct port port;
    struct answer answer;
    answer_init(&answer);
    const struct commit_options options = {.waiting_max = 8};
    struct commit *commit = commit_open(port_init(&port), &options, NULL);
    struct first one = {.commit = commit, .lines = "longer than the limit\n", .answer = &answer};
    first_begin(&one, &port); /* alone it is taken */
    assert_int_equal(put(commit, "abcdef\n", 1, &answer), COMMIT_TAKEN);
    assert_int_equal(put(commit, "gh\n", 1, &answer), COMMIT_BUSY);
    assert_int_equal(commit_counts(commit).busy, 1);
    first_end(&one, &port);
    answer_wait(&answer, 2);
    assert_int_equal(put(commit, "gh\n", 1, &answer), COMMIT_TAKEN);
    commit_close(commit);
    assert_slice(buffer_slice(&port.written), "longer than the limit\nabcdef\ngh\n");
    assert_int_equal(answer.told, 3);
    port_release(&port);
}

struct turns {
    enum outcome at[8];
    size_t count;
};

static void note_turn(void *context, enum outcome outcome)
{
    struct turns *turns = context;
    if (turns->count < 8) turns->at[turns->count++] = outcome;
}

static void test_no_room_and_again(void **state)
{
    struct port port;
    struct answer answer;
    answer_init(&answer);
    struct turns turns = {0};
    const struct commit_options options = {.watch = {note_turn, &turns}};
    struct commit *commit = commit_open(port_init(&port), &options, NULL);
    port_fail(&port, NO_ROOM);
    put(commit, "lost\n", 1, &answer);
    assert_int_equal(answer_wait(&answer, 1), NO_ROOM);
    assert_string_equal(answer.message, "no room for 1 lines");
    assert_true(commit_counts(commit).failed_at > 0);
    port_fail(&port, OK);
    put(commit, "kept\n", 1, &answer);
    assert_int_equal(answer_wait(&answer, 2), OK);
    struct commit_counts counts = commit_counts(commit);
    assert_int_equal(counts.failed_at, 0);
    assert_int_equal(counts.failed_groups, 1);
    assert_int_equal(counts.failed_lines, 1);
    put(commit, "kept\n", 1, &answer);
    commit_close(commit);
    assert_int_equal(turns.count, 2); /* each turn is told once, and that nothing turned not at all */
    assert_int_equal(turns.at[0], NO_ROOM);
    assert_int_equal(turns.at[1], OK);
    assert_slice(buffer_slice(&port.written), "kept\nkept\n");
    port_release(&port);
}

static void test_close_drains(void **state)
{
    struct port port;
    struct answer answer;
    answer_init(&answer);
    struct commit *commit = commit_open(port_init(&port), NULL, NULL);
    for (int i = 0; i < 100; i++) put(commit, "x\n", 1, &answer);
    commit_drain(commit);
    assert_int_equal(answer.told, 100);
    assert_int_equal(port.lines, 100);
    assert_int_equal(put(commit, "late\n", 1, &answer), COMMIT_CLOSED);
    commit_close(commit);
    port_release(&port);
}

enum { CLIENTS = 64, ROUNDS = 200 };

static void *client(void *context)
{
    struct commit *commit = context;
    struct answer answer;
    answer_init(&answer);
    for (int i = 1; i <= ROUNDS; i++) {
        if (put(commit, "line\n", 1, &answer) != COMMIT_TAKEN) return "refused";
        if (answer_wait(&answer, i) != OK) return "failed";
    }
    return NULL;
}

static void test_many_clients(void **state)
{
    struct port port;
    pthread_t threads[CLIENTS];
    struct commit *commit = commit_open(port_init(&port), NULL, NULL);
    for (int i = 0; i < CLIENTS; i++) assert_int_equal(pthread_create(&threads[i], NULL, client, commit), 0);
    for (int i = 0; i < CLIENTS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    commit_close(commit);
    assert_int_equal(port.lines, CLIENTS * ROUNDS);
    assert_int_equal(port.written.len, CLIENTS * ROUNDS * 5);
    assert_true(port.appends <= CLIENTS * ROUNDS);
    port_release(&port);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_one_by_one),
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_no_room_and_again),
        cmocka_unit_test(test_close_drains),
        cmocka_unit_test(test_many_clients),
    };
    return cmocka_run_group_tests_name("commit", tests, NULL, NULL);
}
