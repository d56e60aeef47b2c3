/* The pictures of the funnels that the definition's report is not about: the same as the report's (picture.h), each
 * with a roster of its own, so that lists, handoffs and pages speak of any funnel. They stand, and are folded again,
 * side by side; a definition of one funnel has none. */
#ifndef MASA_APP_FUNNELS_H
#define MASA_APP_FUNNELS_H

#include "app/picture.h"

enum { FUNNELS_MOST = 64 }; /* besides the report's */

/* Of one state. */
struct funnel_pictures {
    struct picture *at[FUNNELS_MOST];
    size_t count;
};
void funnel_pictures_give(struct funnel_pictures *pictures);

/* What the folding thread keeps from one state to the next. */
struct funnel_keeper {
    struct ledger ledgers[FUNNELS_MOST]; /* of the pictures of the last state */
    struct funnel_pictures spares;       /* of the one before */
};
void funnel_keeper_release(struct funnel_keeper *keeper);
/* The pictures of the last state are the spares now; NULL: there are none. */
void funnel_keeper_spare(struct funnel_keeper *keeper, const struct funnel_pictures *last);

/* Folds everything, once for each funnel but the reported one. False: the error says why, and all are given back. */
bool funnels_fold(struct funnel_keeper *keeper, const struct picture *reported, const struct report_request *request,
                  struct colleagues *colleagues, struct funnel_pictures *out, struct error *error);
/* Folds the touched again (picture_fold_again). False: it takes a fold of everything, of the reported one too. */
bool funnels_fold_again(struct funnel_keeper *keeper, const struct funnel_pictures *old,
                        const struct report_request *request, const struct news *news, struct funnel_pictures *out);

#endif
