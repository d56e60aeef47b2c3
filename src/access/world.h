/* What access needs from outside, handed in so that tests can move it: the time, and random bytes. */
#ifndef MASA_ACCESS_WORLD_H
#define MASA_ACCESS_WORLD_H

#include <stddef.h>
#include <stdint.h>

struct world {
    void *context;
    int64_t (*now)(void *context); /* microseconds since 1970 */
    void (*random)(void *context, void *out, size_t size);
};

/* The system's clock and libsodium's random bytes. */
struct world world_system(void);

static inline int64_t world_now(const struct world *world)
{
    return world->now(world->context);
}
static inline void world_random(const struct world *world, void *out, size_t size)
{
    world->random(world->context, out, size);
}

#endif
