/* Numbers, money, days and dates as people read them in one language. Digits, signs and units are the same in both;
 * grouping and the decimal point follow the locale. Direction marks are never among them: whoever draws isolates. */
#ifndef MASA_REPORT_FORMAT_H
#define MASA_REPORT_FORMAT_H

#include "base/arena.h"

struct formats;

struct formats *formats_new(const char *locale, struct slice currency);
void formats_free(struct formats *f);

/* At most `places` decimals; `fixed`: exactly so many. A minus is U+2212. */
struct slice format_number(struct formats *f, struct arena *arena, double value, int places, bool fixed);
/* "46.7%", "65%": one decimal always, or only when there is one. */
struct slice format_percent(struct formats *f, struct arena *arena, double value, bool fixed);
/* "$1,200", "$65.33": cents only below a hundred and when there are any. */
struct slice format_money(struct formats *f, struct arena *arena, double value);
/* Two significant digits: 69,223 is about 69,000. */
struct slice format_about(struct formats *f, struct arena *arena, double value);
/* "January 2026"; "5 – 14 Jan 2026". Local days, both included. */
struct slice format_month(struct formats *f, struct arena *arena, int64_t day);
struct slice format_days(struct formats *f, struct arena *arena, int64_t from_day, int64_t last_day);
/* Items joined as the language joins them: "a, b and c". */
struct slice format_list(struct formats *f, struct arena *arena, const struct slice *items, size_t count);

#endif
