/* The audit trail: who did what, by which session or key, from where, when, to what, and what was refused. It only
 * grows: the store itself refuses changes, and each entry is bound to the one before by a digest, so that a trail that
 * was changed from outside is told. Entries hold no secret, and of people no more than their number; the text of an
 * erased person's entries can be blanked without breaking the chain. */
#ifndef MASA_ACCESS_AUDIT_H
#define MASA_ACCESS_AUDIT_H

#include "access/identity.h"
#include "access/world.h"
#include "store/database.h"

struct audit_entry {
    struct slice action;        /* "handoff.accept", "user.add" */
    struct slice object;        /* what it was done to: "user:3", "lead:p1" */
    struct slice before, after; /* JSON; empty: nothing to tell */
    struct slice reason;        /* of a refusal: "forbidden"; empty: it was done */
};

/* Within the caller's transaction that does what the entry tells: both happen, or none. */
enum outcome audit_add(struct database *db, const struct world *world, const struct identity *who,
                       const struct audit_entry *entry, struct error *error);
/* Blanks what entries about `object` say, within the caller's transaction; returns how many in *count. */
enum outcome audit_erase(struct database *db, struct slice object, int64_t *count, struct error *error);

struct audit_filter {
    struct slice actor, object, action, outcome; /* empty: any; action "user." means all that begin so */
    int64_t from, until;                         /* instants, until excluded; 0: no bound */
    int64_t before_id;                           /* only earlier entries, for the next page; 0: from the last */
    int limit;                                   /* 0: AUDIT_PAGE; at most AUDIT_PAGE_MAX */
};
enum { AUDIT_PAGE = 100, AUDIT_PAGE_MAX = 1000 };

struct audit_row {
    int64_t id, at, session; /* session 0: none */
    struct slice actor, address, action, outcome, reason, object, before, after;
    bool erased;
};
struct audit_page {
    struct audit_row *rows; /* latest first */
    size_t count;
    bool more;
};
/* Lives in the arena. */
enum outcome audit_read(struct database *db, const struct audit_filter *filter, struct arena *arena,
                        struct audit_page *out, struct error *error);

struct audit_state {
    int64_t entries, erased;
    int64_t broken_at; /* the first entry that is not as it was written, or 0 */
    char problem[160]; /* in words; empty when the trail is whole */
    char head[64 + 1]; /* the chain's last digest in hexadecimal: written down elsewhere, it proves the trail */
};
/* Reads the whole trail and works out its chain. */
enum outcome audit_verify(struct database *db, struct audit_state *out, struct error *error);

#endif
