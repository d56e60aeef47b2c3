#include "store/merge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/assemble.h"
#include "store/place.h"

/* Ranges of senders: as many as collectors have partitions, or as there are slots when those are fewer. When the store
 * has outgrown its slots, what is there is put aside (set_aside), and every range is cut anew out of that. */
struct job {
    struct store *store;
    struct collector *const *collectors;
    int count;
    const uint32_t *hot;
    size_t hot_count;
    struct names *names;
    const struct merge_breaks *breaks;
    uint64_t since_break; /* events written */
    struct placing place;
    atomic_uint next;
    pthread_mutex_t lock; /* of the database and of what follows */
    struct merge_counts counts;
    _Atomic enum outcome outcome; /* workers look at it without the lock */
    struct error error;
};

struct worker {
    struct job *job;
    struct assembly *assembly;
    struct buffer data, cold;
};

static int range_bits(const struct job *job)
{
    return job->place.bits < COLLECT_BITS ? job->place.bits : COLLECT_BITS;
}

static bool is_outgrown(const struct job *job)
{
    return !job->place.empty && job->place.bits > job->place.was;
}

/* ---- more slots ---- */

/* Gives a table another name, and its own to an empty one. */
static enum outcome rename_table(struct database *db, const char *name, struct error *error)
{
    static const char select[] = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    struct buffer sql;
    buffer_init(&sql, BUFFER_NO_LIMIT);
    buffer_printf(&sql, "ALTER TABLE %s RENAME TO %s_before;", name, name);
    struct statement *s = database_statement(db, select);
    statement_text(s, 1, slice_from(name));
    if (statement_row(s)) buffer_add(&sql, statement_bytes(s, 0));
    buffer_char(&sql, '\0');
    enum outcome outcome = statement_end(s, error);
    if (outcome == OK) outcome = database_run(db, sql.data, error);
    buffer_release(&sql);
    return outcome;
}

static const char drop_before[] = "DROP TABLE block_before; DROP TABLE cold_before";

/* Slots of more bits have ids that others have now. */
static enum outcome set_aside(struct database *db, struct error *error)
{
    const enum outcome outcome = rename_table(db, "block", error);
    return outcome == OK ? rename_table(db, "cold", error) : outcome;
}

/* ---- what is there ---- */

static void fail(struct job *job, enum outcome outcome, const struct error *error)
{
    if (job->outcome == OK) {
        job->outcome = outcome;
        job->error = *error;
    }
}

/* Of the slots from `first` to before `end`, those senders whose hash begins with the `bits` bits of `range`. */
struct loading {
    const char *sql;
    uint64_t first, end, range;
    int bits;
};

static struct loading loading_of(const struct job *job, uint32_t range)
{
    static const char now[] = "SELECT b.id, b.data, c.data FROM block b LEFT JOIN cold c ON c.id = b.id"
                              " WHERE b.id >= ?1 AND b.id < ?2 ORDER BY b.id";
    static const char before[] =
        "SELECT b.id, b.data, c.data FROM block_before b LEFT JOIN cold_before c ON c.id = b.id"
        " WHERE b.id >= ?1 AND b.id < ?2 ORDER BY b.id";
    const int slots = job->place.was - range_bits(job); /* bits of a slot that name it within the range */
    struct loading l = {.sql = is_outgrown(job) ? before : now, .range = range};
    l.first = slots >= 0 ? (uint64_t)range << slots : range >> -slots;
    l.end = l.first + (slots > 0 ? UINT64_C(1) << slots : 1);
    l.bits = slots < 0 ? range_bits(job) : 0;
    return l;
}

