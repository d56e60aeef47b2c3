#include "intake/input.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/vector.h"
#include "intake/csv_cut.h"
#include "intake/csv_rows.h"
#include "intake/fields.h"
#include "intake/ndjson.h"

/* What was read, by a thread or of a file. */
struct tally {
    uint64_t lines, blank, events, spend, rejected, left_out;
};

struct file {
    const char *path;
    struct slice name; /* for people */
    struct text *text; /* open until it was read, when it cannot be opened again */
    uint64_t size;
    struct inspection found;
    uint16_t source;
    /* While reading. */
    struct shape shape;            /* of NDJSON */
    const struct binding *binding; /* NULL: the Segment shape, or a plain mapping, which differs in names only */
    struct plain_csv plain;
    struct occurrences *occurrences;
    struct tally tally;
};

struct input {
    struct arena arena;
    const struct input_options *options;
    VECTOR(const struct mapping *) mappings; /* those named in the options first */
    size_t mappings_named;
    struct file *files;
    size_t file_count;
    struct sources *sources;
    struct reject_file rejects;
    struct input_summary summary;
};

/* One reading in progress. What follows the lock is guarded by it. */
struct run {
    struct input *input;
    const struct input_plan *plan;
    const struct input_watch *watch;
    struct worker *workers;
    int threads;
    double started;

    pthread_mutex_t lock;
    pthread_cond_t flushed;
    size_t file; /* being cut into chunks, file_count at the end */
    struct text *text;
    struct feed feed;          /* of NDJSON */
    struct csv_cutter *cutter; /* of CSV */
    uint64_t sequence;         /* of the next chunk */
    uint64_t bytes_before;     /* of files read to their end */
    uint64_t lines;
    double told; /* when progress was last told */
    struct error error;
    bool failed;
};

/* What a thread takes to read: a chunk of lines, or a piece of CSV. */
struct worker {
    struct run *run;
    pthread_t thread;
    struct emitter emitter;
    struct row_maker maker;
    struct ndjson *ndjson; /* for the file `ndjson_file` */
    size_t ndjson_file;
    struct csv_rows *rows; /* for the file `rows_file` */
    size_t rows_file;
    size_t file;
    struct feed_chunk chunk;
    struct csv_piece piece;

    uint64_t sequence; /* of what it reads, UINT64_MAX when nothing; guarded by the lock */
} APART;

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- Opening. --- */

static bool add_mapping(struct input *input, struct slice text, struct slice file, struct diagnostics *diagnostics)
{
    const struct mapping *mapping = mapping_parse(&input->arena, text, file, diagnostics);
    if (mapping) vector_push(&input->mappings, mapping);
    return mapping != NULL;
}

static const char *find_ready(struct slice name)
{
    for (size_t i = 0; i < ready_mapping_count; i++)
        if (slice_is(name, ready_mappings[i].name)) return ready_mappings[i].text;
    return NULL;
}

/* A mapping named by the user: the name of a ready one, or a file. */
static bool add_named(struct input *input, struct slice name, struct diagnostics *diagnostics, struct error *error)
{
    const char *ready = find_ready(name);
    char *path = strndup(name.ptr, name.len);
    struct text *text = ready ? NULL : text_open(path, NULL, error);
    struct slice content = ready ? slice_from(ready) : text ? text_peek(text) : (struct slice){0};
    bool fine = (ready || text) && add_mapping(input, content, name, diagnostics);
    if (text && !fine) error_set(error, BAD_USAGE, "mapping %s has errors", path);
    if (!ready && !text) {
        struct slice names[64], near;
        size_t count = 0;
        for (; count < ready_mapping_count && count < 64; count++)
            names[count] = slice_from(ready_mappings[count].name);
        near = nearest_word(name, names, count);
        if (near.len)
            error_set(error, BAD_USAGE,
                      "%s is neither a ready mapping nor a file that can be read (did you mean %.*s?)", path,
                      SLICE_ARG(near));
        else
            error_set(error, BAD_USAGE, "%s is neither a ready mapping nor a file that can be read", path);
    }
    text_close(text);
    free(path);
    return fine;
}

static bool load_mappings(struct input *input, struct diagnostics *diagnostics, struct error *error)
{
    struct slice names = slice_from(input->options->mapping);
    while (names.len)
        if (!add_named(input, slice_trim(slice_cut(&names, ',')), diagnostics, error)) return false;
    input->mappings_named = input->mappings.count;
    for (size_t i = 0; i < ready_mapping_count; i++)
        if (!add_mapping(input, slice_from(ready_mappings[i].text), slice_from(ready_mappings[i].name), diagnostics))
            return false;
    return true;
}

