/* How many events a second are on the disk when their sender is told so:
 *
 *     durable raw|masa|sqlite FOLDER BATCH CLIENTS SECONDS
 *     durable folded FOLDER BATCH CLIENTS SECONDS DEFINITION
 *     durable postgres CONNECTION BATCH CLIENTS SECONDS      (when built where libpq is)
 *     durable http PORT BATCH CLIENTS SECONDS KEY            (masa serve on 127.0.0.1, calls of the Segment shape)
 *
 * Each client brings a batch, waits until it is acknowledged, and brings the next one: so many seconds that are not
 * counted, and then as many that are. Prints how many events and bytes (of the events' JSON) were acknowledged in how
 * many seconds, and how long a batch waited, as JSON. `masa` appends lines to the log of a store, which is merged into
 * blocks meanwhile where the store has a definition; `folded` parses and checks each batch first, and its seconds end
 * when all is folded. */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_LIBPQ
#include <libpq-fe.h>
#endif

#include "app/checkpoint.h"
#include "base/buffer.h"
#include "folded.h"
#include "log/commit.h"
#include "store/place.h"

enum { CLIENTS_MAX = 1024, NAME_MAX_LEN = 4096, TAIL_EVENTS = 50000 /* as app/serve.c has it */ };

struct round {
    const char *place, *key; /* the last argument: a write key, or a definition */
    int batch, clients;
    double seconds;
    bool short_events;
    const struct way *way;
    struct commit *commit; /* of masa */
    struct folded *folded;
    atomic_ullong events, bytes; /* while it counted */
    atomic_ullong all;           /* events, from the beginning */
    atomic_bool counting, over;
};

/* Where an event's own digits stand in the lines. */
struct spots {
    size_t user, id, step, query;
};

struct client {
    struct round *run;
    int number;
    uint64_t made; /* events so far */
    struct buffer lines, body;
    VECTOR(struct spots) spots; /* by event of the batch */
    sem_t told;                 /* of masa */
    struct segment *segment;
    VECTOR(float) waited; /* milliseconds, a batch */
    void *connection;
    int file;
};

