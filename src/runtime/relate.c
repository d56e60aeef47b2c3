#include "runtime/relate.h"

#include <stdlib.h>

enum index_kind { OWNERS, ACCOUNTS, PERSONS, CONTACTS, INDEXES };

struct index {
    struct map map; /* name -> index in lists */
    VECTOR(struct relation_list) lists;
};

struct relations {
    struct arena arena;
    struct index indexes[INDEXES];
};

/* One row per relation, before it is grouped by its key. */
struct row {
    struct slice key;
    struct relation relation;
};
typedef VECTOR(struct row) row_list;

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int c = slice_compare(x->key, y->key);
    return c ? c : slice_compare(x->relation.other, y->relation.other);
}

static int by_time(const void *a, const void *b)
{
    const struct relation *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return slice_compare(x->other, y->other);
}

/* The same pair may come from several threads. */
static size_t merge_same(struct row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct row *last = kept ? &rows[kept - 1] : NULL;
        if (last && slice_equal(last->key, rows[i].key) && slice_equal(last->relation.other, rows[i].relation.other)) {
            if (rows[i].relation.first < last->relation.first) last->relation.first = rows[i].relation.first;
            if (rows[i].relation.last > last->relation.last) last->relation.last = rows[i].relation.last;
            last->relation.primary |= rows[i].relation.primary;
        } else rows[kept++] = rows[i];
    }
    return kept;
}

static void build_index(struct relations *r, enum index_kind kind, row_list *rows)
{
    struct index *index = &r->indexes[kind];
    map_init(&index->map);
    if (rows->count) qsort(rows->at, rows->count, sizeof *rows->at, by_key);
    size_t count = merge_same(rows->at, rows->count);
    for (size_t i = 0; i < count;) {
        size_t until = i;
        while (until < count && slice_equal(rows->at[until].key, rows->at[i].key)) until++;
        struct relation *list = ARENA_ARRAY(&r->arena, struct relation, until - i);
        for (size_t k = i; k < until; k++) list[k - i] = rows->at[k].relation;
        qsort(list, until - i, sizeof *list, by_time);
        map_put(&index->map, rows->at[i].key, (uint32_t)index->lists.count);
        vector_push(&index->lists, ((struct relation_list){list, until - i}));
        i = until;
    }
    vector_release(rows);
}

static struct relation_list look_up(const struct relations *r, enum index_kind kind, struct slice key)
{
    uint32_t at = map_get(&r->indexes[kind].map, key);
    return at == MAP_NONE ? (struct relation_list){NULL, 0} : r->indexes[kind].lists.at[at];
}

static const struct slice anonymous_prefix = {"anon:", 5};

/* The person an account edge speaks of: an anonymous one may have been identified. */
static struct slice edge_person(struct relations *r, const struct edge *e)
{
    if (!slice_starts(e->person, anonymous_prefix)) return e->person;
    struct slice owner = relations_owner(r, slice_skip(e->person, anonymous_prefix.len), e->first);
    return owner.len ? owner : e->person;
}

struct relations *relations_new(const struct gather *g)
{
    struct relations *r = memory_new(sizeof *r);
    arena_init(&r->arena);
    row_list owners = {0}, accounts = {0}, persons = {0}, contacts = {0};
    for (int t = 0; t < g->thread_count; t++)
        for (size_t i = 0; i < g->threads[t].edges.count; i++) {
            const struct edge *e = &g->threads[t].edges.at[i];
            if (e->kind == EDGE_IDENTITY) vector_push(&owners, ((struct row){e->other, {e->person, e->first, e->last, false}}));
            if (e->kind == EDGE_DEAL) vector_push(&contacts, ((struct row){e->other, {e->person, e->first, e->last, e->primary}}));
        }
    build_index(r, OWNERS, &owners);
    build_index(r, CONTACTS, &contacts);
    for (int t = 0; t < g->thread_count; t++)
        for (size_t i = 0; i < g->threads[t].edges.count; i++) {
            const struct edge *e = &g->threads[t].edges.at[i];
            if (e->kind != EDGE_ACCOUNT) continue;
            struct slice person = edge_person(r, e);
            vector_push(&accounts, ((struct row){person, {e->other, e->first, e->last, false}}));
            vector_push(&persons, ((struct row){e->other, {person, e->first, e->last, false}}));
        }
    build_index(r, ACCOUNTS, &accounts);
    build_index(r, PERSONS, &persons);
    return r;
}

