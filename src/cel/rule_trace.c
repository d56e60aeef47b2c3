/* What each part of a rule was worth: every sub-expression is evaluated on its own by the dynamic evaluator. */
#include "cel/rule_internal.h"

struct tracer {
    const struct rule *rule;
    const struct cell *slots;
    struct rule_scratch *scratch;
    struct arena *arena;
    VECTOR(struct rule_step) steps;
};

/* What a cell points to must outlive the scratch. */
static struct cell keep(struct tracer *t, struct cell cell)
{
    if (cell.kind != CELL_VALUE) return cell;
    struct value *held = arena_alloc(t->arena, sizeof *held);
    *held = value_copy(t->arena, *cell.value);
    cell.value = held;
    return cell;
}

static void trace(struct tracer *t, const struct cel_node *node)
{
    if (node->kind == CEL_LITERAL) return;
    /* The body of a macro has no value of its own: it is evaluated once for each item. */
    uint32_t parts = node->kind == CEL_MACRO || node->kind == CEL_BIND ? 1 : node->count;
    for (uint32_t i = 0; i < parts; i++) trace(t, node->args[i]);
    struct slice text = t->rule->program->source->text;
    struct rule_step step = {.text = slice_of(text.ptr + node->start, node->end - node->start)};
    struct value v = rule_eval_node(t->rule, node, t->slots, t->scratch);
    enum field_kind kind;
    bool root = node == t->rule->program->root;
    if (root || (node->type && rule_kind_of(node->type, &kind)))
        step.value = keep(t, rule_cell_of(v, root ? t->rule->kind : kind, t->scratch->dictionary, t->arena));
    if (cel_is_failure(v)) step.note = arena_slice(t->arena, v.text);
    vector_push(&t->steps, step);
}

size_t rule_trace(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch, struct arena *arena,
                  const struct rule_step **steps)
{
    struct tracer t = {.rule = rule, .slots = slots, .scratch = scratch, .arena = arena};
    arena_clear(&scratch->arena);
    trace(&t, rule->program->root);
    struct rule_step *kept = ARENA_ARRAY(arena, struct rule_step, t.steps.count);
    if (t.steps.count) memcpy(kept, t.steps.at, t.steps.count * sizeof *kept);
    *steps = kept;
    size_t count = t.steps.count;
    vector_release(&t.steps);
    return count;
}
