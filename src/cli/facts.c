#include "cli/commands.h"

#include <string.h>

#include "app/facts.h"
#include "cli/asked.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"

enum { VALUES_MAX = 64 };

int facts_command(int argc, char **argv)
{
    const char *db = NULL, *definition = NULL, *mapping = NULL, *as_of = NULL, *values = NULL, *format = "ndjson",
               *rejects = NULL, *output = NULL, *mode = "if", *subject = NULL, *publish[OPTION_REPEATS];
    size_t publish_count = 0;
    struct publication publications[OPTION_REPEATS];
    const struct option_row rows[] = {
        asked_row(ASKED_DB, &db),
        asked_row(ASKED_DEFINITION, &definition),
        asked_row(ASKED_MAPPING, &mapping),
        {"as-of", "TIME", "a day or an instant; default: the end of the last event's day", &as_of},
        {"subject", "KEY", "only the facts of this one; of a store with --as-of little else is read", &subject},
        {"values", "A,B", "also print these values of every subject, e.g. signals.interest,scores.sales", &values},
        {"publish", "FILE[@TIME]",
         "a later definition and when it took effect, by default when the log says; may be repeated, in order", publish,
         &publish_count},
        {"mode", "recorded|if",
         "each instant under the definition in force then, or the last one for all time (default)", &mode},
        {"format", "ndjson", "the only format", &format},
        asked_row(ASKED_REJECTS, &rejects),
        asked_row(ASKED_OUTPUT, &output),
    };
    const struct option_set set = {"facts", "facts (--definition DEF FILE... | --db DB)",
                                   "Prints every fact of every subject, one JSON object a line, in canonical order.",
                                   rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!tell_needed(&set, definition, db, words)) return BAD_USAGE;
    if (strcmp(format, "ndjson") != 0 || (strcmp(mode, "if") && strcmp(mode, "recorded"))) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct slice names[VALUES_MAX], rest = slice_from(values);
    struct facts_options options = {.history = {.run = {.db = db,
                                                        .now = db ? clock_now() : 0,
                                                        .definition = definition,
                                                        .files = (const char *const *)argv + 1,
                                                        .file_count = (size_t)words,
                                                        .mapping = mapping,
                                                        .rejects = rejects,
                                                        .keep_ids = true,
                                                        .progress = true},
                                                .as_of = slice_from(as_of),
                                                .publications = publications,
                                                .publication_count = publish_count,
                                                .recorded = strcmp(mode, "recorded") == 0},
                                    .values = names,
                                    .subject = slice_from(subject)};
    if (!read_publications("facts", publish, publish_count, publications)) return BAD_USAGE;
    while (rest.len && options.value_count < VALUES_MAX) names[options.value_count++] = slice_cut(&rest, ',');
    struct run run;
    struct error error = {0};
    struct buffer out;
    run_init(&run);
    run.hebrew = tells_in_hebrew(LANGUAGE_OF_COMPANY);
    buffer_init(&out, BUFFER_NO_LIMIT);
    enum outcome outcome = facts_of_files(&run, &options, &out, &error);
    if (outcome == OK || outcome == SOME_REJECTED) {
        enum outcome written = write_out(&out, output, &error);
        if (written != OK) outcome = written;
    }
    code = tell_outcome("facts", outcome, &run, &error);
    buffer_release(&out);
    run_release(&run);
    return code;
}
