/* The renderers over made tables: nothing unworded, nothing out of place, nothing that a browser or a spreadsheet would
 * run. */
#include <math.h>

#include "base/test.h"

#include "analysis/made.h"
#include "base/workweek.h"
#include "report/canvas.h"
#include "report/embedded.h"
#include "report/tree.h"
#include "value/json.h"

struct drawn {
    struct made made;
    struct arena arena;
    struct report *report;
    struct buffer out;
};

static void drawn_init(struct drawn *d, bool example)
{
    made_init(&d->made);
    arena_init(&d->arena);
    buffer_init(&d->out, BUFFER_NO_LIMIT);
    if (example) made_example(&d->made);
}

static struct report *build(struct drawn *d, enum report_language language, enum report_basis basis)
{
    d->report =
        report_build(&d->arena, made_table(&d->made),
                     &(struct report_options){.program = SLICE("masa test"), .language = language, .basis = basis});
    return d->report;
}

static void drawn_release(struct drawn *d)
{
    buffer_release(&d->out);
    arena_release(&d->arena);
    made_release(&d->made);
}

static bool holds(const struct buffer *b, const char *text)
{
    return memmem(b->data, b->len, text, strlen(text)) != NULL;
}

/* Every basis, with and without comparison, full and empty: no message is missing or lacks an argument. */
static void all_is_worded(void **state)
{
    for (int variant = 0; variant < 32; variant++) {
        struct drawn d;
        drawn_init(&d, variant & 1);
        if (variant & 2) d.made.table.has_compare = false;
        if (variant & 4) d.made.definition.band_count = 0;
        if (variant & 16)
            d.made.funnel.stage_count = 1, d.made.definition.report.through = 0, d.made.definition.band_count = 0;
        struct report *r = build(&d, LANGUAGE_OF_COMPANY, variant & 8 ? BASIS_OF_FLOW : BASIS_OF_COHORT);
        assert_int_equal(r->missing_words, 0);
        report_write_terminal(r, (struct terminal_options){0}, &d.out);
        report_write_csv(r, &d.out);
        report_write_json(r, &d.out);
        static const char *const prefixes[] = {"heading.", "column.", "light.", "verdict.", "insight.",
                                               "action.",  "kpi.",    "cause.", "phrase."};
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
            if (holds(&d.out, prefixes[i])) fail_msg("variant %d shows a key: %s", variant, prefixes[i]);
        drawn_release(&d);
    }
}

static struct value field(struct value v, const char *name)
{
    assert_int_equal(v.kind, VALUE_MAP);
    const struct value *found = value_map_field(v.map, slice_from(name));
    if (!found) fail_msg("no %s", name);
    return *found;
}

static double real(struct value v)
{
    return v.kind == VALUE_INT ? (double)v.integer : v.real;
}

/* A sample of what is said, through the JSON. */
static void json_says(void **state)
{
    struct drawn d;
    drawn_init(&d, true);
    report_write_json(build(&d, LANGUAGE_OF_COMPANY, BASIS_AS_DEFINED), &d.out);
    struct value json;
    struct error error;
    if (json_parse(&d.arena, buffer_slice(&d.out), &json, &error)) fail_msg("%s", error.message);
    assert_slice(field(json, "schema").text, "masa.report/1");
    assert_slice(field(json, "as_of").text, "2026-04-20T23:59:59+00:00");
    assert_slice(field(json, "lang").text, "en");
    assert_slice(field(field(field(json, "period"), "label"), "he").text, "ינואר 2026");
    assert_slice(field(field(json, "compare"), "to").text, "2025-01-31");
    struct value headline = field(json, "headline");
    assert_slice(field(field(headline, "title"), "en").text, "8 of 150 leads reached SQO");
    assert_true(real(field(headline, "overall_conversion_pct")) == 5.3);
    assert_true(real(field(headline, "email_open_rate_pct")) == 35);
    assert_slice(field(field(field(field(headline, "lede"), "now"), "text"), "en").text,
                 "Lower the score threshold to 70, and move $800 from TikTok to LinkedIn.");
    assert_slice(field(field(field(field(headline, "lede"), "now"), "text"), "he").text,
                 "להוריד את סף הניקוד ל־70, ולהעביר $800 מטיקטוק ללינקדאין.");
    struct value weakest = field(json, "weakest");
    assert_slice(field(weakest, "rule").text, "failing_band");
    assert_slice(
        field(field(weakest, "text"), "en").text,
        "48.0% against a target of 65%. In January 2025 50.0% (9 of 18): the gap may be chance. About 6 more such "
        "leads would confirm that it is below the target.");
    struct value split = field(field(json, "audience"), "splits").list.at[0];
    assert_slice(field(field(split, "rows").list.at[1], "value").text, "100-499");
    assert_true(field(field(split, "rows").list.at[1], "aimed").boolean);
    assert_false(field(field(split, "rows").list.at[0], "aimed").boolean);
    drawn_release(&d);
}

