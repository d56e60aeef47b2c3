/* The people behind a number of a report (analysis/behind.h): as JSON, a page at a time (PeoplePage in
 * schema/openapi.yaml), or all of them as CSV. How many there are is the number itself; each is shown as it stands
 * now. */
#ifndef MASA_APP_PEOPLE_PAGE_H
#define MASA_APP_PEOPLE_PAGE_H

#include "app/lead_file.h"
#include "app/standing.h"

struct people_asked {
    struct standing_request report; /* of the report in which the number was seen */
    struct slice cell;
    struct slice state;         /* of a stage: "reached" (or empty), "now" */
    struct slice rest;          /* "breakdown.source", "channels": of those whose value is in its last row; or empty */
    struct slice cursor, limit; /* as they stand in the query; empty: from the first, 50 */
};

/* BAD_USAGE: a parameter is wrong; with *absent the report has no such number. */
enum outcome people_page(struct standing_state *state, const struct people_asked *asked, struct buffer *out,
                         bool *absent, struct error *error);
/* All of them; the state is the file's then. */
enum outcome people_file(struct standing_state *state, const struct people_asked *asked, struct lead_file **out,
                         bool *absent, struct error *error);

#endif
