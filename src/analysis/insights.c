/* What the numbers say. A rule each; none fires without its numbers, each says on what it stands. A change is told only
 * when its test says so; else it is worded as observed, within the noise. */
#include "analysis/dimension.h"
#include "analysis/finding.h"
#include "base/zone.h"

static bool told(const struct difference *d)
{
    return d->given && d->verdict == VERDICT_TOLD;
}

static enum support support_of(const struct difference *d)
{
    return !d->given || d->verdict == VERDICT_THIN ? SUPPORT_NONE
           : d->verdict == VERDICT_TOLD            ? SUPPORT_STRONG
                                                   : SUPPORT_INDICATIVE;
}

static struct slice day_text(struct arena *arena, int64_t day)
{
    struct buffer text;
    buffer_init(&text, 32);
    day_format(&text, day);
    struct slice copy = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return copy;
}

/* ---- the whole ---- */

static const char *overall_form(const struct analysis *a)
{
    const struct difference *rate = &a->overall.change, *count = &a->stages[0].change;
    bool grew = true, fell = true;
    if (!a->compared || !a->stages[0].before) return "alone";
    if (a->basis == BASIS_FLOW) return "flow";
    for (uint32_t s = 0; s < a->stage_count; s++) {
        grew &= a->stages[s].now > a->stages[s].before;
        fell &= a->stages[s].now < a->stages[s].before;
    }
    if (told(rate)) return rate->pp > 0 ? "rate_rose" : "rate_fell";
    if (told(count)) return count->pct > 0 ? "more" : "fewer";
    return grew ? "grew" : fell ? "fell" : "mixed";
}

static void insight_overall(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct difference *rate = &a->overall.change, *count = &a->stages[0].change;
    const char *form = overall_form(a);
    if (!a->stages[0].now) return;
    struct finding *f = finding_new(l, "overall_change", form, SECTION_STAGES,
                                    !a->compared ? a->overall.now.support
                                    : told(rate) ? SUPPORT_STRONG
                                                 : support_of(count));
    if (strcmp(form, "rate_rose") == 0) f->severity = SEVERITY_GOOD;
    if (strcmp(form, "rate_fell") == 0) f->severity = SEVERITY_BAD;
    put(f, "hits", FIGURE_COUNT, (double)a->overall.now.hits);
    put(f, "count", FIGURE_COUNT, (double)a->stages[0].now);
    put(f, "rate_pct", FIGURE_PERCENT, share_percent(&a->overall.now));
    put_stage(f, "goal", a->goal);
    if (strcmp(form, "alone") == 0) return;
    put(f, "compare_hits", FIGURE_COUNT, (double)a->overall.before.hits);
    put(f, "compare", FIGURE_COUNT, (double)a->stages[0].before);
    put(f, "compare_rate_pct", FIGURE_PERCENT, share_percent(&a->overall.before));
    put(f, "p_value", FIGURE_P, count->p);
    put(f, "rate_p_value", FIGURE_P, rate->p);
    if (count->p > 0) put_shown(f, "odds", FIGURE_ABOUT, rounded(1 / count->p, 0));
    /* "once in 15" says something; "once in 1.4" does not. */
    put_phrase(f, "chance", count->p > 0 && count->p < 0.34 ? "phrase.by_chance_once_in" : "phrase.within_noise");
}

/* An empty report: where the data are, or that the rule of the first stage never holds. */
static void insight_nobody(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct fact_table *t = a->table;
    int64_t first = INT64_MAX, last = INT64_MIN;
    uint64_t n = 0;
    if (a->stages[0].now) return;
    for (size_t i = 0; i < t->rows; i++) {
        const int64_t at = t->entered[0][i];
        if (t->lap[i] != 1 || at == INSTANT_NONE) continue;
        if (at < first) first = at;
        if (at > last) last = at;
        n++;
    }
    struct finding *f = finding_new(l, "nobody_here", n ? "elsewhere" : "never", SECTION_STAGES, SUPPORT_STRONG);
    f->severity = SEVERITY_WARN;
    put_stage(f, "stage", 0);
    if (!n) return;
    put(f, "n", FIGURE_COUNT, (double)n);
    put_words(f, "first", day_text(l->arena, zone_day(t->zone, first)));
    put_words(f, "last", day_text(l->arena, zone_day(t->zone, last)));
}

