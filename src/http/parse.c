#include "http/parse.h"

#include <sodium.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(struct arena *arena, struct slice text, bool plus, struct slice *out)
{
    char *to = arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            if (i + 2 >= text.len) return false;
            int high = hex_value(text.ptr[i + 1]), low = hex_value(text.ptr[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (!c) return false;
        to[n++] = c;
    }
    to[n] = 0;
    *out = slice_of(to, n);
    return true;
}

bool query_parse(struct arena *arena, struct slice text, struct http_pairs *out)
{
    struct http_pair *pairs = ARENA_ARRAY(arena, struct http_pair, QUERY_PAIRS_MAX);
    *out = (struct http_pairs){.at = pairs};
    while (text.len) {
        struct slice value = slice_cut(&text, '&'), name = slice_cut(&value, '=');
        if (!name.len && !value.len) continue;
        if (out->count == QUERY_PAIRS_MAX) return false;
        struct http_pair *pair = &pairs[out->count++];
        if (!percent_decode(arena, name, true, &pair->name) || !percent_decode(arena, value, true, &pair->value))
            return false;
        if (!slice_is_utf8(pair->name) || !slice_is_utf8(pair->value)) return false;
    }
    return true;
}

struct slice pairs_get(const struct http_pairs *pairs, struct slice name)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (slice_equal(pairs->at[i].name, name)) return pairs->at[i].value;
    return (struct slice){0};
}

/* As it came: what is not written in escapes. */
static bool is_path_text(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c <= 0x20 || c == 0x7f || c == '\\') return false;
    }
    return text.len && text.ptr[0] == '/';
}

static bool is_path_part(struct slice part)
{
    return !slice_equal(part, SLICE(".")) && !slice_equal(part, SLICE("..")) && slice_is_utf8(part);
}

bool path_parse(struct arena *arena, struct slice text, struct http_path *out)
{
    *out = (struct http_path){0};
    if (!is_path_text(text)) return false;
    text = slice_skip(text, 1);
    while (text.len) {
        struct slice part = slice_cut(&text, '/');
        if (out->count == PATH_PARTS_MAX || !percent_decode(arena, part, false, &part) || !is_path_part(part))
            return false;
        out->part[out->count++] = part;
    }
    return true;
}

bool path_match(const struct http_path *path, struct slice pattern, struct http_pair *params, size_t *count)
{
    size_t i = 0;
    *count = 0;
    pattern = slice_skip(pattern, 1);
    for (; pattern.len; i++) {
        struct slice want = slice_cut(&pattern, '/');
        if (slice_equal(want, SLICE("*"))) return true;
        if (i == path->count) return false;
        if (want.len && want.ptr[0] == ':') {
            if (!path->part[i].len) return false;
            params[(*count)++] = (struct http_pair){slice_skip(want, 1), path->part[i]};
        } else if (!slice_equal(want, path->part[i])) {
            return false;
        }
    }
    return i == path->count;
}

bool basic_auth_parse(struct arena *arena, struct slice header, struct slice *user, struct slice *password)
{
    struct slice scheme = slice_cut(&header, ' ');
    header = slice_trim(header);
    if (!slice_equal_fold(scheme, SLICE("basic")) || !header.len) return false;
    char *text = arena_alloc(arena, header.len + 1);
    size_t len;
    if (sodium_base642bin((unsigned char *)text, header.len, header.ptr, header.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    struct slice both = slice_of(text, len);
    const char *colon = len ? memchr(text, ':', len) : NULL;
    if (!colon || memchr(text, 0, len) || !slice_is_utf8(both)) return false;
    *user = slice_of(text, (size_t)(colon - text));
    *password = slice_skip(both, user->len + 1);
    return true;
}

struct slice forwarded_last(struct slice header)
{
    struct slice last = {0};
    while (header.len) last = slice_trim(slice_cut(&header, ','));
    return last;
}

bool media_type_is(struct slice header, struct slice type)
{
    return slice_equal_fold(slice_trim(slice_cut(&header, ';')), type);
}
