#include "app/backtests.h"

#include <pthread.h>
#include <unistd.h>

#include "app/backtest.h"
#include "app/backtest_shelf.h"

const char *const backtest_state_names[] = {"queued", "running", "done", "failed", "cancelled"};

#define TELL_EVERY (SECOND_US / 2)

struct kept_job {
    struct backtests *all;
    struct backtest_job card; /* its texts are these: */
    struct buffer result;     /* unless it stands on the shelf */
    bool shelved;
    struct arena arena;
    struct backtest_asked asked;
    int64_t began, told_at, erasures; /* the last: of the store, before it was read */
    atomic_bool stop;
};

struct backtests {
    const char *db;
    struct world world;
    int run_threads;
    void (*told)(void *context, const struct backtest_job *job);
    void *context;
    struct backtest_shelf *shelf;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t changed;
    struct kept_job *jobs[BACKTESTS_KEPT]; /* oldest first */
    size_t count;
    int64_t last_id;
    bool stopping;
    pthread_t threads[BACKTESTS_AT_ONCE];
    int thread_count;
};

static bool has_ended(const struct kept_job *job)
{
    return job->card.state > BACKTEST_RUNNING;
}

static void job_free(struct kept_job *job)
{
    buffer_release(&job->result);
    arena_release(&job->arena);
    free(job);
}

/* ---- one job ---- */

static void tell(struct kept_job *job)
{
    pthread_mutex_lock(&job->all->mutex);
    const struct backtest_job card = job->card;
    pthread_mutex_unlock(&job->all->mutex);
    job->all->told(job->all->context, &card);
}

static void take_progress(void *context, uint64_t events, uint64_t total)
{
    struct kept_job *job = context;
    const int64_t now = world_now(&job->all->world);
    pthread_mutex_lock(&job->all->mutex);
    job->card.done = events;
    job->card.total = total;
    const bool due = now - job->told_at >= TELL_EVERY;
    if (due) job->told_at = now;
    pthread_mutex_unlock(&job->all->mutex);
    if (due) tell(job);
}

static enum outcome try_out(struct kept_job *job, struct error *error)
{
    const struct backtest_asked *asked = &job->asked;
    const int64_t now = world_now(&job->all->world);
    const struct run_watch watch = {take_progress, job, &job->stop};
    const struct backtest_request request = {.run = {.db = job->all->db,
                                                     .definition = asked->name,
                                                     .text = asked->against,
                                                     .now = now,
                                                     .threads = job->all->run_threads,
                                                     .spend = true,
                                                     .watch = &watch},
                                             .with = asked->name,
                                             .with_text = asked->text,
                                             .now = now,
                                             .program = SLICE("masa " MASA_VERSION),
                                             .period = asked->period,
                                             .format = BACKTEST_JSON};
    struct backtest_request in_force = request;
    struct run before, after;
    if (!asked->against.len) in_force.run.definition = NULL;
    run_init(&before);
    run_init(&after);
    const enum outcome outcome = backtest_of_files(&before, &after, &in_force, &job->result, NULL, error);
    run_release(&after);
    run_release(&before);
    return outcome;
}

/* What was found goes to the shelf, if it can be written there; nobody else looks at it yet. */
static bool shelve(struct kept_job *job, enum outcome outcome)
{
    struct backtests *all = job->all;
    pthread_mutex_lock(&all->mutex);
    struct backtest_job card = job->card;
    pthread_mutex_unlock(&all->mutex);
    card.seconds = (double)(world_now(&all->world) - job->began) / SECOND_US;
    if (outcome != OK || atomic_load(&job->stop)) {
        backtest_shelf_drop(all->shelf, card.id);
        return false;
    }
    if (!backtest_shelf_put(all->shelf, &card, buffer_slice(&job->result), job->erasures)) return false;
    buffer_release(&job->result);
    return true;
}

/* Somebody was erased since the job read the store: what it found may name them. */
static bool is_outdated(const struct kept_job *job)
{
    return backtest_shelf_erasures(job->all->shelf) != job->erasures;
}