/* The stage of which most were never seen to enter: a rate of 100% may say no more than that nothing was recorded. */
static void insight_carried(struct finding_list *l)
{
    const struct analysis *a = l->a;
    struct view now = view_now(a);
    uint64_t most = 0;
    uint32_t stage = NONE;
    for (uint32_t s = 0; s < a->stage_count; s++) {
        uint64_t carried = 0;
        view_each_in(&now, s, i) carried += a->table->carried[i] >> s & 1;
        if (2 * carried <= a->stages[s].now || carried <= most) continue;
        most = carried;
        stage = s;
    }
    if (stage == NONE || most < 5) return;
    struct finding *f = finding_new(l, "carried", "", SECTION_STAGES, judge_support(a, a->stages[stage].now));
    f->severity = SEVERITY_WARN;
    put_stage(f, "stage", stage);
    put(f, "carried", FIGURE_COUNT, (double)most);
    put(f, "n", FIGURE_COUNT, (double)a->stages[stage].now);
}

/* ---- transitions ---- */

static void put_rate(struct finding *f, const struct transition *t)
{
    put_way(f, t);
    put(f, "rate_pct", FIGURE_PERCENT, share_percent(&t->now));
    put(f, "n", FIGURE_COUNT, (double)t->now.n);
    put_shown(f, "hits", FIGURE_COUNT, (double)t->now.hits);
}

static void put_range(struct finding *f, struct range r)
{
    if (!range_given(r)) return;
    put_shown(f, "low_pct", FIGURE_WHOLE_PERCENT, 100 * r.low);
    put_shown(f, "high_pct", FIGURE_WHOLE_PERCENT, 100 * r.high);
}

static const char *weakest_action(const struct analysis *a, const struct transition *t)
{
    const struct finding *cause = cause_named(a, "threshold_strict");
    return cause && gating_score(a, t->to) ? "lower_threshold" : "review_criteria";
}

static void insight_weakest(struct finding_list *l)
{
    const struct analysis *a = l->a;
    if (a->weakest == NONE) return;
    const struct transition *t = &a->transitions[a->weakest];
    bool failing = a->weakest_rule == WEAK_FAILING, thin = t->now.support == SUPPORT_NONE;
    const char *form = !failing                               ? (thin ? "lowest_thin" : "lowest")
                       : thin                                 ? "failing_thin"
                       : t->now.support == SUPPORT_INDICATIVE ? "failing_seems"
                                                              : "failing_sure";
    struct finding *f = finding_new(l, "weakest_transition", form, SECTION_FUNNEL, t->now.support);
    f->severity = thin ? SEVERITY_NEUTRAL : failing ? SEVERITY_BAD : SEVERITY_WARN;
    f->action = weakest_action(a, t);
    put_rate(f, t);
    put_range(f, t->now.range);
    if (failing) put(f, "failing", FIGURE_LIMIT, (double)t->band->failing / 1e4);
    put_shown(f, "needs_more", FIGURE_COUNT, (double)t->now.needs_more);
    if (a->basis == BASIS_FLOW && strcmp(form, "failing_seems") == 0)
        f->form = "failing_sure"; /* no interval to speak of */
}

