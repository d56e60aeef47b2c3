/* Values: numeric equality across kinds, maps, order, copies; and what is written as JSON. */
#include "base/test.h"
#include "value/json_write.h"
#include "value/number.h"
#include "value/value.h"

#include <math.h>

static void numbers_of_all_kinds_are_one_line(void **state)
{
    (void)state;
    const struct {
        struct value a, b;
        enum value_order order;
    } rows[] = {
        {value_int(1), value_uint(1), VALUE_SAME},
        {value_int(-1), value_uint(0), VALUE_LESS},
        {value_uint(UINT64_MAX), value_int(INT64_MAX), VALUE_GREATER},
        {value_int(2), value_double(2.5), VALUE_LESS},
        {value_double(2.0), value_uint(2), VALUE_SAME},
        {value_double(1e300), value_int(INT64_MAX), VALUE_GREATER},
        {value_decimal(2500000), value_int(2), VALUE_GREATER},
        {value_int(3), value_decimal(3000000), VALUE_SAME},
        {value_uint(UINT64_MAX), value_decimal(INT64_MAX), VALUE_GREATER},
        {value_double(NAN), value_int(0), VALUE_UNORDERED},
        {value_string(SLICE("1")), value_int(1), VALUE_UNORDERED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(value_compare(rows[i].a, rows[i].b), rows[i].order);
        assert_int_equal(value_equal(rows[i].a, rows[i].b), rows[i].order == VALUE_SAME);
    }
}

static void a_map_finds_what_was_added(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct value_map *map = value_map_new(&arena, 0);
    for (int i = 0; i < 1000; i++) {
        assert_true(value_map_add(map, value_int(i), value_int(i * i)));
        assert_true(value_map_add(map, value_string(arena_printf(&arena, "k%d", i)), value_int(-i)));
    }
    assert_false(value_map_add(map, value_uint(7), value_null()));
    assert_false(value_map_add(map, value_string(SLICE("k7")), value_null()));
    assert_int_equal(map->count, 2000);
    assert_int_equal(value_map_get(map, value_double(999.0))->integer, 999 * 999);
    assert_int_equal(value_map_get(map, value_decimal(5000000))->integer, 25);
    assert_int_equal(value_map_field(map, SLICE("k12"))->integer, -12);
    assert_null(value_map_get(map, value_double(0.5)));
    assert_null(value_map_get(map, value_bool(true)));
    assert_null(value_map_get(map, value_null()));
    arena_release(&arena);
}

static void maps_and_lists_are_equal_by_content(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct value_map *a = value_map_new(&arena, 2), *b = value_map_new(&arena, 2);
    struct value one[] = {value_int(1), value_null()}, other[] = {value_double(1), value_null()};
    value_map_add(a, value_string(SLICE("x")), value_list(one, 2));
    value_map_add(a, value_string(SLICE("y")), value_bool(true));
    value_map_add(b, value_string(SLICE("y")), value_bool(true));
    assert_false(value_equal(value_of_map(a), value_of_map(b)));
    value_map_add(b, value_string(SLICE("x")), value_list(other, 2));
    assert_true(value_equal(value_of_map(a), value_of_map(b)));
    struct value copy = value_copy(&arena, value_of_map(a));
    assert_ptr_not_equal(copy.map, a);
    assert_true(value_equal(copy, value_of_map(b)));
    arena_release(&arena);
}

static void money_of_two_currencies_has_no_order(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct value a = value_money(&arena, 5, SLICE("USD")), b = value_money(&arena, 6, SLICE("USD"));
    assert_int_equal(value_compare(a, b), VALUE_LESS);
    assert_int_equal(value_compare(a, value_money(&arena, 5, SLICE("ILS"))), VALUE_UNORDERED);
    arena_release(&arena);
}

static void write_everything(struct json_writer *w)
{
    json_object(w);
    json_key(w, SLICE("text"));
    json_string(w, SLICE("a\"\\\n\x01</script>\xE2\x80\xA8\xFFשלום"));
    json_key(w, SLICE("empty"));
    json_array(w);
    json_end(w);
    json_key(w, SLICE("list"));
    json_array(w);
    json_int(w, INT64_MIN);
    json_uint(w, UINT64_MAX);
    json_double(w, 0.1);
    json_double(w, 1e20);
    json_double(w, INFINITY);
    json_decimal(w, -1250000);
    json_decimal(w, 3000000);
    json_bool(w, true);
    json_null(w);
    json_end(w);
    json_end(w);
}

static void writing_is_compact_pretty_and_safe(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 4096);
    write_everything(&(struct json_writer){.out = &out});
    assert_slice(buffer_slice(&out),
                 "{\"text\":\"a\\\"\\\\\\n\\u0001</script>\xE2\x80\xA8\xEF\xBF\xBDשלום\",\"empty\":[],\"list\":"
                 "[-9223372036854775808,18446744073709551615,0.1,1e+20,\"Infinity\",-1.25,3,true,null]}");
    buffer_clear(&out);
    struct json_writer safe = {.out = &out, .html_safe = true};
    json_string(&safe, SLICE("</script>&\xE2\x80\xA8\xE2\x80\xA9"));
    assert_slice(buffer_slice(&out), "\"\\u003c/script\\u003e\\u0026\\u2028\\u2029\"");
    buffer_clear(&out);
    struct json_writer pretty = {.out = &out, .indent = 2};
    json_object(&pretty);
    json_key(&pretty, SLICE("a"));
    json_array(&pretty);
    json_int(&pretty, 1);
    json_int(&pretty, 2);
    json_end(&pretty);
    json_end(&pretty);
    assert_slice(buffer_slice(&out), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
    buffer_release(&out);
}

static void doubles_keep_their_value_as_text(void **state)
{
    (void)state;
    const char *const texts[] = {"0.1", "-0", "5e-324", "1e+300", "123456.789", "9007199254740993", ".5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char out[DOUBLE_TEXT_MAX];
        double d, again;
        assert_true(double_from_text(slice_from(texts[i]), &d));
        assert_true(double_from_text(slice_of(out, double_to_text(d, out)), &again));
        assert_memory_equal(&d, &again, sizeof d);
    }
    double d;
    assert_true(double_from_text(SLICE("1e999"), &d) && isinf(d) && d > 0);
    assert_true(double_from_text(SLICE("-12345678e999"), &d) && isinf(d) && d < 0);
    assert_true(double_from_text(SLICE("1e-999"), &d) && d == 0);
    assert_true(double_from_text(SLICE("0.00001e-400"), &d) && d == 0);
    const char *const wrong[] = {"", "-", "nan", "inf", "-inf", "1x", "+1", " 1", "0x10", "1e", "1 "};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(double_from_text(slice_from(wrong[i]), &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_all_kinds_are_one_line),   cmocka_unit_test(a_map_finds_what_was_added),
        cmocka_unit_test(maps_and_lists_are_equal_by_content), cmocka_unit_test(money_of_two_currencies_has_no_order),
        cmocka_unit_test(writing_is_compact_pretty_and_safe),  cmocka_unit_test(doubles_keep_their_value_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
