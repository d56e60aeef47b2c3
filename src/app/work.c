#include "app/work.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/vector.h"

struct remembered {
    int64_t first, second;
    struct slice text;
};

struct work {
    pthread_mutex_t mutex;
    struct store *store;
    struct access *access;
    struct world world;
    struct arena arena;
    VECTOR(struct remembered) remembered;
};

enum outcome work_open(const char *db, struct access *access, struct world world, struct work **out,
                       struct error *error)
{
    struct store *store = store_open(db, DATABASE_WRITE, error);
    if (!store) return error && error->code ? error->code : FAILED;
    struct work *work = memory_new(sizeof *work);
    *work = (struct work){.store = store, .access = access, .world = world};
    pthread_mutex_init(&work->mutex, NULL);
    arena_init(&work->arena);
    *out = work;
    return OK;
}

void work_close(struct work *work)
{
    if (!work) return;
    store_close(work->store);
    arena_release(&work->arena);
    vector_release(&work->remembered);
    pthread_mutex_destroy(&work->mutex);
    free(work);
}

struct access *work_access(struct work *work)
{
    return work->access;
}

int64_t work_now(const struct work *work)
{
    return world_now(&work->world);
}

const struct world *work_world(const struct work *work)
{
    return &work->world;
}

void work_lock(struct work *work)
{
    pthread_mutex_lock(&work->mutex);
}

void work_unlock(struct work *work)
{
    pthread_mutex_unlock(&work->mutex);
}

struct store *work_store(struct work *work)
{
    return work->store;
}

struct database *work_database(struct work *work)
{
    return store_database(work->store);
}

bool work_recall(const struct work *work, int64_t first, int64_t second, struct slice *text)
{
    for (size_t i = 0; i < work->remembered.count; i++) {
        const struct remembered *r = &work->remembered.at[i];
        if (r->first != first || r->second != second) continue;
        *text = r->text;
        return true;
    }
    return false;
}

void work_remember(struct work *work, int64_t first, int64_t second, struct slice text)
{
    vector_push(&work->remembered, ((struct remembered){first, second, arena_slice(&work->arena, text)}));
}

enum answer work_begin(struct work *work, struct error *error)
{
    work_lock(work);
    const enum answer answer = answer_of(database_begin(work_database(work), error));
    if (answer != ANSWER_OK) work_unlock(work);
    return answer;
}

enum answer work_end(struct work *work, enum answer answer, const struct identity *who, const struct audit_entry *entry,
                     struct error *error)
{
    struct database *db = work_database(work);
    if (answer == ANSWER_OK && entry) answer = answer_of(audit_add(db, &work->world, who, entry, error));
    if (answer == ANSWER_OK) answer = answer_of(database_commit(db, error));
    if (answer != ANSWER_OK) database_rollback(db);
    work_unlock(work);
    return answer;
}
