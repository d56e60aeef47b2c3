/* What access needs from outside, handed in so that tests can move it: the time, and random bytes. */
#ifndef MASA_ACCESS_WORLD_H
#define MASA_ACCESS_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"

struct world {
    void *context;
    int64_t (*now)(void *context); /* microseconds since 1970 */
    void (*random)(void *context, void *out, size_t size);
};

/* The system's clock and libsodium's random bytes. */
struct world world_system(void);

/* A clock that only goes on: each instant it tells is later than the one before, also when the clock under it is set
 * back, so that an answer is never dated before what it answers. Set back by more than CLOCK_HELD, it follows: a clock
 * that was a year ahead by mistake must not stay there. Any thread may ask. */
#define CLOCK_HELD (24 * HOUR_US)
struct steady_clock {
    struct world under;
    _Atomic int64_t last;
};
/* `last`: told already, by whoever ran before; 0: nothing. The clock outlives the world. */
struct world world_steady(struct steady_clock *clock, struct world under, int64_t last);

static inline int64_t world_now(const struct world *world)
{
    return world->now(world->context);
}
static inline void world_random(const struct world *world, void *out, size_t size)
{
    world->random(world->context, out, size);
}

#endif
