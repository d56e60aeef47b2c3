/* masa eval [--typed] [--with FILE.json] [--] EXPR
 * masa eval --typed --batch
 *
 * Prints the value of a CEL expression as JSON. In a batch each line of the input is a request, each line of the output
 * its answer; a request gets its own arena and environment, so that none disturbs the next. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "calendar/zone_load.h"
#include "cel/cel.h"
#include "cel/json_form.h"
#include "cli/commands.h"
#include "value/json.h"

enum { REQUEST_MAX = 64 << 20, ANSWER_MAX = 64 << 20 };

struct options {
    bool typed, batch;
    const char *with, *expression;
};

/* What lasts from request to request. */
struct evaluator {
    struct arena arena;
    const struct cel_library *library;
    struct json_reader *reader;
    struct cel_regexes *regexes;
    struct value_map *zone_numbers; /* name to index, -1: there is none */
    VECTOR(const struct zone *) zones;
};

struct request {
    struct slice id, expression, container;
    struct value bindings, types; /* maps; null when there are none */
    bool unchecked, check_only;
};

static const struct zone *find_zone(void *context, struct slice name)
{
    struct evaluator *e = context;
    const struct value *known = value_map_field(e->zone_numbers, name);
    if (known) return known->integer < 0 ? NULL : e->zones.at[known->integer];
    if (e->zone_numbers->count > 2000) return NULL; /* more names than there are zones */
    struct zone *zone = ARENA_NEW(&e->arena, struct zone);
    struct error error;
    int64_t number = -1;
    if (zone_load(&e->arena, name, zone, &error) == OK) {
        number = (int64_t)e->zones.count;
        vector_push(&e->zones, zone);
    }
    value_map_add(e->zone_numbers, value_string(arena_slice(&e->arena, name)), value_int(number));
    return number < 0 ? NULL : zone;
}

static void evaluator_init(struct evaluator *e)
{
    *e = (struct evaluator){0};
    arena_init(&e->arena);
    e->library = cel_library_new(&e->arena, CEL_STANDARD);
    e->reader = json_reader_new(REQUEST_MAX);
    e->regexes = cel_regexes_new();
    e->zone_numbers = value_map_new(&e->arena, 0);
}

static void evaluator_release(struct evaluator *e)
{
    json_reader_free(e->reader);
    cel_regexes_free(e->regexes);
    vector_release(&e->zones);
    arena_release(&e->arena);
}

static struct value load_binding(const void *context, uint32_t variable)
{
    const struct value *bound = context;
    return bound[variable];
}

/* Declares what the request declares and binds; *bound gets a value per variable, absent where there is none. */
static enum outcome declare(struct arena *arena, struct cel_env *env, const struct request *request, bool typed,
                            struct value **bound, struct error *error)
{
    uint32_t names = 0;
    if (request->types.kind == VALUE_MAP) names += request->types.map->count;
    if (request->bindings.kind == VALUE_MAP) names += request->bindings.map->count;
    *bound = ARENA_ARRAY(arena, struct value, names + 1);
    for (uint32_t i = 0; i < names; i++) (*bound)[i] = value_absent(SLICE(""));
    for (uint32_t i = 0; request->bindings.kind == VALUE_MAP && i < request->bindings.map->count; i++) {
        const struct value_entry *entry = &request->bindings.map->entries[i];
        struct value v = entry->value;
        if (typed && json_typed_value(arena, entry->value, &v, error)) {
            struct error inner = *error;
            return error_set(error, FAILED, "binding '%.*s': %s", SLICE_ARG(entry->key.text), inner.message);
        }
        (*bound)[cel_env_variable(env, entry->key.text, cel_type_plain(TYPE_DYN))] = v;
    }
    for (uint32_t i = 0; request->types.kind == VALUE_MAP && i < request->types.map->count; i++) {
        const struct value_entry *entry = &request->types.map->entries[i];
        const struct cel_type *type =
            entry->value.kind == VALUE_STRING ? cel_type_parse(arena, entry->value.text) : NULL;
        if (!type)
            return error_set(error, FAILED, "'%.*s' is declared with no type of CEL", SLICE_ARG(entry->key.text));
        cel_env_variable(env, entry->key.text, type);
    }
    return OK;
}

static struct slice diagnostics_text(struct arena *arena, const struct diagnostics *diagnostics)
{
    struct buffer text;
    buffer_init(&text, 1 << 20);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct diagnostic *d = &diagnostics->list.at[i];
        buffer_printf(&text, "%s%d:%d: %.*s", i ? "\n" : "", d->line, d->column, SLICE_ARG(d->message));
        if (d->hint.len) buffer_printf(&text, " [%.*s]", SLICE_ARG(d->hint));
    }
    struct slice result = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return result;
}

