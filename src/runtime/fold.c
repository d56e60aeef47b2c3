#include "runtime/fold.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "runtime/relate.h"
#include "runtime/timeline.h"

enum { NOTED_KEPT = 1 << 14 }; /* contents of each store whose notes are kept; the common ones come early */

struct item {
    struct trail_item t;
    uint32_t content;
    uint32_t order; /* rank and source: the order within an instant */
    uint8_t store, credit;
};

struct subject_slot {
    uint64_t hash;
    struct slice key;
    uint32_t first, count; /* items */
};

struct variant {
    uint64_t id;
    int64_t at;
    uint64_t digest;
};

struct job {
    struct gather *gather;
    const struct engine *engine;
    const struct fold_options *options;
    const struct relations *relations;
    struct timelines *timelines;
    enum subject_kind kind;
    bool lends; /* another kind reads values of this one */
    atomic_uint next_partition;
    pthread_mutex_t lending;
};

struct worker {
    struct job *job;
    int thread;
    struct folder *folder;
    struct content_reader *reader;
    struct arena kept, once;
    const struct noted **notes[256]; /* by store */
    VECTOR(struct record) records;
    VECTOR(uint32_t) owners;    /* by record: subject */
    VECTOR(struct subject_slot) subjects;
    uint32_t *table;            /* hash -> subject + 1 */
    uint32_t table_size;
    VECTOR(struct item) items;
    VECTOR(struct trail_item) trail;
    VECTOR(struct happening) happenings;
    struct change_list changes;
    VECTOR(struct conflict) conflicts;
    VECTOR(struct variant) variants; /* copies that did not stay */
    uint64_t *ids;              /* scratch of the duplicate check */
    size_t ids_size;
    struct fold_counts counts;
};

/* ---- what events say ---- */

static const struct noted *make_note(struct worker *w, uint8_t index, uint32_t content, uint8_t credit, struct arena *arena)
{
    const struct content_store *store = &w->job->gather->threads[index].store;
    const struct fold_options *o = w->job->options;
    struct noted *n = ARENA_NEW(arena, struct noted);
    const struct cell *cells = content_cells(w->reader, store, content);
    n->head = content_head(store, content);
    n->content = content;
    n->store = index;
    const struct content said = {.event = n->head.event, .machine = n->head.machine, .credit = credit, .cells = cells};
    n->effects = folder_effects(w->folder, &said, arena);
    for (int i = 0; i < NOTED_PATHS_MAX; i++)
        if (o->paths[i] != NONE) n->cells[i] = cells[o->paths[i]];
    n->visitor = o->visitor && folder_matches(w->folder, o->visitor, &said);
    return n;
}

static const struct noted *note(struct worker *w, uint8_t store, uint32_t content, uint8_t credit)
{
    if (content >= NOTED_KEPT || credit) return make_note(w, store, content, credit, &w->once);
    if (!w->notes[store]) w->notes[store] = memory_new(NOTED_KEPT * sizeof *w->notes[store]);
    const struct noted **kept = &w->notes[store][content];
    if (!*kept) *kept = make_note(w, store, content, 0, &w->kept);
    return *kept;
}

/* ---- grouping a partition by subject ---- */

static void grow_table(struct worker *w)
{
    w->table_size = w->table_size ? w->table_size * 2 : 1024;
    free(w->table);
    w->table = memory_new(w->table_size * sizeof *w->table);
    for (size_t i = 0; i < w->subjects.count; i++) {
        uint32_t h = (uint32_t)w->subjects.at[i].hash & (w->table_size - 1);
        while (w->table[h]) h = (h + 1) & (w->table_size - 1);
        w->table[h] = (uint32_t)i + 1;
    }
}

