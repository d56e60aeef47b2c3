/* The report tree: the analysis with its words beside it, ready to be drawn. Arrays of words run parallel to the arrays
 * of the analysis. The renderers read it and nothing else. */
#ifndef MASA_REPORT_TREE_H
#define MASA_REPORT_TREE_H

#include "analysis/analysis.h"
#include "report/catalogue.h"
#include "report/report.h"

struct kpi_words {
    struct slice code;
    struct words label, formula, note; /* note may be empty */
};
struct finding_words {
    struct words title, text, expected; /* an action has text and perhaps expected; others title and text */
};
struct group_words {
    struct slice value;
    struct words label;
};
struct breakdown_words {
    struct words label, note; /* note may be empty */
    struct group_words *rows; /* as breakdown_rows */
};
struct channel_words {
    struct slice value;
    struct words label, why;
};
struct lede {
    struct words text;
    enum section section; /* SECTION_NONE: nowhere in particular */
};
enum { LEDE_HOW, LEDE_WHY, LEDE_NOW, LEDES };
enum { CARDS_MAX = 4 };

struct report {
    const struct analysis *analysis;
    struct slice program, currency, zone;
    enum tongue tongue;
    bool recorded;      /* see report_options */
    const char *locale; /* of the company */

    struct words title, period, compare, funnel, subjects;
    struct lede lede[LEDES];
    struct slice cards[CARDS_MAX];
    size_t card_count;
    struct words *stages;       /* labels, all stages of the funnel */
    struct words *descriptions; /* empty where there is none */
    enum role owners[ROLE_COUNT];
    struct words owner_words[ROLE_COUNT];
    size_t owner_count;
    struct kpi_words *kpis;
    struct breakdown_words *breakdowns;
    struct words audience, *audience_clauses, *splits;
    struct words *mails;
    struct slice *mail_names;
    struct channel_words *channels; /* as channel_rows */
    struct words credit;
    struct words *leaves, *outcomes;
    struct slice *outcome_codes;
    struct words *reasons; /* of the quality block */
    struct words weakest, assumption;
    struct finding_words *causes, *insights, *actions;
    size_t missing_words; /* messages the catalogue lacks: a defect, seen by the tests */
};

/* "told", "strong", "failing": codes of the contract. */
extern const char *const verdict_codes[], *const support_codes[], *const light_codes[], *const recommendation_codes[];
extern const char *const leave_codes[], *const severity_codes[];
/* "funnel", "breakdown.source"; empty for SECTION_NONE. */
struct slice section_code(struct arena *arena, const struct analysis *a, enum section section, uint32_t dimension);
/* Name of a stage, "MQL". */
struct slice stage_code(const struct report *r, uint32_t stage);

#endif
