/* Handoffs, and what people say about leads: the inbox, decisions, notes, answers, owners, milestones.
 * schema/openapi.yaml has the contract. Whoever acts waits until the standing state has what was said, on threads of
 * its own, so that nobody who reads waits with them. */
#ifndef MASA_HTTP_HANDOFF_ROUTES_H
#define MASA_HTTP_HANDOFF_ROUTES_H

#include <pthread.h>

#include "app/desk.h"
#include "base/map.h"
#include "http/access_gate.h"
#include "http/report_routes.h"

/* Their context; must outlive the server. desk.say.commit is set once the log is open, before requests come. */
struct handoff_service {
    struct access *access;
    struct report_service *reports;
    struct desk desk;
    struct workers *clerks;
    struct repeats *repeats;
    pthread_mutex_t erasing; /* one at a time */
    struct map told;         /* handoffs of the last state -> version, for the stream */
    struct arena told_room;
    bool told_any;
};

enum outcome handoff_service_start(struct handoff_service *service, struct access *access,
                                   struct report_service *reports, struct colleagues *colleagues, struct world world,
                                   struct error *error);
/* After the server has stopped. */
void handoff_service_stop(struct handoff_service *service);

struct http_routes handoff_routes(struct handoff_service *service);
struct http_routes lead_word_routes(struct handoff_service *service);
struct http_routes erasure_routes(struct handoff_service *service);

/* Shared by them: runs the rest on a clerk's thread; a change at most once for each Idempotency-Key, the work as
 * repeat_once takes it; answers a refusal. */
void handoff_by_clerk(struct http_exchange *x, http_handler *handle);
void handoff_once(struct http_exchange *x, int (*work)(struct http_exchange *x));
void handoff_refuse(struct http_exchange *x, const struct desk_refusal *refusal);

#endif
