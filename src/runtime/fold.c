#include "runtime/fold.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "definition/load.h"
#include "runtime/burst.h"
#include "runtime/crowd.h"
#include "runtime/relate.h"
#include "runtime/subjects.h"
#include "runtime/timeline.h"

/* Contents of each store whose notes are kept: the common ones come early. */
enum { NOTED_KEPT = 1 << 18 };

struct variant {
    uint64_t id;
    int64_t at;
    uint64_t digest;
};

/* What one of a held block's contents says, close together: asked for each event. NULL: such events are not held. */
struct held_note {
    const struct noted *noted;
    const struct effects *effects;
    uint64_t machine;
};

struct job {
    struct gather *gather;
    const struct engine *engine;
    const struct fold_options *options;
    const struct relations *relations;
    const struct people *people; /* of persons, when something was said of any */
    struct timelines *timelines;
    struct crowds *crowds; /* of persons, when they are asked for: found before persons are folded */
    enum subject_kind kind;
    bool looks;        /* persons, only for the crowds that they come in */
    bool members;      /* persons, only for what their accounts read of them */
    struct slice only; /* of the options, by canonical id */
    bool lends;        /* another kind reads values of this one */
    bool borrows;      /* this one reads values of another kind */
    bool tells;        /* somebody wants to know of each subject, and it is folded once or for the last time */
    bool bursts;       /* some of its events come in bursts when machines make them */
    bool aside;        /* only a consumer looks at it */
    atomic_uint unread[GATHER_ROOMS]; /* partitions of each room that are still to be folded for the last time */
    int unit_bits;                    /* a unit of work: some partitions, and the held blocks of the same subjects */
    atomic_uint next_unit;
    pthread_mutex_t lending;
    /* By store and content, what workers noted and others may use: of contents without lists and maps, which each
     * worker's reader has for itself. */
    _Atomic(const struct noted *) *notes[256];
};

struct worker {
    struct job *job;
    int thread;
    struct folder *folder;
    struct content_reader *reader;
    struct arena kept, once;             /* once: for the unit in hand */
    struct arena opened;                 /* of the held block in hand */
    VECTOR(struct held_note) held_notes; /* by its contents */
    const struct noted **notes[256];     /* by store */
    VECTOR(struct trail_item) arrived;   /* of the partition, in order of arrival */
    VECTOR(uint32_t) owners;             /* by item: subject */
    struct subjects subjects;
    VECTOR(struct trail_item) items;  /* the same, those of one subject together */
    VECTOR(struct trail_item) merged; /* scratch of sorting */
    VECTOR(struct happening) happenings;
    struct change_list changes;
    VECTOR(struct conflict) conflicts;
    VECTOR(struct variant) variants;        /* copies that did not stay */
    VECTOR(uint32_t) places;                /* scratch of the search for copies: index in the trail + 1, by id */
    VECTOR(uint16_t) human;                 /* by item of the trail, when there are bursts or crowds in it */
    VECTOR(const struct crowd *) in_crowds; /* the same, when there are crowds in it */
    struct map machine_notes; /* content and store -> index in machine_noted: what it says when a machine said it */
    VECTOR(const struct noted *) machine_noted;
    struct fold_counts counts;
    int64_t due; /* of the subject at hand: see subject_tally */
} APART;

/* ---- what events say ---- */

/* `machine`: although the event does not say so itself. */
static const struct noted *make_note(struct worker *w, uint8_t index, uint32_t content, uint8_t credit, bool machine,
                                     struct arena *arena)
{
    const struct content_store *store = &w->job->gather->threads[index].store;
    const struct fold_options *o = w->job->options;
    struct noted *n = arena_alloc(arena, sizeof *n + o->path_count * sizeof *n->cells);
    const struct cell *cells = content_cells(w->reader, store, content);
    struct content_head head = content_head(store, content);
    head.machine |= machine;
    const struct content said = {.event = head.event, .machine = head.machine, .credit = credit, .cells = cells};
    const uint16_t *ranks = w->job->gather->source_ranks;
    const uint32_t rank = engine_definition(w->job->engine)->events[head.event].rank;
    *n = (struct noted){.effects = folder_effects(w->folder, &said, arena),
                        .order = rank << 16 | (ranks ? ranks[head.source] : head.source),
                        .content = content,
                        .head = head,
                        .store = index,
                        .visitor = o->visitor && folder_matches(w->folder, o->visitor, &said)};
    for (size_t i = 0; i < o->path_count; i++) n->cells[i] = o->paths[i] == NONE ? cell_absent() : cells[o->paths[i]];
    return n;
}

/* Of a content met for the first time: another worker may have noted it. */
static __attribute__((noinline)) const struct noted *first_note(struct worker *w, uint8_t store, uint32_t content)
{
    _Atomic(const struct noted *) *shared = &w->job->notes[store][content];
    const struct noted *n = atomic_load_explicit(shared, memory_order_acquire);
    if (n) return n;
    n = make_note(w, store, content, 0, false, &w->kept);
    if (content_reader_shares(w->reader)) atomic_store_explicit(shared, n, memory_order_release);
    return n;
}

