/* The ledger of sends: what was to be told to whom, decided once, and what became of it. A row is *pending* until it is
 * tried, *unknown* from before the try until its answer is written down, and then *sent*, *pending* again or *failed*;
 * *overtaken* is what need not be sent any more. After a crash what is unknown goes out again, under the same name
 * (`message`), by which the receiver drops what it has: decided exactly once, sent at least once.
 *
 * All within the caller's transaction, or a reading of its own. Texts that are given out live in the arena. */
#ifndef MASA_DELIVER_SEND_LEDGER_H
#define MASA_DELIVER_SEND_LEDGER_H

#include "base/civil.h"
#include "store/database.h"

enum send_state { SEND_PENDING, SEND_UNKNOWN, SEND_SENT, SEND_FAILED, SEND_OVERTAKEN, SEND_STATES };
extern const char *const send_state_names[SEND_STATES + 1]; /* ends with NULL */

/* Why it was not sent, where no answer tells; the second line: why it need not be. */
enum send_reason {
    SEND_NO_REASON,
    SEND_NO_ADDRESS,
    SEND_NOT_ALLOWED,
    SEND_NO_CONNECTION,
    SEND_TOO_SLOW,
    SEND_CERTIFICATE,
    SEND_BROKEN,
    SEND_LATE,
    SEND_DECIDED,
    SEND_ENDED,
    SEND_ERASED,
    SEND_REASONS
};
extern const char *const send_reason_names[SEND_REASONS + 1]; /* the first is "" */

#define SEND_RETRY_FIRST   MINUTE_US
#define SEND_RETRY_LONGEST (6 * HOUR_US)
#define SEND_RETRY_FOR     (3 * DAY_US)
enum { SEND_TROUBLE_ATTEMPTS = 5 /* so often in vain, and people are told */ };

/* What is tried from the interface: once. */
#define SEND_TEST "channel.test"

struct send {
    int64_t id, channel;
    struct slice message, type;
    struct slice handoff, lead, stage; /* empty: of none, or of somebody erased */
    struct slice addressee;            /* a team or a role; empty: whoever has it */
    int64_t due_at, decided_at;
    enum send_state state;
    int64_t attempts, tried_at; /* tried_at 0: never */
    int status;                 /* of the last answer; 0: none came */
    enum send_reason reason;
    int64_t next_at; /* 0: it is not tried any more */
};
struct send_list { /* for the vector macros */
    struct send *at;
    size_t count, cap;
};

/* Writes the row down as pending, or as overtaken by its reason, unless it stands there or the channel has ended: *id
 * is 0 then. */
enum outcome send_decide(struct database *db, const struct send *send, int64_t *id, struct error *error);
/* The first of a channel whose time has come; id 0: none. */
enum outcome send_due(struct database *db, int64_t channel, int64_t now, struct arena *arena, struct send *out,
                      struct error *error);
/* When the next of a channel is due; INSTANT_MAX: none waits. */
enum outcome send_next(struct database *db, int64_t channel, int64_t *out, struct error *error);

/* Before it is tried. False in *mine: it was settled meanwhile. */
enum outcome send_begin(struct database *db, int64_t id, int64_t now, bool *mine, struct error *error);
/* After it was: a status of 2xx is the receiver's word that it has it. Also how the channel goes. *state: what became
 * of it. */
struct send_answer {
    int status;
    enum send_reason reason;
    int64_t retry_after; /* as the receiver wants it: microseconds; 0: it does not say */
};
enum outcome send_settle(struct database *db, const struct send *send, struct send_answer answer, int64_t now,
                         enum send_state *state, struct error *error);
/* It need not be sent any more. */
enum outcome send_overtake(struct database *db, int64_t id, enum send_reason why, struct error *error);
/* What is said of that person goes, and nothing more is sent; that something was sent stays. */
enum outcome send_erase(struct database *db, struct slice lead, struct error *error);

/* When it is tried again after it failed now, with `attempts` counted, not before the receiver wants it (at most
 * SEND_RETRY_LONGEST from now); INSTANT_NONE: it is given up. */
int64_t send_retry_at(const struct send *send, int64_t asked_after, int64_t now);

/* Of a channel, newest first, below the number `before` (0: from the newest), at most `limit`; *total: how many. */
enum outcome send_page(struct database *db, int64_t channel, int64_t before, int64_t limit, struct arena *arena,
                       struct send_list *out, int64_t *total, struct error *error);
enum outcome send_find(struct database *db, int64_t id, struct arena *arena, struct send *out, struct error *error);

#endif
