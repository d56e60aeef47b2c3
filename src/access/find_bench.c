/* What it costs to find out who asks: find_bench [SESSIONS]. Each session once (read from the store), then a few again
 * and again (remembered), then the same while another connection keeps committing, as intake does. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "access/link.h"
#include "access/session.h"
#include "access/user.h"
#include "store/store.h"

enum { AGAIN = 200000, FEW = 50 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void find(struct access *access, const char *token)
{
    struct identity who;
    if (session_find(access, slice_of(token, SECRET_TEXT), SLICE("192.0.2.7"), &who, NULL) != ANSWER_OK) abort();
}

/* Sessions of one person, made as signing in does, but in one transaction. */
static void make_sessions(struct database *db, char (*tokens)[SECRET_SIZE], int count, int64_t now)
{
    static const char sql[] = "INSERT INTO session (digest, user, made_at, seen_at, expires_at, address, agent)"
                              " VALUES (?1, 1, ?2, ?2, ?3, '', '')";
    const struct world world = world_system();
    if (database_begin(db, NULL) != OK) abort();
    for (int i = 0; i < count; i++) {
        secret_make(&world, tokens[i]);
        const struct digest digest = secret_digest(slice_of(tokens[i], SECRET_TEXT));
        struct statement *s = database_statement(db, sql);
        statement_bytes_in(s, 1, digest_slice(&digest));
        statement_int(s, 2, now);
        statement_int(s, 3, now + now);
        if (statement_do(s, NULL) != OK) abort();
    }
    if (database_commit(db, NULL) != OK) abort();
}

static void measure(struct store *store, struct store *other, char (*tokens)[SECRET_SIZE], int count)
{
    struct error error;
    struct access *access = access_new(store_database(store), world_system(), NULL);
    double start = seconds();
    for (int i = 0; i < count; i++) find(access, tokens[i]);
    printf("read from a store of %d sessions: %.2f us each\n", count, (seconds() - start) / count * 1e6);
    start = seconds();
    for (int i = 0; i < AGAIN; i++) find(access, tokens[i % FEW]);
    printf("remembered: %.2f us each\n", (seconds() - start) / AGAIN * 1e6);
    double spent = 0;
    enum { COMMITS = 300, EACH = 10 };
    for (int i = 0; i < COMMITS; i++) {
        if (store_set(other, "bench", SLICE("x"), &error) != OK) abort();
        start = seconds();
        for (int j = 0; j < EACH; j++) find(access, tokens[j % FEW]);
        spent += seconds() - start;
    }
    printf("remembered, %d between two commits of another connection: %.2f us each\n", EACH,
           spent / (COMMITS * EACH) * 1e6);
    access_free(access);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/masa-find-XXXXXX", path[64], rest[80];
    struct error error = {0};
    int64_t id, count = 10000;
    if (argc > 1 && (!slice_to_i64(slice_from(argv[1]), &count) || count < FEW)) return BAD_USAGE;
    if (!mkdtemp(folder)) return FAILED;
    snprintf(path, sizeof path, "%s/a.db", folder);
    struct store *store = store_open(path, DATABASE_CREATE, &error), *other = store_open(path, DATABASE_WRITE, &error);
    const struct identity command = identity_command();
    const struct user user = {
        .email = SLICE("a@example.com"), .name = SLICE("A"), .language = SLICE("en"), .roles = ROLE_EVERY};
    struct access *access = access_new(store_database(store), world_system(), NULL);
    if (user_add(access, &command, &user, &id, &error) != ANSWER_OK) return FAILED;
    access_free(access);
    char(*tokens)[SECRET_SIZE] = memory_new((size_t)count * sizeof *tokens);
    make_sessions(store_database(store), tokens, (int)count, world_system().now(NULL));
    measure(store, other, tokens, (int)count);
    free(tokens);
    store_close(other);
    store_close(store);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        snprintf(rest, sizeof rest, "%s%s", path, ends[i]);
        unlink(rest);
    }
    return rmdir(folder) == 0 ? OK : FAILED;
}
