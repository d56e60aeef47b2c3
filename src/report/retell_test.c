/* What is said in English is known again, whatever stands in it, and its Hebrew has no English in it but code. */
#include "base/test.h"

#include "base/buffer.h"
#include "definition/load.h"
#include "report/retell.h"

#include "definition/refused_cases.inc"

/* ---- the table ---- */

static void fill(const char *pattern, struct buffer *out)
{
    static const char *const holes[] = {
        [HOLE_VERBATIM] = "x y", [HOLE_WORDS] = "zz", [HOLE_NUMBER] = "-7", [HOLE_LETTER] = "ש"};
    for (const char *p = pattern; *p; p++)
        if (*p >= HOLE_VERBATIM && *p <= HOLE_LETTER)
            buffer_text(out, holes[(int)*p]);
        else
            buffer_char(out, *p);
}

/* The Hebrew as it would be if `english` were found by this very row. */
static void hebrew_of(const struct retelling *row, struct arena *arena, struct slice *out)
{
    static const char *const holes[] = {
        [HOLE_VERBATIM] = "x y", [HOLE_WORDS] = "zz", [HOLE_NUMBER] = "-7", [HOLE_LETTER] = "ש"};
    char kinds[10] = "";
    struct buffer text;
    int count = 0;
    bool quoted = false;
    for (const char *p = row->english; *p; p++)
        if (*p >= HOLE_VERBATIM && *p <= HOLE_LETTER) kinds[count++] = *p;
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (const char *p = row->hebrew; *p; p++) {
        quoted ^= *p == '`';
        if (*p != '{' || p[1] < '1' || p[1] > '9' || p[2] != '}') {
            buffer_char(&text, *p);
            continue;
        }
        const int kind = kinds[p[1] - '1'];
        const char *marks = kind == HOLE_WORDS && !quoted ? "`" : "";
        buffer_printf(&text, "%s%s%s", marks, holes[kind], marks);
        p += 2;
    }
    *out = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
}

static void each_is_known_again(void **state)
{
    struct arena arena;
    arena_init(&arena);
    assert_true(retelling_begin[256] > 500);
    for (size_t i = 0; i < retelling_begin[256]; i++) {
        struct buffer english;
        struct slice hebrew, wanted;
        buffer_init(&english, BUFFER_NO_LIMIT);
        fill(retellings[i].english, &english);
        hebrew_of(&retellings[i], &arena, &wanted);
        if (!retell(&arena, buffer_slice(&english), &hebrew) || !slice_equal(hebrew, wanted))
            fail_msg("%.*s: became %.*s, not %.*s", SLICE_ARG(buffer_slice(&english)), SLICE_ARG(hebrew),
                     SLICE_ARG(wanted));
        buffer_release(&english);
    }
    arena_release(&arena);
}

static void told(void **state)
{
    static const struct {
        const char *english, *hebrew;
    } cases[] = {
        {"teams must be a map, and is a list", "`teams`: צריכה לעמוד כאן מפה, ונמצא כאן רשימה"},
        {"a team must be a map, and is empty", "צוות: צריכה לעמוד כאן מפה, ונמצא כאן ריק"},
        {"there is no event `empty`", "אין אירוע בשם `empty`"},
        {"there is no event `a` or `b`", "אין אירוע בשם `a` or `b`"},
        {"no '>' for int and string", "אין `>` עבור `int` ו־`string`"},
        {"no 'f' for no arguments", "אין `f` עבור בלי ארגומנטים"},
        {"the expression gives a text, wanted: a whole number or a number",
         "תוצאת הביטוי היא טקסט, וצריך: מספר שלם או מספר"},
        {"a circle: `a` needs `b` needs `a`", "מעגל: `a` צריך את `b` צריך את `a`"},
        {"one of cfo, cto", "אחד מאלה: `cfo, cto`"},
        {"values that are not of the declared type were read as absent: a.b (22), c.d (13)",
         "ערכים מסוג אחר מזה שהוגדר נקראו כחסרים: `a.b` (22), `c.d` (13)"},
        {"one of: he en", "אחד מאלה: `he en`"},
        {"a funnel has at most many stages", NULL},
        {"nobody wrote this", NULL},
        {"", NULL},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice hebrew, english = slice_from(cases[i].english);
        const bool known = retell(&arena, english, &hebrew);
        if (known != (cases[i].hebrew != NULL)) fail_msg("%s: %.*s", cases[i].english, SLICE_ARG(hebrew));
        assert_slice(hebrew, known ? cases[i].hebrew : cases[i].english);
    }
    arena_release(&arena);
}

/* < and > for what is set from right to left, [ and ] for what is isolated in it. */
static void on_a_line(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct slice got = retold_for_line(&arena, SLICE("there is no event `a > b`"));
    assert_slice(got, "\u2067אין אירוע בשם \u2066`a > b`\u2069\u2069");
    assert_slice(retold_for_line(&arena, SLICE("[a, b]")), "[a, b]");
    assert_slice(retold_for_line(&arena, SLICE("said by nobody")), "said by nobody");
    arena_release(&arena);
}

/* ---- what is refused ---- */

/* Latin letters outside backquotes that are no name of a thing everybody calls so. */
static bool has_english(struct slice text)
{
    static const char *const names[] = {"BANT", "ICP", "ICU", "IP", "ISO", "JSON", "KPI", "RFC", "SLA", "UTF", "YAML"};
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        quoted ^= text.ptr[i] == '`';
        if (quoted || (text.ptr[i] | 0x20) < 'a' || (text.ptr[i] | 0x20) > 'z') continue;
        bool fine = false;
        for (size_t k = 0; k < sizeof names / sizeof *names && !fine; k++) {
            fine = slice_starts(slice_skip(text, i), slice_from(names[k]));
            if (fine) i += strlen(names[k]) - 1;
        }
        if (!fine) return true;
    }
    return false;
}

/* One word that is not known, such as EVENT.property, and an example are the same in every language. */
static void check_told(struct arena *arena, const char *yaml, struct slice english)
{
    struct slice hebrew;
    const bool known = retell(arena, english, &hebrew), word = !memchr(english.ptr, ' ', english.len);
    if (!known && !word) fail_msg("not known: %.*s\nof %s", SLICE_ARG(english), yaml);
    if (has_english(hebrew) && !slice_equal(english, hebrew))
        fail_msg("English is left: %.*s\nof %.*s\nof %s", SLICE_ARG(hebrew), SLICE_ARG(english), yaml);
}

static void nothing_english_is_said_of_a_definition(void **state)
{
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diagnostics said;
        const bool whole = rows[i].yaml[0] == '!';
        struct slice text = arena_printf(&arena, "%s%s", rows[i].yaml + whole, whole ? "" : "masa: 1\n");
        diagnostics_init(&said);
        definition_free(definition_parse(text, "bad.yaml", &said));
        assert_true(said.list.count > 0);
        for (size_t k = 0; k < said.list.count; k++) {
            check_told(&arena, rows[i].yaml, said.list.at[k].message);
            if (said.list.at[k].hint.len) check_told(&arena, rows[i].yaml, said.list.at[k].hint);
        }
        diagnostics_release(&said);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_known_again),
        cmocka_unit_test(told),
        cmocka_unit_test(on_a_line),
        cmocka_unit_test(nothing_english_is_said_of_a_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
