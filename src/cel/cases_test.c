/* Runs the cases of test/cel, see README.md there: every expression must give exactly what stands beside it. Each file
 * is one test; a failure names file and line, and all failures of a file are shown. */
#include <stdio.h>

#include "base/test.h"
#include "cel/cel.h"
#include "cel/json_form.h"
#include "value/json.h"

struct suite {
    const char *path;
    int line, wrong, done;
    struct arena arena; /* what lasts through a file */
    const struct cel_library *library;
    struct cel_env *env;
    struct cel_regexes *regexes;
    enum cel_checking checking;
    VECTOR(struct value) bound; /* by variable; absent: no value */
};

static const struct zone_change changes[] = {{INT64_C(1775001600) * SECOND_US, 3 * 3600}};
static const struct zone test_zone = {{"Test/Zone", 9}, {"1", 1}, 2 * 3600, changes, 1};

static const struct zone *find_zone(void *context, struct slice name)
{
    (void)context;
    return slice_equal(name, test_zone.name) ? &test_zone : NULL;
}

static struct value load(const void *context, uint32_t variable)
{
    const struct suite *s = context;
    return s->bound.at[variable];
}

static void complain(struct suite *s, struct slice expression, struct slice wanted, struct slice got)
{
    fprintf(stderr, "%s:%d: %.*s\n    wanted %.*s\n    got    %.*s\n", s->path, s->line, SLICE_ARG(expression),
            SLICE_ARG(wanted), SLICE_ARG(got));
    s->wrong++;
}

static struct value read_value(struct suite *s, struct slice json)
{
    struct value parsed, v = value_null();
    struct error error;
    if (json_parse(&s->arena, json, &parsed, &error) || json_typed_value(&s->arena, parsed, &v, &error))
        fail_msg("%s:%d: %s", s->path, s->line, error.message);
    return v;
}

/* Splits "NAME : TYPE = JSON" and declares it. */
static void read_let(struct suite *s, struct slice rest)
{
    struct slice value = rest, head = slice_cut(&value, '='), type = head, name = slice_trim(slice_cut(&type, ':'));
    const struct cel_type *declared = cel_type_plain(TYPE_DYN);
    if (slice_trim(type).len) declared = cel_type_parse(&s->arena, slice_trim(type));
    if (!declared) fail_msg("%s:%d: no type", s->path, s->line);
    uint32_t variable = cel_env_variable(s->env, name, declared);
    while (s->bound.count <= variable) vector_push(&s->bound, value_absent(SLICE("")));
    if (slice_trim(value).len) s->bound.at[variable] = read_value(s, slice_trim(value));
}

static struct slice written(struct arena *arena, struct value v)
{
    struct buffer out;
    buffer_init(&out, 1 << 16);
    struct json_writer w = {.out = &out};
    struct slice text = json_write_typed(&w, v) ? arena_slice(arena, buffer_slice(&out)) : SLICE("no form");
    buffer_release(&out);
    return text;
}

/* What the expression gives: a value, or an error with its place as text. */
static struct value run(struct suite *s, struct arena *arena, struct slice expression, bool type_only)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct cel_source source = {.arena = arena, .text = expression, .diagnostics = &diagnostics};
    const struct cel_program *program = cel_compile(s->env, &source, s->checking);
    struct value v;
    if (!program) {
        const struct diagnostic *d = &diagnostics.list.at[0];
        const char *format = d->hint.len ? "%d:%d: %.*s (%.*s)" : "%d:%d: %.*s%.*s";
        v = value_error(arena_printf(arena, format, d->line, d->column, SLICE_ARG(d->message), SLICE_ARG(d->hint)));
    } else if (type_only) {
        v = value_type(cel_type_text(arena, cel_program_type(program)));
    } else {
        struct cel_inputs inputs = {load, s};
        v = cel_eval(program, &inputs, s->regexes, arena);
    }
    diagnostics_release(&diagnostics);
    return v;
}

