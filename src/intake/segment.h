/* Calls of the Segment HTTP API to canonical lines of the log: each one whole JSON object that says everything itself.
 *
 * What a sender left out is filled in: the type from the address that was called, context and sentAt from the batch,
 * receivedAt and the source (always ours), a timestamp, and a messageId made from the content, so that sending the same
 * again repeats instead of adding. What was sent is kept as it was written, but for the write key. Validity is decided
 * by the reader of files (ndjson.h), which reads every line before it is given out: nothing is accepted here that it
 * would reject. */
#ifndef MASA_INTAKE_SEGMENT_H
#define MASA_INTAKE_SEGMENT_H

#include "base/error.h"
#include "intake/event.h"
#include "intake/permit.h"

enum { SEGMENT_BODY_MAX = 500 << 10, SEGMENT_EVENT_MAX = 32 << 10, SEGMENT_REFUSED_MAX = 100 };

struct segment;

/* Keeps its working memory from one body to the next; one per thread. */
struct segment *segment_new(void);
void segment_free(struct segment *segment);

struct segment_body {
    struct slice text;
    bool batch;           /* {"batch":[...]}; otherwise one call, of which `call` is the type */
    enum input_call call; /* a call that names another type is refused */
    int64_t received_at;
    const struct slice *personless; /* as in input_plan */
    size_t personless_count;
    bool (*reserved)(struct slice event); /* names of events that no sender may use; NULL: none */
};

struct segment_refusal {
    size_t index;         /* in the batch */
    struct slice code;    /* "bad_time", as in reject files; "too_large" */
    struct slice message; /* for people */
    struct slice path;    /* "batch[3].timestamp"; the call itself when no field is to blame */
};

struct segment_lines {
    struct slice text; /* whole lines, each ended by a newline */
    size_t count;
    const struct segment_refusal *refused; /* the first SEGMENT_REFUSED_MAX */
    size_t refused_count;                  /* of all */
    size_t forbidden_count;                /* of these, by the permit */
};

/* Looks at the body as a whole. *write_key: named in it, or in the first call that names one; else empty. FAILED: it is
 * no JSON object or, as a batch, has no array "batch"; the error says where. */
enum outcome segment_open(struct segment *segment, const struct segment_body *body, struct slice *write_key,
                          struct error *error);
/* The lines of the body opened last, of which `source` is said to have sent them (context.masa.source) unless it is
 * empty; what `permit` forbids is refused as "not_allowed" (NULL: it forbids nothing). Whatever is refused, the others
 * are given. They live until the next body is opened. */
struct segment_lines segment_take(struct segment *segment, struct slice source, const struct permit *permit);

#endif
