#include "deliver/send_ledger.h"

#include "base/vector.h"

const char *const send_state_names[SEND_STATES + 1] = {"pending", "unknown", "sent", "failed", "overtaken", NULL};
const char *const send_reason_names[SEND_REASONS + 1] = {"",         "no_address",  "not_allowed", "no_connection",
                                                         "too_slow", "certificate", "broken",      "late",
                                                         "decided",  "ended",       "erased",      NULL};

static int named(struct slice name, const char *const *names)
{
    int i = 0;
    while (names[i + 1] && !slice_is(name, names[i])) i++;
    return i;
}

/* ---- deciding ---- */

enum outcome send_decide(struct database *db, const struct send *send, int64_t *id, struct error *error)
{
    static const char sql[] = "INSERT INTO send (channel, message, type, handoff, lead, stage, addressee, due_at,"
                              " decided_at, state, reason, next_at)"
                              " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM channel"
                              " WHERE channel.id = ?1 AND ended_at IS NULL"
                              " ON CONFLICT (channel, handoff, type, addressee, due_at) DO NOTHING";
    const bool waits = send->reason == SEND_NO_REASON;
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, send->channel);
    statement_text(s, 2, send->message);
    statement_text(s, 3, send->type);
    statement_text_or_null(s, 4, send->handoff);
    statement_text_or_null(s, 5, send->lead);
    statement_text(s, 6, send->stage);
    statement_text(s, 7, send->addressee);
    statement_int(s, 8, send->due_at);
    statement_int(s, 9, send->decided_at);
    statement_text(s, 10, slice_from(send_state_names[waits ? SEND_PENDING : SEND_OVERTAKEN]));
    statement_text_or_null(s, 11, slice_from(send_reason_names[send->reason]));
    statement_int_or_null(s, 12, waits ? send->decided_at : 0);
    const enum outcome outcome = statement_do(s, error);
    *id = outcome == OK && database_changed(db) ? database_last_id(db) : 0;
    return outcome;
}

/* ---- reading ---- */

#define COLUMNS                                                                                                        \
    "id, channel, message, type, handoff, lead, stage, addressee, due_at, decided_at, state, attempts, tried_at,"      \
    " status, reason, next_at"

static struct send read_row(struct statement *s, struct arena *arena)
{
    return (struct send){
        .id = statement_number(s, 0),
        .channel = statement_number(s, 1),
        .message = arena_slice(arena, statement_bytes(s, 2)),
        .type = arena_slice(arena, statement_bytes(s, 3)),
        .handoff = arena_slice(arena, statement_bytes(s, 4)),
        .lead = arena_slice(arena, statement_bytes(s, 5)),
        .stage = arena_slice(arena, statement_bytes(s, 6)),
        .addressee = arena_slice(arena, statement_bytes(s, 7)),
        .due_at = statement_number(s, 8),
        .decided_at = statement_number(s, 9),
        .state = (enum send_state)named(statement_bytes(s, 10), send_state_names),
        .attempts = statement_number(s, 11),
        .tried_at = statement_number(s, 12),
        .status = (int)statement_number(s, 13),
        .reason = (enum send_reason)named(statement_bytes(s, 14), send_reason_names),
        .next_at = statement_number(s, 15),
    };
}

static enum outcome read_one(struct statement *s, struct arena *arena, struct send *out, struct error *error)
{
    *out = (struct send){0};
    if (statement_row(s)) *out = read_row(s, arena);
    return statement_end(s, error);
}

enum outcome send_due(struct database *db, int64_t channel, int64_t now, struct arena *arena, struct send *out,
                      struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM send WHERE channel = ?1 AND next_at <= ?2"
                              " ORDER BY next_at, id LIMIT 1";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, channel);
    statement_int(s, 2, now);
    return read_one(s, arena, out, error);
}

enum outcome send_next(struct database *db, int64_t channel, int64_t *out, struct error *error)
{
    static const char sql[] = "SELECT min(next_at) FROM send WHERE channel = ?1 AND next_at IS NOT NULL";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, channel);
    *out = statement_row(s) && !statement_is_null(s, 0) ? statement_number(s, 0) : INSTANT_MAX;
    return statement_end(s, error);
}

enum outcome send_find(struct database *db, int64_t id, struct arena *arena, struct send *out, struct error *error)
{
    static const char sql[] = "SELECT " COLUMNS " FROM send WHERE id = ?1";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    return read_one(s, arena, out, error);
}

