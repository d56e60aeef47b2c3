/* What a standing state shows: the report's table and the roster of one fold of everything, or those with some subjects
 * folded again and put in the place of what they were. What both have in common stands once and is counted. */
#ifndef MASA_APP_PICTURE_H
#define MASA_APP_PICTURE_H

#include "app/ledger.h"

struct ground; /* the fold of everything, on which pictures stand */
struct texts;

struct picture {
    struct ground *ground;
    const struct run *run; /* of the ground */
    const struct fact_table *table;
    const struct roster *roster;
    /* Of one that was spliced. */
    bool spliced;
    struct fact_table tables[LEDGER_TABLES];
    struct roster own;
    struct dictionary words;
    struct texts *texts;
};

/* Folds everything; the ledger is filled. `colleagues` are the roster's. NULL: the error says why. */
struct picture *picture_fold(const struct report_request *request, struct colleagues *colleagues, struct ledger *ledger,
                             struct error *error);

/* What came since a picture: lines of the tail, and what they touch. */
struct news {
    struct store *store;
    int64_t after, last; /* rows of the tail */
    const struct senders *touched, *readers;
};
/* Folds the touched again, as of the request's now. NULL when that cannot be told apart from the rest: fold everything.
 * Else the ledger is that of the new picture. */
struct picture *picture_fold_again(const struct picture *old, const struct report_request *request,
                                   const struct news *news, struct ledger *ledger);
void picture_free(struct picture *picture);

/* Whether pictures of this definition can be spliced at all. */
bool picture_splices(const struct definition *definition);

#endif
