#include "report/canvas.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

static const char RLM[] = "\xE2\x80\x8F", LRI[] = "\xE2\x81\xA6", PDI[] = "\xE2\x81\xA9";
static const char *const TONES[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};

/* ---- width ---- */

static int point_width(UChar32 c)
{
    int type = u_charType(c);
    if (c < 0x20 || type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR ||
        type == U_CONTROL_CHAR)
        return 0;
    int wide = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
}

static UChar32 next_point(struct slice text, int32_t *at)
{
    UChar32 c;
    U8_NEXT(text.ptr, *at, (int32_t)text.len, c);
    return c < 0 ? 0xFFFD : c;
}

int canvas_width(struct slice text)
{
    int width = 0;
    for (int32_t at = 0; at < (int32_t)text.len;) width += point_width(next_point(text, &at));
    return width;
}

struct slice canvas_fit(struct arena *arena, struct slice text, int width)
{
    int used = 0;
    if (canvas_width(text) <= width) return text;
    int32_t at = 0, kept = 0;
    while (at < (int32_t)text.len) {
        int w = point_width(next_point(text, &at));
        if (used + w > width - 1) break;
        used += w;
        kept = at;
    }
    return arena_printf(arena, "%.*s…", kept, text.ptr);
}

/* ---- isolation ---- */

static bool runs_left(UChar32 c)
{
    UCharDirection d = u_charDirection(c);
    return d == U_LEFT_TO_RIGHT || d == U_EUROPEAN_NUMBER;
}

/* What belongs to a number it touches: signs, currency, per cent. */
static bool clings(UChar32 c)
{
    UCharDirection d = u_charDirection(c);
    return d == U_EUROPEAN_NUMBER_TERMINATOR || d == U_EUROPEAN_NUMBER_SEPARATOR;
}

static bool ends_token(UChar32 c)
{
    UCharDirection d = u_charDirection(c);
    return d == U_RIGHT_TO_LEFT || d == U_WHITE_SPACE_NEUTRAL || c == 0x2066 || c == 0x2069 || c == '(' || c == ')' ||
           c == 0xB7;
}

/* One word or number from `at` without what only stands around it: its end, or `at` when there is none. */
static int32_t token_end(struct slice text, int32_t at)
{
    int32_t end = at, next = at;
    bool seen = false;
    while (next < (int32_t)text.len) {
        bool first = next == at;
        UChar32 c = next_point(text, &next);
        if (ends_token(c) || (first && !runs_left(c) && !clings(c))) break;
        seen |= runs_left(c);
        if (runs_left(c) || u_charDirection(c) == U_EUROPEAN_NUMBER_TERMINATOR) end = next;
    }
    return seen ? end : at;
}

static bool is_letter(struct slice text, int32_t at)
{
    return at < (int32_t)text.len && ((text.ptr[at] | 32) >= 'a' && (text.ptr[at] | 32) <= 'z');
}

/* Where what a company is by law ends, after the comma that stands before it; `at` when there is no such. */
static int32_t legal_form_end(struct slice text, int32_t at)
{
    static const char *const forms[] = {"Inc", "Ltd", "LLC", "LLP", "Corp", "Co", "GmbH", "PLC", "Limited"};
    if (!slice_starts(slice_skip(text, (size_t)at), SLICE(", "))) return at;
    const int32_t end = token_end(text, at + 2);
    const struct slice word = slice_of(text.ptr + at + 2, (size_t)(end - at - 2));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (slice_is(word, forms[i])) return end;
    return at;
}

/* Words that follow each other are one run ("US East Coast", "Acme, Inc"); a number and a word are two, each in its
 * place. */
static int32_t run_end(struct slice text, int32_t at)
{
    int32_t end = token_end(text, at);
    while (end > at && is_letter(text, end - 1) && end < (int32_t)text.len && text.ptr[end] == ' ' &&
           is_letter(text, end + 1))
        end = token_end(text, end + 1);
    return end > at ? legal_form_end(text, end) : end;
}

struct slice canvas_isolate(struct arena *arena, struct slice text)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    for (int32_t at = 0; at < (int32_t)text.len;) {
        int32_t end = run_end(text, at), from = at;
        if (end > at) {
            buffer_text(&b, LRI);
            buffer_add(&b, slice_of(text.ptr + at, (size_t)(end - at)));
            buffer_text(&b, PDI);
            at = end;
        } else {
            next_point(text, &at);
            buffer_add(&b, slice_of(text.ptr + from, (size_t)(at - from)));
        }
    }
    struct slice out = arena_slice(arena, buffer_slice(&b));
    buffer_release(&b);
    return out;
}

/* ---- lines ---- */

static void begin_line(struct canvas *c, int indent)
{
    if (c->hebrew) buffer_text(c->out, RLM);
    for (int i = 0; i < indent; i++) buffer_char(c->out, ' ');
}