static bool look_into(struct input *input, struct file *file, struct error *error)
{
    const struct mapping *named = input->mappings_named ? input->mappings.at[0] : NULL;
    const struct mapping_list list = {input->mappings.at, input->mappings.count, input->mappings_named};
    file->name = slice_from(strcmp(file->path, "-") == 0 ? "standard input" : file->path);
    file->text = text_open(file->path, named && named->encoding_given ? &named->encoding : NULL, error);
    if (!file->text || !inspect_file(&input->arena, file->name, file->text, &list, &file->found, error)) return false;
    for (size_t i = 0; i < input->mappings_named; i++)
        if (file->found.mapping == input->mappings.at[i] && !find_ready(file->found.mapping->name))
            file->found.missing = inspection_missing(&input->arena, &file->found);
    struct source *source = text_source(file->text);
    file->size = source_size(source);
    file->source =
        sources_number(input->sources, file->found.mapping ? file->found.mapping->source : (struct slice){0});
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
    input->sources = sources_new();
    reject_file_init(&input->rejects, options->reject_path);
    bool fine = load_mappings(input, diagnostics, error);
    for (; fine && input->file_count < options->count; input->file_count++) {
        struct file *file = &input->files[input->file_count];
        file->path = options->files[input->file_count];
        if (!look_into(input, file, error)) {
            text_close(file->text);
            fine = false;
            break;
        }
    }
    if (fine) return input;
    input_free(input);
    return NULL;
}

void input_free(struct input *input)
{
    if (!input) return;
    for (size_t i = 0; i < input->file_count; i++) {
        text_close(input->files[i].text);
        occurrences_free(input->files[i].occurrences);
    }
    vector_release(&input->mappings);
    sources_free(input->sources);
    arena_release(&input->arena);
    free(input);
}

size_t input_file_count(const struct input *input)
{
    return input->file_count;
}

void input_say(const struct input *input, size_t file, struct buffer *out)
{
    inspection_say(&input->files[file].found, input->files[file].name, out);
}

/* Header and lines before it, as far as the file has them. */
static uint64_t heads_of(const struct file *file)
{
    if (file->found.format != FORMAT_CSV) return 0;
    uint64_t heads = file->found.skip + (file->found.header_line > 0), lines = file->tally.lines - file->tally.blank;
    return heads < lines ? heads : lines;
}

struct input_file input_file(const struct input *input, size_t i)
{
    const struct file *file = &input->files[i];
    const struct inspection *found = &file->found;
    const struct tally *t = &file->tally;
    return (struct input_file){.name = file->name,
                               .encoding = encoding_name(found->encoding),
                               .mapping = found->mapping ? found->mapping->name : (struct slice){0},
                               .twice = found->twice,
                               .missing = found->missing,
                               .csv = found->format == FORMAT_CSV,
                               .gzip = found->gzip,
                               .separator = found->separator,
                               .header_line = found->header_line,
                               .rows = t->lines - t->blank - heads_of(file),
                               .events = t->events,
                               .spend = t->spend,
                               .rejected = t->rejected,
                               .left_out = t->left_out};
}

struct sources *input_sources(const struct input *input)
{
    return input->sources;
}

size_t input_fields(const struct input *input, struct arena *arena, const struct slice **paths)
{
    struct map map;
    map_init(&map);
    for (size_t i = 0; i < input->file_count; i++) fields_add(&map, arena, &input->files[i].found);
    struct slice *list = ARENA_ARRAY(arena, struct slice, map.count);
    for (uint32_t i = 0; i < map.count; i++) list[i] = map.entries[i].key;
    const size_t count = map.count;
    map_release(&map);
    *paths = list;
    return count;
}

/* --- What each file needs for reading. --- */

/* Columns of NDJSON become cells of its shape as the mapping names them. */
static uint16_t shape_column(void *context, struct slice name)
{
    struct shape *shape = context;
    size_t cell = shape->cell_count;
    shape_add_key(shape, name, cell);
    if (name.len && memchr(name.ptr, '.', name.len)) shape_add(shape, name, cell);
    return (uint16_t)cell;
}

static uint16_t csv_column(void *context, struct slice name)
{
    return inspection_column(context, name);
}

