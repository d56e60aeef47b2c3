/* Events of blocks as events of intake: with the fields that a plan names, and only those. One picker for each thread
 * that reads. */
#ifndef MASA_STORE_PICK_H
#define MASA_STORE_PICK_H

#include "base/zone.h"
#include "intake/sources.h"
#include "store/collect.h"
#include "store/saying.h"

struct picker {
    const struct input_plan *plan;
    struct names *names;
    struct sources *sources;
    const struct zone *zone; /* of the company */
    uint32_t *plan_of_code;  /* path code -> index in the plan + 1 */
    struct slice *texts;     /* by code */
    uint32_t code_count;
};

/* The plan's paths by the codes that names have now: once at the beginning, and again after names were loaded. */
void picker_learn(struct picker *p);
void picker_release(struct picker *p);

/* A content of a block, its values those of the plan. Lives in the arena and the packed bytes. */
struct picked {
    struct saying saying;
    struct slice name;
    uint16_t source;
    const struct input_value *values;
};
/* False when damaged. */
bool picker_read(const struct picker *p, struct slice packed, struct arena *arena, struct picked *out);
/* Whether contents of a block with these `hot` paths hold all paths of the plan; else events that have cold text must
 * be read from it. */
bool picker_finds_all(const struct picker *p, const uint32_t *hot, size_t count);

/* The event as intake gave it. */
struct input_event picker_event(const struct picker *p, enum sender_kind kind, struct slice key, const struct block *b,
                                const struct block_event *e, const struct picked *said);

#endif
