#include "base/error.h"

#include <stdarg.h>
#include <stdlib.h>

enum outcome error_set(struct error *error, enum outcome code, const char *format, ...)
{
    if (!error) return code;
    error->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return code;
}

void diagnostics_init(struct diagnostics *d)
{
    *d = (struct diagnostics){0};
    arena_init(&d->arena);
}

void diagnostics_release(struct diagnostics *d)
{
    vector_release(&d->list);
    arena_release(&d->arena);
}

enum { LOOKED_AT = 1000 }; /* so that a file full of mistakes is not looked through for each */

/* What is written once and used in many places (an anchor of YAML) is wrong once. */
static bool is_told(const struct diagnostics *d, const struct diagnostic *item)
{
    for (size_t i = 0; i < d->list.count && i < LOOKED_AT; i++) {
        const struct diagnostic *x = &d->list.at[i];
        if (x->line == item->line && x->column == item->column && x->severity == item->severity &&
            slice_equal(x->file, item->file) && slice_equal(x->message, item->message))
            return true;
    }
    return false;
}

void diagnostics_add(struct diagnostics *d, struct diagnostic item)
{
    if (is_told(d, &item)) return;
    item.file = arena_slice(&d->arena, item.file);
    item.message = arena_slice(&d->arena, item.message);
    item.hint = arena_slice(&d->arena, item.hint);
    vector_push(&d->list, item);
    if (item.severity == SEVERITY_ERROR) d->error_count++;
}

void diagnostics_error(struct diagnostics *d, struct place at, struct slice hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnostics_verror(d, at, hint, format, args);
    va_end(args);
}

void diagnostics_verror(struct diagnostics *d, struct place at, struct slice hint, const char *format, va_list args)
{
    char message[1024];
    vsnprintf(message, sizeof message, format, args);
    diagnostics_add(d, (struct diagnostic){.severity = SEVERITY_ERROR,
                                           .file = at.file,
                                           .line = at.line,
                                           .column = at.column,
                                           .message = slice_from(message),
                                           .hint = hint});
}

static int by_place(const void *a, const void *b)
{
    const struct diagnostic *x = *(const struct diagnostic *const *)a, *y = *(const struct diagnostic *const *)b;
    int c = slice_compare(x->file, y->file);
    if (c) return c;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

void diagnostics_print(const struct diagnostics *d, FILE *out)
{
    const struct diagnostic **order = memory_new(d->list.count * sizeof *order);
    for (size_t i = 0; i < d->list.count; i++) order[i] = &d->list.at[i];
    qsort(order, d->list.count, sizeof *order, by_place);
    for (size_t i = 0; i < d->list.count; i++) {
        const struct diagnostic *x = order[i];
        fprintf(out, "%.*s:%d:%d: ", SLICE_ARG(x->file), x->line, x->column);
        if (x->severity == SEVERITY_WARNING) fprintf(out, "%s: ", d->warning ? d->warning : "warning");
        fprintf(out, "%.*s", SLICE_ARG(x->message));
        if (x->hint.len) fprintf(out, " [%.*s]", SLICE_ARG(x->hint));
        fputc('\n', out);
    }
    free(order);
}

enum { WORD_MAX = 64 };

/* Levenshtein distance with one row; words longer than WORD_MAX are no candidates. */
static size_t distance(struct slice a, struct slice b)
{
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replace = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            size_t shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replace < shift ? replace : shift;
        }
    }
    return row[b.len];
}

struct slice nearest_word(struct slice word, const struct slice *candidates, size_t count)
{
    struct slice best = {0};
    size_t best_distance = word.len <= 3 ? 2 : word.len / 3 + 2; /* strictly below */
    if (word.len > WORD_MAX) return best;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].len > WORD_MAX) continue;
        size_t d = distance(word, candidates[i]);
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}
