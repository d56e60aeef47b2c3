#include "engine/residue.h"

struct maker {
    const struct definition *definition;
    const struct zone *zone;
    int64_t erased_on; /* the end of that day */
    struct arena *arena;
};

static int64_t day_end(const struct maker *m, int64_t at)
{
    if (at == INSTANT_MAX || at == INSTANT_NONE) return at;
    return zone_day_start(m->zone, zone_day(m->zone, at) + 1) - 1;
}

/* The last stage of several is the win: it is held on while the lap is closed. */
static bool is_win(const struct maker *m, uint16_t funnel, uint16_t stage)
{
    const struct funnel *f = &m->definition->funnels[funnel];
    return f->stage_count > 1 && stage + 1u == f->stage_count;
}

/* ---- reasons: words of the definition's lists stay, free text does not ---- */

static bool is_listed(const struct maker *m, uint32_t reason, const struct reason *reasons, size_t count)
{
    const struct slice text = dictionary_text(m->definition->dictionary, reason);
    for (size_t i = 0; i < count; i++)
        if (slice_equal(text, reasons[i].label.name)) return true;
    return false;
}

static uint32_t reason_kept(const struct maker *m, uint16_t funnel, uint32_t reason)
{
    const struct funnel *f = &m->definition->funnels[funnel];
    if (!reason) return 0;
    for (size_t i = 0; i < f->stage_count; i++)
        if (is_listed(m, reason, f->stages[i].reject_reasons, f->stages[i].reject_count) ||
            is_listed(m, reason, f->stages[i].return_reasons, f->stages[i].return_count))
            return reason;
    for (size_t i = 0; i < f->exit_count; i++)
        if (is_listed(m, reason, f->exits[i].reasons, f->exits[i].reason_count)) return reason;
    return 0;
}

/* ---- facts ---- */

static void put_intervals(const struct maker *m, const struct facts *facts, struct facts *out)
{
    struct interval *list = ARENA_ARRAY(m->arena, struct interval, facts->interval_count);
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        list[i] = (struct interval){.entered = day_end(m, x->entered),
                                    .left = x->left == INSTANT_MAX ? m->erased_on : day_end(m, x->left),
                                    .lap = x->lap,
                                    .funnel = x->funnel,
                                    .stage = x->stage,
                                    .how = x->how,
                                    .reason = reason_kept(m, x->funnel, x->reason)};
    }
    out->intervals = list;
    out->interval_count = facts->interval_count;
}

/* Whether it was answered in time must stay true, although an answer and its due time may fall on one day. */
static int64_t due_day(const struct maker *m, const struct handoff *h)
{
    const int64_t due = day_end(m, h->due);
    const bool late = h->at != INSTANT_MAX && h->due != INSTANT_MAX && h->at > h->due;
    return late && due == day_end(m, h->at) ? due - 1 : due;
}

static void put_handoffs(const struct maker *m, const struct facts *facts, struct facts *out)
{
    struct handoff *list = ARENA_ARRAY(m->arena, struct handoff, facts->handoff_count);
    for (size_t i = 0; i < facts->handoff_count; i++) {
        const struct handoff *h = &facts->handoffs[i];
        const bool open = h->outcome == HANDOFF_OPEN;
        list[i] = (struct handoff){.submitted = day_end(m, h->submitted),
                                   .due = due_day(m, h),
                                   .at = open ? m->erased_on : day_end(m, h->at),
                                   .lap = h->lap,
                                   .funnel = h->funnel,
                                   .stage = h->stage,
                                   .outcome = open ? HANDOFF_WITHDRAWN : h->outcome,
                                   .reason = reason_kept(m, h->funnel, h->reason)};
    }
    out->handoffs = list;
    out->handoff_count = facts->handoff_count;
}

static void put_leavings(const struct maker *m, const struct facts *facts, struct facts *out)
{
    struct leaving *list = ARENA_ARRAY(m->arena, struct leaving, facts->leaving_count + m->definition->funnel_count);
    size_t count = 0;
    for (; count < facts->leaving_count; count++) {
        const struct leaving *l = &facts->leavings[count];
        list[count] = (struct leaving){.at = day_end(m, l->at),
                                       .lap = l->lap,
                                       .funnel = l->funnel,
                                       .stage = l->stage,
                                       .name = l->name,
                                       .reason = reason_kept(m, l->funnel, l->reason)};
    }
    for (size_t i = 0; i < facts->interval_count; i++) { /* at most one is held in each funnel */
        const struct interval *x = &facts->intervals[i];
        if (x->left != INSTANT_MAX || is_win(m, x->funnel, x->stage)) continue;
        list[count++] = (struct leaving){
            .at = m->erased_on, .lap = x->lap, .funnel = x->funnel, .stage = x->stage, .name = SLICE(RESIDUE_EXIT)};
    }
    out->leavings = list;
    out->leaving_count = count;
}

static bool is_dimension(const struct definition *d, enum subject_kind kind, uint32_t slot)
{
    for (size_t i = 0; i < d->dimension_count; i++)
        if (d->dimensions[i].of == kind && d->dimensions[i].slot == slot) return true;
    return false;
}

static void put_values(const struct maker *m, enum subject_kind kind, const struct facts *facts,
                       const struct residue_sharing *sharing, struct facts *out)
{
    const size_t slots = m->definition->kinds[kind].slot_count;
    struct cell *cells = ARENA_ARRAY(m->arena, struct cell, slots);
    for (uint32_t s = 0; s < slots; s++) {
        cells[s] = cell_absent();
        if (!sharing || !is_dimension(m->definition, kind, s)) continue;
        if (sharing->count(sharing->context, s, facts->cells[s]) >= RESIDUE_SHARED_MIN) cells[s] = facts->cells[s];
    }
    out->cells = cells;
}

struct facts residue_of(const struct facts *facts, const struct definition *definition, enum subject_kind kind,
                        const struct zone *zone, int64_t erased_at, const struct residue_sharing *sharing,
                        struct arena *arena)
{
    struct maker m = {definition, zone, 0, arena};
    struct facts out = {0};
    m.erased_on = day_end(&m, erased_at);
    put_intervals(&m, facts, &out);
    put_handoffs(&m, facts, &out);
    put_leavings(&m, facts, &out);
    put_values(&m, kind, facts, sharing, &out);
    return out;
}