enum answer_kind { ANSWER_VALUE, ANSWER_TYPE, ANSWER_ERROR };

struct answer {
    enum answer_kind kind;
    struct value value;
    struct slice text; /* of the type or the error */
};

static struct answer error_answer(struct slice text)
{
    return (struct answer){.kind = ANSWER_ERROR, .text = text};
}

static struct answer evaluate(struct evaluator *e, struct arena *arena, const struct cel_source *source,
                              const struct cel_program *program, struct value *bound)
{
    struct cel_inputs inputs = {load_binding, bound};
    struct value v = cel_eval(program, &inputs, e->regexes, arena);
    if (v.kind != VALUE_ERROR) return (struct answer){.kind = ANSWER_VALUE, .value = v};
    int line, column;
    cel_place(source, v.extra, &line, &column);
    return error_answer(arena_printf(arena, "%d:%d: %.*s", line, column, SLICE_ARG(v.text)));
}

static struct answer run_request(struct evaluator *e, struct arena *arena, const struct request *request, bool typed)
{
    struct cel_env *env = cel_env_new(arena, e->library);
    struct value *bound;
    struct error error;
    cel_env_container(env, request->container);
    cel_env_zones(env, find_zone, e);
    if (declare(arena, env, request, typed, &bound, &error))
        return error_answer(arena_slice(arena, slice_from(error.message)));
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct cel_source *source = ARENA_NEW(arena, struct cel_source);
    *source = (struct cel_source){.arena = arena, .text = request->expression, .diagnostics = &diagnostics};
    const struct cel_program *program = cel_compile(env, source, request->unchecked ? CEL_UNCHECKED : CEL_CHECKED);
    struct answer answer;
    if (!program)
        answer = error_answer(diagnostics_text(arena, &diagnostics));
    else if (request->check_only)
        answer = (struct answer){.kind = ANSWER_TYPE, .text = cel_type_text(arena, cel_program_type(program))};
    else
        answer = evaluate(e, arena, source, program, bound);
    diagnostics_release(&diagnostics);
    return answer;
}

static const char no_form[] =
    "the result cannot be written as JSON: nested too deeply, too long, or of a kind without a form";

/* {"id": ..., "value" | "type" | "error": ...} on one line. */
static void print_answer(struct slice id, const struct answer *answer)
{
    struct buffer out, value;
    buffer_init(&out, ANSWER_MAX + 4096);
    buffer_init(&value, ANSWER_MAX);
    struct json_writer w = {.out = &out}, inner = {.out = &value};
    json_object(&w);
    json_key(&w, SLICE("id"));
    json_string(&w, id);
    if (answer->kind == ANSWER_VALUE && json_write_typed(&inner, answer->value)) {
        json_key(&w, SLICE("value"));
        json_raw(&w, buffer_slice(&value));
    } else {
        json_key(&w, slice_from(answer->kind == ANSWER_TYPE ? "type" : "error"));
        json_string(&w, answer->kind == ANSWER_VALUE ? slice_from(no_form) : answer->text);
    }
    json_end(&w);
    buffer_char(&out, '\n');
    fwrite(out.data, 1, out.len, stdout);
    fflush(stdout);
    buffer_release(&value);
    buffer_release(&out);
}

/* Fills the request from its JSON; the error names the field. */
static enum outcome read_request(struct value json, struct request *request, struct error *error)
{
    static const struct field {
        const char *name;
        enum value_kind kind;
        size_t offset;
    } fields[] = {
        {"id", VALUE_STRING, offsetof(struct request, id)},
        {"expr", VALUE_STRING, offsetof(struct request, expression)},
        {"container", VALUE_STRING, offsetof(struct request, container)},
        {"bindings", VALUE_MAP, offsetof(struct request, bindings)},
        {"types", VALUE_MAP, offsetof(struct request, types)},
        {"check", VALUE_BOOL, offsetof(struct request, unchecked)},
        {"check_only", VALUE_BOOL, offsetof(struct request, check_only)},
    };
    *request = (struct request){0};
    if (json.kind != VALUE_MAP) return error_set(error, FAILED, "a request is a JSON object");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct value *v = value_map_field(json.map, slice_from(fields[i].name));
        void *at = (char *)request + fields[i].offset;
        if (!v && i < 2) return error_set(error, FAILED, "the request has no \"%s\"", fields[i].name);
        if (!v) continue;
        if (v->kind != fields[i].kind) return error_set(error, FAILED, "\"%s\" is of the wrong kind", fields[i].name);
        if (v->kind == VALUE_STRING) *(struct slice *)at = v->text;
        if (v->kind == VALUE_MAP) *(struct value *)at = *v;
        if (v->kind == VALUE_BOOL) *(bool *)at = v->boolean;
    }
    if (value_map_field(json.map, SLICE("check"))) request->unchecked = !request->unchecked;
    return OK;
}

