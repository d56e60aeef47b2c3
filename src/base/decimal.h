/* Exact decimals: int64 millionths. */
#ifndef MASA_BASE_DECIMAL_H
#define MASA_BASE_DECIMAL_H

#include "base/buffer.h"

/* "-1234.5", "1e3", "0.0000005": digits beyond the sixth are rounded half up away from zero. False for anything that is
 * no number, and past the range. */
bool decimal_parse(struct slice text, int64_t *millionths);
/* 12, 12.5, -0.000001: no trailing zeros. */
void decimal_format(struct buffer *out, int64_t millionths);

#endif
