/* What can never be, whatever the data: a stage nobody reaches, a criterion nobody meets, a threshold above the sum.
 * And what has no event behind it: what cannot be measured is no stage. */
#include "base/decimal.h"
#include "definition/bounds.h"

/* The world to look at: whatever happens, only what mail programs do by themselves, or nothing at all. */
enum happens { ANYTHING, PREFETCHES, NOTHING };

struct reach {
    struct loader *l;
    enum happens happens;
    struct bounds *slots[KIND_COUNT]; /* what each slot can be at all */
};

/* ---- what a slot can be ---- */

static const struct field *signal_field(struct loader *l, const struct signal *signal)
{
    if (!signal->match.count || signal->of == NONE) return NULL;
    const struct event_type *event = &l->events.at[signal->match.alternatives[0].event].type;
    for (size_t i = 0; i < event->field_count; i++)
        if (event->fields[i].path == signal->of) return &event->fields[i];
    return NULL;
}

/* How many different values a property can have, when they can be counted. */
static int64_t different_values(const struct field *field)
{
    if (field && field->type.kind == FIELD_TEXT && field->type.choices) return (int64_t)field->type.choice_count;
    if (field && field->type.kind == FIELD_BOOL) return 2;
    if (field && field->ranged && field->high - field->low < 1000000) return field->high - field->low + 1;
    return 0;
}

static bool may_happen(const struct reach *r, uint32_t event)
{
    return r->happens == ANYTHING || (r->happens == PREFETCHES && r->l->events.at[event].type.prefetched);
}

static bool may_match(const struct reach *r, const struct matcher *m)
{
    if (m->any) return r->happens != NOTHING;
    for (size_t i = 0; i < m->count; i++)
        if (may_happen(r, m->alternatives[i].event)) return true;
    return false;
}

static void bound_weigh(const struct reach *r, const struct signal *signal, struct bounds *out)
{
    __int128 most = 0, least = 0;
    bool bounded_above = true, bounded_below = true;
    for (size_t i = 0; i < signal->weight_count; i++) {
        const struct weight *weight = &signal->weights[i];
        if (!may_happen(r, weight->match.event)) continue;
        __int128 total = (__int128)weight->points * weight->at_most;
        if (weight->points > 0) most += total;
        if (weight->points < 0) least += total;
        if (!weight->at_most && weight->points > 0) bounded_above = false;
        if (!weight->at_most && weight->points < 0) bounded_below = false;
    }
    if (bounded_above && most < INT64_MAX) out->high = (int64_t)most;
    if (bounded_below && least > INT64_MIN) out->low = (int64_t)least;
    if (signal->cap && signal->cap < out->high) out->high = signal->cap;
}

static struct bounds bounds_of_signal(struct reach *r, const struct slot *slot, const struct signal *signal)
{
    struct bounds b = bounds_of_type(&slot->type);
    const struct field *field = signal_field(r->l, signal);
    if (signal->reduce != REDUCE_WEIGH && !may_match(r, &signal->match)) {
        b.low = b.high = 0;
        b.truth = 0;
        return b;
    }
    int64_t different = different_values(field);
    switch (signal->reduce) {
    case REDUCE_DISTINCT:
        if (different) b.high = different * DECIMAL_ONE;
        b.low = 0;
        break;
    case REDUCE_COUNT:
    case REDUCE_DAYS_SINCE:
    case REDUCE_STREAK: b.low = 0; break;
    case REDUCE_WEIGH: bound_weigh(r, signal, &b); break;
    case REDUCE_FIRST:
    case REDUCE_LAST:
    case REDUCE_MIN:
    case REDUCE_MAX:
        if (field && signal->match.count == 1) b = bounds_of_field(field);
        break;
    default: break;
    }
    return b;
}

static struct bounds bounds_of_members(struct reach *r, const struct slot *slot, const struct member_signal *m)
{
    const struct kind_builder *persons = &r->l->kinds[KIND_PERSON];
    const struct signal *signal = &persons->signals.at[m->of];
    const struct bounds one = bounds_of_signal(r, &persons->slots.at[signal->slot], signal);
    struct bounds all = bounds_of_type(&slot->type);
    if (!m->sum || one.low >= 0) all.low = 0;
    if (m->sum ? one.high <= 0 : one.high < m->at_least) all.high = 0;
    return all;
}

