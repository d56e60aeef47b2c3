/* Builds the tree: works the numbers out and words them. */
#include "report/tree.h"

#include "analysis/dimension.h"
#include "definition/words.h"
#include "report/words.h"

const char *const verdict_codes[] = {"thin", "noise", "told"};
const char *const support_codes[] = {"none", "indicative", "strong"};
const char *const light_codes[] = {"none", "failing", "between", "good", "excellent", "in_range", "outside"};
const char *const recommendation_codes[] = {"increase",   "continue", "improve_targeting",
                                            "re_examine", "stop",     "develop"};
const char *const leave_codes[] = {"returned", "rejected", "exited"};
const char *const severity_codes[] = {"good", "warn", "bad", "none"};

struct slice stage_code(const struct report *r, uint32_t stage)
{
    return r->analysis->funnel->stages[stage].label.name;
}

struct slice section_code(struct arena *arena, const struct analysis *a, enum section section, uint32_t dimension)
{
    static const char *const codes[] = {"",      "headline", "funnel",   "weakest", "stages",
                                        "kpis",  "chance",   "audience", "exits",   "days",
                                        "trend", "sequence", "channels", "quality", "breakdown"};
    if (section != SECTION_BREAKDOWN) return slice_from(codes[section]);
    return arena_printf(arena, "breakdown.%.*s", SLICE_ARG(a->definition->dimensions[dimension].label.name));
}

/* English sentences begin with a capital; a definition's labels need not. */
static struct slice capital(struct arena *arena, struct slice text)
{
    char *copy = (char *)arena_slice(arena, text).ptr;
    if (text.len && copy[0] >= 'a' && copy[0] <= 'z') copy[0] -= 'a' - 'A';
    return slice_of(copy, text.len);
}

static struct words sentence(struct wording *w, struct words words)
{
    for (int t = 0; t < TONGUES; t++) words.in[t] = capital(w->arena, words.in[t]);
    return words;
}

/* ---- the funnel's names ---- */

static void word_funnel(struct report *r, struct wording *w, struct slice only)
{
    const struct funnel *f = r->analysis->funnel;
    r->funnel = word_label(&f->label);
    for (int t = 0; only.len && t < TONGUES; t++)
        r->funnel.in[t] = arena_printf(w->arena, "%.*s · %.*s", SLICE_ARG(r->funnel.in[t]), SLICE_ARG(only));
    r->subjects = w->subjects;
    r->period = w->period;
    r->compare = w->compare;
    r->stages = ARENA_ARRAY(w->arena, struct words, f->stage_count);
    r->descriptions = ARENA_ARRAY(w->arena, struct words, f->stage_count);
    for (size_t s = 0; s < f->stage_count; s++) {
        r->stages[s] = word_label(&f->stages[s].label);
        const struct clause *enter = f->stages[s].enter;
        if (enter && (enter->label.he.len || enter->label.en.len)) r->descriptions[s] = word_label(&enter->label);
        bool known = f->stages[s].owner == ROLE_NONE || s > r->analysis->goal;
        for (size_t o = 0; o < r->owner_count; o++) known |= r->owners[o] == f->stages[s].owner;
        if (known) continue;
        r->owner_words[r->owner_count] = word_role(w, f->stages[s].owner);
        r->owners[r->owner_count++] = f->stages[s].owner;
    }
}

/* ---- kpis ---- */

static const struct {
    const char *name, *suffix; /* code; "." when the stage is part of it */
} KPIS[KPI_KINDS] = {
    [KPI_OVERALL] = {"overall_conversion", ""},
    [KPI_MEAN_DAYS] = {"mean_days", ""},
    [KPI_OPEN_RATE] = {"open_rate", ""},
    [KPI_COST_PER] = {"cost_per", "."},
    [KPI_LANDING] = {"landing_conversion", ""},
    [KPI_VOLUME] = {"volume", "."},
    [KPI_ENGAGEMENT_RATE] = {"engagement_rate", ""},
    [KPI_ENGAGEMENT_FREQUENCY] = {"engagement_frequency", ""},
    [KPI_CLICK_TO_OPEN] = {"click_to_open_rate", ""},
    [KPI_CLICK_RATE] = {"click_rate", ""},
    [KPI_VELOCITY] = {"velocity", "."},
    [KPI_ACCEPTANCE] = {"acceptance", "."},
    [KPI_DISQUALIFICATION] = {"disqualification", "."},
    [KPI_PAIR] = {"pair", ">"},
    [KPI_LAPS] = {"laps", ""},
    [KPI_LANDED] = {"landed", ""},
};

