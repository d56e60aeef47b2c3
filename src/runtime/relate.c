#include "runtime/relate.h"

#include <stdlib.h>

enum index_kind { OWNERS, ACCOUNTS, PERSONS, CONTACTS, INDEXES };

struct relations {
    struct arena arena;
    struct relation_index indexes[INDEXES];
    struct declaration_list declarations;
    struct people *people; /* NULL: nothing was said of anybody */
    bool with_erased;
};

/* An edge seen at two times is two rows. */
static void add_rows(struct relation_rows *rows, struct slice key, struct slice other, const struct edge *e)
{
    struct relation relation = {other, e->first, e->primary, e->mentioned};
    vector_push(rows, ((struct relation_row){key, relation}));
    if (e->last == e->first) return;
    relation.at = e->last;
    vector_push(rows, ((struct relation_row){key, relation}));
}

static const struct slice anonymous_prefix = {"anon:", 5};

/* The person an account edge speaks of: an anonymous one may have been identified, an identified one merged. */
static struct slice edge_person(const struct relations *r, const struct edge *e)
{
    if (!slice_starts(e->person, anonymous_prefix)) return people_name(r->people, e->person);
    struct slice owner = relations_owner(r, slice_skip(e->person, anonymous_prefix.len), e->first);
    return owner.len ? owner : e->person;
}

/* Whether others are to know of an erased person's edge: as if, of none; as recorded, of what was before. */
static bool edge_stands(const struct relations *r, struct slice person, struct edge *e)
{
    const int64_t erased_at = people_erased_at(r->people, person);
    if (erased_at == INSTANT_MAX) return true;
    if (e->last > erased_at) e->last = e->first;
    return r->with_erased && e->first <= erased_at;
}

static void add_names(struct relations *r, const struct gather_thread *t, struct relation_rows *owners)
{
    for (size_t i = 0; i < t->edges.count; i++) {
        const struct edge *e = &t->edges.at[i];
        if (e->kind == EDGE_IDENTITY) add_rows(owners, e->other, people_name(r->people, e->person), e);
    }
}

static void add_other(struct relations *r, struct edge e, struct relation_rows rows[INDEXES])
{
    const struct slice person = edge_person(r, &e);
    if (!edge_stands(r, person, &e)) return;
    if (e.kind == EDGE_DEAL) {
        add_rows(&rows[CONTACTS], e.other, person, &e);
        return;
    }
    add_rows(&rows[ACCOUNTS], person, e.other, &e);
    add_rows(&rows[PERSONS], e.other, person, &e);
}

/* What somebody without a name mentioned is whose the first mention was: those of all threads are taken together. */
struct nameless {
    struct map pairs;
    VECTOR(struct edge) edges;
};

static void note_nameless(struct relations *r, struct nameless *n, const struct edge *e)
{
    const struct slice pair =
        arena_printf(&r->arena, "%zu:%.*s%.*s", e->person.len, SLICE_ARG(e->person), SLICE_ARG(e->other));
    const uint32_t known = map_put(&n->pairs, pair, (uint32_t)n->edges.count);
    if (known == n->edges.count) {
        vector_push(&n->edges, *e);
        return;
    }
    struct edge *all = &n->edges.at[known];
    if (e->first < all->first) all->first = e->first;
    if (e->last > all->last) all->last = e->last;
}

static void add_others(struct relations *r, const struct gather *g, struct relation_rows rows[INDEXES])
{
    struct nameless nameless = {0};
    for (int t = 0; t < g->thread_count; t++)
        for (size_t i = 0; i < g->threads[t].edges.count; i++) {
            const struct edge *e = &g->threads[t].edges.at[i];
            if (e->kind == EDGE_IDENTITY) continue;
            if (e->mentioned && slice_starts(e->person, anonymous_prefix))
                note_nameless(r, &nameless, e);
            else
                add_other(r, *e, rows);
        }
    for (size_t i = 0; i < nameless.edges.count; i++) add_other(r, nameless.edges.at[i], rows);
    map_release(&nameless.pairs);
    vector_release(&nameless.edges);
}

static struct slice find_owner(const void *relations, struct slice anonymous, int64_t at)
{
    return relations_owner(relations, anonymous, at);
}