/* Notes lie about in memory, each with its effects behind it. */
static inline void fetch_note(const struct noted *n)
{
    __builtin_prefetch(n);
    __builtin_prefetch((const char *)n + 64);
}

/* Fetched when the record is met, it is near when its subject is folded. */
static inline const struct noted *note(struct worker *w, const struct record *r)
{
    if (r->content >= NOTED_KEPT || r->credit) return make_note(w, r->store, r->content, r->credit, false, &w->once);
    const struct noted **kept = &w->notes[r->store][r->content];
    if (!*kept) *kept = first_note(w, r->store, r->content);
    fetch_note(*kept);
    return *kept;
}

/* The same, said by a machine. */
static const struct noted *machine_note(struct worker *w, const struct noted *n)
{
    const uint64_t name = (uint64_t)n->content << 8 | n->store;
    const struct slice key = slice_of((const char *)&name, sizeof name);
    uint32_t at = map_get(&w->machine_notes, key);
    if (at == MAP_NONE) {
        at = map_put_copy(&w->machine_notes, &w->kept, key, (uint32_t)w->machine_noted.count);
        vector_push(&w->machine_noted, make_note(w, n->store, n->content, 0, true, &w->kept));
    }
    return w->machine_noted.at[at];
}

/* ---- grouping a unit by subject ---- */

struct unit {
    uint32_t first, end; /* partitions */
    struct held_range held;
};

static uint64_t records_in(const struct worker *w, struct unit unit)
{
    uint64_t records = 0;
    for (int t = 0; t < w->job->gather->thread_count; t++) {
        const struct stream *streams = w->job->gather->threads[t].partitions[w->job->kind];
        for (uint32_t p = unit.first; streams && p < unit.end; p++) records += streams[p].records;
    }
    return records;
}

/* There is room for it. */
static inline void add_arrived(struct worker *w, uint32_t subject, struct trail_item item)
{
    w->subjects.at[subject].count++;
    w->arrived.at[w->arrived.count++] = item;
    w->owners.at[w->owners.count++] = subject;
}

static void read_partition(struct worker *w, const struct gather_thread *from, uint32_t partition)
{
    struct record r;
    struct stream_cursor c = stream_begin(&from->partitions[w->job->kind][partition], from->index);
    while (stream_next(&c, &r))
        add_arrived(w, subjects_add(&w->subjects, r.key, r.packed), (struct trail_item){r.at, r.id, note(w, &r)});
}

static void read_partitions(struct worker *w, struct unit unit)
{
    const uint64_t records = records_in(w, unit);
    arena_clear(&w->once);
    subjects_clear(&w->subjects);
    vector_clear(&w->arrived);
    vector_clear(&w->owners);
    if (!records) return;
    vector_reserve(&w->arrived, records);
    vector_reserve(&w->owners, records);
    for (int t = 0; t < w->job->gather->thread_count; t++) {
        const struct gather_thread *from = &w->job->gather->threads[t];
        for (uint32_t p = unit.first; from->partitions[w->job->kind] && p < unit.end; p++) read_partition(w, from, p);
    }
}

/* Items of one subject stand together, in order of arrival. */
static void place_items(struct worker *w)
{
    uint32_t at = 0;
    for (size_t i = 0; i < w->subjects.count; i++) {
        w->subjects.at[i].first = at;
        at += w->subjects.at[i].count;
        w->subjects.at[i].count = 0;
    }
    vector_reserve(&w->items, at);
    w->items.count = at;
    for (size_t i = 0; i < w->arrived.count; i++) {
        struct subject_slot *s = &w->subjects.at[w->owners.at[i]];
        w->items.at[s->first + s->count++] = w->arrived.at[i];
    }
}

/* ---- order and sameness ---- */

static bool before(const struct trail_item *a, const struct trail_item *b)
{
    if (a->at != b->at) return a->at < b->at;
    if (a->noted->order != b->noted->order) return a->noted->order < b->noted->order;
    return a->id < b->id;
}

/* Of two ordered runs side by side, up to `second` and up to `end`, one, in `out`. */
static void merge_runs(const struct trail_item *first, const struct trail_item *second, const struct trail_item *end,
                       struct trail_item *out)
{
    const struct trail_item *a = first, *b = second;
    while (a < second && b < end) *out++ = before(b, a) ? *b++ : *a++;
    memcpy(out, a, (size_t)(second - a) * sizeof *a);
    memcpy(out + (second - a), b, (size_t)(end - b) * sizeof *b);
}

static const struct trail_item *run_end(const struct trail_item *run, const struct trail_item *end)
{
    const struct trail_item *i = run + 1;
    while (i < end && !before(i, i - 1)) i++;
    return i < end ? i : end;
}

