/* One subject out of a store: whose events its facts depend on (runtime/links.h). */
#ifndef MASA_APP_COMPONENT_H
#define MASA_APP_COMPONENT_H

#include "app/run.h"
#include "runtime/links.h"
#include "store/tail.h"

/* Looks the whole store through for what its events say of others. The run has a definition and names. */
enum outcome links_of_store(struct run *run, const char *db, struct links **out, struct error *error);

/* The index of a store that is served: made when it is first asked, and brought up to what the store holds whenever it
 * is asked again, from the tail alone as long as nothing was imported meanwhile. For any number of threads. */
struct kept_links;
struct kept_links *kept_links_new(const char *db);
void kept_links_free(struct kept_links *kept);
/* Makes it, or brings it up, before anybody asks. */
void kept_links_warm(struct kept_links *kept);

/* The store, open for looking one subject up: to be given back. */
struct store_kept *kept_links_borrow(struct kept_links *kept);
void kept_links_return(struct kept_links *kept, struct store_kept *store);

/* What the rows of the tail after `after` and up to `last` touch, and whom else is to be folded again (digests). False:
 * everybody, or it cannot be told. */
struct kept_touch {
    struct tail_mark after, last;
    const uint64_t *also;
    size_t also_count;
    bool deals_matter; /* what came of deals that reach nobody is counted */
};
bool kept_links_touched(struct kept_links *kept, const struct definition *definition, const struct kept_touch *touch,
                        struct senders *subjects, struct senders *readers);

/* The component of options->subject. `some` is false when everything is to be read. `store` is what was borrowed of
 * options->links, and has been looked at then; NULL without links. */
enum outcome component_find(struct run *run, const struct run_options *options, struct store_kept *store,
                            struct senders *out, bool *some, struct error *error);

#endif
