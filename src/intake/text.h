/* A file as a stream of UTF-8 text: opened, gunzipped, decoded, with its beginning to look at first. */
#ifndef MASA_INTAKE_TEXT_H
#define MASA_INTAKE_TEXT_H

#include "intake/decode.h"
#include "intake/source.h"

enum { TEXT_PEEK = 256 << 10 };

struct text;

/* `encoding` NULL: found out. NULL: `error` names the file and why. */
struct text *text_open(const char *path, const enum encoding *encoding, struct error *error);
void text_close(struct text *text);
/* The first bytes as stored, gunzipped, for what is no text at all. */
struct slice text_raw(const struct text *text);
/* Up to TEXT_PEEK bytes of the beginning, without byte order mark; shorter only at the end. */
struct slice text_peek(struct text *text);
/* Up to `size` bytes, fewer only at the end and after a failure, see source_state. */
size_t text_read(struct text *text, char *out, size_t size);
enum encoding text_encoding(const struct text *text);
/* Places where bytes could not be decoded and became U+FFFD. */
uint64_t text_replaced(const struct text *text);
struct source *text_source(struct text *text);

#endif
