/* When an event counts: written times become instants here, once. */
#ifndef MASA_INTAKE_INSTANT_H
#define MASA_INTAKE_INSTANT_H

#include "base/zone.h"
#include "intake/event.h"

static __attribute__((noinline, unused)) int64_t input_other_instant(const struct input_event *in,
                                                                     const struct zone *zone)
{
    const struct time_text *at = &in->at;
    if (at->day_only) return zone_day_start(zone, floor_div(at->instant, DAY_US) + 1) - 1;
    int64_t instant = at->zoned ? at->instant : zone_from_local(zone, at->instant);
    if (in->sent_at != INSTANT_NONE && in->received_at != INSTANT_NONE) instant += in->received_at - in->sent_at;
    return instant;
}

/* A day stands at its end (ruling 5); a time without a zone is the company's; a sender's clock is set right by sentAt
 * (once), when the receiver's time is known. Most times say all there is. */
static inline int64_t input_instant(const struct input_event *in, const struct zone *zone)
{
    if (in->at.zoned && !in->at.day_only && in->sent_at == INSTANT_NONE) return in->at.instant;
    return input_other_instant(in, zone);
}

#endif
