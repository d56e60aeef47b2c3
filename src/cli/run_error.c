#include "cli/run_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void tell_rejects(const struct run *run)
{
    const struct input_summary *in = run->input ? input_summary(run->input) : NULL;
    if (!in || !in->rejected) return;
    fprintf(stderr, "masa: %llu of %llu rows rejected", (unsigned long long)in->rejected, (unsigned long long)in->lines);
    if (in->reject_path) fprintf(stderr, "; written to %s", in->reject_path);
    fputc('\n', stderr);
    for (size_t i = 0; i < in->reason_count && i < 5; i++)
        fprintf(stderr, "  %llu x %.*s (first: %.*s:%llu)\n", (unsigned long long)in->reasons[i].count,
                SLICE_ARG(in->reasons[i].text), SLICE_ARG(in->reasons[i].file), (unsigned long long)in->reasons[i].line);
}

int tell_outcome(const char *command, enum outcome outcome, const struct run *run, const struct error *error)
{
    diagnostics_print(&run->diagnostics, stderr);
    if (outcome == SOME_REJECTED) tell_rejects(run);
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
