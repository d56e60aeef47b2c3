/* Property: typed code and the dynamic evaluator give the same cell for any expression and any row. Expressions are
 * generated, well typed, over fields of every kind; rows hold usual, extreme and absent values. */
#include "base/test.h"
#include "cel/rule_internal.h"

#include <stdio.h>

enum {
    EXPRESSIONS = 15000,
    ROWS_EACH = 12,
    FIELDS_EACH_KIND = 3,
    KINDS = FIELD_MONEY + 1,
    SLOTS = FIELDS_EACH_KIND * KINDS
};

struct generator {
    uint64_t state;
    struct buffer text;
};

static uint64_t random_next(struct generator *g)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return g->state;
}

static unsigned pick(struct generator *g, unsigned n)
{
    return (unsigned)(random_next(g) % n);
}

static const char *const letters[KINDS] = {"bool", "int", "dec", "text", "at", "span", "money"};

static void add_field(struct generator *g, enum field_kind kind)
{
    buffer_printf(&g->text, "f.%s%u", letters[kind], pick(g, FIELDS_EACH_KIND));
}

static void add_literal(struct generator *g, enum field_kind kind)
{
    static const char *const literals[KINDS][6] = {
        {"true", "false", "true", "false", "1 < 2", "'a' == 'b'"},
        {"0", "1", "-3", "100", "9223372036854775807", "-9223372036854775808"},
        {"0.0", "0.5", "-2.25", "100.000001", "9223372036854.775807", "1e3"},
        {"'a'", "'b'", "'saas'", "''", "'retail'", "'nowhere'"},
        {"timestamp('2026-01-05T09:00:00Z')", "timestamp('2025-12-31T23:59:59.999999Z')", "timestamp(0)",
         "timestamp('0001-01-01T00:00:00Z')", "timestamp('9999-12-31T23:59:59Z')",
         "timestamp('2026-01-05T09:00:00.000000001Z')"},
        {"duration('0s')", "duration('36h')", "duration('-1.5s')", "duration('2562047h')", "duration('1us')",
         "duration('1ns')"},
        {"money(0, 'USD')", "money(8000000, 'USD')", "money('12.5', 'ILS')", "money(-3, 'ILS')",
         "money(9223372036854, 'USD')", "money(0.000001, 'USD')"},
    };
    buffer_text(&g->text, literals[kind][pick(g, 6)]);
}

static void add_value(struct generator *g, enum field_kind kind, int depth);

static void add_pair(struct generator *g, enum field_kind left, const char *operator, enum field_kind right, int depth)
{
    buffer_char(&g->text, '(');
    add_value(g, left, depth - 1);
    buffer_printf(&g->text, " %s ", operator);
    add_value(g, right, depth - 1);
    buffer_char(&g->text, ')');
}

static void add_choice(struct generator *g, enum field_kind kind, int depth)
{
    buffer_char(&g->text, '(');
    add_value(g, FIELD_BOOL, depth - 1);
    buffer_text(&g->text, " ? ");
    add_value(g, kind, depth - 1);
    buffer_text(&g->text, " : ");
    add_value(g, kind, depth - 1);
    buffer_char(&g->text, ')');
}

static void add_chain(struct generator *g, int depth)
{
    const char *operator= pick(g, 2) ? " && " : " || ";
    unsigned count = 2 + pick(g, 3);
    buffer_char(&g->text, '(');
    for (unsigned i = 0; i < count; i++) {
        if (i) buffer_text(&g->text, operator);
        add_value(g, FIELD_BOOL, depth - 1);
    }
    buffer_char(&g->text, ')');
}

static void add_membership(struct generator *g)
{
    enum field_kind kind =
        (enum field_kind[]){FIELD_INT, FIELD_TEXT, FIELD_DECIMAL, FIELD_INSTANT, FIELD_SPAN}[pick(g, 5)];
    unsigned count = pick(g, 12);
    add_field(g, kind);
    buffer_text(&g->text, " in [");
    for (unsigned i = 0; i < count; i++) {
        if (i) buffer_text(&g->text, ", ");
        if (pick(g, 15) == 0)
            add_field(g, kind);
        else
            add_literal(g, kind);
    }
    buffer_char(&g->text, ']');
}

