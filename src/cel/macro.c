/* Macros: calls that bind variables or look at the shape of an argument. They are told by name, receiver and count of
 * arguments; a call that fits none of the rows stays a call. */
#include "cel/syntax.h"

static bool is_name(const struct cel_node *node, const char *name)
{
    return node->kind == CEL_NAME && !node->absolute && slice_is(node->name, name);
}

static struct cel_node *refuse(const struct cel_source *source, const struct cel_node *at, const char *why)
{
    cel_report(source, at->start, SLICE(""), "%s", why);
    return NULL;
}

/* A variable of a macro: a plain name. */
static bool take_variable(const struct cel_source *source, const struct cel_node *node, struct slice *name)
{
    if (node->kind == CEL_NAME && !node->absolute) {
        *name = node->name;
        return true;
    }
    return refuse(source, node, "the variable of a macro must be a plain name");
}

static struct cel_node *expand_has(const struct cel_source *source, struct cel_node *call)
{
    struct cel_node *field = call->args[0];
    if (field->kind != CEL_SELECT) return refuse(source, field, "has() asks for a field: has(a.b)");
    field->test = true;
    field->start = call->start;
    field->end = call->end;
    return field;
}

static struct cel_node *macro_node(const struct cel_source *source, struct cel_node *call, enum cel_macro macro,
                                   size_t variables)
{
    struct cel_node *node = cel_node_new(source, CEL_MACRO, call->start, call->end);
    struct cel_node *args[3] = {call->args[0]};
    size_t count = 1;
    node->macro = macro;
    node->at = call->at;
    if (!take_variable(source, call->args[1], &node->name)) return NULL;
    if (variables == 2 && !take_variable(source, call->args[2], &node->second)) return NULL;
    if (variables == 2 && slice_equal(node->name, node->second))
        return refuse(source, call->args[2], "the two variables of a macro have one name");
    for (size_t i = 1 + variables; i < call->count; i++) args[count++] = call->args[i];
    return cel_node_fill(source, node, args, count);
}

static struct cel_node *bind_node(const struct cel_source *source, struct cel_node *call, struct slice name,
                                  struct cel_node *init, struct cel_node *body)
{
    struct cel_node *node = cel_node_new(source, CEL_BIND, call->start, call->end);
    node->name = name;
    node->at = call->at;
    return cel_node_fill(source, node, (struct cel_node *[]){init, body}, 2);
}

static struct cel_node *expand_bind(const struct cel_source *source, struct cel_node *call)
{
    struct slice name;
    if (!take_variable(source, call->args[1], &name)) return NULL;
    return bind_node(source, call, name, call->args[2], call->args[3]);
}

/* Names that no expression can spell. */
static struct cel_node *numbered_name(const struct cel_source *source, struct cel_node *call, const char *what)
{
    struct cel_node *node = cel_node_new(source, CEL_NAME, call->start, call->end);
    node->name = slice_from(what);
    for (uint32_t i = 1; i < call->count; i++) {
        const struct value number = call->args[i]->literal;
        if (call->args[i]->kind != CEL_LITERAL || number.kind != VALUE_INT || number.integer < 0)
            return refuse(source, call->args[i], "expected a whole number");
        node->name = arena_printf(source->arena, "%.*s %lld", SLICE_ARG(node->name), (long long)number.integer);
    }
    return node;
}

static struct cel_node *expand_index(const struct cel_source *source, struct cel_node *call)
{
    return numbered_name(source, call, "@index");
}

static struct cel_node *expand_iter_var(const struct cel_source *source, struct cel_node *call)
{
    return numbered_name(source, call, "@iterVar");
}

static struct cel_node *expand_block(const struct cel_source *source, struct cel_node *call)
{
    struct cel_node *slots = call->args[1], *node = call->args[2];
    if (slots->kind != CEL_LIST || slots->marked)
        return refuse(source, slots, "cel.block() wants a list of expressions first");
    for (uint32_t i = slots->count; node && i-- > 0;)
        node = bind_node(source, call, arena_printf(source->arena, "@index %u", i), slots->args[i], node);
    return node;
}

