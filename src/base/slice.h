/* A borrowed run of bytes: pointer and length, passed by value, never freed through the slice.
 * The bytes need not end in NUL and may hold one. An empty slice may have a NULL pointer. */
#ifndef MASA_BASE_SLICE_H
#define MASA_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *ptr;
    size_t len;
};

/* For printf: printf("%.*s", SLICE_ARG(s)). */
#define SLICE_ARG(s)   (int)(s).len, (s).len ? (s).ptr : ""
#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

static inline struct slice slice_of(const char *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

static inline struct slice slice_from(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline uint64_t slice_load_8(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* The first n bytes, at most 8, as a number; nothing beyond them is read. The first byte is the lowest. */
static inline uint64_t slice_load(const char *p, size_t n)
{
    const unsigned char *b = (const unsigned char *)p;
    uint32_t low, high;
    if (n >= 8) return slice_load_8(p);
    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return low | (uint64_t)high << (n - 4) * 8;
    }
    return n ? b[0] | (uint64_t)b[n / 2] << n / 2 * 8 | (uint64_t)b[n - 1] << (n - 1) * 8 : 0;
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* The same, made for keys: two loads decide about usual lengths, where a call would cost more than comparing. */
static inline bool slice_equal_key(struct slice a, struct slice b)
{
    if (a.len != b.len) return false;
    if (a.len < 8) return slice_load(a.ptr, a.len) == slice_load(b.ptr, b.len);
    if (a.len > 16) return memcmp(a.ptr, b.ptr, a.len) == 0;
    return slice_load_8(a.ptr) == slice_load_8(b.ptr) &&
           slice_load_8(a.ptr + a.len - 8) == slice_load_8(b.ptr + b.len - 8);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_from(text));
}

/* Copies to where there is room for 8 bytes more than the slice has; returns the end of the copy. */
static inline char *slice_put(char *to, struct slice s)
{
    if (s.len < 8) {
        const uint64_t word = slice_load(s.ptr, s.len);
        memcpy(to, &word, 8);
    } else if (s.len <= 16) {
        const uint64_t first = slice_load_8(s.ptr), last = slice_load_8(s.ptr + s.len - 8);
        memcpy(to, &first, 8);
        memcpy(to + s.len - 8, &last, 8);
    } else {
        memcpy(to, s.ptr, s.len);
    }
    return to + s.len;
}

/* Byte order; a prefix comes first. */
int slice_compare(struct slice a, struct slice b);
bool slice_starts(struct slice s, struct slice prefix);
bool slice_ends(struct slice s, struct slice suffix);
/* ASCII letters only are folded. */
bool slice_equal_fold(struct slice a, struct slice b);
/* ASCII white space off both ends. */
struct slice slice_trim(struct slice s);
/* Cuts s at the first `at`: the part before is returned, *s becomes the part after (empty when `at` is absent). */
struct slice slice_cut(struct slice *s, char at);
/* "a,b,c" has b among its parts, and not what is empty. */
bool slice_is_among(struct slice part, struct slice parts, char joint);
struct slice slice_skip(struct slice s, size_t n);
/* Whole text must be a decimal integer, sign allowed; false on anything else and on overflow. */
bool slice_to_i64(struct slice s, int64_t *out);

/* Multiplies and folds to 64 bits: how digests take up one word after the other. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
#define HASH_K0 UINT64_C(0x9e3779b97f4a7c15)
#define HASH_K1 UINT64_C(0xd1b54a32d192ed03)

/* A 64-bit digest, the same on every machine and in every version: it takes part in stored order. Stands here because
 * keys are short and are hashed for every event. */
static inline uint64_t slice_hash(struct slice s)
{
    uint64_t h = HASH_K0 ^ (s.len * HASH_K1);
    const char *p = s.ptr;
    size_t n = s.len;
    for (; n > 8; p += 8, n -= 8) h = hash_mix(h ^ slice_load_8(p), HASH_K1);
    /* The last 1 to 8 bytes; of a longer text they are the end of the last whole word. */
    if (n) h = hash_mix(h ^ (s.len >= 8 ? slice_load_8(p + n - 8) >> (8 - n) * 8 : slice_load(p, n)), HASH_K0);
    return hash_mix(h ^ HASH_K1, HASH_K0);
}

/* Valid UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool slice_is_utf8(struct slice s);
/* How many bytes at the start are valid UTF-8. */
size_t slice_utf8_prefix(struct slice s);

#endif
