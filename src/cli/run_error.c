#include "cli/run_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "report/retell.h"

/* ---- lines, in the language that is asked for ---- */

struct line {
    struct arena arena;
    struct buffer text;
    bool hebrew;
};

static void line_init(struct line *line, const struct run *run)
{
    *line = (struct line){.hebrew = run->hebrew};
    arena_init(&line->arena);
    buffer_init(&line->text, BUFFER_NO_LIMIT);
}

/* A sentence, after what the line has already. */
static void say(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct line *line, const char *format, ...)
{
    struct buffer english;
    va_list args;
    buffer_init(&english, BUFFER_NO_LIMIT);
    va_start(args, format);
    buffer_vprintf(&english, format, args);
    va_end(args);
    const struct slice said = buffer_slice(&english);
    if (line->text.len) buffer_text(&line->text, "; ");
    buffer_add(&line->text, line->hebrew ? retold(&line->arena, said) : said);
    buffer_release(&english);
}

/* Nothing, when nothing was said. The line is over. */
static void print_line(struct line *line, const char *before)
{
    const struct slice said = buffer_slice(&line->text);
    const struct slice set = line->hebrew ? set_for_line(&line->arena, said) : said;
    if (said.len) fprintf(stderr, "%s%.*s\n", before, SLICE_ARG(set));
    buffer_release(&line->text);
    arena_release(&line->arena);
}

/* ---- rows that were rejected ---- */

static void tell_reason(const struct run *run, const struct input_reason *reason)
{
    const unsigned long long count = reason->count, row = reason->line;
    struct line line;
    line_init(&line, run);
    if (reason->detail.len)
        say(&line, "%llu x %.*s (first: %.*s:%llu: %.*s)", count, SLICE_ARG(reason->text), SLICE_ARG(reason->file), row,
            SLICE_ARG(reason->detail));
    else
        say(&line, "%llu x %.*s (first: %.*s:%llu)", count, SLICE_ARG(reason->text), SLICE_ARG(reason->file), row);
    print_line(&line, "  ");
}

static void tell_shape(const struct run *run)
{
    struct line line;
    line_init(&line, run);
    say(&line, "a log of another shape? --mapping FILE says what its keys mean (docs/INTAKE.md)");
    print_line(&line, "  ");
}

static void tell_rejects(const struct run *run)
{
    const struct input_summary *in = run->input ? input_summary(run->input) : NULL;
    if (!in || !(in->rejected + in->left_out)) return;
    const unsigned long long values = in->left_out, rejected = in->rejected;
    const unsigned long long lines = in->lines - in->blank - in->heads,
                             rows = lines > rejected ? lines : rejected; /* a row may have two reasons */
    struct line line;
    line_init(&line, run);
    if (rejected) say(&line, "%llu of %llu rows rejected", rejected, rows);
    if (values) say(&line, "%llu values in %llu rows left out, the rest of their rows used", values, rows);
    if (in->reject_path) say(&line, "written to %s", in->reject_path);
    print_line(&line, "masa: ");
    for (size_t i = 0; i < in->reason_count && i < 5; i++) tell_reason(run, &in->reasons[i]);
    const bool shapeless =
        in->reason_count && (slice_is(in->reasons[0].code, "no_subject") || slice_is(in->reasons[0].code, "no_event"));
    if (shapeless && !in->events) tell_shape(run);
}

/* ---- what counts for nothing ---- */

/* The second column of a name is not read, one that is not there says nothing, and nothing else would tell. */
static void tell_columns(const struct run *run)
{
    for (size_t i = 0; run->input && i < input_file_count(run->input); i++) {
        const struct input_file file = input_file(run->input, i);
        struct line line;
        line_init(&line, run);
        if (file.twice.len)
            say(&line, "%.*s has column %.*s twice: the first is read", SLICE_ARG(file.name), SLICE_ARG(file.twice));
        if (file.missing.len)
            say(&line, "%.*s lacks columns that mapping %.*s names: %.*s", SLICE_ARG(file.name),
                SLICE_ARG(file.mapping), SLICE_ARG(file.missing));
        print_line(&line, "masa: ");
    }
}

