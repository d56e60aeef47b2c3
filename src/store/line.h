/* A stored event as the line that says all of it: one JSON object in the Segment shape, which read again gives the same
 * event. For export, for people, and for definitions that read what blocks keep only as cold text. The line depends on
 * what the event says and not on what was declared when it came: members stand in the order of their keys, as canonical
 * JSON (value/json_canonical.h). An event that is nobody's says so (context.masa.logged), or it would be taken for one
 * whose sender was forgotten. */
#ifndef MASA_STORE_LINE_H
#define MASA_STORE_LINE_H

#include "base/zone.h"
#include "store/collect.h"

struct line_source {
    enum sender_kind kind;
    struct slice key;
    const struct block_event *event;
    struct slice content;
    struct companions companions;
    struct slice cold; /* JSON objects, one a line, or empty */
};

struct line_writer {
    struct names *names;
    const struct zone *zone; /* of the company: for events that are dated by day */
    struct arena arena;      /* scratch of the line at hand */
};
void line_writer_init(struct line_writer *w, struct names *names, const struct zone *zone);
void line_writer_release(struct line_writer *w);

/* Appends the line with its end. False when the content is damaged; then nothing is appended. */
bool line_write(struct line_writer *w, const struct line_source *source, struct buffer *out);

#endif
