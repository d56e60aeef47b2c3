/* The routes of webhooks: what administrators make, try and end, and what was sent there. schema/openapi.yaml has the
 * contract. */
#ifndef MASA_HTTP_SEND_ROUTES_H
#define MASA_HTTP_SEND_ROUTES_H

#include "http/metrics.h"
#include "http/work_call.h"

enum { SEND_METRICS = 7 };

/* `service` is their context, and must outlive the server. */
struct http_routes send_routes(struct work_service *service);
/* What is counted of an outbox, which must outlive the server; NULL: of a server that sends nothing. */
void send_metrics(struct outbox *outbox, struct metric out[SEND_METRICS]);

#endif
