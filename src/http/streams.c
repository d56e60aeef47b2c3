#include "http/streams.h"

#include <pthread.h>
#include <time.h>

#include "base/vector.h"

enum { LATER = 5, LOOK_SECONDS = 1 };

struct listener {
    struct http_channel *channel;
    struct identity who;
};

struct streams {
    struct access *access;
    pthread_t door; /* looks who would still be let in */
    pthread_mutex_t lock;
    pthread_cond_t stopping;
    VECTOR(struct listener) listeners;
    bool closed, looks;
};

/* ---- who may still listen ---- */

/* The lock is held; asking takes no other of ours. */
static void turn_out(struct streams *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->listeners.count; i++) {
        const struct listener listener = s->listeners.at[i];
        if (access_still_knows(s->access, &listener.who))
            s->listeners.at[kept++] = listener;
        else
            http_channel_close(listener.channel);
    }
    s->listeners.count = kept;
}

static void *look(void *context)
{
    struct streams *s = context;
    struct timespec until;
    pthread_mutex_lock(&s->lock);
    while (!s->closed) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += LOOK_SECONDS;
        pthread_cond_timedwait(&s->stopping, &s->lock, &until);
        if (!s->closed) turn_out(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct streams *streams_new(struct access *access)
{
    struct streams *s = memory_new(sizeof *s);
    pthread_condattr_t monotonic;
    s->access = access;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->stopping, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_lock(&s->lock);
    s->looks = pthread_create(&s->door, NULL, look, s) == 0;
    s->closed = !s->looks; /* nobody listens whom nobody looks after */
    pthread_mutex_unlock(&s->lock);
    return s;
}

void streams_free(struct streams *s)
{
    streams_close(s);
    if (s->looks) pthread_join(s->door, NULL);
    vector_release(&s->listeners);
    pthread_cond_destroy(&s->stopping);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static bool is_told(const struct listener *listener, const struct stream_choice *choice)
{
    return !choice->hears || choice->hears(choice->context, &listener->who);
}

/* One who is gone is found out when there is something to say. */
void streams_tell_some(struct streams *s, struct stream_event event, struct stream_choice choice)
{
    size_t kept = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->listeners.count; i++) {
        const struct listener listener = s->listeners.at[i];
        if (!is_told(&listener, &choice) || http_channel_event(listener.channel, event.name, event.id, event.data))
            s->listeners.at[kept++] = listener;
        else
            http_channel_close(listener.channel);
    }
    s->listeners.count = kept;
    pthread_mutex_unlock(&s->lock);
}

void streams_tell(struct streams *s, struct slice name, struct slice id, struct slice data)
{
    streams_tell_some(s, (struct stream_event){name, id, data}, (struct stream_choice){0});
}

void streams_join(struct streams *s, struct http_exchange *x, const struct identity *who,
                  const struct stream_event *events, size_t count)
{
    pthread_mutex_lock(&s->lock);
    if (s->closed) {
        pthread_mutex_unlock(&s->lock);
        http_fail_later(x, 503, "stopping", LATER, "The server is being stopped.");
        return;
    }
    const struct identity known = *who; /* as it does */
    struct http_channel *channel = http_stream(x);
    for (size_t i = 0; i < count; i++) http_channel_event(channel, events[i].name, events[i].id, events[i].data);
    vector_push(&s->listeners, ((struct listener){channel, known}));
    pthread_mutex_unlock(&s->lock);
}

void streams_close(struct streams *s)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->listeners.count; i++) http_channel_close(s->listeners.at[i].channel);
    s->listeners.count = 0;
    s->closed = true;
    pthread_cond_signal(&s->stopping);
    pthread_mutex_unlock(&s->lock);
}
