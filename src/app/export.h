/* `masa export`: all that a store holds, as lines. */
#ifndef MASA_APP_EXPORT_H
#define MASA_APP_EXPORT_H

#include "app/run.h"

struct export_request {
    const char *db;
    bool events; /* alone */
    void (*take)(void *context, struct slice lines);
    void *context;
};

/* What the store keeps beside events (store/carried.h), then every event (store/export.h). A store that imports the
 * lines exports the same. */
enum outcome export_store(struct run *run, const struct export_request *request, struct error *error);

#endif
