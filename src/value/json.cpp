/* The one file that knows simdjson. Its strict DOM parser reads; when it refuses, the On-Demand parser walks the text a
 * second time to find the place, because the DOM does not say where. */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include <simdjson.h>

extern "C" {
#include "base/memory.h"
#include "value/json.h"
}

namespace {

struct refusal {
    size_t offset;
    const char *why;
};

const char *reason(simdjson::error_code code)
{
    switch (code) {
    case simdjson::SUCCESS: return nullptr;
    case simdjson::UTF8_ERROR: return "the text is not valid UTF-8";
    case simdjson::DEPTH_ERROR: return "nested too deeply";
    case simdjson::NUMBER_ERROR: return "not a number of JSON, or too large for 64 bits";
    case simdjson::UNESCAPED_CHARS: return "a control character inside a string; write it as \\u00XX";
    case simdjson::UNCLOSED_STRING: return "a string that is not closed";
    case simdjson::STRING_ERROR: return "a wrong escape in a string";
    case simdjson::EMPTY: return "no value";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR: return "expected true, false or null";
    case simdjson::CAPACITY: return "the text is too long";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "an array or object that is not closed";
    case simdjson::TRAILING_CONTENT: return "something follows the value";
    default: return "not JSON";
    }
}

struct slice copy_text(struct arena *arena, std::string_view s)
{
    return arena_slice(arena, slice_of(s.data(), s.size()));
}

/* A lone low surrogate passes some versions of the parser as three bytes that are no UTF-8. */
bool text_is_good(std::string_view s)
{
    return slice_is_utf8(slice_of(s.data(), s.size()));
}

class builder {
  public:
    struct arena *arena;
    const char *why = nullptr;

    bool refuse(const char *reason_text)
    {
        why = reason_text;
        return false;
    }

    bool add_string(std::string_view s, struct value *out)
    {
        if (!text_is_good(s)) return refuse("an escape that is half of a surrogate pair");
        *out = value_string(copy_text(arena, s));
        return true;
    }

    bool add_array(simdjson::dom::array array, struct value *out)
    {
        size_t count = 0, i = 0;
        for (auto item : array) {
            (void)item;
            count++;
        }
        auto *items = static_cast<struct value *>(arena_alloc(arena, (count ? count : 1) * sizeof(struct value)));
        for (auto item : array)
            if (!add(item, &items[i++])) return false;
        *out = value_list(items, count);
        return true;
    }

    bool add_object(simdjson::dom::object object, struct value *out)
    {
        size_t count = 0;
        for (auto field : object) {
            (void)field;
            count++;
        }
        struct value_map *map = value_map_new(arena, count);
        for (auto field : object) {
            struct value key, item;
            if (!add_string(field.key, &key) || !add(field.value, &item)) return false;
            if (!value_map_add(map, key, item)) return refuse("a key that is there twice");
        }
        *out = value_of_map(map);
        return true;
    }

    bool add(simdjson::dom::element element, struct value *out)
    {
        switch (element.type()) {
        case simdjson::dom::element_type::ARRAY: return add_array(element.get_array().value_unsafe(), out);
        case simdjson::dom::element_type::OBJECT: return add_object(element.get_object().value_unsafe(), out);
        case simdjson::dom::element_type::STRING: return add_string(element.get_string().value_unsafe(), out);
        case simdjson::dom::element_type::INT64: *out = value_int(element.get_int64().value_unsafe()); return true;
        case simdjson::dom::element_type::UINT64: *out = value_uint(element.get_uint64().value_unsafe()); return true;
        case simdjson::dom::element_type::DOUBLE: *out = value_double(element.get_double().value_unsafe()); return true;
        case simdjson::dom::element_type::BOOL: *out = value_bool(element.get_bool().value_unsafe()); return true;
        default: *out = value_null(); return true;
        }
    }
};

/* Walks the text up to the first thing that is wrong, to name its place. */
class locator {
  public:
    const char *start;
    size_t len;
    struct arena *arena;
    refusal found = {0, nullptr};

    bool refuse(const char *at, const char *why)
    {
        size_t offset = at >= start ? (size_t)(at - start) : 0;
        found = {offset < len ? offset : len, why};
        return false;
    }

    template <typename V> const char *location(V &v)
    {
        const char *at;
        return v.current_location().get(at) ? start + len : at;
    }

    template <typename V> bool refuse_here(V &v, simdjson::error_code code)
    {
        return refuse(location(v), reason(code));
    }

    template <typename V> bool walk_array(V &v, int depth)
    {
        simdjson::ondemand::array array;
        if (auto code = v.get_array().get(array)) return refuse_here(v, code);
        for (auto item : array) {
            simdjson::ondemand::value inner;
            if (auto code = item.get(inner)) return refuse_here(v, code);
            if (!walk(inner, depth + 1)) return false;
        }
        return true;
    }

    template <typename V> bool walk_object(V &v, int depth)
    {
        simdjson::ondemand::object object;
        if (auto code = v.get_object().get(object)) return refuse_here(v, code);
        struct value_map *keys = value_map_new(arena, 0);
        for (auto item : object) {
            simdjson::ondemand::field field;
            if (auto code = std::move(item).get(field)) return refuse_here(v, code);
            const char *at = field.key().raw() - 1;
            std::string_view key;
            if (auto code = field.unescaped_key().get(key)) return refuse(at, reason(code));
            if (!text_is_good(key)) return refuse(at, "an escape that is half of a surrogate pair");
            if (!value_map_add(keys, value_string(copy_text(arena, key)), value_null()))
                return refuse(at, "a key that is there twice");
            if (!walk(field.value(), depth + 1)) return false;
        }
        return true;
    }

