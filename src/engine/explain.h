/* Why: what every rule of a subject came to, at the moment it counted, and from which values and events. A trace is
 * made by running the subject's trail once more with somebody watching; a run that nobody watches pays nothing for it.
 *
 *     const struct trace *t = folder_trace(folder, &trail, &arena);
 *
 * The facts of a trace are those of folder_run, always. Everything lives in the arena; clauses and rules are borrowed
 * from the definition. */
#ifndef MASA_ENGINE_EXPLAIN_H
#define MASA_ENGINE_EXPLAIN_H

#include "engine/engine.h"

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

struct value_trace;

/* Events of the trail, by index; the latest few of `total`. */
enum { TRACED_EVENTS_MAX = 10 };
struct event_list {
    const uint32_t *at;
    size_t count, total;
};

/* A value that a rule read. */
struct input_trace {
    uint32_t slot;
    struct cell value;
    int64_t since;                  /* when it became so; INSTANT_NONE when nothing made it */
    int64_t at;                     /* when it was read */
    bool lent;                      /* by another subject: the account, the market */
    struct event_list events;       /* of a trait: the one that said it; of a signal: those it counts */
    const struct value_trace *made; /* of a fit, a BANT, a score: its parts; else NULL */
    uint32_t part;                  /* of an answer: the one of these parts that it is; else NONE */
};

/* What a rule read. */
struct input_list {
    const struct input_trace *at;
    size_t count;
};

/* A clause, and below it its members. */
struct clause_trace {
    const struct clause *clause;
    enum truth truth;
    int64_t have, need;  /* times of a count; members that hold of how many must */
    int64_t from, until; /* a window's beginning (INSTANT_NONE: none), and when what it holds falls below `need`, or
                            begins to leave; of `quiet`: from when it is counted, and when it is full */
    int64_t turns;       /* the next instant at which time alone changes what it reads; INSTANT_MAX */
    struct event_list events; /* of a count */
    struct input_list inputs; /* of an expression */
    struct slice note;        /* why an expression is unknown although all it reads is known */
    const struct clause_trace *members;
    size_t count;
};

/* A criterion of a profile, a question of a BANT, a term of a score. */
struct part_trace {
    enum truth truth; /* of `when`; TRUE of a term without one */
    int64_t points;   /* what it adds: weight or points, in millionths */
    int64_t uncapped; /* of a term: before its cap and before rounding */
    bool unknown;     /* it adds 0 because something is not known */
    struct input_list inputs;
};

/* A computed value. Parts are in the definition's order. */
struct value_trace {
    enum computed_kind kind; /* FIT, PASSED or SCORE */
    uint32_t owner;          /* index of the icp, bant or score */
    struct cell value;
    const struct part_trace *parts;
    size_t count;
};

/* A sum of points given for events. */
struct weighed_event {
    uint32_t times, counted; /* counted: within at_most and inside the window */
};
struct signal_trace {
    uint32_t signal;
    int64_t given; /* millionths: before decay and cap */
    int64_t kept;  /* after decay, before the cap */
    struct cell value;
    const struct weighed_event *weights;
};

enum waiting { WAIT_FOR_NOTHING, WAIT_FOR_EVIDENCE, WAIT_FOR_TIME, WAIT_FOR_HAND };

/* A stage that is not reached in the lap; or, between laps, a landing at one. */
struct ahead_trace {
    uint16_t stage;
    const struct landing_rule *landing; /* NULL: the stage's own rule */
    bool next;                          /* it may be entered from here: the next one, or one that carries */
    const struct clause_trace *rule;    /* NULL: people decide */
    enum waiting waiting;               /* of a stage that was taken back, or of the next lap */
    int64_t waiting_since, waiting_until;
    /* Instants of this lap at which its rule was true and it was not open; INSTANT_NONE: never. */
    int64_t held_first, held_last;
    int64_t due;                     /* by the stage's SLA, of the one that comes next; INSTANT_MAX without */
    const struct part_trace *advice; /* as many as the stage has, when `next`; else NULL */
};

struct funnel_trace {
    uint32_t funnel, lap; /* lap 0: never in it */
    bool open;
    int held; /* stage, -1 */
    int64_t since;
    const struct ahead_trace *ahead;
    size_t ahead_count;
    const struct clause_trace *const *exits; /* by exit; NULL: people decide, or no lap is open */
};

struct trace {
    const struct facts *facts;                 /* but for cells and exports, which are the folder's */
    const struct clause_trace *const *entries; /* by interval: the rule as it was when it let the subject in, or NULL */
    const struct clause_trace *const *exits;   /* by leaving, the same */
    const struct funnel_trace *funnels;
    size_t funnel_count;
    const struct value_trace *values; /* profiles, BANTs, scores of this kind, as of the as-of */
    size_t value_count;
    const struct signal_trace *signals; /* those that weigh */
    size_t signal_count;
    const struct input_trace *traits; /* of those that are known */
    size_t trait_count;
    /* What time alone will do within a year, if nothing happens. */
    const struct interval *coming;
    size_t coming_count;
    const struct leaving *ending;
    size_t ending_count;
};

const struct trace *folder_trace(struct folder *folder, const struct trail *trail, struct arena *arena);

/* ---- one number of every subject ---- */

/* Something a rule asks for, as it is when a stage is first entered in the first lap. */
enum criterion_kind { CRITERION_CLAUSE, CRITERION_PROFILE, CRITERION_QUESTION, CRITERION_TERM };
struct criterion {
    enum criterion_kind kind;
    uint32_t funnel, stage;
    const struct clause *clause; /* CLAUSE */
    uint32_t owner, part;        /* of the others: index of the icp, bant, score; of its criterion, question, term */
};

#define CRITERION_NONE INT64_MIN /* the stage was not entered by its rule */

/* What they come to in this trail: an enum truth, of a TERM its points in millionths. The folder's last facts are of
 * this run. */
void folder_criteria(struct folder *folder, const struct trail *trail, const struct criterion *criteria, size_t count,
                     int64_t *values);

#endif