static const char *const NOTES[] = {
    "", "note.no_spend", "note.no_spend_before", "note.no_visitors", "note.cohort_only", "note.other_currency"};

static struct slice kpi_code(const struct report *r, struct arena *arena, const struct kpi *k)
{
    if (k->kind == KPI_PAIR)
        return arena_printf(arena, "%.*s>%.*s", SLICE_ARG(stage_code(r, k->from)), SLICE_ARG(stage_code(r, k->to)));
    if (!*KPIS[k->kind].suffix) return slice_from(KPIS[k->kind].name);
    return arena_printf(arena, "%s.%.*s", KPIS[k->kind].name, SLICE_ARG(stage_code(r, k->to)));
}

static void word_kpis(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    r->kpis = ARENA_ARRAY(w->arena, struct kpi_words, a->kpi_count);
    for (size_t i = 0; i < a->kpi_count; i++) {
        const struct kpi *k = &a->kpis[i];
        struct arguments args = arguments_new(w);
        if (k->from != NONE)
            arguments_words(&args, "from", word_stage(w, k->from));
        else if (k->kind == KPI_VELOCITY)
            arguments_words(&args, "from", word_stage(w, 0));
        if (k->to != NONE) arguments_words(&args, "to", word_stage(w, k->to));
        r->kpis[i].code = kpi_code(r, w->arena, k);
        r->kpis[i].label = sentence(w, word(w, arena_printf(w->arena, "kpi.%s.label", KPIS[k->kind].name), &args));
        r->kpis[i].formula = sentence(w, word(w, arena_printf(w->arena, "kpi.%s.formula", KPIS[k->kind].name), &args));
        if (k->note) r->kpis[i].note = word_key(w, NOTES[k->note]);
    }
}

/* Up to four: the whole, the time, and the two that come next among mail, cost, landing and the goal's volume. */
static void choose_cards(struct report *r)
{
    static const enum kpi_kind order[] = {KPI_OVERALL, KPI_MEAN_DAYS, KPI_OPEN_RATE, KPI_COST_PER,
                                          KPI_LANDING, KPI_VOLUME,    KPI_ACCEPTANCE};
    const struct analysis *a = r->analysis;
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (size_t i = 0; i < a->kpi_count && r->card_count < CARDS_MAX; i++) {
            const struct kpi *k = &a->kpis[i];
            if (k->kind != order[o] || isnan(k->now)) continue;
            if ((k->kind == KPI_COST_PER || k->kind == KPI_VOLUME) && k->to != a->goal) continue;
            r->cards[r->card_count++] = r->kpis[i].code;
        }
}

/* ---- who ---- */

/* "Everything else (19,950 values)". */
static struct words word_rest(struct wording *w, size_t values)
{
    struct arguments args = arguments_new(w);
    arguments_number(&args, "n", (double)values);
    return word(w, SLICE("row.rest"), &args);
}

static void word_groups(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    r->breakdowns = ARENA_ARRAY(w->arena, struct breakdown_words, a->definition->dimension_count);
    for (uint32_t d = 0; d < a->definition->dimension_count; d++) {
        const struct breakdown *b = &a->breakdowns[d];
        struct breakdown_words *out = &r->breakdowns[d];
        out->label = sentence(w, word_label(&a->definition->dimensions[d].label));
        if (a->definition->channels.given && a->definition->channels.by == d)
            out->note = word_key(w, "dimension.note.channel");
        out->rows = ARENA_ARRAY(w->arena, struct group_words, breakdown_rows(b));
        if (b->shown < b->count) out->rows[b->shown].label = word_rest(w, b->count - b->shown);
        for (size_t g = 0; g < b->shown; g++) {
            struct slice value = dimension_value(w->arena, a->table, d, b->groups[g].value);
            out->rows[g] =
                (struct group_words){value.len ? value : SLICE("unknown"), word_value(w, d, b->groups[g].value)};
        }
    }
}

