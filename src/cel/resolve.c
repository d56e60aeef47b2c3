/* Names to what they mean: first the variables of macros, then, longest chain of fields first and innermost namespace
 * first, the variables of the environment and the names of types. Functions likewise. */
#include "cel/function.h"

struct local {
    struct slice name;
    uint32_t index;
    const struct local *outer;
};

struct resolver {
    struct cel_program *program;
    bool strict;
};

static void resolve(struct resolver *r, struct cel_node *node, const struct local *locals, uint32_t depth);

static const struct local *local_named(const struct local *locals, struct slice name)
{
    while (locals && !slice_equal(locals->name, name)) locals = locals->outer;
    return locals;
}

/* Field by field down to a plain name: the chain's root, NULL when it is no such chain. */
static const struct cel_node *chain_root(const struct cel_node *node)
{
    while (node->kind == CEL_SELECT && !node->optional && !node->test) node = node->args[0];
    return node->kind == CEL_NAME ? node : NULL;
}

static void chain_text(struct buffer *out, const struct cel_node *node)
{
    if (node->kind == CEL_SELECT) {
        chain_text(out, node->args[0]);
        buffer_char(out, '.');
    }
    buffer_add(out, node->name);
}

/* Calls `found` with each full name that the chain (and `.last`, unless it is empty) may mean; true as soon as one is.
 */
typedef bool name_test(struct resolver *r, struct slice name, struct cel_node *node);

static bool try_names(struct resolver *r, const struct cel_node *chain, struct slice last, struct cel_node *node,
                      name_test *test)
{
    struct slice container = chain && chain_root(chain)->absolute ? SLICE("") : r->program->env->container;
    bool found = false;
    while (!found) {
        struct buffer name;
        buffer_init(&name, CEL_TEXT_MAX * 2);
        buffer_add(&name, container);
        if (container.len) buffer_char(&name, '.');
        if (chain) chain_text(&name, chain);
        if (chain && last.len) buffer_char(&name, '.');
        buffer_add(&name, last);
        found = test(r, buffer_slice(&name), node);
        buffer_release(&name);
        if (!container.len) break;
        while (container.len && container.ptr[container.len - 1] != '.') container.len--;
        if (container.len) container.len--;
    }
    return found;
}

static bool becomes_value(struct resolver *r, struct slice name, struct cel_node *node)
{
    const struct value *index = value_map_field(r->program->env->names, name);
    if (index) {
        const struct cel_variable *variable = &r->program->env->variables[index->integer];
        if (variable->forbidden.len)
            cel_report(r->program->source, node->start, SLICE(""), "'%.*s' may not be read here: %.*s", SLICE_ARG(name),
                       SLICE_ARG(variable->forbidden));
        node->kind = CEL_VARIABLE;
        node->index = (uint32_t)index->integer;
        node->count = 0;
        return true;
    }
    const struct cel_type *type = cel_type_name(name);
    if (!type) return false;
    node->kind = CEL_LITERAL;
    node->count = 0;
    node->literal = value_type(arena_slice(r->program->source->arena, name));
    node->type = cel_type_of(r->program->source->arena, TYPE_TYPE, type, NULL);
    return true;
}

static bool becomes_function(struct resolver *r, struct slice name, struct cel_node *node)
{
    node->function = cel_library_find(r->program->env->library, name);
    return node->function != NULL;
}

static struct slice similar_name(struct resolver *r, struct slice name)
{
    const struct cel_env *env = r->program->env;
    struct slice *names = ARENA_ARRAY(r->program->source->arena, struct slice, env->count + 1);
    for (uint32_t i = 0; i < env->count; i++) names[i] = env->variables[i].name;
    struct slice near = nearest_word(name, names, env->count);
    return near.len ? arena_printf(r->program->source->arena, "did you mean %.*s?", SLICE_ARG(near)) : near;
}

static struct slice similar_function(struct resolver *r, struct slice name)
{
    const struct cel_library *library = r->program->env->library;
    struct slice *names = ARENA_ARRAY(r->program->source->arena, struct slice, library->count + 1);
    for (uint32_t i = 0; i < library->count; i++) names[i] = library->functions[i].name;
    struct slice near = nearest_word(name, names, library->count);
    return near.len ? arena_printf(r->program->source->arena, "did you mean %.*s?", SLICE_ARG(near)) : near;
}

static void becomes_missing(struct resolver *r, struct cel_node *node, struct slice message, struct slice hint)
{
    if (r->strict) cel_report(r->program->source, node->at, hint, "%.*s", SLICE_ARG(message));
    node->kind = CEL_MISSING;
    node->count = 0;
    node->literal = value_error(message);
    node->literal.extra = node->at;
}

static void becomes_missing_name(struct resolver *r, struct cel_node *node, struct slice name)
{
    becomes_missing(r, node, arena_printf(r->program->source->arena, "there is no name '%.*s'", SLICE_ARG(name)),
                    r->strict ? similar_name(r, name) : SLICE(""));
}

