/* Which rules predict: how leads that met a criterion when they entered its stage fared later, against those who did
 * not. And which channels' leads keep failing once sales has them.
 *
 * A criterion is a labelled clause of a stage, a criterion of a profile, a question of a BANT, a term of a score; the
 * latter three are looked at when the stage is entered whose rule reads them. A term counts as met when it gives
 * points, or, where how many varies, when it gives at least as many as half of the leads got. Not known is not met.
 * Many criteria are tested at once: a difference is strong only when it would be with as many tests as were made
 * (Bonferroni), indicative when it would be by itself. */
#ifndef MASA_ANALYSIS_FEEDBACK_H
#define MASA_ANALYSIS_FEEDBACK_H

#include "analysis/backtest.h"
#include "engine/explain.h"

/* What to look at in a funnel; in the order of its stages. */
size_t feedback_criteria(struct arena *arena, const struct definition *definition, uint32_t funnel,
                         const struct criterion **criteria);

/* A table of facts, with what the criteria came to in each row. */
struct feedback_table {
    const struct fact_table *table;
    const struct criterion *criteria;
    size_t count;
    int64_t **values; /* [criterion][row] as of folder_criteria; rows of other laps are not looked at */
};

enum feedback_says {
    FEEDBACK_TOO_FEW,
    FEEDBACK_REQUIRED, /* everybody met it: nothing to compare with */
    FEEDBACK_SAME,     /* does not tell apart */
    FEEDBACK_PREDICTS,
    FEEDBACK_AGAINST, /* those who met it fared worse */
    FEEDBACK_SAYINGS
};
extern const char *const feedback_says_names[FEEDBACK_SAYINGS];

struct feedback_criterion {
    const struct criterion *criterion;
    bool before_decision; /* people decide later */
    bool halved;          /* a term met by those who got at least `threshold` */
    int64_t threshold;    /* millionths */
    uint64_t unknown;     /* truth criteria: of those without, of whom it was not known */
    struct fared with, without;
    double p_accepted, p_won;
    struct range accepted_gap, won_gap; /* of the shares: with less without */
    enum feedback_says says;
    bool by_won; /* what it says rests on wins, else on acceptances */
    enum support support;
};

struct feedback_channel {
    uint32_t value; /* code of channels.by; 0: not known */
    uint64_t n, failed, won;
    struct range failed_range;
    uint64_t others, others_failed;
    double p;
    bool keeps_failing;
    enum support support;
};

struct feedback {
    const struct fact_table *table;
    uint64_t min_n, subjects, tests;
    struct feedback_criterion *criteria;
    size_t criterion_count;
    struct feedback_channel *channels; /* most failing first */
    size_t channel_count;
};

const struct feedback *feedback_build(struct arena *arena, const struct feedback_table *table, bool in_period);

#endif
