/* The inbox between marketing and sales, from the standing state: lists of handoffs, what sales sent back, and the
 * brief of one, as JSON (HandoffPage, Rejected and Brief in schema/openapi.yaml). */
#ifndef MASA_APP_HANDOFFS_H
#define MASA_APP_HANDOFFS_H

#include "app/handoff_roster.h"
#include "app/leads.h"

/* `me`: the id of who asks ("u3"), for what is mine. BAD_USAGE: the error names the parameter. */
enum outcome handoffs_page(const struct standing_state *state, struct slice me, const struct leads_asked *asked,
                           size_t count, struct buffer *out, struct error *error);
enum outcome handoffs_rejected(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                               struct buffer *out, struct error *error);

/* NULL: there is none of that id. Lives as long as the state. */
const struct handoff_entry *handoffs_find(const struct standing_state *state, struct slice id);
/* How many wait. */
size_t handoffs_waiting(const struct standing_state *state);
void handoffs_write(const struct standing_state *state, const struct handoff_entry *entry, struct buffer *out);
/* The brief reads the lead's own events from the store. */
enum outcome handoffs_brief(struct standing_state *state, const struct handoff_entry *entry, struct buffer *out,
                            struct error *error);

#endif
