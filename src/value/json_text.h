/* What stands at the positions of json_index.h: the tokens of JSON text, checked to the letter of RFC 8259. */
#ifndef MASA_VALUE_JSON_TEXT_H
#define MASA_VALUE_JSON_TEXT_H

#include "base/slice.h"

/* The token from `from` up to the next position, without the white space behind it. */
static inline struct slice json_token(const char *text, uint32_t from, uint32_t next)
{
    const char *end = text + next;
    while (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t') end--;
    return slice_of(text + from, (size_t)(end - (text + from)));
}

enum json_number { JSON_NOT_A_NUMBER, JSON_INT, JSON_REAL }; /* JSON_REAL: a fraction, an exponent, or no int64 */

/* The whole token must be one number. */
enum json_number json_read_number(struct slice token, int64_t *integer);

/* A whole number of one to eight digits, the most frequent; false for any other token, number or not. Eight bytes from
 * the token's start must be readable. */
static inline bool json_read_short(struct slice token, int64_t *integer)
{
    const uint64_t noughts = UINT64_C(0x3030303030303030), tops = UINT64_C(0xf0f0f0f0f0f0f0f0);
    const char first = token.ptr[0];
    if (token.len - 1 > 7 || first < '0' + (token.len > 1)) return false;
    const unsigned before = 64 - 8 * (unsigned)token.len;
    uint64_t digits = (slice_load_8(token.ptr) ^ noughts) << before;
    if ((digits | (digits + UINT64_C(0x0606060606060606))) & tops) return false;
    digits = (digits * (10 << 8 | 1)) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits * (100 << 16 | 1)) >> 16 & UINT64_C(0x0000ffff0000ffff);
    *integer = (int64_t)((digits * (UINT64_C(10000) << 32 | 1)) >> 32);
    return true;
}

/* Writes what the inside of a string (without its quotes) stands for; `out` has room for inside.len bytes. Returns the
 * length, or -1 - n when the escape at byte n is none of JSON, half a surrogate pair, or NUL. */
ptrdiff_t json_unescape(struct slice inside, char *out);

#endif
