/* A file as a stream of UTF-8 text: opened, gunzipped, decoded, with its beginning to look at first. */
#ifndef MASA_INTAKE_TEXT_H
#define MASA_INTAKE_TEXT_H

#include "intake/source.h"

enum { TEXT_PEEK = 256 << 10 };

struct text;

/* NULL: `error` names the file and why. */
struct text *text_open(const char *path, struct error *error);
void text_close(struct text *text);
/* Up to TEXT_PEEK bytes of the beginning, without byte order mark; may be shorter only at the end. */
struct slice text_peek(struct text *text);
/* Up to `size` bytes; 0 at the end and after a failure, see source_state. */
size_t text_read(struct text *text, char *out, size_t size);
struct source *text_source(struct text *text);

#endif