static void insight_moved(struct finding_list *l, const struct transition *t, bool rose)
{
    bool first = t->from == 0 && l->a->goal > 1;
    const char *code = first  ? (rose ? "engagement_rose" : "engagement_fell")
                       : rose ? "transition_rose"
                              : "transition_fell";
    struct finding *f =
        finding_new(l, code, told(&t->change) ? "told" : "noise", SECTION_FUNNEL, support_of(&t->change));
    f->severity = !told(&t->change) ? SEVERITY_NEUTRAL : rose ? SEVERITY_GOOD : SEVERITY_BAD;
    put_rate(f, t);
    put(f, "compare_rate_pct", FIGURE_PERCENT, share_percent(&t->before));
    put(f, "p_value", FIGURE_P, t->change.p);
    struct range gap = newcombe((double)t->now.hits, (double)t->now.n, (double)t->before.hits, (double)t->before.n);
    put(f, "change_low_pp", FIGURE_DECIMAL, rounded(100 * gap.low, 1));
    put(f, "change_high_pp", FIGURE_DECIMAL, rounded(100 * gap.high, 1));
}

enum { FALL_POINTS = 1 }; /* less than that is no fall */

/* Every change that is told, and of the others the largest fall that enough cases stand behind: a fall nobody mentions
 * is how reports mislead. */
static void insight_changes(struct finding_list *l)
{
    const struct analysis *a = l->a;
    uint32_t fell = NONE;
    for (uint32_t i = 0; i + 1 < a->stage_count; i++) {
        const struct transition *t = &a->transitions[i];
        if (told(&t->change))
            insight_moved(l, t, t->change.pp > 0);
        else if (i != a->weakest && t->change.given && t->change.verdict == VERDICT_NOISE &&
                 t->change.pp <= -FALL_POINTS && (fell == NONE || t->change.pp < a->transitions[fell].change.pp))
            fell = i;
    }
    if (fell != NONE) insight_moved(l, &a->transitions[fell], false);
}

static void insight_slowest(struct finding_list *l)
{
    const struct analysis *a = l->a;
    if (a->slowest == NONE) return;
    const struct transition *t = &a->transitions[a->slowest];
    bool over = !isnan(t->over_days);
    struct finding *f = finding_new(l, "slowest_transition",
                                    !over              ? "longest"
                                    : t->allowed_plain ? "over"
                                                       : "over_agreed",
                                    SECTION_DAYS, judge_support(a, t->days.n));
    f->severity = over ? SEVERITY_WARN : SEVERITY_NEUTRAL;
    f->action = over ? "closing_sla" : NULL;
    put_way(f, t);
    put(f, "mean_days", FIGURE_DAYS, rounded(t->days.mean, 1));
    put(f, "ninth_decile_days", FIGURE_DAYS, rounded(t->days.ninth, 1));
    put(f, "n", FIGURE_COUNT, (double)t->days.n);
    put_role(f, "owner", a->funnel->stages[t->to].owner);
    if (!over) return;
    put(f, "sla_days", FIGURE_DAYS, t->allowed_days);
    put_agreed(f, "agreed", t);
    put(f, "late", FIGURE_COUNT, (double)t->late);
}

static void insight_second(struct finding_list *l)
{
    const struct analysis *a = l->a;
    if (a->second_weakest == NONE) return;
    const struct transition *t = &a->transitions[a->second_weakest];
    const char *form = !t->band ? "no_target" : t->light == LIGHT_FAILING ? "failing" : "below_good";
    struct finding *f = finding_new(l, "second_weakest", form, SECTION_FUNNEL, t->now.support);
    f->severity = t->light == LIGHT_FAILING && t->now.support != SUPPORT_NONE ? SEVERITY_WARN : SEVERITY_NEUTRAL;
    f->action = (a->decided == NONE || t->to < a->decided) && offer_misses(a) ? "refresh_offer" : NULL;
    put_rate(f, t);
    if (t->band && t->band->has_failing) put_shown(f, "failing", FIGURE_LIMIT, (double)t->band->failing / 1e4);
    if (t->band && t->band->has_good) put_shown(f, "good", FIGURE_LIMIT, (double)t->band->good / 1e4);
}

/* ---- channels ---- */

/* The gap between the rates of two channels: told or chance. */
static const char *gap_phrase(const struct analysis *a, const struct channel *x, const struct channel *y)
{
    if (!y || a->basis == BASIS_FLOW) return "phrase.nothing";
    double p = two_shares((double)x->goal, (double)x->first, (double)y->goal, (double)y->first);
    return judge_verdict(a, p, x->first, y->first) == VERDICT_TOLD ? "phrase.gap_told" : "phrase.gap_chance";
}

