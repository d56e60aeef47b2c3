#include "app/ledger.h"

#include <stdlib.h>

#include "base/bisect.h"
#include "base/map.h"
#include "runtime/people.h"

/* What one folding thread tells. */
struct ledger_part {
    struct ledger_watch *watch;
    int thread;
    struct fold_consumer inner;
    struct tally_list tallies;
    struct visit_list visits;
    struct day_list days;
    struct zone_cursor cursor;
    struct tally now; /* of the subject at hand: its rows, its visits, and when a row that is seen as of an earlier
                         time may change */
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
    vector_release(&l->visits);
    vector_release(&l->days);
    vector_release(&l->visit_pairs);
    usual_release(&l->usual);
    *l = (struct ledger){0};
}

int ledger_subjects(uint64_t touched, uint64_t out[LEDGER_NAMES])
{
    out[0] = touched;
    out[1] = tally_subject(KIND_SUBSCRIPTION, touched);
    return links_digest_as(KIND_DEAL, touched) == touched ? 2 : 1;
}

struct tally *ledger_find(const struct ledger *l, uint64_t subject)
{
    const size_t place = bisect(i, l->tallies.count, l->tallies.at[i].subject < subject);
    return place < l->tallies.count && l->tallies.at[place].subject == subject ? &l->tallies.at[place] : NULL;
}

/* One who is not there any more keeps an empty place. */
static void take_out(struct ledger *l, uint64_t subject)
{
    struct tally *t = ledger_find(l, subject);
    if (!t) return;
    add_up(&l->totals, t, -1);
    *t = (struct tally){.subject = subject, .kind = t->kind, .due = INSTANT_MAX, .lead = NONE};
}

#define SUBJECT_BEFORE(a, b) ((a)->subject < (b)->subject)

/* Those in `fresh` who have no place yet are merged in. */
static void insert_new(struct ledger *l, const struct tally_list *fresh)
{
    struct tally_list new = {0};
    for (size_t i = 0; i < fresh->count; i++)
        if (!ledger_find(l, fresh->at[i].subject)) vector_push(&new, fresh->at[i]);
    vector_merge(&l->tallies, &new, SUBJECT_BEFORE);
    vector_release(&new);
}

/* ---- visits ---- */

static struct visit_days *find_visits(const struct ledger *l, uint64_t subject)
{
    const size_t place = bisect(i, l->visits.count, l->visits.at[i].subject < subject);
    return place < l->visits.count && l->visits.at[place].subject == subject ? &l->visits.at[place] : NULL;
}

static struct arrival visit_pair(const int32_t *days, uint32_t i)
{
    return (struct arrival){.happened = days[i], .arrived = i ? days[i - 1] : INT32_MIN};
}

static void count_visits(struct day_pairs *out, const struct ledger *l, const struct visit_days *v, int sign)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct day_pair_count one = {visit_pair(l->days.at + v->first, i), (uint64_t)sign};
        vector_push(out, one);
    }
}

uint64_t ledger_visitors(const struct day_pairs *pairs, int64_t from_day, int64_t until_day)
{
    uint64_t visitors = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        const struct arrival *days = &pairs->at[i].days;
        if (days->happened >= from_day && days->happened < until_day && days->arrived < from_day)
            visitors += pairs->at[i].count;
    }
    return visitors;
}

/* Their days follow those that are there; whose place is empty gets them. */
static void add_visits(struct ledger *l, const struct visit_list *visits, const struct day_list *days)
{
    struct visit_list new = {0};
    const uint32_t before = (uint32_t)l->days.count;
    for (size_t i = 0; i < days->count; i++) vector_push(&l->days, days->at[i]);
    for (size_t i = 0; i < visits->count; i++) {
        struct visit_days v = visits->at[i], *place = find_visits(l, v.subject);
        v.first += before;
        if (place)
            *place = v;
        else
            vector_push(&new, v);
    }
    vector_merge(&l->visits, &new, SUBJECT_BEFORE);
    vector_release(&new);
}

static void replace_visits(struct ledger *l, const struct senders *touched, const struct ledger *fresh)
{
    struct day_pairs changes = {0};
    uint64_t subjects[LEDGER_NAMES];
    for (size_t i = 0; i < touched->list.count; i++)
        for (int k = ledger_subjects(touched->list.at[i], subjects); k-- > 0;) {
            struct visit_days *v = find_visits(l, subjects[k]);
            if (!v) continue;
            count_visits(&changes, l, v, -1);
            v->count = 0;
        }
    for (size_t i = 0; i < fresh->visits.count; i++) count_visits(&changes, fresh, &fresh->visits.at[i], 1);
    add_visits(l, &fresh->visits, &fresh->days);
    if (changes.count) day_pairs_add(&l->visit_pairs, &changes);
    vector_release(&changes);
}

