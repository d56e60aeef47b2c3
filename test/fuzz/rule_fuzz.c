/* Rules over rows of cells: a rule gives a cell of its own kind or none, the same each time; each step of its trace is
 * a part of its text. */
#include "base/civil.h"
#include "cel/rule.h"
#include "fuzz.h"

enum { OPENS, SCORE, ROLE, SEEN, QUIET, REVENUE, SLOTS };

static void declare(struct rule_scope *scope)
{
    static const struct slice roles[] = {{"ceo", 3}, {"cfo", 3}};
    rule_scope_field(scope, SLICE("opens"), (struct field_type){.kind = FIELD_INT}, OPENS);
    rule_scope_field(scope, SLICE("score"), (struct field_type){.kind = FIELD_DECIMAL}, SCORE);
    rule_scope_field(scope, SLICE("person.role"),
                     (struct field_type){.kind = FIELD_TEXT, .choices = roles, .choice_count = 2}, ROLE);
    rule_scope_field(scope, SLICE("seen"), (struct field_type){.kind = FIELD_INSTANT}, SEEN);
    rule_scope_field(scope, SLICE("quiet"), (struct field_type){.kind = FIELD_SPAN}, QUIET);
    rule_scope_field(scope, SLICE("revenue"), (struct field_type){.kind = FIELD_MONEY}, REVENUE);
    rule_scope_forbid(scope, SLICE("secret"), SLICE("it is forbidden"));
}

static void fill(struct cell *row, struct dictionary *words)
{
    row[OPENS] = cell_int(3);
    row[SCORE] = cell_decimal(2500000);
    row[ROLE] = cell_text(dictionary_code(words, SLICE("cfo")));
    row[SEEN] = cell_instant(INT64_C(1767603600000000));
    row[QUIET] = cell_span(DAY_US);
    row[REVENUE] = (struct cell){.kind = CELL_MONEY, .unit = dictionary_code(words, SLICE("USD")), .number = 8000000};
}

static bool is_of_kind(struct cell cell, enum field_kind kind)
{
    static const enum cell_kind cells[] = {CELL_BOOL, CELL_INT,   CELL_DECIMAL, CELL_TEXT, CELL_INSTANT,
                                           CELL_SPAN, CELL_MONEY, CELL_VALUE,   CELL_VALUE};
    return cell.kind == CELL_ABSENT || cell.kind == cells[kind] || (kind == FIELD_TEXT && cell.kind == CELL_VALUE);
}

static void evaluate(struct arena *arena, const struct rule *rule, struct dictionary *words)
{
    struct cell known[SLOTS], unknown[SLOTS] = {0};
    fill(known, words);
    struct rule_scratch *scratch = rule_scratch_new(words);
    const struct cell *rows[] = {known, unknown};
    for (int i = 0; i < 2; i++) {
        const struct rule_step *steps;
        struct cell cell = rule_eval(rule, rows[i], scratch);
        PROMISE(is_of_kind(cell, rule_kind(rule)));
        PROMISE(cell.kind == CELL_VALUE || cell_same(cell, rule_eval(rule, rows[i], scratch)));
        size_t count = rule_trace(rule, rows[i], scratch, arena, &steps);
        for (size_t j = 0; j < count; j++) PROMISE(steps[j].text.len > 0);
    }
    const uint32_t *reads;
    for (size_t i = rule_reads(rule, &reads); i-- > 0;) PROMISE(reads[i] < SLOTS && (!i || reads[i - 1] < reads[i]));
    rule_scratch_free(scratch);
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
    const struct rule_place place = {SLICE("fuzz.yaml"), 1, 1};
    const struct rule *rule = rule_compile(scope, fuzz_text(data, size), ~0u, place, &diagnostics);
    if (rule)
        evaluate(&arena, rule, &words);
    else
        PROMISE(diagnostics.error_count > 0);
    diagnostics_release(&diagnostics);
    dictionary_release(&words);
    arena_release(&arena);
    return 0;
}
