#include "app/picture.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "app/picture_parts.h"
#include "store/lines.h"
#include "store/tail.h"

struct ground {
    _Atomic int holders;
    struct run run;
    struct report_fold fold;
    struct roster roster;
    struct arena texts; /* of subjects that were folded again; the folding thread's to add to */
};

static void ground_give(struct ground *g)
{
    if (!g || atomic_fetch_sub(&g->holders, 1) > 1) return;
    if (g->fold.tabulate) tabulate_free(g->fold.tabulate);
    roster_release(&g->roster);
    run_release(&g->run);
    arena_release(&g->texts);
    free(g);
}

/* ---- everything ---- */

static struct picture *picture_on(struct ground *ground)
{
    struct picture *p = memory_new(sizeof *p);
    p->holders = 1;
    p->ground = ground;
    p->run = &ground->run;
    p->table = ground->fold.table;
    p->roster = &ground->roster;
    p->table_count = ground->roster.tabulate ? 2 : 1;
    return p;
}

struct picture *picture_fold(const struct report_request *request, struct colleagues *colleagues, struct ledger *ledger,
                             struct error *error)
{
    struct ground *g = memory_new(sizeof *g);
    struct ledger_watch watch = {.roster = &g->roster, .fold = &g->fold};
    const struct report_watch report = ledger_report_watch(&watch);
    g->holders = 1;
    g->roster.colleagues = colleagues;
    run_init(&g->run);
    arena_init(&g->texts);
    const enum outcome outcome = report_fold(&g->run, request, &report, &g->fold, error);
    if (outcome != OK && outcome != SOME_REJECTED) {
        error->code = outcome;
        ledger_drop(&watch);
        ground_give(g);
        return NULL;
    }
    error->code = OK;
    roster_finish(&g->roster, g->fold.table);
    ledger_release(ledger);
    ledger_finish(&watch, ledger);
    usual_fill(&ledger->usual, g->roster.table);
    g->roster.usual = usual_medians(&ledger->usual);
    struct picture *p = picture_on(g);
    gather_arrivals(g->run.gather, &p->arrivals);
    day_pairs_add(&p->visits, &ledger->visit_pairs);
    gather_free(g->run.gather); /* the events: what is kept are the columns */
    g->run.gather = NULL;
    return p;
}

struct picture *picture_hold(struct picture *p)
{
    atomic_fetch_add(&p->holders, 1);
    return p;
}

void picture_give(struct picture *p)
{
    if (!p || atomic_fetch_sub(&p->holders, 1) > 1) return;
    if (p->spliced) {
        picture_parts_release(p);
    } else { /* others that stand on the ground need its texts only */
        tabulate_drop_columns(p->ground->fold.tabulate);
        if (p->ground->roster.tabulate) tabulate_drop_columns(p->ground->roster.tabulate);
        roster_drop_leads(&p->ground->roster);
    }
    ground_give(p->ground);
    vector_release(&p->arrivals);
    vector_release(&p->visits);
    free(p);
}

/* ---- other windows ---- */

/* Windows are whole days. */
static uint64_t visitors_in(const struct picture *p, const struct report_window *w)
{
    return ledger_visitors(&p->visits, zone_day(&p->run->zone, w->from), zone_day(&p->run->zone, w->until));
}

enum outcome picture_reframe(const struct picture *p, const struct report_request *request, struct reframed **out,
                             struct error *error)
{
    struct fact_table wide = *p->roster->table;
    struct frame frame = {0};
    const enum outcome outcome =
        report_settle_windows(p->run, request, wide.as_of, frame.windows, &frame.has_compare, error);
    if (outcome != OK) return outcome;
    frame.late = arrivals_late(&p->arrivals, &p->run->zone, frame.windows[0].from, frame.windows[0].until);
    for (int w = 0; w < 1 + frame.has_compare; w++) frame.visitors[w + 1] = visitors_in(p, &frame.windows[w]);
    wide.quality = p->table->quality;
    wide.spend = p->table->spend;
    wide.spend_count = p->table->spend_count;
    *out = table_reframe(&wide, &frame, p->run->threads);
    return OK;
}

/* ---- some ---- */

/* A dimension of whole numbers without bands shows the words that the dictionary happens to have. */
bool picture_splices(const struct definition *d)
{
    for (size_t i = 0; i < d->dimension_count; i++) {
        const struct dimension *dim = &d->dimensions[i];
        if (!dim->band_count && d->kinds[dim->of].slots[dim->slot].type.kind == FIELD_INT) return false;
    }
    return true;
}

static bool same_windows(const struct fact_table *a, const struct fact_table *b)
{
    for (int w = 0; w < 1 + a->has_compare; w++)
        if (a->windows[w].from != b->windows[w].from || a->windows[w].until != b->windows[w].until) return false;
    return a->has_compare == b->has_compare && a->funnel == b->funnel && a->as_of <= b->as_of;
}

static void take_lines(void *context, struct slice lines)
{
    line_reader_take(context, lines);
}

/* What comes for somebody who was erased is as if it had not come. */
struct refusing {
    const struct run *run;
    struct input_sink inner;
};

static void take_unless_refused(void *context, const struct input_event *event)
{
    const struct refusing *r = context;
    if (!erasures_refuse(&r->run->erasures, event, r->run->definition->declarations.with))
        r->inner.take(r->inner.context, event);
}

