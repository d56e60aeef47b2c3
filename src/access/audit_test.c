/* The audit trail: it only grows, whoever changes it from outside is found out, and the erased are forgotten by it. */
#include "access/audit.h"

#include <sqlite3.h>

#include "access/made.h"
#include "base/test.h"
#include "store/migration.h"

static int begin(void **state)
{
    *state = memory_new(sizeof(struct made));
    made_begin(*state);
    return 0;
}

static int end(void **state)
{
    made_end(*state);
    free(*state);
    return 0;
}

static void add(struct made *m, const struct identity *who, struct audit_entry entry)
{
    struct database *db = store_database(m->store);
    const struct world world = made_world(m);
    m->now += SECOND_US;
    assert_int_equal(database_begin(db, &m->error), OK);
    assert_int_equal(audit_add(db, &world, who, &entry, &m->error), OK);
    assert_int_equal(database_commit(db, &m->error), OK);
}

static void add_some(struct made *m)
{
    struct identity sales = {.kind = IDENTITY_USER, .id = 3, .session = 9, .address = "192.0.2.7"};
    struct identity key = {.kind = IDENTITY_API_KEY, .id = 2};
    add(m, &m->command,
        (struct audit_entry){.action = SLICE("user.add"), .object = SLICE("user:3"), .after = SLICE("{}")});
    add(m, &sales,
        (struct audit_entry){.action = SLICE("handoff.accept"),
                             .object = SLICE("lead:p1"),
                             .before = SLICE("{\"stage\":\"MQL\"}"),
                             .after = SLICE("{\"stage\":\"SAL\"}")});
    add(m, &sales, (struct audit_entry){.action = SLICE("handoff.reject"), .object = SLICE("lead:p2")});
    add(m, &key,
        (struct audit_entry){.action = SLICE("erase"), .object = SLICE("lead:p1"), .reason = SLICE("forbidden")});
}

static struct audit_state verify(struct made *m)
{
    struct audit_state state;
    assert_int_equal(audit_verify(store_database(m->store), &state, &m->error), OK);
    return state;
}

/* As somebody would who has the file and SQLite, and knows how the trail is guarded. */
static void tamper(struct made *m, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(m->path, &db), SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, "DROP TRIGGER IF EXISTS audit_stays; DROP TRIGGER IF EXISTS audit_is_not_changed", NULL, NULL,
                     &message) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
}

static void a_whole_trail_is_whole(void **state)
{
    struct made *m = *state;
    struct audit_state state_of = verify(m);
    assert_int_equal(state_of.entries, 0);
    assert_string_equal(state_of.problem, "");
    add_some(m);
    state_of = verify(m);
    assert_int_equal(state_of.entries, 4);
    assert_int_equal(state_of.broken_at, 0);
    assert_int_equal(strlen(state_of.head), 64);
    const struct audit_state again = verify(m);
    assert_string_equal(again.head, state_of.head);
}

static void the_store_itself_refuses_changes(void **state)
{
    struct made *m = *state;
    struct database *db = store_database(m->store);
    add_some(m);
    assert_int_equal(database_run(db, "DELETE FROM audit WHERE id = 2", &m->error), FAILED);
    assert_non_null(strstr(m->error.message, "only grows"));
    assert_int_equal(database_run(db, "UPDATE audit SET actor = 'user:4' WHERE id = 2", &m->error), FAILED);
    assert_int_equal(database_run(db, "UPDATE audit SET object = 'lead:p3' WHERE id = 2", &m->error), FAILED);
    assert_int_equal(database_run(db, "UPDATE audit SET after = '{}' WHERE id = 2", &m->error), FAILED);
    assert_int_equal(verify(m).broken_at, 0);
}

