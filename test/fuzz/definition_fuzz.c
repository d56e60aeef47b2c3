/* The definition language: a refusal has at least one error, each with a place; what is accepted has a version. */
#include "definition/load.h"
#include "fuzz.h"

static void name_version(const struct definition *definition)
{
    struct arena arena;
    arena_init(&arena);
    PROMISE(definition_version(definition, SLICE("tables"), &arena).len > 0);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(fuzz_text(data, size), "fuzz.yaml", &diagnostics);
    if (file) name_version(definition_of(file));
    PROMISE(!file == (diagnostics.error_count > 0));
    for (size_t i = 0; i < diagnostics.list.count; i++) {
        PROMISE(diagnostics.list.at[i].message.len > 0);
        PROMISE(slice_is_utf8(diagnostics.list.at[i].message));
    }
    definition_free(file);
    diagnostics_release(&diagnostics);
    return 0;
}
