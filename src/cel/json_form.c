#include "cel/json_form.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "cel/encode.h"
#include "cel/network.h"
#include "cel/time.h"
#include "value/json.h"
#include "value/number.h"

/* Whatever JSON was read can be written; the typed form of a map nests four levels of JSON for one of the value's. */
enum { PLAIN_DEPTH_MAX = JSON_DEPTH_MAX, TYPED_DEPTH_MAX = 120 };

static void print_text(struct buffer *out, struct value v)
{
    switch (v.kind) {
    case VALUE_INT: buffer_printf(out, "%" PRId64, v.integer); break;
    case VALUE_UINT: buffer_printf(out, "%" PRIu64, v.natural); break;
    case VALUE_BOOL: buffer_text(out, v.boolean ? "true" : "false"); break;
    case VALUE_BYTES: base64_print(out, v.text); break;
    case VALUE_TIMESTAMP: timestamp_print(out, v); break;
    case VALUE_DURATION: duration_print(out, v); break;
    case VALUE_IP:
    case VALUE_CIDR: network_print(out, v); break;
    default: buffer_add(out, v.text); break;
    }
}

/* The value's text as a JSON string, or as a key. */
static void write_text(struct json_writer *w, struct value v, void (*write)(struct json_writer *w, struct slice text))
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    print_text(&text, v);
    write(w, buffer_slice(&text));
    buffer_release(&text);
}

static bool write_plain(struct json_writer *w, struct value v, int depth);

static bool write_plain_list(struct json_writer *w, struct value_items list, int depth)
{
    bool good = true;
    json_array(w);
    for (size_t i = 0; i < list.count && good; i++) good = !w->out->full && write_plain(w, list.at[i], depth + 1);
    json_end(w);
    return good;
}

static bool write_plain_map(struct json_writer *w, const struct value_map *map, int depth)
{
    bool good = true;
    json_object(w);
    for (uint32_t i = 0; i < map->count && good; i++) {
        write_text(w, map->entries[i].key, json_key);
        good = !w->out->full && write_plain(w, map->entries[i].value, depth + 1);
    }
    json_end(w);
    return good;
}

static bool write_money(struct json_writer *w, struct value_money money)
{
    json_object(w);
    json_key(w, SLICE("amount"));
    json_decimal(w, money.amount);
    json_key(w, SLICE("currency"));
    json_string(w, *money.currency);
    json_end(w);
    return true;
}

static bool write_plain(struct json_writer *w, struct value v, int depth)
{
    if (depth > PLAIN_DEPTH_MAX) return false;
    switch (v.kind) {
    case VALUE_NULL: json_null(w); return true;
    case VALUE_BOOL: json_bool(w, v.boolean); return true;
    case VALUE_INT: json_int(w, v.integer); return true;
    case VALUE_UINT: json_uint(w, v.natural); return true;
    case VALUE_DOUBLE: json_double(w, v.real); return true;
    case VALUE_DECIMAL: json_decimal(w, v.integer); return true;
    case VALUE_MONEY: return write_money(w, v.money);
    case VALUE_LIST: return write_plain_list(w, v.list, depth);
    case VALUE_MAP: return write_plain_map(w, v.map, depth);
    case VALUE_OPTIONAL:
        if (v.optional) return write_plain(w, *v.optional, depth + 1);
        json_null(w);
        return true;
    case VALUE_ABSENT:
    case VALUE_ERROR: return false;
    default: write_text(w, v, json_string); return true;
    }
}

bool json_write_plain(struct json_writer *w, struct value v)
{
    return write_plain(w, v, 0) && !w->out->full;
}

static const char *const typed_names[VALUE_KINDS] = {
    [VALUE_NULL] = "null",           [VALUE_BOOL] = "bool",         [VALUE_INT] = "int",
    [VALUE_UINT] = "uint",           [VALUE_DOUBLE] = "double",     [VALUE_STRING] = "string",
    [VALUE_BYTES] = "bytes",         [VALUE_LIST] = "list",         [VALUE_MAP] = "map",
    [VALUE_TIMESTAMP] = "timestamp", [VALUE_DURATION] = "duration", [VALUE_TYPE] = "type",
    [VALUE_OPTIONAL] = "optional",
};

