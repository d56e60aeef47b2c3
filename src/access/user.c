#include "access/user.h"

#include "access/inner.h"
#include "access/person_text.h"
#include "value/json_write.h"

#define COLUMNS                                                                                                        \
    "id, email, name, language, teams, roles, active, password IS NOT NULL, version, made_at,"                         \
    " coalesce((SELECT max(seen_at) FROM session WHERE user = user.id), signed_in_at),"                                \
    " (SELECT count(*) FROM session WHERE user = user.id)"

/* ---- rows ---- */

static struct user read_row(struct access *access, struct statement *s, struct arena *arena)
{
    struct slice unknown;
    struct user user = {
        .id = statement_number(s, 0),
        .email = arena_slice(arena, statement_bytes(s, 1)),
        .name = arena_slice(arena, statement_bytes(s, 2)),
        .language = arena_slice(arena, statement_bytes(s, 3)),
        .teams = arena_slice(arena, statement_bytes(s, 4)),
        .active = statement_number(s, 6),
        .has_password = statement_number(s, 7),
        .version = statement_number(s, 8),
        .made_at = statement_number(s, 9),
        .seen_at = statement_number(s, 10),
        .sessions = statement_number(s, 11),
    };
    user.locked = account_is_locked(access, user.email);
    /* A role of a later masa is none here: less may be done, never more. */
    if (!role_set_read(statement_bytes(s, 5), &user.roles, &unknown)) user.roles = 0;
    return user;
}

static bool load_one(struct access *access, struct statement *s, struct arena *arena, struct user *out,
                     struct error *error)
{
    const bool found = statement_row(s);
    if (found) *out = read_row(access, s, arena);
    return statement_end(s, error) == OK && found;
}

bool user_load(struct access *access, int64_t id, struct arena *arena, struct user *out, struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM user WHERE id = ?1";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, id);
    return load_one(access, s, arena, out, error);
}

bool user_load_by_email(struct access *access, struct slice folded, struct arena *arena, struct user *out,
                        struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM user WHERE email = ?1";
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, folded);
    return load_one(access, s, arena, out, error);
}

struct slice user_password(struct access *access, int64_t id, struct arena *arena)
{
    static const char sql[] = "SELECT password FROM user WHERE id = ?1";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, id);
    struct slice hash = {0};
    if (statement_row(s)) hash = arena_slice(arena, statement_bytes(s, 0));
    statement_end(s, NULL);
    return hash;
}

enum answer user_set_password(struct access *access, int64_t id, const char *hash, struct error *error)
{
    static const char sql[] = "UPDATE user SET password = ?2 WHERE id = ?1";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, id);
    statement_text(s, 2, slice_from(hash));
    return answer_of(statement_do(s, error));
}

enum answer user_end_sessions(struct access *access, int64_t user, int64_t but, struct error *error)
{
    static const char sql[] = "DELETE FROM session WHERE user = ?1 AND id <> ?2";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, user);
    statement_int(s, 2, but);
    return answer_of(statement_do(s, error));
}

/* ---- what may be written ---- */

void user_json(const struct user *user, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct buffer roles;
    buffer_init(&roles, 256);
    role_set_write(user->roles, &roles);
    json_object(&w);
    json_key(&w, SLICE("email"));
    json_string(&w, user->email);
    json_key(&w, SLICE("language"));
    json_string(&w, user->language);
    json_key(&w, SLICE("teams"));
    json_string(&w, user->teams);
    json_key(&w, SLICE("roles"));
    json_string(&w, buffer_slice(&roles));
    json_key(&w, SLICE("active"));
    json_bool(&w, user->active);
    json_end(&w);
    buffer_release(&roles);
}

/* Each name in one form, one comma between two. */
static bool teams_compose(struct slice text, struct buffer *out)
{
    while (text.len) {
        const struct slice name = slice_trim(slice_cut(&text, ','));
        if (!name.len) continue;
        if (out->len) buffer_char(out, ',');
        if (!name_compose(name, out)) return false;
    }
    return true;
}

typedef bool to_form(struct slice text, struct buffer *out);

static bool bring(struct slice *text, to_form *form, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, 4096);
    const bool fine = form(*text, &out) && !out.full;
    if (fine) *text = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return fine;
}

