#include "intake/csv.h"

#include <stdlib.h>

#include "value/utf8.h"

const char CSV_NEVER_CLOSED[] = "a quote that is never closed";
const char CSV_TEXT_BEHIND_QUOTE[] = "text behind a closing quote";

struct csv {
    const char *data; /* data[at .. len) is not used yet, a line end behind it */
    size_t at, len;
    bool clean;    /* all of it is valid and has no NUL */
    uint64_t line; /* of data[at] */
    const struct csv_fault *faults;
    size_t fault, fault_count; /* the next */
    char *own;                 /* the copy of a text */
    char *plain;               /* fields that had doubled quotes, without them */
    size_t plain_cap, plain_used;
    VECTOR(struct slice) fields;
    unsigned char stops[256]; /* 1: ends an unquoted field */
};

struct csv *csv_new(char separator)
{
    struct csv *c = memory_new(sizeof *c);
    c->stops[(unsigned char)separator] = c->stops['\n'] = 1;
    return c;
}

void csv_free(struct csv *c)
{
    if (!c) return;
    free(c->own);
    free(c->plain);
    vector_release(&c->fields);
    free(c);
}

void csv_begin(struct csv *c, const struct csv_piece *piece)
{
    c->data = piece->data;
    c->at = 0;
    c->len = piece->len;
    c->line = piece->first_line;
    c->faults = piece->faults.at;
    c->fault = 0;
    c->fault_count = piece->faults.count;
    c->clean = utf8_is_valid(slice_of(c->data, c->len)) && !memchr(c->data, 0, c->len);
}

void csv_begin_text(struct csv *c, struct slice text)
{
    c->own = memory_grow(c->own, text.len + 1);
    if (text.len) memcpy(c->own, text.ptr, text.len);
    c->own[text.len] = '\n';
    csv_begin(c, &(struct csv_piece){.data = c->own, .len = text.len, .first_line = 1});
}

uint64_t csv_lines(const struct csv *c)
{
    return c->line - 1;
}

/* *p stands on the opening quote and is moved behind the closing one. */
static enum csv_scan scan_quoted(struct csv *c, const char **p, const char *end, bool ended)
{
    const char *start = *p + 1, *from = start, *quote;
    char *copy = c->plain + c->plain_used, *out = copy;
    for (;;) {
        quote = memchr(from, '"', (size_t)(end - from));
        if (!quote || (quote + 1 == end && !ended)) return CSV_MORE;
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
    return *p == end || c->stops[(unsigned char)**p] || before_line_end ? CSV_WHOLE : CSV_BROKEN;
}

/* The fields of the record at p; *stop becomes the place of its line end, or the end of the text. */
static enum csv_scan scan_record(struct csv *c, const char *p, const char *end, bool ended, const char **stop)
{
    const unsigned char *stops = c->stops;
    c->fields.count = 0;
    c->plain_used = 0;
    if (c->plain_cap < (size_t)(end - p)) { /* whatever is there can be copied without moving */
        c->plain_cap = (size_t)(end - p);
        c->plain = memory_grow(c->plain, c->plain_cap);
    }
    for (;;) {
        if (p < end && *p == '"') {
            enum csv_scan scan = scan_quoted(c, &p, end, ended);
            if (scan != CSV_WHOLE) return scan;
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
            return ended ? CSV_WHOLE : CSV_MORE;
        }
        if (*p == '\n') {
            *stop = p;
            return CSV_WHOLE;
        }
        p++;
    }
}

enum csv_scan csv_scan(struct csv *c, struct slice text, bool ended, size_t *len, size_t *count)
{
    const char *stop = text.ptr;
    const enum csv_scan scan = scan_record(c, text.ptr, text.ptr + text.len, ended, &stop);
    *len = (size_t)(stop - text.ptr);
    *count = c->fields.count;
    return scan;
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
    record->clean = c->clean;
    c->at += len + (c->at + len < c->len);
    c->line++;
}

static enum csv_state pass_fault(struct csv *c, const struct csv_fault *fault, struct csv_record *record)
{
    pass_line(c, record);
    record->fault = fault->why;
    if (fault->state == CSV_QUOTE) return CSV_QUOTE;
    record->text = fault->text;
    record->length = fault->length;
    record->count = fault->count;
    record->clean = true;
    return fault->state;
}

static uint64_t count_line_ends(struct slice s)
{
    uint64_t lines = 0;
    for (const char *p; s.len && (p = memchr(s.ptr, '\n', s.len)); lines++) s = slice_skip(s, (size_t)(p - s.ptr) + 1);
    return lines;
}

enum csv_state csv_next(struct csv *c, struct csv_record *record)
{
    const char *stop, *start = c->data + c->at;
    *record = (struct csv_record){.line = c->line};
    if (c->at == c->len) return CSV_END;
    if (c->fault < c->fault_count && c->faults[c->fault].at == c->at)
        return pass_fault(c, &c->faults[c->fault++], record);
    const enum csv_scan scan = scan_record(c, start, c->data + c->len, true, &stop);
    if (scan != CSV_WHOLE) {
        record->fault = scan == CSV_MORE ? CSV_NEVER_CLOSED : CSV_TEXT_BEHIND_QUOTE;
        pass_line(c, record);
        return CSV_QUOTE;
    }
    struct slice text = slice_of(start, (size_t)(stop - start));
    record->clean = c->clean;
    c->at += text.len + (c->at + text.len < c->len);
    c->line += 1 + count_line_ends(text);
    record->text = without_cr(text);
    record->length = text.len;
    if (text.len > INPUT_LINE_MAX) return CSV_LONG;
    record->fields = c->fields.at;
    record->count = c->fields.count;
    return record->text.len ? CSV_RECORD : CSV_BLANK;
}

bool csv_skip_line(struct csv *c)
{
    struct csv_record record;
    if (c->at == c->len) return false;
    pass_line(c, &record);
    return true;
}
