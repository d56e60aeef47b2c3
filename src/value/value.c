#include "value/value.h"

#include <math.h>

enum { SMALL_MAP = 8 };

struct value value_money(struct arena *arena, int64_t amount, struct slice currency)
{
    struct slice *held = arena_alloc(arena, sizeof *held);
    *held = arena_slice(arena, currency);
    return (struct value){.kind = VALUE_MONEY, .money = {amount, held}};
}

/* Kinds are compared without wrapping: signed with unsigned exactly, an integer with a double as the nearest double. */
static enum value_order order_i64(int64_t a, int64_t b)
{
    return a < b ? VALUE_LESS : a > b ? VALUE_GREATER : VALUE_SAME;
}

static enum value_order order_u64(uint64_t a, uint64_t b)
{
    return a < b ? VALUE_LESS : a > b ? VALUE_GREATER : VALUE_SAME;
}

static enum value_order order_flip(enum value_order order)
{
    return order == VALUE_UNORDERED ? order : (enum value_order) - order;
}

static enum value_order order_double(double a, double b)
{
    if (isnan(a) || isnan(b)) return VALUE_UNORDERED;
    return a < b ? VALUE_LESS : a > b ? VALUE_GREATER : VALUE_SAME;
}

static enum value_order order_i64_u64(int64_t a, uint64_t b)
{
    return a < 0 ? VALUE_LESS : order_u64((uint64_t)a, b);
}

static enum value_order order_i64_double(int64_t a, double b)
{
    return order_double((double)a, b);
}

static enum value_order order_u64_double(uint64_t a, double b)
{
    return order_double((double)a, b);
}

static enum value_order order_decimal(int64_t millionths, struct value b)
{
    if (b.kind == VALUE_DECIMAL) return order_i64(millionths, b.integer);
    if (b.kind == VALUE_DOUBLE) return order_double((double)millionths / 1e6, b.real);
    if (b.kind == VALUE_UINT && b.natural > INT64_MAX) return VALUE_LESS;
    __int128 scaled = (__int128)b.integer * 1000000;
    return millionths < scaled ? VALUE_LESS : millionths > scaled ? VALUE_GREATER : VALUE_SAME;
}

static enum value_order order_int(int64_t a, struct value b)
{
    switch (b.kind) {
    case VALUE_INT: return order_i64(a, b.integer);
    case VALUE_UINT: return order_i64_u64(a, b.natural);
    case VALUE_DOUBLE: return order_i64_double(a, b.real);
    default: return VALUE_UNORDERED;
    }
}

static enum value_order order_uint(uint64_t a, struct value b)
{
    switch (b.kind) {
    case VALUE_INT: return order_flip(order_i64_u64(b.integer, a));
    case VALUE_UINT: return order_u64(a, b.natural);
    case VALUE_DOUBLE: return order_u64_double(a, b.real);
    default: return VALUE_UNORDERED;
    }
}

static enum value_order order_real(double a, struct value b)
{
    switch (b.kind) {
    case VALUE_INT: return order_flip(order_i64_double(b.integer, a));
    case VALUE_UINT: return order_flip(order_u64_double(b.natural, a));
    case VALUE_DOUBLE: return order_double(a, b.real);
    default: return VALUE_UNORDERED;
    }
}

static enum value_order order_numbers(struct value a, struct value b)
{
    if (a.kind == VALUE_DECIMAL) return order_decimal(a.integer, b);
    if (b.kind == VALUE_DECIMAL) return order_flip(order_decimal(b.integer, a));
    if (a.kind == VALUE_INT) return order_int(a.integer, b);
    if (a.kind == VALUE_UINT) return order_uint(a.natural, b);
    return order_real(a.real, b);
}

static enum value_order order_slices(struct slice a, struct slice b)
{
    int c = slice_compare(a, b);
    return c < 0 ? VALUE_LESS : c > 0 ? VALUE_GREATER : VALUE_SAME;
}

