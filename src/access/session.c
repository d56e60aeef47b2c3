#include "access/session.h"

#include <sodium.h>

#include "access/inner.h"
#include "access/person_text.h"
#include "base/civil.h"

enum { AGENT_BYTES_MAX = 200 };
#define NOTE_EVERY MINUTE_US /* how exactly the store knows when a session was last used */

void session_csrf(struct slice token, char out[SECRET_SIZE])
{
    secret_derive(token, SLICE("csrf"), out);
}

static struct slice cut_agent(struct slice agent)
{
    if (agent.len > AGENT_BYTES_MAX) agent.len = AGENT_BYTES_MAX;
    agent.len = slice_utf8_prefix(agent);
    return agent;
}

/* ---- opening ---- */

static enum answer end_old_ones(struct access *access, struct error *error)
{
    static const char sql[] = "DELETE FROM session WHERE expires_at <= ?1 OR seen_at <= ?2";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, access_now(access));
    statement_int(s, 2, access_now(access) - access->settings.session_idle);
    return answer_of(statement_do(s, error));
}

static void fill_ticket(struct access *access, const struct user *user, int64_t session, struct slice address,
                        struct session_ticket *out)
{
    session_csrf(slice_of(out->token, SECRET_TEXT), out->csrf);
    out->who = identity_nobody(address);
    out->who.kind = IDENTITY_USER;
    out->who.id = user->id;
    out->who.session = session;
    out->who.roles = user->roles;
    out->who.writes = true;
}

enum answer session_open(struct access *access, const struct user *user, struct slice address, struct slice agent,
                         struct session_ticket *out, struct error *error)
{
    static const char sql[] = "INSERT INTO session (digest, user, made_at, seen_at, expires_at, address, agent)"
                              " VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)";
    static const char seen[] = "UPDATE user SET signed_in_at = ?2 WHERE id = ?1";
    const int64_t now = access_now(access);
    enum answer answer = end_old_ones(access, error);
    if (answer != ANSWER_OK) return answer;
    secret_make(&access->world, out->token);
    out->expires_at = now + access->settings.session_most;
    const struct digest digest = secret_digest(slice_of(out->token, SECRET_TEXT));
    struct statement *s = database_statement(access->db, sql);
    statement_bytes_in(s, 1, digest_slice(&digest));
    statement_int(s, 2, user->id);
    statement_int(s, 3, now);
    statement_int(s, 4, out->expires_at);
    statement_text(s, 5, address);
    statement_text(s, 6, cut_agent(agent));
    answer = answer_of(statement_do(s, error));
    if (answer != ANSWER_OK) return answer;
    fill_ticket(access, user, database_last_id(access->db), address, out);
    s = database_statement(access->db, seen);
    statement_int(s, 1, user->id);
    statement_int(s, 2, now);
    return answer_of(statement_do(s, error));
}

/* ---- browsers in which somebody has signed in before ---- */

/* The store's own secret, empty while there is none. */
static struct slice device_secret(struct access *access, char room[SECRET_SIZE])
{
    static const char sql[] = "SELECT value FROM meta WHERE key = 'access.device'";
    struct statement *s = database_statement(access->db, sql);
    struct slice secret = {0};
    if (statement_row(s) && statement_bytes(s, 0).len == SECRET_TEXT) {
        memcpy(room, statement_bytes(s, 0).ptr, SECRET_TEXT);
        secret = slice_of(room, SECRET_TEXT);
    }
    statement_end(s, NULL);
    return secret;
}

static enum answer make_device_secret(struct access *access, char room[SECRET_SIZE], struct error *error)
{
    static const char sql[] = "INSERT INTO meta VALUES ('access.device', ?1)"
                              " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    secret_make(&access->world, room);
    struct statement *s = database_statement(access->db, sql);
    statement_bytes_in(s, 1, slice_of(room, SECRET_TEXT));
    return answer_of(statement_do(s, error));
}

static void device_proof(struct slice secret, struct slice id, int64_t user, char out[SECRET_SIZE])
{
    char purpose[SECRET_SIZE + 40];
    snprintf(purpose, sizeof purpose, "device %.*s of %lld", SLICE_ARG(id), (long long)user);
    secret_derive(secret, slice_from(purpose), out);
}

