/* A channel: events wait in a buffer between whoever tells them and the thread that moves bytes. While there is nothing
 * to say the connection is suspended; a writer wakes it. Two hold the channel: its writer, and the answer being sent.
 */
#include <stdlib.h>

#include "http/exchange.h"

struct http_channel {
    struct http_server *server;
    struct MHD_Connection *connection;
    pthread_mutex_t lock;
    struct buffer waiting;
    size_t taken;
    bool sleeping, closed, gone; /* connection suspended; no more will be written; nobody reads */
    int holders;
    struct http_channel *before, *after; /* the server's, under its lock */
};

static void leave_list(struct http_channel *c)
{
    struct http_server *server = c->server;
    pthread_mutex_lock(&server->lock);
    if (c->before) c->before->after = c->after;
    if (c->after) c->after->before = c->before;
    if (server->channels == c) server->channels = c->after;
    server->counts.channels--;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

/* Gives back the lock. */
static void let_go(struct http_channel *c)
{
    bool last = --c->holders == 0;
    pthread_mutex_unlock(&c->lock);
    if (!last) return;
    pthread_mutex_destroy(&c->lock);
    buffer_release(&c->waiting);
    free(c);
}

static void wake(struct http_channel *c)
{
    if (!c->sleeping) return;
    c->sleeping = false;
    MHD_resume_connection(c->connection);
}

/* libmicrohttpd asks for bytes. */
static ssize_t give_bytes(void *context, uint64_t position, char *out, size_t size)
{
    struct http_channel *c = context;
    ssize_t given = 0;
    pthread_mutex_lock(&c->lock);
    size_t left = c->waiting.len - c->taken;
    if (left) {
        given = (ssize_t)(left < size ? left : size);
        memcpy(out, c->waiting.data + c->taken, (size_t)given);
        c->taken += (size_t)given;
        if (c->taken == c->waiting.len) {
            c->taken = 0;
            buffer_clear(&c->waiting);
        }
    } else if (c->closed) {
        given = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        c->sleeping = true;
        MHD_suspend_connection(c->connection);
    }
    pthread_mutex_unlock(&c->lock);
    return given;
}

void channel_abandon(struct http_channel *c)
{
    leave_list(c);
    pthread_mutex_lock(&c->lock);
    c->gone = true;
    c->sleeping = false;
    let_go(c);
}

/* The answer ended, one way or the other. */
static void answer_ended(void *context)
{
    channel_abandon(context);
}

struct MHD_Response *channel_response(struct http_channel *c)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16 << 10, give_bytes, c, answer_ended);
}

struct http_channel *http_stream(struct http_exchange *x)
{
    struct http_channel *c = memory_new(sizeof *c);
    struct http_server *server = x->server;
    c->server = server;
    c->connection = x->connection;
    c->holders = 2;
    pthread_mutex_init(&c->lock, NULL);
    buffer_init(&c->waiting, CHANNEL_MAX);
    buffer_text(&c->waiting, ":\n\n"); /* so that the client knows at once that it is connected */
    pthread_mutex_lock(&server->lock);
    c->after = server->channels;
    if (c->after) c->after->before = c;
    server->channels = c;
    server->counts.channels++;
    c->closed = server->stopping;
    pthread_mutex_unlock(&server->lock);
    x->channel = c;
    http_set(x, "X-Accel-Buffering", SLICE("no"));
    http_send(x, 200, "text/event-stream; charset=utf-8");
    return c;
}

static void put_field(struct buffer *out, const char *name, struct slice value)
{
    do {
        struct slice line = slice_cut(&value, '\n');
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        buffer_text(out, name);
        buffer_add(out, line);
        buffer_char(out, '\n');
    } while (value.len);
}

bool http_channel_event(struct http_channel *c, struct slice name, struct slice id, struct slice data)
{
    pthread_mutex_lock(&c->lock);
    if (!c->gone && !c->closed) {
        if (name.len) put_field(&c->waiting, "event: ", slice_cut(&name, '\n'));
        if (id.len) put_field(&c->waiting, "id: ", slice_cut(&id, '\n'));
        put_field(&c->waiting, "data: ", data);
        buffer_char(&c->waiting, '\n');
        if (c->waiting.full) {
            c->closed = true; /* too slow: half an event must not go out */
            c->taken = 0;
            buffer_clear(&c->waiting);
        }
        wake(c);
    }
    bool alive = !c->gone && !c->closed;
    pthread_mutex_unlock(&c->lock);
    return alive;
}

void http_channel_close(struct http_channel *c)
{
    pthread_mutex_lock(&c->lock);
    c->closed = true;
    if (!c->gone) wake(c);
    let_go(c);
}

/* A comment keeps proxies from hanging up, and makes the library notice clients that are gone. */
void channels_beat(struct http_server *server)
{
    for (struct http_channel *c = server->channels; c; c = c->after) {
        pthread_mutex_lock(&c->lock);
        if (!c->closed && !c->gone && c->waiting.len == 0) {
            buffer_text(&c->waiting, ":\n\n");
            wake(c);
        }
        pthread_mutex_unlock(&c->lock);
    }
}

void channels_close_all(struct http_server *server)
{
    for (struct http_channel *c = server->channels; c; c = c->after) {
        pthread_mutex_lock(&c->lock);
        c->closed = true;
        wake(c);
        pthread_mutex_unlock(&c->lock);
    }
}
