#include "intake/text.h"

#include <stdlib.h>

struct text {
    struct source *source;
    char *begin; /* read ahead for text_peek */
    size_t len, used;
};

struct text *text_open(const char *path, struct error *error)
{
    struct source *source = source_open(path, error);
    if (!source) return NULL;
    struct text *t = memory_new(sizeof *t);
    t->source = source;
    t->begin = memory_new(TEXT_PEEK);
    t->len = source_read(source, t->begin, TEXT_PEEK);
    if (slice_starts(slice_of(t->begin, t->len), SLICE("\xef\xbb\xbf"))) t->used = 3;
    return t;
}

void text_close(struct text *t)
{
    if (!t) return;
    source_close(t->source);
    free(t->begin);
    free(t);
}

struct slice text_peek(struct text *t)
{
    return slice_of(t->begin + t->used, t->len - t->used);
}

size_t text_read(struct text *t, char *out, size_t size)
{
    size_t ready = t->len - t->used < size ? t->len - t->used : size;
    memcpy(out, t->begin + t->used, ready);
    t->used += ready;
    return ready + (ready < size ? source_read(t->source, out + ready, size - ready) : 0);
}

struct source *text_source(struct text *t)
{
    return t->source;
}
