/* Where the program tells people and other programs by itself: webhooks that administrators make. All of it is within
 * the caller's transaction, or a reading of its own. Texts that are given out live in the arena. */
#ifndef MASA_DELIVER_SEND_CHANNEL_H
#define MASA_DELIVER_SEND_CHANNEL_H

#include "base/civil.h"
#include "deliver/signature.h"
#include "store/database.h"

enum { CHANNELS_MAX = 20 /* at once */, CHANNEL_URL_MAX = 2000 };
/* How long the secret before a new one signs too. */
#define CHANNEL_OLD_SECRET_HOLDS DAY_US

struct send_channel {
    int64_t id;
    struct slice name, url;
    struct slice teams, roles;                     /* for whom, separated by commas; both empty: for everybody */
    int64_t made_by, made_at, secret_at, ended_at; /* 0: the command line, never */
    /* How it went. */
    int64_t sent_at, failed_at, failing_since; /* 0: never, or it does not fail */
    int failed_status;                         /* of an answer; 0: none came */
    struct slice failed_reason;                /* as in send_ledger.h; may be empty */
    bool troubled;                             /* something was given up since one went well, or nearly */
    int64_t waiting;                           /* sends */
};
struct send_channel_list { /* for the vector macros */
    struct send_channel *at;
    size_t count, cap;
};

/* Those that hold first, latest first. */
enum outcome send_channel_list(struct database *db, struct arena *arena, struct send_channel_list *out,
                               struct error *error);
/* OK with id 0 when there is none. */
enum outcome send_channel_find(struct database *db, int64_t id, struct arena *arena, struct send_channel *out,
                               struct error *error);
/* Takes name, url, teams, roles, made_by and made_at; sets the id. */
enum outcome send_channel_add(struct database *db, struct send_channel *channel, struct slice secret,
                              struct error *error);
/* Signs from now on; what signed before does so for a while longer. */
enum outcome send_channel_new_secret(struct database *db, int64_t id, struct slice secret, int64_t now,
                                     struct error *error);
/* Its secrets go, and what waits is not sent any more. */
enum outcome send_channel_end(struct database *db, int64_t id, int64_t now, struct error *error);

/* Adds the signatures that hold now, separated by spaces: two while a secret is changed. */
enum outcome send_channel_sign(struct database *db, int64_t id, int64_t now, const struct signed_message *message,
                               struct buffer *out, struct error *error);

/* False: no address of a webhook; `why` says what is wanted. `plain`: http will do. */
bool send_channel_url_check(struct slice url, bool plain, const char **why);
/* "https://example.com:8443": what of an address is no secret. */
struct slice send_channel_origin(struct slice url);

#endif
