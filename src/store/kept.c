#include "store/kept.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/lines.h"
#include "store/pick.h"
#include "store/place.h"
#include "store/tail.h"

/* The blocks of one slot of one kind: its generations. */
struct kept_slot {
    struct arena arena;
    struct block_index *blocks;
    const uint64_t **senders; /* by block: the digests of its entries */
    size_t count;
    bool whole;    /* else some block has no index: it is to be read as others read it */
    uint64_t used; /* by the clock */
};

struct tail_line {
    uint64_t sender; /* EVERYBODY: it is not known */
    struct slice line;
};

struct store_kept {
    char *path;
    struct store *store;
    int64_t data_version; /* of all that follows */
    int bits;
    uint32_t name_count;
    VECTOR(struct kept_slot *) slots;
    VECTOR(int64_t) ids; /* of them: of the first generation; apart, so that to look for one is to look at few bytes */
    size_t bytes;
    uint64_t clock;
    uint64_t moment, note;
    bool tail_known;
    struct tail_state tail_state; /* as the file was first seen; then `last` goes on */
    struct arena tail_arena;
    VECTOR(struct tail_line) tail;
    struct sources *sources; /* of the lines of the tail, while they are looked through */
    struct arena scratch;    /* of a reading */
};

#define EVERYBODY UINT64_MAX

struct store_kept *store_kept_new(const char *path)
{
    struct store_kept *k = memory_new(sizeof *k);
    k->path = strdup(path);
    if (!k->path) out_of_memory(strlen(path));
    k->sources = sources_new();
    arena_init(&k->tail_arena);
    arena_init(&k->scratch);
    return k;
}

static void slot_free(struct kept_slot *s)
{
    arena_release(&s->arena);
    free(s);
}

static void forget(struct store_kept *k)
{
    k->moment++;
    for (size_t i = 0; i < k->slots.count; i++) slot_free(k->slots.at[i]);
    vector_clear(&k->slots);
    vector_clear(&k->ids);
    k->bytes = 0;
    k->tail_known = false;
    vector_clear(&k->tail);
    arena_clear(&k->tail_arena);
}

void store_kept_free(struct store_kept *k)
{
    if (!k) return;
    forget(k);
    vector_release(&k->slots);
    vector_release(&k->ids);
    vector_release(&k->tail);
    arena_release(&k->tail_arena);
    arena_release(&k->scratch);
    sources_free(k->sources);
    store_close(k->store);
    free(k->path);
    free(k);
}

/* ---- what the file says now ---- */

static enum outcome one_number(struct store_kept *k, const char *sql, int64_t *out, struct error *error)
{
    struct statement *s = database_statement(store_database(k->store), sql);
    *out = statement_row(s) ? statement_number(s, 0) : 0;
    return statement_end(s, error);
}

/* `same` is false when somebody has written since: all that was kept is given up. */
static enum outcome look(struct store_kept *k, bool *same, struct error *error)
{
    static const char names[] = "SELECT count(*) FROM name";
    int64_t now, name_count;
    bool empty;
    enum outcome outcome = database_version(store_database(k->store), &now, error);
    *same = now == k->data_version;
    if (outcome != OK || *same) return outcome;
    forget(k);
    outcome = place_bits(store_database(k->store), &k->bits, &empty, error);
    if (outcome == OK) outcome = one_number(k, names, &name_count, error);
    if (outcome == OK) k->name_count = (uint32_t)name_count;
    k->data_version = outcome == OK ? now : -1;
    return outcome;
}

/* ---- the tail ---- */

struct looking_through {
    struct store_kept *kept;
    struct line_reader *reader;
    uint64_t sender;
};

static void note_sender(void *context, const struct input_event *event)
{
    ((struct looking_through *)context)->sender = sender_of_event(event);
}

static void look_through(void *context, struct slice lines)
{
    struct looking_through *t = context;
    while (lines.len) {
        const char *end = memchr(lines.ptr, '\n', lines.len);
        const size_t len = end ? (size_t)(end + 1 - lines.ptr) : lines.len;
        const struct slice line = slice_of(lines.ptr, len);
        t->sender = EVERYBODY;
        line_reader_take(t->reader, line);
        vector_push(&t->kept->tail, ((struct tail_line){t->sender, arena_slice(&t->kept->tail_arena, line)}));
        lines = slice_skip(lines, len);
    }
}

static enum outcome read_tail(struct store_kept *k, struct tail_mark last, struct error *error)
{
    static const struct input_plan nothing = {0};
    struct looking_through t = {.kept = k};
    t.reader = line_reader_new(&nothing, k->sources, (struct input_sink){&t, note_sender}, k->path);
    const enum outcome outcome = k->tail_known
                                     ? tail_between(k->store, k->tail_state.last, last, look_through, &t, error)
                                     : tail_each(k->store, last, look_through, &t, error);
    line_reader_free(t.reader);
    k->tail_known = outcome == OK;
    k->tail_state.last = last;
    k->moment++;
    return outcome;
}