static void add_bool(struct generator *g, int depth)
{
    static const char *const comparisons[] = {"==", "!=", "<", "<=", ">", ">="};
    static const char *const texts[] = {".startsWith('s')", ".contains('a')", ".matches('^s.*s$')"};
    enum field_kind kind = (enum field_kind)pick(g, KINDS);
    switch (pick(g, 10)) {
    case 0:
    case 1: add_chain(g, depth); break;
    case 2:
        buffer_char(&g->text, '!');
        add_value(g, FIELD_BOOL, depth - 1);
        break;
    case 3: add_membership(g); break;
    case 4:
        buffer_text(&g->text, "has(");
        add_field(g, kind);
        buffer_char(&g->text, ')');
        break;
    case 5:
        add_field(g, FIELD_TEXT);
        buffer_text(&g->text, texts[pick(g, 3)]);
        break;
    case 6:
        add_pair(g, pick(g, 2) ? FIELD_INT : FIELD_DECIMAL, comparisons[pick(g, 6)],
                 pick(g, 2) ? FIELD_INT : FIELD_DECIMAL, depth);
        break;
    default: add_pair(g, kind, comparisons[pick(g, 6)], kind, depth);
    }
}

/* The kinds that an operator joins to make one of `kind`. */
static void add_arithmetic(struct generator *g, enum field_kind kind, int depth)
{
    static const char *const operators[] = {"+", "-", "*", "/", "%"};
    bool either = pick(g, 2);
    switch (kind) {
    case FIELD_INT: add_pair(g, FIELD_INT, operators[pick(g, 5)], FIELD_INT, depth); break;
    case FIELD_DECIMAL:
        add_pair(g, FIELD_DECIMAL, operators[pick(g, 4)], either ? FIELD_INT : FIELD_DECIMAL, depth);
        break;
    case FIELD_INSTANT: add_pair(g, FIELD_INSTANT, operators[pick(g, 2)], FIELD_SPAN, depth); break;
    case FIELD_SPAN:
        add_pair(g, either ? FIELD_INSTANT : FIELD_SPAN, either ? "-" : operators[pick(g, 2)],
                 either ? FIELD_INSTANT : FIELD_SPAN, depth);
        break;
    case FIELD_MONEY:
        add_pair(g, FIELD_MONEY, operators[either ? pick(g, 2) : 2 + pick(g, 2)], either ? FIELD_MONEY : FIELD_DECIMAL,
                 depth);
        break;
    case FIELD_TEXT: add_pair(g, FIELD_TEXT, "+", FIELD_TEXT, depth); break;
    default: add_bool(g, depth);
    }
}

static void add_value(struct generator *g, enum field_kind kind, int depth)
{
    unsigned choice = pick(g, 10);
    if (depth <= 0 || choice < 3) {
        if (pick(g, 3))
            add_field(g, kind);
        else
            add_literal(g, kind);
    } else if (choice == 3) {
        add_choice(g, kind, depth);
    } else if (choice == 4 && (kind == FIELD_INT || kind == FIELD_DECIMAL)) {
        buffer_text(&g->text, "-(");
        add_value(g, kind, depth - 1);
        buffer_char(&g->text, ')');
    } else {
        add_arithmetic(g, kind, depth);
    }
}

static struct cell random_cell(struct generator *g, struct dictionary *d, enum field_kind kind)
{
    static const int64_t numbers[] = {0,      1, -1, 2, 3, 100, -3, INT64_MAX, INT64_MIN, INT64_MAX - 1, 9223372036854,
                                      1000000};
    static const char *const texts[] = {"a", "b", "saas", "", "retail", "עברית"};
    int64_t n = pick(g, 3) ? numbers[pick(g, 12)] : (int64_t)random_next(g) >> pick(g, 60);
    if (pick(g, 5) == 0) return cell_absent();
    if (pick(g, 40) == 0) return cell_int(n); /* of the wrong kind, as a feed may send it */
    switch (kind) {
    case FIELD_BOOL: return cell_bool(n & 1);
    case FIELD_INT: return cell_int(n);
    case FIELD_DECIMAL: return cell_decimal(n);
    case FIELD_TEXT: return cell_text(dictionary_code(d, slice_from(texts[pick(g, 6)])));
    case FIELD_INSTANT: return cell_instant(n / (pick(g, 2) ? 40 : 1));
    case FIELD_SPAN: return cell_span(n / (pick(g, 4) ? 1000 : 1));
    default:
        return (struct cell){
            .kind = CELL_MONEY, .number = n, .unit = dictionary_code(d, pick(g, 3) ? SLICE("USD") : SLICE("ILS"))};
    }
}

