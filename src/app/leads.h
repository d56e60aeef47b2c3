/* Pages of leads: everybody a funnel counts, the report's if none is asked for, searched, filtered and sorted, as JSON
 * (LeadPage in schema/openapi.yaml). A page is found in one pass over the columns. */
#ifndef MASA_APP_LEADS_H
#define MASA_APP_LEADS_H

#include "app/lead_file.h"
#include "app/standing.h"

/* What is asked, as it stands in a query; some names may come several times. */
struct leads_asked {
    struct slice name, value;
};

/* Those of the funnel that is asked for; NULL: the error says that there is none. */
const struct roster *leads_roster(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                                  struct error *error);

/* BAD_USAGE: the error names the parameter. */
enum outcome leads_page(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                        struct buffer *out, struct error *error);

/* All that match, in the order asked for, as a file; the state is the file's then. */
enum outcome leads_file(struct standing_state *state, const struct leads_asked *asked, size_t count,
                        struct lead_file **out, struct error *error);

#endif
