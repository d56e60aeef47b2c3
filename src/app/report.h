/* `masa report` on files: read, fold, tabulate, report, render. */
#ifndef MASA_APP_REPORT_H
#define MASA_APP_REPORT_H

#include "analysis/narrow.h"
#include "app/run.h"
#include "report/report.h"
#include "runtime/tabulate.h"

enum report_format { REPORT_TERMINAL, REPORT_JSON, REPORT_CSV, REPORT_HTML };

struct report_request {
    struct run_options run;
    int64_t now;                                 /* the as-of of a store, when nothing else says one */
    struct slice funnel, period, compare, as_of; /* as written; empty: as the definition says */
    struct slice by;             /* "channel,month": a table of groups instead of the report; CSV only */
    struct narrowing_asked only; /* some subjects alone; where to say it, report.only */
    enum reading reading;        /* of a store; of files only one definition is known */
    bool keep_subjects;          /* the table tells who each row is */
    bool keep_history;           /* and can be had of other periods, unless one is compared (runtime/reframe.h) */
    enum report_format format;
    struct report_options report;
    struct terminal_options terminal;
};

enum outcome report_of_files(struct run *run, const struct report_request *request, struct buffer *out,
                             struct error *error);

/* The same in two steps, for who writes several reports of one fold. The table lives as long as `tabulate`
 * (tabulate_free) and the run. Whatever else wants to see the fold is given its options before it begins. */
struct report_fold {
    struct tabulate *tabulate;
    struct fact_table *table;
};
struct report_watch {
    void *context;
    void (*ask)(void *context, struct run *run, const struct tabulate_options *options, struct fold_options *fold);
};
enum outcome report_fold(struct run *run, const struct report_request *request, const struct report_watch *watch,
                         struct report_fold *out, struct error *error);
/* The windows that such a report has as of an instant. */
enum outcome report_settle_windows(const struct run *run, const struct report_request *request, int64_t as_of,
                                   struct report_window windows[2], bool *has_compare, struct error *error);
/* Of a table nothing is changed. */
enum outcome report_write(struct arena *arena, const struct fact_table *table, const struct report_request *request,
                          struct buffer *out, struct error *error);

#endif