static bool contains(struct slice text, struct slice part)
{
    return part.len == 0 || memmem(text.ptr, text.len, part.ptr, part.len);
}

/* Equal as tests mean it: of one kind, and NaN equal to NaN. */
static bool same(struct value a, struct value b)
{
    if (a.kind != b.kind) return false;
    if (a.kind == VALUE_DOUBLE && a.real != a.real) return b.real != b.real;
    return value_equal(a, b);
}

static void check_case(struct suite *s, struct slice expression, struct slice wanted, bool type_only)
{
    struct arena arena;
    arena_init(&arena);
    struct value v = run(s, &arena, expression, type_only);
    bool error = v.kind == VALUE_ERROR;
    struct slice got = error || type_only ? v.text : written(&arena, v);
    bool good;
    if (slice_starts(wanted, SLICE("error")) && !type_only)
        good = error && contains(v.text, slice_trim(slice_skip(wanted, 5)));
    else if (type_only)
        good = !error && slice_equal(v.text, wanted);
    else
        good = !error && same(v, read_value(s, wanted));
    if (!good) complain(s, expression, wanted, got);
    s->done++;
    arena_release(&arena);
}

static bool split_at(struct slice line, const char *mark, struct slice *before, struct slice *after)
{
    size_t len = strlen(mark);
    const char *at = line.len >= len ? memmem(line.ptr, line.len, mark, len) : NULL;
    if (!at) return false;
    *before = slice_trim(slice_of(line.ptr, (size_t)(at - line.ptr)));
    *after = slice_trim(slice_skip(line, (size_t)(at - line.ptr) + len));
    return true;
}

static void read_line(struct suite *s, struct slice line)
{
    struct slice before, after;
    if (!line.len || *line.ptr == '#') return;
    if (slice_starts(line, SLICE("let ")))
        read_let(s, slice_skip(line, 4));
    else if (slice_starts(line, SLICE("container")))
        cel_env_container(s->env, slice_trim(slice_skip(line, 9)));
    else if (slice_is(line, "checked") || slice_is(line, "unchecked"))
        s->checking = slice_is(line, "checked") ? CEL_CHECKED : CEL_UNCHECKED;
    else if (split_at(line, " => ", &before, &after))
        check_case(s, before, after, false);
    else if (split_at(line, " :: ", &before, &after))
        check_case(s, before, after, true);
    else
        fail_msg("%s:%d: neither => nor ::", s->path, s->line);
}

static void run_file(void **state)
{
    struct suite s = {.path = *state, .checking = CEL_CHECKED};
    FILE *file = fopen(s.path, "r");
    if (!file) fail_msg("cannot read %s", s.path);
    arena_init(&s.arena);
    s.library = cel_library_new(&s.arena, CEL_STANDARD);
    s.env = cel_env_new(&s.arena, s.library);
    s.regexes = cel_regexes_new();
    cel_env_zones(s.env, find_zone, NULL);
    char *text = NULL;
    size_t capacity = 0;
    ssize_t n;
    while ((n = getline(&text, &capacity, file)) > 0) {
        s.line++;
        read_line(&s, slice_trim(slice_of(text, (size_t)n)));
    }
    free(text);
    fclose(file);
    vector_release(&s.bound);
    cel_regexes_free(s.regexes);
    arena_release(&s.arena);
    assert_true(s.done > 0);
    if (s.wrong) fail_msg("%d of %d cases are wrong", s.wrong, s.done);
}

enum { FILES_MAX = 64 };

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[FILES_MAX];
    size_t count = 0;
    for (int i = 1; i < argc && count < FILES_MAX; i++)
        tests[count++] = (struct CMUnitTest){.name = argv[i], .test_func = run_file, .initial_state = argv[i]};
    return count ? _cmocka_run_group_tests("cases", tests, count, NULL, NULL) : 2;
}