void relations_free(struct relations *r)
{
    if (!r) return;
    for (int i = 0; i < INDEXES; i++) {
        map_release(&r->indexes[i].map);
        vector_release(&r->indexes[i].lists);
    }
    arena_release(&r->arena);
    free(r);
}

struct relation_list relations_accounts_of(const struct relations *r, struct slice person)
{
    return look_up(r, ACCOUNTS, person);
}

struct relation_list relations_persons_of(const struct relations *r, struct slice account)
{
    return look_up(r, PERSONS, account);
}

struct relation_list relations_contacts_of(const struct relations *r, struct slice deal)
{
    return look_up(r, CONTACTS, deal);
}

struct slice relations_owner(const struct relations *r, struct slice anonymous, int64_t at)
{
    struct relation_list list = look_up(r, OWNERS, anonymous);
    struct slice next = {0}, previous = {0};
    int64_t next_at = INSTANT_MAX, previous_at = INSTANT_NONE;
    for (size_t i = 0; i < list.count; i++) {
        const struct relation *x = &list.at[i];
        int64_t seen = at <= x->first ? x->first : x->last;
        if (seen >= at && seen < next_at) {
            next_at = seen;
            next = x->other;
        } else if (seen < at && seen > previous_at) {
            previous_at = seen;
            previous = x->other;
        }
    }
    return next.len ? next : previous;
}

/* ---- delivery ---- */

static void put_person(struct gather *g, struct record rec)
{
    struct gather_thread *t = &g->threads[0];
    if (!t->partitions[KIND_PERSON]) t->partitions[KIND_PERSON] = memory_new(PARTITIONS * sizeof *t->partitions[0]);
    if (rec.key.len > STREAM_KEY_MAX) rec.key.len = STREAM_KEY_MAX;
    stream_put(&t->partitions[KIND_PERSON][partition_of(slice_hash(rec.key))], &rec);
}

static void deliver_anonymous(struct relations *r, struct gather *g)
{
    char name[STREAM_KEY_MAX + 8];
    for (int t = 0; t < g->thread_count; t++) {
        struct record rec;
        for (struct stream_cursor c = stream_begin(&g->threads[t].anonymous); stream_next(&c, &rec);) {
            struct slice owner = relations_owner(r, rec.key, rec.at);
            if (!owner.len) {
                int n = snprintf(name, sizeof name, "anon:%.*s", SLICE_ARG(rec.key));
                owner = slice_of(name, (size_t)n);
            }
            rec.key = owner;
            put_person(g, rec);
        }
        stream_free(&g->threads[t].anonymous);
    }
}

static enum credit_deals credit_of(const struct definition *d)
{
    for (size_t i = 0; i < d->funnel_count; i++)
        if (d->funnels[i].of == KIND_PERSON && d->funnels[i].credit != CREDIT_NONE) return d->funnels[i].credit;
    return CREDIT_NONE;
}

static uint64_t deliver_deal(struct relations *r, struct gather *g, struct record rec, enum credit_deals credit)
{
    struct relation_list contacts = relations_contacts_of(r, rec.key);
    size_t chosen = 0;
    for (size_t i = 0; credit == CREDIT_PRIMARY && i < contacts.count; i++)
        if (contacts.at[i].primary && !contacts.at[chosen].primary) chosen = i;
    for (size_t i = 0; i < contacts.count; i++) {
        if (credit != CREDIT_ALL && i != chosen) continue;
        struct record copy = rec;
        copy.key = contacts.at[i].other;
        put_person(g, copy);
    }
    return contacts.count == 0;
}

uint64_t relations_deliver(struct relations *r, struct gather *g)
{
    enum credit_deals credit = credit_of(g->definition);
    uint64_t lost = 0;
    deliver_anonymous(r, g);
    for (int t = 0; credit != CREDIT_NONE && t < g->thread_count; t++)
        for (size_t p = 0; g->threads[t].partitions[KIND_DEAL] && p < PARTITIONS; p++) {
            struct record rec;
            for (struct stream_cursor c = stream_begin(&g->threads[t].partitions[KIND_DEAL][p]); stream_next(&c, &rec);)
                lost += deliver_deal(r, g, rec, credit);
        }
    return lost;
}
