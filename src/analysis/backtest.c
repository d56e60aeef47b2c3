#include "analysis/backtest.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vector.h"
#include "engine/engine.h"

const char *const backtest_cell_names[BACKTEST_CELLS] = {"both", "old_only", "new_only", "neither"};

/* ---- what became of them ---- */

static void earlier(int64_t *at, int64_t other)
{
    if (other != INSTANT_NONE && (*at == INSTANT_NONE || other < *at)) *at = other;
}

static uint32_t decided_stage(const struct funnel *funnel)
{
    for (uint32_t i = 0; i < funnel->stage_count; i++)
        if (funnel->stages[i].decided_by != ROLE_NONE) return i;
    return NONE;
}

static bool exit_decided(const struct funnel *funnel, uint8_t exit)
{
    return exit == EXIT_REJECTED || (exit >= EXIT_DECLARED && funnel->exits[exit - EXIT_DECLARED].decided_by);
}

static struct fate fate_of(const struct fact_table *t, size_t row)
{
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    const uint32_t decided = decided_stage(funnel), last = (uint32_t)funnel->stage_count - 1;
    struct fate f = {INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, INSTANT_NONE, INSTANT_NONE};
    if (decided != NONE && !(t->carried[row] >> decided & 1)) f.accepted = t->entered[decided][row];
    if (last > 0) f.won = t->entered[last][row];
    if (t->exit[row] != EXIT_NONE) {
        if (exit_decided(funnel, t->exit[row]))
            f.disqualified = t->exit_at[row];
        else
            f.lost = t->exit_at[row];
    }
    f.decided = f.accepted;
    earlier(&f.decided, f.disqualified);
    return f;
}

struct fate *fates_of(struct arena *arena, const struct fact_table *t)
{
    struct fate *fates = ARENA_ARRAY(arena, struct fate, t->rows);
    for (size_t row = 0; row < t->rows; row++) fates[row] = fate_of(t, row);
    /* A submission that was given back before anybody accepted it was decided, too. */
    for (size_t i = 0; i < t->handoff_count; i++) {
        const struct handoff_row *h = &t->handoffs[i];
        if (h->outcome == HANDOFF_RETURNED || h->outcome == HANDOFF_REJECTED) earlier(&fates[h->row].decided, h->at);
    }
    return fates;
}

static bool since(int64_t what, int64_t at)
{
    return what != INSTANT_NONE && what >= at;
}

void fared_add(struct fared *f, const struct fate *fate, int64_t at)
{
    f->n++;
    f->decided += since(fate->decided, at) || since(fate->accepted, at);
    f->accepted += since(fate->accepted, at);
    f->disqualified += since(fate->disqualified, at);
    f->lost += since(fate->lost, at);
    f->won += since(fate->won, at);
}

static struct range share_range(uint64_t hits, uint64_t n)
{
    return n ? wilson((double)hits, (double)n) : range_none();
}

void fared_settle(struct fared *f, uint64_t min_n)
{
    f->accepted_range = share_range(f->accepted, f->decided);
    f->accepted_bound = range_none();
    if (f->n)
        f->accepted_bound = (struct range){(double)f->accepted / (double)f->n,
                                           (double)(f->accepted + f->n - f->decided) / (double)f->n};
    f->disqualified_range = share_range(f->disqualified, f->n);
    f->lost_range = share_range(f->lost, f->n);
    f->won_range = share_range(f->won, f->n);
    f->support = f->n >= min_n ? SUPPORT_STRONG : SUPPORT_NONE;
    f->decided_support = f->decided >= min_n ? SUPPORT_STRONG : SUPPORT_NONE;
}

/* ---- whom ---- */

struct person {
    struct slice key;
    uint32_t old_row, new_row; /* NONE */
    bool counted;              /* its first lap began in the period under one of them */
    struct fate fate;
};

struct people {
    struct map index;
    VECTOR(struct person) list;
};

static void join_fate(struct fate *f, const struct fate *other)
{
    earlier(&f->accepted, other->accepted);
    earlier(&f->decided, other->decided);
    earlier(&f->disqualified, other->disqualified);
    earlier(&f->lost, other->lost);
    earlier(&f->won, other->won);
}

static void add_rows(struct people *p, struct arena *arena, const struct fact_table *t, bool is_new)
{
    const struct fate *fates = fates_of(arena, t);
    for (size_t row = 0; row < t->rows; row++) {
        if (t->lap[row] != 1) continue;
        uint32_t at = map_put(&p->index, t->subject[row], (uint32_t)p->list.count);
        if (at == p->list.count)
            vector_push(&p->list, ((struct person){t->subject[row], NONE, NONE, false, fates[row]}));
        struct person *who = &p->list.at[at];
        join_fate(&who->fate, &fates[row]);
        who->counted |= t->window[row] == WINDOW_PERIOD;
        *(is_new ? &who->new_row : &who->old_row) = (uint32_t)row;
    }
}

