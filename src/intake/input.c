#include "intake/input.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "intake/feed.h"
#include "intake/ndjson.h"
#include "intake/text.h"

struct file {
    const char *path;
    struct slice name;       /* for people */
    struct text *text;       /* open until it was read, when it cannot be opened again */
    uint64_t size;
    struct occurrences *occurrences;
    uint16_t source;
};

struct input {
    struct arena arena;
    const struct input_options *options;
    struct file *files;
    size_t file_count;
    struct slice *sources;
    size_t source_count;
    struct reject_file rejects;
    struct input_summary summary;
};

/* One reading in progress. What follows the lock is guarded by it. */
struct run {
    struct input *input;
    struct shape shape;
    const struct input_plan *plan;
    const struct input_watch *watch;
    int threads;
    double started;

    pthread_mutex_t lock;
    pthread_cond_t flushed;
    size_t file;          /* being read, file_count at the end */
    struct text *text;
    struct feed feed;
    uint64_t sequence;    /* of the next chunk */
    uint64_t *in_flight;  /* by thread: sequence of the chunk it reads, UINT64_MAX when none */
    uint64_t bytes_before; /* of files read to their end */
    uint64_t lines;
    double told;          /* when progress was last told */
    struct error error;
    bool failed, cut;
};

struct worker {
    struct run *run;
    int number;
    pthread_t thread;
    struct emitter emitter;
    struct ndjson *ndjson;
    struct feed_chunk chunk;
    size_t file; /* of the chunk */
};

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool look_into(struct input *input, struct file *file, struct error *error)
{
    file->name = slice_from(strcmp(file->path, "-") == 0 ? "standard input" : file->path);
    file->text = text_open(file->path, error);
    if (!file->text) return false;
    struct source *source = text_source(file->text);
    file->size = source_size(source);
    if (source_is_regular(source)) {
        text_close(file->text);
        file->text = NULL;
    }
    return true;
}

struct input *input_open(const struct input_options *options, struct diagnostics *diagnostics, struct error *error)
{
    struct input *input = memory_new(sizeof *input);
    arena_init(&input->arena);
    input->options = options;
    input->files = ARENA_ARRAY(&input->arena, struct file, options->count);
    input->sources = ARENA_ARRAY(&input->arena, struct slice, options->count + 1);
    input->sources[input->source_count++] = SLICE("");
    reject_file_init(&input->rejects, options->reject_path);
    for (; input->file_count < options->count; input->file_count++) {
        struct file *file = &input->files[input->file_count];
        file->path = options->files[input->file_count];
        if (look_into(input, file, error)) continue;
        input_free(input);
        return NULL;
    }
    return input;
}

void input_free(struct input *input)
{
    if (!input) return;
    for (size_t i = 0; i < input->file_count; i++) {
        text_close(input->files[i].text);
        occurrences_free(input->files[i].occurrences);
    }
    arena_release(&input->arena);
    free(input);
}

size_t input_file_count(const struct input *input)
{
    return input->file_count;
}

void input_say(const struct input *input, size_t file, struct buffer *out)
{
    buffer_printf(out, "%.*s: NDJSON", SLICE_ARG(input->files[file].name));
}

struct slice input_source(const struct input *input, uint16_t source)
{
    return input->sources[source];
}

size_t input_source_count(const struct input *input)
{
    return input->source_count;
}

/* --- Under the lock. --- */

static void note_failure(struct run *run, const char *what, struct slice name, struct slice why)
{
    if (!run->failed) error_set(&run->error, FAILED, "%s %.*s: %.*s", what, SLICE_ARG(name), SLICE_ARG(why));
    run->failed = true;
}

static size_t read_text(void *context, char *out, size_t size)
{
    return text_read(context, out, size);
}

static bool begin_file(struct run *run)
{
    struct file *file = &run->input->files[run->file];
    struct error error;
    run->text = file->text ? file->text : text_open(file->path, &error);
    file->text = NULL;
    if (!run->text) {
        if (!run->failed) run->error = error;
        run->failed = true;
        return false;
    }
    file->occurrences = occurrences_new();
    feed_init(&run->feed, (struct feed_source){read_text, run->text});
    return true;
}

/* The file was read to its end, or as far as it can be. */
static void end_file(struct run *run)
{
    struct file *file = &run->input->files[run->file];
    struct slice why;
    enum source_state state = source_state(text_source(run->text), &why);
    if (state == SOURCE_FAILED) {
        note_failure(run, "cannot read", file->name, why);
    } else if (state != SOURCE_FINE) {
        struct reject_list list;
        reject_list_init(&list, true);
        const struct reject reject = {.reason = REJECT_TRUNCATED, .file = file->name, .line = run->feed.line - 1, .detail = why};
        reject_list_add(&list, &reject);
        reject_file_flush(&run->input->rejects, &list, &run->error);
        reject_list_release(&list);
    }
    run->bytes_before += source_offset(text_source(run->text));
    feed_release(&run->feed);
    text_close(run->text);
    run->text = NULL;
}

static void tell_progress(struct run *run, double least)
{
    double now = seconds_now();
    if (!run->watch || !run->watch->progress || now - run->told < least) return;
    run->told = now;
    struct input_progress p = {.bytes = run->bytes_before, .lines = run->lines, .seconds = now - run->started};
    for (size_t i = 0; i < run->input->file_count; i++) p.bytes_total += run->input->files[i].size;
    for (size_t i = 0; i < run->input->file_count; i++)
        if (!run->input->files[i].size) p.bytes_total = 0;
    if (run->text) p.bytes += source_offset(text_source(run->text));
    bool known = p.bytes_total >= p.bytes && p.bytes > 0;
    p.seconds_left = known ? p.seconds * (double)(p.bytes_total - p.bytes) / (double)p.bytes : -1;
    run->watch->progress(run->watch->context, &p);
}

