#include "store/spend.h"

#include <stdlib.h>

#include "base/memory.h"

static int by_place(const void *a, const void *b)
{
    const struct spend_row *x = a, *y = b;
    if (x->from_day != y->from_day) return x->from_day < y->from_day ? -1 : 1;
    if (x->until_day != y->until_day) return x->until_day < y->until_day ? -1 : 1;
    const int channel = slice_compare(x->channel, y->channel), campaign = slice_compare(x->campaign, y->campaign);
    return channel ? channel : campaign ? campaign : slice_compare(x->currency, y->currency);
}

static enum outcome keep_row(struct database *db, const struct spend_row *row, struct error *error)
{
    static const char insert[] = "INSERT INTO spend (from_day, until_day, channel, campaign, currency, amount)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET amount = excluded.amount";
    struct statement *s = database_statement(db, insert);
    statement_int(s, 1, row->from_day);
    statement_int(s, 2, row->until_day);
    statement_text(s, 3, row->channel);
    statement_text(s, 4, row->campaign);
    statement_text(s, 5, row->currency);
    statement_int(s, 6, row->amount);
    return statement_do(s, error);
}

enum outcome spend_keep(struct store *store, const struct spend_row *rows, size_t count, struct error *error)
{
    struct spend_row *sorted = memory_new((count + 1) * sizeof *sorted);
    enum outcome outcome = OK;
    if (count) memcpy(sorted, rows, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_place);
    for (size_t i = 0, next; i < count && outcome == OK; i = next) {
        struct spend_row sum = sorted[i];
        for (next = i + 1; next < count && by_place(&sorted[i], &sorted[next]) == 0; next++)
            sum.amount += sorted[next].amount;
        outcome = keep_row(store_database(store), &sum, error);
    }
    free(sorted);
    return outcome;
}

enum outcome spend_each(struct store *store, void (*take)(void *context, const struct spend_row *row), void *context,
                        struct error *error)
{
    static const char select[] = "SELECT from_day, until_day, channel, campaign, currency, amount FROM spend"
                                 " ORDER BY from_day, until_day, channel, campaign, currency";
    struct statement *s = database_statement(store_database(store), select);
    while (statement_row(s)) {
        const struct spend_row row = {.from_day = statement_number(s, 0),
                                      .until_day = statement_number(s, 1),
                                      .channel = statement_bytes(s, 2),
                                      .campaign = statement_bytes(s, 3),
                                      .currency = statement_bytes(s, 4),
                                      .amount = statement_number(s, 5)};
        take(context, &row);
    }
    return statement_end(s, error);
}
