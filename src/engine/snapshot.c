/* Handing a subject's stages from one definition to the next (ruling 3, as recorded). A new definition never takes
 * anyone back: what was entered stays as it was, stages it does not know are kept in the history and count as left. */
#include "engine/internal.h"

struct kept_funnel {
    struct slice name;
    const struct funnel *funnel; /* of the definition that was in force */
    struct funnel_state state;
};

struct snapshot {
    const struct dictionary *dictionary;
    struct kept_funnel *funnels;
    size_t funnel_count;
    uint32_t *funnel_of; /* by the old definition's funnel index: into funnels */
    const struct interval *intervals;
    size_t interval_count;
    const struct handoff *handoffs;
    size_t handoff_count;
    const struct leaving *leavings;
    size_t leaving_count;
    const struct refused *refusals;
    size_t refusal_count;
};

static void *copy_of(struct arena *arena, const void *from, size_t bytes)
{
    void *to = arena_alloc(arena, bytes + 1);
    if (bytes) memcpy(to, from, bytes);
    return to;
}

const struct snapshot *folder_snapshot(const struct folder *f, struct arena *arena)
{
    struct snapshot *s = ARENA_NEW(arena, struct snapshot);
    s->dictionary = f->engine->definition->dictionary;
    s->funnel_count = f->plan->funnel_count;
    s->funnels = ARENA_ARRAY(arena, struct kept_funnel, s->funnel_count);
    s->funnel_of = ARENA_ARRAY(arena, uint32_t, f->engine->definition->funnel_count);
    for (uint32_t i = 0; i < s->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        s->funnels[i] = (struct kept_funnel){p->funnel->label.name, p->funnel, f->funnels[i]};
        s->funnel_of[p->index] = i;
    }
    s->interval_count = f->intervals.count;
    s->intervals = copy_of(arena, f->intervals.at, f->intervals.count * sizeof *f->intervals.at);
    s->handoff_count = f->handoffs.count;
    s->handoffs = copy_of(arena, f->handoffs.at, f->handoffs.count * sizeof *f->handoffs.at);
    s->leaving_count = f->leavings.count;
    s->leavings = copy_of(arena, f->leavings.at, f->leavings.count * sizeof *f->leavings.at);
    s->refusal_count = f->refusals.count;
    s->refusals = copy_of(arena, f->refusals.at, f->refusals.count * sizeof *f->refusals.at);
    return s;
}

/* The plan of this definition for a kept funnel; NULL when it no longer exists. */
static const struct funnel_plan *plan_for(const struct folder *f, const struct kept_funnel *kept)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++)
        if (slice_equal(f->plan->funnels[i].funnel->label.name, kept->name)) return &f->plan->funnels[i];
    return NULL;
}

/* -1 when this definition has no stage of that name. */
static int stage_for(const struct funnel_plan *p, const struct funnel *old, int stage)
{
    for (size_t i = 0; stage >= 0 && i < p->funnel->stage_count; i++)
        if (slice_equal(p->funnel->stages[i].label.name, old->stages[stage].label.name)) return (int)i;
    return -1;
}

static uint32_t code_for(const struct folder *f, const struct snapshot *s, uint32_t code)
{
    uint32_t own = dictionary_find(f->engine->definition->dictionary, dictionary_text(s->dictionary, code));
    return own == MAP_NONE ? 0 : own;
}

int64_t machine_next_entry(const struct folder *f, const struct snapshot *s)
{
    int64_t next = INSTANT_MAX;
    for (size_t i = 0; i < s->interval_count; i++)
        if (s->intervals[i].entered > f->now && s->intervals[i].entered < next) next = s->intervals[i].entered;
    return next;
}

static bool first_in_lap(const struct snapshot *s, size_t index)
{
    const struct interval *x = &s->intervals[index];
    for (size_t i = 0; i < index; i++) {
        const struct interval *y = &s->intervals[i];
        if (y->funnel == x->funnel && y->stage == x->stage && y->lap == x->lap) return false;
    }
    return true;
}

void machine_replay_entries(struct folder *f, const struct snapshot *s)
{
    const struct kind_model *model = f->plan->model;
    for (size_t i = 0; i < s->interval_count; i++) {
        const struct interval *x = &s->intervals[i];
        const struct kept_funnel *kept = &s->funnels[s->funnel_of[x->funnel]];
        const struct funnel_plan *p = x->entered == f->now && first_in_lap(s, i) ? plan_for(f, kept) : NULL;
        int stage = p ? stage_for(p, kept->funnel, x->stage) : -1;
        for (uint32_t k = 0; stage >= 0 && k < model->signal_count; k++)
            if (model->signals[k].since_funnel == p->index && model->signals[k].since_stage == (uint32_t)stage)
                signal_anchor(f, k, f->now);
    }
}

