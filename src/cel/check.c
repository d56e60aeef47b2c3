/* The type checker. A part that is wrong is reported once and then counts as dyn, so that one mistake gives one error.
 */
#include "cel/function.h"

struct checker {
    struct cel_program *program;
    struct cel_unifier unifier;
    const struct cel_type **locals;
};

static const struct cel_type *check(struct checker *c, struct cel_node *node);

static const struct cel_type *dyn(void)
{
    return cel_type_plain(TYPE_DYN);
}

static struct slice type_text(struct checker *c, const struct cel_type *type)
{
    return cel_type_text(c->unifier.arena, cel_type_filled(&c->unifier, type, true));
}

static const struct cel_type *known(struct checker *c, const struct cel_type *type)
{
    return cel_type_filled(&c->unifier, type, false);
}

static const struct cel_type *type_with(struct checker *c, enum cel_type_kind kind, const struct cel_type *first,
                                        const struct cel_type *second)
{
    return cel_type_of(c->unifier.arena, kind, first, second);
}

static void expect_bool(struct checker *c, const struct cel_node *node, const struct cel_type *type, const char *where)
{
    if (cel_unify(&c->unifier, type, cel_type_plain(TYPE_BOOL))) return;
    cel_report(c->program->source, node->start, SLICE(""), "%s wants a bool, not %.*s", where,
               SLICE_ARG(type_text(c, type)));
}

static const struct cel_type *check_literal(struct checker *c, struct cel_node *node)
{
    static const enum cel_type_kind types[VALUE_KINDS] = {
        [VALUE_NULL] = TYPE_NULL,       [VALUE_BOOL] = TYPE_BOOL,           [VALUE_INT] = TYPE_INT,
        [VALUE_UINT] = TYPE_UINT,       [VALUE_DOUBLE] = TYPE_DOUBLE,       [VALUE_STRING] = TYPE_STRING,
        [VALUE_BYTES] = TYPE_BYTES,     [VALUE_TIMESTAMP] = TYPE_TIMESTAMP, [VALUE_DURATION] = TYPE_DURATION,
        [VALUE_DECIMAL] = TYPE_DECIMAL,
    };
    return node->literal.kind == VALUE_TYPE ? node->type : cel_type_plain(types[node->literal.kind]);
}

static const struct cel_type *check_variable(struct checker *c, struct cel_node *node)
{
    return node->test ? cel_type_plain(TYPE_BOOL) : c->program->env->variables[node->index].type;
}

static const struct cel_type *check_local(struct checker *c, struct cel_node *node)
{
    return c->locals[node->index];
}

/* a.b and a[?b] of an optional are optional, once. */
static const struct cel_type *wrap(struct checker *c, const struct cel_node *node, bool from_optional,
                                   const struct cel_type *type)
{
    type = known(c, type);
    if (!node->optional && !from_optional) return type;
    return type->kind == TYPE_OPTIONAL && from_optional ? type : type_with(c, TYPE_OPTIONAL, type, NULL);
}

static const struct cel_type *check_select(struct checker *c, struct cel_node *node)
{
    const struct cel_type *target = known(c, check(c, node->args[0]));
    bool optional = target->kind == TYPE_OPTIONAL;
    if (optional) target = known(c, target->of[0]);
    const struct cel_type *result = dyn();
    if (target->kind == TYPE_MAP)
        result = target->of[1];
    else if (target->kind == TYPE_PARAM)
        cel_unify(&c->unifier, dyn(), target);
    else if (target->kind != TYPE_DYN)
        cel_report(c->program->source, node->at, SLICE(""), "%.*s has no fields", SLICE_ARG(type_text(c, target)));
    return node->test ? cel_type_plain(TYPE_BOOL) : wrap(c, node, optional, result);
}

