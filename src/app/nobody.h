/* Leads that nobody owns or touches (Nobody in schema/openapi.yaml): of those whose lap is open and with whom somebody
 * should be talking, because they are as far as sales decides, or further. */
#ifndef MASA_APP_NOBODY_H
#define MASA_APP_NOBODY_H

#include "app/leads.h"

/* Untouched for so many days, or ever. */
enum { NOBODY_IDLE_DAYS = 21 };

/* `asked`: kind, funnel, where, cursor, limit. BAD_USAGE: the error names the parameter. */
enum outcome nobody_page(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                         struct buffer *out, struct error *error);

#endif
