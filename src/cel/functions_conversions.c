/* From one kind to another; the encoders, which turn bytes to text and back, stand here too. */
#include <inttypes.h>
#include <math.h>

#include "cel/encode.h"
#include "cel/function.h"
#include "cel/network.h"
#include "cel/time.h"
#include "value/number.h"

static struct value same(struct cel_run *run, const struct value *a)
{
    return a[0];
}

static struct value type_of(struct cel_run *run, const struct value *a)
{
    return value_type(value_kind_name(a[0].kind));
}

static struct value uint_to_int(struct cel_run *run, const struct value *a)
{
    return a[0].natural > INT64_MAX ? cel_fail(run, "overflow") : value_int(a[0].integer);
}

static struct value double_to_int(struct cel_run *run, const struct value *a)
{
    bool fits = a[0].real > -0x1p63 && a[0].real < 0x1p63;
    return fits ? value_int((int64_t)a[0].real) : cel_fail(run, "a double outside the range of int");
}

static struct value string_to_int(struct cel_run *run, const struct value *a)
{
    int64_t n;
    return slice_to_i64(a[0].text, &n) ? value_int(n) : cel_fail(run, "'%.*s' is no int", SLICE_ARG(a[0].text));
}

static struct value timestamp_to_int(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].integer);
}

static struct value int_to_uint(struct cel_run *run, const struct value *a)
{
    return a[0].integer < 0 ? cel_fail(run, "overflow") : value_uint(a[0].natural);
}

static struct value double_to_uint(struct cel_run *run, const struct value *a)
{
    bool fits = a[0].real > -1 && a[0].real < 0x1p64;
    return fits ? value_uint((uint64_t)a[0].real) : cel_fail(run, "a double outside the range of uint");
}

static struct value string_to_uint(struct cel_run *run, const struct value *a)
{
    uint64_t n = 0;
    bool good = a[0].text.len > 0;
    for (size_t i = 0; i < a[0].text.len && good; i++) {
        char c = a[0].text.ptr[i];
        good = c >= '0' && c <= '9' && !__builtin_mul_overflow(n, UINT64_C(10), &n) &&
               !__builtin_add_overflow(n, (uint64_t)(c - '0'), &n);
    }
    return good ? value_uint(n) : cel_fail(run, "'%.*s' is no uint", SLICE_ARG(a[0].text));
}

static struct value int_to_double(struct cel_run *run, const struct value *a)
{
    return value_double((double)a[0].integer);
}
static struct value uint_to_double(struct cel_run *run, const struct value *a)
{
    return value_double((double)a[0].natural);
}

static struct value string_to_double(struct cel_run *run, const struct value *a)
{
    static const char *const names[] = {"nan", "inf", "infinity"};
    struct slice text = a[0].text;
    bool negative = text.len && *text.ptr == '-';
    if (text.len && (*text.ptr == '-' || *text.ptr == '+')) text = slice_skip(text, 1);
    double d = NAN;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!slice_equal_fold(text, slice_from(names[i]))) continue;
        if (i) d = negative ? -INFINITY : INFINITY;
        return value_double(d);
    }
    bool digits = text.len && *text.ptr != '-' && *text.ptr != '+';
    if (!digits || !double_from_text(text, &d)) return cel_fail(run, "'%.*s' is no double", SLICE_ARG(a[0].text));
    return value_double(negative ? -d : d);
}

static struct value string_to_bool(struct cel_run *run, const struct value *a)
{
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (slice_is(a[0].text, yes[i])) return value_bool(true);
        if (slice_is(a[0].text, no[i])) return value_bool(false);
    }
    return cel_fail(run, "'%.*s' is no bool", SLICE_ARG(a[0].text));
}

