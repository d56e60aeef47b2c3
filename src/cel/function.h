/* What stands behind the names of functions and operators: one row per overload, used by the checker for its types and
 * by the evaluator for the kinds of values. Inside the cel floor only. */
#ifndef MASA_CEL_FUNCTION_H
#define MASA_CEL_FUNCTION_H

#include "cel/cel.h"

enum { CEL_ARGS_MAX = 6 };

/* One evaluation. */
struct cel_run {
    struct arena *arena;
    const struct cel_env *env;
    const struct cel_inputs *inputs;
    struct cel_regexes *regexes;
    struct value *locals;
    uint32_t at; /* the byte of the call that is being evaluated */
    int64_t steps_left;
    size_t memory_end; /* the arena's `used` that may not be passed */
};

struct value cel_fail(struct cel_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Memory for a result, NULL when the evaluation has used up its share; then give back cel_fail_memory. */
void *cel_memory(struct cel_run *run, size_t size);
struct value cel_fail_memory(struct cel_run *run);
/* The buffer's bytes as a string of the run; releases the buffer. Buffers are born with cel_text_limit. */
struct value cel_take_text(struct cel_run *run, struct buffer *b);
size_t cel_text_limit(const struct cel_run *run);

typedef struct value cel_builtin(struct cel_run *run, const struct value *args);

/* signature: "(int, int) int", or "string.(int) string" for a method. */
struct cel_row {
    const char *name, *signature;
    cel_builtin *run;
};

/* Each ends with a NULL name; the last two are of the dialect of definitions. */
extern const struct cel_row cel_rows_operators[], cel_rows_conversions[], cel_rows_strings[], cel_rows_format[],
    cel_rows_math[], cel_rows_time[], cel_rows_network[], cel_rows_optional[], cel_rows_decimal[], cel_rows_business[];

struct cel_overload {
    bool member;
    uint32_t count;
    const struct cel_type *params[CEL_ARGS_MAX];
    uint32_t kinds[CEL_ARGS_MAX]; /* of values: bits 1 << enum value_kind */
    const struct cel_type *result;
    uint32_t param_count; /* type parameters */
    cel_builtin *run;
};

struct cel_function {
    struct slice name;
    struct cel_overload *overloads;
    uint32_t count;
    bool lazy; /* a.or(b), a.orValue(b): b only when a is none */
};

struct cel_library {
    struct arena *arena;
    struct value_map *names; /* name to index of functions */
    struct cel_function *functions;
    uint32_t count;
};

/* NULL when there is none of that name. */
const struct cel_function *cel_library_find(const struct cel_library *library, struct slice name);
/* The type a name like "int" stands for as a value, NULL for other names. */
const struct cel_type *cel_type_name(struct slice name);

struct cel_variable {
    struct slice name;
    const struct cel_type *type;
    struct slice forbidden; /* why it may not be read; empty: it may */
};

struct cel_env {
    struct arena *arena;
    const struct cel_library *library;
    struct slice container;
    struct value_map *names; /* to index of variables */
    struct cel_variable *variables;
    uint32_t count, capacity;
    cel_zone_finder *find_zone;
    void *zone_context;
};

struct cel_program {
    /* Called for each call once its arguments have types, before its overload is chosen: may replace literals and their
     * types, and report. NULL: none. */
    void (*coerce)(const struct cel_program *program, struct cel_node *call, const struct cel_type **types);
    const void *coerce_context;
    const struct cel_env *env;
    const struct cel_source *source;
    struct cel_node *root;
    int64_t steps_max; /* of one evaluation; 0: the usual limits */
    size_t memory_max;
    uint32_t locals; /* size of the frame */
    const struct cel_type *type;
};

/* Replaces names by variables, locals, types and functions. `strict`: what does not exist is reported, otherwise it
 * becomes CEL_MISSING. */
void cel_resolve(struct cel_program *program, bool strict);
/* Types; reports what does not fit. */
void cel_check(struct cel_program *program);
/* "no '+' for int and string" */
struct slice cel_no_overload(struct arena *arena, const struct cel_node *call, const struct cel_type *const *types);

/* Evaluates one node of a resolved tree. */
struct value cel_eval_node(struct cel_run *run, const struct cel_node *node);
struct value cel_eval_macro(struct cel_run *run, const struct cel_node *node);
/* The overload whose kinds fit, called. */
struct value cel_call(struct cel_run *run, const struct cel_node *call, const struct value *args);

static inline bool cel_is_failure(struct value v)
{
    return v.kind == VALUE_ERROR || v.kind == VALUE_ABSENT;
}

#endif
