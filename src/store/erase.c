#include "store/erase.h"

#include "base/vector.h"
#include "store/assemble.h"
#include "store/line.h"
#include "store/place.h"
#include "store/saying.h"

struct eraser {
    struct store *store;
    struct names *names;
    const struct erase_request *request;
    struct erase_counts *counts;
    struct buffer *kept;
    struct line_writer lines;
    struct assembly *assembly;
    struct arena arena; /* of the block at hand */
    uint32_t merge, unmerge, with;
    int bits;
    bool looks; /* and changes nothing */
};

/* A block, and what is to happen to it. */
struct task {
    int64_t id;
    enum sender_kind kind;
    struct block block;
    bool *gone;               /* by content: it speaks of somebody who is erased */
    struct companions *clear; /* companions without the erased */
    bool *severed;            /* by companions: they named somebody erased by a call made to say so */
    bool touched;
};

static bool is_in(const struct map *ids, struct slice id)
{
    return id.len && map_get(ids, id) != MAP_NONE;
}

/* ---- looking ---- */

/* `masa:merge` and `masa:unmerge` name another id beside their sender's. */
static bool content_mentions(const struct eraser *x, struct slice packed)
{
    struct saying saying;
    struct input_value value;
    uint32_t code;
    if (!saying_unpack(packed, &saying) || !saying.name) return false;
    if (saying.name - 1 != x->merge && saying.name - 1 != x->unmerge) return false;
    while (saying_next(&saying, &code, &value))
        if (code == x->with && value.kind == INPUT_TEXT && is_in(&x->request->users, value.text)) return true;
    return false;
}

static bool sender_is_erased(const struct eraser *x, const struct task *t, const struct block_sender *s)
{
    if (t->kind == SENDER_USER) return is_in(&x->request->users, s->key);
    return t->kind == SENDER_ANONYMOUS && is_in(&x->request->anonymous, s->key);
}

static void look(struct eraser *x, struct task *t)
{
    const struct block *b = &t->block;
    t->gone = ARENA_ARRAY(&x->arena, bool, b->content_count);
    t->severed = ARENA_ARRAY(&x->arena, bool, b->companion_count);
    t->clear = ARENA_ARRAY(&x->arena, struct companions, b->companion_count);
    for (size_t i = 0; i < b->content_count; i++) t->touched |= t->gone[i] = content_mentions(x, b->contents[i]);
    for (size_t i = 0; i < b->companion_count; i++) {
        const struct companions *c = &b->companions[i];
        const bool named = is_in(&x->request->anonymous, c->anonymous);
        t->clear[i] = *c;
        if (named) t->clear[i].anonymous = slice_of("", 0);
        t->severed[i] = is_in(&x->request->users, c->previous) || is_in(&x->request->anonymous, c->previous);
        t->touched |= named || t->severed[i];
    }
    for (size_t i = 0; i < b->sender_count; i++) t->touched |= sender_is_erased(x, t, &b->senders[i]);
}

/* ---- what is not about them ---- */

static bool stays(const struct eraser *x, const struct block *b, const struct block_event *e, struct slice *group)
{
    struct saying saying;
    if (!saying_unpack(b->contents[e->content], &saying)) return false;
    *group = e->companions ? b->companions[e->companions - 1].group : slice_of("", 0);
    if (saying.call == CALL_GROUP) return group->len > 0;
    if (saying.call != CALL_TRACK || !saying.name) return false;
    const struct slice name = names_text(x->names, saying.name - 1);
    for (size_t i = 0; i < x->request->kept_count; i++)
        if (slice_equal(name, x->request->kept[i])) return true;
    return false;
}

/* Its own fields only: of cold text nobody knows whom it speaks of. */
static bool keep_without(struct eraser *x, const struct block *b, const struct block_event *e)
{
    struct slice group;
    if (!stays(x, b, e, &group)) return true;
    struct block_event event = *e;
    event.companions = event.cold = 0;
    const struct line_source line = {.kind = group.len ? SENDER_GROUP : SENDER_NOBODY,
                                     .key = group,
                                     .event = &event,
                                     .content = b->contents[e->content]};
    x->counts->kept++;
    return line_write(&x->lines, &line, x->kept);
}

/* ---- writing anew ---- */

/* An event of somebody else: whether it stays, and without which names. */
static bool settle_other(struct eraser *x, const struct task *t, struct block_event *e)
{
    const bool gone = t->gone[e->content] || (e->companions && t->severed[e->companions - 1]);
    const struct companions *was = e->companions ? &t->block.companions[e->companions - 1] : NULL;
    const bool named = was && was->anonymous.len && !t->clear[e->companions - 1].anonymous.len;
    x->counts->mentions += gone || named;
    return !gone;
}

static bool filter(struct eraser *x, const struct task *t, struct block *out)
{
    const struct block *b = &t->block;
    struct block_sender *senders = ARENA_ARRAY(&x->arena, struct block_sender, b->sender_count);
    struct block_event *events = ARENA_ARRAY(&x->arena, struct block_event, b->event_count);
    size_t sender_count = 0, event_count = 0;
    for (size_t i = 0; i < b->sender_count; i++) {
        const struct block_sender *s = &b->senders[i];
        const bool erased = sender_is_erased(x, t, s);
        const size_t first = event_count;
        x->counts->events += erased ? s->count : 0;
        for (uint32_t k = s->first; k < s->first + s->count; k++) {
            struct block_event e = b->events[k];
            if (erased && !keep_without(x, b, &e)) return false;
            if (!erased && settle_other(x, t, &e)) events[event_count++] = e;
        }
        if (event_count > first)
            senders[sender_count++] = (struct block_sender){s->key, (uint32_t)first, (uint32_t)(event_count - first)};
    }
    *out = *b;
    out->companions = t->clear;
    out->senders = senders;
    out->events = events;
    out->sender_count = sender_count;
    out->event_count = event_count;
    return true;
}