/* What it takes to be one client: `open` and `close` may be NULL. */
struct way {
    const char *name;
    void (*open)(struct client *c);
    void (*bring)(struct client *c);
    void (*close)(struct client *c);
};

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("durable: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

enum { USER_DIGITS = 5, ID_DIGITS = 16 };

/* What a browser's library says of itself and of the page. */
static void add_context(struct buffer *b, struct spots *spots)
{
    buffer_text(b, ",\"context\":{\"page\":{\"url\":\"https://example.com/pricing?step=");
    spots->query = b->len;
    buffer_text(b, "0\",\"title\":\"Pricing\",\"referrer\":\"https://example.com/\"},\"locale\":\"he-IL\",\"library\":{"
                   "\"name\":\"analytics.js\",\"version\":\"4.1.0\"},\"userAgent\":"
                   "\"Mozilla/5.0 (X11; Linux x86_64)\"}");
}

/* Events as a browser's library sends them, or short ones; `end` follows each. Their digits are put in for each batch:
 * what it takes to make events is nobody's to be measured. */
static void make_templates(struct client *c, const char *end)
{
    struct buffer *b = &c->lines;
    for (int i = 0; i < c->run->batch; i++) {
        struct spots spots = {0};
        buffer_text(b, "{\"type\":\"track\",\"event\":\"page_viewed\",\"userId\":\"p");
        spots.user = b->len;
        buffer_text(b, "00000\",\"messageId\":\"m");
        spots.id = b->len;
        buffer_text(b, "0000000000000000\",\"timestamp\":\"2026-01-05T10:00:00.000Z\",\"properties\":{\"path\":"
                       "\"/pricing\",\"step\":");
        spots.step = b->len;
        buffer_text(b, "0}");
        if (!c->run->short_events) add_context(b, &spots);
        buffer_text(b, "}");
        if (i + 1 < c->run->batch || *end == '\n') buffer_text(b, end);
        vector_push(&c->spots, spots);
    }
}

static void put_digits(char *end, unsigned long long n, int digits, unsigned base)
{
    for (int i = 0; i < digits; i++, n /= base) *--end = "0123456789abcdef"[n % base];
}

static void make_lines(struct client *c, const char *end)
{
    if (!c->lines.len) make_templates(c, end);
    for (int i = 0; i < c->run->batch; i++) {
        const unsigned long long n = (unsigned long long)c->number << 40 | c->made++;
        const struct spots *s = &c->spots.at[i];
        put_digits(c->lines.data + s->user + USER_DIGITS, n % 100000, USER_DIGITS, 10);
        put_digits(c->lines.data + s->id + ID_DIGITS, n, ID_DIGITS, 16);
        put_digits(c->lines.data + s->step + 1, n % 5, 1, 10);
        if (s->query) put_digits(c->lines.data + s->query + 1, n % 7, 1, 10);
    }
}

/* ---- raw: as fast as the disk says it has it ---- */

enum { RAW_BYTES = 64 << 20, PAGE = 4096 };

static void raw_open(struct client *c)
{
    char name[NAME_MAX_LEN];
    static const char zeros[1 << 16];
    snprintf(name, sizeof name, "%s/raw.%d", c->run->place, c->number);
    c->file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (size_t at = 0; at < RAW_BYTES; at += sizeof zeros)
        if (pwrite(c->file, zeros, sizeof zeros, (off_t)at) < 0) fail("%s: cannot be written", name);
    fsync(c->file);
    unlink(name);
}

static void raw_bring(struct client *c)
{
    const size_t pages = (c->lines.len + PAGE - 1) / PAGE, room = RAW_BYTES / PAGE - pages;
    const off_t at = (off_t)(c->made % room * PAGE);
    if (pwrite(c->file, c->lines.data, c->lines.len, at) < 0 || fdatasync(c->file)) fail("cannot write");
}

static void raw_close(struct client *c)
{
    close(c->file);
}

/* ---- masa's log ---- */

static void masa_open(struct client *c)
{
    sem_init(&c->told, 0, 0);
}

static void masa_told(void *context, enum outcome outcome, const struct error *error)
{
    struct client *c = context;
    if (outcome != OK) fail("%s", error->message);
    sem_post(&c->told);
}

static void masa_bring(struct client *c)
{
    const struct commit_call call = {masa_told, c};
    if (commit_put(c->run->commit, buffer_slice(&c->lines), (size_t)c->run->batch, call) != COMMIT_TAKEN)
        fail("the log is busy");
    sem_wait(&c->told);
}

/* ---- the same with all that a service does ---- */

static void folded_open(struct client *c)
{
    masa_open(c);
    c->segment = segment_new();
}

static void folded_bring(struct client *c)
{
    const struct commit_call call = {masa_told, c};
    buffer_clear(&c->body);
    buffer_printf(&c->body, "{\"batch\":[");
    buffer_add(&c->body, buffer_slice(&c->lines));
    buffer_printf(&c->body, "],\"writeKey\":\"bench\"}");
    const struct segment_lines lines = folded_check(c->segment, buffer_slice(&c->body));
    if (lines.count != (size_t)c->run->batch) fail("an event was refused");
    if (commit_put(c->run->commit, lines.text, lines.count, call) != COMMIT_TAKEN) fail("the log is busy");
    sem_wait(&c->told);
}

static void folded_close(struct client *c)
{
    segment_free(c->segment);
}

/* ---- SQLite, a row an event, as durable as masa's store ---- */

static void sqlite_do(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail("%s: %s", sql, sqlite3_errmsg(db));
}

static void sqlite_open(struct client *c)
{
    char name[NAME_MAX_LEN];
    sqlite3 *db;
    if (c->run->clients > 1) fail("sqlite: one client only");
    snprintf(name, sizeof name, "%s/durable.sqlite", c->run->place);
    if (sqlite3_open(name, &db) != SQLITE_OK) fail("%s: cannot be opened", name);
    sqlite_do(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                  "CREATE TABLE event (id INTEGER PRIMARY KEY, line TEXT NOT NULL)");
    c->connection = db;
}

static void sqlite_bring(struct client *c)
{
    sqlite3 *db = c->connection;
    static sqlite3_stmt *insert;
    if (!insert && sqlite3_prepare_v2(db, "INSERT INTO event (line) VALUES (?1)", -1, &insert, NULL) != SQLITE_OK)
        fail("%s", sqlite3_errmsg(db));
    sqlite_do(db, "BEGIN");
    struct slice rest = buffer_slice(&c->lines);
    while (rest.len) {
        const struct slice line = slice_cut(&rest, '\n');
        sqlite3_bind_text(insert, 1, line.ptr, (int)line.len, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) fail("%s", sqlite3_errmsg(db));
        sqlite3_reset(insert);
    }
    sqlite_do(db, "COMMIT");
}

/* ---- PostgreSQL, a row an event; a batch of several by COPY ---- */

#ifdef WITH_LIBPQ
static void postgres_open(struct client *c)
{
    PGconn *db = PQconnectdb(c->run->place);
    if (PQstatus(db) != CONNECTION_OK) fail("%s", PQerrorMessage(db));
    PQclear(PQprepare(db, "one", "INSERT INTO event (line) VALUES ($1)", 1, NULL));
    c->connection = db;
}

static void postgres_end(PGconn *db, PGresult *result, ExecStatusType wanted)
{
    if (PQresultStatus(result) != wanted) fail("%s", PQerrorMessage(db));
    PQclear(result);
}

static void postgres_bring(struct client *c)
{
    PGconn *db = c->connection;
    if (c->run->batch == 1) {
        const char *const values[] = {c->lines.data};
        c->lines.data[c->lines.len - 1] = '\0';
        postgres_end(db, PQexecPrepared(db, "one", 1, values, NULL, NULL, 0), PGRES_COMMAND_OK);
        c->lines.data[c->lines.len - 1] = '\n';
        return;
    }
    postgres_end(db, PQexec(db, "COPY event (line) FROM STDIN"), PGRES_COPY_IN);
    if (PQputCopyData(db, c->lines.data, (int)c->lines.len) != 1 || PQputCopyEnd(db, NULL) != 1)
        fail("%s", PQerrorMessage(db));
    for (PGresult *r; (r = PQgetResult(db));) postgres_end(db, r, PGRES_COMMAND_OK);
}
#endif

/* ---- masa over HTTP ---- */

static void http_open(struct client *c)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)strtoul(c->run->place, NULL, 10)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->file = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->file, (const struct sockaddr *)&to, sizeof to)) fail("nothing listens on port %s", c->run->place);
}