/* Each reading thread delivers what it read in the order of the file, which mostly is the order of time: runs are
 * merged, two by two, until one is left. */
static void merge_trail(struct worker *w, struct trail_item *items, size_t count)
{
    const struct trail_item *end = items + count;
    vector_reserve(&w->merged, count);
    while (run_end(items, end) < end) {
        for (const struct trail_item *run = items, *second, *next; run < end; run = next) {
            second = run_end(run, end);
            next = second < end ? run_end(second, end) : end;
            merge_runs(run, second, next, w->merged.at + (run - items));
        }
        memcpy(items, w->merged.at, count * sizeof *items);
    }
}

static void sort_trail(struct worker *w, struct trail_item *items, size_t count)
{
    enum { SMALL = 12 };
    size_t i = 1;
    while (i < count && !before(&items[i], &items[i - 1])) i++; /* usually in order already */
    if (i < count && count > SMALL) {
        merge_trail(w, items, count);
        return;
    }
    for (; i < count; i++) {
        struct trail_item moving = items[i];
        size_t k = i;
        for (; k && before(&moving, &items[k - 1]); k--) items[k] = items[k - 1];
        items[k] = moving;
    }
}

/* Ids that only grow along the trail, as many senders make them, are all different. */
static bool ids_grow(const struct trail_item *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (items[i].id <= items[i - 1].id) return false;
    return true;
}

static bool same_event(const struct trail_item *a, const struct trail_item *b)
{
    return a->id == b->id && (a->noted->order & 0xffff) == (b->noted->order & 0xffff);
}

/* Where in the table an event stands, or would. */
static uint32_t *place_of(struct worker *w, const struct trail_item *items, const struct trail_item *item, size_t mask)
{
    size_t h = item->id * UINT64_C(0x9e3779b97f4a7c15) >> 32 & mask;
    while (w->places.at[h] && !same_event(&items[w->places.at[h] - 1], item)) h = (h + 1) & mask;
    return &w->places.at[h];
}

static struct variant variant_of(struct worker *w, const struct trail_item *item)
{
    const struct content_store *store = &w->job->gather->threads[item->noted->store].store;
    const bool whenever = id_is_derived(item->id); /* a record's: known to the day in one row, closer in another */
    return (struct variant){item->id, item->at, content_digest(w->reader, store, item->noted->content, whenever)};
}

/* One of two copies stays: the earlier, at equal times the one of the smaller content. */
static void choose_copy(struct worker *w, struct trail_item *stays, const struct trail_item *copy)
{
    const struct variant mine = variant_of(w, stays), other = variant_of(w, copy);
    if (w->job->kind == KIND_PERSON && copy->noted->head.event == EVENT_GROUP) return; /* told at the account already */
    w->counts.duplicates++;
    const bool sent_again = stays->noted->head.corrected && copy->noted->head.corrected;
    if (mine.digest == other.digest && (mine.at == other.at || id_is_derived(mine.id) || sent_again)) return;
    const bool smaller = mine.at == other.at && other.digest < mine.digest;
    if (smaller) *stays = *copy;
    vector_push(&w->variants, smaller ? mine : other);
}

/* Items are in order, so of copies the earliest is met first. */
static size_t drop_repeats(struct worker *w, struct trail_item *items, size_t count)
{
    size_t size = 16, kept = 0;
    while (size < count * 2) size *= 2;
    vector_reserve(&w->places, size);
    memset(w->places.at, 0, size * sizeof *w->places.at);
    for (size_t i = 0; i < count; i++) {
        uint32_t *place = place_of(w, items, &items[i], size - 1);
        if (*place) {
            choose_copy(w, &items[*place - 1], &items[i]);
            continue;
        }
        items[kept++] = items[i];
        *place = (uint32_t)kept;
    }
    return kept;
}

static int by_variant(const void *a, const void *b)
{
    const struct variant *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->digest < y->digest ? -1 : x->digest > y->digest;
}

/* An event's different copies: the one that stays, and each other once. */
static void list_conflicts(struct worker *w)
{
    struct variant *v = w->variants.at;
    vector_clear(&w->conflicts);
    if (!w->variants.count) return;
    qsort(v, w->variants.count, sizeof *v, by_variant);
    for (size_t i = 0; i < w->variants.count; i++) {
        if (i && by_variant(&v[i - 1], &v[i]) == 0) continue;
        if (i && v[i - 1].id == v[i].id)
            vector_last(&w->conflicts)->copies++;
        else
            vector_push(&w->conflicts, ((struct conflict){v[i].id, 2}));
    }
}

/* ---- one subject ---- */

