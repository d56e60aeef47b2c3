/* Periods as people write them, and the two windows a report looks through. Days are local days of the company's zone.
 *
 * A period is `2026`, `2026-Q1`, `2026-01`, `2026-01-05`, `2026-01-05..2026-02-04`, `2025-11..2026-02` (last included),
 * `last month` (also day, week, quarter, year: the last one that is complete at the as-of), `last 30 days` (weeks,
 * months, quarters, years: the last complete ones), `this month` (from its first day to the as-of). A comparison is a
 * period, `a year earlier`, `the period before`, or `none`. */
#ifndef MASA_ANALYSIS_PERIOD_H
#define MASA_ANALYSIS_PERIOD_H

#include "analysis/table.h"
#include "base/zone.h"

struct period {
    int64_t from_day, until_day; /* half open */
};

enum { WEEK_FROM_SUNDAY = 0, WEEK_FROM_MONDAY = 1 };

/* False when the text is none of the above. */
bool period_parse(struct slice text, const struct zone *zone, int64_t as_of, int week_from, struct period *out);
/* The period of equal kind a year earlier: same calendar days, 29 February becoming 28 February; whole months stay
 * whole. */
struct period period_year_earlier(struct period p);
/* The period just before: the month before for a whole month, likewise quarters and years; else as many days. */
struct period period_before(struct period p);

/* An as-of as written: a day ("2026-04-20": its last microsecond in the zone) or an instant. False on anything else. */
bool as_of_parse(struct slice text, const struct zone *zone, int64_t *out);

/* The compared period's as-of at equal age: as many local days after its end as `as_of` is after the end of `p`, at the
 * same time of the day. While `p` runs: as many after its beginning. */
int64_t period_equal_age(struct period p, int64_t as_of, struct period compared, const struct zone *zone);

/* Both windows of a report. Empty `period`: last month; empty `compare`: a year earlier, which may be called `year`
 * too, as `the period before` may be called `previous`. Of what a period is compared with while it runs, only as many
 * days count. `windows[1]` is set only when *has_compare becomes true. The error names the text that is wrong and what
 * would be right. */
enum outcome period_settle(struct slice period, struct slice compare, const struct company *company,
                           const struct zone *zone, int64_t as_of, struct report_window windows[2], bool *has_compare,
                           struct error *error);

#endif
