/* What rules came to, and from what, while a trail is run for somebody who watches. */
#include "engine/explain.h"

#include <stdlib.h>

#include "engine/internal.h"
#include "value/value.h"

enum { FORECAST_DAYS = 366 };

struct seen_entry {
    uint32_t lap;
    uint16_t funnel, stage;
    int64_t at;
    const struct clause_trace *rule;
};

struct seen_exit {
    size_t leaving;
    const struct clause_trace *rule;
};

/* When a stage's rule was true without the stage being open, in a lap. */
struct held_rule {
    uint32_t lap;
    int64_t first, last;
};

struct witness {
    struct arena *arena; /* NULL: of folder_criteria */
    VECTOR(struct seen_entry) entries;
    VECTOR(struct seen_exit) exits;
    struct held_rule **held; /* by funnel of the kind, stage */
    const struct criterion *criteria;
    size_t criterion_count;
    int64_t *values;
};

/* One moment: computed values are taken apart once. */
struct moment {
    struct folder *f;
    struct arena *arena;
    const struct value_trace **made; /* by computed value */
};

static struct moment moment_of(struct folder *f, struct arena *arena)
{
    return (struct moment){f, arena, ARENA_ARRAY(arena, const struct value_trace *, f->plan->model->computed_count)};
}

/* ---- events ---- */

typedef VECTOR(uint32_t) index_list;

/* The latest few, kept in the arena. */
static struct event_list keep_events(struct arena *arena, index_list *found)
{
    size_t count = found->count < TRACED_EVENTS_MAX ? found->count : TRACED_EVENTS_MAX;
    uint32_t *kept = ARENA_ARRAY(arena, uint32_t, count);
    if (count) memcpy(kept, found->at + found->count - count, count * sizeof *kept);
    struct event_list list = {kept, count, found->count};
    vector_release(found);
    return list;
}

static bool feeds(const struct effects *e, uint32_t slot)
{
    for (size_t k = 0; e && k < e->count; k++)
        if (e->list[k].slot == slot) return true;
    return false;
}

/* Those that a signal counts now: after its anchor, inside its window. */
static struct event_list signal_events(const struct moment *m, uint32_t index)
{
    const struct folder *f = m->f;
    const struct signal *s = &f->plan->model->signals[index];
    index_list found = {0};
    for (size_t i = 0; i < f->instant_until; i++) {
        const struct happening *h = &f->trail->events[i];
        if (h->at <= f->signals[index].since || leaves_at(f, s, h->at) <= f->now || !feeds(h->effects, s->slot))
            continue;
        vector_push(&found, (uint32_t)i);
    }
    return keep_events(m->arena, &found);
}

/* ---- where a value comes from ---- */

/* The event that gave a trait the value it has: repeating it changes nothing. */
static struct event_list trait_source(const struct moment *m, uint32_t slot, int64_t *since)
{
    const struct folder *f = m->f;
    struct cell value = cell_absent();
    index_list found = {0};
    for (size_t i = 0; i < f->instant_until; i++) {
        const struct happening *h = &f->trail->events[i];
        for (size_t k = 0; h->effects && k < h->effects->count; k++) {
            const struct effect *e = &h->effects->list[k];
            if (e->kind != EFFECT_TRAIT || e->slot != slot || cell_same(e->value, value)) continue;
            value = e->value;
            *since = h->at;
            vector_clear(&found);
            vector_push(&found, (uint32_t)i);
        }
    }
    return keep_events(m->arena, &found);
}

static int64_t lent_since(const struct folder *f, uint32_t slot)
{
    struct cell value = cell_absent();
    int64_t since = INSTANT_NONE;
    for (size_t i = 0; i < f->trail->change_count && f->trail->changes[i].at <= f->now; i++) {
        const struct change *c = &f->trail->changes[i];
        if (c->slot != slot || cell_same(c->value, value)) continue;
        value = c->value;
        since = value.kind == CELL_ABSENT ? INSTANT_NONE : c->at;
    }
    return since;
}

