/* Where in a JSON object the wanted things stand: a tree of keys, each with the numbers of the cells its value goes to.
 */
#ifndef MASA_INTAKE_SHAPE_H
#define MASA_INTAKE_SHAPE_H

#include "base/arena.h"
#include "intake/event.h"

/* The cells of the Segment shape; the plan's paths follow them. */
enum segment_cell {
    SEGMENT_CALL,
    SEGMENT_EVENT,
    SEGMENT_NAME,
    SEGMENT_ID,
    SEGMENT_USER,
    SEGMENT_ANONYMOUS,
    SEGMENT_GROUP,
    SEGMENT_CONTEXT_GROUP,
    SEGMENT_PREVIOUS,
    SEGMENT_AT,
    SEGMENT_ORIGINAL_AT,
    SEGMENT_SENT_AT,
    SEGMENT_RECEIVED_AT,
    SEGMENT_SOURCE,
    SEGMENT_LOGGED,
    SEGMENT_BATCH,
    SEGMENT_CELLS
};

struct shape_node {
    struct slice key;
    struct shape_node *child, *sibling;
    uint16_t *cells;
    uint32_t cell_count;
};

/* What becomes of members that nobody asked for. */
enum shape_rest {
    REST_DROPPED,
    REST_AS_IT_STANDS,  /* they are input_event.rest, where they stood */
    REST_IN_PROPERTIES, /* the object is flat: they are properties */
};

struct shape {
    struct arena *arena;
    struct shape_node root;
    size_t cell_count; /* one more than the highest number */
    enum shape_rest rest;
};

void shape_init(struct shape *shape, struct arena *arena);
/* The value at the dotted path goes to `cell` too. */
void shape_add(struct shape *shape, struct slice path, size_t cell);
/* The value of this very key, dots and all, of the outermost object. */
void shape_add_key(struct shape *shape, struct slice key, size_t cell);
const struct shape_node *shape_child(const struct shape_node *node, struct slice key);

/* The Segment vocabulary, with path i of the plan going to cell SEGMENT_CELLS + i. */
void shape_segment(struct shape *shape, const struct input_plan *plan);

#endif
