/* Everybody the funnel counts, as they stand: the fold's facts without a report's windows, and of each subject what a
 * list of them shows besides. Filled by the fold that fills a report's table (report_watch). */
#ifndef MASA_APP_ROSTER_H
#define MASA_APP_ROSTER_H

#include "app/handoff_roster.h"
#include "app/report.h"

struct colleagues;

struct lead {
    uint32_t row;                   /* of the table: its last lap */
    uint32_t name, email, title;    /* codes, 0: not known */
    uint32_t account_name;          /* likewise, of the account below */
    int64_t captured, since;        /* first entry of the funnel; entry of the stage held now, INSTANT_NONE */
    bool returned;                  /* that entry was a return */
    int64_t touched;                /* last touch of a person, INSTANT_NONE */
    uint32_t touch;                 /* its event */
    uint32_t seat;                  /* in the buying group; NONE */
    struct slice account;           /* the last it was seen with; empty: none */
    struct slice owner, team;       /* ids, empty: nobody's. Whoever accepted it last, unless a person said otherwise */
    const struct kept_words *words; /* said about it; NULL: nothing */
};

struct roster {
    const struct fact_table *table; /* with subjects */
    const struct lead *leads;       /* in the order of the table */
    size_t count;
    struct handoff_list handoffs;  /* those of a lead one after the other, in order of time */
    struct colleagues *colleagues; /* who people are; may be NULL. To be set before the fold */
    const struct engine *engine;   /* of the run */
    int64_t *usual;                /* by stage; see roster_usual */
    struct roster_part *parts;     /* inside */
    int part_count;
    struct tabulate *tabulate; /* NULL: the table is the report's */
};

static inline const struct funnel *roster_funnel(const struct roster *roster)
{
    return &roster->table->definition->funnels[roster->table->funnel];
}

/* How long a stage usually takes those who go on from it, in microseconds; -1: nobody went on. */
int64_t roster_usual(const struct roster *roster, size_t stage);

/* Zero to begin with. */
struct report_watch roster_watch(struct roster *roster);
/* After the fold, with the report's table. How long stages take is the caller's to fill (app/usual.h). */
void roster_finish(struct roster *roster, const struct fact_table *reported);
/* What an account is called, for its people: where the thread's consumer is not shown all subjects. */
void roster_note_account(struct roster *roster, int thread, const struct subject_view *account);
/* How many leads a folding thread has found. */
size_t roster_leads(const struct roster *roster, int thread);
/* By the id it goes by; NULL: the funnel does not count it. */
const struct lead *roster_find(const struct roster *roster, struct slice id);
/* Gives back the lists before the rest: texts stay. */
void roster_drop_leads(struct roster *roster);
void roster_release(struct roster *roster);

#endif
