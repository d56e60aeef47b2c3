/* What another definition would have made of the same events, as a page on the terminal, as JSON
 * (schema/backtest.schema.json), and as a list of who moves. */
#ifndef MASA_REPORT_BACKTEST_H
#define MASA_REPORT_BACKTEST_H

#include "analysis/backtest.h"
#include "report/report.h"

struct backtest_view {
    struct slice program;
    const struct backtest *backtest;
    /* Of the two definitions; NULL when the funnel is not the one they report on. */
    const struct report *old_report, *new_report;
};

void backtest_write_json(const struct backtest_view *view, struct buffer *out);
/* What was written as JSON, for who may see numbers but no people: nobody in it has a name. */
void backtest_write_nameless(struct slice json, struct buffer *out);
/* `all_stages`: the later outcomes of every stage, not only of those where the two differ. */
void backtest_write_terminal(const struct backtest_view *view, enum report_language language, bool all_stages,
                             struct terminal_options options, struct buffer *out);
/* Who moves, as CSV that a spreadsheet opens without running anything. */
void backtest_write_list(const struct backtest_view *view, struct buffer *out);

#endif
