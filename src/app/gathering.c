#include "app/gathering.h"

void gathering_plan(struct run *run, struct names *names, struct sources *sources, const struct slice *others,
                    size_t other_count, struct gathering *out)
{
    const struct slice *declared;
    const size_t count = definition_declared(run->definition, &run->arena, &declared);
    struct slice *paths = ARENA_ARRAY(&run->arena, struct slice, count + other_count);
    struct map seen;
    map_init(&seen);
    for (size_t i = 0; i < count; i++) paths[map_put(&seen, declared[i], (uint32_t)i)] = declared[i];
    for (size_t i = 0; i < other_count; i++) {
        const uint32_t next = seen.count;
        if (map_put(&seen, others[i], next) == next) paths[next] = others[i];
    }
    out->input = run_plan(run);
    out->input.paths = paths;
    out->input.count = seen.count;
    out->input.rest = true;
    out->collect = (struct collect_plan){
        .input = &out->input, .hot_count = count, .zone = &run->zone, .sources = sources, .names = names};
    map_release(&seen);
}
