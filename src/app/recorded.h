/* One log under the definitions that followed each other (ruling 3): as recorded, each instant under the one in force
 * then, every one leaving its stages to the next; or as if the last had always been there. */
#ifndef MASA_APP_RECORDED_H
#define MASA_APP_RECORDED_H

#include "app/run.h"

/* A later definition, and when it took effect. */
struct publication {
    const char *definition; /* its file, or what its text is called */
    struct slice text;      /* it itself; empty: it is read from the file */
    int64_t at;             /* INSTANT_NONE: when the log says; published_settle puts the time */
};

struct history {
    struct run_options run;                 /* its definition is the first */
    const struct publication *publications; /* in order of time */
    size_t publication_count;
    bool recorded;
    struct slice as_of; /* as written; empty: `now`, else the end of the last event's day */
    int64_t now;        /* 0: nobody says */
};

/* Loads and reads under the definition that speaks at the as-of. */
enum outcome history_open(struct run *run, const struct history *history, struct error *error);
/* After reading. BAD_USAGE when it is no time. */
enum outcome history_as_of(const struct run *run, const struct history *history, int64_t *as_of, struct error *error);

struct keepers;

/* What the definitions before the one in force left, by subject. */
struct recorded {
    struct keepers *before; /* NULL: nothing */
    int64_t since;
    struct run *runs; /* one for each definition before */
    size_t run_count;
    /* Set by who wants to see the earlier folds too; called for every subject, on any thread. */
    void (*watch)(void *context, struct run *run, int64_t until, const struct subject_view *view);
    void *context;
};

/* Each definition but the last folds up to the next one's publication. Nothing to do unless history->recorded. */
enum outcome recorded_fold(struct recorded *recorded, const struct history *history, int64_t as_of,
                           struct error *error);
/* Tells a fold to begin where the others ended. */
void recorded_ask(const struct recorded *recorded, struct fold_options *fold);
void recorded_free(struct recorded *recorded);

#endif
