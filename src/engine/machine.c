/* The stage machine of a funnel: what is held, what may be entered next, and what people decided. */
#include "engine/internal.h"

static struct funnel_state *state_of(struct folder *f, const struct funnel_plan *p)
{
    return &f->funnels[p->place];
}

static int last_stage(const struct funnel_plan *p)
{
    return (int)p->funnel->stage_count - 1;
}

static uint64_t stages_above(int stage)
{
    return stage >= 63 ? 0 : ~UINT64_C(0) << (stage + 1);
}

/* From when a quiet clause counts: the entry of the stage held, else the subject's first event. */
int64_t funnel_anchor(const struct folder *f, const struct funnel_state *state)
{
    if (state->top >= 0 && state->interval) return f->intervals.at[state->interval - 1].entered;
    const struct trail *t = f->trail;
    return t->count && t->events[0].at <= f->now ? t->events[0].at : INSTANT_NONE;
}

/* ---- what could move now ---- */

/* What a stale stage waits for: after a return, what stands beside `return_to`; after an exit or a win, its own. */
const struct stage *again_of(const struct funnel_plan *p, const struct funnel_state *st, int stage)
{
    return st->returned_by ? st->returned_by : &p->funnel->stages[stage];
}

/* A closed lap waits for a landing, for the first stage, or for one that carries; an open one for the next, for those,
 * and for exits. */
static void update_watch(struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    st->watch = st->open ? &p->open[st->top + 1] : st->landable ? &p->landable : &p->closed;
    st->timed = st->stale || landings_ahead(st) || st->watch->timed;
    f->waits = false;
    for (size_t i = 0; i < f->plan->funnel_count; i++) f->waits |= f->funnels[i].timed;
}

/* ---- moves ---- */

static void close_interval(struct folder *f, struct funnel_state *st, int64_t at)
{
    if (st->interval) f->intervals.at[st->interval - 1].left = at;
    st->interval = 0;
}

static void end_handoff(struct folder *f, struct funnel_state *st, enum handoff_outcome outcome, uint32_t by,
                        uint32_t reason)
{
    if (!st->handoff) return;
    struct handoff *h = &f->handoffs.at[st->handoff - 1];
    h->outcome = outcome;
    h->at = f->now;
    h->by = by;
    h->reason = reason;
    st->handoff = 0;
}

static struct slice choose_route(struct folder *f, const struct stage *stage)
{
    if (stage->route_count) computed_refresh_all(f);
    for (size_t i = 0; i < stage->route_count; i++)
        if (!stage->routes[i].when || cell_is_true(rule_eval(stage->routes[i].when, f->cells, f->scratch)))
            return stage->routes[i].to;
    return slice_of("", 0);
}

static void submit(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, int stage)
{
    const struct stage *decided = &p->funnel->stages[stage];
    struct handoff h = {.submitted = f->now,
                        .due = decided->sla.amount ? duration_after(f->engine, decided->sla, f->now) : INSTANT_MAX,
                        .at = INSTANT_MAX,
                        .lap = st->lap,
                        .funnel = (uint16_t)p->index,
                        .stage = (uint16_t)stage,
                        .to = choose_route(f, decided)};
    vector_push(&f->handoffs, h);
    st->handoff = f->handoffs.count;
}

/* Signals that count since this stage start again at its first entry of a lap. */
static void anchor_signals(struct folder *f, const struct funnel_plan *p, int stage, int64_t since)
{
    const struct anchored *a = &p->anchored[stage];
    for (size_t i = 0; i < a->count; i++) signal_anchor(f, a->signals[i], since);
}

static void open_lap(struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    st->lap++;
    st->open = true;
    st->top = -1;
    st->reached = 0;
    for (int s = 0; st->lap > 1 && s <= last_stage(p); s++) anchor_signals(f, p, s, INSTANT_MAX);
}

uint64_t landings_after(const struct funnel_plan *p, struct slice ended)
{
    uint64_t landings = 0;
    for (size_t i = 0; i < p->funnel->landing_count; i++)
        landings |= (uint64_t)landing_is_after(&p->funnel->landings[i], ended) << i;
    return landings;
}

