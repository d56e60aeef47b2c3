#include "app/import.h"

#include <pthread.h>
#include <stdlib.h>

#include "app/gathering.h"
#include "base/map.h"
#include "intake/emit.h"
#include "store/definitions.h"
#include "store/place.h"
#include "store/read.h"
#include "store/spend.h"

/* What threads gather before it is merged, all together. */
#define GATHERED_MAX (UINT64_C(1) << 30)

struct carried_line {
    struct slice text;
    uint64_t number;
};

struct import {
    struct run *run;
    const struct import_request *request;
    struct store *store;
    struct names *names;
    struct erasures erasures;
    struct gathering plan;
    struct collecting {
        struct import *import;
        struct collector *collector;
        struct input_sink inner;
        uint32_t since; /* events since the memory was looked at */
        uint64_t erased;
    } * threads;
    VECTOR(struct spend_row) spend;
    struct map heads;                    /* lines that are carried, and were taken before the events */
    VECTOR(struct carried_line) carried; /* those that were met among events */
    struct arena carried_arena;
    struct carried_counts carried_counts;
    pthread_mutex_t lock; /* of the store and of what follows */
    struct merge_counts counts;
    enum outcome outcome;
    struct error error;
};

/* ---- merging ---- */

static void merge(struct import *im, struct collector *const *collectors, int count)
{
    struct database *db = store_database(im->store);
    struct merge_counts counts = im->counts;
    int bits;
    bool empty = false;
    if (im->outcome == OK) im->outcome = place_bits(db, &bits, &empty, &im->error);
    if (im->outcome != OK) return;
    if (empty) database_alone(db);
    im->outcome = database_begin(db, &im->error);
    if (im->outcome == OK)
        im->outcome = store_merge(im->store, im->names, collectors, count, NULL, &counts, &im->error);
    if (im->outcome == OK)
        im->outcome = database_commit(db, &im->error);
    else
        database_rollback(db);
    if (empty) database_shared(db);
    if (im->outcome == OK) im->counts = counts;
}

/* A thread that holds its share of the memory merges what it has, and goes on. */
static void take(void *context, const struct input_event *event)
{
    enum { LOOK_EVERY = 4096 };
    struct collecting *t = context;
    struct import *im = t->import;
    if (erasures_refuse(&im->erasures, event, im->run->definition->declarations.with)) {
        t->erased++;
        return;
    }
    t->inner.take(t->inner.context, event);
    if (++t->since < LOOK_EVERY) return;
    t->since = 0;
    if (collector_bytes(t->collector) < GATHERED_MAX / (uint64_t)im->run->threads) return;
    pthread_mutex_lock(&im->lock);
    merge(im, &t->collector, 1);
    pthread_mutex_unlock(&im->lock);
    collector_clear(t->collector);
}

static void take_spend(void *context, const struct spend_row *row)
{
    struct import *im = context;
    struct spend_row kept = *row;
    kept.channel = arena_slice(&im->run->arena, row->channel);
    kept.campaign = arena_slice(&im->run->arena, row->campaign);
    kept.currency =
        arena_slice(&im->run->arena, row->currency.len ? row->currency : im->run->definition->company.currency);
    vector_push(&im->spend, kept);
}

static void take_carried(void *context, struct slice line, uint64_t number)
{
    struct import *im = context;
    const struct slice text = slice_trim(line);
    if (map_get(&im->heads, text) != MAP_NONE) return;
    vector_push(&im->carried, ((struct carried_line){arena_slice(&im->carried_arena, text), number}));
}

static void show_progress(void *context, const struct input_progress *progress)
{
    struct import *im = context;
    progress_bar_show(&im->run->bar, progress);
}

/* ---- the definition ---- */

static enum outcome keep_definition(struct import *im)
{
    struct stored_definition before, now = {.made_at = im->request->now};
    int64_t id;
    if (!im->request->run.definition) return OK;
    enum outcome outcome = definition_in_force(im->store, INSTANT_MAX, &im->run->arena, &before, &im->error);
    if (outcome != OK) return outcome;
    now.text = definition_text(im->run->file);
    now.digest = im->run->definition->hash;
    now.origin = im->run->definition->name;
    const int64_t from = before.text.len ? im->request->now : 0; /* the first is in force from the beginning */
    return definition_keep(im->store, &now, from, &id, &im->error);
}

/* ---- what files of an export carry beside events ---- */

static int by_number(const void *a, const void *b)
{
    const struct carried_line *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
}

/* Read by many threads, they come in any order. */
static enum outcome keep_carried(struct import *im)
{
    struct carried_lines lines = {0};
    if (im->carried.count) qsort(im->carried.at, im->carried.count, sizeof *im->carried.at, by_number);
    for (size_t i = 0; i < im->carried.count; i++) vector_push(&lines, im->carried.at[i].text);
    const enum outcome outcome = carried_take(im->store, &lines, &im->carried_counts, &im->error);
    vector_release(&lines);
    return outcome;
}

/* The next line, when it is one that is carried: other files may have lines without end. */
static bool next_carried(FILE *file, struct buffer *line)
{
    char start[sizeof EMIT_CARRIED - 1];
    buffer_clear(line);
    if (fread(start, 1, sizeof start, file) != sizeof start) return false;
    buffer_add(line, slice_of(start, sizeof start));
    if (!carried_is(buffer_slice(line))) return false;
    for (int c; (c = getc(file)) != EOF && c != '\n';) buffer_char(line, (char)c);
    return true;
}

/* What stands at the beginning of plain files is taken before anything else; elsewhere (in a pipe, or compressed) it is
 * met with the events, and needs a definition that is there already. */
