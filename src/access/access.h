/* Access: the people of a store, their sessions and keys, and what all of them did. One for each process that serves;
 * any thread may call. It has a database connection of its own, which nobody else may use meanwhile: what decides who
 * may do what must not wait for the log. */
#ifndef MASA_ACCESS_ACCESS_H
#define MASA_ACCESS_ACCESS_H

#include "access/answer.h"
#include "access/audit.h"
#include "access/lockout.h"
#include "access/password.h"

struct access;

struct access_settings {
    int64_t session_idle;    /* a session ends when it was not used for so long (all: microseconds), */
    int64_t session_most;    /* and after so long in any case */
    int64_t invitation_life; /* of a link that invites, or makes the first administrator */
    int64_t reset_life;      /* of a link that sets a new password */
    struct password_cost cost;
    int hashes_at_once, hashes_waiting;
    struct lockout_rule account, address;
};
struct access_settings access_settings_usual(void);

/* Takes neither the connection nor what `world` points to. `settings` NULL: the usual. */
struct access *access_new(struct database *db, struct world world, const struct access_settings *settings);
void access_free(struct access *access);

/* May `who`? A refusal is put into the audit trail; `object` says what it was about, and may be empty. */
enum answer access_require(struct access *access, const struct identity *who, enum action action, struct slice object,
                           struct error *error);
/* Puts down what `who` did elsewhere, in the log of events: all of the entries, or none. */
enum answer access_note(struct access *access, const struct identity *who, const struct audit_entry *entries,
                        size_t count, struct error *error);
/* The same, unless an entry of that action about that object has the text in what came after: for who cannot tell
 * whether it was noted. */
enum answer access_note_once(struct access *access, const struct identity *who, const struct audit_entry *entry,
                             struct slice text, struct error *error);
/* Whether whoever was let in would still be: the session goes on, the key was not revoked. To ask is no use of it. */
bool access_still_knows(struct access *access, const struct identity *who);
/* A page of the trail; `who` needs audit.read. */
enum answer access_audit(struct access *access, const struct identity *who, const struct audit_filter *filter,
                         struct arena *arena, struct audit_page *out, struct error *error);

#endif
