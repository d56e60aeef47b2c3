/* The definitions a store has had: each text once, and since when it is in force. */
#ifndef MASA_STORE_DEFINITIONS_H
#define MASA_STORE_DEFINITIONS_H

#include "base/civil.h"
#include "store/store.h"

struct stored_definition {
    int64_t id;
    struct slice digest, text, origin;
    int64_t made_at, effective_at; /* effective_at: INSTANT_NONE while it waits for its signatures */
};

/* Adds the text unless it is there, and sets since when it is in force (INSTANT_NONE: not yet; one that is in force
 * stays so). `id` is its number. */
enum outcome definition_keep(struct store *store, const struct stored_definition *definition, int64_t *id,
                             struct error *error);
/* What is in force at the instant; OK with an empty text when nothing is. Texts live in the arena. */
enum outcome definition_in_force(struct store *store, int64_t at, struct arena *arena, struct stored_definition *out,
                                 struct error *error);

#endif