static enum outcome forget(struct kept_job *job, struct error *error)
{
    buffer_release(&job->result);
    backtest_shelf_drop(job->all->shelf, job->card.id);
    return error_set(error, FAILED,
                     "Somebody was erased while it ran, so that what it found is forgotten; begin it again.");
}

/* Once it has ended, another thread may make room of it: what is told is a copy. */
static void run_job(struct kept_job *job)
{
    struct backtests *all = job->all;
    struct error error = {0};
    tell(job);
    job->erasures = backtest_shelf_erasures(all->shelf);
    enum outcome outcome = try_out(job, &error);
    const bool shelved = shelve(job, outcome);
    if (outcome == OK && !shelved && is_outdated(job)) outcome = forget(job, &error);
    pthread_mutex_lock(&job->all->mutex);
    job->shelved = shelved;
    job->card.seconds = (double)(world_now(&job->all->world) - job->began) / SECOND_US;
    if (atomic_load(&job->stop)) {
        job->card.state = BACKTEST_CANCELLED;
    } else if (outcome == OK) {
        job->card.state = BACKTEST_DONE;
        job->card.done = job->card.total; /* the tail is not counted */
        job->card.result = shelved ? slice_of("", 0) : buffer_slice(&job->result);
    } else {
        job->card.state = BACKTEST_FAILED;
        job->card.asked_wrongly = outcome == BAD_USAGE;
        job->card.message = arena_slice(&job->arena, slice_from(error.message));
    }
    struct backtest_job card = job->card;
    pthread_mutex_unlock(&all->mutex);
    card.result = card.message = slice_of("", 0);
    all->told(all->context, &card);
}

/* ---- threads ---- */

static struct kept_job *next_queued(struct backtests *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->jobs[i]->card.state == BACKTEST_QUEUED) return b->jobs[i];
    return NULL;
}

static void *work(void *context)
{
    struct backtests *b = context;
    pthread_mutex_lock(&b->mutex);
    while (!b->stopping) {
        struct kept_job *job = next_queued(b);
        if (!job) {
            pthread_cond_wait(&b->changed, &b->mutex);
            continue;
        }
        job->card.state = BACKTEST_RUNNING;
        job->began = world_now(&b->world);
        pthread_mutex_unlock(&b->mutex);
        run_job(job);
        pthread_mutex_lock(&b->mutex);
    }
    pthread_mutex_unlock(&b->mutex);
    return NULL;
}

/* Those that were done before the program was started. */
static void take_from_shelf(struct backtests *b)
{
    struct backtest_job *cards = memory_new(BACKTESTS_KEPT * sizeof *cards);
    const size_t count = backtest_shelf_list(b->shelf, cards, &b->last_id);
    for (size_t i = 0; i < count; i++) {
        struct kept_job *job = memory_new(sizeof *job);
        job->all = b;
        job->card = cards[i];
        job->shelved = true;
        arena_init(&job->arena);
        buffer_init(&job->result, BUFFER_NO_LIMIT);
        b->jobs[b->count++] = job;
    }
    free(cards);
}

enum outcome backtests_start(const char *db, struct world world,
                             void (*told)(void *context, const struct backtest_job *job), void *context,
                             struct backtests **out, struct error *error)
{
    struct backtests *b = memory_new(sizeof *b);
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *b = (struct backtests){.db = db, .world = world, .told = told, .context = context};
    b->shelf = backtest_shelf_open(db, error);
    if (!b->shelf) {
        free(b);
        return FAILED;
    }
    b->run_threads = cores > 2 ? (int)cores / 2 : 1; /* the rest is for those who wait for answers */
    pthread_mutex_init(&b->mutex, NULL);
    pthread_cond_init(&b->changed, NULL);
    take_from_shelf(b);
    while (b->thread_count < BACKTESTS_AT_ONCE && pthread_create(&b->threads[b->thread_count], NULL, work, b) == 0)
        b->thread_count++;
    *out = b;
    if (b->thread_count) return OK;
    backtests_stop(b);
    *out = NULL;
    return error_set(error, FAILED, "no thread for backtests can be started");
}

