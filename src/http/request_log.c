#include "http/request_log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "value/json_write.h"

enum { WAITING_MAX = 1 << 20 };

struct request_log {
    int descriptor;
    enum log_level level;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct buffer waiting, writing;
    uint64_t dropped;
    bool closed;
};

static const char *const level_names[] = {[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info"};

static int64_t now_instant(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static void begin_line(struct json_writer *w, enum log_level level)
{
    struct buffer at;
    buffer_init(&at, 40);
    time_format(&at, now_instant());
    json_object(w);
    json_key(w, SLICE("at"));
    json_string(w, buffer_slice(&at));
    json_key(w, SLICE("level"));
    json_string(w, slice_from(level_names[level]));
    buffer_release(&at);
}

static void put_text(struct json_writer *w, const char *key, struct slice text)
{
    json_key(w, slice_from(key));
    json_string(w, text);
}

static void tell_dropped(struct request_log *log)
{
    char text[80];
    snprintf(text, sizeof text, "%" PRIu64 " lines of this log were dropped: nobody read them in time", log->dropped);
    struct json_writer w = {.out = &log->waiting};
    begin_line(&w, LOG_WARN);
    put_text(&w, "event", SLICE("log_dropped"));
    put_text(&w, "message", slice_from(text));
    json_end(&w);
    buffer_char(&log->waiting, '\n');
    log->dropped = 0;
}

/* Whole lines only: one that no longer fits is taken back. */
static void end_line(struct request_log *log, struct json_writer *w, size_t before)
{
    struct buffer *out = &log->waiting;
    json_end(w);
    buffer_char(out, '\n');
    if (!out->full) {
        pthread_cond_signal(&log->changed);
        return;
    }
    out->len = before;
    out->full = false;
    log->dropped++;
}

static void write_all(int descriptor, struct slice text)
{
    while (text.len) {
        ssize_t n = write(descriptor, text.ptr, text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return; /* nobody is there to be told */
        text = slice_skip(text, (size_t)n);
    }
}

static void *run(void *context)
{
    struct request_log *log = context;
    pthread_mutex_lock(&log->lock);
    for (;;) {
        while (!log->waiting.len && !log->closed) pthread_cond_wait(&log->changed, &log->lock);
        if (!log->waiting.len) break;
        struct buffer taken = log->waiting;
        log->waiting = log->writing;
        log->writing = taken;
        if (log->dropped) tell_dropped(log);
        pthread_mutex_unlock(&log->lock);
        write_all(log->descriptor, buffer_slice(&log->writing));
        pthread_mutex_lock(&log->lock);
        buffer_clear(&log->writing);
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
}

struct request_log *request_log_open(int descriptor, enum log_level level, struct error *error)
{
    struct request_log *log = memory_new(sizeof *log);
    log->descriptor = descriptor;
    log->level = level;
    buffer_init(&log->waiting, WAITING_MAX);
    buffer_init(&log->writing, WAITING_MAX);
    pthread_mutex_init(&log->lock, NULL);
    pthread_cond_init(&log->changed, NULL);
    int failed = pthread_create(&log->thread, NULL, run, log);
    if (!failed) return log;
    error_set(error, FAILED, "cannot start a thread: %s", strerror(failed));
    free(log);
    return NULL;
}

void request_log_close(struct request_log *log)
{
    if (!log) return;
    pthread_mutex_lock(&log->lock);
    log->closed = true;
    pthread_cond_signal(&log->changed);
    pthread_mutex_unlock(&log->lock);
    pthread_join(log->thread, NULL);
    buffer_release(&log->waiting);
    buffer_release(&log->writing);
    pthread_cond_destroy(&log->changed);
    pthread_mutex_destroy(&log->lock);
    free(log);
}

void request_log_ended(void *context, const struct http_ended *ended)
{
    struct request_log *log = context;
    enum log_level level = ended->status >= 500 ? LOG_ERROR : ended->status >= 400 ? LOG_WARN : LOG_INFO;
    const struct http_route *route = ended->route;
    if (level > log->level) return;
    pthread_mutex_lock(&log->lock);
    struct json_writer w = {.out = &log->waiting};
    size_t before = log->waiting.len;
    begin_line(&w, level);
    put_text(&w, "event", SLICE("request"));
    put_text(&w, "method", route ? slice_from(route->method) : SLICE(""));
    put_text(&w, "route", slice_from(!route ? "" : route->name ? route->name : route->pattern));
    json_key(&w, SLICE("status"));
    json_int(&w, ended->status);
    if (ended->code.len) put_text(&w, "code", ended->code);
    json_key(&w, SLICE("micros"));
    json_int(&w, ended->micros);
    json_key(&w, SLICE("bytes_in"));
    json_uint(&w, ended->bytes_in);
    json_key(&w, SLICE("bytes_out"));
    json_uint(&w, ended->bytes_out);
    end_line(log, &w, before);
    pthread_mutex_unlock(&log->lock);
}

void request_log_event(struct request_log *log, enum log_level level, const char *event, const char *message)
{
    if (!log || level > log->level) return;
    pthread_mutex_lock(&log->lock);
    struct json_writer w = {.out = &log->waiting};
    size_t before = log->waiting.len;
    begin_line(&w, level);
    put_text(&w, "event", slice_from(event));
    put_text(&w, "message", slice_from(message));
    end_line(log, &w, before);
    pthread_mutex_unlock(&log->lock);
}
