/* What of a definition's brief, playbooks and buying group applies to a subject: from its cells alone, so that a trace,
 * a table of facts or a test may ask. A condition that is not known to hold does not apply; `quiet:` counts from the
 * last event and does not hold before the first. */
#ifndef MASA_ENGINE_BRIEF_H
#define MASA_ENGINE_BRIEF_H

#include "engine/engine.h"

/* Indices into the lists of the definition, in its order. */
struct chosen {
    const uint32_t *at;
    size_t count;
};
struct briefing {
    struct chosen points[BRIEF_PARTS]; /* of definition.brief.parts; empty for other kinds than the brief's */
    struct chosen playbooks;
    uint32_t seat; /* in the buying group; NONE: no seat, or no person */
};

/* Of a subject of the folder's kind whose cells are these as of the instant. The lists live in the arena. The folder's
 * last facts are gone. */
void briefing_make(struct folder *folder, const struct cell *cells, int64_t as_of, struct arena *arena,
                   struct briefing *out);

/* The seat of a person alone, in a folder that has just run: cells are as of its end. NONE: no seat, or no person. */
uint32_t seat_of(struct folder *folder, const struct cell *cells);

/* When a reminder or an escalation is due, of a clock that began then. One that lies before it began comes then. */
int64_t notice_at(const struct engine *engine, const struct stage *stage, const struct notice *notice, int64_t began);

#endif
