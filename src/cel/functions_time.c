/* Timestamps and durations: arithmetic, and the fields of a calendar in a zone. */
#include "cel/function.h"
#include "cel/time.h"

static struct value add_durations(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return __builtin_add_overflow(a[0].integer, a[1].integer, &n) ? cel_fail(run, "overflow") : value_duration(n);
}

static struct value sub_durations(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return __builtin_sub_overflow(a[0].integer, a[1].integer, &n) ? cel_fail(run, "overflow") : value_duration(n);
}

static struct value neg_duration(struct cel_run *run, const struct value *a)
{
    return a[0].integer == INT64_MIN ? cel_fail(run, "overflow") : value_duration(-a[0].integer);
}

static struct value make_timestamp(struct cel_run *run, __int128 nanoseconds)
{
    struct value v;
    return timestamp_make(nanoseconds, &v) ? v : cel_fail(run, "a timestamp outside the years 0001 to 9999");
}

static struct value add_to_timestamp(struct cel_run *run, const struct value *a)
{
    return make_timestamp(run, timestamp_nanoseconds(a[0]) + a[1].integer);
}

static struct value add_timestamp(struct cel_run *run, const struct value *a)
{
    return make_timestamp(run, timestamp_nanoseconds(a[1]) + a[0].integer);
}

static struct value sub_from_timestamp(struct cel_run *run, const struct value *a)
{
    return make_timestamp(run, timestamp_nanoseconds(a[0]) - a[1].integer);
}

static struct value sub_timestamps(struct cel_run *run, const struct value *a)
{
    __int128 n = timestamp_nanoseconds(a[0]) - timestamp_nanoseconds(a[1]);
    return n < INT64_MIN || n > INT64_MAX ? cel_fail(run, "overflow") : value_duration((int64_t)n);
}

/* "+02:00", "-09:30", "02:00": seconds east. */
static bool fixed_offset(struct slice name, int64_t *seconds)
{
    bool west = name.len && *name.ptr == '-';
    if (name.len && (*name.ptr == '+' || *name.ptr == '-')) name = slice_skip(name, 1);
    struct slice minutes = name, hours = slice_cut(&minutes, ':');
    int64_t h, m;
    bool plain =
        hours.len == 2 && minutes.len == 2 && hours.ptr[0] >= '0' && hours.ptr[0] <= '9' && minutes.ptr[0] >= '0';
    if (!plain || !slice_to_i64(hours, &h) || !slice_to_i64(minutes, &m) || h > 23 || m > 59) return false;
    *seconds = (h * 60 + m) * (west ? -60 : 60);
    return true;
}

/* The civil time of a timestamp in a zone; false after a failure. */
static bool civil_in(struct cel_run *run, struct value timestamp, const struct slice *zone_name, struct civil *c,
                     struct value *failure)
{
    int64_t offset = 0;
    if (zone_name && !slice_is(*zone_name, "UTC") && !fixed_offset(*zone_name, &offset)) {
        const struct zone *zone = run->env->find_zone ? run->env->find_zone(run->env->zone_context, *zone_name) : NULL;
        if (!zone) {
            *failure = cel_fail(run, "there is no time zone '%.*s'", SLICE_ARG(*zone_name));
            return false;
        }
        offset = zone_offset(zone, timestamp.integer * SECOND_US);
    }
    *c = civil_from_instant((timestamp.integer + offset) * SECOND_US);
    return true;
}

static int64_t day_of_year(struct civil c)
{
    return civil_to_day(c.year, c.month, c.day) - civil_to_day(c.year, 1, 1);
}

static int64_t full_year(struct civil c)
{
    return c.year;
}
static int64_t month(struct civil c)
{
    return c.month - 1;
}
static int64_t date(struct civil c)
{
    return c.day;
}
static int64_t day_of_month(struct civil c)
{
    return c.day - 1;
}
static int64_t day_of_week(struct civil c)
{
    return civil_weekday(civil_to_day(c.year, c.month, c.day));
}
static int64_t hours(struct civil c)
{
    return c.hour;
}
static int64_t minutes(struct civil c)
{
    return c.minute;
}
static int64_t seconds(struct civil c)
{
    return c.second;
}

