#include "store/names.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/memory.h"

struct names {
    pthread_mutex_t lock;
    struct arena arena;
    struct map codes;
    uint32_t saved; /* codes below it are in the store */
};

struct names *names_new(void)
{
    struct names *n = memory_new(sizeof *n);
    pthread_mutex_init(&n->lock, NULL);
    arena_init(&n->arena);
    map_init(&n->codes);
    return n;
}

void names_free(struct names *n)
{
    if (!n) return;
    pthread_mutex_destroy(&n->lock);
    map_release(&n->codes);
    arena_release(&n->arena);
    free(n);
}

/* Under the lock. Codes count up, so that an entry's place in the map is its code. */
static uint32_t code_of(struct names *n, struct slice text)
{
    return map_put_copy(&n->codes, &n->arena, text, n->codes.count);
}

enum outcome names_load(struct names *n, struct database *db, struct error *error)
{
    static const char sql[] = "SELECT code, text FROM name WHERE code >= ?1 ORDER BY code";
    enum outcome outcome = OK;
    pthread_mutex_lock(&n->lock);
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, n->codes.count);
    while (statement_row(s))
        if (code_of(n, statement_bytes(s, 1)) != (uint32_t)statement_number(s, 0))
            outcome = error_set(error, FAILED, "%s: its table of names is damaged", database_path(db));
    enum outcome ended = statement_end(s, outcome == OK ? error : NULL);
    n->saved = n->codes.count;
    pthread_mutex_unlock(&n->lock);
    return outcome != OK ? outcome : ended;
}

/* Under the lock: whether nobody else has given codes. */
static enum outcome check_ours(struct names *n, struct database *db, struct error *error)
{
    static const char sql[] = "SELECT count(*) FROM name";
    struct statement *s = database_statement(db, sql);
    const int64_t there = statement_row(s) ? statement_number(s, 0) : -1;
    enum outcome outcome = statement_end(s, error);
    if (outcome != OK || there == n->saved) return outcome;
    return error_set(error, FAILED, "%s: another program brought events at the same time; try again",
                     database_path(db));
}

enum outcome names_save(struct names *n, struct database *db, struct error *error)
{
    static const char sql[] = "INSERT INTO name (code, text) VALUES (?1, ?2)";
    pthread_mutex_lock(&n->lock);
    enum outcome outcome = n->saved < n->codes.count ? check_ours(n, db, error) : OK;
    for (uint32_t code = n->saved; code < n->codes.count && outcome == OK; code++) {
        struct statement *s = database_statement(db, sql);
        statement_int(s, 1, code);
        statement_text(s, 2, n->codes.entries[code].key);
        outcome = statement_do(s, error);
    }
    if (outcome == OK) n->saved = n->codes.count;
    pthread_mutex_unlock(&n->lock);
    return outcome;
}

uint32_t names_code(struct names *n, struct slice text)
{
    pthread_mutex_lock(&n->lock);
    const uint32_t code = code_of(n, text);
    pthread_mutex_unlock(&n->lock);
    return code;
}

uint32_t names_find(struct names *n, struct slice text)
{
    pthread_mutex_lock(&n->lock);
    const uint32_t code = map_get(&n->codes, text); /* MAP_NONE is NAME_NONE */
    pthread_mutex_unlock(&n->lock);
    return code;
}

struct slice names_text(struct names *n, uint32_t code)
{
    pthread_mutex_lock(&n->lock);
    struct slice text = code < n->codes.count ? n->codes.entries[code].key : slice_of("", 0);
    pthread_mutex_unlock(&n->lock);
    return text;
}

uint32_t names_count(struct names *n)
{
    pthread_mutex_lock(&n->lock);
    const uint32_t count = n->codes.count;
    pthread_mutex_unlock(&n->lock);
    return count;
}

void names_learn(struct names *n, const struct slice *paths, size_t path_count, uint32_t *codes, struct slice *texts,
                 uint32_t count)
{
    pthread_mutex_lock(&n->lock);
    for (size_t i = 0; i < path_count; i++) {
        const uint32_t code = map_get(&n->codes, paths[i]);
        codes[i] = code == MAP_NONE ? NAME_NONE : code;
    }
    for (uint32_t i = 0; i < count; i++) texts[i] = i < n->codes.count ? n->codes.entries[i].key : slice_of("", 0);
    pthread_mutex_unlock(&n->lock);
}
