/* The routes of people: coming in and going, users, one-time links, keys, the audit trail. schema/openapi.yaml has the
 * contract. */
#ifndef MASA_HTTP_ACCESS_ROUTES_H
#define MASA_HTTP_ACCESS_ROUTES_H

#include "http/access_gate.h"

/* `service` is their context, and must outlive the server. */
struct http_routes session_routes(struct access_service *service);
struct http_routes people_routes(struct access_service *service);

#endif