/* A condition as its label calls it, else as a sentence. */
static struct words word_condition(struct wording *w, const struct clause *clause)
{
    struct words out;
    if (clause->label.name.len || clause->label.he.len || clause->label.en.len) return word_label(&clause->label);
    for (int t = 0; t < TONGUES; t++) {
        const struct speaker s = {w->analysis->definition, t == HEBREW ? LANGUAGE_HE : LANGUAGE_EN, w->arena,
                                  .plain = true};
        out.in[t] = speak_situation(&s, KIND_PERSON, clause);
    }
    return out;
}

static void word_audience(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    if (!a->audience.given) return;
    const struct label *label = &a->definition->audience->label;
    r->audience = label->he.len || label->en.len ? word_label(label) : word_key(w, "audience.label");
    r->audience_clauses = ARENA_ARRAY(w->arena, struct words, a->audience.clause_count);
    for (size_t c = 0; c < a->audience.clause_count; c++)
        r->audience_clauses[c] = word_condition(w, &a->definition->audience->members[c]);
    r->splits = ARENA_ARRAY(w->arena, struct words, a->audience.split_count);
    for (size_t s = 0; s < a->audience.split_count; s++) {
        struct arguments args = arguments_new(w);
        arguments_words(&args, "dimension",
                        word_label(&a->definition->dimensions[a->audience.splits[s].dimension].label));
        r->splits[s] = word(w, SLICE("split.label"), &args);
    }
}

/* ---- mails, channels, leaving ---- */

static void word_mails(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    r->mails = ARENA_ARRAY(w->arena, struct words, a->mail_count);
    r->mail_names = ARENA_ARRAY(w->arena, struct slice, a->mail_count);
    for (size_t i = 0; i < a->mail_count; i++) {
        struct slice number = arena_printf(w->arena, "%lld", (long long)a->mails[i].step);
        r->mails[i] = a->mails[i].label ? word_label(a->mails[i].label) : words_same(number);
        if (words_empty(r->mails[i])) r->mails[i] = words_same(number);
        r->mail_names[i] = r->mails[i].in[ENGLISH];
    }
}

static struct words word_credit(struct wording *w, const struct channels *c)
{
    struct arguments args = arguments_new(w);
    if (c->first_touch_credit) return word_key(w, "credit.first_touch");
    arguments_number(&args, "first", c->credit_first);
    arguments_number(&args, "middle", c->credit_middle);
    arguments_number(&args, "last", c->credit_last);
    return word(w, SLICE("credit.position"), &args);
}

static void word_channels(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    if (!a->definition->channels.given) return;
    r->credit = word_credit(w, &a->definition->channels);
    r->channels = ARENA_ARRAY(w->arena, struct channel_words, channel_rows(a));
    if (a->channel_shown < a->channel_count)
        r->channels[a->channel_shown].label = word_rest(w, a->channel_count - a->channel_shown);
    for (size_t i = 0; i < a->channel_shown; i++) {
        const struct channel *c = &a->channels[i];
        struct arguments args = arguments_new(w);
        arguments_words(&args, "goal", word_stage(w, a->goal));
        arguments_words(&args, "spend", word_money(w, c->spend));
        r->channels[i].value = dimension_value(w->arena, a->table, a->definition->channels.by, c->value);
        r->channels[i].label = word_value(w, a->definition->channels.by, c->value);
        r->channels[i].why =
            word(w, arena_printf(w->arena, "why.%s.%s", recommendation_codes[c->recommendation], c->why), &args);
    }
}

/* Another exit of the stage has the same reason. */
static bool is_shared(const struct analysis *a, const struct leave *l)
{
    for (size_t i = 0; l->reason && i < a->leave_count; i++) {
        const struct leave *other = &a->leaves[i];
        if (other->stage == l->stage && other->kind == l->kind && other->reason == l->reason && other->exit != l->exit)
            return true;
    }
    return false;
}

