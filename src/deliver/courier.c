#include "deliver/courier.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/vector.h"
#include "deliver/poster.h"
#include "store/store.h"

/* Clocks are set, and a store that fails may work again. */
#define SLEEP_MOST  MINUTE_US
#define AGAIN_AFTER (5 * SECOND_US)
#define LATER_AFTER SECOND_US

/* A message under way; `answered` and still here: its answer could not be written down yet. */
struct flight {
    struct arena arena;
    struct send send;
    bool answered;
    struct send_answer answer;
};

struct courier {
    struct courier_options options;
    struct store *store;
    struct poster *poster;
    pthread_t thread;
    bool runs;
    atomic_bool stopping;
    VECTOR(struct flight *) flights;
    int64_t again_at; /* the store failed: not before then; 0: it did not */
};

static struct database *database_of(struct courier *c)
{
    return store_database(c->store);
}

static int64_t now(struct courier *c)
{
    return c->options.now(c->options.context);
}

static void complain(struct courier *c, const struct error *error)
{
    c->again_at = now(c) + AGAIN_AFTER;
    if (c->options.failed) c->options.failed(c->options.context, error);
}

static void tell(struct courier *c, const struct send *send, enum send_state state)
{
    if (c->options.settled) c->options.settled(c->options.context, send, state);
}

/* ---- sending ---- */

static void flight_free(struct flight *flight)
{
    arena_release(&flight->arena);
    free(flight);
}

/* The row says that it may have arrived, and that is on the disk, before anything goes out. */
static enum outcome launch(struct courier *c, const struct send_channel *channel, struct flight *flight,
                           struct slice body, struct error *error)
{
    struct send *send = &flight->send;
    const int64_t at = now(c);
    const struct signed_message message = {send->message, at / SECOND_US, body};
    struct buffer signature;
    bool mine = false;
    buffer_init(&signature, 4096);
    enum outcome outcome = send_begin(database_of(c), send->id, at, &mine, error);
    send->attempts++;
    if (outcome == OK && mine)
        outcome = send_channel_sign(database_of(c), channel->id, at, &message, &signature, error);
    if (outcome == OK && mine)
        outcome = poster_begin(c->poster,
                               &(struct post){.tag = send->id,
                                              .url = channel->url,
                                              .body = body,
                                              .id = send->message,
                                              .signature = buffer_slice(&signature),
                                              .at = message.at},
                               error);
    if (outcome == OK && mine)
        vector_push(&c->flights, flight);
    else
        flight_free(flight);
    buffer_release(&signature);
    return outcome;
}

static enum outcome drop(struct courier *c, const struct send *send, struct error *error)
{
    const enum outcome outcome = send_overtake(database_of(c), send->id, SEND_DECIDED, error);
    if (outcome == OK) tell(c, send, SEND_OVERTAKEN);
    return outcome;
}

/* What is due of a channel, until one is under way; *next: when to look again. */
static enum outcome serve_channel(struct courier *c, const struct send_channel *channel, int64_t *next,
                                  struct error *error)
{
    for (;;) {
        struct flight *flight = memory_new(sizeof *flight);
        struct buffer body;
        arena_init(&flight->arena);
        enum outcome outcome = send_due(database_of(c), channel->id, now(c), &flight->arena, &flight->send, error);
        if (outcome != OK || !flight->send.id) {
            flight_free(flight);
            return outcome == OK ? send_next(database_of(c), channel->id, next, error) : outcome;
        }
        buffer_init(&body, BUFFER_NO_LIMIT);
        const enum courier_word word = c->options.ask(c->options.context, channel, &flight->send, &body);
        if (word == COURIER_SEND)
            outcome = launch(c, channel, flight, buffer_slice(&body), error);
        else if (word == COURIER_DROP)
            outcome = drop(c, &flight->send, error);
        if (word != COURIER_SEND) flight_free(flight);
        buffer_release(&body);
        *next = word == COURIER_LATER ? now(c) + LATER_AFTER : INSTANT_MAX; /* its end wakes us */
        if (word != COURIER_DROP || outcome != OK) return outcome;
    }
}

static bool is_under_way(const struct courier *c, int64_t channel)
{
    for (size_t i = 0; i < c->flights.count; i++)
        if (c->flights.at[i]->send.channel == channel) return true;
    return false;
}

