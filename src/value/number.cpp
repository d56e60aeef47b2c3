/* C has neither shortest printing nor reading that ignores the locale; C++17 has both. */
#include "value/number.h"

#include <charconv>
#include <cmath>
#include <limits>

size_t double_to_text(double d, char out[DOUBLE_TEXT_MAX])
{
    return (size_t)(std::to_chars(out, out + DOUBLE_TEXT_MAX, d).ptr - out);
}

size_t double_to_plain(double d, char out[DOUBLE_FIXED_MAX])
{
    return (size_t)(std::to_chars(out, out + DOUBLE_FIXED_MAX, d, std::chars_format::fixed).ptr - out);
}

size_t double_to_fixed(double d, int places, char out[DOUBLE_FIXED_MAX])
{
    return (size_t)(std::to_chars(out, out + DOUBLE_FIXED_MAX, d, std::chars_format::fixed, places).ptr - out);
}

size_t double_to_scientific(double d, int places, char out[DOUBLE_FIXED_MAX])
{
    return (size_t)(std::to_chars(out, out + DOUBLE_FIXED_MAX, d, std::chars_format::scientific, places).ptr - out);
}

/* from_chars says only that the number does not fit a double: the exponent of the first digit that counts tells which
 * way. */
static bool is_huge(struct slice text)
{
    long exponent = 0, digits = 0;
    bool seen = false, point = false;
    size_t i = text.ptr[0] == '-';
    for (; i < text.len && text.ptr[i] != 'e' && text.ptr[i] != 'E'; i++) {
        if (text.ptr[i] == '.') {
            point = true;
            continue;
        }
        seen = seen || text.ptr[i] != '0';
        if (seen && !point) digits++;
        if (!seen && point) digits--;
    }
    if (i < text.len) {
        bool negative = text.ptr[++i] == '-';
        if (text.ptr[i] == '-' || text.ptr[i] == '+') i++;
        for (; i < text.len && exponent < 100000000; i++) exponent = exponent * 10 + (text.ptr[i] - '0');
        if (negative) exponent = -exponent;
    }
    return digits + exponent > 0;
}

bool double_from_text(struct slice text, double *out)
{
    if (text.len == 0) return false;
    char last = text.ptr[text.len - 1], first = text.ptr[text.ptr[0] == '-' && text.len > 1];
    if ((first != '.' && (first < '0' || first > '9')) || last == 'n' || last == 'f') return false;
    auto result = std::from_chars(text.ptr, text.ptr + text.len, *out);
    if (result.ptr != text.ptr + text.len) return false;
    if (result.ec == std::errc::result_out_of_range) {
        double size = is_huge(text) ? std::numeric_limits<double>::infinity() : 0.0;
        *out = text.ptr[0] == '-' ? -size : size;
        return true;
    }
    return result.ec == std::errc();
}
