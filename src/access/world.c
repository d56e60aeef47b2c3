#include "access/world.h"

#include <sodium.h>
#include <time.h>

#include "base/civil.h"
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
