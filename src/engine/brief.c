#include "engine/brief.h"

#include "engine/internal.h"

struct asking {
    struct folder *folder;
    const struct cell *cells;
    struct arena *arena;
};

static bool holds(const struct asking *a, const struct clause *clause)
{
    return !clause || clause_eval(a->folder, clause, a->cells, INSTANT_NONE) == TRUTH_TRUE;
}

static bool answered_yes(const struct asking *a, const struct talking_point *p)
{
    if (p->bant == NONE) return false;
    const struct bant *bant = &engine_definition(a->folder->engine)->bants[p->bant];
    return cell_is_true(a->cells[bant->questions[p->question].slot]);
}

static struct chosen choose_points(const struct asking *a, const struct point_list *list)
{
    uint32_t *at = ARENA_ARRAY(a->arena, uint32_t, list->count);
    size_t count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (!answered_yes(a, &list->at[i]) && holds(a, list->at[i].when)) at[count++] = i;
    return (struct chosen){at, count};
}

static struct chosen choose_playbooks(const struct asking *a, const struct definition *d, enum subject_kind kind)
{
    uint32_t *at = ARENA_ARRAY(a->arena, uint32_t, d->playbook_count);
    size_t count = 0;
    for (uint32_t i = 0; i < d->playbook_count; i++)
        if (d->playbooks[i].of == kind && holds(a, d->playbooks[i].when)) at[count++] = i;
    return (struct chosen){at, count};
}

uint32_t seat_of(struct folder *folder, const struct cell *cells)
{
    const struct definition *d = engine_definition(folder->engine);
    const struct asking a = {folder, cells, NULL};
    for (uint32_t i = 0; i < d->seat_count && folder->plan->kind == KIND_PERSON; i++)
        if (holds(&a, d->seats[i].when)) return i;
    return NONE;
}

void briefing_make(struct folder *folder, const struct cell *cells, int64_t as_of, struct arena *arena,
                   struct briefing *out)
{
    const struct definition *d = engine_definition(folder->engine);
    const struct asking a = {folder, cells, arena};
    *out = (struct briefing){0};
    folder->now = as_of;
    for (int part = 0; part < BRIEF_PARTS && d->brief.of == folder->plan->kind; part++)
        out->points[part] = choose_points(&a, &d->brief.parts[part]);
    out->playbooks = choose_playbooks(&a, d, folder->plan->kind);
    out->seat = seat_of(folder, cells);
}

/* ---- the clock of a stage ---- */

/* The latest instant from which `span` ends by `due`, not before `began`. What a span ends at never goes back as its
 * beginning goes on, whatever its unit. */
static int64_t latest_before(const struct engine *engine, struct duration span, int64_t began, int64_t due)
{
    int64_t low = began, high = due;
    while (low < high) {
        const int64_t middle = low + (high - low + 1) / 2;
        if (duration_after(engine, span, middle) <= due)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

int64_t notice_at(const struct engine *engine, const struct stage *stage, const struct notice *notice, int64_t began)
{
    const int64_t due = duration_after(engine, stage->sla, began);
    switch (notice->from) {
    case NOTICE_AFTER_START: return duration_after(engine, notice->span, began);
    case NOTICE_AFTER_DUE: return due == INSTANT_MAX ? due : duration_after(engine, notice->span, due);
    case NOTICE_BEFORE_DUE: return due == INSTANT_MAX ? due : latest_before(engine, notice->span, began, due);
    case NOTICE_AT_DUE: break;
    }
    return due;
}
