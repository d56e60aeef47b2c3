#include "access/api_key.h"

#include "access/key_table.h"
#include "access/key_text.h"
#include "access/person_text.h"
#include "base/civil.h"
#include "value/json_write.h"

#define WORD "masa"

/* ---- making ---- */

static void describe(const struct api_key *key, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct buffer roles;
    buffer_init(&roles, 256);
    role_set_write(key->roles, &roles);
    json_object(&w);
    json_key(&w, SLICE("name"));
    json_string(&w, key->name);
    json_key(&w, SLICE("roles"));
    json_string(&w, buffer_slice(&roles));
    json_key(&w, SLICE("writes"));
    json_bool(&w, key->writes);
    json_end(&w);
    buffer_release(&roles);
}

static enum answer insert(struct access *access, const struct identity *who, const struct api_key *values,
                          struct slice name, struct slice key, struct error *error)
{
    static const char sql[] = "INSERT INTO api_key (prefix, digest, name, writes, roles, made_by, made_at, expires_at)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    struct buffer roles;
    const struct digest digest = secret_digest(key);
    struct statement *s = database_statement(access->db, sql);
    buffer_init(&roles, 256);
    role_set_write(values->roles, &roles);
    statement_text(s, 1, key_text_prefix(key, WORD));
    statement_bytes_in(s, 2, digest_slice(&digest));
    statement_text(s, 3, name);
    statement_int(s, 4, values->writes);
    statement_text(s, 5, buffer_slice(&roles));
    if (who->kind == IDENTITY_USER) statement_int(s, 6, who->id);
    statement_int(s, 7, access_now(access));
    statement_int_or_null(s, 8, values->expires_at);
    const enum answer answer = answer_of(statement_do(s, error));
    buffer_release(&roles);
    return answer;
}

static enum answer check(const struct identity *who, const struct api_key *values, struct buffer *name,
                         struct error *error)
{
    if (!name_compose(values->name, name))
        return answer_set(error, ANSWER_BAD, "name: what the key is for, one line of at most %d bytes", NAME_BYTES_MAX);
    if (!values->roles) return answer_set(error, ANSWER_BAD, "roles: at least one");
    if ((values->roles & ~who->roles) && !access_allows(who, ACTION_USER_MANAGE))
        return answer_set(error, ANSWER_FORBIDDEN, "roles: a key has no role that its maker lacks");
    return ANSWER_OK;
}

enum answer api_key_make(struct access *access, const struct identity *who, const struct api_key *values,
                         char key[KEY_SIZE], int64_t *id, struct error *error)
{
    struct buffer name, after;
    struct change change;
    buffer_init(&name, 4096);
    buffer_init(&after, 1 << 16);
    enum answer answer = change_begin(&change, access, who, ACTION_KEY_MANAGE, slice_of("", 0), error);
    if (answer == ANSWER_OK) {
        key_text_make(&access->world, WORD, key);
        answer = check(who, values, &name, error);
        if (answer == ANSWER_OK) answer = insert(access, who, values, buffer_slice(&name), slice_from(key), error);
        *id = database_last_id(access->db);
        describe(values, &after);
        const struct object_text object = object_text("key", *id);
        answer = change_end(&change, answer,
                            &(struct audit_entry){.action = SLICE("key.make"),
                                                  .object = slice_from(object.text),
                                                  .after = buffer_slice(&after)});
    }
    buffer_release(&name);
    buffer_release(&after);
    return answer;
}

/* ---- listing and revoking ---- */

static void read_row(struct statement *s, struct arena *arena, void *key)
{
    struct slice unknown;
    struct api_key *out = key;
    *out = (struct api_key){
        .id = statement_number(s, 0),
        .prefix = arena_slice(arena, statement_bytes(s, 1)),
        .name = arena_slice(arena, statement_bytes(s, 2)),
        .writes = statement_number(s, 3),
        .made_by = statement_number(s, 5),
        .made_at = statement_number(s, 6),
        .expires_at = statement_number(s, 7),
        .used_at = statement_number(s, 8),
        .revoked_at = statement_number(s, 9),
    };
    if (!role_set_read(statement_bytes(s, 4), &out->roles, &unknown)) out->roles = 0;
}

static const struct key_table table = {
    .word = "key",
    .object = "key",
    .revoked = "key.revoke",
    .list = "SELECT id, prefix, name, writes, roles, made_by, made_at, expires_at, used_at, revoked_at"
            " FROM api_key ORDER BY revoked_at IS NOT NULL, id DESC",
    .revoke = "UPDATE api_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
    .note_used = "UPDATE api_key SET used_at = ?2 WHERE id = ?1",
    .size = sizeof(struct api_key),
    .read = read_row,
};

enum answer api_key_list(struct access *access, const struct identity *who, struct arena *arena,
                         struct api_key_list *out, struct error *error)
{
    void *keys;
    const enum answer answer = key_table_list(&table, access, who, arena, &keys, &out->count, error);
    out->keys = keys;
    return answer;
}

enum answer api_key_revoke(struct access *access, const struct identity *who, int64_t id, struct error *error)
{
    return key_table_revoke(&table, access, who, id, error);
}

/* ---- finding ---- */

static struct cache_entry *load(struct access *access, struct slice key, const struct digest *digest)
{
    static const char sql[] = "SELECT id, digest, writes, roles, used_at, expires_at FROM api_key"
                              " WHERE prefix = ?1 AND revoked_at IS NULL";
    struct cache_entry entry = {.key = *digest, .kind = CACHE_API_KEY, .expires_at = INSTANT_MAX};
    struct slice unknown;
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, key_text_prefix(key, WORD));
    const bool found = statement_row(s) && secret_equal(statement_bytes(s, 1), digest_slice(digest));
    if (found) {
        entry.id = entry.who.id = statement_number(s, 0);
        entry.who.kind = IDENTITY_API_KEY;
        entry.who.writes = statement_number(s, 2);
        if (!role_set_read(statement_bytes(s, 3), &entry.who.roles, &unknown)) entry.who.roles = 0;
        entry.noted_at = statement_number(s, 4);
        if (!statement_is_null(s, 5)) entry.expires_at = statement_number(s, 5);
    }
    return statement_end(s, NULL) == OK && found ? cache_put(access->cache, &entry) : NULL;
}

enum answer api_key_find(struct access *access, struct slice key, struct slice address, struct identity *who,
                         struct error *error)
{
    *who = identity_nobody(address);
    const struct digest digest = secret_digest(key);
    access_lock(access);
    struct cache_entry *entry = cache_find(access->cache, CACHE_API_KEY, &digest);
    if (!entry && key_text_prefix(key, WORD).len) entry = load(access, key, &digest);
    if (entry && access_now(access) >= entry->expires_at) entry = NULL;
    if (entry) {
        const struct identity nobody = *who;
        *who = entry->who;
        memcpy(who->address, nobody.address, sizeof who->address);
        key_table_note_used(&table, access, entry);
    }
    access_unlock(access);
    return entry ? ANSWER_OK
                 : answer_set(error, ANSWER_UNKNOWN, "this API key does not hold: it is wrong, revoked, or too old");
}
