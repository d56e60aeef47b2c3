/* Threads that do the work, and a queue before them that has an end: when it is full the giver is told, instead of
 * everybody waiting ever longer. */
#ifndef MASA_HTTP_WORKERS_H
#define MASA_HTTP_WORKERS_H

#include "base/error.h"

struct workers;

/* `worker`: number of the thread, from 0, so that each can have things of its own. */
struct workers_job {
    void (*run)(void *context, void *job, int worker);
    void *context;
};

struct workers *workers_start(int threads, size_t queue_max, struct workers_job job, struct error *error);
/* Does what is in the queue, then ends the threads. */
void workers_stop(struct workers *workers);
/* False: the queue is full. */
bool workers_put(struct workers *workers, void *job);
/* Jobs that wait. */
size_t workers_waiting(struct workers *workers);

#endif
