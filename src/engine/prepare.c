/* What can be known of a definition before any event: who reads what, what changes by itself, what is tested when. */
#include "engine/internal.h"

#include <stdlib.h>

const char *const how_names[] = {"rule", "carried", "decided", "unproposed", "returned", "landed", "inherited"};
const char *const handoff_outcome_names[] = {"open", "accepted", "rejected", "returned", "withdrawn"};
const char *const refusal_names[] = {"role", "stage", "redundant", "nothing held", "late"};

/* Newton's method for the integer square root. */
static uint64_t square_root(unsigned __int128 n)
{
    if (n == 0) return 0;
    unsigned __int128 x = n, y = (x + 1) / 2;
    while (y < x) {
        x = y;
        y = (x + n / x) / 2;
    }
    return (uint64_t)x;
}

/* 2^(-1/h) = the product of 2^(-1/2^k) over the binary digits of 1/h; each factor is the square root of the one before.
 */
uint64_t decay_per_day(int64_t half_life_days)
{
    const uint64_t one = UINT64_C(1) << 62;
    unsigned __int128 result = one;
    uint64_t factor = one; /* 2^(-1/2^k), starting with k = 0 before the first root */
    uint64_t remainder = 1, h = (uint64_t)half_life_days;
    factor = one / 2;
    if (h == 1) return UINT64_C(1) << 31;
    for (int k = 1; k <= 60; k++) {
        factor = square_root((unsigned __int128)factor << 62);
        remainder *= 2;
        if (remainder >= h) {
            remainder -= h;
            result = result * factor >> 62;
        }
    }
    return (uint64_t)(result >> 30);
}

static bool signal_varies(const struct signal *s)
{
    return s->window.amount || s->half_life_days || s->reduce == REDUCE_DAYS_SINCE;
}

static struct cell initial_cell(const struct slot *slot, const struct kind_model *model)
{
    if (slot->origin == SLOT_CONTACTS) return cell_int(0);
    if (slot->origin == SLOT_MEMBERS) return slot->type.kind == FIELD_INT ? cell_int(0) : cell_decimal(0);
    if (slot->origin != SLOT_SIGNAL) return cell_absent();
    switch (model->signals[slot->index].reduce) {
    case REDUCE_COUNT:
    case REDUCE_DISTINCT:
    case REDUCE_STREAK: return cell_int(0);
    case REDUCE_WEIGH: return cell_decimal(0);
    case REDUCE_SUM:
        if (slot->type.kind == FIELD_MONEY) return cell_absent();
        return slot->type.kind == FIELD_INT ? cell_int(0) : cell_decimal(0);
    default: return cell_absent();
    }
}

static void add_rule_reads(struct bits *reads, const struct rule *rule)
{
    const uint32_t *slots;
    size_t n = rule ? rule_reads(rule, &slots) : 0;
    for (size_t i = 0; i < n; i++) bits_add(reads, slots[i]);
}

/* The slots a computed value reads directly. */
static struct bits computed_reads(const struct definition *d, const struct computed *c)
{
    struct bits reads = {0};
    const struct icp *icp = c->kind <= COMPUTED_MATCHED ? &d->icps[c->owner] : NULL;
    const struct bant *bant = c->kind >= COMPUTED_ANSWER && c->kind <= COMPUTED_PASSED ? &d->bants[c->owner] : NULL;
    switch (c->kind) {
    case COMPUTED_FIT:
        for (size_t i = 0; i < icp->count; i++) add_rule_reads(&reads, icp->criteria[i].when);
        break;
    case COMPUTED_MATCHED: bits_add(&reads, icp->fit_slot); break;
    case COMPUTED_ANSWER: add_rule_reads(&reads, bant->questions[c->part].when); break;
    case COMPUTED_YES:
    case COMPUTED_PASSED:
        for (size_t i = 0; i < bant->count; i++) bits_add(&reads, bant->questions[i].slot);
        break;
    case COMPUTED_SCORE:
        for (size_t i = 0; i < d->scores[c->owner].count; i++) {
            add_rule_reads(&reads, d->scores[c->owner].terms[i].when);
            add_rule_reads(&reads, d->scores[c->owner].terms[i].points);
        }
        break;
    }
    return reads;
}

