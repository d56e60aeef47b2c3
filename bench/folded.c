#include "folded.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "app/run.h"
#include "runtime/tabulate.h"
#include "store/lines.h"
#include "store/tail.h"

enum { THREADS = 2 };

struct folded {
    struct store *store;
    struct run run;
    struct input_plan plan;
    struct line_reader *reader;
    pthread_t thread;
    atomic_bool over; /* nothing more will come */
    struct error error;
};

static void take_lines(void *context, struct slice lines)
{
    line_reader_take(context, lines);
}

/* What is in the tail at the end was looked for after `over` was seen. */
static void *follow(void *context)
{
    struct folded *f = context;
    static const struct timespec a_moment = {.tv_nsec = 1000000};
    struct tail_mark seen = {0};
    for (bool over = false; !over;) {
        struct tail_state tail;
        over = atomic_load(&f->over);
        if (tail_look(f->store, &tail, &f->error) != OK) return NULL;
        if (!tail_mark_equal(seen, tail.last)) {
            if (tail_between(f->store, seen, tail.last, take_lines, f->reader, &f->error) != OK) return NULL;
            seen = tail.last;
        } else if (!over) {
            nanosleep(&a_moment, NULL);
        }
    }
    return NULL;
}

struct folded *folded_start(const char *db, const char *definition, struct error *error)
{
    struct folded *f = memory_new(sizeof *f);
    run_init(&f->run);
    f->run.threads = THREADS;
    f->store = store_open(db, DATABASE_READ, error);
    if (!f->store || run_load(&f->run, definition, error) != OK) return NULL;
    f->run.gather = gather_new(f->run.definition, &f->run.zone, 1, false);
    f->run.sources = sources_new();
    f->plan = run_plan(&f->run);
    f->reader = line_reader_new(&f->plan, f->run.sources, gather_sink(f->run.gather, 0), db);
    if (pthread_create(&f->thread, NULL, follow, f)) out_of_memory(0);
    return f;
}

enum outcome folded_settle(struct folded *f, uint64_t *events, uint64_t *persons, struct error *error)
{
    atomic_store(&f->over, true);
    pthread_join(f->thread, NULL);
    if (error) *error = f->error;
    if (f->error.code != OK) return f->error.code;
    const struct tabulate_options o = {.funnel = f->run.definition->report.funnel, .stages_only = true};
    struct tabulate *t = tabulate_new(f->run.engine, f->run.calendar, &o, THREADS);
    gather_finish(f->run.gather);
    struct fold_options fold = {.as_of = gather_totals(f->run.gather).last_at, .threads = THREADS};
    tabulate_ask(t, &fold);
    const struct fold_counts counts = fold_all(f->run.gather, f->run.engine, &fold);
    tabulate_finish(t);
    *events = gather_totals(f->run.gather).accepted;
    *persons = counts.subjects[KIND_PERSON];
    tabulate_free(t);
    line_reader_free(f->reader);
    run_release(&f->run);
    store_close(f->store);
    free(f);
    return OK;
}

static bool nothing_reserved(struct slice event)
{
    (void)event;
    return false;
}

struct segment_lines folded_check(struct segment *segment, struct slice body)
{
    struct timespec now;
    struct slice key;
    struct error error;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct segment_body about = {.text = body,
                                       .batch = true,
                                       .received_at = now.tv_sec * SECOND_US + now.tv_nsec / 1000,
                                       .reserved = nothing_reserved};
    struct segment_lines lines = {0};
    if (segment_open(segment, &about, &key, &error) == OK) lines = segment_take(segment, SLICE("web"), NULL);
    if (lines.refused_count) lines.count = 0;
    return lines;
}
