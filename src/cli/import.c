#include "cli/commands.h"
#include "cli/asked.h"

#include <inttypes.h>

#include "app/export.h"
#include "app/import.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"

static void tell_result(const struct import_result *r)
{
    printf("accepted %" PRIu64 "\nduplicate %" PRIu64 "\nrejected %" PRIu64 "\n", r->events.accepted,
           r->events.duplicate, r->rejected);
    if (r->left_out) printf("values left out %" PRIu64 "\n", r->left_out);
    if (r->erased) printf("erased %" PRIu64 "\n", r->erased);
    if (r->events.conflicts) printf("contradicting %" PRIu64 "\n", r->events.conflicts);
    if (r->spend) printf("spend %" PRIu64 "\n", r->spend);
    if (r->carried.taken) printf("carried %" PRIu64 "\n", r->carried.taken);
    if (r->carried.passed) printf("passed over %" PRIu64 "\n", r->carried.passed);
}

int import_command(int argc, char **argv)
{
    const char *db = NULL, *definition = NULL, *mapping = NULL, *rejects = NULL, *lang = "";
    const struct option_row rows[] = {
        {"db", "FILE", "the store, made when it is not there (required)", &db},
        {"definition", "FILE", "the company's definition; the store keeps it (required the first time)", &definition},
        asked_row(ASKED_MAPPING, &mapping),
        {"rejects", "FILE", "where rejected rows go; default: beside the store, with the ending .rejects.ndjson",
         &rejects},
        {"lang", "CODE", "of what is told, and of reasons among the rejected rows; default: the environment's", &lang},
    };
    const struct option_set set = {"import", "import --db DB [--definition DEF] [FILE...]",
                                   "Brings the events of files into a store, each once: the same files again change "
                                   "nothing. Without files only the definition is brought.",
                                   rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!db || (!words && !definition)) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    enum report_language language;
    if (!choose_language("import", lang, &language)) return BAD_USAGE;
    struct run run;
    struct error error = {0};
    struct import_result result;
    run_init(&run);
    run.hebrew = tells_in_hebrew(language);
    if (!rejects) rejects = arena_printf(&run.arena, "%s.rejects.ndjson", db).ptr;
    const struct import_request request = {.db = db,
                                           .now = clock_now(),
                                           .run = {.db = definition ? NULL : db,
                                                   .definition = definition,
                                                   .files = (const char *const *)argv + 1,
                                                   .file_count = (size_t)words,
                                                   .mapping = mapping,
                                                   .rejects = rejects,
                                                   .progress = true}};
    enum outcome outcome = import_files(&run, &request, &result, &error);
    if (outcome != BAD_USAGE) tell_result(&result);
    code = tell_outcome("import", outcome, &run, &error);
    run_release(&run);
    return code;
}

static void print_lines(void *context, struct slice lines)
{
    fwrite(lines.ptr, 1, lines.len, context);
}

int export_command(int argc, char **argv)
{
    const char *db = NULL, *output = NULL, *events = NULL;
    const struct option_row rows[] = {
        {"db", "FILE", "the store (required)", &db},
        {"events", NULL, "events alone, without definitions, spend, erasures and people's work", &events},
        asked_row(ASKED_OUTPUT, &output),
    };
    const struct option_set set = {"export", "export --db DB [--events]",
                                   "Writes what a store holds as NDJSON, every event as a line in the Segment shape; "
                                   "imported into an empty store, the lines make the same store again.",
                                   rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!db || words) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct run run;
    struct error error = {0};
    run_init(&run);
    run.hebrew = tells_in_hebrew(LANGUAGE_OF_COMPANY);
    FILE *out = output ? fopen(output, "w") : stdout;
    const struct export_request request = {db, events != NULL, print_lines, out};
    enum outcome outcome =
        out ? export_store(&run, &request, &error) : error_set(&error, FAILED, "%s: cannot be written", output);
    if (out && (fflush(out) || (output && fclose(out))) && outcome == OK)
        outcome = error_set(&error, FAILED, "%s: cannot be written", output ? output : "standard output");
    code = tell_outcome("export", outcome, &run, &error);
    run_release(&run);
    return code;
}