static void clause_reads(const struct clause *clause, struct bits *reads)
{
    add_rule_reads(reads, clause->rule);
    if (clause->kind == CLAUSE_COUNT || clause->kind == CLAUSE_QUIET) bits_add(reads, clause->slot);
    for (size_t i = 0; i < clause->count; i++) clause_reads(&clause->members[i], reads);
}

/* Could time alone make the clause (or, under a `not`, its opposite) come true? Counts in windows only fall by
 * themselves. */
static bool clause_timed(const struct plan *plan, const struct clause *clause, bool positive)
{
    const uint32_t *slots;
    size_t n;
    switch (clause->kind) {
    case CLAUSE_QUIET: return true;
    case CLAUSE_COUNT: return !positive && plan->varies[clause->slot];
    case CLAUSE_RULE:
        n = rule_reads(clause->rule, &slots);
        for (size_t i = 0; i < n; i++)
            if (plan->varies[slots[i]]) return true;
        return false;
    default: break;
    }
    for (size_t i = 0; i < clause->count; i++)
        if (clause_timed(plan, &clause->members[i], positive != (clause->kind == CLAUSE_NOT))) return true;
    return false;
}

static void prepare_gate(struct engine *engine, struct plan *plan, const struct clause *clause, struct gate *gate)
{
    const struct kind_model *model = plan->model;
    gate->clause = clause;
    if (!clause) return;
    clause_reads(clause, &gate->reads);
    uint32_t *computed = ARENA_ARRAY(&engine->arena, uint32_t, model->computed_count);
    /* From the last to the first: each adds what it reads, and those stand before it. */
    for (size_t i = model->computed_count; i-- > 0;) {
        if (!bits_has(&gate->reads, model->computed[i].slot)) continue;
        struct bits more = computed_reads(engine->definition, &model->computed[i]);
        bits_join(&gate->reads, &more, plan->words);
        computed[model->computed_count - ++gate->computed_count] = (uint32_t)i;
    }
    gate->computed = computed + (model->computed_count - gate->computed_count);
    uint32_t *varying = ARENA_ARRAY(&engine->arena, uint32_t, model->signal_count);
    for (size_t i = 0; i < model->signal_count; i++)
        if (signal_varies(&model->signals[i]) && bits_has(&gate->reads, model->signals[i].slot))
            varying[gate->varying_count++] = (uint32_t)i;
    gate->varying = varying;
    gate->timed = clause_timed(plan, clause, true);
    for (size_t i = 0; i < model->signal_count; i++) gate->by_events |= bits_has(&gate->reads, model->signals[i].slot);
}

static void watch_gate(const struct plan *plan, const struct gate *gate, struct bits *slots, bool *timed)
{
    if (!gate->clause) return;
    bits_join(slots, &gate->reads, plan->words);
    *timed |= gate->timed;
}

/* What could move the funnel when `next` is the stage to come: that stage, and those after it that carry. */
static void prepare_watch(const struct plan *plan, const struct funnel_plan *p, size_t next, struct watch *watch)
{
    for (size_t i = next; i < p->funnel->stage_count; i++)
        if (i == next || p->carriers >> i & 1) watch_gate(plan, &p->stages[i], &watch->stages, &watch->timed);
}

static void prepare_watches(struct engine *engine, const struct plan *plan, struct funnel_plan *p)
{
    const struct funnel *funnel = p->funnel;
    prepare_watch(plan, p, 0, &p->closed);
    p->landable = p->closed;
    for (size_t i = 0; i < funnel->landing_count; i++)
        watch_gate(plan, &p->landings[i], &p->landable.stages, &p->landable.timed);
    p->open = ARENA_ARRAY(&engine->arena, struct watch, funnel->stage_count + 1);
    for (size_t next = 0; next <= funnel->stage_count; next++) {
        prepare_watch(plan, p, next, &p->open[next]);
        for (size_t i = 0; i < funnel->exit_count; i++)
            watch_gate(plan, &p->exits[i], &p->open[next].exits, &p->open[next].timed);
    }
}

