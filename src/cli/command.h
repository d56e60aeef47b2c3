/* The commands of the program: each is a function in a file of its own and a row of the table in main.c. */
#ifndef MASA_CLI_COMMAND_H
#define MASA_CLI_COMMAND_H

/* argv[0] is the command's name. The result is the program's exit code, see enum outcome. */
int eval_command(int argc, char **argv);

#endif
