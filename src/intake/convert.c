#include "intake/convert.h"

/* --- Numbers. --- */

static const struct {
    struct slice sign, code;
} currencies[] = {{SLICE("$"), SLICE("USD")},    {SLICE("€"), SLICE("EUR")},     {SLICE("£"), SLICE("GBP")},
                  {SLICE("₪"), SLICE("ILS")},    {SLICE("ש\"ח"), SLICE("ILS")},  {SLICE("ש״ח"), SLICE("ILS")},
                  {SLICE("NIS"), SLICE("ILS")},  {SLICE("US$"), SLICE("USD")},   {SLICE("ש''ח"), SLICE("ILS")},
                  {SLICE("שח"), SLICE("ILS")},   {SLICE("שקלים"), SLICE("ILS")}, {SLICE("שקל"), SLICE("ILS")},
                  {SLICE("דולר"), SLICE("USD")}, {SLICE("אירו"), SLICE("EUR")},  {SLICE("יורו"), SLICE("EUR")},
                  {SLICE("CA$"), SLICE("CAD")},  {SLICE("C$"), SLICE("CAD")},    {SLICE("AU$"), SLICE("AUD")},
                  {SLICE("A$"), SLICE("AUD")}};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Skips signs of direction, spaces of all kinds. */
static size_t space_at(struct slice s)
{
    static const struct slice spaces[] = {SLICE(" "), SLICE("\u00a0"), SLICE("\u202f"), SLICE("\u200e"),
                                          SLICE("\u200f")};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (slice_starts(s, spaces[i])) return spaces[i].len;
    return 0;
}

static size_t currency_at(struct slice s, struct slice *code)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (slice_starts(s, currencies[i].sign)) {
            *code = currencies[i].code;
            return currencies[i].sign.len;
        }
    if (s.len < 3 || !is_capital(s.ptr[0]) || !is_capital(s.ptr[1]) || !is_capital(s.ptr[2])) return 0;
    *code = slice_of(s.ptr, 3);
    return 3;
}

struct slice read_currency(struct slice text)
{
    struct slice code = {0};
    while (text.len && !currency_at(text, &code)) text = slice_skip(text, 1);
    return code;
}

static bool is_letter(char c)
{
    return is_capital(c) || (c >= 'a' && c <= 'z');
}

struct slice read_currency_name(struct arena *arena, struct slice text)
{
    text = slice_trim(text);
    if (text.len != 3 || !is_letter(text.ptr[0]) || !is_letter(text.ptr[1]) || !is_letter(text.ptr[2]))
        return read_currency(text);
    char *code = arena_alloc(arena, 3);
    for (int i = 0; i < 3; i++) code[i] = (char)(text.ptr[i] & ~0x20);
    return memcmp(code, "NIS", 3) ? slice_of(code, 3) : SLICE("ILS");
}

struct decimal {
    bool negative, point;
    int digits, decimals;    /* decimals counted up to seven */
    int group;               /* digits since the last thousands separator, -1 when there was none */
    unsigned __int128 value; /* in units of the last decimal kept */
    int round;               /* the seventh decimal */
};

static bool add_digit(struct decimal *d, int digit)
{
    d->digits++;
    if (d->group >= 0 && !d->point) d->group++;
    if (d->point && ++d->decimals > 6) {
        if (d->decimals == 7) d->round = digit;
        return true;
    }
    d->value = d->value * 10 + (unsigned)digit;
    return d->value < (unsigned __int128)INT64_MAX;
}

static bool add_separator(struct decimal *d)
{
    bool fine = !d->point && (d->group < 0 ? d->digits >= 1 && d->digits <= 3 : d->group == 3);
    d->group = 0;
    return fine;
}

