/* How long a pivot over a million rows takes, by channel and month: pivot_bench [ROWS [THREADS]]. */
#include <stdio.h>
#include <time.h>

#include "analysis/made.h"
#include "analysis/pivot.h"

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    static const char *const channels[] = {"search", "social", "email", "referral", "event", "partner"};
    long rows = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
    struct made m;
    made_init(&m);
    uint64_t seed = 42;
    for (long i = 0; i < rows; i++) {
        char at[32];
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33), day = r / 7 % 730;
        int year, month, of_month;
        civil_from_day(civil_to_day(2024, 1, 1) + day, &year, &month, &of_month);
        snprintf(at, sizeof at, "%04d-%02d-%02dT%02u:%02u", year, month, of_month, r % 24, r / 24 % 60);
        unsigned luck = (unsigned)(seed >> 20) % 1000;
        int ends = luck < 571 ? MCL : luck < 855 ? MEL : luck < 900 ? MQL : luck < 930 ? SAL : luck < 951 ? SQL : SQO;
        made_person(&m, (struct made_person){
                            .at = at,
                            .ends = ends,
                            .source = channels[r % 6],
                            .days = {0, r % 997 * 0.03, r % 787 * 0.02, r % 89 * 0.1, r % 97 * 0.1, r % 83 * 0.1}});
    }
    struct pivot_request request;
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    if (pivot_parse(&m.definition, SLICE("source,month"), &request, NULL)) return 1;
    request.threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;
    const struct fact_table *t = made_table(&m);
    for (int run = 0; run < 7; run++) {
        struct arena arena;
        arena_init(&arena);
        buffer_clear(&out);
        double start = seconds_now();
        struct pivot *p = pivot_build(&arena, t, &request);
        pivot_write_csv(p, &out);
        printf("%zu rows, %zu groups: %.1f ms\n", t->rows, p->count, (seconds_now() - start) * 1e3);
        arena_release(&arena);
    }
    buffer_release(&out);
    made_release(&m);
    return 0;
}
