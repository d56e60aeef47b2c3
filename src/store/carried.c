#include "store/carried.h"

#include "base/vector.h"
#include "intake/emit.h"

/* A kind of line: how its lines are made, and how one (?1) becomes a row again. Rows are named by what they say, never
 * by number, since another store counts otherwise; people alone keep their numbers, by which events name them. `hex`:
 * the path of the member that is bytes, given as ?2. */
struct carried_kind {
    const char *name, *select, *insert, *hex;
};

#define SAID(member)      " json_extract(?1, '$." member "') "
#define EMAIL_OF(column)  " (SELECT email FROM user WHERE id = " column ") "
#define USER_OF(member)   " (SELECT id FROM user WHERE email = " SAID(member) ") "
#define DIGEST_OF(column) " (SELECT digest FROM definition d WHERE d.id = " column ") "
#define TEXT_OF(member)   " (SELECT id FROM definition WHERE digest = " SAID(member) ") "
#define SECRET            " (SELECT CAST(value AS TEXT) FROM meta WHERE key = 'erasure_key') "
#define UNLESS(table)     " WHERE NOT EXISTS (SELECT 1 FROM " table " WHERE "

/* In this order: who is named comes first. */
/* clang-format off */
static const struct carried_kind kinds[] = {
    {"user",
     "SELECT json_object('masa', 'user', 'id', id, 'email', email, 'name', name, 'language', language,"
     " 'roles', roles, 'teams', teams, 'version', version, 'active', active, 'made_at', made_at) FROM user ORDER BY id",
     "INSERT INTO user (id, email, name, language, roles, teams, version, active, made_at)"
     " SELECT" SAID("id") "," SAID("email") "," SAID("name") "," SAID("language") "," SAID("roles") ","
     SAID("teams") "," SAID("version") "," SAID("active") "," SAID("made_at")
     UNLESS("user") "id =" SAID("id") "OR email =" SAID("email") ")",
     NULL},
    {"definition",
     "SELECT json_object('masa', 'definition', 'digest', digest, 'origin', origin, 'made_at', made_at,"
     " 'author'," EMAIL_OF("author") ", 'note', note, 'based_on'," DIGEST_OF("definition.based_on") ","
     " 'offered_at', offered_at, 'text', text) FROM definition ORDER BY id",
     "INSERT INTO definition (digest, origin, made_at, author, note, based_on, offered_at, text)"
     " SELECT" SAID("digest") "," SAID("origin") "," SAID("made_at") "," USER_OF("author") "," SAID("note") ","
     TEXT_OF("based_on") "," SAID("offered_at") "," SAID("text")
     UNLESS("definition") "digest =" SAID("digest") ")",
     NULL},
    {"publication",
     "SELECT json_object('masa', 'publication', 'definition'," DIGEST_OF("definition") ","
     " 'effective_at', effective_at, 'made_at', made_at, 'made_by'," EMAIL_OF("made_by") ")"
     " FROM publication ORDER BY id",
     "INSERT INTO publication (definition, effective_at, made_at, made_by)"
     " SELECT d.id," SAID("effective_at") "," SAID("made_at") "," USER_OF("made_by")
     "FROM (SELECT" TEXT_OF("definition") "AS id) d"
     UNLESS("publication p") "p.definition = d.id AND p.effective_at =" SAID("effective_at")
     "AND p.made_at =" SAID("made_at") ") AND d.id IS NOT NULL",
     NULL},
    {"signoff",
     "SELECT json_object('masa', 'signoff', 'definition'," DIGEST_OF("definition") ", 'side', side,"
     " 'signed', signed, 'author'," EMAIL_OF("author") ", 'at', at, 'note', note)"
     " FROM signoff ORDER BY definition, side",
     "INSERT INTO signoff (definition, side, signed, author, at, note)"
     " SELECT d.id," SAID("side") "," SAID("signed") ", d.author," SAID("at") "," SAID("note")
     "FROM (SELECT" TEXT_OF("definition") "AS id," USER_OF("author") "AS author) d"
     UNLESS("signoff s") "s.definition = d.id AND s.side =" SAID("side") ")"
     " AND d.id IS NOT NULL AND d.author IS NOT NULL",
     NULL},
    {"spend",
     "SELECT json_object('masa', 'spend', 'from_day', from_day, 'until_day', until_day, 'channel', channel,"
     " 'campaign', campaign, 'currency', currency, 'amount', amount) FROM spend"
     " ORDER BY from_day, until_day, channel, campaign, currency",
     "INSERT INTO spend (from_day, until_day, channel, campaign, currency, amount)"
     " SELECT" SAID("from_day") "," SAID("until_day") "," SAID("channel") "," SAID("campaign") ","
     SAID("currency") "," SAID("amount") "WHERE true"
     " ON CONFLICT DO UPDATE SET amount = excluded.amount WHERE amount <> excluded.amount",
     NULL},
    {"erasure_key",
     "SELECT json_object('masa', 'erasure_key', 'secret', CAST(value AS TEXT)) FROM meta WHERE key = 'erasure_key'",
     "INSERT INTO meta (key, value) SELECT 'erasure_key'," SAID("secret") UNLESS("meta") "key = 'erasure_key')",
     NULL},
    {"erasure",
     "SELECT json_object('masa', 'erasure', 'secret'," SECRET ", 'at', at, 'done_at', done_at, 'residue', residue,"
     " 'facts', facts, 'receipt', receipt) FROM erasure ORDER BY id",
     "INSERT INTO erasure (at, done_at, residue, facts, receipt)"
     " SELECT" SAID("at") "," SAID("done_at") "," SAID("residue") "," SAID("facts") "," SAID("receipt")
     UNLESS("erasure e") "e.at =" SAID("at") "AND e.done_at =" SAID("done_at")
     "AND e.residue =" SAID("residue") ") AND" SECRET "IS" SAID("secret"),
     NULL},
    {"erased_key",
     "SELECT json_object('masa', 'erased_key', 'secret'," SECRET ", 'at', e.at, 'done_at', e.done_at,"
     " 'residue', e.residue, 'digest', hex(k.digest)) FROM erased_key k JOIN erasure e ON e.id = k.erasure"
     " ORDER BY k.digest",
     "INSERT INTO erased_key (digest, erasure) SELECT ?2, e.id FROM erasure e"
     UNLESS("erased_key") "digest = ?2) AND e.at =" SAID("at") "AND e.done_at =" SAID("done_at")
     "AND e.residue =" SAID("residue") "AND" SECRET "IS" SAID("secret") "LIMIT 1",
     "$.digest"},
    {"view",
     "SELECT json_object('masa', 'view', 'owner'," EMAIL_OF("owner") ", 'name', name, 'shared', shared,"
     " 'query', query, 'version', version) FROM saved_view ORDER BY id",
     "INSERT INTO saved_view (owner, name, shared, query, version)"
     " SELECT u.id," SAID("name") "," SAID("shared") "," SAID("query") "," SAID("version") "FROM user u"
     UNLESS("saved_view v") "v.owner = u.id AND v.name =" SAID("name") "AND v.query =" SAID("query") ")"
     " AND u.email =" SAID("owner"),
     NULL},
    {"topic",
     "SELECT json_object('masa', 'topic', 'said', said, 'author'," EMAIL_OF("author") ", 'made_at', made_at)"
     " FROM topic ORDER BY id",
     "INSERT INTO topic (said, author, made_at)"
     " SELECT" SAID("said") ", u.id," SAID("made_at") "FROM user u"
     UNLESS("topic t") "t.author = u.id AND t.said =" SAID("said") "AND t.made_at =" SAID("made_at") ")"
     " AND u.email =" SAID("author"),
     NULL},
    {"register_entry",
     "SELECT json_object('masa', 'register_entry', 'said', said, 'why', why, 'owner'," EMAIL_OF("owner") ","
     " 'side', side, 'taken_at', taken_at, 'due', due, 'status', status, 'action', action, 'kpi', kpi,"
     " 'funnel', funnel, 'version', version) FROM register_entry ORDER BY id",
     "INSERT INTO register_entry (said, why, owner, side, taken_at, due, status, action, kpi, version,"
     " funnel)"
     " SELECT" SAID("said") "," SAID("why") ", u.id," SAID("side") "," SAID("taken_at") "," SAID("due") ","
     SAID("status") "," SAID("action") "," SAID("kpi") "," SAID("version") ","
     " coalesce(" SAID("funnel") ", '') FROM user u"
     UNLESS("register_entry r") "r.owner = u.id AND r.said =" SAID("said") "AND r.taken_at =" SAID("taken_at") ")"
     " AND u.email =" SAID("owner"),
     NULL},
};
/* clang-format on */
enum { KIND_USER /* the first */, KINDS = sizeof kinds / sizeof *kinds };