static const struct value_trace *take_apart(struct moment *m, uint32_t computed);

static struct input_trace input_of(struct moment *m, uint32_t slot)
{
    const struct slot *s = &m->f->plan->model->slots[slot];
    struct input_trace in = {
        .slot = slot, .value = m->f->cells[slot], .since = INSTANT_NONE, .at = m->f->now, .part = NONE};
    switch (s->origin) {
    case SLOT_TRAIT: in.events = trait_source(m, slot, &in.since); break;
    case SLOT_SIGNAL:
        in.events = signal_events(m, s->index);
        if (in.events.count) in.since = m->f->trail->events[in.events.at[in.events.count - 1]].at;
        break;
    case SLOT_COMPUTED: {
        const struct computed *c = &m->f->plan->model->computed[s->index];
        in.made = take_apart(m, s->index);
        if (c->kind == COMPUTED_ANSWER) in.part = c->part;
        break;
    }
    case SLOT_FOREIGN:
    case SLOT_CONTACTS:
    case SLOT_MEMBERS:
        in.lent = true;
        in.since = lent_since(m->f, slot);
        break;
    }
    if (in.value.kind == CELL_VALUE) {
        struct value *copy = ARENA_NEW(m->arena, struct value);
        *copy = value_copy(m->arena, *in.value.value);
        in.value.value = copy;
    }
    return in;
}

static struct input_list inputs_of(struct moment *m, const struct rule *a, const struct rule *b)
{
    const struct rule *rules[] = {a, b};
    const uint32_t *slots;
    size_t count = (a ? rule_reads(a, &slots) : 0) + (b ? rule_reads(b, &slots) : 0), n = 0;
    struct input_trace *at = ARENA_ARRAY(m->arena, struct input_trace, count);
    for (int r = 0; r < 2; r++) {
        size_t reads = rules[r] ? rule_reads(rules[r], &slots) : 0;
        for (size_t i = 0; i < reads; i++) {
            bool known = false;
            for (size_t k = 0; k < n; k++) known |= at[k].slot == slots[i];
            if (!known) at[n++] = input_of(m, slots[i]);
        }
    }
    return (struct input_list){at, n};
}

/* ---- computed values ---- */

static enum truth truth_of(struct cell c)
{
    return c.kind != CELL_BOOL ? TRUTH_UNKNOWN : c.number ? TRUTH_TRUE : TRUTH_FALSE;
}

static struct part_trace part_of_rule(struct moment *m, const struct rule *when)
{
    struct part_trace part = {.truth = truth_of(rule_eval(when, m->f->cells, m->f->scratch))};
    part.unknown = part.truth == TRUTH_UNKNOWN;
    part.inputs = inputs_of(m, when, NULL);
    return part;
}

static struct part_trace part_of_term(struct moment *m, const struct score_term *term)
{
    struct folder *f = m->f;
    struct part_trace part = {.truth = TRUTH_TRUE, .points = term_points(f, term)};
    if (term->when) part.truth = truth_of(rule_eval(term->when, f->cells, f->scratch));
    struct cell points = rule_eval(term->points, f->cells, f->scratch);
    if (points.kind == CELL_DECIMAL) part.uncapped = points.number;
    if (points.kind == CELL_INT && __builtin_mul_overflow(points.number, DECIMAL_ONE, &part.uncapped))
        part.uncapped = INT64_MAX;
    part.unknown = part.truth == TRUTH_UNKNOWN || (part.truth == TRUTH_TRUE && points.kind == CELL_ABSENT);
    part.inputs = inputs_of(m, term->when, term->points);
    return part;
}

