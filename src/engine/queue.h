/* What is inside the window of a signal, in the order in which it leaves: a double-ended queue that grows as needed and
 * keeps its memory from one subject to the next. Times are given in order; so are, therefore, the ends of windows.
 *
 * A queue of different values (queue_see) holds each value once, at its latest end. Every operation costs a constant on
 * average, however many values there are: past a few of them an index says where a value stands. */
#ifndef MASA_ENGINE_QUEUE_H
#define MASA_ENGINE_QUEUE_H

#include <stddef.h>

#include "value/cell.h"

struct queued {
    int64_t leaves; /* first instant at which it is outside the window; INSTANT_MAX without one */
    struct cell value;
};

struct queue_index;

struct queue {
    struct queued *at;
    size_t head, count, cap; /* at[head .. head + count) */
    struct queue_index *index;
};

void queue_clear(struct queue *q);
void queue_release(struct queue *q);

void queue_push(struct queue *q, struct queued item);
void queue_pop(struct queue *q);
/* Gives up the last one. */
static inline void queue_drop(struct queue *q)
{
    q->count--;
}

/* Of different values: what was seen before moves to the end. True when it is new. Never mixed with queue_push. */
bool queue_see(struct queue *q, struct queued item);
bool queue_has(const struct queue *q, struct cell value);
/* Takes the one that leaves first, and what it hides. */
void queue_forget(struct queue *q);

#endif
