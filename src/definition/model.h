/* The compiled definition: what the YAML says, checked, with every name resolved to an index. Plain read-only data; the
 * engine and the report walk it, nobody writes it after definition_load (load.h).
 *
 * Three numberings tie it together:
 *   path   a field that readers must pick from an event ("properties.step"): index into definition.paths; an event seen
 * by the engine is its type and a row of cells by path slot   a value that rules of one kind of subject may read
 * ("person.role", "signals.clicks", "scores.sales"): index into kind_model.slots; a subject seen by the engine is a row
 * of cells by slot event  a type of event: index into definition.events; 0 is identify, 1 is group */
#ifndef MASA_DEFINITION_MODEL_H
#define MASA_DEFINITION_MODEL_H

#include "base/civil.h"
#include "cel/rule.h"

#define NONE UINT32_MAX

enum subject_kind { KIND_PERSON, KIND_ACCOUNT, KIND_DEAL, KIND_SUBSCRIPTION, KIND_MARKET, KIND_COUNT };
extern const char *const subject_kind_names[KIND_COUNT];

enum role { ROLE_NONE, ROLE_MARKETING, ROLE_SALES, ROLE_SUCCESS, ROLE_PRODUCT, ROLE_COUNT };
extern const char *const role_names[ROLE_COUNT];

/* A name as written in the file, and what people read; he and en are empty when not given. */
struct label {
    struct slice name, he, en;
};

enum duration_unit { DURATION_EXACT, DURATION_CALENDAR_DAYS, DURATION_BUSINESS_DAYS, DURATION_BUSINESS_TIME };
struct duration {
    enum duration_unit unit;
    int64_t amount; /* microseconds for EXACT and BUSINESS_TIME, else days; 0 = none given */
};

struct company {
    struct slice name, locale, zone, currency, holidays; /* holidays: "israel", "none" or "list" */
    struct place zone_place;                             /* for who brings the tables and finds no such zone */
    bool week_starts_monday;
    uint8_t workdays;              /* bit 0 = Sunday */
    int open_minute, close_minute; /* of the working day */
    const int64_t *holiday_days;   /* holidays: list */
    size_t holiday_count;
    bool marketing_signs, sales_signs;
};

/* ---- what arrives ---- */

struct field {
    struct label label; /* the property's own name */
    uint32_t path;
    struct field_type type; /* an `answer` is FIELD_BOOL with `answer` set */
    bool answer, day, ranged;
    int64_t low, high; /* when ranged, inclusive */
};

enum decision { DECISION_NONE, DECISION_ACCEPT, DECISION_REJECT, DECISION_RETURN, DECISION_DISQUALIFY };

/* Order of events at one instant (ruling 5). */
enum event_rank { RANK_TRAIT, RANK_BEHAVIOUR, RANK_DECISION, RANK_OUTCOME };

enum { EVENT_IDENTIFY = 0, EVENT_GROUP = 1 };

struct event_type {
    struct label label;
    enum subject_kind of;
    enum event_rank rank;
    enum decision decision;
    bool touch;
    bool prefetched;       /* mail programs may make it by themselves: the opening of a mail */
    uint32_t burst_times;  /* so many of them within burst_within were made by a machine; 0: nobody can tell */
    int64_t burst_within;  /* microseconds */
    uint32_t crowd_people; /* of so many persons of one domain within crowd_within: the same; 0: nobody can tell */
    int64_t crowd_within;
    uint32_t key_path; /* deals and subscriptions: the path that names the subject, else NONE */
    const struct field *fields;
    size_t field_count;
};

/* The properties of decisions; NONE when the file never uses decisions. */
struct decision_paths {
    uint32_t stage, funnel, by, role, reason, team;
};

/* Events of masa's own, understood under every definition (docs/INTAKE.md): what people say of the log itself, and what
 * they say of a subject without deciding anything. */
