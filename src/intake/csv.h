/* CSV as RFC 4180 has it and as spreadsheets make it: any one-byte separator, quotes, doubled quotes, line ends inside
 * quotes, LF or CRLF. A quote inside an unquoted field is a character like others. A record is at most INPUT_LINE_MAX
 * bytes.
 *
 * After a record with broken quotes (text behind a closing quote, a quote that is never closed) reading goes on with
 * the line behind the record's first, so one bad quote does not swallow the file. So it does after a record that holds
 * line ends and has a wrong number of fields.
 *
 * What is read is a piece of a file, in memory, whole records only. A file is cut into such pieces by one thread at a
 * time (csv_cut.h), which are then read by any. */
#ifndef MASA_INTAKE_CSV_H
#define MASA_INTAKE_CSV_H

#include "base/vector.h"
#include "intake/input.h"

/* A record whose end is not found in so many bytes has none. */
enum { CSV_PIECE_MAX = (256 << 10) + INPUT_LINE_MAX };

enum csv_state {
    CSV_RECORD,
    CSV_BLANK,  /* an empty line */
    CSV_QUOTE,  /* broken quotes: `text` is the first line of the record */
    CSV_FIELDS, /* `count` fields, a wrong number, and line ends in them: read as its first line alone is */
    CSV_LONG,   /* more than INPUT_LINE_MAX bytes: `text` is its beginning, `length` all of it */
    CSV_END,
};

struct csv_record {
    const struct slice *fields; /* without quotes; valid until the next call */
    size_t count;
    uint64_t line;     /* physical, of its beginning, from 1 */
    struct slice text; /* as written, without its line end; of CSV_FIELDS perhaps its beginning only */
    uint64_t length;
    const char *fault; /* CSV_QUOTE: why */
    bool clean;        /* known to be valid UTF-8 without NUL; false: look */
};

/* What is wrong with a record and shows only in what follows it, perhaps beyond the piece. */
struct csv_fault {
    size_t at;            /* of the record, in the piece */
    enum csv_state state; /* CSV_QUOTE, CSV_FIELDS, CSV_LONG */
    const char *why;      /* of CSV_QUOTE */
    size_t count;         /* of the others what csv_record has */
    struct slice text;
    uint64_t length;
};

struct csv_piece {
    char *data; /* behind the text stands a line end */
    size_t len, cap;
    uint64_t first_line, lines; /* physical */
    uint64_t skip;              /* so many lines at its beginning are no records */
    bool header;                /* the file's header was not met before it, and will be its first record */
    struct slice replaced;      /* the encoding in which bytes were nothing so far, see text_replaced; mostly empty */
    VECTOR(struct csv_fault) faults; /* in order */
    struct arena arena;              /* of their texts */
};

struct csv;

struct csv *csv_new(char separator);
void csv_free(struct csv *csv);

/* Reads a piece from its beginning; it must stay. */
void csv_begin(struct csv *csv, const struct csv_piece *piece);
/* Reads a text that is no piece: its end ends its last record. It is copied. */
void csv_begin_text(struct csv *csv, struct slice text);
enum csv_state csv_next(struct csv *csv, struct csv_record *record);
/* Passes one line unread, quotes or not. False at the end. */
bool csv_skip_line(struct csv *csv);
/* Physical lines passed, those before the piece too. */
uint64_t csv_lines(const struct csv *csv);

extern const char CSV_NEVER_CLOSED[], CSV_TEXT_BEHIND_QUOTE[];

enum csv_scan { CSV_WHOLE, CSV_MORE, CSV_BROKEN };
/* Looks for the end of the record that `text` begins with; behind the text stands a line end. *len becomes its length
 * without the line end, *count its number of fields. CSV_MORE: its end is not there; never said of an unquoted field
 * when `ended`, that is, when the text is all there is. */
enum csv_scan csv_scan(struct csv *csv, struct slice text, bool ended, size_t *len, size_t *count);

#endif
