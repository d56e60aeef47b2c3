/* A table of some of its rows: what a report over only these subjects is made of. Values of one dimension widen,
 * dimensions narrow, and so does a segment.
 *
 * What belongs to nobody in particular cannot be narrowed: visitors are left out, and spend too, unless it is the
 * channels' own dimension by which was narrowed; then that of the values asked for stays. */
#ifndef MASA_ANALYSIS_NARROW_H
#define MASA_ANALYSIS_NARROW_H

#include "analysis/table.h"
#include "base/error.h"

enum { NARROW_VALUES_MOST = 32 };

/* Who a segment is: the audience, or a profile that matches. */
enum segment_kind { SEGMENT_NONE, SEGMENT_AUDIENCE, SEGMENT_PROFILE };

struct narrowing {
    struct {
        uint32_t dimension, code;
    } values[NARROW_VALUES_MOST];
    size_t count;
    enum segment_kind segment;
    uint32_t profile;
};

static inline bool narrowing_any(const struct narrowing *n)
{
    return n->count > 0 || n->segment != SEGMENT_NONE;
}

/* "dimension:value", the value as dimension_value has it, or "unknown". BAD_USAGE: the definition has no such
 * dimension; a value that nobody has is none's. */
enum outcome narrowing_where(struct narrowing *narrowing, const struct fact_table *table, struct slice where,
                             struct error *error);
/* "audience", or the name of a profile. */
enum outcome narrowing_segment(struct narrowing *narrowing, const struct definition *definition, struct slice name,
                               struct error *error);

/* As they stand in a request. */
struct narrowing_asked {
    const struct slice *where;
    size_t where_count;
    struct slice segment; /* empty: none */
};
/* *table becomes the narrow one, when anything is asked. */
enum outcome table_narrow_asked(struct arena *arena, const struct narrowing_asked *asked,
                                const struct fact_table **table, struct error *error);

bool narrowing_holds(const struct narrowing *narrowing, const struct fact_table *table, size_t row);

/* The columns are copied into the arena. `from` tells of each row which it was; may be NULL. */
const struct fact_table *table_narrow(struct arena *arena, const struct fact_table *table,
                                      const struct narrowing *narrowing, const uint32_t **from);

#endif
