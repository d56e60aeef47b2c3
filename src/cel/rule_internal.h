/* What the files of rules share. */
#ifndef MASA_CEL_RULE_INTERNAL_H
#define MASA_CEL_RULE_INTERNAL_H

#include "cel/function.h"
#include "cel/rule.h"

struct rule_field {
    struct field_type type;
    uint32_t slot;
};

struct rule_scope {
    struct arena *arena;
    struct dictionary *dictionary;
    struct cel_env *env;
    struct rule_field *fields; /* by variable of the environment */
    uint32_t capacity;
};

struct rule_code;

struct rule {
    const struct rule_scope *scope;
    const struct cel_program *program;
    const struct rule_code *code; /* NULL: the dynamic evaluator serves */
    enum field_kind kind;
    uint32_t *slots;
    uint32_t slot_count;
};

struct rule_scratch {
    const struct dictionary *dictionary;
    struct arena arena;
    struct cel_regexes *regexes;
};

/* One evaluation: what the loader of variables needs. */
struct rule_inputs {
    const struct rule_scope *scope;
    const struct dictionary *dictionary;
    const struct cell *slots;
    struct arena *arena;
};

/* The cell as its field's type says: an int widened to a decimal, anything else that does not fit absent. */
struct cell rule_typed_cell(struct cell cell, enum field_kind kind);
struct value rule_load(const void *inputs, uint32_t variable);
/* A value as a cell of the kind; absent when it is a failure or does not fit. Text that the dictionary lacks, lists and
 * maps become CELL_VALUE in the arena. */
struct cell rule_cell_of(struct value v, enum field_kind kind, const struct dictionary *dictionary,
                         struct arena *arena);
/* A node of the rule's tree by the dynamic evaluator; the scratch's arena is not cleared. */
struct value rule_eval_node(const struct rule *rule, const struct cel_node *node, const struct cell *slots,
                            struct rule_scratch *scratch);

/* FIELD_BOOL and so on of a type of the language; false when rules have no such values. */
bool rule_kind_of(const struct cel_type *type, enum field_kind *kind);
const char *rule_kind_name(enum field_kind kind);

/* Literals to the types they meet, see rule.h. */
void rule_coerce(const struct cel_program *program, struct cel_node *call, const struct cel_type **types);

/* Typed code for the rule; NULL when nothing in it can be compiled. */
const struct rule_code *rule_compile_code(const struct rule *rule);
struct cell rule_run_code(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch);

#endif
