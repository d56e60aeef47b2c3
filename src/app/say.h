/* What a person says through masa, as events in the log: that a lead is accepted, a note, an answer. One event each, by
 * source `masa`, with who said it and as what; on the disk before the call returns, and in the audit trail.
 *
 * A message id is made of whose key it is, the key, and what is said to whom: whoever does not know whether a request
 * arrived says it again under the same key, and it is the same event. */
#ifndef MASA_APP_SAY_H
#define MASA_APP_SAY_H

#include "access/access.h"
#include "log/commit.h"

#define SAY_SOURCE "masa"

struct say {
    struct commit *commit;
    struct access *access;
    struct world world;
};

enum { MESSAGE_ID_SIZE = 48 };
struct message_id {
    char text[MESSAGE_ID_SIZE];
};
/* The id of what `who` says of `subject` under this key; `what` tells apart what one request says of one subject. An
 * empty key is new each time. */
struct message_id say_message_id(const struct say *say, const struct identity *who, struct slice key,
                                 struct slice subject, struct slice what);

struct said {
    struct slice subject; /* a person's id, or "anon:ID" */
    struct slice event;   /* "lead_accepted", "masa:note"; empty: traits, as an identify call brings them */
    struct slice members; /* of its properties, or the traits: JSON without the braces; may be empty */
    struct slice message; /* the event's id */
    enum action action;   /* by which right: names the role, and the entry of the audit trail when it has no name */
    struct slice audited; /* the action in the audit trail; empty: that of `action` */
    struct slice before, after; /* as in an audit entry */
};

/* Says all of it at one instant, *at, or nothing. ANSWER_BUSY: too much waits for the disk, or the server is being
 * stopped; ANSWER_NO_ROOM, ANSWER_FAILED: nothing was kept. ANSWER_FORBIDDEN when a right is not `who`'s; ANSWER_BAD
 * when the log could not be read with it. When only the audit trail fails, all was said, and saying it again under the
 * same key is no second event. */
enum answer say_all(const struct say *say, const struct identity *who, const struct said *said, size_t count,
                    int64_t *at, struct error *error);

/* For what was said by an earlier try, whose entry in the audit trail may be missing: puts it there. */
enum answer say_noted(const struct say *say, const struct identity *who, const struct said *said, struct error *error);

#endif
