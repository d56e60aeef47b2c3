/* Prints the JSON of a made table, for the test that holds it to the schema: schema_sample VARIANT (0 to 31). */
#include <stdio.h>
#include <stdlib.h>

#include "analysis/made.h"
#include "report/report.h"

static const struct quality_reason REASONS[] = {{{"bad_time", 8}, 4}, {{"something new", 13}, 1}};
static const struct quality_file FILES[] = {{.name = {"events.ndjson", 13},
                                             .format = "ndjson",
                                             .encoding = {"UTF-8", 5},
                                             .rows = 100,
                                             .accepted = 95,
                                             .rejected = 5},
                                            {.name = {"leads.csv", 9},
                                             .format = "csv",
                                             .encoding = {"Windows-1255", 12},
                                             .separator = "semicolon",
                                             .mapping = {"salesforce-leads", 16},
                                             .twice = {"Email", 5},
                                             .gzip = true}};

int main(int argc, char **argv)
{
    long variant = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    struct made m;
    struct arena arena;
    struct buffer out;
    made_init(&m);
    arena_init(&arena);
    buffer_init(&out, BUFFER_NO_LIMIT);
    if (variant & 1) made_example(&m);
    if (variant & 2) m.table.has_compare = false;
    if (variant & 4) m.definition.band_count = 0;
    if (variant & 16) m.funnel.stage_count = 1, m.definition.report.through = 0, m.definition.band_count = 0;
    m.table.quality = (struct data_quality){.accepted = 95,
                                            .rejected = 5,
                                            .reasons = REASONS,
                                            .reason_count = 2,
                                            .files = FILES,
                                            .file_count = 2,
                                            .arrivals_known = variant & 1};
    struct report_options options = {.program = SLICE("masa test"),
                                     .basis = variant & 8 ? BASIS_OF_FLOW : BASIS_OF_COHORT};
    report_write_json(report_build(&arena, made_table(&m), &options), &out);
    fwrite(out.data, 1, out.len, stdout);
    buffer_release(&out);
    arena_release(&arena);
    made_release(&m);
    return 0;
}
