#include "app/beside.h"

/* One thread's: the second's values are picked from those that were read. */
struct both {
    struct input_sink first, second;
    struct holder first_holder, second_holder;
    VECTOR(uint32_t) first_contents, second_contents; /* by number of what is held for both */
    const uint32_t *places;                           /* by path of the second: where it stands among those read */
    struct input_value *values;
    size_t count;
};

static struct input_event for_second(struct both *b, const struct input_event *event)
{
    struct input_event own = *event;
    for (size_t i = 0; i < b->count; i++) b->values[i] = event->values[b->places[i]];
    own.values = b->values;
    return own;
}

static void take(void *context, const struct input_event *event)
{
    struct both *b = context;
    const struct input_event own = for_second(b, event);
    b->first.take(b->first.context, event);
    b->second.take(b->second.context, &own);
}

/* Held is what both hold. */
static uint32_t know(void *context, const struct input_event *event)
{
    struct both *b = context;
    const struct input_event own = for_second(b, event);
    const uint32_t first = b->first_holder.know(b->first_holder.context, event);
    const uint32_t second = b->second_holder.know(b->second_holder.context, &own);
    if (first == HELD_NONE || second == HELD_NONE) return HELD_NONE;
    vector_push(&b->first_contents, first);
    vector_push(&b->second_contents, second);
    return (uint32_t)b->first_contents.count - 1;
}

static void note(void *context, uint32_t known, int64_t at, const struct input_event *event)
{
    struct both *b = context;
    const struct input_event own = for_second(b, event);
    b->first_holder.note(b->first_holder.context, b->first_contents.at[known], at, event);
    b->second_holder.note(b->second_holder.context, b->second_contents.at[known], at, &own);
}

static void count(void *context, uint32_t known, uint64_t events, int64_t last_at)
{
    struct both *b = context;
    b->first_holder.count(b->first_holder.context, b->first_contents.at[known], events, last_at);
    b->second_holder.count(b->second_holder.context, b->second_contents.at[known], events, last_at);
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
                              const struct run_options *o, struct input_sink *sinks, struct holder *holders)
{
    struct input_plan joint = *plan;
    const uint32_t *places = join_paths(first, second->definition, &joint);
    join_personless(first, second->definition, &joint);
    second->threads = first->threads;
    second->gather = gather_new(second->definition, &second->zone, second->threads, o->keep_ids);
    if (o->horizon) second->gather->horizon = o->horizon;
    for (int i = 0; i < first->threads; i++) {
        struct both *b = ARENA_NEW(&first->arena, struct both);
        *b = (struct both){.first = sinks[i],
                           .second = gather_sink(second->gather, i),
                           .first_holder = holders[i],
                           .second_holder = gather_holder(second->gather, i),
                           .places = places};
        b->count = second->definition->path_count;
        b->values = ARENA_ARRAY(&first->arena, struct input_value, b->count + 1);
        sinks[i] = (struct input_sink){b, take};
        holders[i] = (struct holder){b, o->keep_ids, know, note, count};
    }
    return joint;
}

static const uint32_t *keep_contents(struct run *run, const uint32_t *at, size_t count)
{
    uint32_t *kept = ARENA_ARRAY(&run->arena, uint32_t, count);
    if (count) memcpy(kept, at, count * sizeof *kept);
    return kept;
}

/* Both fold from one hold, each by its own contents. */
static void share_hold(struct run *first, struct run *second, const struct holder *holders)
{
    const uint32_t **firsts = ARENA_ARRAY(&first->arena, const uint32_t *, first->threads);
    const uint32_t **seconds = ARENA_ARRAY(&second->arena, const uint32_t *, first->threads);
    for (int i = 0; i < first->threads; i++) {
        struct both *b = holders[i].context;
        firsts[i] = keep_contents(first, b->first_contents.at, b->first_contents.count);
        seconds[i] = keep_contents(second, b->second_contents.at, b->second_contents.count);
        vector_release(&b->first_contents);
        vector_release(&b->second_contents);
    }
    first->gather->held_contents = firsts;
    second->gather->held_contents = seconds;
    second->gather->hold = hold_share(first->gather->hold);
}

void beside_close(struct run *first, struct run *second, const struct holder *holders)
{
    share_hold(first, second, holders);
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