enum declaration_kind {
    DECLARE_MERGE,
    DECLARE_UNMERGE,
    DECLARE_ERASE,
    DECLARE_DEFINITION,
    DECLARE_SIGNOFF,
    DECLARE_UNDO, /* from here on: words about a subject */
    DECLARE_NOTE,
    DECLARE_OWNER,
    DECLARE_ASSIGNED,
    DECLARE_MILESTONE,
    DECLARE_DECISION, /* no event of its own: what a decision says besides deciding */
    DECLARATION_KINDS
};
extern const char *const declaration_events[DECLARATION_KINDS]; /* NULL for DECLARE_DECISION */
/* What words say, by property of that name. */
enum word_field {
    WORD_TEXT,
    WORD_KIND,
    WORD_MINUTES,
    WORD_USER,
    WORD_TEAM,
    WORD_HANDOFF,
    WORD_MILESTONE,
    WORD_DONE_AT,
    WORD_DUE,
    WORD_SAW,
    WORD_MESSAGE,
    WORD_FIELDS
};
extern const char *const word_fields[WORD_FIELDS];
/* The properties of both: paths that every definition has. */
struct declaration_paths {
    uint32_t with, by, role, definition, residue, words[WORD_FIELDS];
};

/* One alternative of a `did`: this type of event, when the rule (over cells by path; NULL = always) holds. */
struct match {
    uint32_t event;
    const struct rule *when;
};
struct matcher {
    bool any;   /* every event of the kind; alternatives is empty */
    bool human; /* machine touches are left out */
    const struct match *alternatives;
    size_t count;
};

/* ---- what is known of a subject ---- */

enum slot_origin { SLOT_TRAIT, SLOT_FOREIGN, SLOT_SIGNAL, SLOT_COMPUTED, SLOT_CONTACTS, SLOT_MEMBERS };
struct slot {
    struct slice name; /* dotted, as rules write it */
    struct label label;
    struct field_type type;
    enum slot_origin origin;
    uint32_t index;            /* into the kind's traits, signals, computed, member signals */
    enum subject_kind foreign; /* SLOT_FOREIGN: that kind's slot `index` */
};
/* Does its value come from other subjects? */
static inline bool slot_is_borrowed(const struct slot *slot)
{
    return slot->origin == SLOT_FOREIGN || slot->origin == SLOT_CONTACTS || slot->origin == SLOT_MEMBERS;
}

/* Where a trait's value comes from: a path of identify / group calls ("traits.role") or a property of an event. */
struct feed {
    uint32_t event, path;
};
struct trait {
    struct label label;
    uint32_t slot;
    struct field field; /* type, range; its path is feeds[0].path */
    const struct feed *feeds;
    size_t feed_count;
};

enum reducer {
    REDUCE_COUNT,
    REDUCE_SUM,
    REDUCE_DISTINCT,
    REDUCE_FIRST,
    REDUCE_LAST,
    REDUCE_MIN,
    REDUCE_MAX,
    REDUCE_DAYS_SINCE,
    REDUCE_STREAK,
    REDUCE_WEIGH,
    REDUCE_LAST_AT /* the instant of the last match: for `quiet` */
};
struct weight {
    struct match match;
    int64_t points;   /* millionths */
    uint32_t at_most; /* 0 = no limit */
};
/* Which contacts of a deal: those whom its events reach, or those whom it reads. */
enum credit_deals { CREDIT_NONE, CREDIT_PRIMARY, CREDIT_ALL, CREDIT_FIRST };

struct signal {
    struct label label; /* name empty: made for a leaf */
    struct place place;
    enum reducer reduce;
    struct matcher match; /* of WEIGH only `human` */
    uint32_t of;          /* path that is summed, counted apart, kept; NONE for COUNT, DAYS_SINCE, STREAK, LAST_AT */
    struct duration window;
    uint32_t since_funnel, since_stage; /* NONE when not given */
    int64_t enough;                     /* COUNT and DISTINCT: values above this are never told apart; 0 = exact */
    bool by_week;                       /* STREAK */
    const struct weight *weights;
    size_t weight_count;
    int64_t half_life_days;   /* 0 = none */
    int64_t cap;              /* millionths; 0 = none */
    enum credit_deals credit; /* of events of deals: only those that reach the person so; NONE: however they do */
    uint32_t slot;
};