static uint32_t subject_of(struct worker *w, struct slice key)
{
    uint64_t hash = slice_hash(key);
    if (w->subjects.count * 2 >= w->table_size) grow_table(w);
    uint32_t h = (uint32_t)hash & (w->table_size - 1);
    for (; w->table[h]; h = (h + 1) & (w->table_size - 1)) {
        const struct subject_slot *s = &w->subjects.at[w->table[h] - 1];
        if (s->hash == hash && slice_equal(s->key, key)) return w->table[h] - 1;
    }
    vector_push(&w->subjects, ((struct subject_slot){.hash = hash, .key = key}));
    w->table[h] = (uint32_t)w->subjects.count;
    return (uint32_t)w->subjects.count - 1;
}

static void read_partition(struct worker *w, uint32_t partition)
{
    vector_clear(&w->records);
    vector_clear(&w->owners);
    vector_clear(&w->subjects);
    if (w->table) memset(w->table, 0, w->table_size * sizeof *w->table);
    for (int t = 0; t < w->job->gather->thread_count; t++) {
        struct stream *streams = w->job->gather->threads[t].partitions[w->job->kind];
        struct record r;
        if (!streams) continue;
        for (struct stream_cursor c = stream_begin(&streams[partition]); stream_next(&c, &r);) {
            uint32_t s = subject_of(w, r.key);
            w->subjects.at[s].count++;
            vector_push(&w->records, r);
            vector_push(&w->owners, s);
        }
    }
}

/* Items of one subject stand together; returns their number. */
static void place_items(struct worker *w)
{
    uint32_t at = 0;
    for (size_t i = 0; i < w->subjects.count; i++) {
        w->subjects.at[i].first = at;
        at += w->subjects.at[i].count;
        w->subjects.at[i].count = 0;
    }
    vector_reserve(&w->items, at);
    for (size_t i = 0; i < w->records.count; i++) {
        struct subject_slot *s = &w->subjects.at[w->owners.at[i]];
        const struct record *r = &w->records.at[i];
        w->items.at[s->first + s->count++] = (struct item){{r->at, r->id, NULL}, r->content, 0, r->store, r->credit};
    }
}

/* ---- order and sameness ---- */

static bool before(const struct item *a, const struct item *b)
{
    if (a->t.at != b->t.at) return a->t.at < b->t.at;
    if (a->order != b->order) return a->order < b->order;
    return a->t.id < b->t.id;
}

