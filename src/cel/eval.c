/* The dynamic evaluator: walks the tree, value by value. Errors and absent values are values too, so that && and || can
 * absorb them. */
#include "cel/function.h"

#include <assert.h>
#include <math.h>

enum { STEPS_MAX = 2000000, MEMORY_MAX = 16 << 20, LOCALS_MAX = CEL_DEPTH_MAX * 2 };

struct value cel_fail(struct cel_run *run, const char *format, ...)
{
    struct buffer message;
    buffer_init(&message, 1000);
    va_list args;
    va_start(args, format);
    buffer_vprintf(&message, format, args);
    va_end(args);
    struct value error = value_error(arena_slice(run->arena, buffer_slice(&message)));
    error.extra = run->at;
    buffer_release(&message);
    return error;
}

void *cel_memory(struct cel_run *run, size_t size)
{
    if (run->arena->used > run->memory_end || size > run->memory_end - run->arena->used) return NULL;
    return arena_alloc(run->arena, size ? size : 1);
}

struct value cel_fail_memory(struct cel_run *run)
{
    return cel_fail(run, "the evaluation needs too much memory");
}

size_t cel_text_limit(const struct cel_run *run)
{
    return run->memory_end > run->arena->used ? run->memory_end - run->arena->used : 0;
}

struct value cel_take_text(struct cel_run *run, struct buffer *b)
{
    struct value result = b->full ? cel_fail_memory(run) : value_string(arena_slice(run->arena, buffer_slice(b)));
    buffer_release(b);
    return result;
}

static struct value fail_at(struct cel_run *run, const struct cel_node *node, const char *why)
{
    run->at = node->at;
    return cel_fail(run, "%s", why);
}

static struct value wrong_kind(struct cel_run *run, const struct cel_node *node, const char *wanted, struct value got)
{
    run->at = node->at;
    return cel_fail(run, "expected %s, found %.*s", wanted, SLICE_ARG(value_kind_name(got.kind)));
}

static struct value eval_literal(struct cel_run *run, const struct cel_node *node)
{
    return node->literal;
}

static struct value eval_variable(struct cel_run *run, const struct cel_node *node)
{
    struct value v = run->inputs->load(run->inputs->context, node->index);
    if (node->test) return value_bool(v.kind != VALUE_ABSENT);
    if (v.kind == VALUE_ABSENT && !v.text.len) {
        struct slice name = run->env->variables[node->index].name;
        run->at = node->at;
        return cel_fail(run, "no value is given for %.*s", SLICE_ARG(name));
    }
    return v;
}

static struct value eval_local(struct cel_run *run, const struct cel_node *node)
{
    return run->locals[node->index];
}

static struct value hold(struct cel_run *run, struct value v)
{
    struct value *held = arena_alloc(run->arena, sizeof *held);
    *held = v;
    return value_optional(held);
}

/* A whole number of any kind as an index, -1 when it is none. */
static int64_t index_of(struct value v)
{
    if (v.kind == VALUE_INT) return v.integer;
    if (v.kind == VALUE_UINT) return v.natural <= INT64_MAX ? v.integer : -1;
    if (v.kind == VALUE_DECIMAL) return v.integer % 1000000 ? -1 : v.integer / 1000000;
    bool whole = v.kind == VALUE_DOUBLE && v.real >= 0 && v.real < 0x1p62 && v.real == trunc(v.real);
    return whole ? (int64_t)v.real : -1;
}

/* What stands under a key, NULL when nothing does; *failure when the target has no such keys at all. */
static const struct value *look_up(struct cel_run *run, const struct cel_node *node, struct value target,
                                   struct value key, struct value *failure)
{
    *failure = value_null();
    if (target.kind == VALUE_MAP) {
        bool fit = key.kind == VALUE_BOOL || key.kind == VALUE_STRING || value_is_number(key);
        if (!fit) *failure = wrong_kind(run, node, "a key of a map", key);
        return fit ? value_map_get(target.map, key) : NULL;
    }
    if (target.kind == VALUE_LIST && node->kind == CEL_INDEX) {
        if (!value_is_number(key)) *failure = wrong_kind(run, node, "the place in a list", key);
        int64_t i = index_of(key);
        return i >= 0 && (uint64_t)i < target.list.count ? &target.list.at[i] : NULL;
    }
    run->at = node->at;
    *failure = cel_fail(run, node->kind == CEL_INDEX ? "%.*s has no items" : "%.*s has no fields",
                        SLICE_ARG(value_kind_name(target.kind)));
    return NULL;
}

