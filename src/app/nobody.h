/* Leads that nobody owns or touches (Nobody in schema/openapi.yaml): of those whose lap is open and with whom somebody
 * should be talking, because they are as far as sales decides, or further. */
#ifndef MASA_APP_NOBODY_H
#define MASA_APP_NOBODY_H

#include "app/leads.h"
#include "app/roster.h"

/* Untouched for so many days, or ever. */
enum { NOBODY_IDLE_DAYS = 21 };

enum nobody_kind { NOBODY_OWNS, NOBODY_TOUCHES, NOBODY_AT_ALL, NOBODY_KINDS };
extern const char *const nobody_kinds[NOBODY_KINDS + 1]; /* no_owner, no_touch, both; ends with NULL */

/* All of them that a funnel counts, in the arena; who was left longest comes first. */
struct lonely {
    const struct lead *lead;
    enum nobody_kind kind;
};
struct nobody_found {
    const struct lonely *all;
    size_t count, counts[NOBODY_KINDS];
};
void nobody_find(const struct standing_state *state, const struct roster *roster, struct arena *arena,
                 struct nobody_found *out);

/* `asked`: kind, funnel, where, cursor, limit. BAD_USAGE: the error names the parameter. */
enum outcome nobody_page(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                         struct buffer *out, struct error *error);

#endif
