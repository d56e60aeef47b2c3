/* The JSON of a report with a choice of shape: indented for people, compact and safe inside a page's script element. */
#ifndef MASA_REPORT_JSON_H
#define MASA_REPORT_JSON_H

#include "report/report.h"
#include "value/json_write.h"

/* The member `quality` of the report: what was read, and what was not counted. */
void json_write_quality(struct json_writer *w, const struct report *report);
void json_write_report(const struct report *report, struct buffer *out, int indent, bool html_safe);

#endif
