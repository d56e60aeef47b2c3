#include "cli/commands.h"

#include "app/feedback.h"
#include "cli/asked.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"

static int run_request(const struct feedback_request *request, const char *output)
{
    struct run run;
    struct error error = {0};
    struct buffer out;
    run_init(&run);
    run.hebrew = tells_in_hebrew(request->language);
    buffer_init(&out, BUFFER_NO_LIMIT);
    enum outcome outcome = feedback_of_files(&run, request, &out, &error);
    const int code = give_outcome("feedback", outcome, &run, &out, output, &error);
    buffer_release(&out);
    run_release(&run);
    return code;
}

int feedback_command(int argc, char **argv)
{
    static const char *const formats[] = {"terminal", "json", NULL};
    const char *db = NULL, *definition = NULL, *funnel = NULL, *period = NULL, *as_of = NULL, *format = "terminal",
               *lang = "", *mapping = NULL, *rejects = NULL, *output = NULL;
    const struct option_row rows[] = {
        asked_row(ASKED_DB, &db),
        asked_row(ASKED_DEFINITION, &definition),
        {"funnel", "NAME", "default: the one the definition reports on", &funnel},
        {"period", "P", "only who entered the funnel in it; default: everybody", &period},
        {"as-of", "TIME",
         "a day or an instant; default: the definition's, else the end of the last event's day, of a store now",
         &as_of},
        asked_row(ASKED_FORMAT, &format),
        asked_row(ASKED_LANG, &lang),
        asked_row(ASKED_MAPPING, &mapping),
        asked_row(ASKED_REJECTS, &rejects),
        asked_row(ASKED_OUTPUT, &output),
    };
    const struct option_set set = {"feedback", "feedback (--definition DEF FILE... | --db DB) [options]",
                                   "Says which criteria and score terms predict who is accepted and won, and which "
                                   "channels' leads\nkeep failing in sales.",
                                   rows, sizeof rows / sizeof *rows};
    int words, chosen, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!tell_needed(&set, definition, db, words)) return BAD_USAGE;
    struct feedback_request request = {.now = db ? clock_now() : 0,
                                       .run = {.db = db,
                                               .now = db ? clock_now() : 0,
                                               .definition = definition,
                                               .files = (const char *const *)argv + 1,
                                               .file_count = (size_t)words,
                                               .mapping = mapping,
                                               .rejects = rejects,
                                               .progress = true},
                                       .program = SLICE("masa " MASA_VERSION),
                                       .funnel = slice_from(funnel),
                                       .period = slice_from(period),
                                       .as_of = slice_from(as_of),
                                       .terminal = terminal_of(output)};
    if (!choose("feedback", "format", format, formats, &chosen) ||
        !choose_language("feedback", lang, &request.language))
        return BAD_USAGE;
    request.format = (enum feedback_format)chosen;
    return run_request(&request, output);
}