static void fill_parts(struct moment *m, struct value_trace *v)
{
    const struct definition *d = m->f->engine->definition;
    const struct icp *icp = &d->icps[v->owner];
    const struct bant *bant = &d->bants[v->owner];
    const struct score *score = &d->scores[v->owner];
    v->count = v->kind == COMPUTED_FIT ? icp->count : v->kind == COMPUTED_PASSED ? bant->count : score->count;
    struct part_trace *parts = ARENA_ARRAY(m->arena, struct part_trace, v->count);
    for (size_t i = 0; i < v->count; i++) {
        if (v->kind == COMPUTED_SCORE) {
            parts[i] = part_of_term(m, &score->terms[i]);
            continue;
        }
        parts[i] = part_of_rule(m, v->kind == COMPUTED_FIT ? icp->criteria[i].when : bant->questions[i].when);
        int64_t weight = v->kind == COMPUTED_FIT ? icp->criteria[i].weight : 1;
        if (parts[i].truth == TRUTH_TRUE) parts[i].points = weight * DECIMAL_ONE;
    }
    v->parts = parts;
}

/* A fit for its `matched` too, a whole BANT for its answers and their number. */
static const struct value_trace *take_apart(struct moment *m, uint32_t computed)
{
    const struct computed *c = &m->f->plan->model->computed[computed];
    if (m->made[computed]) return m->made[computed];
    struct value_trace *v = ARENA_NEW(m->arena, struct value_trace);
    m->made[computed] = v;
    v->owner = c->owner;
    v->kind = c->kind == COMPUTED_SCORE                                ? COMPUTED_SCORE
              : c->kind == COMPUTED_FIT || c->kind == COMPUTED_MATCHED ? COMPUTED_FIT
                                                                       : COMPUTED_PASSED;
    v->value = m->f->cells[c->slot];
    fill_parts(m, v);
    return v;
}

/* ---- clauses ---- */

static int64_t window_begins(const struct folder *f, const struct signal *s)
{
    const struct zone *zone = f->engine->calendar.zone;
    if (s->window.unit != DURATION_CALENDAR_DAYS) return f->now - s->window.amount;
    return zone_day_start(zone, zone_day(zone, f->now) - s->window.amount + 1);
}

struct inside {
    int64_t leaves;
    struct cell value;
};

static int by_leaving(const void *a, const void *b)
{
    const struct inside *x = a, *y = b;
    return x->leaves < y->leaves ? -1 : x->leaves > y->leaves;
}

static int by_value(const void *a, const void *b)
{
    const struct inside *x = a, *y = b;
    if (x->value.kind != y->value.kind) return x->value.kind < y->value.kind ? -1 : 1;
    if (x->value.number != y->value.number) return x->value.number < y->value.number ? -1 : 1;
    if (x->value.unit != y->value.unit) return x->value.unit < y->value.unit ? -1 : 1;
    return by_leaving(a, b);
}

/* Of each value the one that leaves last. */
static size_t each_once(struct inside *at, size_t count)
{
    size_t kept = 0;
    if (count) qsort(at, count, sizeof *at, by_value);
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || !cell_same(at[i].value, at[i + 1].value)) at[kept++] = at[i];
    return kept;
}

/* When the window's contents, of which each value of a DISTINCT is one, have lost more than so many. */
static int64_t falls_at(const struct moment *m, uint32_t index, size_t spare)
{
    const struct folder *f = m->f;
    const struct signal *s = &f->plan->model->signals[index];
    VECTOR(struct inside) all = {0};
    for (size_t i = 0; i < f->instant_until; i++) {
        const struct happening *h = &f->trail->events[i];
        const int64_t leaves = leaves_at(f, s, h->at);
        if (h->at <= f->signals[index].since || leaves <= f->now) continue;
        for (size_t k = 0; h->effects && k < h->effects->count; k++) {
            const struct effect *e = &h->effects->list[k];
            if (e->slot != s->slot || e->kind == EFFECT_TRAIT) continue;
            vector_push(&all, ((struct inside){leaves, e->value}));
        }
    }
    if (s->reduce == REDUCE_DISTINCT) all.count = each_once(all.at, all.count);
    if (all.count) qsort(all.at, all.count, sizeof *all.at, by_leaving);
    int64_t at = spare < all.count ? all.at[spare].leaves : INSTANT_MAX;
    vector_release(&all);
    return at;
}