/* Of the last address that is known. */
static uint64_t domain_of(struct worker *w, const struct trail_item *items, size_t count)
{
    const struct definition *d = engine_definition(w->job->engine);
    while (count--) {
        const struct noted *n = items[count].noted;
        const uint32_t path = crowds_address_path(w->job->crowds, n->head.event);
        if (path == NONE) continue;
        const struct cell said = content_cells(w->reader, &w->job->gather->threads[n->store].store, n->content)[path];
        if (said.kind == CELL_TEXT) return crowd_domain(dictionary_text(d->dictionary, (uint32_t)said.number));
    }
    return 0;
}

static bool doubt_crowds(struct worker *w, const struct trail_item *items, size_t count)
{
    const struct crowds *crowds = w->job->crowds;
    w->in_crowds.count = 0;
    if (!crowds) return false;
    const uint64_t domain = domain_of(w, items, count);
    vector_reserve(&w->in_crowds, count);
    if (!crowds_doubt(crowds, domain, items, count, w->human.at, w->in_crowds.at)) return false;
    w->in_crowds.count = count;
    return true;
}

/* What came in a burst or a crowd is said by a machine, whatever it says itself. */
static void doubt_bursts(struct worker *w, struct trail_item *items, size_t count)
{
    vector_reserve(&w->human, count);
    w->human.count = 0;
    const bool bursts = bursts_find(engine_definition(w->job->engine), items, count, w->human.at);
    if (!doubt_crowds(w, items, count) && !bursts) return;
    w->human.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct noted **noted = &items[i].noted;
        if (w->human.at[i] == HUMAN_SURE || (*noted)->head.machine) continue;
        *noted = machine_note(w, *noted);
    }
}

/* Of an erased person nothing counts that is dated after the erasure. Returns how many events do. */
static size_t forget_after(struct worker *w, const struct trail_item *items, size_t count, int64_t erased_at)
{
    for (; count && items[count - 1].at > erased_at; count--) w->counts.erased_events++;
    return count;
}

/* Decisions that their authors took back are out of the trail. */
static bool is_taken_back(const struct about *about, const struct trail_item *item)
{
    for (size_t i = 0; i < about->word_count; i++) {
        const struct declaration *s = about->words[i];
        if (s->kind == DECLARE_DECISION && s->undone && s->id == item->id && s->source == item->noted->head.source)
            return true;
    }
    return false;
}

static size_t drop_taken_back(const struct engine *engine, const struct about *about, struct trail_item *items,
                              size_t count)
{
    const struct event_type *events = engine_definition(engine)->events;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (events[items[i].noted->head.event].decision == DECISION_NONE || !is_taken_back(about, &items[i]))
            items[kept++] = items[i];
    return kept;
}

/* The subject's trail: its events in order, each once. Those after the as-of are left out and counted, and so are those
 * after the subject's erasure. */
static void make_trail(struct worker *w, struct subject_slot *s, const struct about *about)
{
    const int64_t erased_at = about ? about->erased_at : INSTANT_MAX;
    struct trail_item *items = w->items.at + s->first;
    size_t count = s->count;
    vector_clear(&w->variants);
    for (size_t i = 0; i < count; i++) items[i].id = id_whole(items[i].id);
    sort_trail(w, items, count);
    while (count && items[count - 1].at > w->job->options->as_of)
        count--; /* a copy in the future contradicts nothing */
    w->counts.future += s->count - count;
    if (count < s->count && items[count].at < w->due) w->due = items[count].at;
    if (!ids_grow(items, count)) count = drop_repeats(w, items, count);
    list_conflicts(w);
    count = forget_after(w, items, count, erased_at);
    if (about && about->word_count) count = drop_taken_back(w->job->engine, about, items, count);
    if (w->job->bursts) doubt_bursts(w, items, count);
    vector_reserve(&w->happenings, count);
    for (size_t i = 0; i < count; i++) {
        w->happenings.at[i] = (struct happening){items[i].at, items[i].noted->effects};
        w->counts.machine += items[i].noted->head.machine;
    }
    s->count = (uint32_t)count;
}

/* Whether nothing is to be sorted out, as nearly always: then the happenings are made, in one pass, and nothing is left
 * for make_trail. */
static bool is_straight(struct worker *w, const struct subject_slot *s)
{
    enum { AHEAD = 16 }; /* items of the next subjects, whose notes are fetched meanwhile */
    const struct trail_item *items = w->items.at + s->first, *end = w->items.at + w->items.count;
    uint64_t machine = 0, id = 0;
    int64_t at = INSTANT_NONE;
    bool straight = !w->job->bursts && !w->job->people;
    vector_reserve(&w->happenings, s->count);
    for (uint32_t i = 0; i < s->count && straight; i++) {
        if (end - &items[i] > AHEAD) fetch_note(items[i + AHEAD].noted);
        straight = (items[i].at > at) & (items[i].id > id);
        at = items[i].at;
        id = items[i].id;
        machine += items[i].noted->head.machine;
        w->happenings.at[i] = (struct happening){at, items[i].noted->effects};
    }
    if (!straight || at > w->job->options->as_of) return false;
    w->counts.machine += machine;
    return true;
}

