/* Reading JSON: what each text becomes, what is refused, and where the error says it is. */
#include "base/test.h"
#include "value/json.h"
#include "value/json_write.h"

struct row {
    const char *text;
    struct value wanted;
};

static void texts_become_values(void **state)
{
    (void)state;
    const struct value list[] = {value_int(1), value_string(SLICE("x")), value_null()};
    const struct row rows[] = {
        {"null", value_null()},
        {" true ", value_bool(true)},
        {"-9223372036854775808", value_int(INT64_MIN)},
        {"9223372036854775808", value_uint(UINT64_C(1) << 63)},
        {"18446744073709551615", value_uint(UINT64_MAX)},
        {"1.0", value_double(1)},
        {"1e2", value_double(100)},
        {"\"\\u05e9\\ud83d\\ude00\"", value_string(SLICE("ש😀"))},
        {"[1,\"x\",null]", value_list(list, 3)},
        {"[]", value_list(NULL, 0)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        arena_init(&arena);
        struct value got;
        struct error error = {0};
        if (json_parse(&arena, slice_from(rows[i].text), &got, &error)) fail_msg("%s: %s", rows[i].text, error.message);
        assert_int_equal(got.kind, rows[i].wanted.kind);
        assert_true(value_equal(got, rows[i].wanted));
        arena_release(&arena);
    }
}

static void wrong_texts_are_refused_with_their_place(void **state)
{
    (void)state;
    const struct {
        const char *text, *place;
    } rows[] = {
        {"", "1:1:"},
        {"   ", "1:"},
        {"{\"a\":1,\n \"b\":2,\n \"a\":3}", "3:2:"},
        {"[1,\n 01]", "2:2:"},
        {"[1,\n 99999999999999999999]", "2:2:"},
        {"{\"a\": nul}", "1:7:"},
        {"\"\xFF\"", "1:2:"},
        {"[\"ok\", \"bad\xC0\x80\"]", "1:12:"},
        {"\"\\ud800\"", "1:1:"},
        {"[\"\\udc00\"]", "1:2:"},
        {"\"a\tb\"", "1:"},
        {"[1] 2", "1:"},
        {"[1,]", "1:"},
        {"{\"a\":1", "1:"},
        {"\"open", "1:"},
        {"NaN", "1:1:"},
        {"1e999", "1:1:"},
        {"{\"a\" 1}", "1:"},
        {"\xEF\xBB\xBF{}", "1:1:"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        arena_init(&arena);
        struct value got;
        struct error error = {0};
        if (!json_parse(&arena, slice_from(rows[i].text), &got, &error)) fail_msg("accepted %s", rows[i].text);
        if (strncmp(error.message, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("%s: wanted the place %s, got %s", rows[i].text, rows[i].place, error.message);
        arena_release(&arena);
    }
}

static void depth_and_length_have_limits(void **state)
{
    (void)state;
    char deep[2 * (JSON_DEPTH_MAX + 8)];
    struct value got;
    struct error error;
    struct arena arena;
    arena_init(&arena);
    for (int depth = JSON_DEPTH_MAX - 2; depth < JSON_DEPTH_MAX + 4; depth++) {
        memset(deep, '[', (size_t)depth);
        memset(deep + depth, ']', (size_t)depth);
        enum outcome outcome = json_parse(&arena, slice_of(deep, 2 * (size_t)depth), &got, &error);
        if (depth < JSON_DEPTH_MAX) assert_int_equal(outcome, OK);
        if (depth > JSON_DEPTH_MAX) assert_int_equal(outcome, FAILED);
    }
    struct json_reader *reader = json_reader_new(10);
    assert_int_equal(json_read(reader, &arena, SLICE("[1,2,3,4,5,6]"), &got, &error), FAILED);
    assert_int_equal(json_read(reader, &arena, SLICE("[1,2,3,4]"), &got, &error), OK);
    json_reader_free(reader);
    arena_release(&arena);
}

static void doubles_of_any_size_are_read_back(void **state)
{
    (void)state;
    const double numbers[] = {0.1,
                              -0.0,
                              1e15,
                              123456789012345678.0,
                              9223372036854775808.0,
                              18446744073709551615.0,
                              18446744073709551616.0,
                              -18446744073709551616.0,
                              36893488147419103232.0,
                              1e21,
                              1e22,
                              1.7976931348623157e308,
                              5e-324};
    struct arena arena;
    struct buffer out;
    arena_init(&arena);
    buffer_init(&out, 4096);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct json_writer w = {.out = &out};
        struct value got;
        struct error error = {0};
        buffer_clear(&out);
        json_double(&w, numbers[i]);
        if (json_parse(&arena, buffer_slice(&out), &got, &error))
            fail_msg("%.*s: %s", SLICE_ARG(buffer_slice(&out)), error.message);
        assert_true(value_equal(got, value_double(numbers[i])));
    }
    buffer_release(&out);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_values),
        cmocka_unit_test(wrong_texts_are_refused_with_their_place),
        cmocka_unit_test(depth_and_length_have_limits),
        cmocka_unit_test(doubles_of_any_size_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
