/* The columns and side tables of a table of facts as lists, for who copies, moves or frees them all alike. */
#ifndef MASA_RUNTIME_COLUMNS_H
#define MASA_RUNTIME_COLUMNS_H

#include "analysis/table.h"
#include "base/vector.h"

enum column_kind {
    COLUMN_PLAIN,
    COLUMN_CODE,    /* uint32_t, of the dictionary */
    COLUMN_TEXT,    /* struct slice */
    COLUMN_HISTORY, /* const char *, packed (lap_history.h); NULL */
};

struct table_column {
    void **at; /* where the table keeps it; *at is NULL when it does not */
    size_t width;
    enum column_kind kind;
};
struct column_list { /* for the vector macros */
    struct table_column *at;
    size_t count, cap;
};
/* In the same order for each table of a definition. */
void table_columns(struct fact_table *table, struct column_list *out);

/* Rows that are keyed by the row of the table that they belong to, and in its order. */
enum { TABLE_SIDES = 5, SIDE_CODES = 2 };
struct table_side {
    const void **at;
    size_t *count, width;
    size_t codes[SIDE_CODES]; /* where in a row its codes stand; 0: none */
};
void table_sides(struct fact_table *table, struct table_side out[TABLE_SIDES]);

/* Gives `to` lists of columns of its own, with nothing in them, where `from` has any. */
void table_own_lists(const struct fact_table *from, struct fact_table *to);
void table_free_lists(struct fact_table *table);

#endif
