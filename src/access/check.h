/* The door: what a request shows, whether it holds, and whether that person or program may do what is asked. */
#ifndef MASA_ACCESS_CHECK_H
#define MASA_ACCESS_CHECK_H

#include "access/access.h"
#include "access/credential.h"

struct access_request {
    bool changes; /* its method says that it changes something: not GET, HEAD or OPTIONS */
    bool secure;  /* came over TLS, or through a proxy that did: cookies have the strict name */
    struct slice cookie, authorization, csrf, origin; /* headers; empty: absent */
    struct slice own_origin; /* of this server, as browsers see it: "https://masa.example.com" */
    struct slice address;
};

/* Who it is. An API key (bearer) goes before a cookie. Nothing shown: ANSWER_OK and nobody. Something shown that does
 * not hold: ANSWER_UNKNOWN. A change by cookie needs the session's token and must not come from a page of somebody
 * else: ANSWER_FORGED, put into the audit trail. */
enum answer access_identify(struct access *access, const struct access_request *request, struct identity *who,
                            struct error *error);
/* Who it is, and that they may. */
enum answer access_check(struct access *access, const struct access_request *request, enum action action,
                         struct identity *who, struct error *error);
/* A request that browsers send may come from here: no Origin at all, or our own. For what is done before there is a
 * session, such as signing in. */
bool access_from_own_page(const struct access_request *request);

#endif
