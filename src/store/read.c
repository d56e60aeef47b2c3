#include "store/read.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/vector.h"
#include "store/line.h"
#include "store/lines.h"
#include "store/pick.h"
#include "store/place.h"
#include "store/tail.h"

struct job {
    const struct store_reading *reading;
    VECTOR(int64_t) blocks;
    int workers; /* begun */
    int slot_bits;
    uint64_t total;
    atomic_size_t next_block;
    pthread_mutex_t lock; /* of what follows */
    uint64_t done;
    _Atomic enum outcome outcome; /* workers look at it without the lock */
    struct error error;
    void (*take_lines)(void *context, struct slice lines); /* of an export; else NULL */
};

struct worker {
    struct job *job;
    struct input_sink sink;
    struct input_sink allowed; /* behind the sink, when some of the tail's events are refused */
    bool in_tail;
    struct input_sink wanted; /* behind the sink, when not everybody's events are */
    int thread;
    struct database *db;
    struct arena arena; /* of the block at hand */
    struct picker picker;
    int64_t data_version;
    struct line_writer lines;
    struct buffer text;
    struct line_reader *reader;
};

static void fail(struct job *job, enum outcome outcome, const struct error *error)
{
    pthread_mutex_lock(&job->lock);
    if (job->outcome == OK) {
        job->outcome = outcome;
        job->error = *error;
    }
    pthread_mutex_unlock(&job->lock);
}

/* Another program may be writing: names that a block uses were written with it. */
static enum outcome keep_up(struct worker *w, struct error *error)
{
    int64_t now;
    enum outcome outcome = database_version(w->db, &now, error);
    if (outcome != OK || now == w->data_version) return outcome;
    w->data_version = now;
    outcome = names_load(w->job->reading->names, w->db, error);
    picker_learn(&w->picker);
    return outcome;
}

/* ---- events as lines ---- */

/* Lines that intake once accepted: what it would reject now is a mistake of ours, so it is told. */
static void read_lines(struct worker *w, struct slice lines)
{
    struct error error;
    line_reader_take(w->reader, lines);
    if (!line_reader_rejected(w->reader)) return;
    error_set(&error, FAILED, "%s: an event cannot be read again; `masa doctor` tells more", w->job->reading->path);
    fail(w->job, FAILED, &error);
}

static bool write_event(struct worker *w, enum sender_kind kind, struct slice key, const struct block *b,
                        const struct block_event *e, struct buffer *out)
{
    const struct line_source line = line_source_of(kind, key, b, e);
    return line_write(&w->lines, &line, out);
}

/* ---- a block ---- */

static void give(struct worker *w, enum sender_kind kind, struct slice key, const struct block *b,
                 const struct block_event *e, const struct picked *said)
{
    const struct input_event in = picker_event(&w->picker, kind, key, b, e, said);
    w->sink.take(w->sink.context, &in);
}

static bool give_block(struct worker *w, enum sender_kind kind, const struct block *b)
{
    const bool whole = picker_finds_all(&w->picker, b->hot, b->hot_count);
    struct picked *contents = ARENA_ARRAY(&w->arena, struct picked, b->content_count);
    for (size_t i = 0; i < b->content_count; i++)
        if (!picker_read(&w->picker, b->contents[i], &w->arena, &contents[i])) return false;
    struct buffer lines;
    buffer_init(&lines, BUFFER_NO_LIMIT);
    bool fine = true;
    for (size_t i = 0; i < b->sender_count && fine; i++) {
        const struct block_sender *s = &b->senders[i];
        for (uint32_t k = s->first; k < s->first + s->count && fine; k++)
            if (whole || !b->events[k].cold)
                give(w, kind, s->key, b, &b->events[k], &contents[b->events[k].content]);
            else
                fine = write_event(w, kind, s->key, b, &b->events[k], &lines);
    }
    if (fine && lines.len) read_lines(w, buffer_slice(&lines));
    buffer_release(&lines);
    return fine;
}

static bool export_block(struct worker *w, enum sender_kind kind, const struct block *b)
{
    bool fine = true;
    buffer_clear(&w->text);
    for (size_t i = 0; i < b->sender_count && fine; i++) {
        const struct block_sender *s = &b->senders[i];
        for (uint32_t k = s->first; k < s->first + s->count && fine; k++)
            fine = write_event(w, kind, s->key, b, &b->events[k], &w->text);
    }
    pthread_mutex_lock(&w->job->lock);
    if (fine) w->job->take_lines(w->job->reading->context, buffer_slice(&w->text));
    pthread_mutex_unlock(&w->job->lock);
    return fine;
}