/* The trail of a held sender, in one pass over the events where nothing is to be sorted out, which is nearly always:
 * then nothing is left for make_trail, and the slot is `straight`. */
static void take_trail(struct worker *w, const struct held_block *b, const struct block_sender *s,
                       struct subject_slot *slot)
{
    const struct held_note *notes = w->held_notes.at;
    uint64_t machine = 0, id = 0;
    int64_t at = INSTANT_NONE;
    bool straight = !w->job->bursts && !w->job->people;
    uint32_t n = 0;
    vector_reserve(&w->items, s->count);
    vector_reserve(&w->happenings, s->count);
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        const struct held_note *note = &notes[b->contents[i]];
        if (!note->noted) continue;
        straight &= (b->at[i] > at) & (b->ids[i] > id);
        at = b->at[i];
        id = b->ids[i];
        machine += note->machine;
        w->happenings.at[n] = (struct happening){at, note->effects};
        w->items.at[n++] = (struct trail_item){at, id, note->noted};
    }
    w->items.count = slot->count = n;
    slot->straight = straight && at <= w->job->options->as_of;
    if (slot->straight)
        w->counts.machine += machine;
    else
        for (uint32_t i = 0; i < n; i++) w->items.at[i].id = held_key(b, w->items.at[i].id);
}

static void lend(struct worker *w, struct slice key, const struct facts *facts)
{
    pthread_mutex_lock(&w->job->lending);
    timelines_add(w->job->timelines, w->job->members ? LENT_BY_MEMBERS : (int)w->job->kind, key, facts->exported,
                  facts->exported_count);
    pthread_mutex_unlock(&w->job->lending);
}

static void note_due(struct worker *w, int64_t as_of)
{
    const int64_t next = folder_next_change(w->folder);
    if (next < w->due) w->due = next;
    for (size_t i = w->changes.count; i-- > 0 && w->changes.at[i].at > as_of;)
        if (w->changes.at[i].at < w->due) w->due = w->changes.at[i].at;
}

/* Gives the trail what others lend. True: rules cannot tell what was left out, but a stage that waits for new evidence
 * could. */
static bool borrow(struct worker *w, const struct subject_slot *s, bool whole, struct trail *trail)
{
    const struct job *job = w->job;
    const struct fold_options *o = job->options;
    const struct timeline_reader reader = {.kind = job->kind,
                                           .key = s->key,
                                           .events = w->happenings.at,
                                           .count = s->count,
                                           .as_of = o->as_of,
                                           .whole = whole || o->traced || o->start || job->only.len,
                                           .scores = o->export_scores,
                                           .lends = job->lends};
    vector_clear(&w->changes);
    const bool left_out = timelines_changes(job->timelines, job->relations, &reader, &w->changes);
    trail->changes = w->changes.at;
    trail->change_count = w->changes.count;
    return left_out;
}

static const struct facts *run_trail(struct worker *w, const struct subject_slot *s, struct trail *trail)
{
    const bool left_out = w->job->borrows && borrow(w, s, false, trail);
    const struct facts *facts = folder_run(w->folder, trail);
    if (!left_out || !folder_waited(w->folder)) return facts;
    borrow(w, s, true, trail);
    return folder_run(w->folder, trail);
}

static void fold_subject(struct worker *w, struct subject_slot *s)
{
    struct job *job = w->job;
    const struct about *about = job->people ? people_about(job->people, s->key) : NULL;
    const int64_t erased_at = about ? about->erased_at : INSTANT_MAX, until = job->options->as_of;
    if (about && about->alias_of.len) return; /* told under the name it is an alias of */
    if (s->straight || is_straight(w, s))
        vector_clear(&w->conflicts);
    else
        make_trail(w, s, about);
    if (!s->count) return; /* not known yet */
    if (erased_at <= until && !job->options->residues) return;
    if (job->looks) {
        const struct trail_item *items = w->items.at + s->first;
        crowds_add(job->crowds, w->thread, domain_of(w, items, s->count), slice_hash(s->key), items, s->count);
        return;
    }
    struct trail trail = {.events = w->happenings.at,
                          .count = s->count,
                          .as_of = erased_at < until ? erased_at : until,
                          .start_at = job->options->start_at};
    if (job->options->start && !job->members)
        trail.start = job->options->start(job->options->start_context, job->kind, s->key);
    const struct facts *facts = run_trail(w, s, &trail);
    if (job->tells) note_due(w, until);
    if (job->lends) lend(w, s->key, facts);
    w->counts.subjects[job->kind]++;
    w->counts.conflicts += w->conflicts.count;
    if (job->members || !((job->options->kinds | job->options->aside) >> job->kind & 1)) return;
    if (job->only.len && !slice_equal(s->key, job->only)) return;
    const struct subject_view view = {.kind = job->kind,
                                      .key = s->key,
                                      .items = w->items.at + s->first,
                                      .count = s->count,
                                      .human = w->human.count ? w->human.at : NULL,
                                      .crowds = w->in_crowds.count ? w->in_crowds.at : NULL,
                                      .facts = facts,
                                      .folder = w->folder,
                                      .conflicts = w->conflicts.at,
                                      .conflict_count = w->conflicts.count,
                                      .trail = &trail,
                                      .relations = job->relations,
                                      .timelines = job->timelines,
                                      .about = about};
    const struct fold_consumer *consumer = &job->options->consumers[w->thread];
    consumer->subject(consumer->context, &view);
}

