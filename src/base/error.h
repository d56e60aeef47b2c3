/* Errors of two kinds. `struct error`: an operation failed; the place that knows fills it once, callers pass it up.
 * `struct diagnostics`: what is wrong with something a person wrote (a definition, an expression, a mapping): all of
 * it, each with file, line, column and, where there is one, a remedy. Programmer's mistakes are assert()ed. */
#ifndef MASA_BASE_ERROR_H
#define MASA_BASE_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/vector.h"

/* Also the program's exit codes, but for NO_ROOM, a failure for lack of disk space, which may pass. */
enum outcome { OK = 0, FAILED = 1, BAD_USAGE = 2, SOME_REJECTED = 3, NO_ROOM = 4 };

struct error {
    enum outcome code;
    char message[512];
};

/* Returns `code`, so that a function can `return error_set(...)`. `error` may be NULL. */
enum outcome error_set(struct error *error, enum outcome code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct diagnostic {
    enum severity severity;
    struct slice file;
    int line, column; /* from 1; the column counts code points; 0 when unknown */
    struct slice message;
    struct slice hint; /* the remedy, may be empty */
};

struct diagnostics {
    struct arena arena;
    const char *warning; /* what is printed before a warning; NULL: "warning" */
    VECTOR(struct diagnostic) list;
    size_t error_count;
};

/* Where something a person wrote stands. */
struct place {
    struct slice file;
    int line, column; /* as in a diagnostic */
};

void diagnostics_init(struct diagnostics *d);
void diagnostics_release(struct diagnostics *d);
/* Copies its texts. What was said already at the same place is not said again. */
void diagnostics_add(struct diagnostics *d, struct diagnostic item);
/* An error at a place; `hint` may be empty. */
void diagnostics_error(struct diagnostics *d, struct place at, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diagnostics_verror(struct diagnostics *d, struct place at, struct slice hint, const char *format, va_list args);
/* file:line:column: message, then the hint on the same line in brackets; sorted by place. */
void diagnostics_print(const struct diagnostics *d, FILE *out);

/* The candidate nearest to `word` by edit distance, empty when none is near enough to be a slip of the hand. */
struct slice nearest_word(struct slice word, const struct slice *candidates, size_t count);

#endif
