/* A whole CSV file to events, by one thread. */
#ifndef MASA_INTAKE_CSV_ROWS_H
#define MASA_INTAKE_CSV_ROWS_H

#include "intake/csv.h"
#include "intake/inspect.h"

/* `source` reads from `text`, which is asked what could not be decoded. */
void csv_rows_read(const struct inspection *found, struct text *text, struct feed_source source, struct row_maker *maker);

#endif
