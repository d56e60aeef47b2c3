/* How commands tell what went wrong, in the run's language. */
#ifndef MASA_CLI_RUN_ERROR_H
#define MASA_CLI_RUN_ERROR_H

#include "app/run.h"

/* Prints diagnostics and the error, says where rejected rows went; returns the exit code. */
int tell_outcome(const char *command, enum outcome outcome, struct run *run, const struct error *error);
/* The same after writing `out` as write_out does, when there is an answer. */
int give_outcome(const char *command, enum outcome outcome, struct run *run, const struct buffer *out, const char *path,
                 struct error *error);
/* Writes the buffer to the file, or to standard output when path is NULL or "-". */
enum outcome write_out(const struct buffer *out, const char *path, struct error *error);

/* The report is as of the last event's day: says so when that is still to come, as one wrong date is enough. */
void tell_future(const struct run *run);

#endif