void backtests_stop(struct backtests *b)
{
    if (!b) return;
    pthread_mutex_lock(&b->mutex);
    b->stopping = true;
    for (size_t i = 0; i < b->count; i++) atomic_store(&b->jobs[i]->stop, true);
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->mutex);
    for (int i = 0; i < b->thread_count; i++) pthread_join(b->threads[i], NULL);
    for (size_t i = 0; i < b->count; i++) job_free(b->jobs[i]);
    backtest_shelf_close(b->shelf);
    pthread_cond_destroy(&b->changed);
    pthread_mutex_destroy(&b->mutex);
    free(b);
}

/* ---- what others ask ---- */

/* Under the mutex. False: everything kept is under way. */
static bool make_room(struct backtests *b)
{
    size_t i = 0;
    if (b->count < BACKTESTS_KEPT) return true;
    while (i < b->count && !has_ended(b->jobs[i])) i++;
    if (i == b->count) return false;
    job_free(b->jobs[i]);
    memmove(b->jobs + i, b->jobs + i + 1, (b->count - i - 1) * sizeof *b->jobs);
    b->count--;
    return true;
}

static struct kept_job *find(const struct backtests *b, int64_t id)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->jobs[i]->card.id == id) return b->jobs[i];
    return NULL;
}

static struct kept_job *job_new(struct backtests *b, const struct backtest_asked *asked)
{
    struct kept_job *job = memory_new(sizeof *job);
    job->all = b;
    arena_init(&job->arena);
    buffer_init(&job->result, BUFFER_NO_LIMIT);
    job->asked = (struct backtest_asked){.text = arena_slice(&job->arena, asked->text),
                                         .against = arena_slice(&job->arena, asked->against),
                                         .name = arena_slice(&job->arena, slice_from(asked->name)).ptr,
                                         .period = arena_slice(&job->arena, asked->period),
                                         .by = asked->by};
    job->card = (struct backtest_job){.by = asked->by, .created_at = world_now(&b->world)};
    return job;
}

enum answer backtest_begin(struct backtests *b, const struct backtest_asked *asked, struct backtest_job *out,
                           struct error *error)
{
    struct kept_job *job = job_new(b, asked);
    pthread_mutex_lock(&b->mutex);
    const bool room = make_room(b);
    if (room) {
        job->card.id = ++b->last_id;
        b->jobs[b->count++] = job;
        *out = job->card;
        pthread_cond_signal(&b->changed);
    }
    pthread_mutex_unlock(&b->mutex);
    if (room) backtest_shelf_begin(b->shelf, out); /* so that its number is not given again */
    if (room) return ANSWER_OK;
    job_free(job);
    return answer_set(error, ANSWER_BUSY, "%d backtests are under way already; wait for one of them, or cancel it.",
                      BACKTESTS_KEPT);
}

bool backtest_look(struct backtests *b, int64_t id, struct arena *arena, struct backtest_job *out)
{
    pthread_mutex_lock(&b->mutex);
    const struct kept_job *job = find(b, id);
    const bool found = job != NULL, shelved = found && job->shelved;
    if (job) {
        *out = job->card;
        out->result = arena_slice(arena, job->card.result);
        out->message = arena_slice(arena, job->card.message);
        if (job->card.state == BACKTEST_RUNNING) out->seconds = (double)(world_now(&b->world) - job->began) / SECOND_US;
    }
    const int64_t erasures = found ? job->erasures : 0;
    pthread_mutex_unlock(&b->mutex);
    if (shelved) return backtest_shelf_result(b->shelf, id, arena, &out->result);
    return found && (!out->result.len || backtest_shelf_erasures(b->shelf) == erasures);
}

bool backtest_cancel(struct backtests *b, int64_t id)
{
    pthread_mutex_lock(&b->mutex);
    struct kept_job *job = find(b, id);
    struct backtest_job card = {0};
    if (job && !has_ended(job)) {
        atomic_store(&job->stop, true);
        if (job->card.state == BACKTEST_QUEUED) job->card.state = BACKTEST_CANCELLED;
        card = job->card;
    }
    pthread_mutex_unlock(&b->mutex);
    if (card.state == BACKTEST_CANCELLED) b->told(b->context, &card);
    return job != NULL;
}
