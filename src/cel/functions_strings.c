/* Strings: the standard functions and the string extension. Places and lengths count code points. */
#include "cel/function.h"
#include "cel/regex.h"

enum { MATCH_STEPS = 500 }; /* what a regular expression counts for in the work of an evaluation */

/* Bytes of the code point at the front. */
static size_t step(struct slice s)
{
    size_t n = 1;
    while (n < s.len && ((unsigned char)s.ptr[n] & 0xC0) == 0x80) n++;
    return n;
}

static int64_t length(struct slice s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return n;
}

/* The text from code point `place` on; false when there are fewer. */
static bool from_place(struct slice s, int64_t place, struct slice *rest)
{
    if (place < 0) return false;
    while (place > 0 && s.len) {
        s = slice_skip(s, step(s));
        place--;
    }
    *rest = s;
    return place == 0;
}

static struct value bad_place(struct cel_run *run, int64_t place)
{
    return cel_fail(run, "%lld is no place in the text", (long long)place);
}

static struct value starts_with(struct cel_run *run, const struct value *a)
{
    return value_bool(slice_starts(a[0].text, a[1].text));
}
static struct value ends_with(struct cel_run *run, const struct value *a)
{
    return value_bool(slice_ends(a[0].text, a[1].text));
}

/* Byte place of `part` in s, -1 when it is not there. */
static int64_t find(struct slice s, struct slice part)
{
    if (part.len == 0) return 0;
    const char *at = s.len >= part.len ? memmem(s.ptr, s.len, part.ptr, part.len) : NULL;
    return at ? at - s.ptr : -1;
}

static struct value contains(struct cel_run *run, const struct value *a)
{
    return value_bool(find(a[0].text, a[1].text) >= 0);
}

static struct value matches(struct cel_run *run, const struct value *a)
{
    char why[128];
    run->steps_left -= MATCH_STEPS + (int64_t)a[0].text.len;
    struct cel_regexes *regexes = run->regexes ? run->regexes : cel_regexes_new();
    enum cel_match match = cel_regex_match(regexes, a[1].text, a[0].text, why);
    if (!run->regexes) cel_regexes_free(regexes);
    if (match == CEL_MATCH_BAD_PATTERN) return cel_fail(run, "a wrong regular expression: %s", why);
    if (match == CEL_MATCH_TOO_HARD) return cel_fail(run, "the regular expression takes too long on this text");
    return value_bool(match == CEL_MATCH_YES);
}

static struct value char_at(struct cel_run *run, const struct value *a)
{
    struct slice rest;
    if (!from_place(a[0].text, a[1].integer, &rest)) return bad_place(run, a[1].integer);
    return value_string(slice_of(rest.ptr, rest.len ? step(rest) : 0));
}

static struct value index_after(struct cel_run *run, const struct value *a, int64_t place)
{
    struct slice rest;
    if (!from_place(a[0].text, place, &rest)) return bad_place(run, place);
    int64_t at = find(rest, a[1].text);
    return value_int(at < 0 ? -1 : place + length(slice_of(rest.ptr, (size_t)at)));
}

static struct value index_of(struct cel_run *run, const struct value *a)
{
    return index_after(run, a, 0);
}
static struct value index_of_from(struct cel_run *run, const struct value *a)
{
    return index_after(run, a, a[2].integer);
}

/* The last place at which `part` begins, no later than the byte `last`. */
static struct value last_before(struct slice s, struct slice part, size_t last)
{
    if (part.len > s.len) return value_int(-1);
    for (size_t at = last < s.len - part.len ? last : s.len - part.len;; at--) {
        if (part.len == 0 || memcmp(s.ptr + at, part.ptr, part.len) == 0) return value_int(length(slice_of(s.ptr, at)));
        if (at == 0) return value_int(-1);
    }
}

static struct value last_index_of(struct cel_run *run, const struct value *a)
{
    return last_before(a[0].text, a[1].text, a[0].text.len);
}
static struct value last_index_of_from(struct cel_run *run, const struct value *a)
{
    struct slice rest;
    if (!from_place(a[0].text, a[2].integer, &rest)) return bad_place(run, a[2].integer);
    return last_before(a[0].text, a[1].text, a[0].text.len - rest.len);
}

