/* Touches of many people of one company at once: a mail filter that opens the mail of a whole domain within a second.
 * An event type says how many people in which time are a crowd (event_type.crowd_people). Whose touches belong to one
 * shows only across trails: all are looked at before any is folded. First every person's touches are added, then the
 * crowds are found, then each trail is told which of its touches came in one.
 *
 * A person is of the domain of the last address that is known by the as-of (the trait `email`), if that is a work
 * address: at a provider of free mail nobody opens for everybody. */
#ifndef MASA_RUNTIME_CROWD_H
#define MASA_RUNTIME_CROWD_H

#include "definition/model.h"

struct trail_item;

bool crowds_wanted(const struct definition *definition);

/* Where events say the address; NONE for those that do not. */
uint32_t crowd_address_path(const struct definition *definition, uint32_t event);
/* Of a person with this address; 0: of none. */
uint64_t crowd_domain(struct slice address);

/* So many people within the time, both ends included. */
struct crowd {
    uint64_t domain;
    uint32_t event, people;
    int64_t from, until;
};

struct crowds *crowds_new(const struct definition *definition, int threads);
void crowds_free(struct crowds *crowds);
/* As crowd_address_path, which looks through all traits; this is asked for every event. */
uint32_t crowds_address_path(const struct crowds *crowds, uint32_t event);
/* What one person did, in order of time; by thread. */
void crowds_add(struct crowds *crowds, int thread, uint64_t domain, uint64_t person, const struct trail_item *items,
                size_t count);
/* After all were added. */
void crowds_settle(struct crowds *crowds);
/* The crowd to which such an event belongs; NULL: none. After crowds_settle, by any thread. */
const struct crowd *crowds_find(const struct crowds *crowds, uint64_t domain, const struct trail_item *item);
/* Lowers human[count] (burst.h): of a crowd of n at most one is likely to be a person, so each is 1000 / (n + 1). in[i]
 * becomes the crowd that item i came in, or NULL. False, and nothing is there, when none of the items came in one. */
bool crowds_doubt(const struct crowds *crowds, uint64_t domain, const struct trail_item *items, size_t count,
                  uint16_t *human, const struct crowd **in);

#endif
