#include <assert.h>

#include "cel/function.h"

static struct slice take_until(struct slice *rest, const char *stops)
{
    size_t n = 0, depth = 0;
    for (; n < rest->len; n++) {
        char c = rest->ptr[n];
        if (depth == 0 && strchr(stops, c)) break;
        depth += c == '(';
        depth -= c == ')';
    }
    struct slice part = slice_of(rest->ptr, n);
    *rest = slice_skip(*rest, n);
    return slice_trim(part);
}

static uint32_t count_params(const struct cel_type *type)
{
    if (!type) return 0;
    if (type->kind == TYPE_PARAM) return type->param + 1;
    uint32_t first = count_params(type->of[0]), second = count_params(type->of[1]);
    return first > second ? first : second;
}

static void add_param(struct arena *arena, struct cel_overload *overload, struct slice text)
{
    const struct cel_type *type = cel_type_parse(arena, text);
    assert(type && overload->count < CEL_ARGS_MAX);
    overload->kinds[overload->count] = cel_type_value_kinds(type);
    overload->params[overload->count++] = type;
    uint32_t params = count_params(type);
    if (params > overload->param_count) overload->param_count = params;
}

static struct cel_overload parse_signature(struct arena *arena, const struct cel_row *row)
{
    struct cel_overload overload = {.run = row->run};
    struct slice rest = slice_from(row->signature);
    if (*rest.ptr != '(') {
        struct slice receiver = rest;
        receiver.len = (size_t)(strstr(row->signature, ".(") - row->signature);
        rest = slice_skip(rest, receiver.len + 1);
        overload.member = true;
        add_param(arena, &overload, receiver);
    }
    rest = slice_skip(rest, 1);
    while (rest.len && *rest.ptr != ')') {
        add_param(arena, &overload, take_until(&rest, ",)"));
        if (*rest.ptr == ',') rest = slice_skip(rest, 1);
    }
    overload.result = cel_type_parse(arena, slice_trim(slice_skip(rest, 1)));
    assert(overload.result);
    uint32_t params = count_params(overload.result); /* optional.none() has one only there */
    if (params > overload.param_count) overload.param_count = params;
    return overload;
}

static struct cel_function *function_named(struct cel_library *library, struct slice name)
{
    const struct value *known = value_map_field(library->names, name);
    if (known) return &library->functions[known->integer];
    value_map_add(library->names, value_string(name), value_int(library->count));
    struct cel_function *function = &library->functions[library->count++];
    function->name = name;
    function->lazy = slice_is(name, "or") || slice_is(name, "orValue");
    return function;
}

static void add_overload(struct cel_library *library, const struct cel_row *row)
{
    struct cel_function *function = function_named(library, slice_from(row->name));
    if ((function->count & (function->count - 1)) == 0) {
        struct cel_overload *grown =
            ARENA_ARRAY(library->arena, struct cel_overload, function->count ? function->count * 2 : 1);
        if (function->count) memcpy(grown, function->overloads, function->count * sizeof *grown);
        function->overloads = grown;
    }
    function->overloads[function->count++] = parse_signature(library->arena, row);
}

const struct cel_library *cel_library_new(struct arena *arena, enum cel_dialect dialect)
{
    const struct cel_row *const tables[] = {
        cel_rows_operators, cel_rows_conversions, cel_rows_strings,  cel_rows_format,  cel_rows_math,
        cel_rows_time,      cel_rows_network,     cel_rows_optional, cel_rows_decimal, cel_rows_business};
    size_t count = sizeof tables / sizeof *tables - (dialect == CEL_STANDARD ? 2 : 0), rows = 0;
    struct cel_library *library = ARENA_NEW(arena, struct cel_library);
    for (size_t t = 0; t < count; t++)
        for (const struct cel_row *row = tables[t]; row->name; row++) rows++;
    library->arena = arena;
    library->names = value_map_new(arena, rows);
    library->functions = ARENA_ARRAY(arena, struct cel_function, rows);
    for (size_t t = 0; t < count; t++)
        for (const struct cel_row *row = tables[t]; row->name; row++) add_overload(library, row);
    return library;
}

