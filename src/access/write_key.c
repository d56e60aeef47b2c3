#include "access/write_key.h"

#include "access/credential.h"
#include "access/key_table.h"
#include "access/key_text.h"
#include "access/person_text.h"
#include "access/write_source.h"
#include "base/civil.h"
#include "value/json_write.h"

#define WORD "wk"

/* ---- making ---- */

/* The name stands in every event that comes with the key. */
static bool is_source_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i && (c == '-' || c == '_' || c == '.'));
        if (!good) return false;
    }
    return name.len && name.len <= SOURCE_NAME_MAX;
}

/* scheme://host[:port], nothing after it. */
static bool is_origin(struct slice text)
{
    const bool http = slice_starts(text, SLICE("http://")), https = slice_starts(text, SLICE("https://"));
    if (!http && !https) return false;
    const struct slice host = slice_skip(text, http ? 7 : 8);
    for (size_t i = 0; i < host.len; i++) {
        const unsigned char c = (unsigned char)host.ptr[i];
        if (c <= 0x20 || c >= 0x7f || strchr("/?#@\"'<>,;\\", c)) return false;
    }
    return host.len > 0;
}

/* One blank between two; false told in *wrong. */
static bool bring_origins(struct slice origins, struct buffer *out, struct slice *wrong)
{
    origins = slice_trim(origins);
    while (origins.len) {
        const struct slice origin = slice_cut(&origins, ' ');
        origins = slice_trim(origins);
        if (!is_origin(origin)) {
            *wrong = origin;
            return false;
        }
        if (out->len) buffer_char(out, ' ');
        buffer_add(out, origin);
    }
    return !out->full;
}

static void describe(const struct write_key *key, struct arena *arena, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_key(&w, SLICE("source"));
    json_string(&w, key->source);
    json_key(&w, SLICE("origins"));
    json_string(&w, key->origins);
    json_key(&w, SLICE("calls"));
    json_string(&w, permit_calls_text(arena, key->permit.calls));
    json_key(&w, SLICE("events"));
    json_string(&w, key->permit.events);
    json_key(&w, SLICE("speaks_of"));
    json_string(&w, key->permit.visitors ? SLICE("visitors") : SLICE("anyone"));
    json_end(&w);
}

/* From all that can be changed, so that two who change one key at once are told apart without counting. */
static struct slice version_of(const struct write_key *key, struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, 1 << 16);
    describe(key, arena, &text);
    const uint64_t digest = slice_hash(buffer_slice(&text));
    buffer_release(&text);
    return arena_printf(arena, "%016llx", (unsigned long long)digest);
}

static enum answer insert(struct access *access, const struct identity *who, struct arena *arena, struct write_key *key,
                          struct error *error)
{
    static const char sql[] = "INSERT INTO write_key (prefix, key, source, origins, made_by, made_at, name, calls,"
                              " events, visitors) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, key_text_prefix(key->key, WORD));
    statement_text(s, 2, key->key);
    statement_text(s, 3, key->source);
    statement_text(s, 4, key->origins);
    if (who->kind == IDENTITY_USER) statement_int(s, 5, who->id);
    statement_int(s, 6, key->made_at);
    statement_text(s, 7, key->name);
    statement_text(s, 8, permit_calls_text(arena, key->permit.calls));
    statement_text(s, 9, key->permit.events);
    statement_int(s, 10, key->permit.visitors);
    const enum answer answer = answer_of(statement_do(s, error));
    key->id = database_last_id(access->db);
    return answer;
}

/* In one form, in the arena. */
static enum answer settle_origins(struct slice origins, struct arena *arena, struct slice *out, struct error *error)
{
    struct slice wrong = {0};
    struct buffer text;
    buffer_init(&text, 4096);
    const bool fine = bring_origins(origins, &text, &wrong);
    *out = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return fine ? ANSWER_OK
                : answer_set(error, ANSWER_BAD, "origins: %.*s is none; they look like https://example.com",
                             SLICE_ARG(wrong));
}

