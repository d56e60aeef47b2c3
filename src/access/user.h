/* The people who work with a store. Nobody is ever removed, since the audit trail names them; who leaves is made
 * inactive, which ends their sessions at once. */
#ifndef MASA_ACCESS_USER_H
#define MASA_ACCESS_USER_H

#include "access/access.h"

struct user {
    int64_t id;
    struct slice email, name, language; /* language: "he" or "en" */
    struct slice teams;                 /* names separated by commas */
    role_set roles;
    bool active;
    bool has_password;        /* else the invitation was not followed yet */
    bool locked;              /* waits, after wrong passwords */
    int64_t version;          /* counts changes */
    int64_t made_at, seen_at; /* seen_at 0: never signed in */
    int64_t sessions;         /* how many there are */
};

struct user_list {
    struct user *users; /* by name */
    size_t count;
};

/* What is to be as `values` say; the rest stays. */
enum user_field {
    USER_EMAIL = 1,
    USER_NAME = 2,
    USER_LANGUAGE = 4,
    USER_TEAMS = 8,
    USER_ROLES = 16,
    USER_ACTIVE = 32,
};
struct user_change {
    unsigned fields; /* of enum user_field */
    int64_t version; /* that was seen: ANSWER_CHANGED when another one stands; 0: any */
    struct user values;
};

/* All fields but `active` are taken from `values`. The person still needs a link (link.h) to choose a password. */
enum answer user_add(struct access *access, const struct identity *who, const struct user *values, int64_t *id,
                     struct error *error);
/* One's own name and language everybody may change; for the rest `who` needs user.manage. The last active
 * administrator stays one. New roles, and being made inactive, end the person's sessions; the one that `who` acts in
 * goes on, but needs a new id (session_renew). Being made active also ends a wait after wrong passwords. */
enum answer user_change(struct access *access, const struct identity *who, int64_t id, const struct user_change *change,
                        struct error *error);
/* These need user.read; texts live in the arena. */
enum answer user_get(struct access *access, const struct identity *who, int64_t id, struct arena *arena,
                     struct user *out, struct error *error);
enum answer user_find(struct access *access, const struct identity *who, struct slice email, struct arena *arena,
                      struct user *out, struct error *error);
enum answer user_list(struct access *access, const struct identity *who, struct arena *arena, struct user_list *out,
                      struct error *error);
/* Sets one's own new password, after the old one was shown again. Other sessions of the person end. */
enum answer user_new_password(struct access *access, const struct identity *who, struct slice old_password,
                              struct slice new_password, struct error *error);

#endif
