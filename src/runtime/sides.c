#include "runtime/sides.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bisect.h"
#include "base/memory.h"

struct side_list {
    _Atomic int holders;
    size_t count;
    _Alignas(max_align_t) char entries[];
};

static struct side_list *list_new(struct side_shape shape, size_t count)
{
    struct side_list *list = memory_large(sizeof *list + count * shape.width + 1);
    atomic_init(&list->holders, 1);
    list->count = count;
    return list;
}

const void *side_entries(const struct side_list *list)
{
    return list->entries;
}

size_t side_count(const struct side_list *list)
{
    return list->count;
}

struct side_list *side_hold(struct side_list *list)
{
    atomic_fetch_add(&list->holders, 1);
    return list;
}

void side_give(struct side_list *list)
{
    if (list && atomic_fetch_sub(&list->holders, 1) == 1) free(list);
}

struct side_list *side_copy(struct side_shape shape, const void *entries, size_t count)
{
    struct side_list *list = list_new(shape, count);
    if (count) memcpy(list->entries, entries, count * shape.width);
    return list;
}

static uint32_t owner_of(struct side_shape shape, const char *entries, size_t i)
{
    uint32_t owner;
    memcpy(&owner, entries + i * shape.width + shape.owner, sizeof owner);
    return owner;
}

static void set_owner(struct side_shape shape, char *entries, size_t i, uint32_t owner)
{
    memcpy(entries + i * shape.width + shape.owner, &owner, sizeof owner);
}

/* The first entry from `low` on that is of that owner or a later one. */
static size_t first_of(struct side_shape shape, const char *entries, size_t low, size_t high, uint32_t owner)
{
    return low + bisect(i, high - low, owner_of(shape, entries, low + i) < owner);
}

struct range {
    size_t from, until;
};

static struct range range_of(struct side_shape shape, const char *entries, size_t low, size_t count, uint32_t owner)
{
    const size_t from = first_of(shape, entries, low, count, owner);
    return (struct range){from, owner == UINT32_MAX ? count : first_of(shape, entries, from, count, owner + 1)};
}

/* How many entries there will be; `touched` when any is taken out or put in. */
static size_t count_after(const struct side_list *list, struct side_shape shape, const void *fresh, size_t fresh_count,
                          const struct owner_moves *moves, bool *touched)
{
    size_t count = list->count;
    *touched = false;
    for (size_t i = 0; i < moves->count; i++) {
        const struct range old = range_of(shape, list->entries, 0, list->count, moves->at[i].to),
                           new = range_of(shape, fresh, 0, fresh_count, moves->at[i].from);
        count += (new.until - new.from) - (old.until - old.from);
        *touched |= new.until > new.from || old.until > old.from;
    }
    return count;
}

struct side_list *side_replace(struct side_list *list, struct side_shape shape, const void *fresh, size_t fresh_count,
                               const struct owner_moves *moves, void (*fix)(void *context, void *entry), void *context)
{
    bool touched;
    const size_t count = count_after(list, shape, fresh, fresh_count, moves, &touched);
    if (!touched) return side_hold(list);
    struct side_list *out = list_new(shape, count);
    size_t kept = 0, at = 0;
    for (size_t i = 0; i <= moves->count; i++) {
        struct range old = {list->count, list->count}, new = {0};
        if (i < moves->count) {
            old = range_of(shape, list->entries, kept, list->count, moves->at[i].to);
            new = range_of(shape, fresh, 0, fresh_count, moves->at[i].from);
        }
        memcpy(out->entries + at * shape.width, list->entries + kept * shape.width, (old.from - kept) * shape.width);
        at += old.from - kept;
        kept = old.until;
        for (size_t k = new.from; k < new.until; k++, at++) {
            memcpy(out->entries + at * shape.width, (const char *)fresh + k * shape.width, shape.width);
            set_owner(shape, out->entries, at, moves->at[i].to);
            fix(context, out->entries + at * shape.width);
        }
    }
    return out;
}

struct side_list *side_renumber(const struct side_list *list, struct side_shape shape, const uint32_t *place)
{
    struct side_list *out = list_new(shape, list->count);
    size_t at = 0;
    for (size_t i = 0; i < list->count; i++) {
        const uint32_t to = place[owner_of(shape, list->entries, i)];
        if (to == UINT32_MAX) continue;
        memcpy(out->entries + at * shape.width, list->entries + i * shape.width, shape.width);
        set_owner(shape, out->entries, at++, to);
    }
    out->count = at;
    return out;
}