/* math.greatest and math.least take any number of arguments: more than two become a list. */
static struct cel_node *expand_extreme(const struct cel_source *source, struct cel_node *call)
{
    if (call->count < 4) return call;
    struct cel_node *list = cel_node_new(source, CEL_LIST, call->args[1]->start, call->args[call->count - 1]->end);
    if (!cel_node_fill(source, list, call->args + 1, call->count - 1)) return NULL;
    return cel_node_fill(source, call, (struct cel_node *[]){call->args[0], list}, 2);
}

enum receiver { NO_RECEIVER, ANY_RECEIVER, CEL_RECEIVER, MATH_RECEIVER };

static const struct row {
    const char *name;
    enum receiver receiver;
    uint32_t least, most; /* arguments, the receiver not counted */
    struct cel_node *(*expand)(const struct cel_source *source, struct cel_node *call); /* NULL: macro_node */
    enum cel_macro macro;
    uint32_t variables;
} rows[] = {
    {"has", NO_RECEIVER, 1, 1, expand_has, 0, 0},
    {"all", ANY_RECEIVER, 2, 2, NULL, MACRO_ALL, 1},
    {"all", ANY_RECEIVER, 3, 3, NULL, MACRO_ALL, 2},
    {"exists", ANY_RECEIVER, 2, 2, NULL, MACRO_EXISTS, 1},
    {"exists", ANY_RECEIVER, 3, 3, NULL, MACRO_EXISTS, 2},
    {"exists_one", ANY_RECEIVER, 2, 2, NULL, MACRO_EXISTS_ONE, 1},
    {"existsOne", ANY_RECEIVER, 2, 2, NULL, MACRO_EXISTS_ONE, 1},
    {"existsOne", ANY_RECEIVER, 3, 3, NULL, MACRO_EXISTS_ONE, 2},
    {"filter", ANY_RECEIVER, 2, 2, NULL, MACRO_FILTER, 1},
    {"map", ANY_RECEIVER, 2, 3, NULL, MACRO_MAP, 1},
    {"transformList", ANY_RECEIVER, 3, 4, NULL, MACRO_MAP, 2},
    {"transformMap", ANY_RECEIVER, 3, 4, NULL, MACRO_TRANSFORM_MAP, 2},
    {"transformMapEntry", ANY_RECEIVER, 3, 4, NULL, MACRO_TRANSFORM_MAP_ENTRY, 2},
    {"optMap", ANY_RECEIVER, 2, 2, NULL, MACRO_OPT_MAP, 1},
    {"optFlatMap", ANY_RECEIVER, 2, 2, NULL, MACRO_OPT_FLAT_MAP, 1},
    {"bind", CEL_RECEIVER, 3, 3, expand_bind, 0, 0},
    {"block", CEL_RECEIVER, 2, 2, expand_block, 0, 0},
    {"index", CEL_RECEIVER, 1, 1, expand_index, 0, 0},
    {"iterVar", CEL_RECEIVER, 2, 2, expand_iter_var, 0, 0},
    {"greatest", MATH_RECEIVER, 1, UINT32_MAX, expand_extreme, 0, 0},
    {"least", MATH_RECEIVER, 1, UINT32_MAX, expand_extreme, 0, 0},
};

static bool fits(const struct row *row, const struct cel_node *call)
{
    uint32_t count = call->count - call->member;
    if (!slice_is(call->name, row->name) || count < row->least || count > row->most) return false;
    switch (row->receiver) {
    case NO_RECEIVER: return !call->member;
    case ANY_RECEIVER: return call->member;
    case CEL_RECEIVER: return call->member && is_name(call->args[0], "cel");
    default: return call->member && is_name(call->args[0], "math");
    }
}

struct cel_node *cel_expand(const struct cel_source *source, struct cel_node *call)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!fits(&rows[i], call)) continue;
        return rows[i].expand ? rows[i].expand(source, call)
                              : macro_node(source, call, rows[i].macro, rows[i].variables);
    }
    return call;
}
