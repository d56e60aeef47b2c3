#include "access/key_table.h"

#include "base/civil.h"

#define NOTE_EVERY HOUR_US

enum answer key_table_list(const struct key_table *table, struct access *access, const struct identity *who,
                           struct arena *arena, void **keys, size_t *count, struct error *error)
{
    struct buffer rows;
    *keys = NULL;
    *count = 0;
    enum answer answer = access_require(access, who, ACTION_KEY_MANAGE, slice_of("", 0), error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&rows, BUFFER_NO_LIMIT);
    access_lock(access);
    struct statement *s = database_statement(access->db, table->list);
    for (; statement_row(s); ++*count) {
        table->read(s, arena, buffer_reserve(&rows, table->size));
        buffer_advance(&rows, table->size);
    }
    answer = answer_of(statement_end(s, error));
    access_unlock(access);
    *keys = arena_alloc(arena, rows.len);
    if (rows.len) memcpy(*keys, rows.data, rows.len);
    buffer_release(&rows);
    return answer;
}

enum answer key_table_revoke(const struct key_table *table, struct access *access, const struct identity *who,
                             int64_t id, struct error *error)
{
    struct change change;
    const struct object_text object = object_text(table->object, id);
    enum answer answer = change_begin(&change, access, who, ACTION_KEY_MANAGE, slice_from(object.text), error);
    if (answer != ANSWER_OK) return answer;
    struct statement *s = database_statement(access->db, table->revoke);
    statement_int(s, 1, id);
    statement_int(s, 2, access_now(access));
    answer = answer_of(statement_do(s, error));
    if (answer == ANSWER_OK && database_changed(access->db) == 0)
        answer = answer_set(error, ANSWER_ABSENT, "there is no %s %lld that holds", table->word, (long long)id);
    return change_end(&change, answer,
                      &(struct audit_entry){.action = slice_from(table->revoked), .object = slice_from(object.text)});
}

void key_table_note_used(const struct key_table *table, struct access *access, struct cache_entry *entry)
{
    const int64_t now = access_now(access);
    if (now - entry->noted_at < NOTE_EVERY) return;
    struct statement *s = database_statement(access->db, table->note_used);
    statement_int(s, 1, entry->id);
    statement_int(s, 2, now);
    note_use(access, s);
    entry->noted_at = now;
}
