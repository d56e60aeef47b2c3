/* The company: language, zone, working week, money, and who signs. */
#include "definition/loader.h"

static const char *const day_words = "sunday monday tuesday wednesday thursday friday saturday";

static bool upper_word(struct slice s, size_t len)
{
    if (s.len != len) return false;
    for (size_t i = 0; i < len; i++)
        if (s.ptr[i] < 'A' || s.ptr[i] > 'Z') return false;
    return true;
}

static void read_locale(struct loader *l, const struct yaml_node *node, struct slice *out)
{
    struct slice text;
    if (!read_text(l, node, "locale", &text)) return;
    bool good = text.len == 5 && text.ptr[2] == '-' && upper_word(slice_skip(text, 3), 2);
    for (size_t i = 0; good && i < 2; i++) good = text.ptr[i] >= 'a' && text.ptr[i] <= 'z';
    if (good)
        *out = text;
    else
        complain(l, node, SLICE("for example he-IL or en-US"), "`%.*s` is not a locale", SLICE_ARG(text));
}

/* Whether there is such a zone is known to those who bring the tables; here only its shape is. */
static void read_zone(struct loader *l, const struct yaml_node *node, struct slice *out)
{
    struct slice text;
    if (!read_text(l, node, "zone", &text)) return;
    bool good = slice_is(text, "UTC"), slash = false;
    for (size_t i = 0; !good && i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '-' || c == '+';
        if (!letter && (c != '/' || i == 0)) {
            slash = false;
            break;
        }
        slash = slash || c == '/';
    }
    if (good || slash)
        *out = text;
    else
        complain(l, node, SLICE("for example Asia/Jerusalem or UTC"), "`%.*s` is not the name of a zone",
                 SLICE_ARG(text));
}

static bool is_currency(struct slice code)
{
    static const char codes[] =
#include "definition/currencies.inc"
        ;
    for (const char *c = codes; *c; c += 4)
        if (slice_equal(code, slice_of(c, 3))) return true;
    return false;
}

/* A code that is none would agree with no file of spend and no deal. */
static void read_currency(struct loader *l, const struct yaml_node *node, struct slice *out)
{
    struct slice text;
    if (!read_text(l, node, "currency", &text)) return;
    if (is_currency(text))
        *out = text;
    else
        complain(l, node,
                 slice_is(text, "NIS") ? SLICE("the shekel is ILS")
                                       : SLICE("three capital letters by ISO 4217, for example ILS or USD"),
                 "`%.*s` is not a currency", SLICE_ARG(text));
}

static bool read_clock(struct slice text, int *minute)
{
    struct slice rest = text, hour = slice_cut(&rest, ':');
    int64_t h, m;
    if (hour.len != 2 || rest.len != 2 || !slice_to_i64(hour, &h) || !slice_to_i64(rest, &m)) return false;
    *minute = (int)(h * 60 + m);
    return h >= 0 && m >= 0 && m < 60 && *minute <= 24 * 60;
}

static void read_hours(struct loader *l, const struct yaml_node *node, struct company *out)
{
    struct slice text, to;
    if (!read_text(l, node, "hours", &text)) return;
    to = text;
    struct slice from = slice_cut(&to, '-');
    int open, close;
    if (read_clock(slice_trim(from), &open) && read_clock(slice_trim(to), &close) && open < close) {
        out->open_minute = open;
        out->close_minute = close;
    } else {
        complain(l, node, SLICE("for example 09:00-17:00"), "`%.*s` are not working hours", SLICE_ARG(text));
    }
}

static void read_workdays(struct loader *l, const struct yaml_node *node, struct company *out)
{
    if (!expect_list(l, node, "workdays")) return;
    uint8_t days = 0;
    for (size_t i = 0; i < node->count; i++) {
        int day;
        if (read_choice(l, node->items[i], "a workday", day_words, &day)) days |= (uint8_t)(1 << day);
    }
    if (days)
        out->workdays = days;
    else if (!node->count)
        complain(l, node, SLICE("[sunday, monday]"), "there must be at least one workday");
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void read_holidays(struct loader *l, const struct yaml_node *node, struct company *out)
{
    if (node->kind == YAML_SCALAR) {
        int which;
        if (read_choice(l, node, "holidays", "israel none", &which)) out->holidays = node->text;
        return;
    }
    if (!expect_list(l, node, "holidays")) return;
    int64_t *days = ARENA_ARRAY(l->arena, int64_t, node->count);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < node->count; i++)
        if (read_day(l, node->items[i], "a holiday", &days[count])) count++;
    if (count) qsort(days, count, sizeof *days, by_number);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || days[kept - 1] != days[i]) days[kept++] = days[i];
    out->holidays = SLICE("list");
    out->holiday_days = days;
    out->holiday_count = kept;
}

static void read_company(struct loader *l, const struct yaml_node *node, struct company *out)
{
    const struct yaml_node *value;
    if (!expect_map(l, node, "company", "name locale zone currency week workdays hours holidays")) return;
    int week;
    if ((value = yaml_get(node, "name"))) read_text(l, value, "name", &out->name);
    if ((value = yaml_get(node, "locale"))) read_locale(l, value, &out->locale);
    if ((value = yaml_get(node, "zone"))) {
        read_zone(l, value, &out->zone);
        out->zone_place = yaml_place(value);
    }
    if ((value = yaml_get(node, "currency"))) read_currency(l, value, &out->currency);
    if ((value = yaml_get(node, "week")) && read_choice(l, value, "week", "sunday monday", &week)) {
        out->week_starts_monday = week == 1;
        out->workdays = week == 1 ? 0x3E : 0x1F; /* Monday to Friday, Sunday to Thursday */
    }
    if ((value = yaml_get(node, "workdays"))) read_workdays(l, value, out);
    if ((value = yaml_get(node, "hours"))) read_hours(l, value, out);
    if ((value = yaml_get(node, "holidays"))) read_holidays(l, value, out);
}

static void read_agreed(struct loader *l, const struct yaml_node *node, struct company *out)
{
    if (!expect_map(l, node, "agreed", "marketing sales")) return;
    for (size_t i = 0; i < node->count; i++) {
        int which;
        if (!read_choice(l, node->pairs[i].value, "a signature", "required optional", &which)) continue;
        if (slice_is(node->pairs[i].key->text, "marketing")) out->marketing_signs = which == 0;
        if (slice_is(node->pairs[i].key->text, "sales")) out->sales_signs = which == 0;
    }
}

void load_company(struct loader *l)
{
    struct company *out = &l->out->company;
    *out = (struct company){.locale = SLICE("en-US"),
                            .zone = SLICE("UTC"),
                            .currency = SLICE("USD"),
                            .holidays = SLICE("none"),
                            .workdays = 0x1F,
                            .open_minute = 9 * 60,
                            .close_minute = 17 * 60};
    const struct yaml_node *company = yaml_get(l->root, "company"), *agreed = yaml_get(l->root, "agreed");
    if (company) read_company(l, company, out);
    if (agreed) read_agreed(l, agreed, out);
}
