#include "app/ledger.h"

#include <stdlib.h>

#include "runtime/people.h"

/* What one folding thread tells. */
struct ledger_part {
    struct ledger_watch *watch;
    int thread;
    struct fold_consumer inner;
    struct tally_list tallies;
    VECTOR(uint64_t) rows[LEDGER_TABLES];
    uint8_t visits; /* of the subject at hand, */
    int64_t due;    /* and when a row that is seen as of an earlier time may change */
} APART;

/* ---- the lists ---- */

static int by_subject(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    return (x->subject > y->subject) - (x->subject < y->subject);
}

static void add_up(struct tally_totals *t, const struct tally *tally, int sign)
{
    t->duplicates += sign * (int64_t)tally->duplicates;
    t->conflicts += sign * (int64_t)tally->conflicts;
    t->machine += sign * (int64_t)tally->machine;
    t->future += sign * (int64_t)tally->future;
    t->subjects[tally->kind] += sign * tally->folded;
    for (int w = 0; w < 3; w++) t->visitors[w] += sign * (tally->visits >> w & 1);
}

void ledger_release(struct ledger *l)
{
    vector_release(&l->tallies);
    for (int i = 0; i < LEDGER_TABLES; i++) free(l->rows[i]);
    *l = (struct ledger){0};
}

static struct tally *find(const struct ledger *l, uint64_t subject)
{
    size_t low = 0, high = l->tallies.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (l->tallies.at[middle].subject < subject)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->tallies.count && l->tallies.at[low].subject == subject ? &l->tallies.at[low] : NULL;
}

/* One who is not there any more keeps an empty place. */
static void take_out(struct ledger *l, uint64_t subject)
{
    struct tally *t = find(l, subject);
    if (!t) return;
    add_up(&l->totals, t, -1);
    *t = (struct tally){.subject = subject, .kind = t->kind, .due = INSTANT_MAX};
}

/* Those in `fresh` who have no place yet are merged in, from the end on. */
static void insert_new(struct ledger *l, const struct tally_list *fresh)
{
    struct tally_list new = {0};
    for (size_t i = 0; i < fresh->count; i++)
        if (!find(l, fresh->at[i].subject)) vector_push(&new, fresh->at[i]);
    size_t a = l->tallies.count, b = new.count, end = a + b;
    vector_reserve(&l->tallies, end);
    l->tallies.count = end;
    while (b) {
        const bool old = a && l->tallies.at[a - 1].subject > new.at[b - 1].subject;
        l->tallies.at[--end] = old ? l->tallies.at[--a] : new.at[--b];
    }
    vector_release(&new);
}

void ledger_replace(struct ledger *l, const struct senders *touched, const struct ledger *fresh)
{
    for (size_t i = 0; i < touched->list.count; i++) {
        take_out(l, touched->list.at[i]);
        take_out(l, tally_subject(KIND_SUBSCRIPTION, touched->list.at[i]));
    }
    insert_new(l, &fresh->tallies);
    for (size_t i = 0; i < fresh->tallies.count; i++) {
        const struct tally *t = &fresh->tallies.at[i];
        *find(l, t->subject) = *t;
        add_up(&l->totals, t, 1);
    }
}

/* ---- the fold ---- */

/* Rows of the compared period are seen as of an earlier time, which moves as the as-of does: `at`, which comes after
 * it, comes into sight some time later. (The two may differ by the hour of a changing clock.) */
static void see_later(struct ledger_part *p, int64_t at, int64_t cutoff)
{
    const int64_t hour = INT64_C(3600000000);
    if (at <= cutoff || at == INSTANT_MAX) return;
    const int64_t as_of = p->watch->settled.as_of, due = as_of + (at - cutoff) - 2 * hour;
    if (due < p->due) p->due = due > as_of ? due : as_of + 1;
}

static bool is_compared(const struct tabulate_options *o, const struct facts *f)
{
    for (size_t i = 0; o->has_compare && i < f->interval_count; i++)
        if (f->intervals[i].entered >= o->windows[1].from && f->intervals[i].entered < o->windows[1].until) return true;
    return false;
}

static void note_compared(struct ledger_part *p, const struct subject_view *v)
{
    const struct facts *f = v->facts;
    const int64_t cutoff = p->watch->settled.windows[1].as_of;
    if (!is_compared(&p->watch->settled, f)) return;
    for (size_t i = v->count; i-- > 0 && v->items[i].at > cutoff;) see_later(p, v->items[i].at, cutoff);
    for (size_t i = 0; i < f->interval_count; i++) {
        see_later(p, f->intervals[i].entered, cutoff);
        see_later(p, f->intervals[i].left, cutoff);
    }
    for (size_t i = 0; i < f->leaving_count; i++) see_later(p, f->leavings[i].at, cutoff);
    for (size_t i = 0; i < f->handoff_count; i++) see_later(p, f->handoffs[i].at, cutoff);
    for (size_t i = 0; i < f->exported_count; i++) see_later(p, f->exported[i].at, cutoff);
}

