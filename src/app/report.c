#include "app/report.h"

#include "analysis/period.h"
#include "analysis/pivot.h"
#include "runtime/tabulate.h"

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

static enum outcome settle_windows(const struct run *run, const struct report_request *r, struct tabulate_options *o,
                                   struct error *error)
{
    const struct report_settings *said = &run->definition->report;
    struct slice period = first_of(r->period, said->period), compare = first_of(r->compare, said->compare);
    return period_settle(period, compare, &run->definition->company, &run->zone, o->as_of, o->windows, &o->has_compare,
                         error);
}

static struct fact_table *fold_table(struct run *run, struct tabulate *t, int64_t as_of)
{
    struct fold_options fold = {.as_of = as_of, .threads = run->threads};
    tabulate_ask(t, &fold);
    struct fold_counts counts = fold_all(run->gather, run->engine, &fold);
    struct fact_table *table = tabulate_finish(t);
    table->spend = run->costs.at;
    table->spend_count = run->costs.count;
    table->quality = run_quality(run, &counts, table->windows[0]);
    return table;
}

static enum outcome write_pivot(struct run *run, const struct fact_table *table, struct slice by, struct buffer *out,
                                struct error *error)
{
    struct pivot_request request;
    enum outcome outcome = pivot_parse(run->definition, by, &request, error);
    if (outcome != OK) return outcome;
    pivot_write_csv(pivot_build(&run->arena, table, &request), out);
    return OK;
}

static enum outcome render(struct run *run, const struct fact_table *table, const struct report_request *r,
                           struct buffer *out, struct error *error)
{
    if (r->by.len) return write_pivot(run, table, r->by, out, error);
    struct report *report = report_build(&run->arena, table, &r->report);
    switch (r->format) {
    case REPORT_TERMINAL: report_write_terminal(report, r->terminal, out); break;
    case REPORT_JSON: report_write_json(report, out); break;
    case REPORT_CSV: report_write_csv(report, out); break;
    case REPORT_HTML: return report_write_html(report, out, error);
    }
    return OK;
}

enum outcome report_of_files(struct run *run, const struct report_request *r, struct buffer *out, struct error *error)
{
    enum outcome outcome = run_prepare(run, &r->run, error);
    if (outcome == OK && !run->definition->funnel_count)
        return error_set(error, BAD_USAGE, "%s: has no funnel to report on", r->run.definition);
    struct run_options options = r->run;
    struct slice as_of = outcome == OK ? first_of(r->as_of, run->definition->report.as_of) : slice_of("", 0);
    if (as_of.len) as_of_parse(as_of, &run->zone, &options.horizon);
    if (outcome == OK) outcome = run_read(run, &options, error);
    if (outcome != OK && outcome != SOME_REJECTED) return outcome;
    if (!as_of.len && run->last_at == INSTANT_NONE)
        return error_set(error, FAILED,
                         "no event of a declared type was read, so there is no day to report as of; "
                         "--as-of DAY prints the empty report");
    struct tabulate_options o = {.funnel = run->definition->report.funnel, .stages_only = r->by.len > 0};
    enum outcome settled = settle_as_of(run, r, &o.as_of, error);
    if (settled == OK && !r->by.len) settled = settle_windows(run, r, &o, error);
    if (settled != OK) return settled;
    struct tabulate *t = tabulate_new(run->engine, run->calendar, &o, run->threads);
    struct fact_table *table = fold_table(run, t, o.as_of);
    enum outcome rendered = render(run, table, r, out, error);
    tabulate_free(t);
    return rendered != OK ? rendered : outcome;
}