static void prepare_anchored(struct engine *engine, const struct plan *plan, struct funnel_plan *p)
{
    const struct kind_model *model = plan->model;
    p->anchored = ARENA_ARRAY(&engine->arena, struct anchored, p->funnel->stage_count);
    for (uint32_t stage = 0; stage < p->funnel->stage_count; stage++) {
        uint32_t *signals = ARENA_ARRAY(&engine->arena, uint32_t, model->signal_count);
        struct anchored *a = &p->anchored[stage];
        a->signals = signals;
        for (uint32_t i = 0; i < model->signal_count; i++)
            if (model->signals[i].since_stage == stage && model->signals[i].since_funnel == p->index)
                signals[a->count++] = i;
    }
}

/* Of the rule of stage or landing i. */
static void prepare_reading(const struct plan *plan, const struct gate *gate, size_t i, uint64_t *reading,
                            struct funnel_plan *out)
{
    for (uint32_t s = 0; s < plan->model->slot_count; s++) {
        if (!bits_has(&gate->reads, s)) continue;
        reading[s] |= UINT64_C(1) << i;
        out->borrows |= slot_is_borrowed(&plan->model->slots[s]);
    }
}

static void prepare_landings(struct engine *engine, struct plan *plan, struct funnel_plan *out)
{
    const struct funnel *funnel = out->funnel;
    out->landings = ARENA_ARRAY(&engine->arena, struct gate, funnel->landing_count);
    out->landings_reading = ARENA_ARRAY(&engine->arena, uint64_t, plan->model->slot_count);
    for (size_t i = 0; i < funnel->landing_count; i++) {
        prepare_gate(engine, plan, funnel->landings[i].when, &out->landings[i]);
        prepare_reading(plan, &out->landings[i], i, out->landings_reading, out);
    }
}

static void prepare_funnel(struct engine *engine, struct plan *plan, uint32_t index, struct funnel_plan *out)
{
    const struct funnel *funnel = &engine->definition->funnels[index];
    struct arena *arena = &engine->arena;
    *out = (struct funnel_plan){.funnel = funnel,
                                .index = index,
                                .place = (uint32_t)(out - plan->funnels),
                                .name_code = dictionary_code(engine->definition->dictionary, funnel->label.name),
                                .stages = ARENA_ARRAY(arena, struct gate, funnel->stage_count),
                                .exits = ARENA_ARRAY(arena, struct gate, funnel->exit_count),
                                .stage_codes = ARENA_ARRAY(arena, uint32_t, funnel->stage_count),
                                .stages_reading = ARENA_ARRAY(arena, uint64_t, plan->model->slot_count)};
    for (size_t i = 0; i < funnel->stage_count; i++) {
        const struct stage *stage = &funnel->stages[i];
        prepare_gate(engine, plan, stage->enter, &out->stages[i]);
        out->stage_codes[i] = dictionary_code(engine->definition->dictionary, stage->label.name);
        if (stage->carries) out->carriers |= UINT64_C(1) << i;
        prepare_reading(plan, &out->stages[i], i, out->stages_reading, out);
    }
    for (size_t i = 0; i < funnel->exit_count; i++) prepare_gate(engine, plan, funnel->exits[i].when, &out->exits[i]);
    prepare_landings(engine, plan, out);
    prepare_watches(engine, plan, out);
    prepare_anchored(engine, plan, out);
}

static bool is_steady(const struct plan *plan, const struct score_term *term)
{
    struct bits reads = {0};
    add_rule_reads(&reads, term->when);
    add_rule_reads(&reads, term->points);
    return bits_within(&reads, &plan->given, plan->words);
}

