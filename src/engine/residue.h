/* What may stay of somebody who was erased (ruling 10), so that totals once recorded stand: their intervals, handoffs
 * and exits to the day, without a name, a message, an author, an account's route or a rule that only a few meet.
 *
 * A residue is facts like any others. Its times are the last microsecond of their company day, as of everything known
 * to the day only. Nothing in it is open: intervals still held end on the day of the erasure, a handoff nobody answered
 * is withdrawn, and a lap that was running ends by the exit "erased". */
#ifndef MASA_ENGINE_RESIDUE_H
#define MASA_ENGINE_RESIDUE_H

#include "engine/engine.h"

#define RESIDUE_EXIT "erased"

/* A value of a dimension stays where at least so many subjects share it, the erased one included. */
enum { RESIDUE_SHARED_MIN = 5 };

/* How many subjects of the kind, the erased one included, show this value of a slot. */
struct residue_sharing {
    uint64_t (*count)(void *context, uint32_t slot, struct cell value);
    void *context;
};

/* `facts` are of a fold up to the erasure. Of their values (facts.cells, by slot) those of the definition's dimensions
 * stay where enough share them; without `sharing` none. Lives in the arena. */
struct facts residue_of(const struct facts *facts, const struct definition *definition, enum subject_kind kind,
                        const struct zone *zone, int64_t erased_at, const struct residue_sharing *sharing,
                        struct arena *arena);

#endif
