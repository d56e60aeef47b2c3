/* What to do about it. In this order: what answers the weakest transition, clocks that are overrun, money, mails, then
 * how the two sides work together. Each stands on a finding; its effect is worded only where a number follows from
 * one's own rates. */
#include "analysis/finding.h"

static struct finding *action_new(struct finding_list *l, const char *code, const char *form, enum section section,
                                  enum role owner, enum support support)
{
    struct finding *f = finding_new(l, code, form, section, support);
    f->owner = owner;
    return f;
}

static enum role owner_of(const struct analysis *a, uint32_t stage)
{
    return a->funnel->stages[stage].owner;
}

static struct slice lower_name(struct arena *arena, struct slice name)
{
    char *copy = (char *)arena_slice(arena, name).ptr;
    for (size_t i = 0; i < name.len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z') copy[i] += 'a' - 'A';
    return slice_of(copy, name.len);
}

/* "4 to 5 more SQL and about 3 more SQO": the first stage's gain between whole numbers, the goal's about. */
static void put_what_if(struct finding_list *l, struct finding *f, const struct transition *t)
{
    const struct analysis *a = l->a;
    const struct what_if *w = &a->what_if;
    if (!w->given || !w->outcome_count) return;
    const struct what_if_outcome *first = &w->outcomes[0], *last = &w->outcomes[w->outcome_count - 1];
    double gain = first->expected - (double)first->now, goal = last->expected - (double)last->now;
    f->expected = true;
    put(f, lower_name(l->arena, a->funnel->stages[first->stage].label.name).ptr, FIGURE_DECIMAL, rounded(gain, 1));
    if (last != first)
        put(f, lower_name(l->arena, a->funnel->stages[last->stage].label.name).ptr, FIGURE_DECIMAL, rounded(goal, 1));
    put(f, "rate_to_pct", FIGURE_LIMIT, rounded(100 * w->rate_to, 1));
    put_shown(f, "low", FIGURE_COUNT, floor(gain + 1e-9));
    put_shown(f, "high", FIGURE_COUNT, ceil(gain - 1e-9));
    put_shown(f, "goal_gain", FIGURE_COUNT, rounded(goal, 0));
    put_stage(f, "last", last->stage);
    f->figures[f->figure_count - 1].evidence = false;
    put_phrase(f, "gain",
               last == first                             ? "phrase.gain_one"
               : floor(gain + 1e-9) == ceil(gain - 1e-9) ? "phrase.gain_exact"
                                                         : "phrase.gain_both");
    put_stage(f, "to_stage", t->to);
    f->figures[f->figure_count - 1].evidence = false;
}

static void act_weakest(struct finding_list *l)
{
    const struct analysis *a = l->a;
    if (a->weakest == NONE) return;
    const struct transition *t = &a->transitions[a->weakest];
    const struct finding *strict = cause_named(a, "threshold_strict"), *term = cause_named(a, "missing_term");
    const struct score *score = gating_score(a, t->to);
    if (strict && score) {
        struct finding *f = action_new(l, "lower_threshold", term ? "with_term" : "", SECTION_WEAKEST,
                                       owner_of(a, t->to), t->now.support);
        put_what_if(l, f, t);
        put_shown(f, "threshold", FIGURE_SCORE, figure_number(strict, "threshold"));
        put_shown(f, "borderline_from", FIGURE_SCORE, figure_number(strict, "borderline_from"));
        if (term) {
            put_labels(f, "term", term->figures[0].labels, term->figures[0].count);
            f->figures[f->figure_count - 1].evidence = false;
        }
        return;
    }
    struct finding *f = action_new(l, "review_criteria", "", SECTION_WEAKEST, owner_of(a, t->to), t->now.support);
    put_what_if(l, f, t);
    put_shown(f, "left_subjects", FIGURE_SUBJECTS, (double)(t->now.n - t->now.hits));
    put_stage(f, "from", t->from);
    f->figures[f->figure_count - 1].evidence = false;
}

static void act_slowest(struct finding_list *l)
{
    const struct analysis *a = l->a;
    if (a->slowest == NONE || isnan(a->transitions[a->slowest].over_days)) return;
    const struct transition *t = &a->transitions[a->slowest];
    struct finding *f = action_new(l, "closing_sla", t->allowed_plain ? "" : "agreed", SECTION_DAYS, owner_of(a, t->to),
                                   judge_support(a, t->days.n));
    f->expected = true;
    put(f, "days_from", FIGURE_DAYS, rounded(t->days.mean, 1));
    put(f, "days_to", FIGURE_DAYS, t->allowed_days);
    put_agreed(f, "agreed", t);
    put_stage(f, "from", t->from);
    f->figures[f->figure_count - 1].evidence = false;
    put_stage(f, "to", t->to);
    f->figures[f->figure_count - 1].evidence = false;
}

static size_t channels_with(const struct analysis *a, enum recommendation r, uint32_t codes[8], double *spend,
                            const struct channel **best)
{
    size_t count = 0;
    *spend = 0;
    *best = NULL;
    for (size_t c = 0; c < a->channel_count && count < 8; c++) {
        if (a->channels[c].recommendation != r) continue;
        codes[count++] = a->channels[c].value;
        *spend += a->channels[c].monthly_spend;
        if (!*best || a->channels[c].cost_per_goal < (*best)->cost_per_goal) *best = &a->channels[c];
    }
    return count;
}

/* Money is moved to the cheapest of the channels to increase; advice about money stands on spend when leads are few. */
static void act_channels(struct finding_list *l)
{
    const struct analysis *a = l->a;
    uint32_t stop[8], raise[8];
    double spend, raised;
    const struct channel *worst, *best;
    size_t stops = channels_with(a, RECOMMEND_STOP, stop, &spend, &worst),
           raises = channels_with(a, RECOMMEND_INCREASE, raise, &raised, &best);
    if (stops) {
        struct finding *f =
            action_new(l, "stop_channel", best ? "move" : "", SECTION_CHANNELS, ROLE_MARKETING, worst->support);
        put_values(f, l->arena, "source", a->definition->channels.by, stop, stops);
        put(f, "spend", FIGURE_MONEY, rounded(spend, 2));
        if (best) {
            f->expected = true;
            put_values(f, l->arena, "target", a->definition->channels.by, &best->value, 1);
            put(f, lower_name(l->arena, a->funnel->stages[a->goal].label.name).ptr, FIGURE_DECIMAL,
                rounded(spend / best->cost_per_goal, 1));
            put_shown(f, "gain_goal", FIGURE_DECIMAL, rounded(spend / best->cost_per_goal, 1));
            put_stage(f, "goal", a->goal);
            f->figures[f->figure_count - 1].evidence = false;
        }
    }
    if (raises) {
        struct finding *f = action_new(l, "raise_channel", "", SECTION_CHANNELS, ROLE_MARKETING, best->support);
        put_values(f, l->arena, "source", a->definition->channels.by, raise, raises);
    }
}

static void act_mails(struct finding_list *l)
{
    for (size_t i = 0; i < l->a->insights.count; i++) {
        const struct finding *fade = &l->a->insights.at[i];
        if (strcmp(fade->code, "mails_fade") != 0) continue;
        struct finding *f = action_new(l, "improve_mails", fade->form, SECTION_SEQUENCE, ROLE_MARKETING, fade->support);
        put_labels(f, "steps", fade->figures[0].labels, fade->figures[0].count);
        f->figures[0].evidence = false;
    }
}

/* The two sides at the handoff: when a tenth of what was handed over came back, or when what was accepted then stops.
 */
static void act_together(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct handoff_measure *h = &a->handoff;
    const struct transition *weak = a->weakest == NONE ? NULL : &a->transitions[a->weakest];
    bool after = weak && a->decided != NONE && weak->from >= a->decided;
    bool gap = h->given && h->returned + h->rejected && 10 * (h->returned + h->rejected) >= handoffs_decided(h);
    if (gap || (after && weak->from == a->decided)) {
        struct finding *f = action_new(l, "sync_meeting", gap ? "gap" : "", SECTION_EXITS, ROLE_NONE,
                                       gap ? judge_support(a, handoffs_decided(h)) : weak->now.support);
        if (gap) put_shown(f, "back", FIGURE_COUNT, (double)(h->returned + h->rejected));
        if (gap) put_shown(f, "decided", FIGURE_COUNT, (double)handoffs_decided(h));
        if (f->support == SUPPORT_STRONG) f->support = SUPPORT_INDICATIVE; /* a meeting's effect is a guess */
    }
    const struct finding *strict = cause_named(a, "threshold_strict");
    if (strict) {
        struct finding *f =
            action_new(l, "borderline_team", "", SECTION_WEAKEST, owner_of(a, weak->to), weak->now.support);
        put_shown(f, "borderline_from", FIGURE_SCORE, figure_number(strict, "borderline_from"));
        put_shown(f, "threshold", FIGURE_SCORE, figure_number(strict, "threshold"));
    }
    if (after && weak->left.waiting + weak->left.exited) {
        struct finding *f = action_new(l, "nurture_accepted", weak->left.waiting ? "waiting" : "", SECTION_WEAKEST,
                                       ROLE_NONE, weak->now.support);
        put_stage(f, "from", weak->from);
        f->figures[0].evidence = false;
        put_shown(f, "waiting_subjects", FIGURE_SUBJECTS, (double)weak->left.waiting);
    }
    if (after && weak->light == LIGHT_FAILING) {
        struct finding *f = action_new(l, "train_sales", "", SECTION_WEAKEST, owner_of(a, weak->to), weak->now.support);
        put_role(f, "owner", owner_of(a, weak->to));
        put_stage(f, "to", weak->to);
        f->figures[f->figure_count - 1].evidence = false;
    }
}

/* Another offer is the answer where those it draws are not those wanted. */
static void act_offer(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct finding *off = offer_misses(a);
    if (!off) return;
    struct finding *f = action_new(l, "refresh_offer", off->form, SECTION_AUDIENCE, owner_of(a, 0),
                                   off->support == SUPPORT_NONE ? SUPPORT_NONE : SUPPORT_INDICATIVE);
    put_shown(f, "wanted", FIGURE_COUNT, figure_number(off, "wanted"));
    put_shown(f, "n", FIGURE_COUNT, figure_number(off, "n"));
}

void build_actions(struct analysis *a, struct arena *arena)
{
    struct finding_list l = {.a = a, .arena = arena};
    act_weakest(&l);
    act_slowest(&l);
    act_channels(&l);
    act_mails(&l);
    act_together(&l);
    act_offer(&l);
    a->actions = finding_done(&l);
}
