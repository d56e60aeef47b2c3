/* A definition checked as text: what `masa check` says, for the editor. */
#ifndef MASA_APP_CHECK_H
#define MASA_APP_CHECK_H

#include "definition/load.h"
#include "value/json_write.h"

/* The tables of zones are not the definition's, so that a zone without one is only found here. */
bool check_zone(const struct definition *definition, struct diagnostics *diagnostics);
/* NULL when it has errors. */
struct definition_file *check_text(struct slice text, const char *name, struct diagnostics *diagnostics);

/* What is wrong, in the order of the text, as a JSON array: line, column, end_column, severity, and for people message
 * and help, in Hebrew or English. */
void check_put_problems(struct json_writer *w, struct slice text, struct diagnostics *diagnostics, bool hebrew);
/* {"ok", "version", "problems", "explain"}: the problems, or the rules as sentences in both languages. */
void check_write(struct slice text, const char *name, bool hebrew, struct buffer *out);

#endif
