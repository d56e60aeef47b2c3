/* The report as numbers: every measure of one funnel in the report's two windows, and what rules over these numbers
 * find. No words here: findings are codes with figures; src/report words them. Everything is in the arena given to
 * analysis_build.
 *
 * Who counts. The unit is (subject, lap); headline numbers are of first laps. On the cohort basis a stage's count is of
 * those who entered the first stage inside the window, seen as of the window's as-of; on the flow basis it is of
 * entries inside the window, whoever they are, and carries neither intervals nor tests. Carried entries count and take
 * no time.
 *
 * `now` is the report's period, `before` the compared one; with nothing to compare `before` is empty (n = 0, NAN). */
#ifndef MASA_ANALYSIS_ANALYSIS_H
#define MASA_ANALYSIS_ANALYSIS_H

#include "analysis/statistics.h"
#include "analysis/table.h"

/* ---- judging a number ---- */

enum support { SUPPORT_NONE, SUPPORT_INDICATIVE, SUPPORT_STRONG };
enum verdict { VERDICT_THIN, VERDICT_NOISE, VERDICT_TOLD };
/* Where the point estimate falls among a band's limits. */
enum light { LIGHT_NONE, LIGHT_FAILING, LIGHT_BETWEEN, LIGHT_GOOD, LIGHT_EXCELLENT, LIGHT_IN_RANGE, LIGHT_OUTSIDE };

/* A share of n. `range` is a share too (0 to 1). */
struct share {
    uint64_t hits, n;
    struct range range;
    enum support support;
    uint64_t needs_more; /* until n is the minimum */
};
static inline double share_value(const struct share *s)
{
    return s->n ? (double)s->hits / (double)s->n : NAN;
}
static inline double share_percent(const struct share *s)
{
    return percent_of(s->hits, s->n, 1);
}

struct difference {
    bool given;     /* there is something to compare with */
    double pp, pct; /* one of them, else NAN */
    double p;
    enum verdict verdict;
    uint64_t n_to_tell; /* 0: no such number */
};

struct days {
    uint64_t n;
    double mean, median, ninth; /* NAN when n = 0; nine in ten took no longer than the ninth decile */
    struct moments moments;
    struct range range; /* of the mean */
};

/* ---- the funnel ---- */

struct stage_measure {
    uint64_t now, before;
    struct difference change;
    uint64_t stopped;    /* whose last reached stage this is */
    struct share chance; /* of reaching the goal from here */
};

struct left {
    uint64_t total, returned, rejected, exited, waiting;
};

struct transition {
    uint32_t from, to; /* stages */
    struct share now, before;
    const struct band *band; /* NULL: no target */
    enum light light;
    struct difference change;
    struct days days, days_before;
    struct duration allowed; /* as it was agreed; of no amount: it was not */
    double allowed_days;     /* the same; NAN: no limit is agreed */
    bool allowed_business;   /* in working days, while what is measured are days of the calendar */
    bool allowed_plain;      /* whole days of the calendar: their number alone says it */
    double over_days;        /* mean days past the limit, NAN when within or none */
    uint64_t late;           /* how many took longer than allowed */
    struct left left;
};

/* ---- single numbers ---- */

enum kpi_kind {
    KPI_OVERALL,
    KPI_MEAN_DAYS,
    KPI_OPEN_RATE,
    KPI_COST_PER,
    KPI_LANDING,
    KPI_VOLUME,
    KPI_ENGAGEMENT_RATE,
    KPI_ENGAGEMENT_FREQUENCY,
    KPI_CLICK_TO_OPEN,
    KPI_CLICK_RATE,
    KPI_VELOCITY,
    KPI_ACCEPTANCE,
    KPI_DISQUALIFICATION,
    KPI_PAIR,
    KPI_LAPS,
    KPI_LANDED, /* of those laps, the ones that began in the middle of the funnel */
    KPI_KINDS
};
enum kpi_group { GROUP_OVERALL, GROUP_MARKETING, GROUP_SALES, GROUP_EMAIL, GROUP_COST, GROUP_TIME, GROUP_OUTCOME };
enum kpi_unit { UNIT_PERCENT, UNIT_COUNT, UNIT_DAYS, UNIT_MONEY, UNIT_RATIO };
enum better { BETTER_UP, BETTER_DOWN, BETTER_RANGE, BETTER_NONE };
enum kpi_note {
    NOTE_NONE,
    NOTE_NO_SPEND,
    NOTE_NO_SPEND_BEFORE,
    NOTE_NO_VISITORS,
    NOTE_COHORT_ONLY,
    NOTE_OTHER_CURRENCY
};

struct kpi {
    enum kpi_kind kind;
    uint32_t from, to; /* stages it speaks of, NONE */
    enum kpi_group group;
    enum kpi_unit unit;
    enum better better;
    enum kpi_note note;
    double now, before;                     /* in the unit, not rounded; NAN: not measurable */
    int64_t n, hits, n_before, hits_before; /* -1: no such number */
    struct range range, range_before;
    const struct band *band;
    enum light light;
    enum support support;
    uint64_t needs_more;
    struct difference change;
};