/* The browser's id when `device` proves that `user` has signed in with it, else empty. */
static struct slice known_device(struct access *access, struct slice device, int64_t user)
{
    char room[SECRET_SIZE], proof[SECRET_SIZE];
    struct slice shown = device;
    const struct slice id = slice_cut(&shown, '.'), secret = device_secret(access, room);
    if (id.len != SECRET_TEXT || !secret.len) return slice_of("", 0);
    device_proof(secret, id, user, proof);
    return secret_equal(shown, slice_of(proof, SECRET_TEXT)) ? id : slice_of("", 0);
}

enum answer session_mark_device(struct access *access, int64_t user, struct slice had, struct session_ticket *out,
                                struct error *error)
{
    char room[SECRET_SIZE], id[SECRET_SIZE], proof[SECRET_SIZE];
    struct slice secret = device_secret(access, room);
    const struct slice known = known_device(access, had, user);
    if (!secret.len) {
        const enum answer answer = make_device_secret(access, room, error);
        if (answer != ANSWER_OK) return answer;
        secret = slice_of(room, SECRET_TEXT);
    }
    secret_make(&access->world, id);
    if (known.len) memcpy(id, known.ptr, SECRET_TEXT);
    device_proof(secret, slice_of(id, SECRET_TEXT), user, proof);
    snprintf(out->device, sizeof out->device, "%s.%s", id, proof);
    return ANSWER_OK;
}

/* ---- signing in ---- */

/* One try at the door. */
struct attempt {
    struct buffer email; /* folded, or as it was sent */
    struct arena arena;
    struct user user; /* id 0: there is none */
    struct slice hash;
    struct buffer key;     /* what is counted: the account, or the browser that is known to be its person's */
    struct slice address;  /* counted too; empty for a known browser */
    const char *hash_text; /* NULL: nothing to compare with */
};

static void account_key(struct slice email, struct buffer *out)
{
    buffer_text(out, "account:");
    buffer_add(out, email);
}

void account_forgive(struct access *access, struct slice email)
{
    struct buffer key;
    buffer_init(&key, 8192);
    account_key(email, &key);
    lockout_forget(access->accounts, buffer_slice(&key));
    buffer_release(&key);
}

bool account_is_locked(struct access *access, struct slice email)
{
    struct buffer key;
    buffer_init(&key, 8192);
    account_key(email, &key);
    const bool locked = lockout_failed(access->accounts, buffer_slice(&key), access_now(access)) != 0;
    buffer_release(&key);
    return locked;
}

static void attempt_begin(struct attempt *a, struct access *access, const struct sign_in *in)
{
    *a = (struct attempt){.address = in->address};
    arena_init(&a->arena);
    buffer_init(&a->email, 4096);
    buffer_init(&a->key, 8192);
    if (!email_fold(in->email, &a->email)) {
        buffer_clear(&a->email);
        buffer_add(&a->email, in->email);
    }
    if (user_load_by_email(access, buffer_slice(&a->email), &a->arena, &a->user, NULL))
        a->hash = user_password(access, a->user.id, &a->arena);
    a->hash_text = a->hash.len ? a->hash.ptr : NULL;
    const struct slice device =
        a->user.id && in->device.len ? known_device(access, in->device, a->user.id) : slice_of("", 0);
    if (!device.len) {
        account_key(buffer_slice(&a->email), &a->key);
        return;
    }
    buffer_text(&a->key, "device:");
    buffer_add(&a->key, device);
    a->address = slice_of("", 0);
}

static void attempt_release(struct attempt *a)
{
    buffer_release(&a->email);
    buffer_release(&a->key);
    arena_release(&a->arena);
}

/* Until when it has to wait, 0 when it need not. */
static int64_t attempt_wait(struct attempt *a, struct access *access)
{
    const int64_t now = access_now(access);
    int64_t until = lockout_try(access->accounts, buffer_slice(&a->key), now);
    if (until || !a->address.len) return until;
    until = lockout_try(access->addresses, a->address, now);
    if (until) lockout_take_back(access->accounts, buffer_slice(&a->key));
    return until;
}

static void attempt_take_back(struct attempt *a, struct access *access)
{
    lockout_take_back(access->accounts, buffer_slice(&a->key));
    if (a->address.len) lockout_take_back(access->addresses, a->address);
}

