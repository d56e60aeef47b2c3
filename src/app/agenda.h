/* The agenda of the weekly meeting of marketing and sales, from what stands: the week's numbers, what is weak, what is
 * late, what came back and why, what decisions did, what falls due, what people want to speak of. */
#ifndef MASA_APP_AGENDA_H
#define MASA_APP_AGENDA_H

#include "access/user.h"
#include "app/standing.h"
#include "app/work.h"

struct agenda_request {
    struct slice funnel;            /* empty: the report's */
    int64_t from_day;               /* the first day of the week: see agenda_week */
    bool sees_people;               /* may know who the leads are; else only how many */
    const struct user_list *people; /* for names */
};

/* The first day of the company's week that an ISO week (2026-W17) means; of an empty text the one in which the state
 * ends. False when it is no week. */
bool agenda_week(const struct standing_state *state, struct slice text, int64_t *from_day);
/* As schema/openapi.yaml describes it. ANSWER_BAD: there is no such funnel. */
enum answer agenda_write(struct standing_state *state, struct work *work, const struct agenda_request *request,
                         struct buffer *out, struct error *error);

#endif