static int by_order(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

static void sort_items(struct item *items, size_t count)
{
    enum { SMALL = 24 };
    if (count > SMALL) { /* usually in order already */
        bool sorted = true;
        for (size_t i = 1; i < count && sorted; i++) sorted = !before(&items[i], &items[i - 1]);
        if (!sorted) qsort(items, count, sizeof *items, by_order);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct item moving = items[i];
        size_t k = i;
        for (; k && before(&moving, &items[k - 1]); k--) items[k] = items[k - 1];
        items[k] = moving;
    }
}

/* Marks the ids of a trail in a table; true when any stands twice. */
static bool has_repeats(struct worker *w, const struct item *items, size_t count)
{
    size_t size = 16;
    while (size < count * 2) size *= 2;
    if (size > w->ids_size) {
        w->ids = memory_grow(w->ids, size * sizeof *w->ids);
        w->ids_size = size;
    }
    memset(w->ids, 0, size * sizeof *w->ids);
    for (size_t i = 0; i < count; i++) {
        uint64_t id = items[i].t.id + 1 + ((uint64_t)(items[i].order & 0xffff) << 56); /* 0 is free */
        size_t h = (id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (size - 1);
        for (; w->ids[h]; h = (h + 1) & (size - 1))
            if (w->ids[h] == id) return true;
        w->ids[h] = id;
    }
    return false;
}

static bool same_event(const struct item *a, const struct item *b)
{
    return a->t.id == b->t.id && (a->order & 0xffff) == (b->order & 0xffff);
}

/* Counts the different copies of an id; the one that stays is counted with the first that differs from it. */
static void add_conflict(struct worker *w, const struct variant *copy)
{
    for (size_t i = 0; i < w->variants.count; i++) {
        const struct variant *v = &w->variants.at[i];
        if (v->id == copy->id && v->at == copy->at && v->digest == copy->digest) return;
    }
    vector_push(&w->variants, *copy);
    for (size_t c = 0; c < w->conflicts.count; c++)
        if (w->conflicts.at[c].id == copy->id) {
            w->conflicts.at[c].copies++;
            return;
        }
    vector_push(&w->conflicts, ((struct conflict){copy->id, 2}));
}

static uint64_t digest_of(struct worker *w, const struct item *item)
{
    return content_digest(w->reader, &w->job->gather->threads[item->store].store, item->content);
}

/* Of copies the earliest stays (equal times: the smallest content); items are in order, so it is met first. */
static size_t drop_repeats(struct worker *w, struct item *items, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct item *first = NULL;
        for (size_t k = 0; k < kept && !first; k++)
            if (same_event(&items[k], &items[i])) first = &items[k];
        if (!first) {
            items[kept++] = items[i];
            continue;
        }
        w->counts.duplicates++;
        struct variant mine = {first->t.id, first->t.at, digest_of(w, first)};
        struct variant other = {items[i].t.id, items[i].t.at, digest_of(w, &items[i])};
        if (mine.digest == other.digest && (mine.at == other.at || id_is_derived(mine.id))) continue;
        bool smaller = mine.at == other.at && other.digest < mine.digest;
        if (smaller) *first = items[i];
        add_conflict(w, smaller ? &mine : &other);
    }
    return kept;
}

/* ---- one subject ---- */

static void note_items(struct worker *w, struct item *items, size_t count)
{
    const struct definition *d = engine_definition(w->job->engine);
    for (size_t i = 0; i < count; i++) {
        items[i].t.noted = note(w, items[i].store, items[i].content, items[i].credit);
        const struct content_head *head = &items[i].t.noted->head;
        items[i].order = (uint32_t)d->events[head->event].rank << 16 | head->source;
        w->counts.machine += head->machine;
    }
}

static void lend(struct worker *w, struct slice key, const struct facts *facts)
{
    pthread_mutex_lock(&w->job->lending);
    timelines_add(w->job->timelines, w->job->kind, key, facts->exported, facts->exported_count);
    pthread_mutex_unlock(&w->job->lending);
}

static void fold_subject(struct worker *w, const struct subject_slot *s)
{
    struct job *job = w->job;
    struct item *items = w->items.at + s->first;
    size_t count = s->count;
    arena_clear(&w->once);
    vector_clear(&w->conflicts);
    vector_clear(&w->variants);
    note_items(w, items, count);
    sort_items(items, count);
    if (count > 1 && has_repeats(w, items, count)) count = drop_repeats(w, items, count);
    vector_clear(&w->trail);
    vector_clear(&w->happenings);
    for (size_t i = 0; i < count; i++) {
        if (items[i].t.at > job->options->as_of) {
            w->counts.future += count - i;
            break;
        }
        vector_push(&w->trail, items[i].t);
        vector_push(&w->happenings, ((struct happening){items[i].t.at, items[i].t.noted->effects}));
    }
    vector_clear(&w->changes);
    timelines_changes(job->timelines, job->relations, engine_definition(job->engine), job->kind, s->key, &w->changes);
    struct trail trail = {.events = w->happenings.at,
                          .count = w->happenings.count,
                          .changes = w->changes.at,
                          .change_count = w->changes.count,
                          .as_of = job->options->as_of,
                          .start_at = job->options->start_at};
    if (job->options->start) trail.start = job->options->start(job->options->start_context, job->kind, s->key);
    const struct facts *facts = folder_run(w->folder, &trail);
    if (job->lends) lend(w, s->key, facts);
    w->counts.subjects[job->kind]++;
    w->counts.conflicts += w->conflicts.count;
    if (!(job->options->kinds >> job->kind & 1)) return;
    const struct subject_view view = {job->kind, s->key,    w->trail.at,      w->trail.count,
                                      facts,     w->folder, w->conflicts.at, w->conflicts.count};
    const struct fold_consumer *consumer = &job->options->consumers[w->thread];
    consumer->subject(consumer->context, &view);
}

/* ---- threads ---- */

static void *work(void *arg)
{
    struct worker *w = arg;
    struct job *job = w->job;
    for (;;) {
        uint32_t partition = atomic_fetch_add(&job->next_partition, 1);
        if (partition >= PARTITIONS) return NULL;
        read_partition(w, partition);
        place_items(w);
        for (size_t i = 0; i < w->subjects.count; i++) fold_subject(w, &w->subjects.at[i]);
        for (int t = 0; t < job->gather->thread_count; t++)
            if (job->gather->threads[t].partitions[job->kind]) stream_free(&job->gather->threads[t].partitions[job->kind][partition]);
    }
}

static void worker_release(struct worker *w)
{
    folder_free(w->folder);
    arena_release(&w->kept);
    arena_release(&w->once);
    for (int i = 0; i < 256; i++) free(w->notes[i]);
    vector_release(&w->records);
    vector_release(&w->owners);
    vector_release(&w->subjects);
    free(w->table);
    vector_release(&w->items);
    vector_release(&w->trail);
    vector_release(&w->happenings);
    vector_release(&w->changes);
    vector_release(&w->conflicts);
    vector_release(&w->variants);
    free(w->ids);
}

static void add_counts(struct fold_counts *sum, const struct fold_counts *c)
{
    sum->duplicates += c->duplicates;
    sum->conflicts += c->conflicts;
    sum->machine += c->machine;
    sum->future += c->future;
    for (int k = 0; k < KIND_COUNT; k++) sum->subjects[k] += c->subjects[k];
}

static void fold_kind(struct job *job, struct fold_counts *counts)
{
    int threads = job->options->threads;
    const struct definition *d = engine_definition(job->engine);
    struct worker *workers = memory_new((size_t)threads * sizeof *workers);
    pthread_t *ids = memory_new((size_t)threads * sizeof *ids);
    atomic_store(&job->next_partition, 0);
    for (int t = 0; t < threads; t++) {
        struct worker *w = &workers[t];
        w->job = job;
        w->thread = t;
        w->folder = folder_new(job->engine, job->kind);
        w->reader = content_reader_new(d, d->dictionary);
        arena_init(&w->kept);
        arena_init(&w->once);
        if (job->options->skip_values) folder_skip_values(w->folder);
        if (job->lends) timelines_ask(d, job->kind, w->folder);
        for (size_t i = 0; job->options->export_scores && job->kind == KIND_PERSON && i < d->score_count; i++)
            folder_export(w->folder, d->scores[i].slot);
    }
    for (int t = 1; t < threads; t++)
        if (pthread_create(&ids[t], NULL, work, &workers[t])) workers[t].job = NULL; /* the others do its share */
    work(&workers[0]);
    for (int t = 1; t < threads; t++)
        if (workers[t].job) pthread_join(ids[t], NULL);
    for (int t = 0; t < threads; t++) {
        add_counts(counts, &workers[t].counts);
        timelines_keep(job->timelines, workers[t].reader);
        worker_release(&workers[t]);
    }
    free(workers);
    free(ids);
}

struct fold_counts fold_all(struct gather *gather, const struct engine *engine, const struct fold_options *options)
{
    static const enum subject_kind order[] = {KIND_MARKET, KIND_ACCOUNT, KIND_PERSON, KIND_DEAL, KIND_SUBSCRIPTION};
    struct fold_counts counts = {0};
    struct timelines *timelines = timelines_new();
    gather_finish(gather);
    struct relations *relations = relations_new(gather);
    counts.unrelated_outcomes = relations_deliver(relations, gather);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct job job = {.gather = gather, .engine = engine, .options = options, .relations = relations,
                          .timelines = timelines, .kind = order[i], .lending = PTHREAD_MUTEX_INITIALIZER};
        job.lends = timelines_wanted(engine_definition(engine), order[i]);
        if (!job.lends && !(options->kinds >> order[i] & 1)) continue;
        if (engine_needs(engine, order[i])) fold_kind(&job, &counts);
    }
    timelines_free(timelines);
    relations_free(relations);
    return counts;
}
