/* What the people who work with a store are called, and their teams: looked up anew when it is older than a second, so
 * that a page of many rows asks once. Many threads may ask. */
#ifndef MASA_APP_COLLEAGUES_H
#define MASA_APP_COLLEAGUES_H

#include "access/user.h"

struct colleagues;

struct colleagues *colleagues_new(struct access *access, struct world world);
void colleagues_free(struct colleagues *colleagues);

struct colleague {
    struct slice name, teams; /* in the arena; teams separated by commas */
    bool active;
    role_set roles;
};
/* By the id of the interface, "u3"; false, and the id as its name, when there is nobody of it. `colleagues` NULL:
 * nobody is known. */
bool colleague_find(struct colleagues *colleagues, struct slice id, struct arena *arena, struct colleague *out);
/* Whether somebody is in that team. */
bool colleague_is_in(const struct colleague *colleague, struct slice team);
bool colleagues_have_team(struct colleagues *colleagues, struct slice team);
/* Whether somebody active who may do it is in that team. */
bool colleagues_team_may(struct colleagues *colleagues, struct slice team, enum action action);

#endif
