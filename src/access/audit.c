#include "access/audit.h"

#include <sodium.h>

#include "access/secret.h"

enum { SALT_BYTES = 16 };

/* ---- the chain ---- */

static void add_number(crypto_generichash_state *state, int64_t n)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)n >> 8 * i);
    crypto_generichash_update(state, bytes, sizeof bytes);
}

/* With its length, so that no two rows read alike. */
static void add_text(crypto_generichash_state *state, struct slice text)
{
    add_number(state, (int64_t)text.len);
    crypto_generichash_update(state, (const unsigned char *)text.ptr, text.len);
}

static struct digest content_digest(struct slice salt, struct slice object, struct slice before, struct slice after)
{
    struct digest digest;
    crypto_generichash_state state;
    crypto_generichash_init(&state, (const unsigned char *)salt.ptr, salt.len, DIGEST_BYTES);
    add_text(&state, object);
    add_text(&state, before);
    add_text(&state, after);
    crypto_generichash_final(&state, (unsigned char *)digest.bytes, DIGEST_BYTES);
    return digest;
}

static struct digest chain_digest(struct slice earlier, const struct audit_row *row, struct slice content)
{
    struct digest digest;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    add_text(&state, earlier);
    add_number(&state, row->id);
    add_number(&state, row->at);
    add_number(&state, row->session);
    add_text(&state, row->actor);
    add_text(&state, row->address);
    add_text(&state, row->action);
    add_text(&state, row->outcome);
    add_text(&state, row->reason);
    add_text(&state, content);
    crypto_generichash_final(&state, (unsigned char *)digest.bytes, DIGEST_BYTES);
    return digest;
}

/* ---- adding ---- */

struct head {
    int64_t id;
    struct digest chain;
    size_t len; /* 0: there is no entry yet */
};

static enum outcome read_head(struct database *db, struct head *out, struct error *error)
{
    static const char sql[] = "SELECT id, chain FROM audit_head WHERE one = 1";
    struct statement *s = database_statement(db, sql);
    *out = (struct head){0};
    if (statement_row(s) && statement_bytes(s, 1).len == DIGEST_BYTES) {
        out->id = statement_number(s, 0);
        out->len = DIGEST_BYTES;
        memcpy(out->chain.bytes, statement_bytes(s, 1).ptr, DIGEST_BYTES);
    }
    return statement_end(s, error);
}

static enum outcome write_head(struct database *db, int64_t id, const struct digest *chain, struct error *error)
{
    static const char sql[] = "INSERT INTO audit_head VALUES (1, ?1, ?2)"
                              " ON CONFLICT (one) DO UPDATE SET id = excluded.id, chain = excluded.chain";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    statement_bytes_in(s, 2, digest_slice(chain));
    return statement_do(s, error);
}

static enum outcome insert(struct database *db, const struct audit_row *row, struct slice salt,
                           const struct digest *content, const struct digest *chain, struct error *error)
{
    static const char sql[] = "INSERT INTO audit VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, row->id);
    statement_int(s, 2, row->at);
    statement_text(s, 3, row->actor);
    statement_int_or_null(s, 4, row->session);
    statement_text(s, 5, row->address);
    statement_text(s, 6, row->action);
    statement_text(s, 7, row->outcome);
    statement_text(s, 8, row->reason);
    statement_text(s, 9, row->object);
    statement_text_or_null(s, 10, row->before);
    statement_text_or_null(s, 11, row->after);
    statement_bytes_in(s, 12, salt);
    statement_bytes_in(s, 13, digest_slice(content));
    statement_bytes_in(s, 14, digest_slice(chain));
    return statement_do(s, error);
}

enum outcome audit_add(struct database *db, const struct world *world, const struct identity *who,
                       const struct audit_entry *entry, struct error *error)
{
    struct head head;
    char actor[32], salt_bytes[SALT_BYTES];
    enum outcome outcome = read_head(db, &head, error);
    if (outcome != OK) return outcome;
    world_random(world, salt_bytes, sizeof salt_bytes);
    const struct slice salt = slice_of(salt_bytes, sizeof salt_bytes);
    const struct audit_row row = {
        .id = head.id + 1,
        .at = world_now(world),
        .session = who->session,
        .actor = identity_text(who, actor, sizeof actor),
        .address = slice_from(who->address),
        .action = entry->action,
        .outcome = entry->reason.len ? SLICE("refused") : SLICE("done"),
        .reason = entry->reason,
        .object = entry->object,
        .before = entry->before,
        .after = entry->after,
    };
    const struct digest content = content_digest(salt, row.object, row.before, row.after);
    const struct digest chain = chain_digest(slice_of(head.chain.bytes, head.len), &row, digest_slice(&content));
    outcome = insert(db, &row, salt, &content, &chain, error);
    return outcome == OK ? write_head(db, row.id, &chain, error) : outcome;
}

enum outcome audit_erase(struct database *db, struct slice object, int64_t *count, struct error *error)
{
    static const char sql[] =
        "UPDATE audit SET object = '', before = NULL, after = NULL, salt = NULL WHERE object = ?1";
    struct statement *s = database_statement(db, sql);
    statement_text(s, 1, object);
    enum outcome outcome = statement_do(s, error);
    *count = outcome == OK ? database_changed(db) : 0;
    return outcome;
}

/* ---- verifying ---- */

#define COLUMNS "id, at, session, actor, address, action, outcome, reason, object, before, after, salt"