    static simdjson::error_code is_null(bool null) { return null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR; }

    static simdjson::error_code is_null(simdjson::simdjson_result<bool> result)
    {
        bool null;
        simdjson::error_code code = std::move(result).get(null);
        return code ? code : is_null(null);
    }

    template <typename V> bool walk_scalar(V &v, simdjson::ondemand::json_type type, const char *at)
    {
        simdjson::error_code code = simdjson::SUCCESS;
        std::string_view text;
        simdjson::ondemand::number number;
        bool truth;
        if (type == simdjson::ondemand::json_type::string)
            code = v.get_string().get(text);
        else if (type == simdjson::ondemand::json_type::number)
            code = v.get_number().get(number);
        else if (type == simdjson::ondemand::json_type::boolean)
            code = v.get_bool().get(truth);
        else
            code = is_null(v.is_null());
        if (code) return refuse(at, reason(code));
        if (!text_is_good(text)) return refuse(at, "an escape that is half of a surrogate pair");
        return true;
    }

    template <typename V> bool walk(V &&v, int depth)
    {
        const char *at = location(v);
        if (depth > JSON_DEPTH_MAX) return refuse(at, reason(simdjson::DEPTH_ERROR));
        simdjson::ondemand::json_type type;
        if (auto code = v.type().get(type)) return refuse(at, reason(code));
        if (type == simdjson::ondemand::json_type::array) return walk_array(v, depth);
        if (type == simdjson::ondemand::json_type::object) return walk_object(v, depth);
        return walk_scalar(v, type, at);
    }
};

void place_of(struct slice text, size_t offset, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n') {
            ++*line;
            *column = 1;
        } else if ((c & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

size_t first_bad_utf8(struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (n > text.len - i || !slice_is_utf8(slice_of(text.ptr + i, n))) return i;
        i += n;
    }
    return text.len;
}

} // namespace

struct json_reader {
    simdjson::dom::parser dom;
    simdjson::ondemand::parser on_demand;
    size_t bytes_max;
    char *padded;
    size_t capacity;
};

struct json_reader *json_reader_new(size_t bytes_max)
{
    auto *reader = new (std::nothrow) json_reader();
    if (!reader) out_of_memory(sizeof *reader);
    reader->bytes_max = bytes_max;
    return reader;
}

void json_reader_free(struct json_reader *reader)
{
    if (!reader) return;
    free(reader->padded);
    delete reader;
}

static enum outcome refuse_at(struct slice text, refusal at, struct error *error)
{
    size_t line, column;
    place_of(text, at.offset, &line, &column);
    return error_set(error, FAILED, "%zu:%zu: %s (byte %zu)", line, column, at.why, at.offset);
}

static enum outcome locate(struct json_reader *reader, struct slice text, const char *why, simdjson::error_code code,
                           struct error *error)
{
    if (code == simdjson::UTF8_ERROR) return refuse_at(text, {first_bad_utf8(text), why}, error);
    struct arena scratch;
    arena_init(&scratch);
    locator seek = {reader->padded, text.len, &scratch};
    simdjson::ondemand::document document;
    auto failed = reader->on_demand.iterate(reader->padded, text.len, reader->capacity).get(document);
    if (failed)
        seek.refuse(reader->padded + (failed == simdjson::EMPTY ? 0 : text.len), reason(failed));
    else if (seek.walk(document, 1))
        seek.refuse(reader->padded + text.len, why);
    arena_release(&scratch);
    if (!seek.found.why) seek.found.why = why;
    return refuse_at(text, seek.found, error);
}

enum outcome json_read(struct json_reader *reader, struct arena *arena, struct slice text, struct value *out,
                       struct error *error)
{
    if (text.len > reader->bytes_max)
        return error_set(error, FAILED, "1:1: %zu bytes of JSON, more than the limit of %zu", text.len,
                         reader->bytes_max);
    size_t need = text.len + simdjson::SIMDJSON_PADDING;
    if (need > reader->capacity) {
        reader->capacity = need + need / 2;
        reader->padded = static_cast<char *>(memory_grow(reader->padded, reader->capacity));
    }
    if (text.len) memcpy(reader->padded, text.ptr, text.len);
    memset(reader->padded + text.len, ' ', simdjson::SIMDJSON_PADDING);
    simdjson::dom::element root;
    auto code = reader->dom.allocate(text.len ? text.len : 1, JSON_DEPTH_MAX);
    if (!code) code = reader->dom.parse(reader->padded, text.len, false).get(root);
    if (code) return locate(reader, text, reason(code), code, error);
    builder build = {arena};
    if (build.add(root, out)) return OK;
    return locate(reader, text, build.why, simdjson::SUCCESS, error);
}

enum outcome json_parse(struct arena *arena, struct slice text, struct value *out, struct error *error)
{
    struct json_reader *reader = json_reader_new(text.len);
    enum outcome outcome = json_read(reader, arena, text, out, error);
    json_reader_free(reader);
    return outcome;
}
