#include "cli/run_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void tell_rejects(const struct run *run)
{
    const struct input_summary *in = run->input ? input_summary(run->input) : NULL;
    if (!in || !in->rejected) return;
    fprintf(stderr, "masa: %llu of %llu rows rejected", (unsigned long long)in->rejected,
            (unsigned long long)in->lines);
    if (in->reject_path) fprintf(stderr, "; written to %s", in->reject_path);
    fputc('\n', stderr);
    for (size_t i = 0; i < in->reason_count && i < 5; i++)
        fprintf(stderr, "  %llu x %.*s (first: %.*s:%llu)\n", (unsigned long long)in->reasons[i].count,
                SLICE_ARG(in->reasons[i].text), SLICE_ARG(in->reasons[i].file),
                (unsigned long long)in->reasons[i].line);
}

/* Events nobody declared are no mistake of the file, but nobody would otherwise know that they count for nothing. */
static void tell_unknown(const struct run *run)
{
    struct arena arena;
    const struct unknown_event *unknown;
    arena_init(&arena);
    size_t count = run->gather ? gather_unknown(run->gather, &arena, &unknown) : 0;
    if (count)
        fprintf(stderr, "masa: %llu events are of types the definition does not declare:",
                (unsigned long long)gather_totals(run->gather).unknown_event);
    for (size_t i = 0; i < count && i < 5; i++)
        fprintf(stderr, "%s %.*s (%llu)", i ? "," : "", SLICE_ARG(unknown[i].name),
                (unsigned long long)unknown[i].count);
    if (count) fprintf(stderr, count > 5 ? ", …\n" : "\n");
    arena_release(&arena);
}

int tell_outcome(const char *command, enum outcome outcome, const struct run *run, const struct error *error)
{
    diagnostics_print(&run->diagnostics, stderr);
    if (outcome == SOME_REJECTED) tell_rejects(run);
    if (outcome == OK || outcome == SOME_REJECTED) tell_unknown(run);
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
