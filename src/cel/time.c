#include "cel/time.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `count` digits at the front. */
static bool take_number(struct slice *rest, size_t count, int *out)
{
    if (rest->len < count) return false;
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(rest->ptr[i])) return false;
        *out = *out * 10 + (rest->ptr[i] - '0');
    }
    *rest = slice_skip(*rest, count);
    return true;
}

static bool take_char(struct slice *rest, const char *any)
{
    if (!rest->len || !*rest->ptr || !strchr(any, *rest->ptr)) return false;
    *rest = slice_skip(*rest, 1);
    return true;
}

/* A point and one to nine digits: billionths. */
static bool take_fraction(struct slice *rest, uint32_t *nanoseconds)
{
    *nanoseconds = 0;
    if (!take_char(rest, ".")) return true;
    uint32_t scale = 1000000000, digits = 0;
    while (rest->len && is_digit(*rest->ptr)) {
        if (++digits > 9) return false;
        scale /= 10;
        *nanoseconds += scale * (uint32_t)(*rest->ptr - '0');
        *rest = slice_skip(*rest, 1);
    }
    return digits > 0;
}

static bool take_zone(struct slice *rest, int *seconds)
{
    int hours, minutes;
    *seconds = 0;
    if (take_char(rest, "Zz")) return true;
    bool west = rest->len && *rest->ptr == '-';
    if (!take_char(rest, "+-") || !take_number(rest, 2, &hours) || !take_char(rest, ":") ||
        !take_number(rest, 2, &minutes))
        return false;
    *seconds = (hours * 60 + minutes) * (west ? -60 : 60);
    return hours < 24 && minutes < 60;
}

bool timestamp_parse(struct slice text, struct value *out)
{
    struct civil c = {0};
    uint32_t nanoseconds;
    int offset;
    bool good = take_number(&text, 4, &c.year) && take_char(&text, "-") && take_number(&text, 2, &c.month) &&
                take_char(&text, "-") && take_number(&text, 2, &c.day) && take_char(&text, "Tt") &&
                take_number(&text, 2, &c.hour) && take_char(&text, ":") && take_number(&text, 2, &c.minute) &&
                take_char(&text, ":") && take_number(&text, 2, &c.second) && take_fraction(&text, &nanoseconds) &&
                take_zone(&text, &offset) && text.len == 0;
    if (!good || c.month < 1 || c.month > 12 || c.day < 1 || c.day > civil_month_length(c.year, c.month)) return false;
    if (c.hour > 23 || c.minute > 59 || c.second > 59) return false;
    int64_t seconds = civil_to_day(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second - offset;
    *out = value_timestamp(seconds, nanoseconds);
    return seconds >= TIMESTAMP_MIN && seconds <= TIMESTAMP_MAX;
}

static void print_fraction(struct buffer *out, uint32_t nanoseconds)
{
    if (!nanoseconds) return;
    char digits[16];
    int n = snprintf(digits, sizeof digits, ".%09u", nanoseconds);
    while (digits[n - 1] == '0') n--;
    buffer_add(out, slice_of(digits, (size_t)n));
}

void timestamp_print(struct buffer *out, struct value timestamp)
{
    int64_t day = floor_div(timestamp.integer, 86400);
    int second = (int)(timestamp.integer - day * 86400), year, month, day_of_month;
    civil_from_day(day, &year, &month, &day_of_month);
    buffer_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day_of_month, second / 3600, second / 60 % 60,
                  second % 60);
    print_fraction(out, timestamp.extra);
    buffer_char(out, 'Z');
}

struct unit {
    const char *name;
    int64_t nanoseconds;
    bool days;
};

/* Longer names before those they begin with. */
static const struct unit units[] = {
    {"ns", 1, false},
    {"us", 1000, false},
    {"\xC2\xB5s", 1000, false},
    {"\xCE\xBCs", 1000, false},
    {"ms", 1000000, false},
    {"s", DURATION_SECOND, false},
    {"m", 60 * DURATION_SECOND, false},
    {"h", 3600 * DURATION_SECOND, false},
    {"d", 86400 * DURATION_SECOND, true},
    {"w", 7 * 86400 * DURATION_SECOND, true},
};

static const struct unit *take_unit(struct slice *rest, bool days)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct slice name = slice_from(units[i].name);
        if (!slice_starts(*rest, name) || (units[i].days && !days)) continue;
        *rest = slice_skip(*rest, name.len);
        return &units[i];
    }
    return NULL;
}

/* One number and its unit, added to *sum; fractions below a nanosecond are dropped. */
static bool take_part(struct slice *rest, bool days, __int128 *sum)
{
    uint64_t whole = 0, fraction = 0, scale = 1;
    bool digits = false;
    for (; rest->len && is_digit(*rest->ptr); *rest = slice_skip(*rest, 1), digits = true)
        if (__builtin_mul_overflow(whole, UINT64_C(10), &whole) ||
            __builtin_add_overflow(whole, (uint64_t)(*rest->ptr - '0'), &whole))
            return false;
    if (take_char(rest, "."))
        for (; rest->len && is_digit(*rest->ptr); *rest = slice_skip(*rest, 1), digits = true) {
            if (scale >= UINT64_C(1000000000000000)) continue;
            fraction = fraction * 10 + (uint64_t)(*rest->ptr - '0');
            scale *= 10;
        }
    const struct unit *unit = digits ? take_unit(rest, days) : NULL;
    if (!unit || whole > INT64_MAX) return false;
    *sum += (__int128)whole * unit->nanoseconds + (__int128)fraction * unit->nanoseconds / scale;
    return *sum <= (__int128)INT64_MAX + 1;
}

bool duration_parse(struct slice text, bool days, struct value *out)
{
    __int128 sum = 0;
    bool negative = text.len && *text.ptr == '-';
    take_char(&text, "+-");
    if (slice_is(text, "0")) {
        *out = value_duration(0);
        return true;
    }
    if (!text.len) return false;
    while (text.len)
        if (!take_part(&text, days, &sum)) return false;
    if (!negative && sum > INT64_MAX) return false;
    *out = value_duration((int64_t)(negative ? -sum : sum));
    return true;
}

void duration_print(struct buffer *out, struct value duration)
{
    uint64_t size = duration.integer < 0 ? -duration.natural : duration.natural;
    buffer_printf(out, "%s%" PRIu64, duration.integer < 0 ? "-" : "", size / 1000000000);
    print_fraction(out, (uint32_t)(size % 1000000000));
    buffer_char(out, 's');
}

__int128 timestamp_nanoseconds(struct value timestamp)
{
    return (__int128)timestamp.integer * DURATION_SECOND + timestamp.extra;
}

bool timestamp_make(__int128 nanoseconds, struct value *out)
{
    __int128 seconds = nanoseconds / DURATION_SECOND, rest = nanoseconds % DURATION_SECOND;
    if (rest < 0) {
        rest += DURATION_SECOND;
        seconds--;
    }
    if (seconds < TIMESTAMP_MIN || seconds > TIMESTAMP_MAX) return false;
    *out = value_timestamp((int64_t)seconds, (uint32_t)rest);
    return true;
}
