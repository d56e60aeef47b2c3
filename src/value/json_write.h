/* JSON out, as a stream: the writer puts commas, colons, quotes and indentation; the caller says what comes.
 *
 *     struct json_writer w = {.out = &buffer, .indent = 2};
 *     json_object(&w);
 *     json_key(&w, SLICE("opens"));
 *     json_int(&w, 3);
 *     json_end(&w);
 */
#ifndef MASA_VALUE_JSON_WRITE_H
#define MASA_VALUE_JSON_WRITE_H

#include "base/buffer.h"
#include "value/value.h"

enum { JSON_WRITE_DEPTH = 512 };

struct json_writer {
    struct buffer *out;
    int indent;     /* spaces a level; 0: compact, one line */
    bool html_safe; /* < > & and U+2028, U+2029 as escapes, so that the text may stand inside <script> */
    bool after_key, after_item;
    int depth;
    char closers[JSON_WRITE_DEPTH];
};

void json_object(struct json_writer *w);
void json_array(struct json_writer *w);
/* Closes the innermost object or array. */
void json_end(struct json_writer *w);
void json_key(struct json_writer *w, struct slice key);
/* Bytes that are no UTF-8 come out as U+FFFD. */
void json_string(struct json_writer *w, struct slice s);
void json_int(struct json_writer *w, int64_t n);
void json_uint(struct json_writer *w, uint64_t n);
/* The shortest digits that read back the same; NaN and the infinities, which JSON lacks, as strings. */
void json_double(struct json_writer *w, double d);
/* Millionths as an exact number: 1.25, -3. */
void json_decimal(struct json_writer *w, int64_t millionths);
void json_bool(struct json_writer *w, bool b);
void json_null(struct json_writer *w);
/* Text that is JSON already. */
void json_raw(struct json_writer *w, struct slice json);

#endif