bool carried_is(struct slice line)
{
    return slice_starts(line, SLICE(EMIT_CARRIED));
}

/* ---- out ---- */

enum outcome carried_write(struct store *store, void (*take)(void *context, struct slice line), void *context,
                           struct error *error)
{
    struct buffer line;
    enum outcome outcome = OK;
    buffer_init(&line, BUFFER_NO_LIMIT);
    for (int i = 0; i < KINDS && outcome == OK; i++) {
        struct statement *s = database_statement(store_database(store), kinds[i].select);
        while (statement_row(s)) {
            buffer_clear(&line);
            buffer_add(&line, statement_bytes(s, 0));
            buffer_char(&line, '\n');
            take(context, buffer_slice(&line));
        }
        outcome = statement_end(s, error);
    }
    buffer_release(&line);
    return outcome;
}

/* ---- in ---- */

static int kind_of(struct slice line)
{
    struct slice rest = slice_skip(line, sizeof EMIT_CARRIED - 1);
    const struct slice name = carried_is(line) ? slice_cut(&rest, '"') : slice_of("", 0);
    int kind = 0;
    while (kind < KINDS && !slice_is(name, kinds[kind].name)) kind++;
    return kind;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : 0;
}

static enum outcome bytes_of(struct database *db, struct slice line, const char *path, struct buffer *out,
                             struct error *error)
{
    struct statement *s = database_statement(db, "SELECT json_extract(?1, ?2)");
    statement_text(s, 1, line);
    statement_text(s, 2, slice_from(path));
    buffer_clear(out);
    if (statement_row(s)) {
        const struct slice hex = statement_bytes(s, 0);
        for (size_t i = 0; i + 1 < hex.len; i += 2)
            buffer_char(out, (char)(hex_digit(hex.ptr[i]) << 4 | hex_digit(hex.ptr[i + 1])));
    }
    return statement_end(s, error);
}

