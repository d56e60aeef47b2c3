/* What the definition in force says of the company itself, for whoever shows times and money. Looked up anew each time,
 * so that what is published holds at once; a definition is only read when it is another one. Many threads may ask. */
#ifndef MASA_APP_COMPANY_H
#define MASA_APP_COMPANY_H

#include "base/error.h"
#include "base/zone.h"

struct company_card {
    struct slice name, currency, locale; /* empty while the store has no definition */
    const struct zone *zone;             /* lives as long as the desk; UTC while there is no definition */
};

struct company_desk;
/* A connection of its own to the store. */
enum outcome company_open(const char *db, struct company_desk **out, struct error *error);
void company_close(struct company_desk *desk);
/* Texts live in the arena. */
struct company_card company_card(struct company_desk *desk, int64_t now, struct arena *arena);
/* Names of events that are of no person: of deals, subscriptions, the market. Their number; the list and its texts live
 * in the arena. */
size_t company_personless(struct company_desk *desk, int64_t now, struct arena *arena, const struct slice **names);

#endif
