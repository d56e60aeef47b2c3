/* The same events under two definitions: who is where under each, and what became of those whom one lets in and the
 * other does not (ruling 3). Both tables are of one funnel, one as-of and one period, with subjects' ids kept.
 *
 * Whom it counts: first laps that began in the period under either definition. What people decided and what was won or
 * lost are observations, the same whichever definition is asked; they count when they came after the entry of the
 * stage in question. Those whom only the new definition lets in were never proposed to anybody, so that most are
 * undecided: rates of decisions are of the decided, with how many that is, and with bounds. */
#ifndef MASA_ANALYSIS_BACKTEST_H
#define MASA_ANALYSIS_BACKTEST_H

#include "analysis/analysis.h"

enum backtest_cell { BACKTEST_BOTH, BACKTEST_OLD_ONLY, BACKTEST_NEW_ONLY, BACKTEST_NEITHER, BACKTEST_CELLS };
extern const char *const backtest_cell_names[BACKTEST_CELLS];

/* What became of some subjects later. */
struct fared {
    uint64_t n;
    uint64_t decided, accepted;  /* people said yes or no; yes */
    struct range accepted_range; /* of the decided */
    struct range accepted_bound; /* of all: if none, if every one of the undecided were accepted */
    uint64_t disqualified, lost, won;
    struct range disqualified_range, lost_range, won_range; /* of all */
    enum support support;                                   /* of shares of all */
    enum support decided_support;
};
void fared_settle(struct fared *f, uint64_t min_n);

/* What happened to one subject, and when; INSTANT_NONE: it did not. */
struct fate {
    int64_t accepted, decided, disqualified, lost, won;
};
/* Of every row. */
struct fate *fates_of(struct arena *arena, const struct fact_table *table);
/* What came before `at` does not count. */
void fared_add(struct fared *f, const struct fate *fate, int64_t at);

struct backtest_stage {
    struct slice name;
    uint32_t old_stage, new_stage; /* indices in their funnels; NONE: it has no such stage */
    bool before_decision;          /* people decide later: only then does it say something whom they accepted */
    uint64_t old_count, new_count;
    struct fared cells[BACKTEST_CELLS];
    struct fared old_in, new_in; /* all whom each lets in: how precise its rule is */
    double p_won, p_accepted;    /* old only against new only */
    enum verdict verdict;        /* of the better known of the two tests */
};

struct backtest_move {
    struct slice subject, name, email; /* the last two empty: not known */
    uint32_t from, to;                 /* places in `stages` of the furthest reached; NONE: not in the funnel */
};

struct backtest {
    const struct fact_table *old_table, *new_table;
    uint64_t min_n, subjects;
    struct backtest_stage *stages; /* of both, in order */
    size_t stage_count;
    struct backtest_move *moves; /* by stage, then subject: those who get further first */
    size_t move_count, up, down;
    double weeks; /* of the period, up to the as-of */
    uint64_t old_handoffs, new_handoffs;
};

const struct backtest *backtest_build(struct arena *arena, const struct fact_table *old_table,
                                      const struct fact_table *new_table);

#endif
