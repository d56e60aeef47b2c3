#include "access/access.h"

#include <sodium.h>
#include <stdlib.h>

#include "access/inner.h"
#include "base/civil.h"

struct access_settings access_settings_usual(void)
{
    return (struct access_settings){
        .session_idle = 24 * HOUR_US,
        .session_most = 30 * DAY_US,
        .invitation_life = 7 * DAY_US,
        .reset_life = DAY_US,
        .cost = password_cost_usual(),
        .hashes_at_once = 2,
        .hashes_waiting = 16,
        .account = {.free_tries = 5, .first = SECOND_US, .most = 15 * MINUTE_US, .forget = DAY_US},
        .address = {.free_tries = 20, .first = SECOND_US, .most = 15 * MINUTE_US, .forget = DAY_US},
    };
}

/* ---- who guesses, kept in the store ---- */

enum guessing { GUESS_ACCOUNT, GUESS_ADDRESS };

/* Called while access is locked. */
static void keep_guesser(struct access *access, enum guessing kind, const struct guesser *g)
{
    static const char put[] = "INSERT OR REPLACE INTO guessing VALUES (?1, ?2, ?3, ?4, ?5)",
                      drop[] = "DELETE FROM guessing WHERE kind = ?1 AND key = ?2";
    struct statement *s = database_statement(access->db, g->failures ? put : drop);
    statement_int(s, 1, kind);
    statement_int(s, 2, (int64_t)g->key);
    if (g->failures) {
        statement_int(s, 3, g->failures);
        statement_int(s, 4, g->last_at);
        statement_int(s, 5, g->until);
    }
    note_use(access, s);
}

static void keep_account(void *access, const struct guesser *g)
{
    keep_guesser(access, GUESS_ACCOUNT, g);
}

static void keep_address(void *access, const struct guesser *g)
{
    keep_guesser(access, GUESS_ADDRESS, g);
}

/* A store that is only read, or of an earlier form, keeps none. */
static void restore_guessers(struct access *access)
{
    static const char rows[] = "SELECT kind, key, failures, last_at, wait_until FROM guessing";
    unsigned char secret[LOCKOUT_SECRET_BYTES];
    struct statement *s = database_statement(access->db, "SELECT secret FROM guessing_secret");
    const bool has_secret = statement_row(s) && statement_bytes(s, 0).len == sizeof secret;
    if (has_secret) memcpy(secret, statement_bytes(s, 0).ptr, sizeof secret);
    statement_end(s, NULL);
    if (!has_secret) return;
    lockout_keep(access->accounts, secret, (struct lockout_keeper){keep_account, access});
    lockout_keep(access->addresses, secret, (struct lockout_keeper){keep_address, access});
    s = database_statement(access->db, rows);
    while (statement_row(s)) {
        const struct guesser g = {.key = (uint64_t)statement_number(s, 1),
                                  .failures = (int)statement_number(s, 2),
                                  .last_at = statement_number(s, 3),
                                  .until = statement_number(s, 4)};
        struct lockout *lockout = statement_number(s, 0) == GUESS_ACCOUNT ? access->accounts : access->addresses;
        lockout_restore(lockout, &g, access_now(access));
    }
    statement_end(s, NULL);
}

struct access *access_new(struct database *db, struct world world, const struct access_settings *settings)
{
    struct access *access = memory_new(sizeof *access);
    if (sodium_init() < 0) abort();
    pthread_mutex_init(&access->mutex, NULL);
    access->db = db;
    access->world = world;
    access->settings = settings ? *settings : access_settings_usual();
    const struct access_settings *s = &access->settings;
    access->hasher = hasher_new(s->cost, s->hashes_at_once, s->hashes_waiting);
    access->cache = cache_new();
    access->accounts = lockout_new(s->account, &access->world);
    access->addresses = lockout_new(s->address, &access->world);
    restore_guessers(access);
    return access;
}

void access_free(struct access *access)
{
    if (!access) return;
    lockout_free(access->addresses);
    lockout_free(access->accounts);
    cache_free(access->cache);
    hasher_free(access->hasher);
    pthread_mutex_destroy(&access->mutex);
    free(access);
}

struct object_text object_text(const char *kind, int64_t id)
{
    struct object_text out;
    snprintf(out.text, sizeof out.text, "%s:%lld", kind, (long long)id);
    return out;
}

/* ---- what is remembered ---- */

static int64_t number(struct database *db, const char *sql)
{
    struct statement *s = database_statement(db, sql);
    const int64_t value = statement_row(s) ? statement_number(s, 0) : -1;
    return statement_end(s, NULL) == OK ? value : -1;
}

/* SQLite tells cheaply whether another connection has written to the file since we looked; mostly that was the log.
 * Only then is the count of changes read, which triggers keep. Our own changes empty the cache in change_end. What is
 * loaded after this is of this count or a later one: never older than what the count promises. */
