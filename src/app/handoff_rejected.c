/* What sales sent back in a period: by reason, by source, and one by one. */
#include <stdlib.h>

#include "analysis/dimension.h"
#include "analysis/period.h"
#include "app/handoff_row.h"
#include "app/handoffs.h"
#include "app/leads_asked.h"
#include "app/sources.h"
#include "report/json_put.h"
#include "report/words.h"

enum { REASONS_MOST = 64, WANTED_MOST = 32 };

struct counted {
    enum decision decision;
    struct slice reason;
    uint64_t count, before;
};

struct rejecting {
    struct leads_query leads;                  /* where, limit */
    const struct fact_table *table, *reported; /* of everybody; of the report, whose periods have names */
    struct slice period, compare, cursor, wanted[WANTED_MOST];
    size_t wanted_count;
    struct report_window windows[2];
    bool has_compare;
    struct counted reasons[REASONS_MOST];
    size_t reason_count;
    struct sources sources; /* of what was decided */
    uint64_t total;
};

/* ---- what is asked ---- */

static enum outcome read_one(struct rejecting *q, const struct leads_asked *a, struct leads_asked *rest, size_t *left,
                             struct error *error)
{
    const struct slice funnel = q->table->definition->funnels[q->table->funnel].label.name;
    if (slice_is(a->name, "period"))
        q->period = a->value;
    else if (slice_is(a->name, "compare"))
        q->compare = a->value;
    else if (slice_is(a->name, "cursor"))
        q->cursor = a->value;
    else if (slice_is(a->name, "reason") && q->wanted_count < WANTED_MOST)
        q->wanted[q->wanted_count++] = a->value;
    else if (slice_is(a->name, "where") || slice_is(a->name, "limit"))
        rest[(*left)++] = *a;
    else if (!slice_is(a->name, "funnel") || !slice_equal(a->value, funnel))
        return error_set(error, BAD_USAGE, "what was sent back is not asked for by %.*s", SLICE_ARG(a->name));
    return OK;
}

static enum outcome read_asked(struct rejecting *q, const struct leads_asked *asked, size_t count, struct error *error)
{
    const struct definition *d = q->table->definition;
    struct leads_asked *rest = ARENA_ARRAY(q->leads.arena, struct leads_asked, count + 1);
    size_t left = 0;
    enum outcome outcome = OK;
    for (size_t i = 0; i < count && outcome == OK; i++)
        if (asked[i].value.len) outcome = read_one(q, &asked[i], rest, &left, error);
    if (outcome == OK) outcome = leads_read(&q->leads, rest, left, error);
    if (outcome != OK) return outcome;
    return period_settle(q->period.len ? q->period : d->report.period, q->compare.len ? q->compare : d->report.compare,
                         &d->company, q->table->zone, q->table->as_of, q->windows, &q->has_compare, error);
}

/* ---- counting ---- */

/* Of a named period what was decided in it; of the report's own, when that counts cohorts, what became of its leads. */
static bool is_in(const struct rejecting *q, const struct report_window *window, const struct handoff_entry *e,
                  int64_t decided)
{
    const bool cohort = !q->period.len && q->table->definition->report.basis == BASIS_COHORT;
    const int64_t at = cohort ? q->leads.roster->leads[e->lead].captured : decided;
    return at >= window->from && at < window->until;
}

static struct counted *reason_of(struct rejecting *q, const struct handoff_decision *d)
{
    for (size_t i = 0; i < q->reason_count; i++)
        if (q->reasons[i].decision == d->decision && slice_equal(q->reasons[i].reason, d->reason))
            return &q->reasons[i];
    if (q->reason_count == REASONS_MOST) return NULL;
    q->reasons[q->reason_count] = (struct counted){.decision = d->decision, .reason = d->reason};
    return &q->reasons[q->reason_count++];
}

static bool is_wanted(const struct rejecting *q, struct slice reason)
{
    for (size_t i = 0; i < q->wanted_count; i++)
        if (slice_equal(q->wanted[i], reason)) return true;
    return !q->wanted_count;
}

/* Of the period: whether the entry is one that came back then. */
static bool count_entry(struct rejecting *q, const struct handoff_entry *e)
{
    bool came_back = false;
    if (e->decision_count && is_in(q, &q->windows[0], e, e->decisions[0].at))
        sources_add(&q->sources, q->leads.roster, e);
    for (size_t i = 0; i < e->decision_count; i++) {
        const struct handoff_decision *d = &e->decisions[i];
        const bool now = is_in(q, &q->windows[0], e, d->at);
        const bool before = q->has_compare && is_in(q, &q->windows[1], e, d->at);
        struct counted *reason = d->decision != DECISION_ACCEPT && (now || before) ? reason_of(q, d) : NULL;
        if (!reason) continue;
        reason->count += now;
        reason->before += before;
        q->total += now;
        came_back |= now && is_wanted(q, d->reason);
    }
    return came_back;
}

/* ---- as JSON ---- */

static int by_count(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->decision != y->decision ? (x->decision < y->decision ? -1 : 1) : slice_compare(x->reason, y->reason);
}