static void send_all(struct client *c, struct slice text)
{
    while (text.len) {
        const ssize_t sent = send(c->file, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent <= 0) fail("the connection ended");
        text = slice_skip(text, (size_t)sent);
    }
}

/* Answers are short, and end with the length they announce. */
static void expect_ok(struct client *c)
{
    char answer[8192];
    size_t have = 0;
    for (;;) {
        const ssize_t got = recv(c->file, answer + have, sizeof answer - 1 - have, 0);
        if (got <= 0) fail("no answer");
        answer[have += (size_t)got] = '\0';
        const char *body = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "\r\nContent-Length:");
        if (!body || !length) continue;
        if (strncmp(answer, "HTTP/1.1 200", 12) != 0) fail("%s", answer);
        if (have >= (size_t)(body + 4 - answer) + strtoul(length + 17, NULL, 10)) return;
    }
}

static void http_bring(struct client *c)
{
    static const char first[] = "{\"batch\":[", last[] = "],\"sentAt\":\"2026-01-05T10:00:00.500Z\",\"writeKey\":\"";
    const size_t length = sizeof first - 1 + c->lines.len + sizeof last - 1 + strlen(c->run->key) + 2;
    buffer_clear(&c->body);
    buffer_printf(&c->body,
                  "POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n%s",
                  length, first);
    buffer_add(&c->body, buffer_slice(&c->lines));
    buffer_printf(&c->body, "%s%s\"}", last, c->run->key);
    send_all(c, buffer_slice(&c->body));
    expect_ok(c);
}

/* ---- the run ---- */

static const struct way ways[] = {
    {"raw", raw_open, raw_bring, raw_close},
    {"masa", masa_open, masa_bring, NULL},
    {"folded", folded_open, folded_bring, folded_close},
    {"sqlite", sqlite_open, sqlite_bring, NULL},
    {"http", http_open, http_bring, raw_close},
#ifdef WITH_LIBPQ
    {"postgres", postgres_open, postgres_bring, NULL},
#endif
};