/* "scrolled (2), sang (1)" */
static struct slice list_names(struct arena *arena, const struct named_count *at, size_t count)
{
    struct buffer names;
    buffer_init(&names, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < count && i < 5; i++)
        buffer_printf(&names, "%s%.*s (%llu)", i ? ", " : "", SLICE_ARG(at[i].name), (unsigned long long)at[i].count);
    if (count > 5) buffer_text(&names, ", …");
    const struct slice list = arena_slice(arena, buffer_slice(&names));
    buffer_release(&names);
    return list;
}

/* What counts for nothing is no mistake of the file: events nobody declared, and values that are not of the declared
 * type, which are taken for absent. But whoever wrote the definition should hear of it. */
static void tell_unused(const struct run *run)
{
    struct arena arena;
    struct data_quality q = {0};
    struct line line;
    if (!run->gather) return;
    arena_init(&arena);
    quality_add_names(&q, run->gather, &arena);
    const struct slice unknown = list_names(&arena, q.unknown, q.unknown_count),
                       wrong = list_names(&arena, q.wrong, q.wrong_count);
    line_init(&line, run);
    if (unknown.len)
        say(&line,
            "%llu events are of types the definition does not declare: %.*s; they count for nothing until `events:` "
            "names them",
            (unsigned long long)gather_totals(run->gather).unknown_event, SLICE_ARG(unknown));
    print_line(&line, "masa: ");
    line_init(&line, run);
    if (wrong.len) say(&line, "values that are not of the declared type were read as absent: %.*s", SLICE_ARG(wrong));
    print_line(&line, "masa: ");
    arena_release(&arena);
}

void tell_future(const struct run *run)
{
    const int64_t today = floor_div((int64_t)time(NULL), DAY_US / SECOND_US), last = floor_div(run->last_at, DAY_US);
    if (run->definition->report.as_of.len || last <= today + 1) return;
    struct buffer latest, now;
    struct line line;
    buffer_init(&latest, 64);
    buffer_init(&now, 64);
    day_format(&latest, last);
    day_format(&now, today);
    line_init(&line, run);
    say(&line,
        "the latest event is of %.*s, which is still to come, and the report is as of then; --as-of %.*s leaves out "
        "what is later",
        SLICE_ARG(buffer_slice(&latest)), SLICE_ARG(buffer_slice(&now)));
    print_line(&line, "masa: ");
    buffer_release(&latest);
    buffer_release(&now);
}

int tell_outcome(const char *command, enum outcome outcome, struct run *run, const struct error *error)
{
    if (run->hebrew) retell_diagnostics(&run->diagnostics, true);
    if (run->diagnostics.error_count) diagnostics_print(&run->diagnostics, stderr); /* warnings are masa check's */
    if (outcome != BAD_USAGE) {
        tell_rejects(run);
        tell_columns(run);
        tell_unused(run);
    }
    if (outcome == FAILED || outcome == BAD_USAGE) {
        if (error->message[0] && !(outcome == BAD_USAGE && run->diagnostics.error_count)) {
            struct line line;
            line_init(&line, run);
            say(&line, "%s", error->message);
            fprintf(stderr, "masa %s", command);
            print_line(&line, ": ");
        }
    }
    return (int)outcome;
}

enum outcome write_out(const struct buffer *out, const char *path, struct error *error)
{
    bool standard = !path || strcmp(path, "-") == 0;
    FILE *file = standard ? stdout : fopen(path, "w");
    if (!file) return error_set(error, FAILED, "%s: %s", path, strerror(errno));
    bool bad = out->len && fwrite(out->data, 1, out->len, file) != out->len;
    bad |= standard ? fflush(file) != 0 : fclose(file) != 0;
    return bad ? error_set(error, FAILED, "%s: %s", standard ? "standard output" : path, strerror(errno)) : OK;
}

int give_outcome(const char *command, enum outcome outcome, struct run *run, const struct buffer *out, const char *path,
                 struct error *error)
{
    if (outcome == OK || outcome == SOME_REJECTED) {
        const enum outcome written = write_out(out, path, error);
        if (written != OK) outcome = written;
    }
    return tell_outcome(command, outcome, run, error);
}
