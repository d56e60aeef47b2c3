#include "http/body.h"

#include "base/civil.h"
#include "http/parse.h"
#include "report/retell.h"
#include "value/json.h"
#include "value/json_write.h"

void body_wrong(struct body *body, const char *field, const char *message)
{
    struct json_writer w = {.out = &body->errors};
    const struct slice english = slice_from(message);
    if (body->errors.len) buffer_char(&body->errors, ',');
    json_object(&w);
    json_key(&w, SLICE("field"));
    json_string(&w, slice_from(field));
    json_key(&w, SLICE("message"));
    json_string(&w, http_wants_hebrew(body->x) ? retold(http_arena(body->x), english) : english);
    json_end(&w);
}

static bool is_named(const char *const *fields, struct slice name)
{
    for (; *fields; fields++)
        if (slice_is(name, *fields)) return true;
    return false;
}

static void check_fields(struct body *body, const char *const *fields)
{
    for (uint32_t i = 0; i < body->map->count; i++) {
        const struct slice name = body->map->entries[i].key.text;
        if (is_named(fields, name)) continue;
        const struct slice text = arena_slice(http_arena(body->x), name); /* ends in NUL */
        body_wrong(body, text.ptr, "there is no such field");
    }
}

/* A NUL is no character of any text that people write, and the log takes none. The parser bounds the depth. */
static bool holds_nul(const struct value *value)
{
    bool found = value->kind == VALUE_STRING && value->text.len && memchr(value->text.ptr, 0, value->text.len);
    for (size_t i = 0; value->kind == VALUE_LIST && i < value->list.count && !found; i++)
        found = holds_nul(&value->list.at[i]);
    for (uint32_t i = 0; value->kind == VALUE_MAP && i < value->map->count && !found; i++)
        found = holds_nul(&value->map->entries[i].key) || holds_nul(&value->map->entries[i].value);
    return found;
}

bool body_read(struct http_exchange *x, const char *const *fields, struct body *out)
{
    struct value value;
    struct error error;
    if (!media_type_is(http_header(x, "Content-Type"), SLICE("application/json"))) {
        http_fail(x, 400, "bad_body", "Send JSON, with the header Content-Type: application/json.");
        return false;
    }
    if (json_parse(http_arena(x), http_body(x), &value, &error) != OK) {
        http_fail(x, 400, "bad_body", "The body is no JSON: %s", error.message);
        return false;
    }
    if (value.kind != VALUE_MAP) {
        http_fail(x, 400, "bad_body", "The body is to be a JSON object.");
        return false;
    }
    if (holds_nul(&value)) {
        http_fail(x, 400, "bad_body", "A text of the body holds the character NUL (\\u0000), which no text may.");
        return false;
    }
    *out = (struct body){.x = x, .map = value.map};
    buffer_init(&out->errors, 16 << 10);
    check_fields(out, fields);
    return true;
}

static const struct value *field_of(const struct body *body, const char *field)
{
    const struct value *value = value_map_field(body->map, slice_from(field));
    return value && value->kind != VALUE_NULL ? value : NULL;
}

bool body_has(const struct body *body, const char *field)
{
    return field_of(body, field) != NULL;
}

void body_needs(struct body *body, const char *field)
{
    if (!body_has(body, field)) body_wrong(body, field, "is needed");
}

struct slice body_text(struct body *body, const char *field)
{
    const struct value *value = field_of(body, field);
    if (!value) return slice_of("", 0);
    if (value->kind == VALUE_STRING) return value->text;
    body_wrong(body, field, "is to be a text");
    return slice_of("", 0);
}

bool body_bool(struct body *body, const char *field)
{
    const struct value *value = field_of(body, field);
    if (!value) return false;
    if (value->kind == VALUE_BOOL) return value->boolean;
    body_wrong(body, field, "is to be true or false");
    return false;
}

struct slice body_texts(struct body *body, const char *field, char joint)
{
    const struct value *value = field_of(body, field);
    if (!value) return slice_of("", 0);
    struct buffer all;
    buffer_init(&all, 64 << 10);
    bool fine = value->kind == VALUE_LIST;
    for (size_t i = 0; fine && i < value->list.count; i++) {
        const struct value *item = &value->list.at[i];
        fine = item->kind == VALUE_STRING && !(item->text.len && memchr(item->text.ptr, joint, item->text.len));
        if (!fine) break;
        if (i) buffer_char(&all, joint);
        buffer_add(&all, item->text);
    }
    fine = fine && !all.full;
    const struct slice kept = fine ? arena_slice(http_arena(body->x), buffer_slice(&all)) : slice_of("", 0);
    buffer_release(&all);
    if (!fine) body_wrong(body, field, "is to be a list of texts");
    return kept;
}

int64_t body_instant(struct body *body, const char *field)
{
    struct time_text time;
    const struct slice text = body_text(body, field);
    if (!text.len) return 0;
    if (time_parse(text, &time) && time.zoned) return time.instant;
    body_wrong(body, field, "is to be an instant, such as 2026-01-05T09:00:00Z");
    return 0;
}

bool body_end(struct body *body)
{
    const bool fine = body->errors.len == 0;
    if (!fine) {
        const struct slice details =
            arena_printf(http_arena(body->x), "{\"errors\":[%.*s]}", SLICE_ARG(buffer_slice(&body->errors)));
        http_fail_with(body->x, 400, "bad_body", "The body has fields that cannot be read; details.errors names them.",
                       details);
    }
    buffer_release(&body->errors);
    return fine;
}