static bool same_cell(struct cell a, struct cell b)
{
    if (a.kind == CELL_VALUE && b.kind == CELL_VALUE) return value_equal(*a.value, *b.value);
    return cell_same(a, b);
}

struct world {
    struct generator random;
    struct dictionary dictionary;
    struct rule_scratch *fast, *slow;
    size_t compiled, checked, refused;
};

static void compare(struct world *w, const struct rule *rule)
{
    struct cell cells[SLOTS];
    for (int row = 0; row < ROWS_EACH; row++) {
        for (int i = 0; i < SLOTS; i++)
            cells[i] = random_cell(&w->random, &w->dictionary, (enum field_kind)(i / FIELDS_EACH_KIND));
        arena_clear(&w->slow->arena);
        struct cell got = rule_eval(rule, cells, w->fast);
        struct value v = rule_eval_node(rule, rule->program->root, cells, w->slow);
        struct cell wanted = rule_cell_of(v, rule->kind, &w->dictionary, &w->slow->arena);
        w->checked++;
        if (same_cell(got, wanted)) continue;
        for (uint32_t i = 0; i < rule->slot_count; i++) {
            uint32_t slot = rule->slots[i];
            fprintf(stderr, "f.%s%u: kind %u number %lld unit %u\n", letters[slot / FIELDS_EACH_KIND],
                    slot % FIELDS_EACH_KIND, cells[slot].kind, (long long)cells[slot].number, cells[slot].unit);
        }
        fail_msg("%.*s\ncode gives kind %u, %lld; the evaluator kind %u, %lld (%.*s)", SLICE_ARG(rule_text(rule)),
                 got.kind, (long long)got.number, wanted.kind, (long long)wanted.number,
                 SLICE_ARG(cel_is_failure(v) ? v.text : SLICE("")));
    }
}

static void try_expression(struct world *w)
{
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics);
    struct rule_scope *scope = rule_scope_new(&arena, &w->dictionary);
    for (uint32_t i = 0; i < SLOTS; i++) {
        enum field_kind kind = (enum field_kind)(i / FIELDS_EACH_KIND);
        struct slice name = arena_printf(&arena, "f.%s%u", letters[kind], i % FIELDS_EACH_KIND);
        rule_scope_field(scope, name, (struct field_type){.kind = kind}, i);
    }
    for (int n = 0; n < 100; n++) {
        buffer_clear(&w->random.text);
        add_value(&w->random, pick(&w->random, 3) ? FIELD_BOOL : (enum field_kind)pick(&w->random, KINDS), 4);
        const struct rule *rule = rule_compile(scope, buffer_slice(&w->random.text), ~0u,
                                               (struct rule_place){.line = 1, .column = 1}, &diagnostics);
        if (!rule) {
            w->refused++; /* a constant part that fails, or money of two currencies */
            continue;
        }
        w->compiled += rule->code != NULL;
        compare(w, rule);
    }
    diagnostics_release(&diagnostics);
    arena_release(&arena);
}

static void both_evaluators_agree(void **state)
{
    (void)state;
    struct world w = {.random.state = 88172645463325252u};
    buffer_init(&w.random.text, 1 << 20);
    dictionary_init(&w.dictionary);
    w.fast = rule_scratch_new(&w.dictionary);
    w.slow = rule_scratch_new(&w.dictionary);
    for (int i = 0; i < EXPRESSIONS / 100; i++) try_expression(&w);
    /* The property says little unless most expressions compile, and to code. */
    assert_true(w.refused < EXPRESSIONS / 3);
    assert_true(w.compiled > EXPRESSIONS / 2);
    assert_true(w.checked > EXPRESSIONS * ROWS_EACH / 2);
    rule_scratch_free(w.fast);
    rule_scratch_free(w.slow);
    dictionary_release(&w.dictionary);
    buffer_release(&w.random.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_evaluators_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
