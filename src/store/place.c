#include "store/place.h"

/* Small enough to be decoded in cache, large enough that contents are shared. */
enum { EVENTS_A_SLOT = 4096 };

static const char setting[] = "slot_bits";

static int64_t one_number(struct database *db, const char *sql, enum outcome *outcome, struct error *error)
{
    struct statement *s = database_statement(db, sql);
    const int64_t n = statement_row(s) ? statement_number(s, 0) : 0;
    *outcome = statement_end(s, error);
    return n;
}

enum outcome place_bits(struct store *store, int *bits, bool *empty, struct error *error)
{
    static const char any[] = "SELECT EXISTS (SELECT 1 FROM block)";
    struct arena arena;
    int64_t n = 0;
    enum outcome outcome;
    *empty = !one_number(store_database(store), any, &outcome, error);
    if (outcome != OK) return outcome;
    arena_init(&arena);
    if (!*empty && (!slice_to_i64(store_setting(store, setting, &arena), &n) || n < 0 || n > SLOT_BITS_MAX))
        outcome = error_set(error, FAILED, "%s: lost the setting slot_bits", database_path(store_database(store)));
    arena_release(&arena);
    *bits = (int)n;
    return outcome;
}

enum outcome place_settle(struct store *store, uint64_t fresh, int *bits, bool *empty, struct error *error)
{
    char text[16];
    enum outcome outcome = place_bits(store, bits, empty, error);
    if (outcome != OK || !*empty) return outcome;
    while (*bits < SLOT_BITS_MAX && fresh >> *bits > EVENTS_A_SLOT) ++*bits;
    int len = snprintf(text, sizeof text, "%d", *bits);
    return store_set(store, setting, slice_of(text, (size_t)len), error);
}