static void tell_subject(struct worker *w, struct subject_slot *s, const struct fold_counts *before)
{
    const struct fold_counts *after = &w->counts;
    const struct fold_teller *teller = &w->job->options->tellers[w->thread];
    if (w->job->members || w->job->aside) { /* counted by nobody; others may change when it does */
        teller->tell(teller->context, &(struct subject_tally){.kind = w->job->kind, .key = s->key, .due = w->due});
        return;
    }
    const struct subject_tally tally = {
        .kind = w->job->kind,
        .key = s->key,
        .duplicates = after->duplicates - before->duplicates,
        .conflicts = after->conflicts - before->conflicts,
        .machine = after->machine - before->machine,
        .future = after->future - before->future,
        .folded = after->subjects[w->job->kind] > before->subjects[w->job->kind],
        .due = w->due,
    };
    teller->tell(teller->context, &tally);
}

static void fold_and_tell(struct worker *w, struct subject_slot *s)
{
    const struct fold_counts before = w->counts;
    w->due = INSTANT_MAX;
    fold_subject(w, s);
    if (w->job->tells) tell_subject(w, s, &before);
}

/* ---- threads ---- */

/* One subject is asked for, and nobody reads the others of its kind. */
static bool is_asked(const struct job *job, struct slice key)
{
    return !job->only.len || job->lends || slice_equal(key, job->only);
}

static bool holds_asked(const struct job *job, struct unit unit)
{
    const uint32_t partition = partition_of(slice_hash(job->only));
    return !job->only.len || job->lends || (partition >= unit.first && partition < unit.end);
}

static bool is_recalled(const struct job *job, struct slice key)
{
    const struct map *recalled = &job->gather->recalled;
    return recalled->count && map_get(recalled, key) != MAP_NONE;
}

/* What the held block's contents say; NULL where its events are not held. Notes lie about in memory: all are fetched
 * before the first is looked at. */
static void note_contents(struct worker *w, const struct held_block *b)
{
    vector_reserve(&w->held_notes, b->known_count);
    struct held_note *notes = w->held_notes.at;
    for (uint32_t i = 0; i < b->known_count; i++) {
        const struct record r = {.content = gather_held(w->job->gather, b, i), .store = (uint8_t)b->thread};
        notes[i].noted = r.content == HELD_NONE ? NULL : note(w, &r);
    }
    for (uint32_t i = 0; i < b->known_count; i++) {
        const struct noted *noted = notes[i].noted;
        if (!noted) continue;
        notes[i] = (struct held_note){noted, noted->effects, noted->head.machine};
        for (int line = 0; line < 3; line++) __builtin_prefetch((const char *)noted->effects + 64 * line);
    }
}

/* Events of a held sender to whom others came go where those are. */
static void join_arrived(struct worker *w, const struct held_block *b, const struct block_sender *s, uint32_t subject)
{
    vector_reserve(&w->arrived, w->arrived.count + s->count);
    vector_reserve(&w->owners, w->owners.count + s->count);
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        const struct noted *noted = w->held_notes.at[b->contents[i]].noted;
        if (noted) add_arrived(w, subject, (struct trail_item){b->at[i], id_small(held_key(b, b->ids[i])), noted});
    }
}

/* A held sender to whom nothing else came is folded from where the events stand. */
static void fold_held(struct worker *w, const struct held_block *b, const struct block_sender *s)
{
    struct subject_slot slot = {.key = s->key};
    take_trail(w, b, s, &slot);
    if (slot.count) fold_and_tell(w, &slot);
}

/* The same events are folded once more: nobody's memory may go. */
static bool reads_again(const struct job *job)
{
    return job->members || job->looks;
}

static void take_held(struct worker *w, size_t index)
{
    struct held_block b;
    arena_clear(&w->opened);
    hold_open(w->job->gather->hold, index, !w->job->gather->keep_ids, &w->opened, &b);
    note_contents(w, &b);
    for (size_t i = 0; i < b.sender_count; i++) {
        const struct block_sender *s = &b.senders[i];
        if (!is_asked(w->job, s->key) || is_recalled(w->job, s->key)) continue;
        const uint32_t subject = subjects_find(&w->subjects, s->key);
        if (subject != MAP_NONE)
            join_arrived(w, &b, s, subject);
        else
            fold_held(w, &b, s);
    }
    if (!reads_again(w->job)) hold_done(w->job->gather->hold, index);
}

