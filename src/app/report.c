#include "app/report.h"

#include "analysis/period.h"
#include "analysis/pivot.h"
#include "app/published.h"

/* A terminal is short: what it shows of a dimension when nobody says how much. */
enum { TERMINAL_VALUES = 12 };

static struct slice first_of(struct slice a, struct slice b)
{
    return a.len ? a : b;
}

static enum outcome settle_as_of(const struct run *run, const struct report_request *r, int64_t *as_of,
                                 struct error *error)
{
    struct slice text = first_of(r->as_of, run->definition->report.as_of);
    *as_of = r->run.db ? r->now : run_last_day(run);
    if (!text.len || as_of_parse(text, &run->zone, as_of)) return OK;
    return error_set(error, BAD_USAGE, "as-of: %.*s is neither a day (2026-04-20) nor an instant", SLICE_ARG(text));
}

static bool is_flow(const struct report_request *r, const struct report_settings *said)
{
    return r->report.basis == BASIS_AS_DEFINED ? said->basis == BASIS_FLOW : r->report.basis == BASIS_OF_FLOW;
}

enum outcome report_settle_windows(const struct run *run, const struct report_request *r, int64_t as_of,
                                   struct report_window windows[2], bool *has_compare, struct error *error)
{
    const struct report_settings *said = &run->definition->report;
    struct slice period = first_of(r->period, said->period), compare = first_of(r->compare, said->compare);
    const enum outcome outcome =
        period_settle(period, compare, &run->definition->company, &run->zone, as_of, windows, has_compare, error);
    /* Cohorts are compared at one age. By flow whatever happened counts, also to those who came in the earlier period.
     */
    if (outcome == OK && *has_compare && is_flow(r, said)) windows[1].as_of = windows[0].as_of;
    return outcome;
}

static struct fact_table *fold_table(struct run *run, struct tabulate *t, const struct tabulate_options *o,
                                     const struct report_watch *watch, const struct recorded *recorded)
{
    struct fold_options fold = {.as_of = o->as_of, .threads = run->threads};
    tabulate_ask(t, &fold);
    recorded_ask(recorded, &fold);
    if (watch) watch->ask(watch->context, run, o, &fold);
    struct fold_counts counts = fold_all(run->gather, run->engine, &fold);
    struct fact_table *table = tabulate_finish(t);
    table->spend = run->costs.at;
    table->spend_count = run->costs.count;
    table->quality = run_quality(run, &counts, table->windows[0]);
    return table;
}

static enum outcome write_pivot(struct arena *arena, const struct fact_table *table, const struct report_request *r,
                                struct buffer *out, struct error *error)
{
    struct pivot_request request;
    enum outcome outcome = pivot_parse(table->definition, r->by, &request, error);
    if (outcome != OK) return outcome;
    request.threads = r->run.threads;
    pivot_write_csv(pivot_build(arena, table, &request), out);
    return OK;
}

enum outcome report_write(struct arena *arena, const struct fact_table *table, const struct report_request *r,
                          struct buffer *out, struct error *error)
{
    if (r->by.len) return write_pivot(arena, table, r, out, error);
    struct report_options options = r->report;
    if (r->format == REPORT_TERMINAL && !options.values && table->definition->report.values < 0)
        options.values = TERMINAL_VALUES;
    struct report *report = report_build(arena, table, &options);
    switch (r->format) {
    case REPORT_TERMINAL: report_write_terminal(report, r->terminal, out); break;
    case REPORT_JSON: report_write_json(report, out); break;
    case REPORT_CSV: report_write_csv(report, out); break;
    case REPORT_HTML: return report_write_html(report, out, error);
    }
    return OK;
}

/* ---- the steps together ---- */

