/* The typed form of values in JSON: what is read is written, and reads back as the same. */
#include "base/buffer.h"
#include "cel/json_form.h"
#include "fuzz.h"
#include "value/json.h"

static void read_back(struct arena *arena, struct value v)
{
    struct buffer text;
    struct error error;
    struct value json, again;
    buffer_init(&text, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &text};
    if (json_write_typed(&w, v)) {
        PROMISE(json_parse(arena, buffer_slice(&text), &json, &error) == OK);
        PROMISE(json_typed_value(arena, json, &again, &error) == OK);
        PROMISE(again.kind == v.kind);
        PROMISE(value_equal(v, again) || !value_equal(v, v)); /* NaN equals nothing */
    }
    buffer_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct error error;
    struct value json, v;
    arena_init(&arena);
    if (json_parse(&arena, fuzz_text(data, size), &json, &error) == OK &&
        json_typed_value(&arena, json, &v, &error) == OK)
        read_back(&arena, v);
    arena_release(&arena);
    return 0;
}
