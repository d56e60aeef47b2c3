#include "base/decimal.h"

enum { EXPONENT_MAX = 40 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads [+-]digits of an exponent off the end; false when malformed. */
static bool take_exponent(struct slice text, int *exponent)
{
    int64_t value;
    if (!slice_to_i64(text, &value) || value > EXPONENT_MAX || value < -EXPONENT_MAX) return false;
    *exponent = (int)value;
    return true;
}

bool decimal_parse(struct slice text, int64_t *millionths)
{
    bool negative = false, point = false, any = false;
    int scale = 6; /* powers of ten still to apply */
    unsigned __int128 value = 0;
    text = slice_trim(text);
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        negative = text.ptr[0] == '-';
        text = slice_skip(text, 1);
    }
    for (; text.len && text.ptr[0] != 'e' && text.ptr[0] != 'E'; text = slice_skip(text, 1)) {
        if (text.ptr[0] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(text.ptr[0])) return false;
        any = true;
        if (value > ((unsigned __int128)1 << 100)) return false;
        value = value * 10 + (unsigned)(text.ptr[0] - '0');
        scale -= point;
    }
    int exponent = 0;
    if (!any || (text.len && !take_exponent(slice_skip(text, 1), &exponent))) return false;
    scale += exponent;
    for (; scale > 0 && value; scale--)
        if ((value *= 10) > ((unsigned __int128)1 << 100)) return false;
    unsigned last = 0;
    for (; scale < 0; scale++) {
        last = (unsigned)(value % 10);
        value /= 10;
    }
    if (last >= 5) value++;
    if (value > INT64_MAX) return false;
    *millionths = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

void decimal_format(struct buffer *out, int64_t millionths)
{
    uint64_t magnitude = millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
    uint64_t fraction = magnitude % 1000000;
    int digits = 6;
    buffer_printf(out, "%s%llu", millionths < 0 ? "-" : "", (unsigned long long)(magnitude / 1000000));
    if (!fraction) return;
    for (; fraction % 10 == 0; digits--) fraction /= 10;
    buffer_printf(out, ".%0*llu", digits, (unsigned long long)fraction);
}
