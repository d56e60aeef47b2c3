#include "http/workers.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
    struct workers *pool;
    pthread_t thread;
    int number;
};

struct workers {
    struct workers_job job;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    void **ring;
    size_t size, first, count;
    bool stopping;
    struct worker *worker;
    int threads;
};

/* NULL when the queue is empty and nothing more will come. */
static void *take(struct workers *pool)
{
    void *job = NULL;
    pthread_mutex_lock(&pool->lock);
    while (!pool->count && !pool->stopping) pthread_cond_wait(&pool->filled, &pool->lock);
    if (pool->count) {
        job = pool->ring[pool->first];
        pool->first = (pool->first + 1) % pool->size;
        pool->count--;
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct workers *pool = worker->pool;
    for (void *job; (job = take(pool));) pool->job.run(pool->job.context, job, worker->number);
    return NULL;
}

struct workers *workers_start(int threads, size_t queue_max, struct workers_job job, struct error *error)
{
    struct workers *pool = memory_new(sizeof *pool);
    pool->job = job;
    pool->size = queue_max;
    pool->ring = memory_new(queue_max * sizeof *pool->ring);
    pool->worker = memory_new((size_t)threads * sizeof *pool->worker);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->filled, NULL);
    for (; pool->threads < threads; pool->threads++) {
        struct worker *worker = &pool->worker[pool->threads];
        *worker = (struct worker){.pool = pool, .number = pool->threads};
        int failed = pthread_create(&worker->thread, NULL, work, worker);
        if (!failed) continue;
        error_set(error, FAILED, "cannot start a thread: %s", strerror(failed));
        workers_stop(pool);
        return NULL;
    }
    return pool;
}

void workers_stop(struct workers *pool)
{
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->threads; i++) pthread_join(pool->worker[i].thread, NULL);
    pthread_cond_destroy(&pool->filled);
    pthread_mutex_destroy(&pool->lock);
    free(pool->worker);
    free(pool->ring);
    free(pool);
}

bool workers_put(struct workers *pool, void *job)
{
    pthread_mutex_lock(&pool->lock);
    bool room = pool->count < pool->size;
    if (room) {
        pool->ring[(pool->first + pool->count++) % pool->size] = job;
        pthread_cond_signal(&pool->filled);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}

size_t workers_waiting(struct workers *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t count = pool->count;
    pthread_mutex_unlock(&pool->lock);
    return count;
}
