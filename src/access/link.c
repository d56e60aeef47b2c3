#include "access/link.h"

#include "access/inner.h"

const char *link_purpose_name(enum link_purpose purpose)
{
    static const char *const names[LINK_PURPOSES] = {
        [LINK_FIRST_ADMIN] = "first-admin", [LINK_INVITATION] = "invitation", [LINK_RESET] = "reset"};
    return names[purpose];
}

void link_write(const struct link *link, struct slice base, struct buffer *out)
{
    while (base.len && base.ptr[base.len - 1] == '/') base.len--;
    buffer_printf(out, "%.*s/claim#%s", SLICE_ARG(base), link->token);
}

static enum link_purpose purpose_named(struct slice name)
{
    int purpose = 0;
    while (purpose < LINK_PURPOSES - 1 && !slice_is(name, link_purpose_name((enum link_purpose)purpose))) purpose++;
    return (enum link_purpose)purpose;
}

/* ---- making ---- */

static enum answer insert(struct access *access, enum link_purpose purpose, int64_t user, struct link *out,
                          struct error *error)
{
    /* Whoever asks for a new one has lost the one before; what is too old goes with it. */
    static const char drop[] = "DELETE FROM one_time_link WHERE user IS ?1 OR expires_at <= ?2";
    static const char add[] = "INSERT INTO one_time_link VALUES (?1, ?2, ?3, ?4, ?5)";
    const int64_t now = access_now(access);
    const struct access_settings *settings = &access->settings;
    *out = (struct link){.purpose = purpose};
    out->expires_at = now + (purpose == LINK_RESET ? settings->reset_life : settings->invitation_life);
    secret_make(&access->world, out->token);
    const struct digest digest = secret_digest(slice_of(out->token, SECRET_TEXT));
    struct statement *s = database_statement(access->db, drop);
    statement_int_or_null(s, 1, user);
    statement_int(s, 2, now);
    const enum answer answer = answer_of(statement_do(s, error));
    if (answer != ANSWER_OK) return answer;
    s = database_statement(access->db, add);
    statement_bytes_in(s, 1, digest_slice(&digest));
    statement_text(s, 2, slice_from(link_purpose_name(purpose)));
    statement_int_or_null(s, 3, user);
    statement_int(s, 4, now);
    statement_int(s, 5, out->expires_at);
    return answer_of(statement_do(s, error));
}

enum answer link_first_admin(struct access *access, const struct identity *who, bool *needed, struct link *out,
                             struct error *error)
{
    struct change change;
    access_lock(access);
    *needed = !user_another_admin(access, 0);
    access_unlock(access);
    if (!*needed) return ANSWER_OK;
    enum answer answer = change_begin(&change, access, who, ACTION_USER_MANAGE, slice_of("", 0), error);
    if (answer != ANSWER_OK) return answer;
    answer = insert(access, LINK_FIRST_ADMIN, 0, out, error);
    return change_end(&change, answer, &(struct audit_entry){.action = SLICE("link.first-admin")});
}

enum answer link_make(struct access *access, const struct identity *who, int64_t id, struct link *out,
                      struct error *error)
{
    struct arena arena;
    struct user user;
    struct change change;
    const struct object_text object = object_text("user", id);
    enum answer answer = change_begin(&change, access, who, ACTION_USER_MANAGE, slice_from(object.text), error);
    if (answer != ANSWER_OK) return answer;
    arena_init(&arena);
    if (!user_load(access, id, &arena, &user, error))
        answer = answer_set(error, ANSWER_ABSENT, "there is no user %lld", (long long)id);
    else if (!user.active)
        answer =
            answer_set(error, ANSWER_CONFLICT, "%.*s is not active: make the user active first", SLICE_ARG(user.email));
    else
        answer = insert(access, user.has_password ? LINK_RESET : LINK_INVITATION, id, out, error);
    arena_release(&arena);
    const bool reset = answer == ANSWER_OK && out->purpose == LINK_RESET;
    return change_end(&change, answer,
                      &(struct audit_entry){.action = reset ? SLICE("link.reset") : SLICE("link.invitation"),
                                            .object = slice_from(object.text)});
}

/* ---- following ---- */

static enum answer spent(struct error *error)
{
    return answer_set(error, ANSWER_GONE, "this link was used already, or is too old: ask for a new one");
}

/* What the link is for, and of whom. */
struct found_link {
    enum link_purpose purpose;
    struct user user; /* id 0 for a first administrator */
};

