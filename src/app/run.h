/* What every use case on files begins with: a definition loaded, its calendar made, the input opened, read and
 * gathered. */
#ifndef MASA_APP_RUN_H
#define MASA_APP_RUN_H

#include <stdatomic.h>

#include "app/erasures.h"
#include "definition/load.h"
#include "engine/engine.h"
#include "intake/input.h"
#include "intake/progress.h"
#include "runtime/fold.h"
#include "analysis/table.h"

/* Who looks on while a store is read, and may stop it. */
struct run_watch {
    void (*progress)(void *context, uint64_t events, uint64_t total); /* one call at a time */
    void *context;
    const atomic_bool *stop; /* once true, what is under way ends with FAILED */
};

struct run_options {
    const char *db;         /* a store instead of files, or NULL */
    const char *definition; /* NULL: that of the store */
    struct slice text;      /* the definition itself; then `definition` is what it is called */
    const char *const *files;
    size_t file_count;
    const char *mapping, *rejects; /* may be NULL */
    int threads;                   /* 0: as MASA_THREADS says, else one for each core */
    bool keep_ids;                 /* events can be named in what is printed */
    bool spend;                    /* the definition's spend file is read too */
    int64_t now;                   /* of a store: the definition in force then; 0: the last */
    int64_t horizon;               /* relations later than this are not known yet; 0: all are */
    bool progress;                 /* a bar on standard error when it is a terminal */
    struct slice subject;          /* of a store: only what this one's facts depend on is read; empty: everything */
    struct kept_links *links;      /* of the store, for that (component.h); NULL: it is looked through */
    const struct senders *only;    /* of a store: whose events are read; NULL: everybody's */
    const struct run_watch *watch; /* of a store; NULL: nobody looks */
    struct run *beside;            /* loaded, too: it gathers the same events under its own definition; NULL */
};

struct run {
    struct arena arena;
    struct diagnostics diagnostics;
    struct definition_file *file;
    const struct definition *definition;
    struct zone zone;
    struct holidays holidays;
    struct workweek workweek;
    struct engine_calendar calendar;
    struct engine *engine;
    struct input *input;     /* NULL: a store was read */
    struct sources *sources; /* of the store */
    struct names *names;
    struct erasures erasures; /* of the store; none otherwise */
    struct gather *gather;
    VECTOR(struct cost_row) costs;
    struct progress_bar bar;
    int threads;
    bool hebrew;     /* set after run_init: what people are told of files is told in Hebrew */
    int64_t last_at; /* of the latest event, INSTANT_NONE without any */
};

void run_init(struct run *run);
void run_release(struct run *run);

/* Loads the definition and makes its calendar. BAD_USAGE: `diagnostics` or the error say why. */
enum outcome run_load(struct run *run, const char *definition, struct error *error);
/* The one that is in force in a store at the instant; 0: the last. */
enum outcome run_load_stored(struct run *run, const char *db, int64_t at, struct error *error);
/* One from its text; `name` stands for the file in messages. */
enum outcome run_load_text(struct run *run, struct slice text, const char *name, struct error *error);
/* The one that the options name. */
enum outcome run_prepare(struct run *run, const struct run_options *options, struct error *error);

/* The fields the definition reads. */
struct input_plan run_plan(struct run *run);
/* Opens the files, before they are read. */
enum outcome run_open(struct run *run, const struct run_options *options, struct error *error);
/* The same for a store. */
enum outcome run_open_store(struct run *run, const struct run_options *options, struct error *error);
/* Then opens, reads and gathers the files, or the store. OK, SOME_REJECTED, or the error says. */
enum outcome run_read(struct run *run, const struct run_options *options, struct error *error);

/* The end of the last event's company day; the start of 1970 when there is no event. */
int64_t run_last_day(const struct run *run);
/* Adds what a gathering met that counts for nothing, by its name: types of events that are not declared, and values of
 * another type than declared. The lists are new ones in the arena. */
void quality_add_names(struct data_quality *q, const struct gather *gather, struct arena *arena);
/* Copies these lists, and their names, into the arena. */
void quality_keep_names(struct data_quality *q, struct arena *arena);
/* What the reading met, for the report's quality block; lists live in the run's arena. */
struct data_quality run_quality(struct run *run, const struct fold_counts *fold, struct report_window period);

#endif
