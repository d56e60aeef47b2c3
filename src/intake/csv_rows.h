/* A whole CSV file to events, by one thread. */
#ifndef MASA_INTAKE_CSV_ROWS_H
#define MASA_INTAKE_CSV_ROWS_H

#include "intake/csv.h"
#include "intake/inspect.h"

/* For a plain mapping: which columns go to which cells of the Segment shape. */
struct plain_csv {
    const struct plain_column *columns;
    size_t count;
};

/* `plain` is NULL when `maker` makes the events. `source` reads from `text`, which is asked what could not be decoded.
 */
void csv_rows_read(const struct inspection *found, struct text *text, struct feed_source source,
                   const struct plain_csv *plain, struct row_maker *maker);

#endif
