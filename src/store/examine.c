#include "store/examine.h"

#include <unistd.h>

#include "store/block.h"
#include "store/collect.h"
#include "store/lines.h"
#include "store/place.h"
#include "store/saying.h"

struct examiner {
    struct store *store;
    struct names *names;
    struct examination *out;
    const struct examine_watch *watch;
    struct arena arena;
};

static void problem(struct examiner *x, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void problem(struct examiner *x, const char *format, ...)
{
    va_list args;
    struct buffer text;
    buffer_init(&text, 1 << 12);
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    x->out->problems++;
    x->watch->tell(x->watch->context, buffer_slice(&text));
    buffer_release(&text);
}

/* ---- blocks ---- */

/* Whether all its codes are known, and it can be read to its end. */
static bool content_is_whole(const struct examiner *x, struct slice packed)
{
    const uint32_t names = names_count(x->names);
    struct saying saying;
    struct input_value value;
    uint32_t code;
    if (!saying_unpack(packed, &saying) || saying.name > names || saying.source >= names) return false;
    while (saying_next(&saying, &code, &value))
        if (code >= names) return false;
    return !saying.fields.bad;
}

/* A sender's hash must name the slot, or its events would not be found. */
static bool is_in_its_slot(int64_t id, int bits, const struct block *b)
{
    const unsigned kind = block_kind(id);
    const uint64_t slot = (uint64_t)id >> GENERATION_BITS & ((UINT64_C(1) << SLOT_BITS_MAX) - 1);
    for (size_t i = 0; bits && i < b->sender_count; i++) {
        struct slice first = b->events[b->senders[i].first].id;
        if (sender_hash((enum sender_kind)kind, b->senders[i].key, first) >> (64 - bits) != slot) return false;
    }
    return true;
}

static void examine_block(struct examiner *x, int64_t id, int bits, struct slice data, struct slice cold,
                          uint64_t events)
{
    struct block b;
    arena_clear(&x->arena);
    x->out->blocks++;
    x->out->bytes += data.len + cold.len;
    if (!block_unpack(data, cold, &x->arena, &b)) {
        problem(x, "block %lld cannot be read: %llu events are lost; import their files again, or go back to a backup",
                (long long)id, (unsigned long long)events);
        return;
    }
    x->out->events += b.event_count;
    x->out->senders += b.sender_count;
    if (b.event_count != events)
        problem(x, "block %lld holds %zu events and says %llu", (long long)id, b.event_count,
                (unsigned long long)events);
    if (!is_in_its_slot(id, bits, &b)) problem(x, "block %lld stands in the wrong place", (long long)id);
    for (size_t i = 0; i < b.sender_count; i++) {
        const char *wrong = x->watch->sender(x->watch->context, block_kind(id), b.senders[i].key);
        if (wrong) problem(x, "block %lld: %s", (long long)id, wrong);
    }
    for (size_t i = 0; i < b.content_count; i++)
        if (!content_is_whole(x, b.contents[i])) {
            problem(x, "block %lld says what cannot be read", (long long)id);
            break;
        }
}

static enum outcome examine_blocks(struct examiner *x, struct error *error)
{
    static const char select[] = "SELECT b.id, b.data, b.events, c.data FROM block b LEFT JOIN cold c ON c.id = b.id";
    bool empty;
    int bits;
    enum outcome outcome = place_bits(store_database(x->store), &bits, &empty, error);
    if (outcome != OK) return outcome;
    struct statement *s = database_statement(store_database(x->store), select);
    while (statement_row(s))
        examine_block(x, statement_number(s, 0), bits, statement_bytes(s, 1), statement_bytes(s, 3),
                      (uint64_t)statement_number(s, 2));
    return statement_end(s, error);
}

static void ignore_event(void *context, const struct input_event *event) {}

/* Of the lines, how many the readers of the log would not take. */
static uint64_t count_unreadable(struct slice lines)
{
    static const struct input_plan plan = {0};
    struct sources *sources = sources_new();
    struct line_reader *reader = line_reader_new(&plan, sources, (struct input_sink){NULL, ignore_event}, "");
    line_reader_take(reader, lines);
    const uint64_t rejected = line_reader_rejected(reader);
    line_reader_free(reader);
    sources_free(sources);
    return rejected;
}

static void examine_tail_row(struct examiner *x, int64_t id, uint64_t events, struct slice lines)
{
    uint64_t ends = 0;
    for (size_t i = 0; i < lines.len; i++) ends += lines.ptr[i] == '\n';
    x->out->tail_rows++;
    x->out->tail_events += ends;
    if (ends != events || !lines.len || lines.ptr[lines.len - 1] != '\n') {
        problem(x, "row %lld of the tail is not whole", (long long)id);
        return;
    }
    const uint64_t unreadable = count_unreadable(lines);
    if (unreadable)
        problem(
            x,
            "row %lld of the tail holds %llu events that cannot be read, so nothing can: `masa export` all of it and "
            "import that into a new store, which puts them among its rejected rows",
            (long long)id, (unsigned long long)unreadable);
}

static enum outcome examine_tail(struct examiner *x, struct error *error)
{
    static const char select[] = "SELECT id, events, lines FROM tail ORDER BY id";
    struct statement *s = database_statement(store_database(x->store), select);
    while (statement_row(s))
        examine_tail_row(x, statement_number(s, 0), (uint64_t)statement_number(s, 1), statement_bytes(s, 2));
    return statement_end(s, error);
}

enum outcome store_examine(struct store *store, struct examination *out, const struct examine_watch *watch,
                           struct error *error)
{
    struct examiner x = {.store = store, .names = names_new(), .out = out, .watch = watch};
    *out = (struct examination){0};
    arena_init(&x.arena);
    enum outcome outcome = database_moment(store_database(store), error);
    if (outcome == OK) outcome = names_load(x.names, store_database(store), error);
    if (outcome == OK) outcome = examine_blocks(&x, error);
    if (outcome == OK) outcome = examine_tail(&x, error);
    database_moment_end(store_database(store));
    arena_release(&x.arena);
    names_free(x.names);
    return outcome;
}

enum outcome store_copy(struct store *store, const char *path, struct error *error)
{
    static const char copy[] = "VACUUM INTO ?1";
    if (access(path, F_OK) == 0) return error_set(error, FAILED, "%s: is there already; name a new file", path);
    struct statement *s = database_statement(store_database(store), copy);
    statement_text(s, 1, slice_from(path));
    return statement_do(s, error);
}