static enum answer told_to_wait(int64_t until, int64_t now, int64_t *wait_seconds, struct error *error)
{
    *wait_seconds = (until - now + SECOND_US - 1) / SECOND_US;
    return answer_set(error, ANSWER_LOCKED, "too many wrong passwords; try again in %lld seconds",
                      (long long)*wait_seconds);
}

/* Whoever is unknown is put down like whoever is known, so that it takes as long; and nothing of what was typed is. */
static enum answer attempt_failed(struct attempt *a, struct access *access, const struct sign_in *in,
                                  struct error *error)
{
    const struct identity nobody = identity_nobody(in->address);
    const struct object_text object = object_text("user", a->user.id);
    access_lock(access);
    const int64_t now = access_now(access);
    const bool wait = lockout_failed(access->accounts, buffer_slice(&a->key), now) ||
                      (a->address.len && lockout_failed(access->addresses, a->address, now));
    lockout_note(access->accounts, buffer_slice(&a->key));
    if (a->address.len) lockout_note(access->addresses, a->address);
    access_unlock(access);
    const enum answer noted =
        note_refusal(access, &nobody, SLICE("session.begin"), a->user.id ? slice_from(object.text) : slice_of("", 0),
                     wait ? ANSWER_LOCKED : ANSWER_UNKNOWN, error);
    if (noted != ANSWER_OK) return noted;
    return answer_set(error, ANSWER_UNKNOWN, "the e-mail address or the password is not right");
}

static enum answer end_by_token(struct access *access, struct slice token, struct error *error)
{
    static const char sql[] = "DELETE FROM session WHERE digest = ?1";
    if (!token.len) return ANSWER_OK;
    const struct digest digest = secret_digest(token);
    struct statement *s = database_statement(access->db, sql);
    statement_bytes_in(s, 1, digest_slice(&digest));
    return answer_of(statement_do(s, error));
}

/* The person may have been made inactive, or have a new password, since it was looked at. */
static bool still_so(struct attempt *a, struct access *access, struct user *now)
{
    return user_load(access, a->user.id, &a->arena, now, NULL) && now->active &&
           slice_equal(user_password(access, now->id, &a->arena), a->hash);
}

static enum answer attempt_succeeded(struct attempt *a, struct access *access, const struct sign_in *in,
                                     const char *new_hash, struct session_ticket *out, struct error *error)
{
    struct user user;
    struct change change;
    const struct identity nobody = identity_nobody(in->address);
    enum answer answer = change_begin_own(&change, access, &nobody, error);
    if (answer != ANSWER_OK) return answer;
    if (!still_so(a, access, &user))
        return change_end(&change, answer_set(error, ANSWER_UNKNOWN, "the e-mail address or the password is not right"),
                          NULL);
    answer = end_by_token(access, in->old_token, error);
    if (answer == ANSWER_OK && new_hash) answer = user_set_password(access, user.id, new_hash, error);
    if (answer == ANSWER_OK) answer = session_open(access, &user, in->address, in->agent, out, error);
    if (answer == ANSWER_OK) answer = session_mark_device(access, user.id, in->device, out, error);
    if (answer == ANSWER_OK) {
        lockout_forget(access->accounts, buffer_slice(&a->key));
        if (a->address.len) lockout_take_back(access->addresses, a->address);
    }
    change.who = &out->who;
    const struct object_text object = object_text("user", user.id);
    return change_end(&change, answer,
                      &(struct audit_entry){.action = SLICE("session.begin"), .object = slice_from(object.text)});
}

static enum answer attempt_verify(struct attempt *a, struct access *access, const struct sign_in *in,
                                  struct session_ticket *out, struct error *error)
{
    bool right, weak;
    char new_hash[PASSWORD_HASH_SIZE];
    enum answer answer = password_verify(access->hasher, a->hash_text, in->password, &right, &weak, error);
    if (answer != ANSWER_OK) {
        access_lock(access);
        attempt_take_back(a, access);
        access_unlock(access);
        return answer;
    }
    if (!right || !a->user.active) return attempt_failed(a, access, in, error);
    const bool renewed = weak && password_hash(access->hasher, in->password, new_hash, NULL) == ANSWER_OK;
    return attempt_succeeded(a, access, in, renewed ? new_hash : NULL, out, error);
}

