/* Decimals and money of definitions: exact, mixing with int, failing on overflow. */
#include "cel/function.h"
#include "value/decimal.h"

static struct value overflow(struct cel_run *run)
{
    return cel_fail(run, "overflow");
}

/* A decimal or an int as millionths. */
static bool millionths(struct value v, int64_t *out)
{
    if (v.kind != VALUE_INT) *out = v.integer;
    return v.kind != VALUE_INT || decimal_from_int(v.integer, out);
}

static bool both(const struct value *a, int64_t *x, int64_t *y)
{
    return millionths(a[0], x) && millionths(a[1], y);
}

static struct value add(struct cel_run *run, const struct value *a)
{
    int64_t x, y, n;
    return both(a, &x, &y) && !__builtin_add_overflow(x, y, &n) ? value_decimal(n) : overflow(run);
}

static struct value sub(struct cel_run *run, const struct value *a)
{
    int64_t x, y, n;
    return both(a, &x, &y) && !__builtin_sub_overflow(x, y, &n) ? value_decimal(n) : overflow(run);
}

static struct value mul(struct cel_run *run, const struct value *a)
{
    int64_t x, y, n;
    return both(a, &x, &y) && decimal_mul(x, y, &n) ? value_decimal(n) : overflow(run);
}

static struct value divide(struct cel_run *run, const struct value *a)
{
    int64_t x, y, n;
    if (a[1].integer == 0) return cel_fail(run, "division by zero");
    return both(a, &x, &y) && decimal_div(x, y, &n) ? value_decimal(n) : overflow(run);
}

static struct value negate(struct cel_run *run, const struct value *a)
{
    return a[0].integer == INT64_MIN ? overflow(run) : value_decimal(-a[0].integer);
}

static struct value order(struct cel_run *run, const struct value *a, bool less, bool same, bool greater)
{
    enum value_order order = value_compare(a[0], a[1]);
    if (order == VALUE_UNORDERED) return cel_fail(run, "two currencies");
    return value_bool(order == VALUE_LESS ? less : order == VALUE_SAME ? same : greater);
}

static struct value less(struct cel_run *run, const struct value *a)
{
    return order(run, a, true, false, false);
}
static struct value less_equal(struct cel_run *run, const struct value *a)
{
    return order(run, a, true, true, false);
}
static struct value greater(struct cel_run *run, const struct value *a)
{
    return order(run, a, false, false, true);
}
static struct value greater_equal(struct cel_run *run, const struct value *a)
{
    return order(run, a, false, true, true);
}
static struct value equal(struct cel_run *run, const struct value *a)
{
    return order(run, a, false, true, false);
}
static struct value unequal(struct cel_run *run, const struct value *a)
{
    return order(run, a, true, false, true);
}

static struct value money_of(struct cel_run *run, int64_t amount, const struct slice *currency)
{
    return (struct value){.kind = VALUE_MONEY, .money = {amount, currency}};
}

static bool same_currency(const struct value *a)
{
    return slice_equal(*a[0].money.currency, *a[1].money.currency);
}

static struct value add_money(struct cel_run *run, const struct value *a)
{
    int64_t n;
    if (!same_currency(a)) return cel_fail(run, "two currencies");
    if (__builtin_add_overflow(a[0].money.amount, a[1].money.amount, &n)) return overflow(run);
    return money_of(run, n, a[0].money.currency);
}

static struct value sub_money(struct cel_run *run, const struct value *a)
{
    int64_t n;
    if (!same_currency(a)) return cel_fail(run, "two currencies");
    if (__builtin_sub_overflow(a[0].money.amount, a[1].money.amount, &n)) return overflow(run);
    return money_of(run, n, a[0].money.currency);
}

static struct value mul_money(struct cel_run *run, const struct value *a)
{
    int64_t by, n;
    if (!millionths(a[1], &by) || !decimal_mul(a[0].money.amount, by, &n)) return overflow(run);
    return money_of(run, n, a[0].money.currency);
}

static struct value mul_by_money(struct cel_run *run, const struct value *a)
{
    return mul_money(run, (struct value[]){a[1], a[0]});
}

static struct value div_money(struct cel_run *run, const struct value *a)
{
    int64_t by, n;
    if (a[1].integer == 0) return cel_fail(run, "division by zero");
    if (!millionths(a[1], &by) || !decimal_div(a[0].money.amount, by, &n)) return overflow(run);
    return money_of(run, n, a[0].money.currency);
}

/* "8000000", "12.50", "-3": an amount as text. */
static bool amount_of(struct slice text, int64_t *out)
{
    bool negative = text.len && *text.ptr == '-';
    struct slice fraction = slice_skip(text, negative), whole = slice_cut(&fraction, '.');
    int64_t units, rest = 0, scale = DECIMAL_SCALE;
    if (!whole.len || *whole.ptr < '0' || *whole.ptr > '9' || !slice_to_i64(whole, &units) || fraction.len > 6)
        return false;
    for (size_t i = 0; i < fraction.len; i++) {
        if (fraction.ptr[i] < '0' || fraction.ptr[i] > '9') return false;
        rest += (scale /= 10) * (fraction.ptr[i] - '0');
    }
    if (!decimal_from_int(units, out) || __builtin_add_overflow(*out, rest, out)) return false;
    if (negative) *out = -*out;
    return true;
}