/* Half up to thousandths, as the points of a term are. */
static int64_t rounded(int64_t millionths)
{
    bool endless = millionths > INT64_MAX - 1000 || millionths < INT64_MIN + 1000;
    return endless ? millionths : floor_div(millionths + 500, 1000) * 1000;
}

static struct bounds bounds_of_score(struct reach *r, const struct score *score)
{
    struct ground ground = {r->l, score->of, NONE, r->slots[score->of]};
    __int128 low = 0, high = 0;
    for (size_t i = 0; i < score->count; i++) {
        const struct cel_node *node = parse_rule(r->l, score->terms[i].points);
        struct world world = {.ground = &ground};
        struct bounds b =
            node ? bounds_of_expression(&world, node) : (struct bounds){.low = INT64_MIN, .high = INT64_MAX};
        world_release(&world);
        if (score->terms[i].capped && score->terms[i].cap < b.high) b.high = score->terms[i].cap;
        low += rounded(b.low < 0 ? b.low : 0); /* an unknown term is nothing */
        high += rounded(b.high > 0 ? b.high : 0);
    }
    struct bounds b = bounds_of_type(&(struct field_type){.kind = FIELD_DECIMAL});
    if (high < INT64_MAX) b.high = (int64_t)high;
    if (low > INT64_MIN) b.low = (int64_t)low;
    return b;
}

static struct bounds bounds_of_computed(struct reach *r, const struct slot *slot, const struct computed *computed)
{
    struct bounds b = bounds_of_type(&slot->type);
    if (computed->kind == COMPUTED_SCORE) return bounds_of_score(r, &r->l->scores.at[computed->owner]);
    if (computed->kind == COMPUTED_FIT) {
        b.low = 0;
        b.high = DECIMAL_ONE;
    }
    if (computed->kind == COMPUTED_YES) {
        b.low = 0;
        b.high = (int64_t)r->l->bants.at[computed->owner].count * DECIMAL_ONE;
    }
    return b;
}

static void bound_kind(struct reach *r, enum subject_kind kind)
{
    struct kind_builder *k = &r->l->kinds[kind];
    struct bounds *out = r->slots[kind] = ARENA_ARRAY(r->l->arena, struct bounds, k->slots.count);
    for (size_t i = 0; i < k->slots.count; i++) {
        const struct slot *slot = &k->slots.at[i];
        out[i] = bounds_of_type(&slot->type);
        if (slot->origin == SLOT_TRAIT) out[i] = bounds_of_field(&k->traits.at[slot->index].field);
        if (slot->origin == SLOT_FOREIGN) out[i] = r->slots[slot->foreign][slot->index];
        if (slot->origin == SLOT_SIGNAL) out[i] = bounds_of_signal(r, slot, &k->signals.at[slot->index]);
        if (slot->origin == SLOT_CONTACTS) out[i].low = 0;
        if (slot->origin == SLOT_MEMBERS) out[i] = bounds_of_members(r, slot, &k->member_signals.at[slot->index]);
    }
    for (size_t i = 0; i < k->computed.count; i++) /* each reads only earlier ones */
        out[k->computed.at[i].slot] = bounds_of_computed(r, &k->slots.at[k->computed.at[i].slot], &k->computed.at[i]);
}

/* ---- conditions that can never hold ---- */

static void report_never(struct loader *l, struct place at, const char *what, const struct world *world)
{
    if (world->with.len)
        complain_at(l, at, SLICE("no data can fulfil both"), "%s: `%.*s` contradicts `%.*s`", what,
                    SLICE_ARG(world->conflict), SLICE_ARG(world->with));
    else if (world->conflict.len)
        complain_at(l, at, SLICE("compare it with what is declared"), "%s: `%.*s` can never be", what,
                    SLICE_ARG(world->conflict));
}

static void check_rule(struct reach *r, enum subject_kind kind, const struct rule *rule, const struct yaml_node *node,
                       const char *what)
{
    struct ground ground = {r->l, kind, NONE, r->slots[kind]};
    struct world world = {.ground = &ground};
    const struct cel_node *tree = rule ? parse_rule(r->l, rule) : NULL;
    if (tree && !world_allows(&world, rule_text(rule), tree, true)) report_never(r->l, yaml_place(node), what, &world);
    world_release(&world);
}