static bool is_told_of(const struct ledger_part *p, enum subject_kind kind, struct slice key)
{
    return !p->watch->only || senders_have(p->watch->only, links_digest(kind, key));
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct ledger_part *p = context;
    const struct tabulate *tables[LEDGER_TABLES] = {p->watch->fold->tabulate, p->watch->roster->tabulate};
    const uint64_t *visitors = tabulate_visitors(tables[0], p->thread);
    const uint64_t digest = links_digest(v->kind, v->key), before[3] = {visitors[0], visitors[1], visitors[2]};
    if (!is_told_of(p, v->kind, v->key)) return;
    p->inner.subject(p->inner.context, v);
    for (int i = 0; i < LEDGER_TABLES; i++)
        while (p->rows[i].count < tabulate_rows(tables[i], p->thread)) vector_push(&p->rows[i], digest);
    for (int w = 0; w < 3; w++) p->visits |= (uint8_t)((visitors[w] - before[w]) << w);
    note_compared(p, v);
    for (size_t i = 0; v->about && i < v->about->word_count; i++)
        if (v->about->words[i]->at > p->watch->settled.as_of && v->about->words[i]->at < p->due)
            p->due = v->about->words[i]->at;
}

static void tell_subject(void *context, const struct subject_tally *s)
{
    struct ledger_part *p = context;
    if (is_told_of(p, s->kind, s->key)) {
        const struct tally tally = {.subject = tally_subject(s->kind, links_digest(s->kind, s->key)),
                                    .due = s->due < p->due ? s->due : p->due,
                                    .duplicates = (uint32_t)s->duplicates,
                                    .conflicts = (uint32_t)s->conflicts,
                                    .machine = (uint32_t)s->machine,
                                    .future = (uint32_t)s->future,
                                    .kind = (uint8_t)s->kind,
                                    .visits = p->visits,
                                    .folded = s->folded};
        vector_push(&p->tallies, tally);
    }
    p->visits = 0;
    p->due = INSTANT_MAX;
}

static void ask(void *context, struct run *run, const struct tabulate_options *options, struct fold_options *fold)
{
    struct ledger_watch *w = context;
    const struct report_watch roster = roster_watch(w->roster);
    roster.ask(roster.context, run, options, fold);
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    struct fold_teller *tellers = ARENA_ARRAY(&run->arena, struct fold_teller, run->threads);
    w->settled = *options;
    w->part_count = run->threads;
    w->parts = memory_apart((size_t)run->threads * sizeof *w->parts);
    for (int i = 0; i < run->threads; i++) {
        w->parts[i].watch = w;
        w->parts[i].thread = i;
        w->parts[i].inner = fold->consumers[i];
        w->parts[i].due = INSTANT_MAX;
        consumers[i] = (struct fold_consumer){&w->parts[i], take_subject};
        tellers[i] = (struct fold_teller){&w->parts[i], tell_subject};
    }
    fold->consumers = consumers;
    fold->tellers = tellers;
}

struct report_watch ledger_report_watch(struct ledger_watch *w)
{
    return (struct report_watch){w, ask};
}

void ledger_drop(struct ledger_watch *w)
{
    for (int t = 0; t < w->part_count; t++) {
        vector_release(&w->parts[t].tallies);
        for (int i = 0; i < LEDGER_TABLES; i++) vector_release(&w->parts[t].rows[i]);
    }
    free(w->parts);
    w->parts = NULL;
    w->part_count = 0;
}

void ledger_finish(struct ledger_watch *w, struct ledger *out)
{
    size_t tallies = 0;
    *out = (struct ledger){0};
    for (int t = 0; t < w->part_count; t++) tallies += w->parts[t].tallies.count;
    vector_reserve(&out->tallies, tallies);
    for (int t = 0; t < w->part_count; t++) {
        for (size_t i = 0; i < w->parts[t].tallies.count; i++) {
            add_up(&out->totals, &w->parts[t].tallies.at[i], 1);
            vector_push(&out->tallies, w->parts[t].tallies.at[i]);
        }
        vector_release(&w->parts[t].tallies);
    }
    if (tallies) qsort(out->tallies.at, tallies, sizeof *out->tallies.at, by_subject);
    for (int i = 0; i < LEDGER_TABLES; i++) {
        size_t rows = 0, at = 0;
        for (int t = 0; t < w->part_count; t++) rows += w->parts[t].rows[i].count;
        out->rows[i] = memory_large((rows + 1) * sizeof *out->rows[i]);
        for (int t = 0; t < w->part_count; t++)
            for (size_t k = 0; k < w->parts[t].rows[i].count; k++) out->rows[i][at++] = w->parts[t].rows[i].at[k];
    }
    ledger_drop(w);
}