static struct value no_item(struct cel_run *run, const struct cel_node *node, struct value key)
{
    run->at = node->at;
    if (key.kind == VALUE_STRING) return cel_fail(run, "there is no '%.*s'", SLICE_ARG(key.text));
    if (key.kind == VALUE_INT) return cel_fail(run, "there is no item %lld", (long long)key.integer);
    return cel_fail(run, "there is no such item");
}

/* target.key, target[key], their optional forms and has(target.key). */
static struct value access(struct cel_run *run, const struct cel_node *node, struct value target, struct value key)
{
    bool from_optional = target.kind == VALUE_OPTIONAL;
    if (from_optional) {
        if (!target.optional) return node->test ? value_bool(false) : target;
        target = *target.optional;
    }
    struct value failure;
    const struct value *found = look_up(run, node, target, key, &failure);
    if (failure.kind == VALUE_ERROR) return failure;
    if (node->test) return value_bool(found != NULL);
    if (!node->optional && !from_optional) return found ? *found : no_item(run, node, key);
    if (!found) return value_optional(NULL);
    return found->kind == VALUE_OPTIONAL && from_optional ? *found : hold(run, *found);
}

static struct value eval_select(struct cel_run *run, const struct cel_node *node)
{
    struct value target = cel_eval_node(run, node->args[0]);
    return cel_is_failure(target) ? target : access(run, node, target, value_string(node->name));
}

static struct value eval_index(struct cel_run *run, const struct cel_node *node)
{
    struct value target = cel_eval_node(run, node->args[0]);
    if (cel_is_failure(target)) return target;
    struct value key = cel_eval_node(run, node->args[1]);
    return cel_is_failure(key) ? key : access(run, node, target, key);
}

static struct value no_overload(struct cel_run *run, const struct cel_node *call, const struct value *args)
{
    const struct cel_type *types[CEL_ARGS_MAX];
    run->at = call->at;
    if (call->count > CEL_ARGS_MAX) return cel_fail(run, "'%.*s' has too many arguments", SLICE_ARG(call->name));
    for (uint32_t i = 0; i < call->count; i++) {
        types[i] = cel_type_name(value_kind_name(args[i].kind));
        if (!types[i]) types[i] = cel_type_plain(args[i].kind == VALUE_MONEY ? TYPE_MONEY : TYPE_DECIMAL);
    }
    return cel_fail(run, "%.*s", SLICE_ARG(cel_no_overload(run->arena, call, types)));
}

/* Long texts and lists cost more than a step. */
static void charge(struct cel_run *run, const struct value *args, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (args[i].kind == VALUE_STRING || args[i].kind == VALUE_BYTES)
            run->steps_left -= (int64_t)(args[i].text.len >> 6);
        if (args[i].kind == VALUE_LIST) run->steps_left -= (int64_t)(args[i].list.count >> 4);
    }
}

struct value cel_call(struct cel_run *run, const struct cel_node *call, const struct value *args)
{
    for (uint32_t i = 0; i < call->function->count; i++) {
        const struct cel_overload *overload = &call->function->overloads[i];
        if (overload->count != call->count || overload->member != call->member) continue;
        bool fits = true;
        for (uint32_t n = 0; n < call->count && fits; n++) fits = overload->kinds[n] >> args[n].kind & 1;
        if (!fits) continue;
        run->at = call->at;
        charge(run, args, call->count);
        return overload->run(run, args);
    }
    return no_overload(run, call, args);
}

static struct value eval_call(struct cel_run *run, const struct cel_node *node)
{
    struct value args[CEL_ARGS_MAX] = {0};
    if (node->count > CEL_ARGS_MAX) return no_overload(run, node, args);
    for (uint32_t i = 0; i < node->count; i++) {
        args[i] = cel_eval_node(run, node->args[i]);
        if (cel_is_failure(args[i])) return args[i];
        if (i == 0 && node->function->lazy && node->member && args[0].kind == VALUE_OPTIONAL && args[0].optional &&
            node->count == 2)
            return slice_is(node->name, "or") ? args[0] : *args[0].optional;
    }
    return cel_call(run, node, args);
}

/* One side that decides is enough, whatever the others are; a failure counts only when none does. */
static struct value eval_logic(struct cel_run *run, const struct cel_node *node)
{
    bool deciding = node->kind == CEL_OR;
    struct value held = value_bool(!deciding);
    for (uint32_t i = 0; i < node->count; i++) {
        struct value v = cel_eval_node(run, node->args[i]);
        if (v.kind == VALUE_BOOL) {
            if (v.boolean == deciding) return v;
            continue;
        }
        if (!cel_is_failure(v)) v = wrong_kind(run, node->args[i], "a bool", v);
        if (held.kind == VALUE_BOOL) held = v;
    }
    return held;
}

