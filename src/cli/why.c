#include "cli/commands.h"

#include "app/why.h"
#include "cli/asked.h"
#include "cli/clock.h"
#include "cli/options.h"
#include "cli/run_error.h"

struct why_arguments {
    const char *db, *definition, *mapping, *subject, *kind, *funnel, *as_of, *mode, *format, *lang, *rejects, *output;
    const char *publish[OPTION_REPEATS];
    size_t publish_count;
};

static bool fill_request(const struct why_arguments *a, struct why_request *r)
{
    static const char *const formats[] = {"terminal", "json", NULL}, *const modes[] = {"if", "recorded", NULL};
    int format, mode;
    if (!choose("why", "format", a->format, formats, &format) || !choose("why", "mode", a->mode, modes, &mode) ||
        !choose_language("why", a->lang, &r->language))
        return false;
    r->program = SLICE("masa " MASA_VERSION);
    r->subject = slice_from(a->subject);
    r->kind = slice_from(a->kind);
    r->funnel = slice_from(a->funnel);
    r->format = (enum why_format)format;
    r->history.recorded = mode == 1;
    r->history.as_of = slice_from(a->as_of);
    r->terminal = terminal_of(a->output);
    return true;
}

static int run_request(const struct why_request *request, const char *output)
{
    struct run run;
    struct error error = {0};
    struct buffer out;
    run_init(&run);
    run.hebrew = tells_in_hebrew(request->language);
    buffer_init(&out, BUFFER_NO_LIMIT);
    enum outcome outcome = why_of_files(&run, request, &out, &error);
    const int code = give_outcome("why", outcome, &run, &out, output, &error);
    buffer_release(&out);
    run_release(&run);
    return code;
}

int why_command(int argc, char **argv)
{
    struct why_arguments a = {.mode = "if", .format = "terminal", .lang = ""};
    const struct option_row rows[] = {
        asked_row(ASKED_DB, &a.db),
        asked_row(ASKED_DEFINITION, &a.definition),
        {"subject", "KEY", "whom to explain: a person's, account's, deal's id; of a store just KEY", &a.subject},
        {"kind", "NAME", "person, account, deal, subscription, market; default: whichever has that id", &a.kind},
        {"funnel", "NAME", "only this funnel", &a.funnel},
        {"as-of", "TIME", "a day or an instant; default: the end of the last event's day, of a store now", &a.as_of},
        {"mode", "recorded|if",
         "each instant under the definition in force then, or the last one for all time (default)", &a.mode},
        {"publish", "FILE[@TIME]",
         "a later definition and when it took effect, by default when the log says; may be repeated, in order",
         a.publish, &a.publish_count},
        asked_row(ASKED_FORMAT, &a.format),
        asked_row(ASKED_LANG, &a.lang),
        asked_row(ASKED_MAPPING, &a.mapping),
        asked_row(ASKED_REJECTS, &a.rejects),
        asked_row(ASKED_OUTPUT, &a.output),
    };
    const struct option_set set = {"why", "why (--db DB KEY | --definition DEF --subject KEY FILE...) [options]",
                                   "Says why a subject is where it is: the rule of every stage as it was when it let "
                                   "the subject in,\nwhat is missing for the next one, the scores term by term.",
                                   rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (a.db && !a.subject && words) { /* beside a store the one word is the subject */
        a.subject = argv[1];
        words--;
    }
    if (!tell_needed(&set, a.definition, a.db, words)) return BAD_USAGE;
    if (!a.subject) {
        fprintf(stderr, "masa why: whom? --subject KEY, or KEY after --db DB\nusage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct publication publications[OPTION_REPEATS];
    struct why_request request = {.history = {.run = {.db = a.db,
                                                      .now = a.db ? clock_now() : 0,
                                                      .definition = a.definition,
                                                      .files = (const char *const *)argv + 1,
                                                      .file_count = (size_t)words,
                                                      .mapping = a.mapping,
                                                      .rejects = a.rejects,
                                                      .keep_ids = true,
                                                      .progress = true},
                                              .now = a.db ? clock_now() : 0,
                                              .publications = publications,
                                              .publication_count = a.publish_count}};
    if (!read_publications("why", a.publish, a.publish_count, publications) || !fill_request(&a, &request))
        return BAD_USAGE;
    return run_request(&request, a.output);
}
