/* The routes that read: the report, what changes, the contract itself. schema/openapi.yaml describes them. */
#ifndef MASA_HTTP_REPORT_ROUTES_H
#define MASA_HTTP_REPORT_ROUTES_H

#include "app/standing.h"
#include "http/access_gate.h"
#include "http/bell.h"
#include "http/metrics.h"
#include "log/commit.h"

enum { REPORT_METRICS = 3 };

/* Their context; must outlive the server. */
struct report_service {
    struct access *access;
    struct standing *standing;
    struct streams *streams;
    struct bell *bell;
    struct metric metrics[REPORT_METRICS];
    void (*_Atomic changed)(void *context, const struct standing_state *state); /* told of every state, too; or NULL */
    void *changed_context;
};

/* Begins folding, before the server starts. */
enum outcome report_service_start(struct report_service *service, struct access *access,
                                  const struct standing_options *options, struct error *error);
/* One more who is told, on the folding thread, of every state from now on. */
void report_service_watch(struct report_service *service,
                          void (*changed)(void *context, const struct standing_state *state), void *context);
/* What each new state asks to be sent goes out by it, which must outlive the service; and to look at once. */
void report_service_send_by(struct report_service *service, struct outbox *outbox);
void report_service_look(void *service);
/* For the appends of the log. */
struct commit_watch report_service_appends(struct report_service *service);
/* Tells nobody anything any more; before the server stops. */
void report_service_stop(struct report_service *service);
/* After it has stopped. */
void report_service_free(struct report_service *service);

struct http_routes report_routes(struct report_service *service);

#endif
