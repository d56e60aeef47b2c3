/* Growing bytes with a limit from birth. Passing the limit is an ordinary error: the buffer keeps what fitted, `full`
 * becomes true and stays so, and later writes do nothing; test it once at the end. */
#ifndef MASA_BASE_BUFFER_H
#define MASA_BASE_BUFFER_H

#include <stdarg.h>

#include "base/slice.h"

struct buffer {
    char *data;
    size_t len, cap, limit;
    bool full;
};

#define BUFFER_NO_LIMIT ((size_t)-1 / 2)

void buffer_init(struct buffer *b, size_t limit);
void buffer_release(struct buffer *b);
void buffer_clear(struct buffer *b);
void buffer_add(struct buffer *b, struct slice s);
void buffer_text(struct buffer *b, const char *text);
void buffer_char(struct buffer *b, char c);
/* The digits of a whole number, a minus before them or not, in groups of three: 1,234,567. */
void buffer_grouped(struct buffer *b, struct slice digits);
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct buffer *b, const char *format, va_list args);
/* Room for n more bytes, uninitialised and not counted yet; NULL past the limit. Then buffer_advance. */
char *buffer_reserve(struct buffer *b, size_t n);
void buffer_advance(struct buffer *b, size_t n);

static inline struct slice buffer_slice(const struct buffer *b)
{
    return slice_of(b->data, b->len);
}

#endif
