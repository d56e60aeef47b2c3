#include "runtime/people.h"

#include <stdlib.h>

#include "identity/merge.h"

struct people {
    struct arena arena;
    struct merges *merges; /* NULL: no two ids are one */
    struct map ids;        /* id -> index in abouts */
    VECTOR(struct about) abouts;
    size_t erased;
};

/* ---- merges ---- */

static void say_merges(struct merges *m, const struct declaration_list *declarations)
{
    for (size_t i = 0; i < declarations->count; i++) {
        const struct declaration *s = &declarations->at[i];
        if (s->refused || (s->kind != DECLARE_MERGE && s->kind != DECLARE_UNMERGE)) continue;
        /* They are in order already, also those of one instant: the place in it stands for source and id. */
        merges_say(m, &(struct merge){s->subject, s->with, s->at, i, 0, s->kind == DECLARE_UNMERGE});
    }
}

static bool any_joined(const struct merges *m)
{
    for (size_t i = 0; i < merges_count(m); i++)
        if (merges_size(m, merges_id(m, i)) > 1) return true;
    return false;
}

/* A visit to every event of the merged ids. Only the partitions that hold one are read. */
struct visit {
    void (*event)(void *context, struct gather *gather, const struct gather_thread *from, const struct record *record);
    void *context;
};

static void visit_merged(const struct merges *m, struct gather *g, struct visit visit)
{
    bool *holds = memory_new(PARTITIONS * sizeof *holds);
    for (size_t i = 0; i < merges_count(m); i++) {
        if (merges_size(m, merges_id(m, i)) > 1) gather_recall(g, merges_id(m, i));
        holds[partition_of(slice_hash(merges_id(m, i)))] = true;
    }
    for (int t = 0; t < g->thread_count; t++) {
        const struct gather_thread *from = &g->threads[t];
        for (size_t p = 0; from->partitions[KIND_PERSON] && p < PARTITIONS; p++) {
            struct record rec;
            char text[PACKED_TEXT_MAX];
            if (!holds[p]) continue;
            for (struct stream_cursor c = stream_begin(&from->partitions[KIND_PERSON][p], from->index);
                 stream_next(&c, &rec);) {
                stream_key(&rec, text);
                if (merges_size(m, rec.key) > 1) visit.event(visit.context, g, from, &rec);
            }
        }
    }
    free(holds);
}

static void note_identify(void *context, struct gather *g, const struct gather_thread *from, const struct record *rec)
{
    const struct content_store *store = &g->threads[rec->store].store;
    if (rec->at > g->horizon || content_head(store, rec->content).event != EVENT_IDENTIFY) return;
    merges_identify(context, rec->key, rec->at);
}

static struct merges *read_merges(const struct gather *g, const struct declaration_list *declarations)
{
    struct merges *m = merges_new();
    say_merges(m, declarations);
    if (any_joined(m)) {
        visit_merged(m, (struct gather *)g, (struct visit){note_identify, m});
        return m;
    }
    merges_free(m);
    return NULL;
}

static void move_event(void *context, struct gather *g, const struct gather_thread *from, const struct record *rec)
{
    const struct slice name = merges_canonical(context, rec->key);
    if (slice_equal(name, rec->key)) return;
    struct record moved = *rec;
    moved.key = name;
    gather_put(g, KIND_PERSON, moved);
}

void people_deliver(const struct people *p, struct gather *g)
{
    if (p && p->merges) visit_merged(p->merges, g, (struct visit){move_event, p->merges});
}

/* ---- what was said of each ---- */

static struct about *about_of(struct people *p, struct slice id)
{
    const uint32_t at = map_put(&p->ids, id, (uint32_t)p->abouts.count);
    if (at == p->abouts.count) vector_push(&p->abouts, ((struct about){.erased_at = INSTANT_MAX}));
    return &p->abouts.at[at];
}

static int by_name_then_id(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    const int c = slice_compare(x[0], y[0]);
    return c ? c : slice_compare(x[1], y[1]);
}

/* Aliases by the name they are of. */
static void list_aliases(struct people *p)
{
    const size_t count = merges_count(p->merges);
    struct slice(*pairs)[2] = memory_new(count * sizeof *pairs);
    struct slice *aliases = ARENA_ARRAY(&p->arena, struct slice, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct slice id = merges_id(p->merges, i), name = merges_canonical(p->merges, id);
        if (slice_equal(id, name)) continue;
        pairs[kept][0] = name;
        pairs[kept++][1] = id;
    }
    qsort(pairs, kept, sizeof *pairs, by_name_then_id);
    for (size_t i = 0; i < kept; i++) {
        struct about *about = about_of(p, pairs[i][0]);
        aliases[i] = pairs[i][1];
        if (!about->alias_count++) about->aliases = &aliases[i];
        about_of(p, pairs[i][1])->alias_of = pairs[i][0];
    }
    free(pairs);
}

