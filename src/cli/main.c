/* masa: finds the command in the table and runs it. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"eval", eval_command, "evaluate an expression and print its value as JSON"},
};

static void print_help(FILE *out)
{
    fputs("usage: masa COMMAND ...\n\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(name, commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    bool help = strcmp(name, "help") == 0 || strcmp(name, "--help") == 0;
    if (*name && !help) fprintf(stderr, "masa: there is no command '%s'\n", name);
    print_help(help ? stdout : stderr);
    return help ? OK : BAD_USAGE;
}
