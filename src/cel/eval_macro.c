/* Macros over lists, maps and optionals. */
#include "cel/function.h"

static size_t range_count(struct value range)
{
    return range.kind == VALUE_LIST ? range.list.count : range.map->count;
}

/* Puts item i into the macro's variables: the item of a list, the key of a map; with two variables place and item, or
 * key and value. */
static void load_item(struct cel_run *run, const struct cel_node *node, struct value range, size_t i)
{
    struct value *first = &run->locals[node->index];
    bool list = range.kind == VALUE_LIST;
    *first = list ? range.list.at[i] : range.map->entries[i].key;
    if (!node->second.len) return;
    first[1] = list ? range.list.at[i] : range.map->entries[i].value;
    if (list) *first = value_int((int64_t)i);
}

static struct value expect_bool(struct cel_run *run, const struct cel_node *node, struct value v)
{
    if (v.kind == VALUE_BOOL || cel_is_failure(v)) return v;
    run->at = node->start;
    return cel_fail(run, "expected a bool, found %.*s", SLICE_ARG(value_kind_name(v.kind)));
}

/* all and exists: as a chain of && or ||, absorbing failures. */
static struct value eval_quantifier(struct cel_run *run, const struct cel_node *node, struct value range)
{
    bool deciding = node->macro == MACRO_EXISTS;
    struct value held = value_bool(!deciding);
    for (size_t i = 0; i < range_count(range); i++) {
        load_item(run, node, range, i);
        struct value v = expect_bool(run, node->args[1], cel_eval_node(run, node->args[1]));
        if (v.kind == VALUE_BOOL && v.boolean == deciding) return v;
        if (cel_is_failure(v) && held.kind == VALUE_BOOL) held = v;
        if (run->steps_left <= 0) return held;
    }
    return held;
}

static struct value eval_exists_one(struct cel_run *run, const struct cel_node *node, struct value range)
{
    size_t found = 0;
    for (size_t i = 0; i < range_count(range); i++) {
        load_item(run, node, range, i);
        struct value v = expect_bool(run, node->args[1], cel_eval_node(run, node->args[1]));
        if (cel_is_failure(v)) return v;
        found += v.boolean;
    }
    return value_bool(found == 1);
}

/* The condition before the value, where there is one: true, false or a failure. */
static struct value passes(struct cel_run *run, const struct cel_node *node)
{
    if (node->count < 3) return value_bool(true);
    return expect_bool(run, node->args[1], cel_eval_node(run, node->args[1]));
}

static struct value eval_list_macro(struct cel_run *run, const struct cel_node *node, struct value range)
{
    struct value *items = cel_memory(run, range_count(range) * sizeof *items);
    if (!items) return cel_fail_memory(run);
    size_t count = 0;
    for (size_t i = 0; i < range_count(range); i++) {
        load_item(run, node, range, i);
        bool filter = node->macro == MACRO_FILTER;
        struct value pass =
            filter ? expect_bool(run, node->args[1], cel_eval_node(run, node->args[1])) : passes(run, node);
        if (cel_is_failure(pass)) return pass;
        if (!pass.boolean) continue;
        struct value v = filter ? run->locals[node->index] : cel_eval_node(run, node->args[node->count - 1]);
        if (cel_is_failure(v)) return v;
        items[count++] = v;
    }
    return value_list(items, count);
}

static struct value merge_entry(struct cel_run *run, const struct cel_node *node, struct value_map *map, struct value v)
{
    run->at = node->at;
    if (node->macro == MACRO_TRANSFORM_MAP) {
        struct value key = run->locals[node->index];
        if (!value_map_add(map, key, v)) return cel_fail(run, "a key that is there twice");
        return value_null();
    }
    if (v.kind != VALUE_MAP) return cel_fail(run, "expected a map, found %.*s", SLICE_ARG(value_kind_name(v.kind)));
    for (uint32_t i = 0; i < v.map->count; i++)
        if (!value_map_add(map, v.map->entries[i].key, v.map->entries[i].value))
            return cel_fail(run, "a key that is there twice");
    return value_null();
}

static struct value eval_map_macro(struct cel_run *run, const struct cel_node *node, struct value range)
{
    if (!cel_memory(run, range_count(range) * 2 * sizeof(struct value))) return cel_fail_memory(run);
    struct value_map *map = value_map_new(run->arena, range_count(range));
    for (size_t i = 0; i < range_count(range); i++) {
        load_item(run, node, range, i);
        struct value pass = passes(run, node);
        if (cel_is_failure(pass)) return pass;
        if (!pass.boolean) continue;
        struct value v = cel_eval_node(run, node->args[node->count - 1]);
        if (cel_is_failure(v)) return v;
        v = merge_entry(run, node, map, v);
        if (cel_is_failure(v)) return v;
    }
    return value_of_map(map);
}

static struct value eval_optional_macro(struct cel_run *run, const struct cel_node *node, struct value range)
{
    run->at = node->at;
    if (range.kind != VALUE_OPTIONAL)
        return cel_fail(run, "expected an optional, found %.*s", SLICE_ARG(value_kind_name(range.kind)));
    if (!range.optional) return range;
    run->locals[node->index] = *range.optional;
    struct value v = cel_eval_node(run, node->args[1]);
    if (cel_is_failure(v)) return v;
    run->at = node->at;
    if (node->macro == MACRO_OPT_FLAT_MAP)
        return v.kind == VALUE_OPTIONAL
                   ? v
                   : cel_fail(run, "expected an optional, found %.*s", SLICE_ARG(value_kind_name(v.kind)));
    struct value *held = cel_memory(run, sizeof *held);
    if (!held) return cel_fail_memory(run);
    *held = v;
    return value_optional(held);
}

struct value cel_eval_macro(struct cel_run *run, const struct cel_node *node)
{
    struct value range = cel_eval_node(run, node->args[0]);
    if (cel_is_failure(range)) return range;
    if (node->macro >= MACRO_OPT_MAP) return eval_optional_macro(run, node, range);
    if (range.kind != VALUE_LIST && range.kind != VALUE_MAP) {
        run->at = node->args[0]->start;
        return cel_fail(run, "expected a list or a map, found %.*s", SLICE_ARG(value_kind_name(range.kind)));
    }
    switch (node->macro) {
    case MACRO_ALL:
    case MACRO_EXISTS: return eval_quantifier(run, node, range);
    case MACRO_EXISTS_ONE: return eval_exists_one(run, node, range);
    case MACRO_FILTER:
    case MACRO_MAP: return eval_list_macro(run, node, range);
    default: return eval_map_macro(run, node, range);
    }
}
