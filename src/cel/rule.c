#include "cel/rule_internal.h"

/* A rule runs for every event, so that what takes long is a mistake in it. */
enum { RULE_STEPS_MAX = 100000, RULE_MEMORY_MAX = 8 << 20 };

struct rule_scope *rule_scope_new(struct arena *arena, struct dictionary *dictionary)
{
    struct rule_scope *scope = ARENA_NEW(arena, struct rule_scope);
    scope->arena = arena;
    scope->dictionary = dictionary;
    scope->env = cel_env_new(arena, cel_library_new(arena, CEL_DEFINITIONS));
    return scope;
}

static const struct cel_type *type_of(struct arena *arena, enum field_kind kind, enum field_kind element)
{
    static const enum cel_type_kind types[] = {
        [FIELD_BOOL] = TYPE_BOOL,   [FIELD_INT] = TYPE_INT,           [FIELD_DECIMAL] = TYPE_DECIMAL,
        [FIELD_TEXT] = TYPE_STRING, [FIELD_INSTANT] = TYPE_TIMESTAMP, [FIELD_SPAN] = TYPE_DURATION,
        [FIELD_MONEY] = TYPE_MONEY,
    };
    if (kind == FIELD_LIST) return cel_type_of(arena, TYPE_LIST, cel_type_plain(types[element]), NULL);
    if (kind == FIELD_MAP)
        return cel_type_of(arena, TYPE_MAP, cel_type_plain(TYPE_STRING), cel_type_plain(types[element]));
    return cel_type_plain(types[kind]);
}

void rule_scope_field(struct rule_scope *scope, struct slice name, struct field_type type, uint32_t slot)
{
    uint32_t variable = cel_env_variable(scope->env, name, type_of(scope->arena, type.kind, type.element));
    if (variable >= scope->capacity) {
        uint32_t capacity = (variable + 1) * 2;
        struct rule_field *fields = ARENA_ARRAY(scope->arena, struct rule_field, capacity);
        if (scope->capacity) memcpy(fields, scope->fields, scope->capacity * sizeof *fields);
        scope->fields = fields;
        scope->capacity = capacity;
    }
    scope->fields[variable] = (struct rule_field){type, slot};
}

void rule_scope_forbid(struct rule_scope *scope, struct slice name, struct slice why)
{
    rule_scope_field(scope, name, (struct field_type){.kind = FIELD_TEXT}, 0);
    cel_env_forbid(scope->env, name, why);
}

/* Floating point gives other answers on other machines; a definition gives the same everywhere. */
static void refuse_doubles(const struct cel_source *source, const struct cel_node *node)
{
    if (node->type && node->type->kind == TYPE_DOUBLE) {
        cel_report(source, node->start,
                   SLICE("a number with a point is an exact decimal; leave out double() and math.sqrt()"),
                   "a definition has no floating point");
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) refuse_doubles(source, node->args[i]);
}

static void report_kind(const struct cel_source *source, unsigned wanted, const char *got)
{
    struct buffer text;
    buffer_init(&text, 500);
    for (unsigned kind = FIELD_BOOL; kind <= FIELD_MAP; kind++)
        if (wanted >> kind & 1)
            buffer_printf(&text, "%s%s", text.len ? " or " : "", rule_kind_name((enum field_kind)kind));
    cel_report(source, 0, SLICE(""), "the expression gives %s, wanted: %.*s", got, SLICE_ARG(buffer_slice(&text)));
    buffer_release(&text);
}

/* The rule's kind: that of its type, an int standing for a decimal where only that is wanted. */
static bool settle_kind(struct rule *rule, unsigned wanted)
{
    const struct cel_source *source = rule->program->source;
    if (!rule_kind_of(rule->program->type, &rule->kind)) {
        report_kind(source, wanted,
                    rule->program->type->kind == TYPE_DYN ? "a value of a kind that is not known before"
                                                          : "a value that no rule can give");
        return false;
    }
    if (rule->kind == FIELD_INT && !(wanted >> FIELD_INT & 1)) rule->kind = FIELD_DECIMAL;
    if (wanted >> rule->kind & 1) return true;
    if (rule->program->type->kind == TYPE_INT) rule->kind = FIELD_INT;
    report_kind(source, wanted, rule_kind_name(rule->kind));
    return false;
}

static size_t count_nodes(const struct cel_node *node)
{
    size_t count = 1;
    for (uint32_t i = 0; i < node->count; i++) count += count_nodes(node->args[i]);
    return count;
}

/* Adds the slot in its place, once. */
static void add_slot(struct rule *rule, uint32_t slot)
{
    uint32_t at = rule->slot_count;
    while (at > 0 && rule->slots[at - 1] >= slot) at--;
    if (at < rule->slot_count && rule->slots[at] == slot) return;
    memmove(rule->slots + at + 1, rule->slots + at, (rule->slot_count - at) * sizeof *rule->slots);
    rule->slots[at] = slot;
    rule->slot_count++;
}

static void collect_slots(struct rule *rule, const struct cel_node *node)
{
    if (node->kind == CEL_VARIABLE) add_slot(rule, rule->scope->fields[node->index].slot);
    for (uint32_t i = 0; i < node->count; i++) collect_slots(rule, node->args[i]);
}

/* The texts of a constant get codes, so that what a rule gives or compares can be a cell. */
static void enter_value(const struct rule *rule, struct value v)
{
    if (v.kind == VALUE_STRING) dictionary_code(rule->scope->dictionary, v.text);
    if (v.kind == VALUE_MONEY) dictionary_code(rule->scope->dictionary, *v.money.currency);
    for (size_t i = 0; v.kind == VALUE_LIST && i < v.list.count; i++) enter_value(rule, v.list.at[i]);
}

