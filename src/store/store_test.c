/* A store is made, found again, brought forward, and refused where it is none. */
#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/test.h"

static char folder[] = "/tmp/masa-store-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    static const char *const names[] = {"a.db", "b.db", "new.db", "other.db", "text.db"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(path_of(names[i]));
    return rmdir(folder);
}

static void settings_are_kept(void **state)
{
    struct error error = {0};
    struct arena arena;
    arena_init(&arena);
    struct store *store = store_open(path_of("a.db"), DATABASE_CREATE, &error);
    assert_non_null(store);
    assert_int_equal(store_setting(store_database(store), "colour", &arena).len, 0);
    assert_int_equal(store_set(store, "colour", SLICE("blue"), &error), OK);
    assert_int_equal(store_set(store, "colour", SLICE("green"), &error), OK);
    store_close(store);
    store = store_open(path_of("a.db"), DATABASE_READ, &error);
    assert_non_null(store);
    assert_true(slice_is(store_setting(store_database(store), "colour", &arena), "green"));
    assert_int_equal(store_set(store, "colour", SLICE("red"), &error), FAILED); /* a reader changes nothing */
    store_close(store);
    arena_release(&arena);
}

static void what_is_no_store_is_refused(void **state)
{
    struct error error = {0};
    assert_null(store_open(path_of("none.db"), DATABASE_WRITE, &error));
    assert_non_null(strstr(error.message, "there is no such store"));

    FILE *file = fopen(path_of("text.db"), "w");
    fputs("this is a text of more than a hundred bytes, which SQLite looks at and then finds that it is no database\n",
          file);
    fclose(file);
    assert_null(store_open(path_of("text.db"), DATABASE_WRITE, &error));
    assert_non_null(strstr(error.message, "is no masa store"));

    struct database *db = database_open(path_of("other.db"), DATABASE_CREATE, &error);
    assert_int_equal(database_run(db, "CREATE TABLE t (x)", &error), OK);
    database_close(db);
    assert_null(store_open(path_of("other.db"), DATABASE_WRITE, &error));
    assert_non_null(strstr(error.message, "another program"));
}

static void a_newer_store_is_left_alone(void **state)
{
    struct error error = {0};
    store_close(store_open(path_of("new.db"), DATABASE_CREATE, &error));
    struct database *db = database_open(path_of("new.db"), DATABASE_WRITE, &error);
    assert_int_equal(database_run(db, "PRAGMA user_version = 9999", &error), OK);
    database_close(db);
    assert_null(store_open(path_of("new.db"), DATABASE_WRITE, &error));
    assert_non_null(strstr(error.message, "newer masa"));
}

static void what_is_rolled_back_was_never_there(void **state)
{
    struct error error = {0};
    struct arena arena;
    arena_init(&arena);
    struct store *store = store_open(path_of("b.db"), DATABASE_CREATE, &error);
    struct database *db = store_database(store);
    assert_int_equal(database_begin(db, &error), OK);
    assert_int_equal(store_set(store, "k", SLICE("v"), &error), OK);
    database_rollback(db);
    assert_int_equal(store_setting(store_database(store), "k", &arena).len, 0);
    store_close(store);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_kept),
        cmocka_unit_test(what_is_no_store_is_refused),
        cmocka_unit_test(a_newer_store_is_left_alone),
        cmocka_unit_test(what_is_rolled_back_was_never_there),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