enum answer user_bring_to_form(struct user *values, unsigned fields, struct arena *arena, struct error *error)
{
    if (fields & USER_EMAIL && !bring(&values->email, email_fold, arena))
        return answer_set(error, ANSWER_BAD, "email: %.*s is no e-mail address", SLICE_ARG(values->email));
    if (fields & USER_NAME && !bring(&values->name, name_compose, arena))
        return answer_set(error, ANSWER_BAD, "name: one line of at most %d bytes", NAME_BYTES_MAX);
    if (fields & USER_TEAMS && !bring(&values->teams, teams_compose, arena))
        return answer_set(error, ANSWER_BAD, "teams: names of at most %d bytes", NAME_BYTES_MAX);
    if (fields & USER_LANGUAGE && !slice_is(values->language, "he") && !slice_is(values->language, "en"))
        return answer_set(error, ANSWER_BAD, "language: he or en");
    if (fields & USER_ROLES && !values->roles)
        return answer_set(error, ANSWER_BAD, "roles: at least one of marketing, sales, success, product, admin");
    return ANSWER_OK;
}

static void bind_roles(struct statement *s, int index, role_set roles, struct buffer *room)
{
    buffer_init(room, 256);
    role_set_write(roles, room);
    statement_text(s, index, buffer_slice(room));
}

enum answer user_insert(struct access *access, const struct user *values, int64_t *id, struct error *error)
{
    static const char sql[] = "INSERT INTO user (email, name, language, roles, teams, made_at)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (email) DO NOTHING";
    struct buffer roles;
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, values->email);
    statement_text(s, 2, values->name);
    statement_text(s, 3, values->language);
    bind_roles(s, 4, values->roles, &roles);
    statement_text(s, 5, values->teams);
    statement_int(s, 6, access_now(access));
    const enum answer answer = answer_of(statement_do(s, error));
    buffer_release(&roles);
    if (answer != ANSWER_OK) return answer;
    if (database_changed(access->db) == 0)
        return answer_set(error, ANSWER_CONFLICT, "email: %.*s is a user already", SLICE_ARG(values->email));
    *id = database_last_id(access->db);
    return ANSWER_OK;
}

enum answer user_add(struct access *access, const struct identity *who, const struct user *values, int64_t *id,
                     struct error *error)
{
    struct arena arena;
    struct buffer after;
    struct change change;
    struct user user = *values;
    user.active = true;
    arena_init(&arena);
    buffer_init(&after, 1 << 16);
    enum answer answer = user_bring_to_form(&user, ~0U, &arena, error);
    if (answer == ANSWER_OK) answer = change_begin(&change, access, who, ACTION_USER_MANAGE, slice_of("", 0), error);
    if (answer == ANSWER_OK) {
        answer = user_insert(access, &user, id, error);
        user_json(&user, &after);
        const struct object_text object = object_text("user", answer == ANSWER_OK ? *id : 0);
        answer = change_end(&change, answer,
                            &(struct audit_entry){.action = SLICE("user.add"),
                                                  .object = slice_from(object.text),
                                                  .after = buffer_slice(&after)});
    }
    buffer_release(&after);
    arena_release(&arena);
    return answer;
}

/* ---- changing ---- */

static enum answer absent(int64_t id, struct error *error)
{
    return answer_set(error, ANSWER_ABSENT, "there is no user %lld", (long long)id);
}

static bool is_acting_admin(const struct user *user)
{
    return user->active && user->has_password && roles_allow(user->roles, ACTION_USER_MANAGE);
}

bool user_another_admin(struct access *access, int64_t but)
{
    static const char sql[] = "SELECT " COLUMNS " FROM user WHERE active = 1 AND password IS NOT NULL AND id <> ?1";
    struct arena arena;
    arena_init(&arena);
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, but);
    bool found = false;
    while (!found && statement_row(s)) {
        const struct user user = read_row(access, s, &arena);
        found = is_acting_admin(&user);
    }
    statement_end(s, NULL);
    arena_release(&arena);
    return found;
}

static struct user changed(const struct user *before, const struct user_change *change)
{
    struct user after = *before;
    const struct user *values = &change->values;
    if (change->fields & USER_EMAIL) after.email = values->email;
    if (change->fields & USER_NAME) after.name = values->name;
    if (change->fields & USER_LANGUAGE) after.language = values->language;
    if (change->fields & USER_TEAMS) after.teams = values->teams;
    if (change->fields & USER_ROLES) after.roles = values->roles;
    if (change->fields & USER_ACTIVE) after.active = values->active;
    return after;
}