static bool next_chunk(struct run *run, struct worker *worker)
{
    for (; run->file < run->input->file_count; run->file++) {
        if (!run->text && !begin_file(run)) continue;
        if (feed_take(&run->feed, &worker->chunk)) {
            worker->file = run->file;
            run->lines += worker->chunk.lines;
            run->in_flight[worker->number] = run->sequence++;
            tell_progress(run, 0.1);
            return true;
        }
        end_file(run);
    }
    return false;
}

static bool is_earliest(const struct run *run, int worker)
{
    for (int i = 0; i < run->threads; i++)
        if (run->in_flight[i] < run->in_flight[worker]) return false;
    return true;
}

/* What the thread rejected goes to the file after all that stands before it in the input. */
static void finish_chunk(struct run *run, struct worker *worker)
{
    struct reject_list *list = &worker->emitter.rejects;
    if (list->count) {
        while (!is_earliest(run, worker->number)) pthread_cond_wait(&run->flushed, &run->lock);
        if (!reject_file_flush(&run->input->rejects, list, &run->error)) run->failed = true;
    }
    run->in_flight[worker->number] = UINT64_MAX;
    pthread_cond_broadcast(&run->flushed);
}

/* --- Workers. --- */

static void read_chunk(struct worker *w)
{
    const struct file *file = &w->run->input->files[w->file];
    struct emitter *e = &w->emitter;
    e->source = file->source;
    e->file = file->name;
    e->occurrences = file->occurrences;
    if (w->chunk.skipped) {
        const struct reject reject = {.reason = REJECT_LONG_LINE, .file = e->file, .line = w->chunk.first_line,
                                      .original = slice_of(w->chunk.data, w->chunk.len), .length = w->chunk.skipped};
        e->lines++;
        reject_list_add(&e->rejects, &reject);
        return;
    }
    if (!w->ndjson) w->ndjson = ndjson_new(&w->run->shape, e, FEED_CHUNK_MAX);
    ndjson_read(w->ndjson, slice_of(w->chunk.data, w->chunk.len), w->chunk.first_line);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct run *run = w->run;
    pthread_mutex_lock(&run->lock);
    while (next_chunk(run, w)) {
        pthread_mutex_unlock(&run->lock);
        read_chunk(w);
        pthread_mutex_lock(&run->lock);
        finish_chunk(run, w);
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void worker_init(struct worker *w, struct run *run, int number, struct input_sink sink)
{
    *w = (struct worker){.run = run, .number = number};
    w->emitter = (struct emitter){.sink = sink, .value_count = run->plan->count};
    reject_list_init(&w->emitter.rejects, run->input->options->reject_path != NULL);
    w->chunk.data = malloc(FEED_CHUNK_MAX + JSON_PADDING);
    if (!w->chunk.data) out_of_memory(FEED_CHUNK_MAX);
}

static void worker_release(struct worker *w, struct input_summary *summary)
{
    summary->lines += w->emitter.lines;
    summary->blank += w->emitter.blank;
    summary->events += w->emitter.events;
    ndjson_free(w->ndjson);
    reject_list_release(&w->emitter.rejects);
    free(w->chunk.data);
}

static void run_workers(struct run *run, const struct input_sink *sinks)
{
    struct worker *workers = memory_new((size_t)run->threads * sizeof *workers);
    run->in_flight = memory_new((size_t)run->threads * sizeof *run->in_flight);
    for (int i = 0; i < run->threads; i++) {
        run->in_flight[i] = UINT64_MAX;
        worker_init(&workers[i], run, i, sinks[i]);
    }
    int started = 1;
    while (started < run->threads && pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) started++;
    work(&workers[0]);
    for (int i = 1; i < started; i++) pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < run->threads; i++) worker_release(&workers[i], &run->input->summary);
    free(run->in_flight);
    free(workers);
}

static int by_count(const void *a, const void *b)
{
    const struct input_reason *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return slice_compare(x->text, y->text);
}

static void summarize(struct input *input)
{
    struct input_reason *reasons = ARENA_ARRAY(&input->arena, struct input_reason, REJECT_REASONS);
    struct input_summary *summary = &input->summary;
    for (int i = 0; i < REJECT_REASONS; i++) {
        const struct reject_tally *tally = &input->rejects.tally[i];
        if (!tally->count) continue;
        reasons[summary->reason_count++] =
            (struct input_reason){reject_reason_text((enum reject_reason)i), tally->count, tally->file, tally->line};
    }
    qsort(reasons, summary->reason_count, sizeof *reasons, by_count);
    summary->reasons = reasons;
    summary->rejected = input->rejects.count;
    summary->reject_path = input->rejects.out ? input->rejects.path : NULL;
}

enum outcome input_read(struct input *input, const struct input_plan *plan, const struct input_sink *sinks, int threads,
                        const struct input_watch *watch, struct error *error)
{
    struct run run = {.input = input, .plan = plan, .watch = watch, .threads = threads, .started = seconds_now()};
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.flushed, NULL);
    shape_init(&run.shape, &input->arena);
    shape_segment(&run.shape, plan);
    input->summary = (struct input_summary){0};
    run_workers(&run, sinks);
    tell_progress(&run, 0);
    summarize(input);
    if (!reject_file_close(&input->rejects, &run.error)) run.failed = true;
    pthread_cond_destroy(&run.flushed);
    pthread_mutex_destroy(&run.lock);
    if (run.failed && error) *error = run.error;
    return run.failed ? FAILED : input->summary.rejected ? SOME_REJECTED : OK;
}

const struct input_summary *input_summary(struct input *input)
{
    return &input->summary;
}
