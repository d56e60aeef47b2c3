#include "cel/rule_code.h"

#include "base/bisect.h"
#include "value/decimal.h"

static inline struct cell next(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return op[1].run(op + 1, m, acc);
}

/* A condition's truth joins the accumulator; the rest of a decided chain is skipped. */
static inline struct cell settle(const struct rule_op *op, struct rule_machine *m, unsigned acc, unsigned truth)
{
    if (op->mode == MODE_AND)
        acc = truth < acc ? truth : acc;
    else if (op->mode == MODE_OR)
        acc = truth > acc ? truth : acc;
    else
        acc = truth;
    op += acc == op->stop ? op->skip : 1;
    return op->run(op, m, acc);
}

static inline unsigned truth_of(bool yes)
{
    return yes ? RULE_TRUE : RULE_FALSE;
}

/* The slot's cell as its field's type says. The usual case is a cell of the right kind. */
static inline struct cell load(const struct rule_op *op, struct rule_machine *m)
{
    struct cell cell = m->slots[op->slot];
    return cell.kind == op->kind ? cell : rule_typed_cell(cell, (enum field_kind)op->field);
}

#define SLOT_COMPARE(name, relation)                                                                                   \
    static struct cell slot_##name(const struct rule_op *op, struct rule_machine *m, unsigned acc)                     \
    {                                                                                                                  \
        struct cell cell = load(op, m);                                                                                \
        unsigned truth = truth_of(cell.number relation op->number);                                                    \
        return settle(op, m, acc, cell.kind == CELL_ABSENT ? RULE_UNKNOWN : truth);                                    \
    }

SLOT_COMPARE(eq, ==)
SLOT_COMPARE(ne, !=)
SLOT_COMPARE(lt, <)
SLOT_COMPARE(le, <=)
SLOT_COMPARE(gt, >)
SLOT_COMPARE(ge, >=)

rule_step_function *const rule_op_slot_compare[COMPARISONS] = {slot_eq, slot_ne, slot_lt, slot_le, slot_gt, slot_ge};

/* Less than zero, zero or more; an int meets a decimal in 128 bits. */
static inline int order(struct cell a, struct cell b)
{
    if (a.kind == b.kind) return (a.number > b.number) - (a.number < b.number);
    __int128 left = (__int128)a.number * (a.kind == CELL_INT ? DECIMAL_SCALE : 1);
    __int128 right = (__int128)b.number * (b.kind == CELL_INT ? DECIMAL_SCALE : 1);
    return (left > right) - (left < right);
}

#define COMPARE(name, relation)                                                                                        \
    static struct cell compare_##name(const struct rule_op *op, struct rule_machine *m, unsigned acc)                  \
    {                                                                                                                  \
        struct cell a = m->registers[op->left], b = m->registers[op->right];                                           \
        bool known = a.kind != CELL_ABSENT && b.kind != CELL_ABSENT;                                                   \
        return settle(op, m, acc, known ? truth_of(order(a, b) relation 0) : RULE_UNKNOWN);                            \
    }                                                                                                                  \
    static struct cell money_##name(const struct rule_op *op, struct rule_machine *m, unsigned acc)                    \
    {                                                                                                                  \
        struct cell a = m->registers[op->left], b = m->registers[op->right];                                           \
        bool known = a.kind != CELL_ABSENT && b.kind != CELL_ABSENT && a.unit == b.unit;                               \
        return settle(op, m, acc, known ? truth_of(a.number relation b.number) : RULE_UNKNOWN);                        \
    }

COMPARE(eq, ==)
COMPARE(ne, !=)
COMPARE(lt, <)
COMPARE(le, <=)
COMPARE(gt, >)
COMPARE(ge, >=)

rule_step_function *const rule_op_compare[COMPARISONS] = {compare_eq, compare_ne, compare_lt,
                                                          compare_le, compare_gt, compare_ge};
rule_step_function *const rule_op_compare_money[COMPARISONS] = {money_eq, money_ne, money_lt,
                                                                money_le, money_gt, money_ge};

static bool contains(const struct rule_set *set, int64_t number)
{
    if (set->count <= 8) {
        for (uint32_t i = 0; i < set->count; i++)
            if (set->members[i] == number) return true;
        return false;
    }
    const size_t place = bisect(i, set->count, set->members[i] < number);
    return place < set->count && set->members[place] == number;
}

struct cell rule_op_slot_in(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct cell cell = load(op, m);
    return settle(op, m, acc, cell.kind == CELL_ABSENT ? RULE_UNKNOWN : truth_of(contains(op->set, cell.number)));
}

struct cell rule_op_slot_true(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct cell cell = load(op, m);
    return settle(op, m, acc, cell.kind == CELL_ABSENT ? RULE_UNKNOWN : truth_of(cell.number));
}

/* A span of more nanoseconds than 64 bits hold is absent to the dynamic evaluator, and so here. */
static inline bool span_fits(int64_t us)
{
    return us >= INT64_MIN / 1000 && us <= INT64_MAX / 1000;
}

static inline struct cell load_checked(const struct rule_op *op, struct rule_machine *m)
{
    struct cell cell = load(op, m);
    return cell.kind == CELL_SPAN && !span_fits(cell.number) ? cell_absent() : cell;
}

struct cell rule_op_slot_has(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return settle(op, m, acc, truth_of(load_checked(op, m).kind != CELL_ABSENT));
}

struct cell rule_op_known_truth(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return settle(op, m, acc, (unsigned)op->number);
}

struct cell rule_op_register_truth(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct cell cell = m->registers[op->left];
    return settle(op, m, acc, cell.kind == CELL_ABSENT ? RULE_UNKNOWN : truth_of(cell.number));
}

