/* Sessions of people in browsers. The id is a secret that only the browser's cookie holds; the store keeps a digest.
 * A session ends when it was not used for a while, at the latest after a fixed time, when it is ended, or when the
 * person's roles change. Requests that change something must also show the session's token, which a page of
 * somebody else cannot read. */
#ifndef MASA_ACCESS_SESSION_H
#define MASA_ACCESS_SESSION_H

#include "access/access.h"
#include "access/secret.h"

enum { DEVICE_SIZE = 2 * SECRET_TEXT + 2 };

/* What the browser is given. `device` says that this browser has signed in as this person before: a wrong password
 * from elsewhere does not make it wait. */
struct session_ticket {
    char token[SECRET_SIZE], csrf[SECRET_SIZE], device[DEVICE_SIZE];
    int64_t expires_at;
    struct identity who;
};

struct sign_in {
    struct slice email, password;
    struct slice device;    /* what an earlier ticket gave, or empty */
    struct slice old_token; /* of the session that the browser has now: it ends */
    struct slice address, agent;
};
/* ANSWER_LOCKED: *wait_seconds says how long. Wrong password, unknown and inactive people are told alike. */
enum answer session_sign_in(struct access *access, const struct sign_in *in, struct session_ticket *out,
                            int64_t *wait_seconds, struct error *error);
/* The session of `who` goes on under a new id. */
enum answer session_renew(struct access *access, const struct identity *who, struct session_ticket *out,
                          struct error *error);

struct session {
    int64_t id, user, made_at, seen_at, expires_at;
    struct slice address, agent;
};
struct session_list {
    struct session *sessions; /* last used first */
    size_t count;
};
/* One's own; those of others need user.manage. */
enum answer session_list(struct access *access, const struct identity *who, int64_t user, struct arena *arena,
                         struct session_list *out, struct error *error);
enum answer session_end(struct access *access, const struct identity *who, int64_t session, struct error *error);

/* The token that must come with changes made under this session. */
void session_csrf(struct slice token, char out[SECRET_SIZE]);
/* Whose session it is. ANSWER_UNKNOWN: nobody's, or it is over. */
enum answer session_find(struct access *access, struct slice token, struct slice address, struct identity *who,
                         struct error *error);

#endif