static bool write_typed(struct json_writer *w, struct value v, int depth);

static bool write_typed_list(struct json_writer *w, struct value_items list, int depth)
{
    bool good = true;
    json_array(w);
    for (size_t i = 0; i < list.count && good; i++) good = !w->out->full && write_typed(w, list.at[i], depth + 1);
    json_end(w);
    return good;
}

static bool write_typed_map(struct json_writer *w, const struct value_map *map, int depth)
{
    bool good = true;
    json_array(w);
    for (uint32_t i = 0; i < map->count && good; i++) {
        json_array(w);
        good = !w->out->full && write_typed(w, map->entries[i].key, depth + 1) &&
               write_typed(w, map->entries[i].value, depth + 1);
        json_end(w);
    }
    json_end(w);
    return good;
}

static bool write_content(struct json_writer *w, struct value v, int depth)
{
    switch (v.kind) {
    case VALUE_NULL: json_null(w); return true;
    case VALUE_BOOL: json_bool(w, v.boolean); return true;
    case VALUE_DOUBLE: json_double(w, v.real); return true;
    case VALUE_LIST: return write_typed_list(w, v.list, depth);
    case VALUE_MAP: return write_typed_map(w, v.map, depth);
    case VALUE_OPTIONAL:
        if (v.optional) return write_typed(w, *v.optional, depth + 1);
        json_null(w);
        return true;
    default: write_text(w, v, json_string); return true;
    }
}

static bool write_typed(struct json_writer *w, struct value v, int depth)
{
    if (depth > TYPED_DEPTH_MAX || !typed_names[v.kind]) return false;
    json_object(w);
    json_key(w, slice_from(typed_names[v.kind]));
    bool good = write_content(w, v, depth);
    json_end(w);
    return good;
}

bool json_write_typed(struct json_writer *w, struct value v)
{
    return write_typed(w, v, 0) && !w->out->full;
}

static enum outcome wrong(struct error *error, const char *kind, const char *wanted)
{
    return error_set(error, FAILED, "\"%s\" holds %s", kind, wanted);
}

static bool read_uint(struct slice text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        if (__builtin_mul_overflow(*out, UINT64_C(10), out)) return false;
        if (__builtin_add_overflow(*out, (uint64_t)(text.ptr[i] - '0'), out)) return false;
    }
    return text.len > 0;
}

static bool read_double(struct value json, double *out)
{
    if (json.kind == VALUE_DOUBLE) *out = json.real;
    if (json.kind == VALUE_INT) *out = (double)json.integer;
    if (json.kind == VALUE_UINT) *out = (double)json.natural;
    if (json.kind != VALUE_STRING)
        return json.kind == VALUE_DOUBLE || json.kind == VALUE_INT || json.kind == VALUE_UINT;
    if (slice_is(json.text, "NaN")) *out = NAN;
    if (slice_is(json.text, "Infinity")) *out = INFINITY;
    if (slice_is(json.text, "-Infinity")) *out = -INFINITY;
    return slice_is(json.text, "NaN") || slice_is(json.text, "Infinity") || slice_is(json.text, "-Infinity");
}

static enum outcome read_scalar(struct arena *arena, enum value_kind kind, struct value json, struct value *out,
                                struct error *error)
{
    if (kind == VALUE_NULL) {
        *out = value_null();
        return json.kind == VALUE_NULL ? OK : wrong(error, "null", "null");
    }
    if (kind == VALUE_BOOL) {
        *out = json;
        return json.kind == VALUE_BOOL ? OK : wrong(error, "bool", "true or false");
    }
    double d;
    if (kind == VALUE_DOUBLE) {
        if (!read_double(json, &d)) return wrong(error, "double", "a number, NaN, Infinity or -Infinity");
        *out = value_double(d);
        return OK;
    }
    if (json.kind != VALUE_STRING) return wrong(error, typed_names[kind], "a string");
    *out = (struct value){.kind = kind, .text = json.text};
    if (kind == VALUE_STRING || kind == VALUE_TYPE) return OK;
    int64_t n = 0;
    uint64_t natural = 0;
    bool good;
    switch (kind) {
    case VALUE_INT:
        good = slice_to_i64(json.text, &n);
        *out = value_int(n);
        return good ? OK : wrong(error, "int", "a decimal number of 64 bits, as a string");
    case VALUE_UINT:
        good = read_uint(json.text, &natural);
        *out = value_uint(natural);
        return good ? OK : wrong(error, "uint", "a decimal number of 64 bits, as a string");
    case VALUE_TIMESTAMP: return timestamp_parse(json.text, out) ? OK : wrong(error, "timestamp", "RFC 3339 text");
    default: return duration_parse(json.text, false, out) ? OK : wrong(error, "duration", "seconds and the letter s");
    }
}

