/* A gzip text in memory. */
#ifndef MASA_INTAKE_GUNZIP_H
#define MASA_INTAKE_GUNZIP_H

#include "base/buffer.h"

enum gunzip_answer { GUNZIP_FINE, GUNZIP_TOO_LARGE, GUNZIP_BROKEN };

/* Adds the text to `out`, whose limit is what it may expand to. A gzip that is cut short, or followed by anything, is
 * broken. */
enum gunzip_answer gunzip(struct slice packed, struct buffer *out);

#endif
