/* What a service does with events beside acknowledging them, for bench/durable.c: calls of the Segment shape are parsed
 * and checked as intake does it, and a thread follows the store's tail, reads what was acknowledged and gathers it;
 * in the end each person is folded under a definition. */
#ifndef MASA_BENCH_FOLDED_H
#define MASA_BENCH_FOLDED_H

#include "intake/segment.h"

struct folded;

/* Begins to follow the tail of a store, which is there; `definition` is a file. */
struct folded *folded_start(const char *db, const char *definition, struct error *error);
/* Returns when everything acknowledged so far is folded: how many events that were, of how many persons. */
enum outcome folded_settle(struct folded *folded, uint64_t *events, uint64_t *persons, struct error *error);

/* A body as intake takes it, to canonical lines; count 0 when any event of it was refused. */
struct segment_lines folded_check(struct segment *segment, struct slice body);

#endif