static const struct yaml_node *when_of(const struct yaml_node *node)
{
    return node->kind == YAML_MAP ? yaml_get(node, "when") : node;
}

static void check_threshold(struct reach *r, const struct score *score)
{
    const struct bounds *b = &r->slots[score->of][score->slot];
    if (!score->has_threshold || b->high > score->above) return;
    struct buffer above, most;
    buffer_init(&above, 64);
    buffer_init(&most, 64);
    decimal_format(&above, score->above);
    decimal_format(&most, b->high);
    complain_at(r->l, score->place, SLICE("lower above:, or give more points"),
                "nobody can score above %.*s: the terms add up to at most %.*s", SLICE_ARG(buffer_slice(&above)),
                SLICE_ARG(buffer_slice(&most)));
    buffer_release(&above);
    buffer_release(&most);
}

static void check_qualification(struct reach *r)
{
    const struct yaml_node *icps = yaml_get(r->l->root, "icp"), *bants = yaml_get(r->l->root, "bant");
    const struct yaml_node *scores = yaml_get(r->l->root, "scores");
    for (size_t i = 0; i < r->l->icps.count; i++) {
        const struct icp *icp = &r->l->icps.at[i];
        const struct yaml_node *map = yaml_find(icps, icp->label.name);
        for (size_t c = 0; c < icp->count; c++)
            check_rule(r, icp->of, icp->criteria[c].when, when_of(yaml_find(map, icp->criteria[c].label.name)),
                       "nobody can meet this criterion");
    }
    for (size_t i = 0; i < r->l->bants.count; i++) {
        const struct bant *bant = &r->l->bants.at[i];
        const struct yaml_node *map = yaml_find(bants, bant->label.name);
        for (size_t q = 0; q < bant->count; q++)
            check_rule(r, bant->of, bant->questions[q].when, when_of(yaml_find(map, bant->questions[q].label.name)),
                       "the answer can never be yes");
    }
    for (size_t i = 0; i < r->l->scores.count; i++) {
        const struct score *score = &r->l->scores.at[i];
        const struct yaml_node *terms = yaml_get(yaml_find(scores, score->label.name), "terms");
        for (size_t t = 0; t < score->count; t++)
            if (score->terms[t].when)
                check_rule(r, score->of, score->terms[t].when, yaml_get(terms->items[t], "when"),
                           "nobody can get these points");
        check_threshold(r, score);
    }
}

static void check_match(struct reach *r, struct place at, const struct match *match)
{
    struct ground ground = {.l = r->l, .event = match->event};
    struct world world = {.ground = &ground};
    const struct cel_node *tree = match->when ? parse_rule(r->l, match->when) : NULL;
    if (tree && !world_allows(&world, rule_text(match->when), tree, true))
        report_never(r->l, at, "no event can ever match", &world);
    world_release(&world);
}

static void check_signals(struct reach *r)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (size_t i = 0; i < r->l->kinds[kind].signals.count; i++) {
            const struct signal *signal = &r->l->kinds[kind].signals.at[i];
            for (size_t m = 0; m < signal->match.count; m++)
                check_match(r, signal->place, &signal->match.alternatives[m]);
            for (size_t w = 0; w < signal->weight_count; w++) check_match(r, signal->place, &signal->weights[w].match);
        }
}

/* Is there an event or a call behind it? */
static bool measurable(struct loader *l, enum subject_kind kind, const struct clause *clause)
{
    struct kind_builder *k = &l->kinds[kind];
    bool *reads = memory_new(k->slots.count * sizeof *reads), some = false;
    clause_reads_all(l, kind, clause, reads);
    for (size_t i = 0; i < k->slots.count && !some; i++) some = reads[i] && k->slots.at[i].origin != SLOT_COMPUTED;
    free(reads);
    return some;
}

static void check_clause(struct reach *r, enum subject_kind kind, const struct clause *clause, const char *what)
{
    struct ground ground = {r->l, kind, NONE, r->slots[kind]};
    struct world world = {.ground = &ground};
    if (!measurable(r->l, kind, clause))
        complain_at(r->l, clause->place, SLICE("what cannot be measured is no conversion"),
                    "%s: there is no event or trait behind it", what);
    else if (!world_allows_clause(&world, clause, true))
        report_never(r->l, clause->place, what, &world);
    world_release(&world);
}

