#include "intake/csv_cut.h"

#include <stdlib.h>

#include "value/utf8.h"

enum { HEAD_KEPT = 4096 }; /* of a record whose text is not in the piece */

struct csv_cutter {
    struct feed_source source;
    const struct text *text;
    struct csv_rules rules; /* lines to be skipped and the header, as long as they are to come */
    size_t piece;
    struct csv *csv; /* looks at single records */
    char *carry;     /* the beginning of a record whose end was not found yet */
    size_t carry_len, carry_cap;
    uint64_t line; /* of the next piece */
    bool ended;
};

struct csv_cutter *csv_cutter_new(struct feed_source source, const struct text *text, const struct csv_rules *rules,
                                  size_t piece)
{
    struct csv_cutter *c = memory_new(sizeof *c);
    *c = (struct csv_cutter){.source = source, .text = text, .rules = *rules, .piece = piece, .line = 1};
    if (!piece) c->piece = FEED_CHUNK;
    c->csv = csv_new(rules->separator);
    return c;
}

void csv_cutter_free(struct csv_cutter *c)
{
    if (!c) return;
    csv_free(c->csv);
    free(c->carry);
    free(c);
}

uint64_t csv_cutter_lines(const struct csv_cutter *c)
{
    return c->line - 1;
}

void csv_piece_init(struct csv_piece *piece)
{
    *piece = (struct csv_piece){.data = NULL};
    arena_init(&piece->arena);
}

void csv_piece_release(struct csv_piece *piece)
{
    free(piece->data);
    vector_release(&piece->faults);
    arena_release(&piece->arena);
}

/* The text in which the next cut is looked for: what was read since the last one. */
struct cutting {
    struct csv_cutter *cutter;
    struct csv_piece *piece;
    const char *start, *end; /* behind the text stands a line end */
    bool full;               /* more than this is not looked at */
};

static void note(struct cutting *t, const char *record, struct csv_fault fault)
{
    fault.at = (size_t)(record - t->start);
    if (fault.text.len > HEAD_KEPT) fault.text.len = HEAD_KEPT;
    fault.text = arena_slice(&t->piece->arena, fault.text);
    vector_push(&t->piece->faults, fault);
}

static const char *find_line_end(const struct cutting *t, const char *p)
{
    return memchr(p, '\n', (size_t)(t->end - p));
}

static const char *behind_line(const struct cutting *t, const char *p)
{
    const char *stop = find_line_end(t, p);
    return stop ? stop + 1 : t->end;
}

/* A record that is not is rejected whole, and gives no lines back. */
static bool is_readable(const struct cutting *t, struct slice text)
{
    return utf8_is_valid(text) && !memchr(text.ptr, 0, text.len) &&
           !(t->piece->replaced.len && memmem(text.ptr, text.len, "\ufffd", 3));
}

/* A record with an end: what comes behind it. */
static const char *pass_whole(struct cutting *t, struct slice text, size_t count)
{
    struct csv_rules *rules = &t->cutter->rules;
    const char *p = text.ptr, *stop = p + text.len, *next = stop + (stop < t->end);
    const uint64_t length = text.len;
    if (text.len && stop[-1] == '\r') text.len--;
    if (length > INPUT_LINE_MAX || !text.len) return next;
    if (rules->header) {
        rules->header = false;
        return next;
    }
    if (count == rules->fields || !memchr(p, '\n', text.len) || !is_readable(t, text)) return next;
    note(t, p, (struct csv_fault){.state = CSV_FIELDS, .count = count, .text = text, .length = length});
    return behind_line(t, p);
}

/* Reads the record at p as readers do, and gives what comes behind it. NULL: more has to be read first. */
static const char *pass_record(struct cutting *t, const char *p)
{
    size_t len, count;
    const struct slice text = slice_of(p, (size_t)(t->end - p));
    const bool ended = t->cutter->ended;
    const enum csv_scan scan = csv_scan(t->cutter->csv, text, ended, &len, &count);
    if (scan == CSV_WHOLE) return pass_whole(t, slice_of(p, len), count);
    if (!ended && (!find_line_end(t, p) || (scan == CSV_MORE && (p > t->start || !t->full)))) return NULL;
    note(t, p,
         (struct csv_fault){.state = CSV_QUOTE, .why = scan == CSV_MORE ? CSV_NEVER_CLOSED : CSV_TEXT_BEHIND_QUOTE});
    return behind_line(t, p);
}

/* The lines before the header, and the header. False: more has to be read first; *p is moved as far as that can be done
 * without. */
static bool pass_head(struct cutting *t, const char **p)
{
    struct csv_rules *rules = &t->cutter->rules;
    const bool ended = t->cutter->ended;
    for (; rules->skip && *p < t->end; rules->skip--) {
        if (!ended && !find_line_end(t, *p) && (*p > t->start || !t->full)) return false;
        *p = behind_line(t, *p);
        t->piece->skip++;
    }
    while (rules->header && !rules->skip && *p < t->end) {
        const char *next = pass_record(t, *p);
        if (!next) return false;
        *p = next;
    }
    return !rules->header && !rules->skip;
}