static void insight_best_sources(struct finding_list *l)
{
    const struct analysis *a = l->a;
    uint32_t codes[8];
    const struct channel *best[8];
    size_t count = 0;
    uint64_t goals = 0, n = 0;
    double dearest = 0;
    for (size_t c = 0; c < a->channel_count && count < 8; c++) {
        const struct channel *channel = &a->channels[c];
        if (!channel->goal ||
            (channel->recommendation != RECOMMEND_INCREASE && channel->recommendation != RECOMMEND_CONTINUE))
            continue;
        best[count] = channel;
        codes[count++] = channel->value;
        goals += channel->goal;
        n += channel->first;
        if (channel->cost_per_goal > dearest) dearest = channel->cost_per_goal;
    }
    if (!count || 2 * goals < a->stages[a->goal].now) return;
    bool same = count > 1;
    for (size_t i = 0; i < count; i++) same &= dearest - best[i]->cost_per_goal < 0.5;
    struct finding *f = finding_new(l, "best_sources", same ? "same_cost" : "cost", SECTION_BREAKDOWN,
                                    judge_support(a, n) == SUPPORT_NONE ? SUPPORT_NONE : SUPPORT_INDICATIVE);
    f->severity = SEVERITY_GOOD;
    f->dimension = a->definition->channels.by;
    for (size_t i = 0; i < count; i++)
        if (best[i]->recommendation == RECOMMEND_INCREASE) f->action = "raise_channel";
    put_values(f, l->arena, "source", f->dimension, codes, count);
    put(f, "goal", FIGURE_COUNT, (double)goals);
    put(f, "of", FIGURE_COUNT, (double)a->stages[a->goal].now);
    put(f, "cost_per_goal", FIGURE_MONEY, rounded(dearest, 0));
    put_stage(f, "stage", a->goal);
    put_phrase(f, "gap", count == 2 ? gap_phrase(a, best[0], best[1]) : "phrase.nothing");
}

static void insight_stop_sources(struct finding_list *l)
{
    const struct analysis *a = l->a;
    size_t said = 0;
    for (size_t c = 0; c < a->channel_count && said < 2; c++) {
        const struct channel *channel = &a->channels[c];
        if (channel->recommendation != RECOMMEND_STOP) continue;
        bool thin = channel->needs_more > 0;
        struct finding *f = finding_new(l, "stop_source",
                                        !channel->first ? "nobody"
                                        : thin          ? "thin"
                                                        : "",
                                        SECTION_BREAKDOWN, channel->support);
        said++;
        f->severity = thin ? SEVERITY_NEUTRAL : SEVERITY_BAD;
        f->dimension = a->definition->channels.by;
        f->action = "stop_channel";
        put_values(f, l->arena, "source", f->dimension, &channel->value, 1);
        put(f, "spend", FIGURE_MONEY, rounded(channel->spend, 2));
        put(f, "n", FIGURE_COUNT, (double)channel->first);
        put_shown(f, "n_subjects", FIGURE_SUBJECTS, (double)channel->first);
        put(f, "reached", FIGURE_COUNT, 0);
        put_shown(f, "more", FIGURE_COUNT, (double)channel->needs_more);
        if (thin && channel->first)
            put(f, "cost_to_know", FIGURE_MONEY,
                rounded(channel->spend / (double)channel->first * (double)channel->needs_more, 0));
        if (thin && channel->first)
            put_shown(f, "about_cost", FIGURE_MONEY,
                      rounded(channel->spend / (double)channel->first * (double)channel->needs_more / 100, 0) * 100);
    }
}

