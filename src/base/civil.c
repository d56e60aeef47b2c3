#include "base/civil.h"

int64_t civil_to_day(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2), era = floor_div(y, 400), of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_from_day(int64_t day, int *year, int *month, int *day_of_month)
{
    int64_t z = day + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day_of_month = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

int civil_weekday(int64_t day)
{
    int64_t w = (day + 4) % 7;
    return (int)(w < 0 ? w + 7 : w);
}

int civil_month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : lengths[month - 1];
}

int64_t civil_to_instant(struct civil c)
{
    int64_t seconds = civil_to_day(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
    return seconds * SECOND_US + c.micros;
}

struct civil civil_from_instant(int64_t instant)
{
    int64_t day = floor_div(instant, DAY_US), rest = instant - day * DAY_US;
    struct civil c = {.hour = (int)(rest / HOUR_US),
                      .minute = (int)(rest / MINUTE_US % 60),
                      .second = (int)(rest / SECOND_US % 60),
                      .micros = (int)(rest % SECOND_US)};
    civil_from_day(day, &c.year, &c.month, &c.day);
    return c;
}

/* Exactly n digits off the front of *s. */
static bool take_digits(struct slice *s, size_t n, int *out)
{
    if (s->len < n) return false;
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->ptr[i] < '0' || s->ptr[i] > '9') return false;
        value = value * 10 + (s->ptr[i] - '0');
    }
    *s = slice_skip(*s, n);
    *out = value;
    return true;
}

static bool take_char(struct slice *s, char c)
{
    if (!s->len || s->ptr[0] != c) return false;
    *s = slice_skip(*s, 1);
    return true;
}

static bool take_fraction(struct slice *s, int *micros)
{
    int scale = 100000, digit;
    if (!s->len || s->ptr[0] < '0' || s->ptr[0] > '9') return false;
    while (s->len && s->ptr[0] >= '0' && s->ptr[0] <= '9' && take_digits(s, 1, &digit)) {
        *micros += digit * scale;
        scale /= 10;
    }
    return true;
}

static bool take_offset(struct slice *s, int *seconds, bool *zoned)
{
    int hours, minutes = 0;
    *seconds = 0;
    *zoned = s->len > 0;
    if (!s->len) return true;
    if (take_char(s, 'Z') || take_char(s, 'z')) return true;
    bool minus = s->ptr[0] == '-';
    if (!take_char(s, minus ? '-' : '+') || !take_digits(s, 2, &hours)) return false;
    if (s->len) {
        take_char(s, ':');
        if (!take_digits(s, 2, &minutes)) return false;
    }
    if (hours > 23 || minutes > 59) return false;
    *seconds = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return true;
}

static bool take_clock(struct slice *s, struct civil *c)
{
    if (!take_digits(s, 2, &c->hour) || !take_char(s, ':') || !take_digits(s, 2, &c->minute)) return false;
    if (take_char(s, ':')) {
        if (!take_digits(s, 2, &c->second)) return false;
        if (take_char(s, '.') && !take_fraction(s, &c->micros)) return false;
    }
    return c->hour < 24 && c->minute < 60 && c->second < 61;
}

bool time_parse(struct slice text, struct time_text *out)
{
    struct civil c = {0};
    int offset = 0;
    *out = (struct time_text){0};
    if (!take_digits(&text, 4, &c.year) || !take_char(&text, '-') || !take_digits(&text, 2, &c.month) ||
        !take_char(&text, '-') || !take_digits(&text, 2, &c.day))
        return false;
    if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > civil_month_length(c.year, c.month))
        return false;
    out->day_only = text.len == 0;
    if (!out->day_only) {
        if (!take_char(&text, 'T') && !take_char(&text, 't') && !take_char(&text, ' ')) return false;
        if (!take_clock(&text, &c)) return false;
        if (c.second == 60) c.second = 59, c.micros = 999999; /* a leap second is the last instant of its minute */
        if (text.len > 1 && text.ptr[0] == ' ') text = slice_skip(text, 1);
        if (!take_offset(&text, &offset, &out->zoned) || text.len) return false;
    }
    out->instant = civil_to_instant(c) - (int64_t)offset * SECOND_US;
    return true;
}

void time_format(struct buffer *out, int64_t instant)
{
    struct civil c = civil_from_instant(instant);
    buffer_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
    if (c.micros) buffer_printf(out, ".%06d", c.micros);
    buffer_char(out, 'Z');
}

void day_format(struct buffer *out, int64_t day)
{
    int y, m, d;
    civil_from_day(day, &y, &m, &d);
    buffer_printf(out, "%04d-%02d-%02d", y, m, d);
}
