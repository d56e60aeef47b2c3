/* What people are told at once, wherever they look: a source whose leads keep failing in sales, a handoff past its
 * time, a service that takes no events, a webhook that does not take what is sent (app/outbox.h). Each is a condition
 * with an id, which holds or does not; who keeps what held before knows what is new (http/bell.h). */
#ifndef MASA_APP_ALERTS_H
#define MASA_APP_ALERTS_H

#include "access/identity.h"
#include "app/colleagues.h"
#include "app/standing.h"
#include "report/catalogue.h"

enum alert_code {
    ALERT_CHANNEL_FAILING,
    ALERT_SLA_LATE,
    ALERT_INTAKE_STOPPED,
    ALERT_DISK_FULL,
    ALERT_DELIVERY_FAILING,
    ALERT_CODES
};
extern const char *const alert_codes[ALERT_CODES + 1]; /* ends with NULL */

struct alert {
    enum alert_code code;
    struct slice id; /* the same as long as it holds */
    struct words text;
    struct slice link;       /* into the dashboard; may be empty */
    int64_t since;           /* INSTANT_NONE: who looks decides */
    struct slice user, team; /* to whom, if not to all whose roles say so; at most one of them */
};
struct alert_list { /* for the vector macros */
    struct alert *at;
    size_t count, cap;
};

/* Of very many handoffs those of one person or team whose time ran out last are told of. */
enum { ALERTS_LATE_MOST = 50 };

/* What holds in a state as of `now`, added to `out` with texts in the arena. Returns when the next could begin to hold
 * by time alone; INSTANT_MAX: never. */
int64_t alerts_find(const struct standing_state *state, int64_t now, struct arena *arena, struct alert_list *out);
/* Appends fail for this reason: what to tell of it, and what when they work again. */
struct alert alert_of_appends(enum outcome outcome);
struct words alert_appends_again(void);

/* Whether `who` is one of those whom it is for. */
bool alert_is_for(const struct alert *alert, const struct identity *who, struct colleagues *colleagues);

#endif
