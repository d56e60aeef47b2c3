/* The only C++ file: simdjson's first stage behind a C header. The second stage is ours (see docs/ARCHITECTURE.md):
 * walking On-Demand documents measured 1,030 MB/s on short lines, walking the positions of the same first stage 2,300
 * MB/s. */
#include "value/json_index.h"
#include "value/utf8.h"

#include <memory>
#include <new>

#include <simdjson.h>

extern "C" [[noreturn]] void out_of_memory(size_t wanted); /* base/memory.h speaks C only */

struct json_index {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    size_t capacity;
};

enum { DEPTH_UNUSED = 8 };

extern "C" struct json_index *json_index_new(size_t capacity)
{
    json_index *index = new (std::nothrow) json_index;
    if (!index) out_of_memory(sizeof *index);
    index->capacity = capacity;
    auto code =
        simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, DEPTH_UNUSED, index->stage);
    if (code != simdjson::SUCCESS) out_of_memory(capacity * sizeof(uint32_t));
    return index;
}

extern "C" void json_index_free(struct json_index *index)
{
    delete index;
}

static enum json_fault fault_of(simdjson::error_code code)
{
    switch (code) {
    case simdjson::SUCCESS: return JSON_FINE;
    case simdjson::EMPTY: return JSON_BLANK;
    case simdjson::UTF8_ERROR: return JSON_BAD_UTF8;
    case simdjson::UNESCAPED_CHARS: return JSON_CONTROL;
    case simdjson::CAPACITY: return JSON_TOO_LONG;
    default: return JSON_UNCLOSED;
    }
}

extern "C" enum json_fault json_index_text(struct json_index *index, struct slice text, const uint32_t **positions,
                                           size_t *count)
{
    *positions = nullptr;
    *count = 0;
    if (text.len == 0) return JSON_BLANK;
    if (text.len > index->capacity) return JSON_TOO_LONG;
    auto code =
        index->stage->stage1(reinterpret_cast<const uint8_t *>(text.ptr), text.len, simdjson::stage1_mode::regular);
    if (code != simdjson::SUCCESS) return fault_of(code);
    *positions = index->stage->structural_indexes.get();
    *count = index->stage->n_structural_indexes;
    return JSON_FINE;
}

extern "C" bool utf8_is_valid(struct slice s)
{
    return s.len == 0 || simdjson::validate_utf8(s.ptr, s.len);
}
