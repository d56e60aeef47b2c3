/* Inside the analysis: whose rows count in a window, how a number is judged, and the parts that analysis_build calls
 * one after the other. Each part reads the table and the parts before it. */
#ifndef MASA_ANALYSIS_PARTS_H
#define MASA_ANALYSIS_PARTS_H

#include "analysis/analysis.h"
#include "engine/engine.h"

/* What is asked of each row here is answered without branches: whether a row counts is as good as random, and a wrong
 * guess costs the processor more than all the questions. */

/* One window on one basis. */
struct view {
    const struct fact_table *table;
    struct report_window window;
    uint8_t number; /* WINDOW_PERIOD or WINDOW_COMPARE */
    bool flow, given;
    const uint32_t *rows; /* that can count at all: of the cohort, or with an entry or an exit inside the window */
    size_t count;
    const struct view_rows *reached; /* by stage of the funnel: of these, whose entry counts */
};
struct view_rows {
    const uint32_t *rows;
    size_t count;
};

/* for each row of a view: view_each (&now, i) use(i); */
#define view_each(v, row)                                                                                              \
    for (size_t row, at_##row = 0; at_##row < (v)->count && ((row) = (v)->rows[at_##row], true); at_##row++)

/* for each row of a view whose entry of the stage counts: fewer and fewer from stage to stage */
#define view_each_in(v, stage, row)                                                                                    \
    for (size_t row, at_##row = 0;                                                                                     \
         at_##row < (v)->reached[stage].count && ((row) = (v)->reached[stage].rows[at_##row], true); at_##row++)

void build_views(struct analysis *a, struct arena *arena);
/* What view_each_in walks: after build_views. */
void view_find_reached(struct analysis *a, struct arena *arena);
struct view view_now(const struct analysis *a);
struct view view_before(const struct analysis *a);

static inline bool view_holds(const struct view *v, int64_t instant)
{
    return (instant >= v->window.from) & (instant < v->window.until); /* INSTANT_NONE lies before every window */
}
/* A first lap of the window's cohort. */
static inline bool view_cohort(const struct view *v, size_t row)
{
    return v->given & (v->table->window[row] == v->number) & (v->table->lap[row] == 1);
}
/* Does the entry of the stage count in this window? The row is one of the view's. */
static inline bool view_counts(const struct view *v, size_t row, uint32_t stage)
{
    int64_t at = v->table->entered[stage][row];
    return v->flow ? view_holds(v, at) : at != INSTANT_NONE;
}
/* Something that happened to the row at an instant: on the cohort basis whenever it did. */
static inline bool view_counts_at(const struct view *v, size_t row, int64_t at)
{
    return v->flow ? v->given && v->table->lap[row] == 1 && view_holds(v, at) : view_cohort(v, row);
}
/* May the row's way from one stage to another be timed? Carried entries have no time. */
static inline bool row_timed(const struct fact_table *t, size_t row, uint32_t from, uint32_t to)
{
    return (t->entered[from][row] != INSTANT_NONE) & (t->entered[to][row] != INSTANT_NONE) &
           !(t->carried[row] & (UINT64_C(1) << from | UINT64_C(1) << to));
}

/* Did the row go on? On the flow basis whoever arrives does, wherever they come from. */
static inline bool view_passes(const struct view *v, size_t row, uint32_t from, uint32_t to)
{
    return view_counts(v, row, to) & (v->flow | view_counts(v, row, from));
}
/* What became of a row that did not go on. */
enum fate { FATE_RETURNED, FATE_REJECTED, FATE_EXITED, FATE_WAITING };
enum fate row_fate(const struct analysis *a, size_t row);
/* On the flow basis: who left from there, or was given back, inside the window. */
bool flow_leaves(const struct view *v, size_t row, uint32_t from, uint32_t to);
bool flow_returns(const struct view *v, const struct return_row *returned, uint32_t from, uint32_t to);
/* Handoffs that were answered: what rates of decisions are of. */
uint64_t handoffs_decided(const struct handoff_measure *m);
/* Lost beyond the goal by that exit. */
bool view_loses(const struct analysis *a, const struct view *v, size_t row, size_t exit);
/* The stage that people enter by what earns, be it the goal or before it; else the last beyond the goal. NONE: nothing
 * earns. */
uint32_t earning_stage(const struct analysis *a);

uint64_t view_count(const struct view *v, uint32_t stage);
/* Days from stage to stage over those who made it. */
struct days view_days(const struct view *v, uint32_t from, uint32_t to);

/* ---- judge.c ---- */

uint64_t judge_needs(const struct analysis *a, uint64_t n);
/* Support without a target: n suffices or not. */
enum support judge_support(const struct analysis *a, uint64_t n);
struct share judge_share(const struct analysis *a, uint64_t hits, uint64_t n);
/* The place of a share among a target's limits, and support narrowed by whether the whole interval lies there. */
enum light judge_light(const struct band *band, double value);
void judge_band(const struct analysis *a, const struct band *band, struct share *share, enum light *light);
const struct band *judge_find_band(const struct definition *d, uint32_t from, uint32_t to);

enum verdict judge_verdict(const struct analysis *a, double p, uint64_t n_now, uint64_t n_before);
struct difference judge_shares(const struct analysis *a, const struct share *now, const struct share *before);
/* `exposed`: days each window is long, or over how many each count is. */
struct difference judge_counts(const struct analysis *a, uint64_t now, uint64_t before);
struct difference judge_means(const struct analysis *a, const struct moments *now, const struct moments *before);
struct difference judge_plain(const struct analysis *a, double now, double before); /* an amount: no test exists */
double percent_change(double now, double before);

/* ---- the parts, in order ---- */

void build_stages(struct analysis *a, struct arena *arena);
void build_groups(struct analysis *a, struct arena *arena);
void build_audience(struct analysis *a, struct arena *arena);
void build_months(struct analysis *a, struct arena *arena);
void build_mails(struct analysis *a, struct arena *arena);
void build_leaving(struct analysis *a, struct arena *arena);
void build_channels(struct analysis *a, struct arena *arena);
void build_weak(struct analysis *a, struct arena *arena);
void build_kpis(struct analysis *a, struct arena *arena);
void build_causes(struct analysis *a, struct arena *arena);
void build_insights(struct analysis *a, struct arena *arena);
void build_actions(struct analysis *a, struct arena *arena);

/* What is allowed between a transition's stages: the stage's SLA, else the target's days; of no amount when nothing is
 * agreed. */
struct duration allowed_time(const struct analysis *a, uint32_t to, const struct band *band);
/* In days, business hours in usual days of work; NAN when nothing is agreed. */
double allowed_days(const struct analysis *a, uint32_t to, const struct band *band);
/* Those are working days, while what is measured are days of the calendar. */
bool allowed_in_business(const struct analysis *a, uint32_t to);
/* The instant by which a stage must be entered when the one before was entered at `from`; INSTANT_MAX without limit. */
int64_t allowed_until(const struct analysis *a, uint32_t to, const struct band *band, int64_t from);

/* Whole and part months that local days cover: January is 1, its first half 0.48. */
double months_covered(int64_t from_day, int64_t until_day);

#endif
