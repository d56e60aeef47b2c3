/* One subject out of a store, beside an indexed look-up of the same events in SQLite, in turn and in one run:
 *
 *     lookup_bench DB [LOOK-UPS]
 *
 * Subjects are those of events picked evenly from the log, so that who did more is asked for more often. SQLite's table
 * has one row an event (subject, time, name, id), an index over (subject, time), and all of it in memory; it is made
 * from what the store holds. `events` finds the component and reads its events, the store kept open as a server keeps
 * it; `why` is all that a page of one lead asks for. Medians, in microseconds. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/component.h"
#include "app/why.h"
#include "store/kept.h"

enum { LOOKUPS = 500 };

struct bench {
    const char *path;
    struct run run;
    struct kept_links *links;
    struct store_kept *kept;
    struct input_plan plan;
    sqlite3 *db;
    sqlite3_stmt *insert, *select;
    uint64_t events, every;
    VECTOR(struct slice) keys;
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void need(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "lookup_bench: %s\n", what);
    exit(1);
}

/* ---- SQLite ---- */

static void run_sql(struct bench *b, const char *sql)
{
    need(sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(b->db));
}

static void bind(sqlite3_stmt *s, int column, struct slice text)
{
    sqlite3_bind_text(s, column, text.ptr, (int)text.len, SQLITE_STATIC);
}

static void take_row(void *context, const struct input_event *in)
{
    struct bench *b = context;
    bind(b->insert, 1, in->user);
    sqlite3_bind_int64(b->insert, 2, in->at.instant);
    bind(b->insert, 3, in->name);
    bind(b->insert, 4, in->id);
    sqlite3_step(b->insert);
    sqlite3_reset(b->insert);
    if (b->events++ % b->every == 0) vector_push(&b->keys, arena_slice(&b->run.arena, in->user));
}

/* Of `only`, or of everybody. */
static struct store_reading reading_of(struct bench *b, const struct input_sink *sink, const struct senders *only)
{
    return (struct store_reading){.path = b->path,
                                  .names = b->run.names,
                                  .sources = b->run.sources,
                                  .plan = &b->plan,
                                  .zone = &b->run.zone,
                                  .threads = 1,
                                  .sinks = sink,
                                  .only = only};
}