static void prepare_terms(struct engine *engine, struct plan *plan)
{
    const struct kind_model *model = plan->model;
    for (uint32_t s = 0; s < model->slot_count; s++) {
        const enum slot_origin origin = model->slots[s].origin;
        if (origin == SLOT_SIGNAL || origin == SLOT_COMPUTED) continue;
        bits_add(&plan->given, s);
        if (origin != SLOT_MEMBERS) bits_add(&plan->told, s);
    }
    plan->terms = ARENA_ARRAY(&engine->arena, struct term_order, model->computed_count);
    for (size_t i = 0; i < model->computed_count; i++) {
        if (model->computed[i].kind != COMPUTED_SCORE) continue;
        const struct score *score = &engine->definition->scores[model->computed[i].owner];
        struct term_order *order = &plan->terms[i];
        order->terms = ARENA_ARRAY(&engine->arena, const struct score_term *, score->count);
        for (int steady = 1; steady >= 0; steady--) {
            for (size_t t = 0; t < score->count; t++)
                if (is_steady(plan, &score->terms[t]) == steady) order->terms[order->count++] = &score->terms[t];
            if (steady) order->steady = order->count;
        }
    }
}

static void prepare_computed(struct engine *engine, struct plan *plan)
{
    const struct kind_model *model = plan->model;
    for (size_t i = 0; i < model->signal_count; i++)
        plan->varies[model->signals[i].slot] = signal_varies(&model->signals[i]);
    for (size_t i = 0; i < model->computed_count; i++) {
        struct bits reads = computed_reads(engine->definition, &model->computed[i]);
        bits_add(&plan->all_computed, (uint32_t)i);
        for (uint32_t s = 0; s < model->slot_count; s++) {
            if (!bits_has(&reads, s)) continue;
            bits_add(&plan->dependents[s], (uint32_t)i);
            if (plan->varies[s]) plan->varies[model->computed[i].slot] = true;
        }
    }
    /* What a computed value depends on through others: later ones depend on all that earlier ones do. */
    for (size_t i = 0; i < model->computed_count; i++)
        for (uint32_t s = 0; s < model->slot_count; s++)
            if (bits_has(&plan->dependents[s], (uint32_t)i)) {
                struct bits through = plan->dependents[model->computed[i].slot];
                bits_join(&plan->dependents[s], &through, plan->words);
            }
}

static void prepare_signals(struct engine *engine, struct plan *plan)
{
    const struct kind_model *model = plan->model;
    struct decay *decays = ARENA_ARRAY(&engine->arena, struct decay, model->signal_count);
    plan->weight_base = ARENA_ARRAY(&engine->arena, uint32_t, model->signal_count);
    for (size_t i = 0; i < model->signal_count; i++) {
        const struct signal *s = &model->signals[i];
        if (s->half_life_days) decays[i].per_day = decay_per_day(s->half_life_days);
        plan->weight_base[i] = plan->weight_total;
        plan->weight_total += (uint32_t)s->weight_count;
    }
    engine->decays[plan->kind] = decays;
}

/* Counts that only clauses of the sort "at least n" read are told apart from n on. */
static void tell_apart_in(const struct plan *plan, const struct clause *clause, struct bits *read_by_rules)
{
    if (!clause) return;
    add_rule_reads(read_by_rules, clause->rule);
    if (clause->kind == CLAUSE_QUIET) bits_add(read_by_rules, clause->slot);
    if (clause->kind == CLAUSE_COUNT && plan->model->slots[clause->slot].origin == SLOT_SIGNAL) {
        struct told_apart *t = &plan->told_apart[plan->model->slots[clause->slot].index];
        if (clause->need < t->least) t->least = clause->need;
    }
    for (size_t i = 0; i < clause->count; i++) tell_apart_in(plan, &clause->members[i], read_by_rules);
}

