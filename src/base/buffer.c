#include "base/buffer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

void buffer_init(struct buffer *b, size_t limit)
{
    *b = (struct buffer){.limit = limit};
}

void buffer_release(struct buffer *b)
{
    free(b->data);
    buffer_init(b, b->limit);
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
    b->full = false;
}

char *buffer_reserve(struct buffer *b, size_t n)
{
    if (b->full || n > b->limit - b->len) {
        b->full = true;
        return NULL;
    }
    if (b->len + n > b->cap) {
        size_t cap = memory_capacity(b->cap ? b->cap : 64, b->len + n);
        b->cap = cap > b->limit ? b->limit : cap;
        b->data = memory_grow(b->data, b->cap);
    }
    return b->data + b->len;
}

void buffer_advance(struct buffer *b, size_t n)
{
    b->len += n;
}

void buffer_add(struct buffer *b, struct slice s)
{
    char *room = s.len ? buffer_reserve(b, s.len) : NULL;
    if (!room) return;
    memcpy(room, s.ptr, s.len);
    buffer_advance(b, s.len);
}

void buffer_text(struct buffer *b, const char *text)
{
    buffer_add(b, slice_from(text));
}

void buffer_char(struct buffer *b, char c)
{
    buffer_add(b, slice_of(&c, 1));
}

void buffer_grouped(struct buffer *b, struct slice digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (i && digits.ptr[i - 1] != '-' && (digits.len - i) % 3 == 0) buffer_char(b, ',');
        buffer_char(b, digits.ptr[i]);
    }
}

void buffer_vprintf(struct buffer *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *room = n > 0 ? buffer_reserve(b, (size_t)n + 1) : NULL;
    if (room) {
        vsnprintf(room, (size_t)n + 1, format, again);
        buffer_advance(b, (size_t)n);
    }
    va_end(again);
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_vprintf(b, format, args);
    va_end(args);
}