static void fill(struct bench *b)
{
    struct error error = {0};
    const struct input_sink sink = {b, take_row};
    const struct store_reading reading = reading_of(b, &sink, NULL);
    need(sqlite3_open_v2(":memory:", &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK, "SQLite");
    run_sql(b, "CREATE TABLE e (subject TEXT, at INTEGER, name TEXT, id TEXT); BEGIN");
    sqlite3_prepare_v2(b->db, "INSERT INTO e VALUES (?1, ?2, ?3, ?4)", -1, &b->insert, NULL);
    need(store_read(&reading, &error) == OK, error.message);
    sqlite3_finalize(b->insert);
    run_sql(b, "COMMIT; CREATE INDEX e_subject ON e (subject, at)");
    sqlite3_prepare_v2(b->db, "SELECT at, name, id FROM e WHERE subject = ?1 ORDER BY at", -1, &b->select, NULL);
}

static size_t ask_sqlite(struct bench *b, struct slice key)
{
    size_t rows = 0;
    bind(b->select, 1, key);
    for (; sqlite3_step(b->select) == SQLITE_ROW; rows++)
        for (int c = 0; c < 3; c++) sqlite3_column_text(b->select, c);
    sqlite3_reset(b->select);
    return rows;
}

/* ---- the store ---- */

static void count_event(void *context, const struct input_event *in)
{
    ++*(size_t *)context;
}

static size_t ask_store(struct bench *b, struct slice key)
{
    struct senders only;
    struct error error = {0};
    bool some;
    size_t rows = 0;
    const struct run_options options = {.db = b->path, .subject = key, .links = b->links};
    const struct input_sink sink = {&rows, count_event};
    const struct store_reading reading = reading_of(b, &sink, &only);
    senders_init(&only);
    need(component_find(&b->run, &options, b->kept, &only, &some, &error) == OK && some, "no component");
    need(store_kept_read(b->kept, &reading, &error) == OK, error.message);
    senders_release(&only);
    return rows;
}

static size_t ask_why(struct bench *b, struct slice key)
{
    struct run run;
    struct error error = {0};
    struct buffer out;
    const struct why_request request = {
        .history = {.run = {.db = b->path, .keep_ids = true, .links = b->links}, .now = INT64_C(4102444800000000)},
        .program = SLICE("lookup_bench"),
        .subject = key,
        .format = WHY_JSON};
    run_init(&run);
    buffer_init(&out, BUFFER_NO_LIMIT);
    need(why_of_files(&run, &request, &out, &error) == OK, error.message);
    const size_t size = out.len;
    buffer_release(&out);
    run_release(&run);
    return size;
}

/* ---- in turn ---- */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef size_t ask_function(struct bench *b, struct slice key);

static double timed(struct bench *b, ask_function *ask, struct slice key, size_t *answer)
{
    const double began = now_us();
    *answer = ask(b, key);
    return now_us() - began;
}

static double median(double *times, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
    return times[count / 2];
}

struct asking {
    const char *name;
    ask_function *ask;
    double *times;
};

/* All of them, key by key; where two ask for events, they must find as many. Returns how many. */
static size_t ask_all(struct bench *b, struct asking *asks, int count)
{
    size_t answers[2] = {0}, rows = 0;
    for (int a = 0; a < count; a++) asks[a].times = memory_new((b->keys.count + 1) * sizeof *asks[a].times);
    for (size_t i = 0; i < b->keys.count; i++) {
        for (int a = 0; a < count; a++) asks[a].times[i] = timed(b, asks[a].ask, b->keys.at[i], &answers[a]);
        need(count < 2 || answers[0] == answers[1], "the store and SQLite have different events");
        rows += answers[0];
    }
    return rows;
}

/* What a page does washes the processor's caches, so that it comes by itself. */
static void compare(struct bench *b)
{
    struct asking asks[] = {{"sqlite", ask_sqlite, NULL}, {"events", ask_store, NULL}, {"why", ask_why, NULL}};
    const size_t rows = ask_all(b, asks, 2);
    ask_all(b, asks + 2, 1);
    printf("%zu look-ups of %.1f events each, of %llu\n", b->keys.count, (double)rows / (double)b->keys.count,
           (unsigned long long)b->events);
    double first = 0;
    for (size_t a = 0; a < sizeof asks / sizeof *asks; a++) {
        const double middle = median(asks[a].times, b->keys.count);
        if (!a) first = middle;
        printf("%-7s %8.1f us  %6.2f of SQLite\n", asks[a].name, middle, middle / first);
        free(asks[a].times);
    }
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct bench b = {.path = argv[1]};
    need(argc > 1, "usage: lookup_bench DB [LOOK-UPS]");
    run_init(&b.run);
    need(run_load_stored(&b.run, b.path, 0, &error) == OK, error.message);
    need(run_open_store(&b.run, &(struct run_options){.db = b.path}, &error) == OK, error.message);
    b.links = kept_links_new(b.path);
    kept_links_warm(b.links);
    b.kept = store_kept_new(b.path);
    b.plan = run_plan(&b.run);
    b.every = 1;
    const uint64_t wanted = argc > 2 ? strtoull(argv[2], NULL, 10) : LOOKUPS;
    struct store *store = store_open(b.path, DATABASE_READ, &error);
    need(store != NULL, error.message);
    struct statement *s = database_statement(store_database(store), "SELECT sum(events) FROM block");
    if (statement_row(s) && wanted) b.every = (uint64_t)statement_number(s, 0) / wanted + 1;
    statement_end(s, NULL);
    store_close(store);
    fill(&b);
    compare(&b);
    sqlite3_finalize(b.select);
    sqlite3_close(b.db);
    vector_release(&b.keys);
    store_kept_free(b.kept);
    kept_links_free(b.links);
    run_release(&b.run);
    return 0;
}