static enum outcome settle_funnel(const struct definition *d, struct slice name, uint32_t *out, struct error *error)
{
    *out = d->report.funnel;
    for (uint32_t i = 0; name.len && i < d->funnel_count; i++)
        if (slice_equal(d->funnels[i].label.name, name)) {
            *out = i;
            return OK;
        }
    return name.len ? error_set(error, BAD_USAGE, "there is no funnel %.*s", SLICE_ARG(name)) : OK;
}

static enum outcome read_events(struct run *run, const struct report_request *r, struct error *error)
{
    enum outcome outcome = run_prepare(run, &r->run, error);
    if (outcome != OK) return outcome;
    if (!run->definition->funnel_count)
        return error_set(error, BAD_USAGE, "%s: has no funnel to report on",
                         r->run.definition ? r->run.definition : r->run.db);
    struct run_options options = r->run;
    const struct slice as_of = first_of(r->as_of, run->definition->report.as_of);
    if (as_of.len) as_of_parse(as_of, &run->zone, &options.horizon);
    outcome = run_read(run, &options, error);
    const bool dated = as_of.len || r->run.db || run->last_at != INSTANT_NONE; /* a store's report is as of now */
    if ((outcome == OK || outcome == SOME_REJECTED) && !dated)
        return error_set(error, FAILED,
                         "no event of a declared type was read, so there is no day to report as of; "
                         "--as-of DAY prints the empty report");
    return outcome;
}

static bool is_recorded(const struct run *run, const struct report_request *r)
{
    return r->run.db && reading_is_recorded(r->reading, &run->definition->report);
}

/* What the definitions before left to the one in force. */
static enum outcome fold_before(const struct run *run, const struct report_request *r, int64_t as_of,
                                struct recorded *recorded, struct error *error)
{
    struct history history = {.run = r->run, .recorded = true, .as_of = r->as_of, .now = r->now};
    struct published published;
    if (!is_recorded(run, r)) return OK;
    enum outcome outcome = published_settle(&published, &history, error);
    if (outcome == OK) outcome = recorded_fold(recorded, &history, as_of, error);
    published_release(&published);
    return outcome;
}

enum outcome report_fold(struct run *run, const struct report_request *r, const struct report_watch *watch,
                         struct report_fold *out, struct error *error)
{
    *out = (struct report_fold){0};
    const enum outcome outcome = read_events(run, r, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    struct tabulate_options o = {.stages_only = r->by.len > 0, .keep_subjects = r->keep_subjects};
    enum outcome settled = settle_funnel(run->definition, r->funnel, &o.funnel, error);
    if (settled == OK) settled = settle_as_of(run, r, &o.as_of, error);
    if (settled == OK && !r->by.len) settled = report_settle_windows(run, r, o.as_of, o.windows, &o.has_compare, error);
    o.keep_history = r->keep_history && !o.has_compare;
    struct recorded recorded = {0};
    if (settled == OK) settled = fold_before(run, r, o.as_of, &recorded, error);
    if (settled != OK) {
        recorded_free(&recorded);
        return settled;
    }
    out->tabulate = tabulate_new(run->engine, run->calendar, &o, run->threads);
    out->table = fold_table(run, out->tabulate, &o, watch, &recorded);
    recorded_free(&recorded);
    return outcome;
}

enum outcome report_of_files(struct run *run, const struct report_request *r, struct buffer *out, struct error *error)
{
    struct report_fold fold;
    const enum outcome outcome = report_fold(run, r, NULL, &fold, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    const struct fact_table *table = fold.table;
    enum outcome written = table_narrow_asked(&run->arena, &r->only, &table, error);
    if (written == OK && !table->rows && fold.table->rows)
        written = error_set(error, FAILED, "nobody is %.*s, at any time", SLICE_ARG(r->report.only));
    struct report_request settled = *r;
    settled.run.threads = run->threads;
    settled.report.recorded = is_recorded(run, r);
    if (written == OK) written = report_write(&run->arena, table, &settled, out, error);
    tabulate_free(fold.tabulate);
    return written != OK ? written : outcome;
}