/* Copies what is there of a range of senders into the assembly. */
static void load_blocks(struct worker *w, enum sender_kind kind, uint32_t range)
{
    struct job *job = w->job;
    struct arena *arena = assembly_arena(w->assembly);
    struct error error = {0};
    const struct loading l = loading_of(job, range);
    if (job->place.empty) return;
    pthread_mutex_lock(&job->lock);
    struct statement *s = database_statement(store_database(job->store), l.sql);
    statement_int(s, 1, block_id(kind, l.first, 0));
    statement_int(s, 2, block_id(kind, l.end, 0));
    enum outcome outcome = OK;
    while (outcome == OK && statement_row(s)) {
        struct block block;
        struct slice data = arena_slice(arena, statement_bytes(s, 1)), cold = arena_slice(arena, statement_bytes(s, 2));
        if (block_unpack(data, cold, arena, &block))
            assembly_add_block(w->assembly, &block, l.bits, l.range);
        else
            outcome = error_set(&error, FAILED, "%s: block %lld is damaged; `masa doctor` tells more",
                                database_path(store_database(job->store)), (long long)statement_number(s, 0));
    }
    enum outcome ended = statement_end(s, outcome == OK ? &error : NULL);
    if (outcome == OK) outcome = ended;
    if (outcome != OK) fail(job, outcome, &error);
    pthread_mutex_unlock(&job->lock);
}

/* ---- what comes of it ---- */

static enum outcome put_blob(struct database *db, const char *sql, int64_t id, struct slice data, int64_t events,
                             struct error *error)
{
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    statement_bytes_in(s, 2, data);
    if (events >= 0) statement_int(s, 3, events);
    return statement_do(s, error);
}

/* The old generations of the range go, in the same transaction as the new ones come. */
static enum outcome drop_range(struct database *db, int64_t first, int64_t end, struct error *error)
{
    static const char drop_blocks[] = "DELETE FROM block WHERE id >= ?1 AND id < ?2";
    static const char drop_colds[] = "DELETE FROM cold WHERE id >= ?1 AND id < ?2";
    static const char *const statements[] = {drop_blocks, drop_colds};
    enum outcome outcome = OK;
    for (int i = 0; i < 2 && outcome == OK; i++) {
        struct statement *s = database_statement(db, statements[i]);
        statement_int(s, 1, first);
        statement_int(s, 2, end);
        outcome = statement_do(s, error);
    }
    return outcome;
}

static enum outcome put_block(struct worker *w, int64_t id, const struct block *block, struct error *error)
{
    static const char insert_block[] = "INSERT INTO block (id, data, events) VALUES (?1, ?2, ?3)";
    static const char insert_cold[] = "INSERT INTO cold (id, data) VALUES (?1, ?2)";
    struct database *db = store_database(w->job->store);
    enum outcome outcome = put_blob(db, insert_block, id, buffer_slice(&w->data), (int64_t)block->event_count, error);
    if (outcome == OK && w->cold.len) outcome = put_blob(db, insert_cold, id, buffer_slice(&w->cold), -1, error);
    return outcome;
}

static void write_range(struct worker *w, enum sender_kind kind, uint32_t range)
{
    struct job *job = w->job;
    struct error error = {0};
    struct block block;
    uint64_t slot;
    enum outcome outcome = OK;
    const uint64_t slots = UINT64_C(1) << (job->place.bits - range_bits(job)), first = range * slots;
    pthread_mutex_lock(&job->lock);
    if (!job->place.empty && !is_outgrown(job))
        outcome =
            drop_range(store_database(job->store), block_id(kind, first, 0), block_id(kind, first + slots, 0), &error);
    pthread_mutex_unlock(&job->lock);
    while (outcome == OK && assembly_next(w->assembly, &slot, &block)) {
        buffer_clear(&w->data);
        buffer_clear(&w->cold);
        block_pack(&block, &w->data, &w->cold);
        pthread_mutex_lock(&job->lock);
        outcome = put_block(w, block_id(kind, slot, 0), &block, &error);
        pthread_mutex_unlock(&job->lock);
    }
    if (outcome == OK) return;
    pthread_mutex_lock(&job->lock);
    fail(job, outcome, &error);
    pthread_mutex_unlock(&job->lock);
}

/* ---- range by range ---- */

