/* Typed code of a rule: a line of operations that end in one that returns. Each operation's function does its work and
 * calls the next one's, a jump of the machine and no more once compiled with optimisation.
 *
 * Truth is one number, the accumulator: a condition puts its own truth into it or joins it with what is there, and
 * skips the rest of its chain once that decides. Other values are cells in registers. */
#ifndef MASA_CEL_RULE_CODE_H
#define MASA_CEL_RULE_CODE_H

#include "cel/rule_internal.h"

enum { RULE_REGISTERS = 16, RULE_TRUTHS = 16, RULE_OPS_MAX = 2000 };

enum rule_truth { RULE_FALSE, RULE_UNKNOWN, RULE_TRUE, RULE_NEVER };

/* How a condition's truth meets the accumulator. */
enum rule_mode { MODE_SET, MODE_AND, MODE_OR };

struct rule_machine {
    const struct rule *rule;
    const struct cell *slots;
    struct rule_scratch *scratch;
    uint8_t truths[RULE_TRUTHS]; /* accumulators put aside */
    struct cell registers[RULE_REGISTERS];
};

struct rule_op;
typedef struct cell rule_step_function(const struct rule_op *op, struct rule_machine *m, unsigned acc);

struct rule_set {
    uint32_t count;
    int64_t members[]; /* ascending */
};

struct rule_op {
    rule_step_function *run;
    uint8_t mode, stop;       /* stop: skip `skip` operations when the accumulator is this afterwards */
    uint8_t kind;             /* of the cell that is expected or made */
    uint8_t field;            /* enum field_kind of the slot */
    uint16_t to, left, right; /* registers; truths */
    uint32_t slot, skip;
    union {
        int64_t number;
        struct cell cell;
        const struct rule_set *set;
        const struct cel_node *node;
    };
};

struct rule_code {
    bool dynamic; /* some operation calls the dynamic evaluator */
    const struct rule_op *ops;
    uint32_t count;
};

enum rule_comparison { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_GT, COMPARE_GE, COMPARISONS };

/* The operations, for the compiler to choose from. By comparison: a slot with a number, two registers, two of money. */
extern rule_step_function *const rule_op_slot_compare[COMPARISONS], *const rule_op_compare[COMPARISONS],
                                                                        *const rule_op_compare_money[COMPARISONS];
/* Conditions. */
rule_step_function rule_op_slot_in, rule_op_slot_true, rule_op_slot_has, rule_op_known_truth, rule_op_register_truth,
    rule_op_dynamic_truth, rule_op_not, rule_op_save, rule_op_merge;
/* Values into registers. */
rule_step_function rule_op_load, rule_op_constant, rule_op_truth_cell, rule_op_dynamic, rule_op_widen, rule_op_add,
    rule_op_subtract, rule_op_multiply_int, rule_op_divide_int, rule_op_modulo_int, rule_op_multiply_decimal,
    rule_op_divide_decimal, rule_op_negate, rule_op_add_money, rule_op_subtract_money, rule_op_scale_money,
    rule_op_divide_money;
/* ?: and the end. */
rule_step_function rule_op_choose, rule_op_skip, rule_op_return_truth, rule_op_return;

#endif
