/* What a standing state shows: the report's table and the roster of one fold of everything, or those with some subjects
 * folded again and put in the place of what they were. Who reads a picture holds it. */
#ifndef MASA_APP_PICTURE_H
#define MASA_APP_PICTURE_H

#include "app/ledger.h"
#include "runtime/reframe.h"
#include "runtime/splice.h"
#include "store/tail.h"

struct ground; /* the fold of everything, on which pictures stand */

/* In what a picture differs from the one before it. */
struct picture_changes {
    bool all; /* rows have got other numbers */
    struct owner_moves rows[LEDGER_TABLES], leads;
};

struct picture {
    _Atomic int holders;
    struct ground *ground;
    const struct run *run; /* of the ground */
    const struct fact_table *table;
    const struct roster *roster;
    int table_count;                   /* 1: report and roster have one table */
    struct day_pairs arrivals, visits; /* visits: of the ledger (visit_pairs) */
    /* Of one that was spliced. */
    bool spliced;
    struct spliced_table tables[LEDGER_TABLES];
    struct roster own;
    size_t lead_cap;
    struct side_list *handoffs; /* the roster's */
    struct dictionary words;
    struct arena names; /* of the quality's lists */
    struct picture_changes changes;
};

/* Folds everything; the ledger is filled. `colleagues` are the roster's. NULL: the error says why. */
struct picture *picture_fold(const struct report_request *request, struct colleagues *colleagues, struct ledger *ledger,
                             struct error *error);

/* What came since a picture: lines of the tail, and what they touch. */
struct news {
    struct store *store;
    struct tail_mark after, last;
    const struct senders *touched, *readers;
};
/* Folds the touched again, as of the request's now. NULL when that cannot be told apart from the rest: fold everything.
 * Else the ledger is that of the new picture.
 *
 * `spare` is the picture before the old one, or NULL; where nobody else has it, it becomes the new picture: what the
 * old one changed is taken over, which costs as much as was touched. Else everything is copied. It is NULL when it was
 * used. */
struct picture *picture_fold_again(const struct picture *old, struct picture **spare,
                                   const struct report_request *request, const struct news *news,
                                   struct ledger *ledger);
struct picture *picture_hold(struct picture *picture);
void picture_give(struct picture *picture); /* NULL is nobody's */

/* The table of the same funnel as of the same time in other windows, which the request tells by its period and what it
 * is compared with. For as long as the picture is held. */
enum outcome picture_reframe(const struct picture *picture, const struct report_request *request, struct reframed **out,
                             struct error *error);
/* Whether pictures of this definition can be spliced at all. */
bool picture_splices(const struct definition *definition);

#endif
