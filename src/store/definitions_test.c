/* Definitions of a store: each text once, in force from when it takes effect, also again, also ahead of time; offers
 * and signatures; and a store of the form before. */
#include "store/definitions.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "store/migration.h"

struct made {
    char folder[40], path[64];
    struct store *store;
    struct arena arena;
    struct error error;
};

static int begin(void **state)
{
    struct made *m = memory_new(sizeof *m);
    *m = (struct made){.folder = "/tmp/masa-definitions-XXXXXX"};
    if (!mkdtemp(m->folder)) return -1;
    snprintf(m->path, sizeof m->path, "%s/a.db", m->folder);
    arena_init(&m->arena);
    *state = m;
    return 0;
}

static int end(void **state)
{
    struct made *m = *state;
    char backup[96];
    store_close(m->store);
    unlink(m->path);
    snprintf(backup, sizeof backup, "%s.v2.backup", m->path);
    unlink(backup);
    rmdir(m->folder);
    arena_release(&m->arena);
    free(m);
    return 0;
}

static void open_store(struct made *m)
{
    m->store = store_open(m->path, DATABASE_CREATE, &m->error);
    assert_non_null(m->store);
}

static int64_t keep(struct made *m, const char *digest, int64_t effective_at)
{
    const struct stored_definition d = {
        .digest = slice_from(digest), .text = SLICE("masa: 1"), .origin = SLICE("a.yaml"), .made_at = effective_at};
    int64_t id = 0;
    assert_int_equal(definition_keep(m->store, &d, effective_at, &id, &m->error), OK);
    return id;
}

static int64_t in_force(struct made *m, int64_t at)
{
    struct stored_definition d;
    assert_int_equal(definition_in_force(m->store, at, &m->arena, &d, &m->error), OK);
    return d.id;
}

static void each_is_in_force_until_the_next(void **state)
{
    struct made *m = *state;
    struct publication_list all = {0};
    open_store(m);
    assert_int_equal(in_force(m, 50), 0);
    const int64_t a = keep(m, "a", 0), b = keep(m, "b", 100);
    assert_int_equal(keep(m, "b", 150), b); /* in force already: nothing changes */
    assert_int_equal(keep(m, "a", 200), a); /* the earlier one comes back */
    assert_int_equal(in_force(m, 99), a);
    assert_int_equal(in_force(m, 100), b);
    assert_int_equal(in_force(m, 199), b);
    assert_int_equal(in_force(m, 200), a);
    assert_int_equal(publication_all(m->store, &all, &m->error), OK);
    assert_int_equal(all.count, 3);
    vector_release(&all);
}

static void a_plan_is_given_up_for_another(void **state)
{
    struct made *m = *state;
    open_store(m);
    const int64_t a = keep(m, "a", 0), b = keep(m, "b", INSTANT_NONE);
    struct publication_row plan = {.definition = b, .effective_at = 500, .made_at = 10};
    assert_int_equal(publication_add(m->store, &plan, &m->error), OK);
    assert_int_equal(in_force(m, 499), a);
    assert_int_equal(in_force(m, 500), b);
    plan.effective_at = 300;
    plan.made_at = 20;
    assert_int_equal(publication_add(m->store, &plan, &m->error), OK);
    assert_int_equal(in_force(m, 300), b);
    plan.effective_at = plan.made_at = 600;
    assert_int_equal(publication_add(m->store, &plan, &m->error), OK); /* what has come stays */
    struct publication_list all = {0};
    assert_int_equal(publication_all(m->store, &all, &m->error), OK);
    assert_int_equal(all.count, 3);
    assert_int_equal(all.at[1].effective_at, 300);
    vector_release(&all);
}

static void an_offer_forgets_what_was_signed(void **state)
{
    struct made *m = *state;
    struct signoff sides[SIGNING_SIDES];
    int64_t id, again;
    open_store(m);
    assert_int_equal(database_run(store_database(m->store),
                                  "INSERT INTO user (email, name, language, roles, made_at)"
                                  " VALUES ('a@example.com', 'A', 'en', 'sales', 1)",
                                  &m->error),
                     OK);
    const int64_t base = keep(m, "base", 0);
    struct stored_definition d = {.digest = SLICE("d"),
                                  .text = SLICE("masa: 1"),
                                  .origin = SLICE("a.yaml"),
                                  .author = 1,
                                  .note = SLICE("why"),
                                  .based_on = base,
                                  .made_at = 10,
                                  .offered_at = 10};
    assert_int_equal(definition_offer(m->store, &d, &id, &m->error), OK);
    const struct signoff yes = {.signs = true, .author = 1, .at = 11, .note = SLICE("fine")};
    assert_int_equal(signoff_set(m->store, id, SIDE_SALES, &yes, &m->error), OK);
    assert_int_equal(signoff_all(m->store, id, &m->arena, sides, &m->error), OK);
    assert_true(sides[SIDE_SALES].given);
    assert_true(sides[SIDE_SALES].signs);
    assert_slice(sides[SIDE_SALES].note, "fine");
    assert_false(sides[SIDE_MARKETING].given);
    d.note = SLICE("once more");
    d.offered_at = 20;
    assert_int_equal(definition_offer(m->store, &d, &again, &m->error), OK);
    assert_int_equal(again, id);
    assert_int_equal(signoff_all(m->store, id, &m->arena, sides, &m->error), OK);
    assert_false(sides[SIDE_SALES].given);
    struct definition_list page = {0};
    assert_int_equal(definition_page(m->store, 0, 10, &m->arena, &page, &m->error), OK);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.at[0].id, id);
    assert_slice(page.at[0].note, "once more");
    assert_int_equal(page.at[0].based_on, base);
    assert_int_equal(page.at[0].made_at, 10);
    assert_int_equal(page.at[0].offered_at, 20);
    assert_int_equal(definition_count(m->store), 2);
    vector_release(&page);
}

/* A store as it was before this step: what was in force then is. */
static void the_form_before_is_brought_forward(void **state)
{
    struct made *m = *state;
    struct database *db = database_open(m->path, DATABASE_CREATE, &m->error);
    assert_int_equal(database_run(db, migrations[0].text, &m->error), OK);
    assert_int_equal(database_run(db, migrations[1].text, &m->error), OK);
    assert_int_equal(database_run(db,
                                  "INSERT INTO definition VALUES (1, 'a', 'masa: 1', 'a.yaml', 5, 0);"
                                  "INSERT INTO definition VALUES (2, 'b', 'masa: 1', 'a.yaml', 7, 7);"
                                  "INSERT INTO definition VALUES (3, 'c', 'masa: 1', 'a.yaml', 9, NULL);"
                                  "PRAGMA user_version = 2; PRAGMA application_id = 1835103073",
                                  &m->error),
                     OK);
    database_close(db);
    open_store(m);
    assert_int_equal(in_force(m, 6), 1);
    assert_int_equal(in_force(m, 100), 2);
    assert_int_equal(definition_count(m->store), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_is_in_force_until_the_next, begin, end),
        cmocka_unit_test_setup_teardown(a_plan_is_given_up_for_another, begin, end),
        cmocka_unit_test_setup_teardown(an_offer_forgets_what_was_signed, begin, end),
        cmocka_unit_test_setup_teardown(the_form_before_is_brought_forward, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