static void enter_texts(const struct rule *rule, const struct cel_node *node)
{
    if (node->kind == CEL_LITERAL) enter_value(rule, node->literal);
    for (uint32_t i = 0; i < node->count; i++) enter_texts(rule, node->args[i]);
}

static bool is_constant(const struct cel_node *node)
{
    bool leaf =
        node->kind == CEL_VARIABLE || node->kind == CEL_LOCAL || node->kind == CEL_MACRO || node->kind == CEL_BIND;
    for (uint32_t i = 0; i < node->count && !leaf; i++) leaf = !is_constant(node->args[i]);
    return !leaf;
}

/* Cells know microseconds, so constants do not hold more. */
static struct value in_microseconds(struct value v)
{
    if (v.kind == VALUE_TIMESTAMP) v.extra -= v.extra % 1000;
    if (v.kind == VALUE_DURATION) v.integer -= v.integer % 1000;
    return v;
}

static void fold_literal(const struct rule *rule, struct cel_node *node, struct value v)
{
    node->kind = CEL_LITERAL;
    node->literal = in_microseconds(v);
    node->count = 0;
    if (v.kind != VALUE_LIST) return;
    struct value *items = ARENA_ARRAY(rule->scope->arena, struct value, v.list.count + 1);
    for (size_t i = 0; i < v.list.count; i++) items[i] = in_microseconds(v.list.at[i]);
    node->literal = value_list(items, v.list.count);
}

/* What needs no field is worked out once, here; what fails for every row is an error of the definition. */
static void fold_constants(const struct rule *rule, struct cel_node *node)
{
    if (node->kind == CEL_LITERAL) {
        fold_literal(rule, node, node->literal);
        return;
    }
    if (!is_constant(node)) {
        for (uint32_t i = 0; i < node->count; i++) fold_constants(rule, node->args[i]);
        return;
    }
    struct cel_program part = *rule->program;
    part.root = node;
    struct value v = cel_eval(&part, NULL, NULL, rule->scope->arena);
    if (v.kind == VALUE_ERROR) {
        cel_report(rule->program->source, v.extra, SLICE(""), "%.*s", SLICE_ARG(v.text));
        return;
    }
    fold_literal(rule, node, v);
}

static bool analyse(struct cel_program *program, const struct rule_scope *scope)
{
    const struct cel_source *source = program->source;
    size_t errors = source->diagnostics->error_count;
    program->root = cel_parse(source);
    if (!program->root) return false;
    cel_resolve(program, true);
    if (source->diagnostics->error_count != errors) return false;
    cel_check(program);
    if (source->diagnostics->error_count != errors) return false;
    refuse_doubles(source, program->root);
    return source->diagnostics->error_count == errors;
}

const struct rule *rule_compile(struct rule_scope *scope, struct slice text, unsigned wanted, struct rule_place place,
                                struct diagnostics *diagnostics)
{
    struct cel_source *source = ARENA_NEW(scope->arena, struct cel_source);
    *source = (struct cel_source){.arena = scope->arena,
                                  .text = arena_slice(scope->arena, text),
                                  .file = place.file,
                                  .line = place.line,
                                  .column = place.column,
                                  .decimals = true,
                                  .diagnostics = diagnostics};
    struct cel_program *program = ARENA_NEW(scope->arena, struct cel_program);
    *program = (struct cel_program){.env = scope->env,
                                    .source = source,
                                    .coerce = rule_coerce,
                                    .coerce_context = scope,
                                    .steps_max = RULE_STEPS_MAX,
                                    .memory_max = RULE_MEMORY_MAX};
    struct rule *rule = ARENA_NEW(scope->arena, struct rule);
    *rule = (struct rule){.scope = scope, .program = program};
    size_t errors = diagnostics->error_count;
    if (!analyse(program, scope) || !settle_kind(rule, wanted)) return NULL;
    fold_constants(rule, program->root);
    if (diagnostics->error_count != errors) return NULL;
    rule->slots = ARENA_ARRAY(scope->arena, uint32_t, count_nodes(program->root));
    collect_slots(rule, program->root);
    enter_texts(rule, program->root);
    rule->code = rule_compile_code(rule);
    return rule;
}

enum field_kind rule_kind(const struct rule *rule)
{
    return rule->kind;
}
struct slice rule_text(const struct rule *rule)
{
    return rule->program->source->text;
}

size_t rule_reads(const struct rule *rule, const uint32_t **slots)
{
    *slots = rule->slots;
    return rule->slot_count;
}

struct rule_scratch *rule_scratch_new(const struct dictionary *dictionary)
{
    struct rule_scratch *scratch = memory_new(sizeof *scratch);
    scratch->dictionary = dictionary;
    scratch->regexes = cel_regexes_new();
    arena_init(&scratch->arena);
    return scratch;
}

void rule_scratch_free(struct rule_scratch *scratch)
{
    if (!scratch) return;
    arena_release(&scratch->arena);
    cel_regexes_free(scratch->regexes);
    free(scratch);
}

struct cell rule_eval(const struct rule *rule, const struct cell *slots, struct rule_scratch *scratch)
{
    if (rule->code) return rule_run_code(rule, slots, scratch);
    arena_clear(&scratch->arena);
    struct value v = rule_eval_node(rule, rule->program->root, slots, scratch);
    return rule_cell_of(v, rule->kind, scratch->dictionary, &scratch->arena);
}
