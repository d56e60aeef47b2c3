#include "base/zone.h"

#include "base/bisect.h"

const struct zone zone_utc = {.name = {"UTC", 3}, .version = {"", 0}};

size_t zone_changes_until(const struct zone *zone, int64_t instant)
{
    return bisect(i, zone->count, zone->change[i].at <= instant);
}

static int32_t offset_after(const struct zone *zone, size_t changes)
{
    return changes ? zone->change[changes - 1].offset : zone->first_offset;
}

int32_t zone_offset(const struct zone *zone, int64_t instant)
{
    return offset_after(zone, zone_changes_until(zone, instant));
}

int64_t zone_from_local(const struct zone *zone, int64_t local)
{
    /* Offsets stay within a day, so only changes near `local` matter; the earliest reading that holds wins. */
    size_t first = zone_changes_until(zone, local - DAY_US), last = zone_changes_until(zone, local + DAY_US);
    for (size_t i = first; i <= last; i++) {
        int64_t instant = local - (int64_t)offset_after(zone, i) * SECOND_US;
        int64_t from = i ? zone->change[i - 1].at : INT64_MIN, until = i < zone->count ? zone->change[i].at : INT64_MAX;
        if (instant < from) return from; /* the clock jumped over it */
        if (instant < until) return instant;
    }
    return local - (int64_t)offset_after(zone, last) * SECOND_US;
}

int64_t zone_day(const struct zone *zone, int64_t instant)
{
    return floor_div(zone_to_local(zone, instant), DAY_US);
}

int64_t zone_day_start(const struct zone *zone, int64_t day)
{
    return zone_from_local(zone, day * DAY_US);
}

void zone_cursor_seek(struct zone_cursor *cursor, int64_t instant)
{
    const struct zone *zone = cursor->zone;
    size_t changes = zone_changes_until(zone, instant);
    cursor->from = changes ? zone->change[changes - 1].at : INT64_MIN;
    cursor->until = changes < zone->count ? zone->change[changes].at : INT64_MAX;
    cursor->shift = offset_after(zone, changes) * SECOND_US;
}

void zone_format(struct buffer *out, const struct zone *zone, int64_t instant)
{
    const struct civil c = civil_from_instant(zone_to_local(zone, instant));
    const int32_t offset = zone_offset(zone, instant), minutes = (offset < 0 ? -offset : offset) / 60;
    buffer_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second,
                  offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}