static const struct cel_type *check_index(struct checker *c, struct cel_node *node)
{
    const struct cel_type *target = known(c, check(c, node->args[0])), *index = check(c, node->args[1]);
    bool optional = target->kind == TYPE_OPTIONAL;
    if (optional) target = known(c, target->of[0]);
    if (target->kind == TYPE_DYN || target->kind == TYPE_PARAM) return wrap(c, node, optional, dyn());
    if (target->kind == TYPE_LIST && cel_unify(&c->unifier, index, cel_type_plain(TYPE_INT)))
        return wrap(c, node, optional, target->of[0]);
    if (target->kind == TYPE_MAP && cel_unify(&c->unifier, index, target->of[0]))
        return wrap(c, node, optional, target->of[1]);
    cel_report(c->program->source, node->at, SLICE(""), "no [%.*s] of %.*s", SLICE_ARG(type_text(c, index)),
               SLICE_ARG(type_text(c, target)));
    return dyn();
}

static bool overload_fits(struct checker *c, const struct cel_overload *overload, const struct cel_node *node,
                          const struct cel_type *const *types, const struct cel_type **result)
{
    if (overload->member != node->member || overload->count != node->count) return false;
    if (overload->param_count == 0) {
        *result = overload->result;
        return cel_unify_all(&c->unifier, types, overload->params, node->count);
    }
    const struct cel_type *params[CEL_ARGS_MAX];
    uint32_t base = c->unifier.count;
    for (uint32_t i = 0; i < node->count; i++) params[i] = cel_unifier_instance(&c->unifier, overload->params[i], base);
    *result = cel_unifier_instance(&c->unifier, overload->result, base);
    return cel_unify_all(&c->unifier, types, params, node->count);
}

struct slice cel_no_overload(struct arena *arena, const struct cel_node *call, const struct cel_type *const *types)
{
    struct buffer text;
    buffer_init(&text, 4096);
    struct slice name = call->function ? call->function->name : call->name; /* math.ceil, not ceil */
    for (uint32_t i = 0; i < call->count; i++) {
        if (i) buffer_text(&text, call->member && i == 1 ? "." : i + 1 == call->count ? " and " : ", ");
        if (call->member && i == 1) buffer_char(&text, '(');
        cel_type_print(&text, types[i]);
    }
    if (call->member) buffer_text(&text, call->count > 1 ? ")" : ".()");
    if (call->count == 0) buffer_text(&text, "no arguments");
    struct slice message = arena_printf(arena, "no '%.*s' for %.*s", SLICE_ARG(name), SLICE_ARG(buffer_slice(&text)));
    buffer_release(&text);
    return message;
}

/* What would make two kinds of number meet. */
static struct slice conversion_hint(const struct cel_node *node, const struct cel_type *const *types)
{
    if (node->count != 2 || types[0]->kind == types[1]->kind) return SLICE("");
    bool numbers = true, real = false, natural = false;
    for (int i = 0; i < 2; i++) {
        const enum cel_type_kind other = types[1 - i]->kind;
        if (types[i]->kind == TYPE_STRING && node->args[i]->kind == CEL_LITERAL &&
            (other == TYPE_INT || other == TYPE_DOUBLE))
            return SLICE("a number is written without quotes");
    }
    for (int i = 0; i < 2; i++) {
        enum cel_type_kind kind = types[i]->kind;
        numbers &= kind == TYPE_INT || kind == TYPE_UINT || kind == TYPE_DOUBLE;
        real |= kind == TYPE_DOUBLE;
        natural |= kind == TYPE_UINT;
    }
    if (!numbers) return SLICE("");
    return real ? SLICE("convert with double()") : natural ? SLICE("convert with int() or uint()") : SLICE("");
}

static const struct cel_type *check_call(struct checker *c, struct cel_node *node)
{
    const struct cel_type **types = ARENA_ARRAY(c->unifier.arena, const struct cel_type *, node->count + 1);
    size_t errors = c->program->source->diagnostics->error_count;
    for (uint32_t i = 0; i < node->count; i++) types[i] = check(c, node->args[i]);
    if (c->program->coerce && c->program->source->diagnostics->error_count == errors) {
        for (uint32_t i = 0; i < node->count; i++) types[i] = known(c, types[i]);
        c->program->coerce(c->program, node, types);
        if (c->program->source->diagnostics->error_count != errors) return dyn();
    }
    const struct cel_type *result = NULL, *candidate;
    for (uint32_t i = 0; i < node->function->count; i++) {
        if (!overload_fits(c, &node->function->overloads[i], node, types, &candidate)) continue;
        candidate = known(c, candidate);
        if (!result)
            result = candidate;
        else if (result->kind != TYPE_DYN && !cel_type_same(result, candidate))
            result = dyn();
    }
    if (result) return result;
    if (c->program->source->diagnostics->error_count != errors) return dyn();
    for (uint32_t i = 0; i < node->count; i++) types[i] = cel_type_filled(&c->unifier, types[i], true);
    cel_report(c->program->source, node->at, conversion_hint(node, types), "%.*s",
               SLICE_ARG(cel_no_overload(c->unifier.arena, node, types)));
    return dyn();
}

