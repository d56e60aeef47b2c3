/* What changes between two definitions is told in both languages, whatever it is. */
#include "base/buffer.h"
#include "base/test.h"
#include "definition/statement.h"

#define BEFORE_SCORES                                                                                                  \
    "masa: 1\n"                                                                                                        \
    "company: { zone: Asia/Jerusalem, currency: USD }\n"                                                               \
    "agreed: { sales: required }\n"                                                                                    \
    "events: { opened: { properties: { step: int } }, clicked: {} }\n"                                                 \
    "traits: { person: { email: string, ok: bool } }\n"                                                                \
    "scores:\n"
#define SCORES                                                                                                         \
    "  sales: { owner: sales, above: 80, borderline: { from: 70, team: east },\n"                                      \
    "           terms: [ { id: a, en: fit, he: התאמה, points: 90, when: person.ok } ] }\n"
#define FUNNEL_HEAD "funnels: { b2b: { of: person, stages: {\n"
#define STAGES                                                                                                         \
    "  A: { owner: marketing, enter: { all: [ { opens: { did: opened } }, { good: { when: person.ok } } ] } },\n"      \
    "  B: { decided_by: sales, owner: sales, sla: 2d, reject: [late] } } } }\n"

static const char base[] = BEFORE_SCORES SCORES FUNNEL_HEAD STAGES;

static const struct row {
    const char *from, *to; /* of the text: the first is replaced by the second */
    const char *english, *hebrew;
} rows[] = {
    {"above: 80", "above: 75", "The threshold of the sales score goes from 80 to 75", "הסף של הניקוד sales: מ־80 ל־75"},
    {"from: 70", "from: 60", "Where the borderline of the sales score begins goes from 70 (east) to 60 (east)",
     "תחילת המקרה הגבולי בניקוד sales: מ־70 (east) ל־60 (east)"},
    {"sla: 2d", "sla: 3d", "The time until B goes from 2 days to 3 days", "הזמן עד הכניסה לשלב B: מיומיים ל־3 ימים"},
    {"points: 90", "points: 95",
     "the sales score: “fit: 95 points when person ok is yes” instead of “fit: 90 points when person ok is yes”",
     "הניקוד sales: \"התאמה – 95 נקודות כאשר ok של איש הקשר: כן\" במקום \"התאמה – 90 נקודות כאשר ok של איש הקשר: כן\""},
    {", { good: { when: person.ok } }", "", "A: removed: good: person ok is yes",
     "A – הסרה: good – ok של איש הקשר: כן"},
    {"{ opens: { did: opened } }", "{ opens: { did: opened } }, { clicks: { did: clicked } }",
     "A: added: clicks: “clicked” happened at least once", "A – תוספת: clicks – האירוע \"clicked\" קרה לפחות פעם אחת"},
    {"A: { owner: marketing", "A: { owner: sales", "The owner of A goes from marketing to sales",
     "האחריות על A: משיווק למכירות"},
    {"zone: Asia/Jerusalem", "zone: Europe/Berlin", "company.zone goes from Asia/Jerusalem to Europe/Berlin",
     "company.zone: מ־Asia/Jerusalem ל־Europe/Berlin"},
    {"sales: required", "sales: required, marketing: required", "agreed.marketing is new", "חדש: agreed.marketing"},
    {"step: int", "step: string", "events.opened.properties.step goes from int to string",
     "events.opened.properties.step: מ־int ל־string"},
    {"{ b2b: { of: person", "{ b2b: { en: to firms, of: person", "funnels.b2b.en is new", "חדש: funnels.b2b.en"},
    {"reject: [late]", "reject: [late, early]",
     "B: “Reasons to reject: late or early.” instead of “Reasons to reject: late.”",
     "B: \"סיבות לדחייה: late או early.\" במקום \"סיבות לדחייה: late.\""},
};

static struct definition_file *load(struct slice text)
{
    struct diagnostics d;
    diagnostics_init(&d);
    struct definition_file *file = definition_parse(text, "a.yaml", &d);
    if (!file) diagnostics_print(&d, stderr);
    assert_non_null(file);
    diagnostics_release(&d);
    return file;
}

static struct definition_file *load_changed(const struct row *row, struct arena *arena)
{
    const char *at = strstr(base, row->from);
    assert_non_null(at);
    return load(arena_printf(arena, "%.*s%s%s", (int)(at - base), base, row->to, at + strlen(row->from)));
}

static void expect_one(const struct definition_file *from, const struct definition_file *to, enum language language,
                       const char *expected, struct arena *arena)
{
    struct sentence_list said = {0};
    definition_compare(from, to, language, arena, &said);
    assert_int_equal(said.count, 1);
    assert_slice(said.at[0], expected);
    vector_release(&said);
}

static void each_change_is_one_sentence(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct definition_file *before = load(slice_from(base));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct definition_file *after = load_changed(&rows[i], &arena);
        expect_one(before, after, LANGUAGE_EN, rows[i].english, &arena);
        expect_one(before, after, LANGUAGE_HE, rows[i].hebrew, &arena);
        definition_free(after);
    }
    definition_free(before);
    arena_release(&arena);
}

static void what_means_the_same_has_not_changed(void **state)
{
    static const char other[] = "# the same\n" BEFORE_SCORES SCORES FUNNEL_HEAD STAGES;
    struct arena arena;
    struct sentence_list said = {0};
    arena_init(&arena);
    struct definition_file *a = load(slice_from(base)), *b = load(slice_from(other));
    definition_compare(a, b, LANGUAGE_EN, &arena, &said);
    assert_int_equal(said.count, 0);
    definition_free(a);
    definition_free(b);
    arena_release(&arena);
}

static void rules_come_and_go(void **state)
{
    static const char more[] = BEFORE_SCORES SCORES "  other: { terms: [ { id: a, points: 1 } ] }\n" FUNNEL_HEAD STAGES;
    struct arena arena;
    arena_init(&arena);
    struct definition_file *a = load(slice_from(base)), *b = load(slice_from(more));
    expect_one(a, b, LANGUAGE_EN, "The other score is new", &arena);
    expect_one(b, a, LANGUAGE_EN, "The other score is gone", &arena);
    expect_one(b, a, LANGUAGE_HE, "הוסר: הניקוד other", &arena);
    definition_free(a);
    definition_free(b);
    arena_release(&arena);
}

static void a_rule_knows_its_line(void **state)
{
    struct definition_file *file = load(slice_from(base));
    assert_int_equal(definition_line(file, SLICE("scores.sales")), 7);
    assert_int_equal(definition_line(file, SLICE("funnels.b2b.stages.B")), 11);
    assert_int_equal(definition_line(file, SLICE("nowhere")), 0);
    definition_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_one_sentence),
        cmocka_unit_test(what_means_the_same_has_not_changed),
        cmocka_unit_test(rules_come_and_go),
        cmocka_unit_test(a_rule_knows_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