/* Of an account, a deal or a subscription: a signal of the persons who belong to it, taken together. */
struct member_signal {
    struct label label;
    struct place place;
    uint32_t slot;          /* of the account, the deal, the subscription */
    uint32_t of;            /* index of the signal among the persons' */
    bool sum;               /* its sum; else how many persons have at_least of it */
    int64_t at_least;       /* millionths */
    enum credit_deals role; /* of contacts: those who count; NONE: an account's people, who have no roles */
};

/* ---- rules ---- */

enum clause_kind {
    CLAUSE_ALL,
    CLAUSE_ANY,
    CLAUSE_NOT,
    CLAUSE_AT_LEAST,
    CLAUSE_RULE,  /* rule is true */
    CLAUSE_COUNT, /* slots[slot] >= need */
    CLAUSE_QUIET  /* nothing since max(slots[slot], entry of the stage held) for `span` */
};
struct clause {
    enum clause_kind kind;
    struct label label; /* name empty when the file gave none */
    struct place place;
    const struct clause *members;
    size_t count;
    int64_t need;
    const struct rule *rule;
    uint32_t slot;
    struct duration span;
};

struct icp_criterion {
    struct label label;
    const struct rule *when;
    int64_t weight;
};
struct icp {
    struct label label;
    enum subject_kind of; /* whose slots: a definition without person funnels may have an account's */
    const struct icp_criterion *criteria;
    size_t count;
    int64_t match_at; /* millionths */
    uint32_t fit_slot, matched_slot;
};

struct bant_question {
    struct label label;
    const struct rule *when;
    uint32_t slot;
};
struct bant {
    struct label label;
    enum subject_kind of;
    const struct bant_question *questions;
    size_t count;
    int64_t pass_at;
    uint32_t yes_slot, passed_slot;
};

struct score_term {
    struct label label;
    const struct rule *when;   /* NULL = always */
    const struct rule *points; /* int or decimal */
    bool capped;
    int64_t cap; /* millionths */
};
struct score {
    struct label label;
    struct place place;
    enum subject_kind of;
    enum role owner;
    const struct score_term *terms;
    size_t count;
    bool has_threshold, has_borderline;
    int64_t above, borderline_from; /* millionths */
    struct slice borderline_team;
    uint32_t slot;
};

/* What fills SLOT_COMPUTED slots, in an order in which each reads only earlier ones. */
enum computed_kind { COMPUTED_FIT, COMPUTED_MATCHED, COMPUTED_ANSWER, COMPUTED_YES, COMPUTED_PASSED, COMPUTED_SCORE };
struct computed {
    enum computed_kind kind;
    uint32_t slot;
    uint32_t owner; /* index of the icp, bant or score */
    uint32_t part;  /* ANSWER: which question */
};

/* ---- funnels ---- */

/* Why somebody was rejected, returned or lost. */
struct reason {
    struct label label;
    uint32_t needs_bant, needs_question; /* the answer that should be known before it is given; NONE */
};

/* A reminder of an SLA, or its escalation to somebody else. */
enum notice_from { NOTICE_AT_DUE, NOTICE_AFTER_START, NOTICE_BEFORE_DUE, NOTICE_AFTER_DUE };
struct notice {
    bool escalation;
    enum notice_from from;
    struct duration span; /* none of AT_DUE */
    struct slice to;      /* a team or a role; empty: whoever it is assigned to */
};

struct route {
    const struct rule *when; /* NULL = the rest */
    struct slice to;
};
struct advice {
    struct label label;
    const struct rule *when;
};
enum again { AGAIN_NEW_EVIDENCE, AGAIN_NEW_EVENT, AGAIN_AFTER, AGAIN_BY_HAND };

