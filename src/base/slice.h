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
#define SLICE_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""
#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

static inline struct slice slice_of(const char *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

static inline struct slice slice_from(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_from(text));
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
struct slice slice_skip(struct slice s, size_t n);
/* Whole text must be a decimal integer, sign allowed; false on anything else and on overflow. */
bool slice_to_i64(struct slice s, int64_t *out);

/* A 64-bit digest, the same on every machine and in every version: it takes part in stored order. */
uint64_t slice_hash(struct slice s);

/* Valid UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool slice_is_utf8(struct slice s);
/* How many bytes at the start are valid UTF-8. */
size_t slice_utf8_prefix(struct slice s);

#endif
