/* The inbox between marketing and sales, from the standing state: lists of handoffs, what sales sent back, and the
 * brief of one, as JSON (HandoffPage, Rejected and Brief in schema/openapi.yaml). */
#ifndef MASA_APP_HANDOFFS_H
#define MASA_APP_HANDOFFS_H

#include "app/handoff_roster.h"
#include "app/leads.h"
#include "app/roster.h"

/* The rosters whose handoffs people see: the report's funnel, and every other one of persons. *at is 0 to begin with;
 * NULL after the last. (What people decide is said of persons.) */
const struct roster *handoffs_next(const struct standing_state *state, size_t *at);

/* `me`: the id of who asks ("u3"), for what is mine. BAD_USAGE: the error names the parameter. */
enum outcome handoffs_page(const struct standing_state *state, struct slice me, const struct leads_asked *asked,
                           size_t count, struct buffer *out, struct error *error);
enum outcome handoffs_rejected(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                               struct buffer *out, struct error *error);

/* `entry` is NULL when there is none of that id. Lives as long as the state. */
struct handoff_found {
    const struct roster *roster;
    const struct handoff_entry *entry;
};
struct handoff_found handoffs_find(const struct standing_state *state, struct slice id);
/* How many wait. */
size_t handoffs_waiting(const struct standing_state *state);
void handoffs_write(const struct handoff_found *found, struct buffer *out);
/* The brief reads the lead's own events from the store. */
enum outcome handoffs_brief(struct standing_state *state, const struct handoff_found *found, struct buffer *out,
                            struct error *error);

#endif