/* A list that is cut ends with a row for the rest, which says how many values it holds and advises nothing. */
static void rest_is_told(void **state)
{
    struct drawn d;
    drawn_init(&d, true);
    const struct fact_table *table = made_table(&d.made);
    const struct report_options options = {.program = SLICE("masa test"), .values = 2};
    d.report = report_build(&d.arena, table, &options);
    report_write_json(d.report, &d.out);
    struct value json;
    struct error error;
    if (json_parse(&d.arena, buffer_slice(&d.out), &json, &error)) fail_msg("%s", error.message);
    const struct value rows = field(field(json, "breakdowns"), "source"), channels = field(json, "channels");
    assert_int_equal(rows.list.count, 3);
    assert_int_equal(channels.list.count, 3);
    assert_null(value_map_field(rows.list.at[1].map, SLICE("rest")));
    assert_int_equal(field(rows.list.at[2], "rest").integer, 4);
    assert_slice(field(rows.list.at[2], "value").text, "");
    assert_slice(field(field(rows.list.at[2], "label"), "en").text, "Everything else (4 values)");
    assert_slice(field(field(rows.list.at[2], "label"), "he").text, "כל השאר (4 ערכים)");
    assert_int_equal(field(channels.list.at[2], "recommendation").kind, VALUE_NULL);
    assert_int_equal(d.report->missing_words, 0);
    buffer_clear(&d.out);
    report_write_terminal(d.report, (struct terminal_options){0}, &d.out);
    report_write_csv(d.report, &d.out);
    assert_true(holds(&d.out, "Everything else (4 values)"));
    assert_true(holds(&d.out, ",Everything else (4 values),"));
    drawn_release(&d);
}

/* ---- terminal ---- */

static void assert_lines(const struct buffer *b, int columns, bool hebrew)
{
    struct slice rest = buffer_slice(b);
    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        int open = 0;
        if (canvas_width(line) > columns) fail_msg("too wide: %.*s", SLICE_ARG(line));
        if (hebrew && line.len && !slice_starts(line, SLICE("\u200f"))) fail_msg("no mark: %.*s", SLICE_ARG(line));
        for (size_t i = 0; i + 2 < line.len; i++) {
            if (memcmp(line.ptr + i, "\u2066", 3) == 0) open++;
            if (memcmp(line.ptr + i, "\u2069", 3) == 0) open--;
        }
        assert_int_equal(open, 0);
        if (line.len) assert_true(line.ptr[line.len - 1] != ' ');
    }
}

static void terminal(void **state)
{
    for (int hebrew = 0; hebrew < 2; hebrew++) {
        struct drawn d;
        drawn_init(&d, true);
        report_write_terminal(build(&d, hebrew ? LANGUAGE_HEBREW : LANGUAGE_ENGLISH, BASIS_AS_DEFINED),
                              (struct terminal_options){0}, &d.out);
        assert_false(holds(&d.out, "\x1b"));
        assert_lines(&d.out, 100, hebrew);
        assert_true(holds(&d.out, hebrew ? "נראה חלש" : "looks weak"));
        assert_true(holds(&d.out, hebrew ? "חסרים כ־" : "needs about 8 more"));
        buffer_clear(&d.out);
        report_write_terminal(d.report, (struct terminal_options){.colour = true, .columns = 80}, &d.out);
        assert_true(holds(&d.out, "\x1b[31m"));
        drawn_release(&d);
    }
}

/* Names nobody would choose. */
static void hostile_names(struct drawn *d)
{
    static const char *const names[] = {
        "</script><script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "a \"quoted\", name\nof two lines",
        "\u202e evil \u2028",
        "a name so long that no table of a hundred columns could ever hold all of it, let alone its numbers"};
    for (int i = 0; i < 30; i++) {
        struct made_person p = {.at = "2026-01-05T00:00",
                                .ends = i % 3,
                                .days = {0, 1, 1},
                                .source = names[i % 5],
                                .region = names[(i + 1) % 5]};
        made_person(&d->made, p);
    }
}

