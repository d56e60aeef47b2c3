/* The routes of what people work out together: versions of the definition, backtests, saved views, the weekly meeting.
 * schema/openapi.yaml has the contract. */
#ifndef MASA_HTTP_WORK_ROUTES_H
#define MASA_HTTP_WORK_ROUTES_H

#include "http/work_call.h"

/* `service` is their context, and must outlive the server. */
struct http_routes backtest_routes(struct work_service *service);
/* For backtests_start: tells the stream; its context is struct streams. */
void backtest_told(void *streams, const struct backtest_job *job);
struct http_routes definition_routes(struct work_service *service);
struct http_routes meeting_routes(struct work_service *service);

#endif