static void insight_develop(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct channel *most = NULL;
    for (size_t c = 0; c < a->channel_count; c++)
        if (a->channels[c].recommendation == RECOMMEND_DEVELOP && (!most || a->channels[c].first > most->first))
            most = &a->channels[c];
    if (!most || !most->first) return;
    struct finding *f =
        finding_new(l, "develop_source", most->needs_more ? "thin" : "", SECTION_CHANNELS, most->support);
    put_values(f, l->arena, "source", a->definition->channels.by, &most->value, 1);
    put(f, "n", FIGURE_COUNT, (double)most->first);
    put_shown(f, "n_subjects", FIGURE_SUBJECTS, (double)most->first);
    put(f, "spend", FIGURE_MONEY, 0);
    put_shown(f, "goals", FIGURE_COUNT, (double)most->goal);
    put_stage(f, "stage", a->goal);
}

/* ---- other dimensions ---- */

/* Is the ideal profile met more often among the value's leads than among the others? */
static bool as_profile(const struct analysis *a, uint32_t dimension, uint32_t value)
{
    struct view now = view_now(a);
    uint64_t in = 0, in_met = 0, out = 0, out_met = 0;
    if (!a->definition->icp_count || !a->table->icp) return false;
    view_each (&now, i) {
        if (!view_counts(&now, i, 0)) continue;
        bool met = a->table->icp[0][i] == AUDIENCE_YES, here = a->table->dimension[dimension][i] == value;
        in += here;
        in_met += here && met;
        out += !here;
        out_met += !here && met;
    }
    return in && out && in_met * out > out_met * in;
}

/* One value of a dimension brings half of those at the goal or more. Touch dimensions are the channels' matter. */
static void insight_top(struct finding_list *l, uint32_t d)
{
    const struct analysis *a = l->a;
    const struct breakdown *b = &a->breakdowns[d];
    const struct group_measure *top = NULL;
    uint64_t all = a->stages[a->goal].now;
    if (a->definition->dimensions[d].kind != DIMENSION_VALUE || (a->channel_count && d == a->definition->channels.by))
        return;
    for (size_t g = 0; g < b->count; g++)
        if (b->groups[g].value && (!top || b->groups[g].now[a->goal] > top->now[a->goal])) top = &b->groups[g];
    if (b->count < 2 || !top || top->now[a->goal] < 3 || 2 * top->now[a->goal] < all) return;
    uint64_t hits = top->now[a->goal], n = top->now[0], others = a->stages[0].now - n;
    double p = a->basis == BASIS_FLOW ? NAN : two_shares((double)hits, (double)n, (double)(all - hits), (double)others);
    /* The value was picked for being the largest: its test counts as many times as there were values to pick from. */
    bool sure = judge_verdict(a, p * (double)b->count, n, others) == VERDICT_TOLD;
    struct slice name = a->definition->dimensions[d].label.name;
    struct finding *f = finding_new(l, arena_printf(l->arena, "top_%.*s", SLICE_ARG(name)).ptr,
                                    as_profile(a, d, top->value) ? "icp" : "", SECTION_BREAKDOWN,
                                    judge_support(a, n) == SUPPORT_NONE ? SUPPORT_NONE
                                    : sure                              ? SUPPORT_STRONG
                                                                        : SUPPORT_INDICATIVE);
    f->severity = SEVERITY_GOOD;
    f->dimension = d;
    put_values(f, l->arena, arena_slice(l->arena, name).ptr, d, &top->value, 1);
    put_values(f, l->arena, "value_plain", d, &top->value, 1);
    f->figures[f->figure_count - 1].evidence = false;
    put_dimension(f, "dimension", d);
    put_phrase(f, "value", a->definition->dimensions[d].band_count ? "phrase.value_of" : "phrase.value_alone");
    put(f, "goal", FIGURE_COUNT, (double)hits);
    put(f, "of", FIGURE_COUNT, (double)all);
    put_stage(f, "stage", a->goal);
    put_phrase(f, "gap",
               a->basis == BASIS_FLOW ? "phrase.nothing"
               : sure                 ? "phrase.values_told"
                                      : "phrase.values_chance");
}

