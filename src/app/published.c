#include "app/published.h"

#include <stdlib.h>

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
        all[count++] = (struct publication){files[effects->at[i].version], effects->at[i].at};
    qsort(all, count, sizeof *all, by_time);
    h->publications = all;
    h->publication_count = count;
}

enum outcome published_settle(struct published *p, struct history *h, struct error *error)
{
    *p = (struct published){0};
    arena_init(&p->arena);
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
