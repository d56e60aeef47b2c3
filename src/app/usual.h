/* How long each stage takes those who go on from it: the times of all of them in order, so that the middle one stays
 * known while subjects come, go and change. Stages that were carried took no time. */
#ifndef MASA_APP_USUAL_H
#define MASA_APP_USUAL_H

#include "analysis/table.h"
#include "base/vector.h"

struct times { /* for the vector macros */
    int64_t *at;
    size_t count, cap;
};
/* One for each stage; all zero to begin with. */
struct usual {
    struct times *stages;
    size_t stage_count;
};
void usual_release(struct usual *usual);

/* Of the whole table. */
void usual_fill(struct usual *usual, const struct fact_table *table);
/* What some rows add: to be added, and to be taken out again. */
void usual_collect(struct usual *some, const struct fact_table *table, const uint32_t *rows, size_t count);
void usual_change(struct usual *usual, struct usual *gone, struct usual *added);

/* The middle of each stage's, in microseconds; -1: nobody went on. The caller frees it. */
int64_t *usual_medians(const struct usual *usual);

#endif
