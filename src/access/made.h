/* For tests: a store in a folder of its own, a clock that is moved by hand, bytes that are random enough and always the
 * same, and passwords that cost next to nothing. */
#ifndef MASA_ACCESS_MADE_H
#define MASA_ACCESS_MADE_H

#include "access/access.h"
#include "access/check.h"
#include "access/session.h"
#include "access/user.h"
#include "base/civil.h"
#include "store/store.h"

#define PASSWORD "correct horse battery"
#define NOON     (INT64_C(1767225600) * SECOND_US) /* 2026-01-01 */

struct made {
    char folder[64], path[96];
    struct store *store;
    struct access *access;
    struct access_settings settings;
    int64_t now;
    uint64_t seed;
    struct identity command, nobody;
    struct arena arena;
    struct error error;
};

/* Fails the test when it cannot. */
void made_begin(struct made *made);
void made_end(struct made *made);
struct world made_world(struct made *made);
/* Closes everything and opens it again, as a program that starts anew. */
void made_again(struct made *made);

/* A person with a password. */
int64_t made_user(struct made *made, const char *email, role_set roles);
struct session_ticket made_session(struct made *made, const char *email);
/* The answer to one try with this password. */
enum answer made_try(struct made *made, const char *email, const char *password, const char *address,
                     struct slice device);
/* What the first column of the first row says. */
int64_t made_number(struct made *made, const char *sql);

#endif