struct stage {
    struct label label;
    struct place place;
    enum role owner;
    const struct clause *enter; /* NULL when decided; then the proposal is that the stage before is held */
    enum role decided_by;       /* ROLE_NONE unless decided */
    bool carries;
    struct duration sla;          /* from the entry of the stage before */
    const struct notice *notices; /* of the SLA, as written */
    size_t notice_count;
    uint32_t return_to; /* stage index, NONE */
    enum again again;
    bool again_given;
    struct duration again_after;
    const struct reason *reject_reasons, *return_reasons;
    size_t reject_count, return_count;
    const struct label *milestones;
    size_t milestone_count;
    const struct route *routes;
    size_t route_count;
    const struct advice *advice;
    size_t advice_count;
};
struct exit_rule {
    struct label label;
    const struct clause *when; /* NULL when decided */
    enum role decided_by;
    uint32_t reason_path; /* of the event that made it true, NONE */
    const struct reason *reasons;
    size_t reason_count;
};
/* Whoever was in the funnel before comes back to the middle of it: a lap of its own, which begins at `stage`. */
struct landing_rule {
    struct label label;
    struct place place;
    uint32_t stage;
    const struct clause *when;
    bool after_win, after_every_exit;
    const struct slice *after_exits; /* names, unless after every one */
    size_t after_count;
    enum again again; /* never AGAIN_BY_HAND */
    struct duration again_after;
};
struct funnel {
    struct label label;
    struct place place;
    enum subject_kind of;
    enum credit_deals credit;
    const struct stage *stages;
    size_t stage_count;
    const struct exit_rule *exits;
    size_t exit_count;
    const struct landing_rule *landings;
    size_t landing_count; /* at most LANDINGS_MAX */
};
enum { LANDINGS_MAX = 64 };

/* ---- what people are handed with a lead (engine/brief.h tells what applies) ---- */

/* Something to say or to know; `when` NULL: of everybody. */
struct talking_point {
    struct label label;
    const struct clause *when;
    uint32_t bant, question; /* of a discovery question: asked until that answer is yes; NONE */
};
enum brief_part { BRIEF_PAINS, BRIEF_OPENERS, BRIEF_QUESTIONS, BRIEF_PARTS };
struct point_list {
    const struct talking_point *at;
    size_t count;
};
struct brief {
    enum subject_kind of;
    struct point_list parts[BRIEF_PARTS];
};
/* What to do in a situation. */
struct playbook {
    struct label label;
    struct place place;
    enum subject_kind of;
    const struct clause *when; /* its own label, where given, is what people call the situation */
    const struct label *steps;
    size_t step_count;
    bool has_refreshed;
    int64_t refreshed; /* day */
};
/* A seat among those of an account who buy together; `when` is over persons. */
enum group_part { PART_DECIDES, PART_INFLUENCES, PART_USES, PART_BLOCKS, PART_COUNT };
extern const char *const group_part_names[PART_COUNT];
struct group_seat {
    struct label label;
    const struct clause *when;
    enum group_part part;
    bool needed; /* missed where nobody sits there */
};

/* ---- what a kind of subject has ---- */

struct kind_model {
    const struct slot *slots;
    size_t slot_count;
    const struct trait *traits;
    size_t trait_count;
    const struct signal *signals;
    size_t signal_count;
    const struct computed *computed;
    size_t computed_count;
    const struct member_signal *member_signals; /* of accounts, deals and subscriptions */
    size_t member_signal_count;
};

/* ---- reports ---- */

enum dimension_kind { DIMENSION_FIRST_TOUCH, DIMENSION_LAST_TOUCH, DIMENSION_VALUE };
struct dimension {
    struct label label;
    enum dimension_kind kind;
    enum subject_kind of;
    uint32_t slot;        /* a touch is a FIRST / LAST signal made for it */
    uint32_t touch_path;  /* the path of a touch dimension, NONE */
    const int64_t *bands; /* upper borders, ascending; a value falls below the first border above it */
    size_t band_count;
    const struct label *values; /* texts for values */
    size_t value_count;
};

