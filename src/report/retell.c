#include "report/retell.h"

#include "base/buffer.h"
#include "report/canvas.h"

#define LRI "\xE2\x81\xA6"
#define RLI "\xE2\x81\xA7"
#define PDI "\xE2\x81\xA9"

enum { HOLES_MAX = 9, DEPTH_MAX = 16 };

struct filled {
    struct slice text;
    bool words; /* to be retold in turn */
};

/* ---- a text and a format ---- */

static bool fits_hole(int hole, struct slice text)
{
    if (hole == HOLE_WORDS) return text.len > 0;
    if (hole == HOLE_LETTER) return text.len > 0 && text.len <= 4;
    if (hole == HOLE_NUMBER) {
        for (size_t i = 0; i < text.len; i++)
            if ((text.ptr[i] < '0' || text.ptr[i] > '9') && !(i == 0 && text.ptr[i] == '-')) return false;
        return text.len > 0;
    }
    return true;
}

static bool is_hole(char c)
{
    return c >= HOLE_VERBATIM && c <= HOLE_LETTER;
}

static size_t fixed_len(const char *pattern)
{
    size_t n = 0;
    while (pattern[n] && !is_hole(pattern[n])) n++;
    return n;
}

/* "a (2), b (3)" is no "a" of "2), b (3". */
static bool is_closed(struct slice text)
{
    int open = 0;
    for (size_t i = 0; i < text.len && open >= 0; i++) open += (text.ptr[i] == '(') - (text.ptr[i] == ')');
    return open == 0;
}

/* Does the pattern, from a hole or its beginning on, fit the whole of the text? A hole takes as little as it can. */
static bool fits(const char *pattern, struct slice text, struct filled *filled, size_t count)
{
    const size_t fixed = fixed_len(pattern);
    if (!slice_starts(text, slice_of(pattern, fixed))) return false;
    text = slice_skip(text, fixed);
    pattern += fixed;
    if (!*pattern) return text.len == 0;
    if (count == HOLES_MAX) return false;
    const char *after = pattern + 1;
    const struct slice next = slice_of(after, fixed_len(after));
    const bool enclosed = fixed && pattern[-1] == '(' && *after == ')';
    for (size_t len = *after ? 0 : text.len; len <= text.len; len++) {
        const char *at = next.len ? memmem(text.ptr + len, text.len - len, next.ptr, next.len) : text.ptr + len;
        if (!at) return false;
        len = (size_t)(at - text.ptr);
        const struct slice here = slice_of(text.ptr, len);
        if (!fits_hole(*pattern, here)) continue;
        if (enclosed && !is_closed(here)) continue;
        if (!fits(after, slice_skip(text, len), filled, count + 1)) continue;
        filled[count] = (struct filled){here, *pattern == HOLE_WORDS};
        return true;
    }
    return false;
}

/* Most formats are told from a text by their ends, at once. */
static bool ends_alike(const struct retelling *row, struct slice text)
{
    return slice_ends(text, slice_of(row->english + row->tail, row->size - row->tail));
}

static const struct retelling *first_of(int byte, struct slice text, struct filled *filled)
{
    for (size_t i = retelling_begin[byte]; i < retelling_begin[byte + 1]; i++)
        if (ends_alike(&retellings[i], text) && fits(retellings[i].english, text, filled, 0)) return &retellings[i];
    return NULL;
}

static const struct retelling *find(struct slice text, struct filled *filled)
{
    struct filled other[HOLES_MAX];
    if (!text.len) return NULL;
    const struct retelling *by_byte = first_of((unsigned char)text.ptr[0], text, filled);
    const struct retelling *by_hole = first_of(0, text, other);
    if (!by_hole || (by_byte && by_byte->fixed >= by_hole->fixed)) return by_byte;
    memcpy(filled, other, sizeof other);
    return by_hole;
}

/* ---- retelling ---- */

static bool retell_into(struct buffer *out, struct slice english, int depth);

static bool is_word(struct slice text)
{
    return text.len && !memchr(text.ptr, ' ', text.len);
}

static bool has_latin(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] | 0x20) >= 'a' && (text.ptr[i] | 0x20) <= 'z') return true;
    return false;
}

/* What is not known is somebody's, or code. */
static void put_part(struct buffer *out, struct slice text, int depth)
{
    if (retell_into(out, text, depth)) return;
    const bool quotes = has_latin(text) && !memchr(text.ptr, '`', text.len);
    if (quotes) buffer_char(out, '`');
    buffer_add(out, text);
    if (quotes) buffer_char(out, '`');
}

