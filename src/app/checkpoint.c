#include "app/checkpoint.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "app/gathering.h"
#include "base/memory.h"
#include "store/lines.h"
#include "store/place.h"

/* ---- one merge ---- */

static void take_lines(void *context, struct slice lines)
{
    line_reader_take(context, lines);
}

/* On the way to a collector: not what is about somebody who was erased. */
struct gate {
    struct erasures erasures;
    uint32_t with;
    struct input_sink inner;
};

static void let_through(void *context, const struct input_event *event)
{
    const struct gate *gate = context;
    if (!erasures_refuse(&gate->erasures, event, gate->with)) gate->inner.take(gate->inner.context, event);
}

/* Reads the tail into a collector; the store is not locked meanwhile. */
static enum outcome gather_tail(struct store *store, const struct run *run, const struct gathering *plan,
                                struct tail_mark last, struct collector *collector, struct error *error)
{
    const char *path = database_path(store_database(store));
    struct gate gate = {.with = run->definition->declarations.with, .inner = collector_sink(collector)};
    struct line_reader *reader =
        line_reader_new(&plan->input, plan->collect.sources, (struct input_sink){&gate, let_through}, path);
    enum outcome outcome = erasures_load(store, &gate.erasures, error);
    if (outcome == OK) outcome = tail_each(store, last, take_lines, reader, error);
    if (outcome == OK && line_reader_rejected(reader))
        outcome =
            error_set(error, FAILED, "%s: its tail holds events that cannot be read; `masa doctor` tells more", path);
    line_reader_free(reader);
    erasures_release(&gate.erasures);
    return outcome;
}

/* Others wait a millisecond between their tries. */
static enum outcome let_others_write(void *context, struct error *error)
{
    const struct timespec a_moment = {.tv_nsec = 4 * 1000 * 1000};
    const enum outcome outcome = database_commit(context, error);
    if (outcome != OK) return outcome;
    nanosleep(&a_moment, NULL);
    return database_begin(context, error);
}

/* The tail is dropped last: killed before that, it is merged again, each event once. */
static enum outcome merge_tail(struct store *store, struct names *names, struct collector *collector,
                               struct tail_mark last, struct merge_counts *counts, struct error *error)
{
    struct database *db = store_database(store);
    const struct merge_breaks breaks = {.events = 100000, .take = let_others_write, .context = db};
    enum outcome outcome = database_begin(db, error);
    if (outcome == OK) outcome = store_merge(store, names, &collector, 1, &breaks, counts, error);
    if (outcome == OK) outcome = tail_drop(store, last, error);
    if (outcome == OK) return database_commit(db, error);
    database_rollback(db);
    return outcome;
}

static enum outcome checkpoint_store(struct store *store, struct run *run, struct tail_mark last,
                                     struct merge_counts *counts, struct error *error)
{
    struct gathering plan;
    run->names = names_new();
    run->sources = sources_new();
    enum outcome outcome = names_load(run->names, store_database(store), error);
    if (outcome != OK) return outcome;
    gathering_plan(run, run->names, run->sources, NULL, 0, &plan);
    struct collector *collector = collector_new(&plan.collect);
    outcome = gather_tail(store, run, &plan, last, collector, error);
    if (outcome == OK) outcome = merge_tail(store, run->names, collector, last, counts, error);
    collector_free(collector);
    return outcome;
}

enum outcome checkpoint_within(struct store *store, struct run *run, struct slice lines, struct error *error)
{
    struct merge_counts counts = {0};
    struct tail_state tail;
    struct gathering plan;
    if (!run->names) run->names = names_new();
    if (!run->sources) run->sources = sources_new();
    enum outcome outcome = tail_look(store, &tail, error);
    if (outcome != OK || (!tail.groups && !lines.len)) return outcome;
    outcome = names_load(run->names, store_database(store), error);
    if (outcome != OK) return outcome;
    gathering_plan(run, run->names, run->sources, NULL, 0, &plan);
    struct collector *collector = collector_new(&plan.collect);
    struct line_reader *reader =
        line_reader_new(&plan.input, plan.collect.sources, collector_sink(collector), run->definition->name.ptr);
    if (lines.len) line_reader_take(reader, lines);
    if (line_reader_rejected(reader)) outcome = error_set(error, FAILED, "an event cannot be read again");
    line_reader_free(reader);
    if (outcome == OK) outcome = gather_tail(store, run, &plan, tail.last, collector, error);
    if (outcome == OK) outcome = store_merge(store, run->names, &collector, 1, NULL, &counts, error);
    if (outcome == OK) outcome = tail_drop(store, tail.last, error);
    collector_free(collector);
    return outcome;
}

