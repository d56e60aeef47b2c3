/* What the files of the engine share; nobody else includes this. */
#ifndef MASA_ENGINE_INTERNAL_H
#define MASA_ENGINE_INTERNAL_H

#include "base/vector.h"
#include "engine/explain.h"
#include "engine/queue.h"

enum { SLOT_MAX = 512, BIT_WORDS = SLOT_MAX / 64, STAGE_MAX = 64 };

/* A set of slots (or of computed values) of one kind. */
struct bits {
    uint64_t word[BIT_WORDS];
};

static inline void bits_add(struct bits *b, uint32_t i)
{
    b->word[i / 64] |= UINT64_C(1) << (i % 64);
}
static inline void bits_drop(struct bits *b, uint32_t i)
{
    b->word[i / 64] &= ~(UINT64_C(1) << (i % 64));
}
static inline bool bits_has(const struct bits *b, uint32_t i)
{
    return b->word[i / 64] >> (i % 64) & 1;
}
/* The functions below are told how many words of the set are in use. They run for every event, and definitions with
 * more than 64 slots are rare: the first word goes without saying. */
static inline void bits_clear(struct bits *b, unsigned words)
{
    b->word[0] = 0;
    for (unsigned i = 1; i < words; i++) b->word[i] = 0;
}
static inline void bits_join(struct bits *b, const struct bits *other, unsigned words)
{
    b->word[0] |= other->word[0];
    for (unsigned i = 1; i < words; i++) b->word[i] |= other->word[i];
}
static inline bool bits_meet(const struct bits *a, const struct bits *b, unsigned words)
{
    uint64_t any = a->word[0] & b->word[0];
    for (unsigned i = 1; i < words; i++) any |= a->word[i] & b->word[i];
    return any != 0;
}
static inline bool bits_within(const struct bits *part, const struct bits *whole, unsigned words)
{
    uint64_t outside = part->word[0] & ~whole->word[0];
    for (unsigned i = 1; i < words; i++) outside |= part->word[i] & ~whole->word[i];
    return outside == 0;
}

/* ---- prepared: read-only after engine_new ---- */

/* A clause with all it depends on. */
struct gate {
    const struct clause *clause;
    struct bits reads;        /* every slot, through computed values down to traits and signals */
    const uint32_t *computed; /* computed values to bring up to date first, in order */
    size_t computed_count;
    const uint32_t *varying; /* signals among them that change by the passing of time */
    size_t varying_count;
    bool timed;     /* may become true with no event */
    bool by_events; /* reads a signal */
};

/* What could move a funnel, given where it stands. */
struct watch {
    struct bits stages; /* a change of these may let it enter a stage */
    struct bits exits;  /* an event that feeds these may end the lap */
    bool timed;         /* and so may time */
};

/* Signals that count since a stage was entered. */
struct anchored {
    const uint32_t *signals;
    size_t count;
};

struct funnel_plan {
    const struct funnel *funnel;
    uint32_t index;            /* in the definition */
    uint32_t place;            /* in the plan */
    struct watch *open;        /* by the stage that comes next, up to stage_count; while a lap runs */
    struct watch closed;       /* between laps */
    struct watch landable;     /* the same, when the last lap ended so that one may land */
    struct anchored *anchored; /* by stage */
    uint32_t name_code;
    struct gate *stages, *exits; /* a gate without clause is decided by people */
    struct gate *landings;
    uint32_t *stage_codes;      /* dictionary codes of the stages' names */
    uint64_t carriers;          /* stages that carry */
    uint64_t *stages_reading;   /* by slot: the stages whose rule reads it */
    uint64_t *landings_reading; /* by slot */
    bool borrows;               /* a stage's or a landing's rule reads values of others */
};

/* The values of a count that rules tell apart: one below `least` is to them like none, one above `most` like `most`. */
struct told_apart {
    int64_t least, most;
};

/* A score and points that only add to it, and are read by nothing else: a rule can tell that they have grown only where
 * the score reaches one of the numbers it is compared with. */
struct reach {
    int64_t *numbers; /* ascending; NULL: no points only add to it, or rules do more than compare */
    size_t count;
};

/* A score's terms: first those that read given slots only, which are added up once and again when such a slot changes.
 */
struct term_order {
    const struct score_term **terms;
    size_t steady, count;
};

struct plan {
    const struct kind_model *model;
    enum subject_kind kind;
    unsigned words;                /* of a set of slots */
    struct cell *initial;          /* by slot */
    struct bits *dependents;       /* by slot: the computed values that read it */
    struct told_apart *told_apart; /* by signal; of those that are no counts everything is told apart */
    uint32_t *weight_base;         /* by signal: first counter of its weights */
    uint32_t weight_total;
    struct bits all_computed;
    struct bits told;  /* what the subject is: of those below, the ones that count nothing that happened */
    struct bits given; /* slots that are neither signals nor computed: what the subject is, or what others lend it */
    struct term_order *terms; /* by computed value, of scores */
    uint32_t *adds_to;        /* by signal: the one score it only adds to; NONE: each change may be told */
    struct reach *reaches;    /* by computed value, of those scores */
    bool *varies;             /* by slot: a signal that time alone changes, or computed from one */
    struct funnel_plan *funnels;
    size_t funnel_count;
};

