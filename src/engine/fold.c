/* One subject's trail, instant by instant: what time did before, what the events say, the stages, what people decided.
 */
#include "engine/internal.h"

#include <stdlib.h>

void folder_free(struct folder *f)
{
    if (!f) return;
    for (size_t i = 0; i < f->plan->model->signal_count; i++) queue_release(&f->signals[i].queue);
    free(f->cells);
    free(f->signals);
    free(f->weight_counts);
    free(f->steady_sum);
    free(f->room);
    free(f->funnels);
    free(f->false_at_first);
    vector_release(&f->intervals);
    vector_release(&f->handoffs);
    vector_release(&f->leavings);
    vector_release(&f->refusals);
    vector_release(&f->exports);
    vector_release(&f->lent_signals);
    vector_release(&f->exported_last);
    vector_release(&f->exported);
    vector_release(&f->effects);
    rule_scratch_free(f->scratch);
    free(f);
}

void folder_skip_values(struct folder *f)
{
    f->final_values = false;
}

void folder_export(struct folder *f, uint32_t slot)
{
    f->told = true;
    vector_push(&f->exports, slot);
    vector_push(&f->exported_last, cell_absent());
}

/* A computed value may read any signal of its kind. */
void folder_lend(struct folder *f, uint32_t slot)
{
    const struct kind_model *model = f->plan->model;
    folder_export(f, slot);
    for (uint32_t i = 0; f->plan->varies[slot] && i < model->signal_count; i++) {
        const uint32_t own = model->signals[i].slot;
        if (f->plan->varies[own] && (own == slot || model->slots[slot].origin == SLOT_COMPUTED))
            vector_push(&f->lent_signals, i);
    }
}

/* ---- what an event does ---- */

static bool match_holds(struct folder *f, const struct match *match, const struct content *c)
{
    if (match->event != c->event) return false;
    return !match->when || cell_is_true(rule_eval(match->when, c->cells, f->scratch));
}

bool folder_matches(struct folder *f, const struct matcher *m, const struct content *c)
{
    if (m->human && c->machine) return false;
    const struct event_type *type = &f->engine->definition->events[c->event];
    if (m->any) return type->of == f->plan->kind && type->rank != RANK_TRAIT;
    for (size_t i = 0; i < m->count; i++)
        if (match_holds(f, &m->alternatives[i], c)) return true;
    return false;
}

static void add_signal_effects(struct folder *f, const struct content *c, effect_list *list)
{
    const struct kind_model *model = f->plan->model;
    for (uint32_t i = 0; i < model->signal_count; i++) {
        const struct signal *s = &model->signals[i];
        if (s->credit != CREDIT_NONE && c->credit && !(c->credit >> s->credit & 1)) continue;
        const uint8_t weight = s->window.amount || s->half_life_days ? EFFECT_WEIGHT : EFFECT_POINTS;
        for (uint32_t w = 0; w < s->weight_count; w++)
            if (!(s->match.human && c->machine) && match_holds(f, &s->weights[w].match, c))
                vector_push(list, ((struct effect){weight, (uint16_t)s->slot, i, cell_int(w)}));
        if (s->reduce == REDUCE_WEIGH) continue;
        struct cell value = s->of == NONE ? cell_absent() : c->cells[s->of];
        if (s->of != NONE && value.kind == CELL_ABSENT) continue;
        enum effect_kind effect = s->reduce == REDUCE_COUNT && !s->window.amount ? EFFECT_COUNT : EFFECT_SIGNAL;
        if (folder_matches(f, &s->match, c))
            vector_push(list, ((struct effect){(uint8_t)effect, (uint16_t)s->slot, i, value}));
    }
}

static void add_trait_effects(struct folder *f, const struct content *c, effect_list *list)
{
    const struct kind_model *model = f->plan->model;
    for (uint32_t i = 0; i < model->trait_count; i++)
        for (size_t k = 0; k < model->traits[i].feed_count; k++) {
            const struct feed *feed = &model->traits[i].feeds[k];
            const struct cell value = c->cells[feed->path];
            if (feed->event != c->event || (value.kind == CELL_ABSENT && !cell_is_withdrawn(value))) continue;
            vector_push(list, ((struct effect){EFFECT_TRAIT, (uint16_t)model->traits[i].slot, 0,
                                               cell_is_withdrawn(value) ? cell_absent() : value}));
        }
}

static uint32_t text_at(const struct content *c, uint32_t path)
{
    return path != NONE && c->cells[path].kind == CELL_TEXT ? (uint32_t)c->cells[path].number : 0;
}