static void prepare_file(struct input *input, struct file *file, const struct input_plan *plan)
{
    const struct mapping *mapping = file->found.mapping;
    bool csv = file->found.format == FORMAT_CSV;
    bool plain = mapping && mapping_is_plain(mapping) && file->found.dates <= DATES_YEAR_FIRST;
    const struct columns columns =
        csv ? (struct columns){csv_column, &file->found} : (struct columns){shape_column, &file->shape};
    shape_init(&file->shape, &input->arena);
    file->shape.cell_count = SEGMENT_CELLS;
    file->binding = NULL;
    if (!mapping) {
        shape_segment(&file->shape, plan);
    } else if (plain && csv) {
        file->plain.count = mapping_plain_columns(&input->arena, mapping, plan, columns, &file->plain.columns);
    } else if (plain) {
        mapping_plain_shape(mapping, plan, &file->shape);
    } else {
        const struct convert_style style = {file->found.dates, mapping->comma_decimal, mapping->zone};
        file->binding = binding_new(&input->arena, mapping, style, columns, plan);
    }
}

/* --- Under the lock. --- */

static void note_failure(struct run *run, struct slice name, struct slice why)
{
    if (!run->failed) error_set(&run->error, FAILED, "cannot read %.*s: %.*s", SLICE_ARG(name), SLICE_ARG(why));
    run->failed = true;
}

static size_t read_text(void *context, char *out, size_t size)
{
    return text_read(context, out, size);
}

static struct text *open_again(struct run *run, struct file *file)
{
    struct error error;
    struct text *text = file->text ? file->text : text_open(file->path, &file->found.encoding, &error);
    file->text = NULL;
    file->occurrences = occurrences_new();
    if (!text && !run->failed) run->error = error;
    run->failed |= !text;
    return text;
}

static void tell_progress(struct run *run, double least)
{
    double now = seconds_now();
    if (!run->watch || !run->watch->progress || now - run->told < least) return;
    run->told = now;
    struct input_progress p = {.bytes = run->bytes_before, .lines = run->lines, .seconds = now - run->started};
    bool known = true;
    for (size_t i = 0; i < run->input->file_count; i++) {
        p.bytes_total += run->input->files[i].size;
        known &= run->input->files[i].size > 0;
    }
    if (run->text) p.bytes += source_offset(text_source(run->text));
    if (!known || p.bytes_total < p.bytes) p.bytes_total = 0;
    p.seconds_left = p.bytes_total && p.bytes ? p.seconds * (double)(p.bytes_total - p.bytes) / (double)p.bytes : -1;
    run->watch->progress(run->watch->context, &p);
}

static bool is_csv(const struct file *file)
{
    return file->found.format == FORMAT_CSV;
}

static void begin_file(struct run *run, const struct file *file, struct text *text)
{
    const struct feed_source source = {read_text, text};
    const struct inspection *found = &file->found;
    const struct csv_rules rules = {found->separator, found->header_count, found->skip, found->header_line > 0};
    run->text = text;
    if (is_csv(file))
        run->cutter = csv_cutter_new(source, text, &rules, 0);
    else
        feed_init(&run->feed, source);
}

/* False at the end of the file. */
static bool take_piece(struct run *run, const struct file *file, struct worker *w)
{
    bool more;
    if (is_csv(file)) {
        more = csv_cut(run->cutter, &w->piece);
        run->lines += w->piece.lines;
    } else {
        more = feed_take(&run->feed, &w->chunk);
        run->lines += w->chunk.lines;
    }
    return more;
}

/* The file was read to its end, or as far as it can be. */
static void end_file(struct run *run, struct file *file, struct reject_list *rejects)
{
    struct slice why;
    const uint64_t line = is_csv(file) ? csv_cutter_lines(run->cutter) : run->feed.line - 1;
    enum source_state state = source_state(text_source(run->text), &why);
    if (state == SOURCE_FAILED) {
        note_failure(run, file->name, why);
    } else if (state != SOURCE_FINE) {
        const struct reject reject = {.reason = REJECT_TRUNCATED, .file = file->name, .line = line, .detail = why};
        reject_list_add(rejects, &reject);
        file->tally.rejected++;
    }
    run->bytes_before += source_offset(text_source(run->text));
    text_close(run->text);
    run->text = NULL;
    if (is_csv(file))
        csv_cutter_free(run->cutter);
    else
        feed_release(&run->feed);
}