/* `ended`: by which exit; empty: it was won. */
static void close_lap(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, struct slice ended)
{
    st->open = false;
    st->stale = st->stale_landings = ~UINT64_C(0);
    st->stale_since = f->now;
    f->waited |= p->borrows;
    st->returned_by = NULL;
    st->ended = ended;
    st->landable = landings_after(p, ended);
    if (st->handoff) end_handoff(f, st, HANDOFF_WITHDRAWN, 0, 0);
}

static void note_evidence(struct folder *f, const struct gate *gate, struct interval *interval)
{
    for (size_t i = f->instant_from; i < f->instant_until && interval->evidence_count < EVIDENCE_MAX; i++) {
        const struct effects *e = f->trail->events[i].effects;
        for (size_t k = 0; e && k < e->count; k++) {
            if (!bits_has(&gate->reads, e->list[k].slot)) continue;
            interval->evidence[interval->evidence_count++] = (uint32_t)i;
            break;
        }
    }
}

static void open_interval(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, int stage,
                          const struct interval *what)
{
    close_interval(f, st, f->now);
    vector_push(&f->intervals, *what);
    struct interval *interval = vector_last(&f->intervals);
    interval->entered = f->now;
    interval->left = INSTANT_MAX;
    interval->lap = st->lap;
    interval->funnel = (uint16_t)p->index;
    interval->stage = (uint16_t)stage;
    st->interval = f->intervals.count;
    st->top = stage;
}

/* A stage that was passed over proposes nothing: nobody was asked. */
static void after_entry(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, int stage, bool passed)
{
    if (!(st->reached >> stage & 1)) anchor_signals(f, p, stage, f->now);
    st->reached |= UINT64_C(1) << stage;
    if (st->handoff && stage >= f->handoffs.at[st->handoff - 1].stage) end_handoff(f, st, HANDOFF_WITHDRAWN, 0, 0);
    st->stale &= ~(UINT64_C(1) << stage);
    if (stage == last_stage(p) && stage > 0)
        close_lap(f, p, st, SLICE("")); /* a funnel of one stage has nowhere to begin again */
    else if (!passed && stage < last_stage(p) && p->funnel->stages[stage + 1].decided_by != ROLE_NONE)
        submit(f, p, st, stage + 1);
}

/* Enters a stage, and the missing ones before it as carried, or as inherited by whoever lands. */
static void enter(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, int stage,
                  const struct interval *what)
{
    const enum how passed = what->how == HOW_LANDED ? HOW_INHERITED : HOW_CARRIED;
    if (!st->open) open_lap(f, p, st);
    for (int missing = st->top + 1; missing < stage; missing++) {
        open_interval(f, p, st, missing, &(struct interval){.how = passed});
        after_entry(f, p, st, missing, true);
    }
    if (what->how == HOW_DECIDED || what->how == HOW_UNPROPOSED) end_handoff(f, st, HANDOFF_ACCEPTED, what->by, 0);
    open_interval(f, p, st, stage, what);
    after_entry(f, p, st, stage, false);
    update_watch(f, p, st);
}

static void leave(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, struct leaving leaving)
{
    leaving.at = f->now;
    leaving.lap = st->lap;
    leaving.funnel = (uint16_t)p->index;
    leaving.stage = (uint16_t)st->top;
    vector_push(&f->leavings, leaving);
    close_interval(f, st, f->now);
    close_lap(f, p, st, leaving.name);
    st->top = -1;
    update_watch(f, p, st);
}

/* ---- rules ---- */

static bool is_fresh(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st, int stage)
{
    if (!(st->stale >> stage & 1)) return true;
    const struct stage *s = again_of(p, st, stage);
    return f->now >= again_at(f, s->again, s->again_after, st->stale_since);
}

static bool may_land(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st, int landing)
{
    if (!(st->stale_landings >> landing & 1)) return true;
    const struct landing_rule *l = &p->funnel->landings[landing];
    return f->now >= again_at(f, l->again, l->again_after, st->stale_since);
}

bool gate_holds(struct folder *f, const struct gate *gate, int64_t anchor)
{
    if (!gate->clause) return false;
    if (gate->varying_count || gate->computed_count) gate_refresh(f, gate);
    return clause_eval(f, gate->clause, f->cells, anchor) == TRUTH_TRUE;
}

/* Of this subject nothing is known yet that the rule reads, and of such subjects it is false. */
static bool is_false_still(const struct folder *f, const struct funnel_plan *p, int stage)
{
    return (f->false_at_first[p->place] >> stage & 1) && !bits_meet(&f->ever, &p->stages[stage].reads, f->plan->words);
}

