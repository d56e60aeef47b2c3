/* JSON: what is read is written, and reads back as the same. jansson takes and refuses the same texts, but for
 * limits. */
#include <string.h>

#include "base/buffer.h"
#include "cel/json_form.h"
#include "fuzz.h"
#include "json_oracle.h"
#include "value/json.h"

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
    PROMISE(json_write_plain(&w, v));
    /* A double beyond 64 bits is written without a point, and then is a whole number of no kind. */
    if (json_parse(arena, buffer_slice(&text), &again, &error))
        PROMISE(is_limit(&error));
    else
        PROMISE(value_equal(v, again));
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