static void put(struct canvas *c, struct slice text, enum tone tone)
{
    bool tinted = c->colour && tone != TONE_PLAIN && text.len;
    if (tinted) buffer_text(c->out, TONES[tone]);
    buffer_add(c->out, c->hebrew ? canvas_isolate(c->arena, text) : text);
    if (tinted) buffer_text(c->out, "\x1b[0m");
}

struct slice canvas_arrow(const struct canvas *c)
{
    return c->hebrew ? SLICE("←") : SLICE("→");
}

void canvas_blank(struct canvas *c)
{
    buffer_char(c->out, '\n');
}

/* As many words as fit into the width; at least one. */
static struct slice take_line(struct slice *rest, int width)
{
    size_t end = 0;
    for (size_t i = 0; i <= rest->len; i++) {
        if (i < rest->len && rest->ptr[i] != ' ') continue;
        if (end && canvas_width(slice_of(rest->ptr, i)) > width) break;
        end = i;
    }
    struct slice line = slice_of(rest->ptr, end);
    *rest = slice_trim(slice_skip(*rest, end));
    return line;
}

void canvas_text(struct canvas *c, int indent, struct slice text, enum tone tone)
{
    while (text.len) {
        struct slice line = take_line(&text, c->columns - indent);
        begin_line(c, indent);
        put(c, line, tone);
        buffer_char(c->out, '\n');
    }
}

static void pad(struct canvas *c, int width)
{
    for (int i = 0; i < width; i++) buffer_char(c->out, ' ');
}

void canvas_labelled(struct canvas *c, int indent, struct slice label, int label_width, struct slice text,
                     enum tone tone)
{
    bool first = true;
    while (text.len || first) {
        struct slice line = take_line(&text, c->columns - indent - label_width - 2);
        begin_line(c, indent);
        if (first) put(c, label, TONE_DIM);
        pad(c, label_width + 2 - (first ? canvas_width(label) : 0));
        put(c, line, tone);
        buffer_char(c->out, '\n');
        first = false;
    }
}

void canvas_heading(struct canvas *c, struct slice text)
{
    canvas_blank(c);
    begin_line(c, 0);
    put(c, text, TONE_STRONG);
    buffer_char(c->out, '\n');
}

/* ---- tables ---- */

struct grid grid_new(struct canvas *c)
{
    return (struct grid){.canvas = c};
}

void grid_column(struct grid *g, struct slice head, bool right)
{
    g->right[g->columns++] = right;
    vector_push(&g->cells, ((struct grid_cell){head, TONE_DIM}));
}

void grid_cell(struct grid *g, struct slice text, enum tone tone)
{
    vector_push(&g->cells, ((struct grid_cell){text, tone}));
}

enum { GAP = 2, NARROWEST = 8 };

static void measure(const struct grid *g, int indent, int *widths)
{
    int total = indent;
    for (size_t i = 0; i < g->columns; i++) widths[i] = 0;
    for (size_t i = 0; i < g->cells.count; i++) {
        int width = canvas_width(g->cells.at[i].text);
        if (width > widths[i % g->columns]) widths[i % g->columns] = width;
    }
    for (size_t i = 0; i < g->columns; i++) total += widths[i] + (i ? GAP : 0);
    while (total > g->canvas->columns) {
        size_t widest = 0;
        for (size_t i = 1; i < g->columns; i++)
            if (widths[i] * !g->right[i] > widths[widest] * !g->right[widest]) widest = i;
        if (widths[widest] <= NARROWEST || g->right[widest]) break; /* a canvas too narrow for numbers overflows */
        widths[widest]--;
        total--;
    }
}

static void draw_cell(struct grid *g, size_t column, struct grid_cell cell, int width, bool last)
{
    struct canvas *c = g->canvas;
    struct slice text = canvas_fit(c->arena, cell.text, width);
    int room = width - canvas_width(text);
    if (g->right[column]) pad(c, room);
    put(c, text, cell.tone);
    if (!g->right[column] && !last) pad(c, room);
}

static bool has_head(const struct grid *g)
{
    for (size_t i = 0; i < g->columns; i++)
        if (g->cells.at[i].text.len) return true;
    return false;
}

void grid_draw(struct grid *g, int indent)
{
    int widths[GRID_COLUMNS_MAX];
    if (g->cells.count > g->columns) {
        measure(g, indent, widths);
        for (size_t i = has_head(g) ? 0 : g->columns; i < g->cells.count; i += g->columns) {
            size_t last = g->columns - 1;
            while (last > 0 && !g->cells.at[i + last].text.len) last--;
            begin_line(g->canvas, indent);
            for (size_t k = 0; k <= last; k++) {
                if (k) pad(g->canvas, GAP);
                draw_cell(g, k, g->cells.at[i + k], widths[k], k == last);
            }
            buffer_char(g->canvas->out, '\n');
        }
    }
    vector_release(&g->cells);
}
