#include "app/run.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/beside.h"
#include "app/component.h"
#include "calendar/holidays.h"
#include "calendar/zone_load.h"
#include "report/retell.h"
#include "store/definitions.h"
#include "store/kept.h"
#include "store/read.h"
#include "store/spend.h"

enum {
    THREADS_MAX = 64,
    FEW_SENDERS = 256, /* they are read and folded before a second thread has begun */
};

void run_init(struct run *run)
{
    *run = (struct run){.last_at = INSTANT_NONE};
    arena_init(&run->arena);
    diagnostics_init(&run->diagnostics);
}

void run_release(struct run *run)
{
    gather_free(run->gather);
    if (run->input) input_free(run->input);
    sources_free(run->sources);
    names_free(run->names);
    erasures_release(&run->erasures);
    engine_free(run->engine);
    if (run->file) definition_free(run->file);
    vector_release(&run->costs);
    diagnostics_release(&run->diagnostics);
    arena_release(&run->arena);
}

/* ---- the definition and its calendar ---- */

static enum outcome load_holidays(struct run *run, struct error *error)
{
    const struct company *c = &run->definition->company;
    bool list = slice_is(c->holidays, "list");
    struct slice name = list || !c->holidays.len ? SLICE("none") : c->holidays;
    struct holiday_rule rule = holiday_rule_usual(name);
    struct holiday *own = ARENA_ARRAY(&run->arena, struct holiday, c->holiday_count);
    for (size_t i = 0; i < c->holiday_count; i++) own[i] = (struct holiday){c->holiday_days[i], 0};
    return holidays_load(&run->arena, &rule, own, c->holiday_count, &run->holidays, error);
}

static struct workweek workweek_of(const struct run *run)
{
    const struct company *c = &run->definition->company;
    struct workweek week = {.zone = &run->zone, .holidays = &run->holidays};
    for (int d = 0; d < 7; d++)
        if (c->workdays >> d & 1) week.weekday[d] = (struct workday){c->open_minute, c->close_minute};
    return week;
}

/* What follows from the definition. */
static enum outcome settle(struct run *run, struct error *error)
{
    run->definition = definition_of(run->file);
    enum outcome outcome = zone_load(&run->arena, run->definition->company.zone, &run->zone, error);
    if (outcome == OK) outcome = load_holidays(run, error);
    if (outcome != OK) return outcome;
    run->workweek = workweek_of(run);
    run->calendar = (struct engine_calendar){&run->zone, &run->workweek};
    run->engine = engine_new(run->definition, run->calendar);
    return OK;
}

enum outcome run_load(struct run *run, const char *definition, struct error *error)
{
    run->file = definition_load(definition, &run->diagnostics);
    if (!run->file) return error_set(error, BAD_USAGE, "%s: not a valid definition", definition);
    return settle(run, error);
}

enum outcome run_load_text(struct run *run, struct slice text, const char *name, struct error *error)
{
    run->file = definition_parse(text, name, &run->diagnostics);
    if (!run->file) return error_set(error, BAD_USAGE, "%s: not a valid definition", name);
    return settle(run, error);
}

