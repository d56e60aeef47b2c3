#include "calendar/holidays.h"

#include <hdate.h>
#include <stdlib.h>

#include "base/buffer.h"

/* libhdate's numbers. */
enum { TYPE_REST = 1, TYPE_BETWEEN = 3, INDEPENDENCE_DAY = 17 };
enum { JULIAN_DAY_1970 = 2440588 };

struct days {
    VECTOR(struct holiday) list;
};

enum kind { ORDINARY, BETWEEN, HOLIDAY };

static enum kind israel_kind(int64_t day)
{
    hdate_struct date;
    int holiday = hdate_get_holyday(hdate_set_jd(&date, (int)(day + JULIAN_DAY_1970)), HDATE_ISRAEL_FLAG);
    int type = hdate_get_holyday_type(holiday);
    if (type == TYPE_REST || holiday == INDEPENDENCE_DAY) return HOLIDAY;
    return type == TYPE_BETWEEN ? BETWEEN : ORDINARY;
}

static void israel(const struct holiday_rule *rule, struct days *out)
{
    int64_t day = civil_to_day(HOLIDAYS_FIRST_YEAR, 1, 1), end = civil_to_day(HOLIDAYS_LAST_YEAR + 1, 1, 1);
    enum kind kind = israel_kind(day), next;
    for (; day < end; day++, kind = next) {
        int32_t closes = kind == HOLIDAY ? 0 : kind == BETWEEN ? rule->between_close : DAY_MINUTES;
        next = israel_kind(day + 1);
        if (next == HOLIDAY && rule->eves_close < closes) closes = rule->eves_close;
        if (closes < DAY_MINUTES) vector_push(&out->list, ((struct holiday){day, closes}));
    }
}

static void none(const struct holiday_rule *rule, struct days *out) {}

static const struct {
    const char *name;
    void (*fill)(const struct holiday_rule *rule, struct days *out);
} rules[] = {{"israel", israel}, {"none", none}};

enum { RULES = sizeof rules / sizeof *rules };

static enum outcome no_such_rule(struct slice name, struct error *error)
{
    struct slice names[RULES];
    for (size_t i = 0; i < RULES; i++) names[i] = slice_from(rules[i].name);
    struct slice near = nearest_word(name, names, RULES);
    int shown = name.len < 64 ? (int)name.len : 64;
    if (near.len)
        return error_set(error, BAD_USAGE, "there is no holiday rule \"%.*s\"; did you mean %.*s?", shown, name.ptr,
                         SLICE_ARG(near));
    return error_set(error, BAD_USAGE, "there is no holiday rule \"%.*s\"; name israel or none, and list further days",
                     shown, name.len ? name.ptr : "");
}

static bool bad_minute(int32_t minute)
{
    return minute < 0 || minute > DAY_MINUTES;
}

static int by_day(const void *a, const void *b)
{
    const struct holiday *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

/* Sorts a company's own days, each once, into `sorted`. */
static enum outcome sort_own(const struct holiday *own, size_t count, struct days *sorted, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        vector_push(&sorted->list, own[i]);
        if (bad_minute(own[i].closes))
            return error_set(error, BAD_USAGE, "a holiday closes at minute %d of the day; it must lie between 0 and %d",
                             own[i].closes, DAY_MINUTES);
    }
    if (count) qsort(sorted->list.at, count, sizeof *own, by_day);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct holiday *day = &sorted->list.at[i], *last = kept ? &sorted->list.at[kept - 1] : NULL;
        if (!last || last->day != day->day) {
            sorted->list.at[kept++] = *day;
        } else if (last->closes != day->closes) {
            struct civil c = civil_from_instant(day->day * DAY_US);
            return error_set(error, BAD_USAGE,
                             "the holiday %04d-%02d-%02d is listed twice with different hours; keep one", c.year,
                             c.month, c.day);
        }
    }
    sorted->list.count = kept;
    return OK;
}

/* Both ascending; of a day in both, the company's word. */
static void merge(struct arena *arena, const struct days *ruled, const struct days *own, struct holidays *out)
{
    struct holiday *list = ARENA_ARRAY(arena, struct holiday, ruled->list.count + own->list.count);
    size_t count = 0, r = 0, o = 0;
    while (r < ruled->list.count || o < own->list.count) {
        bool take_own = o < own->list.count && (r == ruled->list.count || own->list.at[o].day <= ruled->list.at[r].day);
        if (take_own && r < ruled->list.count && ruled->list.at[r].day == own->list.at[o].day) r++;
        struct holiday day = take_own ? own->list.at[o++] : ruled->list.at[r++];
        if (day.closes < DAY_MINUTES) list[count++] = day;
    }
    out->list = list;
    out->count = count;
}

/* The rule's name and a digest of the days. */
static struct slice version(struct arena *arena, struct slice name, const struct holidays *holidays)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < holidays->count; i++)
        buffer_printf(&text, "%lld %d\n", (long long)holidays->list[i].day, holidays->list[i].closes);
    unsigned long long digest = slice_hash(buffer_slice(&text));
    buffer_release(&text);
    return arena_printf(arena, "%.*s-%016llx", SLICE_ARG(name), digest);
}

struct holiday_rule holiday_rule_usual(struct slice name)
{
    return (struct holiday_rule){.name = name, .eves_close = 13 * 60, .between_close = DAY_MINUTES};
}

enum outcome holidays_load(struct arena *arena, const struct holiday_rule *rule, const struct holiday *own,
                           size_t own_count, struct holidays *out, struct error *error)
{
    size_t which = 0;
    while (which < RULES && !slice_is(rule->name, rules[which].name)) which++;
    if (which == RULES) return no_such_rule(rule->name, error);
    if (bad_minute(rule->eves_close) || bad_minute(rule->between_close))
        return error_set(error, BAD_USAGE,
                         "holiday eves close at minute %d, the days between at %d; both must lie between 0 and %d",
                         rule->eves_close, rule->between_close, DAY_MINUTES);
    struct days ruled = {0}, sorted = {0};
    enum outcome outcome = sort_own(own, own_count, &sorted, error);
    if (outcome == OK) {
        rules[which].fill(rule, &ruled);
        out->name = slice_from(rules[which].name);
        merge(arena, &ruled, &sorted, out);
        out->version = version(arena, out->name, out);
    }
    vector_release(&ruled.list);
    vector_release(&sorted.list);
    return outcome;
}
