/* JSON: what is read is written, and reads back as the same. jansson takes and refuses the same texts, but for
 * limits. */
#include <string.h>

#include "base/buffer.h"
#include "fuzz.h"
#include "json_oracle.h"
#include "value/json.h"
#include "value/json_write.h"

static void write_value(struct json_writer *w, struct value v);

static void write_map(struct json_writer *w, const struct value_map *map)
{
    json_object(w);
    for (uint32_t i = 0; i < map->count; i++) {
        json_key(w, map->entries[i].key.text);
        write_value(w, map->entries[i].value);
    }
    json_end(w);
}

static void write_list(struct json_writer *w, struct value_items list)
{
    json_array(w);
    for (size_t i = 0; i < list.count; i++) write_value(w, list.at[i]);
    json_end(w);
}

static void write_value(struct json_writer *w, struct value v)
{
    switch (v.kind) {
    case VALUE_NULL: json_null(w); break;
    case VALUE_BOOL: json_bool(w, v.boolean); break;
    case VALUE_INT: json_int(w, v.integer); break;
    case VALUE_UINT: json_uint(w, v.natural); break;
    case VALUE_DOUBLE: json_double(w, v.real); break;
    case VALUE_STRING: json_string(w, v.text); break;
    case VALUE_LIST: write_list(w, v.list); break;
    case VALUE_MAP: write_map(w, v.map); break;
    default: abort(); /* JSON has no other kinds */
    }
}

/* Limits are ours to set, so they are no disagreement. */
static bool is_limit(const struct error *error)
{
    return strstr(error->message, "deep") || strstr(error->message, "number");
}

static void read_back(struct arena *arena, struct value v)
{
    struct buffer text;
    struct error error;
    struct value again;
    buffer_init(&text, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &text};
    write_value(&w, v);
    /* A double beyond 64 bits is written without a point, and then is a whole number of no kind. */
    if (json_parse(arena, buffer_slice(&text), &again, &error)) PROMISE(is_limit(&error));
    else PROMISE(value_equal(v, again));
    buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct error error;
    struct value v;
    arena_init(&arena);
    bool taken = json_parse(&arena, fuzz_text(data, size), &v, &error) == OK;
    if (taken) read_back(&arena, v);
    enum json_verdict verdict = json_oracle((const char *)data, size);
    if (verdict == JSON_TAKEN) PROMISE(taken || is_limit(&error));
    if (verdict == JSON_REFUSED) PROMISE(!taken);
    arena_release(&arena);
    return 0;
}