enum outcome run_load_stored(struct run *run, const char *db, int64_t at, struct error *error)
{
    struct stored_definition stored;
    struct store *store = store_open(db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    enum outcome outcome = definition_in_force(store, at ? at : INSTANT_MAX, &run->arena, &stored, error);
    store_close(store);
    if (outcome != OK) return outcome;
    if (!stored.text.len)
        return error_set(error, BAD_USAGE, "%s: has no definition yet; import with --definition FILE", db);
    run->file = definition_parse(stored.text, stored.origin.ptr, &run->diagnostics);
    if (!run->file) return error_set(error, BAD_USAGE, "%s: its definition is not valid for this program", db);
    return settle(run, error);
}

enum outcome run_prepare(struct run *run, const struct run_options *o, struct error *error)
{
    if (o->text.len) return run_load_text(run, o->text, o->definition, error);
    return o->definition ? run_load(run, o->definition, error) : run_load_stored(run, o->db, o->now, error);
}

/* ---- the files ---- */

static int thread_count(int asked)
{
    const char *set = getenv("MASA_THREADS");
    long n = asked ? asked : set ? strtol(set, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (int)n;
}

/* The definition's spend file, beside the definition, unless it was named among the files already. */
static const char *spend_file(struct run *run, const struct run_options *o)
{
    struct slice name = run->definition->channels.spend_file;
    if (!o->spend || !name.len) return NULL;
    const char *slash = strrchr(o->definition, '/');
    int folder = slash && name.ptr[0] != '/' ? (int)(slash - o->definition) + 1 : 0;
    const char *path = arena_printf(&run->arena, "%.*s%.*s", folder, o->definition, SLICE_ARG(name)).ptr;
    char *real = realpath(path, NULL);
    bool named = false;
    for (size_t i = 0; real && i < o->file_count; i++) {
        char *other = realpath(o->files[i], NULL);
        named |= other && strcmp(other, real) == 0;
        free(other);
    }
    free(real);
    return named ? NULL : path;
}

static void take_spend(void *context, const struct spend_row *row)
{
    struct run *run = context;
    struct dictionary *d = run->definition->dictionary;
    struct slice currency = row->currency.len ? row->currency : run->definition->company.currency;
    vector_push(&run->costs, ((struct cost_row){.from_day = row->from_day,
                                                .until_day = row->until_day + 1,
                                                .value = dictionary_code(d, row->channel),
                                                .campaign = dictionary_code(d, row->campaign),
                                                .amount = row->amount,
                                                .currency = dictionary_code(d, currency)}));
}

static void show_progress(void *context, const struct input_progress *progress)
{
    struct run *run = context;
    progress_bar_show(&run->bar, progress);
}

struct input_plan run_plan(struct run *run)
{
    const struct definition *d = run->definition;
    struct input_plan plan = {.paths = d->paths, .count = d->path_count};
    plan.personless_count = definition_personless(d, &run->arena, &plan.personless);
    return plan;
}

enum outcome run_open(struct run *run, const struct run_options *o, struct error *error)
{
    const char **files = ARENA_ARRAY(&run->arena, const char *, o->file_count + 1);
    size_t count = o->file_count;
    if (count) memcpy(files, o->files, count * sizeof *files);
    const char *spend = spend_file(run, o);
    if (spend) files[count++] = spend;
    struct input_options *in = ARENA_NEW(&run->arena, struct input_options);
    *in = (struct input_options){.files = files,
                                 .count = count,
                                 .mapping = o->mapping,
                                 .reject_path = o->rejects,
                                 .retold = run->hebrew ? retold : NULL};
    run->input = input_open(in, &run->diagnostics, error);
    if (!run->input) return error && error->code ? error->code : FAILED;
    run->threads = thread_count(o->threads);
    return OK;
}

static enum outcome read_files(struct run *run, const struct run_options *o, const struct input_plan *plan,
                               const struct input_sink *sinks, struct error *error)
{
    const struct input_watch watch = {run, o->progress ? show_progress : NULL, take_spend};
    enum outcome outcome = input_read(run->input, plan, sinks, run->threads, &watch, error);
    run->gather->source_ranks = sources_ranks(input_sources(run->input), &run->arena);
    return outcome;
}

enum outcome run_open_store(struct run *run, const struct run_options *o, struct error *error)
{
    struct store *store = store_open(o->db, DATABASE_READ, error);
    if (!store) return error && error->code ? error->code : FAILED;
    run->threads = thread_count(o->threads);
    run->sources = sources_new();
    run->names = names_new();
    enum outcome outcome = names_load(run->names, store_database(store), error);
    if (outcome == OK) outcome = spend_each(store, take_spend, run, error);
    if (outcome == OK) outcome = erasures_load(store, &run->erasures, error);
    store_close(store);
    return outcome;
}

/* As merging the tail will: what names somebody who was erased is not there, merged or not. */
static bool refuse(void *context, const struct input_event *event)
{
    const struct run *run = context;
    return erasures_refuse(&run->erasures, event, run->definition->declarations.with);
}

/* `kept` is the store, open; NULL: it is opened. */
static enum outcome read_store(struct run *run, const struct run_options *o, const struct input_plan *plan,
                               const struct input_sink *sinks, const struct holder *holders, const struct senders *only,
                               struct store_kept *kept, struct error *error)
{
    if (!only) run->gather->hold = hold_new(run->threads);
    const struct store_reading reading = {.path = o->db,
                                          .names = run->names,
                                          .sources = run->sources,
                                          .plan = plan,
                                          .zone = &run->zone,
                                          .threads = run->threads,
                                          .sinks = sinks,
                                          .only = only,
                                          .hold = run->gather->hold,
                                          .holders = holders,
                                          .progress = o->watch ? o->watch->progress : NULL,
                                          .context = o->watch ? o->watch->context : NULL,
                                          .stop = o->watch ? o->watch->stop : NULL,
                                          .refuse = run->erasures.count ? refuse : NULL,
                                          .refuse_context = run};
    enum outcome outcome = only && kept ? store_kept_read(kept, &reading, error) : store_read(&reading, error);
    run->gather->source_ranks = sources_ranks(run->sources, &run->arena);
    return outcome;
}

static enum outcome gather_input(struct run *run, const struct run_options *o, const struct senders *only,
                                 struct store_kept *kept, struct error *error)
{
    run->gather = gather_new(run->definition, &run->zone, run->threads, o->keep_ids);
    struct input_sink *sinks = ARENA_ARRAY(&run->arena, struct input_sink, run->threads);
    struct holder *holders = ARENA_ARRAY(&run->arena, struct holder, run->threads);
    for (int i = 0; i < run->threads; i++) {
        sinks[i] = gather_sink(run->gather, i);
        holders[i] = gather_holder(run->gather, i);
    }
    if (o->horizon) run->gather->horizon = o->horizon;
    struct input_plan plan = run_plan(run);
    if (o->beside) plan = beside_open(run, o->beside, &plan, o, sinks, holders);
    progress_bar_init(&run->bar, stderr);
    enum outcome outcome =
        o->db ? read_store(run, o, &plan, sinks, holders, only, kept, error) : read_files(run, o, &plan, sinks, error);
    progress_bar_end(&run->bar);
    run->last_at = gather_totals(run->gather).last_at;
    const struct erasures *e = &run->erasures; /* to erase was something that happened, too */
    if (e->count && e->list[e->count - 1].at > run->last_at) run->last_at = e->list[e->count - 1].at;
    if (o->beside) beside_close(run, o->beside, holders);
    return outcome;
}

/* A few senders are read from a store that stays open. */
static enum outcome read_some(struct run *run, const struct run_options *o, struct store_kept *kept,
                              struct error *error)
{
    struct senders only;
    uint64_t moment;
    bool some = false;
    enum outcome outcome = OK;
    senders_init(&only);
    if (o->subject.len)
        outcome = component_find(run, o, kept, &only, &some, error);
    else if (kept)
        outcome = store_kept_look(kept, &moment, error);
    const struct senders *const asked = some ? &only : o->only;
    const bool few = asked && asked->list.count < FEW_SENDERS;
    if (few) run->threads = 1;
    if (outcome == OK) outcome = gather_input(run, o, asked, few ? kept : NULL, error);
    senders_release(&only);
    return outcome;
}

enum outcome run_read(struct run *run, const struct run_options *o, struct error *error)
{
    enum outcome outcome = o->db ? run_open_store(run, o, error) : run_open(run, o, error);
    if (outcome != OK) return outcome;
    if (!o->db || (!o->subject.len && !o->only)) return gather_input(run, o, NULL, NULL, error);
    struct store_kept *kept = o->links ? kept_links_borrow(o->links) : NULL;
    outcome = read_some(run, o, kept, error);
    if (kept) kept_links_return(o->links, kept);
    return outcome;
}

int64_t run_last_day(const struct run *run)
{
    if (run->last_at == INSTANT_NONE) return 0;
    return zone_day_start(&run->zone, zone_day(&run->zone, run->last_at) + 1) - 1;
}

static const char *separator_word(const struct input_file *file)
{
    if (!file->csv) return NULL;
    return file->separator == ','    ? "comma"
           : file->separator == ';'  ? "semicolon"
           : file->separator == '\t' ? "tab"
                                     : "pipe";
}

static void fill_files(struct run *run, struct data_quality *q)
{
    q->file_count = input_file_count(run->input);
    struct quality_file *files = ARENA_ARRAY(&run->arena, struct quality_file, q->file_count);
    for (size_t i = 0; i < q->file_count; i++) {
        const struct input_file file = input_file(run->input, i);
        const char *slash = memrchr(file.name.ptr, '/', file.name.len);
        const struct slice name = slash ? slice_skip(file.name, (size_t)(slash + 1 - file.name.ptr)) : file.name;
        files[i] = (struct quality_file){.name = name, /* a report is shown to others: no folders of this machine */
                                         .format = file.csv ? "csv" : "ndjson",
                                         .encoding = file.encoding,
                                         .separator = separator_word(&file),
                                         .mapping = file.mapping,
                                         .twice = file.twice,
                                         .gzip = file.gzip,
                                         .rows = file.rows,
                                         .accepted = file.events + file.spend,
                                         .rejected = file.rejected};
    }
    q->files = files;
}

/* Names with how often they came, in room for so many. */
struct naming {
    struct named_count *at;
    size_t count, room;
};

static struct naming naming_of(struct arena *arena, const struct named_count *at, size_t count, size_t more)
{
    size_t room = more < UNKNOWN_NAMES_MAX ? UNKNOWN_NAMES_MAX : more; /* states without end name no more than this */
    if (room < count) room = count;
    struct naming n = {ARENA_ARRAY(arena, struct named_count, room), count, room};
    for (size_t i = 0; i < count; i++) n.at[i] = at[i];
    return n;
}

static void naming_add(struct naming *n, struct slice name, uint64_t count)
{
    size_t at = 0;
    while (at < n->count && !slice_equal(n->at[at].name, name)) at++;
    if (at == n->room) return;
    if (at == n->count) n->at[n->count++] = (struct named_count){.name = name};
    n->at[at].count += count;
}

static int by_count(const void *a, const void *b)
{
    const struct named_count *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return slice_compare(x->name, y->name);
}

static size_t naming_done(struct naming *n, const struct named_count **out)
{
    if (n->count) qsort(n->at, n->count, sizeof *n->at, by_count);
    *out = n->at;
    return n->count;
}

static void add_unknown(struct data_quality *q, const struct gather *gather, struct arena *arena)
{
    const struct unknown_event *unknown;
    const size_t more = gather_unknown(gather, arena, &unknown);
    struct naming n = naming_of(arena, q->unknown, q->unknown_count, more);
    for (size_t i = 0; i < more; i++) naming_add(&n, arena_slice(arena, unknown[i].name), unknown[i].count);
    q->unknown_count = naming_done(&n, &q->unknown);
}

static void add_wrong(struct data_quality *q, const struct gather *gather, struct arena *arena)
{
    const struct definition *d = gather->definition;
    const struct wrong_value *wrong;
    const size_t more = gather_wrong(gather, arena, &wrong);
    struct naming n = naming_of(arena, q->wrong, q->wrong_count, more);
    for (size_t i = 0; i < more; i++) {
        struct slice field = d->paths[wrong[i].path];
        slice_cut(&field, '.'); /* properties or traits */
        const struct slice event = d->events[wrong[i].event].label.name;
        naming_add(&n, arena_printf(arena, "%.*s.%.*s", SLICE_ARG(event), SLICE_ARG(field)), wrong[i].count);
    }
    q->wrong_count = naming_done(&n, &q->wrong);
}

void quality_add_names(struct data_quality *q, const struct gather *gather, struct arena *arena)
{
    add_unknown(q, gather, arena);
    add_wrong(q, gather, arena);
}

static const struct named_count *kept(struct arena *arena, const struct named_count *at, size_t count)
{
    struct named_count *copy = ARENA_ARRAY(arena, struct named_count, count);
    for (size_t i = 0; i < count; i++) copy[i] = (struct named_count){arena_slice(arena, at[i].name), at[i].count};
    return copy;
}

void quality_keep_names(struct data_quality *q, struct arena *arena)
{
    q->unknown = kept(arena, q->unknown, q->unknown_count);
    q->wrong = kept(arena, q->wrong, q->wrong_count);
}

struct data_quality run_quality(struct run *run, const struct fold_counts *fold, struct report_window period)
{
    static const struct input_summary nothing = {0}; /* a store has only what was accepted */
    const struct input_summary *in = run->input ? input_summary(run->input) : &nothing;
    struct gather_counts g = gather_totals(run->gather);
    struct data_quality q = {.rows = in->lines - in->blank - in->heads,
                             .accepted = g.accepted - g.unknown_event - fold->duplicates,
                             .duplicates = fold->duplicates,
                             .rejected = in->rejected + g.no_subject,
                             .left_out = in->left_out,
                             .conflicts = fold->conflicts,
                             .machine_touches = fold->machine,
                             .unknown_event = g.unknown_event,
                             .future = fold->future,
                             .erased = fold->erased + run->erasures.count,
                             .unrelated_outcomes = fold->unrelated_outcomes};
    for (int t = 0; t < run->gather->thread_count; t++) q.wrong_type += run->gather->threads[t].store.wrong_type;
    memcpy(q.subjects, fold->subjects, sizeof q.subjects);
    struct quality_reason *reasons = ARENA_ARRAY(&run->arena, struct quality_reason, in->reason_count);
    for (size_t i = 0; i < in->reason_count; i++)
        reasons[i] = (struct quality_reason){in->reasons[i].code, in->reasons[i].count};
    q.reasons = reasons;
    q.reason_count = in->reason_count;
    quality_add_names(&q, run->gather, &run->arena);
    if (run->input)
        fill_files(run, &q);
    else
        q.rows = g.accepted;
    q.arrivals_known = gather_late(run->gather, period.from, period.until, &q.late);
    return q;
}