static struct value eval_condition(struct cel_run *run, const struct cel_node *node)
{
    struct value v = cel_eval_node(run, node->args[0]);
    if (cel_is_failure(v)) return v;
    if (v.kind != VALUE_BOOL) return wrong_kind(run, node->args[0], "a bool", v);
    return cel_eval_node(run, node->args[v.boolean ? 1 : 2]);
}

/* The value of ?x: false when there is none. */
static bool open_optional(struct cel_run *run, const struct cel_node *node, struct value *v)
{
    if (v->kind != VALUE_OPTIONAL) {
        *v = wrong_kind(run, node, "an optional after ?", *v);
        return true;
    }
    if (!v->optional) return false;
    *v = *v->optional;
    return true;
}

static struct value eval_list(struct cel_run *run, const struct cel_node *node)
{
    struct value *items = cel_memory(run, node->count * sizeof *items);
    if (!items) return cel_fail_memory(run);
    size_t count = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        struct value v = cel_eval_node(run, node->args[i]);
        if (!cel_is_failure(v) && node->marked && node->marked[i] && !open_optional(run, node->args[i], &v)) continue;
        if (cel_is_failure(v)) return v;
        items[count++] = v;
    }
    return value_list(items, count);
}

static struct value eval_map(struct cel_run *run, const struct cel_node *node)
{
    if (!cel_memory(run, node->count * sizeof(struct value))) return cel_fail_memory(run);
    struct value_map *map = value_map_new(run->arena, node->count / 2);
    for (uint32_t i = 0; i < node->count; i += 2) {
        struct value key = cel_eval_node(run, node->args[i]);
        if (cel_is_failure(key)) return key;
        bool fit =
            key.kind == VALUE_BOOL || key.kind == VALUE_STRING || key.kind == VALUE_INT || key.kind == VALUE_UINT;
        if (!fit) return wrong_kind(run, node->args[i], "bool, int, uint or string as a key", key);
        struct value v = cel_eval_node(run, node->args[i + 1]);
        if (!cel_is_failure(v) && node->marked && node->marked[i / 2] && !open_optional(run, node->args[i + 1], &v))
            continue;
        if (cel_is_failure(v)) return v;
        if (!value_map_add(map, key, v)) return fail_at(run, node->args[i], "a key that is there twice");
    }
    return value_of_map(map);
}

static struct value eval_bind(struct cel_run *run, const struct cel_node *node)
{
    run->locals[node->index] = cel_eval_node(run, node->args[0]);
    return cel_eval_node(run, node->args[1]);
}

struct value cel_eval_node(struct cel_run *run, const struct cel_node *node)
{
    static struct value (*const evals[])(struct cel_run *, const struct cel_node *) = {
        [CEL_LITERAL] = eval_literal,     [CEL_SELECT] = eval_select,   [CEL_INDEX] = eval_index,
        [CEL_CALL] = eval_call,           [CEL_AND] = eval_logic,       [CEL_OR] = eval_logic,
        [CEL_CONDITION] = eval_condition, [CEL_LIST] = eval_list,       [CEL_MAP] = eval_map,
        [CEL_MACRO] = cel_eval_macro,     [CEL_BIND] = eval_bind,       [CEL_VARIABLE] = eval_variable,
        [CEL_LOCAL] = eval_local,         [CEL_MISSING] = eval_literal,
    };
    if (run->steps_left-- <= 0) return fail_at(run, node, "the evaluation takes too long");
    if (run->arena->used > run->memory_end) return cel_fail_memory(run);
    return evals[node->kind](run, node);
}

struct value cel_eval(const struct cel_program *program, const struct cel_inputs *inputs, struct cel_regexes *regexes,
                      struct arena *arena)
{
    assert(program->locals <= LOCALS_MAX);
    struct cel_run run = {
        .arena = arena, .env = program->env, .inputs = inputs, .regexes = regexes, .steps_left = STEPS_MAX};
    if (program->steps_max) run.steps_left = program->steps_max;
    run.memory_end = arena->used + (program->memory_max ? program->memory_max : MEMORY_MAX);
    if (program->locals) run.locals = ARENA_ARRAY(arena, struct value, program->locals);
    return cel_eval_node(&run, program->root);
}
