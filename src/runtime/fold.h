/* Folds everything gathered: partition by partition, subject by subject, on any number of threads; kinds in the order
 * in which they read each other (market, accounts, persons, deals, subscriptions). */
#ifndef MASA_RUNTIME_FOLD_H
#define MASA_RUNTIME_FOLD_H

#include <stdatomic.h>

#include "engine/engine.h"
#include "runtime/gather.h"

enum { NOTED_PATHS_MAX = 8 };

/* What an event says, for those who look at trails beside the engine. */
struct noted {
    const struct effects *effects;
    uint32_t order; /* within an instant: rank, then source */
    uint32_t content;
    struct content_head head;
    uint8_t store;
    bool visitor;        /* matches fold_options.visitor */
    struct cell cells[]; /* of fold_options.paths */
};

struct trail_item {
    int64_t at;
    uint64_t id; /* its key or number (intake/id_key.h) where the gather keeps ids; else at least another than the
                    others of the trail have */
    const struct noted *noted;
};

struct conflict {
    uint64_t id; /* id key */
    uint32_t copies;
};

struct relations;
struct timelines;
struct about;
struct crowd;

enum { HUMAN_SURE = 1000 }; /* in thousandths: nothing speaks against it that a person made this touch */

struct subject_view {
    enum subject_kind kind;
    struct slice key;
    const struct trail_item *items; /* sorted, each event once; parallel to the trail the engine saw */
    size_t count;
    /* By item: below HUMAN_SURE, it came in a burst or a crowd and its head says machine; NULL: none did. */
    const uint16_t *human;
    const struct crowd *const *crowds; /* by item: the crowd it came in, or NULL; NULL: in no crowd */
    const struct facts *facts;
    struct folder *folder;
    const struct conflict *conflicts; /* events that came in different copies */
    size_t conflict_count;
    const struct trail *trail;         /* for who wants to run it once more; then `facts` are of that run */
    const struct relations *relations; /* relate.h */
    const struct timelines *timelines; /* timeline.h: what was lent to it */
    const struct about *about;         /* people.h; NULL: nothing was said of this subject */
};

struct fold_consumer {
    void *context; /* one per thread */
    void (*subject)(void *context, const struct subject_view *view);
};

/* What one subject adds to the counts, and when it may be another without a word being said: for who folds it again
 * by itself. */
struct subject_tally {
    enum subject_kind kind;
    struct slice key;
    uint64_t duplicates, conflicts, machine, future;
    bool folded; /* it is one of fold_counts.subjects */
    int64_t due; /* first instant after the as-of; INSTANT_MAX: never */
};
struct fold_teller {
    void *context; /* one per thread */
    void (*tell)(void *context, const struct subject_tally *tally);
};

struct fold_options {
    int64_t as_of;
    int threads;
    uint32_t paths[NOTED_PATHS_MAX]; /* the first path_count; NONE where not used */
    size_t path_count;
    const struct matcher *visitor;         /* NULL: nobody asks */
    const struct fold_consumer *consumers; /* by thread; called for every subject of `kinds` */
    const struct fold_teller *tellers;     /* by thread; told of every subject after its consumer; NULL */
    bool skip_values;                      /* nobody looks at computed values (facts.cells) */
    bool traced;                           /* consumers run trails again, to tell what stands behind something */
    bool export_scores;                    /* facts.exported of persons tells every change of every score */
    /* As recorded: what the definition before this one left, by subject; NULL, and NULL for a subject it did not know.
     */
    const struct snapshot *(*start)(const void *context, enum subject_kind kind, struct slice key);
    const void *start_context;
    int64_t start_at;
    /* As recorded: erased persons are folded up to their erasure, for the residue (engine/residue.h) that stays of
     * them; else they are left out. */
    bool residues;
    const atomic_bool *stop; /* once true, subjects are left out: the fold is good for nothing; NULL: nobody stops it */
    unsigned kinds;          /* 1 << enum subject_kind: whom the consumers want to see */
    unsigned aside;          /* the same, of those whom they see and no count speaks of, for they are read by nobody */
    struct slice only;       /* of these kinds only the subject of this key, or alias; empty: all */
};

struct fold_counts {
    uint64_t duplicates, conflicts, machine, future, unrelated_outcomes;
    uint64_t erased, erased_events; /* persons, and events of theirs dated after it */
    uint64_t subjects[KIND_COUNT];
};

/* Uses the gathered events up. */
struct fold_counts fold_all(struct gather *gather, const struct engine *engine, const struct fold_options *options);

#endif