/* Cold texts are read only where somebody wants them. */
static bool needs_cold(struct worker *w, struct slice data)
{
    struct block b;
    if (w->job->take_lines) return true;
    return block_unpack(data, slice_of("", 0), &w->arena, &b) && !picker_finds_all(&w->picker, b.hot, b.hot_count);
}

static struct slice cold_of(struct worker *w, int64_t id)
{
    static const char sql[] = "SELECT data FROM cold WHERE id = ?1";
    struct statement *s = database_statement(w->db, sql);
    statement_int(s, 1, id);
    struct slice cold = statement_row(s) ? arena_slice(&w->arena, statement_bytes(s, 0)) : slice_of("", 0);
    statement_end(s, NULL);
    return cold;
}

/* Later generations of a slot stand beside it until they are merged: then one sender has events in several blocks. */
static bool stands_alone(const struct job *job, size_t i)
{
    const int64_t slot = job->blocks.at[i] >> GENERATION_BITS;
    return (!i || job->blocks.at[i - 1] >> GENERATION_BITS != slot) &&
           (i + 1 == job->blocks.count || job->blocks.at[i + 1] >> GENERATION_BITS != slot);
}

static enum hold_answer hold_block(struct worker *w, size_t i, struct slice data)
{
    const struct store_reading *r = w->job->reading;
    const int64_t id = w->job->blocks.at[i];
    if (!r->hold || block_kind(id) != SENDER_USER || !stands_alone(w->job, i)) return HOLD_REFUSED;
    const struct hold_offer offer = {.holder = &r->holders[w->thread],
                                     .sink = w->sink,
                                     .picker = &w->picker,
                                     .data = data,
                                     .slot = block_slot(id),
                                     .bits = w->job->slot_bits,
                                     .scratch = &w->arena};
    return hold_take(r->hold, w->thread, &offer);
}

static bool take_block(struct worker *w, size_t i, struct slice data)
{
    const int64_t id = w->job->blocks.at[i];
    const enum hold_answer held = hold_block(w, i, data);
    if (held != HOLD_REFUSED) return held == HOLD_TAKEN;
    struct block block;
    const enum sender_kind kind = (enum sender_kind)block_kind(id);
    struct slice cold = needs_cold(w, data) ? cold_of(w, id) : slice_of("", 0);
    return block_unpack(data, cold, &w->arena, &block) && kind < SENDER_KINDS &&
           (w->job->take_lines ? export_block(w, kind, &block) : give_block(w, kind, &block));
}

static bool is_looked_for(const struct worker *w, struct slice packed)
{
    const struct store_reading *r = w->job->reading;
    struct saying s;
    struct input_value value;
    uint32_t code;
    if (!saying_unpack(packed, &s)) return true; /* damaged: the reading will tell */
    const struct slice name = s.name ? names_text(r->names, s.name - 1) : slice_of("", 0);
    const struct slice usual = s.call == CALL_PAGE     ? SLICE("page_viewed") /* by which a page goes as well */
                               : s.call == CALL_SCREEN ? SLICE("screen_viewed")
                                                       : name;
    for (size_t i = 0; i < r->skim->count; i++)
        if (slice_equal(name, r->skim->names[i]) || slice_equal(usual, r->skim->names[i])) return true;
    while (saying_next(&s, &code, &value))
        if (code >= w->picker.code_count || w->picker.plan_of_code[code]) return true;
    return s.fields.bad;
}

static bool is_passed_over(struct worker *w, struct slice data)
{
    struct block b;
    if (!w->job->reading->skim || !block_skim(data, &w->arena, &b) || !picker_finds_all(&w->picker, b.hot, b.hot_count))
        return false;
    bool found = b.companion_count > 0;
    for (size_t i = 0; i < b.content_count && !found; i++) found = is_looked_for(w, b.contents[i]);
    return !found;
}

static void tell_progress(struct job *job, uint64_t events)
{
    pthread_mutex_lock(&job->lock);
    job->done += events;
    if (job->reading->progress) job->reading->progress(job->reading->context, job->done, job->total);
    pthread_mutex_unlock(&job->lock);
}

