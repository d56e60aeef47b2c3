/* Lines that went, came and stayed. */
#include "app/line_diff.h"

#include "base/buffer.h"
#include "base/test.h"
#include "base/vector.h"

static const struct row {
    const char *old, *now, *expected;
} rows[] = {
    {"a\nb\nc\n", "a\nb\nc\n", "=1,1a =2,2b =3,3c "},
    {"a\nb\nc\n", "a\nx\nc\n", "=1,1a -2,0b +0,2x =3,3c "},
    {"a\nb\nc\nd\n", "a\nc\nx\nd\n", "=1,1a -2,0b =3,2c +0,3x =4,4d "},
    {"", "a\n", "+0,1a "},
    {"a\n", "", "-1,0a "},
    {"a\na\na\n", "a\na\n", "=1,1a =2,2a -3,0a "},
    {"a\n\nb", "a\n\nb\nc", "=1,1a =2,2 =3,3b +0,4c "},
};

static void write_lines(const struct diff_lines *lines, struct buffer *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct diff_line *l = &lines->at[i];
        buffer_printf(out, "%c%d,%d%.*s ", "=-+"[l->kind], l -> old, l -> now, SLICE_ARG(l->text));
    }
}

static void each_pair_is_told(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diff_lines lines = {0};
        struct buffer out;
        buffer_init(&out, BUFFER_NO_LIMIT);
        line_diff(slice_from(rows[i].old), slice_from(rows[i].now), &lines);
        write_lines(&lines, &out);
        assert_slice(buffer_slice(&out), rows[i].expected);
        buffer_release(&out);
        vector_release(&lines);
    }
}

/* Too large for the table: told as a whole, and nothing is lost. */
static void large_texts_are_replaced_as_a_whole(void **state)
{
    enum { LINES = 5000 };
    struct buffer a, b;
    struct diff_lines lines = {0};
    buffer_init(&a, BUFFER_NO_LIMIT);
    buffer_init(&b, BUFFER_NO_LIMIT);
    for (int i = 0; i < LINES; i++) {
        buffer_printf(&a, "a%d\n", i);
        buffer_printf(&b, "b%d\n", i);
    }
    line_diff(buffer_slice(&a), buffer_slice(&b), &lines);
    assert_int_equal(lines.count, 2 * LINES);
    assert_int_equal(lines.at[LINES - 1].kind, LINE_REMOVED);
    assert_int_equal(lines.at[LINES].kind, LINE_ADDED);
    vector_release(&lines);
    buffer_release(&a);
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_is_told),
        cmocka_unit_test(large_texts_are_replaced_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
