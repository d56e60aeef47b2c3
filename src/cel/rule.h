/* A rule: one expression of a definition, checked against declared fields and compiled, so that evaluating it over a
 * row of cells allocates nothing on the common path. The language is CEL with the definition's reading of numbers and
 * gaps:
 *
 *  - an absent field is unknown: absorbed by && and || as CEL absorbs errors, otherwise the result is absent. Overflow
 * and division by zero give absent too, and the trace says which;
 *  - a number with a point is an exact decimal of six digits (CELL_DECIMAL), never a float; int and decimal mix;
 *  - a literal takes the type of the declared field it meets: person.role == "CFO" is compared case-folded against the
 *    declared choices, and a word that is not among them is an error with a suggestion; an instant field may be
 * compared with "2026-01-05";
 *  - money("8000000", "USD") / money(8000000, "USD") makes money; comparing two currencies is an error when known at
 * check time and absent otherwise;
 *  - a span may be compared with "30d", "12h" or "1h30m";
 *  - has(person.role) is true when the field is not absent. */
#ifndef MASA_CEL_RULE_H
#define MASA_CEL_RULE_H

#include "base/error.h"
#include "value/cell.h"
#include "value/dictionary.h"

enum field_kind {
    FIELD_BOOL,
    FIELD_INT,
    FIELD_DECIMAL,
    FIELD_TEXT, /* with choices: an enumeration */
    FIELD_INSTANT,
    FIELD_SPAN,
    FIELD_MONEY,
    FIELD_LIST, /* of `element` */
    FIELD_MAP,  /* from text to `element` */
};

struct field_type {
    enum field_kind kind;
    enum field_kind element;
    const struct slice *choices; /* FIELD_TEXT: lower case; NULL when any text will do */
    size_t choice_count;
};

struct rule;
struct rule_scope;

/* Everything the scope and its rules keep lives in the arena. The dictionary gets the rules' text literals. */
struct rule_scope *rule_scope_new(struct arena *arena, struct dictionary *dictionary);
/* The name may have dots. Declaring a name twice is the caller's mistake. */
void rule_scope_field(struct rule_scope *scope, struct slice name, struct field_type type, uint32_t slot);
/* Declares text that exists as a name but may not be read here, so that the error can say why. */
void rule_scope_forbid(struct rule_scope *scope, struct slice name, struct slice why);

/* Where the expression's text stands in its file: the position of its first character. */
struct rule_place {
    struct slice file;
    int line, column;
};

/* NULL after adding at least one diagnostic. `wanted`: the kinds of result allowed, a set of 1 << field_kind. */
const struct rule *rule_compile(struct rule_scope *scope, struct slice text, unsigned wanted, struct rule_place place,
                                struct diagnostics *diagnostics);

enum field_kind rule_kind(const struct rule *rule);
struct slice rule_text(const struct rule *rule);
/* The slots it may read, ascending, without repeats. */
size_t rule_reads(const struct rule *rule, const uint32_t **slots);

/* The numbers (as cells hold them) with which a rule compares a slot's value, when that is all that it does with it:
 * two values that compare alike with each of them are then the same to the rule. False: it may tell any two apart. */
struct rule_cuts { /* for the vector macros */
    int64_t *at;
    size_t count, cap;
};
bool rule_add_cuts(const struct rule *rule, uint32_t slot, struct rule_cuts *cuts);

/* Whether the rule is the slot's value and nothing else. */
bool rule_is_slot(const struct rule *rule, uint32_t slot);

/* Room for the rare expressions that need memory (lists made on the way, text functions); one per thread. */
struct rule_scratch;
struct rule_scratch *rule_scratch_new(const struct dictionary *dictionary);
void rule_scratch_free(struct rule_scratch *scratch);

/* A cell of the rule's kind, or absent. Lists, maps and a text that the dictionary does not hold (one made on the way)
 * come as CELL_VALUE, which lives in the scratch until its next evaluation. */
struct cell rule_eval(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch);

/* What each sub-expression was worth, innermost first: for `why` and for explaining a score. Texts live in the arena.
 */
struct rule_step {
    struct slice text; /* the part of the rule's text */
    struct cell value;
    struct slice note; /* why it is absent, when it is: the name of the missing field, "overflow" */
};
size_t rule_trace(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch, struct arena *arena,
                  const struct rule_step **steps);

#endif