static void answer_line(struct evaluator *e, struct slice line)
{
    struct arena arena;
    arena_init(&arena);
    struct request request = {0};
    struct value json;
    struct error error;
    struct answer answer;
    if (json_read(e->reader, &arena, line, &json, &error) || read_request(json, &request, &error))
        answer = error_answer(slice_from(error.message));
    else
        answer = run_request(e, &arena, &request, true);
    print_answer(request.id, &answer);
    arena_release(&arena);
}

static int run_batch(struct evaluator *e)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    while ((n = getline(&line, &capacity, stdin)) > 0) {
        struct slice text = slice_trim(slice_of(line, (size_t)n));
        if (text.len) answer_line(e, text);
    }
    free(line);
    return ferror(stdin) || ferror(stdout) ? FAILED : OK;
}

static bool read_file(const char *path, struct buffer *out)
{
    FILE *file = fopen(path, "rb");
    char *room;
    size_t n = 1;
    while (file && n && (room = buffer_reserve(out, 1 << 16))) {
        n = fread(room, 1, 1 << 16, file);
        buffer_advance(out, n);
    }
    bool good = file && !ferror(file) && !out->full;
    if (file) fclose(file);
    return good;
}

/* The bindings file; false after a message. */
static bool read_bindings(struct evaluator *e, struct arena *arena, const char *path, struct value *out)
{
    struct buffer text;
    struct error error;
    buffer_init(&text, REQUEST_MAX);
    bool good = false;
    if (!read_file(path, &text))
        fprintf(stderr, "masa eval: cannot read %s: %s\n", path, text.full ? "too long" : strerror(errno));
    else if (json_read(e->reader, arena, buffer_slice(&text), out, &error))
        fprintf(stderr, "%s:%s\n", path, error.message);
    else if (out->kind != VALUE_MAP)
        fprintf(stderr, "%s: the file holds one JSON object, from name to value\n", path);
    else
        good = true;
    buffer_release(&text);
    return good;
}

static int print_result(const struct answer *answer, bool typed)
{
    struct buffer out;
    buffer_init(&out, ANSWER_MAX);
    struct json_writer w = {.out = &out};
    bool good = answer->kind == ANSWER_VALUE && (typed ? json_write_typed : json_write_plain)(&w, answer->value);
    if (good) {
        buffer_char(&out, '\n');
        fwrite(out.data, 1, out.len, stdout);
    } else if (answer->kind == ANSWER_VALUE) {
        fprintf(stderr, "%s\n", no_form);
    } else {
        fprintf(stderr, "%.*s\n", SLICE_ARG(answer->text));
    }
    buffer_release(&out);
    return good && fflush(stdout) == 0 ? OK : FAILED;
}

static int run_single(struct evaluator *e, const struct options *options)
{
    struct arena arena;
    arena_init(&arena);
    struct request request = {.expression = slice_from(options->expression)};
    int code = BAD_USAGE;
    if (!options->with || read_bindings(e, &arena, options->with, &request.bindings)) {
        struct answer answer = run_request(e, &arena, &request, options->typed);
        code = print_result(&answer, options->typed);
    }
    arena_release(&arena);
    return code;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else if (!ended && strcmp(argv[i], "--typed") == 0)
            options->typed = true;
        else if (!ended && strcmp(argv[i], "--batch") == 0)
            options->batch = true;
        else if (!ended && strcmp(argv[i], "--with") == 0 && i + 1 < argc)
            options->with = argv[++i];
        else if (!options->expression && (ended || argv[i][0] != '-'))
            options->expression = argv[i];
        else
            return false;
    }
    return options->batch ? options->typed && !options->expression && !options->with : options->expression != NULL;
}

static const char usage[] = "usage: masa eval [--typed] [--with FILE.json] [--] EXPR\n"
                            "       masa eval --typed --batch    (one JSON request a line from the standard input)\n";
static const char help[] =
    "\nEvaluates an expression of the Common Expression Language (docs/CEL.md) and prints its value as JSON.\n\n"
    "  masa eval 'size(\"abc\") > 2'\n"
    "  echo '{\"x\": 20}' > x.json; masa eval --with x.json 'x > 2'\n\n"
    "  --with FILE                a JSON object: the names that the expression may use, and their values\n"
    "  --typed                    say the type with the value, and take typed values with --with\n"
    "  --batch                    many expressions, each with its own names\n";

int eval_command(int argc, char **argv)
{
    struct options options = {0};
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        fputs(help, stdout);
        return OK;
    }
    if (!read_options(argc, argv, &options)) {
        fputs(usage, stderr);
        return BAD_USAGE;
    }
    struct evaluator e;
    evaluator_init(&e);
    int code = options.batch ? run_batch(&e) : run_single(&e, &options);
    evaluator_release(&e);
    return code;
}