static enum outcome take_line(struct database *db, const struct carried_kind *kind, struct slice line,
                              struct carried_counts *counts, struct error *error)
{
    struct buffer bytes;
    buffer_init(&bytes, 1 << 10);
    enum outcome outcome = kind->hex ? bytes_of(db, line, kind->hex, &bytes, error) : OK;
    if (outcome == OK) {
        struct statement *s = database_statement(db, kind->insert);
        statement_text(s, 1, line);
        if (kind->hex) statement_bytes_in(s, 2, buffer_slice(&bytes));
        outcome = statement_do(s, error);
    }
    if (outcome == OK && database_changed(db))
        counts->taken++;
    else
        counts->passed++;
    buffer_release(&bytes);
    return outcome;
}

/* Whoever signs in here is not changed by what another store knew. */
static enum outcome has_people(struct database *db, bool *out, struct error *error)
{
    struct statement *s = database_statement(db, "SELECT EXISTS (SELECT 1 FROM user)");
    *out = statement_row(s) && statement_number(s, 0);
    return statement_end(s, error);
}

static enum outcome take_all(struct database *db, const struct carried_lines *lines, struct carried_counts *counts,
                             struct error *error)
{
    bool people = false;
    enum outcome outcome = has_people(db, &people, error);
    for (size_t i = 0; i < lines->count && outcome == OK; i++)
        if (kind_of(lines->at[i]) == KINDS)
            outcome = error_set(error, FAILED, "this is nothing that an export carries: %.*s",
                                (int)(lines->at[i].len < 60 ? lines->at[i].len : 60), lines->at[i].ptr);
    for (int kind = 0; kind < KINDS && outcome == OK; kind++)
        for (size_t i = 0; i < lines->count && outcome == OK; i++) {
            if (kind_of(lines->at[i]) != kind) continue;
            if (kind == KIND_USER && people)
                counts->passed++;
            else
                outcome = take_line(db, &kinds[kind], lines->at[i], counts, error);
        }
    return outcome;
}

enum outcome carried_take(struct store *store, const struct carried_lines *lines, struct carried_counts *counts,
                          struct error *error)
{
    struct database *db = store_database(store);
    struct carried_counts mine = {0};
    if (!lines->count) return OK;
    enum outcome outcome = database_begin(db, error);
    if (outcome != OK) return outcome;
    outcome = take_all(db, lines, &mine, error);
    if (outcome == OK)
        outcome = database_commit(db, error);
    else
        database_rollback(db);
    if (outcome != OK) return outcome;
    counts->taken += mine.taken;
    counts->passed += mine.passed;
    return OK;
}
