/* Which sources of leads sales takes, and which keep failing there: of each value of the channels' dimension, else of
 * the one called `source`, how many were decided and how many of them accepted. */
#ifndef MASA_APP_SOURCES_H
#define MASA_APP_SOURCES_H

#include "app/roster.h"
#include "report/catalogue.h"

struct source {
    uint32_t value; /* of the dimension */
    uint64_t decided, accepted;
};
struct sources {
    uint32_t dimension; /* NONE: the definition has none, and nothing is counted by value */
    uint64_t decided, accepted;
    struct source *at; /* for the vector macros */
    size_t count, cap;
};

void sources_init(struct sources *sources, const struct definition *definition);
void sources_release(struct sources *sources);

/* One that was decided. */
void sources_add(struct sources *sources, const struct roster *roster, const struct handoff_entry *entry);
/* All that were first decided in the last days before `until` (SOURCES_FAILING_DAYS). Returns since when. */
int64_t sources_add_recent(struct sources *sources, const struct roster *roster, int64_t until);
/* Puts together what was added: each value once, those most decided about first. */
void sources_close(struct sources *sources);

/* Enough were decided to tell, and sales takes clearly fewer of them than of all. After sources_close. */
bool source_is_failing(const struct sources *sources, const struct definition *definition, const struct source *source);
/* What it is called. */
struct words source_words(struct arena *arena, const struct fact_table *table, const struct source *source);

/* Where the dashboard shows the same numbers: the days of [from, until). In the arena. */
struct slice sources_link(struct arena *arena, const struct zone *zone, int64_t from, int64_t until);

/* Who looks whether something keeps failing looks at the last so many days: long enough for numbers, short enough to
 * recover. */
enum { SOURCES_FAILING_DAYS = 90 };

#endif