static struct value folded(struct cel_run *run, struct slice s, char from, char to)
{
    char *out = cel_memory(run, s.len);
    if (!out) return cel_fail_memory(run);
    for (size_t i = 0; i < s.len; i++)
        out[i] = (char)(s.ptr[i] >= from && s.ptr[i] <= from + 25 ? s.ptr[i] - from + to : s.ptr[i]);
    return value_string(slice_of(out, s.len));
}

static struct value lower_ascii(struct cel_run *run, const struct value *a)
{
    return folded(run, a[0].text, 'A', 'a');
}
static struct value upper_ascii(struct cel_run *run, const struct value *a)
{
    return folded(run, a[0].text, 'a', 'A');
}

/* An empty `old` stands before every character and at the end. */
static struct value replace_some(struct cel_run *run, const struct value *a, int64_t limit)
{
    struct slice rest = a[0].text, old = a[1].text;
    struct buffer out;
    buffer_init(&out, cel_text_limit(run));
    for (int64_t done = 0; limit < 0 || done < limit; done++) {
        int64_t at = find(rest, old);
        if (at < 0) break;
        buffer_add(&out, slice_of(rest.ptr, (size_t)at));
        buffer_add(&out, a[2].text);
        rest = slice_skip(rest, (size_t)at + old.len);
        if (old.len) continue;
        if (!rest.len) break;
        size_t n = step(rest);
        buffer_add(&out, slice_of(rest.ptr, n));
        rest = slice_skip(rest, n);
    }
    buffer_add(&out, rest);
    return cel_take_text(run, &out);
}

static struct value replace(struct cel_run *run, const struct value *a)
{
    return replace_some(run, a, -1);
}
static struct value replace_limited(struct cel_run *run, const struct value *a)
{
    return replace_some(run, a, a[3].integer);
}

/* The next part of *rest up to the separator; an empty separator parts the characters. */
static struct slice next_part(struct slice *rest, struct slice separator, bool *more)
{
    int64_t at = separator.len ? find(*rest, separator) : rest->len ? (int64_t)step(*rest) : -1;
    if (!separator.len && (size_t)at == rest->len) at = -1;
    *more = at >= 0;
    struct slice part = slice_of(rest->ptr, at < 0 ? rest->len : (size_t)at);
    *rest = slice_skip(*rest, part.len + (*more ? separator.len : 0));
    return part;
}

static struct value split_some(struct cel_run *run, const struct value *a, int64_t limit)
{
    struct slice rest = a[0].text;
    size_t most = 1;
    bool more = true;
    for (struct slice left = rest; more;) {
        next_part(&left, a[1].text, &more);
        most += more;
    }
    if (limit >= 0 && (uint64_t)limit < most) most = (size_t)limit;
    if (!a[1].text.len && !rest.len) most = 0;
    struct value *parts = cel_memory(run, most * sizeof *parts);
    if (!parts) return cel_fail_memory(run);
    for (size_t i = 0; i + 1 < most; i++) parts[i] = value_string(next_part(&rest, a[1].text, &more));
    if (most) parts[most - 1] = value_string(rest);
    return value_list(parts, most);
}

static struct value split(struct cel_run *run, const struct value *a)
{
    return split_some(run, a, -1);
}
static struct value split_limited(struct cel_run *run, const struct value *a)
{
    return split_some(run, a, a[2].integer);
}

static struct value substring_from(struct cel_run *run, const struct value *a)
{
    struct slice rest;
    return from_place(a[0].text, a[1].integer, &rest) ? value_string(rest) : bad_place(run, a[1].integer);
}

static struct value substring(struct cel_run *run, const struct value *a)
{
    struct slice rest, after;
    if (!from_place(a[0].text, a[1].integer, &rest)) return bad_place(run, a[1].integer);
    if (a[2].integer < a[1].integer || !from_place(rest, a[2].integer - a[1].integer, &after))
        return bad_place(run, a[2].integer);
    return value_string(slice_of(rest.ptr, rest.len - after.len));
}

