/* Leads as CSV: one a line, with what a row of a list shows. UTF-8 with a byte order mark, so that Excel reads Hebrew;
 * cells that a spreadsheet would run as formulas are quoted (value/csv_write.h). */
#ifndef MASA_APP_LEAD_CSV_H
#define MASA_APP_LEAD_CSV_H

#include "app/roster.h"

/* The mark and the names of the columns: those of the JSON, then the definition's dimensions. */
void lead_csv_head(struct buffer *out, const struct roster *roster);
void lead_csv_row(struct buffer *out, struct arena *arena, const struct roster *roster, const struct lead *lead);
/* Somebody of whom only the id is known. */
void lead_csv_stranger(struct buffer *out, struct slice id, const struct roster *roster);

#endif
