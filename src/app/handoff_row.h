/* A handoff, a decision, a person and a share as JSON (schema/openapi.yaml). */
#ifndef MASA_APP_HANDOFF_ROW_H
#define MASA_APP_HANDOFF_ROW_H

#include "app/handoff_clock.h"

/* Handoff. Texts that are made for it live in the arena. */
void handoff_put(struct json_writer *w, struct arena *arena, const struct roster *roster,
                 const struct handoff_entry *entry);
/* What it is worth as an ETag: "3". */
struct slice handoff_version(struct arena *arena, const struct handoff_entry *entry);

/* UserRef and TeamRef; null when empty. */
void person_put(struct json_writer *w, const char *name, struct arena *arena, const struct roster *roster,
                struct slice id);
void team_put(struct json_writer *w, const char *name, const struct definition *definition, struct slice team);
/* measure: a share with its interval. */
void share_put(struct json_writer *w, const char *name, const struct definition *definition, uint64_t hits, uint64_t n);

/* Its clock. False: it has none. */
bool handoff_clock(const struct roster *roster, const struct handoff_entry *entry, struct sla_clock *out);
/* To whom it goes: a person's word, the borderline team of its score, or the route's. */
struct handoff_target {
    struct slice user, team;
    const struct score *borderline; /* not NULL: by this score */
    bool by_person;
};
struct handoff_target handoff_target(const struct roster *roster, const struct handoff_entry *entry);

/* A decision can be taken back until then, by whoever made it. */
int64_t handoff_undo_until(const struct handoff_decision *decision);

#endif
