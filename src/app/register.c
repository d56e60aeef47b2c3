#include "app/register.h"

#include "value/json_write.h"

#define COLUMNS "id, owner, taken_at, version, said, why, action, kpi, side, status, due, funnel"

const char *const entry_side_names[ENTRY_SIDES] = {"marketing", "sales", "both"};
const char *const entry_status_names[ENTRY_STATUSES] = {"open", "done", "dropped"};

/* ---- topics ---- */

enum answer topics_list(struct work *work, struct arena *arena, struct topic_list *out, struct error *error)
{
    static const char select[] = "SELECT id, author, made_at, said FROM topic ORDER BY id";
    work_lock(work);
    struct statement *s = database_statement(work_database(work), select);
    while (statement_row(s))
        vector_push(out, ((struct topic){statement_number(s, 0), statement_number(s, 1), statement_number(s, 2),
                                         arena_slice(arena, statement_bytes(s, 3))}));
    const enum outcome outcome = statement_end(s, error);
    work_unlock(work);
    return answer_of(outcome);
}

static enum answer end_topic(struct work *work, enum answer answer, const struct identity *who, int64_t id,
                             const char *action, struct error *error)
{
    char object[40];
    snprintf(object, sizeof object, "topic:%lld", (long long)id);
    const struct audit_entry entry = {.action = slice_from(action), .object = slice_from(object)};
    return work_end(work, answer, who, &entry, error);
}

enum answer topic_raise(struct work *work, const struct identity *who, struct slice said, struct error *error)
{
    static const char insert[] = "INSERT INTO topic (said, author, made_at) VALUES (?1, ?2, ?3)";
    if (who->kind != IDENTITY_USER) return answer_set(error, ANSWER_FORBIDDEN, "Only people raise topics.");
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(work_database(work), insert);
    statement_text(s, 1, said);
    statement_int(s, 2, who->id);
    statement_int(s, 3, work_now(work));
    answer = answer_of(statement_do(s, error));
    return end_topic(work, answer, who, database_last_id(work_database(work)), "topic.raise", error);
}

enum answer topic_drop(struct work *work, const struct identity *who, int64_t id, struct error *error)
{
    static const char drop[] = "DELETE FROM topic WHERE id = ?1";
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(work_database(work), drop);
    statement_int(s, 1, id);
    answer = answer_of(statement_do(s, error));
    if (answer == ANSWER_OK && !database_changed(work_database(work)))
        answer = answer_set(error, ANSWER_ABSENT, "There is no topic t%lld.", (long long)id);
    return end_topic(work, answer, who, id, "topic.drop", error);
}

/* ---- reading the register ---- */

static int named(struct slice name, const char *const *names, int count)
{
    int i = 0;
    while (i < count - 1 && !slice_is(name, names[i])) i++;
    return i;
}

static struct register_entry read_row(struct statement *s, struct arena *arena)
{
    return (struct register_entry){
        .id = statement_number(s, 0),
        .owner = statement_number(s, 1),
        .taken_at = statement_number(s, 2),
        .version = statement_number(s, 3),
        .said = arena_slice(arena, statement_bytes(s, 4)),
        .why = arena_slice(arena, statement_bytes(s, 5)),
        .action = arena_slice(arena, statement_bytes(s, 6)),
        .kpi = arena_slice(arena, statement_bytes(s, 7)),
        .side = (enum entry_side)named(statement_bytes(s, 8), entry_side_names, ENTRY_SIDES),
        .status = (enum entry_status)named(statement_bytes(s, 9), entry_status_names, ENTRY_STATUSES),
        .due = statement_is_null(s, 10) ? INSTANT_NONE : statement_number(s, 10),
        .funnel = arena_slice(arena, statement_bytes(s, 11))};
}

/* Three statuses, each its name when it is wanted, else nothing that is one. */
static void bind_statuses(struct statement *s, int index, unsigned statuses)
{
    for (int i = 0; i < ENTRY_STATUSES; i++) {
        const bool wanted = !statuses || statuses >> i & 1;
        statement_text(s, index + i, slice_from(wanted ? entry_status_names[i] : ""));
    }
}

#define MATCHES " status IN (?1, ?2, ?3) AND (?4 = '' OR kpi IS NULL OR funnel = ?4 OR (funnel = '' AND ?5))"

static void bind_filter(struct statement *s, const struct register_filter *filter)
{
    bind_statuses(s, 1, filter->statuses);
    statement_text(s, 4, filter->funnel);
    statement_int(s, 5, filter->reported);
}

