#include "cli/run_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A value that cannot be read is left out of its row, and the row is used. */
static uint64_t values_left_out(const struct input_summary *in)
{
    for (size_t i = 0; i < in->reason_count; i++)
        if (slice_is(in->reasons[i].code, "bad_value")) return in->reasons[i].count;
    return 0;
}

static void tell_rejects(const struct run *run)
{
    const struct input_summary *in = run->input ? input_summary(run->input) : NULL;
    if (!in || !in->rejected) return;
    const uint64_t values = values_left_out(in), rejected = in->rejected - values;
    const uint64_t lines = in->lines - in->blank - in->heads,
                   rows = lines > in->rejected ? lines : in->rejected; /* one row may be rejected for two reasons */
    fprintf(stderr, "masa: ");
    if (rejected) fprintf(stderr, "%llu of %llu rows rejected", (unsigned long long)rejected, (unsigned long long)rows);
    if (values)
        fprintf(stderr, "%s%llu values in %llu rows left out, the rest of their rows used", rejected ? "; " : "",
                (unsigned long long)values, (unsigned long long)rows);
    if (in->reject_path) fprintf(stderr, "; written to %s", in->reject_path);
    fputc('\n', stderr);
    for (size_t i = 0; i < in->reason_count && i < 5; i++) {
        const struct input_reason *reason = &in->reasons[i];
        fprintf(stderr, "  %llu x %.*s (first: %.*s:%llu%s%.*s)\n", (unsigned long long)reason->count,
                SLICE_ARG(reason->text), SLICE_ARG(reason->file), (unsigned long long)reason->line,
                reason->detail.len ? ": " : "", SLICE_ARG(reason->detail));
    }
    const bool shapeless =
        in->reason_count && (slice_is(in->reasons[0].code, "no_subject") || slice_is(in->reasons[0].code, "no_event"));
    if (shapeless && !in->events)
        fprintf(stderr, "  a log of another shape? --mapping FILE says what its keys mean (docs/INTAKE.md)\n");
}

/* The second column of a name is not read, one that is not there says nothing, and nothing else would tell. */
static void tell_columns(const struct run *run)
{
    for (size_t i = 0; run->input && i < input_file_count(run->input); i++) {
        const struct input_file file = input_file(run->input, i);
        if (file.twice.len)
            fprintf(stderr, "masa: %.*s has column %.*s twice: the first is read\n", SLICE_ARG(file.name),
                    SLICE_ARG(file.twice));
        if (file.missing.len)
            fprintf(stderr, "masa: %.*s lacks columns that mapping %.*s names: %.*s\n", SLICE_ARG(file.name),
                    SLICE_ARG(file.mapping), SLICE_ARG(file.missing));
    }
}

static void tell_names(const char *what, const struct named_count *at, size_t count, const char *remedy)
{
    if (!count) return;
    fprintf(stderr, "masa: %s:", what);
    for (size_t i = 0; i < count && i < 5; i++)
        fprintf(stderr, "%s %.*s (%llu)", i ? "," : "", SLICE_ARG(at[i].name), (unsigned long long)at[i].count);
    fprintf(stderr, "%s%s\n", count > 5 ? ", …" : "", remedy);
}

/* What counts for nothing is no mistake of the file: events nobody declared, and values that are not of the declared
 * type, which are taken for absent. But whoever wrote the definition should hear of it. */
static void tell_unused(const struct run *run)
{
    struct arena arena;
    struct data_quality q = {0};
    char unknown[80];
    if (!run->gather) return;
    arena_init(&arena);
    quality_add_names(&q, run->gather, &arena);
    snprintf(unknown, sizeof unknown, "%llu events are of types the definition does not declare",
             (unsigned long long)gather_totals(run->gather).unknown_event);
    tell_names(unknown, q.unknown, q.unknown_count, "; they count for nothing until `events:` names them");
    tell_names("values that are not of the declared type were read as absent", q.wrong, q.wrong_count, "");
    arena_release(&arena);
}

void tell_future(const struct run *run)
{
    const int64_t today = floor_div((int64_t)time(NULL), DAY_US / SECOND_US);
    if (run->definition->report.as_of.len || floor_div(run->last_at, DAY_US) <= today + 1) return;
    struct buffer text;
    buffer_init(&text, 1024);
    buffer_text(&text, "masa: the latest event is of ");
    day_format(&text, floor_div(run->last_at, DAY_US));
    buffer_text(&text, ", which is still to come, and the report is as of then; --as-of ");
    day_format(&text, today);
    fprintf(stderr, "%.*s leaves out what is later\n", SLICE_ARG(buffer_slice(&text)));
    buffer_release(&text);
}

int tell_outcome(const char *command, enum outcome outcome, const struct run *run, const struct error *error)
{
    if (run->diagnostics.error_count) diagnostics_print(&run->diagnostics, stderr); /* warnings are masa check's */
    if (outcome != BAD_USAGE) {
        tell_rejects(run);
        tell_columns(run);
        tell_unused(run);
    }
    if (outcome == FAILED || outcome == BAD_USAGE) {
        if (error->message[0] && !(outcome == BAD_USAGE && run->diagnostics.error_count))
            fprintf(stderr, "masa %s: %s\n", command, error->message);
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

int give_outcome(const char *command, enum outcome outcome, const struct run *run, const struct buffer *out,
                 const char *path, struct error *error)
{
    if (outcome == OK || outcome == SOME_REJECTED) {
        const enum outcome written = write_out(out, path, error);
        if (written != OK) outcome = written;
    }
    return tell_outcome(command, outcome, run, error);
}