static void read_block(struct worker *w, size_t i)
{
    const int64_t id = w->job->blocks.at[i];
    static const char sql[] = "SELECT data, events FROM block WHERE id = ?1";
    struct error error = {0};
    arena_clear(&w->arena);
    struct statement *s = database_statement(w->db, sql);
    statement_int(s, 1, id);
    const bool found = statement_row(s);
    const uint64_t events = found ? (uint64_t)statement_number(s, 1) : 0;
    const struct slice data = found ? statement_bytes(s, 0) : slice_of("", 0);
    enum outcome outcome = found ? keep_up(w, &error) : OK;
    if (outcome == OK && found && !is_passed_over(w, data) && !take_block(w, i, data))
        outcome = error_set(&error, FAILED, "%s: block %lld is damaged; `masa doctor` tells what can be read",
                            w->job->reading->path, (long long)id);
    /* Not before, because the block's bytes are the statement's. */
    const enum outcome end = statement_end(s, outcome == OK ? &error : NULL);
    if (outcome == OK) outcome = end;
    if (outcome != OK) fail(w->job, outcome, &error);
    tell_progress(w->job, events);
}

static void take_tail(void *context, struct slice lines)
{
    struct worker *w = context;
    if (w->job->take_lines)
        w->job->take_lines(w->job->reading->context, lines);
    else
        read_lines(w, lines);
}

/* ---- threads ---- */

static void take_wanted(void *context, const struct input_event *event)
{
    const struct worker *w = context;
    if (senders_have(w->job->reading->only, sender_of_event(event))) w->wanted.take(w->wanted.context, event);
}

static void take_allowed(void *context, const struct input_event *event)
{
    const struct worker *w = context;
    const struct store_reading *r = w->job->reading;
    if (!w->in_tail || !r->refuse(r->refuse_context, event)) w->allowed.take(w->allowed.context, event);
}

static enum outcome worker_init(struct worker *w, struct job *job, struct error *error)
{
    const struct store_reading *r = job->reading;
    *w = (struct worker){.job = job, .thread = job->workers++};
    if (r->sinks) w->sink = r->sinks[w->thread];
    if (r->only) {
        w->wanted = w->sink;
        w->sink = (struct input_sink){w, take_wanted};
    }
    if (r->refuse) {
        w->allowed = w->sink;
        w->sink = (struct input_sink){w, take_allowed};
    }
    arena_init(&w->arena);
    buffer_init(&w->text, BUFFER_NO_LIMIT);
    line_writer_init(&w->lines, r->names, r->zone);
    w->picker = (struct picker){.plan = r->plan, .names = r->names, .sources = r->sources, .zone = r->zone};
    w->reader = line_reader_new(r->plan, r->sources, w->sink, r->path);
    picker_learn(&w->picker);
    w->db = database_open(r->path, DATABASE_READ, error);
    return w->db ? OK : FAILED;
}

static void worker_release(struct worker *w)
{
    line_reader_free(w->reader);
    line_writer_release(&w->lines);
    buffer_release(&w->text);
    arena_release(&w->arena);
    picker_release(&w->picker);
    database_close(w->db);
}

static void *work(void *context)
{
    struct worker *w = context;
    struct job *job = w->job;
    const atomic_bool *stop = job->reading->stop;
    for (size_t i; job->outcome == OK && !(stop && atomic_load(stop)) &&
                   (i = atomic_fetch_add(&job->next_block, 1)) < job->blocks.count;)
        read_block(w, i);
    return NULL;
}