static struct people people_of(struct arena *arena, const struct fact_table *a, const struct fact_table *b)
{
    struct people p = {0};
    map_init(&p.index);
    add_rows(&p, arena, a, false);
    add_rows(&p, arena, b, true);
    return p;
}

/* ---- stages ---- */

static const struct funnel *funnel_of(const struct fact_table *t)
{
    return &t->definition->funnels[t->funnel];
}

static size_t place_named(const struct backtest *b, struct slice name)
{
    size_t at = 0;
    while (at < b->stage_count && !slice_equal(b->stages[at].name, name)) at++;
    return at;
}

/* The old stages in order; a new one stands after the one it follows in its own funnel. */
static void list_stages(struct backtest *b, struct arena *arena)
{
    const struct funnel *old = funnel_of(b->old_table), *new = funnel_of(b->new_table);
    b->stages = ARENA_ARRAY(arena, struct backtest_stage, old->stage_count + new->stage_count);
    for (uint32_t i = 0; i < old->stage_count; i++)
        b->stages[b->stage_count++] =
            (struct backtest_stage){.name = old->stages[i].label.name, .old_stage = i, .new_stage = NONE};
    size_t after = 0; /* where the next one of the new funnel would stand */
    for (uint32_t i = 0; i < new->stage_count; i++) {
        size_t at = place_named(b, new->stages[i].label.name);
        if (at == b->stage_count) {
            at = after;
            memmove(&b->stages[at + 1], &b->stages[at], (b->stage_count++ - at) * sizeof *b->stages);
            b->stages[at] = (struct backtest_stage){.name = new->stages[i].label.name, .old_stage = NONE};
        }
        b->stages[at].new_stage = i;
        after = at + 1;
    }
}

static int64_t entered_at(const struct fact_table *t, uint32_t stage, uint32_t row)
{
    return stage == NONE || row == NONE ? INSTANT_NONE : t->entered[stage][row];
}

static enum verdict verdict_of(double p_won, double p_accepted, const struct fared *a, const struct fared *b,
                               uint64_t min_n)
{
    const bool won_known = !isnan(p_won) && a->n >= min_n && b->n >= min_n;
    const bool accepted_known = !isnan(p_accepted) && a->decided >= min_n && b->decided >= min_n;
    if (!won_known && !accepted_known) return VERDICT_THIN;
    return (won_known && p_won < ALPHA) || (accepted_known && p_accepted < ALPHA) ? VERDICT_TOLD : VERDICT_NOISE;
}

static double test_shares(uint64_t hits1, uint64_t n1, uint64_t hits2, uint64_t n2)
{
    return n1 && n2 ? two_shares((double)hits1, (double)n1, (double)hits2, (double)n2) : NAN;
}

static bool before(const struct fact_table *t, uint32_t stage)
{
    const uint32_t decided = decided_stage(funnel_of(t));
    return stage != NONE && decided != NONE && stage < decided;
}

static void fill_stage(struct backtest *b, const struct people *p, struct backtest_stage *s)
{
    s->before_decision = before(b->old_table, s->old_stage) || before(b->new_table, s->new_stage);
    for (size_t i = 0; i < p->list.count; i++) {
        const struct person *who = &p->list.at[i];
        if (!who->counted) continue;
        const int64_t old = entered_at(b->old_table, s->old_stage, who->old_row);
        const int64_t new = entered_at(b->new_table, s->new_stage, who->new_row);
        const enum backtest_cell cell = old != INSTANT_NONE   ? new != INSTANT_NONE ? BACKTEST_BOTH : BACKTEST_OLD_ONLY
                                        : new != INSTANT_NONE ? BACKTEST_NEW_ONLY
                                                              : BACKTEST_NEITHER;
        fared_add(&s->cells[cell], &who->fate, old != INSTANT_NONE ? old : new);
        if (old != INSTANT_NONE) fared_add(&s->old_in, &who->fate, old);
        if (new != INSTANT_NONE) fared_add(&s->new_in, &who->fate, new);
    }
    for (int c = 0; c < BACKTEST_CELLS; c++) fared_settle(&s->cells[c], b->min_n);
    fared_settle(&s->old_in, b->min_n);
    fared_settle(&s->new_in, b->min_n);
    s->old_count = s->old_in.n;
    s->new_count = s->new_in.n;
    const struct fared *o = &s->cells[BACKTEST_OLD_ONLY], *n = &s->cells[BACKTEST_NEW_ONLY];
    s->p_won = test_shares(o->won, o->n, n->won, n->n);
    s->p_accepted = s->before_decision ? test_shares(o->accepted, o->decided, n->accepted, n->decided) : NAN;
    s->verdict = verdict_of(s->p_won, s->p_accepted, o, n, b->min_n);
}