/* Told of those of whom it is known; and when it is known of few, that is told instead. */
static void insight_audience(struct finding_list *l)
{
    const struct analysis *a = l->a;
    const struct share *aimed = &a->audience.aimed;
    if (!a->audience.given || !aimed->n) return;
    const uint64_t known = aimed->n - a->audience.unknown;
    if (2 * known < aimed->n) {
        struct finding *f = finding_new(l, "audience_unknown", "", SECTION_AUDIENCE, SUPPORT_STRONG);
        f->severity = SEVERITY_WARN;
        put(f, "unknown", FIGURE_COUNT, (double)a->audience.unknown);
        put(f, "n", FIGURE_COUNT, (double)aimed->n);
        return;
    }
    if (2 * aimed->hits >= known) return;
    struct finding *f = finding_new(l, "off_target", "", SECTION_AUDIENCE, judge_support(a, known));
    f->severity = f->support == SUPPORT_NONE ? SEVERITY_NEUTRAL : SEVERITY_WARN;
    f->action = offer_misses(a) ? "refresh_offer" : NULL;
    put(f, "aimed", FIGURE_COUNT, (double)aimed->hits);
    put(f, "n", FIGURE_COUNT, (double)known);
    put(f, "aimed_pct", FIGURE_PERCENT, percent_of(aimed->hits, known, 1));
}

/* ---- mails ---- */

static void insight_open_rate(struct finding_list *l)
{
    const struct analysis *a = l->a;
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct kpi *k = &a->kpis[i];
        if (k->kind != KPI_OPEN_RATE || !k->change.given || isnan(k->change.pp)) continue;
        if (!told(&k->change) && fabs(k->change.pp) < 3) return;
        bool rose = k->change.pp > 0;
        struct finding *f = finding_new(l, rose ? "open_rate_rose" : "open_rate_fell",
                                        told(&k->change) ? "told" : "noise", SECTION_SEQUENCE, support_of(&k->change));
        f->severity = !told(&k->change) ? SEVERITY_NEUTRAL : rose ? SEVERITY_GOOD : SEVERITY_BAD;
        put(f, "open_pct", FIGURE_WHOLE_PERCENT, rounded(k->now, 1));
        put(f, "compare_open_pct", FIGURE_WHOLE_PERCENT, rounded(k->before, 1));
        put_shown(f, "opened", FIGURE_COUNT, (double)k->hits);
        put(f, "n", FIGURE_COUNT, (double)k->n);
        put(f, "p_value", FIGURE_P, k->change.p);
    }
}

/* The last mails, as long as each brings fewer entries for every mail sent than the whole sequence does. The run was
 * chosen by looking at the numbers, so the support is never more than indicative. */
static void insight_mails_fade(struct finding_list *l)
{
    const struct analysis *a = l->a;
    uint64_t sent = 0, brought = 0, fading = 0;
    size_t first = a->mail_count;
    for (size_t i = 0; i < a->mail_count; i++) {
        sent += a->mails[i].sent;
        brought += a->mails[i].contributed;
    }
    while (first > 0 && a->mails[first - 1].contributed * sent < brought * a->mails[first - 1].sent)
        fading += a->mails[--first].contributed;
    if (first == a->mail_count || first == 0 || brought < 10) return;
    const struct label *labels[64];
    size_t count = 0;
    for (size_t i = first; i < a->mail_count && count < 64; i++) {
        struct label *number = ARENA_NEW(l->arena, struct label);
        number->name = arena_printf(l->arena, "%lld", (long long)a->mails[i].step);
        labels[count++] = number;
    }
    struct finding *f = finding_new(l, "mails_fade", count > 1 ? "" : "one", SECTION_SEQUENCE,
                                    judge_support(a, sent) == SUPPORT_NONE ? SUPPORT_NONE : SUPPORT_INDICATIVE);
    const struct label **kept = ARENA_ARRAY(l->arena, const struct label *, count);
    memcpy(kept, labels, count * sizeof *kept);
    f->severity = SEVERITY_WARN;
    f->action = "improve_mails";
    put_labels(f, "steps", kept, count);
    put(f, "brought", FIGURE_COUNT, (double)fading);
    put(f, "of", FIGURE_COUNT, (double)brought);
    put_stage(f, "stage", a->definition->sequence.until);
}