static bool finish_decimal(const struct decimal *d, int64_t *millionths)
{
    if (!d->digits || (d->group >= 0 && d->group != 3)) return false;
    unsigned __int128 value = d->value;
    for (int i = d->decimals < 6 ? d->decimals : 6; i < 6; i++) value *= 10;
    value += d->round >= 5;
    if (value > (unsigned __int128)INT64_MAX) return false;
    *millionths = d->negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool convert_decimal(struct slice s, bool comma_decimal, int64_t *millionths)
{
    struct decimal d = {.group = -1};
    struct slice code;
    char point = comma_decimal ? ',' : '.', thousands = comma_decimal ? '.' : ',';
    bool bracket = false, behind = false; /* behind: the digits are over */
    s = slice_trim(s);
    while (s.len) {
        size_t step = space_at(s), sign = step ? 0 : currency_at(s, &code);
        char c = s.ptr[0];
        if (step || sign) {
            behind |= d.digits > 0 && sign;
            step += sign;
        } else if (is_digit(c) && !behind) {
            if (!add_digit(&d, c - '0')) return false;
            step = 1;
        } else if (c == point && !d.point && !behind) {
            d.point = true;
            step = 1;
        } else if ((c == thousands || c == '\'') && !behind) {
            if (!add_separator(&d)) return false;
            step = 1;
        } else if ((c == '-' || c == '(' || c == '+') && !d.digits && !d.negative) {
            d.negative = c != '+';
            bracket = c == '(';
            step = 1;
        } else if ((c == ')' && bracket) || (c == '%' && d.digits)) {
            behind = true;
            step = 1;
        } else {
            return false;
        }
        s = slice_skip(s, step);
    }
    return finish_decimal(&d, millionths);
}

/* --- Dates. --- */

static const struct {
    struct slice name;
    int month;
} months[] = {
    {SLICE("jan"), 1},    {SLICE("feb"), 2},    {SLICE("mar"), 3},      {SLICE("apr"), 4},     {SLICE("may"), 5},
    {SLICE("jun"), 6},    {SLICE("jul"), 7},    {SLICE("aug"), 8},      {SLICE("sep"), 9},     {SLICE("oct"), 10},
    {SLICE("nov"), 11},   {SLICE("dec"), 12},   {SLICE("ינואר"), 1},    {SLICE("פברואר"), 2},  {SLICE("מרץ"), 3},
    {SLICE("מרס"), 3},    {SLICE("אפריל"), 4},  {SLICE("מאי"), 5},      {SLICE("יוני"), 6},    {SLICE("יולי"), 7},
    {SLICE("אוגוסט"), 8}, {SLICE("ספטמבר"), 9}, {SLICE("אוקטובר"), 10}, {SLICE("נובמבר"), 11}, {SLICE("דצמבר"), 12},
};

static bool take_number(struct slice *s, int *out, size_t *digits)
{
    size_t n = 0;
    *out = 0;
    while (n < s->len && n < 5 && is_digit(s->ptr[n])) *out = *out * 10 + (s->ptr[n++] - '0');
    *s = slice_skip(*s, n);
    if (digits) *digits = n;
    return n > 0 && n < 5;
}

static bool take_one_of(struct slice *s, const char *set)
{
    if (!s->len || !s->ptr[0] || !strchr(set, s->ptr[0])) return false;
    *s = slice_skip(*s, 1);
    return true;
}

static int full_year(int year, size_t digits)
{
    if (digits == 4) return year;
    return digits == 2 ? year + (year < 70 ? 2000 : 1900) : 0;
}

/* Three numbers with /, . or - between, the year last. */
static bool take_date(struct slice *s, int part[2], int *year)
{
    size_t digits;
    if (!take_number(s, &part[0], NULL) || !s->len) return false;
    const char separator[2] = {s->ptr[0]};
    if (!strchr("/.-", separator[0]) || !take_one_of(s, separator)) return false;
    if (!take_number(s, &part[1], NULL) || !take_one_of(s, separator) || !take_number(s, year, &digits)) return false;
    *year = full_year(*year, digits);
    return *year > 0;
}

/* 2026/01/05 and 2026.1.5 can mean one day only. */
static bool take_year_first(struct slice *s, struct civil *c)
{
    struct slice rest = *s;
    size_t digits;
    if (!take_number(&rest, &c->year, &digits) || digits != 4 || !rest.len) return false;
    const char separator[2] = {rest.ptr[0]};
    if (!strchr("/.", separator[0]) || !take_one_of(&rest, separator) || !take_number(&rest, &c->month, NULL) ||
        !take_one_of(&rest, separator) || !take_number(&rest, &c->day, NULL))
        return false;
    *s = rest;
    return true;
}

bool read_date_parts(struct slice text, int part[2])
{
    int year;
    text = slice_trim(text);
    return take_date(&text, part, &year) && (!text.len || text.ptr[0] == ' ' || text.ptr[0] == ',') && part[0] >= 1 &&
           part[0] <= 31 && part[1] >= 1 && part[1] <= 31;
}

/* " 14:30", ", 2:30:05 PM" or nothing. */
static bool take_clock(struct slice s, struct civil *c, bool *day_only)
{
    take_one_of(&s, ",");
    s = slice_trim(s);
    *day_only = !s.len;
    if (!s.len) return true;
    if (!take_number(&s, &c->hour, NULL) || !take_one_of(&s, ":") || !take_number(&s, &c->minute, NULL)) return false;
    if (take_one_of(&s, ":") && !take_number(&s, &c->second, NULL)) return false;
    s = slice_trim(s);
    bool pm = slice_equal_fold(s, SLICE("pm"));
    if (pm || slice_equal_fold(s, SLICE("am"))) {
        if (c->hour < 1 || c->hour > 12) return false;
        c->hour = c->hour % 12 + (pm ? 12 : 0);
    } else if (s.len) {
        return false;
    }
    return c->hour < 24 && c->minute < 60 && c->second < 60;
}

static bool read_ordered(enum date_order order, struct slice s, struct time_text *out)
{
    struct civil c = {0};
    int part[2];
    if (!take_year_first(&s, &c)) {
        if (!take_date(&s, part, &c.year) || order == DATES_UNKNOWN || order == DATES_YEAR_FIRST) return false;
        c.day = part[order == DATES_MONTH_FIRST];
        c.month = part[order == DATES_DAY_FIRST];
    }
    if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > civil_month_length(c.year, c.month)) return false;
    *out = (struct time_text){0};
    if (!take_clock(s, &c, &out->day_only)) return false;
    out->instant = civil_to_instant(c);
    return true;
}

