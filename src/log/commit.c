#include "log/commit.h"

#include <pthread.h>
#include <time.h>

#include "base/buffer.h"
#include "base/civil.h"

enum { WAITING_MAX = 8 << 20 };

/* What gathers while the group before it is being written. */
struct group {
    struct buffer lines;
    size_t count;
    VECTOR(struct commit_call) calls;
};

struct commit {
    struct log_port port;
    size_t waiting_max;
    struct commit_watch watch;
    enum outcome last; /* of the last append; belongs to who is busy */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct group gathering, writing;
    bool closed;
    bool busy;    /* a group is on its way */
    bool crowded; /* more than one shared the last group, or came while it was on its way */
    struct commit_counts counts;
};

static int64_t now_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static void group_init(struct group *group)
{
    *group = (struct group){0};
    buffer_init(&group->lines, BUFFER_NO_LIMIT);
}

static void group_release(struct group *group)
{
    buffer_release(&group->lines);
    vector_release(&group->calls);
}

static size_t size_class(size_t calls)
{
    size_t class = 0;
    while (class < COMMIT_SIZES - 1 && calls > (size_t)1 << class) class ++;
    return class;
}

/* Lines on their way, and who is to be told. */
struct passage {
    struct slice lines;
    size_t count;
    const struct commit_call *calls;
    size_t call_count;
};

/* The lock is held. */
static void count_passage(struct commit *c, const struct passage *p, enum outcome outcome, int64_t began)
{
    const int64_t now = now_micros();
    struct commit_counts *counts = &c->counts;
    counts->append_micros += (uint64_t)(now - began);
    if (outcome == OK) {
        counts->groups++;
        counts->lines += p->count;
        counts->bytes += p->lines.len;
        counts->sizes[size_class(p->call_count)]++;
        counts->failed_at = 0;
    } else {
        counts->failed_groups++;
        counts->failed_lines += p->count;
        counts->failed_at = now;
    }
    c->crowded = p->call_count + c->gathering.calls.count > 1;
}

/* Called with the lock, which is given up while the lines are on their way and everybody is told. What came meanwhile
 * is the thread's. */
static void append_lines(struct commit *c, const struct passage *p)
{
    struct error error = {0};
    c->busy = true;
    pthread_mutex_unlock(&c->lock);
    const int64_t began = now_micros();
    const enum outcome outcome = c->port.append(c->port.context, p->lines, p->count, &error);
    pthread_mutex_lock(&c->lock);
    count_passage(c, p, outcome, began);
    pthread_mutex_unlock(&c->lock);
    if (outcome != c->last && c->watch.turned) c->watch.turned(c->watch.context, outcome);
    c->last = outcome;
    for (size_t i = 0; i < p->call_count; i++) p->calls[i].done(p->calls[i].context, outcome, &error);
    pthread_mutex_lock(&c->lock);
    c->busy = false;
    if (c->gathering.calls.count || c->closed) pthread_cond_signal(&c->changed);
}

/* Called with the lock; nobody else writes. */
static void write_group(struct commit *c)
{
    const struct group taken = c->gathering;
    c->gathering = c->writing;
    c->writing = taken;
    append_lines(c, &(struct passage){buffer_slice(&taken.lines), taken.count, taken.calls.at, taken.calls.count});
    struct group *group = &c->writing;
    buffer_clear(&group->lines);
    vector_clear(&group->calls);
    group->count = 0;
    if (group->lines.cap > c->waiting_max) buffer_release(&group->lines);
}

static void *run(void *context)
{
    struct commit *c = context;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->busy || (!c->gathering.calls.count && !c->closed)) pthread_cond_wait(&c->changed, &c->lock);
        if (!c->gathering.calls.count) break;
        write_group(c);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

struct commit *commit_open(struct log_port port, const struct commit_options *options, struct error *error)
{
    struct commit *c = memory_new(sizeof *c);
    c->port = port;
    c->waiting_max = options && options->waiting_max ? options->waiting_max : WAITING_MAX;
    if (options) c->watch = options->watch;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    group_init(&c->gathering);
    group_init(&c->writing);
    int failed = pthread_create(&c->thread, NULL, run, c);
    if (!failed) return c;
    error_set(error, FAILED, "cannot start a thread: %s", strerror(failed));
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    free(c);
    return NULL;
}

static void gather(struct commit *c, struct slice lines, size_t count, struct commit_call call)
{
    struct group *group = &c->gathering;
    buffer_add(&group->lines, lines);
    vector_push(&group->calls, call);
    group->count += count;
    if (!c->busy && group->calls.count == 1) pthread_cond_signal(&c->changed);
}

enum commit_answer commit_put(struct commit *c, struct slice lines, size_t count, struct commit_call call)
{
    enum commit_answer answer = COMMIT_TAKEN;
    pthread_mutex_lock(&c->lock);
    const struct group *group = &c->gathering;
    if (c->closed) {
        answer = COMMIT_CLOSED;
    } else if (group->calls.count && group->lines.len + lines.len > c->waiting_max) {
        answer = COMMIT_BUSY;
        c->counts.busy++;
    } else if (c->busy || c->crowded || group->calls.count) {
        gather(c, lines, count, call);
    } else {
        append_lines(c, &(struct passage){lines, count, &call, 1});
    }
    pthread_mutex_unlock(&c->lock);
    return answer;
}

void commit_drain(struct commit *c)
{
    pthread_mutex_lock(&c->lock);
    c->closed = true;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
}

void commit_close(struct commit *c)
{
    if (!c) return;
    if (!c->closed) commit_drain(c);
    group_release(&c->gathering);
    group_release(&c->writing);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

struct commit_counts commit_counts(struct commit *c)
{
    pthread_mutex_lock(&c->lock);
    struct commit_counts counts = c->counts;
    counts.waiting_bytes = c->gathering.lines.len;
    counts.waiting_calls = c->gathering.calls.count;
    pthread_mutex_unlock(&c->lock);
    return counts;
}