static bool read_link(struct access *access, const char *sql, struct slice token, struct arena *arena,
                      struct found_link *out, struct error *error)
{
    const struct digest digest = secret_digest(token);
    struct statement *s = database_statement(access->db, sql);
    statement_bytes_in(s, 1, digest_slice(&digest));
    statement_int(s, 2, access_now(access));
    *out = (struct found_link){0};
    const bool found = statement_row(s);
    int64_t user = 0;
    if (found) {
        out->purpose = purpose_named(statement_bytes(s, 0));
        user = statement_number(s, 1);
    }
    if (statement_end(s, error) != OK || !found) return false;
    return !user || (user_load(access, user, arena, &out->user, error) && out->user.active);
}

static const char LOOK[] = "SELECT purpose, user FROM one_time_link WHERE digest = ?1 AND expires_at > ?2";
static const char TAKE[] = "DELETE FROM one_time_link WHERE digest = ?1 AND expires_at > ?2 RETURNING purpose, user";

enum answer link_look(struct access *access, struct slice token, struct arena *arena, struct link_view *out,
                      struct error *error)
{
    struct found_link found;
    access_lock(access);
    const bool there = read_link(access, LOOK, token, arena, &found, error);
    access_unlock(access);
    if (!there) return spent(error);
    *out = (struct link_view){found.purpose, found.user.email, found.user.name, found.user.language};
    return ANSWER_OK;
}

/* The person whom the link lets in: the one it was made for, or the first administrator, who is put down here. */
static enum answer person_of(struct access *access, struct found_link *found, const struct user *first,
                             struct error *error)
{
    if (found->user.id) return ANSWER_OK;
    if (user_another_admin(access, 0))
        return answer_set(error, ANSWER_CONFLICT, "there is an administrator already: ask them to invite you");
    found->user = *first;
    return user_insert(access, &found->user, &found->user.id, error);
}

static enum answer let_in(struct access *access, const struct link_use *use, const struct user *first, const char *hash,
                          struct session_ticket *out, struct error *error)
{
    struct arena arena;
    struct found_link found;
    struct change change;
    const struct identity nobody = identity_nobody(use->address);
    struct object_text object = {0};
    enum answer answer = change_begin_own(&change, access, &nobody, error);
    if (answer != ANSWER_OK) return answer;
    arena_init(&arena);
    /* Deleting it is what uses it up: of two who come at once, one finds it. */
    answer = read_link(access, TAKE, use->token, &arena, &found, error) ? person_of(access, &found, first, error)
                                                                        : spent(error);
    if (answer == ANSWER_OK) answer = user_set_password(access, found.user.id, hash, error);
    if (answer == ANSWER_OK) answer = user_end_sessions(access, found.user.id, 0, error);
    if (answer == ANSWER_OK) answer = session_open(access, &found.user, use->address, use->agent, out, error);
    if (answer == ANSWER_OK) answer = session_mark_device(access, found.user.id, slice_of("", 0), out, error);
    if (answer == ANSWER_OK) {
        account_forgive(access, found.user.email);
        object = object_text("user", found.user.id);
        change.who = &out->who;
    }
    answer = change_end(&change, answer,
                        &(struct audit_entry){.action = SLICE("link.follow"), .object = slice_from(object.text)});
    arena_release(&arena);
    return answer;
}

enum answer link_follow(struct access *access, const struct link_use *use, struct session_ticket *out,
                        struct error *error)
{
    struct arena arena;
    struct found_link found;
    char hash[PASSWORD_HASH_SIZE];
    struct user first = {.email = use->email,
                         .name = use->name,
                         .language = use->language,
                         .teams = slice_of("", 0),
                         .roles = ROLE_BIT(ACCESS_ADMIN)};
    *out = (struct session_ticket){0};
    arena_init(&arena);
    access_lock(access);
    const bool there = read_link(access, LOOK, use->token, &arena, &found, error);
    access_unlock(access);
    enum answer answer = there ? ANSWER_OK : spent(error);
    if (answer == ANSWER_OK && !found.user.id) answer = user_bring_to_form(&first, ~0U, &arena, error);
    if (answer == ANSWER_OK)
        answer = password_check(use->password, found.user.id ? found.user.email : first.email, error);
    if (answer == ANSWER_OK) answer = password_hash(access->hasher, use->password, hash, error);
    if (answer == ANSWER_OK) answer = let_in(access, use, &first, hash, out, error);
    arena_release(&arena);
    return answer;
}
