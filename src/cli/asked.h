/* What several commands are asked alike. */
#ifndef MASA_CLI_ASKED_H
#define MASA_CLI_ASKED_H

#include "app/recorded.h"
#include "cli/options.h"
#include "report/report.h"

/* Options that mean the same wherever they stand, with their help. */
enum asked {
    ASKED_DB,
    ASKED_DEFINITION,
    ASKED_FORMAT, /* of commands that print for people, or JSON */
    ASKED_LANG,
    ASKED_MAPPING,
    ASKED_REJECTS,
    ASKED_OUTPUT,
    ASKED_COUNT
};
struct option_row asked_row(enum asked which, const char **value);

/* The place of a word among those an option takes; else tells which it takes and says false. */
bool choose(const char *command, const char *option, const char *given, const char *const *names, int *out);

/* "", he or en. */
bool choose_language(const char *command, const char *given, enum report_language *out);

/* Whether what is wrong is told in Hebrew: as --lang says, else as the environment's locale does (LC_ALL, LC_MESSAGES,
 * LANG), as other programs do. What scripts read is the same in every language. */
bool tells_in_hebrew(enum report_language chosen);

/* Colour and width, when the output is a terminal. */
struct terminal_options terminal_of(const char *output);

/* FILE@TIME, cut in place, so many of them; FILE alone takes effect when the log says (app/published.h). */
bool read_publications(const char *command, const char **texts, size_t count, struct publication *out);

#endif
