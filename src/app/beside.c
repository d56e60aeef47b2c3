#include "app/beside.h"

/* One thread's: the second's values are picked from those that were read. */
struct both {
    struct input_sink first, second;
    const uint32_t *places; /* by path of the second: where it stands among those read */
    struct input_value *values;
    size_t count;
};

static void take(void *context, const struct input_event *event)
{
    struct both *b = context;
    b->first.take(b->first.context, event);
    struct input_event own = *event;
    for (size_t i = 0; i < b->count; i++) b->values[i] = event->values[b->places[i]];
    own.values = b->values;
    b->second.take(b->second.context, &own);
}

/* The first's paths keep their places; those that only the second reads stand after them. */
static uint32_t *join_paths(struct run *first, const struct definition *second, struct input_plan *plan)
{
    struct slice *paths = ARENA_ARRAY(&first->arena, struct slice, plan->count + second->path_count);
    uint32_t *places = ARENA_ARRAY(&first->arena, uint32_t, second->path_count);
    size_t count = plan->count;
    if (count) memcpy(paths, plan->paths, count * sizeof *paths);
    for (size_t i = 0; i < second->path_count; i++) {
        size_t at = 0;
        while (at < plan->count && !slice_equal(paths[at], second->paths[i])) at++;
        if (at == plan->count) paths[at = count++] = second->paths[i];
        places[i] = (uint32_t)at;
    }
    plan->paths = paths;
    plan->count = count;
    return places;
}

/* An event that needs no person under one of them is not refused for lack of one. */
static void join_personless(struct run *first, const struct definition *second, struct input_plan *plan)
{
    struct slice *names = ARENA_ARRAY(&first->arena, struct slice, plan->personless_count + second->event_count);
    size_t count = plan->personless_count;
    if (count) memcpy(names, plan->personless, count * sizeof *names);
    for (size_t i = EVENT_GROUP + 1; i < second->event_count; i++)
        if (second->events[i].of != KIND_PERSON) names[count++] = second->events[i].label.name;
    plan->personless = names;
    plan->personless_count = count;
}

struct input_plan beside_open(struct run *first, struct run *second, const struct input_plan *plan,
                              const struct run_options *o, struct input_sink *sinks)
{
    struct input_plan joint = *plan;
    const uint32_t *places = join_paths(first, second->definition, &joint);
    join_personless(first, second->definition, &joint);
    second->threads = first->threads;
    second->gather = gather_new(second->definition, &second->zone, second->threads, o->keep_ids);
    if (o->horizon) second->gather->horizon = o->horizon;
    for (int i = 0; i < first->threads; i++) {
        struct both *b = ARENA_NEW(&first->arena, struct both);
        *b = (struct both){.first = sinks[i], .second = gather_sink(second->gather, i), .places = places};
        b->count = second->definition->path_count;
        b->values = ARENA_ARRAY(&first->arena, struct input_value, b->count + 1);
        sinks[i] = (struct input_sink){b, take};
    }
    return joint;
}

void beside_close(const struct run *first, struct run *second)
{
    second->gather->source_ranks = first->gather->source_ranks;
    const struct dictionary *from = first->definition->dictionary;
    struct dictionary *to = second->definition->dictionary;
    for (size_t i = 0; i < first->costs.count; i++) {
        struct cost_row row = first->costs.at[i];
        row.value = dictionary_code(to, dictionary_text(from, row.value));
        row.campaign = dictionary_code(to, dictionary_text(from, row.campaign));
        row.currency = dictionary_code(to, dictionary_text(from, row.currency));
        vector_push(&second->costs, row);
    }
    second->last_at = gather_totals(second->gather).last_at;
}
