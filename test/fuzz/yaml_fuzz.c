/* YAML: a refusal names a place; every node of a tree has a place inside the text. */
#include "fuzz.h"
#include "value/yaml.h"

static void visit(const struct yaml_node *node, int depth)
{
    struct place at = yaml_place(node);
    PROMISE(depth <= YAML_DEPTH_MAX + 1);
    PROMISE(at.line >= 1 && at.column >= 1 && node->at <= node->end);
    for (size_t i = 0; i < node->count && node->kind == YAML_LIST; i++) visit(node->items[i], depth + 1);
    for (size_t i = 0; i < node->count && node->kind == YAML_MAP; i++) {
        visit(node->pairs[i].key, depth + 1);
        visit(node->pairs[i].value, depth + 1);
    }
    if (node->kind == YAML_SCALAR)
        for (size_t i = 0; i <= node->text.len; i += 1 + node->text.len / 4)
            PROMISE(yaml_text_place(node, i).line >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics);
    const struct yaml_node *root = yaml_parse(&arena, fuzz_text(data, size), SLICE("fuzz.yaml"), &diagnostics);
    if (root)
        visit(root, 0);
    else
        PROMISE(diagnostics.error_count > 0);
    diagnostics_release(&diagnostics);
    arena_release(&arena);
    return 0;
}
