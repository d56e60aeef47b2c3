/* `masa backup`: a copy of a store while it is in use. */
#ifndef MASA_APP_BACKUP_H
#define MASA_APP_BACKUP_H

#include "base/error.h"

/* `path` must not be there yet. */
enum outcome backup_store(const char *db, const char *path, struct error *error);

#endif