static void trace_count(struct moment *m, struct clause_trace *t)
{
    struct folder *f = m->f;
    const struct slot *slot = &f->plan->model->slots[t->clause->slot];
    struct cell value = f->cells[t->clause->slot];
    t->have = value.kind == CELL_ABSENT ? 0 : value.number;
    t->need = t->clause->need;
    if (slot->origin != SLOT_SIGNAL) return;
    const struct signal *s = &f->plan->model->signals[slot->index];
    t->events = signal_events(m, slot->index);
    if (s->reduce == REDUCE_COUNT) t->have = (int64_t)t->events.total; /* beyond what the rule tells apart, too */
    if (!s->window.amount) return;
    t->from = window_begins(f, s);
    t->until = falls_at(m, slot->index, t->have >= t->need ? (size_t)(t->have - t->need) : 0);
}

static void trace_quiet(struct moment *m, struct clause_trace *t, int64_t anchor)
{
    struct cell last = m->f->cells[t->clause->slot];
    t->from = last.kind == CELL_INSTANT && last.number > anchor ? last.number : anchor;
    t->until = quiet_from(m->f, t->clause, m->f->cells, anchor);
    t->turns = t->until > m->f->now ? t->until : INSTANT_MAX;
}

static void trace_expression(struct moment *m, struct clause_trace *t)
{
    const struct rule_step *steps;
    bool all_known = true;
    t->inputs = inputs_of(m, t->clause->rule, NULL);
    for (size_t i = 0; i < t->inputs.count; i++) all_known &= t->inputs.at[i].value.kind != CELL_ABSENT;
    if (t->truth != TRUTH_UNKNOWN || !all_known) return;
    size_t count = rule_trace(t->clause->rule, m->f->cells, m->f->scratch, m->arena, &steps);
    for (size_t i = 0; i < count && !t->note.len; i++) t->note = steps[i].note;
}

static void note_turn(const struct moment *m, struct clause_trace *t, uint32_t slot)
{
    const struct kind_model *model = m->f->plan->model;
    if (model->slots[slot].origin != SLOT_SIGNAL) return;
    int64_t next = signal_next_change(m->f, model->slots[slot].index);
    if (next < t->turns) t->turns = next;
}

/* Next changes of all that a value is made of. */
static void note_turns(const struct moment *m, struct clause_trace *t, struct input_list inputs)
{
    for (size_t i = 0; i < inputs.count; i++) {
        note_turn(m, t, inputs.at[i].slot);
        for (size_t k = 0; inputs.at[i].made && k < inputs.at[i].made->count; k++)
            note_turns(m, t, inputs.at[i].made->parts[k].inputs);
    }
}

static void fill_clause(struct moment *m, struct clause_trace *t, const struct clause *clause, int64_t anchor)
{
    *t = (struct clause_trace){.clause = clause, .from = INSTANT_NONE, .until = INSTANT_MAX, .turns = INSTANT_MAX};
    t->truth = clause_eval(m->f, clause, m->f->cells, anchor);
    if (clause->kind == CLAUSE_COUNT) {
        trace_count(m, t);
        note_turn(m, t, clause->slot);
    }
    if (clause->kind == CLAUSE_QUIET) trace_quiet(m, t, anchor);
    if (clause->kind == CLAUSE_RULE) {
        trace_expression(m, t);
        note_turns(m, t, t->inputs);
    }
    if (!clause->count) return;
    struct clause_trace *members = ARENA_ARRAY(m->arena, struct clause_trace, clause->count);
    t->need = clause->kind == CLAUSE_ALL ? (int64_t)clause->count : clause->kind == CLAUSE_AT_LEAST ? clause->need : 1;
    for (size_t i = 0; i < clause->count; i++) {
        fill_clause(m, &members[i], &clause->members[i], anchor);
        t->have += members[i].truth == TRUTH_TRUE;
        if (members[i].turns < t->turns) t->turns = members[i].turns;
    }
    t->members = members;
    t->count = clause->count;
}