enum value_order value_compare(struct value a, struct value b)
{
    if (value_is_number(a) && value_is_number(b)) return order_numbers(a, b);
    if (a.kind != b.kind) return VALUE_UNORDERED;
    switch (a.kind) {
    case VALUE_BOOL: return order_i64(a.boolean, b.boolean);
    case VALUE_STRING:
    case VALUE_BYTES: return order_slices(a.text, b.text);
    case VALUE_DURATION: return order_i64(a.integer, b.integer);
    case VALUE_TIMESTAMP: {
        enum value_order order = order_i64(a.integer, b.integer);
        return order != VALUE_SAME ? order : order_i64(a.extra, b.extra);
    }
    case VALUE_MONEY:
        if (!slice_equal(*a.money.currency, *b.money.currency)) return VALUE_UNORDERED;
        return order_i64(a.money.amount, b.money.amount);
    default: return VALUE_UNORDERED;
    }
}

static bool equal_lists(struct value_items a, struct value_items b, int64_t *steps)
{
    if (a.count != b.count) return false;
    for (size_t i = 0; i < a.count; i++)
        if (!value_equal_within(a.at[i], b.at[i], steps)) return false;
    return true;
}

static bool equal_maps(const struct value_map *a, const struct value_map *b, int64_t *steps)
{
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct value *other = value_map_get(b, a->entries[i].key);
        if (!other || !value_equal_within(a->entries[i].value, *other, steps)) return false;
    }
    return true;
}

static bool equal_optionals(const struct value *a, const struct value *b, int64_t *steps)
{
    return a && b ? value_equal_within(*a, *b, steps) : a == b;
}

bool value_equal_within(struct value a, struct value b, int64_t *steps)
{
    if (--*steps < 0) return false;
    if (value_is_number(a) && value_is_number(b)) return order_numbers(a, b) == VALUE_SAME;
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_NULL: return true;
    case VALUE_LIST: return equal_lists(a.list, b.list, steps);
    case VALUE_MAP: return equal_maps(a.map, b.map, steps);
    case VALUE_TYPE:
    case VALUE_IP: return slice_equal(a.text, b.text);
    case VALUE_CIDR: return a.extra == b.extra && slice_equal(a.text, b.text);
    case VALUE_OPTIONAL: return equal_optionals(a.optional, b.optional, steps);
    default: return value_compare(a, b) == VALUE_SAME;
    }
}

bool value_equal(struct value a, struct value b)
{
    int64_t steps = INT64_MAX;
    return value_equal_within(a, b, &steps);
}

/* A whole number becomes an int, or a uint where it is too large for one, so that equal keys are the same bits. */
static bool normal_key(struct value *key)
{
    switch (key->kind) {
    case VALUE_BOOL:
    case VALUE_STRING:
    case VALUE_INT: return true;
    case VALUE_UINT:
        if (key->natural <= INT64_MAX) key->kind = VALUE_INT;
        return true;
    case VALUE_DOUBLE:
        if (!(key->real >= -0x1p63 && key->real < 0x1p64) || key->real != trunc(key->real)) return false;
        *key = key->real < 0x1p63 ? value_int((int64_t)key->real) : value_uint((uint64_t)key->real);
        return true;
    case VALUE_DECIMAL:
        if (key->integer % 1000000) return false;
        *key = value_int(key->integer / 1000000);
        return true;
    default: return false;
    }
}

static bool same_key(struct value a, struct value b)
{
    normal_key(&a);
    if (a.kind != b.kind) return false;
    if (a.kind == VALUE_STRING) return slice_equal(a.text, b.text);
    return a.kind == VALUE_BOOL ? a.boolean == b.boolean : a.integer == b.integer;
}