static enum role role_at(const struct folder *f, const struct content *c, uint32_t path)
{
    struct slice text = dictionary_text(f->engine->definition->dictionary, text_at(c, path));
    for (int r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
        if (slice_equal_fold(text, slice_from(role_names[r]))) return (enum role)r;
    return ROLE_NONE;
}

static void add_decision(const struct folder *f, const struct content *c, struct statement *e)
{
    const struct decision_paths *p = &f->engine->definition->decisions;
    e->decision = f->engine->definition->events[c->event].decision;
    if (e->decision == DECISION_NONE) return;
    e->stage = text_at(c, p->stage);
    e->funnel = text_at(c, p->funnel);
    e->by = text_at(c, p->by);
    e->reason = text_at(c, p->reason);
    e->role = role_at(f, c, p->role);
}

static void add_reasons(const struct folder *f, const struct content *c, struct statement *e)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel *funnel = f->plan->funnels[i].funnel;
        for (size_t k = 0; k < funnel->exit_count; k++) {
            uint32_t path = funnel->exits[k].reason_path, code = text_at(c, path);
            if (!code || e->reason_count == REASON_PATHS_MAX) continue;
            e->reason_path[e->reason_count] = path;
            e->reason_code[e->reason_count++] = code;
        }
    }
}

const struct effects *folder_effects(struct folder *f, const struct content *content, struct arena *arena)
{
    struct statement statement = {0};
    effect_list *list = &f->effects;
    vector_clear(list);
    add_trait_effects(f, content, list);
    add_signal_effects(f, content, list);
    add_decision(f, content, &statement);
    add_reasons(f, content, &statement);
    const bool says = statement.decision || statement.reason_count;
    if (!list->count && !says) return NULL;
    struct effects *out = arena_alloc(arena, sizeof *out + list->count * sizeof *list->at);
    *out = (struct effects){.count = (uint32_t)list->count,
                            .rank = (uint8_t)f->engine->definition->events[content->event].rank};
    if (list->count) memcpy(out->list, list->at, list->count * sizeof *list->at);
    if (says) {
        struct statement *copy = ARENA_NEW(arena, struct statement);
        *copy = statement;
        out->statement = copy;
    }
    return out;
}

/* ---- the run ---- */

static void set_slot(struct folder *f, uint32_t slot, struct cell value)
{
    if (cell_same(f->cells[slot], value)) return;
    f->cells[slot] = value;
    bits_add(&f->fed, slot);
    bits_add(&f->changed, slot);
    bits_add(&f->pending, slot);
}

/* What signal_feed comes to for EFFECT_COUNT. */
static inline void count_up(struct folder *f, const struct effect *e, struct signal_state *st, int64_t at)
{
    const struct told_apart *told_apart = &f->plan->told_apart[e->index];
    st->at = at;
    f->cells[e->slot].number = ++st->number;
    bits_add(&f->touched, e->index);
    bits_add(&f->fed, e->slot);
    if (st->number < told_apart->least || st->number > told_apart->most) return;
    bits_add(&f->changed, e->slot);
    bits_add(&f->pending, e->slot);
}

/* Whether a rule may tell that the signal has so many points more. */
static inline bool may_tell(struct folder *f, uint32_t signal, int64_t points)
{
    const uint32_t score = f->plan->adds_to[signal];
    if (score == NONE) return true;
    f->room[score] = f->room[score] > points ? f->room[score] - points : 0;
    return f->room[score] == 0;
}

/* The same for EFFECT_POINTS. */
static inline void add_points(struct folder *f, const struct effect *e, struct signal_state *st, int64_t at)
{
    const struct signal *s = &f->plan->model->signals[e->index];
    const struct weight *w = &s->weights[e->value.number];
    uint32_t *times = &f->weight_counts[f->plan->weight_base[e->index] + (uint32_t)e->value.number];
    st->at = at;
    bits_add(&f->touched, e->index);
    bits_add(&f->fed, e->slot);
    if (w->at_most && *times >= w->at_most) return;
    ++*times;
    st->number += w->points;
    const struct cell value = weighed(s, st->number);
    if (cell_same(f->cells[e->slot], value)) return;
    f->cells[e->slot] = value;
    bits_add(&f->pending, e->slot);
    if (may_tell(f, e->index, w->points)) bits_add(&f->changed, e->slot);
}