/* ---- who ---- */

struct group_measure {
    uint32_t value;         /* code */
    uint64_t *now, *before; /* [stage] */
    struct share to_last;
};
/* A dimension may have as many values as senders say. All are here, for what is judged of them; a report shows the
 * first, and one row for the rest: who is in it is in no other, so its counts are sums and its rate is a share. */
struct breakdown {
    uint32_t dimension;
    bool given;                   /* the dimension is of what the funnel counts */
    struct group_measure *groups; /* largest first; "not known" is no value, and is always shown */
    size_t count, shown;
    struct group_measure rest; /* all that are not shown together, when shown < count; its `value` is 0 */
};
/* The rows to show: so many, the one after the shown being the rest. */
static inline size_t breakdown_rows(const struct breakdown *b)
{
    return b->shown + (b->shown < b->count);
}
static inline const struct group_measure *breakdown_row(const struct breakdown *b, size_t row)
{
    return row < b->shown ? &b->groups[row] : &b->rest;
}

struct audience_clause {
    const struct label *label;
    uint64_t met, unmet, unknown;
};
struct audience_split {
    uint32_t dimension;
    bool *aimed; /* [group of that breakdown]: the audience asks for this value */
};
struct audience_measure {
    bool given;
    struct share aimed;
    uint64_t unknown; /* of aimed.n */
    struct audience_clause *clauses;
    size_t clause_count;
    struct audience_split *splits;
    size_t split_count;
};

/* ---- when ---- */

struct month_measure {
    int year, month;
    bool partial;     /* the as-of cuts it */
    uint64_t *counts; /* [stage]: entries in the month */
};

/* ---- mails, channels ---- */

struct mail_measure {
    int64_t step;
    const struct label *label;    /* NULL: the definition names no such step */
    struct share opened, clicked; /* of the sent; human only */
    uint64_t sent, contributed, machine_opened, machine_clicked;
};
struct mail_totals {
    struct grouped opened, clicked, clicked_of_opened; /* mails grouped by person */
};

enum recommendation {
    RECOMMEND_INCREASE,
    RECOMMEND_CONTINUE,
    RECOMMEND_IMPROVE,
    RECOMMEND_EXAMINE,
    RECOMMEND_STOP,
    RECOMMEND_DEVELOP
};

struct channel {
    uint32_t value;
    double spend, revenue; /* of the period, company's currency */
    double monthly_spend;
    uint64_t first, past_first, goal, won;
    double cost_per_first, cost_per_goal, roi; /* NAN: none; roi 1.5 = 150% */
    enum recommendation recommendation;
    bool rests_on_spend; /* too few for a rate to carry the advice */
    const char *why;     /* form of the reason */
    enum support support;
    uint64_t needs_more;
};
struct spend_totals {
    bool given, before_given;
    double months, total, before;
    double cost_per_first, cost_per_goal;    /* NAN: none */
    bool other_currency;                     /* amounts in other currencies were left out */
    struct slice other_spend, other_revenue; /* of the period, as "12,000 EUR, 500 USD"; empty: none */
};

/* ---- leaving ---- */

struct handoff_measure {
    bool given;
    uint32_t stage;
    uint64_t submitted; /* all of the next five together */
    uint64_t accepted, returned, rejected, pending, withdrawn;
    uint64_t unproposed; /* accepted with no proposal held */
    uint64_t overdue;    /* of the pending */
    uint64_t before_decided, before_accepted;
};
enum leave_kind { LEAVE_RETURNED, LEAVE_REJECTED, LEAVE_EXITED };
struct leave {
    uint32_t stage;
    enum leave_kind kind;
    const struct exit_rule *exit; /* LEAVE_EXITED */
    uint32_t reason;              /* code, 0 = none given */
    uint64_t count;
};
struct outcome_measure {
    uint32_t stage;               /* beyond the goal, or where revenue is earned; NONE for a loss */
    const struct exit_rule *exit; /* of a loss */
    uint64_t now, before;
    double revenue; /* NAN: none is known */
};

/* ---- findings ---- */

enum figure_kind {
    FIGURE_COUNT,
    FIGURE_SUBJECTS,
    FIGURE_PERCENT,
    FIGURE_WHOLE_PERCENT,
    FIGURE_LIMIT,
    FIGURE_DAYS,
    FIGURE_MONEY,
    FIGURE_P,
    FIGURE_ABOUT,
    FIGURE_DECIMAL,
    FIGURE_SCORE,
    FIGURE_STAGE,  /* index */
    FIGURE_VALUES, /* codes of dimension `index` */
    FIGURE_LABELS, /* labels */
    FIGURE_TEXT,
    FIGURE_DIMENSION,
    FIGURE_ROLE,
    FIGURE_AGREED, /* the time in which stage `index` is to be reached, as people say it */
    FIGURE_PHRASE  /* `text` is a key of the catalogue, worded with the same figures */
};
struct figure {
    const char *name;
    enum figure_kind kind;
    bool evidence; /* goes into the evidence, under its name */
    double number;
    uint32_t index;
    const uint32_t *codes;
    const struct label *const *labels;
    size_t count;
    struct slice text;
};

