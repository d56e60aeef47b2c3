#include "value/csv_write.h"

#include <math.h>

#include "value/number.h"

static void begin(struct csv_writer *w)
{
    if (w->begun) buffer_char(w->out, ',');
    w->begun = true;
}

static bool is_formula(struct slice text)
{
    double number;
    if (!text.len || (!strchr("=+-@", text.ptr[0]) && (unsigned char)text.ptr[0] >= ' ')) return false;
    return !double_from_text(text, &number);
}

void csv_text(struct csv_writer *w, struct slice text)
{
    begin(w);
    bool formula = is_formula(text), quoted = false;
    for (size_t i = 0; i < text.len && !quoted; i++)
        quoted = text.ptr[i] == '"' || text.ptr[i] == ',' || text.ptr[i] == '\n' || text.ptr[i] == '\r';
    if (quoted) buffer_char(w->out, '"');
    if (formula) buffer_char(w->out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') buffer_char(w->out, '"');
        buffer_char(w->out, text.ptr[i]);
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
