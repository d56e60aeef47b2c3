/* The content of a definition without its form: two files that mean the same in other words of YAML (order of keys,
 * white space, comments, quotes, includes) print the same text. The order of stages, exits and landings has meaning and
 * stays. */
#include "definition/loader.h"

bool key_has_order(struct slice key)
{
    return slice_is(key, "stages") || slice_is(key, "exits") || slice_is(key, "landings");
}

static int by_key(const void *a, const void *b)
{
    const struct yaml_pair *x = *(const struct yaml_pair *const *)a, *y = *(const struct yaml_pair *const *)b;
    return slice_compare(x->key->text, y->key->text);
}

static void print_text(struct slice text, struct buffer *out)
{
    buffer_printf(out, "%zu:", text.len);
    buffer_add(out, text);
}

static void print_node(const struct yaml_node *node, struct slice key, struct buffer *out);

static void print_map(const struct yaml_node *node, bool ordered, bool top, struct buffer *out)
{
    const struct yaml_pair **order = memory_new(node->count * sizeof *order);
    for (size_t i = 0; i < node->count; i++) order[i] = &node->pairs[i];
    if (!ordered) qsort(order, node->count, sizeof *order, by_key);
    buffer_char(out, '{');
    for (size_t i = 0; i < node->count; i++) {
        if (top && slice_is(order[i]->key->text, "include")) continue;
        print_text(order[i]->key->text, out);
        print_node(order[i]->value, order[i]->key->text, out);
    }
    buffer_char(out, '}');
    free(order);
}

static void print_node(const struct yaml_node *node, struct slice key, struct buffer *out)
{
    switch (node->kind) {
    case YAML_SCALAR:
        if (yaml_is_null(node))
            buffer_char(out, '~');
        else
            print_text(node->text, out);
        return;
    case YAML_LIST:
        buffer_char(out, '[');
        for (size_t i = 0; i < node->count; i++) print_node(node->items[i], SLICE(""), out);
        buffer_char(out, ']');
        return;
    case YAML_MAP: print_map(node, key_has_order(key), false, out); return;
    }
}

void canonical_print(const struct yaml_node *root, struct buffer *out)
{
    print_map(root, false, true, out);
}