static void note_erasure(struct people *p, const struct declaration *s)
{
    struct about *about = about_of(p, people_name(p, s->subject));
    p->erased += about->erased_at == INSTANT_MAX;
    if (s->at < about->erased_at) about->erased_at = s->at;
    if (!about->residue.len) about->residue = s->residue;
}

/* Words of a refused author are among the refused. */
static bool is_listed(const struct declaration *s, bool refused)
{
    return s->subject.len && s->refused == refused && (refused || declaration_is_word(s));
}

/* With whom a declaration stands: the person whose id it spoke of, whoever the visitor became. */
static struct about *stands_with(struct people *p, const struct declaration *s, const struct people_owners *owners)
{
    const struct slice prefix = SLICE("anon:");
    struct slice owner = slice_of("", 0);
    if (owners && slice_starts(s->subject, prefix))
        owner = owners->find(owners->context, slice_skip(s->subject, prefix.len), s->at);
    return about_of(p, owner.len ? owner : people_name(p, s->subject));
}

static void list_said(struct people *p, const struct declaration_list *declarations, bool refused,
                      const struct people_owners *owners)
{
    const struct declaration **all = ARENA_ARRAY(&p->arena, const struct declaration *, declarations->count), **next;
    for (size_t i = 0; i < declarations->count; i++) {
        if (!is_listed(&declarations->at[i], refused)) continue;
        struct about *about = stands_with(p, &declarations->at[i], owners);
        ++*(refused ? &about->refused_count : &about->word_count);
    }
    for (size_t k = 0; k < p->abouts.count; k++) {
        struct about *about = &p->abouts.at[k];
        *(refused ? &about->refused : &about->words) = all;
        all += refused ? about->refused_count : about->word_count;
        *(refused ? &about->refused_count : &about->word_count) = 0;
    }
    for (size_t i = 0; i < declarations->count; i++) {
        const struct declaration *s = &declarations->at[i];
        if (!is_listed(s, refused)) continue;
        struct about *about = stands_with(p, s, owners);
        next = (const struct declaration **)(refused ? about->refused : about->words);
        next[(*(refused ? &about->refused_count : &about->word_count))++] = s;
    }
}

struct people *people_new(const struct gather *g, const struct declaration_list *declarations)
{
    bool any = false;
    for (size_t i = 0; i < declarations->count; i++) any |= declarations->at[i].subject.len > 0;
    if (!any) return NULL;
    struct people *p = memory_new(sizeof *p);
    arena_init(&p->arena);
    map_init(&p->ids);
    p->merges = read_merges(g, declarations);
    if (p->merges) list_aliases(p);
    for (size_t i = 0; i < declarations->count; i++)
        if (declarations->at[i].kind == DECLARE_ERASE && !declarations->at[i].refused)
            note_erasure(p, &declarations->at[i]);
    list_said(p, declarations, true, NULL);
    return p;
}

void people_hear(struct people *p, const struct declaration_list *declarations, const struct people_owners *owners)
{
    if (p) list_said(p, declarations, false, owners);
}

void people_free(struct people *p)
{
    if (!p) return;
    merges_free(p->merges);
    map_release(&p->ids);
    vector_release(&p->abouts);
    arena_release(&p->arena);
    free(p);
}

/* ---- asking ---- */

bool about_has_alias(const struct about *about, struct slice id)
{
    for (size_t i = 0; about && i < about->alias_count; i++)
        if (slice_equal(about->aliases[i], id)) return true;
    return false;
}

struct slice people_name(const struct people *p, struct slice id)
{
    return p && p->merges ? merges_canonical(p->merges, id) : id;
}

const struct about *people_about(const struct people *p, struct slice id)
{
    const uint32_t at = p ? map_get(&p->ids, id) : MAP_NONE;
    return at == MAP_NONE ? NULL : &p->abouts.at[at];
}

int64_t people_erased_at(const struct people *p, struct slice name)
{
    const struct about *about = p && p->erased ? people_about(p, name) : NULL;
    return about ? about->erased_at : INSTANT_MAX;
}

size_t people_erased_count(const struct people *p)
{
    return p ? p->erased : 0;
}
