#include "app/doctor.h"

#include "access/audit.h"
#include "access/user.h"
#include "app/doctor_events.h"
#include "store/store.h"

struct visit {
    struct store *store;
    struct buffer *out;
    size_t problems;
};

static void tell(struct visit *v, bool fine, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(struct visit *v, bool fine, const char *what, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_printf(v->out, "%-8s %s: ", fine ? "ok" : "problem", what);
    buffer_vprintf(v->out, format, args);
    buffer_char(v->out, '\n');
    va_end(args);
    v->problems += !fine;
}

/* Each page of the file, each index against its table. */
static void look_at_file(struct visit *v)
{
    static const char sql[] = "PRAGMA integrity_check(20)";
    struct error error = {0};
    size_t lines = 0;
    struct statement *s = database_statement(store_database(v->store), sql);
    while (statement_row(s)) {
        const struct slice line = statement_bytes(s, 0);
        lines++;
        if (slice_is(line, "ok"))
            tell(v, true, "file", "whole, of form %d", store_version());
        else
            tell(v, false, "file", "%.*s", SLICE_ARG(line));
    }
    if (statement_end(s, &error) != OK || !lines)
        tell(v, false, "file", "%s; take the last backup", error.message[0] ? error.message : "cannot be checked");
}

static void look_at_references(struct visit *v)
{
    static const char sql[] = "SELECT \"table\", count(*) FROM pragma_foreign_key_check GROUP BY 1";
    struct error error = {0};
    struct statement *s = database_statement(store_database(v->store), sql);
    size_t tables = 0;
    for (; statement_row(s); tables++) {
        const struct slice table = statement_bytes(s, 0);
        tell(v, false, "references", "%lld rows of %.*s name what is not there", (long long)statement_number(s, 1),
             SLICE_ARG(table));
    }
    if (statement_end(s, &error) != OK)
        tell(v, false, "references", "%s", error.message);
    else if (!tables)
        tell(v, true, "references", "every row names what is there");
}

static void look_at_people(struct visit *v)
{
    struct arena arena;
    struct error error = {0};
    struct user_list people;
    size_t managers = 0;
    const struct identity command = identity_command();
    struct access *access = access_new(store_database(v->store), world_system(), NULL);
    arena_init(&arena);
    const enum answer answer = user_list(access, &command, &arena, &people, &error);
    for (size_t i = 0; answer == ANSWER_OK && i < people.count; i++) {
        const struct user *user = &people.users[i];
        managers += user->active && user->has_password && roles_allow(user->roles, ACTION_USER_MANAGE);
    }
    if (answer != ANSWER_OK)
        tell(v, false, "people", "%s", error.message);
    else if (!people.count)
        tell(v, true, "people", "nobody yet; `masa serve` prints a link for the first administrator");
    else if (!managers)
        tell(v, false, "people",
             "nobody can sign in and manage people: masa user add EMAIL --roles admin, or masa user link");
    else
        tell(v, true, "people", "%zu, of whom %zu can sign in and manage the others", people.count, managers);
    arena_release(&arena);
    access_free(access);
}

static void look_at_audit(struct visit *v)
{
    struct audit_state state;
    struct error error = {0};
    if (audit_verify(store_database(v->store), &state, &error) != OK)
        tell(v, false, "audit trail", "%s", error.message);
    else if (state.problem[0])
        tell(v, false, "audit trail",
             "%s: it was changed from outside masa; compare with a backup, and ask who can write to the file",
             state.problem);
    else if (!state.entries)
        tell(v, true, "audit trail", "empty");
    else
        tell(v, true, "audit trail", "%lld entries, as they were written, %lld of them erased; the last is %s",
             (long long)state.entries, (long long)state.erased, state.head);
}

static void take_note(void *context, bool fine, const char *what, struct slice said)
{
    tell(context, fine, what, "%.*s", SLICE_ARG(said));
}

static void look_at_events(struct visit *v)
{
    doctor_events(v->store, &(struct doctor_note){v, take_note});
}

static void look_at_definition(struct visit *v)
{
    doctor_definition(v->store, &(struct doctor_note){v, take_note});
}

enum outcome doctor_look(const char *db, struct buffer *out, struct error *error)
{
    static void (*const looks[])(struct visit * v) = {look_at_file,       look_at_references, look_at_events,
                                                      look_at_definition, look_at_people,     look_at_audit};
    struct visit v = {.out = out, .store = store_open(db, DATABASE_WRITE, error)};
    if (!v.store) return FAILED;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) looks[i](&v);
    store_close(v.store);
    if (!v.problems) return OK;
    return error_set(error, FAILED, "%s: %zu %s", db, v.problems, v.problems == 1 ? "problem" : "problems");
}