enum outcome send_page(struct database *db, int64_t channel, int64_t before, int64_t limit, struct arena *arena,
                       struct send_list *out, int64_t *total, struct error *error)
{
    static const char select[] = "SELECT " COLUMNS " FROM send WHERE channel = ?1 AND id < ?2"
                                 " ORDER BY id DESC LIMIT ?3";
    static const char count[] = "SELECT count(*) FROM send WHERE channel = ?1";
    struct statement *s = database_statement(db, select);
    statement_int(s, 1, channel);
    statement_int(s, 2, before > 0 ? before : INT64_MAX);
    statement_int(s, 3, limit);
    while (statement_row(s)) vector_push(out, read_row(s, arena));
    const enum outcome outcome = statement_end(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(db, count);
    statement_int(s, 1, channel);
    *total = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

/* ---- trying ---- */

enum outcome send_begin(struct database *db, int64_t id, int64_t now, bool *mine, struct error *error)
{
    static const char sql[] = "UPDATE send SET state = 'unknown', attempts = attempts + 1, tried_at = ?2"
                              " WHERE id = ?1 AND next_at IS NOT NULL";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    statement_int(s, 2, now);
    const enum outcome outcome = statement_do(s, error);
    *mine = outcome == OK && database_changed(db) == 1;
    return outcome;
}

int64_t send_retry_at(const struct send *send, int64_t asked_after, int64_t now)
{
    int64_t wait = SEND_RETRY_FIRST;
    for (int64_t i = 1; i < send->attempts && wait < SEND_RETRY_LONGEST; i++) wait *= 2;
    if (wait < asked_after) wait = asked_after;
    if (wait > SEND_RETRY_LONGEST) wait = SEND_RETRY_LONGEST;
    if (slice_is(send->type, SEND_TEST) || now + wait > send->decided_at + SEND_RETRY_FOR) return INSTANT_NONE;
    return now + wait;
}

static enum outcome write_answer(struct database *db, const struct send *send, struct send_answer answer,
                                 enum send_state state, int64_t next_at, struct error *error)
{
    /* What was erased, or whose channel ended, while it was on its way is not tried again. */
    static const char sql[] = "UPDATE send SET state = CASE WHEN next_at IS NULL AND ?2 = 'pending' THEN state ELSE ?2"
                              " END, status = ?3, reason = CASE WHEN next_at IS NULL AND ?2 = 'pending' THEN reason"
                              " ELSE ?4 END, next_at = CASE WHEN next_at IS NULL THEN NULL ELSE ?5 END WHERE id = ?1";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, send->id);
    statement_text(s, 2, slice_from(send_state_names[state]));
    statement_int_or_null(s, 3, answer.status);
    statement_text_or_null(s, 4, slice_from(send_reason_names[answer.reason]));
    if (state == SEND_PENDING) statement_int(s, 5, next_at);
    return statement_do(s, error);
}

/* Whoever takes again what is sent gets at once what waited for it. */
static enum outcome note_success(struct database *db, int64_t channel, int64_t now, struct error *error)
{
    static const char well[] = "UPDATE channel SET sent_at = ?2, failing_since = NULL, troubled = 0 WHERE id = ?1";
    static const char hurry[] = "UPDATE send SET next_at = ?2 WHERE channel = ?1 AND next_at > ?2";
    struct statement *s = database_statement(db, well);
    statement_int(s, 1, channel);
    statement_int(s, 2, now);
    const enum outcome outcome = statement_do(s, error);
    if (outcome != OK) return outcome;
    s = database_statement(db, hurry);
    statement_int(s, 1, channel);
    statement_int(s, 2, now);
    return statement_do(s, error);
}

static enum outcome note_failure(struct database *db, const struct send *send, struct send_answer answer,
                                 enum send_state state, int64_t now, struct error *error)
{
    static const char sql[] = "UPDATE channel SET failed_at = ?2, failed_status = ?3, failed_reason = ?4,"
                              " failing_since = coalesce(failing_since, ?2), troubled = max(troubled, ?5)"
                              " WHERE id = ?1 AND ended_at IS NULL";
    const bool test = slice_is(send->type, SEND_TEST);
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, send->channel);
    statement_int(s, 2, now);
    statement_int_or_null(s, 3, answer.status);
    statement_text_or_null(s, 4, slice_from(send_reason_names[answer.reason]));
    statement_int(s, 5, !test && (state == SEND_FAILED || send->attempts >= SEND_TROUBLE_ATTEMPTS));
    return statement_do(s, error);
}

enum outcome send_settle(struct database *db, const struct send *send, struct send_answer answer, int64_t now,
                         enum send_state *state, struct error *error)
{
    const bool well = answer.status >= 200 && answer.status < 300;
    const int64_t next_at = well ? INSTANT_NONE : send_retry_at(send, answer.retry_after, now);
    *state = well ? SEND_SENT : next_at == INSTANT_NONE ? SEND_FAILED : SEND_PENDING;
    if (well) answer.reason = SEND_NO_REASON;
    const enum outcome outcome = write_answer(db, send, answer, *state, next_at, error);
    if (outcome != OK) return outcome;
    return well ? note_success(db, send->channel, now, error) : note_failure(db, send, answer, *state, now, error);
}

enum outcome send_overtake(struct database *db, int64_t id, enum send_reason why, struct error *error)
{
    static const char sql[] = "UPDATE send SET state = 'overtaken', reason = ?2, next_at = NULL"
                              " WHERE id = ?1 AND next_at IS NOT NULL";
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    statement_text(s, 2, slice_from(send_reason_names[why]));
    return statement_do(s, error);
}

enum outcome send_erase(struct database *db, struct slice lead, struct error *error)
{
    static const char sql[] = "UPDATE send SET handoff = NULL, lead = NULL,"
                              " state = CASE WHEN next_at IS NULL THEN state ELSE 'overtaken' END,"
                              " reason = CASE WHEN next_at IS NULL THEN reason ELSE 'erased' END, next_at = NULL"
                              " WHERE lead = ?1";
    struct statement *s = database_statement(db, sql);
    statement_text(s, 1, lead);
    return statement_do(s, error);
}
