#include "intake/csv.h"

#include <stdlib.h>

#include "base/vector.h"
#include "value/utf8.h"

enum { BUFFER = 256 << 10, BUFFER_MAX = BUFFER + INPUT_LINE_MAX, HEAD_KEPT = 4096 };

struct csv {
    struct feed_source source;
    char separator;
    char *data; /* read and not used yet: data[at .. len), a line end behind it */
    size_t at, len, cap;
    size_t clean; /* up to here the text is valid and has no NUL */
    bool ended;
    uint64_t line; /* of data[at] */
    char *plain;   /* fields that had doubled quotes, without them */
    size_t plain_cap, plain_used;
    VECTOR(struct slice) fields;
    size_t last_at; /* the last record, for csv_take_back */
    uint64_t last_line;
    char head[HEAD_KEPT];     /* of a line too long to be kept */
    unsigned char stops[256]; /* 1: ends an unquoted field */
};

struct csv *csv_new(struct feed_source source, char separator)
{
    struct csv *c = memory_new(sizeof *c);
    c->source = source;
    c->separator = separator;
    c->line = 1;
    c->cap = BUFFER;
    c->data = memory_new(c->cap + 1);
    c->data[0] = '\n';
    c->stops[(unsigned char)separator] = c->stops['\n'] = 1;
    return c;
}

void csv_free(struct csv *c)
{
    if (!c) return;
    free(c->data);
    free(c->plain);
    vector_release(&c->fields);
    free(c);
}

uint64_t csv_lines(const struct csv *c)
{
    return c->line - 1;
}

static void find_clean(struct csv *c)
{
    const char *last = memrchr(c->data, '\n', c->len);
    size_t len = c->ended ? c->len : last ? (size_t)(last + 1 - c->data) : 0;
    c->clean = utf8_is_valid(slice_of(c->data, len)) && !memchr(c->data, 0, len) ? len : 0;
}

/* More text behind what is there. False at the end, and when all the room there may be is taken. */
static bool read_more(struct csv *c)
{
    if (c->ended) return false;
    memmove(c->data, c->data + c->at, c->len - c->at);
    c->len -= c->at;
    c->at = 0;
    if (c->len == c->cap) {
        if (c->cap == BUFFER_MAX) return false;
        c->cap = c->cap * 2 < BUFFER_MAX ? c->cap * 2 : BUFFER_MAX;
        c->data = memory_grow(c->data, c->cap + 1);
    }
    size_t want = c->cap - c->len, got = c->source.read(c->source.context, c->data + c->len, want);
    c->ended = got < want;
    c->len += got;
    c->data[c->len] = '\n';
    find_clean(c);
    return got > 0;
}

enum scan { SCAN_FINE, SCAN_MORE, SCAN_BROKEN };

/* *p stands on the opening quote and is moved behind the closing one. */
static enum scan scan_quoted(struct csv *c, const char **p, const char *end)
{
    const char *start = *p + 1, *from = start, *quote;
    char *copy = c->plain + c->plain_used, *out = copy;
    for (;;) {
        quote = memchr(from, '"', (size_t)(end - from));
        if (!quote || (quote + 1 == end && !c->ended)) return SCAN_MORE;
        if (quote + 1 == end || quote[1] != '"') break;
        size_t len = (size_t)(quote + 1 - from); /* with one of the two quotes */
        memcpy(out, from, len);
        out += len;
        from = quote + 2;
    }
    struct slice field = slice_of(start, (size_t)(quote - start));
    if (out != copy) {
        memcpy(out, from, (size_t)(quote - from));
        out += quote - from;
        field = slice_of(copy, (size_t)(out - copy));
        c->plain_used += field.len;
    }
    vector_push(&c->fields, field);
    *p = quote + 1;
    bool before_line_end = **p == '\r' && *p + 1 <= end && (*p)[1] == '\n';
    return *p == end || c->stops[(unsigned char)**p] || before_line_end ? SCAN_FINE : SCAN_BROKEN;
}

