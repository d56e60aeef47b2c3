/* The definition language: a refusal has at least one error, each with a place; what is accepted can be said in words
 * and has a version. */
#include "base/buffer.h"
#include "definition/load.h"
#include "fuzz.h"

static void say(const struct definition *definition)
{
    struct arena arena;
    struct buffer words;
    arena_init(&arena);
    buffer_init(&words, BUFFER_NO_LIMIT);
    for (int language = LANGUAGE_EN; language <= LANGUAGE_HE; language++) {
        buffer_clear(&words);
        definition_explain(definition, language, &words);
        PROMISE(words.len > 0 && slice_is_utf8(buffer_slice(&words)));
    }
    PROMISE(definition_version(definition, SLICE("tables"), &arena).len > 0);
    buffer_release(&words);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(fuzz_text(data, size), "fuzz.yaml", &diagnostics);
    if (file) say(definition_of(file));
    PROMISE(!file == (diagnostics.error_count > 0));
    for (size_t i = 0; i < diagnostics.list.count; i++) {
        PROMISE(diagnostics.list.at[i].message.len > 0);
        PROMISE(slice_is_utf8(diagnostics.list.at[i].message));
        PROMISE(diagnostics.list.at[i].line >= 1 && diagnostics.list.at[i].column >= 1);
    }
    definition_free(file);
    diagnostics_release(&diagnostics);
    return 0;
}
