/* Money spent, as files said it; a later word on the same days, channel and campaign replaces an earlier one. */
#ifndef MASA_STORE_SPEND_H
#define MASA_STORE_SPEND_H

#include "intake/input.h"
#include "store/store.h"

/* Rows of one import: several on the same days, channel, campaign and currency add up. */
enum outcome spend_keep(struct store *store, const struct spend_row *rows, size_t count, struct error *error);
/* Calls `take` with each; texts live until it returns. */
enum outcome spend_each(struct store *store, void (*take)(void *context, const struct spend_row *row), void *context,
                        struct error *error);

#endif
