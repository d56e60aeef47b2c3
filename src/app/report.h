/* `masa report` on files: read, fold, tabulate, report, render. */
#ifndef MASA_APP_REPORT_H
#define MASA_APP_REPORT_H

#include "app/run.h"
#include "report/report.h"

enum report_format { REPORT_TERMINAL, REPORT_JSON, REPORT_CSV, REPORT_HTML };

struct report_request {
    struct run_options run;
    int64_t now;                         /* the as-of of a store, when nothing else says one */
    struct slice period, compare, as_of; /* as written; empty: as the definition says */
    struct slice by;                     /* "channel,month": a table of groups instead of the report; CSV only */
    enum report_format format;
    struct report_options report;
    struct terminal_options terminal;
};

enum outcome report_of_files(struct run *run, const struct report_request *request, struct buffer *out,
                             struct error *error);

#endif
