#include "cli/asked.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct option_row asked_row(enum asked which, const char **value)
{
    static const struct option_row rows[ASKED_COUNT] = {
        [ASKED_DB] = {"db", "FILE", "a store instead of files; its definition unless another is given"},
        [ASKED_DEFINITION] = {"definition", "FILE", "the company's definition (required with files)"},
        [ASKED_FORMAT] = {"format", "NAME", "terminal (default) or json"},
        [ASKED_LANG] = {"lang", "CODE", "he or en; default: the company's"},
        [ASKED_MAPPING] = {"mapping", "NAME|FILE",
                           "how rows become events, when the files are not in the Segment shape"},
        [ASKED_REJECTS] = {"rejects", "FILE", "where rejected rows go"},
        [ASKED_OUTPUT] = {"output", "FILE", "default: standard output"},
    };
    struct option_row row = rows[which];
    row.value = value;
    return row;
}

bool choose(const char *command, const char *option, const char *given, const char *const *names, int *out)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(given, names[i]) == 0) {
            *out = i;
            return true;
        }
    fprintf(stderr, "masa %s: --%s takes", command, option);
    const char *between = ""; /* an empty name is the default, which cannot be written */
    for (int i = 0; names[i]; i++) {
        if (names[i][0]) fprintf(stderr, "%s %s", between, names[i]);
        if (names[i][0]) between = " |";
    }
    fprintf(stderr, ", not %s\n", given);
    return false;
}

bool choose_language(const char *command, const char *given, enum report_language *out)
{
    static const char *const languages[] = {"", "he", "en", NULL};
    int language;
    if (!choose(command, "lang", given, languages, &language)) return false;
    *out = (enum report_language)language;
    return true;
}

bool tells_in_hebrew(enum report_language chosen)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    if (chosen != LANGUAGE_OF_COMPANY) return chosen == LANGUAGE_HEBREW;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *locale = getenv(names[i]);
        if (!locale || !*locale) continue;
        const size_t letters = strcspn(locale, "_.@");
        return letters == 2 && (strncmp(locale, "he", 2) == 0 || strncmp(locale, "iw", 2) == 0);
    }
    return false;
}

struct terminal_options terminal_of(const char *output)
{
    struct winsize window;
    bool terminal = !output && isatty(STDOUT_FILENO);
    int columns = terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
    return (struct terminal_options){.colour = terminal && !getenv("NO_COLOR"), .columns = columns};
}

static bool read_publication(const char *command, char *text, struct publication *out)
{
    char *at = strrchr(text, '@');
    struct time_text time;
    *out = (struct publication){.definition = text, .at = INSTANT_NONE};
    if (!at) return true;
    if (!time_parse(slice_from(at + 1), &time) || !time.zoned) {
        fprintf(stderr,
                "masa %s: --publish wants FILE@TIME with a zone, like next.yaml@2026-02-01T00:00:00Z, or FILE alone "
                "when the log says who offered and signed it\n",
                command);
        return false;
    }
    *at = 0;
    out->at = time.instant;
    return true;
}

bool read_publications(const char *command, const char **texts, size_t count, struct publication *out)
{
    for (size_t i = 0; i < count; i++)
        if (!read_publication(command, (char *)texts[i], &out[i])) return false;
    return true;
}
