/* Doubles as text and back, the same in every locale. */
#ifndef MASA_VALUE_NUMBER_H
#define MASA_VALUE_NUMBER_H

#include "base/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { DOUBLE_TEXT_MAX = 32, DOUBLE_FIXED_MAX = 512 };

/* The fewest digits that read back to the same number, with an exponent where that is shorter; finite numbers only.
 * Returns the length. */
size_t double_to_text(double d, char out[DOUBLE_TEXT_MAX]);
/* The same digits without an exponent. */
size_t double_to_plain(double d, char out[DOUBLE_FIXED_MAX]);
/* As %.*f and %.*e print it; at most 100 places. */
size_t double_to_fixed(double d, int places, char out[DOUBLE_FIXED_MAX]);
size_t double_to_scientific(double d, int places, char out[DOUBLE_FIXED_MAX]);
/* The whole text must be a number: digits, point, exponent, a leading minus. Too large gives an infinity, too small a
 * zero. */
bool double_from_text(struct slice text, double *out);

#ifdef __cplusplus
}
#endif
#endif