static void put_reasons(struct json_writer *w, struct rejecting *q)
{
    const struct definition *d = q->table->definition;
    const struct words none = {{SLICE("בלי סיבה"), SLICE("no reason given")}};
    if (q->reason_count) qsort(q->reasons, q->reason_count, sizeof *q->reasons, by_count);
    json_put_array(w, "reasons");
    for (size_t i = 0; i < q->reason_count; i++) {
        const struct counted *r = &q->reasons[i];
        const struct label label = definition_reason(&d->funnels[q->table->funnel], r->reason);
        json_object(w);
        json_put_text_or_null(w, "reason", r->reason);
        json_put_words(w, "label", r->reason.len ? word_label(&label) : none);
        json_put_code(w, "decision", r->decision == DECISION_REJECT ? "reject" : "return");
        json_put_int(w, "count", (int64_t)r->count);
        if (q->has_compare)
            json_put_int(w, "compare_count", (int64_t)r->before);
        else
            json_put_null(w, "compare_count");
        share_put(w, "share", d, r->count < q->sources.decided ? r->count : q->sources.decided, q->sources.decided);
        json_end(w);
    }
    json_end(w);
}

static void put_sources(struct json_writer *w, const struct rejecting *q)
{
    json_put_array(w, "sources");
    for (size_t i = 0; i < q->sources.count; i++) {
        const struct source *s = &q->sources.at[i];
        json_object(w);
        json_put_text(w, "value", dimension_value(q->leads.arena, q->table, q->sources.dimension, s->value));
        json_put_words(w, "label", source_words(q->leads.arena, q->table, s));
        json_put_int(w, "decided", (int64_t)s->decided);
        share_put(w, "accepted", q->table->definition, s->accepted, s->decided);
        json_put_bool(w, "failing", source_is_failing(&q->sources, q->table->definition, s));
        json_end(w);
    }
    json_end(w);
}

static void put_day(struct json_writer *w, const char *name, int64_t day)
{
    struct buffer text;
    buffer_init(&text, 64);
    day_format(&text, day);
    json_put_text(w, name, buffer_slice(&text));
    buffer_release(&text);
}

static void put_period(struct json_writer *w, struct rejecting *q)
{
    struct wording wording;
    const struct zone *zone = q->table->zone;
    wording_init(&wording, q->leads.arena, analysis_of_nobody(q->leads.arena, q->reported));
    json_put_object(w, "period");
    put_day(w, "from", zone_day(zone, q->windows[0].from));
    put_day(w, "to", zone_day(zone, q->windows[0].until) - 1);
    json_put_words(w, "label", word_window(&wording, &q->windows[0]));
    json_end(w);
    wording_release(&wording);
}

static int newest_first(const void *a, const void *b)
{
    const struct handoff_entry *x = *(const struct handoff_entry *const *)a,
                               *y = *(const struct handoff_entry *const *)b;
    const int64_t left = handoff_last(x)->at, right = handoff_last(y)->at;
    return left != right ? (left > right ? -1 : 1) : strcmp(x->id, y->id);
}

/* The cursor is the id where the page before ended. */
static void put_items(struct json_writer *w, struct rejecting *q, const struct handoff_entry **found, size_t count)
{
    size_t from = 0;
    if (count) qsort(found, count, sizeof *found, newest_first);
    while (q->cursor.len && from < count && !slice_is(q->cursor, found[from]->id)) from++;
    if (q->cursor.len && from < count) from++;
    const size_t until = count - from > q->leads.limit ? from + q->leads.limit : count;
    json_put_array(w, "items");
    for (size_t i = from; i < until; i++) handoff_put(w, q->leads.arena, q->leads.roster, found[i]);
    json_end(w);
    json_put_text_or_null(w, "next_cursor", until < count ? slice_from(found[until - 1]->id) : slice_of("", 0));
}

static void write_rejected(struct rejecting *q, struct buffer *out)
{
    const struct handoff_list *all = &q->leads.roster->handoffs;
    const struct handoff_entry **found = ARENA_ARRAY(q->leads.arena, const struct handoff_entry *, all->count + 1);
    struct json_writer w = {.out = out};
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (leads_match(&q->leads, &q->leads.roster->leads[all->at[i].lead]) && count_entry(q, &all->at[i]))
            found[count++] = &all->at[i];
    sources_close(&q->sources);
    json_object(&w);
    put_period(&w, q);
    json_put_int(&w, "total", (int64_t)q->total);
    json_put_int(&w, "decided", (int64_t)q->sources.decided);
    put_reasons(&w, q);
    put_sources(&w, q);
    put_items(&w, q, found, count);
    json_end(&w);
}

enum outcome handoffs_rejected(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                               struct buffer *out, struct error *error)
{
    struct arena arena;
    const struct roster *roster = leads_roster(state, asked, count, error);
    if (!roster) return BAD_USAGE;
    struct rejecting q = {.leads = {.roster = roster, .zone = standing_zone(state)}, .table = roster->table};
    arena_init(&arena);
    q.leads.arena = &arena;
    sources_init(&q.sources, roster->table->definition);
    q.reported = roster == standing_roster(state) ? standing_table(state) : roster->table;
    const enum outcome outcome = read_asked(&q, asked, count, error);
    if (outcome == OK) write_rejected(&q, out);
    sources_release(&q.sources);
    arena_release(&arena);
    return outcome;
}
