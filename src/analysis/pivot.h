/* The funnel of every group: `masa report --by channel,month`. A row belongs to the group of its dimensions' values and
 * of the month (quarter, day) in which it entered the first stage. Only first laps count; a carried entry is counted
 * and has no time. */
#ifndef MASA_ANALYSIS_PIVOT_H
#define MASA_ANALYSIS_PIVOT_H

#include "analysis/table.h"
#include "base/buffer.h"

enum pivot_time { PIVOT_NO_TIME, PIVOT_DAY, PIVOT_MONTH, PIVOT_QUARTER };
enum { PIVOT_KEYS_MAX = 8 };

/* What to group by, in the order of the columns. */
struct pivot_key {
    uint32_t dimension; /* of the definition; NONE: the time */
};
struct pivot_request {
    struct pivot_key keys[PIVOT_KEYS_MAX];
    size_t key_count;
    enum pivot_time time; /* of the one key that is the time */
    bool period_only;     /* only rows of the report's period (window 1); else all */
    int threads;          /* that measure many rows; the answer is the same. 0: this one */
};

/* "channel,month": dimensions by name, and day, month or quarter at most once. The error names the word and the nearest
 * name. */
enum outcome pivot_parse(const struct definition *definition, struct slice by, struct pivot_request *out,
                         struct error *error);

struct pivot_group {
    uint32_t
        values[PIVOT_KEYS_MAX]; /* codes as in the table's dimension columns; for the time: months, quarters or days */
    uint64_t *reached;          /* [stage] */
    int64_t *median_twice;      /* [stage]: microseconds from the stage before, doubled */
    double *mean;               /* [stage]: microseconds */
    uint64_t *timed;            /* [stage]: how many the days are over */
};

struct pivot {
    const struct fact_table *table;
    struct pivot_request request;
    struct pivot_group *groups; /* by the values' texts in the order of the keys, time ascending */
    size_t count;
};

struct pivot *pivot_build(struct arena *arena, const struct fact_table *table, const struct pivot_request *request);
/* Group names, stages as named, conv_STAGE, med_STAGE, avg_STAGE for each stage but the first: shares and days with six
 * decimals, empty where there is nothing to say. No byte order mark: this one is for programs. */
void pivot_write_csv(const struct pivot *pivot, struct buffer *out);

#endif
