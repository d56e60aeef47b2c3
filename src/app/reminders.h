/* The reminders and escalations of handoffs as messages: which have come, for whom, and what they say. All of it
 * follows from a state and a moment; what is done about them stands in the ledger of sends (app/outbox.h). */
#ifndef MASA_APP_REMINDERS_H
#define MASA_APP_REMINDERS_H

#include "app/handoffs.h"
#include "deliver/send_channel.h"
#include "deliver/send_ledger.h"

#define SEND_REMINDER   "handoff.reminder"
#define SEND_ESCALATION "handoff.escalation"

/* One whose handoff waits. */
struct reminder {
    const struct roster *roster;
    const struct handoff_entry *entry;
    const char *type;       /* of the above */
    struct slice addressee; /* a team or a role; empty: whoever has it */
    int64_t at;             /* when it comes, or came */
};

/* Calls `take` with all that have come by `now` and are not older than `since`. Returns when the next comes;
 * INSTANT_MAX: none does, or the company's clock stands still (`report: as_of:`). */
int64_t reminders_each(const struct standing_state *state, int64_t since, int64_t now,
                       void (*take)(void *context, const struct reminder *reminder), void *context);
/* The one of a row of the ledger, as it is now. False: its handoff waits no more. */
bool reminder_of_send(const struct standing_state *state, const struct send *send, struct reminder *out);

/* Whether a channel is for those whom it is for: by their team, or their role. */
bool reminder_is_for(const struct reminder *reminder, const struct send_channel *channel);

/* The message, as JSON: nothing of the lead but its id. `site`: how people reach the service; empty: links are paths.
 */
void reminder_write(const struct reminder *reminder, struct slice site, struct buffer *out);

#endif
