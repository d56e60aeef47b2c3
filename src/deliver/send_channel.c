#include "deliver/send_channel.h"

#include <curl/curl.h>

#include "base/vector.h"

/* ---- reading ---- */

#define COLUMNS                                                                                                        \
    "id, name, url, teams, roles, made_by, made_at, secret_at, ended_at, sent_at, failed_at, failing_since,"           \
    " failed_status, failed_reason, troubled,"                                                                         \
    " (SELECT count(*) FROM send WHERE send.channel = channel.id AND next_at IS NOT NULL)"

static struct send_channel read_row(struct statement *s, struct arena *arena)
{
    return (struct send_channel){
        .id = statement_number(s, 0),
        .name = arena_slice(arena, statement_bytes(s, 1)),
        .url = arena_slice(arena, statement_bytes(s, 2)),
        .teams = arena_slice(arena, statement_bytes(s, 3)),
        .roles = arena_slice(arena, statement_bytes(s, 4)),
        .made_by = statement_number(s, 5),
        .made_at = statement_number(s, 6),
        .secret_at = statement_number(s, 7),
        .ended_at = statement_number(s, 8),
        .sent_at = statement_number(s, 9),
        .failed_at = statement_number(s, 10),
        .failing_since = statement_number(s, 11),
        .failed_status = (int)statement_number(s, 12),
        .failed_reason = arena_slice(arena, statement_bytes(s, 13)),
        .troubled = statement_number(s, 14) != 0,
        .waiting = statement_number(s, 15),
    };
}

enum outcome send_channel_list(struct database *db, struct arena *arena, struct send_channel_list *out,
                               struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM channel ORDER BY ended_at IS NOT NULL, id DESC";
    struct statement *s = database_statement(db, sql);
    while (statement_row(s)) vector_push(out, read_row(s, arena));
    return statement_end(s, error);
}

enum outcome send_channel_find(struct database *db, int64_t id, struct arena *arena, struct send_channel *out,
                               struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM channel WHERE id = ?1";
    struct statement *s = database_statement(db, sql);
    *out = (struct send_channel){0};
    statement_int(s, 1, id);
    if (statement_row(s)) *out = read_row(s, arena);
    return statement_end(s, error);
}

/* ---- changing ---- */

enum outcome send_channel_add(struct database *db, struct send_channel *c, struct slice secret, struct error *error)
{
    static const char sql[] = "INSERT INTO channel (name, url, teams, roles, secret, secret_at, made_by, made_at)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6)";
    struct statement *s = database_statement(db, sql);
    statement_text(s, 1, c->name);
    statement_text(s, 2, c->url);
    statement_text(s, 3, c->teams);
    statement_text(s, 4, c->roles);
    statement_bytes_in(s, 5, secret);
    statement_int(s, 6, c->made_at);
    statement_int_or_null(s, 7, c->made_by);
    const enum outcome outcome = statement_do(s, error);
    c->id = database_last_id(db);
    c->secret_at = c->made_at;
    return outcome;
}

enum outcome send_channel_new_secret(struct database *db, int64_t id, struct slice secret, int64_t now,
                                     struct error *error)
{
    static const char sql[] = "UPDATE channel SET old_secret = secret, old_until = ?3, secret = ?2, secret_at = ?4"
                              " WHERE id = ?1 AND ended_at IS NULL";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    statement_bytes_in(s, 2, secret);
    statement_int(s, 3, now + CHANNEL_OLD_SECRET_HOLDS);
    statement_int(s, 4, now);
    return statement_do(s, error);
}

enum outcome send_channel_end(struct database *db, int64_t id, int64_t now, struct error *error)
{
    static const char end[] = "UPDATE channel SET ended_at = ?2, secret = x'', old_secret = NULL, old_until = NULL,"
                              " failing_since = NULL, troubled = 0 WHERE id = ?1 AND ended_at IS NULL";
    static const char drop[] = "UPDATE send SET state = 'overtaken', reason = 'ended', next_at = NULL"
                               " WHERE channel = ?1 AND next_at IS NOT NULL";
    struct statement *s = database_statement(db, end);
    statement_int(s, 1, id);
    statement_int(s, 2, now);
    enum outcome outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(db, drop);
    statement_int(s, 1, id);
    return statement_do(s, error);
}

/* ---- signing ---- */

enum outcome send_channel_sign(struct database *db, int64_t id, int64_t now, const struct signed_message *message,
                               struct buffer *out, struct error *error)
{
    static const char sql[] = "SELECT secret, old_secret, old_until FROM channel WHERE id = ?1 AND ended_at IS NULL";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    const bool found = statement_row(s);
    if (found) {
        signature_write(statement_bytes(s, 0), message, out);
        if (!statement_is_null(s, 1) && statement_number(s, 2) > now) {
            buffer_char(out, ' ');
            signature_write(statement_bytes(s, 1), message, out);
        }
    }
    const enum outcome outcome = statement_end(s, error);
    if (outcome == OK && !found) return error_set(error, FAILED, "the webhook has ended");
    return outcome;
}

/* ---- addresses ---- */

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    const bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static bool is_scheme(CURLU *url, const char *wanted)
{
    char *text = NULL;
    const bool is = curl_url_get(url, CURLUPART_SCHEME, &text, 0) == CURLUE_OK && strcmp(text, wanted) == 0;
    curl_free(text);
    return is;
}

static const char *wrong_with_url(CURLU *url, const char *text, bool plain)
{
    if (curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return "an address such as https://example.com/masa";
    if (!is_scheme(url, "https") && !(plain && is_scheme(url, "http"))) return "an address that begins with https://";
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) || has_part(url, CURLUPART_FRAGMENT))
        return "an address without user, password and #; what is sent is signed";
    return NULL;
}

bool send_channel_url_check(struct slice url, bool plain, const char **why)
{
    char text[CHANNEL_URL_MAX + 1];
    *why = "an address of at most 2000 visible characters, without spaces";
    if (!url.len || url.len > CHANNEL_URL_MAX) return false;
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= ' ' || url.ptr[i] >= 127) return false; /* names in other letters: as xn--... */
    memcpy(text, url.ptr, url.len);
    text[url.len] = 0;
    CURLU *parsed = curl_url();
    if (parsed) *why = wrong_with_url(parsed, text, plain);
    curl_url_cleanup(parsed);
    return !*why;
}

struct slice send_channel_origin(struct slice url)
{
    static const char after_scheme[] = "://";
    const char *begins = memmem(url.ptr, url.len, after_scheme, sizeof after_scheme - 1);
    size_t len = begins ? (size_t)(begins - url.ptr) + sizeof after_scheme - 1 : 0;
    while (len < url.len && !strchr("/?#", url.ptr[len])) len++;
    return slice_of(url.ptr, len);
}
