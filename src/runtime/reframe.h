/* A table of facts in other windows: what a fold with these windows would give, worked out from the columns of one in
 * which every row is as of the same instant and that keeps histories (tabulate.h). Rows keep their numbers; one of the
 * compared period that had not begun by that period's as-of is of no window, no lap and no stage. */
#ifndef MASA_RUNTIME_REFRAME_H
#define MASA_RUNTIME_REFRAME_H

#include "analysis/table.h"

struct frame {
    struct report_window windows[2]; /* the first as of the table's as-of */
    bool has_compare;
    uint64_t visitors[3]; /* as in the table, which does not know those who are in no row */
    uint64_t late;
};

struct reframed;
/* The wide table's columns must outlive it. */
struct reframed *table_reframe(const struct fact_table *wide, const struct frame *frame, int threads);
const struct fact_table *reframed_table(const struct reframed *reframed);
void reframed_free(struct reframed *reframed); /* NULL is nobody's */

#endif
