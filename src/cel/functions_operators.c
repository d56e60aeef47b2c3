/* Operators over the standard kinds, and size(). */
#include <math.h>

#include "cel/function.h"

static struct value overflow(struct cel_run *run)
{
    return cel_fail(run, "overflow");
}

static struct value add_int(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return __builtin_add_overflow(a[0].integer, a[1].integer, &n) ? overflow(run) : value_int(n);
}

static struct value sub_int(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return __builtin_sub_overflow(a[0].integer, a[1].integer, &n) ? overflow(run) : value_int(n);
}

static struct value mul_int(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return __builtin_mul_overflow(a[0].integer, a[1].integer, &n) ? overflow(run) : value_int(n);
}

static struct value div_int(struct cel_run *run, const struct value *a)
{
    if (a[1].integer == 0) return cel_fail(run, "division by zero");
    if (a[0].integer == INT64_MIN && a[1].integer == -1) return overflow(run);
    return value_int(a[0].integer / a[1].integer);
}

static struct value mod_int(struct cel_run *run, const struct value *a)
{
    if (a[1].integer == 0) return cel_fail(run, "division by zero");
    if (a[1].integer == -1) return value_int(0);
    return value_int(a[0].integer % a[1].integer);
}

static struct value neg_int(struct cel_run *run, const struct value *a)
{
    return a[0].integer == INT64_MIN ? overflow(run) : value_int(-a[0].integer);
}

static struct value add_uint(struct cel_run *run, const struct value *a)
{
    uint64_t n;
    return __builtin_add_overflow(a[0].natural, a[1].natural, &n) ? overflow(run) : value_uint(n);
}

static struct value sub_uint(struct cel_run *run, const struct value *a)
{
    uint64_t n;
    return __builtin_sub_overflow(a[0].natural, a[1].natural, &n) ? overflow(run) : value_uint(n);
}

static struct value mul_uint(struct cel_run *run, const struct value *a)
{
    uint64_t n;
    return __builtin_mul_overflow(a[0].natural, a[1].natural, &n) ? overflow(run) : value_uint(n);
}

static struct value div_uint(struct cel_run *run, const struct value *a)
{
    return a[1].natural ? value_uint(a[0].natural / a[1].natural) : cel_fail(run, "division by zero");
}

static struct value mod_uint(struct cel_run *run, const struct value *a)
{
    return a[1].natural ? value_uint(a[0].natural % a[1].natural) : cel_fail(run, "division by zero");
}

static struct value add_double(struct cel_run *run, const struct value *a)
{
    return value_double(a[0].real + a[1].real);
}
static struct value sub_double(struct cel_run *run, const struct value *a)
{
    return value_double(a[0].real - a[1].real);
}
static struct value mul_double(struct cel_run *run, const struct value *a)
{
    return value_double(a[0].real * a[1].real);
}
static struct value div_double(struct cel_run *run, const struct value *a)
{
    return value_double(a[0].real / a[1].real);
}
static struct value neg_double(struct cel_run *run, const struct value *a)
{
    return value_double(-a[0].real);
}

static struct value add_text(struct cel_run *run, const struct value *a)
{
    struct slice left = a[0].text, right = a[1].text;
    char *joined = cel_memory(run, left.len + right.len);
    if (!joined) return cel_fail_memory(run);
    if (left.len) memcpy(joined, left.ptr, left.len);
    if (right.len) memcpy(joined + left.len, right.ptr, right.len);
    struct slice text = slice_of(joined, left.len + right.len);
    return a[0].kind == VALUE_STRING ? value_string(text) : value_bytes(text);
}

static struct value add_list(struct cel_run *run, const struct value *a)
{
    struct value_items left = a[0].list, right = a[1].list;
    struct value *joined = cel_memory(run, (left.count + right.count) * sizeof *joined);
    if (!joined) return cel_fail_memory(run);
    if (left.count) memcpy(joined, left.at, left.count * sizeof *joined);
    if (right.count) memcpy(joined + left.count, right.at, right.count * sizeof *joined);
    return value_list(joined, left.count + right.count);
}

static struct value truth(struct cel_run *run, bool answer)
{
    return run->steps_left < 0 ? cel_fail(run, "the evaluation takes too long") : value_bool(answer);
}

static struct value equal(struct cel_run *run, const struct value *a)
{
    return truth(run, value_equal_within(a[0], a[1], &run->steps_left));
}

static struct value unequal(struct cel_run *run, const struct value *a)
{
    return truth(run, !value_equal_within(a[0], a[1], &run->steps_left));
}

