/* The tree, its places, and what is refused. */
#include "base/buffer.h"
#include "base/test.h"
#include "value/yaml.h"

struct fixture {
    struct arena arena;
    struct diagnostics diagnostics;
    const struct yaml_node *root;
};

static void parse(struct fixture *f, struct slice text)
{
    arena_init(&f->arena);
    diagnostics_init(&f->diagnostics);
    f->root = yaml_parse(&f->arena, text, SLICE("t.yaml"), &f->diagnostics);
}

static void done(struct fixture *f)
{
    diagnostics_release(&f->diagnostics);
    arena_release(&f->arena);
}

static void assert_place(struct place at, int line, int column)
{
    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void reads_scalars_lists_and_maps(void **state)
{
    struct fixture f;
    parse(&f, SLICE("# שלום\n\"שם\": \"a \\\"b\\\"\"  # x\nlist:\n- [1, two]\n- {k: v}\nempty:\nyes: true\nblock: |\n  "
                    "x\n  y\n"));
    assert_non_null(f.root);
    assert_int_equal(f.root->kind, YAML_MAP);
    assert_int_equal(f.root->count, 5);
    assert_place(yaml_place(f.root), 2, 1);
    const struct yaml_node *name = yaml_get(f.root, "שם");
    assert_slice(name->text, "a \"b\"");
    assert_false(name->plain);
    assert_place(yaml_place(name), 2, 7);
    const struct yaml_node *list = yaml_get(f.root, "list");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->count, 2);
    assert_slice(list->items[0]->items[1]->text, "two");
    assert_place(yaml_place(list->items[0]->items[1]), 4, 7);
    assert_slice(yaml_get(list->items[1], "k")->text, "v");
    assert_true(yaml_is_null(yaml_get(f.root, "empty")));
    assert_place(yaml_place(yaml_get(f.root, "empty")), 6, 6);
    bool yes = false;
    assert_true(yaml_to_bool(yaml_get(f.root, "yes"), &yes));
    assert_true(yes);
    assert_slice(yaml_get(f.root, "block")->text, "x\ny\n");
    assert_null(yaml_get(f.root, "none"));
    done(&f);
}

static void expands_aliases_and_merges(void **state)
{
    struct fixture f;
    parse(&f, SLICE("base: &b {a: 1, c: 2}\nmine: {<<: *b, c: 3}\nsame: *b\nboth: {<<: [*b, {d: 4, a: 9}]}\n"));
    assert_non_null(f.root);
    assert_int_equal(f.diagnostics.list.count, 0);
    const struct yaml_node *mine = yaml_get(f.root, "mine");
    assert_int_equal(mine->count, 2);
    assert_slice(yaml_get(mine, "a")->text, "1");
    assert_slice(yaml_get(mine, "c")->text, "3");
    assert_ptr_equal(yaml_get(f.root, "same"), yaml_get(f.root, "base"));
    assert_slice(yaml_get(yaml_get(f.root, "both"), "a")->text, "1");
    assert_slice(yaml_get(yaml_get(f.root, "both"), "d")->text, "4");
    done(&f);
}

