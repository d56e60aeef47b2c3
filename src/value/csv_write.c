#include "value/csv_write.h"

#include <ctype.h>
#include <math.h>

#include "value/number.h"

static void begin(struct csv_writer *w)
{
    if (w->begun) buffer_char(w->out, ',');
    w->begun = true;
}

/* Characters that are not seen: spreadsheets pass over some of them before they look for a formula. */
static bool skip_unseen(struct slice *text)
{
    static const char *const unseen[] = {
        " ",
        "\xc2\xa0",
        "\xe2\x80\x8b",
        "\xe2\x80\x8c",
        "\xe2\x80\x8d",
        "\xe2\x80\x8e",
        "\xe2\x80\x8f",
        "\xe2\x80\xaa",
        "\xe2\x80\xab",
        "\xe2\x80\xac",
        "\xe2\x80\xad",
        "\xe2\x80\xae",
        "\xe2\x81\xa0",
        "\xe2\x81\xa6",
        "\xe2\x81\xa7",
        "\xe2\x81\xa8",
        "\xe2\x81\xa9",
        "\xe3\x80\x80",
        "\xef\xbb\xbf",
    };
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        if (slice_starts(*text, slice_from(unseen[i]))) {
            *text = slice_skip(*text, strlen(unseen[i]));
            return true;
        }
    return false;
}

/* The signs a formula begins with, also as East Asian keyboards write them: wide and small. */
static bool begins_formula(struct slice text)
{
    static const char *const signs[] = {
        "=",
        "+",
        "-",
        "@",
        "\xef\xbc\x9d",
        "\xef\xbc\x8b",
        "\xef\xbc\x8d",
        "\xef\xbc\xa0",
        "\xef\xb9\xa6",
        "\xef\xb9\xa2",
        "\xef\xb9\xa3",
        "\xef\xb9\xab",
    };
    double number;
    if (!text.len || isalnum((unsigned char)text.ptr[0]) || double_from_text(text, &number)) return false;
    while (skip_unseen(&text)) {
    }
    if (text.len && (unsigned char)text.ptr[0] < ' ') return true;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (slice_starts(text, slice_from(signs[i]))) return true;
    return false;
}

/* Where a spreadsheet set to another separator than the comma would begin another cell. */
static bool is_separator(char c)
{
    return c == ';' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_quoted(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '"' || text.ptr[i] == ',' || is_separator(text.ptr[i])) return true;
    return false;
}

/* The cell that such a spreadsheet would see at the start of the text. */
static struct slice cell_at(struct slice text)
{
    size_t end = 0;
    while (end < text.len && !is_separator(text.ptr[end])) end++;
    return slice_of(text.ptr, end);
}

void csv_text(struct csv_writer *w, struct slice text)
{
    begin(w);
    const bool quoted = is_quoted(text);
    if (quoted) buffer_char(w->out, '"');
    if (begins_formula(text)) buffer_char(w->out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') buffer_char(w->out, '"');
        buffer_char(w->out, text.ptr[i]);
        if (is_separator(text.ptr[i]) && begins_formula(cell_at(slice_skip(text, i + 1)))) buffer_char(w->out, '\'');
    }
    if (quoted) buffer_char(w->out, '"');
}

void csv_uint(struct csv_writer *w, uint64_t n)
{
    begin(w);
    buffer_printf(w->out, "%llu", (unsigned long long)n);
}

void csv_number(struct csv_writer *w, double number, int places)
{
    char digits[DOUBLE_FIXED_MAX];
    begin(w);
    if (!isnan(number)) buffer_add(w->out, slice_of(digits, double_to_fixed(number, places, digits)));
}

void csv_empty(struct csv_writer *w)
{
    begin(w);
}

void csv_end(struct csv_writer *w)
{
    buffer_char(w->out, '\n');
    w->begun = false;
}
