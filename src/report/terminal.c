#include "report/tree.h"
void report_write_terminal(const struct report *report, struct terminal_options options, struct buffer *out) { (void)report; (void)out; (void)options; }