struct cell rule_op_dynamic_truth(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct value v = rule_eval_node(m->rule, op->node, m->slots, m->scratch);
    return settle(op, m, acc, v.kind == VALUE_BOOL ? truth_of(v.boolean) : RULE_UNKNOWN);
}

struct cell rule_op_not(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return next(op, m, RULE_TRUE - acc);
}

struct cell rule_op_save(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    m->truths[op->to] = (uint8_t)acc;
    return next(op, m, acc);
}

struct cell rule_op_merge(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return settle(op, m, m->truths[op->left], acc);
}

struct cell rule_op_load(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    m->registers[op->to] = load_checked(op, m);
    return next(op, m, acc);
}

struct cell rule_op_constant(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    m->registers[op->to] = op->cell;
    return next(op, m, acc);
}

struct cell rule_op_truth_cell(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    m->registers[op->to] = acc == RULE_UNKNOWN ? cell_absent() : cell_bool(acc == RULE_TRUE);
    return next(op, m, acc);
}

struct cell rule_op_dynamic(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct value v = rule_eval_node(m->rule, op->node, m->slots, m->scratch);
    m->registers[op->to] = rule_cell_of(v, (enum field_kind)op->field, m->scratch->dictionary, &m->scratch->arena);
    return next(op, m, acc);
}

struct cell rule_op_widen(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct cell *cell = &m->registers[op->to];
    int64_t n;
    if (cell->kind == CELL_INT) *cell = decimal_from_int(cell->number, &n) ? cell_decimal(n) : cell_absent();
    return next(op, m, acc);
}

/* What a result of the kind may be at most, beside fitting 64 bits. */
static inline bool in_range(uint8_t kind, int64_t n)
{
    if (kind == CELL_SPAN) return span_fits(n);
    return kind != CELL_INSTANT || (n >= TIMESTAMP_MIN * 1000000 && n < (TIMESTAMP_MAX + 1) * 1000000);
}

static inline struct cell finish(const struct rule_op *op, struct rule_machine *m, unsigned acc, bool good, int64_t n,
                                 uint32_t unit)
{
    good = good && in_range(op->kind, n);
    m->registers[op->to] = good ? (struct cell){.kind = op->kind, .unit = unit, .number = n} : cell_absent();
    return next(op, m, acc);
}

#define ARITHMETIC(name, expression)                                                                                   \
    struct cell rule_op_##name(const struct rule_op *op, struct rule_machine *m, unsigned acc)                         \
    {                                                                                                                  \
        struct cell a = m->registers[op->left], b = m->registers[op->right];                                           \
        int64_t n = 0;                                                                                                 \
        bool good = a.kind != CELL_ABSENT && b.kind != CELL_ABSENT && (expression);                                    \
        return finish(op, m, acc, good, n, 0);                                                                         \
    }

ARITHMETIC(add, !__builtin_add_overflow(a.number, b.number, &n))
ARITHMETIC(subtract, !__builtin_sub_overflow(a.number, b.number, &n))
ARITHMETIC(multiply_int, !__builtin_mul_overflow(a.number, b.number, &n))
ARITHMETIC(multiply_decimal, decimal_mul(a.number, b.number, &n))
ARITHMETIC(divide_decimal, decimal_div(a.number, b.number, &n))
ARITHMETIC(divide_int, b.number != 0 && !(a.number == INT64_MIN && b.number == -1) && (n = a.number / b.number, true))
ARITHMETIC(modulo_int, b.number != 0 && (n = b.number == -1 ? 0 : a.number % b.number, true))

struct cell rule_op_negate(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    struct cell a = m->registers[op->left];
    bool good = a.kind != CELL_ABSENT && a.number != INT64_MIN;
    return finish(op, m, acc, good, good ? -a.number : 0, 0);
}

#define MONEY(name, same_unit, expression)                                                                             \
    struct cell rule_op_##name(const struct rule_op *op, struct rule_machine *m, unsigned acc)                         \
    {                                                                                                                  \
        struct cell a = m->registers[op->left], b = m->registers[op->right];                                           \
        int64_t n = 0;                                                                                                 \
        bool known = a.kind != CELL_ABSENT && b.kind != CELL_ABSENT && (!same_unit || a.unit == b.unit);               \
        bool good = known && (expression);                                                                             \
        return finish(op, m, acc, good, n, a.unit);                                                                    \
    }

MONEY(add_money, true, !__builtin_add_overflow(a.number, b.number, &n))
MONEY(subtract_money, true, !__builtin_sub_overflow(a.number, b.number, &n))
MONEY(scale_money, false, decimal_mul(a.number, b.number, &n))
MONEY(divide_money, false, decimal_div(a.number, b.number, &n))

/* The condition of ?: is in the accumulator: true goes on, false skips to the other result; unknown makes the result
 * absent and skips both, whose length stands in `slot`. */
struct cell rule_op_choose(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    if (acc == RULE_TRUE) return next(op, m, acc);
    if (acc == RULE_UNKNOWN) m->registers[op->to] = cell_absent();
    op += acc == RULE_FALSE ? op->skip : op->slot;
    return op->run(op, m, acc);
}

struct cell rule_op_skip(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    op += op->skip;
    return op->run(op, m, acc);
}

struct cell rule_op_return_truth(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return acc == RULE_UNKNOWN ? cell_absent() : cell_bool(acc == RULE_TRUE);
}

struct cell rule_op_return(const struct rule_op *op, struct rule_machine *m, unsigned acc)
{
    return m->registers[op->left];
}

struct cell rule_run_code(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch)
{
    struct rule_machine m;
    m.rule = rule;
    m.slots = slots;
    m.scratch = scratch;
    if (rule->code->dynamic) arena_clear(&scratch->arena);
    return rule->code->ops->run(rule->code->ops, &m, RULE_UNKNOWN);
}
