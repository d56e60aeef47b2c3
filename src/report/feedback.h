/* Which rules predict and which do not, on the terminal and as JSON (schema/feedback.schema.json). */
#ifndef MASA_REPORT_FEEDBACK_H
#define MASA_REPORT_FEEDBACK_H

#include "analysis/feedback.h"
#include "report/report.h"

struct feedback_view {
    struct slice program;
    const struct feedback *feedback;
    bool in_period; /* only those whose first lap began in the table's period */
};

void feedback_write_json(const struct feedback_view *view, struct buffer *out);
void feedback_write_terminal(const struct feedback_view *view, enum report_language language,
                             struct terminal_options options, struct buffer *out);

#endif
