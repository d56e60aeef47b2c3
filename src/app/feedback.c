#include "app/feedback.h"

#include <stdlib.h>

#include "analysis/period.h"
#include "base/map.h"
#include "runtime/tabulate.h"

/* Stands before a thread's tabulating consumer, and notes what the criteria came to. */
struct noter {
    const struct noting *noting;
    struct fold_consumer inner;
    struct arena arena;
    struct map index; /* subject -> place in values, by rows of criterion_count */
    VECTOR(int64_t) values;
};

struct noting {
    enum subject_kind kind;
    const struct criterion *criteria;
    size_t count;
    struct noter *noters;
    int threads;
};

static void take_subject(void *context, const struct subject_view *v)
{
    struct noter *n = context;
    const struct noting *noting = n->noting;
    n->inner.subject(n->inner.context, v); /* first: the facts it sees are of the run that was */
    if (v->kind != noting->kind || !noting->count || !v->facts->interval_count) return;
    const size_t at = n->values.count;
    map_put_copy(&n->index, &n->arena, v->key, (uint32_t)(at / noting->count));
    vector_reserve(&n->values, at + noting->count);
    n->values.count = at + noting->count;
    folder_criteria(v->folder, v->trail, noting->criteria, noting->count, n->values.at + at);
}

static struct fold_consumer *noters_before(struct noting *n, struct arena *arena, const struct fold_consumer *inner)
{
    struct fold_consumer *consumers = ARENA_ARRAY(arena, struct fold_consumer, n->threads);
    n->noters = ARENA_ARRAY(arena, struct noter, n->threads);
    for (int i = 0; i < n->threads; i++) {
        n->noters[i] = (struct noter){.noting = n, .inner = inner[i]};
        arena_init(&n->noters[i].arena);
        map_init(&n->noters[i].index);
        consumers[i] = (struct fold_consumer){&n->noters[i], take_subject};
    }
    return consumers;
}

static void noting_release(struct noting *n)
{
    for (int i = 0; n->noters && i < n->threads; i++) {
        arena_release(&n->noters[i].arena);
        map_release(&n->noters[i].index);
        vector_release(&n->noters[i].values);
    }
}

/* What was noted of a subject; NULL: nothing. */
static const int64_t *noted_of(const struct noting *n, struct slice key)
{
    for (int i = 0; i < n->threads; i++) {
        const uint32_t at = map_get(&n->noters[i].index, key);
        if (at != MAP_NONE) return n->noters[i].values.at + (size_t)at * n->count;
    }
    return NULL;
}

static struct feedback_table columns_of(struct arena *arena, const struct noting *n, const struct fact_table *table)
{
    struct feedback_table t = {.table = table, .criteria = n->criteria, .count = n->count};
    t.values = ARENA_ARRAY(arena, int64_t *, n->count);
    for (size_t c = 0; c < n->count; c++) t.values[c] = ARENA_ARRAY(arena, int64_t, table->rows);
    for (size_t row = 0; row < table->rows; row++) {
        const int64_t *values = noted_of(n, table->subject[row]);
        for (size_t c = 0; c < n->count; c++) t.values[c][row] = values ? values[c] : CRITERION_NONE;
    }
    return t;
}

static enum outcome settle(const struct run *run, const struct feedback_request *r, struct tabulate_options *o,
                           struct error *error)
{
    const struct definition *d = run->definition;
    struct slice as_of = r->as_of.len ? r->as_of : d->report.as_of;
    o->as_of = r->now ? r->now : run_last_day(run);
    if (as_of.len && !as_of_parse(as_of, &run->zone, &o->as_of))
        return error_set(error, BAD_USAGE, "as-of: %.*s is neither a day (2026-04-20) nor an instant",
                         SLICE_ARG(as_of));
    o->funnel = d->report.funnel;
    for (uint32_t i = 0; i < d->funnel_count; i++)
        if (r->funnel.len && slice_equal(d->funnels[i].label.name, r->funnel)) o->funnel = i;
    if (r->funnel.len && !slice_equal(d->funnels[o->funnel].label.name, r->funnel))
        return error_set(error, BAD_USAGE, "--funnel: the definition has no funnel %.*s", SLICE_ARG(r->funnel));
    if (!r->period.len) return OK;
    return period_settle(r->period, SLICE("none"), &d->company, &run->zone, o->as_of, o->windows, &o->has_compare,
                         error);
}

static enum outcome fold_and_write(struct run *run, const struct feedback_request *r, const struct tabulate_options *o,
                                   struct buffer *out, struct error *error)
{
    struct tabulate *t = tabulate_new(run->engine, run->calendar, o, run->threads);
    struct noting noting = {.kind = run->definition->funnels[o->funnel].of, .threads = run->threads};
    struct fold_options fold = {.as_of = o->as_of, .threads = run->threads, .traced = true};
    noting.count = feedback_criteria(&run->arena, run->definition, o->funnel, &noting.criteria);
    tabulate_ask(t, &fold);
    fold.consumers = noters_before(&noting, &run->arena, fold.consumers);
    fold_all(run->gather, run->engine, &fold);
    const struct fact_table *table = tabulate_finish(t);
    const enum outcome outcome = table_narrow_asked(&run->arena, &r->only, &table, error);
    const struct feedback_table columns = columns_of(&run->arena, &noting, table);
    const bool in_period = r->period.len > 0;
    const struct feedback_view view = {r->program, feedback_build(&run->arena, &columns, in_period), in_period};
    if (outcome == OK && r->format == FEEDBACK_JSON)
        feedback_write_json(&view, out);
    else if (outcome == OK)
        feedback_write_terminal(&view, r->language, r->terminal, out);
    noting_release(&noting);
    tabulate_free(t);
    return outcome;
}

enum outcome feedback_of_files(struct run *run, const struct feedback_request *r, struct buffer *out,
                               struct error *error)
{
    struct tabulate_options options = {.keep_subjects = true};
    struct run_options reading = r->run;
    enum outcome outcome = run_prepare(run, &r->run, error);
    if (outcome != OK) return outcome;
    if (!run->definition->funnel_count)
        return error_set(error, BAD_USAGE, "%.*s: has no funnel", SLICE_ARG(run->definition->name));
    struct slice as_of = r->as_of.len ? r->as_of : run->definition->report.as_of;
    if (as_of.len) as_of_parse(as_of, &run->zone, &reading.horizon);
    outcome = run_read(run, &reading, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    enum outcome settled = settle(run, r, &options, error);
    if (settled != OK) return settled;
    settled = fold_and_write(run, r, &options, out, error);
    return settled == OK ? outcome : settled;
}
