/* What values can be at all: bounds of numbers, words of texts, truth of bools; and whether a condition leaves any. */
#ifndef MASA_DEFINITION_BOUNDS_H
#define MASA_DEFINITION_BOUNDS_H

#include "definition/loader.h"

enum { MAY_BE_TRUE = 1, MAY_BE_FALSE = 2 };

/* One value. Numbers are millionths (instants: microseconds); the ends of int64_t stand for no bound. */
struct bounds {
    enum field_kind kind;
    int64_t low, high;
    struct slice currency; /* of money, empty when not known */
    unsigned truth;
    const struct slice *words; /* NULL: any */
    size_t word_count;
    const struct slice *barred; /* while any word may be: those that may not */
    size_t barred_count;
    struct slice barred_by, low_by, high_by, words_by, truth_by; /* the conditions that set them; empty: so declared */
};

struct known { /* a value and what conditions so far leave of it */
    uint32_t slot;
    struct bounds bounds;
};

/* Whose values: a kind's slots, or an event's paths. */
struct ground {
    struct loader *l;
    enum subject_kind kind;
    uint32_t event;             /* NONE: a kind's slots */
    const struct bounds *slots; /* of the kind, before any condition */
};

struct world {
    const struct ground *ground;
    VECTOR(struct known) known;
    struct slice conflict, with; /* the condition that left nothing, and the one it contradicts */
};

struct bounds bounds_of_type(const struct field_type *type);
struct bounds bounds_of_field(const struct field *field);
/* Of an arithmetic expression. */
struct bounds bounds_of_expression(struct world *world, const struct cel_node *node);
/* Could the expression be `truth` in this world? On true the world has learnt from it. */
bool world_allows(struct world *world, struct slice text, const struct cel_node *node, bool truth);
bool world_allows_clause(struct world *world, const struct clause *clause, bool truth);
void world_release(struct world *world);
/* Does `then` hold whenever `given` does? What cannot be told does not, nor does anything when no `looks` are left: how
 * clauses stand inside each other could be looked at in very many ways. */
bool clause_follows(const struct ground *ground, const struct clause *given, const struct clause *then, int *looks);
const struct cel_node *parse_rule(struct loader *l, const struct rule *rule);

#endif