static struct value less(struct cel_run *run, const struct value *a)
{
    return value_bool(value_compare(a[0], a[1]) == VALUE_LESS);
}

static struct value less_equal(struct cel_run *run, const struct value *a)
{
    enum value_order order = value_compare(a[0], a[1]);
    return value_bool(order == VALUE_LESS || order == VALUE_SAME);
}

static struct value greater(struct cel_run *run, const struct value *a)
{
    return value_bool(value_compare(a[0], a[1]) == VALUE_GREATER);
}

static struct value greater_equal(struct cel_run *run, const struct value *a)
{
    enum value_order order = value_compare(a[0], a[1]);
    return value_bool(order == VALUE_GREATER || order == VALUE_SAME);
}

static struct value in_list(struct cel_run *run, const struct value *a)
{
    for (size_t i = 0; i < a[1].list.count; i++)
        if (value_equal_within(a[0], a[1].list.at[i], &run->steps_left)) return value_bool(true);
    return truth(run, false);
}

static struct value in_map(struct cel_run *run, const struct value *a)
{
    return value_bool(value_map_get(a[1].map, a[0]) != NULL);
}

static struct value not_bool(struct cel_run *run, const struct value *a)
{
    return value_bool(!a[0].boolean);
}

static struct value size_string(struct cel_run *run, const struct value *a)
{
    int64_t count = 0;
    for (size_t i = 0; i < a[0].text.len; i++) count += ((unsigned char)a[0].text.ptr[i] & 0xC0) != 0x80;
    return value_int(count);
}

static struct value size_bytes(struct cel_run *run, const struct value *a)
{
    return value_int((int64_t)a[0].text.len);
}
static struct value size_list(struct cel_run *run, const struct value *a)
{
    return value_int((int64_t)a[0].list.count);
}
static struct value size_map(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].map->count);
}

#define ORDER_ROWS(name, run)                                                                                          \
    {name, "(bool, bool) bool", run}, {name, "(int, int) bool", run}, {name, "(uint, uint) bool", run},                \
        {name, "(double, double) bool", run}, {name, "(string, string) bool", run},                                    \
        {name, "(bytes, bytes) bool", run},                                                                            \
        {name, "(google.protobuf.Timestamp, google.protobuf.Timestamp) bool", run},                                    \
        {name, "(google.protobuf.Duration, google.protobuf.Duration) bool", run}, {name, "(int, uint) bool", run},     \
        {name, "(uint, int) bool", run}, {name, "(int, double) bool", run}, {name, "(double, int) bool", run},         \
        {name, "(uint, double) bool", run},                                                                            \
    {                                                                                                                  \
        name, "(double, uint) bool", run                                                                               \
    }

const struct cel_row cel_rows_operators[] = {
    {"+", "(int, int) int", add_int},
    {"+", "(uint, uint) uint", add_uint},
    {"+", "(double, double) double", add_double},
    {"+", "(string, string) string", add_text},
    {"+", "(bytes, bytes) bytes", add_text},
    {"+", "(list(A), list(A)) list(A)", add_list},
    {"-", "(int, int) int", sub_int},
    {"-", "(uint, uint) uint", sub_uint},
    {"-", "(double, double) double", sub_double},
    {"-", "(int) int", neg_int},
    {"-", "(double) double", neg_double},
    {"*", "(int, int) int", mul_int},
    {"*", "(uint, uint) uint", mul_uint},
    {"*", "(double, double) double", mul_double},
    {"/", "(int, int) int", div_int},
    {"/", "(uint, uint) uint", div_uint},
    {"/", "(double, double) double", div_double},
    {"%", "(int, int) int", mod_int},
    {"%", "(uint, uint) uint", mod_uint},
    {"!", "(bool) bool", not_bool},
    {"==", "(A, A) bool", equal},
    {"!=", "(A, A) bool", unequal},
    ORDER_ROWS("<", less),
    ORDER_ROWS("<=", less_equal),
    ORDER_ROWS(">", greater),
    ORDER_ROWS(">=", greater_equal),
    {"in", "(A, list(A)) bool", in_list},
    {"in", "(A, map(A, B)) bool", in_map},
    {"size", "(string) int", size_string},
    {"size", "(bytes) int", size_bytes},
    {"size", "(list(A)) int", size_list},
    {"size", "(map(A, B)) int", size_map},
    {"size", "string.() int", size_string},
    {"size", "bytes.() int", size_bytes},
    {"size", "list(A).() int", size_list},
    {"size", "map(A, B).() int", size_map},
    {0},
};