/* What reading the new rows adds to the quality of the data. */
static bool add_news(struct run *run, const struct news *news, struct report_window period, struct data_quality *q,
                     struct day_pairs *arrivals, struct arena *names)
{
    struct gather *g = gather_new(run->definition, &run->zone, 1, false);
    const struct input_plan plan = run_plan(run);
    struct refusing refusing = {run, gather_sink(g, 0)};
    struct line_reader *reader =
        line_reader_new(&plan, run->sources, (struct input_sink){&refusing, take_unless_refused}, "");
    const bool good = tail_between(news->store, news->after, news->last, take_lines, reader, NULL) == OK &&
                      !line_reader_rejected(reader);
    const struct gather_counts counts = gather_totals(g);
    uint64_t late;
    q->rows += counts.accepted;
    q->accepted += counts.accepted - counts.unknown_event;
    q->rejected += counts.no_subject;
    q->unknown_event += counts.unknown_event;
    q->wrong_type += g->threads[0].store.wrong_type;
    quality_add_names(q, g, names);
    q->arrivals_known |= gather_late(g, period.from, period.until, &late);
    q->late += late;
    gather_arrivals(g, arrivals);
    line_reader_free(reader);
    gather_free(g);
    return good;
}

static void add_totals(struct data_quality *q, const struct tally_totals *before, const struct tally_totals *after)
{
    const int64_t duplicates = after->duplicates - before->duplicates;
    q->duplicates += (uint64_t)duplicates;
    q->accepted -= (uint64_t)duplicates;
    q->conflicts += (uint64_t)(after->conflicts - before->conflicts);
    q->machine_touches += (uint64_t)(after->machine - before->machine);
    q->future += (uint64_t)(after->future - before->future);
    for (int k = 0; k < KIND_COUNT; k++) q->subjects[k] += (uint64_t)(after->subjects[k] - before->subjects[k]);
}

static struct picture *copy_of(const struct picture *old)
{
    struct picture *p = picture_parts_copy(old);
    atomic_fetch_add(&p->ground->holders, 1);
    return p;
}

/* A picture that shows what the old one does and is nobody else's. */
static struct picture *begin(const struct picture *old, struct picture **spare)
{
    struct picture *p = *spare;
    if (!p || !p->spliced || !old->spliced || p->ground != old->ground || old->changes.all ||
        atomic_load(&p->holders) > 1) {
        picture_give(p);
        *spare = NULL;
        return copy_of(old);
    }
    *spare = NULL;
    picture_parts_follow(p, old);
    return p;
}

/* What was folded of the touched. */
struct refold {
    struct run run;
    struct report_fold fold;
    struct roster roster;
    struct ledger ledger;
};

static struct picture *splice(const struct picture *old, struct picture **spare, struct refold *a,
                              const struct senders *touched, struct ledger *ledger)
{
    struct picture *p = begin(old, spare);
    const struct picture_news news = {.tables = {a->fold.table, a->roster.table},
                                      .roster = &a->roster,
                                      .ledger = &a->ledger,
                                      .touched = touched,
                                      .words = a->run.definition->dictionary,
                                      .texts = &p->ground->texts};
    picture_parts_change_usual(old, &news, ledger);
    picture_parts_drop(p, &news, ledger);
    picture_parts_put(p, &news, ledger);
    p->own.usual = usual_medians(&ledger->usual);
    return p;
}

static void settle(struct picture *p, const struct picture *old, struct refold *a, const struct data_quality *quality,
                   const struct senders *touched, struct ledger *ledger)
{
    const struct tally_totals before = ledger->totals;
    struct fact_table *t = &p->tables[0].table;
    ledger_replace(ledger, touched, &a->ledger);
    t->quality = *quality;
    arena_clear(&p->names); /* it may have been another's before */
    quality_keep_names(&t->quality, &p->names);
    add_totals(&t->quality, &before, &ledger->totals);
    for (int w = 0; w < 3; w++)
        t->visitors[w] = old->table->visitors[w] + (uint64_t)(ledger->totals.visitors[w] - before.visitors[w]);
}

static void refold_release(struct refold *a)
{
    if (a->fold.tabulate) tabulate_free(a->fold.tabulate);
    roster_release(&a->roster);
    ledger_release(&a->ledger);
    run_release(&a->run);
}

struct picture *picture_fold_again(const struct picture *old, struct picture **spare,
                                   const struct report_request *request, const struct news *news, struct ledger *ledger)
{
    struct refold a = {0};
    struct error error = {0};
    struct report_request some = *request;
    struct ledger_watch watch = {.roster = &a.roster, .fold = &a.fold, .only = news->touched};
    const struct report_watch report = ledger_report_watch(&watch);
    struct picture *p = NULL;
    some.run.only = news->readers;
    run_init(&a.run);
    const enum outcome outcome = report_fold(&a.run, &some, &report, &a.fold, &error);
    if (outcome == OK) {
        struct data_quality quality = old->table->quality;
        struct day_pairs arrivals = {0};
        struct arena names;
        arena_init(&names);
        roster_finish(&a.roster, a.fold.table);
        ledger_finish(&watch, &a.ledger);
        if (!ledger->ambiguous && !a.ledger.ambiguous && same_windows(old->table, a.fold.table) &&
            add_news(&a.run, news, old->table->windows[0], &quality, &arrivals, &names)) {
            p = splice(old, spare, &a, news->touched, ledger);
            settle(p, old, &a, &quality, news->touched, ledger);
            vector_clear(&p->arrivals); /* it may have been another's before */
            day_pairs_add(&p->arrivals, &old->arrivals);
            day_pairs_add(&p->arrivals, &arrivals);
            vector_clear(&p->visits);
            day_pairs_add(&p->visits, &ledger->visit_pairs);
        }
        vector_release(&arrivals);
        arena_release(&names);
    }
    ledger_drop(&watch);
    refold_release(&a);
    return p;
}
