#include "app/backtest_shelf.h"

#include <pthread.h>
#include <stdlib.h>

#include "store/store.h"

struct backtest_shelf {
    pthread_mutex_t mutex;
    struct store *store;
};

struct backtest_shelf *backtest_shelf_open(const char *db, struct error *error)
{
    struct store *store = store_open(db, DATABASE_WRITE, error);
    if (!store) return NULL;
    struct backtest_shelf *shelf = memory_new(sizeof *shelf);
    pthread_mutex_init(&shelf->mutex, NULL);
    shelf->store = store;
    return shelf;
}

void backtest_shelf_close(struct backtest_shelf *shelf)
{
    if (!shelf) return;
    store_close(shelf->store);
    pthread_mutex_destroy(&shelf->mutex);
    free(shelf);
}

static struct statement *say(struct backtest_shelf *shelf, const char *sql)
{
    return database_statement(store_database(shelf->store), sql);
}

size_t backtest_shelf_list(struct backtest_shelf *shelf, struct backtest_job out[BACKTESTS_KEPT], int64_t *last)
{
    static const char select[] = "SELECT id, author, created_at, events, seconds FROM backtest"
                                 " WHERE result IS NOT NULL ORDER BY id LIMIT ?1";
    size_t count = 0;
    *last = 0;
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, "SELECT max(id) FROM backtest");
    if (statement_row(s)) *last = statement_number(s, 0);
    statement_end(s, NULL);
    s = say(shelf, select);
    statement_int(s, 1, BACKTESTS_KEPT);
    while (count < BACKTESTS_KEPT && statement_row(s)) {
        const uint64_t events = (uint64_t)statement_number(s, 3);
        out[count++] = (struct backtest_job){.id = statement_number(s, 0),
                                             .by = statement_number(s, 1),
                                             .created_at = statement_number(s, 2),
                                             .state = BACKTEST_DONE,
                                             .done = events,
                                             .total = events,
                                             .seconds = (double)statement_number(s, 4)};
    }
    statement_end(s, NULL);
    statement_do(say(shelf, "DELETE FROM backtest WHERE result IS NULL"), NULL);
    pthread_mutex_unlock(&shelf->mutex);
    return count;
}

int64_t backtest_shelf_erasures(struct backtest_shelf *shelf)
{
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, "SELECT count(*) FROM erasure");
    const int64_t count = statement_row(s) ? statement_number(s, 0) : -1;
    statement_end(s, NULL);
    pthread_mutex_unlock(&shelf->mutex);
    return count;
}

void backtest_shelf_begin(struct backtest_shelf *shelf, const struct backtest_job *job)
{
    /* It may have ended already. */
    static const char insert[] = "INSERT OR IGNORE INTO backtest VALUES (?1, ?2, ?3, 0, 0, NULL)";
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, insert);
    statement_int(s, 1, job->id);
    statement_int(s, 2, job->by);
    statement_int(s, 3, job->created_at);
    statement_do(s, NULL);
    pthread_mutex_unlock(&shelf->mutex);
}

bool backtest_shelf_put(struct backtest_shelf *shelf, const struct backtest_job *job, struct slice result,
                        int64_t erasures)
{
    /* One statement, so that no erasure comes between looking and writing. */
    static const char insert[] = "INSERT OR REPLACE INTO backtest SELECT ?1, ?2, ?3, ?4, ?5, ?6"
                                 " WHERE (SELECT count(*) FROM erasure) = ?7";
    static const char trim[] = "DELETE FROM backtest WHERE result IS NOT NULL AND id NOT IN"
                               " (SELECT id FROM backtest WHERE result IS NOT NULL ORDER BY id DESC LIMIT ?1)";
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, insert);
    statement_int(s, 1, job->id);
    statement_int(s, 2, job->by);
    statement_int(s, 3, job->created_at);
    statement_int(s, 4, (int64_t)job->total);
    statement_int(s, 5, (int64_t)(job->seconds + 0.5));
    statement_text(s, 6, result);
    statement_int(s, 7, erasures);
    const bool kept = statement_do(s, NULL) == OK && database_changed(store_database(shelf->store)) > 0;
    s = say(shelf, trim);
    statement_int(s, 1, BACKTESTS_KEPT);
    statement_do(s, NULL);
    pthread_mutex_unlock(&shelf->mutex);
    return kept;
}

void backtest_shelf_drop(struct backtest_shelf *shelf, int64_t id)
{
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, "DELETE FROM backtest WHERE id = ?1");
    statement_int(s, 1, id);
    statement_do(s, NULL);
    pthread_mutex_unlock(&shelf->mutex);
}

bool backtest_shelf_result(struct backtest_shelf *shelf, int64_t id, struct arena *arena, struct slice *out)
{
    pthread_mutex_lock(&shelf->mutex);
    struct statement *s = say(shelf, "SELECT result FROM backtest WHERE id = ?1 AND result IS NOT NULL");
    statement_int(s, 1, id);
    const bool there = statement_row(s);
    if (there) *out = arena_slice(arena, statement_bytes(s, 0));
    statement_end(s, NULL);
    pthread_mutex_unlock(&shelf->mutex);
    return there;
}