bool read_time(const struct convert_style *style, struct moment_cache *cache, const struct input_value *value,
               struct time_text *out)
{
    if (!moment_read(cache, value, out) &&
        !(value->kind == INPUT_TEXT && read_ordered(style->dates, slice_trim(value->text), out)))
        return false;
    if (out->zoned || out->day_only || !style->zone) return true;
    out->instant = zone_from_local(style->zone, out->instant);
    out->zoned = true;
    return true;
}

static int month_named(struct slice word)
{
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        struct slice name = months[i].name;
        bool latin = (unsigned char)name.ptr[0] < 0x80;
        if (latin ? word.len >= 3 && slice_equal_fold(slice_of(word.ptr, 3), name) : slice_equal(word, name))
            return months[i].month;
    }
    return 0;
}

bool read_month(struct slice s, int *year, int *month)
{
    size_t digits;
    struct slice rest = s = slice_trim(s);
    if (s.len && !is_digit(s.ptr[0])) {
        const char *gap = NULL;
        for (size_t i = 0; i < s.len && !gap; i++)
            if (s.ptr[i] == ' ' || s.ptr[i] == '-' || s.ptr[i] == '/') gap = s.ptr + i;
        if (!gap) return false;
        *month = month_named(slice_of(s.ptr, (size_t)(gap - s.ptr)));
        rest = slice_skip(s, (size_t)(gap + 1 - s.ptr));
        if (!take_number(&rest, year, &digits) || rest.len) return false;
        *year = full_year(*year, digits);
        return *month > 0 && *year > 0;
    }
    int first, second;
    if (!take_number(&rest, &first, &digits) || !take_one_of(&rest, "-/.") || !take_number(&rest, &second, NULL) ||
        rest.len)
        return false;
    bool year_first = digits == 4;
    *year = year_first ? first : second;
    *month = year_first ? second : first;
    return *year >= 1970 && *year <= 2100 && *month >= 1 && *month <= 12;
}

/* --- Values. --- */

static struct slice to_lower(struct arena *arena, struct slice s)
{
    bool any = false;
    for (size_t i = 0; i < s.len; i++) any |= is_capital(s.ptr[i]);
    if (!any) return s;
    char *copy = arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++) copy[i] = is_capital(s.ptr[i]) ? (char)(s.ptr[i] + 32) : s.ptr[i];
    return slice_of(copy, s.len);
}

static bool is_email_byte(char c)
{
    return is_digit(c) || is_capital(c) || (c >= 'a' && c <= 'z') || strchr("._%+-'", c) || (unsigned char)c >= 0x80;
}

static struct slice find_email(struct slice s)
{
    const char *at = s.len ? memchr(s.ptr, '@', s.len) : NULL, *end = s.ptr + s.len;
    if (!at) return (struct slice){0};
    const char *from = at, *until = at + 1;
    while (from > s.ptr && from[-1] && is_email_byte(from[-1])) from--;
    while (until < end && *until && is_email_byte(*until)) until++;
    while (until > at + 1 && until[-1] == '.') until--;
    return from < at && until > at + 1 ? slice_of(from, (size_t)(until - from)) : (struct slice){0};
}

static bool read_bool(struct slice s, bool *out)
{
    static const struct slice yes[] = {SLICE("true"), SLICE("yes"),  SLICE("y"), SLICE("1"),
                                       SLICE("כן"),   SLICE("נכון"), SLICE("x")};
    static const struct slice no[] = {SLICE("false"), SLICE("no"), SLICE("n"),
                                      SLICE("0"),     SLICE("לא"), SLICE("לא נכון")};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (slice_equal_fold(s, yes[i])) return *out = true;
    *out = false;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (slice_equal_fold(s, no[i])) return true;
    return false;
}

