#include "app/picture.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "runtime/splice.h"
#include "store/lines.h"
#include "store/tail.h"

struct ground {
    _Atomic int holders;
    struct run run;
    struct report_fold fold;
    struct roster roster;
};

/* Ids of subjects that were folded again. */
struct texts {
    _Atomic int holders;
    struct arena arena;
    struct texts *older;
};

static void ground_give(struct ground *g)
{
    if (!g || atomic_fetch_sub(&g->holders, 1) > 1) return;
    if (g->fold.tabulate) tabulate_free(g->fold.tabulate);
    roster_release(&g->roster);
    run_release(&g->run);
    free(g);
}

static void texts_give(struct texts *t)
{
    while (t && atomic_fetch_sub(&t->holders, 1) == 1) {
        struct texts *older = t->older;
        arena_release(&t->arena);
        free(t);
        t = older;
    }
}

static struct texts *texts_new(struct texts *older)
{
    struct texts *t = memory_new(sizeof *t);
    t->holders = 1;
    arena_init(&t->arena);
    t->older = older;
    if (older) atomic_fetch_add(&older->holders, 1);
    return t;
}

/* ---- everything ---- */

static struct picture *picture_on(struct ground *ground)
{
    struct picture *p = memory_new(sizeof *p);
    p->ground = ground;
    p->run = &ground->run;
    p->table = ground->fold.table;
    p->roster = &ground->roster;
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
    const enum outcome outcome = report_fold(&g->run, request, &report, &g->fold, error);
    if (outcome != OK && outcome != SOME_REJECTED) {
        error->code = outcome;
        ledger_drop(&watch);
        ground_give(g);
        return NULL;
    }
    error->code = OK;
    roster_finish(&g->roster);
    ledger_release(ledger);
    ledger_finish(&watch, ledger);
    gather_free(g->run.gather); /* the events: what is kept are the columns */
    g->run.gather = NULL;
    return picture_on(g);
}

