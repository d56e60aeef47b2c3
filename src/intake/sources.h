/* Where events come from, by number: 0 is the Segment shape's own, without a name. Numbers are given as sources are
 * met, so they say nothing; `sources_ranks` gives the order that counts. Safe to use from several threads. */
#ifndef MASA_INTAKE_SOURCES_H
#define MASA_INTAKE_SOURCES_H

#include "base/arena.h"

enum { SOURCES_MAX = UINT16_MAX };

struct sources;
struct sources *sources_new(void);
void sources_free(struct sources *sources);

/* Beyond SOURCES_MAX different ones all others are one. */
uint16_t sources_number(struct sources *sources, struct slice name);
/* Lives as long as the sources. */
struct slice sources_name(struct sources *sources, uint16_t number);
/* By number: the place among all in byte order of names, the same in whatever order they were met. */
const uint16_t *sources_ranks(struct sources *sources, struct arena *arena);

#endif
