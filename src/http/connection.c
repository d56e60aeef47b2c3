/* Connections: how many there are, of whom, and how long each may stay where it stands. The library's own timeout only
 * sees silence; one byte a second would keep a connection for ever. So a thread turns a wheel of deadlines, and hangs
 * up by shutting the socket down, upon which the library finds its end. */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "base/civil.h"
#include "http/address_counts.h"
#include "http/exchange.h"

int64_t monotonic_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static uint64_t tick_now(void)
{
    return (uint64_t)monotonic_micros() / (TICK_MS * 1000);
}

static unsigned seconds_for(const struct http_options *o, enum stage stage)
{
    switch (stage) {
    case STAGE_IDLE: return o->idle_seconds;
    case STAGE_HEAD: return o->head_seconds;
    case STAGE_BODY: return o->body_seconds;
    case STAGE_ANSWER: return o->answer_seconds;
    default: return 0;
    }
}

/* Under the lock. */
static void enter_stage(struct http_server *server, struct connection *link, enum stage stage)
{
    unsigned seconds = seconds_for(&server->options, stage);
    link->stage = stage;
    if (seconds)
        wheel_set(&server->wheel, &link->timer, tick_now() + seconds * (1000 / TICK_MS) + 1);
    else
        wheel_cancel(&link->timer);
}

static void cut(struct connection *link)
{
    link->cut = true;
    shutdown(link->fd, SHUT_RDWR);
}

bool connection_stage(struct http_server *server, struct connection *link, enum stage stage)
{
    pthread_mutex_lock(&server->lock);
    bool alive = !link->cut;
    if (alive && stage == STAGE_IDLE && server->stopping)
        cut(link); /* what was under way has ended, and nothing new begins */
    else if (alive)
        enter_stage(server, link, stage);
    pthread_mutex_unlock(&server->lock);
    return alive;
}

enum MHD_Result connection_accept(void *context, const struct sockaddr *socket_address, socklen_t length)
{
    struct http_server *server = context;
    struct address address = address_of(socket_address);
    pthread_mutex_lock(&server->lock);
    bool proxy = server->options.proxy && address_equal(address, server->proxy);
    bool room = proxy || address_count(server->addresses, address) < server->options.each_max;
    if (!room) server->counts.refused_connections++;
    pthread_mutex_unlock(&server->lock);
    return room ? MHD_YES : MHD_NO;
}

static void add_link(struct http_server *server, struct MHD_Connection *connection, struct connection *link)
{
    link->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    link->address = address_of(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
    pthread_mutex_lock(&server->lock);
    address_add(server->addresses, link->address);
    server->counts.connections++;
    link->after = &server->links;
    link->before = server->links.before;
    link->before->after = link->after->before = link;
    enter_stage(server, link, STAGE_HEAD);
    pthread_mutex_unlock(&server->lock);
}

static void remove_link(struct http_server *server, struct connection *link)
{
    pthread_mutex_lock(&server->lock);
    wheel_cancel(&link->timer);
    link->before->after = link->after;
    link->after->before = link->before;
    address_drop(server->addresses, link->address);
    server->counts.connections--;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

void connection_notify(void *context, struct MHD_Connection *connection, void **link,
                       enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *link = memory_new(sizeof(struct connection));
        add_link(context, connection, *link);
    } else if (*link) {
        struct connection *gone = *link;
        remove_link(context, gone);
        exchange_free(gone->exchange);
        free(gone);
        *link = NULL;
    }
}

/* What somebody too slow is told, where nothing else is being written: plain connections whose request is not there
 * yet. */
static void tell_late(struct http_server *server, struct connection *link)
{
    static const char late[] = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/json\r\n"
                               "X-Content-Type-Options: nosniff\r\nContent-Length: 81\r\n\r\n"
                               "{\"error\":{\"code\":\"too_slow\",\"message\":\"the request did not arrive in its "
                               "time\"}}\n";
    if (!server->options.certificate) send(link->fd, late, sizeof late - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void expire(void *context, struct wheel_timer *timer)
{
    struct http_server *server = context;
    struct connection *link = (struct connection *)timer;
    if (link->stage == STAGE_HEAD || link->stage == STAGE_BODY) {
        tell_late(server, link);
        server->counts.timed_out++;
    }
    cut(link);
}

void connection_cut_idle(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    for (struct connection *link = server->links.after; link != &server->links; link = link->after)
        if (link->stage == STAGE_IDLE || link->stage == STAGE_HEAD) cut(link);
    pthread_mutex_unlock(&server->lock);
}

static void *run_clock(void *context)
{
    struct http_server *server = context;
    uint64_t beat = server->options.heartbeat_seconds * (1000 / TICK_MS);
    pthread_mutex_lock(&server->lock);
    while (!server->ended) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += TICK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_clockwait(&server->changed, &server->lock, CLOCK_MONOTONIC, &until);
        uint64_t now = tick_now();
        wheel_advance(&server->wheel, now, expire, server);
        if (now < server->beat) continue;
        server->beat = now + beat;
        channels_beat(server);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

enum outcome connection_clock_start(struct http_server *server, struct error *error)
{
    wheel_init(&server->wheel, tick_now());
    server->links.before = server->links.after = &server->links;
    server->beat = tick_now() + server->options.heartbeat_seconds * (1000 / TICK_MS);
    int failed = pthread_create(&server->clock, NULL, run_clock, server);
    return failed ? error_set(error, FAILED, "cannot start a thread: %s", strerror(failed)) : OK;
}

void connection_clock_stop(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->ended = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->clock, NULL);
}
