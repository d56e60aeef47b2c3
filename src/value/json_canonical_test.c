/* One spelling for each value: what it becomes, and that it then stays. */
#include "base/test.h"

#include "value/json_canonical.h"

static struct slice form_of(struct slice json, struct arena *arena)
{
    struct buffer b;
    buffer_init(&b, BUFFER_NO_LIMIT);
    json_canonical(json, arena, &b);
    const struct slice form = arena_slice(arena, buffer_slice(&b));
    buffer_release(&b);
    return form;
}

static void forms(void **state)
{
    (void)state;
    static const struct {
        const char *json, *form;
    } cases[] = {
        {"1", "1"},
        {"-0", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"18446744073709551616", "18446744073709551616"},
        {"1.50", "1.50"},
        {"1E+2", "1E+2"},
        {"true", "true"},
        {"null", "null"},
        {"\"\"", "\"\""},
        {"\"\\u05d0\\/\\u000a\"", "\"א/\\n\""},
        {"\"\\ud83d\\ude00\"", "\"😀\""},
        {"[]", "[]"},
        {"[ 1 ,\t[ 2 ] , { } ]", "[1,[2],{}]"},
        {"{ }", "{}"},
        {"{\"b\" : 1 , \"a\" : { \"d\": [true] , \"c\" : \"x,}\\\"\" } }",
         "{\"a\":{\"c\":\"x,}\\\"\",\"d\":[true]},\"b\":1}"},
        {"{\"\\u0062\":1,\"a\":2,\"B\":3,\"\":4}", "{\"\":4,\"B\":3,\"a\":2,\"b\":1}"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct slice form = form_of(slice_from(cases[i].json), &arena);
        assert_string_equal(form.ptr, cases[i].form);
        assert_string_equal(form_of(form, &arena).ptr, cases[i].form);
    }
    arena_release(&arena);
}

static void cutting(void **state)
{
    (void)state;
    struct slice s = SLICE(" {\"a\":[1,2]} , \"x\\\"]\" ]");
    assert_slice(json_cut_value(&s), "{\"a\":[1,2]}");
    s = slice_skip(s, 1);
    assert_slice(json_cut_value(&s), "\"x\\\"]\"");
    assert_slice(s, "]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(cutting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