static const struct joint {
    const char *english, *hebrew;
} joints[] = {{", ", ", "}, {" and ", " ו־"}, {" or ", " או "}};

/* Cuts the first of "a whole number, int or string" off; the joint after it, NULL at the end. */
static const struct joint *cut_part(struct slice *text, struct slice *part)
{
    const struct joint *found = NULL;
    *part = *text;
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        const char *at = memmem(part->ptr, part->len, joints[i].english, strlen(joints[i].english));
        if (!at) continue;
        found = &joints[i];
        part->len = (size_t)(at - part->ptr);
    }
    *text = slice_skip(*text, part->len + (found ? strlen(found->english) : 0));
    return found;
}

/* Is it several things, each a word or known? Else it is a sentence of somebody's. */
static bool is_list(struct slice text, int depth)
{
    struct buffer thrown_away;
    struct slice part;
    bool list = true, more = true;
    buffer_init(&thrown_away, BUFFER_NO_LIMIT);
    while (list && more) {
        more = cut_part(&text, &part) != NULL;
        list = is_word(part) || retell_into(&thrown_away, part, depth);
    }
    buffer_release(&thrown_away);
    return list;
}

static void put_words(struct buffer *out, struct slice text, int depth)
{
    if (retell_into(out, text, depth)) return;
    if (!is_list(text, depth)) {
        put_part(out, text, depth);
        return;
    }
    const struct joint *joint;
    do {
        struct slice part;
        joint = cut_part(&text, &part);
        put_part(out, part, depth);
        if (joint) buffer_text(out, joint->hebrew);
    } while (joint);
}

static bool retell_into(struct buffer *out, struct slice english, int depth)
{
    struct filled filled[HOLES_MAX] = {0};
    const struct retelling *found = depth < DEPTH_MAX ? find(english, filled) : NULL;
    bool quoted = false;
    if (!found) return false;
    for (const char *p = found->hebrew; *p;) {
        const bool named = p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}';
        if (!named) {
            quoted ^= *p == '`';
            buffer_char(out, *p++);
            continue;
        }
        const struct filled *hole = &filled[p[1] - '1'];
        if (hole->words && !quoted)
            put_words(out, hole->text, depth + 1);
        else
            buffer_add(out, hole->text);
        p += 3;
    }
    return true;
}

bool retell(struct arena *arena, struct slice english, struct slice *hebrew)
{
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    const bool known = retell_into(&out, english, 0);
    *hebrew = known ? arena_slice(arena, buffer_slice(&out)) : english;
    buffer_release(&out);
    return known;
}

struct slice retold(struct arena *arena, struct slice english)
{
    struct slice hebrew;
    retell(arena, english, &hebrew);
    return hebrew;
}

/* ---- on a line ---- */

static bool has_hebrew(struct slice text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if ((unsigned char)text.ptr[i] == 0xD7 && (unsigned char)text.ptr[i + 1] >= 0x90) return true;
    return false;
}

/* What is in backquotes is one piece, whatever it holds; the rest piece by piece. */
static void put_isolated(struct arena *arena, struct buffer *out, struct slice text)
{
    while (text.len) {
        const char *open = memchr(text.ptr, '`', text.len);
        const char *close = open ? memchr(open + 1, '`', text.len - (size_t)(open + 1 - text.ptr)) : NULL;
        const size_t before = close ? (size_t)(open - text.ptr) : text.len;
        buffer_add(out, canvas_isolate(arena, slice_of(text.ptr, before)));
        text = slice_skip(text, before);
        if (!close) return;
        const size_t quoted = (size_t)(close + 1 - open);
        buffer_printf(out, LRI "%.*s" PDI, (int)quoted, open);
        text = slice_skip(text, quoted);
    }
}

struct slice set_for_line(struct arena *arena, struct slice hebrew)
{
    struct buffer out;
    if (!has_hebrew(hebrew)) return hebrew;
    buffer_init(&out, BUFFER_NO_LIMIT);
    buffer_text(&out, RLI);
    put_isolated(arena, &out, hebrew);
    buffer_text(&out, PDI);
    const struct slice line = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return line;
}

struct slice retold_for_line(struct arena *arena, struct slice english)
{
    return set_for_line(arena, retold(arena, english));
}

void retell_diagnostics(struct diagnostics *d, bool for_line)
{
    for (size_t i = 0; i < d->list.count; i++) {
        struct diagnostic *item = &d->list.at[i];
        item->message = for_line ? retold_for_line(&d->arena, item->message) : retold(&d->arena, item->message);
        item->hint = for_line ? retold_for_line(&d->arena, item->hint) : retold(&d->arena, item->hint);
    }
    d->warning = "אזהרה";
}
