/* Dated edges between subjects, gathered by key: whose an anonymous id was and when, a person's accounts, an account's
 * persons, a deal's contacts. An index is built once from rows in any order; a list may also be asked what one more
 * relation would change, which is what a service that runs needs. */
#ifndef MASA_IDENTITY_RELATION_H
#define MASA_IDENTITY_RELATION_H

#include "base/map.h"
#include "base/vector.h"

struct relation {
    struct slice other;
    int64_t at;
    bool primary;   /* a contact: the one called primary */
    bool mentioned; /* no call was made to say so: of such the first and the last of each other count */
};
struct relation_list {
    const struct relation *at; /* by (at, other) */
    size_t count;
};

/* Whose an anonymous id is at a time, by the list of those who said a name there: the next to do so, else the last
 * before; empty when nobody did. */
struct slice relation_owner(struct relation_list names, int64_t at);

/* What changes hands when `name` is added to the list: what happened after `after`, up to and with `until`, was
 * `from`'s (empty: nobody's) and is the new one's. False when nothing does. */
struct handover {
    int64_t after, until;
    struct slice from;
};
bool relation_handover(struct relation_list names, struct relation name, struct handover *out);

/* Of a deal's contacts the one called primary, else the first; NULL when there is none. */
const struct relation *relation_primary(struct relation_list contacts);

/* ---- the index ---- */

struct relation_row {
    struct slice key;
    struct relation relation;
};
struct relation_rows { /* for the vector macros */
    struct relation_row *at;
    size_t count, cap;
};

/* How the rows of one key, in order of time, become its list, mentions between the first and the last left out. */
enum relation_rule {
    RELATION_EVERY_TIME, /* all of them */
    RELATION_WHEN_OTHER, /* only where another one follows */
    RELATION_FIRST_TIME, /* each other once, at its first time; primary when it ever was */
};

struct relation_index {
    struct map map; /* key -> index in lists */
    VECTOR(struct relation_list) lists;
};

/* Takes the rows over: they are sorted and released. Lists live in the arena, texts where they were. */
void relation_index_build(struct relation_index *index, struct arena *arena, struct relation_rows *rows,
                          enum relation_rule rule);
void relation_index_release(struct relation_index *index);
struct relation_list relation_index_get(const struct relation_index *index, struct slice key);

#endif