static enum outcome drop(struct database *db, const char *sql, int64_t id, struct error *error)
{
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    return statement_do(s, error);
}

static enum outcome put(struct eraser *x, int64_t id, const struct block *block, struct error *error)
{
    static const char put_block[] = "INSERT INTO block (id, data, events) VALUES (?1, ?2, ?3)";
    static const char put_cold[] = "INSERT INTO cold (id, data) VALUES (?1, ?2)";
    struct buffer data, cold;
    buffer_init(&data, BUFFER_NO_LIMIT);
    buffer_init(&cold, BUFFER_NO_LIMIT);
    block_pack(block, &data, &cold);
    struct statement *s = database_statement(store_database(x->store), put_block);
    statement_int(s, 1, id);
    statement_bytes_in(s, 2, buffer_slice(&data));
    statement_int(s, 3, (int64_t)block->event_count);
    enum outcome outcome = statement_do(s, error);
    if (outcome == OK && cold.len) {
        s = database_statement(store_database(x->store), put_cold);
        statement_int(s, 1, id);
        statement_bytes_in(s, 2, buffer_slice(&cold));
        outcome = statement_do(s, error);
    }
    buffer_release(&data);
    buffer_release(&cold);
    return outcome;
}

/* The texts that only the erased used fall out, because the block is assembled from events anew. */
static enum outcome write_anew(struct eraser *x, const struct task *t, struct error *error)
{
    struct database *db = store_database(x->store);
    struct merge_counts nothing_new = {0};
    struct block filtered, block;
    uint64_t slot;
    if (!filter(x, t, &filtered)) return error_set(error, FAILED, "block %lld is damaged", (long long)t->id);
    x->counts->blocks++;
    if (x->looks) return OK;
    enum outcome outcome = drop(db, "DELETE FROM block WHERE id = ?1", t->id, error);
    if (outcome == OK) outcome = drop(db, "DELETE FROM cold WHERE id = ?1", t->id, error);
    assembly_clear(x->assembly, t->kind);
    assembly_add_block(x->assembly, &filtered, 0, 0);
    assembly_settle(x->assembly, x->bits, NULL, 0, &nothing_new);
    while (outcome == OK && assembly_next(x->assembly, &slot, &block)) outcome = put(x, t->id, &block, error);
    return outcome;
}

/* ---- block by block ---- */

static bool load(struct eraser *x, int64_t id, bool with_cold, struct block *out)
{
    static const char hot[] = "SELECT data, NULL FROM block WHERE id = ?1";
    static const char whole[] = "SELECT b.data, c.data FROM block b LEFT JOIN cold c ON c.id = b.id WHERE b.id = ?1";
    struct statement *s = database_statement(store_database(x->store), with_cold ? whole : hot);
    statement_int(s, 1, id);
    bool good = statement_row(s);
    if (good) {
        const struct slice data = arena_slice(&x->arena, statement_bytes(s, 0));
        const struct slice cold = arena_slice(&x->arena, statement_bytes(s, 1));
        good = block_unpack(data, cold, &x->arena, out);
    }
    return statement_end(s, NULL) == OK && good;
}

static enum outcome take_block(struct eraser *x, int64_t id, struct error *error)
{
    struct task t = {.id = id, .kind = (enum sender_kind)block_kind(id)};
    arena_clear(&x->arena);
    bool good = load(x, id, false, &t.block);
    if (good) look(x, &t);
    if (good && !t.touched) return OK;
    good = good && (x->looks || load(x, id, true, &t.block));
    if (!good) return error_set(error, FAILED, "block %lld is damaged; `masa doctor` tells more", (long long)id);
    return write_anew(x, &t, error);
}

static enum outcome take_all(struct eraser *x, struct error *error)
{
    VECTOR(int64_t) ids = {0};
    bool empty;
    enum outcome outcome = place_bits(store_database(x->store), &x->bits, &empty, error);
    if (outcome != OK || empty) return outcome;
    x->merge = names_find(x->names, SLICE("masa:merge"));
    x->unmerge = names_find(x->names, SLICE("masa:unmerge"));
    x->with = names_find(x->names, SLICE("properties.with"));
    struct statement *s = database_statement(store_database(x->store), "SELECT id FROM block ORDER BY id");
    while (statement_row(s)) vector_push(&ids, statement_number(s, 0));
    outcome = statement_end(s, error);
    arena_init(&x->arena);
    x->assembly = assembly_new(x->names);
    line_writer_init(&x->lines, x->names, x->request->zone);
    for (size_t i = 0; i < ids.count && outcome == OK; i++) outcome = take_block(x, ids.at[i], error);
    line_writer_release(&x->lines);
    assembly_free(x->assembly);
    arena_release(&x->arena);
    vector_release(&ids);
    return outcome;
}

enum outcome store_erase(struct store *store, struct names *names, const struct erase_request *request,
                         struct erase_counts *counts, struct buffer *kept, struct error *error)
{
    struct eraser x = {.store = store, .names = names, .request = request, .counts = counts, .kept = kept};
    return take_all(&x, error);
}

enum outcome store_erase_look(struct store *store, struct names *names, const struct erase_request *request,
                              struct erase_counts *counts, struct error *error)
{
    struct buffer unused;
    buffer_init(&unused, BUFFER_NO_LIMIT);
    struct eraser x = {
        .store = store, .names = names, .request = request, .counts = counts, .kept = &unused, .looks = true};
    const enum outcome outcome = take_all(&x, error);
    buffer_release(&unused);
    return outcome;
}