static bool email_is_taken(struct access *access, const struct user *user, struct arena *arena)
{
    struct user other;
    return user_load_by_email(access, user->email, arena, &other, NULL) && other.id != user->id;
}

static enum answer update(struct access *access, const struct user *user, struct error *error)
{
    static const char sql[] =
        "UPDATE user SET email = ?2, name = ?3, language = ?4, roles = ?5, teams = ?6, active = ?7,"
        " version = version + 1 WHERE id = ?1";
    struct buffer roles;
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, user->id);
    statement_text(s, 2, user->email);
    statement_text(s, 3, user->name);
    statement_text(s, 4, user->language);
    bind_roles(s, 5, user->roles, &roles);
    statement_text(s, 6, user->teams);
    statement_int(s, 7, user->active);
    const enum answer answer = answer_of(statement_do(s, error));
    buffer_release(&roles);
    return answer;
}

/* What was let in under the old roles, or before the door was shut, comes in anew. */
static enum answer end_what_was_let_in(struct access *access, const struct identity *who, const struct user *before,
                                       const struct user *after, struct error *error)
{
    static const char links[] = "DELETE FROM one_time_link WHERE user = ?1";
    if (before->roles == after->roles && before->active == after->active) return ANSWER_OK;
    enum answer answer = user_end_sessions(access, after->id, after->active ? who->session : 0, error);
    if (answer != ANSWER_OK || after->active) return answer;
    struct statement *s = database_statement(access->db, links);
    statement_int(s, 1, after->id);
    return answer_of(statement_do(s, error));
}

static enum answer apply(struct access *access, const struct identity *who, int64_t id,
                         const struct user_change *change, struct arena *arena, struct buffer *before_json,
                         struct buffer *after_json, struct error *error)
{
    struct user before;
    if (!user_load(access, id, arena, &before, error)) return absent(id, error);
    if (change->version && change->version != before.version)
        return answer_set(error, ANSWER_CHANGED, "somebody changed this user meanwhile; look again");
    const struct user after = changed(&before, change);
    if (email_is_taken(access, &after, arena))
        return answer_set(error, ANSWER_CONFLICT, "email: %.*s is a user already", SLICE_ARG(after.email));
    if (is_acting_admin(&before) && !is_acting_admin(&after) && !user_another_admin(access, id))
        return answer_set(error, ANSWER_LAST_ADMIN,
                          "this is the last administrator: make another one first, who has signed in");
    user_json(&before, before_json);
    user_json(&after, after_json);
    if (change->fields & USER_ACTIVE && after.active) account_forgive(access, after.email);
    const enum answer answer = update(access, &after, error);
    return answer == ANSWER_OK ? end_what_was_let_in(access, who, &before, &after, error) : answer;
}

enum answer user_change(struct access *access, const struct identity *who, int64_t id, const struct user_change *change,
                        struct error *error)
{
    struct arena arena;
    struct buffer before, after;
    struct change open;
    struct user_change formed = *change;
    const struct object_text object = object_text("user", id);
    const bool own = who->kind == IDENTITY_USER && who->id == id && !(change->fields & ~(USER_NAME | USER_LANGUAGE));
    arena_init(&arena);
    buffer_init(&before, 1 << 16);
    buffer_init(&after, 1 << 16);
    enum answer answer = user_bring_to_form(&formed.values, formed.fields, &arena, error);
    if (answer == ANSWER_OK)
        answer =
            change_begin(&open, access, who, own ? ACTION_SELF : ACTION_USER_MANAGE, slice_from(object.text), error);
    if (answer == ANSWER_OK) {
        answer = apply(access, who, id, &formed, &arena, &before, &after, error);
        answer = change_end(&open, answer,
                            &(struct audit_entry){.action = SLICE("user.change"),
                                                  .object = slice_from(object.text),
                                                  .before = buffer_slice(&before),
                                                  .after = buffer_slice(&after)});
    }
    buffer_release(&before);
    buffer_release(&after);
    arena_release(&arena);
    return answer;
}

/* ---- reading ---- */

/* Everybody may read of themselves. */
static enum answer may_read(struct access *access, const struct identity *who, int64_t id, struct error *error)
{
    const bool own = who->kind == IDENTITY_USER && who->id == id;
    const struct object_text object = object_text("user", id);
    return own ? ANSWER_OK
               : access_require(access, who, ACTION_USER_READ, id ? slice_from(object.text) : slice_of("", 0), error);
}