static enum outcome count_entries(struct work *work, const struct register_filter *filter, int64_t *total,
                                  struct error *error)
{
    static const char select[] = "SELECT count(*) FROM register_entry WHERE" MATCHES;
    struct statement *s = database_statement(work_database(work), select);
    bind_filter(s, filter);
    *total = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

enum answer register_list(struct work *work, const struct register_filter *filter, int64_t before, int64_t limit,
                          struct arena *arena, struct register_list *out, int64_t *total, struct error *error)
{
    static const char select[] =
        "SELECT " COLUMNS " FROM register_entry WHERE" MATCHES " AND id < ?6 ORDER BY id DESC LIMIT ?7";
    work_lock(work);
    struct statement *s = database_statement(work_database(work), select);
    bind_filter(s, filter);
    statement_int(s, 6, before ? before : INT64_MAX);
    statement_int(s, 7, limit);
    while (statement_row(s)) vector_push(out, read_row(s, arena));
    enum outcome outcome = statement_end(s, error);
    if (outcome == OK) outcome = count_entries(work, filter, total, error);
    work_unlock(work);
    return answer_of(outcome);
}

static enum answer find(struct work *work, int64_t id, struct arena *arena, struct register_entry *out,
                        struct error *error)
{
    static const char select[] = "SELECT " COLUMNS " FROM register_entry WHERE id = ?1";
    struct statement *s = database_statement(work_database(work), select);
    statement_int(s, 1, id);
    const bool found = statement_row(s);
    if (found) *out = read_row(s, arena);
    const enum outcome outcome = statement_end(s, error);
    if (outcome != OK || found) return answer_of(outcome);
    return answer_set(error, ANSWER_ABSENT, "There is no decision r%lld.", (long long)id);
}

enum answer register_find(struct work *work, int64_t id, struct arena *arena, struct register_entry *out,
                          struct error *error)
{
    work_lock(work);
    const enum answer answer = find(work, id, arena, out, error);
    work_unlock(work);
    return answer;
}

/* ---- changing it ---- */

static void bind_entry(struct statement *s, const struct register_entry *e)
{
    statement_text(s, 1, e->said);
    statement_text_or_null(s, 2, e->why);
    statement_int(s, 3, e->owner);
    statement_text(s, 4, slice_from(entry_side_names[e->side]));
    if (e->due == INSTANT_NONE)
        statement_null(s, 5);
    else
        statement_int(s, 5, e->due);
    statement_text(s, 6, slice_from(entry_status_names[e->status]));
    statement_text_or_null(s, 7, e->action);
    statement_text_or_null(s, 8, e->kpi);
    statement_text(s, 9, e->funnel);
}

static enum answer end_entry(struct work *work, enum answer answer, const struct identity *who,
                             const struct register_entry *e, const char *action, struct error *error)
{
    char object[40];
    struct buffer after;
    struct json_writer w = {.out = &after};
    snprintf(object, sizeof object, "decision:r%lld", (long long)e->id);
    buffer_init(&after, BUFFER_NO_LIMIT);
    json_object(&w);
    json_key(&w, SLICE("text"));
    json_string(&w, e->said);
    json_key(&w, SLICE("status"));
    json_string(&w, slice_from(entry_status_names[e->status]));
    json_end(&w);
    const struct audit_entry entry = {
        .action = slice_from(action), .object = slice_from(object), .after = buffer_slice(&after)};
    answer = work_end(work, answer, who, &entry, error);
    buffer_release(&after);
    return answer;
}

enum answer register_enter(struct work *work, const struct identity *who, struct register_entry *e, struct error *error)
{
    static const char insert[] = "INSERT INTO register_entry (said, why, owner, side, due, status, action, kpi,"
                                 " funnel, taken_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    if (!e->owner && who->kind == IDENTITY_USER) e->owner = who->id;
    if (!e->owner) return answer_set(error, ANSWER_BAD, "Say whose decision it is: owner.");
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    e->taken_at = work_now(work);
    e->version = 1;
    struct statement *s = database_statement(work_database(work), insert);
    bind_entry(s, e);
    statement_int(s, 10, e->taken_at);
    answer = answer_of(statement_do(s, error));
    e->id = database_last_id(work_database(work));
    return end_entry(work, answer, who, e, "register.enter", error);
}

enum answer register_amend(struct work *work, const struct identity *who, struct register_entry *e, struct error *error)
{
    static const char update[] = "UPDATE register_entry SET said = ?1, why = ?2, owner = ?3, side = ?4, due = ?5,"
                                 " status = ?6, action = ?7, kpi = ?8, funnel = ?9,"
                                 " version = version + 1 WHERE id = ?10 AND version = ?11";
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(work_database(work), update);
    bind_entry(s, e);
    statement_int(s, 10, e->id);
    statement_int(s, 11, e->version);
    answer = answer_of(statement_do(s, error));
    if (answer == ANSWER_OK && !database_changed(work_database(work)))
        answer = answer_set(error, ANSWER_CHANGED, "The decision was changed meanwhile; look again.");
    e->version++;
    return end_entry(work, answer, who, e, "register.amend", error);
}
