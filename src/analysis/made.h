/* For tests: a definition of a funnel made by hand, and a table of facts filled person by person. */
#ifndef MASA_ANALYSIS_MADE_H
#define MASA_ANALYSIS_MADE_H

#include "analysis/table.h"
#include "base/vector.h"
#include "base/zone.h"

enum { MCL, MEL, MQL, SAL, SQL, SQO, WON, MADE_STAGES };
enum { BY_SOURCE, BY_REGION, BY_SIZE, MADE_DIMENSIONS };
enum { EXIT_LOST = EXIT_DECLARED, EXIT_DISQUALIFIED };

struct made {
    struct arena arena;
    struct dictionary dictionary;
    struct definition definition;
    struct fact_table table;
    struct stage stages[MADE_STAGES];
    struct exit_rule exits[2];
    struct dimension dimensions[MADE_DIMENSIONS];
    struct funnel funnel;
    VECTOR(struct handoff_row) handoffs;
    VECTOR(struct return_row) returned;
    VECTOR(struct mail_row) mails;
    VECTOR(struct credit_row) credits;
    VECTOR(struct cost_row) spend;
    size_t room;
    bool rich; /* the columns that only sharpen causes are kept too: one score, one profile, two audience clauses */
};

/* One lap of a person. Days are from the stage before; a stage is reached while `reached` says so. */
struct made_person {
    const char *at; /* of the first stage, "2026-01-05T09:00" */
    int ends;       /* the last stage reached */
    double days[MADE_STAGES];
    const char *source, *region;
    int employees; /* 0: not known */
    int exit, exit_stage;
    const char *reason;
    int returns, touch_days, carried; /* carried: a set of 1 << stage */
    uint32_t lap;                     /* 0: 1 */
    bool unseen;                      /* no visitor of the landing page */
    enum audience_answer audience;
    enum audience_answer icp, role, size; /* of the rich columns */
    double score;                         /* 0: not known */
};

/* Six stages and WON, which carries; source, region and size (bands 100, 500); both windows as given, "2026-01" against
 * the year before as of 2026-04-20. */
void made_init(struct made *m);
void made_release(struct made *m);
/* Gives the row. */
uint32_t made_person(struct made *m, struct made_person p);
uint32_t made_code(struct made *m, const char *text);
int64_t made_time(const char *text);

/* The funnel of a month against the year before, with everything a definition can ask for: targets, limits, an
 * audience, a profile, a score with a borderline, mails, spend, wins. The counts are those of the worked example's
 * tables. */
void made_example(struct made *m);
/* Hands the lists to the table; call once all is added. */
const struct fact_table *made_table(struct made *m);

#endif
