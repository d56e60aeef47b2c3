/* The fold's facts as the columns reports are computed from (analysis/table.h). Each folding thread fills a part of its
 * own; tabulate_finish joins them. */
#ifndef MASA_RUNTIME_TABULATE_H
#define MASA_RUNTIME_TABULATE_H

#include "analysis/table.h"
#include "runtime/fold.h"

struct tabulate_options {
    uint32_t funnel;
    int64_t as_of;
    struct report_window windows[2];
    bool has_compare;
    bool stages_only;   /* for a table of groups: lap, window, entered, carried and dimension, the other columns NULL */
    bool keep_subjects; /* external ids */
    bool keep_names;    /* what lists call them, where the definition declares it */
    bool keep_history;  /* so that the table can be had of other windows (reframe.h): for one without a comparison */
};

struct tabulate;
struct tabulate *tabulate_new(const struct engine *engine, struct engine_calendar calendar,
                              const struct tabulate_options *options, int threads);
/* What the fold must note and whom it must show. */
void tabulate_ask(struct tabulate *t, struct fold_options *fold);
/* So far, of one folding thread: rows, and visitors as in the table. */
size_t tabulate_rows(const struct tabulate *t, int thread);
const uint64_t *tabulate_visitors(const struct tabulate *t, int thread);
/* The table lives until tabulate_free; its quality block is the caller's to fill. */
struct fact_table *tabulate_finish(struct tabulate *t);
/* Gives back the table's columns before the rest: subjects' ids stay. */
void tabulate_drop_columns(struct tabulate *t);
void tabulate_free(struct tabulate *t);

#endif
