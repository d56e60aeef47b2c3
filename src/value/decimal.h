/* Exact decimals of six digits after the point, as millionths in 64 bits. Each function says false on overflow;
 * products and quotients round half away from zero. */
#ifndef MASA_VALUE_DECIMAL_H
#define MASA_VALUE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMAL_SCALE INT64_C(1000000)

static inline bool decimal_from_int(int64_t n, int64_t *out)
{
    return !__builtin_mul_overflow(n, DECIMAL_SCALE, out);
}

static inline bool decimal_round(__int128 n, __int128 by, int64_t *out)
{
    __int128 half = by < 0 ? -by / 2 : by / 2, rest = n % by, whole = n / by;
    __int128 size = rest < 0 ? -rest : rest;
    if (size > half || (size == half && size && by % 2 == 0)) whole += (n < 0) == (by < 0) ? 1 : -1;
    *out = (int64_t)whole;
    return whole >= INT64_MIN && whole <= INT64_MAX;
}

static inline bool decimal_mul(int64_t a, int64_t b, int64_t *out)
{
    return decimal_round((__int128)a * b, DECIMAL_SCALE, out);
}

/* False also when b is zero. */
static inline bool decimal_div(int64_t a, int64_t b, int64_t *out)
{
    return b != 0 && decimal_round((__int128)a * DECIMAL_SCALE, b, out);
}

#endif
