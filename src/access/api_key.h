/* Keys of programs that call the API: "masa_PREFIX_SECRET". Shown once, when made; the store keeps a digest. A key
 * reads, or reads and writes, as far as its roles may; it never manages people or keys. */
#ifndef MASA_ACCESS_API_KEY_H
#define MASA_ACCESS_API_KEY_H

#include "access/access.h"

enum { KEY_PREFIX_TEXT = 12, KEY_SIZE = 80 };

struct api_key {
    int64_t id;
    struct slice prefix, name; /* the prefix is how people tell keys apart */
    role_set roles;
    bool writes;
    int64_t made_by, made_at, expires_at, used_at, revoked_at; /* 0: the command line, never */
};
struct api_key_list {
    struct api_key *keys; /* those that hold first, latest first */
    size_t count;
};

/* Takes name, roles, `writes` and expires_at; the key is written to `key`. All these need key.manage. A key has no role
 * that its maker may not give: who manages people may give any, the rest their own. */
enum answer api_key_make(struct access *access, const struct identity *who, const struct api_key *values,
                         char key[KEY_SIZE], int64_t *id, struct error *error);
enum answer api_key_list(struct access *access, const struct identity *who, struct arena *arena,
                         struct api_key_list *out, struct error *error);
enum answer api_key_revoke(struct access *access, const struct identity *who, int64_t id, struct error *error);

enum answer api_key_find(struct access *access, struct slice key, struct slice address, struct identity *who,
                         struct error *error);

#endif
