#include "http/streams.h"

#include <pthread.h>

#include "base/vector.h"

enum { LATER = 5 };

struct streams {
    pthread_mutex_t lock;
    VECTOR(struct http_channel *) channels;
    bool closed;
};

struct streams *streams_new(void)
{
    struct streams *s = memory_new(sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void streams_free(struct streams *s)
{
    streams_close(s);
    vector_release(&s->channels);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* One who is gone is found out when there is something to say. */
void streams_tell(struct streams *s, struct slice name, struct slice id, struct slice data)
{
    size_t kept = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->channels.count; i++) {
        struct http_channel *channel = s->channels.at[i];
        if (http_channel_event(channel, name, id, data))
            s->channels.at[kept++] = channel;
        else
            http_channel_close(channel);
    }
    s->channels.count = kept;
    pthread_mutex_unlock(&s->lock);
}

void streams_join(struct streams *s, struct http_exchange *x, struct slice name, struct slice id, struct slice data)
{
    pthread_mutex_lock(&s->lock);
    if (s->closed) {
        pthread_mutex_unlock(&s->lock);
        http_fail_later(x, 503, "stopping", LATER, "The server is being stopped.");
        return;
    }
    /* What it is told lives in the exchange's arena, which http_stream may end: so first a copy. */
    struct buffer copy;
    buffer_init(&copy, BUFFER_NO_LIMIT);
    buffer_add(&copy, data);
    struct http_channel *channel = http_stream(x);
    http_channel_event(channel, name, id, buffer_slice(&copy));
    vector_push(&s->channels, channel);
    buffer_release(&copy);
    pthread_mutex_unlock(&s->lock);
}

void streams_close(struct streams *s)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->channels.count; i++) http_channel_close(s->channels.at[i]);
    s->channels.count = 0;
    s->closed = true;
    pthread_mutex_unlock(&s->lock);
}