/* The next piece of work: false when nothing is left. */
static bool next_work(struct run *run, struct worker *w)
{
    for (; run->file < run->input->file_count; run->file++) {
        struct file *file = &run->input->files[run->file];
        struct text *text = run->text ? run->text : open_again(run, file);
        w->file = run->file;
        if (!text) continue;
        if (!run->text) begin_file(run, file, text);
        w->sequence = run->sequence++;
        if (take_piece(run, file, w)) {
            tell_progress(run, 0.1);
            return true;
        }
        end_file(run, file, &w->emitter.rejects);
    }
    return false;
}

static bool is_earliest(const struct run *run, const struct worker *w)
{
    for (int i = 0; i < run->threads; i++)
        if (run->workers[i].sequence < w->sequence) return false;
    return true;
}

static void wait_for_earlier(struct run *run, const struct worker *w)
{
    while (!is_earliest(run, w)) pthread_cond_wait(&run->flushed, &run->lock);
}

/* Spend is told in the order of the input, so that it is added up in one order. */
static bool tells_in_order(const struct run *run, const struct worker *w)
{
    const struct mapping *mapping = run->input->files[w->file].found.mapping;
    return mapping && mapping->spend.given;
}

/* What the thread rejected goes to the file after all that stands before it in the input. */
static void finish_work(struct run *run, struct worker *w)
{
    struct reject_list *list = &w->emitter.rejects;
    if (list->count) {
        wait_for_earlier(run, w);
        if (!reject_file_flush(&run->input->rejects, list, &run->error)) run->failed = true;
    }
    w->sequence = UINT64_MAX;
    pthread_cond_broadcast(&run->flushed);
}

/* --- Workers. --- */

static void read_chunk(struct worker *w, struct file *file)
{
    struct emitter *e = &w->emitter;
    if (w->chunk.skipped) {
        const struct reject reject = {.reason = REJECT_LONG_LINE,
                                      .file = e->file,
                                      .line = w->chunk.first_line,
                                      .original = slice_of(w->chunk.data, w->chunk.len),
                                      .length = w->chunk.skipped};
        e->lines++;
        reject_list_add(&e->rejects, &reject);
        return;
    }
    if (w->ndjson && w->ndjson_file != w->file) {
        ndjson_free(w->ndjson);
        w->ndjson = NULL;
    }
    if (!w->ndjson) w->ndjson = ndjson_new(&file->shape, e, file->binding ? &w->maker : NULL, FEED_CHUNK_MAX);
    w->ndjson_file = w->file;
    ndjson_read(w->ndjson, slice_of(w->chunk.data, w->chunk.len), w->chunk.first_line);
}

static void read_piece(struct worker *w, const struct file *file)
{
    if (w->rows && w->rows_file != w->file) {
        csv_rows_free(w->rows);
        w->rows = NULL;
    }
    if (!w->rows) w->rows = csv_rows_new(&file->found, file->binding ? NULL : &file->plain, &w->maker);
    w->rows_file = w->file;
    csv_rows_read(w->rows, &w->piece);
}

static void do_work(struct worker *w)
{
    struct file *file = &w->run->input->files[w->file];
    w->emitter.source = file->source;
    w->emitter.file = file->name;
    w->emitter.occurrences = file->occurrences;
    w->maker.binding = file->binding;
    if (is_csv(file))
        read_piece(w, file);
    else
        read_chunk(w, file);
}

static struct tally tally_now(const struct worker *w)
{
    const struct emitter *e = &w->emitter;
    const uint64_t left_out = e->rejects.tally[REJECT_BAD_FIELD].count;
    return (struct tally){e->lines, e->blank, e->events, w->maker.spend_rows, e->rejects.count - left_out, left_out};
}

