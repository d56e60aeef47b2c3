/* A table of facts in which some subjects are folded again: a copy whose columns have room, so that rows are replaced
 * where they stand and new ones follow. Two copies of one table can take turns: the one behind takes over the rows that
 * changed meanwhile. */
#ifndef MASA_RUNTIME_SPLICE_H
#define MASA_RUNTIME_SPLICE_H

#include "runtime/columns.h"
#include "runtime/sides.h"
#include "value/dictionary.h"

/* How what is fresh is put into the words of a table. */
struct splice {
    const struct dictionary *from; /* of the fresh codes */
    struct dictionary *to;         /* of the table's; has all of the older ones */
    struct arena *texts;           /* for ids */
};
uint32_t splice_code(const struct splice *s, uint32_t fresh);

struct spliced_table {
    struct fact_table table;
    size_t cap; /* rows that the columns have room for */
    struct side_list *sides[TABLE_SIDES];
};

/* A copy with codes of `words`, which has all of the table's; ids stay where they are. */
void spliced_copy(const struct fact_table *table, const struct dictionary *words, struct spliced_table *out);
void spliced_release(struct spliced_table *t);

/* Makes the table equal to a newer copy of it, in which these moves put rows. */
void spliced_follow(struct spliced_table *t, const struct spliced_table *newer, const struct owner_moves *moves);

/* Leaves rows out: place[row] is where a row goes, in the same order, or NONE. */
void spliced_drop(struct spliced_table *t, const uint32_t *place);

/* Rows of the fresh table take the place of others, or follow the last one. As-of, windows, visitors and quality are
 * the fresh table's then. */
void spliced_put(struct spliced_table *t, const struct splice *s, const struct fact_table *fresh,
                 const struct owner_moves *moves);

#endif
