#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static void print_help(const struct option_set *set)
{
    printf("usage: masa %s\n\n%s\n", set->usage, set->about);
    if (set->count) printf("\n");
    for (size_t i = 0; i < set->count; i++) {
        char left[64];
        snprintf(left, sizeof left, "--%s %s", set->rows[i].name, set->rows[i].argument ? set->rows[i].argument : "");
        printf("  %-26s %s\n", left, set->rows[i].help);
    }
}

static const struct option_row *find_row(const struct option_set *set, struct slice name)
{
    for (size_t i = 0; i < set->count; i++)
        if (slice_is(name, set->rows[i].name)) return &set->rows[i];
    return NULL;
}

static void set_value(const struct option_row *row, const char *text)
{
    if (!row->count)
        *row->value = text;
    else if (*row->count < OPTION_REPEATS)
        row->value[(*row->count)++] = text;
}

static int unknown(const struct option_set *set, struct slice name)
{
    struct slice names[64];
    size_t n = set->count < 64 ? set->count : 64;
    for (size_t i = 0; i < n; i++) names[i] = slice_from(set->rows[i].name);
    struct slice near = nearest_word(name, names, n);
    fprintf(stderr, "masa %s: unknown option --%.*s", set->command, SLICE_ARG(name));
    if (near.len) fprintf(stderr, "; did you mean --%.*s?", SLICE_ARG(near));
    fprintf(stderr, "\nsee: masa %s --help\n", set->command);
    return BAD_USAGE;
}

int options_read(const struct option_set *set, int argc, char **argv, int *words)
{
    *words = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            while (++i < argc) argv[1 + (*words)++] = argv[i];
            break;
        }
        if (strcmp(argv[i], "-o") == 0) argv[i] = "--output";
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            print_help(set);
            return OK;
        }
        if (strncmp(argv[i], "--", 2) != 0) {
            argv[1 + (*words)++] = argv[i];
            continue;
        }
        struct slice rest = slice_from(argv[i] + 2), name = slice_cut(&rest, '=');
        const struct option_row *row = find_row(set, name);
        if (!row) return unknown(set, name);
        bool inlined = strchr(argv[i], '=') != NULL;
        if (!row->argument) {
            set_value(row, "");
        } else if (inlined) {
            set_value(row, rest.ptr);
        } else if (i + 1 < argc) {
            set_value(row, argv[++i]);
        } else {
            fprintf(stderr, "masa %s: --%s wants %s\n", set->command, row->name, row->argument);
            return BAD_USAGE;
        }
    }
    return -1;
}

bool tell_needed(const struct option_set *set, const char *definition, const char *db, int files)
{
    if (db ? !files : definition && files) return true;
    fprintf(stderr, "masa %s: %s\nusage: masa %s\n", set->command,
            db           ? "either files or a store: --db stands alone"
            : definition ? "which files? name those to read, or - for standard input"
                         : "which definition? --definition FILE (masa init writes one to begin with)",
            set->usage);
    return false;
}