/* ---- who moves ---- */

static uint32_t furthest(const struct backtest *b, const struct fact_table *t, uint32_t row, bool is_new)
{
    for (size_t i = b->stage_count; i > 0; i--) {
        const struct backtest_stage *s = &b->stages[i - 1];
        if (entered_at(t, is_new ? s->new_stage : s->old_stage, row) != INSTANT_NONE) return (uint32_t)i - 1;
    }
    return NONE;
}

static int rank_of(uint32_t place)
{
    return place == NONE ? -1 : (int)place;
}

static int by_move(const void *a, const void *b)
{
    const struct backtest_move *x = a, *y = b;
    const bool x_up = rank_of(x->to) > rank_of(x->from), y_up = rank_of(y->to) > rank_of(y->from);
    if (x_up != y_up) return x_up ? -1 : 1;
    if (x->to != y->to) return rank_of(x->to) > rank_of(y->to) ? -1 : 1;
    if (x->from != y->from) return rank_of(x->from) > rank_of(y->from) ? -1 : 1;
    return slice_compare(x->subject, y->subject);
}

/* The two definitions may declare other traits. */
static struct slice told(const struct fact_table *t, const uint32_t *texts, uint32_t row, struct slice otherwise)
{
    if (!texts || row == NONE || !texts[row]) return otherwise;
    return dictionary_text(t->dictionary, texts[row]);
}

static struct backtest_move move_of(const struct backtest *b, const struct person *who, uint32_t from, uint32_t to)
{
    const struct fact_table *old = b->old_table, *new = b->new_table;
    const struct slice nothing = slice_of("", 0);
    return (struct backtest_move){
        .subject = who->key,
        .name = told(old, old->name, who->old_row, told(new, new->name, who->new_row, nothing)),
        .email = told(old, old->email, who->old_row, told(new, new->email, who->new_row, nothing)),
        .from = from,
        .to = to};
}

static void list_moves(struct backtest *b, struct arena *arena, const struct people *p)
{
    b->moves = ARENA_ARRAY(arena, struct backtest_move, p->list.count);
    for (size_t i = 0; i < p->list.count; i++) {
        const struct person *who = &p->list.at[i];
        if (!who->counted) continue;
        const uint32_t from = furthest(b, b->old_table, who->old_row, false);
        const uint32_t to = furthest(b, b->new_table, who->new_row, true);
        if (from == to) continue;
        b->moves[b->move_count++] = move_of(b, who, from, to);
        if (rank_of(to) > rank_of(from))
            b->up++;
        else
            b->down++;
    }
    if (b->move_count) qsort(b->moves, b->move_count, sizeof *b->moves, by_move);
}

static uint64_t handoffs_in(const struct fact_table *t, int64_t from, int64_t until)
{
    uint64_t n = 0;
    for (size_t i = 0; i < t->handoff_count; i++)
        n += t->handoffs[i].submitted >= from && t->handoffs[i].submitted < until;
    return n;
}

const struct backtest *backtest_build(struct arena *arena, const struct fact_table *old_table,
                                      const struct fact_table *new_table)
{
    struct backtest *b = ARENA_NEW(arena, struct backtest);
    const struct report_window *w = &old_table->windows[0];
    const int64_t until = w->until <= old_table->as_of ? w->until : old_table->as_of + 1;
    b->old_table = old_table;
    b->new_table = new_table;
    b->min_n = (uint64_t)old_table->definition->report.min_n;
    list_stages(b, arena);
    struct people people = people_of(arena, old_table, new_table);
    for (size_t i = 0; i < people.list.count; i++) b->subjects += people.list.at[i].counted;
    for (size_t i = 0; i < b->stage_count; i++) fill_stage(b, &people, &b->stages[i]);
    list_moves(b, arena, &people);
    b->weeks = until > w->from ? (double)(until - w->from) / (7.0 * (double)DAY_US) : NAN;
    b->old_handoffs = handoffs_in(old_table, w->from, until);
    b->new_handoffs = handoffs_in(new_table, w->from, until);
    map_release(&people.index);
    vector_release(&people.list);
    return b;
}