static void apply(struct folder *f, const struct effects *effects, int64_t at)
{
    if (effects->statement) f->decided |= effects->statement->decision != DECISION_NONE;
    for (const struct effect *e = effects->list, *end = e + effects->count; e < end; e++) {
        if (e->kind == EFFECT_TRAIT) {
            set_slot(f, e->slot, e->value);
            continue;
        }
        struct signal_state *st = &f->signals[e->index];
        if (at <= st->since) continue;
        if (e->kind == EFFECT_COUNT)
            count_up(f, e, st, at);
        else if (e->kind == EFFECT_POINTS)
            add_points(f, e, st, at);
        else
            signal_feed(f, e, at);
    }
}

static void tell_instant(struct folder *f)
{
    if (!f->told) return;
    if (f->witness) witness_instant(f);
    if (f->exports.count) computed_refresh_all(f);
    for (size_t i = 0; i < f->exports.count; i++) {
        struct cell now = f->cells[f->exports.at[i]];
        if (cell_same(now, f->exported_last.at[i])) continue;
        f->exported_last.at[i] = now;
        vector_push(&f->exported, ((struct change){f->now, f->exports.at[i], now}));
    }
}

/* Under a snapshot stages are not worked out before start_at; what counts since their entry is anchored as they were
 * entered. */
static void follow_snapshot(struct folder *f, int64_t until)
{
    const struct snapshot *snapshot = f->trail->start;
    for (int64_t at; (at = machine_next_entry(f, snapshot)) < until;) {
        f->now = at;
        machine_replay_entries(f, snapshot);
    }
}

static void clear_instant(struct folder *f)
{
    bits_clear(&f->fed, f->plan->words);
    bits_clear(&f->changed, f->plan->words);
    f->decided = false;
}

static __attribute__((noinline)) void run_machine(struct folder *f)
{
    if (f->waits) machine_evidence(f);
    machine_run(f, false);
    if (!f->decided) return;
    for (size_t i = f->instant_from; i < f->instant_until; i++) {
        const struct effects *e = f->trail->events[i].effects;
        if (e && e->statement && e->statement->decision != DECISION_NONE) machine_decide(f, e->statement);
    }
    machine_run(f, true);
}

static inline void run_stages(struct folder *f)
{
    bits_join(&f->ever, &f->changed, f->plan->words);
    if (f->following)
        machine_replay_entries(f, f->trail->start);
    else if (f->decided || machine_could_move(f))
        run_machine(f);
    clear_instant(f);
}

bool folder_waited(const struct folder *f)
{
    return f->waited;
}

int64_t folder_next_change(struct folder *f)
{
    const struct clause *audience = f->engine->definition->audience;
    int64_t next = INSTANT_MAX;
    if (f->now == INSTANT_NONE) return next;
    if (f->waits) next = machine_next_wake(f);
    for (uint32_t i = 0; i < f->plan->model->signal_count; i++) {
        const int64_t at = signal_next_change(f, i);
        if (at < next) next = at;
    }
    if (!audience || f->plan->kind != KIND_PERSON) return next;
    const int64_t quiet = clause_next_quiet(f, audience, INSTANT_NONE);
    return quiet < next ? quiet : next;
}

static int64_t next_lent_change(struct folder *f)
{
    int64_t next = INSTANT_MAX;
    for (size_t i = 0; i < f->lent_signals.count; i++) {
        const int64_t at = signal_next_change(f, f->lent_signals.at[i]);
        if (at < next) next = at;
    }
    return next;
}

/* Everything that time alone does strictly before `until`. */
static void pass_time(struct folder *f, int64_t until)
{
    if (f->following) {
        int64_t start = f->trail->start_at;
        follow_snapshot(f, until < start ? until : start);
        if (until <= start) return;
        f->now = start;
        f->following = false;
        f->instant_from = f->instant_until;
        machine_resume(f, f->trail->start);
        machine_run(f, true);
        clear_instant(f);
        tell_instant(f);
    }
    while (f->waits || f->lent_signals.count) {
        int64_t wake = f->waits ? machine_next_wake(f) : INSTANT_MAX;
        const int64_t lent = f->lent_signals.count ? next_lent_change(f) : INSTANT_MAX;
        if (lent < wake) wake = lent;
        if (wake >= until) return;
        f->now = wake;
        f->instant_from = f->instant_until;
        run_stages(f);
        tell_instant(f);
    }
}

static enum event_rank rank_of(const struct effects *effects)
{
    return effects && effects->rank > RANK_BEHAVIOUR ? (enum event_rank)effects->rank : RANK_BEHAVIOUR;
}

/* All events of one instant, from `e` on; returns the first after it. What happened comes before what was decided, and
 * that before outcomes: each rank feeds its signals and then the stages run. */
