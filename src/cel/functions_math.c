/* The math extension. The parser turns greatest and least of more than two arguments into one of a list. */
#include <math.h>

#include "cel/function.h"

static struct value pick(struct cel_run *run, struct value_items items, enum value_order wanted)
{
    if (items.count == 0) return cel_fail(run, "the list is empty");
    struct value best = items.at[0];
    for (size_t i = 0; i < items.count; i++) {
        if (!value_is_number(items.at[i]))
            return cel_fail(run, "expected numbers, found %.*s", SLICE_ARG(value_kind_name(items.at[i].kind)));
        if (value_compare(items.at[i], best) == wanted) best = items.at[i];
    }
    return best;
}

static struct value greatest_list(struct cel_run *run, const struct value *a)
{
    return pick(run, a[0].list, VALUE_GREATER);
}
static struct value least_list(struct cel_run *run, const struct value *a)
{
    return pick(run, a[0].list, VALUE_LESS);
}
static struct value only(struct cel_run *run, const struct value *a)
{
    return a[0];
}
static struct value greatest(struct cel_run *run, const struct value *a)
{
    return pick(run, (struct value_items){a, 2}, VALUE_GREATER);
}
static struct value least(struct cel_run *run, const struct value *a)
{
    return pick(run, (struct value_items){a, 2}, VALUE_LESS);
}

static struct value ceiling(struct cel_run *run, const struct value *a)
{
    return value_double(ceil(a[0].real));
}
static struct value round_down(struct cel_run *run, const struct value *a)
{
    return value_double(floor(a[0].real));
}
static struct value nearest(struct cel_run *run, const struct value *a)
{
    return value_double(round(a[0].real));
}
static struct value truncated(struct cel_run *run, const struct value *a)
{
    return value_double(trunc(a[0].real));
}
static struct value is_nan(struct cel_run *run, const struct value *a)
{
    return value_bool(isnan(a[0].real));
}
static struct value is_inf(struct cel_run *run, const struct value *a)
{
    return value_bool(isinf(a[0].real));
}
static struct value is_finite(struct cel_run *run, const struct value *a)
{
    return value_bool(isfinite(a[0].real));
}

static struct value abs_int(struct cel_run *run, const struct value *a)
{
    if (a[0].integer == INT64_MIN) return cel_fail(run, "overflow");
    return value_int(a[0].integer < 0 ? -a[0].integer : a[0].integer);
}
static struct value abs_double(struct cel_run *run, const struct value *a)
{
    return value_double(fabs(a[0].real));
}

static struct value sign_int(struct cel_run *run, const struct value *a)
{
    return value_int((a[0].integer > 0) - (a[0].integer < 0));
}
static struct value sign_uint(struct cel_run *run, const struct value *a)
{
    return value_uint(a[0].natural != 0);
}
static struct value sign_double(struct cel_run *run, const struct value *a)
{
    if (isnan(a[0].real)) return a[0];
    return value_double((a[0].real > 0) - (a[0].real < 0));
}

static struct value root(struct cel_run *run, const struct value *a)
{
    if (a[0].kind == VALUE_DOUBLE) return value_double(sqrt(a[0].real));
    return value_double(sqrt(a[0].kind == VALUE_INT ? (double)a[0].integer : (double)a[0].natural));
}

/* The bits of int and uint are the same union; only the kind of the result differs. */
static struct value bits(const struct value *a, uint64_t result)
{
    return (struct value){.kind = a[0].kind, .natural = result};
}

static struct value bit_and(struct cel_run *run, const struct value *a)
{
    return bits(a, a[0].natural & a[1].natural);
}
static struct value bit_or(struct cel_run *run, const struct value *a)
{
    return bits(a, a[0].natural | a[1].natural);
}
static struct value bit_xor(struct cel_run *run, const struct value *a)
{
    return bits(a, a[0].natural ^ a[1].natural);
}
static struct value bit_not(struct cel_run *run, const struct value *a)
{
    return bits(a, ~a[0].natural);
}

static struct value shift_left(struct cel_run *run, const struct value *a)
{
    if (a[1].integer < 0) return cel_fail(run, "a shift by less than zero");
    return bits(a, a[1].integer > 63 ? 0 : a[0].natural << a[1].integer);
}

static struct value shift_right(struct cel_run *run, const struct value *a)
{
    if (a[1].integer < 0) return cel_fail(run, "a shift by less than zero");
    return bits(a, a[1].integer > 63 ? 0 : a[0].natural >> a[1].integer);
}

#define EXTREME_ROWS(name, two, list)                                                                                  \
    {name, "(int) int", only}, {name, "(uint) uint", only}, {name, "(double) double", only},                           \
        {name, "(int, int) int", two}, {name, "(uint, uint) uint", two}, {name, "(double, double) double", two},       \
        {name, "(int, uint) dyn", two}, {name, "(int, double) dyn", two}, {name, "(uint, int) dyn", two},              \
        {name, "(uint, double) dyn", two}, {name, "(double, int) dyn", two}, {name, "(double, uint) dyn", two},        \
        {name, "(list(int)) int", list}, {name, "(list(uint)) uint", list}, {name, "(list(double)) double", list},     \
    {                                                                                                                  \
        name, "(list(dyn)) dyn", list                                                                                  \
    }

#define BIT_ROWS(name, run)                                                                                            \
    {name, "(int, int) int", run},                                                                                     \
    {                                                                                                                  \
        name, "(uint, uint) uint", run                                                                                 \
    }

const struct cel_row cel_rows_math[] = {
    EXTREME_ROWS("math.greatest", greatest, greatest_list),
    EXTREME_ROWS("math.least", least, least_list),
    {"math.ceil", "(double) double", ceiling},
    {"math.floor", "(double) double", round_down},
    {"math.round", "(double) double", nearest},
    {"math.trunc", "(double) double", truncated},
    {"math.isNaN", "(double) bool", is_nan},
    {"math.isInf", "(double) bool", is_inf},
    {"math.isFinite", "(double) bool", is_finite},
    {"math.abs", "(int) int", abs_int},
    {"math.abs", "(uint) uint", only},
    {"math.abs", "(double) double", abs_double},
    {"math.sign", "(int) int", sign_int},
    {"math.sign", "(uint) uint", sign_uint},
    {"math.sign", "(double) double", sign_double},
    {"math.sqrt", "(int) double", root},
    {"math.sqrt", "(uint) double", root},
    {"math.sqrt", "(double) double", root},
    BIT_ROWS("math.bitAnd", bit_and),
    BIT_ROWS("math.bitOr", bit_or),
    BIT_ROWS("math.bitXor", bit_xor),
    {"math.bitNot", "(int) int", bit_not},
    {"math.bitNot", "(uint) uint", bit_not},
    {"math.bitShiftLeft", "(int, int) int", shift_left},
    {"math.bitShiftLeft", "(uint, int) uint", shift_left},
    {"math.bitShiftRight", "(int, int) int", shift_right},
    {"math.bitShiftRight", "(uint, int) uint", shift_right},
    {0},
};
