/* masa check DEFINITION [--explain] [--lang he|en]
 *
 * Every error of a definition as file:line:column: message, on a terminal with the line and a caret under the place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/check.h"
#include "base/buffer.h"
#include "cli/asked.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "definition/load.h"
#include "report/retell.h"

enum { SHOWN_MAX = 160 }; /* of a line, in code points */

struct printer {
    FILE *out;
    bool colour, hebrew;
};

static const char *paint(const struct printer *p, const char *code)
{
    return p->colour ? code : "";
}

/* The line of a file, without its end; false when the file can no longer be read. */
static bool read_line(const char *path, int number, struct buffer *out)
{
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    int c, line = 1;
    while (line < number && (c = getc(file)) != EOF) line += c == '\n';
    while ((c = getc(file)) != EOF && c != '\n' && !out->full) buffer_char(out, c == '\t' || c == '\r' ? ' ' : (char)c);
    fclose(file);
    return line == number;
}

static size_t byte_of_column(struct slice line, int column)
{
    size_t at = 0;
    for (; column > 1 && at < line.len; column--) do
            at++;
        while (at < line.len && (line.ptr[at] & 0xC0) == 0x80);
    return at;
}

/* Letters that are written from the right: a caret under a line that holds some would stand anywhere but in its place.
 */
static bool has_right_to_left(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0xD6 && c <= 0xDB) return true;
    }
    return false;
}

static size_t word_end(struct slice line, size_t at)
{
    size_t end = at;
    while (end < line.len && !strchr(" ,:{}[]\"'", line.ptr[end])) end++;
    return end > at ? end : at + (at < line.len);
}

/* The line with the word underlined, and below it a caret where that can be right. */
static void print_line(const struct printer *p, const struct diagnostic *d)
{
    struct buffer text, path;
    buffer_init(&text, 64 << 10);
    buffer_init(&path, 64 << 10);
    buffer_add(&path, d->file);
    buffer_char(&path, 0);
    struct slice line = {0};
    if (d->line > 0 && d->column > 0 && read_line(path.data, d->line, &text)) line = buffer_slice(&text);
    size_t at = byte_of_column(line, d->column), from = 0;
    if (d->column > SHOWN_MAX) from = byte_of_column(line, d->column - SHOWN_MAX / 2);
    size_t until = from + byte_of_column(slice_skip(line, from), SHOWN_MAX), end = word_end(line, at);
    if (line.len && until <= line.len && end >= at && end <= line.len) {
        if (until < end) until = end;
        fprintf(p->out, "  %.*s%s%.*s%s%.*s\n", (int)(at - from), line.ptr + from, paint(p, "\033[1;4m"),
                (int)(end - at), line.ptr + at, paint(p, "\033[0m"), (int)(until - end), line.ptr + end);
        if (!has_right_to_left(line))
            fprintf(p->out, "  %*s%s^%s\n", d->column - (from ? d->column - SHOWN_MAX / 2 : 1), "",
                    paint(p, "\033[1;31m"), paint(p, "\033[0m"));
    }
    buffer_release(&path);
    buffer_release(&text);
}

static int by_place(const void *a, const void *b)
{
    const struct diagnostic *x = *(const struct diagnostic *const *)a, *y = *(const struct diagnostic *const *)b;
    int c = slice_compare(x->file, y->file);
    if (c) return c;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->column > y->column) - (x->column < y->column);
}