static struct unit unit_of(const struct job *job, uint32_t number)
{
    const int apart = PARTITION_BITS - job->unit_bits;
    struct unit unit = {.first = number << apart, .end = (number + 1) << apart};
    if (job->kind != KIND_PERSON || !job->gather->hold) return unit;
    const int slots = hold_bits(job->gather->hold) - job->unit_bits;
    unit.held = hold_range(job->gather->hold, (uint64_t)number << slots, (uint64_t)(number + 1) << slots);
    return unit;
}

/* Slots may be larger than partitions. */
static int unit_bits(const struct gather *g, enum subject_kind kind)
{
    const bool larger = kind == KIND_PERSON && g->hold && hold_bits(g->hold) < PARTITION_BITS;
    return larger ? hold_bits(g->hold) : PARTITION_BITS;
}

/* Persons' events are read for the last time when what others read of them beforehand is known. Units are taken in
 * order, so that their rooms are given back one by one. */
static void drop_read(struct job *job, struct unit unit)
{
    if (job->kind != KIND_PERSON || reads_again(job)) return;
    for (uint32_t p = unit.first, next; p < unit.end; p = next) {
        const uint32_t room = p / ROOM_PARTITIONS, end = (room + 1) * ROOM_PARTITIONS;
        next = end < unit.end ? end : unit.end;
        if (atomic_fetch_sub(&job->unread[room], next - p) == next - p) gather_drop_room(job->gather, room);
    }
}

/* Keys stand where the subjects' first events were read from, which the cache has forgotten. */
static void fetch_key_ahead(const struct worker *w, size_t subject)
{
    enum { AHEAD = 4 };
    if (subject + AHEAD < w->subjects.count) __builtin_prefetch(w->subjects.at[subject + AHEAD].key.ptr);
}

static void fold_arrived(struct worker *w, size_t subject)
{
    char text[PACKED_TEXT_MAX];
    struct subject_slot *s = &w->subjects.at[subject];
    fetch_key_ahead(w, subject);
    if (s->packed) s->key = packed_key_text(s->packed, s->key.ptr, text);
    if (is_asked(w->job, s->key)) fold_and_tell(w, s);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct job *job = w->job;
    const atomic_bool *stop = job->options->stop;
    for (uint32_t number; (number = atomic_fetch_add(&job->next_unit, 1)) >> job->unit_bits == 0;) {
        const struct unit unit = unit_of(job, number);
        if (stop && atomic_load(stop)) break;
        if (!holds_asked(job, unit)) continue;
        read_partitions(w, unit);
        for (size_t i = unit.held.first; i < unit.held.end; i++) take_held(w, i);
        place_items(w);
        for (size_t i = 0; i < w->subjects.count; i++) fold_arrived(w, i);
        drop_read(job, unit);
    }
    return NULL;
}

static void worker_release(struct worker *w)
{
    folder_free(w->folder);
    arena_release(&w->kept);
    arena_release(&w->once);
    arena_release(&w->opened);
    for (int i = 0; i < 256; i++) free(w->notes[i]);
    vector_release(&w->held_notes);
    vector_release(&w->arrived);
    vector_release(&w->owners);
    subjects_release(&w->subjects);
    vector_release(&w->items);
    vector_release(&w->merged);
    vector_release(&w->happenings);
    vector_release(&w->changes);
    vector_release(&w->conflicts);
    vector_release(&w->variants);
    vector_release(&w->places);
    vector_release(&w->human);
    vector_release(&w->in_crowds);
    map_release(&w->machine_notes);
    vector_release(&w->machine_noted);
}

static void add_counts(struct fold_counts *sum, const struct fold_counts *c)
{
    sum->duplicates += c->duplicates;
    sum->conflicts += c->conflicts;
    sum->machine += c->machine;
    sum->future += c->future;
    sum->erased_events += c->erased_events;
    for (int k = 0; k < KIND_COUNT; k++) sum->subjects[k] += c->subjects[k];
}

static size_t noted_contents(const struct gather *g, int store)
{
    const size_t contents = g->threads[store].store.starts.count;
    return contents < NOTED_KEPT ? contents : NOTED_KEPT;
}

