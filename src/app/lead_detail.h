/* The page of one lead, as JSON: all that is known (LeadDetail in schema/openapi.yaml), and what happened, a page at a
 * time (TimelinePage). */
#ifndef MASA_APP_LEAD_DETAIL_H
#define MASA_APP_LEAD_DETAIL_H

#include "app/dossier.h"
#include "app/leads.h"

/* In the funnel of the roster in which it was found, or would have been. */
void lead_detail_write(const struct standing_lead *found, struct dossier *dossier, struct buffer *out);

/* `asked`: kind, cursor, limit. BAD_USAGE: the error names the parameter. */
enum outcome lead_timeline_write(struct dossier *dossier, const struct leads_asked *asked, size_t count,
                                 struct buffer *out, struct error *error);

#endif
