/* The expression language: a refusal has a place inside the text, evaluation ends, and what the checker says an
 * expression gives is what it gives. */
#include "cel/cel.h"
#include "fuzz.h"

enum { VARIABLES = 4 };

struct bindings {
    struct value of[VARIABLES];
};

static struct value load(const void *context, uint32_t variable)
{
    return ((const struct bindings *)context)->of[variable];
}

static void declare(struct cel_env *env, struct bindings *bindings)
{
    static const struct value items[] = {{.kind = VALUE_INT, .integer = 3}, {.kind = VALUE_STRING, .text = {"é", 2}}};
    cel_env_variable(env, SLICE("n"), cel_type_plain(TYPE_INT));
    cel_env_variable(env, SLICE("person.role"), cel_type_plain(TYPE_STRING));
    cel_env_variable(env, SLICE("l"), cel_type_plain(TYPE_DYN));
    cel_env_variable(env, SLICE("gone"), cel_type_plain(TYPE_DYN));
    *bindings = (struct bindings){{value_int(7),
                                   value_string(SLICE("CFO")),
                                   {.kind = VALUE_LIST, .list = {items, 2}},
                                   value_absent(SLICE("gone"))}};
}

static void run(struct arena *arena, const struct cel_library *library, struct cel_regexes *regexes, struct slice text,
                enum cel_checking checking)
{
    struct cel_env *env = cel_env_new(arena, library);
    struct bindings bindings;
    struct diagnostics diagnostics;
    declare(env, &bindings);
    diagnostics_init(&diagnostics);
    struct cel_source source = {.arena = arena, .text = text, .line = 1, .column = 1, .diagnostics = &diagnostics};
    const struct cel_program *program = cel_compile(env, &source, checking);
    PROMISE(program || diagnostics.error_count > 0);
    for (size_t i = 0; i < diagnostics.list.count; i++) PROMISE(diagnostics.list.at[i].line >= 1);
    struct cel_inputs inputs = {load, &bindings};
    struct value v = program ? cel_eval(program, &inputs, regexes, arena) : value_null();
    PROMISE(v.kind < VALUE_KINDS);
    PROMISE(v.kind != VALUE_ERROR || (v.text.len > 0 && v.extra <= text.len));
    PROMISE(v.kind != VALUE_STRING || slice_is_utf8(v.text));
    diagnostics_release(&diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct cel_regexes *regexes = cel_regexes_new();
    arena_init(&arena);
    for (int dialect = CEL_STANDARD; dialect <= CEL_DEFINITIONS; dialect++) {
        const struct cel_library *library = cel_library_new(&arena, dialect);
        for (int checking = CEL_UNCHECKED; checking <= CEL_CHECKED; checking++)
            run(&arena, library, regexes, fuzz_text(data, size), checking);
    }
    cel_regexes_free(regexes);
    arena_release(&arena);
    return 0;
}
