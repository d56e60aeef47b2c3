/* From a checked tree to typed code. What has no operation of its own is handed to the dynamic evaluator, node by node.
 */
#include <stdlib.h>

#include "cel/rule_code.h"
#include "value/decimal.h"

struct generator {
    const struct rule *rule;
    struct arena *arena;
    VECTOR(struct rule_op) ops;
    bool dynamic, full; /* full: out of registers; the dynamic evaluator serves the whole rule */
};

typedef VECTOR(uint32_t) places;

static void make_truth(struct generator *g, const struct cel_node *node, enum rule_mode mode, unsigned stop,
                       unsigned depth, places *stops);
static void make_value(struct generator *g, const struct cel_node *node, unsigned to, unsigned depth);

static uint32_t emit(struct generator *g, struct rule_op op)
{
    if (g->ops.count >= RULE_OPS_MAX) g->full = true;
    if (g->full) return 0;
    vector_push(&g->ops, op);
    return (uint32_t)g->ops.count - 1;
}

/* A condition: it may end the chain it stands in, whose end is not known yet. */
static void emit_truth(struct generator *g, struct rule_op op, enum rule_mode mode, unsigned stop, places *stops)
{
    op.mode = (uint8_t)mode;
    op.stop = (uint8_t)stop;
    op.skip = 1;
    uint32_t at = emit(g, op);
    if (stop != RULE_NEVER) vector_push(stops, at);
}

/* Sends the stops of a chain here. */
static void land(struct generator *g, places *stops)
{
    for (size_t i = 0; i < stops->count && !g->full; i++)
        g->ops.at[stops->at[i]].skip = (uint32_t)g->ops.count - stops->at[i];
    vector_release(stops);
}

static enum field_kind kind_of(const struct cel_node *node)
{
    enum field_kind kind = FIELD_MAP;
    if (node->type) rule_kind_of(node->type, &kind);
    return kind;
}

static bool is_plain(enum field_kind kind)
{
    return kind <= FIELD_MONEY;
}

static uint8_t cell_kind_of(enum field_kind kind)
{
    static const uint8_t kinds[] = {
        [FIELD_BOOL] = CELL_BOOL,   [FIELD_INT] = CELL_INT,    [FIELD_DECIMAL] = CELL_DECIMAL,
        [FIELD_TEXT] = CELL_TEXT,   [FIELD_SPAN] = CELL_SPAN,  [FIELD_INSTANT] = CELL_INSTANT,
        [FIELD_MONEY] = CELL_MONEY, [FIELD_LIST] = CELL_VALUE, [FIELD_MAP] = CELL_VALUE,
    };
    return kinds[kind];
}

/* A constant as a cell without loss; false when it has none. */
static bool constant_cell(struct generator *g, struct value v, enum field_kind kind, struct cell *out)
{
    if (v.kind == VALUE_TIMESTAMP && v.extra % 1000) return false;
    if (v.kind == VALUE_DURATION && v.integer % 1000) return false;
    if (v.kind == VALUE_STRING) {
        *out = cell_text(dictionary_code(g->rule->scope->dictionary, v.text));
        return kind == FIELD_TEXT;
    }
    if (v.kind == VALUE_MONEY) {
        uint32_t unit = dictionary_code(g->rule->scope->dictionary, *v.money.currency);
        *out = (struct cell){.kind = CELL_MONEY, .unit = unit, .number = v.money.amount};
        return kind == FIELD_MONEY;
    }
    *out = rule_cell_of(v, kind, g->rule->scope->dictionary, g->arena);
    return out->kind != CELL_ABSENT && out->kind != CELL_VALUE;
}

static const struct rule_field *plain_field(const struct generator *g, const struct cel_node *node)
{
    if (node->kind != CEL_VARIABLE) return NULL;
    const struct rule_field *field = &g->rule->scope->fields[node->index];
    return is_plain(field->type.kind) ? field : NULL;
}

static struct rule_op slot_op(const struct rule_field *field, rule_step_function *run)
{
    return (struct rule_op){
        .run = run, .slot = field->slot, .field = (uint8_t)field->type.kind, .kind = cell_kind_of(field->type.kind)};
}

static bool comparison_of(struct slice name, enum rule_comparison *out)
{
    static const char *const names[COMPARISONS] = {"==", "!=", "<", "<=", ">", ">="};
    for (int i = 0; i < COMPARISONS; i++) {
        if (!slice_is(name, names[i])) continue;
        *out = (enum rule_comparison)i;
        return true;
    }
    return false;
}

