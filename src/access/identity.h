/* Who is asking: a person by a session, a program by a key, the command line of the machine the store stands on, or
 * nobody known. Plain data, copied freely; whoever holds one was found to be who they say. */
#ifndef MASA_ACCESS_IDENTITY_H
#define MASA_ACCESS_IDENTITY_H

#include "access/action.h"

enum identity_kind { IDENTITY_NOBODY, IDENTITY_USER, IDENTITY_API_KEY, IDENTITY_COMMAND };

enum { IDENTITY_ADDRESS_MAX = 64 };

struct identity {
    enum identity_kind kind;
    int64_t id;      /* of the user, or of the key */
    int64_t session; /* 0: none */
    role_set roles;
    bool writes;                        /* false: a key that only reads */
    char address[IDENTITY_ADDRESS_MAX]; /* whence it came, as text; may be empty */
};

bool access_allows(const struct identity *who, enum action action);
/* What roles alone say. */
bool roles_allow(role_set roles, enum action action);

struct identity identity_nobody(struct slice address);
/* Whoever can write to the file may do what an administrator may. */
struct identity identity_command(void);
/* "user:3", "key:2", "command", "nobody": the actor in the audit trail. */
struct slice identity_text(const struct identity *who, char *out, size_t size);

#endif
