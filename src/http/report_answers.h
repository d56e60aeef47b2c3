/* What routes that answer from the standing state have in common. */
#ifndef MASA_HTTP_REPORT_ANSWERS_H
#define MASA_HTTP_REPORT_ANSWERS_H

#include "app/leads.h"
#include "http/parse.h"
#include "http/report_routes.h"

/* The state of now, to be given back; NULL: it was answered. The answer will tell the state's number, by which who
 * hears the stream knows whether it is of before. */
struct standing_state *report_take_state_of(struct http_exchange *x, struct standing *standing);
struct standing_state *report_take_state(struct http_exchange *x); /* of a report_service */
/* There is no state, for the reason that standing_take gave: 503 no_definition, or not_ready. */
void report_fail_absent(struct http_exchange *x, const struct error *error);
/* The names and values of the query, as lists read them (app/leads.h); how many. */
size_t report_pairs(const struct http_exchange *x, struct leads_asked asked[QUERY_PAIRS_MAX]);
/* The report that is asked for; what it refers to lives as long as the exchange. */
void report_asked(struct http_exchange *x, struct standing_request *out);
/* What is in http_out as JSON with its ETag, or 304 when the caller has it. */
void report_send_tagged(struct http_exchange *x);
/* The same, or what is wrong with the request, or with the store. */
void report_answer_made(struct http_exchange *x, enum outcome outcome, const struct error *error);

#endif