struct relations *relations_new(const struct gather *g, bool with_erased)
{
    struct relations *r = memory_new(sizeof *r);
    struct relation_rows rows[INDEXES] = {0};
    arena_init(&r->arena);
    r->with_erased = with_erased;
    gather_declarations(g, &r->declarations);
    r->people = people_new(g, &r->declarations);
    for (int t = 0; t < g->thread_count; t++) add_names(r, &g->threads[t], &rows[OWNERS]);
    relation_index_build(&r->indexes[OWNERS], &r->arena, &rows[OWNERS], RELATION_EVERY_TIME);
    people_hear(r->people, &r->declarations, &(struct people_owners){find_owner, r});
    add_others(r, g, rows);
    relation_index_build(&r->indexes[CONTACTS], &r->arena, &rows[CONTACTS], RELATION_FIRST_TIME);
    relation_index_build(&r->indexes[ACCOUNTS], &r->arena, &rows[ACCOUNTS], RELATION_WHEN_OTHER);
    relation_index_build(&r->indexes[PERSONS], &r->arena, &rows[PERSONS], RELATION_FIRST_TIME);
    return r;
}

void relations_free(struct relations *r)
{
    if (!r) return;
    for (int i = 0; i < INDEXES; i++) relation_index_release(&r->indexes[i]);
    people_free(r->people);
    vector_release(&r->declarations);
    arena_release(&r->arena);
    free(r);
}

const struct people *relations_people(const struct relations *r)
{
    return r->people;
}

struct relation_list relations_accounts_of(const struct relations *r, struct slice person)
{
    return relation_index_get(&r->indexes[ACCOUNTS], person);
}

struct relation_list relations_persons_of(const struct relations *r, struct slice account)
{
    return relation_index_get(&r->indexes[PERSONS], account);
}

struct relation_list relations_contacts_of(const struct relations *r, struct slice deal)
{
    return relation_index_get(&r->indexes[CONTACTS], deal);
}

struct slice relations_owner(const struct relations *r, struct slice anonymous, int64_t at)
{
    return relation_owner(relation_index_get(&r->indexes[OWNERS], anonymous), at);
}

/* ---- delivery ---- */

static void deliver_anonymous(struct relations *r, struct gather *g)
{
    char name[STREAM_KEY_MAX + 8], text[PACKED_TEXT_MAX];
    for (int t = 0; t < g->thread_count; t++) {
        struct record rec;
        for (struct stream_cursor c = stream_begin(&g->threads[t].anonymous, g->threads[t].index);
             stream_next(&c, &rec);) {
            stream_key(&rec, text);
            struct slice owner = relations_owner(r, rec.key, rec.at);
            if (!owner.len) {
                int n = snprintf(name, sizeof name, "anon:%.*s", SLICE_ARG(rec.key));
                owner = slice_of(name, (size_t)n);
            }
            rec.key = owner;
            gather_put(g, KIND_PERSON, rec);
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

unsigned relations_reach(struct relation_list contacts, size_t i)
{
    unsigned reached = 1u << CREDIT_ALL;
    if (i == 0) reached |= 1u << CREDIT_FIRST;
    if (&contacts.at[i] == relation_primary(contacts)) reached |= 1u << CREDIT_PRIMARY;
    return reached;
}

static uint64_t deliver_deal(struct relations *r, struct gather *g, struct record rec, unsigned credits)
{
    struct relation_list contacts = relations_contacts_of(r, rec.key);
    for (size_t i = 0; i < contacts.count; i++) {
        struct record copy = rec;
        copy.key = contacts.at[i].other;
        copy.credit = (uint8_t)(relations_reach(contacts, i) & credits);
        if (copy.credit) gather_put(g, KIND_PERSON, copy);
    }
    return contacts.count == 0;
}

/* An account that is only spoken of exists too, from its first person on. */
static void mark_accounts(struct relations *r, struct gather *g)
{
    const struct relation_index *index = &r->indexes[PERSONS];
    for (uint32_t i = 0; i < index->map.count; i++) {
        const struct map_entry *e = &index->map.entries[i];
        struct record rec = {.at = index->lists.at[e->value].at[0].at,
                             .id = id_key(SLICE("~")),
                             .content = MARKER_CONTENT,
                             .key = e->key};
        gather_put(g, KIND_ACCOUNT, rec);
    }
}

uint64_t relations_deliver(struct relations *r, struct gather *g)
{
    unsigned credits = credits_of(g->definition);
    uint64_t lost = 0;
    people_deliver(r->people, g);
    deliver_anonymous(r, g);
    mark_accounts(r, g);
    for (int t = 0; credits && t < g->thread_count; t++)
        for (size_t p = 0; g->threads[t].partitions[KIND_DEAL] && p < PARTITIONS; p++) {
            struct record rec;
            char text[PACKED_TEXT_MAX];
            for (struct stream_cursor c = stream_begin(&g->threads[t].partitions[KIND_DEAL][p], g->threads[t].index);
                 stream_next(&c, &rec);) {
                stream_key(&rec, text);
                lost += deliver_deal(r, g, rec, credits);
            }
        }
    return lost;
}
