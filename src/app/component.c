#include "app/component.h"

#include "store/read.h"

/* Past so many senders reading everything is about as fast. */
enum { SENDERS_MAX = 20000 };

enum outcome links_of_store(struct run *run, const char *db, struct links **out, struct error *error)
{
    struct links *links = links_new(run->definition, run->threads);
    struct input_sink *sinks = ARENA_ARRAY(&run->arena, struct input_sink, run->threads);
    const struct input_plan plan = links_plan(links);
    for (int i = 0; i < run->threads; i++) sinks[i] = links_sink(links, i);
    const struct store_reading reading = {.path = db,
                                          .names = run->names,
                                          .sources = run->sources,
                                          .plan = &plan,
                                          .zone = &run->zone,
                                          .threads = run->threads,
                                          .sinks = sinks};
    const enum outcome outcome = store_read(&reading, error);
    links_settle(links);
    *out = links;
    return outcome;
}

enum outcome component_find(struct run *run, const struct run_options *o, struct senders *out, bool *some,
                            struct error *error)
{
    struct links *own = NULL;
    enum outcome outcome = o->links ? OK : links_of_store(run, o->db, &own, error);
    *some = outcome == OK && links_component(own ? own : o->links, o->subject, SENDERS_MAX, out);
    links_free(own);
    return outcome;
}
