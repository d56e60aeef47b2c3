/* Types of the expression language, as the checker knows them: structure, text and unification. */
#ifndef MASA_CEL_TYPE_H
#define MASA_CEL_TYPE_H

#include "base/buffer.h"
#include "value/value.h"

enum cel_type_kind {
    TYPE_DYN, /* anything, decided when evaluated */
    TYPE_NULL,
    TYPE_BOOL,
    TYPE_INT,
    TYPE_UINT,
    TYPE_DOUBLE,
    TYPE_STRING,
    TYPE_BYTES,
    TYPE_TIMESTAMP,
    TYPE_DURATION,
    TYPE_IP,
    TYPE_CIDR,
    TYPE_DECIMAL,
    TYPE_MONEY,
    TYPE_TYPE,     /* of[0]: the type it is the type of */
    TYPE_LIST,     /* of[0] */
    TYPE_MAP,      /* of[0] key, of[1] value */
    TYPE_OPTIONAL, /* of[0] */
    TYPE_PARAM,    /* a type still to be found out */
    TYPE_KINDS,
};

struct cel_type {
    enum cel_type_kind kind;
    uint32_t param;
    const struct cel_type *of[2];
};

const struct cel_type *cel_type_plain(enum cel_type_kind kind);
const struct cel_type *cel_type_of(struct arena *arena, enum cel_type_kind kind, const struct cel_type *first,
                                   const struct cel_type *second);
/* "map(string, list(int))". One capital letter is a parameter, A being number 0. NULL when it is no type. */
const struct cel_type *cel_type_parse(struct arena *arena, struct slice text);
void cel_type_print(struct buffer *out, const struct cel_type *type);
struct slice cel_type_text(struct arena *arena, const struct cel_type *type);
/* The set of value kinds that a value of this type may have: bits 1 << enum value_kind. */
uint32_t cel_type_value_kinds(const struct cel_type *type);

struct cel_binding {
    uint32_t param;
    const struct cel_type *type;
};

/* What is known about the parameters so far. */
struct cel_unifier {
    struct arena *arena;
    const struct cel_type **bound; /* by parameter; NULL: nothing yet */
    uint32_t count, capacity;
    struct cel_binding *trail; /* what to undo when a unification fails half-way */
    uint32_t trail_count, trail_capacity;
};

const struct cel_type *cel_unifier_fresh(struct cel_unifier *u);
/* A copy of the type whose parameters 0 to count-1 are fresh ones. */
const struct cel_type *cel_unifier_instance(struct cel_unifier *u, const struct cel_type *type, uint32_t base);
/* May a value of type `from` stand where `to` is wanted? On true, parameters are bound as needed. */
bool cel_unify(struct cel_unifier *u, const struct cel_type *from, const struct cel_type *to);
/* All pairs or none. */
bool cel_unify_all(struct cel_unifier *u, const struct cel_type *const *from, const struct cel_type *const *to,
                   size_t n);
/* The common type of two: the more general one, or dyn. */
const struct cel_type *cel_type_join(struct cel_unifier *u, const struct cel_type *a, const struct cel_type *b);
/* With what is known filled in; `final`: unknown parameters become dyn. */
const struct cel_type *cel_type_filled(struct cel_unifier *u, const struct cel_type *type, bool final);
bool cel_type_same(const struct cel_type *a, const struct cel_type *b);

#endif