struct decay {
    uint64_t per_day; /* the share that stays after a day, in 2^-32 */
};

struct engine {
    struct arena arena;
    const struct definition *definition;
    struct engine_calendar calendar;
    struct plan plans[KIND_COUNT];
    struct decay *decays[KIND_COUNT]; /* by signal */
};

/* The share of a value that stays after one day: 2^(-1/half_life) in 2^-32, by integer arithmetic only. */
uint64_t decay_per_day(int64_t half_life_days);

/* ---- a subject being folded ---- */

enum { DECAY_SHIFT = 20 }; /* a decaying sum is kept in 2^-20 points */

struct signal_state {
    int64_t number; /* COUNT, DISTINCT, SUM (millionths), WEIGH (millionths, or 2^-20 points when it decays), STREAK */
    int64_t at;     /* of the last match, INSTANT_NONE before */
    int64_t since;  /* matches up to and with this instant do not count; INSTANT_MAX: the stage was not entered */
    int64_t day;    /* up to which a decaying sum is brought; STREAK: the latest period */
    uint32_t unit;  /* SUM of money: currency */
    struct cell kept;
    struct queue queue; /* windows; DISTINCT; of FIRST, LAST, MIN and MAX the one shown is at its head */
};

struct funnel_state {
    int top; /* highest held stage, -1 */
    uint32_t lap;
    bool open;      /* a lap is running */
    uint64_t stale; /* stages that need new evidence */
    int64_t stale_since;
    const struct stage *returned_by; /* whose `again` the stale stages wait for; NULL: each for its own */
    size_t interval;                 /* the open one + 1, 0 = none */
    size_t handoff;                  /* the open one + 1 */
    uint64_t reached;                /* in this lap */
    struct slice ended;              /* how the last lap did: the exit's name, empty for a win; while none is open */
    uint64_t landable;               /* the landings that are after such an end */
    uint64_t stale_landings;         /* those that need new evidence, since stale_since */
    const struct watch *watch;
    bool timed; /* the passing of time could move it */
};

/* EFFECT_COUNT: of a signal that counts and has no window, the most frequent. EFFECT_POINTS: a weight of a signal that
 * neither has a window nor decays; EFFECT_WEIGHT: of another. */
enum effect_kind { EFFECT_TRAIT, EFFECT_COUNT, EFFECT_POINTS, EFFECT_SIGNAL, EFFECT_WEIGHT };
struct effect {
    uint8_t kind;
    uint16_t slot;
    uint32_t index;    /* of the signal */
    struct cell value; /* of weights: its number is the index of the weight */
};

enum { REASON_PATHS_MAX = 4 };

/* What an event says beyond its effects: a decision, reasons that exits quote. Codes of the dictionary, 0 = not said.
 */
struct statement {
    enum decision decision;
    uint32_t stage, funnel, by, reason;
    enum role role;
    uint32_t reason_path[REASON_PATHS_MAX], reason_code[REASON_PATHS_MAX];
    uint32_t reason_count;
};

/* Small, because a log may have as many of them as it has different events. */
struct effects {
    const struct statement *statement; /* NULL: none, as for most */
    uint32_t count;
    uint8_t rank; /* enum event_rank */
    struct effect list[];
};

typedef VECTOR(struct effect) effect_list;

struct folder {
    const struct engine *engine;
    const struct plan *plan;
    struct rule_scratch *scratch;
    struct cell *cells;
    struct signal_state *signals;
    uint32_t *weight_counts;
    struct funnel_state *funnels;
    uint64_t *false_at_first; /* by funnel: stages whose rule is false of a subject of whom nothing is known, and needs
                                 events */
    struct bits fed;          /* slots of which an event of this instant spoke */
    struct bits changed;      /* those whose value it changed so that a rule could tell */
    struct bits ever;         /* those whose value was changed so at any time */
    struct bits pending;      /* slots changed since computed values were last marked */
    struct bits dirty;        /* computed values to bring up to date */
    struct bits steady_dirty; /* scores whose steady terms are to be added up again */
    int64_t *steady_sum;      /* by computed value: of the steady terms of a score */
    int64_t *room;            /* by computed value, of scores in plan->reaches: points that add less than this are told
                               * by no rule; 0: not known */
    struct bits touched;      /* signals to reset before the next subject */
    bool waits;               /* the passing of time could move a funnel */
    bool waited;              /* see folder_waited */
    int64_t now;
    int64_t day, day_from, day_until; /* the company day `now` falls on */
    const struct trail *trail;
    bool final_values;                  /* cells are brought up to date at the end of a run */
    bool following;                     /* the trail's snapshot says what the stages are */
    size_t instant_from, instant_until; /* events of this instant */
    bool decided;                       /* somebody decided something in this instant */
    VECTOR(struct interval) intervals;
    VECTOR(struct handoff) handoffs;
    VECTOR(struct leaving) leavings;
    VECTOR(struct refused) refusals;
    bool told;               /* somebody wants to know of every instant: exports, a witness */
    struct witness *witness; /* NULL but for folder_trace */
    VECTOR(uint32_t) exports;
    VECTOR(uint32_t) lent_signals; /* those whose changes by the passing of time others are told of */
    VECTOR(struct cell) exported_last;
    VECTOR(struct change) exported;
    effect_list effects; /* scratch of folder_effects */
    struct facts facts;
};

