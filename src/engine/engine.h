/* The engine: a pure, deterministic function from (definition, one subject's events in order, as-of) to facts. It does
 * no I/O, knows no clock, keeps no globals and uses no floating point. Above it somebody reads, groups, sorts and
 * de-duplicates events; below it rules evaluate over cells.
 *
 * An engine is made once for a definition and is read-only; a folder is the working state of one thread for one kind of
 * subject and is used for subject after subject without allocating in between.
 *
 *     struct engine *engine = engine_new(definition, &calendar);
 *     struct folder *folder = folder_new(engine, KIND_PERSON);
 *     const struct effects *e = folder_effects(folder, content, arena); (once for each distinct content)
 *     const struct facts *o = folder_run(folder, &trail);            (once for each subject)
 */
#ifndef MASA_ENGINE_ENGINE_H
#define MASA_ENGINE_ENGINE_H

#include "base/workweek.h"
#include "base/zone.h"
#include "definition/model.h"

/* What the engine needs to know about days: the company's zone and working time. */
struct engine_calendar {
    const struct zone *zone;
    const struct workweek *workweek; /* NULL: business durations are refused by the definition's loader */
};

struct engine;
struct folder;
struct effects;

struct engine *engine_new(const struct definition *definition, struct engine_calendar calendar);
void engine_free(struct engine *engine);
const struct definition *engine_definition(const struct engine *engine);

struct folder *folder_new(const struct engine *engine, enum subject_kind kind);
void folder_free(struct folder *folder);

/* What an event says, apart from who, when and which id: its type and its cells by path. */
struct content {
    uint32_t event;
    bool machine;   /* a machine made this touch */
    uint8_t credit; /* a deal's event at a person: the set of 1 << enum credit_deals by which it reached them */
    const struct cell *cells; /* definition.path_count of them */
};
/* What that content does to a subject of the folder's kind, made in the arena; NULL when nothing at all. */
const struct effects *folder_effects(struct folder *folder, const struct content *content, struct arena *arena);
/* Does the content match? For counters beside the engine. */
bool folder_matches(struct folder *folder, const struct matcher *matcher, const struct content *content);

/* One event of a trail. Trails are sorted by (at, rank, source, id) and hold no event twice. */
struct happening {
    int64_t at;
    const struct effects *effects; /* NULL: it happened, and touches nothing */
};

/* A value of another subject (the account, the market) as it changed, sorted by time: it takes effect before the events
 * of its instant. */
struct change {
    int64_t at;
    uint32_t slot; /* of this folder's kind */
    struct cell value;
};

/* What a subject's stages were when another definition took over (ruling 3, as recorded): made by folder_snapshot after
 * a run up to that instant, understood by stage and funnel names. */
struct snapshot;

struct trail {
    const struct snapshot *start; /* NULL, or: stages follow it until `start_at`, and this definition from then on */
    int64_t start_at;
    const struct happening *events;
    size_t count;
    const struct change *changes;
    size_t change_count;
    int64_t as_of; /* events after it are not seen; what the passing of time does up to it is */
};

enum how { HOW_RULE, HOW_CARRIED, HOW_DECIDED, HOW_UNPROPOSED, HOW_RETURNED, HOW_LANDED, HOW_INHERITED };
extern const char *const how_names[];
/* Was nobody there: passed over by a stage that carries, or before a landing? */
static inline bool how_passed(enum how how)
{
    return how == HOW_CARRIED || how == HOW_INHERITED;
}

enum { EVIDENCE_MAX = 4 };

struct interval {
    int64_t entered, left; /* left: INSTANT_MAX while held */
    uint32_t lap;          /* from 1 */
    uint16_t funnel, stage;
    enum how how;
    const struct clause *because;       /* the labelled clause that held, NULL */
    const struct landing_rule *landing; /* of LANDED: the one that held */
    uint32_t by;                        /* dictionary code of who decided; 0 = nobody */
    uint32_t reason;                    /* why it was returned; code, 0 = none said */
    uint32_t evidence[EVIDENCE_MAX];    /* indices into trail.events: what completed the rule, the first few */
    uint32_t evidence_count;
};