static const struct clause_trace *trace_gate(struct moment *m, const struct gate *gate, int64_t anchor)
{
    if (!gate->clause) return NULL;
    gate_refresh(m->f, gate);
    struct clause_trace *t = ARENA_NEW(m->arena, struct clause_trace);
    fill_clause(m, t, gate->clause, anchor);
    return t;
}

/* ---- watching ---- */

/* The lap in which the next stage will be entered. */
static uint32_t lap_ahead(const struct funnel_state *st)
{
    return st->open ? st->lap : st->lap + 1;
}

static int64_t criterion_value(struct folder *f, const struct criterion *c, int64_t anchor)
{
    const struct definition *d = f->engine->definition;
    if (c->kind == CRITERION_CLAUSE) return clause_eval(f, c->clause, f->cells, anchor);
    if (c->kind == CRITERION_TERM) return term_points(f, &d->scores[c->owner].terms[c->part]);
    const struct rule *when = c->kind == CRITERION_PROFILE ? d->icps[c->owner].criteria[c->part].when
                                                           : d->bants[c->owner].questions[c->part].when;
    return truth_of(rule_eval(when, f->cells, f->scratch));
}

/* Of the first entry in the first lap. */
static void note_criteria(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st, int stage,
                          int64_t anchor)
{
    const struct witness *w = f->witness;
    bool fresh = false;
    if (lap_ahead(st) != 1 || (st->open && st->reached >> stage & 1)) return;
    for (size_t i = 0; i < w->criterion_count; i++) {
        if (w->criteria[i].funnel != p->index || w->criteria[i].stage != (uint32_t)stage) continue;
        if (!fresh) computed_refresh_all(f);
        fresh = true;
        w->values[i] = criterion_value(f, &w->criteria[i], anchor);
    }
}

void witness_entry(struct folder *f, const struct funnel_plan *p, int stage, const struct gate *gate, int64_t anchor)
{
    struct witness *w = f->witness;
    const struct funnel_state *st = &f->funnels[p - f->plan->funnels];
    if (!w->arena) {
        note_criteria(f, p, st, stage, anchor);
        return;
    }
    struct moment m = moment_of(f, w->arena);
    vector_push(&w->entries, ((struct seen_entry){lap_ahead(st), (uint16_t)p->index, (uint16_t)stage, f->now,
                                                  trace_gate(&m, gate, anchor)}));
}

void witness_exit(struct folder *f, const struct funnel_plan *p, size_t exit, int64_t anchor)
{
    struct witness *w = f->witness;
    if (!w->arena) return;
    struct moment m = moment_of(f, w->arena);
    vector_push(&w->exits, ((struct seen_exit){f->leavings.count, trace_gate(&m, &p->exits[exit], anchor)}));
}

/* What is above, and could not be entered now although its rule holds. */
void witness_instant(struct folder *f)
{
    if (f->following || !f->witness->arena) return;
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        const struct funnel_state *st = &f->funnels[i];
        const int64_t anchor = funnel_anchor(f, st);
        const uint32_t lap = lap_ahead(st);
        for (size_t s = st->open ? (size_t)(st->top + 1) : 0; s < p->funnel->stage_count; s++) {
            struct held_rule *held = &f->witness->held[i][s];
            if (!gate_holds(f, &p->stages[s], anchor)) continue;
            if (held->lap != lap || held->first == INSTANT_NONE) held->first = f->now;
            held->last = f->now;
            held->lap = lap;
        }
    }
}

/* ---- the end ---- */

static void *copy_of(struct arena *arena, const void *from, size_t bytes)
{
    void *to = arena_alloc(arena, bytes + 1);
    if (bytes) memcpy(to, from, bytes);
    return to;
}

