#include "http/bell.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "app/alerts.h"
#include "base/civil.h"
#include "http/access_json.h"

enum { SLEEP_MOST_S = 3600 }; /* system clocks are set */

/* What held when it was last looked, and the texts of it. */
struct held {
    struct alert_list list;
    struct arena arena;
};

struct bell {
    struct bell_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    bool runs, stopping, called;
    enum outcome appends;
    struct outbox *outbox; /* NULL: nothing is sent */
    pthread_mutex_t turn;  /* of `held`, and of telling: nobody misses what begins while they join */
    struct held held;
};

static void held_release(struct held *held)
{
    vector_release(&held->list);
    arena_release(&held->arena);
}

/* ---- telling ---- */

struct telling {
    const struct alert *alert;
    struct colleagues *colleagues;
};

static bool hears(void *context, const struct identity *who)
{
    const struct telling *t = context;
    return alert_is_for(t->alert, who, t->colleagues);
}

static void put_words(struct json_writer *w, const struct words *words)
{
    json_key(w, SLICE("text"));
    if (!words) {
        json_null(w);
        return;
    }
    json_object(w);
    put_text(w, "he", words->in[HEBREW]);
    put_text(w, "en", words->in[ENGLISH]);
    json_end(w);
}

/* `text` NULL: there is nothing to say of its end. */
static void write_alert(struct buffer *out, const struct alert *alert, bool on, const struct words *text,
                        const struct zone *zone)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    put_text(&w, "kind", SLICE("alert"));
    put_text(&w, "id", alert->id);
    put_text(&w, "code", slice_from(alert_codes[alert->code]));
    json_key(&w, SLICE("on"));
    json_bool(&w, on);
    put_words(&w, text);
    put_text_or_null(&w, "link", alert->link);
    json_key(&w, SLICE("since"));
    put_instant(&w, zone, alert->since);
    json_end(&w);
}

static void tell(struct bell *b, const struct alert *alert, bool on, const struct words *text, const struct zone *zone)
{
    struct telling telling = {alert, b->options.colleagues};
    struct buffer data;
    buffer_init(&data, BUFFER_NO_LIMIT);
    write_alert(&data, alert, on, text, zone);
    const struct stream_event event = {SLICE("alert"), slice_of("", 0), buffer_slice(&data)};
    streams_tell_some(b->options.streams, event, (struct stream_choice){hears, &telling});
    buffer_release(&data);
}

/* ---- what is new ---- */

/* The same condition, for the same people; its words may have changed. */
static struct alert *find_same(const struct alert_list *list, const struct alert *alert)
{
    for (size_t i = 0; i < list->count; i++) {
        struct alert *each = &list->at[i];
        if (slice_equal(each->id, alert->id) && slice_equal(each->user, alert->user) &&
            slice_equal(each->team, alert->team))
            return each;
    }
    return NULL;
}

static bool is_of_service(const struct alert *alert)
{
    return alert->code == ALERT_INTAKE_STOPPED || alert->code == ALERT_DISK_FULL;
}

/* What holds now takes the place of what did. */
static void take_turn(struct bell *b, struct held *now, bool works, int64_t at, const struct zone *zone)
{
    const struct words again = alert_appends_again();
    pthread_mutex_lock(&b->turn);
    for (size_t i = 0; i < b->held.list.count; i++) {
        const struct alert *was = &b->held.list.at[i];
        if (!find_same(&now->list, was)) tell(b, was, false, works && is_of_service(was) ? &again : NULL, zone);
    }
    for (size_t i = 0; i < now->list.count; i++) {
        struct alert *is = &now->list.at[i];
        const struct alert *was = find_same(&b->held.list, is);
        if (is->since == INSTANT_NONE) is->since = was ? was->since : at;
        if (!was) tell(b, is, true, &is->text, zone);
    }
    held_release(&b->held);
    b->held = *now;
    pthread_mutex_unlock(&b->turn);
}