/* 100 <= x is x >= 100. */
static enum rule_comparison mirrored(enum rule_comparison comparison)
{
    static const enum rule_comparison mirror[COMPARISONS] = {COMPARE_EQ, COMPARE_NE, COMPARE_GT,
                                                             COMPARE_GE, COMPARE_LT, COMPARE_LE};
    return mirror[comparison];
}

/* A field with a constant of its own kind, in one operation. */
static bool make_slot_compare(struct generator *g, const struct cel_node *field_node, const struct cel_node *constant,
                              enum rule_comparison comparison, struct rule_op *op)
{
    const struct rule_field *field = plain_field(g, field_node);
    struct cell cell;
    if (!field || field_node->test || constant->kind != CEL_LITERAL) return false;
    enum field_kind kind = field->type.kind;
    if (kind == FIELD_MONEY || kind == FIELD_SPAN || (kind == FIELD_TEXT && comparison > COMPARE_NE)) return false;
    if (kind == FIELD_INT && constant->literal.kind != VALUE_INT) return false;
    if (!constant_cell(g, constant->literal, kind, &cell)) return false;
    *op = slot_op(field, rule_op_slot_compare[comparison]);
    op->number = cell.number;
    return true;
}

/* Text that is made on the way has no code, so only the evaluator can compare it. */
static bool has_code(const struct cel_node *node)
{
    if (node->kind == CEL_CONDITION) return has_code(node->args[1]) && has_code(node->args[2]);
    return node->kind == CEL_VARIABLE || node->kind == CEL_LITERAL;
}

static bool are_comparable(enum field_kind a, enum field_kind b, enum rule_comparison comparison)
{
    bool numbers = (a == FIELD_INT || a == FIELD_DECIMAL) && (b == FIELD_INT || b == FIELD_DECIMAL);
    if (numbers) return true;
    return a == b && is_plain(a) && (a != FIELD_TEXT || comparison <= COMPARE_NE);
}

static bool make_comparison(struct generator *g, const struct cel_node *node, unsigned depth, struct rule_op *op)
{
    enum rule_comparison comparison;
    if (node->kind != CEL_CALL || node->count != 2 || !comparison_of(node->name, &comparison)) return false;
    const struct cel_node *left = node->args[0], *right = node->args[1];
    if (make_slot_compare(g, left, right, comparison, op)) return true;
    if (make_slot_compare(g, right, left, mirrored(comparison), op)) return true;
    enum field_kind a = kind_of(left), b = kind_of(right);
    if (!are_comparable(a, b, comparison)) return false;
    if (a == FIELD_TEXT && !(has_code(left) && has_code(right))) return false;
    make_value(g, left, depth, depth);
    make_value(g, right, depth + 1, depth + 1);
    rule_step_function *run = (a == FIELD_MONEY ? rule_op_compare_money : rule_op_compare)[comparison];
    *op = (struct rule_op){.run = run, .left = (uint16_t)depth, .right = (uint16_t)(depth + 1)};
    return true;
}