/* The folder's own lists are its next run's. */
static const struct facts *facts_kept(struct arena *arena, const struct facts *f)
{
    struct facts *k = copy_of(arena, f, sizeof *f);
    k->intervals = copy_of(arena, f->intervals, f->interval_count * sizeof *f->intervals);
    k->handoffs = copy_of(arena, f->handoffs, f->handoff_count * sizeof *f->handoffs);
    k->leavings = copy_of(arena, f->leavings, f->leaving_count * sizeof *f->leavings);
    k->refusals = copy_of(arena, f->refusals, f->refusal_count * sizeof *f->refusals);
    return k;
}

/* A handoff to it is open: only people are waited for. */
static bool is_submitted(const struct folder *f, const struct funnel_state *st, size_t stage)
{
    return st->handoff && f->handoffs.at[st->handoff - 1].stage == stage;
}

/* Of what is stale. */
static void fill_waiting(const struct folder *f, enum again again, struct duration after, int64_t since,
                         struct ahead_trace *a)
{
    a->waiting_since = since;
    a->waiting_until = again_at(f, again, after, since);
    if (a->waiting_until <= f->now) return;
    a->waiting = again == AGAIN_AFTER ? WAIT_FOR_TIME : again == AGAIN_BY_HAND ? WAIT_FOR_HAND : WAIT_FOR_EVIDENCE;
}

/* What is advised for a stage that is next, and by when it should be entered. */
static void fill_next(struct moment *m, const struct funnel_plan *p, const struct funnel_state *st,
                      struct ahead_trace *a)
{
    const struct stage *stage = &p->funnel->stages[a->stage];
    struct part_trace *advice = ARENA_ARRAY(m->arena, struct part_trace, stage->advice_count);
    for (size_t i = 0; i < stage->advice_count; i++) advice[i] = part_of_rule(m, stage->advice[i].when);
    a->advice = advice;
    if (!stage->sla.amount || !st->open || !st->interval || a->stage != st->top + 1) return;
    a->due = duration_after(m->f->engine, stage->sla, m->f->intervals.at[st->interval - 1].entered);
}

/* By which a lap may begin, after one that ended so. */
static void fill_landings(struct moment *m, const struct funnel_plan *p, struct ahead_trace *ahead,
                          struct funnel_trace *t)
{
    const struct funnel_state *st = &m->f->funnels[p - m->f->plan->funnels];
    for (uint64_t left = landings_ahead(st); left; left &= left - 1) {
        const int i = __builtin_ctzll(left);
        const struct landing_rule *landing = &p->funnel->landings[i];
        struct ahead_trace *a = &ahead[t->ahead_count++];
        *a = (struct ahead_trace){.stage = (uint16_t)landing->stage,
                                  .landing = landing,
                                  .next = true,
                                  .held_first = INSTANT_NONE,
                                  .held_last = INSTANT_NONE,
                                  .due = INSTANT_MAX};
        a->rule = trace_gate(m, &p->landings[i], funnel_anchor(m->f, st));
        if (st->stale_landings >> i & 1) fill_waiting(m->f, landing->again, landing->again_after, st->stale_since, a);
        fill_next(m, p, st, a);
    }
}

static void fill_ahead(struct moment *m, const struct witness *w, const struct funnel_plan *p, struct funnel_trace *t)
{
    struct folder *f = m->f;
    const struct funnel_state *st = &f->funnels[p - f->plan->funnels];
    const uint64_t next = stages_ahead(p, st);
    struct ahead_trace *ahead =
        ARENA_ARRAY(m->arena, struct ahead_trace, p->funnel->stage_count + p->funnel->landing_count);
    for (size_t s = st->open ? (size_t)(st->top + 1) : 0; s < p->funnel->stage_count; s++) {
        struct ahead_trace *a = &ahead[t->ahead_count++];
        const struct held_rule *held = &w->held[p - f->plan->funnels][s];
        *a = (struct ahead_trace){.stage = (uint16_t)s, .next = next >> s & 1, .due = INSTANT_MAX};
        a->rule = trace_gate(m, &p->stages[s], funnel_anchor(f, st));
        a->held_first = held->lap == lap_ahead(st) ? held->first : INSTANT_NONE;
        a->held_last = held->lap == lap_ahead(st) ? held->last : INSTANT_NONE;
        const struct stage *again = again_of(p, st, (int)s);
        const bool waits = (st->stale >> s & 1) && !is_submitted(f, st, s);
        if (waits) fill_waiting(f, again->again, again->again_after, st->stale_since, a);
        if (a->next) fill_next(m, p, st, a);
    }
    fill_landings(m, p, ahead, t);
    t->ahead = ahead;
}

