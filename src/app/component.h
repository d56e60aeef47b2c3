/* One subject out of a store: whose events its facts depend on (runtime/links.h). */
#ifndef MASA_APP_COMPONENT_H
#define MASA_APP_COMPONENT_H

#include "app/run.h"
#include "runtime/links.h"

/* Looks the whole store through for what its events say of others. The run has a definition and names. */
enum outcome links_of_store(struct run *run, const char *db, struct links **out, struct error *error);

/* The component of options->subject. `some` is false when everything is to be read. */
enum outcome component_find(struct run *run, const struct run_options *options, struct senders *out, bool *some,
                            struct error *error);

#endif
