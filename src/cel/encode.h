/* Base64, with the standard alphabet. */
#ifndef MASA_CEL_ENCODE_H
#define MASA_CEL_ENCODE_H

#include "base/buffer.h"

void base64_print(struct buffer *out, struct slice bytes);
/* Padding may be missing; false on anything else that is wrong. */
bool base64_read(struct buffer *out, struct slice text);

#endif