static void word_leaving(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    r->leaves = ARENA_ARRAY(w->arena, struct words, a->leave_count);
    r->outcomes = ARENA_ARRAY(w->arena, struct words, a->outcome_count);
    r->outcome_codes = ARENA_ARRAY(w->arena, struct slice, a->outcome_count);
    for (size_t i = 0; i < a->leave_count; i++) {
        const struct leave *l = &a->leaves[i];
        const struct slice reason = l->reason ? dictionary_text(a->table->dictionary, l->reason) : SLICE("");
        r->leaves[i] = word_leave(w, l->exit, reason, is_shared(a, l));
    }
    for (size_t i = 0; i < a->outcome_count; i++) {
        const struct outcome_measure *o = &a->outcomes[i];
        const struct label *label = o->exit ? &o->exit->label : &a->funnel->stages[o->stage].label;
        r->outcomes[i] = word_label(label);
        r->outcome_codes[i] = label->name;
    }
    const struct data_quality *q = &a->table->quality;
    r->reasons = ARENA_ARRAY(w->arena, struct words, q->reason_count);
    for (size_t i = 0; i < q->reason_count; i++) r->reasons[i] = word_code(w, "reject", q->reasons[i].code);
}

/* ---- findings ---- */

static void word_findings(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    r->causes = ARENA_ARRAY(w->arena, struct finding_words, a->causes.count);
    r->insights = ARENA_ARRAY(w->arena, struct finding_words, a->insights.count);
    r->actions = ARENA_ARRAY(w->arena, struct finding_words, a->actions.count);
    for (size_t i = 0; i < a->causes.count; i++) {
        r->causes[i].title = word_finding(w, "cause", &a->causes.at[i], "title");
        r->causes[i].text = sentence(w, word_finding(w, "cause", &a->causes.at[i], "text"));
    }
    for (size_t i = 0; i < a->insights.count; i++) {
        r->insights[i].title = sentence(w, word_finding(w, "insight", &a->insights.at[i], "title"));
        r->insights[i].text = sentence(w, word_finding(w, "insight", &a->insights.at[i], "text"));
    }
    for (size_t i = 0; i < a->actions.count; i++) {
        r->actions[i].text = word_finding(w, "action", &a->actions.at[i], "text");
        if (a->actions.at[i].expected)
            r->actions[i].expected = word_finding(w, "action", &a->actions.at[i], "expected");
    }
}

static struct words word_before(struct wording *w, const struct transition *t)
{
    struct arguments args = arguments_new(w);
    if (!t->change.given) return word_key(w, "weakest.before.none");
    arguments_words(&args, "compare_rate_pct", word_percent(w, share_percent(&t->before), true));
    arguments_number(&args, "compare_hits", (double)t->before.hits);
    arguments_number(&args, "compare_n", (double)t->before.n);
    const bool told = t->change.verdict == VERDICT_TOLD, flow = w->analysis->basis == BASIS_FLOW;
    return word(w,
                slice_from(flow               ? "weakest.before.flow"
                           : !told            ? "weakest.before.same"
                           : t->change.pp > 0 ? "weakest.before.rose"
                                              : "weakest.before.fell"),
                &args);
}

/* How many more cases would put the whole interval below "good", when it reaches above it and few enough would do. */
static struct words word_sure(struct wording *w, const struct transition *t)
{
    struct arguments args = arguments_new(w);
    if (!t->band || !t->band->has_good || t->now.support == SUPPORT_NONE || !range_given(t->now.range))
        return words_same(SLICE(""));
    double good = (double)t->band->good / (double)DECIMAL_ONE;
    uint64_t n = wilson_sample(share_value(&t->now), good);
    if (share_value(&t->now) >= good || t->now.range.high < good || n <= t->now.n || n > 4 * t->now.n)
        return words_same(SLICE(""));
    arguments_number(&args, "more", (double)(n - t->now.n));
    return word(w, SLICE("weakest.sure"), &args);
}

