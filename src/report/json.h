/* The JSON of a report with a choice of shape: indented for people, compact and safe inside a page's script element. */
#ifndef MASA_REPORT_JSON_H
#define MASA_REPORT_JSON_H

#include "report/report.h"

void json_write_report(const struct report *report, struct buffer *out, int indent, bool html_safe);

#endif
