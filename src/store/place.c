#include "store/place.h"

/* Small enough to be decoded in cache, large enough that contents are shared. When blocks have grown to so many times
 * of it, all are cut anew. */
enum { EVENTS_A_SLOT = 4096, OUTGROWN = 4 };

static const char setting[] = "slot_bits";

static int64_t one_number(struct database *db, const char *sql, enum outcome *outcome, struct error *error)
{
    struct statement *s = database_statement(db, sql);
    const int64_t n = statement_row(s) ? statement_number(s, 0) : 0;
    *outcome = statement_end(s, error);
    return n;
}

enum outcome place_bits(struct database *db, int *bits, bool *empty, struct error *error)
{
    static const char any[] = "SELECT EXISTS (SELECT 1 FROM block)";
    struct arena arena;
    int64_t n = 0;
    enum outcome outcome;
    *empty = !one_number(db, any, &outcome, error);
    if (outcome != OK) return outcome;
    arena_init(&arena);
    if (!*empty && (!slice_to_i64(store_setting(db, setting, &arena), &n) || n < 0 || n > SLOT_BITS_MAX))
        outcome = error_set(error, FAILED, "%s: lost the setting %s", database_path(db), setting);
    arena_release(&arena);
    *bits = (int)n;
    return outcome;
}

enum outcome store_events(struct store *store, uint64_t *out, struct error *error)
{
    static const char all[] = "SELECT sum(events) FROM block";
    enum outcome outcome;
    *out = (uint64_t)one_number(store_database(store), all, &outcome, error);
    return outcome;
}

static int bits_for(uint64_t events)
{
    int bits = 0;
    while (bits < SLOT_BITS_MAX && events >> bits > EVENTS_A_SLOT) ++bits;
    return bits;
}

enum outcome place_settle(struct store *store, uint64_t fresh, struct placing *out, struct error *error)
{
    uint64_t events;
    char text[16];
    enum outcome outcome = place_bits(store_database(store), &out->was, &out->empty, error);
    if (outcome == OK) outcome = store_events(store, &events, error);
    if (outcome != OK) return outcome;
    events += fresh;
    out->bits = out->was;
    if (!out->empty && (out->was == SLOT_BITS_MAX || events >> out->was <= (uint64_t)EVENTS_A_SLOT * OUTGROWN))
        return OK;
    out->bits = bits_for(events);
    const int len = snprintf(text, sizeof text, "%d", out->bits);
    return store_set(store, setting, slice_of(text, (size_t)len), error);
}
