/* Compiled zone files: what is accepted is in order, and takes instants to days and back. */
#include "calendar/tzfile.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct zone zone = {0};
    arena_init(&arena);
    if (tzfile_read(&arena, fuzz_text(data, size), &zone)) {
        for (size_t i = 1; i < zone.count; i++) PROMISE(zone.change[i - 1].at < zone.change[i].at);
        for (int64_t day = 0; day < 40000; day += 997) PROMISE(zone_day(&zone, zone_day_start(&zone, day)) >= day);
    }
    arena_release(&arena);
    return 0;
}
