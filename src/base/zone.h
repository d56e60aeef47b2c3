/* A time zone as plain data: the list of its offset changes. Who makes the list (ICU) lives above; who uses it needs no
 * library and gives the same answer everywhere. The version of the tables takes part in a definition's hash. */
#ifndef MASA_BASE_ZONE_H
#define MASA_BASE_ZONE_H

#include "base/civil.h"

struct zone_change {
    int64_t at;     /* instant from which the offset holds */
    int32_t offset; /* seconds east of UTC */
};

struct zone {
    struct slice name;                /* IANA name */
    struct slice version;             /* of the zone data, "2026a" */
    int32_t first_offset;             /* before the first change */
    const struct zone_change *change; /* ascending */
    size_t count;
};

extern const struct zone zone_utc;

/* Number of changes at or before the instant. */
size_t zone_changes_until(const struct zone *zone, int64_t instant);
int32_t zone_offset(const struct zone *zone, int64_t instant);
/* 2026-01-05T11:00:00+02:00, whole seconds. */
void zone_format(struct buffer *out, const struct zone *zone, int64_t instant);
/* Wall clock (read as UTC) to instant. In a gap: the first instant after it. In an overlap: the earlier one. */
int64_t zone_from_local(const struct zone *zone, int64_t local);
static inline int64_t zone_to_local(const struct zone *zone, int64_t instant)
{
    return instant + (int64_t)zone_offset(zone, instant) * SECOND_US;
}
/* The local day an instant falls on, and the first instant of a local day. */
int64_t zone_day(const struct zone *zone, int64_t instant);
int64_t zone_day_start(const struct zone *zone, int64_t day);

/* The same for many instants that lie near each other: remembers between which changes the last one lay.
 *
 *     struct zone_cursor cursor = zone_cursor_of(zone);
 *     for (...) day = zone_cursor_day(&cursor, instant[i]); */
struct zone_cursor {
    const struct zone *zone;
    int64_t from, until; /* `shift` holds in between */
    int64_t shift;       /* microseconds east of UTC */
};

static inline struct zone_cursor zone_cursor_of(const struct zone *zone)
{
    return (struct zone_cursor){.zone = zone}; /* an empty interval, so that the first use seeks */
}

void zone_cursor_seek(struct zone_cursor *cursor, int64_t instant);

static inline int64_t zone_cursor_local(struct zone_cursor *cursor, int64_t instant)
{
    if (__builtin_expect(instant < cursor->from || instant >= cursor->until, 0)) zone_cursor_seek(cursor, instant);
    return instant + cursor->shift;
}

static inline int64_t zone_cursor_day(struct zone_cursor *cursor, int64_t instant)
{
    return floor_div(zone_cursor_local(cursor, instant), DAY_US);
}

#endif