static void prepare_told_apart(struct engine *engine, struct plan *plan)
{
    const struct kind_model *model = plan->model;
    struct bits by_rules = {0};
    plan->told_apart = ARENA_ARRAY(&engine->arena, struct told_apart, model->signal_count);
    for (size_t i = 0; i < model->signal_count; i++)
        plan->told_apart[i] =
            (struct told_apart){INT64_MAX, model->signals[i].enough ? model->signals[i].enough : INT64_MAX};
    for (size_t i = 0; i < plan->funnel_count; i++) {
        const struct funnel_plan *p = &plan->funnels[i];
        for (size_t s = 0; s < p->funnel->stage_count; s++) tell_apart_in(plan, p->stages[s].clause, &by_rules);
        for (size_t e = 0; e < p->funnel->exit_count; e++) tell_apart_in(plan, p->exits[e].clause, &by_rules);
        for (size_t l = 0; l < p->funnel->landing_count; l++) tell_apart_in(plan, p->landings[l].clause, &by_rules);
    }
    for (size_t i = 0; i < model->signal_count; i++) {
        const struct signal *s = &model->signals[i];
        const bool counts = s->reduce == REDUCE_COUNT || s->reduce == REDUCE_DISTINCT;
        const bool computed = bits_meet(&plan->dependents[s->slot], &plan->all_computed, plan->words);
        if (!counts || computed || bits_has(&by_rules, s->slot)) plan->told_apart[i].least = INT64_MIN;
    }
}

static void prepare_reaches(struct engine *engine, struct plan *plan);

static void prepare_kind(struct engine *engine, enum subject_kind kind)
{
    const struct definition *d = engine->definition;
    struct plan *plan = &engine->plans[kind];
    struct arena *arena = &engine->arena;
    plan->model = &d->kinds[kind];
    plan->kind = kind;
    plan->words = (unsigned)(plan->model->slot_count + 63) / 64;
    plan->initial = ARENA_ARRAY(arena, struct cell, plan->model->slot_count);
    plan->dependents = ARENA_ARRAY(arena, struct bits, plan->model->slot_count);
    plan->varies = ARENA_ARRAY(arena, bool, plan->model->slot_count);
    for (size_t i = 0; i < plan->model->slot_count; i++)
        plan->initial[i] = initial_cell(&plan->model->slots[i], plan->model);
    prepare_signals(engine, plan);
    prepare_computed(engine, plan);
    prepare_terms(engine, plan);
    plan->funnels = ARENA_ARRAY(arena, struct funnel_plan, d->funnel_count);
    for (uint32_t i = 0; i < d->funnel_count; i++)
        if (d->funnels[i].of == kind) prepare_funnel(engine, plan, i, &plan->funnels[plan->funnel_count++]);
    prepare_told_apart(engine, plan);
    prepare_reaches(engine, plan);
}

struct engine *engine_new(const struct definition *definition, struct engine_calendar calendar)
{
    struct engine *engine = memory_new(sizeof *engine);
    arena_init(&engine->arena);
    engine->definition = definition;
    engine->calendar = calendar;
    for (int kind = 0; kind < KIND_COUNT; kind++) prepare_kind(engine, (enum subject_kind)kind);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (!engine) return;
    arena_release(&engine->arena);
    free(engine);
}

const struct definition *engine_definition(const struct engine *engine)
{
    return engine->definition;
}

bool engine_needs(const struct engine *engine, enum subject_kind kind)
{
    const struct plan *plan = &engine->plans[kind];
    return plan->model->slot_count || plan->funnel_count;
}

static bool funnel_reads(const struct funnel_plan *p, uint32_t slot)
{
    const struct funnel *funnel = p->funnel;
    struct bits routes = {0};
    for (size_t i = 0; i < funnel->stage_count; i++) {
        if (bits_has(&p->stages[i].reads, slot)) return true;
        for (size_t k = 0; k < funnel->stages[i].route_count; k++)
            add_rule_reads(&routes, funnel->stages[i].routes[k].when);
    }
    for (size_t i = 0; i < funnel->exit_count; i++)
        if (bits_has(&p->exits[i].reads, slot)) return true;
    for (size_t i = 0; i < funnel->landing_count; i++)
        if (bits_has(&p->landings[i].reads, slot)) return true;
    return bits_has(&routes, slot);
}

