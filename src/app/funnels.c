#include "app/funnels.h"

void funnel_pictures_give(struct funnel_pictures *pictures)
{
    for (size_t i = 0; i < pictures->count; i++) picture_give(pictures->at[i]);
    *pictures = (struct funnel_pictures){0};
}

void funnel_keeper_release(struct funnel_keeper *keeper)
{
    funnel_pictures_give(&keeper->spares);
    for (size_t i = 0; i < FUNNELS_MOST; i++) ledger_release(&keeper->ledgers[i]);
}

void funnel_keeper_spare(struct funnel_keeper *keeper, const struct funnel_pictures *last)
{
    funnel_pictures_give(&keeper->spares);
    if (!last) return;
    keeper->spares = *last;
    for (size_t i = 0; i < last->count; i++) picture_hold(last->at[i]);
}

/* Nothing of these is compared: one table is the roster's and the picture's. */
static struct report_request request_of(const struct report_request *request, const struct definition *d,
                                        uint32_t funnel)
{
    struct report_request one = *request;
    one.funnel = d->funnels[funnel].label.name;
    one.compare = SLICE("none");
    return one;
}

bool funnels_fold(struct funnel_keeper *keeper, const struct picture *reported, const struct report_request *request,
                  struct colleagues *colleagues, struct funnel_pictures *out, struct error *error)
{
    const struct definition *d = reported->run->definition;
    *out = (struct funnel_pictures){0};
    for (uint32_t f = 0; f < d->funnel_count && out->count < FUNNELS_MOST; f++) {
        if (f == reported->table->funnel) continue;
        const struct report_request one = request_of(request, d, f);
        struct picture *picture = picture_fold(&one, colleagues, &keeper->ledgers[out->count], error);
        if (!picture) {
            funnel_pictures_give(out);
            return false;
        }
        out->at[out->count++] = picture;
    }
    return true;
}

bool funnels_fold_again(struct funnel_keeper *keeper, const struct funnel_pictures *old,
                        const struct report_request *request, const struct news *news, struct funnel_pictures *out)
{
    *out = (struct funnel_pictures){0};
    for (size_t i = 0; i < old->count; i++) {
        const struct fact_table *t = old->at[i]->table;
        const struct report_request one = request_of(request, t->definition, t->funnel);
        struct picture **spare = i < keeper->spares.count ? &keeper->spares.at[i] : &(struct picture *){NULL};
        struct picture *picture = picture_fold_again(old->at[i], spare, &one, news, &keeper->ledgers[i]);
        if (!picture) {
            funnel_pictures_give(out);
            return false;
        }
        out->at[out->count++] = picture;
    }
    return true;
}
