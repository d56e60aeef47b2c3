/* One dynamic, immutable value: what JSON holds and what the expression language computes with. It is passed by value;
 * whatever it points to lives in an arena that the maker names, so a value is valid as long as that arena is. */
#ifndef MASA_VALUE_VALUE_H
#define MASA_VALUE_VALUE_H

#include "base/arena.h"

enum value_kind {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_UINT,
    VALUE_DOUBLE,
    VALUE_STRING, /* valid UTF-8 */
    VALUE_BYTES,
    VALUE_LIST,
    VALUE_MAP,
    VALUE_TIMESTAMP, /* integer: seconds since 1970, years 0001 to 9999; extra: nanoseconds, never negative */
    VALUE_DURATION,  /* integer: nanoseconds */
    VALUE_TYPE,      /* text: the type's name */
    VALUE_OPTIONAL,
    VALUE_IP,      /* text: 4 or 16 bytes */
    VALUE_CIDR,    /* text: 4 or 16 bytes; extra: length of the prefix */
    VALUE_DECIMAL, /* integer: millionths; only definitions make these three */
    VALUE_MONEY,   /* money: amount in millionths and its currency */
    VALUE_ABSENT,  /* not known; text: the name of what is missing */
    VALUE_ERROR,   /* text: the message; extra: byte offset of the place in the expression */
    VALUE_KINDS,
};

struct value;
struct value_map;

struct value_items {
    const struct value *at;
    size_t count;
};

struct value_money {
    int64_t amount;
    const struct slice *currency;
};

struct value {
    uint32_t kind; /* enum value_kind */
    uint32_t extra;
    union {
        bool boolean;
        int64_t integer;
        uint64_t natural;
        double real;
        struct slice text;
        struct value_items list;
        const struct value_map *map;
        const struct value *optional; /* NULL: none */
        struct value_money money;
    };
};

#define DURATION_SECOND INT64_C(1000000000)
#define TIMESTAMP_MIN   INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIMESTAMP_MAX   INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static inline struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}
static inline struct value value_bool(bool b)
{
    return (struct value){.kind = VALUE_BOOL, .boolean = b};
}
static inline struct value value_int(int64_t n)
{
    return (struct value){.kind = VALUE_INT, .integer = n};
}
static inline struct value value_uint(uint64_t n)
{
    return (struct value){.kind = VALUE_UINT, .natural = n};
}
static inline struct value value_double(double d)
{
    return (struct value){.kind = VALUE_DOUBLE, .real = d};
}
static inline struct value value_string(struct slice s)
{
    return (struct value){.kind = VALUE_STRING, .text = s};
}
static inline struct value value_bytes(struct slice s)
{
    return (struct value){.kind = VALUE_BYTES, .text = s};
}
static inline struct value value_type(struct slice name)
{
    return (struct value){.kind = VALUE_TYPE, .text = name};
}
static inline struct value value_duration(int64_t nanoseconds)
{
    return (struct value){.kind = VALUE_DURATION, .integer = nanoseconds};
}
static inline struct value value_timestamp(int64_t seconds, uint32_t nanoseconds)
{
    return (struct value){.kind = VALUE_TIMESTAMP, .extra = nanoseconds, .integer = seconds};
}
static inline struct value value_decimal(int64_t millionths)
{
    return (struct value){.kind = VALUE_DECIMAL, .integer = millionths};
}
static inline struct value value_list(const struct value *items, size_t count)
{
    return (struct value){.kind = VALUE_LIST, .list = {items, count}};
}
static inline struct value value_optional(const struct value *held)
{
    return (struct value){.kind = VALUE_OPTIONAL, .optional = held};
}
static inline struct value value_absent(struct slice name)
{
    return (struct value){.kind = VALUE_ABSENT, .text = name};
}
static inline struct value value_error(struct slice message)
{
    return (struct value){.kind = VALUE_ERROR, .text = message};
}
struct value value_money(struct arena *arena, int64_t amount, struct slice currency);

/* A map keeps the order in which its entries were added. Keys are bool, int, uint or string; 1, 1u and 1.0 are one key.
 */
struct value_entry {
    struct value key, value;
};

struct value_map {
    struct arena *arena; /* where it grows */
    struct value_entry *entries;
    uint32_t *slots; /* entry index + 1, 0 is free; NULL while the map is small */
    uint32_t count, capacity, mask;
};

struct value_map *value_map_new(struct arena *arena, size_t capacity);
/* False, and nothing added, when the key is there already. Only while the map is being built. */
bool value_map_add(struct value_map *map, struct value key, struct value value);
/* NULL when absent; any kind of key may be asked for. */
const struct value *value_map_get(const struct value_map *map, struct value key);
const struct value *value_map_field(const struct value_map *map, struct slice name);
static inline struct value value_of_map(const struct value_map *map)
{
    return (struct value){.kind = VALUE_MAP, .map = map};
}

/* Equality of the expression language: numbers by their value whatever their kind (an integer meets a double as the
 * nearest double), NaN equal to nothing, lists item by item, maps in any order, values of different kinds unequal. */
bool value_equal(struct value a, struct value b);
/* The same with a limit, for values of strangers: shared parts can make a small value take forever. Below zero
 * afterwards: the steps were not enough, and the answer says nothing. */
bool value_equal_within(struct value a, struct value b, int64_t *steps);

enum value_order { VALUE_LESS = -1, VALUE_SAME = 0, VALUE_GREATER = 1, VALUE_UNORDERED = 2 };
/* Unordered: NaN, kinds without an order, or kinds that do not compare with one another. */
enum value_order value_compare(struct value a, struct value b);

/* "int", "google.protobuf.Timestamp": what type(x) gives. */
struct slice value_kind_name(enum value_kind kind);
/* A deep copy: all of it lives in the arena. */
struct value value_copy(struct arena *arena, struct value v);

static inline bool value_is_number(struct value v)
{
    return v.kind == VALUE_INT || v.kind == VALUE_UINT || v.kind == VALUE_DOUBLE || v.kind == VALUE_DECIMAL;
}

#endif
