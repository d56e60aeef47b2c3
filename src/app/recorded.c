#include "app/recorded.h"

#include <stdlib.h>

#include "analysis/period.h"
#include "runtime/people.h"

/* ---- what a definition leaves to the next ---- */

struct keeper {
    struct recorded *recorded;
    struct run *run;
    int64_t until;
    struct arena arena;
    struct map maps[KIND_COUNT];
    VECTOR(const struct snapshot *) snapshots;
};

struct keepers {
    struct keeper *at;
    int count;
};

static void keep_subject(void *context, const struct subject_view *v)
{
    struct keeper *k = context;
    map_put_copy(&k->maps[v->kind], &k->arena, v->key, (uint32_t)k->snapshots.count);
    vector_push(&k->snapshots, folder_snapshot(v->folder, &k->arena));
    if (k->recorded->watch && !(v->about && v->about->erased_at != INSTANT_MAX))
        k->recorded->watch(k->recorded->context, k->run, k->until, v);
}

static const struct snapshot *kept_for(const void *context, enum subject_kind kind, struct slice key)
{
    const struct keepers *all = context;
    for (int i = 0; i < all->count; i++) {
        uint32_t at = map_get(&all->at[i].maps[kind], key);
        if (at != MAP_NONE) return all->at[i].snapshots.at[at];
    }
    return NULL;
}

static void keepers_free(struct keepers *all)
{
    for (int i = 0; all && i < all->count; i++) {
        for (int kind = 0; kind < KIND_COUNT; kind++) map_release(&all->at[i].maps[kind]);
        vector_release(&all->at[i].snapshots);
        arena_release(&all->at[i].arena);
    }
    if (all) free(all->at);
    free(all);
}

void recorded_ask(const struct recorded *r, struct fold_options *fold)
{
    if (!r->before) return;
    fold->start = kept_for;
    fold->start_context = r->before;
    fold->start_at = r->since;
}

static struct keepers *fold_and_keep(struct recorded *r, struct run *run, int64_t until)
{
    struct keepers *all = memory_new(sizeof *all);
    *all = (struct keepers){memory_new((size_t)run->threads * sizeof *all->at), run->threads};
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    for (int i = 0; i < run->threads; i++) {
        all->at[i].recorded = r;
        all->at[i].run = run;
        all->at[i].until = until;
        consumers[i] = (struct fold_consumer){&all->at[i], keep_subject};
    }
    struct fold_options fold = {.as_of = until - 1,
                                .threads = run->threads,
                                .consumers = consumers,
                                .kinds = (1u << KIND_COUNT) - 1,
                                .residues = true};
    recorded_ask(r, &fold);
    fold_all(run->gather, run->engine, &fold);
    return all;
}

/* ---- the log under each ---- */

/* Under a later definition, or under the first: NULL. */
static enum outcome open_run(struct run *run, const struct history *h, const struct publication *later,
                             struct error *error)
{
    struct run_options options = h->run;
    if (later) {
        options.definition = later->definition;
        options.text = later->text;
    }
    enum outcome outcome = run_prepare(run, &options, error);
    if (outcome == OK && h->as_of.len) as_of_parse(h->as_of, &run->zone, &options.horizon);
    return outcome == OK ? run_read(run, &options, error) : outcome;
}

/* What speaks at the as-of: as recorded the one in force then, else the last. NULL: the first definition. */
static const struct publication *publication_at(const struct history *h, int64_t as_of)
{
    const struct publication *last = NULL;
    for (size_t i = 0; i < h->publication_count; i++)
        if (!h->recorded || h->publications[i].at <= as_of) last = &h->publications[i];
    return last;
}

enum outcome history_open(struct run *run, const struct history *h, struct error *error)
{
    struct time_text given;
    bool early = h->as_of.len && time_parse(h->as_of, &given);
    return open_run(run, h, publication_at(h, early ? given.instant + DAY_US : INSTANT_MAX), error);
}

enum outcome history_as_of(const struct run *run, const struct history *h, int64_t *as_of, struct error *error)
{
    *as_of = h->now ? h->now : run_last_day(run);
    if (!h->as_of.len || as_of_parse(h->as_of, &run->zone, as_of)) return OK;
    return error_set(error, BAD_USAGE, "--as-of: %.*s is neither a day (2026-04-20) nor an instant",
                     SLICE_ARG(h->as_of));
}

enum outcome recorded_fold(struct recorded *r, const struct history *h, int64_t as_of, struct error *error)
{
    if (!h->recorded) return OK;
    r->runs = memory_new((h->publication_count + 1) * sizeof *r->runs);
    for (size_t i = 0; i < h->publication_count && h->publications[i].at <= as_of; i++) {
        struct run *run = &r->runs[r->run_count++];
        run_init(run);
        enum outcome outcome = open_run(run, h, i ? &h->publications[i - 1] : NULL, error);
        if (outcome != OK && outcome != SOME_REJECTED) return outcome;
        struct keepers *next = fold_and_keep(r, run, h->publications[i].at);
        keepers_free(r->before);
        r->before = next;
        r->since = h->publications[i].at;
    }
    return OK;
}

void recorded_free(struct recorded *r)
{
    keepers_free(r->before);
    for (size_t i = 0; i < r->run_count; i++) run_release(&r->runs[i]);
    free(r->runs);
    *r = (struct recorded){0};
}
