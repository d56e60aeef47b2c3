/* The routes about leads: lists, the page of one, the people behind a number, and all of them as files. They are
 * answered from the same state as the report. */
#ifndef MASA_HTTP_LEAD_ROUTES_H
#define MASA_HTTP_LEAD_ROUTES_H

#include "http/report_routes.h"

struct http_routes lead_routes(struct report_service *service);

#endif