void picture_free(struct picture *p)
{
    if (!p) return;
    if (p->spliced) {
        for (int i = 0; i < LEDGER_TABLES; i++) splice_free_table(&p->tables[i]);
        roster_drop_leads(&p->own);
        dictionary_release(&p->words);
        texts_give(p->texts);
    } else { /* others that stand on the ground need its texts only */
        tabulate_drop_columns(p->ground->fold.tabulate);
        tabulate_drop_columns(p->ground->roster.tabulate);
        roster_drop_leads(&p->ground->roster);
    }
    ground_give(p->ground);
    free(p);
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

static bool is_touched(const void *context, uint64_t subject)
{
    return senders_have(context, subject);
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
    if (!r->run->erasures.count || !erasures_refuse(&r->run->erasures, event, NONE))
        r->inner.take(r->inner.context, event);
}

/* What reading the new rows adds to the quality of the data. */
static bool add_news(struct run *run, const struct news *news, struct report_window period, struct data_quality *q)
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
    q->accepted += counts.accepted;
    q->rejected += counts.no_subject;
    q->unknown_event += counts.unknown_event;
    q->wrong_type += g->threads[0].store.wrong_type;
    q->arrivals_known |= gather_late(g, period.from, period.until, &late);
    q->late += late;
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

/* Where each lead of the old list goes; those of the fresh one follow. */
static void keep_leads(const struct splice *s, const struct roster *old, struct roster *out, uint32_t *place)
{
    struct lead *leads = (struct lead *)out->leads;
    for (size_t i = 0; i < old->count; i++) {
        place[i] = NONE;
        if (s->place[old->leads[i].row] == NONE) continue;
        place[i] = (uint32_t)out->count;
        leads[out->count] = old->leads[i];
        leads[out->count++].row = s->place[old->leads[i].row];
    }
    for (size_t i = 0; i < old->handoffs.count; i++) {
        if (place[old->handoffs.at[i].lead] == NONE) continue;
        vector_push(&out->handoffs, old->handoffs.at[i]);
        vector_last(&out->handoffs)->lead = place[old->handoffs.at[i].lead];
    }
}

static void add_lead(const struct splice *s, const struct lead *fresh, struct lead *out)
{
    *out = *fresh;
    out->row += (uint32_t)s->kept;
    out->name = splice_code(s, out->name);
    out->email = splice_code(s, out->email);
    out->title = splice_code(s, out->title);
    out->account = arena_slice(s->texts, out->account);
    out->owner = arena_slice(s->texts, out->owner);
    out->team = arena_slice(s->texts, out->team);
    out->words = kept_words_copy(out->words, s->texts);
}

static void splice_leads(struct picture *p, const struct splice *s, const struct roster *old,
                         const struct roster *fresh)
{
    struct lead *leads = memory_large((old->count + fresh->count + 1) * sizeof *leads);
    uint32_t *place = memory_new((old->count + 1) * sizeof *place);
    p->own =
        (struct roster){.table = &p->tables[1], .leads = leads, .colleagues = old->colleagues, .engine = old->engine};
    vector_reserve(&p->own.handoffs, old->handoffs.count + fresh->handoffs.count + 1);
    keep_leads(s, old, &p->own, place);
    free(place);
    const uint32_t first = (uint32_t)p->own.count;
    for (size_t i = 0; i < fresh->count; i++) add_lead(s, &fresh->leads[i], &leads[p->own.count++]);
    for (size_t i = 0; i < fresh->handoffs.count; i++) {
        vector_push(&p->own.handoffs, fresh->handoffs.at[i]);
        struct handoff_entry *e = vector_last(&p->own.handoffs);
        e->lead += first;
        handoff_move(e, leads[e->lead].words, s->texts);
    }
    roster_note_usual(&p->own);
    p->roster = &p->own;
}

static void splice_rows(uint64_t **rows, size_t old_count, const struct splice *s, const uint64_t *fresh,
                        size_t fresh_count)
{
    uint64_t *out = memory_large((s->kept + fresh_count + 1) * sizeof *out);
    for (size_t i = 0; i < old_count; i++)
        if (s->place[i] != NONE) out[s->place[i]] = (*rows)[i];
    if (fresh_count) memcpy(out + s->kept, fresh, fresh_count * sizeof *out);
    free(*rows);
    *rows = out;
}

/* A picture over the same ground, with the words of the old one. */
static struct picture *picture_over(const struct picture *old)
{
    struct picture *p = memory_new(sizeof *p);
    p->ground = old->ground;
    p->run = old->run;
    p->spliced = true;
    atomic_fetch_add(&p->ground->holders, 1);
    p->texts = texts_new(old->texts);
    dictionary_init_over(&p->words, p->run->definition->dictionary);
    for (uint32_t i = 0; old->spliced && i < old->words.map.count; i++)
        dictionary_code(&p->words, old->words.map.entries[i].key);
    return p;
}

/* What was folded of the touched. */
struct refold {
    struct run run;
    struct report_fold fold;
    struct roster roster;
    struct ledger ledger;
};

static struct picture *splice(const struct picture *old, const struct refold *a, const struct senders *touched,
                              struct ledger *ledger)
{
    struct picture *p = picture_over(old);
    const struct fact_table *olds[LEDGER_TABLES] = {old->table, old->roster->table};
    const struct fact_table *fresh[LEDGER_TABLES] = {a->fold.table, a->roster.table};
    for (int i = 0; i < LEDGER_TABLES; i++) {
        struct splice s = {.from = a->run.definition->dictionary, .to = &p->words, .texts = &p->texts->arena};
        splice_plan(&s, olds[i]->rows, ledger->rows[i], is_touched, touched);
        splice_tables(&s, olds[i], fresh[i], &p->tables[i]);
        if (i == 1) splice_leads(p, &s, old->roster, &a->roster);
        splice_rows(&ledger->rows[i], olds[i]->rows, &s, a->ledger.rows[i], fresh[i]->rows);
        splice_release(&s);
    }
    p->table = &p->tables[0];
    return p;
}

static void settle(struct picture *p, const struct picture *old, struct refold *a, const struct data_quality *quality,
                   const struct senders *touched, struct ledger *ledger)
{
    const struct tally_totals before = ledger->totals;
    struct fact_table *t = &p->tables[0];
    ledger_replace(ledger, touched, &a->ledger);
    t->quality = *quality;
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

struct picture *picture_fold_again(const struct picture *old, const struct report_request *request,
                                   const struct news *news, struct ledger *ledger)
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
        roster_finish(&a.roster);
        ledger_finish(&watch, &a.ledger);
        if (same_windows(old->table, a.fold.table) && add_news(&a.run, news, old->table->windows[0], &quality)) {
            p = splice(old, &a, news->touched, ledger);
            settle(p, old, &a, &quality, news->touched, ledger);
        }
    }
    ledger_drop(&watch);
    refold_release(&a);
    return p;
}