static const struct cel_type *check_logic(struct checker *c, struct cel_node *node)
{
    for (uint32_t i = 0; i < node->count; i++)
        expect_bool(c, node->args[i], check(c, node->args[i]), node->kind == CEL_AND ? "&&" : "||");
    return cel_type_plain(TYPE_BOOL);
}

/* Int and decimal mix; only definitions have decimals. */
static bool is_exact(const struct cel_type *type)
{
    return type->kind == TYPE_INT || type->kind == TYPE_DECIMAL;
}

static const struct cel_type *check_condition(struct checker *c, struct cel_node *node)
{
    expect_bool(c, node->args[0], check(c, node->args[0]), "?:");
    const struct cel_type *results[2] = {check(c, node->args[1]), check(c, node->args[2])};
    const struct cel_type *common = cel_unifier_fresh(&c->unifier), *wanted[2] = {common, common};
    if (cel_unify_all(&c->unifier, results, wanted, 2)) return known(c, common);
    if (is_exact(known(c, results[0])) && is_exact(known(c, results[1]))) return cel_type_plain(TYPE_DECIMAL);
    cel_report(c->program->source, node->at, SLICE(""), "the two results of ?: differ: %.*s and %.*s",
               SLICE_ARG(type_text(c, results[0])), SLICE_ARG(type_text(c, results[1])));
    return dyn();
}

/* The type of ?x: what the optional holds. */
static const struct cel_type *unwrap(struct checker *c, const struct cel_node *node, const struct cel_type *type)
{
    const struct cel_type *held = cel_unifier_fresh(&c->unifier);
    if (cel_unify(&c->unifier, type, type_with(c, TYPE_OPTIONAL, held, NULL)))
        return known(c, type)->kind == TYPE_DYN ? dyn() : known(c, held);
    cel_report(c->program->source, node->start, SLICE(""), "after ? comes an optional, not %.*s",
               SLICE_ARG(type_text(c, type)));
    return dyn();
}

static const struct cel_type *join_items(struct checker *c, struct cel_node *node, uint32_t first, uint32_t step,
                                         bool unwrapping)
{
    const struct cel_type *joined = NULL;
    for (uint32_t i = first; i < node->count; i += step) {
        const struct cel_type *type = check(c, node->args[i]);
        if (unwrapping && node->marked && node->marked[i / step]) type = unwrap(c, node->args[i], type);
        joined = joined ? cel_type_join(&c->unifier, joined, type) : type;
    }
    return joined ? joined : cel_unifier_fresh(&c->unifier);
}

static const struct cel_type *check_list(struct checker *c, struct cel_node *node)
{
    return type_with(c, TYPE_LIST, join_items(c, node, 0, 1, true), NULL);
}

static const struct cel_type *check_map(struct checker *c, struct cel_node *node)
{
    const struct cel_type *keys = join_items(c, node, 0, 2, false);
    return type_with(c, TYPE_MAP, keys, join_items(c, node, 1, 2, true));
}

/* Sets the types of the variables of a macro that walks a range. */
static void check_range(struct checker *c, struct cel_node *node)
{
    const struct cel_type *range = known(c, check(c, node->args[0])), *first = dyn(), *second = dyn();
    if (range->kind == TYPE_LIST) {
        first = node->second.len ? cel_type_plain(TYPE_INT) : range->of[0];
        second = range->of[0];
    } else if (range->kind == TYPE_MAP) {
        first = range->of[0];
        second = range->of[1];
    } else if (range->kind == TYPE_PARAM) {
        cel_unify(&c->unifier, dyn(), range);
    } else if (range->kind != TYPE_DYN) {
        cel_report(c->program->source, node->args[0]->start, SLICE(""), "expected a list or a map, not %.*s",
                   SLICE_ARG(type_text(c, range)));
    }
    c->locals[node->index] = first;
    if (node->second.len) c->locals[node->index + 1] = second;
}

