#include "cli/commands.h"

#include <string.h>

#include "app/backtest.h"
#include "cli/asked.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"
#include "report/retell.h"

struct backtest_arguments {
    const char *db, *definition, *with, *funnel, *period, *as_of, *by, *format, *lang, *list, *mapping, *rejects,
        *output;
};

static bool fill_request(const struct backtest_arguments *a, struct backtest_request *r)
{
    static const char *const formats[] = {"terminal", "json", NULL}, *const by[] = {"", "stage", NULL};
    int format, all;
    if (!choose("backtest", "format", a->format, formats, &format) || !choose("backtest", "by", a->by, by, &all) ||
        !choose_language("backtest", a->lang, &r->language))
        return false;
    r->with = a->with;
    r->program = SLICE("masa " MASA_VERSION);
    r->funnel = slice_from(a->funnel);
    r->period = slice_from(a->period);
    r->as_of = slice_from(a->as_of);
    r->all_stages = all == 1;
    r->format = (enum backtest_format)format;
    r->terminal = terminal_of(a->output);
    return true;
}

static int run_request(const struct backtest_request *request, const char *list_file, const char *output)
{
    struct run now, then;
    struct error error = {0};
    struct buffer out, list;
    run_init(&now);
    run_init(&then);
    now.hebrew = then.hebrew = tells_in_hebrew(request->language);
    buffer_init(&out, BUFFER_NO_LIMIT);
    buffer_init(&list, BUFFER_NO_LIMIT);
    enum outcome outcome = backtest_of_files(&now, &then, request, &out, list_file ? &list : NULL, &error);
    if (outcome == OK || outcome == SOME_REJECTED) {
        enum outcome written = list_file ? write_out(&list, list_file, &error) : OK;
        if (written == OK) written = write_out(&out, output, &error);
        if (written != OK) outcome = written;
    }
    if (then.hebrew) retell_diagnostics(&then.diagnostics, true);
    diagnostics_print(&then.diagnostics, stderr);
    if (then.diagnostics.error_count) error.message[0] = 0;
    int code = tell_outcome("backtest", outcome, &now, &error);
    buffer_release(&out);
    buffer_release(&list);
    run_release(&then);
    run_release(&now);
    return code;
}

int backtest_command(int argc, char **argv)
{
    struct backtest_arguments a = {.format = "terminal", .lang = "", .by = ""};
    const struct option_row rows[] = {
        {"db", "FILE", "a store instead of files; its definition is the present one unless another is given", &a.db},
        {"definition", "FILE", "the present definition (required with files)", &a.definition},
        {"with", "FILE", "the definition to try (required)", &a.with},
        {"funnel", "NAME", "default: the one the present definition reports on", &a.funnel},
        {"period", "P", "who entered the funnel in it counts; default: the definition's", &a.period},
        {"as-of", "TIME",
         "a day or an instant; default: the definition's, else the end of the last event's day, of a store now",
         &a.as_of},
        {"by", "stage", "what became of them later at every stage, not only where the two differ", &a.by},
        asked_row(ASKED_FORMAT, &a.format),
        asked_row(ASKED_LANG, &a.lang),
        {"list", "FILE", "who moves, all of them, as CSV", &a.list},
        asked_row(ASKED_MAPPING, &a.mapping),
        asked_row(ASKED_REJECTS, &a.rejects),
        asked_row(ASKED_OUTPUT, &a.output),
    };
    const struct option_set set = {"backtest", "backtest (--definition DEF FILE... | --db DB) --with DEF2 [options]",
                                   "Says what another definition would have made of the same events: who would be "
                                   "where,\nwhat became of them since, and how the report's numbers would change.",
                                   rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!tell_needed(&set, a.definition, a.db, words)) return BAD_USAGE;
    if (!a.with) {
        fprintf(stderr, "masa backtest: which definition is to be tried? --with FILE\nusage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct backtest_request request = {.now = a.db ? clock_now() : 0,
                                       .run = {.db = a.db,
                                               .now = a.db ? clock_now() : 0,
                                               .definition = a.definition,
                                               .files = (const char *const *)argv + 1,
                                               .file_count = (size_t)words,
                                               .mapping = a.mapping,
                                               .rejects = a.rejects,
                                               .spend = true,
                                               .progress = true}};
    if (!fill_request(&a, &request)) return BAD_USAGE;
    return run_request(&request, a.list, a.output);
}
