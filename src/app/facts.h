/* `masa facts`: every fact of every subject, in canonical order, with external ids only. It is what the golden trails
 * and the property, rebuild and merge tests compare (ruling 11). */
#ifndef MASA_APP_FACTS_H
#define MASA_APP_FACTS_H

#include "app/run.h"

/* A later definition, and when it took effect. */
struct publication {
    const char *definition;
    int64_t at;
};

struct facts_options {
    const struct publication *publications; /* in order of time */
    size_t publication_count;
    bool recorded; /* each instant under the definition in force then; else the last one for all time */
    struct run_options run;
    struct slice as_of;         /* as written; empty: the end of the last event's day */
    const struct slice *values; /* slots to print as of the as-of: "signals.interest" */
    size_t value_count;
};

/* NDJSON into `out`. */
enum outcome facts_of_files(struct run *run, const struct facts_options *options, struct buffer *out,
                            struct error *error);

#endif