enum answer session_sign_in(struct access *access, const struct sign_in *in, struct session_ticket *out,
                            int64_t *wait_seconds, struct error *error)
{
    struct attempt attempt;
    *out = (struct session_ticket){0};
    *wait_seconds = 0;
    access_lock(access);
    attempt_begin(&attempt, access, in);
    const int64_t until = attempt_wait(&attempt, access), now = access_now(access);
    access_unlock(access);
    const enum answer answer =
        until ? told_to_wait(until, now, wait_seconds, error) : attempt_verify(&attempt, access, in, out, error);
    attempt_release(&attempt);
    return answer;
}

/* ---- going on under a new id ---- */

enum answer session_renew(struct access *access, const struct identity *who, struct session_ticket *out,
                          struct error *error)
{
    static const char sql[] = "UPDATE session SET digest = ?2 WHERE id = ?1 RETURNING expires_at";
    struct arena arena;
    struct user user;
    struct change change;
    *out = (struct session_ticket){0};
    if (who->kind != IDENTITY_USER || !who->session) return answer_set(error, ANSWER_UNKNOWN, "sign in first");
    enum answer answer = change_begin_own(&change, access, who, error);
    if (answer != ANSWER_OK) return answer;
    arena_init(&arena);
    secret_make(&access->world, out->token);
    const struct digest digest = secret_digest(slice_of(out->token, SECRET_TEXT));
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, who->session);
    statement_bytes_in(s, 2, digest_slice(&digest));
    const bool there = statement_row(s);
    if (there) out->expires_at = statement_number(s, 0);
    answer = answer_of(statement_end(s, error));
    if (answer == ANSWER_OK && (!there || !user_load(access, who->id, &arena, &user, error)))
        answer = answer_set(error, ANSWER_UNKNOWN, "the session is over; sign in again");
    if (answer == ANSWER_OK) {
        fill_ticket(access, &user, who->session, slice_from(who->address), out);
        answer = session_mark_device(access, user.id, slice_of("", 0), out, error);
    }
    answer = change_end(&change, answer, NULL);
    arena_release(&arena);
    return answer;
}

/* ---- finding ---- */

static struct cache_entry *load(struct access *access, const struct digest *digest)
{
    static const char sql[] = "SELECT s.id, s.user, s.seen_at, s.expires_at, u.roles FROM session s"
                              " JOIN user u ON u.id = s.user WHERE s.digest = ?1 AND u.active = 1";
    struct cache_entry entry = {.key = *digest, .kind = CACHE_SESSION};
    struct slice unknown;
    struct statement *s = database_statement(access->db, sql);
    statement_bytes_in(s, 1, digest_slice(digest));
    const bool found = statement_row(s);
    if (found) {
        entry.id = entry.who.session = statement_number(s, 0);
        entry.who.kind = IDENTITY_USER;
        entry.who.id = statement_number(s, 1);
        entry.who.writes = true;
        entry.seen_at = entry.noted_at = statement_number(s, 2);
        entry.expires_at = statement_number(s, 3);
        if (!role_set_read(statement_bytes(s, 4), &entry.who.roles, &unknown)) entry.who.roles = 0;
    }
    return statement_end(s, NULL) == OK && found ? cache_put(access->cache, &entry) : NULL;
}

static void note_seen(struct access *access, struct cache_entry *entry)
{
    static const char sql[] = "UPDATE session SET seen_at = ?2 WHERE id = ?1";
    if (entry->seen_at - entry->noted_at < NOTE_EVERY) return;
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, entry->id);
    statement_int(s, 2, entry->seen_at);
    note_use(access, s);
    entry->noted_at = entry->seen_at;
}

enum answer session_find(struct access *access, struct slice token, struct slice address, struct identity *who,
                         struct error *error)
{
    const struct digest digest = secret_digest(token);
    *who = identity_nobody(address);
    access_lock(access);
    struct cache_entry *entry = cache_find(access->cache, CACHE_SESSION, &digest);
    if (!entry) entry = load(access, &digest);
    const int64_t now = access_now(access);
    const bool holds = entry && now < entry->expires_at && now - entry->seen_at < access->settings.session_idle;
    if (holds) {
        const struct identity nobody = *who;
        *who = entry->who;
        memcpy(who->address, nobody.address, sizeof who->address);
        entry->seen_at = now;
        note_seen(access, entry);
    }
    access_unlock(access);
    return holds ? ANSWER_OK : answer_set(error, ANSWER_UNKNOWN, "the session is over; sign in again");
}