static void whoever_changes_the_trail_is_found_out(void **state)
{
    static const struct {
        const char *sql;
        int64_t broken_at;
    } cases[] = {
        {"UPDATE audit SET actor = 'user:4' WHERE id = 2", 2},
        {"UPDATE audit SET at = at + 1 WHERE id = 1", 1},
        {"UPDATE audit SET session = NULL WHERE id = 3", 3},
        {"UPDATE audit SET address = '' WHERE id = 2", 2},
        {"UPDATE audit SET action = 'handoff.return' WHERE id = 3", 3},
        {"UPDATE audit SET outcome = 'done', reason = '' WHERE id = 4", 4},
        {"UPDATE audit SET object = 'lead:p9' WHERE id = 2", 2},
        {"UPDATE audit SET before = NULL WHERE id = 2", 2},
        {"UPDATE audit SET after = '{\"stage\":\"SQL\"}' WHERE id = 2", 2},
        {"UPDATE audit SET salt = zeroblob(16) WHERE id = 2", 2},
        {"UPDATE audit SET content = zeroblob(32), salt = NULL WHERE id = 2", 2},
        {"DELETE FROM audit WHERE id = 1", 1},
        {"DELETE FROM audit WHERE id = 3", 3},
        {"DELETE FROM audit WHERE id = 4", 4},
        {"DELETE FROM audit WHERE id > 1", 2},
        {"DELETE FROM audit", 1},
        {"DELETE FROM audit WHERE id = 4; UPDATE audit_head SET id = 3", 3},
        {"DELETE FROM audit_head", 4},
        {"INSERT INTO audit SELECT 5, at, actor, session, address, action, outcome, reason, object, before, after, "
         "salt,"
         " content, chain FROM audit WHERE id = 4",
         5},
        {"UPDATE audit SET id = 10 WHERE id = 4", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made m;
        made_begin(&m);
        add_some(&m);
        tamper(&m, cases[i].sql);
        made_again(&m);
        const struct audit_state found = verify(&m);
        if (found.broken_at != cases[i].broken_at)
            fail_msg("%s: told entry %lld, %s", cases[i].sql, (long long)found.broken_at, found.problem);
        assert_true(found.problem[0] != '\0');
        made_end(&m);
    }
}

static void the_erased_are_forgotten_and_the_chain_holds(void **state)
{
    struct made *m = *state;
    struct database *db = store_database(m->store);
    int64_t count;
    add_some(m);
    assert_int_equal(database_begin(db, &m->error), OK);
    assert_int_equal(audit_erase(db, SLICE("lead:p1"), &count, &m->error), OK);
    assert_int_equal(database_commit(db, &m->error), OK);
    assert_int_equal(count, 2);
    const struct audit_state found = verify(m);
    assert_int_equal(found.broken_at, 0);
    assert_int_equal(found.erased, 2);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE object = 'lead:p1' OR after LIKE '%SAL%'"), 0);
    struct audit_page page;
    assert_int_equal(audit_read(db, &(struct audit_filter){0}, &m->arena, &page, &m->error), OK);
    assert_int_equal(page.count, 4);
    assert_true(page.rows[2].erased);
    assert_slice(page.rows[2].action, "handoff.accept"); /* that something was decided, and by whom, stays */
    assert_slice(page.rows[2].actor, "user:3");
    add_some(m);
    assert_int_equal(verify(m).broken_at, 0);
}

static void the_trail_is_read_by_page_and_filter(void **state)
{
    struct made *m = *state;
    struct database *db = store_database(m->store);
    struct audit_page page;
    add_some(m);
    const int64_t middle = m->now;
    add_some(m);
    const struct {
        struct audit_filter filter;
        size_t count;
        int64_t first;
        bool more;
    } cases[] = {
        {{.limit = 0}, 8, 8, false},
        {{.limit = 3}, 3, 8, true},
        {{.limit = 3, .before_id = 6}, 3, 5, true},
        {{.limit = 5, .before_id = 6}, 5, 5, false},
        {{.actor = SLICE("user:3")}, 4, 7, false},
        {{.actor = SLICE("user:3"), .action = SLICE("handoff.reject")}, 2, 7, false},
        {{.object = SLICE("lead:p1")}, 4, 8, false},
        {{.object = SLICE("lead:p1"), .outcome = SLICE("refused")}, 2, 8, false},
        {{.action = SLICE("handoff.")}, 4, 7, false},
        {{.action = SLICE("handoff")}, 0, 0, false},
        {{.from = middle}, 5, 8, false},
        {{.until = middle}, 3, 3, false},
        {{.actor = SLICE("' OR 1 = 1")}, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(audit_read(db, &cases[i].filter, &m->arena, &page, &m->error), OK);
        if (page.count != cases[i].count || page.more != cases[i].more ||
            (page.count && page.rows[0].id != cases[i].first))
            fail_msg("case %zu: %zu rows, more %d", i, page.count, page.more);
    }
    assert_int_equal(audit_read(db, &(struct audit_filter){.before_id = 3}, &m->arena, &page, &m->error), OK);
    assert_slice(page.rows[0].before, "{\"stage\":\"MQL\"}");
    assert_int_equal(page.rows[0].session, 9);
    assert_slice(page.rows[0].address, "192.0.2.7");
}

static void only_who_may_reads_it(void **state)
{
    struct made *m = *state;
    struct audit_page page;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    const struct audit_filter all = {0};
    assert_int_equal(access_audit(m->access, &ticket.who, &all, &m->arena, &page, &m->error), ANSWER_FORBIDDEN);
    assert_int_equal(access_audit(m->access, &m->command, &all, &m->arena, &page, &m->error), ANSWER_OK);
    assert_slice(page.rows[0].action, "audit.read");
    assert_slice(page.rows[0].outcome, "refused");
}

/* What is rolled back leaves no entry, and an entry that cannot be written undoes what it tells. */
static void entry_and_deed_stand_or_fall_together(void **state)
{
    struct made *m = *state;
    int64_t id;
    const struct user user = {
        .email = SLICE("a@example.com"), .name = SLICE("A"), .language = SLICE("en"), .roles = ROLE_BIT(ACCESS_SALES)};
    tamper(m, "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no'); END");
    made_again(m);
    assert_int_equal(user_add(m->access, &m->command, &user, &id, &m->error), ANSWER_FAILED);
    assert_int_equal(made_number(m, "SELECT count(*) FROM user"), 0);
    tamper(m, "DROP TRIGGER broken");
    made_again(m);
    assert_int_equal(user_add(m->access, &m->command, &user, &id, &m->error), ANSWER_OK);
    assert_int_equal(user_add(m->access, &m->command, &user, &id, &m->error), ANSWER_CONFLICT);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE action = 'user.add'"), 1);
}

/* ---- a store from before there were people ---- */

static void a_store_of_the_first_form_is_brought_forward(void **state)
{
    struct made *m = *state;
    access_free(m->access);
    store_close(m->store);
    assert_int_equal(remove(m->path), 0);
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA user_version = 1; PRAGMA application_id = %d", 0x6d617361);
    struct database *db = database_open(m->path, DATABASE_CREATE, &m->error);
    assert_int_equal(database_run(db, migrations[0].text, &m->error), OK);
    assert_int_equal(database_run(db, "INSERT INTO meta VALUES ('kept', 'yes')", &m->error), OK);
    assert_int_equal(database_run(db, sql, &m->error), OK);
    database_close(db);
    m->store = store_open(m->path, DATABASE_WRITE, &m->error);
    if (!m->store) fail_msg("%s", m->error.message);
    m->access = access_new(store_database(m->store), made_world(m), &m->settings);
    assert_int_equal(made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES)), 1);
    assert_slice(store_setting(store_database(m->store), "kept", &m->arena), "yes");
    assert_int_equal(made_number(m, "PRAGMA user_version"), store_version());
    char backup[128];
    snprintf(backup, sizeof backup, "%s.v1.backup", m->path);
    assert_int_equal(remove(backup), 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        T(a_whole_trail_is_whole),
        T(the_store_itself_refuses_changes),
        T(whoever_changes_the_trail_is_found_out),
        T(the_erased_are_forgotten_and_the_chain_holds),
        T(the_trail_is_read_by_page_and_filter),
        T(only_who_may_reads_it),
        T(entry_and_deed_stand_or_fall_together),
        T(a_store_of_the_first_form_is_brought_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
