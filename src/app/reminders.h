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

/* Looks at state after state, and remembers of each handoff when its next comes, so that of very many only those are
 * worked out to which something has come. For one thread. */
struct reminders;
struct reminders *reminders_new(void);
void reminders_free(struct reminders *reminders);
/* Calls `take` with those that have come by `now` and are not older than `since`: all of a handoff that was not looked
 * at as it is, or to which one more has come. Returns when the next comes; INSTANT_MAX: none does, or the company's
 * clock stands still (`report: as_of:`). */
int64_t reminders_look(struct reminders *reminders, const struct standing_state *state, int64_t since, int64_t now,
                       void (*take)(void *context, const struct reminder *reminder), void *context);
/* The next look is as the first: there are others to be told, or what was taken is not kept. */
void reminders_forget(struct reminders *reminders);

/* The one of a row of the ledger, as it is now. False: its handoff waits no more. */
bool reminder_of_send(const struct standing_state *state, const struct send *send, struct reminder *out);

/* Whether a channel is for those whom it is for: by their team, or their role. */
bool reminder_is_for(const struct reminder *reminder, const struct send_channel *channel);

/* The message, as JSON: nothing of the lead but its id. `site`: how people reach the service; empty: links are paths.
 */
void reminder_write(const struct reminder *reminder, struct slice site, struct buffer *out);

#endif
