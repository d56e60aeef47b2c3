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

/* Adds the component of whatever subjects have this key (a person, an account, a deal). False when that would be more
 * than `most` senders, or cannot be told: then everybody's events are to be read. After links_settle. */
bool links_component(const struct links *links, struct slice key, size_t most, struct senders *out);

/* What new events touch. */
struct touch {
    const struct links *links;
    struct senders said; /* who said something, and other subjects that are to be folded again: see links_digest */
    bool log, market;    /* the log itself, or the market, was spoken of: everybody is touched */
    bool deals;          /* deals were spoken of, */
    bool lone_deals;     /* by nobody with a name */
};
void touch_init(struct touch *touch);
void touch_release(struct touch *touch);
/* Notes what events touch; the links are given them by a sink of their own. */
struct input_sink links_touch_sink(const struct links *links, struct touch *touch);

/* By what a subject stands in a set of those touched. */
uint64_t links_digest(enum subject_kind kind, struct slice key);
uint64_t links_digest_as(enum subject_kind kind, uint64_t digest); /* the same key, of another kind */
/* All subjects whose facts may be others since, and the senders whose events they depend on. False: more than `most`.
 */
bool links_touched(const struct links *links, const struct touch *touch, size_t most, struct senders *subjects,
                   struct senders *readers);

#endif
