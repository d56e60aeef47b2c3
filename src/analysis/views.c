/* The two windows' rows, found once: a month of a table of years is a small part of it. */
#include <stdlib.h>

#include "analysis/parts.h"
#include "base/memory.h"

/* On the flow basis: an entry or an exit inside the window. */
static bool flows(const struct analysis *a, const struct view *v, size_t row)
{
    const struct fact_table *t = a->table;
    bool inside = (t->exit[row] != EXIT_NONE) & view_holds(v, t->exit_at[row]);
    for (size_t s = 0; s < a->funnel->stage_count; s++) inside |= view_holds(v, t->entered[s][row]);
    return inside;
}

/* Each row is written behind every list, and stays there where it counts: no branch to guess. */
static void find_reached(const struct analysis *a, struct arena *arena, struct view *v)
{
    const size_t stages = a->funnel->stage_count;
    struct view_rows *reached = ARENA_ARRAY(arena, struct view_rows, stages);
    v->reached = reached;
    for (uint32_t s = 0; s < stages; s++) {
        uint32_t *rows = arena_alloc(arena, (v->count + 1) * sizeof *rows);
        size_t count = 0;
        view_each (v, i) {
            rows[count] = (uint32_t)i;
            count += view_counts(v, i, s);
        }
        reached[s] = (struct view_rows){rows, count};
    }
}

static void find_rows(const struct analysis *a, struct arena *arena, struct view *v)
{
    if (!v->given) return;
    uint32_t *rows = memory_large((a->table->rows + 1) * sizeof *rows);
    for (size_t i = 0; i < a->table->rows; i++) {
        rows[v->count] = (uint32_t)i;
        v->count += v->flow ? a->table->lap[i] == 1 && flows(a, v, i) : view_cohort(v, i);
    }
    uint32_t *kept = ARENA_ARRAY(arena, uint32_t, v->count);
    if (v->count) memcpy(kept, rows, v->count * sizeof *kept);
    v->rows = kept;
    free(rows);
}

/* While the period runs, what it is compared with has run as long. */
static void cut_before(struct report_window *before, const struct report_window *now)
{
    const int64_t ran = now->as_of + 1 - now->from;
    if (now->as_of < now->until && before->from + ran < before->until) before->until = before->from + ran;
}

void build_views(struct analysis *a, struct arena *arena)
{
    bool flow = a->basis == BASIS_FLOW;
    struct view *views = ARENA_ARRAY(arena, struct view, 2);
    views[0] = (struct view){a->table, a->table->windows[0], WINDOW_PERIOD, flow, .given = true};
    views[1] = (struct view){a->table, a->table->windows[1], WINDOW_COMPARE, flow, .given = a->compared};
    cut_before(&views[1].window, &a->table->windows[0]);
    for (int i = 0; i < 2; i++) find_rows(a, arena, &views[i]);
    a->views = views;
}

void view_find_reached(struct analysis *a, struct arena *arena)
{
    struct view *views = (struct view *)a->views;
    for (int i = 0; i < 2; i++) find_reached(a, arena, &views[i]);
}

struct view view_now(const struct analysis *a)
{
    return a->views[0];
}

struct view view_before(const struct analysis *a)
{
    return a->views[1];
}
