#include "analysis/period.h"

/* A calendar unit's first day, `steps` units away from the one that holds `day`. */
enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR, UNIT_COUNT };

static const struct {
    const char *one, *many;
    int months; /* 0: counted in days */
    int days;
} UNITS[UNIT_COUNT] = {
    [UNIT_DAY] = {"day", "days", 0, 1},       [UNIT_WEEK] = {"week", "weeks", 0, 7},
    [UNIT_MONTH] = {"month", "months", 1, 0}, [UNIT_QUARTER] = {"quarter", "quarters", 3, 0},
    [UNIT_YEAR] = {"year", "years", 12, 0},
};

static bool unit_named(struct slice word, enum unit *out)
{
    for (enum unit u = 0; u < UNIT_COUNT; u++)
        if (slice_is(word, UNITS[u].one) || slice_is(word, UNITS[u].many)) {
            *out = u;
            return true;
        }
    return false;
}

/* Months since year 0. */
static int64_t month_index(int64_t day, int *day_of_month)
{
    int year, month;
    civil_from_day(day, &year, &month, day_of_month);
    return (int64_t)year * 12 + month - 1;
}

static int64_t month_start(int64_t index)
{
    return civil_to_day((int)floor_div(index, 12), (int)(index - floor_div(index, 12) * 12) + 1, 1);
}

static int64_t unit_start(enum unit unit, int64_t day, int64_t steps, int week_from)
{
    int day_of_month;
    if (UNITS[unit].months) {
        int64_t length = UNITS[unit].months;
        return month_start((floor_div(month_index(day, &day_of_month), length) + steps) * length);
    }
    int64_t back = unit == UNIT_WEEK ? (civil_weekday(day) - week_from + 7) % 7 : 0;
    return day - back + steps * UNITS[unit].days;
}

