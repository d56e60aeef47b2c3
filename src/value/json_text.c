#include "value/json_text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p)) p++;
    return p;
}

/* What follows the integer part: an optional fraction and an optional exponent, to the end of the token. */
static bool rest_of_real(const char *p, const char *end)
{
    if (p < end && *p == '.') {
        const char *digits = ++p;
        if ((p = skip_digits(p, end)) == digits) return false;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        const char *digits = p;
        if ((p = skip_digits(p, end)) == digits) return false;
    }
    return p == end;
}

enum json_number json_read_number(struct slice token, int64_t *integer)
{
    if ((ptrdiff_t)token.len <= 0) return JSON_NOT_A_NUMBER; /* the text ends where a value was expected */
    const char *p = token.ptr, *end = p + token.len;
    bool minus = p < end && *p == '-';
    p += minus;
    const char *digits = p;
    uint64_t value = 0;
    for (; p < end && is_digit(*p); p++) value = value * 10 + (uint64_t)(*p - '0');
    ptrdiff_t count = p - digits;
    if (count == 0 || (*digits == '0' && count > 1)) return JSON_NOT_A_NUMBER;
    if (p != end) return rest_of_real(p, end) ? JSON_REAL : JSON_NOT_A_NUMBER;
    if (count > 19 || value > (uint64_t)INT64_MAX + minus) return JSON_REAL;
    *integer = minus ? (int64_t)(0 - value) : (int64_t)value;
    return JSON_INT;
}

static int hex_digit(char c)
{
    if (is_digit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits; -1 when they are not. */
static int32_t read_unit(const char *p, const char *end)
{
    int32_t unit = 0;
    if (end - p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static char *put_code_point(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* p stands behind \u. Gives the code point and moves *p behind it; 0 for anything that is no character, NUL included.
 */
static uint32_t read_code_point(const char **p, const char *end)
{
    int32_t unit = read_unit(*p, end);
    if (unit <= 0 || (unit >= 0xdc00 && unit < 0xe000)) return 0;
    *p += 4;
    if (unit < 0xd800 || unit >= 0xe000) return (uint32_t)unit;
    if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u') return 0;
    int32_t low = read_unit(*p + 2, end);
    if (low < 0xdc00 || low >= 0xe000) return 0;
    *p += 6;
    return 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
}

ptrdiff_t json_unescape(struct slice inside, char *out)
{
    static const char stands_for[128] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    const char *p = inside.ptr, *end = p + inside.len;
    char *start = out;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((slash ? slash : end) - p);
        memcpy(out, p, plain);
        out += plain;
        if (!slash) break;
        p = slash + 2;
        unsigned char kind = slash + 1 < end ? (unsigned char)slash[1] : 0;
        if (kind == 'u') {
            uint32_t c = read_code_point(&p, end);
            if (!c) return -1 - (slash - inside.ptr);
            out = put_code_point(out, c);
        } else if (kind < 128 && stands_for[kind]) {
            *out++ = stands_for[kind];
        } else {
            return -1 - (slash - inside.ptr);
        }
    }
    return out - start;
}
