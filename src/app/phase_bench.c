/* Where the time of a report goes: phase_bench [-t THREADS] [-m MAPPING] -d DEFINITION FILE..., or -b DB for the files,
 * prints the seconds of wall clock and of all processors that reading with gathering, folding, and joining the table
 * took, and the memory held at most by the end of each. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "app/run.h"
#include "runtime/tabulate.h"

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct stopwatch {
    double wall, cpu;
};

static void tell(struct stopwatch *since, const char *phase)
{
    struct rusage usage;
    const struct stopwatch now = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
    getrusage(RUSAGE_SELF, &usage);
    printf("%-6s %6.3f s, processors %6.3f s, %4ld MiB at most\n", phase, now.wall - since->wall, now.cpu - since->cpu,
           usage.ru_maxrss / 1024);
    *since = now;
}

static enum outcome run_phases(struct run *run, const struct run_options *options, struct error *error)
{
    struct stopwatch watch = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
    enum outcome outcome = run_load(run, options->definition, error);
    tell(&watch, "load");
    if (outcome == OK) outcome = run_read(run, options, error);
    tell(&watch, "read");
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    const struct tabulate_options o = {.funnel = run->definition->report.funnel, .stages_only = true};
    struct tabulate *t = tabulate_new(run->engine, run->calendar, &o, run->threads);
    struct fold_options fold = {.as_of = run_last_day(run), .threads = run->threads};
    tabulate_ask(t, &fold);
    fold_all(run->gather, run->engine, &fold);
    tell(&watch, "fold");
    tabulate_finish(t);
    tell(&watch, "table");
    tabulate_free(t);
    run_release(run);
    tell(&watch, "free");
    return outcome;
}

int main(int argc, char **argv)
{
    int64_t threads = 1;
    struct run_options options = {0};
    for (int option; (option = getopt(argc, argv, "t:m:d:b:")) != -1;) {
        if (option == 't')
            slice_to_i64(slice_from(optarg), &threads);
        else if (option == 'm')
            options.mapping = optarg;
        else if (option == 'd')
            options.definition = optarg;
        else if (option == 'b')
            options.db = optarg;
        else
            return 2;
    }
    if ((optind == argc) == !options.db || !options.definition || threads < 1) {
        fprintf(stderr, "usage: phase_bench [-t THREADS] [-m MAPPING] -d DEFINITION (FILE... | -b DB)\n");
        return 2;
    }
    options.threads = (int)threads;
    options.files = (const char *const *)&argv[optind];
    options.file_count = (size_t)(argc - optind);
    struct run run;
    struct error error = {0};
    run_init(&run);
    enum outcome outcome = run_phases(&run, &options, &error);
    if (outcome != OK && outcome != SOME_REJECTED) fprintf(stderr, "phase_bench: %s\n", error.message);
    return (int)outcome;
}
