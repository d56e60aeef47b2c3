#include "store/examine.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "store/block.h"
#include "store/collect.h"
#include "store/lines.h"
#include "store/place.h"
#include "store/saying.h"
#include "store/tail.h"

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

static uint64_t ends_in(struct slice lines)
{
    uint64_t ends = 0;
    for (size_t i = 0; i < lines.len; i++) ends += lines.ptr[i] == '\n';
    return ends;
}

/* `where` it stands: a row of the table, or the journal. */
static void examine_group(struct examiner *x, const char *where, struct slice lines)
{
    x->out->tail_groups++;
    x->out->tail_events += ends_in(lines);
    if (!lines.len || lines.ptr[lines.len - 1] != '\n') {
        problem(x, "%s of the tail is not whole", where);
        return;
    }
    const uint64_t unreadable = count_unreadable(lines);
    if (unreadable)
        problem(x,
                "%s of the tail holds %llu events that cannot be read, so nothing can: `masa export` all of it and "
                "import that into a new store, which puts them among its rejected rows",
                where, (unsigned long long)unreadable);
}

static void examine_record(void *context, struct slice lines)
{
    examine_group(context, "a record", lines);
}

static enum outcome examine_journal(struct examiner *x, struct error *error)
{
    struct tail_state tail;
    enum outcome outcome = tail_check(x->store, &tail, error);
    if (outcome == OK && !tail.damaged) return tail_records(x->store, examine_record, x, error);
    if (outcome == OK)
        problem(x, "%llu records of its journal, %s-tail, cannot be read: end the service, and say masa doctor again",
                (unsigned long long)tail.damaged, database_path(store_database(x->store)));
    return outcome;
}

static enum outcome examine_tail(struct examiner *x, struct error *error)
{
    static const char select[] = "SELECT id, events, lines FROM tail ORDER BY id";
    struct statement *s = database_statement(store_database(x->store), select);
    while (statement_row(s)) {
        char where[32];
        const struct slice lines = statement_bytes(s, 2);
        snprintf(where, sizeof where, "row %lld", (long long)statement_number(s, 0));
        examine_group(x, where, lines);
        if (ends_in(lines) != (uint64_t)statement_number(s, 1)) problem(x, "%s of the tail says another number", where);
    }
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
    if (outcome == OK) outcome = examine_journal(&x, error);
    if (outcome == OK) outcome = examine_tail(&x, error);
    database_moment_end(store_database(store));
    arena_release(&x.arena);
    names_free(x.names);
    return outcome;
}

/* ---- copying ---- */

/* What the journal holds that is not merged, to become rows of the copy. */
struct carried {
    struct buffer lines;
    VECTOR(size_t) lengths;
};

static void carry(void *context, struct slice lines)
{
    struct carried *c = context;
    buffer_add(&c->lines, lines);
    vector_push(&c->lengths, lines.len);
}

static enum outcome put_rows(const struct carried *c, const char *path, struct error *error)
{
    struct slice rest = buffer_slice(&c->lines);
    struct store *copy = c->lengths.count ? store_open(path, DATABASE_WRITE, error) : NULL;
    if (!copy) return c->lengths.count ? FAILED : OK;
    const struct log_port port = tail_port(copy);
    enum outcome outcome = database_begin(store_database(copy), error);
    for (size_t i = 0; i < c->lengths.count && outcome == OK; i++) {
        const struct slice lines = slice_of(rest.ptr, c->lengths.at[i]);
        outcome = port.append(port.context, lines, ends_in(lines), error);
        rest = slice_skip(rest, lines.len);
    }
    if (outcome == OK)
        outcome = database_commit(store_database(copy), error);
    else
        database_rollback(store_database(copy));
    store_close(copy);
    return outcome;
}

/* The journal first: what is merged meanwhile is in the copy twice, and twice is once. */
static enum outcome copy_to(struct store *store, const char *path, struct error *error)
{
    struct carried carried = {.lines = {0}};
    buffer_init(&carried.lines, BUFFER_NO_LIMIT);
    enum outcome outcome = tail_records(store, carry, &carried, error);
    if (outcome == OK) outcome = database_copy(store_database(store), path, error);
    if (outcome == OK) outcome = put_rows(&carried, path, error);
    buffer_release(&carried.lines);
    vector_release(&carried.lengths);
    return outcome;
}

/* Under another name until it is whole. */
enum outcome store_copy(struct store *store, const char *path, struct error *error)
{
    struct arena arena;
    if (access(path, F_OK) == 0) return error_set(error, FAILED, "%s: is there already; name a new file", path);
    arena_init(&arena);
    const char *part = arena_printf(&arena, "%s.part", path).ptr;
    unlink(part);
    enum outcome outcome = copy_to(store, part, error);
    if (outcome == OK && rename(part, path) != 0)
        outcome = error_set(error, FAILED, "%s: cannot be written: %s", path, strerror(errno));
    if (outcome != OK) unlink(part);
    arena_release(&arena);
    return outcome;
}