static void forget_what_changed(struct access *access)
{
    static const char version_sql[] = "PRAGMA data_version", epoch_sql[] = "SELECT count FROM access_epoch";
    struct cache *cache = access->cache;
    const int64_t version = number(access->db, version_sql);
    if (version >= 0 && version == cache->data_version) return;
    const int64_t epoch = number(access->db, epoch_sql);
    if (version < 0 || epoch < 0 || epoch != cache->epoch) cache_clear(cache);
    cache->data_version = version;
    cache->epoch = epoch;
}

void access_lock(struct access *access)
{
    pthread_mutex_lock(&access->mutex);
    forget_what_changed(access);
}

void access_unlock(struct access *access)
{
    pthread_mutex_unlock(&access->mutex);
}

void note_use(struct access *access, struct statement *s)
{
    /* Who may do what must not wait for the log; database.c waits ten seconds. */
    database_run(access->db, "PRAGMA busy_timeout = 0", NULL);
    statement_do(s, NULL);
    database_run(access->db, "PRAGMA busy_timeout = 10000", NULL);
}

/* ---- changes ---- */

enum answer change_begin_own(struct change *change, struct access *access, const struct identity *who,
                             struct error *error)
{
    *change = (struct change){.access = access, .who = who, .error = error};
    pthread_mutex_lock(&access->mutex);
    const enum answer answer = answer_of(database_begin(access->db, error));
    if (answer != ANSWER_OK) pthread_mutex_unlock(&access->mutex);
    return answer;
}

enum answer change_begin(struct change *change, struct access *access, const struct identity *who, enum action action,
                         struct slice object, struct error *error)
{
    const enum answer answer = access_require(access, who, action, object, error);
    return answer == ANSWER_OK ? change_begin_own(change, access, who, error) : answer;
}

enum answer change_end(struct change *change, enum answer answer, const struct audit_entry *entry)
{
    struct access *access = change->access;
    if (answer == ANSWER_OK && entry)
        answer = answer_of(audit_add(access->db, &access->world, change->who, entry, change->error));
    if (answer == ANSWER_OK) answer = answer_of(database_commit(access->db, change->error));
    if (answer != ANSWER_OK) database_rollback(access->db);
    cache_clear(access->cache);
    pthread_mutex_unlock(&access->mutex);
    return answer;
}

enum answer note_refusal(struct access *access, const struct identity *who, struct slice action, struct slice object,
                         enum answer why, struct error *error)
{
    const struct audit_entry entry = {.action = action, .object = object, .reason = slice_from(answer_code(why))};
    struct change change;
    const enum answer answer = change_begin_own(&change, access, who, error);
    return answer == ANSWER_OK ? change_end(&change, ANSWER_OK, &entry) : answer;
}

enum answer access_note(struct access *access, const struct identity *who, const struct audit_entry *entries,
                        size_t count, struct error *error)
{
    struct change change;
    enum answer answer = change_begin_own(&change, access, who, error);
    if (answer != ANSWER_OK) return answer;
    for (size_t i = 0; i < count && answer == ANSWER_OK; i++)
        answer = answer_of(audit_add(access->db, &access->world, who, &entries[i], error));
    return change_end(&change, answer, NULL);
}

enum answer access_note_once(struct access *access, const struct identity *who, const struct audit_entry *entry,
                             struct slice text, struct error *error)
{
    static const char sql[] = "SELECT 1 FROM audit WHERE object = ?1 AND action = ?2 AND instr(after, ?3) LIMIT 1";
    struct change change;
    enum answer answer = change_begin_own(&change, access, who, error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, entry->object);
    statement_text(s, 2, entry->action);
    statement_text(s, 3, text);
    const bool noted = statement_row(s);
    answer = answer_of(statement_end(s, error));
    return change_end(&change, answer, noted ? NULL : entry);
}

/* ---- who may ---- */

enum answer access_require(struct access *access, const struct identity *who, enum action action, struct slice object,
                           struct error *error)
{
    const struct slice name = slice_from(action_row(action)->name);
    if (access_allows(who, action)) return ANSWER_OK;
    if (who->kind == IDENTITY_NOBODY) return answer_set(error, ANSWER_UNKNOWN, "sign in first");
    const enum answer noted = note_refusal(access, who, name, object, ANSWER_FORBIDDEN, error);
    if (noted != ANSWER_OK) return noted;
    struct buffer roles;
    buffer_init(&roles, 256);
    role_set_write(action_row(action)->roles, &roles);
    answer_set(error, ANSWER_FORBIDDEN,
               who->kind == IDENTITY_API_KEY
                   ? "%.*s is not yours: it takes one of the roles %.*s, and a key that may do it"
                   : "%.*s is not yours: it takes one of the roles %.*s",
               SLICE_ARG(name), SLICE_ARG(buffer_slice(&roles)));
    buffer_release(&roles);
    return ANSWER_FORBIDDEN;
}

enum answer access_audit(struct access *access, const struct identity *who, const struct audit_filter *filter,
                         struct arena *arena, struct audit_page *out, struct error *error)
{
    enum answer answer = access_require(access, who, ACTION_AUDIT_READ, slice_of("", 0), error);
    if (answer != ANSWER_OK) return answer;
    access_lock(access);
    answer = answer_of(audit_read(access->db, filter, arena, out, error));
    access_unlock(access);
    return answer;
}
