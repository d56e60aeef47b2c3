/* One subject out of a store: whose events its facts depend on (runtime/links.h). */
#ifndef MASA_APP_COMPONENT_H
#define MASA_APP_COMPONENT_H

#include "app/run.h"
#include "runtime/links.h"

/* Looks the whole store through for what its events say of others. The run has a definition and names. */
enum outcome links_of_store(struct run *run, const char *db, struct links **out, struct error *error);

/* The index of a store that is served: made when it is first asked, and brought up to what the store holds whenever it
 * is asked again, from the tail alone as long as nothing was imported meanwhile. For any number of threads. */
struct kept_links;
struct kept_links *kept_links_new(const char *db);
void kept_links_free(struct kept_links *kept);
/* Makes it, or brings it up, before anybody asks. */
void kept_links_warm(struct kept_links *kept);

/* The component of options->subject. `some` is false when everything is to be read. */
enum outcome component_find(struct run *run, const struct run_options *options, struct senders *out, bool *some,
                            struct error *error);

#endif
