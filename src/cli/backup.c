#include <stdio.h>

#include "app/backup.h"
#include "cli/commands.h"
#include "cli/options.h"

int backup_command(int argc, char **argv)
{
    const char *db = NULL;
    const struct option_row rows[] = {{"db", "DB", "the store (required)", &db}};
    const struct option_set set = {"backup", "backup --db DB FILE",
                                   "Copies a store as it is at this moment, also while it is in use.", rows,
                                   sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!db || words != 1) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct error error = {0};
    enum outcome outcome = backup_store(db, argv[1], &error);
    if (outcome != OK) fprintf(stderr, "masa backup: %s\n", error.message);
    return outcome == OK ? OK : FAILED;
}
