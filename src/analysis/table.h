/* The facts of one funnel as columns: what every number of a report is computed from. Filled by the fold (src/runtime)
 * or, later, read from a store; read-only for the analysis. One row per (subject, lap). Text is dictionary codes.
 *
 * The fold knows the report's two windows. A row whose first stage was first entered inside the period carries window 1
 * and is seen as of `windows[0].as_of`; inside the compared period: window 2, as of `windows[1].as_of` (equal age);
 * else window 0, as of the report's as-of. Nothing later than a row's as-of is in the row. A lap of the compared period
 * that had not begun by then is lap 0: of no window, and counted nowhere. */
#ifndef MASA_ANALYSIS_TABLE_H
#define MASA_ANALYSIS_TABLE_H

#include "definition/model.h"

struct report_window {
    int64_t from, until; /* instants, half open */
    int64_t as_of;
};

enum { WINDOW_NONE = 0, WINDOW_PERIOD = 1, WINDOW_COMPARE = 2 };
enum audience_answer { AUDIENCE_NO, AUDIENCE_YES, AUDIENCE_UNKNOWN };

/* How a lap ended. */
enum { EXIT_NONE = 0, EXIT_REJECTED = 1, EXIT_DECLARED = 2 }; /* EXIT_DECLARED + i: funnel.exits[i] */

struct handoff_row {
    uint32_t row;
    uint8_t stage;              /* the stage that decides */
    uint8_t outcome;            /* enum handoff_outcome of engine.h: open, accepted, rejected, returned, withdrawn */
    int64_t submitted, due, at; /* INSTANT_MAX: none */
    uint32_t reason;            /* code */
};

/* A lead that was given back, whether its submission was still open or had been accepted. */
struct return_row {
    uint32_t row;
    uint8_t stage; /* held until then */
    int64_t at;
    uint32_t reason; /* code */
};

/* A first entry of a first lap that came after the as-of of the row's window, and so is not in the row: the trend
 * counts it in its month all the same. */
struct later_row {
    uint32_t row;
    uint8_t stage;
    int64_t at;
};

/* One person and one mail of the sequence. Human touches only in opened / clicked; raw counts machine touches too. */
struct mail_row {
    uint32_t row;
    int32_t step;
    bool sent, opened, clicked, raw_opened,
        raw_clicked;  /* not sent: a touch of a mail whose sending was not recorded */
    bool contributed; /* the last human open or click before the entry of sequence.until, whichever mail it was of */
};

/* A share of a subject's won revenue that falls to one value of channels.by. */
struct credit_row {
    uint32_t row;
    uint32_t value; /* code; 0 = no touch known */
    int64_t amount; /* millionths */
    uint32_t currency;
    int64_t won_at;
};

struct cost_row {
    int64_t from_day, until_day; /* local days, half open */
    uint32_t value;              /* code of channels.by */
    uint32_t campaign;
    int64_t amount; /* millionths */
    uint32_t currency;
};

struct quality_reason {
    struct slice code; /* "bad_time"; its words are reject.CODE of the catalogue when there are any */
    uint64_t count;
};
struct quality_file {
    struct slice name;
    const char *format;    /* "csv", "ndjson" */
    struct slice encoding; /* "UTF-8" */
    const char *separator; /* "comma", "semicolon", "tab", "pipe"; NULL when it has no columns */
    struct slice mapping;  /* empty: the Segment shape */
    struct slice twice;    /* a column whose name an earlier one has; empty: none */
    bool gzip;
    uint64_t rows, accepted, rejected; /* accepted: events, or rows of spend */
};

/* What counts for nothing, by its name, and how often it came. */
struct named_count {
    struct slice name;
    uint64_t count;
};
/* What the reading and the fold met; for the data quality block. */
struct data_quality {
    uint64_t rows, accepted, duplicates, rejected, conflicts, late, machine_touches, wrong_type, unknown_event, future;
    bool arrivals_known; /* else nobody can say what was late */
    uint64_t subjects[KIND_COUNT];
    uint64_t left_out;                    /* values that could not be read, of rows that are used */
    uint64_t erased;                      /* persons who were erased, and so are in no number */
    uint64_t unrelated_outcomes;          /* deal outcomes that reach no person */
    const struct quality_reason *reasons; /* why rows were rejected and values left out, most first */
    size_t reason_count;
    const struct quality_file *files; /* in the order given */
    size_t file_count;
    const struct named_count *unknown; /* of unknown_event: types that the definition does not have, most first */
    size_t unknown_count;
    const struct named_count *wrong; /* of wrong_type: properties and traits, as "identify.role", most first */
    size_t wrong_count;
};

struct fact_table {
    const struct definition *definition;
    const struct dictionary *dictionary; /* of all codes below */
    const struct zone *zone;
    const struct workweek *workweek;
    uint32_t funnel;
    int64_t as_of;
    struct report_window windows[2];
    bool has_compare;

    size_t rows;
    uint32_t *lap;
    uint8_t *window;
    int64_t **entered;  /* [stage][row]: first entry in the lap, INSTANT_NONE; of a lap that somebody landed in, stages
                           before the landing (inherited) are as if they were never entered */
    uint64_t *carried;  /* bit per stage: that entry was carried */
    int8_t *now_in;     /* stage held as of the row's as-of, -1 */
    uint8_t *exit;      /* EXIT_NONE, EXIT_REJECTED, EXIT_DECLARED + i */
    int8_t *exit_stage; /* the stage held then */
    int64_t *exit_at;
    uint32_t *exit_reason;
    uint8_t *returns;     /* how many times it was returned in the lap */
    uint32_t **dimension; /* [definition.dimensions index][row]: code of the value; for banded ones the band's index +
                             1; 0 = absent */
    uint8_t *audience;    /* enum audience_answer */
    uint16_t
        *touch_days;  /* distinct local days with a human touch from the entry of the first stage to the row's as-of */
    uint8_t *visited; /* bit per window: among its visitors; NULL without kpis.landing */
    struct slice *subject;  /* external ids; NULL when the fold was told not to keep them */
    uint32_t *name, *email; /* as of now, 0: not known; NULL likewise */

    /* Columns that only sharpen causes and splits. Each may be NULL: not kept. Answers are enum audience_answer. */
    uint64_t *unproposed; /* bit per stage: that entry was by a decision with no proposal held */
    int64_t **score;      /* [definition.scores index][row]: millionths as of the row's as-of, INT64_MIN: unknown */
    int64_t **best_score; /* the same, the highest it was since the lap's first entry; used instead when there */
    uint8_t **icp;        /* [definition.icps index][row]: matched, as of the row's as-of */
    uint8_t **audience_clause; /* [member of definition.audience][row] */
    const char **history;      /* what the row was at earlier instants, packed (runtime/lap_history.h); NULL: nothing
                                  that the other columns do not tell */

    const struct handoff_row *handoffs;
    size_t handoff_count;
    const struct return_row *returned;
    size_t returned_count;
    const struct later_row *later;
    size_t later_count;
    const struct mail_row *mails;
    size_t mail_count;
    const struct credit_row *credits;
    size_t credit_count;
    const struct cost_row *spend;
    size_t spend_count;
    uint64_t
        visitors[3]; /* by window: distinct subjects, anonymous ones too, that matched kpis.landing.visitor inside it */
    struct data_quality quality;
};

#endif
