/* Which senders speak of the same subjects: an index over the whole log of who came with which anonymous id, account
 * and deal, who was merged with whom, and who spoke of the market or of the log itself. From it follows the *component*
 * of a subject: the senders whose events its facts depend on under the definition, so that one subject can be folded
 * without reading everybody. A component may hold senders too many, never one too few.
 *
 * It keeps digests, no ids. An edge lasts: what was said once is never taken out, which makes components larger than
 * need be (after an un-merge), not wrong. */
#ifndef MASA_RUNTIME_LINKS_H
#define MASA_RUNTIME_LINKS_H

#include "definition/model.h"
#include "store/senders.h"

struct links;
struct links *links_new(const struct definition *definition, int threads);
void links_free(struct links *links);

/* The fields that sinks of links read; lives as long as they. */
struct input_plan links_plan(const struct links *links);
/* Names of events that say something by their names alone. */
size_t links_names(const struct links *links, const struct slice **names);
/* Takes what each event says of others. */
struct input_sink links_sink(struct links *links, int thread);
/* After the sinks were given events, and again after each time they were given more. */
void links_settle(struct links *links);
/* Whether they hold what components under this definition follow. */
bool links_fit(const struct links *links, const struct definition *definition);
size_t links_bytes(const struct links *links);

/* Adds the component of whatever subjects have this key (a person, an account, a deal). False when that would be more
 * than `most` senders, or cannot be told: then everybody's events are to be read. After links_settle. */
bool links_component(const struct links *links, struct slice key, size_t most, struct senders *out);

#endif