/* The texts stay valid until the next row. */
static struct audit_row read_row(struct statement *s)
{
    return (struct audit_row){
        .id = statement_number(s, 0),
        .at = statement_number(s, 1),
        .session = statement_number(s, 2),
        .actor = statement_bytes(s, 3),
        .address = statement_bytes(s, 4),
        .action = statement_bytes(s, 5),
        .outcome = statement_bytes(s, 6),
        .reason = statement_bytes(s, 7),
        .object = statement_bytes(s, 8),
        .before = statement_bytes(s, 9),
        .after = statement_bytes(s, 10),
        .erased = statement_is_null(s, 11),
    };
}

static void broken(struct audit_state *state, int64_t id, const char *problem)
{
    if (state->broken_at) return;
    state->broken_at = id;
    snprintf(state->problem, sizeof state->problem, "entry %lld: %s", (long long)id, problem);
}

static void verify_row(struct audit_state *state, struct statement *s, int64_t expected, struct head *last)
{
    const struct audit_row row = read_row(s);
    const struct slice content = statement_bytes(s, 12), chain = statement_bytes(s, 13);
    if (row.id != expected) broken(state, expected, "is missing");
    if (!row.erased) {
        const struct digest right = content_digest(statement_bytes(s, 11), row.object, row.before, row.after);
        if (!slice_equal(digest_slice(&right), content)) broken(state, row.id, "what it says was changed");
    }
    const struct digest right = chain_digest(slice_of(last->chain.bytes, last->len), &row, content);
    if (!slice_equal(digest_slice(&right), chain)) broken(state, row.id, "was changed, or the entry before it");
    *last = (struct head){.id = row.id, .len = DIGEST_BYTES, .chain = right};
    state->entries++;
    state->erased += row.erased;
}

enum outcome audit_verify(struct database *db, struct audit_state *out, struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS ", content, chain FROM audit ORDER BY id";
    struct head last = {0}, head;
    *out = (struct audit_state){0};
    /* One reading of both, while others may write. */
    enum outcome outcome = database_run(db, "BEGIN", error);
    if (outcome != OK) return outcome;
    struct statement *s = database_statement(db, sql);
    while (statement_row(s)) verify_row(out, s, last.id + 1, &last);
    outcome = statement_end(s, error);
    if (outcome == OK) outcome = read_head(db, &head, error);
    database_rollback(db);
    if (outcome != OK) return outcome;
    if (head.id > last.id) broken(out, last.id + 1, "is missing, and all after it");
    if (head.id < last.id || (head.len && memcmp(head.chain.bytes, last.chain.bytes, DIGEST_BYTES) != 0))
        broken(out, last.id, "is not the last one that masa wrote");
    sodium_bin2hex(out->head, sizeof out->head, (const unsigned char *)last.chain.bytes, last.len);
    return OK;
}

/* ---- reading ---- */

#define PASSES                                                                                                         \
    " AND id < ?1 AND at >= ?2 AND at < ?3 AND (?4 = '' OR actor = ?4) AND (?5 = '' OR object = ?5)"                   \
    " AND (?6 = '' OR action = ?6 OR (?7 AND substr(action, 1, length(?6)) = ?6)) AND (?8 = '' OR outcome = ?8)"       \
    " ORDER BY id DESC LIMIT ?9"

/* By the index that says most. */
static const char *sql_for(const struct audit_filter *filter)
{
    static const char of_object[] = "SELECT " COLUMNS " FROM audit WHERE object = ?5" PASSES;
    static const char of_actor[] = "SELECT " COLUMNS " FROM audit WHERE actor = ?4" PASSES;
    static const char of_all[] = "SELECT " COLUMNS " FROM audit WHERE 1" PASSES;
    return filter->object.len ? of_object : filter->actor.len ? of_actor : of_all;
}

static struct audit_row keep(const struct audit_row *row, struct arena *arena)
{
    struct audit_row kept = *row;
    struct slice *const texts[] = {&kept.actor,  &kept.address, &kept.action, &kept.outcome,
                                   &kept.reason, &kept.object,  &kept.before, &kept.after};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = arena_slice(arena, *texts[i]);
    return kept;
}

enum outcome audit_read(struct database *db, const struct audit_filter *filter, struct arena *arena,
                        struct audit_page *out, struct error *error)
{
    int limit = filter->limit > 0 ? filter->limit : AUDIT_PAGE;
    if (limit > AUDIT_PAGE_MAX) limit = AUDIT_PAGE_MAX;
    *out = (struct audit_page){.rows = ARENA_ARRAY(arena, struct audit_row, limit)};
    struct statement *s = database_statement(db, sql_for(filter));
    statement_int(s, 1, filter->before_id > 0 ? filter->before_id : INT64_MAX);
    statement_int(s, 2, filter->from ? filter->from : INT64_MIN);
    statement_int(s, 3, filter->until ? filter->until : INT64_MAX);
    statement_text(s, 4, filter->actor);
    statement_text(s, 5, filter->object);
    statement_text(s, 6, filter->action);
    statement_int(s, 7, filter->action.len && filter->action.ptr[filter->action.len - 1] == '.');
    statement_text(s, 8, filter->outcome);
    statement_int(s, 9, limit + 1);
    while (statement_row(s)) {
        if (out->count == (size_t)limit) {
            out->more = true;
            break;
        }
        const struct audit_row row = read_row(s);
        out->rows[out->count++] = keep(&row, arena);
    }
    return statement_end(s, error);
}
