/* Reading the files people have: NDJSON, CSV and spend files, plain or gzip, in the encodings they come in.
 *
 *     struct input *input = input_open(&options, &diagnostics, &error);
 *     for (size_t i = 0; i < input_file_count(input); i++) input_say(input, i, &line);    what was found out about each
 * file enum outcome outcome = input_read(input, &plan, sinks, threads, &watch, &error); input_summary(input); counts,
 * reasons of rejection input_free(input);
 *
 * A bad row never stops the run and never goes unmentioned: it is counted, and written to the reject file. */
#ifndef MASA_INTAKE_INPUT_H
#define MASA_INTAKE_INPUT_H

#include "base/error.h"
#include "intake/event.h"
#include "intake/reject.h"
#include "intake/sources.h"

enum { INPUT_LINE_MAX = 1 << 20 }; /* bytes of one line, or of one CSV record */

struct input_options {
    const char *const *files; /* paths; "-" is standard input */
    size_t count;
    const char *mapping; /* name of a ready mapping or path of a mapping file, for all files; NULL: found by the header,
                            and else the Segment shape */
    const char *reject_path; /* made when the first row is rejected; NULL: rejected rows are only counted */
    reject_retold *retold;   /* the reasons in the reject file in Hebrew, too; NULL: in English alone */
};

struct input;

/* Looks into every file. NULL when one cannot be read or a mapping is wrong: `error` says which, and a mapping's
 * mistakes are all in `diagnostics`. */
struct input *input_open(const struct input_options *options, struct diagnostics *diagnostics, struct error *error);
void input_free(struct input *input);

size_t input_file_count(const struct input *input);

/* What was found out about a file, and, after input_read, what came of it. */
struct input_file {
    struct slice name;     /* for people */
    struct slice encoding; /* "UTF-8" */
    struct slice mapping;  /* empty: the Segment shape */
    struct slice twice;    /* a column whose name an earlier one has, which is the one read; may be empty */
    struct slice missing;  /* columns its mapping names and it has not, of a mapping the user wrote */
    bool csv, gzip;
    char separator;       /* of CSV */
    uint64_t header_line; /* 0: none */
    uint64_t rows;        /* without blank ones, the header, and what is skipped before it */
    uint64_t events;      /* made of them: one row may make several, or spend */
    uint64_t spend;
    uint64_t rejected; /* rows */
    uint64_t left_out; /* values that could not be read, of rows that are used */
};
struct input_file input_file(const struct input *input, size_t file);
/* One line without its end: "leads.csv: CSV in Windows-1255, separated by semicolons, header in line 1, mapping ...".
 */
void input_say(const struct input *input, size_t file, struct buffer *out);
/* What input_event.source numbers. */
struct sources *input_sources(const struct input *input);

/* The fields that the files' mappings and headers show, as paths of a plan, so that a plan can ask for all of them;
 * what lines of JSON hold besides is input_event.rest. Lives in the arena. */
size_t input_fields(const struct input *input, struct arena *arena, const struct slice **paths);

struct input_progress {
    uint64_t bytes, bytes_total; /* as stored, compressed or not; the total is 0 when it cannot be known */
    uint64_t lines;
    double seconds, seconds_left; /* seconds_left < 0: unknown */
};

/* Money spent on a channel (and campaign) between two days, both included. */
struct spend_row {
    struct slice file;
    uint64_t line;
    int64_t from_day, until_day;
    struct slice channel, campaign; /* campaign may be empty */
    int64_t amount;                 /* millionths */
    struct slice currency;          /* "USD"; empty when the file names none */
};

/* Any of the functions may be NULL. They are called from reading threads, one call at a time. */
struct input_watch {
    void *context;
    void (*progress)(void *context, const struct input_progress *progress); /* about ten times a second */
    void (*spend)(void *context, const struct spend_row *row);
    /* Lines of an export that are no events (EMIT_CARRIED), with their numbers; NULL: they are rejected. */
    void (*carried)(void *context, struct slice line, uint64_t number);
};

/* Reads everything once and gives the events to `sinks`, one for each of `threads`; plan->paths must outlive the call.
 * OK; SOME_REJECTED when rows, or the end of a broken gzip, were left out; FAILED when a file could not be read to its
 * end, the rest having been delivered. */
enum outcome input_read(struct input *input, const struct input_plan *plan, const struct input_sink *sinks, int threads,
                        const struct input_watch *watch, struct error *error);

struct input_reason {
    struct slice text; /* "no userId or anonymousId" */
    uint64_t count;
    struct slice file; /* of the earliest */
    uint64_t line;
    struct slice detail; /* of the earliest: what was written, and perhaps what to do; may be empty */
    struct slice code;   /* "no_subject", for translations */
};

struct input_summary {
    uint64_t lines; /* of text, or records of CSV, blank ones and headers included */
    uint64_t blank;
    uint64_t heads;                     /* headers, and lines skipped before them */
    uint64_t events;                    /* given to the sinks; a row of a CRM export makes several */
    uint64_t spend;                     /* spend rows */
    uint64_t rejected;                  /* rows */
    uint64_t left_out;                  /* values that could not be read, of rows that are used */
    const struct input_reason *reasons; /* most frequent first */
    size_t reason_count;
    const char *reject_path; /* NULL when no reject file was made */
};

/* After input_read; borrowed from the input. */
const struct input_summary *input_summary(struct input *input);

#endif
