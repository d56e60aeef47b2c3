#include "intake/text.h"

#include <stdlib.h>

enum { RAW = 64 << 10 };

struct text {
    struct source *source;
    struct decoder *decoder;
    char *raw;      /* bytes read and not decoded yet are in `rest` */
    size_t raw_len; /* of the first reading, for text_raw */
    struct slice rest;
    bool ended;  /* nothing more will be read into raw */
    char *begin; /* decoded ahead for text_peek, NULL when nobody looked */
    size_t begin_len, begin_used;
};

struct text *text_open(const char *path, const enum encoding *encoding, struct error *error)
{
    struct source *source = source_open(path, error);
    if (!source) return NULL;
    struct text *t = memory_new(sizeof *t);
    t->source = source;
    t->raw = memory_new(RAW);
    t->raw_len = source_read(source, t->raw, RAW);
    t->ended = t->raw_len < RAW;
    size_t mark;
    enum encoding found = encoding_detect(slice_of(t->raw, t->raw_len), &mark);
    t->rest = slice_skip(slice_of(t->raw, t->raw_len), mark);
    t->decoder = decoder_new(encoding && !mark ? *encoding : found);
    return t;
}

void text_close(struct text *t)
{
    if (!t) return;
    source_close(t->source);
    decoder_free(t->decoder);
    free(t->raw);
    free(t->begin);
    free(t);
}

struct slice text_raw(const struct text *t)
{
    return slice_of(t->raw, t->raw_len);
}

static void refill(struct text *t)
{
    size_t kept = t->rest.len;
    if (kept) memmove(t->raw, t->rest.ptr, kept);
    size_t got = source_read(t->source, t->raw + kept, RAW - kept);
    t->ended = got < RAW - kept;
    t->rest = slice_of(t->raw, kept + got);
}

static size_t decode_more(struct text *t, char *out, size_t size)
{
    size_t done = 0;
    while (done < size) {
        /* UTF-8 needs no buffer between. */
        if (!t->rest.len && !t->ended && decoder_encoding(t->decoder) == ENCODING_UTF8) {
            size_t got = source_read(t->source, out + done, size - done);
            t->ended = got < size - done;
            return done + got;
        }
        size_t before = t->rest.len;
        size_t got = decoder_run(t->decoder, &t->rest, t->ended, out + done, size - done);
        done += got;
        if (got || t->rest.len < before) continue;
        if (t->ended) break;
        refill(t);
    }
    return done;
}

struct slice text_peek(struct text *t)
{
    if (!t->begin) {
        t->begin = malloc(TEXT_PEEK);
        if (!t->begin) out_of_memory(TEXT_PEEK);
        t->begin_len = decode_more(t, t->begin, TEXT_PEEK);
    }
    return slice_of(t->begin + t->begin_used, t->begin_len - t->begin_used);
}

size_t text_read(struct text *t, char *out, size_t size)
{
    size_t ready = t->begin_len - t->begin_used;
    if (ready > size) ready = size;
    if (ready) memcpy(out, t->begin + t->begin_used, ready);
    t->begin_used += ready;
    return ready + (ready < size ? decode_more(t, out + ready, size - ready) : 0);
}

enum encoding text_encoding(const struct text *t)
{
    return decoder_encoding(t->decoder);
}

uint64_t text_replaced(const struct text *t)
{
    return decoder_replaced(t->decoder);
}

struct source *text_source(struct text *t)
{
    return t->source;
}