const struct cel_function *cel_library_find(const struct cel_library *library, struct slice name)
{
    const struct value *index = value_map_field(library->names, name);
    return index ? &library->functions[index->integer] : NULL;
}

const struct cel_type *cel_type_name(struct slice name)
{
    static const enum cel_type_kind named[] = {TYPE_NULL,   TYPE_BOOL,  TYPE_INT,       TYPE_UINT,     TYPE_DOUBLE,
                                               TYPE_STRING, TYPE_BYTES, TYPE_TIMESTAMP, TYPE_DURATION, TYPE_IP,
                                               TYPE_CIDR,   TYPE_TYPE,  TYPE_LIST,      TYPE_MAP,      TYPE_OPTIONAL};
    static const enum value_kind values[] = {
        VALUE_NULL,     VALUE_BOOL, VALUE_INT,  VALUE_UINT, VALUE_DOUBLE, VALUE_STRING, VALUE_BYTES,   VALUE_TIMESTAMP,
        VALUE_DURATION, VALUE_IP,   VALUE_CIDR, VALUE_TYPE, VALUE_LIST,   VALUE_MAP,    VALUE_OPTIONAL};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (slice_equal(name, value_kind_name(values[i]))) return cel_type_plain(named[i]);
    return NULL;
}

struct cel_env *cel_env_new(struct arena *arena, const struct cel_library *library)
{
    struct cel_env *env = ARENA_NEW(arena, struct cel_env);
    env->arena = arena;
    env->library = library;
    env->names = value_map_new(arena, 0);
    return env;
}

void cel_env_container(struct cel_env *env, struct slice container)
{
    env->container = arena_slice(env->arena, container);
}

void cel_env_zones(struct cel_env *env, cel_zone_finder *find, void *context)
{
    env->find_zone = find;
    env->zone_context = context;
}

static struct cel_variable *variable_named(struct cel_env *env, struct slice name)
{
    const struct value *known = value_map_field(env->names, name);
    if (known) return &env->variables[known->integer];
    if (env->count == env->capacity) {
        env->capacity = env->capacity ? env->capacity * 2 : 8;
        struct cel_variable *grown = ARENA_ARRAY(env->arena, struct cel_variable, env->capacity);
        if (env->count) memcpy(grown, env->variables, env->count * sizeof *grown);
        env->variables = grown;
    }
    struct cel_variable *variable = &env->variables[env->count];
    variable->name = arena_slice(env->arena, name);
    value_map_add(env->names, value_string(variable->name), value_int(env->count++));
    return variable;
}

uint32_t cel_env_variable(struct cel_env *env, struct slice name, const struct cel_type *type)
{
    struct cel_variable *variable = variable_named(env, name);
    variable->type = type;
    return (uint32_t)(variable - env->variables);
}

void cel_env_forbid(struct cel_env *env, struct slice name, struct slice why)
{
    struct cel_variable *variable = variable_named(env, name);
    variable->type = cel_type_plain(TYPE_DYN);
    variable->forbidden = arena_slice(env->arena, why);
}

const struct cel_program *cel_compile(const struct cel_env *env, const struct cel_source *source,
                                      enum cel_checking checking)
{
    size_t errors = source->diagnostics->error_count;
    struct cel_program *program = ARENA_NEW(source->arena, struct cel_program);
    *program = (struct cel_program){.env = env, .source = source, .type = cel_type_plain(TYPE_DYN)};
    program->root = cel_parse(source);
    if (!program->root) return NULL;
    cel_resolve(program, checking == CEL_CHECKED);
    if (checking == CEL_CHECKED && source->diagnostics->error_count == errors) cel_check(program);
    return source->diagnostics->error_count == errors ? program : NULL;
}

const struct cel_type *cel_program_type(const struct cel_program *program)
{
    return program->type;
}
