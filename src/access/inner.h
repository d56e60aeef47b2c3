/* What the files of access share: what struct access is made of, and how everything that changes something goes. Not
 * for other floors.
 *
 *     if ((answer = change_begin(&change, access, who, ACTION_USER_MANAGE, object, error)) != ANSWER_OK) return answer;
 *     answer = ... statements on access->db ...;
 *     return change_end(&change, answer, &entry);
 */
#ifndef MASA_ACCESS_INNER_H
#define MASA_ACCESS_INNER_H

#include <pthread.h>

#include "access/access.h"
#include "access/cache.h"
#include "access/session.h"
#include "access/user.h"

struct access {
    pthread_mutex_t mutex; /* over all below but the hasher, which has its own */
    struct database *db;
    struct world world;
    struct access_settings settings;
    struct hasher *hasher;
    struct cache *cache;
    struct lockout *accounts, *addresses;
};

struct change {
    struct access *access;
    const struct identity *who;
    struct error *error;
};

/* Asks whether `who` may, locks access and begins a transaction. When the answer is not ANSWER_OK nothing is held. */
enum answer change_begin(struct change *change, struct access *access, const struct identity *who, enum action action,
                         struct slice object, struct error *error);
/* The same without asking: for what people do about themselves, and what links and passwords let them do. */
enum answer change_begin_own(struct change *change, struct access *access, const struct identity *who,
                             struct error *error);
/* Puts down the entry (NULL: nothing to tell) and commits, when the answer is ANSWER_OK; else all is undone. */
enum answer change_end(struct change *change, enum answer answer, const struct audit_entry *entry);

/* An entry of its own, for what was refused; access is not locked. What cannot be written is told. */
enum answer note_refusal(struct access *access, const struct identity *who, struct slice action, struct slice object,
                         enum answer why, struct error *error);

/* Locks for reading, and forgets what the store no longer says. */
void access_lock(struct access *access);
void access_unlock(struct access *access);

static inline int64_t access_now(const struct access *access)
{
    return world_now(&access->world);
}

/* ---- people, as user.c reads them; access is locked ---- */

/* False when there is none, or the store failed (told, when `error` is given). Texts live in the arena. */
bool user_load(struct access *access, int64_t id, struct arena *arena, struct user *out, struct error *error);
bool user_load_by_email(struct access *access, struct slice folded, struct arena *arena, struct user *out,
                        struct error *error);
/* The kept password hash, empty when there is none. */
struct slice user_password(struct access *access, int64_t id, struct arena *arena);
enum answer user_set_password(struct access *access, int64_t id, const char *hash, struct error *error);
/* All but session `but` (0: all). */
enum answer user_end_sessions(struct access *access, int64_t user, int64_t but, struct error *error);
/* Brings what `fields` name into one form, in the arena; ANSWER_BAD says which cannot be taken. */
enum answer user_bring_to_form(struct user *values, unsigned fields, struct arena *arena, struct error *error);
enum answer user_insert(struct access *access, const struct user *values, int64_t *id, struct error *error);
/* What the audit trail says of a person. */
void user_json(const struct user *user, struct buffer *out);

/* Somebody other than `but` can sign in and manage people. */
bool user_another_admin(struct access *access, int64_t but);

/* ---- sessions, within a change ---- */

/* Begins one of a person; fills the ticket but for its device. */
enum answer session_open(struct access *access, const struct user *user, struct slice address, struct slice agent,
                         struct session_ticket *out, struct error *error);
/* Marks the browser as one in which this person has signed in; keeps the mark `had` when it is right. */
enum answer session_mark_device(struct access *access, int64_t user, struct slice had, struct session_ticket *out,
                                struct error *error);

/* Whether it waits, and that wrong passwords for it no longer count. */
bool account_is_locked(struct access *access, struct slice email);
void account_forgive(struct access *access, struct slice email);

/* A statement that writes down when something was last used. It does not wait for other writers, and may fail: nothing
 * hangs on it. Access is locked. */
void note_use(struct access *access, struct statement *s);

/* "user:3". */
struct object_text {
    char text[40];
};
struct object_text object_text(const char *kind, int64_t id);

#endif
