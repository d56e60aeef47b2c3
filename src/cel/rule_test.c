/* Rules over a row of cells: what each expression gives, what is refused with which words, what a trace shows. */
#include "base/test.h"
#include "base/civil.h"
#include "base/vector.h"
#include "cel/rule.h"
#include "value/value.h"

enum {
    EMPLOYEES,
    OPENS,
    ROLE,
    NAME,
    REVENUE,
    SCORE,
    SEEN,
    CREATED,
    AGE,
    IS_CDO,
    MISSING_INT,
    MISSING_TEXT,
    MISSING_BOOL,
    PAINS,
    BRANCHES,
    EMAIL,
    DEAL,
    MISSING_MONEY,
    SLOTS
};

struct world {
    struct arena arena;
    struct dictionary dictionary;
    struct diagnostics diagnostics;
    struct rule_scope *scope;
    struct rule_scratch *scratch;
    struct cell cells[SLOTS];
};

static const struct slice roles[] = {{"cfo", 3}, {"head_of_accounting", 18}, {"other", 5}};

static void declare(struct world *w)
{
    const struct {
        const char *name;
        struct field_type type;
        uint32_t slot;
    } fields[] = {
        {"account.employees", {.kind = FIELD_INT}, EMPLOYEES},
        {"opens", {.kind = FIELD_INT}, OPENS},
        {"person.role", {.kind = FIELD_TEXT, .choices = roles, .choice_count = 3}, ROLE},
        {"person.name", {.kind = FIELD_TEXT}, NAME},
        {"person.email", {.kind = FIELD_TEXT}, EMAIL},
        {"account.revenue", {.kind = FIELD_MONEY}, REVENUE},
        {"deal.amount", {.kind = FIELD_MONEY}, DEAL},
        {"scores.sales", {.kind = FIELD_DECIMAL}, SCORE},
        {"signals.seen", {.kind = FIELD_INSTANT}, SEEN},
        {"person.created", {.kind = FIELD_INSTANT}, CREATED},
        {"signals.age", {.kind = FIELD_SPAN}, AGE},
        {"account.has_cdo", {.kind = FIELD_BOOL}, IS_CDO},
        {"m.int", {.kind = FIELD_INT}, MISSING_INT},
        {"m.text", {.kind = FIELD_TEXT}, MISSING_TEXT},
        {"m.bool", {.kind = FIELD_BOOL}, MISSING_BOOL},
        {"m.money", {.kind = FIELD_MONEY}, MISSING_MONEY},
        {"account.pains", {.kind = FIELD_LIST, .element = FIELD_TEXT}, PAINS},
        {"account.branches", {.kind = FIELD_MAP, .element = FIELD_INT}, BRANCHES},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        rule_scope_field(w->scope, slice_from(fields[i].name), fields[i].type, fields[i].slot);
    rule_scope_forbid(w->scope, SLICE("secret.age"), SLICE("it belongs to another kind"));
}

static struct cell money_cell(struct world *w, int64_t amount, const char *currency)
{
    uint32_t unit = dictionary_code(&w->dictionary, slice_from(currency));
    return (struct cell){.kind = CELL_MONEY, .unit = unit, .number = amount * DECIMAL_ONE};
}

static int64_t instant(const char *text)
{
    struct time_text time;
    assert_true(time_parse(slice_from(text), &time));
    return time.instant;
}

static void fill(struct world *w)
{
    struct value *pains = ARENA_ARRAY(&w->arena, struct value, 2), *list = ARENA_NEW(&w->arena, struct value);
    pains[0] = value_string(SLICE("invoicing"));
    pains[1] = value_string(SLICE("hiring"));
    *list = value_list(pains, 2);
    struct value_map *branches = value_map_new(&w->arena, 2);
    value_map_add(branches, value_string(SLICE("new_york")), value_int(4));
    value_map_add(branches, value_string(SLICE("haifa")), value_int(1));
    struct value *map = ARENA_NEW(&w->arena, struct value);
    *map = value_of_map(branches);
    w->cells[EMPLOYEES] = cell_int(150);
    w->cells[OPENS] = cell_int(3);
    w->cells[ROLE] = cell_text(dictionary_code(&w->dictionary, SLICE("cfo")));
    w->cells[NAME] = cell_text(dictionary_code(&w->dictionary, SLICE("Dana")));
    w->cells[EMAIL] = cell_text(dictionary_code(&w->dictionary, SLICE("Dana@Example-Corp.co.il")));
    w->cells[REVENUE] = money_cell(w, 9000000, "USD");
    w->cells[DEAL] = money_cell(w, 500, "ILS");
    w->cells[SCORE] = cell_decimal(80500000);
    w->cells[SEEN] = cell_instant(instant("2026-01-05T09:00:00Z"));
    w->cells[CREATED] = cell_instant(instant("2025-12-01T00:00:00Z"));
    w->cells[AGE] = cell_span(3 * DAY_US);
    w->cells[IS_CDO] = cell_bool(true);
    w->cells[PAINS] = (struct cell){.kind = CELL_VALUE, .value = list};
    w->cells[BRANCHES] = (struct cell){.kind = CELL_VALUE, .value = map};
}

static int setup(void **state)
{
    struct world *w = memory_new(sizeof *w);
    arena_init(&w->arena);
    dictionary_init(&w->dictionary);
    diagnostics_init(&w->diagnostics);
    w->scope = rule_scope_new(&w->arena, &w->dictionary);
    w->scratch = rule_scratch_new(&w->dictionary);
    declare(w);
    fill(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    rule_scratch_free(w->scratch);
    diagnostics_release(&w->diagnostics);
    dictionary_release(&w->dictionary);
    arena_release(&w->arena);
    free(w);
    return 0;
}

static struct slice cell_as_text(struct world *w, struct cell c)
{
    struct buffer out;
    buffer_init(&out, 1000);
    switch (c.kind) {
    case CELL_ABSENT: buffer_text(&out, "absent"); break;
    case CELL_BOOL: buffer_text(&out, c.number ? "true" : "false"); break;
    case CELL_INT: buffer_printf(&out, "%lld", (long long)c.number); break;
    case CELL_DECIMAL:
        buffer_printf(&out, "%s%lld.%06lld", c.number < 0 ? "-" : "", (long long)(llabs(c.number) / 1000000),
                      (long long)(llabs(c.number) % 1000000));
        break;
    case CELL_TEXT:
        buffer_printf(&out, "\"%.*s\"", SLICE_ARG(dictionary_text(&w->dictionary, (uint32_t)c.number)));
        break;
    case CELL_INSTANT: time_format(&out, c.number); break;
    case CELL_SPAN: buffer_printf(&out, "%lldus", (long long)c.number); break;
    case CELL_MONEY:
        buffer_printf(&out, "%lld %.*s", (long long)(c.number / 1000000),
                      SLICE_ARG(dictionary_text(&w->dictionary, c.unit)));
        break;
    default:
        if (c.value->kind == VALUE_STRING)
            buffer_printf(&out, "text %.*s", SLICE_ARG(c.value->text));
        else
            buffer_printf(&out, "%zu items", c.value->list.count);
    }
    struct slice text = arena_slice(&w->arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

static const struct rule *compile(struct world *w, const char *text, unsigned wanted)
{
    struct rule_place place = {SLICE("rules.yaml"), 7, 11};
    return rule_compile(w->scope, slice_from(text), wanted, place, &w->diagnostics);
}

static const struct {
    const char *text, *result;
} expressions[] = {
    {"account.employees >= 100", "true"},
    {"account.employees >= 100 && person.role in [\"CFO\", \"other\"] && opens >= 2", "true"},
    {"account.employees >= 200 || opens < 3", "false"},
    {"person.role == \"CFO\"", "true"},
    {"person.role != \"Head_of_Accounting\"", "true"},
    {"person.name == \"dana\"", "false"},
    {"opens * 2 + 1", "7"},
    {"opens / 2", "1"},
    {"opens / 2.0", "1.500000"},
    {"opens + 0.5 > 3", "true"},
    {"scores.sales > 80", "true"},
    {"scores.sales == 80.5", "true"},
    {"0.1 + 0.2 == 0.3", "true"},
    {"3 * account.branches[\"new_york\"]", "12"},
    {"1.0 / 3.0", "0.333333"},
    {"2.0 / 3", "0.666667"},
    {"-2.0 / 3", "-0.666667"},
    {"\"new_york\" in account.branches && \"invoicing\" in account.pains", "true"},
    {"account.pains.exists(p, p.startsWith(\"hir\"))", "true"},
    {"size(account.pains)", "2"},
    {"signals.seen > \"2026-01-05\"", "true"},
    {"signals.seen == \"2026-01-05T11:00:00+02:00\"", "true"},
    {"signals.seen - person.created > \"30d\"", "true"},
    {"person.created + \"5w\" > signals.seen", "false"},
    {"signals.seen - person.created", "3056400000000us"},
    {"signals.seen + duration(\"1h\")", "2026-01-05T10:00:00Z"},
    {"signals.age >= \"72h\"", "true"},
    {"account.revenue >= money(8000000, \"USD\")", "true"},
    {"account.revenue >= money(\"9000000.5\", \"USD\")", "false"},
    {"account.revenue == money(9000000, \"USD\")", "true"},
    {"account.revenue > deal.amount", "absent"},
    {"account.revenue != deal.amount", "absent"},
    {"account.revenue / 2", "4500000 USD"},
    {"m.int > 3", "absent"},
    {"m.int > 3 && false", "false"},
    {"m.int > 3 || true", "true"},
    {"m.int > 3 && opens > 1", "absent"},
    {"!(m.int > 3)", "absent"},
    {"m.bool || account.has_cdo", "true"},
    {"has(m.int)", "false"},
    {"has(opens_not) == false", NULL},
    {"has(person.name)", "true"},
    {"has(m.int) ? m.int : 5", "5"},
    {"m.text == \"x\"", "absent"},
    {"m.int in [1, 2]", "absent"},
    {"m.money > money(1, \"USD\")", "absent"},
    {"opens in [1, m.int, 3]", "absent"},
    {"9223372036854775807 + opens", "absent"},
    {"opens / (opens - 3)", "absent"},
    {"account.branches[\"eilat\"] > 1", "absent"},
    {"has(account.branches.haifa) && !has(account.branches.eilat)", "true"},
    {"person.name", "\"Dana\""},
    {"person.name + \"!\"", "text Dana!"},
    {"lower(person.name) == \"dana\"", "true"},
    {"domain(person.email)", "text example-corp.co.il"},
    {"work_email(person.email)", "true"},
    {"work_email(\"dana@walla.co.il\")", "false"},
    {"account.pains", "2 items"},
    {"account.has_cdo ? 1 : 2.5", "1.000000"},
    {"account.has_cdo == true", "true"},
    {"person.name.matches(\"^D[a-z]+$\")", "true"},
    {"math.round(scores.sales / 7)", "12.000000"},
    {"math.greatest(opens, 2.5)", "3.000000"},
    {"size(person.name) > 3", "true"},
};

static void expressions_give_cells(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        const struct rule *rule = compile(w, expressions[i].text, ~0u);
        if (!expressions[i].result) {
            assert_null(rule);
            continue;
        }
        if (!rule) fail_msg("%s: %.*s", expressions[i].text, SLICE_ARG(vector_last(&w->diagnostics.list)->message));
        struct slice got = cell_as_text(w, rule_eval(rule, w->cells, w->scratch));
        if (!slice_is(got, expressions[i].result))
            fail_msg("%s: wanted %s, got %.*s", expressions[i].text, expressions[i].result, SLICE_ARG(got));
    }
}

static void wrong_rules_are_refused_in_words(void **state)
{
    struct world *w = *state;
    const struct {
        const char *text, *message, *hint;
        int line, column;
    } rows[] = {
        {"account.employes > 3", "there is no name 'account.employes'", "did you mean account.employees?", 7, 11},
        {"person.role == \"Head_of_acounting\"", "\"Head_of_acounting\" is none of the choices",
         "did you mean \"head_of_accounting\"?", 7, 26},
        {"opens >\n person.name", "no '>' for int and string", "", 7, 17},
        {"opens > 1 &&\n nobody > 3", "there is no name 'nobody'", "", 8, 12},
        {"secret.age > 3", "'secret.age' may not be read here: it belongs to another kind", "", 7, 11},
        {"account.revenue > 3", "money is compared with money, not with a number", "write money(8000000, \"USD\")", 7,
         29},
        {"money(1, \"USD\") > money(1, \"ILS\")", "USD and ILS do not compare", "", 7, 27},
        {"signals.seen > \"soon\"", "\"soon\" is no time", "write it as 2026-01-05 or 2026-01-05T09:00:00Z", 7, 26},
        {"signals.age > \"3 moons\"", "\"3 moons\" is no span of time", "write it as 30d, 12h or 1h30m", 7, 25},
        {"opens > 1.1234567", "'1.1234567' is not exact with six digits after the point, or too large", "", 7, 19},
        {"double(opens) > 2", "a definition has no floating point",
         "a number with a point is an exact decimal; leave out double() and math.sqrt()", 7, 11},
        {"person.name.matches(\"(?=x)\")", "a wrong regular expression: look-around is not supported", "", 7, 31},
        {"opens + 1", "the expression gives a whole number, wanted: yes or no", "", 7, 11},
        {"opens > ", "expected a value, found the end", "", 7, 19},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_null(compile(w, rows[i].text, 1u << FIELD_BOOL));
        const struct diagnostic *d = vector_last(&w->diagnostics.list);
        assert_slice(d->message, rows[i].message);
        assert_slice(d->hint, rows[i].hint);
        assert_slice(d->file, "rules.yaml");
        if (d->line != rows[i].line || d->column != rows[i].column)
            fail_msg("%s: at %d:%d, wanted %d:%d", rows[i].text, d->line, d->column, rows[i].line, rows[i].column);
    }
}

static void kinds_follow_what_is_wanted(void **state)
{
    struct world *w = *state;
    assert_int_equal(rule_kind(compile(w, "opens", 1u << FIELD_DECIMAL)), FIELD_DECIMAL);
    assert_int_equal(rule_kind(compile(w, "opens", 1u << FIELD_DECIMAL | 1u << FIELD_INT)), FIELD_INT);
    struct cell c = rule_eval(compile(w, "opens", 1u << FIELD_DECIMAL), w->cells, w->scratch);
    assert_int_equal(c.kind, CELL_DECIMAL);
    assert_int_equal(c.number, 3000000);
}

static void a_rule_says_what_it_reads(void **state)
{
    struct world *w = *state;
    const struct rule *rule = compile(w, "opens > 1 || account.pains.exists(p, p == person.name) || opens > 5", ~0u);
    const uint32_t *slots;
    assert_int_equal(rule_reads(rule, &slots), 3);
    assert_int_equal(slots[0], OPENS);
    assert_int_equal(slots[1], NAME);
    assert_int_equal(slots[2], PAINS);
    assert_slice(rule_text(rule), "opens > 1 || account.pains.exists(p, p == person.name) || opens > 5");
}

static void a_trace_shows_each_part(void **state)
{
    struct world *w = *state;
    const struct {
        const char *text, *value, *note;
    } wanted[] = {
        {"m.int", "absent", "m.int"},
        {"m.int > 3", "absent", "m.int"},
        {"opens", "3", ""},
        {"(opens - 3)", "0", ""},
        {"9 / (opens - 3)", "absent", "division by zero"},
        {"9 / (opens - 3) > 1", "absent", "division by zero"},
        {"account.pains", "2 items", ""},
        {"account.pains.exists(p, p == \"x\")", "false", ""},
        {"m.int > 3 || 9 / (opens - 3) > 1 || account.pains.exists(p, p == \"x\")", "absent", "m.int"},
    };
    const struct rule *rule = compile(w, wanted[8].text, ~0u);
    const struct rule_step *steps;
    size_t count = rule_trace(rule, w->cells, w->scratch, &w->arena, &steps);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (at < 9 && slice_is(steps[i].text, "9")) continue;
        assert_true(at < 9);
        assert_slice(steps[i].text, wanted[at].text);
        assert_slice(cell_as_text(w, steps[i].value), wanted[at].value);
        assert_slice(steps[i].note, wanted[at].note);
        at++;
    }
    assert_int_equal(at, 9);
}

static void a_rule_says_at_which_numbers_it_tells_apart(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *rule;
        uint32_t slot;
        bool cut;
        size_t count;
        int64_t cuts[2];
    } rows[] = {
        {"opens >= 3", OPENS, true, 1, {3}},
        {"7 < opens || !(opens == 2)", OPENS, true, 2, {7, 2}},
        {"scores.sales > 2.5", SCORE, true, 1, {2500000}},
        {"opens > 3 && account.employees == 8", EMPLOYEES, true, 1, {8}},
        {"opens > 3", EMPLOYEES, true, 0, {0}}, /* not read */
        {"has(account.employees)", EMPLOYEES, true, 0, {0}},
        {"(opens > 4 ? account.employees : 2) > 1", OPENS, true, 1, {4}},
        {"(opens > 4 ? account.employees : 2) > 1", EMPLOYEES, false, 0, {0}},
        {"opens + 1 > 3", OPENS, false, 0, {0}},
        {"opens > account.employees", OPENS, false, 0, {0}},
        {"opens in [1, 2]", OPENS, false, 0, {0}},
        {"[1, opens].exists(n, n > 3)", OPENS, false, 0, {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rule_cuts cuts = {0};
        const struct rule *rule = compile(w, rows[i].rule, ~0u);
        if (!rule) fail_msg("%s is no rule", rows[i].rule);
        if (rule_add_cuts(rule, rows[i].slot, &cuts) != rows[i].cut) fail_msg("%s", rows[i].rule);
        if (rows[i].cut) assert_int_equal(cuts.count, rows[i].count);
        for (size_t k = 0; k < rows[i].count; k++) assert_int_equal(cuts.at[k], rows[i].cuts[k]);
        vector_release(&cuts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(expressions_give_cells, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_rules_are_refused_in_words, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds_follow_what_is_wanted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rule_says_what_it_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(a_rule_says_at_which_numbers_it_tells_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_trace_shows_each_part, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
