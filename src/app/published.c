#include "app/published.h"

#include <stdlib.h>

#include "store/definitions.h"

static bool waits_for_log(const struct history *h)
{
    for (size_t i = 0; i < h->publication_count; i++)
        if (h->publications[i].at == INSTANT_NONE) return true;
    return false;
}

static struct run *next_run(struct published *p)
{
    struct run *run = &p->runs[p->run_count++];
    run_init(run);
    return run;
}

static enum outcome load_versions(struct published *p, const struct history *h, const char **files, struct error *error)
{
    for (size_t i = 0; i < h->publication_count; i++) {
        if (h->publications[i].at != INSTANT_NONE) continue;
        struct run *run = next_run(p);
        const enum outcome outcome = run_load(run, h->publications[i].definition, error);
        if (outcome != OK) return outcome;
        const struct definition *d = run->definition;
        files[p->count] = h->publications[i].definition;
        struct slice name = d->name;
        p->versions[p->count++] =
            (struct version){.name = slice_cut(&name, '.'), .hash = d->hash, .signers = version_signers(&d->company)};
    }
    return OK;
}

static int by_time(const void *a, const void *b)
{
    const struct publication *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Those with a time of their own, and each time one took effect. */
static void list_publications(struct published *p, struct history *h, const struct effect_list *effects,
                              const char **files)
{
    struct publication *all = ARENA_ARRAY(&p->arena, struct publication, h->publication_count + effects->count);
    size_t count = 0;
    for (size_t i = 0; i < h->publication_count; i++)
        if (h->publications[i].at != INSTANT_NONE) all[count++] = h->publications[i];
    for (size_t i = 0; i < effects->count; i++)
        all[count++] = (struct publication){.definition = files[effects->at[i].version], .at = effects->at[i].at};
    qsort(all, count, sizeof *all, by_time);
    h->publications = all;
    h->publication_count = count;
}

/* The definitions that the store was under up to `now`, in their order; the first is in force from the beginning. */
static enum outcome read_stored(struct published *p, struct history *h, struct store *store, struct error *error)
{
    struct publication_list rows = {0};
    enum outcome outcome = publication_all(store, &rows, error);
    struct publication *all = ARENA_ARRAY(&p->arena, struct publication, rows.count + 1);
    size_t count = 0;
    for (size_t i = 0; outcome == OK && i < rows.count; i++) {
        struct stored_definition d;
        if (h->run.now && rows.at[i].effective_at > h->run.now) break;
        outcome = definition_get(store, rows.at[i].definition, &p->arena, &d, error);
        all[count++] = (struct publication){d.origin.ptr, d.text, rows.at[i].effective_at};
    }
    vector_release(&rows);
    if (outcome != OK || !count) return outcome; /* none: opening the run says so */
    h->run.definition = all[0].definition;
    h->run.text = all[0].text;
    h->publications = all + 1;
    h->publication_count = count - 1;
    return OK;
}

static enum outcome settle_stored(struct published *p, struct history *h, struct error *error)
{
    struct store *store = store_open(h->run.db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    const enum outcome outcome = read_stored(p, h, store, error);
    store_close(store);
    return outcome;
}

enum outcome published_settle(struct published *p, struct history *h, struct error *error)
{
    *p = (struct published){0};
    arena_init(&p->arena);
    if (h->recorded && h->run.db && !h->run.definition && !h->publication_count) return settle_stored(p, h, error);
    if (!waits_for_log(h)) return OK;
    p->runs = memory_new((h->publication_count + 1) * sizeof *p->runs);
    p->versions = ARENA_ARRAY(&p->arena, struct version, h->publication_count);
    const char **files = ARENA_ARRAY(&p->arena, const char *, h->publication_count);
    struct run *run = next_run(p);
    const struct history first = {.run = h->run, .as_of = h->as_of};
    enum outcome outcome = history_open(run, &first, error);
    if (outcome == OK || outcome == SOME_REJECTED) outcome = load_versions(p, h, files, error);
    if (outcome != OK) return outcome;
    struct effect_list effects = {0};
    gather_declarations(run->gather, &p->declarations);
    p->signers =
        versions_settle(p->versions, p->count, version_signers(&run->definition->company), &p->declarations, &effects);
    list_publications(p, h, &effects, files);
    vector_release(&effects);
    return OK;
}

void published_release(struct published *p)
{
    for (size_t i = 0; i < p->run_count; i++) run_release(&p->runs[i]);
    free(p->runs);
    vector_release(&p->declarations);
    arena_release(&p->arena);
}
