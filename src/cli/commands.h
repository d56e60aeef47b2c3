/* The commands of the program: each takes its own arguments, argv[0] being its name, and returns the exit code. */
#ifndef MASA_CLI_COMMANDS_H
#define MASA_CLI_COMMANDS_H

int backup_command(int argc, char **argv);
int backtest_command(int argc, char **argv);
int check_command(int argc, char **argv);
int doctor_command(int argc, char **argv);
int erase_command(int argc, char **argv);
int eval_command(int argc, char **argv);
int export_command(int argc, char **argv);
int facts_command(int argc, char **argv);
int feedback_command(int argc, char **argv);
int import_command(int argc, char **argv);
int init_command(int argc, char **argv);
int report_command(int argc, char **argv);
int serve_command(int argc, char **argv);
int user_command(int argc, char **argv);
int why_command(int argc, char **argv);

#endif
