#include "app/backtest.h"

#include "analysis/period.h"
#include "runtime/tabulate.h"

static struct slice first_of(struct slice a, struct slice b)
{
    return a.len ? a : b;
}

static enum outcome find_funnel(const struct definition *d, struct slice name, uint32_t *funnel, struct error *error)
{
    for (uint32_t i = 0; i < d->funnel_count; i++)
        if (slice_equal(d->funnels[i].label.name, name)) {
            *funnel = i;
            return OK;
        }
    return error_set(error, BAD_USAGE, "%.*s: has no funnel %.*s; name one that both have with --funnel",
                     SLICE_ARG(d->name), SLICE_ARG(name));
}

static enum outcome find_funnels(const struct run *now, const struct run *then, const struct backtest_request *r,
                                 uint32_t funnels[2], struct error *error)
{
    const struct definition *d = now->definition;
    if (!d->funnel_count) return error_set(error, BAD_USAGE, "%.*s: has no funnel", SLICE_ARG(d->name));
    struct slice name = first_of(r->funnel, d->funnels[d->report.funnel].label.name);
    enum outcome outcome = find_funnel(d, name, &funnels[0], error);
    if (outcome == OK) outcome = find_funnel(then->definition, name, &funnels[1], error);
    if (outcome == OK && d->funnels[funnels[0]].of != then->definition->funnels[funnels[1]].of)
        return error_set(error, BAD_USAGE, "%s: its funnel %.*s counts another kind of subject", r->with,
                         SLICE_ARG(name));
    return outcome;
}

/* Both read the same period up to the same as-of, on the present definition's calendar. */
static enum outcome settle(const struct run *now, const struct run *then, const struct backtest_request *r,
                           struct tabulate_options *o, struct error *error)
{
    const struct report_settings *said = &now->definition->report;
    struct slice as_of = first_of(r->as_of, said->as_of), period = first_of(r->period, said->period);
    const int64_t last[] = {run_last_day(now), run_last_day(then)};
    o->as_of = r->now ? r->now : last[0] > last[1] ? last[0] : last[1];
    if (as_of.len && !as_of_parse(as_of, &now->zone, &o->as_of))
        return error_set(error, BAD_USAGE, "as-of: %.*s is neither a day (2026-04-20) nor an instant",
                         SLICE_ARG(as_of));
    return period_settle(period, SLICE("none"), &now->definition->company, &now->zone, o->as_of, o->windows,
                         &o->has_compare, error);
}

static const atomic_bool *stop_of(const struct backtest_request *r)
{
    return r->run.watch ? r->run.watch->stop : NULL;
}

static bool is_stopped(const struct backtest_request *r)
{
    return stop_of(r) && atomic_load(stop_of(r));
}

static struct tabulate *fold_one(struct run *run, const struct backtest_request *r, const struct tabulate_options *o,
                                 struct fact_table **table)
{
    struct tabulate *t = tabulate_new(run->engine, run->calendar, o, run->threads);
    struct fold_options fold = {.as_of = o->as_of, .threads = run->threads, .stop = stop_of(r)};
    tabulate_ask(t, &fold);
    struct fold_counts counts = fold_all(run->gather, run->engine, &fold);
    *table = tabulate_finish(t);
    (*table)->spend = run->costs.at;
    (*table)->spend_count = run->costs.count;
    memcpy((*table)->quality.subjects, counts.subjects, sizeof counts.subjects);
    return t;
}

static void write(struct run *now, const struct backtest_request *r, const struct fact_table *old,
                  const struct fact_table *new, struct buffer *out, struct buffer *list)
{
    const struct report_options options = {.program = r->program, .language = r->language};
    struct backtest_view view = {.program = r->program, .backtest = backtest_build(&now->arena, old, new)};
    if (old->funnel == old->definition->report.funnel && new->funnel == new->definition->report.funnel) {
        view.old_report = report_build(&now->arena, old, &options);
        view.new_report = report_build(&now->arena, new, &options);
    }
    if (r->format == BACKTEST_JSON)
        backtest_write_json(&view, out);
    else
        backtest_write_terminal(&view, r->language, r->all_stages, r->terminal, out);
    if (list) backtest_write_list(&view, list);
}

static enum outcome load_other(struct run *then, const struct backtest_request *r, struct error *error)
{
    return r->with_text.len ? run_load_text(then, r->with_text, r->with, error) : run_load(then, r->with, error);
}

enum outcome backtest_of_files(struct run *now, struct run *then, const struct backtest_request *r, struct buffer *out,
                               struct buffer *list, struct error *error)
{
    uint32_t funnels[2] = {0};
    struct tabulate_options options = {.keep_subjects = true, .keep_names = true};
    struct run_options reading = r->run;
    enum outcome outcome = run_prepare(now, &r->run, error);
    if (outcome == OK) outcome = load_other(then, r, error);
    if (outcome == OK) outcome = find_funnels(now, then, r, funnels, error);
    if (outcome != OK) return outcome;
    struct slice as_of = first_of(r->as_of, now->definition->report.as_of);
    if (as_of.len) as_of_parse(as_of, &now->zone, &reading.horizon);
    reading.beside = then;
    outcome = run_read(now, &reading, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    enum outcome settled = settle(now, then, r, &options, error);
    if (settled != OK) return settled;
    struct fact_table *tables[2];
    options.funnel = funnels[0];
    struct tabulate *old = fold_one(now, r, &options, &tables[0]);
    options.funnel = funnels[1];
    struct tabulate *new = fold_one(then, r, &options, &tables[1]);
    if (is_stopped(r))
        outcome = error_set(error, FAILED, "the backtest was stopped");
    else
        write(now, r, tables[0], tables[1], out, list);
    tabulate_free(old);
    tabulate_free(new);
    return outcome;
}