/* The next stage, and those after it that carry. */
uint64_t stages_ahead(const struct funnel_plan *p, const struct funnel_state *st)
{
    const int next = st->open ? st->top + 1 : 0;
    if (next > last_stage(p)) return 0;
    return UINT64_C(1) << next | (p->carriers & stages_above(next));
}

/* Tests them in order; true when one was entered. */
static bool try_stages(struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    for (uint64_t ahead = stages_ahead(p, st); ahead; ahead &= ahead - 1) {
        const int i = __builtin_ctzll(ahead);
        if (is_false_still(f, p, i) || !is_fresh(f, p, st, i)) continue;
        const int64_t anchor = funnel_anchor(f, st);
        if (!gate_holds(f, &p->stages[i], anchor)) continue;
        struct interval what = {.how = HOW_RULE, .because = clause_because(f, p->stages[i].clause, anchor)};
        note_evidence(f, &p->stages[i], &what);
        if (f->witness) witness_entry(f, p, i, &p->stages[i], anchor);
        enter(f, p, st, i, &what);
        return true;
    }
    return false;
}

/* Before the stages: who lands begins further on than at the first one. True when somebody did. */
static bool try_landings(struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    for (uint64_t ahead = landings_ahead(st); ahead; ahead &= ahead - 1) {
        const int i = __builtin_ctzll(ahead);
        const struct gate *gate = &p->landings[i];
        const struct landing_rule *landing = &p->funnel->landings[i];
        if (!may_land(f, p, st, i)) continue;
        const int64_t anchor = funnel_anchor(f, st);
        if (!gate_holds(f, gate, anchor)) continue;
        struct interval what = {
            .how = HOW_LANDED, .because = clause_because(f, gate->clause, anchor), .landing = landing};
        note_evidence(f, gate, &what);
        if (f->witness) witness_entry(f, p, (int)landing->stage, gate, anchor);
        enter(f, p, st, (int)landing->stage, &what);
        return true;
    }
    return false;
}

static uint32_t reason_of_exit(struct folder *f, const struct exit_rule *exit)
{
    for (size_t i = f->instant_from; exit->reason_path != NONE && i < f->instant_until; i++) {
        const struct effects *e = f->trail->events[i].effects;
        const struct statement *said = e ? e->statement : NULL;
        for (uint32_t k = 0; said && k < said->reason_count; k++)
            if (said->reason_path[k] == exit->reason_path) return said->reason_code[k];
    }
    return 0;
}

/* What made an earlier lap end stays in the trail, so an exit that rests on events needs one of this instant, or the
 * passing of time; one that rests on what the subject is (a trait) holds whenever it is in a stage. */
static bool try_exits(struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    for (size_t i = 0; st->open && i < p->funnel->exit_count; i++) {
        const struct gate *gate = &p->exits[i];
        if (!gate->clause || !gate_holds(f, gate, funnel_anchor(f, st))) continue;
        if (gate->by_events && !gate->timed && !bits_meet(&f->fed, &gate->reads, f->plan->words)) continue;
        const struct exit_rule *exit = &p->funnel->exits[i];
        if (f->witness) witness_exit(f, p, i, funnel_anchor(f, st));
        leave(f, p, st, (struct leaving){.name = exit->label.name, .reason = reason_of_exit(f, exit)});
        return true;
    }
    return false;
}

/* The stages, or landings, whose rule reads one of the slots fed; `events`: one that counts events, and is no trait. */
static uint64_t readers_fed(const struct folder *f, const uint64_t *reading, bool events)
{
    uint64_t readers = 0;
    for (unsigned w = 0; w < f->plan->words; w++)
        for (uint64_t word = f->fed.word[w] & ~(events ? f->plan->told.word[w] : 0); word; word &= word - 1)
            readers |= reading[w * 64 + (uint32_t)__builtin_ctzll(word)];
    return readers;
}

/* Those of them to whom it is new evidence. */
static uint64_t evidence_to(enum again again, uint64_t fresh, uint64_t happened)
{
    return again == AGAIN_NEW_EVIDENCE ? fresh : again == AGAIN_NEW_EVENT ? happened : 0;
}

