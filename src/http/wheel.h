/* Deadlines for many things at once: a wheel of buckets, one a tick. Setting, moving and cancelling take the same short
 * time however many there are. It has no clock and no lock: the owner tells the time, in ticks, and locks. */
#ifndef MASA_HTTP_WHEEL_H
#define MASA_HTTP_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

enum { WHEEL_BUCKETS = 256 };

/* Stands inside the thing that has the deadline; zeroed before first use. */
struct wheel_timer {
    struct wheel_timer *before, *after; /* NULL: not set */
    uint64_t due;
};

struct wheel {
    struct wheel_timer bucket[WHEEL_BUCKETS];
    uint64_t now;
};

void wheel_init(struct wheel *wheel, uint64_t now);
/* Sets or moves the deadline; one that has passed already is due with the next tick. */
void wheel_set(struct wheel *wheel, struct wheel_timer *timer, uint64_t due);
/* May be called for one that is not set. */
void wheel_cancel(struct wheel_timer *timer);
static inline bool wheel_is_set(const struct wheel_timer *timer)
{
    return timer->before != 0;
}
/* Moves on to `now`. Whatever is due is taken off and handed over; `expire` may set and cancel any timer. */
void wheel_advance(struct wheel *wheel, uint64_t now, void (*expire)(void *context, struct wheel_timer *timer),
                   void *context);

#endif
