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
/* An event of a block. */
struct line_source line_source_of(enum sender_kind kind, struct slice key, const struct block *block,
                                  const struct block_event *event);

struct line_writer {
    struct names *names;
    const struct zone *zone; /* of the company: for events that are dated by day */
    struct arena arena;      /* scratch of the line at hand */
    struct buffer text;      /* of the line without its times */
};
void line_writer_init(struct line_writer *w, struct names *names, const struct zone *zone);
void line_writer_release(struct line_writer *w);

/* Appends the line with its end. False when the content is damaged; then nothing is appended. */
bool line_write(struct line_writer *w, const struct line_source *source, struct buffer *out);

/* A line but for its times, which stand between the two: whoever compares what lines say before the times are settled
 * writes it once. */
struct line_timeless {
    struct slice head, tail;
    bool day; /* its time is a day */
};
/* Its slices live until the writer's next line. False as above. */
bool line_timeless(struct line_writer *w, const struct line_source *source, struct line_timeless *out);
/* Appends it with the times of an event. */
void line_finish(const struct line_writer *w, const struct line_timeless *line, const struct block_event *event,
                 struct buffer *out);

#endif
