#include "identity/relation.h"

#include <stdlib.h>

#include "base/bisect.h"
#include "base/civil.h"

/* Where in the list those begin who said a name at or after `at`. */
static size_t names_from(struct relation_list names, int64_t at)
{
    return bisect(i, names.count, names.at[i].at < at);
}

struct slice relation_owner(struct relation_list names, int64_t at)
{
    if (!names.count) return slice_of("", 0);
    const size_t next = names_from(names, at);
    return names.at[next < names.count ? next : names.count - 1].other;
}

static int by_time(struct relation a, struct relation b)
{
    if (a.at != b.at) return a.at < b.at ? -1 : 1;
    return slice_compare(a.other, b.other);
}

bool relation_handover(struct relation_list names, struct relation name, struct handover *out)
{
    size_t place = names_from(names, name.at);
    while (place < names.count && by_time(names.at[place], name) < 0) place++;
    const bool last = place == names.count;
    out->after = place ? names.at[place - 1].at : INSTANT_NONE;
    out->until = last ? INSTANT_MAX : name.at;
    if (out->after == out->until) return false; /* behind another one of its instant, and others follow */
    out->from = !names.count ? slice_of("", 0) : names.at[last ? place - 1 : place].other;
    return !slice_equal(out->from, name.other);
}

const struct relation *relation_primary(struct relation_list contacts)
{
    for (size_t i = 0; i < contacts.count; i++)
        if (contacts.at[i].primary) return &contacts.at[i];
    return contacts.count ? &contacts.at[0] : NULL;
}

/* ---- the index ---- */

static int by_key(const void *a, const void *b)
{
    const struct relation_row *x = a, *y = b;
    int c = slice_compare(x->key, y->key);
    if (c) return c;
    if (x->relation.at != y->relation.at) return x->relation.at < y->relation.at ? -1 : 1;
    return slice_compare(x->relation.other, y->relation.other);
}

/* Others met so far, by place. A few are compared, many looked up: an account may have a million people. */
enum { OTHERS_COMPARED = 16 };
struct others {
    struct map map;
    VECTOR(struct slice) few;
};

/* The place of one met before, or the next place for a new one. */
static uint32_t other_place(struct others *others, struct slice other)
{
    const uint32_t count = (uint32_t)others->few.count;
    for (uint32_t i = 0; i < count; i++)
        if (slice_equal(others->few.at[i], other)) return i;
    if (count < OTHERS_COMPARED) {
        vector_push(&others->few, other);
        return count;
    }
    return count + map_put(&others->map, other, others->map.count);
}

static void others_release(struct others *others)
{
    map_release(&others->map);
    vector_release(&others->few);
}

/* Each other once. */
static struct relation_list each_once(struct relation *list, const struct relation_row *rows, size_t count)
{
    struct others others = {0};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t place = other_place(&others, rows[i].relation.other);
        if (place < kept)
            list[place].primary |= rows[i].relation.primary;
        else
            list[kept++] = rows[i].relation;
    }
    others_release(&others);
    return (struct relation_list){list, kept};
}

/* Who mentions something a thousand times says no more than that it was so from the first time to the last; and which
 * ones are first and last does not depend on who read the mentions. Returns how many rows are left. */
static size_t drop_between(struct relation_row *rows, size_t count)
{
    struct others others = {0};
    VECTOR(size_t) last = {0}; /* by place: the row of the last mention, + 1 */
    VECTOR(bool) met = {0};
    size_t kept = 0, mentions = 0;
    for (size_t i = 0; i < count; i++) mentions += rows[i].relation.mentioned;
    if (mentions <= 2) return count; /* nothing stands between two */
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].relation.mentioned) continue;
        const uint32_t place = other_place(&others, rows[i].relation.other);
        while (last.count <= place) vector_push(&last, 0);
        last.at[place] = i + 1;
    }
    for (size_t i = 0; i < last.count; i++) vector_push(&met, false);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].relation.mentioned) {
            const uint32_t place = other_place(&others, rows[i].relation.other);
            const bool first = !met.at[place];
            met.at[place] = true;
            if (!first && last.at[place] != i + 1) continue;
        }
        rows[kept++] = rows[i];
    }
    others_release(&others);
    vector_release(&last);
    vector_release(&met);
    return kept;
}

static struct relation_list when_other(struct relation *list, const struct relation_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept && slice_equal(list[kept - 1].other, rows[i].relation.other))
            list[kept - 1].primary |= rows[i].relation.primary;
        else
            list[kept++] = rows[i].relation;
    return (struct relation_list){list, kept};
}

static struct relation_list every_time(struct relation *list, const struct relation_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) list[i] = rows[i].relation;
    return (struct relation_list){list, count};
}

void relation_index_build(struct relation_index *index, struct arena *arena, struct relation_rows *rows,
                          enum relation_rule rule)
{
    static struct relation_list (*const rules[])(struct relation *, const struct relation_row *, size_t) = {
        [RELATION_EVERY_TIME] = every_time, [RELATION_WHEN_OTHER] = when_other, [RELATION_FIRST_TIME] = each_once};
    map_init(&index->map);
    if (rows->count) qsort(rows->at, rows->count, sizeof *rows->at, by_key);
    for (size_t i = 0; i < rows->count;) {
        size_t until = i;
        while (until < rows->count && slice_equal(rows->at[until].key, rows->at[i].key)) until++;
        map_put(&index->map, rows->at[i].key, (uint32_t)index->lists.count);
        const bool first = rule == RELATION_FIRST_TIME;
        const size_t count = first ? until - i : drop_between(&rows->at[i], until - i);
        struct relation *list = ARENA_ARRAY(arena, struct relation, count);
        vector_push(&index->lists, rules[rule](list, &rows->at[i], count));
        i = until;
    }
    vector_release(rows);
}

void relation_index_release(struct relation_index *index)
{
    map_release(&index->map);
    vector_release(&index->lists);
}

struct relation_list relation_index_get(const struct relation_index *index, struct slice key)
{
    const uint32_t at = map_get(&index->map, key);
    return at == MAP_NONE ? (struct relation_list){NULL, 0} : index->lists.at[at];
}
