/* The optional extension. `or` and `orValue` are lazy: the evaluator leaves their argument alone when the optional has
 * a value. */
#include "cel/function.h"

static struct value hold(struct cel_run *run, struct value v)
{
    struct value *held = cel_memory(run, sizeof *held);
    if (!held) return cel_fail_memory(run);
    *held = v;
    return value_optional(held);
}

static bool is_zero(struct value v)
{
    switch (v.kind) {
    case VALUE_NULL: return true;
    case VALUE_BOOL: return !v.boolean;
    case VALUE_INT:
    case VALUE_UINT:
    case VALUE_DECIMAL:
    case VALUE_DURATION: return v.integer == 0;
    case VALUE_DOUBLE: return v.real == 0;
    case VALUE_STRING:
    case VALUE_BYTES: return v.text.len == 0;
    case VALUE_LIST: return v.list.count == 0;
    case VALUE_MAP: return v.map->count == 0;
    case VALUE_TIMESTAMP: return v.integer == 0 && v.extra == 0;
    case VALUE_OPTIONAL: return v.optional == NULL;
    default: return false;
    }
}

static struct value of(struct cel_run *run, const struct value *a)
{
    return hold(run, a[0]);
}
static struct value none(struct cel_run *run, const struct value *a)
{
    return value_optional(NULL);
}
static struct value of_non_zero(struct cel_run *run, const struct value *a)
{
    return is_zero(a[0]) ? value_optional(NULL) : hold(run, a[0]);
}

static struct value has_value(struct cel_run *run, const struct value *a)
{
    return value_bool(a[0].optional != NULL);
}
static struct value value_of(struct cel_run *run, const struct value *a)
{
    return a[0].optional ? *a[0].optional : cel_fail(run, "the optional has no value");
}

static struct value either(struct cel_run *run, const struct value *a)
{
    return a[0].optional ? a[0] : a[1];
}
static struct value value_or(struct cel_run *run, const struct value *a)
{
    return a[0].optional ? *a[0].optional : a[1];
}

const struct cel_row cel_rows_optional[] = {
    {"optional.of", "(A) optional_type(A)", of},
    {"optional.ofNonZeroValue", "(A) optional_type(A)", of_non_zero},
    {"optional.none", "() optional_type(A)", none},
    {"hasValue", "optional_type(A).() bool", has_value},
    {"value", "optional_type(A).() A", value_of},
    {"or", "optional_type(A).(optional_type(A)) optional_type(A)", either},
    {"orValue", "optional_type(A).(A) A", value_or},
    {0},
};