bool engine_rests_on(const struct engine *engine, enum subject_kind kind, uint32_t slot, bool scores)
{
    const struct plan *plan = &engine->plans[kind];
    for (size_t i = 0; i < plan->funnel_count; i++)
        if (funnel_reads(&plan->funnels[i], slot)) return true;
    for (size_t i = 0; i < plan->model->computed_count; i++) {
        const struct computed *c = &plan->model->computed[i];
        if (!bits_has(&plan->dependents[slot], (uint32_t)i)) continue;
        if (scores && c->kind == COMPUTED_SCORE) return true;
        for (size_t k = 0; k < plan->funnel_count; k++)
            if (funnel_reads(&plan->funnels[k], c->slot)) return true;
    }
    return false;
}

bool engine_computes_from(const struct engine *engine, enum subject_kind kind, uint32_t slot)
{
    const struct plan *plan = &engine->plans[kind];
    return bits_meet(&plan->dependents[slot], &plan->all_computed, plan->words);
}

/* ---- which values are the same to all rules ---- */

struct cutting {
    const struct definition *definition;
    uint32_t slot;
    struct rule_cuts *cuts;
};

static bool cut_rule(const struct cutting *c, const struct rule *rule)
{
    return !rule || rule_add_cuts(rule, c->slot, c->cuts);
}

static bool cut_clause(const struct cutting *c, const struct clause *clause)
{
    if ((clause->kind == CLAUSE_COUNT || clause->kind == CLAUSE_QUIET) && clause->slot == c->slot) return false;
    bool all = cut_rule(c, clause->rule);
    for (size_t i = 0; i < clause->count; i++) all = all && cut_clause(c, &clause->members[i]);
    return all;
}

/* An exit may ask for something that happened in the lap: each change counts. Nobody lands before a lap has ended, and
 * from then on each change counts as well (folder_waited). */
static bool cut_funnel(const struct cutting *c, const struct funnel_plan *p)
{
    for (size_t i = 0; i < p->funnel->exit_count; i++)
        if (bits_has(&p->exits[i].reads, c->slot)) return false;
    for (size_t i = 0; i < p->funnel->stage_count; i++) {
        const struct stage *stage = &p->funnel->stages[i];
        if (stage->enter && !cut_clause(c, stage->enter)) return false;
        for (size_t k = 0; k < stage->route_count; k++)
            if (!cut_rule(c, stage->routes[k].when)) return false;
    }
    return true;
}

/* What reads other computed values changes when those do. */
static bool cut_computed(const struct cutting *c, const struct computed *computed)
{
    const struct icp *icp = &c->definition->icps[computed->owner];
    const struct score *score = &c->definition->scores[computed->owner];
    switch (computed->kind) {
    case COMPUTED_FIT:
        for (size_t i = 0; i < icp->count; i++)
            if (!cut_rule(c, icp->criteria[i].when)) return false;
        return true;
    case COMPUTED_ANSWER: return cut_rule(c, c->definition->bants[computed->owner].questions[computed->part].when);
    case COMPUTED_SCORE:
        for (size_t i = 0; i < score->count; i++)
            if (!cut_rule(c, score->terms[i].when) || !cut_rule(c, score->terms[i].points)) return false;
        return true;
    default: return true;
    }
}

bool engine_cuts(const struct engine *engine, enum subject_kind kind, uint32_t slot, struct rule_cuts *cuts)
{
    const struct plan *plan = &engine->plans[kind];
    const struct cutting c = {engine->definition, slot, cuts};
    for (size_t i = 0; i < plan->funnel_count; i++)
        if (!cut_funnel(&c, &plan->funnels[i])) return false;
    for (size_t i = 0; i < plan->model->computed_count; i++)
        if (!cut_computed(&c, &plan->model->computed[i])) return false;
    return true;
}

/* ---- points that only add to a score ---- */

static bool only_grows(const struct signal *s)
{
    if (s->reduce != REDUCE_WEIGH || s->window.amount || s->half_life_days) return false;
    for (size_t i = 0; i < s->weight_count; i++)
        if (s->weights[i].points < 0) return false;
    return true;
}

static bool gate_reads(const struct clause *clause, uint32_t slot)
{
    struct bits reads = {0};
    if (clause) clause_reads(clause, &reads);
    return bits_has(&reads, slot);
}

