/* masa doctor --db DB */
#include <stdio.h>

#include "app/doctor.h"
#include "cli/commands.h"
#include "cli/options.h"

int doctor_command(int argc, char **argv)
{
    const char *db = NULL;
    const struct option_row rows[] = {{"db", "DB", "the store (required)", &db}};
    const struct option_set set = {"doctor", "doctor --db DB",
                                   "Looks whether a store is whole: its file, its events, its people, its audit trail. "
                                   "Exit code 0, or 1 with problems.",
                                   rows, sizeof rows / sizeof *rows};
    struct buffer out;
    struct error error = {0};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!db || words) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    buffer_init(&out, 1 << 20);
    const enum outcome outcome = doctor_look(db, &out, &error);
    fwrite(out.data ? out.data : "", 1, out.len, stdout);
    if (outcome != OK) fprintf(stderr, "masa doctor: %s\n", error.message);
    buffer_release(&out);
    return outcome == OK && fflush(stdout) == 0 ? OK : FAILED;
}