static void fill_funnels(struct moment *m, const struct witness *w, struct trace *t)
{
    struct folder *f = m->f;
    struct funnel_trace *funnels = ARENA_ARRAY(m->arena, struct funnel_trace, f->plan->funnel_count);
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        const struct funnel_state *st = &f->funnels[i];
        const struct clause_trace **exits = ARENA_ARRAY(m->arena, const struct clause_trace *, p->funnel->exit_count);
        funnels[i] = (struct funnel_trace){
            .funnel = p->index,
            .lap = st->lap,
            .open = st->open,
            .held = st->top,
            .since = st->top >= 0 && st->interval ? f->intervals.at[st->interval - 1].entered : INSTANT_NONE,
            .exits = exits};
        fill_ahead(m, w, p, &funnels[i]);
        for (size_t e = 0; st->open && e < p->funnel->exit_count; e++)
            exits[e] = trace_gate(m, &p->exits[e], funnel_anchor(f, st));
    }
    t->funnels = funnels;
    t->funnel_count = f->plan->funnel_count;
}

static void fill_values(struct moment *m, struct trace *t)
{
    const struct kind_model *model = m->f->plan->model;
    struct value_trace *values = ARENA_ARRAY(m->arena, struct value_trace, model->computed_count);
    struct input_trace *traits = ARENA_ARRAY(m->arena, struct input_trace, model->slot_count);
    for (uint32_t i = 0; i < model->computed_count; i++) {
        enum computed_kind kind = model->computed[i].kind;
        if (kind == COMPUTED_FIT || kind == COMPUTED_PASSED || kind == COMPUTED_SCORE)
            values[t->value_count++] = *take_apart(m, i);
    }
    for (uint32_t s = 0; s < model->slot_count; s++) {
        enum slot_origin origin = model->slots[s].origin;
        if (origin == SLOT_SIGNAL || origin == SLOT_COMPUTED || m->f->cells[s].kind == CELL_ABSENT) continue;
        traits[t->trait_count++] = input_of(m, s);
    }
    t->values = values;
    t->traits = traits;
}

static void count_weights(const struct folder *f, uint32_t index, struct weighed_event *weights, int64_t *given)
{
    const struct signal *s = &f->plan->model->signals[index];
    for (size_t i = 0; i < f->instant_until; i++) {
        const struct happening *h = &f->trail->events[i];
        for (size_t k = 0; h->effects && h->at > f->signals[index].since && k < h->effects->count; k++) {
            const struct effect *e = &h->effects->list[k];
            if ((e->kind != EFFECT_WEIGHT && e->kind != EFFECT_POINTS) || e->index != index) continue;
            const struct weight *w = &s->weights[e->value.number];
            struct weighed_event *seen = &weights[e->value.number];
            seen->times++;
            if ((w->at_most && seen->times > w->at_most) || leaves_at(f, s, h->at) <= f->now) continue;
            seen->counted++;
            *given += w->points;
        }
    }
}

static void fill_signals(struct moment *m, struct trace *t)
{
    const struct kind_model *model = m->f->plan->model;
    struct signal_trace *signals = ARENA_ARRAY(m->arena, struct signal_trace, model->signal_count);
    for (uint32_t i = 0; i < model->signal_count; i++) {
        const struct signal *s = &model->signals[i];
        const struct signal_state *st = &m->f->signals[i];
        if (s->reduce != REDUCE_WEIGH) continue;
        struct weighed_event *weights = ARENA_ARRAY(m->arena, struct weighed_event, s->weight_count);
        struct signal_trace *out = &signals[t->signal_count++];
        *out = (struct signal_trace){.signal = i, .value = m->f->cells[s->slot], .weights = weights};
        out->kept = s->half_life_days ? (int64_t)(((__int128)st->number * DECIMAL_ONE) >> DECAY_SHIFT) : st->number;
        count_weights(m->f, i, weights, &out->given);
    }
    t->signals = signals;
}

