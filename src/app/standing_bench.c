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

#include "app/roster.h"
#include "app/standing.h"
#include "store/tail.h"

enum { EVENTS = 20, WAIT_MS = 600000 };

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
    buffer_printf(&line,
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

/* One event, and the state that has it; its report. */
static void one_event(struct standing *standing, const struct log_port *log, size_t number, double *lag, double *report)
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
    *lag = now_ms() - began;
    buffer_init(&out, BUFFER_NO_LIMIT);
    state = standing_take(standing, &error);
    began = now_ms();
    need(standing_report(state, &(struct standing_request){0}, &out, &error) == OK, error.message);
    *report = now_ms() - began;
    standing_give(state);
    buffer_release(&out);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct standing *standing;
    need(argc > 1, "usage: standing_bench DB [EVENTS]");
    const size_t events = argc > 2 ? strtoul(argv[2], NULL, 10) : EVENTS;
    double *lags = malloc((events + 1) * sizeof *lags), *reports = malloc((events + 1) * sizeof *reports);
    struct store *store = store_open(argv[1], DATABASE_WRITE, &error);
    need(store && lags && reports, error.message);
    const struct log_port log = tail_port(store);
    const struct standing_options options = {.db = argv[1], .world = world_system()};
    const double began = now_ms();
    need(standing_start(&options, &standing, &error) == OK, error.message);
    need(standing_catch_up(standing, WAIT_MS), "there is no first state");
    printf("%-28s %8.1f ms, %ld MiB resident\n", "everything folded", now_ms() - began, resident_mib());
    for (size_t i = 0; i < events; i++) one_event(standing, &log, i, &lags[i], &reports[i]);
    if (events) {
        tell("an event is in the state", lags, events);
        tell("the report of a new state", reports, events);
    }
    printf("%-28s %llu of %llu folds were of some, %ld MiB resident\n", "in the end",
           (unsigned long long)standing_folds_of_some(standing), (unsigned long long)standing_folds(standing),
           resident_mib());
    standing_free(standing);
    store_close(store);
    free(lags);
    free(reports);
    return 0;
}