/* All of a fold: counted by pair of days before they are put into order. */
static void sum_visits(struct ledger *l)
{
    struct arena arena;
    struct map places;
    struct day_pairs sums = {0};
    arena_init(&arena);
    map_init(&places);
    for (size_t i = 0; i < l->visits.count; i++)
        for (uint32_t k = 0; k < l->visits.at[i].count; k++) {
            const struct arrival days = visit_pair(l->days.at + l->visits.at[i].first, k);
            const struct slice key = slice_of((const char *)&days, sizeof days);
            uint32_t at = map_get(&places, key);
            if (at == MAP_NONE) {
                at = map_put_copy(&places, &arena, key, (uint32_t)sums.count);
                vector_push(&sums, ((struct day_pair_count){.days = days}));
            }
            sums.at[at].count++;
        }
    day_pairs_add(&l->visit_pairs, &sums);
    vector_release(&sums);
    map_release(&places);
    arena_release(&arena);
}

void ledger_replace(struct ledger *l, const struct senders *touched, const struct ledger *fresh)
{
    uint64_t subjects[LEDGER_NAMES];
    replace_visits(l, touched, fresh);
    for (size_t i = 0; i < touched->list.count; i++)
        for (int k = ledger_subjects(touched->list.at[i], subjects); k-- > 0;) take_out(l, subjects[k]);
    insert_new(l, &fresh->tallies);
    for (size_t i = 0; i < fresh->tallies.count; i++) {
        const struct tally *t = &fresh->tallies.at[i];
        *ledger_find(l, t->subject) = *t;
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
    if (due < p->now.due) p->now.due = due > as_of ? due : as_of + 1;
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

static void count_rows(struct ledger_part *p, const struct subject_view *v)
{
    const struct tabulate *const tables[LEDGER_TABLES] = {p->watch->fold->tabulate, p->watch->roster->tabulate};
    const uint32_t leads = (uint32_t)roster_leads(p->watch->roster, p->thread);
    for (int i = 0; i < LEDGER_TABLES && tables[i]; i++) p->now.row[i] = (uint32_t)tabulate_rows(tables[i], p->thread);
    p->inner.subject(p->inner.context, v);
    for (int i = 0; i < LEDGER_TABLES && tables[i]; i++)
        p->now.rows[i] = (uint32_t)tabulate_rows(tables[i], p->thread) - p->now.row[i];
    if (roster_leads(p->watch->roster, p->thread) > leads) p->now.lead = leads;
}

static void note_visits(struct ledger_part *p, const struct subject_view *v)
{
    struct visit_days visits = {tally_subject(v->kind, links_digest(v->kind, v->key)), (uint32_t)p->days.count, 0};
    for (size_t i = 0; i < v->count; i++) {
        if (!v->items[i].noted->visitor) continue;
        const int32_t day = (int32_t)zone_cursor_day(&p->cursor, v->items[i].at);
        if (p->days.count > visits.first && *vector_last(&p->days) == day) continue;
        vector_push(&p->days, day);
    }
    visits.count = (uint32_t)p->days.count - visits.first;
    if (visits.count) vector_push(&p->visits, visits);
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct ledger_part *p = context;
    const uint64_t *visitors = tabulate_visitors(p->watch->fold->tabulate, p->thread);
    const uint64_t before[3] = {visitors[0], visitors[1], visitors[2]};
    if (!is_told_of(p, v->kind, v->key)) {
        roster_note_account(p->watch->roster, p->thread, v); /* somebody who is told of may belong to it */
        return;
    }
    count_rows(p, v);
    for (int w = 0; w < 3; w++) p->now.visits |= (uint8_t)((visitors[w] - before[w]) << w);
    if (p->watch->visits >> v->kind & 1) note_visits(p, v);
    note_compared(p, v);
    for (size_t i = 0; v->about && i < v->about->word_count; i++)
        if (v->about->words[i]->at > p->watch->settled.as_of && v->about->words[i]->at < p->now.due)
            p->now.due = v->about->words[i]->at;
}

static const struct tally nobody = {.due = INSTANT_MAX, .lead = NONE};

static void tell_subject(void *context, const struct subject_tally *s)
{
    struct ledger_part *p = context;
    if (is_told_of(p, s->kind, s->key)) {
        struct tally tally = p->now;
        tally.subject = tally_subject(s->kind, links_digest(s->kind, s->key));
        if (s->due < tally.due) tally.due = s->due;
        tally.duplicates = (uint32_t)s->duplicates;
        tally.conflicts = (uint32_t)s->conflicts;
        tally.machine = (uint32_t)s->machine;
        tally.future = (uint32_t)s->future;
        tally.kind = (uint8_t)s->kind;
        tally.folded = s->folded;
        vector_push(&p->tallies, tally);
    }
    p->now = nobody;
}

static void ask(void *context, struct run *run, const struct tabulate_options *options, struct fold_options *fold)
{
    struct ledger_watch *w = context;
    const struct report_watch roster = roster_watch(w->roster);
    roster.ask(roster.context, run, options, fold);
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    struct fold_teller *tellers = ARENA_ARRAY(&run->arena, struct fold_teller, run->threads);
    w->settled = *options;
    w->zone = &run->zone;
    w->visits = fold->visitor ? fold->kinds : 0;
    w->part_count = run->threads;
    w->parts = memory_apart((size_t)run->threads * sizeof *w->parts);
    for (int i = 0; i < run->threads; i++) {
        w->parts[i].watch = w;
        w->parts[i].thread = i;
        w->parts[i].cursor = zone_cursor_of(w->zone);
        w->parts[i].inner = fold->consumers[i];
        w->parts[i].now = nobody;
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
        vector_release(&w->parts[t].visits);
        vector_release(&w->parts[t].days);
    }
    free(w->parts);
    w->parts = NULL;
    w->part_count = 0;
}

/* The rows of the threads before stand before a thread's own. */
struct base {
    uint32_t rows[LEDGER_TABLES], leads;
};

static void take_part(struct ledger *out, const struct ledger_part *p, const struct base *base)
{
    for (size_t i = 0; i < p->tallies.count; i++) {
        struct tally tally = p->tallies.at[i];
        for (int k = 0; k < LEDGER_TABLES; k++) tally.row[k] += base->rows[k];
        if (tally.lead != NONE) tally.lead += base->leads;
        add_up(&out->totals, &tally, 1);
        vector_push(&out->tallies, tally);
    }
}

static int by_visitor(const void *a, const void *b)
{
    const struct visit_days *x = a, *y = b;
    return (x->subject > y->subject) - (x->subject < y->subject);
}

/* In order only when all are there. */
static void add_part_visits(struct ledger *out, const struct ledger_part *p)
{
    const uint32_t before = (uint32_t)out->days.count;
    for (size_t i = 0; i < p->days.count; i++) vector_push(&out->days, p->days.at[i]);
    for (size_t i = 0; i < p->visits.count; i++) {
        struct visit_days v = p->visits.at[i];
        v.first += before;
        vector_push(&out->visits, v);
    }
}

void ledger_finish(struct ledger_watch *w, struct ledger *out)
{
    const struct tabulate *const tables[LEDGER_TABLES] = {w->fold->tabulate, w->roster->tabulate};
    struct base base = {0};
    size_t tallies = 0;
    *out = (struct ledger){0};
    for (int t = 0; t < w->part_count; t++) tallies += w->parts[t].tallies.count;
    vector_reserve(&out->tallies, tallies);
    for (int t = 0; t < w->part_count; t++) {
        take_part(out, &w->parts[t], &base);
        add_part_visits(out, &w->parts[t]);
        vector_release(&w->parts[t].tallies);
        for (int i = 0; i < LEDGER_TABLES && tables[i]; i++) base.rows[i] += (uint32_t)tabulate_rows(tables[i], t);
        base.leads += (uint32_t)roster_leads(w->roster, t);
    }
    if (tallies) qsort(out->tallies.at, tallies, sizeof *out->tallies.at, by_subject);
    if (out->visits.count) qsort(out->visits.at, out->visits.count, sizeof *out->visits.at, by_visitor);
    sum_visits(out);
    for (size_t i = 1; i < tallies; i++) out->ambiguous |= out->tallies.at[i].subject == out->tallies.at[i - 1].subject;
    ledger_drop(w);
}
