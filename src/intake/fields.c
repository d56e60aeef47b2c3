#include "intake/fields.h"

static void add(struct map *paths, struct arena *arena, struct slice prefix, struct slice name)
{
    map_put(paths, arena_printf(arena, "%.*s%.*s", SLICE_ARG(prefix), SLICE_ARG(name)), paths->count);
}

/* `rest` is every column under its own name; those of JSON lines are not known beforehand. */
static void add_items(struct map *paths, struct arena *arena, const struct inspection *found, struct slice prefix,
                      const struct map_items *items)
{
    for (size_t i = 0; i < items->count; i++) add(paths, arena, prefix, items->at[i].name);
    if (!items->rest || found->format != FORMAT_CSV) return;
    for (size_t i = 0; i < found->header_count; i++)
        if (found->header[i].len) add(paths, arena, prefix, found->header[i]);
}

void fields_add(struct map *paths, struct arena *arena, const struct inspection *found)
{
    const struct mapping *m = found->mapping;
    for (size_t i = 0; m && i < m->row_count; i++) {
        const struct map_row *row = &m->rows[i];
        const struct slice prefix = row->call == CALL_TRACK ? SLICE("properties.") : SLICE("traits.");
        add_items(paths, arena, found, prefix, &row->items);
        if (row->call != CALL_TRACK) continue;
        add_items(paths, arena, found, SLICE("context."), &row->context);
        if (m->deal.given) add(paths, arena, prefix, m->deal_key);
        if (m->subscription.given) add(paths, arena, prefix, m->subscription_key);
    }
}
