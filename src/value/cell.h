/* A cell: one value in sixteen bytes, copied freely. What the engine keeps for a subject is an array of cells, one per
 * slot (a trait, a signal, a score), and compiled rules read and give cells. Text is a code of a dictionary, so that
 * equality is a comparison of numbers; what does not fit (a list, a map) is a pointer to an immutable value in a
 * long-lived arena. */
#ifndef MASA_VALUE_CELL_H
#define MASA_VALUE_CELL_H

#include <stdbool.h>
#include <stdint.h>

struct value;

enum cell_kind {
    CELL_ABSENT, /* not known: absorbed by && and || , never true, never an error */
    CELL_BOOL,
    CELL_INT,
    CELL_DECIMAL, /* fixed point, six digits: number = value * 1,000,000 */
    CELL_TEXT,    /* number = code in the dictionary */
    CELL_INSTANT, /* microseconds since 1970, UTC */
    CELL_SPAN,    /* microseconds */
    CELL_MONEY,   /* number = amount in millionths, unit = code of the currency ("USD") in the dictionary */
    CELL_VALUE,   /* a list or a map */
};

struct cell {
    uint8_t kind;
    uint32_t unit;
    union {
        int64_t number;
        const struct value *value;
    };
};

#define DECIMAL_ONE INT64_C(1000000)

static inline struct cell cell_absent(void)
{
    return (struct cell){0};
}
/* As little known as an absent one, and said: it takes the place of what was known. */
static inline struct cell cell_withdrawn(void)
{
    return (struct cell){.kind = CELL_ABSENT, .number = 1};
}
static inline bool cell_is_withdrawn(struct cell c)
{
    return c.kind == CELL_ABSENT && c.number;
}
static inline struct cell cell_bool(bool b)
{
    return (struct cell){.kind = CELL_BOOL, .number = b};
}
static inline struct cell cell_int(int64_t n)
{
    return (struct cell){.kind = CELL_INT, .number = n};
}
static inline struct cell cell_decimal(int64_t millionths)
{
    return (struct cell){.kind = CELL_DECIMAL, .number = millionths};
}
static inline struct cell cell_text(uint32_t code)
{
    return (struct cell){.kind = CELL_TEXT, .number = code};
}
static inline struct cell cell_instant(int64_t at)
{
    return (struct cell){.kind = CELL_INSTANT, .number = at};
}
static inline struct cell cell_span(int64_t us)
{
    return (struct cell){.kind = CELL_SPAN, .number = us};
}

/* The same kind and content. Two CELL_VALUEs are the same only when they are one value; else see value_equal. */
static inline bool cell_same(struct cell a, struct cell b)
{
    return a.kind == b.kind && (a.kind == CELL_ABSENT || (a.number == b.number && a.unit == b.unit));
}

static inline bool cell_is_true(struct cell c)
{
    return c.kind == CELL_BOOL && c.number;
}
#endif
