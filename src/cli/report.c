#include "cli/commands.h"

#include "analysis/dimension.h"
#include "app/report.h"
#include "cli/asked.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"

struct report_arguments {
    const char *db, *definition, *mapping, *as_of, *period, *compare, *basis, *lang, *format, *by, *rejects, *output,
        *verbose, *funnel, *where, *segment, *values, *mode;
    struct slice places[NARROW_VALUES_MOST]; /* of where, apart */
};

/* "source:linkedin,region:europe" apart. */
static bool split_where(struct report_arguments *a, struct narrowing_asked *only)
{
    struct slice rest = slice_from(a->where);
    only->where = a->places;
    while (rest.len && only->where_count < NARROW_VALUES_MOST)
        a->places[only->where_count++] = slice_trim(slice_cut(&rest, ','));
    if (rest.len) fprintf(stderr, "masa report: --where takes at most %d values\n", NARROW_VALUES_MOST);
    only->segment = slice_from(a->segment);
    return !rest.len;
}

static bool fill_request(struct report_arguments *a, struct report_request *r)
{
    static const char *const formats[] = {"terminal", "json", "csv", "html", NULL};
    static const char *const bases[] = {"", "cohort", "flow", NULL}, *const modes[] = {"", "if", "recorded", NULL};
    int format, basis, mode;
    enum report_language language;
    struct error error = {0};
    if (!choose("report", "format", a->format, formats, &format) || !choose_language("report", a->lang, &language) ||
        !choose("report", "basis", a->basis, bases, &basis) || !choose("report", "mode", a->mode, modes, &mode))
        return false;
    r->reading = (enum reading)mode;
    r->format = (enum report_format)format;
    const struct slice only = slice_from(a->where ? a->where : a->segment);
    r->report = (struct report_options){
        .program = SLICE("masa " MASA_VERSION), .language = language, .basis = (enum report_basis)basis, .only = only};
    if (a->values && values_parse(slice_from(a->values), &r->report.values, &error) != OK) {
        fprintf(stderr, "masa report: --%s\n", error.message);
        return false;
    }
    r->funnel = slice_from(a->funnel);
    r->terminal = terminal_of(a->output);
    r->now = clock_now();
    r->period = slice_from(a->period);
    r->compare = slice_from(a->compare);
    r->as_of = slice_from(a->as_of);
    r->by = slice_from(a->by);
    return split_where(a, &r->only);
}

static int run_request(const struct report_request *request, const char *output)
{
    struct run run;
    struct error error = {0};
    struct buffer out;
    run_init(&run);
    run.hebrew = tells_in_hebrew(request->report.language);
    buffer_init(&out, BUFFER_NO_LIMIT);
    enum outcome outcome = report_of_files(&run, request, &out, &error);
    const int code = give_outcome("report", outcome, &run, &out, output, &error);
    if (!request->as_of.len && (code == OK || code == SOME_REJECTED)) tell_future(&run);
    buffer_release(&out);
    run_release(&run);
    return code;
}

int report_command(int argc, char **argv)
{
    struct report_arguments a = {.format = "terminal", .lang = "", .basis = "", .mode = ""};
    const struct option_row rows[] = {
        asked_row(ASKED_DB, &a.db),
        asked_row(ASKED_DEFINITION, &a.definition),
        {"format", "NAME", "terminal (default), json, csv, html", &a.format},
        {"period", "P", "2026-01, 2026-Q1, 2026, 2026-01-05..2026-02-04, 'last month', 'last 30 days'", &a.period},
        {"compare", "P", "a period, year (a year earlier; default), previous (the period before), none", &a.compare},
        {"as-of", "TIME", "a day or an instant; default: the definition's, else the end of the last event's day",
         &a.as_of},
        {"basis", "NAME", "cohort or flow; default: the definition's", &a.basis},
        {"mode", "recorded|if",
         "of a store: each instant under the definition in force then, or the last one for all time; default: the "
         "definition's, else if",
         &a.mode},
        asked_row(ASKED_LANG, &a.lang),
        {"funnel", "NAME", "another funnel than the definition's report names", &a.funnel},
        {"where", "D:V,D:V", "only those with a value of a dimension: source:linkedin,region:europe", &a.where},
        {"values", "N", "how many values of a dimension have a row of their own; 0 all; default: 50, a terminal 12",
         &a.values},
        {"segment", "NAME", "only the audience, or those whom a profile fits", &a.segment},
        {"by", "A,B", "instead of the report a CSV table by dimensions, month, quarter or day of entry", &a.by},
        asked_row(ASKED_MAPPING, &a.mapping),
        asked_row(ASKED_REJECTS, &a.rejects),
        asked_row(ASKED_OUTPUT, &a.output),
    };
    const struct option_set set = {"report", "report (--definition DEF FILE... | --db DB) [options]",
                                   "Prints the funnel report of the events in the files.", rows,
                                   sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!tell_needed(&set, a.definition, a.db, words)) return BAD_USAGE;
    struct report_request request = {.run = {.db = a.db,
                                             .now = a.db ? clock_now() : 0,
                                             .definition = a.definition,
                                             .files = (const char *const *)argv + 1,
                                             .file_count = (size_t)words,
                                             .mapping = a.mapping,
                                             .rejects = a.rejects,
                                             .spend = true,
                                             .progress = true}};
    if (!fill_request(&a, &request)) return BAD_USAGE;
    return run_request(&request, a.output);
}
