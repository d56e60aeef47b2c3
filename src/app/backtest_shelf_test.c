/* The shelf of backtests and erasures: what was found before somebody was erased is not kept after it. */
#include "base/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/backtest_shelf.h"
#include "store/store.h"

struct folder {
    char path[64], db[96];
    struct backtest_shelf *shelf;
    struct store *other; /* of the process that erases */
};

static void begin(struct folder *f)
{
    struct error error;
    snprintf(f->path, sizeof f->path, "/tmp/shelf-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    snprintf(f->db, sizeof f->db, "%s/a.db", f->path);
    f->other = store_open(f->db, DATABASE_CREATE, &error);
    assert_non_null(f->other);
    f->shelf = backtest_shelf_open(f->db, &error);
    assert_non_null(f->shelf);
}

static void end(struct folder *f)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[128];
    backtest_shelf_close(f->shelf);
    store_close(f->other);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", f->db, ends[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(f->path), 0);
}

static void erase_somebody(struct folder *f)
{
    static const char sql[] = "INSERT INTO erasure (at, done_at, residue, facts, receipt) VALUES (1, 1, '', '', '{}')";
    assert_int_equal(database_run(store_database(f->other), sql, NULL), OK);
}

static bool is_there(struct folder *f, int64_t id)
{
    struct arena arena;
    struct slice result;
    arena_init(&arena);
    const bool there = backtest_shelf_result(f->shelf, id, &arena, &result);
    if (there) assert_slice(result, "{\"moved\":[\"p1\"]}");
    arena_release(&arena);
    return there;
}

static void test_what_an_erasure_overtakes_is_not_kept(void **state)
{
    struct folder f;
    const struct slice result = SLICE("{\"moved\":[\"p1\"]}");
    const struct backtest_job first = {.id = 1}, second = {.id = 2};
    begin(&f);
    backtest_shelf_begin(f.shelf, &first);
    int64_t erasures = backtest_shelf_erasures(f.shelf);
    assert_true(backtest_shelf_put(f.shelf, &first, result, erasures));
    assert_true(is_there(&f, 1));

    backtest_shelf_begin(f.shelf, &second);
    erasures = backtest_shelf_erasures(f.shelf);
    erase_somebody(&f);
    assert_false(backtest_shelf_put(f.shelf, &second, result, erasures));
    assert_false(is_there(&f, 2));
    assert_int_not_equal(backtest_shelf_erasures(f.shelf), erasures);
    assert_true(backtest_shelf_put(f.shelf, &second, result, backtest_shelf_erasures(f.shelf)));
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_an_erasure_overtakes_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
