/* Touches that came faster than a person makes them: all links of a mail within seconds. An event type says how many of
 * it in which time are a burst (event_type.burst); a trail says which of its events belong to one. */
#ifndef MASA_RUNTIME_BURST_H
#define MASA_RUNTIME_BURST_H

#include "runtime/fold.h"

/* Whether any event of the kind can be in a burst: else there is nothing to look for. */
bool bursts_wanted(const struct definition *definition, enum subject_kind kind);

/* Fills human[count], the likelihood in thousandths that a person made each: HUMAN_SURE, or, of n events in a burst,
 * 1000 / (n + 1), for at most one of them is likely to be a person's. False when there is no burst. */
bool bursts_find(const struct definition *definition, const struct trail_item *items, size_t count, uint16_t *human);

#endif
