#include "analysis/dimension.h"
#include "analysis/parts.h"

static uint32_t find_decided(const struct analysis *a)
{
    for (uint32_t s = 1; s <= a->goal; s++)
        if (a->funnel->stages[s].decided_by != ROLE_NONE) return s;
    return NONE;
}

/* The end that the report speaks of: as the definition says, else the last stage that does not carry. */
static uint32_t find_goal(const struct definition *d, const struct funnel *f)
{
    if (d->report.through < f->stage_count) return d->report.through;
    uint32_t goal = (uint32_t)f->stage_count - 1;
    while (goal > 0 && f->stages[goal].carries) goal--;
    return goal;
}

static struct analysis *begin(struct arena *arena, const struct fact_table *table, enum basis basis)
{
    struct analysis *a = ARENA_NEW(arena, struct analysis);
    a->table = table;
    a->definition = table->definition;
    a->funnel = &table->definition->funnels[table->funnel];
    a->basis = basis;
    a->compared = table->has_compare;
    a->min_n = table->definition->report.min_n > 0 ? (uint64_t)table->definition->report.min_n : 20;
    a->goal = find_goal(a->definition, a->funnel);
    a->stage_count = a->goal + 1;
    a->decided = find_decided(a);
    a->ready = a->decided == NONE ? a->goal : a->decided - 1;
    build_views(a, arena);
    return a;
}

const struct analysis *analysis_of_rows(struct arena *arena, const struct fact_table *table, enum basis basis)
{
    return begin(arena, table, basis);
}

const struct analysis *analysis_build(struct arena *arena, const struct fact_table *table,
                                      const struct analysis_options *options)
{
    struct analysis *a = begin(arena, table, options->basis);
    a->values = options->values ? options->values : values_defined(table->definition);
    view_find_reached(a, arena);
    build_stages(a, arena);
    build_groups(a, arena);
    build_audience(a, arena);
    build_months(a, arena);
    build_mails(a, arena);
    build_leaving(a, arena);
    build_channels(a, arena);
    build_weak(a, arena);
    build_kpis(a, arena);
    build_causes(a, arena);
    build_insights(a, arena);
    build_actions(a, arena);
    return a;
}

const struct analysis *analysis_of_nobody(struct arena *arena, const struct fact_table *table)
{
    struct fact_table *t = ARENA_NEW(arena, struct fact_table);
    *t = *table;
    t->rows = t->handoff_count = t->returned_count = t->later_count = t->mail_count = t->credit_count = 0;
    return begin(arena, t, BASIS_COHORT);
}