/* Returns when to look again. */
static int64_t hand_out(struct courier *c)
{
    struct send_channel_list channels = {0};
    struct arena arena;
    struct error error = {0};
    int64_t soonest = INSTANT_MAX;
    arena_init(&arena);
    enum outcome outcome = send_channel_list(database_of(c), &arena, &channels, &error);
    for (size_t i = 0; i < channels.count && outcome == OK; i++) {
        int64_t next = INSTANT_MAX;
        const struct send_channel *channel = &channels.at[i];
        if (channel->ended_at || !channel->waiting || is_under_way(c, channel->id)) continue;
        outcome = serve_channel(c, channel, &next, &error);
        if (next < soonest) soonest = next;
    }
    if (outcome != OK) complain(c, &error);
    vector_release(&channels);
    arena_release(&arena);
    return soonest;
}

/* ---- answers ---- */

static void take_answers(struct courier *c)
{
    int64_t tag;
    struct send_answer answer;
    while (poster_take(c->poster, &tag, &answer))
        for (size_t i = 0; i < c->flights.count; i++)
            if (c->flights.at[i]->send.id == tag) {
                c->flights.at[i]->answered = true;
                c->flights.at[i]->answer = answer;
            }
}

static enum outcome settle(struct courier *c, const struct flight *flight, struct error *error)
{
    struct database *db = database_of(c);
    enum send_state state;
    enum outcome outcome = database_begin(db, error);
    if (outcome != OK) return outcome;
    outcome = send_settle(db, &flight->send, flight->answer, now(c), &state, error);
    if (outcome == OK)
        outcome = database_commit(db, error);
    else
        database_rollback(db);
    if (outcome == OK) tell(c, &flight->send, state);
    return outcome;
}

/* What cannot be written down now stays, and is tried again: until then nothing else goes to its channel. */
static void settle_all(struct courier *c)
{
    struct error error = {0};
    size_t kept = 0, i = 0;
    enum outcome outcome = OK;
    for (; i < c->flights.count; i++) {
        struct flight *flight = c->flights.at[i];
        if (flight->answered && outcome == OK && (outcome = settle(c, flight, &error)) == OK)
            flight_free(flight);
        else
            c->flights.at[kept++] = flight;
    }
    c->flights.count = kept;
    if (outcome != OK) complain(c, &error);
}

static size_t under_way(const struct courier *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->flights.count; i++) count += !c->flights.at[i]->answered;
    return count;
}

/* ---- the thread ---- */

static void sleep_until(struct courier *c, int64_t next)
{
    int64_t wait = next == INSTANT_MAX ? SLEEP_MOST : next - now(c);
    if (wait > SLEEP_MOST) wait = SLEEP_MOST;
    poster_wait(c->poster, wait <= 0 ? 0 : (int)(wait / 1000) + 1);
}

static void *deliver(void *context)
{
    struct courier *c = context;
    while (!atomic_load(&c->stopping) || under_way(c)) {
        int64_t next = INSTANT_MAX;
        if (c->again_at && now(c) < c->again_at) {
            next = c->again_at;
        } else {
            c->again_at = 0;
            settle_all(c);
            if (!atomic_load(&c->stopping) && !c->again_at) next = hand_out(c);
            if (c->again_at) next = c->again_at;
        }
        sleep_until(c, next);
        take_answers(c);
    }
    settle_all(c);
    return NULL;
}

enum outcome courier_start(const struct courier_options *options, struct courier **out, struct error *error)
{
    struct courier *c = memory_new(sizeof *c);
    c->options = *options;
    c->poster = poster_new(&options->reach, options->limit_ms, error);
    if (c->poster) c->store = store_open(options->db, DATABASE_WRITE, error);
    const int failed = c->store ? pthread_create(&c->thread, NULL, deliver, c) : 0;
    if (failed) error_set(error, FAILED, "no thread for what is sent: %s", strerror(failed));
    c->runs = c->store && !failed;
    if (!c->runs) {
        courier_free(c);
        return FAILED;
    }
    *out = c;
    return OK;
}

void courier_wake(struct courier *c)
{
    poster_wake(c->poster);
}

void courier_stop(struct courier *c)
{
    if (!c || !c->runs) return;
    atomic_store(&c->stopping, true);
    poster_wake(c->poster);
    pthread_join(c->thread, NULL);
    c->runs = false;
}

void courier_free(struct courier *c)
{
    if (!c) return;
    courier_stop(c);
    for (size_t i = 0; i < c->flights.count; i++) flight_free(c->flights.at[i]);
    vector_release(&c->flights);
    poster_free(c->poster);
    store_close(c->store);
    free(c);
}