/* Where a byte of the value's text stands in the file, through every way of writing a scalar. */
static void places_inside_scalars(void **state)
{
    static const struct {
        const char *yaml, *find;
        int line, column;
    } rows[] = {
        {"a: one two", "one", 1, 4},
        {"a: one two", "two", 1, 8},
        {"a: one\n   two", "two", 2, 4},
        {"a: 'one ''two'' three'", "three", 1, 17},
        {"a: \"one \\\"two\\\" three\"", "two", 1, 11},
        {"a: \"\\u05d0 two\"", "two", 1, 12},
        {"a: \"אב two\"", "two", 1, 8},
        {"a: \"one \\\n     two\"", "two", 2, 6},
        {"a: |\n  one\n    two three\n", "three", 3, 9},
        {"a: >-\n  one\n  two three\n", "three", 3, 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        parse(&f, slice_from(rows[i].yaml));
        assert_non_null(f.root);
        const struct yaml_node *value = yaml_get(f.root, "a");
        const char *found = strstr(value->text.ptr, rows[i].find);
        assert_non_null(found);
        struct place at = yaml_text_place(value, (size_t)(found - value->text.ptr));
        if (at.line != rows[i].line || at.column != rows[i].column)
            fail_msg("row %zu: «%s» is at %d:%d, wanted %d:%d", i, rows[i].yaml, at.line, at.column, rows[i].line,
                     rows[i].column);
        done(&f);
    }
}

static void refuses_with_a_place(void **state)
{
    static const struct {
        const char *yaml;
        int line, column;
        const char *message;
        bool tree;
    } rows[] = {
        {"a: 1\nb: 2\na: 3\n", 3, 1, "`a` is given twice, first in line 1", true},
        {"a: [1, 2\nb: 3\n", 3, 1, "without a closing bracket", false},
        {"a: b: c\n", 1, 5, "nested block mapping", false},
        {"a: *nobody\n", 1, 4, "no anchor `nobody`", false},
        {"a: &a [*a]\n", 1, 8, "no anchor `a`", false},
        {"a: 1\n---\nb: 2\n", 3, 1, "second document", false},
        {"a: !!int 4\n", 1, 10, "tags are not used", false},
        {"? [x]\n: 1\n", 1, 3, "a key must be a word", false},
        {"a: {<<: 3}\n", 1, 9, "only maps can be merged", false},
        {"a: \xff\n", 1, 4, "not UTF-8", false},
        {"a: b\x01\n", 1, 5, "control character", false},
        {"{ a: \"x\" in b }", 1, 10, "missing comma", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        parse(&f, slice_from(rows[i].yaml));
        if ((f.root != NULL) != rows[i].tree) fail_msg("row %zu: «%s» tree", i, rows[i].yaml);
        if (f.diagnostics.list.count != 1) fail_msg("row %zu: %zu messages", i, f.diagnostics.list.count);
        const struct diagnostic *d = &f.diagnostics.list.at[0];
        if (d->line != rows[i].line || d->column != rows[i].column || !strstr(d->message.ptr, rows[i].message))
            fail_msg("row %zu: got %d:%d: %s", i, d->line, d->column, d->message.ptr);
        done(&f);
    }
}

/* In the words of whoever wrote it, not of YAML. */
static void says_what_was_meant(void **state)
{
    static const struct {
        const char *yaml, *hint;
    } rows[] = {
        {"a:\n  b:\n    c: 1\n   d: 2\n", "same column"},
        {"a: \"not closed\nb: 1\nc: \"x\"\n", "closing quote"},
        {"a:\n  - b: 1\n  c: 2\n", "\"- \" missing"},
        {"a:\n  b: 1\n\u00A0 c: 2\n  d: 3\n", "no-break space"},
        {"a:\n  b: 1\n\u200F  c: 2\n  d: 3\n", "not seen"},
        {"{ a: \u2018x in [\"b\"] }", "curved"},
        {"a:\n\tb: 1\n", "with spaces"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        parse(&f, slice_from(rows[i].yaml));
        if (!f.diagnostics.list.count) fail_msg("row %zu: is taken", i);
        const struct diagnostic *d = &f.diagnostics.list.at[0];
        if (!memmem(d->hint.ptr, d->hint.len, rows[i].hint, strlen(rows[i].hint)))
            fail_msg("row %zu: got %s [%.*s]", i, d->message.ptr, SLICE_ARG(d->hint));
        done(&f);
    }
}

static void budgets(void **state)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
        buffer_printf(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++) buffer_printf(&text, "%s*a%d", k ? ", " : "", i - 1);
        buffer_text(&text, "]\n");
    }
    struct fixture f;
    parse(&f, buffer_slice(&text));
    assert_null(f.root);
    assert_int_equal(f.diagnostics.list.count, 1);
    assert_non_null(strstr(f.diagnostics.list.at[0].message.ptr, "more than 10,000"));
    done(&f);

    buffer_clear(&text);
    for (int i = 0; i < 70; i++) buffer_char(&text, '[');
    for (int i = 0; i < 70; i++) buffer_char(&text, ']');
    parse(&f, buffer_slice(&text));
    assert_null(f.root);
    assert_int_equal(f.diagnostics.list.count, 1);
    done(&f);

    buffer_clear(&text);
    while (text.len <= YAML_SIZE_MAX) buffer_text(&text, "# a comment\n");
    parse(&f, buffer_slice(&text));
    assert_null(f.root);
    assert_non_null(strstr(f.diagnostics.list.at[0].message.ptr, "megabyte"));
    done(&f);
    buffer_release(&text);
}

static void nothing_is_null(void **state)
{
    static const char *const texts[] = {"", "# only a comment\n", "\xEF\xBB\xBF", "~", "---\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fixture f;
        parse(&f, slice_from(texts[i]));
        assert_non_null(f.root);
        assert_true(yaml_is_null(f.root));
        done(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_scalars_lists_and_maps),
        cmocka_unit_test(expands_aliases_and_merges),
        cmocka_unit_test(places_inside_scalars),
        cmocka_unit_test(refuses_with_a_place),
        cmocka_unit_test(says_what_was_meant),
        cmocka_unit_test(budgets),
        cmocka_unit_test(nothing_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
