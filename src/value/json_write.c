#include "value/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "value/number.h"

static void new_line(struct json_writer *w)
{
    if (!w->indent) return;
    buffer_char(w->out, '\n');
    for (int i = 0; i < w->indent * w->depth; i++) buffer_char(w->out, ' ');
}

/* What stands before a value or a key: nothing after a key, a comma after another item. */
static void begin_item(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->after_item) buffer_char(w->out, ',');
    if (w->depth) new_line(w);
}

static void open_nest(struct json_writer *w, char opener, char closer)
{
    assert(w->depth < JSON_WRITE_DEPTH);
    begin_item(w);
    buffer_char(w->out, opener);
    w->closers[w->depth++] = closer;
    w->after_item = false;
}

void json_object(struct json_writer *w)
{
    open_nest(w, '{', '}');
}
void json_array(struct json_writer *w)
{
    open_nest(w, '[', ']');
}

void json_end(struct json_writer *w)
{
    assert(w->depth > 0);
    char closer = w->closers[--w->depth];
    if (w->after_item) new_line(w);
    buffer_char(w->out, closer);
    w->after_item = true;
}

/* The length of the valid UTF-8 character at the front, 0 when there is none. */
static size_t character_length(struct slice s)
{
    unsigned char c = (unsigned char)s.ptr[0];
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return n <= s.len && slice_is_utf8(slice_of(s.ptr, n)) ? n : 0;
}

static const char *short_escape(char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

static bool is_plain(const struct json_writer *w, unsigned char c)
{
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
    return !w->html_safe || (c != '<' && c != '>' && c != '&');
}

static size_t write_special(struct json_writer *w, struct slice s)
{
    unsigned char c = (unsigned char)s.ptr[0];
    size_t n = c < 0x80 ? 1 : character_length(s);
    if (c < 0x80 && short_escape((char)c))
        buffer_text(w->out, short_escape((char)c));
    else if (c < 0x80)
        buffer_printf(w->out, "\\u%04x", c);
    else if (n == 0)
        buffer_text(w->out, "\xEF\xBF\xBD");
    else if (w->html_safe && n == 3 && memcmp(s.ptr, "\xE2\x80\xA8", 2) == 0 &&
             ((unsigned char)s.ptr[2] & 0xFE) == 0xA8)
        buffer_printf(w->out, "\\u20%02x", (unsigned char)s.ptr[2] & 0x3F);
    else
        buffer_add(w->out, slice_of(s.ptr, n));
    return n ? n : 1;
}

static void write_text(struct json_writer *w, struct slice s)
{
    buffer_char(w->out, '"');
    while (s.len) {
        size_t run = 0;
        while (run < s.len && is_plain(w, (unsigned char)s.ptr[run])) run++;
        if (run) buffer_add(w->out, slice_of(s.ptr, run));
        s = slice_skip(s, run);
        if (s.len) s = slice_skip(s, write_special(w, s));
    }
    buffer_char(w->out, '"');
}

void json_key(struct json_writer *w, struct slice key)
{
    begin_item(w);
    write_text(w, key);
    buffer_text(w->out, w->indent ? ": " : ":");
    w->after_key = true;
    w->after_item = true;
}

void json_string(struct json_writer *w, struct slice s)
{
    begin_item(w);
    write_text(w, s);
    w->after_item = true;
}

void json_raw(struct json_writer *w, struct slice json)
{
    begin_item(w);
    buffer_add(w->out, json);
    w->after_item = true;
}

void json_int(struct json_writer *w, int64_t n)
{
    char text[24];
    json_raw(w, slice_of(text, (size_t)snprintf(text, sizeof text, "%" PRId64, n)));
}

void json_uint(struct json_writer *w, uint64_t n)
{
    char text[24];
    json_raw(w, slice_of(text, (size_t)snprintf(text, sizeof text, "%" PRIu64, n)));
}

void json_double(struct json_writer *w, double d)
{
    if (isnan(d)) {
        json_string(w, SLICE("NaN"));
    } else if (isinf(d)) {
        json_string(w, slice_from(d > 0 ? "Infinity" : "-Infinity"));
    } else {
        char text[DOUBLE_TEXT_MAX + 2];
        size_t n = double_to_text(d, text);
        bool whole = !memchr(text, '.', n) && !memchr(text, 'e', n);
        if (whole && fabs(d) >= 1e15) { /* or it would read back as an integer too large */
            memcpy(text + n, ".0", 2);
            n += 2;
        }
        json_raw(w, slice_of(text, n));
    }
}

void json_decimal(struct json_writer *w, int64_t millionths)
{
    char text[32];
    uint64_t size = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
    int len = snprintf(text, sizeof text, "%s%" PRIu64 ".%06" PRIu64, millionths < 0 ? "-" : "", size / 1000000,
                       size % 1000000);
    while (text[len - 1] == '0') len--;
    if (text[len - 1] == '.') len--;
    json_raw(w, slice_of(text, (size_t)len));
}

void json_bool(struct json_writer *w, bool b)
{
    json_raw(w, slice_from(b ? "true" : "false"));
}
void json_null(struct json_writer *w)
{
    json_raw(w, SLICE("null"));
}