static enum outcome read_bytes(struct arena *arena, struct value json, struct value *out, struct error *error)
{
    struct buffer bytes;
    buffer_init(&bytes, BUFFER_NO_LIMIT);
    bool good = json.kind == VALUE_STRING && base64_read(&bytes, json.text);
    if (good) *out = value_bytes(arena_slice(arena, buffer_slice(&bytes)));
    buffer_release(&bytes);
    return good ? OK : wrong(error, "bytes", "base64");
}

static enum outcome read_list(struct arena *arena, struct value json, struct value *out, struct error *error)
{
    if (json.kind != VALUE_LIST) return wrong(error, "list", "an array");
    struct value *items = ARENA_ARRAY(arena, struct value, json.list.count + 1);
    for (size_t i = 0; i < json.list.count; i++) {
        enum outcome outcome = json_typed_value(arena, json.list.at[i], &items[i], error);
        if (outcome) return outcome;
    }
    *out = value_list(items, json.list.count);
    return OK;
}

static enum outcome read_map(struct arena *arena, struct value json, struct value *out, struct error *error)
{
    if (json.kind != VALUE_LIST) return wrong(error, "map", "an array of pairs");
    struct value_map *map = value_map_new(arena, json.list.count);
    for (size_t i = 0; i < json.list.count; i++) {
        struct value pair = json.list.at[i], key, value;
        if (pair.kind != VALUE_LIST || pair.list.count != 2) return wrong(error, "map", "an array of pairs");
        if (json_typed_value(arena, pair.list.at[0], &key, error) ||
            json_typed_value(arena, pair.list.at[1], &value, error))
            return FAILED;
        if (key.kind != VALUE_BOOL && key.kind != VALUE_INT && key.kind != VALUE_UINT && key.kind != VALUE_STRING)
            return wrong(error, "map", "keys that are bool, int, uint or string");
        if (!value_map_add(map, key, value)) return wrong(error, "map", "no key twice");
    }
    *out = value_of_map(map);
    return OK;
}

static enum outcome read_optional(struct arena *arena, struct value json, struct value *out, struct error *error)
{
    *out = value_optional(NULL);
    if (json.kind == VALUE_NULL) return OK;
    struct value *held = ARENA_NEW(arena, struct value);
    *out = value_optional(held);
    return json_typed_value(arena, json, held, error);
}

enum outcome json_typed_value(struct arena *arena, struct value json, struct value *out, struct error *error)
{
    if (json.kind != VALUE_MAP || json.map->count != 1)
        return error_set(error, FAILED, "a typed value is an object with one key, its kind");
    struct slice name = json.map->entries[0].key.text;
    struct value content = json.map->entries[0].value;
    for (int kind = 0; kind < VALUE_KINDS; kind++) {
        if (!typed_names[kind] || !slice_is(name, typed_names[kind])) continue;
        switch (kind) {
        case VALUE_BYTES: return read_bytes(arena, content, out, error);
        case VALUE_LIST: return read_list(arena, content, out, error);
        case VALUE_MAP: return read_map(arena, content, out, error);
        case VALUE_OPTIONAL: return read_optional(arena, content, out, error);
        default: return read_scalar(arena, (enum value_kind)kind, content, out, error);
        }
    }
    return error_set(error, FAILED, "there is no kind \"%.*s\"", SLICE_ARG(name));
}