static bool funnel_reads_directly(const struct funnel *funnel, uint32_t slot)
{
    for (size_t i = 0; i < funnel->stage_count; i++)
        if (gate_reads(funnel->stages[i].enter, slot)) return true;
    for (size_t i = 0; i < funnel->exit_count; i++)
        if (gate_reads(funnel->exits[i].when, slot)) return true;
    for (size_t i = 0; i < funnel->landing_count; i++)
        if (gate_reads(funnel->landings[i].when, slot)) return true;
    return false;
}

/* Among the terms the slot's value is the points of one, and nothing more. */
static bool is_one_term(const struct score *score, uint32_t slot)
{
    size_t terms = 0;
    for (size_t i = 0; i < score->count; i++) {
        struct bits when = {0}, points = {0};
        add_rule_reads(&when, score->terms[i].when);
        add_rule_reads(&points, score->terms[i].points);
        if (bits_has(&when, slot)) return false;
        if (!bits_has(&points, slot)) continue;
        if (!rule_is_slot(score->terms[i].points, slot)) return false;
        terms++;
    }
    return terms == 1;
}

/* The only computed value, a score, that reads the slot, and no gate does; else NONE. */
static uint32_t score_of_points(const struct engine *engine, const struct plan *plan, uint32_t slot)
{
    uint32_t found = NONE;
    for (size_t i = 0; i < plan->funnel_count; i++)
        if (funnel_reads_directly(plan->funnels[i].funnel, slot)) return NONE;
    for (uint32_t i = 0; i < plan->model->computed_count; i++) {
        const struct computed *c = &plan->model->computed[i];
        const struct bits reads = computed_reads(engine->definition, c);
        if (!bits_has(&reads, slot)) continue;
        if (found != NONE || c->kind != COMPUTED_SCORE) return NONE;
        if (!is_one_term(&engine->definition->scores[c->owner], slot)) return NONE;
        found = i;
    }
    return found;
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* False: rules do more with the score than compare it. */
static bool prepare_reach(struct engine *engine, const struct plan *plan, uint32_t score)
{
    struct rule_cuts cuts = {0};
    struct reach *reach = &plan->reaches[score];
    if (reach->numbers) return true; /* by another signal */
    if (engine_cuts(engine, plan->kind, plan->model->computed[score].slot, &cuts)) {
        reach->count = cuts.count;
        reach->numbers = ARENA_ARRAY(&engine->arena, int64_t, cuts.count + 1); /* one more: never NULL */
        if (cuts.count) memcpy(reach->numbers, cuts.at, cuts.count * sizeof *cuts.at);
        qsort(reach->numbers, reach->count, sizeof *reach->numbers, by_number);
    }
    vector_release(&cuts);
    return reach->numbers != NULL;
}

static void prepare_reaches(struct engine *engine, struct plan *plan)
{
    const struct kind_model *model = plan->model;
    plan->adds_to = ARENA_ARRAY(&engine->arena, uint32_t, model->signal_count);
    plan->reaches = ARENA_ARRAY(&engine->arena, struct reach, model->computed_count);
    for (size_t i = 0; i < model->signal_count; i++) {
        const struct signal *s = &model->signals[i];
        const uint32_t score = only_grows(s) ? score_of_points(engine, plan, s->slot) : NONE;
        plan->adds_to[i] = score != NONE && prepare_reach(engine, plan, score) ? score : NONE;
    }
}

int64_t duration_after(const struct engine *engine, struct duration d, int64_t from)
{
    const struct zone *zone = engine->calendar.zone;
    switch (d.unit) {
    case DURATION_EXACT: return from + d.amount;
    case DURATION_CALENDAR_DAYS: return zone_day_start(zone, zone_day(zone, from) + d.amount);
    case DURATION_BUSINESS_DAYS: return workweek_after_days(engine->calendar.workweek, from, d.amount);
    case DURATION_BUSINESS_TIME: return workweek_after(engine->calendar.workweek, from, d.amount);
    }
    return from;
}