static int compare_members(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* field in [constants of its kind] */
static bool make_membership(struct generator *g, const struct cel_node *node, struct rule_op *op)
{
    if (node->kind != CEL_CALL || !slice_is(node->name, "in") || node->args[1]->kind != CEL_LITERAL) return false;
    const struct rule_field *field = plain_field(g, node->args[0]);
    struct value list = node->args[1]->literal;
    if (!field || node->args[0]->test || list.kind != VALUE_LIST || field->type.kind == FIELD_MONEY ||
        field->type.kind == FIELD_SPAN)
        return false;
    struct rule_set *set = arena_alloc(g->arena, sizeof *set + list.list.count * sizeof *set->members);
    set->count = (uint32_t)list.list.count;
    for (uint32_t i = 0; i < set->count; i++) {
        struct cell cell;
        bool same = field->type.kind != FIELD_INT || list.list.at[i].kind == VALUE_INT;
        if (!same || !constant_cell(g, list.list.at[i], field->type.kind, &cell)) return false;
        set->members[i] = cell.number;
    }
    qsort(set->members, set->count, sizeof *set->members, compare_members);
    *op = slot_op(field, rule_op_slot_in);
    op->set = set;
    return true;
}

static bool make_field_truth(struct generator *g, const struct cel_node *node, struct rule_op *op)
{
    const struct rule_field *field = plain_field(g, node);
    if (!field || (!node->test && field->type.kind != FIELD_BOOL)) return false;
    *op = slot_op(field, node->test ? rule_op_slot_has : rule_op_slot_true);
    return true;
}

static bool make_constant_truth(const struct cel_node *node, struct rule_op *op)
{
    if (node->kind != CEL_LITERAL || node->literal.kind != VALUE_BOOL) return false;
    *op = (struct rule_op){.run = rule_op_known_truth, .number = node->literal.boolean ? RULE_TRUE : RULE_FALSE};
    return true;
}

static bool is_logic(const struct cel_node *node)
{
    return node->kind == CEL_AND || node->kind == CEL_OR || (node->kind == CEL_CALL && slice_is(node->name, "!"));
}

/* A chain or a negation, which uses the accumulator from the start. */
static void make_logic(struct generator *g, const struct cel_node *node, unsigned depth)
{
    places stops = {0};
    if (node->kind == CEL_CALL) {
        make_truth(g, node->args[0], MODE_SET, RULE_NEVER, depth, &stops);
        emit(g, (struct rule_op){.run = rule_op_not});
        return;
    }
    bool both = node->kind == CEL_AND;
    for (uint32_t i = 0; i < node->count; i++)
        make_truth(g, node->args[i],
                   i == 0 ? MODE_SET
                   : both ? MODE_AND
                          : MODE_OR,
                   both ? RULE_FALSE : RULE_TRUE, depth, &stops);
    land(g, &stops);
}

/* What stands inside another chain works with an accumulator of its own and then joins the outer one. */
static void make_inner_logic(struct generator *g, const struct cel_node *node, enum rule_mode mode, unsigned stop,
                             unsigned depth, places *stops)
{
    if (mode == MODE_SET) {
        make_logic(g, node, depth);
        if (stop != RULE_NEVER) {
            emit(g, (struct rule_op){.run = rule_op_save, .to = (uint16_t)depth});
            emit_truth(g, (struct rule_op){.run = rule_op_merge, .left = (uint16_t)depth}, MODE_SET, stop, stops);
        }
        return;
    }
    emit(g, (struct rule_op){.run = rule_op_save, .to = (uint16_t)depth});
    make_logic(g, node, depth + 1);
    emit_truth(g, (struct rule_op){.run = rule_op_merge, .left = (uint16_t)depth}, mode, stop, stops);
}

static bool is_condition(const struct cel_node *node)
{
    enum rule_comparison comparison;
    bool call = node->kind == CEL_CALL && (comparison_of(node->name, &comparison) || slice_is(node->name, "in"));
    return is_logic(node) || call || (node->kind == CEL_VARIABLE && node->test);
}

/* May making the node's value need the accumulator? */
static bool value_needs_truth(const struct cel_node *node)
{
    if (node->kind == CEL_CONDITION || is_condition(node)) return true;
    for (uint32_t i = 0; node->kind == CEL_CALL && i < node->count; i++)
        if (value_needs_truth(node->args[i])) return true;
    return false;
}

static bool operands_need_truth(const struct cel_node *node)
{
    if (node->kind == CEL_CONDITION) return true;
    for (uint32_t i = 0; node->kind == CEL_CALL && i < node->count; i++)
        if (value_needs_truth(node->args[i])) return true;
    return false;
}

static struct rule_op make_leaf(struct generator *g, const struct cel_node *node, unsigned depth)
{
    struct rule_op op;
    if (make_constant_truth(node, &op) || make_field_truth(g, node, &op) || make_membership(g, node, &op)) return op;
    if (make_comparison(g, node, depth, &op)) return op;
    if (node->kind == CEL_CONDITION) {
        make_value(g, node, depth, depth);
        return (struct rule_op){.run = rule_op_register_truth, .left = (uint16_t)depth};
    }
    g->dynamic = true;
    return (struct rule_op){.run = rule_op_dynamic_truth, .node = node};
}

/* Code that leaves the node's truth in the accumulator, joined by the mode. */
static void make_truth(struct generator *g, const struct cel_node *node, enum rule_mode mode, unsigned stop,
                       unsigned depth, places *stops)
{
    if (depth + 2 >= RULE_TRUTHS || depth + 2 >= RULE_REGISTERS) g->full = true;
    if (g->full) return;
    if (is_logic(node)) {
        make_inner_logic(g, node, mode, stop, depth, stops);
    } else if (mode != MODE_SET && operands_need_truth(node)) {
        places none = {0};
        emit(g, (struct rule_op){.run = rule_op_save, .to = (uint16_t)depth});
        make_truth(g, node, MODE_SET, RULE_NEVER, depth + 1, &none);
        emit_truth(g, (struct rule_op){.run = rule_op_merge, .left = (uint16_t)depth}, mode, stop, stops);
    } else {
        emit_truth(g, make_leaf(g, node, depth), mode, stop, stops);
    }
}

/* Operators by the kinds of their operands. */
static const struct arithmetic {
    const char *name;
    enum field_kind left, right, result;
    rule_step_function *run;
} arithmetics[] = {
    {"+", FIELD_INT, FIELD_INT, FIELD_INT, rule_op_add},
    {"-", FIELD_INT, FIELD_INT, FIELD_INT, rule_op_subtract},
    {"*", FIELD_INT, FIELD_INT, FIELD_INT, rule_op_multiply_int},
    {"/", FIELD_INT, FIELD_INT, FIELD_INT, rule_op_divide_int},
    {"%", FIELD_INT, FIELD_INT, FIELD_INT, rule_op_modulo_int},
    {"+", FIELD_DECIMAL, FIELD_DECIMAL, FIELD_DECIMAL, rule_op_add},
    {"-", FIELD_DECIMAL, FIELD_DECIMAL, FIELD_DECIMAL, rule_op_subtract},
    {"*", FIELD_DECIMAL, FIELD_DECIMAL, FIELD_DECIMAL, rule_op_multiply_decimal},
    {"/", FIELD_DECIMAL, FIELD_DECIMAL, FIELD_DECIMAL, rule_op_divide_decimal},
    {"+", FIELD_INSTANT, FIELD_SPAN, FIELD_INSTANT, rule_op_add},
    {"+", FIELD_SPAN, FIELD_INSTANT, FIELD_INSTANT, rule_op_add},
    {"+", FIELD_SPAN, FIELD_SPAN, FIELD_SPAN, rule_op_add},
    {"-", FIELD_INSTANT, FIELD_SPAN, FIELD_INSTANT, rule_op_subtract},
    {"-", FIELD_INSTANT, FIELD_INSTANT, FIELD_SPAN, rule_op_subtract},
    {"-", FIELD_SPAN, FIELD_SPAN, FIELD_SPAN, rule_op_subtract},
    {"+", FIELD_MONEY, FIELD_MONEY, FIELD_MONEY, rule_op_add_money},
    {"-", FIELD_MONEY, FIELD_MONEY, FIELD_MONEY, rule_op_subtract_money},
    {"*", FIELD_MONEY, FIELD_DECIMAL, FIELD_MONEY, rule_op_scale_money},
    {"/", FIELD_MONEY, FIELD_DECIMAL, FIELD_MONEY, rule_op_divide_money},
};

/* An int beside a decimal or money counts as a decimal. */
static const struct arithmetic *arithmetic_of(const struct cel_node *node)
{
    if (node->kind != CEL_CALL || node->member || node->count != 2) return NULL;
    enum field_kind left = kind_of(node->args[0]), right = kind_of(node->args[1]);
    if (left == FIELD_INT && right == FIELD_DECIMAL) left = FIELD_DECIMAL;
    if (right == FIELD_INT && (left == FIELD_DECIMAL || left == FIELD_MONEY)) right = FIELD_DECIMAL;
    for (size_t i = 0; i < sizeof arithmetics / sizeof *arithmetics; i++) {
        const struct arithmetic *row = &arithmetics[i];
        if (row->left == left && row->right == right && slice_is(node->name, row->name)) return row;
    }
    return NULL;
}

static void make_operand(struct generator *g, const struct cel_node *node, enum field_kind wanted, unsigned to)
{
    make_value(g, node, to, to);
    if (wanted == FIELD_DECIMAL && kind_of(node) == FIELD_INT)
        emit(g, (struct rule_op){.run = rule_op_widen, .to = (uint16_t)to});
}

static bool make_arithmetic(struct generator *g, const struct cel_node *node, unsigned to, unsigned depth)
{
    const struct arithmetic *row = arithmetic_of(node);
    if (row) {
        make_operand(g, node->args[0], row->left, depth);
        make_operand(g, node->args[1], row->right, depth + 1);
        emit(g, (struct rule_op){.run = row->run,
                                 .kind = cell_kind_of(row->result),
                                 .to = (uint16_t)to,
                                 .left = (uint16_t)depth,
                                 .right = (uint16_t)(depth + 1)});
        return true;
    }
    bool negation = node->kind == CEL_CALL && node->count == 1 && slice_is(node->name, "-");
    if (!negation || (kind_of(node) != FIELD_INT && kind_of(node) != FIELD_DECIMAL)) return false;
    make_value(g, node->args[0], depth, depth);
    emit(g,
         (struct rule_op){
             .run = rule_op_negate, .kind = cell_kind_of(kind_of(node)), .to = (uint16_t)to, .left = (uint16_t)depth});
    return true;
}

static void make_condition(struct generator *g, const struct cel_node *node, unsigned to, unsigned depth)
{
    places none = {0};
    make_truth(g, node->args[0], MODE_SET, RULE_NEVER, depth, &none);
    uint32_t choose = emit(g, (struct rule_op){.run = rule_op_choose, .to = (uint16_t)to});
    make_operand(g, node->args[1], kind_of(node), to);
    uint32_t skip = emit(g, (struct rule_op){.run = rule_op_skip});
    if (!g->full) g->ops.at[choose].skip = (uint32_t)g->ops.count - choose;
    make_operand(g, node->args[2], kind_of(node), to);
    if (g->full) return;
    g->ops.at[skip].skip = (uint32_t)g->ops.count - skip;
    g->ops.at[choose].slot = (uint32_t)g->ops.count - choose;
}

/* Code that leaves the node's value in the register `to`; registers from `depth` on are free. */
static void make_value(struct generator *g, const struct cel_node *node, unsigned to, unsigned depth)
{
    struct cell cell;
    if (depth + 2 >= RULE_REGISTERS || to + 2 >= RULE_REGISTERS) g->full = true;
    if (g->full) return;
    const struct rule_field *field = plain_field(g, node);
    if (node->kind == CEL_LITERAL && constant_cell(g, node->literal, kind_of(node), &cell)) {
        emit(g, (struct rule_op){.run = rule_op_constant, .to = (uint16_t)to, .cell = cell});
    } else if (field && !node->test) {
        struct rule_op op = slot_op(field, rule_op_load);
        op.to = (uint16_t)to;
        emit(g, op);
    } else if (node->kind == CEL_CONDITION && is_plain(kind_of(node))) {
        make_condition(g, node, to, depth);
    } else if (is_condition(node)) {
        places none = {0};
        make_truth(g, node, MODE_SET, RULE_NEVER, depth, &none);
        emit(g, (struct rule_op){.run = rule_op_truth_cell, .to = (uint16_t)to});
    } else if (!make_arithmetic(g, node, to, depth)) {
        g->dynamic = true;
        emit(g, (struct rule_op){
                    .run = rule_op_dynamic, .to = (uint16_t)to, .field = (uint8_t)kind_of(node), .node = node});
    }
}

const struct rule_code *rule_compile_code(const struct rule *rule)
{
    const struct cel_node *root = rule->program->root;
    struct generator g = {.rule = rule, .arena = rule->scope->arena};
    if (rule->kind == FIELD_BOOL) {
        places none = {0};
        make_truth(&g, root, MODE_SET, RULE_NEVER, 0, &none);
        emit(&g, (struct rule_op){.run = rule_op_return_truth});
    } else {
        make_operand(&g, root, rule->kind, 0);
        emit(&g, (struct rule_op){.run = rule_op_return, .left = 0});
    }
    struct rule_code *code = NULL;
    bool only_dynamic = g.ops.count == 2 && g.dynamic;
    if (!g.full && !only_dynamic) {
        struct rule_op *ops = ARENA_ARRAY(g.arena, struct rule_op, g.ops.count);
        memcpy(ops, g.ops.at, g.ops.count * sizeof *ops);
        code = ARENA_NEW(g.arena, struct rule_code);
        *code = (struct rule_code){g.dynamic, ops, (uint32_t)g.ops.count};
    }
    vector_release(&g.ops);
    return code;
}