static uint64_t hash_key(struct value key)
{
    if (key.kind == VALUE_STRING) return slice_hash(key.text);
    normal_key(&key);
    uint64_t number = key.kind == VALUE_BOOL ? 0x51 + (uint64_t)key.boolean : key.natural + 1;
    uint64_t hash = number * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

struct value_map *value_map_new(struct arena *arena, size_t capacity)
{
    struct value_map *map = ARENA_NEW(arena, struct value_map);
    map->arena = arena;
    map->capacity = (uint32_t)capacity;
    if (capacity) map->entries = arena_alloc(arena, capacity * sizeof *map->entries);
    return map;
}

static void index_entry(struct value_map *map, uint32_t entry, uint64_t hash)
{
    uint32_t at = (uint32_t)hash & map->mask;
    while (map->slots[at]) at = (at + 1) & map->mask;
    map->slots[at] = entry + 1;
}

static void rebuild_index(struct value_map *map)
{
    uint32_t size = 4 * SMALL_MAP;
    while (size < 2 * map->capacity) size *= 2;
    map->slots = ARENA_ARRAY(map->arena, uint32_t, size);
    map->mask = size - 1;
    for (uint32_t i = 0; i < map->count; i++) index_entry(map, i, hash_key(map->entries[i].key));
}

const struct value *value_map_get(const struct value_map *map, struct value key)
{
    if (!normal_key(&key)) return NULL;
    if (!map->slots) {
        for (uint32_t i = 0; i < map->count; i++)
            if (same_key(map->entries[i].key, key)) return &map->entries[i].value;
        return NULL;
    }
    for (uint32_t at = (uint32_t)hash_key(key) & map->mask; map->slots[at]; at = (at + 1) & map->mask) {
        const struct value_entry *entry = &map->entries[map->slots[at] - 1];
        if (same_key(entry->key, key)) return &entry->value;
    }
    return NULL;
}

const struct value *value_map_field(const struct value_map *map, struct slice name)
{
    return value_map_get(map, value_string(name));
}

bool value_map_add(struct value_map *map, struct value key, struct value value)
{
    if (value_map_get(map, key)) return false;
    if (map->count == map->capacity) {
        uint32_t capacity = map->capacity ? map->capacity * 2 : 4;
        struct value_entry *entries = arena_alloc(map->arena, capacity * sizeof *entries);
        if (map->count) memcpy(entries, map->entries, map->count * sizeof *entries);
        map->entries = entries;
        map->capacity = capacity;
        map->slots = NULL;
    }
    map->entries[map->count++] = (struct value_entry){key, value};
    if (map->count <= SMALL_MAP) return true;
    if (!map->slots)
        rebuild_index(map);
    else
        index_entry(map, map->count - 1, hash_key(key));
    return true;
}

struct slice value_kind_name(enum value_kind kind)
{
    static const char *const names[VALUE_KINDS] = {
        [VALUE_NULL] = "null_type",
        [VALUE_BOOL] = "bool",
        [VALUE_INT] = "int",
        [VALUE_UINT] = "uint",
        [VALUE_DOUBLE] = "double",
        [VALUE_STRING] = "string",
        [VALUE_BYTES] = "bytes",
        [VALUE_LIST] = "list",
        [VALUE_MAP] = "map",
        [VALUE_TIMESTAMP] = "google.protobuf.Timestamp",
        [VALUE_DURATION] = "google.protobuf.Duration",
        [VALUE_TYPE] = "type",
        [VALUE_OPTIONAL] = "optional_type",
        [VALUE_IP] = "net.IP",
        [VALUE_CIDR] = "net.CIDR",
        [VALUE_DECIMAL] = "decimal",
        [VALUE_MONEY] = "money",
        [VALUE_ABSENT] = "absent",
        [VALUE_ERROR] = "error",
    };
    return slice_from(names[kind]);
}

static struct value copy_map(struct arena *arena, const struct value_map *from)
{
    struct value_map *map = value_map_new(arena, from->count);
    for (uint32_t i = 0; i < from->count; i++)
        value_map_add(map, value_copy(arena, from->entries[i].key), value_copy(arena, from->entries[i].value));
    return value_of_map(map);
}

struct value value_copy(struct arena *arena, struct value v)
{
    switch (v.kind) {
    case VALUE_STRING:
    case VALUE_BYTES:
    case VALUE_TYPE:
    case VALUE_IP:
    case VALUE_CIDR:
    case VALUE_ABSENT:
    case VALUE_ERROR: v.text = arena_slice(arena, v.text); return v;
    case VALUE_LIST: {
        struct value *items = ARENA_ARRAY(arena, struct value, v.list.count);
        for (size_t i = 0; i < v.list.count; i++) items[i] = value_copy(arena, v.list.at[i]);
        return value_list(items, v.list.count);
    }
    case VALUE_MAP: return copy_map(arena, v.map);
    case VALUE_OPTIONAL: {
        if (!v.optional) return v;
        struct value *held = arena_alloc(arena, sizeof *held);
        *held = value_copy(arena, *v.optional);
        return value_optional(held);
    }
    case VALUE_MONEY: return value_money(arena, v.money.amount, *v.money.currency);
    default: return v;
    }
}