/* Where the wished rate comes from, and what else has to hold. */
static struct words word_assumption(struct wording *w)
{
    static const char *const rests_on[] = {[WISH_TARGET] = "what_if.rests.target",
                                           [WISH_BEFORE] = "what_if.rests.before",
                                           [WISH_BEST] = "what_if.rests.best"};
    const struct analysis *a = w->analysis;
    const struct what_if *wish = &a->what_if;
    const size_t later = wish->outcome_count - 1;
    struct arguments args = arguments_new(w);
    arguments_words(&args, "rate", word_percent(w, 100 * wish->rate_to, false));
    arguments_number(&args, "hits", (double)wish->hits);
    arguments_number(&args, "n", (double)wish->n);
    if (wish->rests_on == WISH_BEST) {
        arguments_words(&args, "value", word_value(w, wish->dimension, wish->value));
        arguments_words(&args, "dimension", word_label(&a->definition->dimensions[wish->dimension].label));
    }
    if (later == 1) {
        const struct transition *next = &a->transitions[a->weakest + 1];
        arguments_words(&args, "later_from", word_stage(w, next->from));
        arguments_words(&args, "later_to", word_stage(w, next->to));
        arguments_words(&args, "later_pct", word_percent(w, share_percent(&next->now), true));
    }
    struct words rests = word(w, slice_from(rests_on[wish->rests_on]), &args), holds, out;
    holds = word(w,
                 slice_from(!later       ? "what_if.assumption.last"
                            : later == 1 ? "what_if.assumption.later"
                                         : "what_if.assumption.many"),
                 &args);
    for (int t = 0; t < TONGUES; t++)
        out.in[t] = arena_printf(w->arena, "%.*s %.*s", SLICE_ARG(rests.in[t]), SLICE_ARG(holds.in[t]));
    return out;
}

static void word_weakest(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    if (a->weakest == NONE) return;
    const struct transition *t = &a->transitions[a->weakest];
    struct arguments args = arguments_new(w);
    arguments_words(&args, "before", word_before(w, t));
    arguments_words(&args, "rate_pct", word_percent(w, share_percent(&t->now), true));
    arguments_words(&args, "sure", word_sure(w, t));
    if (t->band) {
        arguments_words(&args, "good", word_percent(w, (double)t->band->good / 1e4, false));
        arguments_words(&args, "failing", word_percent(w, (double)t->band->failing / 1e4, false));
    }
    const char *key = t->band && t->band->has_good      ? "weakest.text.target"
                      : t->band && t->band->has_failing ? "weakest.text.failing"
                                                        : "weakest.text.plain";
    r->weakest = word(w, slice_from(key), &args);
    if (!a->what_if.given) return;
    r->assumption = word_assumption(w);
}

/* ---- the headline ---- */

static struct words goal_words(struct wording *w)
{
    struct words code = word_stage(w, w->analysis->goal),
                 label = word_label(&w->analysis->funnel->stages[w->analysis->goal].label), out;
    for (int t = 0; t < TONGUES; t++)
        out.in[t] = slice_equal(code.in[t], label.in[t])
                        ? code.in[t]
                        : arena_printf(w->arena, "%.*s (%.*s)", SLICE_ARG(label.in[t]), SLICE_ARG(code.in[t]));
    return out;
}

static void word_title(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    struct arguments args = arguments_new(w);
    arguments_number(&args, "hits", (double)a->overall.now.hits);
    arguments_number(&args, "n", (double)a->stages[0].now);
    arguments_words(&args, "goal", goal_words(w));
    arguments_words(&args, "first", word_stage(w, 0));
    r->title = word(w,
                    slice_from(a->basis == BASIS_FLOW ? "headline.title.flow"
                               : a->stages[0].now     ? "headline.title"
                                                      : "headline.title.none"),
                    &args);
}

static const char *how_form(const struct analysis *a)
{
    const struct difference *rate = &a->overall.change;
    if (!a->stages[0].now) return "none";
    if (!rate->given) return "alone";
    if (a->basis == BASIS_FLOW) return "flow";
    if (rate->verdict == VERDICT_TOLD) return rate->pp > 0 ? "rate_rose" : "rate_fell";
    uint64_t now = a->stages[0].now, before = a->stages[0].before;
    return now > before ? "more" : now < before ? "fewer" : "same";
}

