/* What each subject added to a fold, kept so that some can be folded again by themselves (app/picture.h): which rows
 * are whose, what of the counts was each one's, and when time alone may change somebody. */
#ifndef MASA_APP_LEDGER_H
#define MASA_APP_LEDGER_H

#include "app/roster.h"
#include "app/usual.h"
#include "runtime/links.h"

enum { LEDGER_TABLES = 2 }; /* the report's, and the roster's when it is another one */

struct tally {
    uint64_t subject; /* see tally_subject */
    int64_t due;
    uint32_t duplicates, conflicts, machine, future;
    uint32_t row[LEDGER_TABLES], rows[LEDGER_TABLES]; /* by table: the first row, and how many */
    uint32_t lead;                                    /* of the roster; NONE */
    uint8_t kind, visits;                             /* a set of 1 << window */
    bool folded;
};
/* Of subjects (links_digest); a subscription may have the key of a deal. */
static inline uint64_t tally_subject(enum subject_kind kind, uint64_t digest)
{
    return kind == KIND_SUBSCRIPTION ? digest | ((1u << SENDER_KIND_BITS) - 1) : digest;
}
static inline uint64_t tally_digest(const struct tally *t)
{
    return t->kind == KIND_SUBSCRIPTION ? links_digest_as(KIND_DEAL, t->subject) : t->subject;
}

struct tally_list { /* for the vector macros */
    struct tally *at;
    size_t count, cap;
};

/* The subjects whom a touched digest may stand for; returns how many. */
enum { LEDGER_NAMES = 2 };
int ledger_subjects(uint64_t touched, uint64_t out[LEDGER_NAMES]);

/* The days on which a subject made a visit (kpis.landing), in order: some of ledger.days. */
struct visit_days {
    uint64_t subject;
    uint32_t first, count;
};
struct visit_list { /* for the vector macros */
    struct visit_days *at;
    size_t count, cap;
};
struct day_list {
    int32_t *at;
    size_t count, cap;
};

/* Sums over all tallies. */
struct tally_totals {
    int64_t duplicates, conflicts, machine, future, subjects[KIND_COUNT], visitors[3];
};

struct ledger {
    struct tally_list tallies; /* by subject */
    struct tally_totals totals;
    struct usual usual;       /* the roster's; filled by who has its table */
    struct visit_list visits; /* by subject */
    struct day_list days;
    struct day_pairs visit_pairs; /* how many visits: by the day ("happened"), and that of the same subject's before it
                                     ("arrived"), so that those of a window that are nobody's first are known */
    bool ambiguous;               /* two subjects of one digest: nobody can be told apart from the rest */
};
void ledger_release(struct ledger *ledger);
/* Who made a visit on one of the days, half open: each subject once. */
uint64_t ledger_visitors(const struct day_pairs *visit_pairs, int64_t from_day, int64_t until_day);
/* NULL: there is none. */
struct tally *ledger_find(const struct ledger *ledger, uint64_t subject);
/* The tallies of those who are touched are taken out and the fresh ones put in, as they are. */
void ledger_replace(struct ledger *ledger, const struct senders *touched, const struct ledger *fresh);

/* A fold watched: its report's tabulate and roster filled, and the ledger. */
struct ledger_watch {
    struct roster *roster;
    const struct report_fold *fold;
    const struct senders *only; /* whom to tell of; NULL: everybody */
    struct ledger_part *parts;  /* inside */
    int part_count;
    struct tabulate_options settled;
    const struct zone *zone;
    unsigned visits; /* kinds whose visits are counted: 1 << kind */
};
/* roster, fold and only are set. */
struct report_watch ledger_report_watch(struct ledger_watch *watch);
/* After the fold and roster_finish. Releases the watch. */
void ledger_finish(struct ledger_watch *watch, struct ledger *out);
void ledger_drop(struct ledger_watch *watch); /* when the fold failed */

#endif
