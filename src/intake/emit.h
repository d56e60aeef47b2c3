/* The last step of every reader: the cells of one row become an event for the thread's sink, or a rejected row. */
#ifndef MASA_INTAKE_EMIT_H
#define MASA_INTAKE_EMIT_H

#include "intake/moment.h"
#include "intake/occurrence.h"
#include "intake/reject.h"
#include "intake/sources.h"

/* How a line of an export begins that is no event, but something else that a store keeps (store/carried.h). */
#define EMIT_CARRIED "{\"masa\":\""

struct emitter {
    struct input_sink sink;
    void (*carried)(void *context, struct slice line, uint64_t number); /* takes such lines; NULL: they are rejected */
    void *carried_context;
    const struct input_plan *plan;
    bool logged;              /* rows of the log: accepted once, and so for good, whatever is declared now */
    struct sources *sources;  /* NULL: nobody asks where events say they come from */
    uint16_t source;          /* of the file */
    struct slice told_source; /* by the last event that told its own, and its number */
    uint16_t told_source_number;
    struct slice file;
    struct occurrences *occurrences; /* of the file, shared by its readers */
    struct reject_list rejects;
    uint64_t events, lines, blank;
    struct moment_cache moments, passing; /* of events, and of their transport, which often is on another day */
    struct slice rest;                    /* of the row at hand, see input_event */
    char id[DIGEST_ID_MAX];               /* made for an event that has none */
    char note[400];                       /* what is added to a reason */
};

/* A row as it stands in the file, for the reject file. */
struct emit_row {
    struct slice text;
    uint64_t line;
};

void emit_reject(struct emitter *emitter, const struct emit_row *row, enum reject_reason reason, uint64_t column,
                 struct slice detail);

/* Hands the event to the sink; a row whose event the sink calls incomplete is rejected. */
void emit_give(struct emitter *emitter, const struct emit_row *row, struct input_event *event);

/* The detail for a time that cannot be read: what was written, and for 05/01/2026 what to do about it. Valid until the
 * next. */
struct slice emit_time_note(struct emitter *emitter, struct slice written);

/* Content of the row, for rows whose sender gave no id; called only for those. */
struct digest_source {
    struct digest (*make)(void *context);
    void *context;
};

/* `cells`: SEGMENT_CELLS of the vocabulary, then the plan's values. */
void emit_segment(struct emitter *emitter, const struct emit_row *row, const struct input_value *cells,
                  struct digest_source digest);

#endif
