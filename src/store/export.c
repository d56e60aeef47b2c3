#include "store/export.h"

#include <stdlib.h>

#include "base/vector.h"
#include "store/collect.h"
#include "store/line.h"
#include "store/lines.h"
#include "store/place.h"
#include "store/tail.h"

/* An event on its way out. Its texts live as long as the slot at hand; those of the tail to the end. */
struct record {
    enum sender_kind kind;
    struct slice key;
    uint64_t hash; /* of the sender */
    struct block_event event;
    struct line_timeless said; /* two that repeat each other have the same */
};

/* For the vector macros. */
struct records {
    struct record *at;
    size_t count, cap;
};

struct export
{
    const struct store_export *how;
    struct line_writer lines;
    int slot_bits;
    VECTOR(int64_t) blocks;
    struct arena arena; /* of the slot at hand */
    struct records slot, tail;
    struct buffer text;
    /* Of the tail. */
    struct input_plan plan;
    struct collect_plan collect;
    struct collector *collector;
    struct input_sink inner;
    struct line_reader *reader;
    struct arena tail_arena;
    struct buffer unreadable;
};

/* ---- records ---- */

static bool add_record(struct export *x, struct records *to, struct arena *arena, const struct line_source *source)
{
    struct record r = {.kind = source->kind, .key = source->key, .event = *source->event};
    r.hash = sender_hash(source->kind, source->key, source->event->id);
    if (!line_timeless(&x->lines, source, &r.said)) return false;
    r.said.head = arena_slice(arena, r.said.head);
    r.said.tail = arena_slice(arena, r.said.tail);
    vector_push(to, r);
    return true;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_senders(const struct record *a, const struct record *b)
{
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return slice_compare(a->key, b->key);
}

static int compare_said(const struct line_timeless *a, const struct line_timeless *b)
{
    const int heads = slice_compare(a->head, b->head);
    if (heads) return heads;
    return a->day != b->day ? b->day - a->day : slice_compare(a->tail, b->tail);
}

static int compare_times(const struct record *a, const struct record *b)
{
    const int at = compare_numbers(a->event.at, b->event.at),
              sent = compare_numbers(a->event.sent_at, b->event.sent_at);
    return at ? at : sent ? sent : compare_numbers(a->event.received_at, b->event.received_at);
}

/* Those that may repeat each other beside each other, in order of time. */
static int by_said(const void *x, const void *y)
{
    const struct record *a = x, *b = y;
    const int senders = compare_senders(a, b), said = senders ? 0 : compare_said(&a->said, &b->said);
    return senders ? senders : said ? said : compare_times(a, b);
}

static int by_time(const void *x, const void *y)
{
    const struct record *a = x, *b = y;
    const int senders = compare_senders(a, b);
    if (senders) return senders;
    if (a->event.at != b->event.at) return compare_numbers(a->event.at, b->event.at);
    const int ids = slice_compare(a->event.id, b->event.id), said = ids ? 0 : compare_said(&a->said, &b->said);
    return ids ? ids : said ? said : compare_times(a, b);
}

/* Those that are kept of some that say the same, in order of time, from `first` on. */
struct alike {
    size_t first, sent; /* the first that tells when it was sent; SIZE_MAX: none does */
};

/* The earliest that is enough; SIZE_MAX: none is. Of all that are kept only these can be it: one of the same time is
 * the last, and what was sent again goes with the first that was sent. Somebody may have sent any number at other
 * times. */
static size_t find_enough(const struct records *r, const struct alike *run, size_t kept, const struct record *other)
{
    if (run->first == kept) return SIZE_MAX;
    const size_t candidates[] = {run->first, run->sent, kept - 1};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (candidates[i] != SIZE_MAX && block_sent_again(&r->at[candidates[i]].event, &other->event))
            return candidates[i];
    return SIZE_MAX;
}

/* What waits in the tail may be in the blocks already; and earlier versions of the program, under several definitions,
 * kept twice what is one event to whoever imports the lines. It is given once, by the rule of merging. */
static void drop_repeats(struct records *r)
{
    size_t kept = 0;
    struct alike run = {0, SIZE_MAX};
    for (size_t i = 0; i < r->count; i++) {
        const struct record *x = &r->at[i];
        if (kept && (compare_senders(&r->at[run.first], x) || compare_said(&r->at[run.first].said, &x->said)))
            run = (struct alike){kept, SIZE_MAX};
        const size_t enough = find_enough(r, &run, kept, x);
        if (enough != SIZE_MAX) {
            block_note_again(&r->at[enough].event, &x->event);
            continue;
        }
        if (run.sent == SIZE_MAX && x->event.sent_at != INSTANT_NONE) run.sent = kept;
        r->at[kept++] = *x;
    }
    r->count = kept;
}

static void write_slot(struct export *x)
{
    struct records *r = &x->slot;
    if (r->count) qsort(r->at, r->count, sizeof *r->at, by_said);
    drop_repeats(r);
    if (r->count) qsort(r->at, r->count, sizeof *r->at, by_time);
    buffer_clear(&x->text);
    for (size_t i = 0; i < r->count; i++) line_finish(&x->lines, &r->at[i].said, &r->at[i].event, &x->text);
    if (x->text.len) x->how->take(x->how->context, buffer_slice(&x->text));
}

/* ---- the tail ---- */

static void take_event(void *context, const struct input_event *event)
{
    struct export *x = context;
    if (x->how->refuse && x->how->refuse(x->how->refuse_context, event)) return;
    x->inner.take(x->inner.context, event);
}

static void take_lines(void *context, struct slice lines)
{
    struct export *x = context;
    while (lines.len) {
        const char *end = memchr(lines.ptr, '\n', lines.len);
        const struct slice line = slice_of(lines.ptr, end ? (size_t)(end + 1 - lines.ptr) : lines.len);
        const uint64_t before = line_reader_rejected(x->reader);
        line_reader_take(x->reader, line);
        if (line_reader_rejected(x->reader) > before) buffer_add(&x->unreadable, line);
        lines = slice_skip(lines, line.len);
    }
}

static void begin_tail(struct export *x)
{
    x->plan = *x->how->plan;
    x->plan.rest = true;
    x->collect = (struct collect_plan){
        .input = &x->plan, .zone = x->how->zone, .sources = x->how->sources, .names = x->how->names};
    x->collector = collector_new(&x->collect);
    x->inner = collector_sink(x->collector);
    x->reader = line_reader_new(&x->plan, x->how->sources, (struct input_sink){x, take_event}, "the tail");
}

static struct slice collected_text(const struct export *x, enum collected_text kind, uint32_t number)
{
    return number ? collector_text(x->collector, kind, number - 1)->text : slice_of("", 0);
}

static bool add_collected(struct export *x, enum sender_kind kind, uint32_t partition)
{
    struct collected at = collector_begin(x->collector, kind, partition);
    struct block_event e;
    struct slice key;
    bool fine = true;
    while (fine && collector_next(&at, &key, &e)) {
        const struct slice companions = collected_text(x, COLLECTED_COMPANIONS, e.companions);
        struct line_source source = {.kind = kind,
                                     .key = key,
                                     .event = &e,
                                     .content = collected_text(x, COLLECTED_CONTENT, e.content + 1),
                                     .cold = collected_text(x, COLLECTED_COLD, e.cold)};
        if (companions.len) source.companions = block_unpack_companions(companions);
        fine = add_record(x, &x->tail, &x->tail_arena, &source);
    }
    return fine;
}

static enum outcome read_tail(struct export *x, struct error *error)
{
    begin_tail(x);
    enum outcome outcome = tail_each(x->how->store, TAIL_END, take_lines, x, error);
    for (int kind = 0; outcome == OK && kind < SENDER_KINDS; kind++)
        for (uint32_t p = 0; outcome == OK && p < COLLECT_PARTITIONS; p++)
            if (!add_collected(x, (enum sender_kind)kind, p))
                outcome = error_set(error, FAILED, "an event of the tail cannot be written as a line");
    if (x->tail.count) qsort(x->tail.at, x->tail.count, sizeof *x->tail.at, by_time);
    return outcome;
}

/* ---- blocks ---- */

static bool add_block(struct export *x, enum sender_kind kind, struct slice data, struct slice cold)
{
    struct block b;
    bool fine = kind < SENDER_KINDS && block_unpack(data, cold, &x->arena, &b);
    for (size_t i = 0; fine && i < b.sender_count; i++) {
        const struct block_sender *s = &b.senders[i];
        for (uint32_t k = s->first; fine && k < s->first + s->count; k++) {
            const struct line_source source = line_source_of(kind, s->key, &b, &b.events[k]);
            fine = add_record(x, &x->slot, &x->arena, &source);
        }
    }
    return fine;
}

static enum outcome read_block(struct export *x, int64_t id, struct error *error)
{
    static const char sql[] = "SELECT b.data, c.data FROM block b LEFT JOIN cold c ON c.id = b.id WHERE b.id = ?1";
    struct database *db = store_database(x->how->store);
    struct statement *s = database_statement(db, sql);
    statement_int(s, 1, id);
    bool fine = statement_row(s);
    if (fine) {
        const struct slice data = arena_slice(&x->arena, statement_bytes(s, 0));
        fine = add_block(x, (enum sender_kind)block_kind(id), data, arena_slice(&x->arena, statement_bytes(s, 1)));
    }
    const enum outcome outcome = statement_end(s, error);
    if (outcome != OK || fine) return outcome;
    return error_set(error, FAILED, "%s: block %lld is damaged; `masa doctor` tells what can be read",
                     database_path(db), (long long)id);
}

static enum outcome list_blocks(struct export *x, struct error *error)
{
    bool empty;
    struct database *db = store_database(x->how->store);
    enum outcome outcome = place_bits(db, &x->slot_bits, &empty, error);
    if (outcome == OK) outcome = names_load(x->how->names, db, error);
    if (outcome != OK) return outcome;
    struct statement *s = database_statement(db, "SELECT id FROM block ORDER BY id");
    while (statement_row(s)) vector_push(&x->blocks, statement_number(s, 0));
    return statement_end(s, error);
}

/* ---- slot by slot ---- */

static int64_t slot_of_block(const struct export *x, size_t i)
{
    return i < x->blocks.count ? x->blocks.at[i] >> GENERATION_BITS : INT64_MAX;
}

static int64_t slot_of_tail(const struct export *x, size_t i)
{
    if (i == x->tail.count) return INT64_MAX;
    const struct record *r = &x->tail.at[i];
    return block_id(r->kind, x->slot_bits ? r->hash >> (64 - x->slot_bits) : 0, 0) >> GENERATION_BITS;
}

/* A slot's number is the beginning of a hash, so that slots follow each other as senders do. */
static enum outcome write_slots(struct export *x, struct error *error)
{
    size_t block = 0, tail = 0;
    enum outcome outcome = OK;
    while (outcome == OK && (block < x->blocks.count || tail < x->tail.count)) {
        const int64_t a = slot_of_block(x, block), b = slot_of_tail(x, tail), slot = a < b ? a : b;
        arena_clear(&x->arena);
        vector_clear(&x->slot);
        for (; outcome == OK && slot_of_block(x, block) == slot; block++)
            outcome = read_block(x, x->blocks.at[block], error);
        for (; slot_of_tail(x, tail) == slot; tail++) vector_push(&x->slot, x->tail.at[tail]);
        if (outcome == OK) write_slot(x);
    }
    return outcome;
}

/* The tail first: what is merged meanwhile is met twice, and given once, rather than never. */
static enum outcome export_all(struct export *x, struct error *error)
{
    struct database *db = store_database(x->how->store);
    enum outcome outcome = read_tail(x, error);
    if (outcome != OK) return outcome;
    outcome = database_moment(db, error);
    if (outcome == OK) outcome = list_blocks(x, error);
    if (outcome == OK) outcome = write_slots(x, error);
    database_moment_end(db);
    if (outcome == OK && x->unreadable.len) x->how->take(x->how->context, buffer_slice(&x->unreadable));
    return outcome;
}

enum outcome store_export(const struct store_export *how, struct error *error)
{
    struct export x = {.how = how};
    arena_init(&x.arena);
    arena_init(&x.tail_arena);
    buffer_init(&x.text, BUFFER_NO_LIMIT);
    buffer_init(&x.unreadable, BUFFER_NO_LIMIT);
    line_writer_init(&x.lines, how->names, how->zone);
    const enum outcome outcome = export_all(&x, error);
    line_writer_release(&x.lines);
    line_reader_free(x.reader);
    collector_free(x.collector);
    vector_release(&x.blocks);
    vector_release(&x.slot);
    vector_release(&x.tail);
    buffer_release(&x.text);
    buffer_release(&x.unreadable);
    arena_release(&x.arena);
    arena_release(&x.tail_arena);
    return outcome;
}