static void match_entries(struct witness *w, const struct facts *facts, struct trace *t)
{
    const struct clause_trace **entries = ARENA_ARRAY(w->arena, const struct clause_trace *, facts->interval_count);
    const struct clause_trace **exits = ARENA_ARRAY(w->arena, const struct clause_trace *, facts->leaving_count);
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        const bool by_rule = x->how == HOW_RULE || x->how == HOW_LANDED;
        for (size_t k = 0; by_rule && k < w->entries.count; k++) {
            const struct seen_entry *e = &w->entries.at[k];
            if (e->funnel == x->funnel && e->stage == x->stage && e->lap == x->lap && e->at == x->entered)
                entries[i] = e->rule;
        }
    }
    for (size_t k = 0; k < w->exits.count; k++) exits[w->exits.at[k].leaving] = w->exits.at[k].rule;
    t->entries = entries;
    t->exits = exits;
}

/* What a list has beyond its first `from`; an empty list may be NULL, which nothing can be added to. */
static void *rest_of(struct arena *arena, const void *list, size_t from, size_t count, size_t size)
{
    return copy_of(arena, count > from ? (const char *)list + from * size : NULL, (count - from) * size);
}

/* The same trail with a year after it in which nothing happens. */
static void forecast(struct folder *f, const struct trail *trail, struct arena *arena, struct trace *t)
{
    const struct facts now = *folder_run(f, trail);
    struct trail later = *trail;
    later.as_of += FORECAST_DAYS * DAY_US;
    const struct facts *then = folder_run(f, &later);
    t->coming_count = then->interval_count - now.interval_count;
    t->coming = rest_of(arena, then->intervals, now.interval_count, then->interval_count, sizeof *t->coming);
    t->ending_count = then->leaving_count - now.leaving_count;
    t->ending = rest_of(arena, then->leavings, now.leaving_count, then->leaving_count, sizeof *t->ending);
}

static void witness_init(struct witness *w, const struct folder *f, struct arena *arena)
{
    *w = (struct witness){.arena = arena, .held = ARENA_ARRAY(arena, struct held_rule *, f->plan->funnel_count)};
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const size_t stages = f->plan->funnels[i].funnel->stage_count;
        w->held[i] = ARENA_ARRAY(arena, struct held_rule, stages);
        for (size_t s = 0; s < stages; s++) w->held[i][s] = (struct held_rule){0, INSTANT_NONE, INSTANT_NONE};
    }
}

const struct trace *folder_trace(struct folder *f, const struct trail *trail, struct arena *arena)
{
    struct trace *t = ARENA_NEW(arena, struct trace);
    struct witness w;
    const bool told = f->told;
    witness_init(&w, f, arena);
    forecast(f, trail, arena, t);
    f->witness = &w;
    f->told = true;
    t->facts = facts_kept(arena, folder_run(f, trail));
    f->witness = NULL;
    f->told = told;
    computed_refresh_all(f);
    match_entries(&w, t->facts, t);
    struct moment m = moment_of(f, arena);
    fill_funnels(&m, &w, t);
    fill_values(&m, t);
    fill_signals(&m, t);
    vector_release(&w.entries);
    vector_release(&w.exits);
    return t;
}

void folder_criteria(struct folder *f, const struct trail *trail, const struct criterion *criteria, size_t count,
                     int64_t *values)
{
    struct witness w = {.criteria = criteria, .criterion_count = count, .values = values};
    for (size_t i = 0; i < count; i++) values[i] = CRITERION_NONE;
    f->witness = &w;
    folder_run(f, trail);
    f->witness = NULL;
}
