/* The program: finds the command and gives it its arguments. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/commands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"init", init_command, "write a commented definition to begin with"},
    {"check", check_command, "tell every mistake of a definition, or say its rules as sentences"},
    {"eval", eval_command, "evaluate an expression and print its value as JSON"},
    {"facts", facts_command, "print every fact of every subject"},
    {"report", report_command, "print the funnel report of event files or of a store"},
    {"import", import_command, "bring event files into a store"},
    {"backup", backup_command, "copy a store while it is in use"},
    {"export", export_command, "write all events of a store as lines"},
    {"erase", erase_command, "take persons out of a store for good"},
    {"serve", serve_command, "take events over HTTP, and let people in"},
    {"doctor", doctor_command, "look whether a store is whole, and say what helps"},
    {"user", user_command, "the people of a store, and links that let them in"},
    {"backtest", backtest_command, "try another definition on the same events"},
    {"feedback", feedback_command, "say which rules predict how leads fare"},
    {"why", why_command, "say why one subject is where it is, and what is missing"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fprintf(out, "masa %s: the funnel, from raw files\n\nusage: masa COMMAND ...\n\n", MASA_VERSION);
    for (int i = 0; i < COMMANDS; i++) fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].help);
    fprintf(out, "\nmasa COMMAND --help tells a command's options.\n");
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--version") == 0) {
        puts("masa " MASA_VERSION);
        return OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(argc > 1 ? stdout : stderr);
        return argc > 1 ? OK : BAD_USAGE;
    }
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    struct slice names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) names[i] = slice_from(commands[i].name);
    struct slice near = nearest_word(slice_from(name), names, COMMANDS);
    fprintf(stderr, "masa: no command %s", name);
    if (name[0] == '-') fprintf(stderr, "; the command comes first: masa report %s ...", name);
    if (near.len) fprintf(stderr, "; did you mean %.*s?", SLICE_ARG(near));
    fprintf(stderr, "\nsee: masa --help\n");
    return BAD_USAGE;
}