static enum outcome follow_tail(struct store_kept *k, struct error *error)
{
    struct tail_mark last;
    enum outcome outcome;
    if (k->tail_known) {
        outcome = tail_look_on(k->store, &k->tail_state, &last, error);
    } else {
        outcome = tail_look(k->store, &k->tail_state, error);
        last = k->tail_state.last;
    }
    if (outcome != OK || (k->tail_known && tail_mark_equal(last, k->tail_state.last))) return outcome;
    return read_tail(k, last, error);
}

/* The tail is looked at first, and since then nobody may have written: what is merged meanwhile would be met never. */
enum outcome store_kept_look(struct store_kept *k, uint64_t *moment, struct error *error)
{
    bool same = false;
    if (!k->store) {
        k->store = store_open(k->path, DATABASE_READ, error);
        k->data_version = -1;
    }
    enum outcome outcome = k->store ? OK : FAILED;
    while (outcome == OK && !same) {
        outcome = follow_tail(k, error);
        if (outcome == OK) outcome = look(k, &same, error);
    }
    *moment = k->moment;
    return outcome;
}

uint64_t *store_kept_note(struct store_kept *k)
{
    return &k->note;
}

/* ---- slots ---- */

static void make_room(struct store_kept *k)
{
    while (k->bytes > KEPT_BYTES_MAX) {
        size_t oldest = 0;
        for (size_t i = 1; i < k->slots.count; i++)
            if (k->slots.at[i]->used < k->slots.at[oldest]->used) oldest = i;
        struct kept_slot *s = k->slots.at[oldest];
        if (s->used == k->clock) return;
        k->bytes -= s->arena.used;
        k->slots.at[oldest] = k->slots.at[--k->slots.count];
        k->ids.at[oldest] = k->ids.at[--k->ids.count];
        slot_free(s);
    }
}

static const uint64_t *digests_of(struct kept_slot *s, unsigned kind, const struct block_index *block)
{
    uint64_t *digests = ARENA_ARRAY(&s->arena, uint64_t, block->count + 1);
    for (size_t i = 0; i < block->count; i++) digests[i] = sender_digest(kind, block->entries[i].key);
    return digests;
}

static enum outcome read_slot(struct store_kept *k, int64_t id, struct kept_slot *s, struct error *error)
{
    static const char sql[] = "SELECT data FROM block WHERE id >= ?1 AND id < ?2 ORDER BY id";
    VECTOR(struct block_index) blocks = {0};
    struct statement *st = database_statement(store_database(k->store), sql);
    statement_int(st, 1, id);
    statement_int(st, 2, id + (1 << GENERATION_BITS));
    s->whole = true;
    while (statement_row(st)) {
        struct block_index index;
        s->whole &= block_index(arena_slice(&s->arena, statement_bytes(st, 0)), &s->arena, &index);
        vector_push(&blocks, index);
    }
    s->count = blocks.count;
    s->blocks = ARENA_ARRAY(&s->arena, struct block_index, s->count + 1);
    if (s->count) memcpy(s->blocks, blocks.at, s->count * sizeof *s->blocks);
    s->senders = ARENA_ARRAY(&s->arena, const uint64_t *, s->count + 1);
    for (size_t i = 0; i < s->count && s->whole; i++) s->senders[i] = digests_of(s, block_kind(id), &s->blocks[i]);
    vector_release(&blocks);
    return statement_end(st, error);
}

/* NULL: the error says why, or somebody has written meanwhile (*same is false). */
static struct kept_slot *slot_of(struct store_kept *k, int64_t id, bool *same, struct error *error)
{
    for (size_t i = 0; i < k->slots.count; i++)
        if (k->ids.at[i] == id) {
            k->slots.at[i]->used = k->clock;
            return k->slots.at[i];
        }
    struct kept_slot *s = memory_new(sizeof *s);
    s->used = k->clock;
    arena_init(&s->arena);
    enum outcome outcome = database_moment(store_database(k->store), error);
    if (outcome == OK) outcome = look(k, same, error);
    if (outcome == OK && *same) outcome = read_slot(k, id, s, error);
    database_moment_end(store_database(k->store));
    if (outcome != OK || !*same) {
        slot_free(s);
        return NULL;
    }
    vector_push(&k->slots, s);
    vector_push(&k->ids, id);
    k->bytes += s->arena.used;
    make_room(k);
    return s;
}

/* ---- a reading ---- */

struct found {
    const struct block_index *block;
    const struct block_entry *entry;
    enum sender_kind kind;
};

struct kept_reading {
    struct store_kept *kept;
    const struct store_reading *asked;
    struct picker picker;
    VECTOR(struct found) found;
    bool whole; /* all of it can be given from what is kept */
};

static void find_in(struct kept_reading *r, const struct kept_slot *slot, enum sender_kind kind, uint64_t digest)
{
    r->whole &= slot->whole;
    for (size_t b = 0; r->whole && b < slot->count; b++) {
        const struct block_index *block = &slot->blocks[b];
        for (size_t i = 0; i < block->count; i++)
            if (slot->senders[b][i] == digest)
                vector_push(&r->found, ((struct found){block, &block->entries[i], kind}));
    }
}

