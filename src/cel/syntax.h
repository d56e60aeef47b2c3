/* The tree of an expression, and where its text stands. The parser makes it with macros expanded; `resolve` then
 * replaces names by what they mean, and `check` adds types. */
#ifndef MASA_CEL_SYNTAX_H
#define MASA_CEL_SYNTAX_H

#include "base/error.h"
#include "cel/type.h"

/* An expression's text and who hears about its errors. */
struct cel_source {
    struct arena *arena; /* the tree and its texts live here */
    struct slice text;
    struct slice file;
    int line, column; /* of the text's first character, from 1 */
    bool decimals;    /* a number with a point is an exact decimal, not a double */
    struct diagnostics *diagnostics;
};

/* Adds an error at a byte of the text. */
void cel_report(const struct cel_source *source, uint32_t at, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Line and column, counted in code points, of a byte of the text. */
void cel_place(const struct cel_source *source, uint32_t at, int *line, int *column);

enum cel_kind {
    CEL_LITERAL,
    CEL_NAME,   /* before resolve only */
    CEL_SELECT, /* args[0].name */
    CEL_INDEX,  /* args[0][args[1]] */
    CEL_CALL,   /* member: args[0] is the receiver */
    CEL_AND,    /* any number of args */
    CEL_OR,
    CEL_CONDITION,
    CEL_LIST,     /* marked[i]: ?args[i] */
    CEL_MAP,      /* args: key, value, key, value; marked[i]: ?key i */
    CEL_MACRO,    /* args[0]: the range; then the parts of the body, see enum cel_macro */
    CEL_BIND,     /* args[0] is `name` in args[1] */
    CEL_VARIABLE, /* index: of the environment; test: is it there? */
    CEL_LOCAL,    /* index: of the frame */
    CEL_MISSING,  /* a name or function that does not exist: an error if it is reached; literal says so */
};

enum cel_macro {
    MACRO_ALL,                 /* predicate */
    MACRO_EXISTS,              /* predicate */
    MACRO_EXISTS_ONE,          /* predicate */
    MACRO_FILTER,              /* predicate */
    MACRO_MAP,                 /* [predicate] value */
    MACRO_TRANSFORM_MAP,       /* [predicate] value */
    MACRO_TRANSFORM_MAP_ENTRY, /* [predicate] map to merge in */
    MACRO_OPT_MAP,             /* value; the range is an optional */
    MACRO_OPT_FLAT_MAP,        /* optional */
};

struct cel_function;

struct cel_node {
    enum cel_kind kind;
    enum cel_macro macro;
    uint32_t start, end; /* its part of the text, in bytes */
    uint32_t at;         /* what an error names: an operator, a field, a function */
    uint32_t depth, count, index;
    bool absolute; /* a name that began with a dot */
    bool optional; /* .?field, [?index] */
    bool test;     /* has() */
    bool member;
    struct slice name, second; /* macros: the variables; second is empty where there is one */
    struct cel_node **args;
    const bool *marked; /* NULL: none */
    struct value literal;
    const struct cel_function *function;
    const struct cel_type *type; /* NULL when unchecked */
};

/* Limits, well above what the specification demands of every implementation. */
enum { CEL_TEXT_MAX = 100000, CEL_DEPTH_MAX = 250 };

struct cel_node *cel_node_new(const struct cel_source *source, enum cel_kind kind, uint32_t start, uint32_t end);
/* Gives the node its children; NULL, after a report, when the tree becomes too deep. */
struct cel_node *cel_node_fill(const struct cel_source *source, struct cel_node *node, struct cel_node *const *args,
                               size_t count);

/* NULL after at least one report. */
struct cel_node *cel_parse(const struct cel_source *source);

/* A call that is a macro, expanded; the call itself when it is none; NULL after a report. */
struct cel_node *cel_expand(const struct cel_source *source, struct cel_node *call);

#endif