static struct reach reach_when(struct loader *l, enum happens happens)
{
    static const enum subject_kind order[] = {KIND_MARKET, KIND_ACCOUNT, KIND_PERSON, KIND_DEAL, KIND_SUBSCRIPTION};
    struct reach r = {.l = l, .happens = happens};
    for (size_t i = 0; i < KIND_COUNT; i++) bound_kind(&r, order[i]);
    return r;
}

/* ---- what is allowed, and probably not meant ---- */

static bool reads_traits(struct loader *l, enum subject_kind kind, const struct clause *clause)
{
    struct kind_builder *k = &l->kinds[kind];
    bool *reads = memory_new(k->slots.count * sizeof *reads), some = false;
    clause_reads_all(l, kind, clause, reads);
    for (size_t i = 0; i < k->slots.count && !some; i++)
        some = reads[i] && (k->slots.at[i].origin == SLOT_TRAIT || k->slots.at[i].origin == SLOT_FOREIGN ||
                            k->slots.at[i].origin == SLOT_CONTACTS);
    free(reads);
    return some;
}

static bool holds_when(struct reach *r, enum subject_kind kind, const struct clause *clause)
{
    struct ground ground = {r->l, kind, NONE, r->slots[kind]};
    struct world world = {.ground = &ground};
    const bool holds = world_allows_clause(&world, clause, true);
    world_release(&world);
    return holds;
}

/* Ruling 12: opens alone never carry a stage where mail programs open mail by themselves. */
static void doubt_opens(struct reach *prefetches, struct reach *nothing, const struct funnel *funnel,
                        const struct clause *clause, size_t stage)
{
    if (!holds_when(prefetches, funnel->of, clause) || holds_when(nothing, funnel->of, clause)) return;
    doubt(prefetches->l, clause->place,
          SLICE("ask for a click or a visit as well; prefetch: false on the event says that it is a person's"),
          "opened mail alone can bring somebody to %.*s, and mail programs open mail by themselves",
          SLICE_ARG(funnel->stages[stage].label.name));
}

/* And ruling 4: a changed trait is new evidence, which few expect of the stage that begins a lap. (Of a landing it is
 * what is meant: the market has a crisis, a company is sold.) */
static void doubt_stages(struct loader *l)
{
    struct reach prefetches = reach_when(l, PREFETCHES), nothing = reach_when(l, NOTHING);
    for (size_t i = 0; i < l->funnels.count; i++) {
        const struct funnel *funnel = &l->funnels.at[i].funnel;
        for (size_t s = 0; s < funnel->stage_count; s++) {
            const struct stage *stage = &funnel->stages[s];
            if (!stage->enter) continue;
            doubt_opens(&prefetches, &nothing, funnel, stage->enter, s);
            if (s == 0 && funnel->stage_count > 1 && !stage->again_given && reads_traits(l, funnel->of, stage->enter))
                doubt(l, stage->enter->place,
                      SLICE("again: new event, so that something has to happen; again: new evidence, if it is meant"),
                      "after a win or an exit a changed trait alone begins another lap at %.*s",
                      SLICE_ARG(stage->label.name));
        }
        for (size_t k = 0; k < funnel->landing_count; k++)
            doubt_opens(&prefetches, &nothing, funnel, funnel->landings[k].when, funnel->landings[k].stage);
    }
}

/* ---- landings of which another one is always first ---- */

static bool is_among(const struct landing_rule *landing, struct slice exit)
{
    for (size_t i = 0; i < landing->after_count; i++)
        if (slice_equal(landing->after_exits[i], exit)) return true;
    return landing->after_every_exit;
}

/* Whatever end the later one waits for, the earlier one does. */
static bool covers_ends(const struct landing_rule *earlier, const struct landing_rule *later)
{
    if ((later->after_win && !earlier->after_win) || (later->after_every_exit && !earlier->after_every_exit))
        return false;
    for (size_t i = 0; i < later->after_count; i++)
        if (!is_among(earlier, later->after_exits[i])) return false;
    return true;
}