/* Returns when to look again though nothing calls. */
static int64_t look(struct bell *b, enum outcome appends, struct outbox *outbox)
{
    const int64_t at = world_now(&b->options.world);
    struct error error = {0};
    struct standing_state *state = standing_take(b->options.standing, &error);
    struct held now = {0};
    int64_t next = INSTANT_MAX;
    arena_init(&now.arena);
    if (state) next = alerts_find(state, at, &now.arena, &now.list);
    if (outbox) {
        const int64_t due = outbox_look(outbox, state, at, &now.arena, &now.list);
        if (due < next) next = due;
    }
    if (appends != OK) vector_push(&now.list, alert_of_appends(appends));
    take_turn(b, &now, appends == OK, at, state ? standing_zone(state) : NULL);
    standing_give(state);
    return next;
}

/* Under the lock: until somebody calls, or then. */
static void sleep_until(struct bell *b, int64_t next)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const int64_t most = SLEEP_MOST_S * SECOND_US;
    const int64_t left = next == INSTANT_MAX ? most : next - world_now(&b->options.world);
    const int64_t wait = (left < 0 ? 0 : left > most ? most : left) * 1000 + until.tv_nsec;
    until.tv_sec += wait / 1000000000;
    until.tv_nsec = wait % 1000000000;
    while (!b->stopping && !b->called && pthread_cond_timedwait(&b->changed, &b->lock, &until) != ETIMEDOUT) {
    }
}

static void *watch(void *context)
{
    struct bell *b = context;
    pthread_mutex_lock(&b->lock);
    while (!b->stopping) {
        const enum outcome appends = b->appends;
        struct outbox *const outbox = b->outbox;
        b->called = false;
        pthread_mutex_unlock(&b->lock);
        const int64_t next = look(b, appends, outbox);
        pthread_mutex_lock(&b->lock);
        sleep_until(b, next);
    }
    pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* ---- together ---- */

struct bell *bell_new(const struct bell_options *options, struct error *error)
{
    struct bell *b = memory_new(sizeof *b);
    pthread_condattr_t monotonic;
    b->options = *options;
    arena_init(&b->held.arena);
    pthread_mutex_init(&b->lock, NULL);
    pthread_mutex_init(&b->turn, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&b->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    const int failed = pthread_create(&b->thread, NULL, watch, b);
    b->runs = !failed;
    if (!failed) return b;
    error_set(error, FAILED, "no thread for what people are told: %s", strerror(failed));
    bell_free(b);
    return NULL;
}

void bell_send_by(struct bell *b, struct outbox *outbox)
{
    pthread_mutex_lock(&b->lock);
    b->outbox = outbox;
    pthread_mutex_unlock(&b->lock);
    bell_look(b);
}

void bell_stop(struct bell *b)
{
    if (!b || !b->runs) return;
    pthread_mutex_lock(&b->lock);
    b->stopping = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->thread, NULL);
    b->runs = false;
}

void bell_free(struct bell *b)
{
    if (!b) return;
    bell_stop(b);
    held_release(&b->held);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->lock);
    pthread_mutex_destroy(&b->turn);
    free(b);
}

void bell_look(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    b->called = true;
    pthread_cond_signal(&b->changed);
    pthread_mutex_unlock(&b->lock);
}

void bell_appends(void *context, enum outcome outcome)
{
    struct bell *b = context;
    pthread_mutex_lock(&b->lock);
    b->appends = outcome;
    pthread_mutex_unlock(&b->lock);
    bell_look(b);
}

void bell_join(struct bell *b, struct http_exchange *x, const struct identity *who, struct stream_event hello)
{
    struct arena arena;
    struct error error = {0};
    struct standing_state *state = standing_take(b->options.standing, &error);
    const struct zone *zone = state ? standing_zone(state) : NULL;
    size_t count = 0;
    arena_init(&arena);
    pthread_mutex_lock(&b->turn);
    struct stream_event *events = ARENA_ARRAY(&arena, struct stream_event, b->held.list.count + 1);
    events[count++] = hello;
    for (size_t i = 0; i < b->held.list.count; i++) {
        const struct alert *alert = &b->held.list.at[i];
        struct buffer data;
        if (!alert_is_for(alert, who, b->options.colleagues)) continue;
        buffer_init(&data, BUFFER_NO_LIMIT);
        write_alert(&data, alert, true, &alert->text, zone);
        events[count++] =
            (struct stream_event){SLICE("alert"), slice_of("", 0), arena_slice(&arena, buffer_slice(&data))};
        buffer_release(&data);
    }
    streams_join(b->options.streams, x, who, events, count);
    pthread_mutex_unlock(&b->turn);
    standing_give(state);
    arena_release(&arena);
}