static void read_heads(const struct import_request *request, struct arena *arena, struct carried_lines *out)
{
    struct buffer line;
    buffer_init(&line, INPUT_LINE_MAX);
    for (size_t i = 0; i < request->run.file_count; i++) {
        FILE *file = strcmp(request->run.files[i], "-") ? fopen(request->run.files[i], "rb") : NULL;
        while (file && next_carried(file, &line)) vector_push(out, arena_slice(arena, slice_trim(buffer_slice(&line))));
        if (file) fclose(file);
    }
    buffer_release(&line);
}

static enum outcome take_heads(struct import *im, struct error *error)
{
    struct carried_lines lines = {0};
    enum outcome outcome = OK;
    read_heads(im->request, &im->carried_arena, &lines);
    if (lines.count) {
        struct store *store = store_open(im->request->db, DATABASE_CREATE, error);
        outcome = store ? carried_take(store, &lines, &im->carried_counts, error) : FAILED;
        store_close(store);
    }
    for (size_t i = 0; i < lines.count; i++) map_put(&im->heads, lines.at[i], 0);
    vector_release(&lines);
    return outcome;
}

/* ---- the files ---- */

static void make_plan(struct import *im)
{
    const struct slice *shown;
    const size_t count = input_fields(im->run->input, &im->run->arena, &shown);
    gathering_plan(im->run, im->names, input_sources(im->run->input), shown, count, &im->plan);
}

static enum outcome read_files(struct import *im)
{
    struct run *run = im->run;
    struct input_sink *sinks = ARENA_ARRAY(&run->arena, struct input_sink, run->threads);
    struct collector **collectors = ARENA_ARRAY(&run->arena, struct collector *, run->threads);
    im->threads = ARENA_ARRAY(&run->arena, struct collecting, run->threads);
    for (int i = 0; i < run->threads; i++) {
        collectors[i] = collector_new(&im->plan.collect);
        im->threads[i] = (struct collecting){im, collectors[i], collector_sink(collectors[i]), 0, 0};
        sinks[i] = (struct input_sink){&im->threads[i], take};
    }
    const struct input_watch watch = {im, im->request->run.progress ? show_progress : NULL, take_spend, take_carried};
    progress_bar_init(&run->bar, stderr);
    enum outcome read = input_read(run->input, &im->plan.input, sinks, run->threads, &watch, &im->error);
    progress_bar_end(&run->bar);
    merge(im, collectors, run->threads);
    if (im->outcome == OK) im->outcome = keep_carried(im);
    if (im->outcome == OK) im->outcome = spend_keep(im->store, im->spend.at, im->spend.count, &im->error);
    for (int i = 0; i < run->threads; i++) collector_free(collectors[i]);
    return im->outcome != OK ? im->outcome : read;
}

static enum outcome note_import(struct import *im, const struct import_result *result)
{
    static const char insert[] = "INSERT INTO import (at, file, accepted, duplicate, rejected)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5)";
    struct buffer names;
    buffer_init(&names, 1 << 16);
    for (size_t i = 0; i < im->request->run.file_count; i++)
        buffer_printf(&names, "%s%s", i ? ", " : "", im->request->run.files[i]);
    struct statement *s = database_statement(store_database(im->store), insert);
    statement_int(s, 1, im->request->now);
    statement_text(s, 2, buffer_slice(&names));
    statement_int(s, 3, (int64_t)result->events.accepted);
    statement_int(s, 4, (int64_t)result->events.duplicate);
    statement_int(s, 5, (int64_t)result->rejected);
    enum outcome outcome = statement_do(s, &im->error);
    buffer_release(&names);
    return outcome;
}

static enum outcome import_all(struct import *im, struct import_result *result)
{
    enum outcome outcome = names_load(im->names, store_database(im->store), &im->error);
    if (outcome == OK) outcome = erasures_load(im->store, &im->erasures, &im->error);
    if (outcome == OK) outcome = keep_definition(im);
    if (outcome != OK) return outcome;
    make_plan(im);
    outcome = read_files(im);
    result->events = im->counts;
    result->spend = im->spend.count;
    result->carried = im->carried_counts;
    result->rejected = input_summary(im->run->input)->rejected;
    result->left_out = input_summary(im->run->input)->left_out;
    for (int i = 0; i < im->run->threads; i++) result->erased += im->threads[i].erased;
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    const enum outcome noted = note_import(im, result);
    return noted != OK ? noted : outcome;
}

static enum outcome import_into(struct import *im, struct import_result *result, struct error *error)
{
    im->store = store_open(im->request->db, DATABASE_CREATE, error);
    if (!im->store) return error && error->code ? error->code : FAILED;
    im->names = names_new();
    const enum outcome outcome = import_all(im, result);
    if (outcome != OK && error) *error = im->error;
    store_close(im->store);
    names_free(im->names);
    return outcome;
}

enum outcome import_files(struct run *run, const struct import_request *request, struct import_result *result,
                          struct error *error)
{
    struct import im = {.run = run, .request = request, .lock = PTHREAD_MUTEX_INITIALIZER};
    *result = (struct import_result){0};
    map_init(&im.heads);
    arena_init(&im.carried_arena);
    enum outcome outcome = take_heads(&im, error);
    result->carried = im.carried_counts;
    if (outcome == OK) outcome = run_prepare(run, &request->run, error);
    if (outcome == OK) outcome = run_open(run, &request->run, error);
    if (outcome == OK) outcome = import_into(&im, result, error);
    erasures_release(&im.erasures);
    vector_release(&im.spend);
    vector_release(&im.carried);
    map_release(&im.heads);
    arena_release(&im.carried_arena);
    return outcome;
}
