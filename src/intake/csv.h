/* CSV as RFC 4180 has it and as spreadsheets make it: any one-byte separator, quotes, doubled quotes, line ends inside
 * quotes, LF or CRLF. A quote inside an unquoted field is a character like others. Streams; a record is at most
 * INPUT_LINE_MAX bytes.
 *
 * After a record with broken quotes (text behind a closing quote, a quote that is never closed) reading goes on with
 * the line behind the record's first, so one bad quote does not swallow the file. */
#ifndef MASA_INTAKE_CSV_H
#define MASA_INTAKE_CSV_H

#include "intake/feed.h"

enum csv_state {
    CSV_RECORD,
    CSV_BLANK, /* an empty line */
    CSV_QUOTE, /* broken quotes: `text` is the first line of the record */
    CSV_LONG,  /* more than INPUT_LINE_MAX bytes: `text` is its beginning, `length` all of it */
    CSV_END,
};

struct csv_record {
    const struct slice *fields; /* without quotes; valid until the next call */
    size_t count;
    uint64_t line;     /* physical, of its beginning, from 1 */
    struct slice text; /* as written, without its line end */
    uint64_t length;
    const char *fault; /* CSV_QUOTE: why */
    bool clean;        /* known to be valid UTF-8 without NUL; false: look */
};

struct csv;

struct csv *csv_new(struct feed_source source, char separator);
void csv_free(struct csv *csv);
enum csv_state csv_next(struct csv *csv, struct csv_record *record);
/* After a record whose number of fields is wrong and that holds line ends: takes it back but for its first line. */
void csv_take_back(struct csv *csv);
/* Passes one line unread, quotes or not. False at the end. */
bool csv_skip_line(struct csv *csv);
/* Physical lines passed. */
uint64_t csv_lines(const struct csv *csv);

#endif
