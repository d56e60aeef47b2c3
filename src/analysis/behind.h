/* The rows behind a number of the report, by the name of its cell:
 *
 *     stage:MQL                     reached it; `now`: and hold it as of the report's as-of
 *     transition:MQL>SAL:went       of those in MQL, who went on; :from all it is counted over; :left who did not, of
 *                                   them :returned, :rejected, :exited, :waiting
 *     exit:MQL:rejected:no_budget   left so, for this reason; `none` without one
 *     exit:MQL:exited.cold:none     the same, of this exit alone
 *     outcome:WON                   what happened beyond the goal; a loss by the name of its exit
 *     month:2026-01:MQL             entered it in this month, whoever they are
 *
 * There are as many as the number says: where it counts what happened, as returns, who did it twice is there twice. */
#ifndef MASA_ANALYSIS_BEHIND_H
#define MASA_ANALYSIS_BEHIND_H

#include "analysis/analysis.h"
#include "base/error.h"

enum behind_kind {
    BEHIND_STAGE,
    BEHIND_NOW,
    BEHIND_WENT,
    BEHIND_FROM,
    BEHIND_LEFT,
    BEHIND_RETURNED,
    BEHIND_REJECTED,
    BEHIND_EXITED,
    BEHIND_WAITING,
    BEHIND_EXIT,
    BEHIND_OUTCOME,
    BEHIND_MONTH,
    BEHIND_KINDS
};

struct behind {
    enum behind_kind kind;
    uint32_t from, to;            /* stages, NONE */
    enum leave_kind left;         /* of EXIT */
    struct slice reason;          /* of EXIT; empty: none was given */
    const struct exit_rule *exit; /* of an OUTCOME that is a loss; of an EXIT that names one */
    int year, month;
    const uint32_t *rows; /* in the order of the table */
    size_t count;
};

/* BAD_USAGE: it is no cell, or the funnel has no such stage. */
enum outcome behind_find(struct arena *arena, const struct analysis *analysis, struct slice cell, bool now,
                         struct behind *out, struct error *error);

/* Keeps of them those whose value is not shown: of a dimension by "breakdown.NAME", of the channels by "channels", as
 * the report names these sections. The analysis is a whole one. BAD_USAGE: there is no such section. */
enum outcome behind_keep_rest(struct arena *arena, const struct analysis *analysis, struct slice section,
                              struct behind *behind, struct error *error);

#endif
