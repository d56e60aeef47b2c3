#include "identity/merge.h"

#include "base/map.h"
#include "base/vector.h"

/* Ids are nodes, pairs that were spoken of are edges. The edges in force hang in a list at each of their two nodes; the
 * nodes of a group stand in a ring, so that groups are joined and walked without further memory. */

#define NOTHING UINT32_MAX

struct node {
    struct slice id;
    int64_t identified; /* INSTANT_MAX: never */
    uint32_t group;
    uint32_t next, before; /* in the group's ring */
    uint32_t first_end;    /* of the edges in force: an end is edge * 2, + 1 for its second node */
    uint32_t mark;         /* the side of the search that met it: search * 2, + 1 for the second */
};

struct edge {
    uint32_t nodes[2];
    uint32_t next[2], before[2]; /* ends in the node's list */
    struct merge said;           /* last; its texts are not kept */
};

struct group {
    uint32_t heap, size; /* heap: its root is the canonical id's; in a free group the next free one */
};

/* A group's ids in a pairing heap. Entries of ids that left the group, or were identified earlier since, are taken out
 * when they come to the top. */
struct entry {
    uint32_t node, child, sibling; /* sibling: in a free entry the next free one */
    int64_t identified;
};

/* One of the two sides from which a parted pair is searched: nodes met, and the end looked at next. */
struct side {
    VECTOR(uint32_t) met;
    size_t at;
    uint32_t end;
};

struct merges {
    struct arena arena;
    struct map ids, pairs;
    VECTOR(struct node) nodes;
    VECTOR(struct edge) edges;
    VECTOR(struct group) groups;
    VECTOR(struct entry) entries;
    uint32_t free_group, free_entry;
    uint32_t searches;
    struct side sides[2];
};

struct merges *merges_new(void)
{
    struct merges *m = memory_new(sizeof *m);
    arena_init(&m->arena);
    map_init(&m->ids);
    map_init(&m->pairs);
    m->free_group = m->free_entry = NOTHING;
    return m;
}

void merges_free(struct merges *m)
{
    if (!m) return;
    map_release(&m->ids);
    map_release(&m->pairs);
    vector_release(&m->nodes);
    vector_release(&m->edges);
    vector_release(&m->groups);
    vector_release(&m->entries);
    for (int s = 0; s < 2; s++) vector_release(&m->sides[s].met);
    arena_release(&m->arena);
    free(m);
}

/* ---- the first of a group ---- */

static bool goes_first(const struct merges *m, const struct entry *x, const struct entry *y)
{
    if (x->identified != y->identified) return x->identified < y->identified;
    return slice_compare(m->nodes.at[x->node].id, m->nodes.at[y->node].id) < 0;
}

static uint32_t heap_join(struct merges *m, uint32_t a, uint32_t b)
{
    struct entry *entries = m->entries.at;
    if (a == NOTHING || b == NOTHING) return a == NOTHING ? b : a;
    const bool turned = goes_first(m, &entries[b], &entries[a]);
    const uint32_t top = turned ? b : a, under = turned ? a : b;
    entries[under].sibling = entries[top].child;
    entries[top].child = under;
    return top;
}

static uint32_t heap_add(struct merges *m, uint32_t heap, uint32_t node)
{
    const struct entry entry = {node, NOTHING, NOTHING, m->nodes.at[node].identified};
    uint32_t e = m->free_entry;
    if (e == NOTHING) {
        e = (uint32_t)m->entries.count;
        vector_push(&m->entries, entry);
    } else {
        m->free_entry = m->entries.at[e].sibling;
        m->entries.at[e] = entry;
    }
    return heap_join(m, heap, e);
}

/* Takes the top out: what stood under it is joined two by two, then all together. */
static uint32_t heap_pop(struct merges *m, uint32_t heap)
{
    struct entry *entries = m->entries.at;
    uint32_t pairs = NOTHING, rest = NOTHING;
    for (uint32_t a = entries[heap].child; a != NOTHING;) {
        const uint32_t b = entries[a].sibling, after = b == NOTHING ? NOTHING : entries[b].sibling;
        entries[a].sibling = NOTHING;
        if (b != NOTHING) entries[b].sibling = NOTHING;
        const uint32_t joined = heap_join(m, a, b);
        entries[joined].sibling = pairs;
        pairs = joined;
        a = after;
    }
    while (pairs != NOTHING) {
        const uint32_t after = entries[pairs].sibling;
        entries[pairs].sibling = NOTHING;
        rest = heap_join(m, rest, pairs);
        pairs = after;
    }
    entries[heap].sibling = m->free_entry;
    m->free_entry = heap;
    return rest;
}