enum handoff_outcome { HANDOFF_OPEN, HANDOFF_ACCEPTED, HANDOFF_REJECTED, HANDOFF_RETURNED, HANDOFF_WITHDRAWN };
extern const char *const handoff_outcome_names[];

struct handoff {
    int64_t submitted, due, at; /* due: INSTANT_MAX without SLA; at: of the outcome, INSTANT_MAX while open */
    uint32_t lap;
    uint16_t funnel, stage;
    enum handoff_outcome outcome;
    uint32_t by, reason; /* dictionary codes, 0 = none */
    struct slice to;     /* route */
};

struct leaving {
    int64_t at;
    uint32_t lap;
    uint16_t funnel, stage; /* the stage held */
    struct slice name;      /* of the exit: "rejected" for a rejection */
    uint32_t by, reason;
};

enum refusal { REFUSED_ROLE, REFUSED_STAGE, REFUSED_REDUNDANT, REFUSED_NOTHING_HELD, REFUSED_LATE };
extern const char *const refusal_names[];

struct refused {
    int64_t at;
    enum decision decision;
    enum refusal why;
    uint16_t funnel;
    uint32_t lap, by;
};

/* Valid until the folder's next run. Each list is in order of time. */
struct facts {
    const struct interval *intervals;
    size_t interval_count;
    const struct handoff *handoffs;
    size_t handoff_count;
    const struct leaving *leavings;
    size_t leaving_count;
    const struct refused *refusals;
    size_t refusal_count;
    const struct cell *cells;      /* by slot, as of the as-of */
    const struct change *exported; /* what folder_export asked for, as it changed; slot is the one exported */
    size_t exported_count;
};

/* Asks for the changes of a slot over time, as they show at events and when the stages wake. */
void folder_export(struct folder *folder, uint32_t slot);
/* The same for readers of another kind, who are told of what the passing of time changes when it does. */
void folder_lend(struct folder *folder, uint32_t slot);

/* Of the last run; lives in the arena, borrows from the definition. */
const struct snapshot *folder_snapshot(const struct folder *folder, struct arena *arena);

/* Spares the work of bringing all computed values up to the as-of: facts.cells then hold traits and plain signals only.
 */
void folder_skip_values(struct folder *folder);

/* Of the last run: the next instant after its as-of at which its facts may be others although nothing happens, those
 * that the definition's audience tests among them. INSTANT_MAX: never. */
int64_t folder_next_change(struct folder *folder);

const struct facts *folder_run(struct folder *folder, const struct trail *trail);

/* Whether the kind has anything to fold: a signal, a funnel or a trait somebody reads. */
bool engine_needs(const struct engine *engine, enum subject_kind kind);

/* Whether the way of the kind's subjects through their stages rests on the slot: a rule that lets in or out, or a route
 * reads it, itself or through computed values. `scores`: or whether any score does. */
bool engine_rests_on(const struct engine *engine, enum subject_kind kind, uint32_t slot, bool scores);

/* Whether any computed value of the kind is worked out from the slot. */
bool engine_computes_from(const struct engine *engine, enum subject_kind kind, uint32_t slot);

/* The numbers at which the rules that the above speaks of tell the slot's values apart: of a value that changes and
 * stays between the same two of them no stage, route and computed value can tell, unless a stage waits for new evidence
 * (folder_waited). False: every change may matter. */
bool engine_cuts(const struct engine *engine, enum subject_kind kind, uint32_t slot, struct rule_cuts *cuts);

/* Of the last run: a stage or a landing whose rule reads values of others began to wait for new evidence, which any
 * change of such a value is. */
bool folder_waited(const struct folder *folder);

/* Three-valued evaluation of a clause against cells (for audiences): cell_bool or absent. `folder` gives the scratch.
 */
struct cell folder_clause(struct folder *folder, const struct clause *clause, const struct cell *cells);

#endif