/* What comes behind the quoted field at p, or, when something but a separator stands there, behind the line, for then
 * it is no record. NULL when it does not end on its line, or what follows was not read yet. */
static const char *pass_quoted(const struct cutting *t, const char *p)
{
    const char *quote = p + 1;
    for (;; quote += 2) {
        quote = memchr(quote, '"', (size_t)(t->end - quote));
        if (!quote || t->end - quote < 3) return NULL;
        if (quote[1] != '"') break;
    }
    if (memchr(p, '\n', (size_t)(quote - p))) return NULL;
    if (quote[1] == t->cutter->rules.separator || quote[1] == '\n' || (quote[1] == '\r' && quote[2] == '\n'))
        return quote + 1;
    const char *stop = find_line_end(t, quote);
    return stop ? stop + 1 : NULL;
}

/* As far as the text is whole records; `start` when it does not begin with one. */
static const char *find_cut(struct cutting *t)
{
    const char separator = t->cutter->rules.separator;
    const char *base = t->start; /* between it, where a record begins, and p no line end stands in quotes */
    if (!pass_head(t, &base)) return base;
    for (const char *p = base; p < t->end && (p = memchr(p, '"', (size_t)(t->end - p)));) {
        if (p > base && p[-1] != separator && p[-1] != '\n') { /* a character like others */
            p++;
            continue;
        }
        const char *next = pass_quoted(t, p);
        if (!next) {
            const char *before = memrchr(base, '\n', (size_t)(p - base)), *record = before ? before + 1 : base;
            next = pass_record(t, record);
            if (!next) return record;
            base = next;
        }
        p = next;
    }
    if (t->cutter->ended) return t->end;
    const char *last = memrchr(base, '\n', (size_t)(t->end - base));
    return last ? last + 1 : base;
}

static size_t read_more(struct csv_cutter *c, char *out, size_t size)
{
    if (c->ended) return 0;
    size_t got = c->source.read(c->source.context, out, size);
    c->ended = got < size;
    return got;
}

static void keep(struct csv_cutter *c, const char *from, size_t len)
{
    if (c->carry_cap < len) {
        c->carry_cap = memory_capacity(c->carry_cap, len);
        c->carry = memory_grow(c->carry, c->carry_cap);
    }
    if (len) memcpy(c->carry, from, len);
    c->carry_len = len;
}

/* All of the piece is the beginning of one line: reads on to its end and keeps its head. */
static void pass_long_line(struct csv_cutter *c, struct csv_piece *piece)
{
    char *scratch = piece->data + HEAD_KEPT;
    const size_t room = CSV_PIECE_MAX - HEAD_KEPT;
    struct cutting t = {.piece = piece, .start = piece->data};
    uint64_t length = piece->len;
    size_t got;
    while ((got = read_more(c, scratch, room)) > 0) {
        const char *stop = memchr(scratch, '\n', got);
        length += stop ? (size_t)(stop - scratch) : got;
        if (!stop) continue;
        keep(c, stop + 1, got - (size_t)(stop + 1 - scratch));
        break;
    }
    piece->len = HEAD_KEPT;
    note(&t, piece->data,
         (struct csv_fault){.state = CSV_LONG, .text = slice_of(piece->data, HEAD_KEPT), .length = length});
}

static void reserve(struct csv_piece *piece, size_t len)
{
    if (piece->cap > len) return;
    piece->cap = memory_capacity(piece->cap, len + 1);
    piece->data = memory_grow(piece->data, piece->cap);
}

static void begin_piece(struct csv_cutter *c, struct csv_piece *piece)
{
    vector_clear(&piece->faults);
    arena_clear(&piece->arena);
    piece->first_line = c->line;
    piece->skip = 0;
    piece->header = c->rules.header;
    reserve(piece, c->carry_len);
    piece->len = c->carry_len;
    if (c->carry_len) memcpy(piece->data, c->carry, c->carry_len);
    c->carry_len = 0;
}

static void fill(struct csv_cutter *c, struct csv_piece *piece, size_t len)
{
    if (len > CSV_PIECE_MAX) len = CSV_PIECE_MAX;
    reserve(piece, len);
    if (piece->len < len) piece->len += read_more(c, piece->data + piece->len, len - piece->len);
    piece->data[piece->len] = '\n';
    piece->replaced = c->text && text_replaced(c->text) ? encoding_name(text_encoding(c->text)) : SLICE("");
}

bool csv_cut(struct csv_cutter *c, struct csv_piece *piece)
{
    begin_piece(c, piece);
    fill(c, piece, c->piece);
    for (;;) {
        const char *end = piece->data + piece->len;
        struct cutting t = {c, piece, piece->data, end, piece->len == CSV_PIECE_MAX};
        const size_t cut = (size_t)(find_cut(&t) - piece->data);
        if (cut || c->ended) {
            keep(c, piece->data + cut, piece->len - cut);
            piece->len = cut;
            break;
        }
        if (t.full) {
            pass_long_line(c, piece);
            break;
        }
        fill(c, piece, piece->len + (piece->len > c->piece ? piece->len : c->piece));
    }
    piece->data[piece->len] = '\n';
    piece->lines = feed_count_lines(slice_of(piece->data, piece->len));
    c->line += piece->lines;
    return piece->len > 0;
}
