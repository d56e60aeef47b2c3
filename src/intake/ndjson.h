/* Lines of JSON to events: the hot path of everything. A chunk of whole lines is indexed at once (value/json_index.h)
 * and walked line by line; every value is visited, so that a line is either wholly valid or rejected with the place of
 * its fault. A chunk that has a fault anywhere is indexed again line by line, which places the fault exactly. */
#ifndef MASA_INTAKE_NDJSON_H
#define MASA_INTAKE_NDJSON_H

#include "intake/bind.h"

struct ndjson;

/* One per thread. `shape` is read by all of them. Chunks are at most chunk_max bytes. `maker` NULL: the lines are calls
 * in the Segment shape; otherwise it makes the events of a line, whose columns are the shape's cells. */
struct ndjson *ndjson_new(const struct shape *shape, struct emitter *emitter, struct row_maker *maker,
                          size_t chunk_max);
void ndjson_free(struct ndjson *reader);

/* Whole lines, JSON_PADDING readable bytes behind them, the first of them 0. */
void ndjson_read(struct ndjson *reader, struct slice chunk, uint64_t first_line);

/* An element of the array "batch" of an object: the position of its first character and the one behind it; the end of
 * the outline that it followed, 0: none; and its cells, until the next. */
struct ndjson_call {
    const uint32_t *at, *end;
    uint16_t outline;
    const struct input_value *cells;
};
struct ndjson_calls {
    struct ndjson *reader; /* whose shape these have */
    void (*take)(void *context, const struct ndjson_call *call);
    void *context;
};
/* Looks through one text that is indexed already: whether it is an object, valid and nothing else. `calls` is told of
 * those that it holds. Nothing is given to the emitters. */
bool ndjson_look(struct ndjson *reader, struct slice text, const uint32_t *positions, size_t count,
                 const struct ndjson_calls *calls);

#endif