static void landing_evidence(const struct folder *f, const struct funnel_plan *p, struct funnel_state *st)
{
    const uint64_t fresh = readers_fed(f, p->landings_reading, false),
                   happened = fresh ? readers_fed(f, p->landings_reading, true) : 0;
    for (uint64_t ahead = landings_ahead(st) & fresh; ahead; ahead &= ahead - 1) {
        const enum again again = p->funnel->landings[__builtin_ctzll(ahead)].again;
        st->stale_landings &= ~(evidence_to(again, fresh, happened) & ahead & -ahead);
    }
}

void machine_evidence(struct folder *f)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        struct funnel_state *st = &f->funnels[i];
        if (!(st->stale || landings_ahead(st)) || f->now <= st->stale_since) continue;
        const uint64_t fresh = readers_fed(f, p->stages_reading, false),
                       happened = fresh ? readers_fed(f, p->stages_reading, true) : 0;
        for (int s = 0; s <= last_stage(p); s++) {
            const enum again again = again_of(p, st, s)->again;
            st->stale &= ~(evidence_to(again, fresh, happened) & UINT64_C(1) << s);
        }
        if (landings_ahead(st)) landing_evidence(f, p, st);
    }
}

static bool could_move(const struct folder *f, const struct funnel_state *st)
{
    const unsigned words = f->plan->words;
    return st->timed || bits_meet(&f->changed, &st->watch->stages, words) ||
           bits_meet(&f->fed, &st->watch->exits, words);
}

void machine_run(struct folder *f, bool all)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        struct funnel_state *st = &f->funnels[i];
        if (!all && !could_move(f, st)) continue;
        while (try_landings(f, p, st) || try_stages(f, p, st)) continue;
        if (st->open) try_exits(f, p, st);
    }
}

/* ---- decisions ---- */

static void refuse(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st,
                   const struct statement *e, enum refusal why)
{
    struct refused r = {f->now, e->decision, why, (uint16_t)p->index, st->lap ? st->lap : 1, e->by};
    vector_push(&f->refusals, r);
}

/* The decided stage a decision speaks of; -1 when the funnel has none, -2 when it names one that nobody decides. */
static int decided_stage(const struct funnel_plan *p, const struct statement *e)
{
    int first = -1;
    for (int i = 0; i <= last_stage(p); i++) {
        bool named = e->stage && p->stage_codes[i] == e->stage;
        bool decided = p->funnel->stages[i].decided_by != ROLE_NONE;
        if (named) return decided ? i : -2;
        if (decided && first < 0) first = i;
    }
    return e->stage ? -2 : first;
}

static void accept(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, const struct statement *e,
                   int stage)
{
    if (st->top >= stage) { /* held or passed in this lap, or the lap was won */
        refuse(f, p, st, e, REFUSED_REDUNDANT);
        return;
    }
    bool proposed = st->open && st->top == stage - 1;
    enter(f, p, st, stage, &(struct interval){.how = proposed ? HOW_DECIDED : HOW_UNPROPOSED, .by = e->by});
}

static void send_back(struct folder *f, const struct funnel_plan *p, struct funnel_state *st, const struct statement *e,
                      int stage)
{
    uint32_t target = p->funnel->stages[stage].return_to;
    int to = target == NONE ? stage - 2 < 0 ? 0 : stage - 2 : (int)target;
    if (st->top <= to) {
        refuse(f, p, st, e, REFUSED_REDUNDANT);
        return;
    }
    end_handoff(f, st, HANDOFF_RETURNED, e->by, e->reason);
    open_interval(f, p, st, to, &(struct interval){.how = HOW_RETURNED, .by = e->by, .reason = e->reason});
    st->open = true; /* also when the lap was won */
    st->stale = stages_above(to);
    st->stale_since = f->now;
    f->waited |= p->borrows;
    st->returned_by = &p->funnel->stages[stage];
    update_watch(f, p, st);
}

static const struct exit_rule *decided_exit(const struct funnel_plan *p)
{
    for (size_t i = 0; i < p->funnel->exit_count; i++)
        if (p->funnel->exits[i].decided_by != ROLE_NONE) return &p->funnel->exits[i];
    return NULL;
}

