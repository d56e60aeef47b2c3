/* Who needs whom: the order of computed values, and the circles nothing could ever get out of. */
#include "definition/loader.h"

/* ---- computed values of one kind ---- */

/* The slots a computed value reads directly. */
static void add_reads(const struct rule *rule, bool *reads)
{
    const uint32_t *slots;
    size_t count = rule ? rule_reads(rule, &slots) : 0;
    for (size_t i = 0; i < count; i++) reads[slots[i]] = true;
}

static void computed_reads(struct loader *l, const struct computed *c, bool *reads)
{
    const struct icp *icp = c->kind <= COMPUTED_MATCHED ? &l->icps.at[c->owner] : NULL;
    const struct bant *bant = c->kind >= COMPUTED_ANSWER && c->kind <= COMPUTED_PASSED ? &l->bants.at[c->owner] : NULL;
    const struct score *score = c->kind == COMPUTED_SCORE ? &l->scores.at[c->owner] : NULL;
    switch (c->kind) {
    case COMPUTED_FIT:
        for (size_t i = 0; i < icp->count; i++) add_reads(icp->criteria[i].when, reads);
        break;
    case COMPUTED_MATCHED: reads[icp->fit_slot] = true; break;
    case COMPUTED_ANSWER: add_reads(bant->questions[c->part].when, reads); break;
    case COMPUTED_YES:
        for (size_t i = 0; i < bant->count; i++) reads[bant->questions[i].slot] = true;
        break;
    case COMPUTED_PASSED: reads[bant->yes_slot] = true; break;
    case COMPUTED_SCORE:
        for (size_t i = 0; i < score->count; i++) {
            add_reads(score->terms[i].when, reads);
            add_reads(score->terms[i].points, reads);
        }
        break;
    }
}

enum mark { NEW, OPEN, DONE };

struct visit {
    struct loader *l;
    struct kind_builder *kind;
    enum mark *marks; /* by computed value */
    uint32_t *stack;  /* the values being visited */
    size_t depth;
    struct computed *order;
    size_t ordered;
    bool circle;
};

static struct slice computed_name(const struct visit *v, uint32_t index)
{
    return v->kind->slots.at[v->kind->computed.at[index].slot].name;
}

static void report_circle(struct visit *v, uint32_t index)
{
    struct slice path = hint_printf(v->l, "`%.*s`", SLICE_ARG(computed_name(v, index)));
    for (size_t i = v->depth; i-- > 0;) {
        path = hint_printf(v->l, "`%.*s` needs %.*s", SLICE_ARG(computed_name(v, v->stack[i])), SLICE_ARG(path));
        if (v->stack[i] == index) break;
    }
    complain_at(v->l, v->kind->computed_places.at[index], SLICE("let one of them do without the other"),
                "a circle: %.*s", SLICE_ARG(path));
    v->circle = true;
}

/* Depth first; what it needs stands before it. A chain is at most as long as there are values: SLOTS_MAX. */
static void visit(struct visit *v, uint32_t index)
{
    if (v->marks[index] == DONE || v->circle) return;
    if (v->marks[index] == OPEN) {
        report_circle(v, index);
        return;
    }
    v->marks[index] = OPEN;
    v->stack[v->depth++] = index;
    bool *reads = memory_new(v->kind->slots.count * sizeof *reads);
    computed_reads(v->l, &v->kind->computed.at[index], reads);
    for (size_t s = 0; s < v->kind->slots.count; s++) {
        const struct slot *slot = &v->kind->slots.at[s];
        if (reads[s] && slot->origin == SLOT_COMPUTED) visit(v, slot->index);
    }
    free(reads);
    v->depth--;
    v->marks[index] = DONE;
    v->order[v->ordered++] = v->kind->computed.at[index];
}