static enum outcome merge_into(struct store *store, const char *db, struct merge_counts *counts, struct error *error)
{
    struct tail_state tail;
    struct run run;
    enum outcome outcome = tail_look(store, &tail, error);
    if (outcome == OK && tail.groups) {
        run_init(&run);
        enum outcome loaded = run_load_stored(&run, db, 0, error);
        if (loaded == OK)
            outcome = checkpoint_store(store, &run, tail.last, counts, error);
        else if (loaded != BAD_USAGE) /* BAD_USAGE: there is none */
            outcome = loaded;
        run_release(&run);
    }
    return outcome;
}

/* `watching`, which may be NULL, has looked at the tail already. */
static enum outcome merge_watched(const char *db, struct store *watching, struct merge_counts *counts,
                                  struct error *error)
{
    *counts = (struct merge_counts){0};
    struct store *store = store_open(db, DATABASE_WRITE, error);
    if (!store) return FAILED;
    if (watching) store_pass_journal(watching, store);
    const enum outcome outcome = merge_into(store, db, counts, error);
    if (watching) store_pass_journal(store, watching);
    store_close(store);
    return outcome;
}

enum outcome checkpoint(const char *db, struct merge_counts *counts, struct error *error)
{
    return merge_watched(db, NULL, counts, error);
}

/* ---- again and again ---- */

struct checkpointer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    char *db;
    struct checkpoint_rule rule;
};

static enum outcome merge_now(struct checkpointer *c, struct store *watching)
{
    struct merge_counts counts;
    struct error error = {0};
    enum outcome outcome = merge_watched(c->db, watching, &counts, &error);
    if (c->rule.tell && (outcome != OK || counts.accepted || counts.duplicate))
        c->rule.tell(c->rule.context, outcome, &counts, &error);
    return outcome;
}

/* Merging writes every block that new events touch: where there are many blocks, news waits until it is worth that. */
static bool is_due(struct store *store, const struct checkpoint_rule *rule, uint64_t events, unsigned filled)
{
    enum { SHARE = 1000, PATIENCE = 20 }; /* of the store's events; times the rule's seconds */
    uint64_t kept;
    if (events >= rule->events || filled >= rule->seconds * PATIENCE) return true;
    return filled >= rule->seconds && filled % rule->seconds == 0 && store_events(store, &kept, NULL) == OK &&
           events * SHARE >= kept;
}

/* How many events wait; none when that cannot be found out now. */
static uint64_t waiting(struct store *store)
{
    struct tail_state tail;
    return tail_look(store, &tail, NULL) == OK ? tail.events : 0;
}

/* Sleeps a second; false when it is time to end. */
static bool sleep_a_second(struct checkpointer *c)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    pthread_mutex_lock(&c->lock);
    if (!c->stopping) pthread_cond_clockwait(&c->wake, &c->lock, CLOCK_MONOTONIC, &until);
    const bool go_on = !c->stopping;
    pthread_mutex_unlock(&c->lock);
    return go_on;
}

static void *work(void *context)
{
    struct checkpointer *c = context;
    struct store *store = store_open(c->db, DATABASE_WRITE, NULL);
    unsigned filled = 0; /* seconds since the tail was found filled */
    while (sleep_a_second(c)) {
        const uint64_t events = store ? waiting(store) : 0;
        if (store && c->rule.log && tail_log_turn(c->rule.log, store)) {
            if (merge_now(c, store) == OK) tail_log_wipe(c->rule.log, store, NULL); /* else it is tried again */
            filled = 0;
            continue;
        }
        filled = events ? filled + 1 : 0;
        if (!events || !is_due(store, &c->rule, events, filled)) continue;
        merge_now(c, store);
        filled = 0;
    }
    merge_now(c, store);
    store_close(store);
    return NULL;
}

struct checkpointer *checkpointer_start(const char *db, struct checkpoint_rule rule)
{
    struct checkpointer *c = memory_new(sizeof *c);
    c->db = memory_new(strlen(db) + 1);
    memcpy(c->db, db, strlen(db));
    c->rule = rule;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    if (pthread_create(&c->thread, NULL, work, c)) out_of_memory(0);
    return c;
}

void checkpointer_stop(struct checkpointer *c)
{
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->wake);
    free(c->db);
    free(c);
}