/* Looks, and starts again, when somebody writes meanwhile. */
static enum outcome find_all(struct kept_reading *r, struct error *error)
{
    struct store_kept *k = r->kept;
    const struct senders *only = r->asked->only;
    uint64_t moment;
    enum outcome outcome = k->tail_known ? OK : store_kept_look(k, &moment, error);
    vector_clear(&r->found);
    r->whole = true;
    k->clock++;
    for (size_t i = 0; outcome == OK && r->whole && i < only->list.count; i++) {
        const uint64_t digest = only->list.at[i];
        const unsigned kind = sender_digest_kind(digest);
        bool same = true;
        if (kind >= SENDER_KINDS) continue;
        r->whole = kind != SENDER_NOBODY; /* whose events have nothing in common */
        struct kept_slot *slot = slot_of(k, block_id(kind, k->bits ? digest >> (64 - k->bits) : 0, 0), &same, error);
        if (!same) return find_all(r, error);
        if (!slot) return FAILED;
        find_in(r, slot, (enum sender_kind)kind, digest);
    }
    return outcome;
}

static void take_allowed(void *context, const struct input_event *event)
{
    const struct kept_reading *r = context;
    const struct store_reading *asked = r->asked;
    if (!senders_have(asked->only, sender_of_event(event))) return;
    if (!asked->refuse || !asked->refuse(asked->refuse_context, event))
        asked->sinks[0].take(asked->sinks[0].context, event);
}

static enum outcome give_tail(struct kept_reading *r, struct error *error)
{
    const struct store_reading *asked = r->asked;
    struct line_reader *reader = NULL;
    for (size_t i = 0; i < r->kept->tail.count; i++) {
        const struct tail_line *t = &r->kept->tail.at[i];
        if (t->sender != EVERYBODY && !senders_have(asked->only, t->sender)) continue;
        if (!reader)
            reader = line_reader_new(asked->plan, asked->sources, (struct input_sink){r, take_allowed}, asked->path);
        line_reader_take(reader, t->line);
    }
    const bool good = !reader || !line_reader_rejected(reader);
    line_reader_free(reader);
    return good ? OK
                : error_set(error, FAILED, "%s: an event cannot be read again; `masa doctor` tells more", asked->path);
}

static struct picked *read_content(struct kept_reading *r, struct slice packed)
{
    struct picked *p = arena_alloc(&r->kept->scratch, sizeof *p);
    return picker_read(&r->picker, packed, &r->kept->scratch, p) ? p : NULL;
}

/* Contents are read when an event says them: a sender says few of a block's. */
static bool give_found(struct kept_reading *r, const struct found *f)
{
    const struct store_reading *asked = r->asked;
    struct block_event *events = arena_alloc(&r->kept->scratch, (f->entry->count + 1) * sizeof *events);
    struct picked **said = ARENA_ARRAY(&r->kept->scratch, struct picked *, f->block->lists.content_count);
    if (!block_unpack_entry(f->block, f->entry, &r->kept->scratch, events)) return false;
    for (uint32_t i = 0; i < f->entry->count; i++) {
        struct picked **p = &said[events[i].content];
        if (!*p && !(*p = read_content(r, f->block->lists.contents[events[i].content]))) return false;
        const struct input_event in =
            picker_event(&r->picker, f->kind, f->entry->key, &f->block->lists, &events[i], *p);
        asked->sinks[0].take(asked->sinks[0].context, &in);
    }
    return true;
}

/* Whether no event must be read from its cold text. */
static bool is_hot(const struct kept_reading *r)
{
    for (size_t i = 0; i < r->found.count; i++) {
        const struct block_index *b = r->found.at[i].block;
        if (b->has_cold && !picker_finds_all(&r->picker, b->lists.hot, b->lists.hot_count)) return false;
    }
    return true;
}

static enum outcome give_all(struct kept_reading *r, struct error *error)
{
    enum outcome outcome = give_tail(r, error);
    for (size_t i = 0; outcome == OK && i < r->found.count; i++)
        if (!give_found(r, &r->found.at[i]))
            outcome = error_set(error, FAILED, "%s: a block is damaged; `masa doctor` tells what can be read",
                                r->asked->path);
    return outcome;
}

enum outcome store_kept_read(struct store_kept *k, const struct store_reading *asked, struct error *error)
{
    struct kept_reading r = {
        .kept = k,
        .asked = asked,
        .picker = {.plan = asked->plan, .names = asked->names, .sources = asked->sources, .zone = asked->zone}};
    arena_clear(&k->scratch);
    enum outcome outcome = find_all(&r, error);
    if (outcome == OK && names_count(asked->names) < k->name_count)
        outcome = names_load(asked->names, store_database(k->store), error);
    picker_learn(&r.picker);
    const bool kept = outcome == OK && r.whole && is_hot(&r);
    if (kept) outcome = give_all(&r, error);
    picker_release(&r.picker);
    vector_release(&r.found);
    return outcome == OK && !kept ? store_read(asked, error) : outcome;
}
