#include "calendar/tzfile.h"

#include "base/vector.h"

/* The changes gathered so far, in order, each one a real change. */
struct changes {
    VECTOR(struct zone_change) list;
    int32_t first_offset;
};

static int32_t current(const struct changes *c)
{
    return c->list.count ? vector_last(&c->list)->offset : c->first_offset;
}

static void add_change(struct changes *c, int64_t second, int32_t offset)
{
    int64_t until = civil_to_day(ZONE_UNTIL_YEAR, 1, 1) * 86400;
    if (second <= ZONE_FROM / SECOND_US) {
        c->first_offset = offset;
        return;
    }
    if (second >= until) return;
    /* A rule may end summer time in the instant it begins the next: no change at all. */
    if (c->list.count && vector_last(&c->list)->at == second * SECOND_US) c->list.count--;
    if (offset != current(c)) vector_push(&c->list, ((struct zone_change){second * SECOND_US, offset}));
}

/* ---- The rule at the end, a POSIX TZ text such as "IST-2IDT,M3.4.4/26,M10.5.0". ---- */

enum date_form { MONTH_WEEK_DAY, DAY_WITHOUT_LEAP, DAY_WITH_LEAP };

struct rule_date {
    enum date_form form;
    int month, week, day; /* `day`: of the week, or of the year */
    int32_t seconds;      /* wall clock, from that day's midnight; may be negative or days long */
};

struct rule {
    int32_t standard, summer; /* seconds east */
    bool has_summer;
    struct rule_date begins, ends;
};

static bool take(struct slice *s, char c)
{
    if (!s->len || s->ptr[0] != c) return false;
    *s = slice_skip(*s, 1);
    return true;
}

static bool take_number(struct slice *s, int max, int *out)
{
    int value = 0;
    size_t n = 0;
    for (; n < s->len && n < 3 && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++) value = value * 10 + (s->ptr[n] - '0');
    *s = slice_skip(*s, n);
    *out = value;
    return n > 0 && value <= max;
}

static bool take_abbreviation(struct slice *s)
{
    size_t n = 0;
    if (take(s, '<')) {
        while (n < s->len && s->ptr[n] != '>') n++;
        *s = slice_skip(*s, n);
        return take(s, '>');
    }
    while (n < s->len && ((s->ptr[n] | 32) >= 'a' && (s->ptr[n] | 32) <= 'z')) n++;
    *s = slice_skip(*s, n);
    return n >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct slice *s, int32_t *seconds)
{
    int hours, minutes = 0, rest = 0;
    bool minus = take(s, '-');
    if (!minus) take(s, '+');
    if (!take_number(s, 167, &hours)) return false;
    if (take(s, ':') && !take_number(s, 59, &minutes)) return false;
    if (take(s, ':') && !take_number(s, 59, &rest)) return false;
    *seconds = (hours * 3600 + minutes * 60 + rest) * (minus ? -1 : 1);
    return true;
}

static bool take_date(struct slice *s, struct rule_date *out)
{
    *out = (struct rule_date){.form = DAY_WITH_LEAP, .seconds = 2 * 3600};
    if (!take(s, ',')) return false;
    if (take(s, 'M')) {
        out->form = MONTH_WEEK_DAY;
        if (!take_number(s, 12, &out->month) || !take(s, '.') || !take_number(s, 5, &out->week) || !take(s, '.'))
            return false;
        if (!take_number(s, 6, &out->day) || !out->month || !out->week) return false;
    } else {
        if (take(s, 'J')) out->form = DAY_WITHOUT_LEAP;
        if (!take_number(s, 365, &out->day)) return false;
        if (out->form == DAY_WITHOUT_LEAP && !out->day) return false;
    }
    return !take(s, '/') || take_time(s, &out->seconds);
}

static bool parse_rule(struct slice text, struct rule *rule)
{
    *rule = (struct rule){0};
    if (!take_abbreviation(&text) || !take_time(&text, &rule->standard)) return false;
    rule->standard = -rule->standard; /* POSIX counts west */
    if (!text.len) return true;
    rule->has_summer = true;
    rule->summer = rule->standard + 3600;
    if (!take_abbreviation(&text)) return false;
    if (text.len && text.ptr[0] != ',') {
        if (!take_time(&text, &rule->summer)) return false;
        rule->summer = -rule->summer;
    }
    return take_date(&text, &rule->begins) && take_date(&text, &rule->ends) && !text.len;
}