/* signals.c */
void signals_init(struct folder *f);
void signals_reset(struct folder *f);
/* A weighed sum within its cap. */
static inline struct cell weighed(const struct signal *s, int64_t millionths)
{
    return cell_decimal(s->cap && millionths > s->cap ? s->cap : millionths);
}
/* Of a match after st->since. */
void signal_feed(struct folder *f, const struct effect *effect, int64_t at);
void signal_refresh(struct folder *f, uint32_t signal);
/* The next instant after now at which its value may change by itself; INSTANT_MAX for never. */
int64_t signal_next_change(struct folder *f, uint32_t signal);
void signal_anchor(struct folder *f, uint32_t signal, int64_t since);
/* First instant outside the window of a match at `at`; INSTANT_MAX without a window. */
int64_t leaves_at(const struct folder *f, const struct signal *s, int64_t at);
void folder_seek_day(struct folder *f, int64_t at);

/* values.c: computed values and clauses */
void gate_refresh(struct folder *f, const struct gate *gate);
enum truth clause_eval(struct folder *f, const struct clause *clause, const struct cell *cells, int64_t anchor);
/* The labelled clause that carries the truth: through `any`, the first member that holds. NULL when none is labelled.
 */
const struct clause *clause_because(struct folder *f, const struct clause *clause, int64_t anchor);
int64_t clause_next_quiet(struct folder *f, const struct clause *clause, int64_t anchor);
void computed_refresh_all(struct folder *f);
/* In millionths, a whole number of thousandths. */
int64_t term_points(struct folder *f, const struct score_term *term);
/* The instant from which a quiet clause holds. */
int64_t quiet_from(struct folder *f, const struct clause *clause, const struct cell *cells, int64_t anchor);

/* Whether what this instant fed, or time, could move any funnel. */
static inline bool machine_could_move(const struct folder *f)
{
    const unsigned words = f->plan->words;
    bool could = f->waits;
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct watch *watch = f->funnels[i].watch;
        could |= bits_meet(&f->changed, &watch->stages, words) | bits_meet(&f->fed, &watch->exits, words);
    }
    return could;
}

/* machine.c */
/* Once for a folder, after the signals. */
void machine_init(struct folder *f);
void machine_reset(struct folder *f);
void machine_watch_all(struct folder *f);
void machine_evidence(struct folder *f);
/* Tests what this instant fed, or all rules that are next (after decisions moved the stages). */
void machine_run(struct folder *f, bool all);
void machine_decide(struct folder *f, const struct statement *decision);
int64_t machine_next_wake(struct folder *f);
/* Takes over where another definition left off, and anchors the signals that count since stages entered under it. */
void machine_resume(struct folder *f, const struct snapshot *snapshot);
/* The next instant after now at which the snapshot has an entry, and what that entry means to signals. */
int64_t machine_next_entry(const struct folder *f, const struct snapshot *snapshot);
void machine_replay_entries(struct folder *f, const struct snapshot *snapshot);
int64_t funnel_anchor(const struct folder *f, const struct funnel_state *state);

bool gate_holds(struct folder *f, const struct gate *gate, int64_t anchor);
/* The stages that may be entered from where the funnel stands; what a stale one waits for. */
uint64_t stages_ahead(const struct funnel_plan *p, const struct funnel_state *st);
const struct stage *again_of(const struct funnel_plan *p, const struct funnel_state *st, int stage);
/* Adds a duration of the definition to an instant. */
int64_t duration_after(const struct engine *engine, struct duration d, int64_t from);
/* When what is stale may be entered without new evidence; INSTANT_MAX: never. */
static inline int64_t again_at(const struct folder *f, enum again again, struct duration after, int64_t since)
{
    return again == AGAIN_AFTER ? duration_after(f->engine, after, since) : INSTANT_MAX;
}
/* The landings by which a lap may begin now. */
static inline uint64_t landings_ahead(const struct funnel_state *st)
{
    return st->open ? 0 : st->landable;
}
/* Those of the funnel after a lap that ended so. */
uint64_t landings_after(const struct funnel_plan *p, struct slice ended);

/* explain.c: called only when somebody watches. */
/* By that gate: the stage's own, or a landing's. */
void witness_entry(struct folder *f, const struct funnel_plan *p, int stage, const struct gate *gate, int64_t anchor);
void witness_exit(struct folder *f, const struct funnel_plan *p, size_t exit, int64_t anchor);
void witness_instant(struct folder *f);

#endif
