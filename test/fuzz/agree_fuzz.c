/* Rules again: typed code and the dynamic evaluator give the same cell, for a row of values and for a row of nothing.
 */
#include "base/civil.h"
#include "cel/rule_internal.h"
#include "fuzz.h"

enum { OPENS, SCORE, ROLE, NAME, SEEN, AGE, REVENUE, FLAG, PAINS, BRANCHES, SLOTS };

static const struct slice roles[] = {{"ceo", 3}, {"cfo", 3}};

static void declare(struct rule_scope *scope)
{
    static const struct {
        const char *name;
        struct field_type type;
    } fields[SLOTS] = {
        [OPENS] = {"opens", {.kind = FIELD_INT}},
        [SCORE] = {"scores.sales", {.kind = FIELD_DECIMAL}},
        [ROLE] = {"person.role", {.kind = FIELD_TEXT, .choices = roles, .choice_count = 2}},
        [NAME] = {"person.name", {.kind = FIELD_TEXT}},
        [SEEN] = {"signals.seen", {.kind = FIELD_INSTANT}},
        [AGE] = {"signals.age", {.kind = FIELD_SPAN}},
        [REVENUE] = {"account.revenue", {.kind = FIELD_MONEY}},
        [FLAG] = {"account.has_cdo", {.kind = FIELD_BOOL}},
        [PAINS] = {"account.pains", {.kind = FIELD_LIST, .element = FIELD_TEXT}},
        [BRANCHES] = {"account.branches", {.kind = FIELD_MAP, .element = FIELD_INT}},
    };
    for (uint32_t i = 0; i < SLOTS; i++) rule_scope_field(scope, slice_from(fields[i].name), fields[i].type, i);
}

static void fill(struct arena *arena, struct dictionary *words, struct cell *row)
{
    struct value *list = ARENA_NEW(arena, struct value), *map = ARENA_NEW(arena, struct value);
    struct value *items = ARENA_ARRAY(arena, struct value, 2);
    items[0] = value_string(SLICE("invoicing"));
    items[1] = value_string(SLICE("hiring"));
    *list = value_list(items, 2);
    struct value_map *entries = value_map_new(arena, 1);
    value_map_add(entries, value_string(SLICE("new_york")), value_int(4));
    *map = value_of_map(entries);
    row[OPENS] = cell_int(3);
    row[SCORE] = cell_decimal(2500000);
    row[ROLE] = cell_text(dictionary_code(words, SLICE("cfo")));
    row[NAME] = cell_text(dictionary_code(words, SLICE("Dana")));
    row[SEEN] = cell_instant(INT64_C(1767603600000000));
    row[AGE] = cell_span(DAY_US);
    row[REVENUE] = (struct cell){.kind = CELL_MONEY, .unit = dictionary_code(words, SLICE("USD")), .number = 8000000};
    row[FLAG] = cell_bool(true);
    row[PAINS] = (struct cell){.kind = CELL_VALUE, .value = list};
    row[BRANCHES] = (struct cell){.kind = CELL_VALUE, .value = map};
}

static bool same_cell(struct cell a, struct cell b)
{
    if (a.kind == CELL_VALUE && b.kind == CELL_VALUE) return value_equal(*a.value, *b.value);
    return cell_same(a, b);
}

/* Code stops early where the evaluator runs out of steps or memory: that is no disagreement. */
static bool is_limit(struct value v)
{
    return v.kind == VALUE_ERROR && slice_starts(v.text, SLICE("the evaluation "));
}

static void compare(const struct rule *rule, const struct cell *row, struct dictionary *words)
{
    struct rule_scratch *fast = rule_scratch_new(words), *slow = rule_scratch_new(words);
    struct cell got = rule_eval(rule, row, fast);
    struct value v = rule_eval_node(rule, rule->program->root, row, slow);
    PROMISE(is_limit(v) || same_cell(got, rule_cell_of(v, rule->kind, words, &slow->arena)));
    rule_scratch_free(fast);
    rule_scratch_free(slow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct dictionary words;
    struct diagnostics diagnostics;
    arena_init(&arena);
    dictionary_init(&words);
    diagnostics_init(&diagnostics);
    struct rule_scope *scope = rule_scope_new(&arena, &words);
    declare(scope);
    struct cell known[SLOTS], unknown[SLOTS] = {0};
    fill(&arena, &words, known);
    const struct rule_place place = {SLICE("fuzz.yaml"), 1, 1};
    const struct rule *rule = rule_compile(scope, fuzz_text(data, size), ~0u, place, &diagnostics);
    if (rule) {
        compare(rule, known, &words);
        compare(rule, unknown, &words);
    }
    diagnostics_release(&diagnostics);
    dictionary_release(&words);
    arena_release(&arena);
    return 0;
}
