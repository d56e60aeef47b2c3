#include "app/views.h"

#include "value/json_write.h"

struct entry_text {
    char object[40];
    struct buffer after;
};

static void text_begin(struct entry_text *t, int64_t id)
{
    snprintf(t->object, sizeof t->object, "view:%lld", (long long)id);
    buffer_init(&t->after, BUFFER_NO_LIMIT);
}

static void put_view(struct entry_text *t, const struct saved_view *v)
{
    struct json_writer w = {.out = &t->after};
    json_object(&w);
    json_key(&w, SLICE("name"));
    json_string(&w, v->name);
    json_key(&w, SLICE("shared"));
    json_bool(&w, v->shared);
    json_end(&w);
}

static enum answer finish(struct work *work, enum answer answer, const struct identity *who, struct entry_text *t,
                          const char *action, struct error *error)
{
    const struct audit_entry entry = {
        .action = slice_from(action), .object = slice_from(t->object), .after = buffer_slice(&t->after)};
    answer = work_end(work, answer, who, &entry, error);
    buffer_release(&t->after);
    return answer;
}

enum answer views_list(struct work *work, int64_t user, struct arena *arena, struct saved_view_list *out,
                       struct error *error)
{
    static const char select[] = "SELECT id, owner, version, name, query, shared FROM saved_view"
                                 " WHERE owner = ?1 OR shared = 1 ORDER BY name, id";
    work_lock(work);
    struct statement *s = database_statement(work_database(work), select);
    statement_int(s, 1, user);
    while (statement_row(s))
        vector_push(out, ((struct saved_view){statement_number(s, 0), statement_number(s, 1), statement_number(s, 2),
                                              arena_slice(arena, statement_bytes(s, 3)),
                                              arena_slice(arena, statement_bytes(s, 4)), statement_number(s, 5) != 0}));
    const enum outcome outcome = statement_end(s, error);
    work_unlock(work);
    return answer_of(outcome);
}

enum answer view_save(struct work *work, const struct identity *who, struct saved_view *v, struct error *error)
{
    static const char insert[] = "INSERT INTO saved_view (owner, name, shared, query) VALUES (?1, ?2, ?3, ?4)";
    struct entry_text text;
    if (who->kind != IDENTITY_USER) return answer_set(error, ANSWER_FORBIDDEN, "Only people have views of their own.");
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    v->owner = who->id;
    v->version = 1;
    struct statement *s = database_statement(work_database(work), insert);
    statement_int(s, 1, v->owner);
    statement_text(s, 2, v->name);
    statement_int(s, 3, v->shared);
    statement_text(s, 4, v->query);
    answer = answer_of(statement_do(s, error));
    v->id = database_last_id(work_database(work));
    text_begin(&text, v->id);
    put_view(&text, v);
    return finish(work, answer, who, &text, "view.save", error);
}

/* Whether `who` may change it: it is there, theirs, and as they saw it (0: however it is). */
static enum answer check_mine(struct work *work, const struct identity *who, int64_t id, int64_t seen,
                              struct error *error)
{
    static const char select[] = "SELECT owner, shared, version FROM saved_view WHERE id = ?1";
    struct statement *s = database_statement(work_database(work), select);
    statement_int(s, 1, id);
    const bool found = statement_row(s);
    const int64_t owner = found ? statement_number(s, 0) : 0, version = found ? statement_number(s, 2) : 0;
    const bool shared = found && statement_number(s, 1);
    const enum outcome outcome = statement_end(s, error);
    const bool mine = found && who->kind == IDENTITY_USER && owner == who->id;
    if (outcome != OK) return answer_of(outcome);
    if (!mine && !shared) return answer_set(error, ANSWER_ABSENT, "There is no view v%lld.", (long long)id);
    if (!mine) return answer_set(error, ANSWER_FORBIDDEN, "It is somebody else's view; save one of your own.");
    if (seen && seen != version)
        return answer_set(error, ANSWER_CHANGED, "The view was changed meanwhile; look again.");
    return ANSWER_OK;
}

enum answer view_change(struct work *work, const struct identity *who, struct saved_view *v, struct error *error)
{
    static const char update[] = "UPDATE saved_view SET name = ?2, shared = ?3, query = ?4, version = version + 1"
                                 " WHERE id = ?1";
    struct entry_text text;
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    answer = check_mine(work, who, v->id, v->version, error);
    if (answer == ANSWER_OK) {
        struct statement *s = database_statement(work_database(work), update);
        statement_int(s, 1, v->id);
        statement_text(s, 2, v->name);
        statement_int(s, 3, v->shared);
        statement_text(s, 4, v->query);
        answer = answer_of(statement_do(s, error));
        v->version++;
        v->owner = who->id;
    }
    text_begin(&text, v->id);
    put_view(&text, v);
    return finish(work, answer, who, &text, "view.change", error);
}

enum answer view_drop(struct work *work, const struct identity *who, int64_t id, struct error *error)
{
    static const char drop[] = "DELETE FROM saved_view WHERE id = ?1";
    struct entry_text text;
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    answer = check_mine(work, who, id, 0, error);
    if (answer == ANSWER_OK) {
        struct statement *s = database_statement(work_database(work), drop);
        statement_int(s, 1, id);
        answer = answer_of(statement_do(s, error));
    }
    text_begin(&text, id);
    return finish(work, answer, who, &text, "view.drop", error);
}