static size_t run_instant(struct folder *f, size_t e)
{
    const struct happening *events = f->trail->events;
    const size_t count = f->trail->count;
    const int64_t now = f->now;
    do {
        f->instant_from = e;
        do {
            if (events[e].effects) apply(f, events[e].effects, now);
            e++;
        } while (e < count && events[e].at == now && rank_of(events[e].effects) == rank_of(events[e - 1].effects));
        f->instant_until = e;
        run_stages(f);
    } while (e < count && events[e].at == now);
    return e;
}

/* Values lent by others change, and none of the subject's events has the same instant. */
static void run_changes(struct folder *f, size_t e)
{
    f->instant_from = f->instant_until = e;
    run_stages(f);
}

static void start(struct folder *f, const struct trail *trail)
{
    const struct plan *plan = f->plan;
    if (plan->model->slot_count) memcpy(f->cells, plan->initial, plan->model->slot_count * sizeof *f->cells);
    f->trail = trail;
    f->following = trail->start != NULL;
    f->now = INSTANT_NONE;
    f->instant_from = f->instant_until = 0;
    vector_clear(&f->intervals);
    vector_clear(&f->handoffs);
    vector_clear(&f->leavings);
    vector_clear(&f->refusals);
    vector_clear(&f->exported);
    for (size_t i = 0; i < f->exported_last.count; i++) f->exported_last.at[i] = cell_absent();
    clear_instant(f);
    bits_clear(&f->pending, plan->words);
    bits_clear(&f->ever, plan->words);
    memset(f->room, 0, plan->model->computed_count * sizeof *f->room);
    for (unsigned w = 0; w < plan->words; w++) f->dirty.word[w] = f->steady_dirty.word[w] = plan->all_computed.word[w];
    signals_reset(f);
    machine_reset(f);
}

struct folder *folder_new(const struct engine *engine, enum subject_kind kind)
{
    const struct trail nothing = {.as_of = INSTANT_NONE};
    struct folder *f = memory_new(sizeof *f);
    const struct plan *plan = &engine->plans[kind];
    f->engine = engine;
    f->plan = plan;
    f->scratch = rule_scratch_new(engine->definition->dictionary);
    f->cells = memory_new(plan->model->slot_count * sizeof *f->cells);
    f->signals = memory_new(plan->model->signal_count * sizeof *f->signals);
    f->weight_counts = memory_new(plan->weight_total * sizeof *f->weight_counts);
    f->steady_sum = memory_new(plan->model->computed_count * sizeof *f->steady_sum);
    f->room = memory_new(plan->model->computed_count * sizeof *f->room);
    f->funnels = memory_new(plan->funnel_count * sizeof *f->funnels);
    f->false_at_first = memory_new(plan->funnel_count * sizeof *f->false_at_first);
    f->final_values = true;
    f->day_from = INSTANT_MAX;
    f->day_until = INSTANT_NONE;
    signals_init(f);
    start(f, &nothing);
    machine_init(f);
    return f;
}

static const struct facts *finish(struct folder *f)
{
    if (f->final_values) computed_refresh_all(f);
    f->facts = (struct facts){f->intervals.at, f->intervals.count, f->handoffs.at,   f->handoffs.count,
                              f->leavings.at,  f->leavings.count,  f->refusals.at,   f->refusals.count,
                              f->cells,        f->exported.at,     f->exported.count};
    return &f->facts;
}

const struct facts *folder_run(struct folder *f, const struct trail *trail)
{
    size_t e = 0, c = 0;
    const bool lends = f->lent_signals.count > 0;
    start(f, trail);
    for (;;) {
        int64_t at = e < trail->count ? trail->events[e].at : INSTANT_MAX;
        if (c < trail->change_count && trail->changes[c].at < at) at = trail->changes[c].at;
        if (at == INSTANT_MAX || at > trail->as_of) break;
        if (((f->waits || lends) && f->now != INSTANT_NONE) || f->following) pass_time(f, at);
        f->now = at;
        for (; c < trail->change_count && trail->changes[c].at == at; c++)
            set_slot(f, trail->changes[c].slot, trail->changes[c].value);
        if (e < trail->count && trail->events[e].at == at)
            e = run_instant(f, e);
        else
            run_changes(f, e);
        tell_instant(f);
    }
    if ((f->now != INSTANT_NONE || f->following) && trail->as_of != INSTANT_MAX) {
        pass_time(f, trail->as_of + 1);
        f->now = trail->as_of;
    }
    return finish(f);
}
