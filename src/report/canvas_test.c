/* Width, isolation, wrapping and tables. */
#include "base/test.h"

#include "report/canvas.h"

static void widths(void **state)
{
    static const struct {
        const char *text;
        int width;
    } cases[] = {{"", 0},   {"MQL", 3},           {"לידים", 5},   {"שָׁלוֹם", 4}, {"漢字", 4},
                 {"█▌", 2}, {"\u2066a\u2069", 1}, {"\u200fא", 1}, {"–−…", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (canvas_width(slice_from(cases[i].text)) != cases[i].width)
            fail_msg("%s: %d", cases[i].text, canvas_width(slice_from(cases[i].text)));
}

/* [ and ] stand for the isolates. */
static void isolates(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"8 מתוך 150 לידים", "[8] מתוך [150] לידים"},
        {"בין SAL ל־SQL", "בין [SAL] ל־[SQL]"},
        {"48.0%, מתחת ל־50%.", "[48.0%], מתחת ל־[50%]."},
        {"עוד 4 עד 5 SQL ועוד 3 SQO", "עוד [4] עד [5] [SQL] ועוד [3] [SQO]"},
        {"הטווח 30–67% (12/25)", "הטווח [30–67%] ([12/25])"},
        {"US East Coast מביא 6", "[US East Coast] מביא [6]"},
        {"של Acme Labs, Inc. או Firm 5, Ltd", "של [Acme Labs, Inc]. או [Firm] [5, Ltd]"},
        {"MCL, MEL ו־Incident", "[MCL], [MEL] ו־[Incident]"},
        {"$1,225 ועדיין −45%", "[$1,225] ועדיין [−45%]"},
        {"▲ +11.3 נק׳", "▲ [+11.3] נק׳"},
        {"רק עברית, בלי כלום.", "רק עברית, בלי כלום."},
        {"██", "██"},
        {"— · —", "— · —"},
        {"oecd-research", "[oecd-research]"},
        {"", ""},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice got = canvas_isolate(&arena, slice_from(cases[i].text));
        struct buffer b;
        buffer_init(&b, 1000);
        for (size_t k = 0; k < got.len;) {
            bool mark = got.len - k >= 3 && memcmp(got.ptr + k, "\xE2\x81", 2) == 0;
            buffer_char(&b, !mark ? got.ptr[k] : got.ptr[k + 2] == '\xA6' ? '[' : ']');
            k += mark ? 3 : 1;
        }
        assert_slice(buffer_slice(&b), cases[i].wanted);
        buffer_release(&b);
    }
    arena_release(&arena);
}

struct drawing {
    struct buffer out;
    struct arena arena;
    struct canvas canvas;
};

static struct canvas *drawing_init(struct drawing *d, int columns)
{
    buffer_init(&d->out, 1 << 16);
    arena_init(&d->arena);
    d->canvas = (struct canvas){.out = &d->out, .arena = &d->arena, .columns = columns};
    return &d->canvas;
}

static void assert_drawn(struct drawing *d, const char *wanted)
{
    assert_slice(buffer_slice(&d->out), wanted);
    buffer_release(&d->out);
    arena_release(&d->arena);
}

static void wraps(void **state)
{
    struct drawing d;
    canvas_text(drawing_init(&d, 12), 2, SLICE("one two three fourteenhundred x"), TONE_PLAIN);
    assert_drawn(&d, "  one two\n  three\n  fourteenhundred\n  x\n");
    canvas_labelled(drawing_init(&d, 16), 0, SLICE("why"), 4, SLICE("because it is so"), TONE_PLAIN);
    assert_drawn(&d, "why   because it\n      is so\n");
    canvas_text(drawing_init(&d, 12), 2, SLICE(""), TONE_PLAIN);
    assert_drawn(&d, "");
}

static void colours(void **state)
{
    struct drawing d;
    drawing_init(&d, 80)->colour = true;
    canvas_text(&d.canvas, 0, SLICE("bad"), TONE_BAD);
    assert_drawn(&d, "\x1b[31mbad\x1b[0m\n");
    drawing_init(&d, 80)->hebrew = true;
    canvas_text(&d.canvas, 1, SLICE("עד 5"), TONE_BAD);
    assert_drawn(&d, "\u200f עד \u20665\u2069\n");
}

static void tables(void **state)
{
    struct drawing d;
    struct grid g = grid_new(drawing_init(&d, 20));
    grid_column(&g, SLICE("name"), false);
    grid_column(&g, SLICE("n"), true);
    grid_cell(&g, SLICE("אב"), TONE_PLAIN);
    grid_cell(&g, SLICE("7"), TONE_PLAIN);
    grid_cell(&g, SLICE("a very long name indeed"), TONE_PLAIN);
    grid_cell(&g, SLICE("1,000"), TONE_PLAIN);
    grid_draw(&g, 1);
    assert_drawn(&d, " name              n\n אב                7\n a very long…  1,000\n");

    g = grid_new(drawing_init(&d, 20)); /* a head without words is not drawn; neither is a table without rows */
    grid_column(&g, SLICE(""), false);
    grid_cell(&g, SLICE("x"), TONE_PLAIN);
    grid_draw(&g, 0);
    g = grid_new(&d.canvas);
    grid_column(&g, SLICE("alone"), false);
    grid_draw(&g, 0);
    assert_drawn(&d, "x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths),  cmocka_unit_test(isolates), cmocka_unit_test(wraps),
        cmocka_unit_test(colours), cmocka_unit_test(tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
