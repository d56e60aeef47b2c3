/* Between access and HTTP: who may call a route, what a request shows, how refusals are answered, and cookies.
 *
 * A route names what it takes in its column `who`: ACCESS_WHO(ACTION_LEAD_READ), ACCESS_KNOWN for anybody who is known,
 * or 0 for the whole world. The gate identifies, checks, answers refusals, and leaves the identity for the handler. */
#ifndef MASA_HTTP_ACCESS_GATE_H
#define MASA_HTTP_ACCESS_GATE_H

#include "access/check.h"
#include "access/session.h"
#include "base/zone.h"
#include "http/http_server.h"
#include "http/repeat.h"
#include "http/workers.h"

/* The company as its definition says. */
struct company_words {
    struct slice name, currency, locale;
    const struct zone *zone; /* NULL: UTC */
};

/* What the gate and the routes of access work with: the context of both. */
struct access_service {
    struct access *access;
    struct world world;
    const char *public_url; /* "https://masa.example.com"; NULL: as the request's Host says */
    void *company_context;
    struct company_words (*company)(void *context, struct arena *arena); /* NULL: nothing is known of it */
    /* Made by access_service_start. Passwords take tenths of a second each: they have threads of their own, so that
     * whoever signs in, or guesses, takes none from those who work. */
    struct workers *doors;
    struct repeats *repeats;
};

/* Before the server starts, and after it has stopped. */
enum outcome access_service_start(struct access_service *service, struct error *error);
void access_service_stop(struct access_service *service);
/* Runs the rest of a handler on one of those threads; too many wait: it is answered with 503. */
void access_at_the_door(struct http_exchange *x, http_handler *handle);

#define ACCESS_WHO(action) ((unsigned)(action) + 1)
#define ACCESS_KNOWN       ((unsigned)ACTIONS + 1)

struct http_gate access_gate(struct access_service *service);
/* Whom the gate let in. */
const struct identity *access_caller(const struct http_exchange *x);

/* The headers of a request that say who it comes from; texts live as long as the exchange. */
struct access_request access_request_of(const struct access_service *service, struct http_exchange *x);
/* "https://masa.example.com", without a slash at the end. */
struct slice access_own_origin(const struct access_service *service, struct http_exchange *x);
/* Answers what access refused. */
void access_fail(struct http_exchange *x, enum answer answer, const struct error *error);

/* The cookies of somebody who came in, or who goes. */
void access_set_cookies(struct http_exchange *x, const struct session_ticket *ticket, int64_t now);
void access_drop_cookie(struct http_exchange *x);

#endif