/* Whatever is new evidence to the later one is to the earlier one: of a landing that asks for an event only what
 * happens counts. (What is computed is evidence by what it is computed from.) */
static bool covers_evidence(struct loader *l, enum subject_kind kind, const struct landing_rule *earlier,
                            const struct landing_rule *later)
{
    if (earlier->again == AGAIN_AFTER || later->again == AGAIN_AFTER)
        return earlier->again == later->again && earlier->again_after.unit == later->again_after.unit &&
               earlier->again_after.amount <= later->again_after.amount;
    const struct kind_builder *k = &l->kinds[kind];
    bool *to_earlier = memory_new(2 * k->slots.count * sizeof *to_earlier), *to_later = to_earlier + k->slots.count;
    bool covered = true;
    clause_reads_all(l, kind, earlier->when, to_earlier);
    clause_reads_all(l, kind, later->when, to_later);
    for (size_t i = 0; i < k->slots.count && covered; i++) {
        const enum slot_origin origin = k->slots.at[i].origin;
        const bool happens = origin == SLOT_SIGNAL || origin == SLOT_MEMBERS;
        if (origin == SLOT_COMPUTED || !to_later[i] || (later->again == AGAIN_NEW_EVENT && !happens)) continue;
        covered = to_earlier[i] && (earlier->again == AGAIN_NEW_EVIDENCE || happens);
    }
    free(to_earlier);
    return covered;
}

static void check_landing_order(struct reach *r, const struct funnel *funnel, int *looks)
{
    const struct ground ground = {r->l, funnel->of, NONE, r->slots[funnel->of]};
    for (size_t k = 1; k < funnel->landing_count; k++) {
        const struct landing_rule *later = &funnel->landings[k], *earlier = funnel->landings;
        while (earlier < later && !(covers_ends(earlier, later) && covers_evidence(r->l, funnel->of, earlier, later) &&
                                    clause_follows(&ground, later->when, earlier->when, looks)))
            earlier++;
        if (earlier < later)
            complain_at(r->l, later->place, SLICE("put the narrower one first, or take one of them out"),
                        "nobody lands by `%.*s`: whenever somebody could, `%.*s` stands before it",
                        SLICE_ARG(later->label.name), SLICE_ARG(earlier->label.name));
    }
}

static void check_handover(struct reach *r)
{
    const struct definition *d = r->l->out;
    for (int part = 0; part < BRIEF_PARTS; part++)
        for (size_t i = 0; i < d->brief.parts[part].count; i++)
            if (d->brief.parts[part].at[i].when)
                check_clause(r, d->brief.of, d->brief.parts[part].at[i].when, "nobody is ever told this");
    for (size_t i = 0; i < d->playbook_count; i++)
        check_clause(r, d->playbooks[i].of, d->playbooks[i].when, "nobody is ever in this situation");
    for (size_t i = 0; i < d->seat_count; i++) check_clause(r, KIND_PERSON, d->seats[i].when, "nobody can sit here");
}

void check_reach(struct loader *l)
{
    enum { LOOKS_MOST = 20000 };
    struct reach r = reach_when(l, ANYTHING);
    int looks = LOOKS_MOST;
    check_signals(&r);
    check_qualification(&r);
    if (l->out->audience) check_clause(&r, KIND_PERSON, l->out->audience, "nobody can be of this audience");
    for (size_t i = 0; i < l->funnels.count; i++) {
        const struct funnel *funnel = &l->funnels.at[i].funnel;
        for (size_t s = 0; s < funnel->stage_count; s++)
            if (funnel->stages[s].enter)
                check_clause(&r, funnel->of, funnel->stages[s].enter, "nobody can reach this stage");
        for (size_t e = 0; e < funnel->exit_count; e++)
            if (funnel->exits[e].when)
                check_clause(&r, funnel->of, funnel->exits[e].when, "nobody can leave by this exit");
        for (size_t k = 0; k < funnel->landing_count; k++)
            check_clause(&r, funnel->of, funnel->landings[k].when, "nobody can land so");
        if (!l->diagnostics->error_count) check_landing_order(&r, funnel, &looks);
    }
    check_handover(&r);
    if (!l->diagnostics->error_count) doubt_stages(l);
}