static void decide(struct folder *f, const struct funnel_plan *p, const struct statement *e)
{
    struct funnel_state *st = state_of(f, p);
    const struct exit_rule *exit = decided_exit(p);
    int stage = decided_stage(p, e);
    bool disqualify = e->decision == DECISION_DISQUALIFY;
    if (disqualify ? !exit && stage == -1 : stage == -1) return; /* this funnel has nothing to decide */
    if (!disqualify && stage == -2) {
        refuse(f, p, st, e, REFUSED_STAGE);
        return;
    }
    enum role role = disqualify && exit ? exit->decided_by : p->funnel->stages[stage < 0 ? 0 : stage].decided_by;
    if (e->role != role)
        refuse(f, p, st, e, REFUSED_ROLE);
    else if (e->decision == DECISION_ACCEPT)
        accept(f, p, st, e, stage);
    else if (st->top < 0)
        refuse(f, p, st, e, REFUSED_NOTHING_HELD);
    else if (e->decision == DECISION_RETURN)
        send_back(f, p, st, e, stage);
    else {
        bool reject = e->decision == DECISION_REJECT;
        end_handoff(f, st, reject ? HANDOFF_REJECTED : HANDOFF_WITHDRAWN, e->by, e->reason);
        struct slice name = reject ? SLICE("rejected") : exit ? exit->label.name : SLICE("disqualified");
        leave(f, p, st, (struct leaving){.name = name, .by = e->by, .reason = e->reason});
    }
}

void machine_decide(struct folder *f, const struct statement *e)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        if (e->funnel && e->funnel != p->name_code) continue;
        decide(f, p, e);
    }
}

/* ---- time ---- */

static int64_t gate_next(struct folder *f, const struct gate *gate, int64_t anchor)
{
    int64_t next = INSTANT_MAX;
    if (!gate->clause || !gate->timed) return next;
    for (size_t i = 0; i < gate->varying_count; i++) {
        signal_refresh(f, gate->varying[i]); /* so that what left its window already is not waited for */
        int64_t change = signal_next_change(f, gate->varying[i]);
        if (change < next) next = change;
    }
    int64_t quiet = clause_next_quiet(f, gate->clause, anchor);
    return quiet < next ? quiet : next;
}

static int64_t stage_next(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st, int stage,
                          int64_t anchor)
{
    const struct stage *s = again_of(p, st, stage);
    if (is_fresh(f, p, st, stage)) return gate_next(f, &p->stages[stage], anchor);
    return again_at(f, s->again, s->again_after, st->stale_since);
}

static int64_t landing_next(struct folder *f, const struct funnel_plan *p, const struct funnel_state *st, int landing,
                            int64_t anchor)
{
    const struct landing_rule *l = &p->funnel->landings[landing];
    if (may_land(f, p, st, landing)) return gate_next(f, &p->landings[landing], anchor);
    return again_at(f, l->again, l->again_after, st->stale_since);
}

int64_t machine_next_wake(struct folder *f)
{
    int64_t wake = INSTANT_MAX;
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        struct funnel_state *st = &f->funnels[i];
        if (!st->timed) continue;
        int64_t anchor = funnel_anchor(f, st);
        for (uint64_t ahead = stages_ahead(p, st); ahead; ahead &= ahead - 1) {
            const int64_t at = stage_next(f, p, st, __builtin_ctzll(ahead), anchor);
            wake = at < wake ? at : wake;
        }
        for (uint64_t ahead = landings_ahead(st); ahead; ahead &= ahead - 1) {
            const int64_t at = landing_next(f, p, st, __builtin_ctzll(ahead), anchor);
            wake = at < wake ? at : wake;
        }
        for (size_t e = 0; st->open && e < p->funnel->exit_count; e++) {
            int64_t at = gate_next(f, &p->exits[e], anchor);
            wake = at < wake ? at : wake;
        }
    }
    return wake;
}

void machine_watch_all(struct folder *f)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) update_watch(f, &f->plan->funnels[i], &f->funnels[i]);
}

void machine_init(struct folder *f)
{
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct funnel_plan *p = &f->plan->funnels[i];
        for (int s = 0; s <= last_stage(p); s++)
            if (!p->stages[s].timed && !gate_holds(f, &p->stages[s], INSTANT_NONE))
                f->false_at_first[i] |= UINT64_C(1) << s;
    }
}

void machine_reset(struct folder *f)
{
    f->waits = f->waited = false;
    for (size_t i = 0; i < f->plan->funnel_count; i++) {
        const struct watch *watch = &f->plan->funnels[i].closed;
        f->funnels[i] = (struct funnel_state){.top = -1, .watch = watch, .timed = watch->timed};
        f->waits |= watch->timed;
    }
}
