/* `masa feedback`: which criteria and score terms of a definition predict how leads fare. */
#ifndef MASA_APP_FEEDBACK_H
#define MASA_APP_FEEDBACK_H

#include "analysis/narrow.h"
#include "app/run.h"
#include "report/feedback.h"

enum feedback_format { FEEDBACK_TERMINAL, FEEDBACK_JSON };

struct feedback_request {
    struct run_options run;
    int64_t now; /* the as-of where none is said; 0: the end of the last event's day */
    struct slice program;
    struct slice funnel, period, as_of; /* empty: the report's funnel, all the log, as the definition says */
    struct narrowing_asked only;        /* of these */
    enum feedback_format format;
    enum report_language language;
    struct terminal_options terminal;
};

enum outcome feedback_of_files(struct run *run, const struct feedback_request *request, struct buffer *out,
                               struct error *error);

#endif
