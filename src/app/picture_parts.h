/* Inside picture.c: the tables, leads and handoffs of a spliced picture, copied, brought up, and changed. */
#ifndef MASA_APP_PICTURE_PARTS_H
#define MASA_APP_PICTURE_PARTS_H

#include "app/picture.h"

/* What was folded again. */
struct picture_news {
    const struct fact_table *tables[LEDGER_TABLES];
    struct roster *roster;
    struct ledger *ledger; /* gets the numbers that rows and leads have in the picture */
    const struct senders *touched;
    const struct dictionary *words;
    struct arena *texts; /* of the picture's ground */
};

/* A picture of its own that shows what the old one does; its ground is not held yet. */
struct picture *picture_parts_copy(const struct picture *old);
/* Makes the picture before the old one show what the old one does. */
void picture_parts_follow(struct picture *p, const struct picture *old);
void picture_parts_release(struct picture *p);

/* The three in this order. The old picture and the ledger go together before. */
void picture_parts_change_usual(const struct picture *old, const struct picture_news *news, struct ledger *ledger);
/* Rows and leads that the touched have no more, or not as many of as before, are left out. */
void picture_parts_drop(struct picture *p, const struct picture_news *news, struct ledger *ledger);
void picture_parts_put(struct picture *p, const struct picture_news *news, const struct ledger *ledger);

#endif