static struct value printed(struct cel_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct value printed(struct cel_run *run, const char *format, ...)
{
    struct buffer text;
    buffer_init(&text, 64);
    va_list args;
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    return cel_take_text(run, &text);
}

static struct value int_to_string(struct cel_run *run, const struct value *a)
{
    return printed(run, "%" PRId64, a[0].integer);
}
static struct value uint_to_string(struct cel_run *run, const struct value *a)
{
    return printed(run, "%" PRIu64, a[0].natural);
}
static struct value bool_to_string(struct cel_run *run, const struct value *a)
{
    return value_string(slice_from(a[0].boolean ? "true" : "false"));
}

static struct value double_to_string(struct cel_run *run, const struct value *a)
{
    if (isnan(a[0].real)) return value_string(SLICE("NaN"));
    if (isinf(a[0].real)) return value_string(slice_from(a[0].real > 0 ? "Infinity" : "-Infinity"));
    char text[DOUBLE_TEXT_MAX];
    return value_string(arena_slice(run->arena, slice_of(text, double_to_text(a[0].real, text))));
}

static struct value bytes_to_string(struct cel_run *run, const struct value *a)
{
    return slice_is_utf8(a[0].text) ? value_string(a[0].text) : cel_fail(run, "the bytes are not valid UTF-8");
}

static struct value string_to_bytes(struct cel_run *run, const struct value *a)
{
    return value_bytes(a[0].text);
}

static struct value timestamp_to_string(struct cel_run *run, const struct value *a)
{
    struct buffer text;
    buffer_init(&text, 64);
    timestamp_print(&text, a[0]);
    return cel_take_text(run, &text);
}

static struct value duration_to_string(struct cel_run *run, const struct value *a)
{
    struct buffer text;
    buffer_init(&text, 64);
    duration_print(&text, a[0]);
    return cel_take_text(run, &text);
}

static struct value network_to_string(struct cel_run *run, const struct value *a)
{
    struct buffer text;
    buffer_init(&text, 64);
    network_print(&text, a[0]);
    return cel_take_text(run, &text);
}

static struct value string_to_timestamp(struct cel_run *run, const struct value *a)
{
    struct value v;
    if (timestamp_parse(a[0].text, &v)) return v;
    return cel_fail(run, "'%.*s' is no timestamp of RFC 3339 in the years 0001 to 9999", SLICE_ARG(a[0].text));
}

static struct value int_to_timestamp(struct cel_run *run, const struct value *a)
{
    bool fits = a[0].integer >= TIMESTAMP_MIN && a[0].integer <= TIMESTAMP_MAX;
    return fits ? value_timestamp(a[0].integer, 0) : cel_fail(run, "a timestamp outside the years 0001 to 9999");
}

static struct value string_to_duration(struct cel_run *run, const struct value *a)
{
    struct value v;
    if (duration_parse(a[0].text, false, &v)) return v;
    return cel_fail(run, "'%.*s' is no duration, such as 1h30m or -1.5s, within 292 years", SLICE_ARG(a[0].text));
}

static struct value base64_encode(struct cel_run *run, const struct value *a)
{
    struct buffer text;
    buffer_init(&text, cel_text_limit(run));
    base64_print(&text, a[0].text);
    return cel_take_text(run, &text);
}

static struct value base64_decode(struct cel_run *run, const struct value *a)
{
    struct buffer bytes;
    buffer_init(&bytes, cel_text_limit(run));
    if (!base64_read(&bytes, a[0].text)) {
        buffer_release(&bytes);
        return cel_fail(run, "not base64");
    }
    struct value v = cel_take_text(run, &bytes);
    if (v.kind == VALUE_STRING) v.kind = VALUE_BYTES;
    return v;
}

const struct cel_row cel_rows_conversions[] = {
    {"dyn", "(A) dyn", same},
    {"type", "(A) type(A)", type_of},
    {"bool", "(bool) bool", same},
    {"bool", "(string) bool", string_to_bool},
    {"int", "(int) int", same},
    {"int", "(uint) int", uint_to_int},
    {"int", "(double) int", double_to_int},
    {"int", "(string) int", string_to_int},
    {"int", "(google.protobuf.Timestamp) int", timestamp_to_int},
    {"uint", "(uint) uint", same},
    {"uint", "(int) uint", int_to_uint},
    {"uint", "(double) uint", double_to_uint},
    {"uint", "(string) uint", string_to_uint},
    {"double", "(double) double", same},
    {"double", "(int) double", int_to_double},
    {"double", "(uint) double", uint_to_double},
    {"double", "(string) double", string_to_double},
    {"string", "(string) string", same},
    {"string", "(int) string", int_to_string},
    {"string", "(uint) string", uint_to_string},
    {"string", "(double) string", double_to_string},
    {"string", "(bool) string", bool_to_string},
    {"string", "(bytes) string", bytes_to_string},
    {"string", "(google.protobuf.Timestamp) string", timestamp_to_string},
    {"string", "(google.protobuf.Duration) string", duration_to_string},
    {"string", "(net.IP) string", network_to_string},
    {"string", "(net.CIDR) string", network_to_string},
    {"bytes", "(bytes) bytes", same},
    {"bytes", "(string) bytes", string_to_bytes},
    {"timestamp", "(google.protobuf.Timestamp) google.protobuf.Timestamp", same},
    {"timestamp", "(string) google.protobuf.Timestamp", string_to_timestamp},
    {"timestamp", "(int) google.protobuf.Timestamp", int_to_timestamp},
    {"duration", "(google.protobuf.Duration) google.protobuf.Duration", same},
    {"duration", "(string) google.protobuf.Duration", string_to_duration},
    {"base64.encode", "(bytes) string", base64_encode},
    {"base64.decode", "(string) bytes", base64_decode},
    {0},
};