/* The fields of the record at data[at]; *stop becomes the place of its line end, or the end of the text. */
static enum scan scan_record(struct csv *c, const char **stop)
{
    const char *p = c->data + c->at, *end = c->data + c->len;
    const unsigned char *stops = c->stops;
    c->fields.count = 0;
    c->plain_used = 0;
    if (c->plain_cap < c->cap) { /* whatever is in the buffer can be copied without moving */
        c->plain_cap = c->cap;
        c->plain = memory_grow(c->plain, c->plain_cap);
    }
    for (;;) {
        if (p < end && *p == '"') {
            enum scan scan = scan_quoted(c, &p, end);
            if (scan != SCAN_FINE) return scan;
            if (p < end && *p == '\r') p++;
        } else {
            const char *start = p;
            while (!stops[(unsigned char)*p]) p++;
            size_t len = (size_t)(p - start);
            if (len && *p == '\n' && p[-1] == '\r') len--;
            vector_push(&c->fields, slice_of(start, len));
        }
        if (p == end) {
            *stop = p;
            return c->ended ? SCAN_FINE : SCAN_MORE;
        }
        if (*p == '\n') {
            *stop = p;
            return SCAN_FINE;
        }
        p++;
    }
}

static struct slice without_cr(struct slice s)
{
    if (s.len && s.ptr[s.len - 1] == '\r') s.len--;
    return s;
}

/* Uses up the first line at data[at] and nothing more. */
static void pass_line(struct csv *c, struct csv_record *record)
{
    const char *start = c->data + c->at, *stop = memchr(start, '\n', c->len + 1 - c->at);
    size_t len = (size_t)(stop - start);
    record->text = without_cr(slice_of(start, len));
    record->length = record->text.len;
    record->clean = c->at + len <= c->clean;
    c->at += len + (c->at + len < c->len);
    c->line++;
}

/* The line at data[at] is longer than the buffer may be: reads on to its end and keeps its head. */
static enum csv_state pass_long_line(struct csv *c, struct csv_record *record)
{
    memcpy(c->head, c->data + c->at, HEAD_KEPT);
    record->text = slice_of(c->head, HEAD_KEPT);
    record->length = c->len - c->at;
    const char *stop = NULL;
    while (!stop) {
        c->at = c->len;
        if (!read_more(c)) break;
        stop = memchr(c->data, '\n', c->len);
        size_t len = stop ? (size_t)(stop - c->data) : c->len;
        record->length += len;
        c->at = len + (stop != NULL);
    }
    if (!stop) c->at = c->len;
    c->line++;
    return CSV_LONG;
}

/* No end of the record was found in all that may be kept, or in all there is. */
static enum csv_state give_up(struct csv *c, struct csv_record *record)
{
    if (!c->ended && !memchr(c->data + c->at, '\n', c->len - c->at)) return pass_long_line(c, record);
    record->fault = "a quote that is never closed";
    pass_line(c, record);
    return CSV_QUOTE;
}

static uint64_t count_line_ends(struct slice s)
{
    uint64_t lines = 0;
    for (const char *p; s.len && (p = memchr(s.ptr, '\n', s.len)); lines++) s = slice_skip(s, (size_t)(p - s.ptr) + 1);
    return lines;
}

enum csv_state csv_next(struct csv *c, struct csv_record *record)
{
    const char *stop;
    enum scan scan;
    *record = (struct csv_record){.line = c->line};
    if (c->at == c->len && !read_more(c)) return CSV_END;
    while ((scan = scan_record(c, &stop)) == SCAN_MORE) {
        bool ended = c->ended;
        if (!read_more(c) && (ended || !c->ended)) return give_up(c, record);
    }
    if (scan == SCAN_BROKEN) {
        record->fault = "text behind a closing quote";
        pass_line(c, record);
        return CSV_QUOTE;
    }
    const char *start = c->data + c->at;
    struct slice text = slice_of(start, (size_t)(stop - start));
    c->last_at = c->at;
    c->last_line = c->line;
    record->clean = c->at + text.len <= c->clean;
    c->at += text.len + (c->at + text.len < c->len);
    c->line += 1 + count_line_ends(text);
    record->text = without_cr(text);
    record->length = text.len;
    if (text.len > INPUT_LINE_MAX) return CSV_LONG;
    record->fields = c->fields.at;
    record->count = c->fields.count;
    return record->text.len ? CSV_RECORD : CSV_BLANK;
}

void csv_take_back(struct csv *c)
{
    struct csv_record record;
    c->at = c->last_at;
    c->line = c->last_line;
    pass_line(c, &record);
}

bool csv_skip_line(struct csv *c)
{
    struct csv_record record;
    while (!memchr(c->data + c->at, '\n', c->len - c->at) && read_more(c)) continue;
    if (c->at == c->len) return false;
    pass_line(c, &record);
    return true;
}
