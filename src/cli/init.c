/* masa init --template b2b|aida|subscription [FILE]
 *
 * Writes a commented definition to begin with. A file that is there is never written over. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/templates.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/options.h"

static const struct starter *find_starter(const char *name)
{
    struct slice names[16];
    size_t count = starter_count < 16 ? starter_count : 16;
    for (size_t i = 0; i < count; i++) {
        if (name && strcmp(starters[i].name, name) == 0) return &starters[i];
        names[i] = slice_from(starters[i].name);
    }
    struct slice near = name ? nearest_word(slice_from(name), names, count) : (struct slice){0};
    fprintf(stderr, name ? "masa init: there is no template %s" : "masa init: which template?%s", name ? name : "");
    if (near.len) fprintf(stderr, "; did you mean %.*s?", SLICE_ARG(near));
    fprintf(stderr, "\nsee: masa init --help\n");
    return NULL;
}

static int write_starter(const struct starter *starter, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdout : fopen(path, "wx");
    if (!file) {
        const char *why =
            errno == EEXIST ? "the file is there already; name another, or - for standard output" : strerror(errno);
        fprintf(stderr, "masa init: %s: %s\n", path, why);
        return FAILED;
    }
    bool bad = fputs(starter->text, file) < 0;
    bad |= standard ? fflush(file) != 0 : fclose(file) != 0;
    if (bad) {
        fprintf(stderr, "masa init: %s: %s\n", path, strerror(errno));
        return FAILED;
    }
    if (!standard) printf("%s written. Next: masa check %s --explain\n", path, path);
    return OK;
}

int init_command(int argc, char **argv)
{
    const char *name = NULL;
    const struct option_row rows[] = {
        {"template", "NAME", "b2b (leads to deals), aida (awareness to advocacy), subscription (trial to renewal)",
         &name},
    };
    const struct option_set set = {
        "init", "init --template b2b|aida|subscription [FILE]",
        "Writes a commented definition to begin with, to masa.yaml or FILE; - is standard output.", rows,
        sizeof rows / sizeof *rows};
    int words = 0, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (words > 1) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    const struct starter *starter = find_starter(name);
    return starter ? write_starter(starter, words ? argv[1] : "masa.yaml") : BAD_USAGE;
}
