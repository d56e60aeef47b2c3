/* Between cells and values: the dynamic evaluator's view of a row, and its results as cells. */
#include "cel/rule_internal.h"
#include "value/decimal.h"

struct cell rule_typed_cell(struct cell cell, enum field_kind kind)
{
    static const uint8_t wanted[] = {
        [FIELD_BOOL] = CELL_BOOL,   [FIELD_INT] = CELL_INT,         [FIELD_DECIMAL] = CELL_DECIMAL,
        [FIELD_TEXT] = CELL_TEXT,   [FIELD_INSTANT] = CELL_INSTANT, [FIELD_SPAN] = CELL_SPAN,
        [FIELD_MONEY] = CELL_MONEY, [FIELD_LIST] = CELL_VALUE,      [FIELD_MAP] = CELL_VALUE,
    };
    if (cell.kind == wanted[kind]) return cell;
    if (kind == FIELD_DECIMAL && cell.kind == CELL_INT && decimal_from_int(cell.number, &cell.number))
        return cell_decimal(cell.number);
    return cell_absent();
}

static struct value money_value(const struct rule_inputs *inputs, struct cell cell)
{
    return value_money(inputs->arena, cell.number, dictionary_text(inputs->dictionary, cell.unit));
}

static struct value held_value(struct cell cell, enum field_kind kind, struct slice name)
{
    bool fits = cell.value && cell.value->kind == (kind == FIELD_LIST ? VALUE_LIST : VALUE_MAP);
    return fits ? *cell.value : value_absent(name);
}

struct value rule_load(const void *context, uint32_t variable)
{
    const struct rule_inputs *inputs = context;
    const struct rule_field *field = &inputs->scope->fields[variable];
    struct slice name = inputs->scope->env->variables[variable].name;
    struct cell cell = rule_typed_cell(inputs->slots[field->slot], field->type.kind);
    int64_t seconds;
    switch (cell.kind) {
    case CELL_BOOL: return value_bool(cell.number);
    case CELL_INT: return value_int(cell.number);
    case CELL_DECIMAL: return value_decimal(cell.number);
    case CELL_TEXT: return value_string(dictionary_text(inputs->dictionary, (uint32_t)cell.number));
    case CELL_INSTANT:
        seconds = floor_div(cell.number, SECOND_US);
        return value_timestamp(seconds, (uint32_t)(cell.number - seconds * SECOND_US) * 1000);
    case CELL_SPAN:
        return __builtin_mul_overflow(cell.number, INT64_C(1000), &seconds) ? value_absent(name)
                                                                            : value_duration(seconds);
    case CELL_MONEY: return money_value(inputs, cell);
    case CELL_VALUE: return held_value(cell, field->type.kind, name);
    default: return value_absent(name);
    }
}

static struct cell held_cell(struct value v, struct arena *arena)
{
    struct value *held = arena_alloc(arena, sizeof *held);
    *held = v;
    return (struct cell){.kind = CELL_VALUE, .value = held};
}

static struct cell text_cell(struct value v, const struct dictionary *dictionary, struct arena *arena)
{
    uint32_t code = dictionary_find(dictionary, v.text);
    return code == MAP_NONE ? held_cell(v, arena) : cell_text(code);
}

static struct cell instant_cell(struct value v)
{
    __int128 us = (__int128)v.integer * SECOND_US + v.extra / 1000;
    return us >= INT64_MIN && us <= INT64_MAX ? cell_instant((int64_t)us) : cell_absent();
}

static struct cell money_cell(struct value v, const struct dictionary *dictionary)
{
    uint32_t unit = dictionary_find(dictionary, *v.money.currency);
    return unit == MAP_NONE ? cell_absent() : (struct cell){.kind = CELL_MONEY, .unit = unit, .number = v.money.amount};
}

struct cell rule_cell_of(struct value v, enum field_kind kind, const struct dictionary *dictionary, struct arena *arena)
{
    switch (v.kind) {
    case VALUE_BOOL: return rule_typed_cell(cell_bool(v.boolean), kind);
    case VALUE_INT: return rule_typed_cell(cell_int(v.integer), kind);
    case VALUE_DECIMAL: return rule_typed_cell(cell_decimal(v.integer), kind);
    case VALUE_STRING: return kind == FIELD_TEXT ? text_cell(v, dictionary, arena) : cell_absent();
    case VALUE_TIMESTAMP: return rule_typed_cell(instant_cell(v), kind);
    case VALUE_DURATION: return rule_typed_cell(cell_span(floor_div(v.integer, 1000)), kind);
    case VALUE_MONEY: return rule_typed_cell(money_cell(v, dictionary), kind);
    case VALUE_LIST: return kind == FIELD_LIST ? held_cell(v, arena) : cell_absent();
    case VALUE_MAP: return kind == FIELD_MAP ? held_cell(v, arena) : cell_absent();
    default: return cell_absent();
    }
}

struct value rule_eval_node(const struct rule *rule, const struct cel_node *node, const struct cell *slots,
                            struct rule_scratch *scratch)
{
    struct rule_inputs inputs = {rule->scope, scratch->dictionary, slots, &scratch->arena};
    struct cel_inputs loader = {rule_load, &inputs};
    struct cel_program part = *rule->program;
    part.root = (struct cel_node *)node;
    return cel_eval(&part, &loader, scratch->regexes, &scratch->arena);
}

bool rule_kind_of(const struct cel_type *type, enum field_kind *kind)
{
    static const struct {
        enum cel_type_kind type;
        enum field_kind kind;
    } rows[] = {
        {TYPE_BOOL, FIELD_BOOL},   {TYPE_INT, FIELD_INT},           {TYPE_DECIMAL, FIELD_DECIMAL},
        {TYPE_STRING, FIELD_TEXT}, {TYPE_TIMESTAMP, FIELD_INSTANT}, {TYPE_DURATION, FIELD_SPAN},
        {TYPE_MONEY, FIELD_MONEY}, {TYPE_LIST, FIELD_LIST},         {TYPE_MAP, FIELD_MAP},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].type != type->kind) continue;
        *kind = rows[i].kind;
        return true;
    }
    return false;
}

const char *rule_kind_name(enum field_kind kind)
{
    static const char *const names[] = {
        [FIELD_BOOL] = "yes or no",
        [FIELD_INT] = "a whole number",
        [FIELD_DECIMAL] = "a number",
        [FIELD_TEXT] = "a text",
        [FIELD_INSTANT] = "a time",
        [FIELD_SPAN] = "a span of time",
        [FIELD_MONEY] = "an amount of money",
        [FIELD_LIST] = "a list",
        [FIELD_MAP] = "a map",
    };
    return names[kind];
}