/* The group's canonical node, stale entries before it taken out. */
static uint32_t settle_first(struct merges *m, uint32_t g)
{
    struct group *group = &m->groups.at[g];
    for (;; group->heap = heap_pop(m, group->heap)) {
        const struct entry *top = &m->entries.at[group->heap];
        const struct node *node = &m->nodes.at[top->node];
        if (node->group == g && node->identified == top->identified) return top->node;
    }
}

static uint32_t first_of(const struct merges *m, uint32_t g)
{
    return m->entries.at[m->groups.at[g].heap].node;
}

/* ---- groups ---- */

static uint32_t group_new(struct merges *m, struct group group)
{
    const uint32_t g = m->free_group;
    if (g == NOTHING) {
        vector_push(&m->groups, group);
        return (uint32_t)m->groups.count - 1;
    }
    m->free_group = m->groups.at[g].heap;
    m->groups.at[g] = group;
    return g;
}

static void group_free(struct merges *m, uint32_t g)
{
    m->groups.at[g] = (struct group){.heap = m->free_group};
    m->free_group = g;
}

static uint32_t node_of(struct merges *m, struct slice id)
{
    uint32_t n = map_get(&m->ids, id);
    if (n != MAP_NONE) return n;
    n = (uint32_t)m->nodes.count;
    const struct slice kept = arena_slice(&m->arena, id);
    map_put(&m->ids, kept, n);
    vector_push(&m->nodes,
                ((struct node){.id = kept, .identified = INSTANT_MAX, .next = n, .before = n, .first_end = NOTHING}));
    m->nodes.at[n].group = group_new(m, (struct group){heap_add(m, NOTHING, n), 1});
    return n;
}

/* Two rings become one by exchanging a link, and one becomes two again. */
static void cross(struct merges *m, uint32_t a, uint32_t b)
{
    struct node *nodes = m->nodes.at;
    const uint32_t after_a = nodes[a].next, after_b = nodes[b].next;
    nodes[a].next = after_b;
    nodes[after_b].before = a;
    nodes[b].next = after_a;
    nodes[after_a].before = b;
}

static void leave_ring(struct merges *m, uint32_t n)
{
    struct node *nodes = m->nodes.at, *node = &nodes[n];
    nodes[node->before].next = node->next;
    nodes[node->next].before = node->before;
    node->next = node->before = n;
}

static struct merge_change changed(const struct merges *m, uint32_t a, uint32_t b)
{
    return (struct merge_change){{m->nodes.at[a].id, m->nodes.at[b].id}, 2};
}

static struct merge_change join(struct merges *m, uint32_t a, uint32_t b)
{
    uint32_t into = m->nodes.at[a].group, from = m->nodes.at[b].group;
    if (into == from) return (struct merge_change){.count = 0};
    if (m->groups.at[into].size < m->groups.at[from].size) {
        const uint32_t larger = from;
        from = into;
        into = larger;
    }
    struct group *group = &m->groups.at[into], *other = &m->groups.at[from];
    const uint32_t one = first_of(m, into), two = first_of(m, from);
    for (uint32_t n = two; m->nodes.at[n].group == from; n = m->nodes.at[n].next) m->nodes.at[n].group = into;
    cross(m, one, two);
    group->size += other->size;
    group->heap = heap_join(m, group->heap, other->heap);
    group_free(m, from);
    return changed(m, one, two);
}

/* ---- parting ---- */

static void meet(struct merges *m, int side, uint32_t n)
{
    m->nodes.at[n].mark = m->searches * 2 + (uint32_t)side;
    vector_push(&m->sides[side].met, n);
}

static void begin_search(struct merges *m, uint32_t a, uint32_t b)
{
    const uint32_t from[2] = {a, b};
    m->searches++; /* two marks each: after two thousand million searches old marks are met again */
    if (m->searches == UINT32_MAX / 2) {
        for (size_t i = 0; i < m->nodes.count; i++) m->nodes.at[i].mark = 0;
        m->searches = 1;
    }
    for (int s = 0; s < 2; s++) {
        vector_clear(&m->sides[s].met);
        meet(m, s, from[s]);
        m->sides[s].at = 0;
        m->sides[s].end = m->nodes.at[from[s]].first_end;
    }
}

enum step { STEP_ON, STEP_MET, STEP_DONE };

/* One edge further. MET: the other side was met, they are still one. DONE: this side is all there is of it. */
static enum step search_step(struct merges *m, int s)
{
    struct side *side = &m->sides[s];
    while (side->end == NOTHING) {
        if (++side->at == side->met.count) return STEP_DONE;
        side->end = m->nodes.at[side->met.at[side->at]].first_end;
    }
    const struct edge *edge = &m->edges.at[side->end / 2];
    const uint32_t other = edge->nodes[!(side->end & 1)], mark = m->nodes.at[other].mark;
    side->end = edge->next[side->end & 1];
    if (mark == m->searches * 2 + (uint32_t)!s) return STEP_MET;
    if (mark != m->searches * 2 + (uint32_t)s) meet(m, s, other);
    return STEP_ON;
}