static enum answer fill(struct access *access, const struct identity *who, const struct write_key *values,
                        struct arena *arena, struct write_key *out, struct error *error)
{
    char key[KEY_SIZE];
    struct slice origins;
    struct buffer name;
    const struct slice source = slice_trim(values->source);
    if (!is_source_name(source))
        return answer_set(error, ANSWER_BAD, "source: small letters, digits, - _ and ., at most %d", SOURCE_NAME_MAX);
    const enum answer answer = settle_origins(values->origins, arena, &origins, error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&name, 4096);
    const bool named = name_compose(values->name, &name);
    if (named) {
        key_text_make(&access->world, WORD, key);
        *out = (struct write_key){
            .key = arena_slice(arena, slice_from(key)),
            .name = arena_slice(arena, buffer_slice(&name)),
            .source = arena_slice(arena, source),
            .origins = origins,
            .permit = values->permit,
            .made_by = who->kind == IDENTITY_USER ? who->id : 0,
            .made_at = access_now(access),
        };
        out->permit.events = arena_slice(arena, values->permit.events);
        out->version = version_of(out, arena);
    }
    buffer_release(&name);
    if (named) return ANSWER_OK;
    return answer_set(error, ANSWER_BAD, "name: what the key is for, one line of at most %d bytes", NAME_BYTES_MAX);
}

enum answer write_key_make(struct access *access, const struct identity *who, const struct write_key *values,
                           struct arena *arena, struct write_key *out, struct error *error)
{
    struct buffer after;
    struct change change;
    enum answer answer = change_begin(&change, access, who, ACTION_KEY_MANAGE, slice_of("", 0), error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&after, 1 << 16);
    *out = (struct write_key){0};
    answer = fill(access, who, values, arena, out, error);
    if (answer == ANSWER_OK) answer = insert(access, who, arena, out, error);
    describe(out, arena, &after);
    const struct object_text object = object_text("write-key", out->id);
    answer = change_end(&change, answer,
                        &(struct audit_entry){.action = SLICE("write-key.make"),
                                              .object = slice_from(object.text),
                                              .after = buffer_slice(&after)});
    buffer_release(&after);
    return answer;
}

/* ---- listing and revoking ---- */

/* From three columns; without an arena its text is the statement's. */
static struct permit read_permit(struct statement *s, int column, struct arena *arena)
{
    struct permit permit = {.events = statement_bytes(s, column + 1), .visitors = statement_number(s, column + 2)};
    if (arena) permit.events = arena_slice(arena, permit.events);
    permit_calls_parse(statement_bytes(s, column), &permit.calls, NULL);
    return permit;
}

static void read_row(struct statement *s, struct arena *arena, void *row)
{
    struct write_key *key = row;
    *key = (struct write_key){
        .id = statement_number(s, 0),
        .key = arena_slice(arena, statement_bytes(s, 1)),
        .source = arena_slice(arena, statement_bytes(s, 2)),
        .origins = arena_slice(arena, statement_bytes(s, 3)),
        .made_by = statement_number(s, 4),
        .made_at = statement_number(s, 5),
        .used_at = statement_number(s, 6),
        .revoked_at = statement_number(s, 7),
        .name = arena_slice(arena, statement_bytes(s, 8)),
        .permit = read_permit(s, 9, arena),
    };
    key->version = version_of(key, arena);
}

#define COLUMNS "id, key, source, origins, made_by, made_at, used_at, revoked_at, name, calls, events, visitors"

static const struct key_table table = {
    .word = "write key",
    .object = "write-key",
    .revoked = "write-key.revoke",
    .list = "SELECT " COLUMNS " FROM write_key"
            " ORDER BY revoked_at IS NOT NULL, source, id",
    .revoke = "UPDATE write_key SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
    .note_used = "UPDATE write_key SET used_at = ?2 WHERE id = ?1",
    .size = sizeof(struct write_key),
    .read = read_row,
};

enum answer write_key_list(struct access *access, const struct identity *who, struct arena *arena,
                           struct write_key_list *out, struct error *error)
{
    void *keys;
    const enum answer answer = key_table_list(&table, access, who, arena, &keys, &out->count, error);
    out->keys = keys;
    return answer;
}

enum answer write_key_revoke(struct access *access, const struct identity *who, int64_t id, struct error *error)
{
    return key_table_revoke(&table, access, who, id, error);
}

/* ---- changing ---- */

static enum answer load_holding(struct access *access, int64_t id, struct arena *arena, struct write_key *out,
                                struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM write_key WHERE id = ?1 AND revoked_at IS NULL";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, id);
    const bool found = statement_row(s);
    if (found) read_row(s, arena, out);
    const enum answer answer = answer_of(statement_end(s, error));
    if (answer != ANSWER_OK || found) return answer;
    return answer_set(error, ANSWER_ABSENT, "there is no write key %lld that holds", (long long)id);
}