/* What is remembered was seen later than the store says, by less than NOTE_EVERY. */
bool access_still_knows(struct access *access, const struct identity *who)
{
    static const char session[] = "SELECT 1 FROM session s JOIN user u ON u.id = s.user"
                                  " WHERE s.id = ?1 AND u.active = 1 AND s.expires_at > ?2 AND s.seen_at > ?3",
                      key[] = "SELECT 1 FROM api_key WHERE id = ?1 AND revoked_at IS NULL"
                              " AND (expires_at IS NULL OR expires_at > ?2) AND ?3 IS NOT NULL";
    const bool is_key = who->kind == IDENTITY_API_KEY;
    if (!is_key && !who->session) return true;
    access_lock(access);
    const int64_t now = access_now(access);
    struct statement *s = database_statement(access->db, is_key ? key : session);
    statement_int(s, 1, is_key ? who->id : who->session);
    statement_int(s, 2, now);
    statement_int(s, 3, now - access->settings.session_idle - NOTE_EVERY);
    const bool found = statement_row(s);
    const bool read = statement_end(s, NULL) == OK;
    access_unlock(access);
    return found || !read; /* what cannot be read now is asked again in a moment */
}

/* ---- listing and ending ---- */

static enum answer may_see(struct access *access, const struct identity *who, int64_t user, struct error *error)
{
    const struct object_text object = object_text("user", user);
    const bool own = who->kind == IDENTITY_USER && who->id == user;
    return access_require(access, who, own ? ACTION_SELF : ACTION_USER_MANAGE, slice_from(object.text), error);
}

enum answer session_list(struct access *access, const struct identity *who, int64_t user, struct arena *arena,
                         struct session_list *out, struct error *error)
{
    static const char sql[] = "SELECT id, made_at, seen_at, expires_at, address, agent FROM session"
                              " WHERE user = ?1 AND expires_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC, id DESC";
    *out = (struct session_list){0};
    enum answer answer = may_see(access, who, user, error);
    if (answer != ANSWER_OK) return answer;
    VECTOR(struct session) list = {0};
    access_lock(access);
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, user);
    statement_int(s, 2, access_now(access));
    statement_int(s, 3, access_now(access) - access->settings.session_idle);
    while (statement_row(s))
        vector_push(&list, ((struct session){.id = statement_number(s, 0),
                                             .user = user,
                                             .made_at = statement_number(s, 1),
                                             .seen_at = statement_number(s, 2),
                                             .expires_at = statement_number(s, 3),
                                             .address = arena_slice(arena, statement_bytes(s, 4)),
                                             .agent = arena_slice(arena, statement_bytes(s, 5))}));
    answer = answer_of(statement_end(s, error));
    access_unlock(access);
    out->count = list.count;
    out->sessions = ARENA_ARRAY(arena, struct session, list.count);
    if (list.count) memcpy(out->sessions, list.at, list.count * sizeof *list.at);
    vector_release(&list);
    return answer;
}

/* Whose it is; 0 when there is none. */
static int64_t owner_of(struct access *access, int64_t session)
{
    static const char sql[] = "SELECT user FROM session WHERE id = ?1";
    access_lock(access);
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, session);
    const int64_t user = statement_row(s) ? statement_number(s, 0) : 0;
    statement_end(s, NULL);
    access_unlock(access);
    return user;
}

enum answer session_end(struct access *access, const struct identity *who, int64_t session, struct error *error)
{
    static const char sql[] = "DELETE FROM session WHERE id = ?1";
    struct change change;
    const int64_t user = owner_of(access, session);
    if (!user) return answer_set(error, ANSWER_ABSENT, "there is no session %lld", (long long)session);
    enum answer answer = may_see(access, who, user, error);
    if (answer == ANSWER_OK) answer = change_begin_own(&change, access, who, error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, session);
    answer = answer_of(statement_do(s, error));
    const struct object_text object = object_text("session", session);
    return change_end(&change, answer,
                      &(struct audit_entry){.action = SLICE("session.end"), .object = slice_from(object.text)});
}