/* The side that was searched to its end becomes a group of its own. */
static struct merge_change split_off(struct merges *m, const struct side *side)
{
    const uint32_t first = side->met.at[0], old = m->nodes.at[first].group;
    const uint32_t made = group_new(m, (struct group){NOTHING, (uint32_t)side->met.count});
    struct group *group = &m->groups.at[made];
    m->groups.at[old].size -= group->size;
    for (size_t i = 0; i < side->met.count; i++) {
        const uint32_t n = side->met.at[i];
        leave_ring(m, n);
        if (n != first) cross(m, first, n);
        m->nodes.at[n].group = made;
        group->heap = heap_add(m, group->heap, n);
    }
    return changed(m, settle_first(m, old), first_of(m, made));
}

static struct merge_change part(struct merges *m, uint32_t a, uint32_t b)
{
    begin_search(m, a, b);
    for (int s = 0;; s = !s) {
        const enum step step = search_step(m, s);
        if (step == STEP_MET) return (struct merge_change){.count = 0};
        if (step == STEP_DONE) return split_off(m, &m->sides[s]);
    }
}

/* ---- edges in force ---- */

static void hang(struct merges *m, uint32_t e)
{
    struct edge *edge = &m->edges.at[e];
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t *first = &m->nodes.at[edge->nodes[k]].first_end;
        edge->next[k] = *first;
        edge->before[k] = NOTHING;
        if (*first != NOTHING) m->edges.at[*first / 2].before[*first & 1] = e * 2 + k;
        *first = e * 2 + k;
    }
}

static void unhang(struct merges *m, uint32_t e)
{
    const struct edge *edge = &m->edges.at[e];
    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t next = edge->next[k], before = edge->before[k];
        if (before == NOTHING)
            m->nodes.at[edge->nodes[k]].first_end = next;
        else
            m->edges.at[before / 2].next[before & 1] = next;
        if (next != NOTHING) m->edges.at[next / 2].before[next & 1] = before;
    }
}

static uint32_t edge_of(struct merges *m, uint32_t a, uint32_t b)
{
    const uint32_t nodes[2] = {a < b ? a : b, a < b ? b : a};
    const uint32_t known =
        map_put_copy(&m->pairs, &m->arena, slice_of((const char *)nodes, sizeof nodes), (uint32_t)m->edges.count);
    if (known == m->edges.count)
        vector_push(&m->edges,
                    ((struct edge){.nodes = {nodes[0], nodes[1]}, .said = {.at = INSTANT_NONE, .apart = true}}));
    return known;
}

static bool said_after(const struct merge *a, const struct merge *b)
{
    if (a->at != b->at) return a->at > b->at;
    if (a->source != b->source) return a->source > b->source;
    if (a->id != b->id) return a->id > b->id;
    return a->apart && !b->apart; /* one message that says both, which copies of it may: they are not joined */
}

struct merge_change merges_say(struct merges *m, const struct merge *merge)
{
    const struct merge_change none = {.count = 0};
    const uint32_t a = node_of(m, merge->a), b = node_of(m, merge->b);
    if (a == b) return none;
    const uint32_t e = edge_of(m, a, b);
    struct merge *last = &m->edges.at[e].said;
    const bool was_apart = last->apart;
    if (!said_after(merge, last)) return none;
    *last = *merge;
    if (was_apart == merge->apart) return none;
    if (merge->apart) {
        unhang(m, e);
        return part(m, a, b);
    }
    hang(m, e);
    return join(m, a, b);
}

struct merge_change merges_identify(struct merges *m, struct slice id, int64_t at)
{
    const uint32_t n = node_of(m, id), g = m->nodes.at[n].group, before = first_of(m, g);
    const struct merge_change none = {.count = 0};
    if (at >= m->nodes.at[n].identified) return none;
    m->nodes.at[n].identified = at;
    m->groups.at[g].heap = heap_add(m, m->groups.at[g].heap, n);
    const uint32_t after = settle_first(m, g);
    return before == after ? none : changed(m, before, after);
}

/* ---- asking ---- */

struct slice merges_canonical(const struct merges *m, struct slice id)
{
    const uint32_t n = map_get(&m->ids, id);
    return n == MAP_NONE ? id : m->nodes.at[first_of(m, m->nodes.at[n].group)].id;
}

size_t merges_size(const struct merges *m, struct slice id)
{
    const uint32_t n = map_get(&m->ids, id);
    return n == MAP_NONE ? 1 : m->groups.at[m->nodes.at[n].group].size;
}

size_t merges_count(const struct merges *m)
{
    return m->nodes.count;
}

struct slice merges_id(const struct merges *m, size_t number)
{
    return m->nodes.at[number].id;
}
