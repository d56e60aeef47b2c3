/* How fast input is read, with a sink that only looks: read_bench [-t THREADS] [-m MAPPING] [-r REPEATS] FILE [PATH...]
 * PATHs are what the plan asks for. Prints megabytes a second of the file as stored. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "intake/input.h"

enum { PATHS_MAX = 64, THREADS_MAX = 16 };

struct look {
    const struct input_plan *plan;
    uint64_t events, sum;
} __attribute__((aligned(64)));

static void take(void *context, const struct input_event *event)
{
    struct look *look = context;
    look->events++;
    look->sum += (uint64_t)event->at.instant + event->user.len + event->name.len + event->id.len;
    for (size_t i = 0; i < look->plan->count; i++)
        if (event->values[i].kind) look->sum += (uint64_t)event->values[i].number + event->values[i].text.len;
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int read_once(const struct input_options *options, const struct input_plan *plan, int threads)
{
    struct error error = {0};
    struct diagnostics diagnostics;
    struct look looks[THREADS_MAX] = {0};
    struct input_sink sinks[THREADS_MAX];
    for (int i = 0; i < threads; i++) {
        looks[i].plan = plan;
        sinks[i] = (struct input_sink){&looks[i], take};
    }
    diagnostics_init(&diagnostics);
    double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    struct input *input = input_open(options, &diagnostics, &error);
    enum outcome outcome = input ? input_read(input, plan, sinks, threads, NULL, &error) : FAILED;
    double took = seconds(CLOCK_MONOTONIC) - start, worked = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    diagnostics_print(&diagnostics, stderr);
    if (outcome == FAILED) fprintf(stderr, "%s\n", error.message);
    for (int i = 1; i < threads; i++) looks[0].events += looks[i].events, looks[0].sum += looks[i].sum;
    struct stat about;
    if (input && stat(options->files[0], &about) == 0) {
        const struct input_summary *s = input_summary(input);
        printf("%.0f MB/s, %.0f per core-second, %.3f s, %llu lines, %llu events, %llu rejected, checksum %llx\n",
               (double)about.st_size / took / 1e6, (double)about.st_size / worked / 1e6, took,
               (unsigned long long)s->lines, (unsigned long long)s->events, (unsigned long long)s->rejected,
               (unsigned long long)looks[0].sum);
    }
    input_free(input);
    diagnostics_release(&diagnostics);
    return (int)outcome;
}

int main(int argc, char **argv)
{
    int64_t threads = 1, repeats = 5;
    int outcome = 0, option;
    struct input_options options = {.count = 1};
    while ((option = getopt(argc, argv, "t:m:r:j:")) != -1) {
        if (option == 't')
            slice_to_i64(slice_from(optarg), &threads);
        else if (option == 'm')
            options.mapping = optarg;
        else if (option == 'r')
            slice_to_i64(slice_from(optarg), &repeats);
        else if (option == 'j')
            options.reject_path = optarg;
        else
            return 2;
    }
    if (optind == argc || threads < 1 || threads > THREADS_MAX || argc - optind > PATHS_MAX) {
        fprintf(stderr, "usage: read_bench [-t THREADS] [-m MAPPING] [-r REPEATS] [-j REJECTS] FILE [PATH...]\n");
        return 2;
    }
    struct slice paths[PATHS_MAX];
    struct input_plan plan = {.paths = paths};
    options.files = (const char *const *)&argv[optind];
    for (int i = optind + 1; i < argc; i++) paths[plan.count++] = slice_from(argv[i]);
    for (int64_t i = 0; i < repeats && (outcome == 0 || outcome == 3); i++)
        outcome = read_once(&options, &plan, (int)threads);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory %.1f MiB\n", (double)usage.ru_maxrss / 1024);
    return outcome;
}