enum severity_of { SEVERITY_GOOD, SEVERITY_WARN, SEVERITY_BAD, SEVERITY_NEUTRAL };
enum section {
    SECTION_NONE,
    SECTION_HEADLINE,
    SECTION_FUNNEL,
    SECTION_WEAKEST,
    SECTION_STAGES,
    SECTION_KPIS,
    SECTION_CHANCE,
    SECTION_AUDIENCE,
    SECTION_EXITS,
    SECTION_DAYS,
    SECTION_TREND,
    SECTION_SEQUENCE,
    SECTION_CHANNELS,
    SECTION_QUALITY,
    SECTION_BREAKDOWN
};
enum { FIGURES_MAX = 16 };

/* Something the numbers say. Its words are KIND.CODE[.FORM].title and .text of the catalogue. */
struct finding {
    const char *code, *form; /* form may be "" */
    enum severity_of severity;
    enum section section;
    uint32_t dimension; /* of SECTION_BREAKDOWN */
    enum support support;
    int strength;       /* of a cause: 0 nothing confirms or denies it, 3 the data show it */
    const char *action; /* code of the action that answers it, NULL */
    enum role owner;    /* of an action; ROLE_NONE: both sides */
    bool expected;      /* an action whose effect can be worded */
    struct figure figures[FIGURES_MAX];
    size_t figure_count;
};
struct findings {
    struct finding *at;
    size_t count;
};

struct what_if_day {
    uint32_t from, to;
    double now, allowed;
};
struct what_if_outcome {
    uint32_t stage;
    uint64_t now;
    double expected;
    struct range range; /* counts; none where nothing later follows */
};
/* What the wished rate stands on: the agreed target, what it was in the compared period, or what the best value of some
 * dimension reaches. */
enum wish { WISH_TARGET, WISH_BEFORE, WISH_BEST };
struct what_if {
    bool given;
    enum wish rests_on;
    double rate_to;
    uint32_t dimension, value; /* of WISH_BEST */
    uint64_t hits, n;          /* behind the rate, but for a target */
    struct what_if_day *days;
    size_t day_count;
    struct what_if_outcome *outcomes; /* `to` and the stages after it */
    size_t outcome_count;
};

enum weak_rule { WEAK_NONE, WEAK_FAILING, WEAK_LOWEST };

struct analysis {
    const struct fact_table *table;
    const struct definition *definition;
    const struct funnel *funnel;
    enum basis basis;
    bool compared;
    uint64_t min_n;
    uint32_t values;      /* of a dimension are shown, at most */
    uint32_t stage_count; /* reported: the first to the goal */
    uint32_t goal;
    uint32_t decided; /* the first stage entered by decision, NONE */
    uint32_t ready;   /* the stage before it: what the first side hands over; the goal when nothing is decided */

    const struct view *views; /* the analysis' own (parts.h): this period and the compared one */

    struct stage_measure *stages;
    struct transition *transitions; /* stage_count - 1 */
    struct transition overall;
    struct kpi *kpis;
    size_t kpi_count;
    struct breakdown *breakdowns; /* by dimension */
    struct audience_measure audience;
    struct month_measure *months;
    size_t month_count;
    struct mail_measure *mails;
    size_t mail_count;
    struct mail_totals mails_now, mails_before;
    uint64_t fed, fed_by_mail; /* entries of sequence.until; with a mail touch before */
    struct channel *channels;  /* dearest first; shown as a breakdown's groups are */
    size_t channel_count, channel_shown;
    struct channel channel_rest; /* judged by nobody: it is no channel */
    struct spend_totals spend;
    struct handoff_measure handoff;
    struct leave *leaves;
    size_t leave_count;
    struct outcome_measure *outcomes;
    size_t outcome_count;

    enum weak_rule weakest_rule;
    uint32_t weakest, second_weakest, slowest; /* index of a transition, NONE */
    struct what_if what_if;
    struct findings causes, insights, actions;
};

static inline size_t channel_rows(const struct analysis *a)
{
    return a->channel_shown + (a->channel_shown < a->channel_count);
}
static inline const struct channel *channel_row(const struct analysis *a, size_t row)
{
    return row < a->channel_shown ? &a->channels[row] : &a->channel_rest;
}

struct analysis_options {
    enum basis basis;
    uint32_t values; /* of a dimension are shown, at most; 0: as defined (dimension.h) */
};
const struct analysis *analysis_build(struct arena *arena, const struct fact_table *table,
                                      const struct analysis_options *options);
/* Only whose rows count in the two windows, no number yet: for who looks for them (behind.h). */
const struct analysis *analysis_of_rows(struct arena *arena, const struct fact_table *table, enum basis basis);
/* Of the table without its rows: for who words values of it (report/words.h) and needs no number. */
const struct analysis *analysis_of_nobody(struct arena *arena, const struct fact_table *table);

#endif