enum answer user_get(struct access *access, const struct identity *who, int64_t id, struct arena *arena,
                     struct user *out, struct error *error)
{
    const enum answer answer = may_read(access, who, id, error);
    if (answer != ANSWER_OK) return answer;
    access_lock(access);
    const bool found = user_load(access, id, arena, out, error);
    access_unlock(access);
    return found ? ANSWER_OK : absent(id, error);
}

enum answer user_find(struct access *access, const struct identity *who, struct slice email, struct arena *arena,
                      struct user *out, struct error *error)
{
    const enum answer answer = may_read(access, who, 0, error);
    if (answer != ANSWER_OK) return answer;
    struct buffer folded;
    buffer_init(&folded, 4096);
    access_lock(access);
    const bool found =
        email_fold(email, &folded) && user_load_by_email(access, buffer_slice(&folded), arena, out, error);
    access_unlock(access);
    buffer_release(&folded);
    return found ? ANSWER_OK : answer_set(error, ANSWER_ABSENT, "there is no user %.*s", SLICE_ARG(email));
}

enum answer user_list(struct access *access, const struct identity *who, struct arena *arena, struct user_list *out,
                      struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM user ORDER BY active DESC, name, id";
    *out = (struct user_list){0};
    enum answer answer = may_read(access, who, 0, error);
    if (answer != ANSWER_OK) return answer;
    VECTOR(struct user) users = {0};
    access_lock(access);
    struct statement *s = database_statement(access->db, sql);
    while (statement_row(s)) vector_push(&users, read_row(access, s, arena));
    answer = answer_of(statement_end(s, error));
    access_unlock(access);
    out->count = users.count;
    out->users = ARENA_ARRAY(arena, struct user, users.count);
    if (users.count) memcpy(out->users, users.at, users.count * sizeof *users.at);
    vector_release(&users);
    return answer;
}

/* ---- one's own password ---- */

static struct slice own_hash(struct access *access, const struct identity *who, struct arena *arena, struct user *user)
{
    struct slice hash = {0};
    access_lock(access);
    if (user_load(access, who->id, arena, user, NULL)) hash = user_password(access, who->id, arena);
    access_unlock(access);
    return hash;
}

/* Guessing the old password with a stolen session waits as guessing at the door does. */
static enum answer prove_old(struct access *access, struct slice hash, struct slice key, struct slice password,
                             struct error *error)
{
    bool right = false, weak;
    access_lock(access);
    const int64_t until = lockout_try(access->accounts, key, access_now(access));
    access_unlock(access);
    if (until) return answer_set(error, ANSWER_LOCKED, "too many wrong passwords; wait a while");
    const enum answer answer =
        password_verify(access->hasher, hash.len ? hash.ptr : NULL, password, &right, &weak, error);
    access_lock(access);
    if (right)
        lockout_forget(access->accounts, key);
    else if (answer != ANSWER_OK)
        lockout_take_back(access->accounts, key);
    else
        lockout_note(access->accounts, key);
    access_unlock(access);
    if (answer != ANSWER_OK) return answer;
    return right ? ANSWER_OK : answer_set(error, ANSWER_WRONG, "the old password is not right");
}

enum answer user_new_password(struct access *access, const struct identity *who, struct slice old_password,
                              struct slice new_password, struct error *error)
{
    struct arena arena;
    struct user user = {0};
    struct change change;
    char hash[PASSWORD_HASH_SIZE];
    const struct object_text object = object_text("user", who->id);
    enum answer answer = access_require(access, who, ACTION_SELF, slice_from(object.text), error);
    if (answer != ANSWER_OK) return answer;
    if (who->kind != IDENTITY_USER) return answer_set(error, ANSWER_BAD, "only a person has a password");
    arena_init(&arena);
    answer = prove_old(access, own_hash(access, who, &arena, &user), slice_from(object.text), old_password, error);
    if (answer == ANSWER_OK) answer = password_check(new_password, user.email, error);
    if (answer == ANSWER_OK) answer = password_hash(access->hasher, new_password, hash, error);
    if (answer == ANSWER_OK) answer = change_begin_own(&change, access, who, error);
    if (answer == ANSWER_OK) {
        answer = user_set_password(access, who->id, hash, error);
        if (answer == ANSWER_OK) answer = user_end_sessions(access, who->id, who->session, error);
        answer = change_end(&change, answer,
                            &(struct audit_entry){.action = SLICE("user.password"), .object = slice_from(object.text)});
    }
    arena_release(&arena);
    return answer;
}
