/* "%s opened %d mails".format([name, n]) */
#include <inttypes.h>
#include <math.h>

#include "cel/function.h"
#include "cel/network.h"
#include "cel/time.h"
#include "value/number.h"

enum { PLACES_MAX = 100, TEXT_DEPTH_MAX = 64 };

static void add_text(struct buffer *out, struct value v, int depth);

static void add_number(struct buffer *out, double d)
{
    char text[DOUBLE_FIXED_MAX];
    if (isnan(d))
        buffer_text(out, "NaN");
    else if (isinf(d))
        buffer_text(out, d > 0 ? "Infinity" : "-Infinity");
    else
        buffer_add(out, slice_of(text, double_to_plain(d, text)));
}

static void add_list(struct buffer *out, struct value_items list, int depth)
{
    buffer_char(out, '[');
    for (size_t i = 0; i < list.count && !out->full; i++) {
        if (i) buffer_text(out, ", ");
        add_text(out, list.at[i], depth + 1);
    }
    buffer_char(out, ']');
}

struct entry_text {
    struct slice key;
    const struct value *value;
};

static int compare_entries(const void *a, const void *b)
{
    return slice_compare(((const struct entry_text *)a)->key, ((const struct entry_text *)b)->key);
}

/* A map in the order of its keys' texts, so that equal maps have equal texts. */
static void add_map(struct buffer *out, const struct value_map *map, int depth)
{
    struct entry_text *entries = memory_new(map->count * sizeof *entries);
    struct arena keys;
    arena_init(&keys);
    for (uint32_t i = 0; i < map->count; i++) {
        struct buffer key;
        buffer_init(&key, out->limit);
        add_text(&key, map->entries[i].key, depth + 1);
        entries[i] = (struct entry_text){arena_slice(&keys, buffer_slice(&key)), &map->entries[i].value};
        buffer_release(&key);
    }
    if (map->count) qsort(entries, map->count, sizeof *entries, compare_entries);
    buffer_char(out, '{');
    for (uint32_t i = 0; i < map->count && !out->full; i++) {
        if (i) buffer_text(out, ", ");
        buffer_add(out, entries[i].key);
        buffer_text(out, ": ");
        add_text(out, *entries[i].value, depth + 1);
    }
    buffer_char(out, '}');
    arena_release(&keys);
    free(entries);
}

static void add_decimal(struct buffer *out, int64_t millionths)
{
    uint64_t size = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths, rest = size % 1000000;
    int places = 6;
    for (; places && rest % 10 == 0; places--) rest /= 10;
    buffer_printf(out, "%s%" PRIu64, millionths < 0 ? "-" : "", size / 1000000);
    if (places) buffer_printf(out, ".%0*" PRIu64, places, rest);
}

static void add_text(struct buffer *out, struct value v, int depth)
{
    if (depth > TEXT_DEPTH_MAX) {
        buffer_text(out, "...");
        return;
    }
    switch (v.kind) {
    case VALUE_NULL: buffer_text(out, "null"); break;
    case VALUE_BOOL: buffer_text(out, v.boolean ? "true" : "false"); break;
    case VALUE_INT: buffer_printf(out, "%" PRId64, v.integer); break;
    case VALUE_UINT: buffer_printf(out, "%" PRIu64, v.natural); break;
    case VALUE_DOUBLE: add_number(out, v.real); break;
    case VALUE_STRING:
    case VALUE_BYTES:
    case VALUE_TYPE: buffer_add(out, v.text); break;
    case VALUE_LIST: add_list(out, v.list, depth); break;
    case VALUE_MAP: add_map(out, v.map, depth); break;
    case VALUE_TIMESTAMP: timestamp_print(out, v); break;
    case VALUE_DURATION: duration_print(out, v); break;
    case VALUE_IP:
    case VALUE_CIDR: network_print(out, v); break;
    case VALUE_DECIMAL: add_decimal(out, v.integer); break;
    case VALUE_MONEY:
        add_decimal(out, v.money.amount);
        buffer_printf(out, " %.*s", SLICE_ARG(*v.money.currency));
        break;
    default:
        if (v.optional)
            add_text(out, *v.optional, depth + 1);
        else
            buffer_text(out, "none");
    }
}

/* One % and what follows it. */
struct clause {
    char verb;
    int places; /* -1: not given */
};

static bool add_whole(struct buffer *out, const struct clause *clause, struct value v)
{
    if (v.kind == VALUE_INT && v.integer < 0) {
        buffer_char(out, '-');
        v.natural = -v.natural;
    } else if (v.kind != VALUE_INT && v.kind != VALUE_UINT && !(v.kind == VALUE_BOOL && clause->verb == 'b')) {
        return false;
    }
    uint64_t n = v.kind == VALUE_BOOL ? v.boolean : v.natural;
    unsigned base = clause->verb == 'b' ? 2 : clause->verb == 'o' ? 8 : clause->verb == 'd' ? 10 : 16;
    const char *digits = clause->verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[64];
    size_t at = sizeof text;
    do {
        text[--at] = digits[n % base];
        n /= base;
    } while (n);
    buffer_add(out, slice_of(text + at, sizeof text - at));
    return true;
}

