/* What a standing report takes: the first fold of a store, then one event after the other, each of another lead, until
 * the state has it; the report and the memory in between:
 *
 *     standing_bench DB [EVENTS]      the events stay in the store's tail: give it a copy
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/dossier.h"
#include "app/roster.h"
#include "app/standing.h"
#include "store/tail.h"

enum { EVENTS = 20, WAIT_MS = 600000, SETTLE_S = 5 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void need(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "standing_bench: %s\n", what);
    exit(1);
}

static long resident_mib(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) {
        char line[128];
        if (fgets(line, sizeof line, f)) {
            struct slice rest = slice_from(line);
            int64_t number = 0;
            slice_to_i64(slice_cut(&rest, ' '), &number);
            pages = (long)number;
            slice_to_i64(slice_cut(&rest, ' '), &number);
            resident = (long)number;
        }
        fclose(f);
    }
    return pages ? resident * sysconf(_SC_PAGESIZE) / (1 << 20) : 0;
}

static void say(const struct log_port *log, struct slice who, size_t number)
{
    struct error error = {0};
    struct buffer line;
    struct buffer at;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    buffer_init(&line, BUFFER_NO_LIMIT);
    buffer_init(&at, 64);
    time_format(&at, (int64_t)now.tv_sec * 1000000);
    buffer_printf(
        &line,
        "{\"type\":\"track\",\"event\":\"demo_requested\",\"userId\":\"%.*s\",\"messageId\":\"bench-%zu-%lld\","
        "\"timestamp\":\"%.*s\"}\n",
        SLICE_ARG(who), number, (long long)now.tv_nsec, (int)at.len, at.data);
    need(log->append(log->context, buffer_slice(&line), 1, &error) == OK, error.message);
    buffer_release(&line);
    buffer_release(&at);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void tell(const char *what, double *times, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
    printf("%-28s %8.1f ms median, %8.1f at most\n", what, times[count / 2], times[count - 1]);
}

struct times {
    double *lag, *report, *again, *lead;
};

/* All that a page of a lead is written from. */
static double open_lead(struct standing_state *state, size_t number)
{
    struct error error = {0};
    struct dossier *dossier;
    bool absent;
    const struct roster *r = standing_roster(state);
    const double began = now_ms();
    need(dossier_open(state, roster_funnel(r)->of, r->table->subject[r->leads[number * 104729 % r->count].row],
                      INSTANT_NONE, &dossier, &absent, &error) == OK,
         error.message);
    dossier_close(dossier);
    return now_ms() - began;
}

/* One event, and the state that has it; its report, the first time and once more; the page of a lead. */
static void one_event(struct standing *standing, const struct log_port *log, size_t number, struct times *times)
{
    struct error error = {0};
    struct buffer out;
    struct standing_state *state = standing_take(standing, &error);
    need(state != NULL, error.message);
    const struct roster *r = standing_roster(state);
    say(log, r->table->subject[r->leads[number * 7919 % r->count].row], number);
    standing_give(state);
    double began = now_ms();
    need(standing_catch_up(standing, WAIT_MS), "the state did not catch up");
    times->lag[number] = now_ms() - began;
    buffer_init(&out, BUFFER_NO_LIMIT);
    state = standing_take(standing, &error);
    began = now_ms();
    need(standing_report(state, &(struct standing_request){0}, &out, &error) == OK, error.message);
    times->report[number] = now_ms() - began;
    began = now_ms();
    need(standing_report(state, &(struct standing_request){0}, &out, &error) == OK, error.message);
    times->again[number] = now_ms() - began;
    times->lead[number] = open_lead(state, number);
    standing_give(state);
    buffer_release(&out);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct standing *standing;
    need(argc > 1, "usage: standing_bench DB [EVENTS]");
    const size_t events = argc > 2 ? strtoul(argv[2], NULL, 10) : EVENTS;
    struct times times;
    double **const lists[] = {&times.lag, &times.report, &times.again, &times.lead};
    static const char *const names[] = {"an event is in the state", "the report of a new state", "the report again",
                                        "a lead's page"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) *lists[i] = memory_new((events + 1) * sizeof **lists[i]);
    struct store *store = store_open(argv[1], DATABASE_WRITE, &error);
    need(store != NULL, error.message);
    const struct log_port log = tail_port(store);
    const struct standing_options options = {.db = argv[1], .world = world_system()};
    const double began = now_ms();
    need(standing_start(&options, &standing, &error) == OK, error.message);
    need(standing_catch_up(standing, WAIT_MS), "there is no first state");
    printf("%-28s %8.1f ms, %ld MiB resident\n", "everything folded", now_ms() - began, resident_mib());
    for (size_t i = 0; i < events; i++) one_event(standing, &log, i, &times);
    for (size_t i = 0; events && i < sizeof lists / sizeof *lists; i++) tell(names[i], *lists[i], events);
    sleep(SETTLE_S);
    printf("%-28s %llu of %llu folds were of some, %ld MiB resident\n", "in the end",
           (unsigned long long)standing_folds_of_some(standing), (unsigned long long)standing_folds(standing),
           resident_mib());
    standing_free(standing);
    store_close(store);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(*lists[i]);
    return 0;
}
