#include "access/world.h"

#include <sodium.h>
#include <stdatomic.h>
#include <time.h>

#include "base/memory.h"

static int64_t system_now(void *context)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

static void system_random(void *context, void *out, size_t size)
{
    randombytes_buf(out, size);
}

struct world world_system(void)
{
    return (struct world){.now = system_now, .random = system_random};
}

static int64_t steady_now(void *context)
{
    struct steady_clock *clock = context;
    const int64_t now = world_now(&clock->under);
    int64_t last = atomic_load(&clock->last), told;
    do told = now > last || last - now > CLOCK_HELD ? now : last + 1;
    while (!atomic_compare_exchange_weak(&clock->last, &last, told));
    return told;
}

static void steady_random(void *context, void *out, size_t size)
{
    const struct steady_clock *clock = context;
    world_random(&clock->under, out, size);
}

struct world world_steady(struct steady_clock *clock, struct world under, int64_t last)
{
    clock->under = under;
    atomic_init(&clock->last, last);
    return (struct world){clock, steady_now, steady_random};
}
