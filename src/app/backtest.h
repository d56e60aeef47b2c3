/* `masa backtest`: the same events under the present and another definition, both as if they had always been in force.
 */
#ifndef MASA_APP_BACKTEST_H
#define MASA_APP_BACKTEST_H

#include "app/run.h"
#include "report/backtest.h"

enum backtest_format { BACKTEST_TERMINAL, BACKTEST_JSON };

struct backtest_request {
    struct run_options run; /* its definition is the present one */
    const char *with;       /* the other definition: its file, or what the text is called */
    struct slice with_text; /* it itself; empty: it is read from the file */
    int64_t now;            /* the as-of where none is said; 0: the end of the last event's day */
    struct slice program;
    struct slice funnel, period, as_of; /* empty: as the present definition's report says */
    bool all_stages;
    enum backtest_format format;
    enum report_language language;
    struct terminal_options terminal;
};

/* A watch in the run's options sees the store being read; stopped, it is FAILED. Both runs are the caller's to release;
 * `list`, who moves as CSV, may be NULL. */
enum outcome backtest_of_files(struct run *now, struct run *then, const struct backtest_request *request,
                               struct buffer *out, struct buffer *list, struct error *error);

#endif