static void tally_since(struct tally *sum, const struct tally *before, const struct tally *now)
{
    sum->lines += now->lines - before->lines;
    sum->blank += now->blank - before->blank;
    sum->events += now->events - before->events;
    sum->spend += now->spend - before->spend;
    sum->rejected += now->rejected - before->rejected;
    sum->left_out += now->left_out - before->left_out;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct run *run = w->run;
    pthread_mutex_lock(&run->lock);
    while (next_work(run, w)) {
        const struct tally before = tally_now(w);
        if (tells_in_order(run, w)) wait_for_earlier(run, w);
        pthread_mutex_unlock(&run->lock);
        do_work(w);
        pthread_mutex_lock(&run->lock);
        const struct tally now = tally_now(w);
        tally_since(&run->input->files[w->file].tally, &before, &now);
        finish_work(run, w);
    }
    finish_work(run, w);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void give_spend(void *context, const struct spend_row *row)
{
    struct run *run = context;
    if (!run->watch || !run->watch->spend) return;
    pthread_mutex_lock(&run->lock);
    run->watch->spend(run->watch->context, row);
    pthread_mutex_unlock(&run->lock);
}

static void give_carried(void *context, struct slice line, uint64_t number)
{
    struct run *run = context;
    pthread_mutex_lock(&run->lock);
    run->watch->carried(run->watch->context, line, number);
    pthread_mutex_unlock(&run->lock);
}

static void worker_init(struct worker *w, struct run *run, struct input_sink sink)
{
    *w = (struct worker){.run = run, .sequence = UINT64_MAX};
    w->emitter = (struct emitter){.sink = sink, .plan = run->plan, .sources = run->input->sources};
    if (run->watch && run->watch->carried) {
        w->emitter.carried = give_carried;
        w->emitter.carried_context = run;
    }
    reject_list_init(&w->emitter.rejects, run->input->options->reject_path != NULL);
    w->emitter.rejects.retold = run->input->options->retold;
    row_maker_init(&w->maker, &w->emitter, run->plan->count);
    w->maker.spend = give_spend;
    w->maker.spend_context = run;
    csv_piece_init(&w->piece);
    w->chunk.data = malloc(FEED_CHUNK_MAX + JSON_PADDING);
    if (!w->chunk.data) out_of_memory(FEED_CHUNK_MAX);
}

static void worker_release(struct worker *w, struct input_summary *summary)
{
    summary->lines += w->emitter.lines;
    summary->blank += w->emitter.blank;
    summary->events += w->emitter.events;
    summary->spend += w->maker.spend_rows;
    ndjson_free(w->ndjson);
    csv_rows_free(w->rows);
    csv_piece_release(&w->piece);
    row_maker_release(&w->maker);
    reject_list_release(&w->emitter.rejects);
    free(w->chunk.data);
}

static void run_workers(struct run *run, const struct input_sink *sinks)
{
    run->workers = memory_apart((size_t)run->threads * sizeof *run->workers);
    for (int i = 0; i < run->threads; i++) worker_init(&run->workers[i], run, sinks[i]);
    int started = 1;
    while (started < run->threads &&
           pthread_create(&run->workers[started].thread, NULL, work, &run->workers[started]) == 0)
        started++;
    work(&run->workers[0]);
    for (int i = 1; i < started; i++) pthread_join(run->workers[i].thread, NULL);
    for (int i = 0; i < run->threads; i++) worker_release(&run->workers[i], &run->input->summary);
    free(run->workers);
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
        reasons[summary->reason_count++] = (struct input_reason){.text = reject_reason_text((enum reject_reason)i),
                                                                 .count = tally->count,
                                                                 .file = tally->file,
                                                                 .line = tally->line,
                                                                 .detail = slice_from(tally->detail),
                                                                 .code = reject_reason_code((enum reject_reason)i)};
    }
    qsort(reasons, summary->reason_count, sizeof *reasons, by_count);
    for (size_t i = 0; i < input->file_count; i++) summary->heads += heads_of(&input->files[i]);
    summary->reasons = reasons;
    summary->left_out = input->rejects.tally[REJECT_BAD_FIELD].count;
    summary->rejected = input->rejects.count - summary->left_out;
    summary->reject_path = input->rejects.out ? input->rejects.path : NULL;
}

enum outcome input_read(struct input *input, const struct input_plan *plan, const struct input_sink *sinks, int threads,
                        const struct input_watch *watch, struct error *error)
{
    struct run run = {.input = input, .plan = plan, .watch = watch, .threads = threads, .started = seconds_now()};
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.flushed, NULL);
    for (size_t i = 0; i < input->file_count; i++) {
        input->files[i].tally = (struct tally){0};
        prepare_file(input, &input->files[i], plan);
    }
    input->summary = (struct input_summary){0};
    run_workers(&run, sinks);
    run.threads = 0;
    tell_progress(&run, 0);
    summarize(input);
    if (!reject_file_close(&input->rejects, &run.error)) run.failed = true;
    pthread_cond_destroy(&run.flushed);
    pthread_mutex_destroy(&run.lock);
    if (run.failed && error) *error = run.error;
    if (run.failed) return FAILED;
    return input->rejects.count ? SOME_REJECTED : OK;
}

const struct input_summary *input_summary(struct input *input)
{
    return &input->summary;
}
