/* Keys with which events are sent: "wk_PREFIX_REST". In a browser's page everybody can read them, so they are no
 * secrets and can be shown again; all they let do is add events, under the name of their source. */
#ifndef MASA_ACCESS_WRITE_KEY_H
#define MASA_ACCESS_WRITE_KEY_H

#include "access/access.h"
#include "access/api_key.h"
#include "intake/permit.h"

enum { SOURCE_NAME_MAX = 64 };

struct write_key {
    int64_t id;
    struct slice key, name; /* the name says what it is for */
    struct slice source;    /* that its events carry */
    struct slice origins;   /* "https://example.com https://shop.example.com"; empty: browsers may send from any page */
    struct permit permit;
    struct slice version; /* of origins and permit: the same limits, the same version */
    int64_t made_by, made_at, used_at, revoked_at;
};
struct write_key_list {
    struct write_key *keys; /* those that hold first, by source */
    size_t count;
};

/* Takes name, source, origins and permit of `values`. These need key.manage. */
enum answer write_key_make(struct access *access, const struct identity *who, const struct write_key *values,
                           struct arena *arena, struct write_key *out, struct error *error);
enum answer write_key_list(struct access *access, const struct identity *who, struct arena *arena,
                           struct write_key_list *out, struct error *error);
/* What of a key can be changed, and which of it a change names. */
enum write_key_limit {
    WRITE_KEY_ORIGINS = 1,
    WRITE_KEY_CALLS = 2,
    WRITE_KEY_EVENTS = 4,
    WRITE_KEY_VISITORS = 8,
};
/* Changes what a key that holds may send, from the next request on, in every process; `limits` says which of `values`
 * count. ANSWER_CHANGED when its limits are not those of the version that was seen; with an empty one any are. The
 * audit trail has both, before and after. */
enum answer write_key_change(struct access *access, const struct identity *who, int64_t id,
                             const struct write_key *values, unsigned limits, struct arena *arena,
                             struct write_key *out, struct error *error);
enum answer write_key_revoke(struct access *access, const struct identity *who, int64_t id, struct error *error);

#endif