/* A name that no mail has is mostly another spelling. */
static void insight_no_mails(struct finding_list *l)
{
    const struct sequence *q = &l->a->definition->sequence;
    uint64_t sent = 0;
    for (size_t i = 0; i < l->a->mail_count; i++) sent += l->a->mails[i].sent;
    if (!q->given || sent || !l->a->stages[0].now) return;
    struct finding *f = finding_new(l, "no_mails", q->name.len ? "named" : "any", SECTION_SEQUENCE, SUPPORT_STRONG);
    f->severity = SEVERITY_WARN;
    if (q->name.len) put_words(f, "name", q->name);
}

/* ---- care ---- */

static void insight_overdue(struct finding_list *l)
{
    const struct handoff_measure *h = &l->a->handoff;
    if (!h->overdue) return;
    struct finding *f = finding_new(l, "handoffs_overdue", "", SECTION_EXITS, SUPPORT_STRONG);
    f->severity = SEVERITY_WARN;
    put(f, "overdue", FIGURE_COUNT, (double)h->overdue);
    put_shown(f, "overdue_subjects", FIGURE_SUBJECTS, (double)h->overdue);
    put(f, "pending", FIGURE_COUNT, (double)h->pending);
    put_stage(f, "stage", h->stage);
}

static void insight_other_currency(struct finding_list *l)
{
    const struct spend_totals *s = &l->a->spend;
    if (!s->other_spend.len && !s->other_revenue.len) return;
    const char *form = !s->other_spend.len ? "revenue" : !s->other_revenue.len ? "spend" : "both";
    struct finding *f = finding_new(l, "other_currency", form, SECTION_CHANNELS, SUPPORT_STRONG);
    f->severity = SEVERITY_WARN;
    if (s->other_spend.len) put_words(f, "spend", s->other_spend);
    if (s->other_revenue.len) put_words(f, "revenue", s->other_revenue);
    put_words(f, "currency", l->a->definition->company.currency);
}

static void insight_rejected(struct finding_list *l)
{
    const struct data_quality *q = &l->a->table->quality;
    const uint64_t values = q->left_out, rejected = q->rejected;
    const uint64_t read = q->rows > rejected ? q->rows : rejected; /* one row may be rejected for two reasons */
    if (rejected && rejected * 100 >= read) {
        struct finding *f = finding_new(l, "rejected_lines", "", SECTION_QUALITY, SUPPORT_STRONG);
        f->severity = SEVERITY_WARN;
        put(f, "rejected", FIGURE_COUNT, (double)rejected);
        put(f, "read", FIGURE_COUNT, (double)read);
        put(f, "rejected_pct", FIGURE_PERCENT, percent_of(rejected, read, 1));
    }
    if (!values || values * 100 < read) return;
    struct finding *f = finding_new(l, "unread_values", "", SECTION_QUALITY, SUPPORT_STRONG);
    f->severity = SEVERITY_WARN;
    put(f, "values", FIGURE_COUNT, (double)values);
    put(f, "read", FIGURE_COUNT, (double)read);
}

void build_insights(struct analysis *a, struct arena *arena)
{
    struct finding_list l = {.a = a, .arena = arena};
    insight_overall(&l);
    insight_nobody(&l);
    insight_carried(&l);
    insight_weakest(&l);
    insight_changes(&l);
    insight_slowest(&l);
    insight_best_sources(&l);
    insight_stop_sources(&l);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++) insight_top(&l, d);
    insight_audience(&l);
    insight_open_rate(&l);
    insight_mails_fade(&l);
    insight_no_mails(&l);
    insight_second(&l);
    insight_develop(&l);
    insight_overdue(&l);
    insight_other_currency(&l);
    insight_rejected(&l);
    a->insights = finding_done(&l);
}