static const struct cel_type *entry_type(struct checker *c, const struct cel_node *node, const struct cel_type *value)
{
    const struct cel_type *key = c->locals[node->index];
    const struct cel_type *any = type_with(c, TYPE_MAP, cel_unifier_fresh(&c->unifier), cel_unifier_fresh(&c->unifier));
    if (node->macro == MACRO_TRANSFORM_MAP) return type_with(c, TYPE_MAP, key, value);
    if (cel_unify(&c->unifier, value, any)) return known(c, value);
    cel_report(c->program->source, node->at, SLICE(""), "transformMapEntry wants a map, not %.*s",
               SLICE_ARG(type_text(c, value)));
    return dyn();
}

static const struct cel_type *check_optional_macro(struct checker *c, struct cel_node *node)
{
    const struct cel_type *range = check(c, node->args[0]), *held = cel_unifier_fresh(&c->unifier);
    if (!cel_unify(&c->unifier, range, type_with(c, TYPE_OPTIONAL, held, NULL)))
        cel_report(c->program->source, node->args[0]->start, SLICE(""), "expected an optional, not %.*s",
                   SLICE_ARG(type_text(c, range)));
    c->locals[node->index] = held;
    const struct cel_type *value = check(c, node->args[1]);
    if (node->macro == MACRO_OPT_MAP) return type_with(c, TYPE_OPTIONAL, value, NULL);
    if (cel_unify(&c->unifier, value, type_with(c, TYPE_OPTIONAL, cel_unifier_fresh(&c->unifier), NULL)))
        return known(c, value);
    cel_report(c->program->source, node->args[1]->start, SLICE(""), "optFlatMap wants an optional, not %.*s",
               SLICE_ARG(type_text(c, value)));
    return dyn();
}

static const struct cel_type *check_macro(struct checker *c, struct cel_node *node)
{
    if (node->macro >= MACRO_OPT_MAP) return check_optional_macro(c, node);
    check_range(c, node);
    if (node->macro <= MACRO_FILTER) {
        expect_bool(c, node->args[1], check(c, node->args[1]), "the condition");
        if (node->macro != MACRO_FILTER) return cel_type_plain(TYPE_BOOL);
        return type_with(c, TYPE_LIST, known(c, c->locals[node->index]), NULL);
    }
    if (node->count == 3) expect_bool(c, node->args[1], check(c, node->args[1]), "the condition");
    const struct cel_type *value = known(c, check(c, node->args[node->count - 1]));
    return node->macro == MACRO_MAP ? type_with(c, TYPE_LIST, value, NULL) : entry_type(c, node, value);
}

static const struct cel_type *check_bind(struct checker *c, struct cel_node *node)
{
    c->locals[node->index] = check(c, node->args[0]);
    return check(c, node->args[1]);
}

static const struct cel_type *check(struct checker *c, struct cel_node *node)
{
    static const struct cel_type *(*const checks[])(struct checker *, struct cel_node *) = {
        [CEL_LITERAL] = check_literal,     [CEL_SELECT] = check_select, [CEL_INDEX] = check_index,
        [CEL_CALL] = check_call,           [CEL_AND] = check_logic,     [CEL_OR] = check_logic,
        [CEL_CONDITION] = check_condition, [CEL_LIST] = check_list,     [CEL_MAP] = check_map,
        [CEL_MACRO] = check_macro,         [CEL_BIND] = check_bind,     [CEL_VARIABLE] = check_variable,
        [CEL_LOCAL] = check_local,
    };
    return node->type = checks[node->kind](c, node);
}

void cel_check(struct cel_program *program)
{
    struct checker c = {.program = program, .unifier = {.arena = program->source->arena}};
    c.locals = ARENA_ARRAY(program->source->arena, const struct cel_type *, program->locals + 1);
    program->type = cel_type_filled(&c.unifier, check(&c, program->root), true);
}