static bool is_space(struct slice character)
{
    static const char *const spaces[] = {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\xC2\x85",
                                         "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                         "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                         "\u2029", "\u202f", "\u205f", "\u3000"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (slice_is(character, spaces[i])) return true;
    return false;
}

static struct value trim(struct cel_run *run, const struct value *a)
{
    struct slice s = a[0].text;
    while (s.len && is_space(slice_of(s.ptr, step(s)))) s = slice_skip(s, step(s));
    while (s.len) {
        size_t last = s.len - 1;
        while (last && ((unsigned char)s.ptr[last] & 0xC0) == 0x80) last--;
        if (!is_space(slice_skip(s, last))) break;
        s.len = last;
    }
    return value_string(s);
}

static struct value join_with(struct cel_run *run, struct value_items items, struct slice separator)
{
    struct buffer out;
    buffer_init(&out, cel_text_limit(run));
    for (size_t i = 0; i < items.count; i++) {
        if (items.at[i].kind != VALUE_STRING) {
            buffer_release(&out);
            return cel_fail(run, "join() wants strings, found %.*s", SLICE_ARG(value_kind_name(items.at[i].kind)));
        }
        if (i) buffer_add(&out, separator);
        buffer_add(&out, items.at[i].text);
    }
    return cel_take_text(run, &out);
}

static struct value join(struct cel_run *run, const struct value *a)
{
    return join_with(run, a[0].list, SLICE(""));
}
static struct value join_by(struct cel_run *run, const struct value *a)
{
    return join_with(run, a[0].list, a[1].text);
}

static struct value quote(struct cel_run *run, const struct value *a)
{
    static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";
    struct buffer out;
    buffer_init(&out, cel_text_limit(run));
    buffer_char(&out, '"');
    for (size_t i = 0; i < a[0].text.len; i++) {
        char c = a[0].text.ptr[i];
        const char *escape = c ? strchr(from, c) : NULL;
        if (escape) buffer_char(&out, '\\');
        buffer_char(&out, escape ? to[escape - from] : c);
    }
    buffer_char(&out, '"');
    return cel_take_text(run, &out);
}

static struct value reverse(struct cel_run *run, const struct value *a)
{
    struct slice s = a[0].text;
    char *out = cel_memory(run, s.len);
    if (!out) return cel_fail_memory(run);
    for (size_t at = s.len; s.len; s = slice_skip(s, step(s))) {
        at -= step(s);
        memcpy(out + at, s.ptr, step(s));
    }
    return value_string(slice_of(out, a[0].text.len));
}

const struct cel_row cel_rows_strings[] = {
    {"startsWith", "string.(string) bool", starts_with},
    {"endsWith", "string.(string) bool", ends_with},
    {"contains", "string.(string) bool", contains},
    {"matches", "string.(string) bool", matches},
    {"matches", "(string, string) bool", matches},
    {"charAt", "string.(int) string", char_at},
    {"indexOf", "string.(string) int", index_of},
    {"indexOf", "string.(string, int) int", index_of_from},
    {"lastIndexOf", "string.(string) int", last_index_of},
    {"lastIndexOf", "string.(string, int) int", last_index_of_from},
    {"lowerAscii", "string.() string", lower_ascii},
    {"upperAscii", "string.() string", upper_ascii},
    {"replace", "string.(string, string) string", replace},
    {"replace", "string.(string, string, int) string", replace_limited},
    {"split", "string.(string) list(string)", split},
    {"split", "string.(string, int) list(string)", split_limited},
    {"substring", "string.(int) string", substring_from},
    {"substring", "string.(int, int) string", substring},
    {"trim", "string.() string", trim},
    {"join", "list(string).() string", join},
    {"join", "list(string).(string) string", join_by},
    {"strings.quote", "(string) string", quote},
    {"reverse", "string.() string", reverse},
    {0},
};
