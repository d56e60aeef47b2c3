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

#endif
