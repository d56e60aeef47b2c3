/* JSON in: text to values. Objects become maps with text keys, a whole number an int (a uint where it needs 64 bits),
 * one with a point or an exponent a double. Refused: invalid UTF-8, duplicate keys, numbers that fit no kind, nesting
 * deeper than JSON_DEPTH_MAX, text longer than the limit, anything after the value. */
#ifndef MASA_VALUE_JSON_H
#define MASA_VALUE_JSON_H

#include "base/error.h"
#include "value/value.h"

enum { JSON_DEPTH_MAX = 256 };

/* Keeps its working memory from one text to the next; one per thread. */
struct json_reader;
struct json_reader *json_reader_new(size_t bytes_max);
void json_reader_free(struct json_reader *reader);
/* The value and its texts live in the arena. An error says the line, the column and the byte. */
enum outcome json_read(struct json_reader *reader, struct arena *arena, struct slice text, struct value *out,
                       struct error *error);
/* The same for one text, without a reader to keep. */
enum outcome json_parse(struct arena *arena, struct slice text, struct value *out, struct error *error);

#endif