static enum answer put_limits(struct access *access, const struct write_key *key, struct arena *arena,
                              struct error *error)
{
    static const char sql[] = "UPDATE write_key SET origins = ?2, calls = ?3, events = ?4, visitors = ?5 WHERE id = ?1";
    struct statement *s = database_statement(access->db, sql);
    statement_int(s, 1, key->id);
    statement_text(s, 2, key->origins);
    statement_text(s, 3, permit_calls_text(arena, key->permit.calls));
    statement_text(s, 4, key->permit.events);
    statement_int(s, 5, key->permit.visitors);
    return answer_of(statement_do(s, error));
}

static enum answer set_limits(struct write_key *key, const struct write_key *values, unsigned limits,
                              struct arena *arena, struct error *error)
{
    if (values->version.len && !slice_equal(values->version, key->version))
        return answer_set(error, ANSWER_CHANGED, "somebody changed this key meanwhile; look again");
    if (limits & WRITE_KEY_CALLS) key->permit.calls = values->permit.calls;
    if (limits & WRITE_KEY_EVENTS) key->permit.events = arena_slice(arena, values->permit.events);
    if (limits & WRITE_KEY_VISITORS) key->permit.visitors = values->permit.visitors;
    const enum answer answer =
        limits & WRITE_KEY_ORIGINS ? settle_origins(values->origins, arena, &key->origins, error) : ANSWER_OK;
    key->version = version_of(key, arena);
    return answer;
}

enum answer write_key_change(struct access *access, const struct identity *who, int64_t id,
                             const struct write_key *values, unsigned limits, struct arena *arena,
                             struct write_key *out, struct error *error)
{
    struct change change;
    struct buffer before, after;
    const struct object_text object = object_text("write-key", id);
    enum answer answer = change_begin(&change, access, who, ACTION_KEY_MANAGE, slice_from(object.text), error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&before, 1 << 16);
    buffer_init(&after, 1 << 16);
    answer = load_holding(access, id, arena, out, error);
    if (answer == ANSWER_OK) {
        describe(out, arena, &before);
        answer = set_limits(out, values, limits, arena, error);
    }
    if (answer == ANSWER_OK) {
        describe(out, arena, &after);
        answer = put_limits(access, out, arena, error);
    }
    answer = change_end(&change, answer,
                        &(struct audit_entry){.action = SLICE("write-key.change"),
                                              .object = slice_from(object.text),
                                              .before = buffer_slice(&before),
                                              .after = buffer_slice(&after)});
    buffer_release(&before);
    buffer_release(&after);
    return answer;
}

/* ---- finding ---- */

static struct cache_entry *load(struct access *access, struct slice key, const struct digest *digest)
{
    static const char sql[] = "SELECT id, key, source, origins, used_at, calls, events, visitors FROM write_key"
                              " WHERE prefix = ?1 AND revoked_at IS NULL";
    struct cache_entry entry = {.key = *digest, .kind = CACHE_WRITE_KEY, .expires_at = INSTANT_MAX}, *kept = NULL;
    struct statement *s = database_statement(access->db, sql);
    statement_text(s, 1, key_text_prefix(key, WORD));
    if (statement_row(s) && secret_equal(statement_bytes(s, 1), key)) {
        entry.id = statement_number(s, 0);
        entry.source = statement_bytes(s, 2);
        entry.origins = statement_bytes(s, 3);
        entry.noted_at = statement_number(s, 4);
        entry.permit = read_permit(s, 5, NULL);
        kept = cache_put(access->cache, &entry); /* copies what the statement holds */
    }
    statement_end(s, NULL);
    return kept;
}

enum answer write_source_find(struct access *access, struct slice key, struct arena *arena, struct write_source *out,
                              struct error *error)
{
    const struct digest digest = secret_digest(key);
    access_lock(access);
    struct cache_entry *entry = cache_find(access->cache, CACHE_WRITE_KEY, &digest);
    if (!entry && key_text_prefix(key, WORD).len) entry = load(access, key, &digest);
    if (entry) {
        *out = (struct write_source){entry->id, arena_slice(arena, entry->source), arena_slice(arena, entry->origins),
                                     entry->permit};
        out->permit.events = arena_slice(arena, entry->permit.events);
        key_table_note_used(&table, access, entry);
    }
    access_unlock(access);
    return entry ? ANSWER_OK
                 : answer_set(error, ANSWER_UNKNOWN, "this write key does not hold: it is wrong, or revoked");
}

bool write_source_allows(const struct write_source *source, struct slice origin)
{
    struct slice origins = source->origins;
    if (!origins.len || !origin.len) return true;
    while (origins.len)
        if (origin_equal(origin, slice_cut(&origins, ' '))) return true;
    return false;
}