static struct value field_of(struct cel_run *run, const struct value *a, const struct slice *zone,
                             int64_t (*field)(struct civil))
{
    struct civil c;
    struct value failure;
    return civil_in(run, a[0], zone, &c, &failure) ? value_int(field(c)) : failure;
}

#define FIELD(name)                                                                                                    \
    static struct value utc_##name(struct cel_run *run, const struct value *a)                                         \
    {                                                                                                                  \
        return field_of(run, a, NULL, name);                                                                           \
    }                                                                                                                  \
    static struct value in_##name(struct cel_run *run, const struct value *a)                                          \
    {                                                                                                                  \
        return field_of(run, a, &a[1].text, name);                                                                     \
    }

FIELD(full_year)
FIELD(month)
FIELD(date)
FIELD(day_of_month)
FIELD(day_of_week)
FIELD(day_of_year)
FIELD(hours)
FIELD(minutes)
FIELD(seconds)

static struct value milliseconds(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].extra / 1000000);
}

static struct value whole(struct value duration, int64_t unit)
{
    return value_int(duration.integer / unit);
}
static struct value duration_hours(struct cel_run *run, const struct value *a)
{
    return whole(a[0], 3600 * DURATION_SECOND);
}
static struct value duration_minutes(struct cel_run *run, const struct value *a)
{
    return whole(a[0], 60 * DURATION_SECOND);
}
static struct value duration_seconds(struct cel_run *run, const struct value *a)
{
    return whole(a[0], DURATION_SECOND);
}
static struct value duration_millis(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].integer % DURATION_SECOND / 1000000);
}

#define FIELD_ROWS(name, field)                                                                                        \
    {name, "google.protobuf.Timestamp.() int", utc_##field},                                                           \
    {                                                                                                                  \
        name, "google.protobuf.Timestamp.(string) int", in_##field                                                     \
    }

const struct cel_row cel_rows_time[] = {
    {"+", "(google.protobuf.Timestamp, google.protobuf.Duration) google.protobuf.Timestamp", add_to_timestamp},
    {"+", "(google.protobuf.Duration, google.protobuf.Timestamp) google.protobuf.Timestamp", add_timestamp},
    {"+", "(google.protobuf.Duration, google.protobuf.Duration) google.protobuf.Duration", add_durations},
    {"-", "(google.protobuf.Timestamp, google.protobuf.Duration) google.protobuf.Timestamp", sub_from_timestamp},
    {"-", "(google.protobuf.Timestamp, google.protobuf.Timestamp) google.protobuf.Duration", sub_timestamps},
    {"-", "(google.protobuf.Duration, google.protobuf.Duration) google.protobuf.Duration", sub_durations},
    {"-", "(google.protobuf.Duration) google.protobuf.Duration", neg_duration},
    FIELD_ROWS("getFullYear", full_year),
    FIELD_ROWS("getMonth", month),
    FIELD_ROWS("getDate", date),
    FIELD_ROWS("getDayOfMonth", day_of_month),
    FIELD_ROWS("getDayOfWeek", day_of_week),
    FIELD_ROWS("getDayOfYear", day_of_year),
    FIELD_ROWS("getHours", hours),
    FIELD_ROWS("getMinutes", minutes),
    FIELD_ROWS("getSeconds", seconds),
    {"getMilliseconds", "google.protobuf.Timestamp.() int", milliseconds},
    {"getMilliseconds", "google.protobuf.Timestamp.(string) int", milliseconds},
    {"getHours", "google.protobuf.Duration.() int", duration_hours},
    {"getMinutes", "google.protobuf.Duration.() int", duration_minutes},
    {"getSeconds", "google.protobuf.Duration.() int", duration_seconds},
    {"getMilliseconds", "google.protobuf.Duration.() int", duration_millis},
    {0},
};
