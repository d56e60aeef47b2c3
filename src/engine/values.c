/* Computed values (fit, BANT, scores) and the three-valued evaluation of clauses. */
#include "engine/internal.h"

/* ---- computed values ---- */

static int64_t millionths(struct cell c)
{
    if (c.kind == CELL_INT) {
        int64_t out;
        return __builtin_mul_overflow(c.number, DECIMAL_ONE, &out) ? INT64_MAX : out;
    }
    return c.number;
}

static struct cell eval_rule(struct folder *f, const struct rule *rule)
{
    return rule_eval(rule, f->cells, f->scratch);
}

static struct cell fit(struct folder *f, const struct icp *icp)
{
    int64_t held = 0, all = 0;
    for (size_t i = 0; i < icp->count; i++) {
        all += icp->criteria[i].weight;
        if (cell_is_true(eval_rule(f, icp->criteria[i].when))) held += icp->criteria[i].weight;
    }
    return all ? cell_decimal((held * DECIMAL_ONE * 2 + all) / (all * 2)) : cell_absent();
}

/* Passed when enough are yes, not passed when enough can't be, unknown in between. */
static struct cell bant_passed(const struct folder *f, const struct bant *bant)
{
    int64_t yes = 0, unknown = 0;
    for (size_t i = 0; i < bant->count; i++) {
        struct cell answer = f->cells[bant->questions[i].slot];
        yes += cell_is_true(answer);
        unknown += answer.kind == CELL_ABSENT;
    }
    if (yes >= bant->pass_at) return cell_bool(true);
    return yes + unknown >= bant->pass_at ? cell_absent() : cell_bool(false);
}

static int64_t bant_yes(const struct folder *f, const struct bant *bant)
{
    int64_t yes = 0;
    for (size_t i = 0; i < bant->count; i++) yes += cell_is_true(f->cells[bant->questions[i].slot]);
    return yes;
}

int64_t term_points(struct folder *f, const struct score_term *term)
{
    if (term->when && !cell_is_true(eval_rule(f, term->when))) return 0;
    struct cell points = eval_rule(f, term->points);
    if (points.kind != CELL_INT && points.kind != CELL_DECIMAL) return 0;
    int64_t value = millionths(points);
    if (term->capped && value > term->cap) value = term->cap;
    return floor_div(value + 500, 1000) * 1000;
}

/* False on overflow. */
static bool add_terms(struct folder *f, const struct term_order *order, size_t from, size_t until, int64_t *sum)
{
    for (size_t i = from; i < until; i++)
        if (__builtin_add_overflow(*sum, term_points(f, order->terms[i]), sum)) return false;
    return true;
}

static struct cell score_value(struct folder *f, uint32_t computed)
{
    const struct term_order *order = &f->plan->terms[computed];
    if (bits_has(&f->steady_dirty, computed)) {
        f->steady_sum[computed] = 0;
        if (!add_terms(f, order, 0, order->steady, &f->steady_sum[computed])) return cell_absent();
        bits_drop(&f->steady_dirty, computed);
    }
    int64_t sum = f->steady_sum[computed];
    return add_terms(f, order, order->steady, order->count, &sum) ? cell_decimal(sum) : cell_absent();
}

static struct cell computed_value(struct folder *f, uint32_t computed)
{
    const struct definition *d = f->engine->definition;
    const struct computed *c = &f->plan->model->computed[computed];
    switch (c->kind) {
    case COMPUTED_FIT: return fit(f, &d->icps[c->owner]);
    case COMPUTED_MATCHED: {
        struct cell value = f->cells[d->icps[c->owner].fit_slot];
        return value.kind == CELL_ABSENT ? value : cell_bool(value.number >= d->icps[c->owner].match_at);
    }
    case COMPUTED_ANSWER: return eval_rule(f, d->bants[c->owner].questions[c->part].when);
    case COMPUTED_YES: return cell_int(bant_yes(f, &d->bants[c->owner]));
    case COMPUTED_PASSED: return bant_passed(f, &d->bants[c->owner]);
    case COMPUTED_SCORE: return score_value(f, computed);
    }
    return cell_absent();
}

/* Moves what changed since the last time into the set of computed values to redo. */
static void mark_dirty(struct folder *f)
{
    for (unsigned w = 0; w < f->plan->words; w++) {
        for (uint64_t word = f->pending.word[w]; word; word &= word - 1) {
            uint32_t slot = w * 64 + (uint32_t)__builtin_ctzll(word);
            bits_join(&f->dirty, &f->plan->dependents[slot], f->plan->words);
            if (bits_has(&f->plan->given, slot))
                bits_join(&f->steady_dirty, &f->plan->dependents[slot], f->plan->words);
        }
        f->pending.word[w] = 0;
    }
}

/* By how much less than this a score may grow before it reaches a number that rules know. Terms are rounded to whole
 * thousandths, one of which is taken off. */
