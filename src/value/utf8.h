/* Whether a text is UTF-8, many bytes at a time (simdjson); slice_utf8_prefix says where it stops being. */
#ifndef MASA_VALUE_UTF8_H
#define MASA_VALUE_UTF8_H

#include "base/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

bool utf8_is_valid(struct slice s);

#ifdef __cplusplus
}
#endif

#endif
