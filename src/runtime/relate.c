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
    if (c) return c;
    if (x->relation.at != y->relation.at) return x->relation.at < y->relation.at ? -1 : 1;
    return slice_compare(x->relation.other, y->relation.other);
}

/* How the rows of one key, in order of time, become a list. */
enum list_rule {
    EVERY_TIME, /* all of them */
    WHEN_OTHER, /* only where another one follows */
    FIRST_TIME, /* each other once */
};

static struct relation_list make_list(struct relations *r, const struct row *rows, size_t count, enum list_rule rule)
{
    struct relation *list = ARENA_ARRAY(&r->arena, struct relation, count);
    size_t kept = 0;
    struct map places; /* of FIRST_TIME: where each other stands; an account may have very many people */
    map_init(&places);
    for (size_t i = 0; i < count; i++) {
        struct relation *old = NULL;
        if (rule == WHEN_OTHER && kept && slice_equal(list[kept - 1].other, rows[i].relation.other))
            old = &list[kept - 1];
        if (rule == FIRST_TIME) {
            uint32_t place = map_put(&places, rows[i].relation.other, (uint32_t)kept);
            if (place < kept) old = &list[place];
        }
        if (old)
            old->primary |= rows[i].relation.primary;
        else
            list[kept++] = rows[i].relation;
    }
    map_release(&places);
    return (struct relation_list){list, kept};
}

static void build_index(struct relations *r, enum index_kind kind, row_list *rows, enum list_rule rule)
{
    struct index *index = &r->indexes[kind];
    map_init(&index->map);
    if (rows->count) qsort(rows->at, rows->count, sizeof *rows->at, by_key);
    for (size_t i = 0; i < rows->count;) {
        size_t until = i;
        while (until < rows->count && slice_equal(rows->at[until].key, rows->at[i].key)) until++;
        map_put(&index->map, rows->at[i].key, (uint32_t)index->lists.count);
        vector_push(&index->lists, make_list(r, &rows->at[i], until - i, rule));
        i = until;
    }
    vector_release(rows);
}

/* An edge seen at two times is two rows. */
static void add_rows(row_list *rows, struct slice key, struct slice other, const struct edge *e)
{
    vector_push(rows, ((struct row){key, {other, e->first, e->primary}}));
    if (e->last != e->first) vector_push(rows, ((struct row){key, {other, e->last, e->primary}}));
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
            if (e->kind == EDGE_IDENTITY) add_rows(&owners, e->other, e->person, e);
            if (e->kind == EDGE_DEAL) add_rows(&contacts, e->other, e->person, e);
        }
    build_index(r, OWNERS, &owners, EVERY_TIME);
    build_index(r, CONTACTS, &contacts, FIRST_TIME);
    for (int t = 0; t < g->thread_count; t++)
        for (size_t i = 0; i < g->threads[t].edges.count; i++) {
            const struct edge *e = &g->threads[t].edges.at[i];
            if (e->kind != EDGE_ACCOUNT) continue;
            struct slice person = edge_person(r, e);
            add_rows(&accounts, person, e->other, e);
            add_rows(&persons, e->other, person, e);
        }
    build_index(r, ACCOUNTS, &accounts, WHEN_OTHER);
    build_index(r, PERSONS, &persons, FIRST_TIME);
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
    for (size_t i = 0; i < list.count; i++)
        if (list.at[i].at >= at) return list.at[i].other;
    return list.count ? list.at[list.count - 1].other : slice_of("", 0);
}

/* ---- delivery ---- */

static void put_subject(struct gather *g, enum subject_kind kind, struct record rec)
{
    struct gather_thread *t = &g->threads[0];
    if (!t->partitions[kind]) t->partitions[kind] = memory_new(PARTITIONS * sizeof *t->partitions[0]);
    if (rec.key.len > STREAM_KEY_MAX) rec.key.len = STREAM_KEY_MAX;
    stream_put(&t->partitions[kind][partition_of(slice_hash(rec.key))], &t->room, &rec);
}

static void deliver_anonymous(struct relations *r, struct gather *g)
{
    char name[STREAM_KEY_MAX + 8];
    for (int t = 0; t < g->thread_count; t++) {
        struct record rec;
        for (struct stream_cursor c = stream_begin(&g->threads[t].anonymous, &g->threads[t].room);
             stream_next(&c, &rec);) {
            struct slice owner = relations_owner(r, rec.key, rec.at);
            if (!owner.len) {
                int n = snprintf(name, sizeof name, "anon:%.*s", SLICE_ARG(rec.key));
                owner = slice_of(name, (size_t)n);
            }
            rec.key = owner;
            put_subject(g, KIND_PERSON, rec);
        }
        g->threads[t].anonymous = (struct stream){0};
    }
}

/* The ways in which funnels of persons take deals, as a set of 1 << enum credit_deals. */
static unsigned credits_of(const struct definition *d)
{
    unsigned credits = 0;
    for (size_t i = 0; i < d->funnel_count; i++)
        if (d->funnels[i].of == KIND_PERSON && d->funnels[i].credit != CREDIT_NONE)
            credits |= 1u << d->funnels[i].credit;
    return credits;
}

const struct relation *relation_primary(struct relation_list contacts)
{
    for (size_t i = 0; i < contacts.count; i++)
        if (contacts.at[i].primary) return &contacts.at[i];
    return contacts.count ? &contacts.at[0] : NULL;
}

/* By which of these ways contact i of the list is reached. */
static unsigned reached_by(struct relation_list contacts, size_t i, unsigned credits)
{
    unsigned reached = 1u << CREDIT_ALL;
    if (i == 0) reached |= 1u << CREDIT_FIRST;
    if (&contacts.at[i] == relation_primary(contacts)) reached |= 1u << CREDIT_PRIMARY;
    return reached & credits;
}

static uint64_t deliver_deal(struct relations *r, struct gather *g, struct record rec, unsigned credits)
{
    struct relation_list contacts = relations_contacts_of(r, rec.key);
    for (size_t i = 0; i < contacts.count; i++) {
        struct record copy = rec;
        copy.key = contacts.at[i].other;
        copy.credit = (uint8_t)reached_by(contacts, i, credits);
        if (copy.credit) put_subject(g, KIND_PERSON, copy);
    }
    return contacts.count == 0;
}

/* An account that is only spoken of exists too, from its first person on. */
static void mark_accounts(struct relations *r, struct gather *g)
{
    const struct index *index = &r->indexes[PERSONS];
    for (uint32_t i = 0; i < index->map.count; i++) {
        const struct map_entry *e = &index->map.entries[i];
        struct record rec = {.at = index->lists.at[e->value].at[0].at,
                             .id = id_key(SLICE("~")),
                             .content = MARKER_CONTENT,
                             .key = e->key};
        put_subject(g, KIND_ACCOUNT, rec);
    }
}

uint64_t relations_deliver(struct relations *r, struct gather *g)
{
    unsigned credits = credits_of(g->definition);
    uint64_t lost = 0;
    deliver_anonymous(r, g);
    mark_accounts(r, g);
    for (int t = 0; credits && t < g->thread_count; t++)
        for (size_t p = 0; g->threads[t].partitions[KIND_DEAL] && p < PARTITIONS; p++) {
            struct record rec;
            for (struct stream_cursor c = stream_begin(&g->threads[t].partitions[KIND_DEAL][p], &g->threads[t].room);
                 stream_next(&c, &rec);)
                lost += deliver_deal(r, g, rec, credits);
        }
    return lost;
}
