#include "runtime/burst.h"

bool bursts_wanted(const struct definition *d, enum subject_kind kind)
{
    for (size_t i = 0; i < d->event_count; i++)
        if (d->events[i].burst_times && d->events[i].of == kind) return true;
    return false;
}

/* Of one type, in order of time. */
struct typed {
    const struct trail_item *items;
    size_t count;
    uint32_t event;
};

/* What is known to the day only stands at its end with all else of that day: nobody knows how fast it came. */
static bool counts(const struct typed *t, size_t i)
{
    const struct content_head *head = &t->items[i].noted->head;
    return head->event == t->event && !head->day;
}

static size_t next_of(const struct typed *t, size_t from)
{
    while (from < t->count && !counts(t, from)) from++;
    return from;
}

static void mark(const struct typed *t, size_t from, size_t until, uint16_t *human)
{
    unsigned size = 0;
    for (size_t i = next_of(t, from); i < until; i = next_of(t, i + 1)) size += size < HUMAN_SURE;
    for (size_t i = next_of(t, from); i < until; i = next_of(t, i + 1)) human[i] = (uint16_t)(HUMAN_SURE / (size + 1));
}

/* Windows that hold enough of them, those that overlap taken together. */
static bool find_of_type(const struct typed *t, uint32_t times, int64_t within, uint16_t *human)
{
    size_t low = next_of(t, 0), held = 0, from = 0, until = 0; /* the burst being gathered; until 0: none yet */
    for (size_t high = low; high < t->count; high = next_of(t, high + 1)) {
        for (held++; t->items[high].at - t->items[low].at > within; held--) low = next_of(t, low + 1);
        if (held < times) continue;
        if (low >= until) {
            if (until) mark(t, from, until, human);
            from = low;
        }
        until = high + 1;
    }
    if (until) mark(t, from, until, human);
    return until > 0;
}

bool bursts_find(const struct definition *d, const struct trail_item *items, size_t count, uint16_t *human)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) human[i] = HUMAN_SURE;
    for (uint32_t e = 0; e < d->event_count; e++) {
        const struct event_type *type = &d->events[e];
        const struct typed typed = {items, count, e};
        if (type->burst_times) found |= find_of_type(&typed, type->burst_times, type->burst_within, human);
    }
    return found;
}