static void long_names_fit(void **state)
{
    struct drawn d;
    drawn_init(&d, false);
    hostile_names(&d);
    report_write_terminal(build(&d, LANGUAGE_ENGLISH, BASIS_AS_DEFINED), (struct terminal_options){0}, &d.out);
    assert_true(holds(&d.out, "…"));
    drawn_release(&d);
}

static void csv(void **state)
{
    struct drawn d;
    drawn_init(&d, false);
    hostile_names(&d);
    report_write_csv(build(&d, LANGUAGE_HEBREW, BASIS_AS_DEFINED), &d.out);
    assert_true(slice_starts(buffer_slice(&d.out), SLICE("\xEF\xBB\xBF")));
    assert_true(holds(&d.out, "\"'=HYPERLINK(\"\"http://x\"\")\""));
    assert_true(holds(&d.out, "\"a \"\"quoted\"\", name\nof two lines\""));
    assert_false(holds(&d.out, "\n=HYPERLINK"));
    assert_true(holds(&d.out, "\nstage,label,count,compare_count,"));
    drawn_release(&d);
}

static void page(void **state)
{
    struct drawn d;
    struct error error;
    drawn_init(&d, false);
    hostile_names(&d);
    enum outcome outcome = report_write_html(build(&d, LANGUAGE_HEBREW, BASIS_AS_DEFINED), &d.out, &error);
    if (!*page_files[0].text) { /* built without node */
        assert_int_equal(outcome, FAILED);
        assert_non_null(strstr(error.message, "without the page"));
    } else {
        assert_int_equal(outcome, OK);
        assert_false(holds(&d.out, "<script>alert"));
        assert_false(holds(&d.out, "__MASA_REPORT_JSON__"));
        assert_true(holds(&d.out, "\\u003c/script"));
        assert_false(holds(&d.out, "\u2028"));
    }
    drawn_release(&d);
}

/* Labels: given in one language they stand in both, given in none the name does; a trade's acronym stays. */
static void labels(void **state)
{
    struct drawn d;
    drawn_init(&d, true);
    d.made.stages[MCL].label.he = SLICE("נקלט");
    d.made.stages[MEL].label.name = SLICE("engaged");
    d.made.stages[MEL].label.he = SLICE("מעורב");
    struct report *r = build(&d, LANGUAGE_HEBREW, BASIS_AS_DEFINED);
    assert_slice(r->stages[MCL].in[ENGLISH], "נקלט");
    assert_slice(r->stages[MQL].in[HEBREW], "MQL");
    bool found = false;
    for (size_t i = 0; i < r->analysis->insights.count; i++)
        if (strcmp(r->analysis->insights.at[i].code, "engagement_fell") == 0) {
            assert_slice(r->insights[i].title.in[HEBREW], "MCL אל מעורב ירד");
            found = true;
        }
    assert_true(found);
    drawn_release(&d);
}

/* Two exits of a stage for one reason are two rows, and say which is which; without any reason the exit is what is
 * said. */
static void exits_are_told_apart(void **state)
{
    struct drawn d;
    drawn_init(&d, true);
    const struct fact_table *t = made_table(&d.made);
    for (size_t i = 0; i < t->rows; i++)
        if (t->exit[i] >= EXIT_DECLARED) {
            t->exit_stage[i] = SAL;
            t->exit_reason[i] = i % 2 ? made_code(&d.made, "price") : 0;
        }
    const struct report *r = build(&d, LANGUAGE_ENGLISH, BASIS_AS_DEFINED);
    size_t told = 0;
    for (size_t i = 0; i < r->analysis->leave_count; i++) {
        const struct leave *l = &r->analysis->leaves[i];
        if (!l->exit) continue;
        const struct slice exit = l->exit->label.name;
        const struct slice both = arena_printf(&d.arena, "price (%.*s)", SLICE_ARG(exit));
        assert_true(slice_equal(r->leaves[i].in[ENGLISH], l->reason ? both : exit));
        told |= 1u << (2 * (l->exit - d.made.exits) + (l->reason > 0));
    }
    assert_int_equal(told, 15);
    drawn_release(&d);
}

