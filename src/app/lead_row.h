/* A lead as lists show it (Lead in schema/openapi.yaml). */
#ifndef MASA_APP_LEAD_ROW_H
#define MASA_APP_LEAD_ROW_H

#include "app/roster.h"
#include "value/json_write.h"

/* Texts of dimensions that are made for it live in the arena. */
void lead_row_put(struct json_writer *w, struct arena *arena, const struct roster *roster, const struct zone *zone,
                  const struct lead *lead);

/* Somebody whom the funnel does not count, or not yet: in no stage and no lap. Empty: it is not known. */
struct stranger {
    struct slice id, name, email, title;
    struct slice account, account_name;
};
void lead_row_put_stranger(struct json_writer *w, const struct stranger *stranger, struct slice funnel);

/* The member `score`: of the side that owns its stage, and where it stands; null when there is none. */
void lead_row_put_score(struct json_writer *w, const struct roster *roster, const struct lead *lead);

/* On the company's clock; null for INSTANT_NONE and INSTANT_MAX. */
void json_put_moment(struct json_writer *w, const char *name, const struct zone *zone, int64_t at);

#endif