/* Sorts each kind's computed values so that each reads only earlier ones, and tells their slots where they went. */
void order_computed(struct loader *l)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct kind_builder *k = &l->kinds[kind];
        size_t count = k->computed.count;
        if (!count || k->slots.count > SLOTS_MAX) continue;
        struct visit v = {.l = l,
                          .kind = k,
                          .marks = memory_new(count * sizeof *v.marks),
                          .stack = memory_new(count * sizeof *v.stack),
                          .order = memory_new(count * sizeof *v.order)};
        for (uint32_t i = 0; i < count; i++) visit(&v, i);
        for (uint32_t i = 0; i < count && !v.circle; i++) {
            k->computed.at[i] = v.order[i];
            k->slots.at[v.order[i].slot].index = i;
        }
        free(v.marks);
        free(v.stack);
        free(v.order);
    }
}

/* ---- stages that wait for each other through `since: entered(…)` ---- */

/* Everything a clause reads, through computed values down to signals. `reads` holds the clause's own slots. */
static void close_reads(struct loader *l, struct kind_builder *k, bool *reads)
{
    for (size_t i = k->computed.count; i-- > 0;) /* in order, so one pass from the end is enough */
        if (reads[k->computed.at[i].slot]) computed_reads(l, &k->computed.at[i], reads);
}

static void clause_reads(const struct clause *clause, bool *reads)
{
    add_reads(clause->rule, reads);
    if (clause->kind == CLAUSE_COUNT || clause->kind == CLAUSE_QUIET) reads[clause->slot] = true;
    for (size_t i = 0; i < clause->count; i++) clause_reads(&clause->members[i], reads);
}

void clause_reads_all(struct loader *l, enum subject_kind kind, const struct clause *clause, bool *reads)
{
    clause_reads(clause, reads);
    close_reads(l, &l->kinds[kind], reads);
}

struct stage_visit {
    struct loader *l;
    enum mark *marks; /* by funnel * STAGES_MAX + stage */
    bool reported;
};

static bool stage_waits(struct stage_visit *v, uint32_t f, uint32_t s);

/* Does a signal that the stage's entry needs count since a stage that waits for this one? Says so once. */
static bool entry_waits(struct stage_visit *v, const struct funnel *funnel, const struct stage *stage)
{
    struct kind_builder *k = &v->l->kinds[funnel->of];
    bool *reads = memory_new(k->slots.count * sizeof *reads), circle = false;
    clause_reads_all(v->l, funnel->of, stage->enter, reads);
    for (size_t i = 0; i < k->signals.count && !circle; i++) {
        const struct signal *signal = &k->signals.at[i];
        if (!reads[signal->slot] || signal->since_stage == NONE) continue;
        circle = stage_waits(v, signal->since_funnel, signal->since_stage);
        if (!circle || v->reported) continue;
        struct slice since = v->l->funnels.at[signal->since_funnel].funnel.stages[signal->since_stage].label.name;
        complain_at(v->l, stage->place, SLICE("count since an earlier stage"),
                    "a circle: `%.*s` needs what happens since the entry of `%.*s`, which cannot come before it",
                    SLICE_ARG(stage->label.name), SLICE_ARG(since));
        v->reported = true;
    }
    free(reads);
    return circle;
}

/* True when the stage is, or waits for, one that is being looked at. */
static bool stage_waits(struct stage_visit *v, uint32_t f, uint32_t s)
{
    const struct funnel *funnel = &v->l->funnels.at[f].funnel;
    enum mark *mark = &v->marks[f * STAGES_MAX + s];
    if (*mark == OPEN) return true;
    if (*mark == DONE || s >= funnel->stage_count) return false;
    const struct stage *stage = &funnel->stages[s];
    *mark = OPEN;
    bool circle = s > 0 && !stage->carries && stage_waits(v, f, s - 1); /* gated: the stage before comes first */
    if (!circle && stage->enter) circle = entry_waits(v, funnel, stage);
    *mark = DONE;
    return circle;
}

void check_stage_cycles(struct loader *l)
{
    struct stage_visit v = {.l = l, .marks = memory_new((l->funnels.count * STAGES_MAX + 1) * sizeof *v.marks)};
    for (uint32_t f = 0; f < l->funnels.count; f++)
        for (uint32_t s = 0; s < l->funnels.at[f].funnel.stage_count; s++) stage_waits(&v, f, s);
    free(v.marks);
}
