#include "base/slice.h"

int slice_compare(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (c) return c;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool slice_starts(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_equal(slice_of(s.ptr, prefix.len), prefix);
}

bool slice_ends(struct slice s, struct slice suffix)
{
    return s.len >= suffix.len && slice_equal(slice_of(s.ptr + s.len - suffix.len, suffix.len), suffix);
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool slice_equal_fold(struct slice a, struct slice b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (fold(a.ptr[i]) != fold(b.ptr[i])) return false;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct slice slice_trim(struct slice s)
{
    while (s.len && is_space(s.ptr[0])) s = slice_skip(s, 1);
    while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

struct slice slice_cut(struct slice *s, char at)
{
    const char *hit = s->len ? memchr(s->ptr, at, s->len) : NULL;
    struct slice head = *s;
    if (!hit) {
        *s = slice_of(s->ptr + s->len, 0);
        return head;
    }
    head.len = (size_t)(hit - s->ptr);
    *s = slice_skip(*s, head.len + 1);
    return head;
}

bool slice_is_among(struct slice part, struct slice parts, char joint)
{
    while (part.len && parts.len)
        if (slice_equal(slice_cut(&parts, joint), part)) return true;
    return false;
}

struct slice slice_skip(struct slice s, size_t n)
{
    if (n > s.len) n = s.len;
    return slice_of(s.ptr + n, s.len - n);
}

bool slice_to_i64(struct slice s, int64_t *out)
{
    bool negative = false;
    uint64_t value = 0;
    if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
        negative = s.ptr[0] == '-';
        s = slice_skip(s, 1);
    }
    if (s.len == 0 || s.len > 19) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        value = value * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    if (value > (uint64_t)INT64_MAX + negative) return false;
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* Length of the well-formed sequence at p, 0 when malformed. */
static size_t sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80) return 1;
    size_t len = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xed && p[1] >= 0xa0;
    bool beyond = p[0] == 0xf4 && p[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : len;
}

size_t slice_utf8_prefix(struct slice s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;
    while (i < s.len) {
        uint64_t word;
        if (s.len - i >= sizeof word && (memcpy(&word, p + i, sizeof word), !(word & 0x8080808080808080u))) {
            i += sizeof word;
            continue;
        }
        size_t step = sequence(p + i, s.len - i);
        if (!step) break;
        i += step;
    }
    return i;
}

bool slice_is_utf8(struct slice s)
{
    return slice_utf8_prefix(s) == s.len;
}