static const struct words *insight_text(const struct report *r, const char *code)
{
    for (size_t i = 0; i < r->analysis->insights.count; i++)
        if (strcmp(r->analysis->insights.at[i].code, code) == 0) return &r->insights[i].text;
    fail_msg("no insight %s", code);
    return NULL;
}

/* A time that was agreed is told as it was agreed, and never as a part of a day. */
static void agreed_time_is_told_as_agreed(void **state)
{
    static const struct {
        struct duration sla;
        const char *he, *en, *json, *line;
    } cases[] = {
        {{DURATION_BUSINESS_TIME, 4 * HOUR_US},
         "12 ימים בממוצע. הוסכם על 4 שעות עבודה. 8 מתוך 8 חרגו.",
         "12 days on average, against 4 business hours agreed. 8 of 8 took longer.",
         "\"en\": \"4 business hours\"",
         "4 business hours"},
        {{DURATION_BUSINESS_DAYS, 2},
         "12 ימים בממוצע. הוסכם על שני ימי עסקים. 8 מתוך 8 חרגו.",
         "12 days on average, against 2 business days agreed. 8 of 8 took longer.",
         "\"en\": \"2 business days\"",
         "2 business days"},
        {{DURATION_EXACT, 36 * HOUR_US},
         "12 ימים בממוצע. הוסכם על 36 שעות. 8 מתוך 8 חרגו.",
         "12 days on average, against 36 hours agreed. 8 of 8 took longer.",
         "\"en\": \"36 hours\"",
         "36 hours"},
        {{DURATION_EXACT, 7 * DAY_US},
         "12 ימים בממוצע, מול 7 ימים שהוסכמו. 8 מתוך 8 חרגו.",
         "12 days on average, against 7 agreed. 8 of 8 took longer.",
         "\"en\": \"7 days\"",
         "7.0"},
    };
    static const struct zone utc = {.first_offset = 0};
    const struct workweek week = workweek_usual(&utc, NULL, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drawn d;
        drawn_init(&d, true);
        d.made.table.workweek = &week;
        d.made.stages[SQO].sla = cases[i].sla;
        const struct report *r = build(&d, LANGUAGE_ENGLISH, BASIS_AS_DEFINED);
        const struct words *said = insight_text(r, "slowest_transition");
        assert_slice(said->in[HEBREW], cases[i].he);
        assert_slice(said->in[ENGLISH], cases[i].en);
        assert_int_equal(r->missing_words, 0);
        report_write_json(r, &d.out);
        assert_true(holds(&d.out, cases[i].json));
        report_write_terminal(r, (struct terminal_options){.columns = 160}, &d.out);
        assert_true(holds(&d.out, cases[i].line));
        drawn_release(&d);
    }
}

/* A team is told by what people call it in either language; its code is what programs read. */
static void team_goes_by_its_label(void **state)
{
    static const struct label teams[] = {{SLICE("borderline"), SLICE("צוות הגבוליים"), SLICE("Borderline team")}};
    struct drawn d;
    bool found = false;
    drawn_init(&d, true);
    d.made.definition.teams = teams;
    d.made.definition.team_count = 1;
    struct report *r = build(&d, LANGUAGE_OF_COMPANY, BASIS_AS_DEFINED);
    for (size_t i = 0; i < r->analysis->causes.count; i++) {
        if (strcmp(r->analysis->causes.at[i].code, "no_borderline_team") != 0) continue;
        const struct words *text = &r->causes[i].text;
        assert_slice(text->in[ENGLISH], "6 scored between 70 and 80. In the definition they go to Borderline team; see "
                                        "that there is time for them.");
        assert_slice(text->in[HEBREW],
                     "6 בין 70 ל־80. בהגדרה הם עוברים אל צוות הגבוליים; כדאי לבדוק שיש שם זמן בשבילם.");
        found = true;
    }
    assert_true(found);
    report_write_json(r, &d.out);
    assert_true(holds(&d.out, "\"team\": \"borderline\""));
    drawn_release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_worded),
        cmocka_unit_test(json_says),
        cmocka_unit_test(terminal),
        cmocka_unit_test(long_names_fit),
        cmocka_unit_test(csv),
        cmocka_unit_test(page),
        cmocka_unit_test(labels),
        cmocka_unit_test(rest_is_told),
        cmocka_unit_test(team_goes_by_its_label),
        cmocka_unit_test(agreed_time_is_told_as_agreed),
        cmocka_unit_test(exits_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
