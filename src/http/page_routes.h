/* The dashboard: one page for all of its addresses, which it reads itself. */
#ifndef MASA_HTTP_PAGE_ROUTES_H
#define MASA_HTTP_PAGE_ROUTES_H

#include "http/http_server.h"

struct http_routes page_routes(void);

#endif