struct band { /* of the transition from -> to, stage indices of the funnel */
    uint32_t funnel, from, to;
    struct place place;
    bool has_failing, has_good, has_excellent, has_wanted;
    int64_t failing, good, excellent, wanted_low, wanted_high; /* millionths: 0.5 = 500000 */
    int64_t target_days;                                       /* 0 = none */
};
struct landing { /* rate of visitors of a landing page who reach a stage of report.funnel */
    bool given;
    struct matcher visitor;
    uint32_t stage;
};
struct sequence_step {
    int64_t step;
    struct label label;
};
struct sequence {
    bool given;
    struct slice name;              /* value of the `which` property */
    uint32_t sent, opened, clicked; /* events; NONE when not given */
    uint32_t which_path, step_path;
    uint32_t until; /* stage index in report.funnel whose entry mails contribute to */
    const struct sequence_step *steps;
    size_t step_count;
};
struct channels {
    bool given;
    uint32_t by;             /* dimension */
    struct slice spend_file; /* empty when not given */
    uint32_t revenue_event, revenue_path;
    bool first_touch_credit;
    int credit_first, credit_middle, credit_last; /* per cent, together 100 */
};
enum basis { BASIS_COHORT, BASIS_FLOW };
/* How a log is read that stood under several definitions (docs/SEMANTICS.md, 3). */
enum reading {
    READING_AS_DEFINED, /* as the report's settings say */
    READING_IF,         /* as if the present definition had always stood */
    READING_RECORDED,   /* each instant under the one in force then */
};

struct report_settings {
    uint32_t funnel;
    enum basis basis;
    bool recorded;                       /* read so, where nobody asks otherwise */
    struct slice period, compare, as_of; /* as written; empty when not given */
    uint32_t through;                    /* stage */
    int min_n;
    int values; /* of a dimension are shown, at most; 0: all, -1: not said */
};

static inline bool reading_is_recorded(enum reading asked, const struct report_settings *said)
{
    return asked == READING_AS_DEFINED ? said->recorded : asked == READING_RECORDED;
}

struct definition {
    struct slice name, hash; /* file's base name; hex digest of the canonical content */
    struct company company;
    struct dictionary *dictionary;
    const struct slice *paths;
    size_t path_count;
    uint32_t machine_path, agent_path; /* properties.machine, context.userAgent: for the human likelihood of touches */
    const struct event_type *events;
    size_t event_count;
    struct decision_paths decisions;
    struct declaration_paths declarations;
    struct kind_model kinds[KIND_COUNT];
    const struct icp *icps;
    size_t icp_count;
    const struct bant *bants;
    size_t bant_count;
    const struct score *scores;
    size_t score_count;
    const struct funnel *funnels;
    size_t funnel_count;
    const struct clause *audience; /* over persons; NULL when not given */
    const struct label *teams;
    size_t team_count; /* 0: none is declared, and any name is one */
    struct brief brief;
    const struct playbook *playbooks;
    size_t playbook_count;
    const struct group_seat *seats; /* the buying group: the first that fits a person is his */
    size_t seat_count;
    const struct dimension *dimensions;
    size_t dimension_count;
    const struct band *bands;
    size_t band_count;
    struct landing landing;
    struct sequence sequence;
    struct channels channels;
    struct report_settings report;
    const struct definition *reported; /* by funnel: see definition_reported; NULL: it is one of these */
};

/* The definition as a report on that funnel reads it: report.funnel is this one, and of what was said for another
 * funnel (its end, its visitors and mails, channels of other subjects) nothing is left. */
const struct definition *definition_reported(const struct definition *definition, uint32_t funnel);

/* What people call a team: as declared, else its name alone. */
struct label definition_team(const struct definition *definition, struct slice name);
/* Of a kind's trait of that name; NONE: there is none. */
uint32_t definition_trait_slot(const struct kind_model *model, const char *name);

/* May whoever left by that exit land so? An empty name: whoever won. */
bool landing_is_after(const struct landing_rule *landing, struct slice exit);

/* What people call a reason: as a stage or an exit of the funnel lists it, else the word alone. */
struct label definition_reason(const struct funnel *funnel, struct slice word);

/* Names of tracked events that need name nobody: of deals, subscriptions, accounts, the market, and those that speak of
 * versions. Without a definition (NULL) only the last. In the arena; returns how many. */
size_t definition_personless(const struct definition *definition, struct arena *arena, const struct slice **names);

#endif
