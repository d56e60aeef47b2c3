/* Where JSON's structure stands in a text: the position of every brace, bracket, colon, comma and first character of a
 * string, number or word, found by simdjson many bytes at a time. The same pass refuses invalid UTF-8, control
 * characters inside strings and strings that never end. Everything that reads JSON walks these positions (see
 * json_text.h for what stands at them), so there is one reader of JSON in the program.
 *
 * The text may hold many documents one after another; whoever walks checks the grammar. */
#ifndef MASA_VALUE_JSON_INDEX_H
#define MASA_VALUE_JSON_INDEX_H

#include "base/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that must be readable, whatever they hold, after a text that is walked. */
enum { JSON_PADDING = 64 };

enum json_fault {
    JSON_FINE,
    JSON_BLANK, /* nothing but white space */
    JSON_BAD_UTF8,
    JSON_CONTROL,  /* a control character inside a string */
    JSON_UNCLOSED, /* a string without its end */
    JSON_TOO_LONG, /* longer than the capacity */
};

struct json_index;

/* For texts of up to `capacity` bytes; takes four bytes of address space for each. One per thread. */
struct json_index *json_index_new(size_t capacity);
void json_index_free(struct json_index *index);

/* On JSON_FINE *positions are ascending and (*positions)[*count] is the text's length; valid until the next call. */
enum json_fault json_index_text(struct json_index *index, struct slice text, const uint32_t **positions, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