/* A landing that was not declared before has seen no evidence yet. */
static uint64_t stale_landings(const struct funnel_plan *p, const struct kept_funnel *kept)
{
    uint64_t stale = 0;
    for (size_t i = 0; i < p->funnel->landing_count; i++) {
        const struct slice name = p->funnel->landings[i].label.name;
        bool known = false;
        for (size_t k = 0; k < kept->funnel->landing_count; k++)
            known |= slice_equal(kept->funnel->landings[k].label.name, name) && !(kept->state.stale_landings >> k & 1);
        stale |= (uint64_t)!known << i;
    }
    return stale;
}

static void resume_funnel(struct folder *f, const struct kept_funnel *kept, const struct funnel_plan *p)
{
    struct funnel_state *st = &f->funnels[p - f->plan->funnels];
    const struct funnel_state *old = &kept->state;
    uint64_t reached = 0, stale = 0;
    int top = old->top;
    while (top >= 0 && stage_for(p, kept->funnel, top) < 0)
        top--; /* a stage that is no more: the one before it is held */
    for (int i = 0; i < (int)kept->funnel->stage_count; i++) {
        int stage = stage_for(p, kept->funnel, i);
        if (stage < 0) continue;
        reached |= (old->reached >> i & 1) << stage;
        stale |= (old->stale >> i & 1) << stage;
    }
    const bool ended = old->lap && !old->open;
    *st = (struct funnel_state){.top = stage_for(p, kept->funnel, top),
                                .lap = old->lap,
                                .open = old->open,
                                .reached = reached,
                                .stale = stale,
                                .stale_since = old->stale_since,
                                .ended = old->ended,
                                .landable = ended ? landings_after(p, old->ended) : 0,
                                .stale_landings = stale_landings(p, kept)};
}

void machine_resume(struct folder *f, const struct snapshot *s)
{
    for (size_t i = 0; i < s->funnel_count; i++) {
        const struct funnel_plan *p = plan_for(f, &s->funnels[i]);
        if (p) resume_funnel(f, &s->funnels[i], p);
    }
    for (size_t i = 0; i < s->interval_count; i++) {
        struct interval x = s->intervals[i];
        const struct kept_funnel *kept = &s->funnels[s->funnel_of[x.funnel]];
        const struct funnel_plan *p = plan_for(f, kept);
        int stage = p ? stage_for(p, kept->funnel, x.stage) : -1;
        if (stage < 0) continue;
        x.funnel = (uint16_t)p->index;
        x.stage = (uint16_t)stage;
        x.by = code_for(f, s, x.by);
        x.evidence_count = 0; /* indices of another trail */
        vector_push(&f->intervals, x);
        if (x.left == INSTANT_MAX) f->funnels[p - f->plan->funnels].interval = f->intervals.count;
    }
    for (size_t i = 0; i < s->handoff_count; i++) {
        struct handoff h = s->handoffs[i];
        const struct kept_funnel *kept = &s->funnels[s->funnel_of[h.funnel]];
        const struct funnel_plan *p = plan_for(f, kept);
        int stage = p ? stage_for(p, kept->funnel, h.stage) : -1;
        if (stage < 0) continue;
        h.funnel = (uint16_t)p->index;
        h.stage = (uint16_t)stage;
        h.by = code_for(f, s, h.by);
        h.reason = code_for(f, s, h.reason);
        vector_push(&f->handoffs, h);
        if (h.outcome == HANDOFF_OPEN) f->funnels[p - f->plan->funnels].handoff = f->handoffs.count;
    }
    for (size_t i = 0; i < s->leaving_count; i++) {
        struct leaving l = s->leavings[i];
        const struct kept_funnel *kept = &s->funnels[s->funnel_of[l.funnel]];
        const struct funnel_plan *p = plan_for(f, kept);
        int stage = p ? stage_for(p, kept->funnel, l.stage) : -1;
        if (stage < 0) continue;
        l.funnel = (uint16_t)p->index;
        l.stage = (uint16_t)stage;
        l.by = code_for(f, s, l.by);
        l.reason = code_for(f, s, l.reason);
        vector_push(&f->leavings, l);
    }
    for (size_t i = 0; i < s->refusal_count; i++) {
        struct refused r = s->refusals[i];
        const struct funnel_plan *p = plan_for(f, &s->funnels[s->funnel_of[r.funnel]]);
        if (!p) continue;
        r.funnel = (uint16_t)p->index;
        r.by = code_for(f, s, r.by);
        vector_push(&f->refusals, r);
    }
    machine_watch_all(f);
}