static struct value money(struct cel_run *run, const struct value *a)
{
    int64_t amount;
    bool text = a[0].kind == VALUE_STRING;
    if (text ? !amount_of(a[0].text, &amount) : !millionths(a[0], &amount)) return cel_fail(run, "no amount of money");
    bool code = a[1].text.len == 3;
    for (size_t i = 0; i < 3 && code; i++) code = a[1].text.ptr[i] >= 'A' && a[1].text.ptr[i] <= 'Z';
    if (!code) return cel_fail(run, "'%.*s' is no currency, such as USD", SLICE_ARG(a[1].text));
    return value_money(run->arena, amount, a[1].text);
}

static struct value absolute(struct cel_run *run, const struct value *a)
{
    return a[0].integer < 0 ? negate(run, a) : a[0];
}

/* Down, up or to the nearest whole number, half away from zero. */
static struct value whole(struct cel_run *run, const struct value *a, int64_t add_negative, int64_t add_positive)
{
    int64_t n;
    if (__builtin_add_overflow(a[0].integer, a[0].integer < 0 ? add_negative : add_positive, &n)) return overflow(run);
    return value_decimal(n / DECIMAL_SCALE * DECIMAL_SCALE);
}

static struct value round_down(struct cel_run *run, const struct value *a)
{
    return whole(run, a, 1 - DECIMAL_SCALE, 0);
}
static struct value round_up(struct cel_run *run, const struct value *a)
{
    return whole(run, a, 0, DECIMAL_SCALE - 1);
}
static struct value round_off(struct cel_run *run, const struct value *a)
{
    return whole(run, a, -DECIMAL_SCALE / 2, DECIMAL_SCALE / 2);
}

static struct value greater_of(struct cel_run *run, const struct value *a)
{
    return value_compare(a[0], a[1]) == VALUE_LESS ? a[1] : a[0];
}
static struct value less_of(struct cel_run *run, const struct value *a)
{
    return value_compare(a[0], a[1]) == VALUE_GREATER ? a[1] : a[0];
}

static struct value same(struct cel_run *run, const struct value *a)
{
    return a[0];
}
static struct value to_int(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].integer / DECIMAL_SCALE);
}
static struct value from_int(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return decimal_from_int(a[0].integer, &n) ? value_decimal(n) : overflow(run);
}
static struct value from_text(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return amount_of(a[0].text, &n) ? value_decimal(n) : cel_fail(run, "'%.*s' is no decimal", SLICE_ARG(a[0].text));
}

#define MIXED_ROWS(name, result, run)                                                                                  \
    {name, "(decimal, decimal) " result, run}, {name, "(int, decimal) " result, run},                                  \
    {                                                                                                                  \
        name, "(decimal, int) " result, run                                                                            \
    }
#define ORDER_ROWS(name, run)                                                                                          \
    MIXED_ROWS(name, "bool", run),                                                                                     \
    {                                                                                                                  \
        name, "(money, money) bool", run                                                                               \
    }

const struct cel_row cel_rows_decimal[] = {
    MIXED_ROWS("+", "decimal", add),
    MIXED_ROWS("-", "decimal", sub),
    MIXED_ROWS("*", "decimal", mul),
    MIXED_ROWS("/", "decimal", divide),
    {"-", "(decimal) decimal", negate},
    ORDER_ROWS("<", less),
    ORDER_ROWS("<=", less_equal),
    ORDER_ROWS(">", greater),
    ORDER_ROWS(">=", greater_equal),
    {"+", "(money, money) money", add_money},
    {"-", "(money, money) money", sub_money},
    {"*", "(money, int) money", mul_money},
    {"*", "(money, decimal) money", mul_money},
    {"*", "(int, money) money", mul_by_money},
    {"*", "(decimal, money) money", mul_by_money},
    {"/", "(money, int) money", div_money},
    {"/", "(money, decimal) money", div_money},
    {"==", "(int, decimal) bool", equal},
    {"==", "(decimal, int) bool", equal},
    {"!=", "(int, decimal) bool", unequal},
    {"!=", "(decimal, int) bool", unequal},
    {"money.equal", "(money, money) bool", equal},
    {"money.unequal", "(money, money) bool", unequal},
    {"decimal", "(decimal) decimal", same},
    {"decimal", "(int) decimal", from_int},
    {"decimal", "(string) decimal", from_text},
    {"int", "(decimal) int", to_int},
    {"math.abs", "(decimal) decimal", absolute},
    {"math.floor", "(decimal) decimal", round_down},
    {"math.ceil", "(decimal) decimal", round_up},
    {"math.round", "(decimal) decimal", round_off},
    MIXED_ROWS("math.greatest", "decimal", greater_of),
    MIXED_ROWS("math.least", "decimal", less_of),
    {"money", "(int, string) money", money},
    {"money", "(decimal, string) money", money},
    {"money", "(string, string) money", money},
    {0},
};