static bool digits(struct slice s, size_t at, size_t count, int *out)
{
    if (s.len < at + count) return false;
    *out = 0;
    for (size_t i = at; i < at + count; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return true;
}

static bool day_parse(struct slice s, int64_t *out)
{
    int y, m, d;
    if (s.len != 10 || !digits(s, 0, 4, &y) || s.ptr[4] != '-' || !digits(s, 5, 2, &m) || s.ptr[7] != '-' ||
        !digits(s, 8, 2, &d) || y < 1 || m < 1 || m > 12 || d < 1 || d > civil_month_length(y, m))
        return false;
    *out = civil_to_day(y, m, d);
    return true;
}

/* 2026, 2026-Q1, 2026-01, 2026-01-05 */
static bool date_parse(struct slice s, struct period *out)
{
    int64_t first;
    int year, part;
    if (day_parse(s, &first)) {
        *out = (struct period){first, first + 1};
        return true;
    }
    if (!digits(s, 0, 4, &year) || year < 1 || year > 9998) return false;
    int64_t from = (int64_t)year * 12, months;
    if (s.len == 4)
        months = 12;
    else if (s.len == 7 && s.ptr[4] == '-' && (s.ptr[5] == 'Q' || s.ptr[5] == 'q') && digits(s, 6, 1, &part) &&
             part >= 1 && part <= 4)
        from += (part - 1) * 3, months = 3;
    else if (s.len == 7 && s.ptr[4] == '-' && digits(s, 5, 2, &part) && part >= 1 && part <= 12)
        from += part - 1, months = 1;
    else
        return false;
    *out = (struct period){month_start(from), month_start(from + months)};
    return true;
}

/* One of these, or two with .. between: 2026-01-05..2026-02-04, 2025-11..2026-02. */
static bool dates_parse(struct slice s, struct period *out)
{
    const char *dots = memmem(s.ptr, s.len, "..", 2);
    if (!dots) return date_parse(s, out);
    const size_t at = (size_t)(dots - s.ptr);
    struct period first, last;
    if (!date_parse(slice_of(s.ptr, at), &first) || !date_parse(slice_skip(s, at + 2), &last)) return false;
    *out = (struct period){first.from_day, last.until_day};
    return first.from_day <= last.from_day;
}

/* The first local day that is not over at the as-of. */
static int64_t open_day(const struct zone *zone, int64_t as_of)
{
    int64_t day = zone_day(zone, as_of);
    return as_of >= zone_day_start(zone, day + 1) - 1 ? day + 1 : day;
}

static bool last_parse(struct slice rest, int64_t open, int week_from, struct period *out)
{
    enum unit unit;
    int64_t count = 1;
    struct slice words = rest, first = slice_cut(&words, ' ');
    bool counted = slice_to_i64(first, &count);
    if (counted && (count < 1 || count > 10000)) return false;
    if (!unit_named(counted ? slice_trim(words) : rest, &unit)) return false;
    out->until_day = unit_start(unit, open, 0, week_from);
    out->from_day = unit_start(unit, open, -count, week_from);
    return true;
}

bool period_parse(struct slice text, const struct zone *zone, int64_t as_of, int week_from, struct period *out)
{
    text = slice_trim(text);
    if (dates_parse(text, out)) return true;
    struct slice rest = text, word = slice_cut(&rest, ' ');
    int64_t open = open_day(zone, as_of);
    if (slice_is(word, "last")) return last_parse(slice_trim(rest), open, week_from, out);
    enum unit unit;
    if (!slice_is(word, "this") || !unit_named(slice_trim(rest), &unit)) return false;
    int64_t today = zone_day(zone, as_of);
    *out = (struct period){unit_start(unit, today, 0, week_from), today + 1};
    return true;
}

/* Whole months have both ends on the first of a month. */
static bool whole_months(struct period p, int64_t *from, int64_t *until)
{
    int a, b;
    *from = month_index(p.from_day, &a);
    *until = month_index(p.until_day, &b);
    return a == 1 && b == 1;
}

static int64_t year_earlier(int64_t day)
{
    int year, month, of_month;
    civil_from_day(day, &year, &month, &of_month);
    int length = civil_month_length(year - 1, month);
    return civil_to_day(year - 1, month, of_month < length ? of_month : length);
}

struct period period_year_earlier(struct period p)
{
    int64_t from, until;
    if (whole_months(p, &from, &until)) return (struct period){month_start(from - 12), month_start(until - 12)};
    return (struct period){year_earlier(p.from_day), year_earlier(p.until_day - 1) + 1};
}

struct period period_before(struct period p)
{
    int64_t from, until;
    if (whole_months(p, &from, &until)) return (struct period){month_start(2 * from - until), p.from_day};
    return (struct period){2 * p.from_day - p.until_day, p.from_day};
}

bool as_of_parse(struct slice text, const struct zone *zone, int64_t *out)
{
    struct time_text t;
    if (!time_parse(slice_trim(text), &t)) return false;
    if (t.day_only)
        *out = zone_day_start(zone, floor_div(t.instant, DAY_US) + 1) - 1;
    else
        *out = t.zoned ? t.instant : zone_from_local(zone, t.instant);
    return true;
}

int64_t period_equal_age(struct period p, int64_t as_of, struct period compared, const struct zone *zone)
{
    int64_t local = zone_to_local(zone, as_of), day = floor_div(local, DAY_US);
    const bool runs = day < p.until_day; /* months differ in length, and their first days are what they share */
    int64_t other = runs ? compared.from_day + (day - p.from_day) : compared.until_day + (day - p.until_day);
    if (as_of == zone_day_start(zone, day + 1) - 1) return zone_day_start(zone, other + 1) - 1;
    return zone_from_local(zone, other * DAY_US + (local - day * DAY_US));
}

static enum outcome compare_settle(struct slice text, struct period period, int week_from, const struct zone *zone,
                                   int64_t as_of, struct period *out, bool *has, struct error *error)
{
    text = slice_trim(text);
    *has = !slice_is(text, "none");
    if (!text.len || slice_is(text, "a year earlier") || slice_is(text, "year"))
        *out = period_year_earlier(period);
    else if (slice_is(text, "the period before") || slice_is(text, "previous"))
        *out = period_before(period);
    else if (*has && !period_parse(text, zone, as_of, week_from, out))
        return error_set(error, BAD_USAGE,
                         "'%.*s' is nothing to compare with: write 'a year earlier', 'the period before', "
                         "'none' or a period such as 2025-01",
                         SLICE_ARG(text));
    return OK;
}

enum outcome period_settle(struct slice period, struct slice compare, const struct company *company,
                           const struct zone *zone, int64_t as_of, struct report_window windows[2], bool *has_compare,
                           struct error *error)
{
    struct period now, before;
    int week_from = company && company->week_starts_monday ? WEEK_FROM_MONDAY : WEEK_FROM_SUNDAY;
    if (!slice_trim(period).len) period = SLICE("last month");
    if (!period_parse(period, zone, as_of, week_from, &now))
        return error_set(error, BAD_USAGE,
                         "'%.*s' is no period: write 2026, 2026-Q1, 2026-01, 2026-01-05..2026-02-04, "
                         "'last month' or 'last 30 days'",
                         SLICE_ARG(period));
    enum outcome result = compare_settle(compare, now, week_from, zone, as_of, &before, has_compare, error);
    if (result) return result;
    windows[0] = (struct report_window){zone_day_start(zone, now.from_day), zone_day_start(zone, now.until_day), as_of};
    if (!*has_compare) return OK;
    const int64_t then = period_equal_age(now, as_of, before, zone);
    const bool runs = as_of >= windows[0].from && as_of < windows[0].until;
    int64_t until_day = before.until_day;
    if (runs && zone_day(zone, then) + 1 < until_day) until_day = zone_day(zone, then) + 1;
    windows[1] = (struct report_window){zone_day_start(zone, before.from_day), zone_day_start(zone, until_day), then};
    return OK;
}
