/* `masa doctor`: looks whether a store is as it should be, and says what helps where it is not. Reads only, but that
 * opening a store of an earlier form brings it forward. */
#ifndef MASA_APP_DOCTOR_H
#define MASA_APP_DOCTOR_H

#include "base/buffer.h"
#include "base/error.h"

/* One line for each thing looked at, "ok" or "problem" first. OK, or FAILED when there is a problem, or the store
 * cannot be opened (the error says why). */
enum outcome doctor_look(const char *db, struct buffer *out, struct error *error);

#endif
