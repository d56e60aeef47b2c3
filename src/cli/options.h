/* Options of the command line as a table: every command lists its own, help is made from the list. */
#ifndef MASA_CLI_OPTIONS_H
#define MASA_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTION_REPEATS = 16 };

struct option_row {
    const char *name;     /* without dashes */
    const char *argument; /* what follows it, for help; NULL for a switch */
    const char *help;
    const char **value; /* set to the argument, or to "" for a switch; the last one given wins */
    size_t *count;      /* of an option that may be repeated: value is an array of OPTION_REPEATS; else NULL */
};

struct option_set {
    const char *command, *usage, *about;
    const struct option_row *rows;
    size_t count;
};

/* Words that are no options are moved to the front of argv[1..] in their order; their number goes to *words. All that
 * follows `--` are words. Returns -1 to go on, else the exit code (0 after --help, 2 after a mistake, told). */
int options_read(const struct option_set *set, int argc, char **argv, int *words);

/* Of a command over event files: false, with what is missing told, when there is no definition or no file. */
bool tell_needed(const struct option_set *set, const char *definition, const char *db, int files);

#endif
