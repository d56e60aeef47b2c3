/* A table of facts in which some subjects were folded again: the rows of an older table but for theirs, and after those
 * the rows that they have now. */
#ifndef MASA_RUNTIME_SPLICE_H
#define MASA_RUNTIME_SPLICE_H

#include "analysis/table.h"
#include "value/dictionary.h"

/* Where the rows of the older table go. */
struct splice {
    uint32_t *place; /* by old row: its row in the new table, NONE: left out */
    size_t kept;
    const struct dictionary *from; /* of the fresh rows' codes */
    struct dictionary *to;         /* of the new table's; has all of the older one's */
    struct arena *texts;           /* for ids of the fresh rows */
};

/* `subjects` tells by row whose it is, `gone` who is left out. */
void splice_plan(struct splice *s, size_t rows, const uint64_t *subjects,
                 bool (*gone)(const void *context, uint64_t subject), const void *context);
void splice_release(struct splice *s);

uint32_t splice_code(const struct splice *s, uint32_t fresh);

/* As-of, windows, spend, visitors and quality are those of the fresh table; ids of kept rows stay where they are. */
void splice_tables(const struct splice *s, const struct fact_table *old, const struct fact_table *fresh,
                   struct fact_table *out);
void splice_free_table(struct fact_table *table);

#endif