static int64_t room_below(const struct reach *reach, struct cell score)
{
    int64_t room = INT64_MAX;
    if (score.kind != CELL_DECIMAL) return 0;
    for (size_t i = 0; i < reach->count; i++) {
        if (reach->numbers[i] < score.number) continue;
        if (__builtin_sub_overflow(reach->numbers[i], score.number, &room)) return 0;
        return room - 1000;
    }
    return room;
}

static void compute(struct folder *f, uint32_t i)
{
    if (!bits_has(&f->dirty, i)) return;
    bits_drop(&f->dirty, i);
    const struct cell value = computed_value(f, i);
    f->cells[f->plan->model->computed[i].slot] = value;
    if (f->plan->reaches[i].numbers) f->room[i] = room_below(&f->plan->reaches[i], value);
}

void gate_refresh(struct folder *f, const struct gate *gate)
{
    for (size_t i = 0; i < gate->varying_count; i++) signal_refresh(f, gate->varying[i]);
    if (!gate->computed_count) return;
    mark_dirty(f);
    for (size_t i = 0; i < gate->computed_count; i++) compute(f, gate->computed[i]);
}

void computed_refresh_all(struct folder *f)
{
    const struct kind_model *model = f->plan->model;
    for (uint32_t i = 0; i < model->signal_count; i++)
        if (f->plan->varies[model->signals[i].slot]) signal_refresh(f, i);
    mark_dirty(f);
    for (uint32_t i = 0; i < model->computed_count; i++) compute(f, i);
}

/* ---- clauses ---- */

int64_t quiet_from(struct folder *f, const struct clause *clause, const struct cell *cells, int64_t anchor)
{
    struct cell last = cells[clause->slot];
    int64_t from = last.kind == CELL_INSTANT && last.number > anchor ? last.number : anchor;
    return from == INSTANT_NONE ? INSTANT_MAX : duration_after(f->engine, clause->span, from);
}

static inline enum truth count_truth(const struct clause *clause, const struct cell *cells)
{
    const struct cell *c = &cells[clause->slot];
    if (c->kind == CELL_ABSENT) return TRUTH_UNKNOWN;
    return c->number >= clause->need ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth count_members(struct folder *f, const struct clause *clause, const struct cell *cells, int64_t anchor)
{
    int64_t need = clause->kind == CLAUSE_ALL ? (int64_t)clause->count : clause->kind == CLAUSE_ANY ? 1 : clause->need;
    int64_t yes = 0, possible = (int64_t)clause->count;
    const struct clause *end = clause->members + clause->count;
    for (const struct clause *m = clause->members; m < end && yes < need && possible >= need; m++) {
        enum truth t = m->kind == CLAUSE_COUNT ? count_truth(m, cells) : clause_eval(f, m, cells, anchor);
        yes += t == TRUTH_TRUE;
        possible -= t == TRUTH_FALSE;
    }
    return yes >= need ? TRUTH_TRUE : possible >= need ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

enum truth clause_eval(struct folder *f, const struct clause *clause, const struct cell *cells, int64_t anchor)
{
    switch (clause->kind) {
    case CLAUSE_COUNT: return count_truth(clause, cells);
    case CLAUSE_RULE: {
        struct cell c = rule_eval(clause->rule, cells, f->scratch);
        return c.kind != CELL_BOOL ? TRUTH_UNKNOWN : c.number ? TRUTH_TRUE : TRUTH_FALSE;
    }
    case CLAUSE_QUIET: return f->now >= quiet_from(f, clause, cells, anchor) ? TRUTH_TRUE : TRUTH_FALSE;
    case CLAUSE_NOT: {
        enum truth t = clause_eval(f, &clause->members[0], cells, anchor);
        return t == TRUTH_UNKNOWN ? t : t == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
    }
    default: return count_members(f, clause, cells, anchor);
    }
}

const struct clause *clause_because(struct folder *f, const struct clause *clause, int64_t anchor)
{
    const struct clause *best = clause->label.name.len ? clause : NULL;
    while (clause->kind == CLAUSE_ANY) {
        const struct clause *next = NULL;
        for (size_t i = 0; i < clause->count && !next; i++)
            if (clause_eval(f, &clause->members[i], f->cells, anchor) == TRUTH_TRUE) next = &clause->members[i];
        if (!next) break;
        clause = next;
        if (clause->label.name.len) best = clause;
    }
    return best;
}

int64_t clause_next_quiet(struct folder *f, const struct clause *clause, int64_t anchor)
{
    int64_t next = INSTANT_MAX;
    if (clause->kind == CLAUSE_QUIET) {
        int64_t from = quiet_from(f, clause, f->cells, anchor);
        if (from > f->now) next = from;
    }
    for (size_t i = 0; i < clause->count; i++) {
        int64_t member = clause_next_quiet(f, &clause->members[i], anchor);
        if (member < next) next = member;
    }
    return next;
}

struct cell folder_clause(struct folder *folder, const struct clause *clause, const struct cell *cells)
{
    enum truth t = clause_eval(folder, clause, cells, INSTANT_NONE);
    return t == TRUTH_UNKNOWN ? cell_absent() : cell_bool(t == TRUTH_TRUE);
}
