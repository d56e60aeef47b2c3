/* The calls of a batch, met while the batch is looked through: which of them are like others that became lines of the
 * log before, so that theirs follow from where things stand in them.
 *
 * A call that follows an outline (outline.h) and says all that a line needs has the line that its like has: its own
 * members, but for a context that moves behind them, and what is added. Whether that holds for an outline is not argued
 * but tried: the line of the first is made by who makes any line (segment.c), and those of others are made from its
 * layout only when this gives the same bytes. What cannot be taken so is left to segment.c, which alone refuses. */
#ifndef MASA_INTAKE_CALLS_H
#define MASA_INTAKE_CALLS_H

#include "base/buffer.h"
#include "intake/ndjson.h"

struct calls;

/* `plan` must outlive it; `allow` is told of the event of each call that may be taken as its like, and says whether it
 * may. Bodies are at most body_max bytes; a call of more than call_max is left alone. */
struct calls *calls_new(const struct input_plan *plan, size_t body_max, size_t call_max,
                        bool (*allow)(void *context, const struct input_event *event), void *context);
void calls_free(struct calls *calls);

/* A call of the body looked through last; `at`: the position of its first character. */
struct call {
    const uint32_t *at, *end; /* the position behind it */
    uint16_t outline; /* the end of the outline it follows, when nothing it says forbids to take it as its like */
    bool sent;        /* it says itself when it was sent */
};

/* Looks through a body, with the reader that checks any object; the text is indexed, JSON_PADDING bytes behind it.
 * True: it is valid to its last byte. False: it may or may not be. */
bool calls_look(struct calls *calls, struct ndjson *whole, struct slice text, const uint32_t *positions, size_t count);
const struct call *calls_at(const struct calls *calls, size_t i);

/* The position behind the array of calls, when it is the value at `at`; otherwise NULL. */
const uint32_t *calls_behind(const struct calls *calls, const uint32_t *at);

/* What the lines of a body are given, the same to all. */
struct calls_added {
    struct slice context; /* members; empty: calls keep the context that they have */
    struct slice sent;    /* a member; empty: none, or none that everybody could read */
    struct slice received;
};

/* Whether lines follow from calls like this one, which then has no member that a line does not keep. */
bool calls_known(const struct calls *calls, size_t i);
/* Adds the call's line, with its end, if that is known and `out` stays within `limit`. */
bool calls_put(struct calls *calls, size_t i, const struct calls_added *added, struct buffer *out, size_t limit);
/* The line of a call, with its end, as it had to be made. */
void calls_learn(struct calls *calls, size_t i, const struct calls_added *added, struct slice line);

#endif