static struct input_value number_value(struct arena *arena, int64_t millionths)
{
    int64_t whole = millionths / 1000000, part = millionths % 1000000;
    if (!part)
        return (struct input_value){
            .kind = INPUT_INT, .number = whole, .text = arena_printf(arena, "%lld", (long long)whole)};
    struct slice text = arena_printf(arena, "%s%lld.%06lld", millionths < 0 ? "-" : "",
                                     (long long)(whole < 0 ? -whole : whole), (long long)(part < 0 ? -part : part));
    while (text.ptr[text.len - 1] == '0') text.len--;
    return (struct input_value){.kind = INPUT_NUMBER, .text = text};
}

struct input_value money_in(struct arena *arena, struct slice number, struct slice currency)
{
    return (struct input_value){.kind = INPUT_TEXT,
                                .text = arena_printf(arena, "%.*s %.*s", SLICE_ARG(number), SLICE_ARG(currency))};
}

static struct slice time_value(struct arena *arena, const struct time_text *time, bool day_only)
{
    struct buffer text;
    buffer_init(&text, 64);
    if (day_only)
        day_format(&text, floor_div(time->instant, DAY_US));
    else
        time_format(&text, time->instant);
    if (!day_only && !time->zoned) text.len--; /* wall clock: without Z */
    struct slice copy = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

/* True when the words decide the value. */
static bool apply_words(struct arena *arena, const struct map_field *field, struct input_value *value)
{
    struct slice key = to_lower(arena, value->text);
    for (size_t i = 0; i < field->word_count; i++)
        if (slice_equal(key, field->words[i].from)) {
            value->text = field->words[i].to;
            if (!value->text.len) value->kind = INPUT_MISSING;
            return true;
        }
    if (field->otherwise == OTHERWISE_BLANK) value->kind = INPUT_MISSING;
    if (field->otherwise == OTHERWISE_WORD) value->text = field->other;
    return field->otherwise != OTHERWISE_KEEP;
}

static bool convert_time(const struct convert_style *style, struct arena *arena, enum convert convert,
                         struct input_value *value)
{
    struct moment_cache cache = {0};
    struct time_text time;
    /* A day is what the file says it is, in no zone. */
    const struct convert_style wall = {.dates = style->dates};
    if (!read_time(convert == CONVERT_DATE ? &wall : style, &cache, value, &time)) return false;
    *value = (struct input_value){.kind = INPUT_TEXT,
                                  .text = time_value(arena, &time, convert == CONVERT_DATE || time.day_only)};
    return true;
}

/* A number that names its currency becomes "4500 USD". */
static bool convert_money(const struct convert_style *style, struct arena *arena, struct input_value *value)
{
    int64_t millionths;
    if (value->kind == INPUT_INT || value->kind == INPUT_NUMBER) return true;
    if (value->kind != INPUT_TEXT || !convert_decimal(value->text, style->comma_decimal, &millionths)) return false;
    struct slice currency = read_currency(value->text);
    *value = number_value(arena, millionths);
    if (currency.len) *value = money_in(arena, value->text, currency);
    return true;
}

bool convert_value(const struct convert_style *style, struct arena *arena, const struct map_field *field,
                   struct input_value *value)
{
    int64_t millionths;
    bool flag;
    if (value->kind == INPUT_TEXT) {
        value->text = slice_trim(value->text);
        if (!value->text.len)
            value->kind = INPUT_MISSING;
        else if (field->convert == CONVERT_TEXT && !field->word_count)
            return true;
    }
    if (value->kind == INPUT_NULL) value->kind = INPUT_MISSING;
    if (value->kind == INPUT_MISSING) return true;
    if (field->word_count && value->kind == INPUT_TEXT && apply_words(arena, field, value)) return true;
    switch (field->convert) {
    case CONVERT_TEXT: return true;
    case CONVERT_LOWER: value->text = to_lower(arena, value->text); return true;
    case CONVERT_EMAIL:
    case CONVERT_DOMAIN:
        value->text = to_lower(arena, find_email(value->text));
        if (!value->text.len)
            value->kind = INPUT_MISSING;
        else if (field->convert == CONVERT_DOMAIN)
            slice_cut(&value->text, '@');
        return true;
    case CONVERT_NUMBER:
        if (value->kind == INPUT_INT || value->kind == INPUT_NUMBER) return true;
        if (value->kind != INPUT_TEXT || !convert_decimal(value->text, style->comma_decimal, &millionths)) return false;
        *value = number_value(arena, millionths);
        return true;
    case CONVERT_MONEY: return convert_money(style, arena, value);
    case CONVERT_BOOL:
        if (value->kind == INPUT_BOOL) return true;
        if (!read_bool(value->text, &flag)) return false;
        *value =
            (struct input_value){.kind = INPUT_BOOL, .number = flag, .text = flag ? SLICE("true") : SLICE("false")};
        return true;
    case CONVERT_DATE:
    case CONVERT_TIME: return convert_time(style, arena, field->convert, value);
    }
    return true;
}
