/* At which numbers a rule tells a slot's values apart. */
#include "base/vector.h"
#include "cel/rule_code.h"

static bool compares(const struct rule_op *op)
{
    for (int i = 0; i < COMPARISONS; i++)
        if (op->run == rule_op_slot_compare[i]) return true;
    return false;
}

/* Operations that take the slot's value for more than a comparison. */
static bool takes_value(const struct rule_op *op)
{
    return op->run == rule_op_load || op->run == rule_op_slot_in || op->run == rule_op_slot_true;
}

bool rule_add_cuts(const struct rule *rule, uint32_t slot, struct rule_cuts *cuts)
{
    bool reads = false;
    for (uint32_t i = 0; i < rule->slot_count; i++) reads |= rule->slots[i] == slot;
    if (!reads) return true;
    if (!rule->code || rule->code->dynamic) return false;
    for (const struct rule_op *op = rule->code->ops, *end = op + rule->code->count; op < end; op++) {
        if (takes_value(op) && op->slot == slot) return false;
        if (compares(op) && op->slot == slot) vector_push(cuts, op->number);
    }
    return true;
}

bool rule_is_slot(const struct rule *rule, uint32_t slot)
{
    const struct rule_code *code = rule->code;
    return code && !code->dynamic && code->count == 2 && code->ops[0].run == rule_op_load &&
           code->ops[0].slot == slot && code->ops[1].run == rule_op_return;
}
