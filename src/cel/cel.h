/* CEL, the Common Expression Language, to its public specification, without protobuf messages.
 *
 *     const struct cel_library *library = cel_library_new(&arena, CEL_STANDARD);
 *     struct cel_env *env = cel_env_new(&arena, library);
 *     uint32_t opens = cel_env_variable(env, SLICE("opens"), cel_type_plain(TYPE_INT));
 *     const struct cel_program *program = cel_compile(env, &source, CEL_CHECKED);
 *     struct value v = cel_eval(program, &inputs, NULL, &arena);
 *
 * Nothing here knows a clock, a file or a time zone: zones are looked up through a function of the caller's. */
#ifndef MASA_CEL_CEL_H
#define MASA_CEL_CEL_H

#include "base/zone.h"
#include "cel/syntax.h"

enum cel_dialect {
    CEL_STANDARD,    /* the specification's functions and its string, math, optional, network and encoder extensions */
    CEL_DEFINITIONS, /* these, decimals, money and the functions of definitions */
};

/* The functions and type names of the language; immutable, to be shared by any number of environments. */
struct cel_library;
const struct cel_library *cel_library_new(struct arena *arena, enum cel_dialect dialect);

/* NULL when there is no such zone. */
typedef const struct zone *cel_zone_finder(void *context, struct slice name);

struct cel_env;
struct cel_env *cel_env_new(struct arena *arena, const struct cel_library *library);
/* The namespace names are resolved in: within a.b, x is tried as a.b.x, a.x and x. */
void cel_env_container(struct cel_env *env, struct slice container);
void cel_env_zones(struct cel_env *env, cel_zone_finder *find, void *context);
/* Declares a variable, whose name may have dots; gives its number: 0, 1, 2... A name declared again changes its type.
 */
uint32_t cel_env_variable(struct cel_env *env, struct slice name, const struct cel_type *type);
/* A name that exists but may not be read; the error will say why. */
void cel_env_forbid(struct cel_env *env, struct slice name, struct slice why);

enum cel_checking {
    CEL_UNCHECKED, /* mistakes show when they are reached */
    CEL_CHECKED,   /* names, functions and types must be right */
};

struct cel_program;
/* NULL after at least one report to the source's diagnostics. The program lives in the source's arena. */
const struct cel_program *cel_compile(const struct cel_env *env, const struct cel_source *source,
                                      enum cel_checking checking);
/* What the expression gives; dyn when unchecked. */
const struct cel_type *cel_program_type(const struct cel_program *program);

/* Gives the value of a variable by its number; VALUE_ABSENT when it has none. */
struct cel_inputs {
    struct value (*load)(const void *context, uint32_t variable);
    const void *context;
};

/* Compiled regular expressions kept from one evaluation to the next; one per thread. */
struct cel_regexes;
struct cel_regexes *cel_regexes_new(void);
void cel_regexes_free(struct cel_regexes *regexes);

/* The value lives in the arena, or where the inputs' values live. An error is VALUE_ERROR: its text says what, `extra`
 * is the byte of the expression where. `regexes` may be NULL. Evaluation is bounded in steps and memory. */
struct value cel_eval(const struct cel_program *program, const struct cel_inputs *inputs, struct cel_regexes *regexes,
                      struct arena *arena);

#endif
