/* The rows of a CSV file to events, by one thread of perhaps several. */
#ifndef MASA_INTAKE_CSV_ROWS_H
#define MASA_INTAKE_CSV_ROWS_H

#include "intake/csv.h"
#include "intake/inspect.h"

/* For a plain mapping: which columns go to which cells of the Segment shape. */
struct plain_csv {
    const struct plain_column *columns;
    size_t count;
};

struct csv_rows;

/* `plain` is NULL when `maker` makes the events. All that is given must stay. */
struct csv_rows *csv_rows_new(const struct inspection *found, const struct plain_csv *plain, struct row_maker *maker);
void csv_rows_free(struct csv_rows *rows);
void csv_rows_read(struct csv_rows *rows, const struct csv_piece *piece);

#endif