static bool add_hex(struct buffer *out, const struct clause *clause, struct value v)
{
    if (v.kind != VALUE_STRING && v.kind != VALUE_BYTES) return add_whole(out, clause, v);
    for (size_t i = 0; i < v.text.len && !out->full; i++)
        buffer_printf(out, clause->verb == 'x' ? "%02x" : "%02X", (unsigned char)v.text.ptr[i]);
    return true;
}

static bool add_decimal_verb(struct buffer *out, const struct clause *clause, struct value v)
{
    if (v.kind != VALUE_DOUBLE && v.kind != VALUE_DECIMAL) return add_whole(out, clause, v);
    add_text(out, v, 0);
    return true;
}

static bool add_real(struct buffer *out, const struct clause *clause, struct value v)
{
    char text[DOUBLE_FIXED_MAX];
    if (!value_is_number(v)) return false;
    double d = v.kind == VALUE_DOUBLE    ? v.real
               : v.kind == VALUE_UINT    ? (double)v.natural
               : v.kind == VALUE_DECIMAL ? (double)v.integer / 1e6
                                         : (double)v.integer;
    int places = clause->places < 0 ? 6 : clause->places;
    if (!isfinite(d))
        add_number(out, d);
    else
        buffer_add(out, slice_of(text, clause->verb == 'f' ? double_to_fixed(d, places, text)
                                                           : double_to_scientific(d, places, text)));
    return true;
}

static bool add_any(struct buffer *out, const struct clause *clause, struct value v)
{
    add_text(out, v, 0);
    return true;
}

static const struct {
    char verb;
    bool (*add)(struct buffer *out, const struct clause *clause, struct value v);
} verbs[] = {
    {'s', add_any},   {'d', add_decimal_verb}, {'f', add_real}, {'e', add_real},
    {'b', add_whole}, {'o', add_whole},        {'x', add_hex},  {'X', add_hex},
};

/* Reads ".3f" from the text after a percent sign; false when it is no clause. */
static bool take_clause(struct slice *rest, struct clause *clause)
{
    clause->places = -1;
    if (slice_starts(*rest, SLICE("."))) {
        *rest = slice_skip(*rest, 1);
        for (clause->places = 0; rest->len && *rest->ptr >= '0' && *rest->ptr <= '9'; *rest = slice_skip(*rest, 1)) {
            clause->places = clause->places * 10 + (*rest->ptr - '0');
            if (clause->places > PLACES_MAX) return false;
        }
    }
    if (!rest->len) return false;
    clause->verb = *rest->ptr;
    *rest = slice_skip(*rest, 1);
    return true;
}

static struct value add_clause(struct cel_run *run, struct buffer *out, const struct clause *clause, struct value v)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (verbs[i].verb != clause->verb) continue;
        if (verbs[i].add(out, clause, v)) return value_null();
        return cel_fail(run, "%%%c does not take %.*s", clause->verb, SLICE_ARG(value_kind_name(v.kind)));
    }
    return cel_fail(run, "there is no %%%c", clause->verb);
}

static struct value format(struct cel_run *run, const struct value *a)
{
    struct slice rest = a[0].text;
    struct value failure = value_null();
    size_t used = 0;
    struct buffer out;
    buffer_init(&out, cel_text_limit(run));
    while (rest.len && failure.kind != VALUE_ERROR) {
        size_t plain = 0;
        while (plain < rest.len && rest.ptr[plain] != '%') plain++;
        buffer_add(&out, slice_of(rest.ptr, plain));
        rest = slice_skip(rest, plain);
        if (!rest.len) break;
        rest = slice_skip(rest, 1);
        struct clause clause;
        if (slice_starts(rest, SLICE("%"))) {
            buffer_char(&out, '%');
            rest = slice_skip(rest, 1);
        } else if (!take_clause(&rest, &clause)) {
            failure = cel_fail(run, "a wrong %% in the format");
        } else if (used == a[1].list.count) {
            failure = cel_fail(run, "the format wants more than %zu values", used);
        } else {
            failure = add_clause(run, &out, &clause, a[1].list.at[used++]);
        }
    }
    struct value text = cel_take_text(run, &out);
    if (text.kind == VALUE_STRING && !slice_is_utf8(text.text)) text = cel_fail(run, "the bytes are not valid UTF-8");
    return failure.kind == VALUE_ERROR ? failure : text;
}

const struct cel_row cel_rows_format[] = {
    {"format", "string.(list(dyn)) string", format},
    {0},
};