static void start_all(struct worker *workers, int count)
{
    pthread_t *threads = memory_new((size_t)count * sizeof *threads);
    int started = 1;
    while (started < count && pthread_create(&threads[started], NULL, work, &workers[started]) == 0) started++;
    work(&workers[0]);
    for (int i = 1; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
}

/* Those of ids from `first` to before `end`. */
static enum outcome list_range(struct job *job, struct database *db, int64_t first, int64_t end, struct error *error)
{
    static const char blocks[] = "SELECT id, events FROM block WHERE id >= ?1 AND id < ?2 ORDER BY id";
    struct statement *s = database_statement(db, blocks);
    statement_int(s, 1, first);
    statement_int(s, 2, end);
    while (statement_row(s)) {
        vector_push(&job->blocks, statement_number(s, 0));
        job->total += (uint64_t)statement_number(s, 1);
    }
    return statement_end(s, error);
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The blocks of the slots in which those who are wanted stand, each slot once. */
static enum outcome list_wanted(struct job *job, struct database *db, struct error *error)
{
    const struct senders *only = job->reading->only;
    const int bits = job->slot_bits;
    VECTOR(int64_t) slots = {0};
    enum outcome outcome = OK;
    for (size_t i = 0; i < only->list.count; i++) {
        const uint64_t digest = only->list.at[i];
        const unsigned kind = sender_digest_kind(digest);
        if (kind < SENDER_KINDS) vector_push(&slots, block_id(kind, bits ? digest >> (64 - bits) : 0, 0));
    }
    if (slots.count) qsort(slots.at, slots.count, sizeof *slots.at, by_number);
    for (size_t i = 0; outcome == OK && i < slots.count; i++)
        if (!i || slots.at[i] != slots.at[i - 1])
            outcome = list_range(job, db, slots.at[i], slots.at[i] + (1 << GENERATION_BITS), error);
    vector_release(&slots);
    return outcome;
}

static void leave_moment(struct job *job, struct worker *workers, struct database *db)
{
    database_moment_end(db);
    for (int i = 0; i < job->reading->threads; i++) database_moment_end(workers[i].db);
}

/* Every worker looks at the blocks as they are at some moment: not the same one, but under the same bits, so that a
 * block's number means the same to all. */
static enum outcome find_moment(struct job *job, struct worker *workers, struct database *db, struct error *error)
{
    bool empty, same = false;
    enum outcome outcome = OK;
    while (outcome == OK && !same) {
        outcome = database_moment(db, error);
        if (outcome == OK) outcome = place_bits(db, &job->slot_bits, &empty, error);
        same = true;
        for (int i = 0, bits; outcome == OK && same && i < job->reading->threads; i++) {
            outcome = database_moment(workers[i].db, error);
            if (outcome == OK) outcome = place_bits(workers[i].db, &bits, &empty, error);
            same = bits == job->slot_bits;
        }
        if (outcome == OK && same) return OK;
        leave_moment(job, workers, db);
    }
    return outcome;
}

/* The tail comes first, and only then blocks are listed: what is merged meanwhile is met twice rather than never. */
static enum outcome read_with(struct job *job, struct worker *workers, struct store *store, struct error *error)
{
    struct database *db = store_database(store);
    workers[0].in_tail = true;
    enum outcome outcome = tail_each(store, TAIL_END, take_tail, &workers[0], error);
    workers[0].in_tail = false;
    if (outcome == OK) outcome = find_moment(job, workers, db, error);
    struct database *lists = workers[0].db; /* who lists has the pages mapped already when it reads blocks */
    if (outcome == OK)
        outcome = job->reading->only ? list_wanted(job, lists, error) : list_range(job, lists, 0, INT64_MAX, error);
    if (outcome == OK) start_all(workers, job->reading->threads);
    leave_moment(job, workers, db);
    if (job->reading->hold) hold_settle(job->reading->hold, job->slot_bits);
    const atomic_bool *stop = job->reading->stop;
    if (outcome == OK && stop && atomic_load(stop)) return error_set(error, FAILED, "the reading was stopped");
    if (outcome != OK || job->outcome == OK) return outcome;
    if (error) *error = job->error;
    return job->outcome;
}

static enum outcome read_all(struct job *job, struct error *error)
{
    const int count = job->reading->threads;
    struct worker *workers = memory_new((size_t)count * sizeof *workers);
    struct store *store = store_open(job->reading->path, DATABASE_READ, error);
    enum outcome outcome = store ? OK : FAILED;
    int ready = 0;
    while (outcome == OK && ready < count) outcome = worker_init(&workers[ready++], job, error);
    if (outcome == OK) outcome = read_with(job, workers, store, error);
    for (int i = 0; i < ready; i++) worker_release(&workers[i]);
    store_close(store);
    free(workers);
    vector_release(&job->blocks);
    return outcome;
}

enum outcome store_read(const struct store_reading *reading, struct error *error)
{
    struct job job = {.reading = reading, .lock = PTHREAD_MUTEX_INITIALIZER};
    return read_all(&job, error);
}

enum outcome store_lines(const struct store_reading *reading, void (*take)(void *context, struct slice lines),
                         struct error *error)
{
    struct job job = {.reading = reading, .lock = PTHREAD_MUTEX_INITIALIZER, .take_lines = take};
    return read_all(&job, error);
}