static void fold_kind(struct job *job, struct fold_counts *counts)
{
    int threads = job->options->threads;
    const struct definition *d = engine_definition(job->engine);
    struct worker *workers = memory_apart((size_t)threads * sizeof *workers);
    pthread_t *ids = memory_new((size_t)threads * sizeof *ids);
    atomic_store(&job->next_unit, 0);
    for (int store = 0; store < job->gather->thread_count; store++)
        job->notes[store] = memory_new(noted_contents(job->gather, store) * sizeof *job->notes[0]);
    for (int room = 0; room < GATHER_ROOMS; room++) atomic_store(&job->unread[room], ROOM_PARTITIONS);
    job->unit_bits = unit_bits(job->gather, job->kind);
    for (int t = 0; t < threads; t++) {
        struct worker *w = &workers[t];
        w->job = job;
        w->thread = t;
        w->folder = folder_new(job->engine, job->kind);
        w->reader = content_reader_new(d, d->dictionary);
        arena_init(&w->kept);
        arena_init(&w->once);
        arena_init(&w->opened);
        map_init(&w->machine_notes);
        subjects_init(&w->subjects);
        for (int store = 0; store < job->gather->thread_count; store++)
            w->notes[store] = memory_new(noted_contents(job->gather, store) * sizeof *w->notes[0]);
        if (job->options->skip_values) folder_skip_values(w->folder);
        if (job->members) timelines_ask_members(d, w->folder);
        if (job->lends && !job->members) timelines_ask(d, job->kind, w->folder);
        for (size_t i = 0;
             !job->members && job->options->export_scores && job->kind == KIND_PERSON && i < d->score_count; i++) {
            uint32_t slot = definition_slot(d, KIND_PERSON, d->scores[i].of, d->scores[i].slot);
            if (slot != NONE) folder_export(w->folder, slot);
        }
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
    for (int store = 0; store < job->gather->thread_count; store++) free(job->notes[store]);
    free(workers);
    free(ids);
}

/* Before all else: who was touched together with others of the same company. NULL: nobody asks. */
static struct crowds *find_crowds(struct job job)
{
    struct fold_counts uncounted = {0};
    const struct definition *d = engine_definition(job.engine);
    if (!crowds_wanted(d)) return NULL;
    job.kind = KIND_PERSON;
    job.people = relations_people(job.relations);
    job.looks = true;
    job.crowds = crowds_new(d, job.options->threads);
    fold_kind(&job, &uncounted);
    crowds_settle(job.crowds);
    return job.crowds;
}

static bool doubts(const struct job *job, enum subject_kind kind)
{
    return bursts_wanted(engine_definition(job->engine), kind) || (kind == KIND_PERSON && job->crowds);
}

/* Before the accounts: the signals of persons that accounts read, which rest on the persons' own events only. */
static void fold_members(struct job job)
{
    struct fold_counts uncounted = {0}; /* the same persons are folded again */
    job.kind = KIND_PERSON;
    job.people = relations_people(job.relations);
    job.members = job.lends = true;
    job.tells = job.options->tellers && !(job.options->kinds >> KIND_PERSON & 1) &&
                !timelines_wanted(engine_definition(job.engine), KIND_PERSON);
    job.borrows = false;
    job.bursts = doubts(&job, KIND_PERSON);
    fold_kind(&job, &uncounted);
}

struct fold_counts fold_all(struct gather *gather, const struct engine *engine, const struct fold_options *options)
{
    static const enum subject_kind order[] = {KIND_MARKET, KIND_ACCOUNT, KIND_PERSON, KIND_DEAL, KIND_SUBSCRIPTION};
    struct fold_counts counts = {0};
    struct timelines *timelines = timelines_new(engine);
    gather_finish(gather);
    struct relations *relations = relations_new(gather, options->residues);
    const struct people *people = relations_people(relations);
    counts.erased = people_erased_count(people);
    counts.unrelated_outcomes = relations_deliver(relations, gather);
    struct crowds *crowds = find_crowds((struct job){.gather = gather,
                                                     .engine = engine,
                                                     .options = options,
                                                     .relations = relations,
                                                     .timelines = timelines,
                                                     .lending = PTHREAD_MUTEX_INITIALIZER});
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct job job = {.gather = gather,
                          .engine = engine,
                          .options = options,
                          .relations = relations,
                          .timelines = timelines,
                          .crowds = crowds,
                          .kind = order[i],
                          .people = order[i] == KIND_PERSON ? people : NULL,
                          .only = order[i] == KIND_PERSON ? people_name(people, options->only) : options->only,
                          .tells = options->tellers != NULL,
                          .lending = PTHREAD_MUTEX_INITIALIZER};
        job.lends = timelines_wanted(engine_definition(engine), order[i]);
        job.bursts = doubts(&job, order[i]);
        job.borrows = timelines_borrowed(engine_definition(engine), order[i]);
        job.aside = !job.lends && !(options->kinds >> order[i] & 1);
        if (job.aside && !(options->aside >> order[i] & 1)) continue;
        if (order[i] == KIND_ACCOUNT && !job.aside && timelines_of_members(engine_definition(engine)))
            fold_members(job);
        if (engine_needs(engine, order[i])) fold_kind(&job, job.aside ? &(struct fold_counts){0} : &counts);
    }
    timelines_free(timelines);
    crowds_free(crowds);
    relations_free(relations);
    gather_drop_events(gather);
    return counts;
}
