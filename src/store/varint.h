/* Numbers in packed bytes: seven bits a byte, the lowest first; signed ones zigzag. Reading is bounded: at the end of
 * the bytes, or at a number that is too long, the reader stays `bad` and gives zeros. */
#ifndef MASA_STORE_VARINT_H
#define MASA_STORE_VARINT_H

#include "base/buffer.h"

enum { VARINT_MAX = 10 };

static inline char *varint_put(char *p, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) *p++ = (char)(n | 0x80);
    *p++ = (char)n;
    return p;
}

static inline uint64_t zigzag(int64_t n)
{
    return (uint64_t)n << 1 ^ (uint64_t)(n >> 63);
}

static inline int64_t unzigzag(uint64_t n)
{
    return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

static inline void varint_add(struct buffer *b, uint64_t n)
{
    char *p = buffer_reserve(b, VARINT_MAX);
    if (p) buffer_advance(b, (size_t)(varint_put(p, n) - p));
}

/* A length and the bytes. */
static inline void varint_add_slice(struct buffer *b, struct slice s)
{
    varint_add(b, s.len);
    buffer_add(b, s);
}

struct byte_reader {
    const char *next, *end;
    bool bad;
};

static inline struct byte_reader byte_reader_of(struct slice s)
{
    return (struct byte_reader){s.ptr, s.ptr + s.len, false};
}

static inline uint64_t varint_fail(struct byte_reader *r)
{
    r->bad = true;
    r->next = r->end;
    return 0;
}

static inline uint64_t varint_get(struct byte_reader *r)
{
    uint64_t n = 0;
    for (int shift = 0; shift < 64 && r->next < r->end; shift += 7) {
        const uint8_t byte = (uint8_t)*r->next++;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return n;
    }
    return varint_fail(r);
}

/* The same, quickly: eight bytes at once. Behind the reader's end eight bytes more must be there, whatever they are. */
static inline __attribute__((always_inline)) uint64_t varint_get_quick(struct byte_reader *r)
{
    if (r->next >= r->end) return varint_fail(r);
    const uint64_t word = slice_load_8(r->next), ends = ~word & UINT64_C(0x8080808080808080);
    if (!ends) return varint_get(r);
    const int bits = __builtin_ctzll(ends) + 1;
    r->next += bits / 8;
    if (r->next > r->end) return varint_fail(r);
    const uint64_t n = word & UINT64_C(0x7f7f7f7f7f7f7f7f) & ~UINT64_C(0) >> (64 - bits);
    const uint64_t two = (n & UINT64_C(0x007f007f007f007f)) | (n & UINT64_C(0x7f007f007f007f00)) >> 1;
    const uint64_t four = (two & UINT64_C(0x00003fff00003fff)) | (two & UINT64_C(0x3fff00003fff0000)) >> 2;
    return (four & UINT64_C(0x0fffffff)) | four >> 32 << 28;
}

static inline struct slice bytes_get(struct byte_reader *r, uint64_t n)
{
    if (n > (uint64_t)(r->end - r->next)) {
        varint_fail(r);
        return slice_of("", 0);
    }
    struct slice s = slice_of(r->next, (size_t)n);
    r->next += n;
    return s;
}

static inline struct slice slice_get(struct byte_reader *r)
{
    return bytes_get(r, varint_get(r));
}

/* A number of things that take at least a byte each: more than there are bytes left is bad. */
static inline size_t count_get(struct byte_reader *r)
{
    const uint64_t n = varint_get(r);
    return n <= (uint64_t)(r->end - r->next) ? (size_t)n : (size_t)varint_fail(r);
}

#endif
