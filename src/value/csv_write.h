/* CSV out, as RFC 4180 has it, safe to open in a spreadsheet: a cell that would be taken for a formula (it starts with
 * = + - @, also wide or behind what is not seen, or with a control character, and is no plain number) gets an
 * apostrophe in front. So does what comes after a semicolon, a tab or a line's end within a cell, since a spreadsheet
 * set to another separator begins a cell there.
 *
 *     struct csv_writer w = {.out = &buffer};
 *     csv_text(&w, SLICE("channel"));
 *     csv_number(&w, 12.5, 1);
 *     csv_end(&w);
 */
#ifndef MASA_VALUE_CSV_WRITE_H
#define MASA_VALUE_CSV_WRITE_H

#include "base/buffer.h"

struct csv_writer {
    struct buffer *out;
    bool begun; /* a cell of this row stands already */
};

void csv_text(struct csv_writer *w, struct slice text);
void csv_uint(struct csv_writer *w, uint64_t n);
/* With so many decimals; an empty cell for NaN. */
void csv_number(struct csv_writer *w, double number, int places);
void csv_empty(struct csv_writer *w);
void csv_end(struct csv_writer *w);

#endif