static void *work(void *context)
{
    struct client *c = context;
    const bool in_array = strcmp(c->run->way->name, "http") == 0 || strcmp(c->run->way->name, "folded") == 0;
    while (!c->run->over) {
        make_lines(c, in_array ? "," : "\n");
        const double began = now();
        c->run->way->bring(c);
        atomic_fetch_add(&c->run->all, (unsigned long long)c->run->batch);
        if (!c->run->counting) continue;
        vector_push(&c->waited, (float)((now() - began) * 1e3));
        atomic_fetch_add(&c->run->events, (unsigned long long)c->run->batch);
        atomic_fetch_add(&c->run->bytes, c->lines.len);
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void print_result(const struct round *run, const struct client *clients, double took)
{
    VECTOR(float) all = {0};
    for (int i = 0; i < run->clients; i++)
        for (size_t k = 0; k < clients[i].waited.count; k++) vector_push(&all, clients[i].waited.at[k]);
    if (all.count) qsort(all.at, all.count, sizeof *all.at, by_size);
    printf(
        "{\"all\": %llu, \"events\": %llu, \"bytes\": %llu, \"seconds\": %.6f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
        (unsigned long long)run->all, (unsigned long long)run->events, (unsigned long long)run->bytes, took,
        all.count ? (double)all.at[all.count / 2] : 0.0, all.count ? (double)all.at[all.count * 99 / 100] : 0.0);
    vector_release(&all);
}

static void settle(struct round *run)
{
    struct error error = {0};
    uint64_t events, persons;
    if (folded_settle(run->folded, &events, &persons, &error) != OK) fail("%s", error.message);
    if (events != run->all || !persons) fail("%llu events were folded", (unsigned long long)events);
}

static void run_clients(struct round *run)
{
    struct client *clients = memory_new((size_t)run->clients * sizeof *clients);
    pthread_t *threads = memory_new((size_t)run->clients * sizeof *threads);
    for (int i = 0; i < run->clients; i++) {
        clients[i].run = run;
        clients[i].number = i;
        buffer_init(&clients[i].lines, BUFFER_NO_LIMIT);
        buffer_init(&clients[i].body, BUFFER_NO_LIMIT);
        run->way->open(&clients[i]);
    }
    for (int i = 0; i < run->clients; i++)
        if (pthread_create(&threads[i], NULL, work, &clients[i])) fail("no thread");
    usleep((useconds_t)(run->seconds * 1e6)); /* until files have the size that they are used over again with */
    const double began = now();
    run->counting = true;
    usleep((useconds_t)(run->seconds * 1e6));
    run->over = true;
    for (int i = 0; i < run->clients; i++) pthread_join(threads[i], NULL);
    if (run->folded) settle(run);
    const double took = now() - began;
    for (int i = 0; i < run->clients && run->way->close; i++) run->way->close(&clients[i]);
    print_result(run, clients, took);
    for (int i = 0; i < run->clients; i++) {
        buffer_release(&clients[i].lines);
        buffer_release(&clients[i].body);
        vector_release(&clients[i].spots);
        vector_release(&clients[i].waited);
    }
    free(clients);
    free(threads);
}

static void run_masa(struct round *run)
{
    char name[NAME_MAX_LEN];
    struct error error = {0};
    snprintf(name, sizeof name, "%s/durable.db", run->place);
    struct store *store = store_open(name, DATABASE_CREATE, &error);
    if (!store) fail("%s", error.message);
    struct tail_log *log = tail_log_open(store, &error);
    if (log) run->commit = commit_open(tail_log_port(log), &(struct commit_options){0}, &error);
    if (!run->commit) fail("%s", error.message);
    struct checkpointer *merging =
        checkpointer_start(name, (struct checkpoint_rule){.events = TAIL_EVENTS, .seconds = 30, .log = log});
    if (strcmp(run->way->name, "folded") == 0 && !(run->folded = folded_start(name, run->key, &error)))
        fail("%s", error.message);
    run_clients(run);
    commit_close(run->commit);
    checkpointer_stop(merging);
    struct tail_state tail;
    uint64_t kept;
    if (tail_look(store, &tail, &error) != OK || store_events(store, &kept, &error) != OK) fail("%s", error.message);
    if (tail.events + kept != run->all) fail("%llu events are there", (unsigned long long)(tail.events + kept));
    /* As after a kill: without a definition nothing is merged, and hundreds of megabytes are not made rows of. */
    fflush(stdout);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct round run = {0};
    for (size_t i = 0; argc >= 6 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i].name) == 0) run.way = &ways[i];
    const bool more = run.way && (strcmp(run.way->name, "http") == 0 || strcmp(run.way->name, "folded") == 0);
    if (!run.way || (more && argc != 7)) {
        fputs("usage: durable raw|masa|folded|sqlite|postgres|http PLACE BATCH CLIENTS SECONDS [KEY|DEFINITION]\n",
              stderr);
        return 2;
    }
    run.place = argv[2];
    int64_t batch = 0, clients = 0;
    slice_to_i64(slice_from(argv[3]), &batch);
    slice_to_i64(slice_from(argv[4]), &clients);
    run.batch = (int)batch;
    run.clients = (int)clients;
    run.seconds = strtod(argv[5], NULL);
    const char *events = getenv("EVENTS");
    run.short_events = events && strcmp(events, "short") == 0;
    run.key = argv[6];
    if (run.batch < 1 || run.clients < 1 || run.clients > CLIENTS_MAX) fail("a batch and clients are at least one");
    if (strcmp(run.way->name, "masa") == 0 || strcmp(run.way->name, "folded") == 0)
        run_masa(&run);
    else
        run_clients(&run);
    return 0;
}