static void print_for_people(const struct printer *p, const struct diagnostics *d)
{
    const struct diagnostic **order = memory_new(d->list.count * sizeof *order);
    for (size_t i = 0; i < d->list.count; i++) order[i] = &d->list.at[i];
    if (d->list.count) qsort(order, d->list.count, sizeof *order, by_place);
    for (size_t i = 0; i < d->list.count; i++) {
        const struct diagnostic *item = order[i];
        bool warning = item->severity == SEVERITY_WARNING;
        fprintf(p->out, "%s%.*s:%d:%d:%s %s%s%s%.*s\n", paint(p, "\033[1m"), SLICE_ARG(item->file), item->line,
                item->column, paint(p, "\033[0m"), paint(p, warning ? "\033[33m" : "\033[31m"),
                !warning    ? ""
                : p->hebrew ? "אזהרה: "
                            : "warning: ",
                paint(p, "\033[0m"), SLICE_ARG(item->message));
        print_line(p, item);
        if (item->hint.len)
            fprintf(p->out, "  %s%.*s%s\n", paint(p, "\033[36m"), SLICE_ARG(item->hint), paint(p, "\033[0m"));
    }
    free(order);
}

static void print_count(const struct printer *p, size_t errors)
{
    if (errors && !p->hebrew) fprintf(p->out, "%zu error%s\n", errors, errors == 1 ? "" : "s");
    if (errors == 1 && p->hebrew) fprintf(p->out, "שגיאה אחת\n");
    if (errors > 1 && p->hebrew) fprintf(p->out, "%zu שגיאות\n", errors);
}

static void print_errors(struct diagnostics *d, bool hebrew)
{
    const char *terminal = getenv("TERM"), *plain = getenv("NO_COLOR");
    if (hebrew) retell_diagnostics(d, true);
    if (!isatty(STDERR_FILENO)) {
        diagnostics_print(d, stderr);
        return;
    }
    struct printer p = {stderr, !(plain && *plain) && !(terminal && strcmp(terminal, "dumb") == 0), hebrew};
    print_for_people(&p, d);
    print_count(&p, d->error_count);
}

static enum language language_of(const struct definition *definition, enum report_language asked)
{
    if (asked != LANGUAGE_OF_COMPANY) return asked == LANGUAGE_HEBREW ? LANGUAGE_HE : LANGUAGE_EN;
    return slice_starts(definition->company.locale, SLICE("he")) ? LANGUAGE_HE : LANGUAGE_EN;
}

static void print_summary(const char *path, const struct definition *d)
{
    printf("%s: good, version %.*s", path, SLICE_ARG(d->hash));
    for (size_t i = 0; i < d->funnel_count; i++)
        printf("%s%.*s of %zu stages", i ? ", " : "; ", SLICE_ARG(d->funnels[i].label.name), d->funnels[i].stage_count);
    putchar('\n');
}

static int check_file(const char *path, bool explain, enum report_language asked)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_load(path, &diagnostics);
    if (file && !check_zone(definition_of(file), &diagnostics)) {
        definition_free(file);
        file = NULL;
    }
    print_errors(&diagnostics, tells_in_hebrew(asked));
    int code = file ? OK : BAD_USAGE;
    if (file && explain) {
        struct buffer out;
        buffer_init(&out, BUFFER_NO_LIMIT);
        definition_explain(definition_of(file), language_of(definition_of(file), asked), &out);
        fwrite(out.data, 1, out.len, stdout);
        buffer_release(&out);
    } else if (file) {
        print_summary(path, definition_of(file));
    }
    definition_free(file);
    diagnostics_release(&diagnostics);
    return fflush(stdout) == 0 ? code : FAILED;
}

int check_command(int argc, char **argv)
{
    const char *explain = NULL, *language = "";
    const struct option_row rows[] = {
        {"explain", NULL, "say every rule as a sentence", &explain},
        {"lang", "CODE", "he or en; default: of errors the environment's, of sentences the company's", &language},
    };
    const struct option_set set = {
        "check", "check DEFINITION [--explain] [--lang he|en]",
        "Reads a definition and tells everything that is wrong with it. Exit code 0, or 2 with errors.", rows,
        sizeof rows / sizeof *rows};
    int words = 0, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (words != 1) {
        fprintf(stderr, "masa check: which definition? one file\nsee: masa check --help\n");
        return BAD_USAGE;
    }
    enum report_language chosen;
    if (!choose_language("check", language, &chosen)) return BAD_USAGE;
    return check_file(argv[1], explain != NULL, chosen);
}
