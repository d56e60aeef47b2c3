#include "value/json_canonical.h"

#include <stdlib.h>

#include "base/vector.h"
#include "value/json_text.h"
#include "value/json_write.h"

struct member {
    struct slice key; /* what it stands for, without escapes */
    struct slice value;
};

/* ---- cutting ---- */

static size_t string_end(struct slice s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++) at += s.ptr[at] == '\\';
    return at + 1;
}

struct slice json_cut_value(struct slice *s)
{
    size_t at = 0;
    int depth = 0;
    for (; at < s->len; at++) {
        const char c = s->ptr[at];
        if (c == '"') at = string_end(*s, at) - 1;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth < 0 || (depth == 0 && (c == ',' || c == ':'))) break;
    }
    const struct slice value = slice_of(s->ptr, at < s->len ? at : s->len);
    *s = slice_skip(*s, value.len);
    return slice_trim(value);
}

/* ---- writing ---- */

static struct slice unescaped(struct slice inside, struct arena *arena)
{
    if (!inside.len || !memchr(inside.ptr, '\\', inside.len)) return inside;
    char *plain = arena_alloc(arena, inside.len);
    const ptrdiff_t len = json_unescape(inside, plain);
    return len < 0 ? inside : slice_of(plain, (size_t)len);
}

static struct slice inside_of(struct slice string)
{
    return string.len >= 2 ? slice_of(string.ptr + 1, string.len - 2) : string;
}

static void put_string(struct slice plain, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_string(&w, plain);
}

static int by_key(const void *a, const void *b)
{
    return slice_compare(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_object(struct slice json, struct arena *scratch, struct buffer *out)
{
    VECTOR(struct member) members = {0};
    struct slice s = slice_trim(inside_of(json));
    while (s.len) {
        const struct slice key = unescaped(inside_of(json_cut_value(&s)), scratch);
        s = slice_skip(s, s.len > 0); /* the colon */
        vector_push(&members, ((struct member){key, json_cut_value(&s)}));
        s = slice_skip(s, s.len > 0);
    }
    if (members.count) qsort(members.at, members.count, sizeof *members.at, by_key);
    buffer_char(out, '{');
    for (size_t i = 0; i < members.count; i++) {
        if (i) buffer_char(out, ',');
        put_string(members.at[i].key, out);
        buffer_char(out, ':');
        json_canonical(members.at[i].value, scratch, out);
    }
    buffer_char(out, '}');
    vector_release(&members);
}

static void put_array(struct slice json, struct arena *scratch, struct buffer *out)
{
    struct slice s = slice_trim(inside_of(json));
    buffer_char(out, '[');
    while (s.len) {
        json_canonical(json_cut_value(&s), scratch, out);
        if (s.len) buffer_char(out, ',');
        s = slice_skip(s, s.len > 0);
    }
    buffer_char(out, ']');
}

static void put_word(struct slice json, struct buffer *out)
{
    struct json_writer w = {.out = out};
    int64_t number;
    if (json_read_number(json, &number) == JSON_INT)
        json_int(&w, number);
    else
        buffer_add(out, json);
}

void json_canonical(struct slice json, struct arena *scratch, struct buffer *out)
{
    switch (json.len ? json.ptr[0] : 0) {
    case '{': put_object(json, scratch, out); break;
    case '[': put_array(json, scratch, out); break;
    case '"': put_string(unescaped(inside_of(json), scratch), out); break;
    default: put_word(json, out); break;
    }
}

struct slice json_inside(struct slice plain, struct arena *arena)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    put_string(plain, &b);
    const struct slice whole = arena_slice(arena, buffer_slice(&b));
    buffer_release(&b);
    return inside_of(whole);
}

struct slice json_canonical_inside(struct slice inside, struct arena *arena)
{
    return json_inside(unescaped(inside, arena), arena);
}