static void merge_range(struct worker *w, enum sender_kind kind, uint32_t range)
{
    enum { PUSHED_RANGES = 64 };
    struct job *job = w->job;
    const int bits = range_bits(job);
    const uint32_t partitions = COLLECT_PARTITIONS >> bits;
    struct merge_counts counts = {0};
    assembly_clear(w->assembly, kind);
    for (int c = 0; c < job->count; c++)
        for (uint32_t p = range * partitions; p < (range + 1) * partitions; p++)
            assembly_add_partition(w->assembly, job->collectors[c], c, p);
    if (!assembly_events(w->assembly) && !is_outgrown(job)) return;
    load_blocks(w, kind, range);
    assembly_settle(w->assembly, job->place.bits, job->hot, job->hot_count, &counts);
    write_range(w, kind, range);
    if (job->place.empty && range % PUSHED_RANGES == PUSHED_RANGES - 1) database_push(store_database(job->store));
    pthread_mutex_lock(&job->lock);
    job->counts.accepted += counts.accepted;
    job->counts.duplicate += counts.duplicate;
    job->counts.conflicts += counts.conflicts;
    pthread_mutex_unlock(&job->lock);
}

/* Alone: a range of another worker would be half written. Not while all is cut anew, for the same reason. */
static void break_if_due(struct job *job, uint64_t events)
{
    struct error error = {0};
    if (!job->breaks || job->count > 1 || is_outgrown(job) || job->outcome != OK) return;
    if ((job->since_break += events) < job->breaks->events) return;
    job->since_break = 0;
    enum outcome outcome = names_save(job->names, store_database(job->store), &error);
    if (outcome == OK) outcome = job->breaks->take(job->breaks->context, &error);
    if (outcome != OK) fail(job, outcome, &error);
}

static void *work(void *context)
{
    struct worker *w = context;
    const uint32_t ranges = 1u << range_bits(w->job);
    for (uint32_t i; (i = atomic_fetch_add(&w->job->next, 1)) < SENDER_KINDS * ranges && w->job->outcome == OK;) {
        merge_range(w, (enum sender_kind)(i / ranges), i % ranges);
        break_if_due(w->job, assembly_events(w->assembly));
    }
    return NULL;
}

static void run_workers(struct job *job)
{
    struct worker *workers = memory_new((size_t)job->count * sizeof *workers);
    pthread_t *threads = memory_new((size_t)job->count * sizeof *threads);
    for (int i = 0; i < job->count; i++) {
        workers[i] = (struct worker){.job = job, .assembly = assembly_new(job->names)};
        buffer_init(&workers[i].data, BUFFER_NO_LIMIT);
        buffer_init(&workers[i].cold, BUFFER_NO_LIMIT);
    }
    int started = 1;
    while (started < job->count && pthread_create(&threads[started], NULL, work, &workers[started]) == 0) started++;
    work(&workers[0]);
    for (int i = 1; i < started; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < job->count; i++) {
        assembly_free(workers[i].assembly);
        buffer_release(&workers[i].data);
        buffer_release(&workers[i].cold);
    }
    free(workers);
    free(threads);
}

enum outcome store_merge(struct store *store, struct names *names, struct collector *const *collectors, int count,
                         const struct merge_breaks *breaks, struct merge_counts *counts, struct error *error)
{
    struct job job = {.store = store,
                      .names = names,
                      .breaks = breaks,
                      .collectors = collectors,
                      .count = count,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .hot = collector_hot(collectors[0], &job.hot_count)};
    uint64_t fresh = 0;
    for (int i = 0; i < count; i++) fresh += collector_events(collectors[i]);
    if (!fresh) return OK;
    enum outcome outcome = place_settle(store, fresh, &job.place, error);
    if (outcome == OK && is_outgrown(&job)) outcome = set_aside(store_database(store), error);
    if (outcome != OK) return outcome;
    run_workers(&job);
    if (job.outcome != OK) {
        if (error) *error = job.error;
        return job.outcome;
    }
    if (is_outgrown(&job)) outcome = database_run(store_database(store), drop_before, error);
    if (outcome != OK) return outcome;
    counts->accepted += job.counts.accepted;
    counts->duplicate += job.counts.duplicate;
    counts->conflicts += job.counts.conflicts;
    return names_save(names, store_database(store), error);
}