static void word_how(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    struct arguments args = arguments_new(w);
    arguments_words(&args, "rate_pct", word_percent(w, share_percent(&a->overall.now), true));
    arguments_words(&args, "compare_rate_pct", word_percent(w, share_percent(&a->overall.before), true));
    arguments_words(&args, "goal", goal_words(w));
    arguments_number(&args, "n", (double)a->stages[0].now);
    arguments_number(&args, "compare_n", (double)a->stages[0].before);
    r->lede[LEDE_HOW] =
        (struct lede){word(w, arena_printf(w->arena, "lede.how.%s", how_form(a)), &args), SECTION_STAGES};
}

static void word_why(struct report *r, struct wording *w)
{
    const struct analysis *a = r->analysis;
    if (a->weakest == NONE) {
        r->lede[LEDE_WHY] = (struct lede){word_key(w, "lede.why.none"), SECTION_NONE};
        return;
    }
    const struct transition *t = &a->transitions[a->weakest];
    struct arguments args = arguments_new(w);
    arguments_words(&args, "from", word_stage(w, t->from));
    arguments_words(&args, "to", word_stage(w, t->to));
    arguments_number(&args, "left", t->now.n > t->now.hits ? (double)(t->now.n - t->now.hits) : 0);
    arguments_number(&args, "n", (double)t->now.n);
    arguments_words(&args, "rate_pct", word_percent(w, share_percent(&t->now), true));
    bool accepted = a->decided != NONE && t->from == a->decided;
    const char *key = a->basis == BASIS_FLOW ? "lede.why.flow" : accepted ? "lede.why.accepted" : "lede.why.weak";
    r->lede[LEDE_WHY] = (struct lede){word(w, slice_from(key), &args), SECTION_WEAKEST};
}

/* The first action, and the first one about money. */
static void word_now(struct report *r, struct wording *w)
{
    const struct findings *actions = &r->analysis->actions;
    struct arguments args = arguments_new(w);
    const char *key = "lede.now.none";
    if (actions->count) {
        arguments_words(&args, "first", sentence(w, word_finding(w, "action", &actions->at[0], "short")));
        key = "lede.now.one";
    }
    for (size_t i = 1; i < actions->count; i++) {
        if (actions->at[i].section != SECTION_CHANNELS) continue;
        arguments_words(&args, "second", word_finding(w, "action", &actions->at[i], "short"));
        key = "lede.now.two";
        break;
    }
    r->lede[LEDE_NOW] =
        (struct lede){word(w, slice_from(key), &args), actions->count ? actions->at[0].section : SECTION_NONE};
}

struct report *report_build(struct arena *arena, const struct fact_table *table, const struct report_options *options)
{
    const struct definition *d = table->definition;
    enum basis basis = options->basis == BASIS_AS_DEFINED ? d->report.basis
                       : options->basis == BASIS_OF_FLOW  ? BASIS_FLOW
                                                          : BASIS_COHORT;
    struct report *r = ARENA_NEW(arena, struct report);
    struct wording w;
    r->analysis = analysis_build(arena, table, &(struct analysis_options){basis, options->values});
    r->program = options->program.len ? options->program : SLICE("masa");
    r->currency = d->company.currency.len ? d->company.currency : SLICE("USD");
    r->zone = d->company.zone.len ? d->company.zone : SLICE("UTC");
    bool hebrew = options->language == LANGUAGE_OF_COMPANY ? slice_starts(d->company.locale, SLICE("he"))
                                                           : options->language == LANGUAGE_HEBREW;
    r->tongue = hebrew ? HEBREW : ENGLISH;
    r->recorded = options->recorded;
    wording_init(&w, arena, r->analysis);
    r->locale = arena_slice(arena, slice_from(catalogue_locale(w.catalogue, r->tongue))).ptr;
    word_funnel(r, &w, options->only);
    word_kpis(r, &w);
    choose_cards(r);
    word_groups(r, &w);
    word_audience(r, &w);
    word_mails(r, &w);
    word_channels(r, &w);
    word_leaving(r, &w);
    word_findings(r, &w);
    word_weakest(r, &w);
    word_title(r, &w);
    word_how(r, &w);
    word_why(r, &w);
    word_now(r, &w);
    r->missing_words = catalogue_missing(w.catalogue);
    wording_release(&w);
    return r;
}