static void resolve_name(struct resolver *r, struct cel_node *node, const struct local *locals)
{
    const struct local *local = node->absolute ? NULL : local_named(locals, node->name);
    if (local) {
        node->kind = CEL_LOCAL;
        node->index = local->index;
        return;
    }
    if (try_names(r, node, SLICE(""), node, becomes_value)) return;
    becomes_missing_name(r, node, node->name);
}

/* The whole chain as one name of something, when its root is no local variable. */
static bool resolve_chain(struct resolver *r, struct cel_node *node, const struct local *locals)
{
    const struct cel_node *root = chain_root(node);
    if (!root || (!root->absolute && local_named(locals, root->name))) return false;
    return try_names(r, node, SLICE(""), node, becomes_value);
}

/* A wrong field of a wrong name is said once, with the whole chain, so that the hint can be right. */
static bool missing_chain(struct resolver *r, struct cel_node *node, const struct local *locals)
{
    const struct cel_node *root = chain_root(node);
    if (!r->strict || !root || (!root->absolute && local_named(locals, root->name))) return false;
    for (const struct cel_node *part = node->args[0];; part = part->args[0]) {
        struct cel_node probe = *part;
        if (try_names(r, part, SLICE(""), &probe, becomes_value)) return false;
        if (part->kind != CEL_SELECT) break;
    }
    struct buffer name;
    buffer_init(&name, CEL_TEXT_MAX);
    chain_text(&name, node);
    struct slice text = arena_slice(r->program->source->arena, buffer_slice(&name));
    buffer_release(&name);
    node->at = node->start;
    becomes_missing_name(r, node, text);
    return true;
}

/* has(a.b) where a.b is the name of a variable and a is none: is there a value? */
static bool tests_variable(struct resolver *r, struct cel_node *node, const struct local *locals)
{
    struct cel_node probe = *node, operand = *node->args[0];
    probe.test = false;
    if (!node->test || resolve_chain(r, &operand, locals) || !resolve_chain(r, &probe, locals)) return false;
    if (probe.kind != CEL_VARIABLE) return false;
    node->kind = CEL_VARIABLE;
    node->index = probe.index;
    node->count = 0;
    return true;
}

static void resolve_select(struct resolver *r, struct cel_node *node, const struct local *locals, uint32_t depth)
{
    if (tests_variable(r, node, locals)) return;
    if (resolve_chain(r, node, locals) || missing_chain(r, node, locals)) return;
    resolve(r, node->args[0], locals, depth);
}

static void resolve_call(struct resolver *r, struct cel_node *node, const struct local *locals, uint32_t depth)
{
    bool found;
    if (node->member) {
        const struct cel_node *root = chain_root(node->args[0]);
        bool qualified = root && (root->absolute || !local_named(locals, root->name));
        if (qualified && try_names(r, node->args[0], node->name, node, becomes_function)) {
            node->member = false;
            node->args++;
            node->count--;
            found = true;
        } else {
            found = becomes_function(r, node->name, node);
        }
    } else {
        found = node->absolute ? becomes_function(r, node->name, node)
                               : try_names(r, NULL, node->name, node, becomes_function);
    }
    if (!found) {
        becomes_missing(r, node,
                        arena_printf(r->program->source->arena, "there is no function '%.*s'", SLICE_ARG(node->name)),
                        r->strict ? similar_function(r, node->name) : SLICE(""));
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) resolve(r, node->args[i], locals, depth);
}

static void resolve_macro(struct resolver *r, struct cel_node *node, const struct local *locals, uint32_t depth)
{
    resolve(r, node->args[0], locals, depth);
    struct local first = {node->name, depth, locals}, second = {node->second, depth + 1, &first};
    node->index = depth++;
    const struct local *inner = &first;
    if (node->second.len) {
        inner = &second;
        depth++;
    }
    if (depth > r->program->locals) r->program->locals = depth;
    for (uint32_t i = 1; i < node->count; i++) resolve(r, node->args[i], inner, depth);
}

static void resolve(struct resolver *r, struct cel_node *node, const struct local *locals, uint32_t depth)
{
    switch (node->kind) {
    case CEL_NAME: resolve_name(r, node, locals); break;
    case CEL_SELECT: resolve_select(r, node, locals, depth); break;
    case CEL_CALL: resolve_call(r, node, locals, depth); break;
    case CEL_MACRO:
    case CEL_BIND: resolve_macro(r, node, locals, depth); break;
    default:
        for (uint32_t i = 0; i < node->count; i++) resolve(r, node->args[i], locals, depth);
    }
}

void cel_resolve(struct cel_program *program, bool strict)
{
    struct resolver r = {program, strict};
    resolve(&r, program->root, NULL, 0);
}
