/* Lists whose entries belong to somebody by number (side tables of a table of facts, handoffs of leads), shared by all
 * who have the same one: what changes is made anew. Entries stand in the order of their owners' numbers. */
#ifndef MASA_RUNTIME_SIDES_H
#define MASA_RUNTIME_SIDES_H

#include <stddef.h>
#include <stdint.h>

struct side_list;
const void *side_entries(const struct side_list *list);
size_t side_count(const struct side_list *list);
struct side_list *side_hold(struct side_list *list);
void side_give(struct side_list *list); /* NULL is nobody's */

/* What entries look like: how wide, and where the owner's number stands (uint32_t). */
struct side_shape {
    size_t width, owner;
};
struct side_list *side_copy(struct side_shape shape, const void *entries, size_t count);

/* An owner's number among the fresh ones, and among those of the list. */
struct owner_move {
    uint32_t from, to;
};
struct owner_moves { /* for the vector macros; in the order of `to` */
    struct owner_move *at;
    size_t count, cap;
};
/* The list with the entries of every `to` replaced by the fresh ones of its `from`, which `fix` puts into the list's
 * words. The same list, held once more, when neither has any. */
struct side_list *side_replace(struct side_list *list, struct side_shape shape, const void *fresh, size_t fresh_count,
                               const struct owner_moves *moves, void (*fix)(void *context, void *entry), void *context);
/* Owners have got new numbers, in the same order; those of whom place[owner] is UINT32_MAX are gone. */
struct side_list *side_renumber(const struct side_list *list, struct side_shape shape, const uint32_t *place);

#endif
