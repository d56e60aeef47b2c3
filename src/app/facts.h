/* `masa facts`: every fact of every subject, in canonical order, with external ids only. It is what the golden trails
 * and the property, rebuild and merge tests compare (ruling 11). */
#ifndef MASA_APP_FACTS_H
#define MASA_APP_FACTS_H

#include "app/recorded.h"

struct facts_options {
    struct history history;
    const struct slice *values; /* slots to print as of the as-of: "signals.interest" */
    size_t value_count;
    struct slice subject; /* only the facts of subjects of this key (of a person, any of the ids); empty: of all */
};

/* NDJSON into `out`. */
enum outcome facts_of_files(struct run *run, const struct facts_options *options, struct buffer *out,
                            struct error *error);

#endif
