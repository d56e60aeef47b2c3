/* The bytes of one file, gunzipped when they are gzip, from a path or from standard input. */
#ifndef MASA_INTAKE_SOURCE_H
#define MASA_INTAKE_SOURCE_H

#include "base/error.h"

struct source;

/* NULL: `error` names the file and why. */
struct source *source_open(const char *path, struct error *error);
void source_close(struct source *source);
/* Up to `size` bytes, fewer only at the end; 0 there and after a failure. */
size_t source_read(struct source *source, char *out, size_t size);

enum source_state { SOURCE_FINE, SOURCE_TRUNCATED, SOURCE_CORRUPT, SOURCE_FAILED };
/* After source_read gave less than was asked. SOURCE_TRUNCATED: a gzip without its end; what came before was given.
 * `why` is for people. */
enum source_state source_state(struct source *source, struct slice *why);

bool source_is_gzip(struct source *source);
bool source_is_regular(const struct source *source);
/* Stored bytes consumed so far, and in all; 0 when it cannot be known. */
uint64_t source_offset(struct source *source);
uint64_t source_size(const struct source *source);

#endif
