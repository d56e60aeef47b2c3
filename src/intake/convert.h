/* Texts of files to values: numbers, dates and times the way offices write them, yes and no, e-mail addresses. */
#ifndef MASA_INTAKE_CONVERT_H
#define MASA_INTAKE_CONVERT_H

#include "base/zone.h"
#include "intake/mapping.h"
#include "intake/moment.h"

/* How a file writes things. */
struct convert_style {
    enum date_order dates;
    bool comma_decimal;
    const struct zone *zone; /* NULL: wall clock stays wall clock */
};

/* 1,234.50 · (12) · 4 500 · $3.20 · 15%: millionths, half away from zero. False when it is no number, or too large. */
bool convert_decimal(struct slice text, bool comma_decimal, int64_t *millionths);
/* The currency named beside the number: "USD", "$", "₪"; empty when none is. */
struct slice read_currency(struct slice text);
/* What a column of currencies says, also as a word alone: "usd", שקלים; empty when it is none that is known. In the
 * arena. */
struct slice read_currency_name(struct arena *arena, struct slice text);

/* Everything time_parse reads, 05/01/2026 in the style's order, with 14:30, 14:30:00 or 2:30 PM behind it, and numbers
 * as in moment.h. */
bool read_time(const struct convert_style *style, struct moment_cache *cache, const struct input_value *value,
               struct time_text *out);
/* A whole month: 2026-01, 01/2026, Jan 2026, ינואר 2026. */
bool read_month(struct slice text, int *year, int *month);

/* The first two numbers of a date whose year stands last: 5 and 1 of 05/01/2026. */
bool read_date_parts(struct slice text, int part[2]);

/* What the field's rule makes of a value; texts it makes live in the arena. False: it cannot be read that way. A blank
 * is INPUT_MISSING. Of money only the currency beside the number is read. */
bool convert_value(const struct convert_style *style, struct arena *arena, const struct map_field *field,
                   struct input_value *value);

/* A number that is written already, with its currency. */
struct input_value money_in(struct arena *arena, struct slice number, struct slice currency);

#endif