/* The second at which the date comes in a year, for a clock that shows `offset`. */
static int64_t rule_second(const struct rule_date *date, int year, int32_t offset)
{
    int64_t day = civil_to_day(year, 1, 1);
    if (date->form == MONTH_WEEK_DAY) {
        int length = civil_month_length(year, date->month);
        int64_t first = civil_to_day(year, date->month, 1);
        int within = (date->day - civil_weekday(first) + 7) % 7 + 7 * (date->week - 1);
        day = first + (within < length ? within : within - 7);
    } else if (date->form == DAY_WITHOUT_LEAP) {
        day += date->day - 1 + (date->day > 59 && civil_month_length(year, 2) == 29);
    } else {
        day += date->day;
    }
    return day * 86400 + date->seconds - offset;
}

static void add_rule(struct changes *c, const struct rule *rule, int64_t after)
{
    if (!rule->has_summer) {
        if (rule->standard != current(c)) add_change(c, after + 1, rule->standard);
        return;
    }
    /* A year more at both ends: the local year may be another than the one in UTC. */
    for (int year = civil_from_instant(after * SECOND_US).year - 1; year <= ZONE_UNTIL_YEAR; year++) {
        int64_t begins = rule_second(&rule->begins, year, rule->standard);
        int64_t ends = rule_second(&rule->ends, year, rule->summer);
        for (int turn = 0; turn < 2; turn++) {
            bool summer = (turn == 0) == (begins < ends);
            int64_t second = summer ? begins : ends;
            if (second > after) add_change(c, second, summer ? rule->summer : rule->standard);
        }
    }
}

/* ---- The file. ---- */

enum { HEADER = 44 };

struct block {
    size_t times, types, abbreviations, leaps, standard_flags, utc_flags; /* counts */
};

static int64_t big_endian(const char *at, size_t width)
{
    uint64_t value = (unsigned char)at[0] & 0x80 ? ~UINT64_C(0) : 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | (unsigned char)at[i];
    return (int64_t)value;
}

static bool take_header(struct slice *s, struct block *b, char *version)
{
    if (s->len < HEADER || memcmp(s->ptr, "TZif", 4) != 0) return false;
    size_t *counts[] = {&b->utc_flags, &b->standard_flags, &b->leaps, &b->times, &b->types, &b->abbreviations};
    for (size_t i = 0; i < 6; i++) {
        int64_t n = big_endian(s->ptr + 20 + 4 * i, 4);
        if (n < 0 || (size_t)n > s->len) return false;
        *counts[i] = (size_t)n;
    }
    *version = s->ptr[4];
    *s = slice_skip(*s, HEADER);
    return true;
}

static size_t block_size(const struct block *b, size_t width)
{
    return b->times * (width + 1) + b->types * 6 + b->abbreviations + b->leaps * (width + 4) + b->standard_flags +
           b->utc_flags;
}

/* The 64-bit block. False when types or times are out of range. */
static bool read_block(const char *at, const struct block *b, struct changes *c, int64_t *last)
{
    const char *index = at + b->times * 8, *types = index + b->times;
    for (size_t i = 0; i < b->types; i++) {
        int64_t offset = big_endian(types + 6 * i, 4);
        if (offset <= -86400 || offset >= 86400) return false;
    }
    c->first_offset = (int32_t)big_endian(types, 4);
    for (size_t i = 0; i < b->times; i++) {
        size_t type = (unsigned char)index[i];
        int64_t second = big_endian(at + 8 * i, 8);
        if (type >= b->types || second <= *last || second > INT64_MAX / SECOND_US) return false;
        *last = second;
        add_change(c, second, (int32_t)big_endian(types + 6 * type, 4));
    }
    return true;
}

static bool read_changes(struct slice s, struct changes *c)
{
    struct block b;
    struct rule rule;
    char version;
    int64_t last = INT64_MIN;
    if (!take_header(&s, &b, &version) || version < '2' || block_size(&b, 4) > s.len) return false;
    s = slice_skip(s, block_size(&b, 4));
    if (!take_header(&s, &b, &version) || b.leaps || !b.types || block_size(&b, 8) > s.len) return false;
    if (!read_block(s.ptr, &b, c, &last)) return false;
    s = slice_skip(s, block_size(&b, 8));
    if (!take(&s, '\n') || !s.len || s.ptr[s.len - 1] != '\n') return false;
    s.len--;
    if (!s.len) return true; /* no rule: the last offset stays */
    if (!parse_rule(s, &rule)) return false;
    add_rule(c, &rule, last > 0 ? last : 0);
    return true;
}

bool tzfile_read(struct arena *arena, struct slice content, struct zone *out)
{
    struct changes c = {0};
    bool good = read_changes(content, &c);
    if (good) {
        struct zone_change *copy = ARENA_ARRAY(arena, struct zone_change, c.list.count);
        if (c.list.count) memcpy(copy, c.list.at, c.list.count * sizeof *copy);
        out->first_offset = c.first_offset;
        out->change = copy;
        out->count = c.list.count;
    }
    vector_release(&c.list);
    return good;
}
