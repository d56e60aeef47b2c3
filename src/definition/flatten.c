/* A definition as one text: as it was written; or, with the files it includes put in, as flow YAML. What is read from
 * either is the same. */
#include "definition/loader.h"
#include "value/json_write.h"

/* Without quotes a scalar may be a number, a bool or null: what could be one stays as it is. */
static bool stays_plain(const struct yaml_node *node)
{
    if (!node->plain) return false;
    for (size_t i = 0; i < node->text.len; i++) {
        const char c = node->text.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '_' && c != '.' && c != '+' && c != '-') return false;
    }
    return node->text.len > 0 && !slice_is(node->text, "-");
}

static void print_text(struct slice text, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_string(&w, text);
}

static void print_node(const struct yaml_node *node, bool top, struct buffer *out)
{
    switch (node->kind) {
    case YAML_SCALAR:
        if (yaml_is_null(node))
            buffer_char(out, '~');
        else if (stays_plain(node))
            buffer_add(out, node->text);
        else
            print_text(node->text, out);
        return;
    case YAML_LIST:
        buffer_char(out, '[');
        for (size_t i = 0; i < node->count; i++) {
            if (i) buffer_text(out, ", ");
            print_node(node->items[i], false, out);
        }
        buffer_char(out, ']');
        return;
    case YAML_MAP:
        if (!top) buffer_char(out, '{');
        for (size_t i = 0, n = 0; i < node->count; i++) {
            if (top && slice_is(node->pairs[i].key->text, "include")) continue;
            if (!top && n++) buffer_text(out, ", ");
            print_text(node->pairs[i].key->text, out);
            buffer_text(out, ": ");
            print_node(node->pairs[i].value, false, out);
            if (top) buffer_char(out, '\n');
        }
        if (!top) buffer_char(out, '}');
        return;
    }
}

struct slice flat_text(const struct yaml_node *root, struct arena *arena)
{
    struct buffer out;
    if (!yaml_get(root, "include")) return arena_slice(arena, yaml_source_text(root));
    buffer_init(&out, BUFFER_NO_LIMIT);
    print_node(root, true, &out);
    struct slice text = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}
