/* The measures: on the worked example's counts, whose answers are published, and on small tables made for one thing
 * each. */
#include <math.h>
#include <stdio.h>

#include "base/test.h"

#include "analysis/made.h"
#include "analysis/finding.h"
#include "analysis/period.h"

static void near(double got, double wanted, double within)
{
    if (isnan(wanted) ? !isnan(got) : !(fabs(got - wanted) <= within)) fail_msg("got %.9g, wanted %.9g", got, wanted);
}

struct setting {
    struct made made;
    struct arena arena;
    const struct analysis *a;
};

static void setting_init(struct setting *s)
{
    made_init(&s->made);
    arena_init(&s->arena);
}

static const struct analysis *built(struct setting *s, enum basis basis)
{
    return s->a = analysis_build(&s->arena, made_table(&s->made), &(struct analysis_options){.basis = basis});
}

static void setting_release(struct setting *s)
{
    arena_release(&s->arena);
    made_release(&s->made);
}

static const struct analysis *example(struct setting *s)
{
    setting_init(s);
    made_example(&s->made);
    return built(s, BASIS_COHORT);
}

/* ---- the worked example's tables ---- */

static void example_stages(void **state)
{
    static const uint64_t now[] = {150, 70, 30, 25, 12, 8}, before[] = {120, 60, 22, 18, 9, 6},
                          stopped[] = {80, 40, 5, 13, 4, 8};
    static const double rates[] = {46.7, 42.9, 83.3, 48.0, 66.7}, days[] = {14, 7, 3, 5, 12};
    struct setting s;
    const struct analysis *a = example(&s);
    assert_int_equal(a->stage_count, 6);
    assert_int_equal(a->decided, SAL);
    assert_int_equal(a->ready, MQL);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(a->stages[i].now, now[i]);
        assert_int_equal(a->stages[i].before, before[i]);
        assert_int_equal(a->stages[i].stopped, stopped[i]);
    }
    near(a->stages[MCL].change.pct, 25, 1e-9);
    near(a->stages[MCL].change.p, 0.0682, 5e-5);
    assert_int_equal(a->stages[MCL].change.verdict, VERDICT_NOISE);
    assert_int_equal(a->stages[SAL].change.verdict, VERDICT_THIN); /* 18 before */
    for (uint32_t i = 0; i < 5; i++) {
        near(share_percent(&a->transitions[i].now), rates[i], 0);
        near(a->transitions[i].days.mean, days[i], 0.11); /* odd numbers of people leave half a day over */
    }
    near(a->stages[MQL].chance.range.low, wilson(8, 30).low, 1e-12);
    near(share_percent(&a->overall.now), 5.3, 0);
    near(a->overall.change.pp, 0.3, 0);
    assert_int_equal(a->overall.change.n_to_tell, 69223);
    setting_release(&s);
}

static void example_judgement(void **state)
{
    struct setting s;
    const struct transition *t = example(&s)->transitions;
    assert_int_equal(t[MCL].light, LIGHT_NONE);
    assert_int_equal(t[MCL].now.support, SUPPORT_STRONG);
    assert_int_equal(t[MQL].light, LIGHT_GOOD);
    assert_int_equal(t[MQL].now.support, SUPPORT_INDICATIVE); /* 66 to 93% leaves the band */
    assert_int_equal(t[SAL].light, LIGHT_FAILING);
    assert_int_equal(t[SAL].now.support, SUPPORT_INDICATIVE);
    assert_int_equal(t[SQL].light, LIGHT_BETWEEN);
    assert_int_equal(t[SQL].now.support, SUPPORT_NONE); /* 12 are fewer than 20 */
    assert_int_equal(t[SQL].now.needs_more, 8);
    near(t[SQL].allowed_days, 7, 0);
    near(t[SQL].over_days, 5, 0.01);
    assert_int_equal(t[SQL].late, 8);
    near(s.a->overall.allowed_days, NAN, 0);
    setting_release(&s);
}

static void example_left(void **state)
{
    struct setting s;
    const struct transition *t = example(&s)->transitions;
    assert_int_equal(t[MQL].left.total, 5);
    assert_int_equal(t[MQL].left.returned, 3);
    assert_int_equal(t[MQL].left.rejected, 2);
    assert_int_equal(t[SAL].left.exited, 4);
    assert_int_equal(t[SAL].left.waiting, 9);
    const struct left *all = &s.a->overall.left;
    assert_int_equal(all->total, 142);
    assert_int_equal(all->returned, 3);
    assert_int_equal(all->total, all->returned + all->rejected + all->exited + all->waiting);
    const struct handoff_measure *h = &s.a->handoff;
    assert_int_equal(h->submitted, 30);
    assert_int_equal(h->accepted, 25);
    assert_int_equal(h->returned, 3);
    assert_int_equal(h->rejected, 2);
    assert_int_equal(s.a->leave_count, 4); /* by stage, then kind */
    assert_int_equal(s.a->leaves[0].kind, LEAVE_RETURNED);
    assert_int_equal(s.a->leaves[0].count, 3);
    assert_int_equal(s.a->leaves[2].stage, SAL);
    assert_int_equal(s.a->outcome_count, 1);
    assert_int_equal(s.a->outcomes[0].now, 3);
    setting_release(&s);
}

static void example_channels(void **state)
{
    static const struct {
        double spend, per_first, per_goal, roi;
        uint64_t first, goal, won;
        enum recommendation advice;
        enum support support;
    } wanted[] = {
        {4500, 69.23, 900, 220, 65, 5, 1, RECOMMEND_INCREASE, SUPPORT_INDICATIVE},
        {1800, 45, 900, 215, 40, 2, 1, RECOMMEND_CONTINUE, SUPPORT_INDICATIVE},
        {1500, 60, 1500, 75.2, 25, 1, 1, RECOMMEND_IMPROVE, SUPPORT_INDICATIVE},
        {1200, 80, NAN, -45.25, 15, 0, 0, RECOMMEND_EXAMINE, SUPPORT_NONE},
        {800, 266.67, NAN, -100, 3, 0, 0, RECOMMEND_STOP, SUPPORT_NONE},
        {0, 0, NAN, NAN, 2, 0, 0, RECOMMEND_DEVELOP, SUPPORT_NONE},
    };
    struct setting s;
    const struct analysis *a = example(&s);
    assert_int_equal(a->channel_count, 6);
    for (size_t i = 0; i < 6; i++) {
        const struct channel *c = &a->channels[i];
        near(c->monthly_spend, wanted[i].spend, 1e-9);
        near(c->cost_per_first, wanted[i].per_first, 0.01);
        near(c->cost_per_goal, wanted[i].per_goal, 1e-9);
        near(100 * c->roi, wanted[i].roi, 0.001);
        assert_int_equal(c->first, wanted[i].first);
        assert_int_equal(c->goal, wanted[i].goal);
        assert_int_equal(c->won, wanted[i].won);
        assert_int_equal(c->recommendation, wanted[i].advice);
        assert_int_equal(c->support, wanted[i].support);
    }
    near(a->spend.cost_per_goal, 1225, 1e-9);
    near(a->spend.months, 1, 1e-12);
    assert_false(a->spend.before_given);
    setting_release(&s);
}

static const struct kpi *kpi(const struct analysis *a, enum kpi_kind kind, uint32_t to)
{
    for (size_t i = 0; i < a->kpi_count; i++)
        if (a->kpis[i].kind == kind && (to == NONE || a->kpis[i].to == to)) return &a->kpis[i];
    fail_msg("no kpi %d", kind);
    return NULL;
}

static void example_kpis(void **state)
{
    struct setting s;
    const struct analysis *a = example(&s);
    near(kpi(a, KPI_LANDING, NONE)->now, 2.5, 1e-9);
    near(kpi(a, KPI_LANDING, NONE)->before, 2.0, 1e-9);
    near(kpi(a, KPI_ENGAGEMENT_FREQUENCY, NONE)->now, 1.8, 1e-9);
    near(kpi(a, KPI_ENGAGEMENT_FREQUENCY, NONE)->before, 1.6, 1e-9);
    near(kpi(a, KPI_COST_PER, SQO)->now, 1225, 1e-9);
    near(kpi(a, KPI_COST_PER, SQO)->range.low, 9800 / (150 * wilson(8, 150).high), 1e-6);
    assert_int_equal(kpi(a, KPI_COST_PER, SQO)->note, NOTE_NO_SPEND_BEFORE);
    near(kpi(a, KPI_COST_PER, MQL)->now, 326.67, 0.01);
    near(kpi(a, KPI_VELOCITY, MQL)->now, 21, 0.5);
    assert_int_equal(kpi(a, KPI_DISQUALIFICATION, SQL)->hits, 2);
    near(kpi(a, KPI_PAIR, WON)->now, 37.5, 1e-9);
    assert_int_equal(kpi(a, KPI_PAIR, WON)->light, LIGHT_IN_RANGE);
    assert_int_equal(kpi(a, KPI_PAIR, WON)->support, SUPPORT_NONE);
    const struct kpi *opens = kpi(a, KPI_OPEN_RATE, NONE);
    assert_int_equal(opens->n, 570);
    assert_int_equal(opens->hits, 201);
    assert_int_equal(opens->hits_before, 101);
    assert_int_equal(opens->change.verdict, VERDICT_TOLD);
    assert_int_equal(kpi(a, KPI_MEAN_DAYS, NONE)->needs_more, 12);
    assert_int_equal(kpi(a, KPI_MEAN_DAYS, NONE)->change.verdict, VERDICT_THIN);
    near(kpi(a, KPI_MEAN_DAYS, NONE)->change.p, NAN, 0);
    setting_release(&s);
}

static void example_weak(void **state)
{
    struct setting s;
    const struct analysis *a = example(&s);
    assert_int_equal(a->weakest, SAL);
    assert_int_equal(a->weakest_rule, WEAK_FAILING);
    assert_int_equal(a->second_weakest, MEL);
    assert_int_equal(a->slowest, SQL);
    near(a->what_if.rate_to, 0.65, 1e-9);
    assert_int_equal(a->what_if.outcome_count, 2);
    near(a->what_if.outcomes[0].expected, 16.25, 1e-9);
    near(a->what_if.outcomes[1].expected, 10.8333, 1e-4);
    near(a->what_if.outcomes[1].range.low, 16.25 * wilson(8, 12).low, 1e-9);
    assert_int_equal(a->what_if.day_count, 1);
    near(a->what_if.days[0].allowed, 7, 0);
    setting_release(&s);
}

static const struct finding *finding(const struct findings *list, const char *code)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].code, code) == 0) return &list->at[i];
    return NULL;
}

/* Every published conclusion, and the fall that the article does not mention. */
static void example_findings(void **state)
{
    static const char *const insights[] = {
        "overall_change", "weakest_transition", "engagement_fell", "slowest_transition", "best_sources",  "stop_source",
        "top_region",     "open_rate_rose",     "mails_fade",      "second_weakest",     "develop_source"};
    static const char *const actions[] = {"lower_threshold", "sync_meeting",     "raise_channel", "improve_mails",
                                          "closing_sla",     "nurture_accepted", "train_sales",   "borderline_team",
                                          "stop_channel",    "refresh_offer"};
    static const char *const causes[] = {"threshold_strict",  "missing_term",     "handoff_gap",
                                         "calls_unprepared",  "scripts_unfitted", "no_borderline_team",
                                         "offer_off_profile", "poor_sources"};
    struct setting s;
    const struct analysis *a = example(&s);
    for (size_t i = 0; i < sizeof insights / sizeof *insights; i++)
        if (!finding(&a->insights, insights[i])) fail_msg("no insight %s", insights[i]);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (!finding(&a->actions, actions[i])) fail_msg("no action %s", actions[i]);
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (!finding(&a->causes, causes[i])) fail_msg("no cause %s", causes[i]);
    for (size_t i = 1; i < a->causes.count; i++) assert_true(a->causes.at[i - 1].strength >= a->causes.at[i].strength);
    for (size_t i = 0; i < a->insights.count; i++)
        if (a->insights.at[i].action && !finding(&a->actions, a->insights.at[i].action))
            fail_msg("%s is answered by no action %s", a->insights.at[i].code, a->insights.at[i].action);
    near(figure_number(finding(&a->causes, "threshold_strict"), "borderline"), 6, 0); /* every second of 13 */
    near(figure_number(finding(&a->insights, "stop_source"), "cost_to_know"), 4533, 0);
    near(figure_number(finding(&a->insights, "mails_fade"), "brought"), 7, 0);
    near(figure_number(finding(&a->actions, "lower_threshold"), "sqo"), 2.8, 0);
    assert_string_equal(finding(&a->insights, "engagement_fell")->form, "noise");
    setting_release(&s);
}

/* ---- one thing each ---- */

static struct made_person person(const char *at, int ends, double days)
{
    struct made_person p = {.at = at, .ends = ends};
    for (int i = 1; i < MADE_STAGES; i++) p.days[i] = days;
    return p;
}

/* Only first laps, only the window; carried stages count and take no time. */
static void who_counts(void **state)
{
    struct setting s;
    setting_init(&s);
    struct made_person again = person("2026-01-20T00:00", SQO, 1), carried = person("2026-01-05T00:00", SQO, 4);
    again.lap = 2;
    carried.carried = 1 << MEL | 1 << MQL;
    made_person(&s.made, person("2026-01-31T23:59", MEL, 2));
    made_person(&s.made, person("2026-02-01T00:00", MEL, 2));
    made_person(&s.made, person("2025-12-31T23:59", MEL, 2));
    made_person(&s.made, again);
    made_person(&s.made, carried);
    again.at = "2026-01-22T00:00"; /* lands at MQL: what is before is inherited */
    const uint32_t landed = made_person(&s.made, again);
    s.made.table.entered[MCL][landed] = s.made.table.entered[MEL][landed] = INSTANT_NONE;
    s.made.funnel.landing_count = 1;
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->stages[MCL].now, 2);
    assert_int_equal(a->stages[MEL].now, 2);
    assert_int_equal(a->transitions[MCL].days.n, 1);
    near(a->transitions[MCL].days.mean, 2, 1e-9);
    assert_false(range_given(a->transitions[MCL].days.range));
    assert_int_equal(a->transitions[MQL].days.n, 0); /* MQL was carried */
    assert_int_equal(a->transitions[SAL].days.n, 1);
    near(kpi(a, KPI_LAPS, NONE)->now, 2, 0);
    near(kpi(a, KPI_LANDED, NONE)->now, 1, 0);
    setting_release(&s);
}

/* Entries in the window whoever made them; no intervals, no tests. */
static void flow(void **state)
{
    struct setting s;
    setting_init(&s);
    for (int i = 0; i < 25; i++) made_person(&s.made, person("2025-12-30T00:00", MEL, 5));
    for (int i = 0; i < 10; i++) made_person(&s.made, person("2026-01-30T00:00", MEL, 5));
    for (int i = 0; i < 30; i++) made_person(&s.made, person("2025-01-10T00:00", MEL, 5));
    struct made_person again = person("2026-01-10T00:00", MEL, 1);
    again.lap = 2;
    made_person(&s.made, again);
    made_person(&s.made, (struct made_person){.at = "2025-12-01T00:00",
                                              .ends = MCL,
                                              .days = {0, 40}, /* until it left, on 10 January */
                                              .exit = EXIT_LOST,
                                              .exit_stage = MCL});
    const struct analysis *a = built(&s, BASIS_FLOW);
    assert_int_equal(a->stages[MCL].now, 10);
    assert_int_equal(a->stages[MEL].now, 25);
    assert_int_equal(a->stages[MEL].before, 30);
    assert_int_equal(a->transitions[MCL].days.n, 25);
    assert_false(range_given(a->transitions[MCL].now.range));
    near(a->stages[MEL].change.p, NAN, 0);
    assert_int_equal(a->stages[MEL].change.verdict, VERDICT_THIN);
    near(a->stages[MEL].change.pct, -16.67, 0.01);
    assert_int_equal(a->transitions[MCL].left.exited, 1);
    assert_string_equal(finding(&a->insights, "overall_change")->form, "flow"); /* says that nothing is tested */
    for (size_t i = 0; i < a->insights.count; i++) assert_int_not_equal(a->insights.at[i].support, SUPPORT_STRONG);
    setting_release(&s);
}

static void lights(void **state)
{
    static const struct band plain = {.has_failing = true,
                                      .failing = 500000,
                                      .has_good = true,
                                      .good = 700000,
                                      .has_excellent = true,
                                      .excellent = 850000};
    static const struct band wanted = {.has_wanted = true, .wanted_low = 250000, .wanted_high = 450000},
                             none = {.target_days = 7};
    static const struct {
        const struct band *band;
        double value;
        enum light light;
    } cases[] = {
        {&plain, 0.499999, LIGHT_FAILING}, {&plain, 0.5, LIGHT_BETWEEN},     {&plain, 0.7, LIGHT_GOOD},
        {&plain, 7.0 / 10, LIGHT_GOOD},    {&plain, 0.85, LIGHT_EXCELLENT},  {&wanted, 0.25, LIGHT_IN_RANGE},
        {&wanted, 0.45, LIGHT_IN_RANGE},   {&wanted, 0.4501, LIGHT_OUTSIDE}, {&wanted, 0.2, LIGHT_OUTSIDE},
        {&none, 0.5, LIGHT_NONE},          {NULL, 0.5, LIGHT_NONE},          {&plain, NAN, LIGHT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(judge_light(cases[i].band, cases[i].value), cases[i].light);
}

/* Support: too few; the interval within the band; the interval across its border. */
static void supports(void **state)
{
    static const struct band band = {.has_failing = true, .failing = 500000, .has_good = true, .good = 700000};
    struct analysis a = {.min_n = 20, .basis = BASIS_COHORT};
    static const struct {
        uint64_t hits, n;
        enum support support;
    } cases[] = {{10, 19, SUPPORT_NONE},
                 {45, 100, SUPPORT_INDICATIVE},
                 {30, 100, SUPPORT_STRONG},
                 {95, 100, SUPPORT_STRONG},
                 {0, 0, SUPPORT_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct share share = judge_share(&a, cases[i].hits, cases[i].n);
        enum light light;
        judge_band(&a, &band, &share, &light);
        assert_int_equal(share.support, cases[i].support);
    }
}

/* Months in between are there with nothing in them; the one that the as-of cuts says so; other windows' rows go in. */
static void months(void **state)
{
    struct setting s;
    setting_init(&s);
    made_person(&s.made, person("2025-12-31T12:00", MEL, 1));
    made_person(&s.made, person("2026-03-05T12:00", MCL, 1));
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->month_count, 5);
    assert_int_equal(a->months[0].counts[MCL], 1);
    assert_int_equal(a->months[1].month, 1);
    assert_int_equal(a->months[1].counts[MCL], 0);
    assert_int_equal(a->months[1].counts[MEL], 1);
    assert_int_equal(a->months[3].counts[MCL], 1);
    assert_false(a->months[3].partial);
    assert_true(a->months[4].partial);
    setting_release(&s);
    assert_true(fabs(months_covered(civil_to_day(2026, 1, 1), civil_to_day(2026, 4, 1)) - 3) < 1e-9);
    near(months_covered(civil_to_day(2026, 1, 16), civil_to_day(2026, 2, 15)), 16.0 / 31 + 14.0 / 28, 1e-9);
}

static void breakdown_order(void **state)
{
    struct setting s;
    setting_init(&s);
    static const struct {
        const char *region;
        int ends, employees;
    } people[] = {{"b", MCL, 50},   {"b", MCL, 0},    {"a", MEL, 700}, {"a", MCL, 0},
                  {NULL, MCL, 100}, {NULL, MCL, 200}, {"c", MCL, 499}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct made_person p = person("2026-01-05T00:00", people[i].ends, 1);
        p.region = people[i].region;
        p.employees = people[i].employees;
        made_person(&s.made, p);
    }
    const struct analysis *a = built(&s, BASIS_COHORT);
    const struct breakdown *region = &a->breakdowns[BY_REGION], *size = &a->breakdowns[BY_SIZE];
    assert_int_equal(region->count, 4);
    assert_slice(dictionary_text(&s.made.dictionary, region->groups[0].value), "a"); /* more reach MEL */
    assert_slice(dictionary_text(&s.made.dictionary, region->groups[1].value), "b");
    assert_int_equal(region->groups[2].value, 0); /* not known comes after what is, when equal */
    assert_slice(dictionary_text(&s.made.dictionary, region->groups[3].value), "c");
    assert_int_equal(size->groups[0].value, 1);
    assert_int_equal(size->groups[1].now[MCL], 3);
    assert_int_equal(size->groups[3].value, 0);
    setting_release(&s);
}

static void handoffs(void **state)
{
    struct setting s;
    setting_init(&s);
    uint32_t row = made_person(&s.made, person("2026-01-05T00:00", SAL, 1)),
             other = made_person(&s.made, person("2025-01-05T00:00", SAL, 1));
    int64_t at = made_time("2026-01-08T00:00"), as_of = s.made.table.as_of;
    const struct handoff_row rows[] = {
        {row, SAL, HANDOFF_RETURNED, at, INSTANT_MAX, at + 1, 0},
        {row, SAL, HANDOFF_ACCEPTED, at + 2, INSTANT_MAX, at + 3, 0},
        {row, SAL, HANDOFF_WITHDRAWN, at, at, at, 0},
        {row, SAL, HANDOFF_OPEN, at, as_of - 1, INSTANT_MAX, 0},
        {row, SAL, HANDOFF_OPEN, at, INSTANT_MAX, INSTANT_MAX, 0},
        {row, SQL, HANDOFF_REJECTED, at, at, at, 0},
        {other, SAL, HANDOFF_ACCEPTED, at, at, at, 0},
        {other, SAL, HANDOFF_REJECTED, at, at, at, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) vector_push(&s.made.handoffs, rows[i]);
    const struct handoff_measure *h = &built(&s, BASIS_COHORT)->handoff;
    assert_int_equal(h->submitted, 5);
    assert_int_equal(h->withdrawn, 1);
    assert_int_equal(h->returned, 1);
    assert_int_equal(h->accepted, 1);
    assert_int_equal(h->pending, 2);
    assert_int_equal(h->overdue, 1);
    assert_int_equal(h->before_decided, 2);
    assert_int_equal(h->before_accepted, 1);
    near(kpi(s.a, KPI_ACCEPTANCE, SAL)->now, 50, 1e-9);
    assert_non_null(finding(&s.a->insights, "handoffs_overdue"));
    setting_release(&s);
}

/* Two business days over a weekend are four calendar days; each case has its own limit. */
static void business_limits(void **state)
{
    static const struct zone utc = {.first_offset = 0};
    struct workweek week = workweek_usual(&utc, NULL, 0);
    struct setting s;
    setting_init(&s);
    s.made.table.workweek = &week;
    s.made.stages[MEL].sla = (struct duration){DURATION_BUSINESS_DAYS, 2};
    made_person(&s.made, person("2026-01-08T10:00", MEL, 3.5)); /* Thursday; due Monday 10:00 */
    made_person(&s.made, person("2026-01-04T10:00", MEL, 3.5)); /* Sunday; due Tuesday 10:00 */
    const struct transition *t = &built(&s, BASIS_COHORT)->transitions[MCL];
    near(t->allowed_days, 2, 0);
    assert_int_equal(t->late, 1);
    near(t->over_days, (1.5 - 0.5) / 2, 1e-9);
    assert_string_equal(finding(&s.a->insights, "slowest_transition")->form, "over_agreed");
    assert_string_equal(finding(&s.a->actions, "closing_sla")->form, "agreed");
    setting_release(&s);
}

/* Hours of work are counted by each case's own week, and are no part of a day of 24 hours. */
static void business_hours(void **state)
{
    static const struct zone utc = {.first_offset = 0};
    struct workweek week = workweek_usual(&utc, NULL, 0);
    struct setting s;
    setting_init(&s);
    s.made.table.workweek = &week;
    s.made.stages[MEL].sla = (struct duration){DURATION_BUSINESS_TIME, 4 * HOUR_US};
    made_person(&s.made, person("2026-01-04T10:00", MEL, 0.125)); /* Sunday; due and there at 13:00, an hour early */
    made_person(&s.made, person("2026-01-04T10:00", MEL, 1));     /* due Sunday 14:00, there on Monday */
    const struct transition *t = &built(&s, BASIS_COHORT)->transitions[MCL];
    near(t->allowed_days, 0.5, 0); /* of eight hours */
    assert_true(t->allowed_business && !t->allowed_plain);
    assert_int_equal(t->allowed.amount, 4 * HOUR_US);
    assert_int_equal(t->late, 1);
    assert_string_equal(finding(&s.a->insights, "slowest_transition")->form, "over_agreed");
    setting_release(&s);
}

/* A lead who came another way is no visitor's success: three visited, one of them became one of the two leads. */
static void landings(void **state)
{
    struct setting s;
    setting_init(&s);
    s.made.definition.landing.given = true;
    s.made.definition.landing.stage = MEL;
    struct made_person p = person("2026-01-05T00:00", MEL, 1);
    made_person(&s.made, p);
    p.unseen = true;
    made_person(&s.made, p);
    p.unseen = false;
    p.ends = MCL;
    made_person(&s.made, p);
    s.made.table.visitors[WINDOW_PERIOD] = 3;
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(kpi(a, KPI_LANDING, NONE)->hits, 1);
    near(kpi(a, KPI_LANDING, NONE)->now, 100.0 / 3, 1e-9);
    setting_release(&s);
}

/* Spend is taken by the days it shares with the period; another currency is left out and said. */
static void spend_shares(void **state)
{
    struct setting s;
    setting_init(&s);
    s.made.definition.channels = (struct channels){.given = true, .by = BY_SOURCE, .revenue_event = NONE};
    struct made_person p = person("2026-01-05T00:00", MEL, 1);
    p.source = "linkedin";
    made_person(&s.made, p);
    uint32_t linkedin = made_code(&s.made, "linkedin"), usd = made_code(&s.made, "USD");
    int64_t jan = civil_to_day(2026, 1, 1);
    vector_push(&s.made.spend, ((struct cost_row){jan - 10, jan + 10, linkedin, 0, 200 * DECIMAL_ONE, usd}));
    vector_push(&s.made.spend, ((struct cost_row){jan + 31, jan + 40, linkedin, 0, 900 * DECIMAL_ONE, usd}));
    vector_push(&s.made.spend,
                ((struct cost_row){jan, jan + 31, linkedin, 0, 900 * DECIMAL_ONE, made_code(&s.made, "EUR")}));
    const struct analysis *a = built(&s, BASIS_COHORT);
    near(a->spend.total, 100, 1e-9);
    assert_true(a->spend.other_currency);
    assert_slice(a->spend.other_spend, "900 EUR");
    assert_non_null(finding(&a->insights, "other_currency"));
    near(a->channels[0].spend, 100, 1e-9);
    near(a->channels[0].roi, NAN, 0); /* nothing says what was earned */
    assert_int_equal(a->channels[0].recommendation, RECOMMEND_IMPROVE);
    setting_release(&s);
}

/* On the tenth of a month ten days are set against ten, and their part of what a month costs. */
static void a_period_that_runs(void **state)
{
    for (enum basis basis = BASIS_COHORT; basis <= BASIS_FLOW; basis++) {
        struct setting s;
        struct error error;
        setting_init(&s);
        struct fact_table *t = &s.made.table;
        t->as_of = made_time("2026-01-10T23:59:59.999999");
        assert_int_equal(
            period_settle(SLICE("2026-01"), SLICE(""), NULL, t->zone, t->as_of, t->windows, &t->has_compare, &error),
            OK);
        if (basis == BASIS_FLOW) t->windows[1].as_of = t->as_of;
        s.made.definition.channels = (struct channels){.given = true, .by = BY_SOURCE, .revenue_event = NONE};
        static const char *const came[] = {"2026-01-05T00:00", "2025-01-05T00:00", "2025-01-10T23:59",
                                           "2025-01-11T00:00", "2025-01-20T00:00"};
        for (size_t i = 0; i < sizeof came / sizeof *came; i++) made_person(&s.made, person(came[i], MCL, 1));
        const uint32_t linkedin = made_code(&s.made, "linkedin"), usd = made_code(&s.made, "USD");
        for (int year = 2025; year <= 2026; year++) {
            const int64_t jan = civil_to_day(year, 1, 1);
            vector_push(&s.made.spend, ((struct cost_row){jan, jan + 31, linkedin, 0, 310 * DECIMAL_ONE, usd}));
        }
        const struct analysis *a = built(&s, basis);
        assert_int_equal(a->stages[MCL].now, 1);
        assert_int_equal(a->stages[MCL].before, 2);
        near(a->spend.total, 100, 1e-9);
        near(a->spend.before, 100, 1e-9);
        near(a->spend.months, 10.0 / 31, 1e-9);
        near(a->channels[0].monthly_spend, 310, 1e-9);
        setting_release(&s);
    }
}

/* As many in as many days are no change, however long the month will be. */
static void as_many_in_as_many_days(void **state)
{
    static const char *const as_ofs[] = {"2026-01-10T12:00:00", "2026-01-10T23:59:59.999999", "2026-04-20T12:00:00"};
    for (size_t k = 0; k < sizeof as_ofs / sizeof *as_ofs; k++) {
        struct setting s;
        struct error error;
        setting_init(&s);
        struct fact_table *t = &s.made.table;
        t->as_of = made_time(as_ofs[k]);
        assert_int_equal(
            period_settle(SLICE("2026-01"), SLICE(""), NULL, t->zone, t->as_of, t->windows, &t->has_compare, &error),
            OK);
        for (int i = 0; i < 40; i++) made_person(&s.made, person("2026-01-05T00:00", MCL, 1));
        for (int i = 0; i < 40; i++) made_person(&s.made, person("2025-01-05T00:00", MCL, 1));
        const struct analysis *a = built(&s, BASIS_COHORT);
        assert_int_equal(a->stages[MCL].before, 40);
        assert_true(a->stages[MCL].change.p > 0.99);
        setting_release(&s);
    }
}

static void crowd(struct setting *s, const char *at, int from, int to, int hits)
{
    for (int i = 0; i < 100; i++) made_person(&s->made, person(at, i < hits ? to : from, 1));
}

/* A change is told when the test says so, and then has a colour; the same gap among few stays thin. */
static void told_changes(void **state)
{
    struct setting s;
    setting_init(&s);
    crowd(&s, "2026-01-05T00:00", MCL, MEL, 30);
    crowd(&s, "2025-01-05T00:00", MCL, MEL, 60);
    const struct finding *fell = finding(&built(&s, BASIS_COHORT)->insights, "engagement_fell");
    assert_non_null(fell);
    assert_string_equal(fell->form, "told");
    assert_int_equal(fell->severity, SEVERITY_BAD);
    assert_int_equal(fell->support, SUPPORT_STRONG);
    setting_release(&s);

    setting_init(&s);
    for (int i = 0; i < 10; i++) made_person(&s.made, person("2026-01-05T00:00", i < 3 ? MEL : MCL, 1));
    for (int i = 0; i < 10; i++) made_person(&s.made, person("2025-01-05T00:00", i < 6 ? MEL : MCL, 1));
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->transitions[MCL].change.verdict, VERDICT_THIN);
    assert_null(finding(&a->insights, "engagement_fell"));
    for (size_t i = 0; i < a->insights.count; i++) assert_int_not_equal(a->insights.at[i].support, SUPPORT_STRONG);
    setting_release(&s);
}

/* 200 people: so many reach the second stage, 40 of them the third. */
static void two_hundred(struct setting *s, const char *at, int engaged)
{
    for (int i = 0; i < 200; i++) made_person(&s->made, person(at, i < 40 ? MQL : i < engaged ? MEL : MCL, 1));
}

/* Within the noise the largest fall is named, if it is one at all. */
static void small_falls(void **state)
{
    struct setting s;
    setting_init(&s);
    two_hundred(&s, "2026-01-05T00:00", 160);
    two_hundred(&s, "2025-01-05T00:00", 161);
    assert_null(finding(&built(&s, BASIS_COHORT)->insights, "engagement_fell"));
    setting_release(&s);

    setting_init(&s);
    two_hundred(&s, "2026-01-05T00:00", 160);
    two_hundred(&s, "2025-01-05T00:00", 166);
    const struct finding *fell = finding(&built(&s, BASIS_COHORT)->insights, "engagement_fell");
    assert_non_null(fell);
    assert_string_equal(fell->form, "noise");
    setting_release(&s);
}

/* Nothing fails: the lowest rate without a target. Few cases come last, however low. */
static void weakest_without_targets(void **state)
{
    struct setting s;
    setting_init(&s);
    crowd(&s, "2026-01-05T00:00", MCL, MEL, 40);
    crowd(&s, "2026-01-06T00:00", MEL, MQL, 90);
    for (int i = 0; i < 5; i++) made_person(&s.made, person("2026-01-07T00:00", SAL, 1));
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->weakest_rule, WEAK_LOWEST);
    assert_int_equal(a->weakest, MQL);        /* 5 of 95 */
    assert_int_equal(a->second_weakest, MEL); /* 95 of 145; SAL>SQL is 0 of 5, too few */
    assert_non_null(finding(&a->actions, "review_criteria"));
    assert_null(finding(&a->actions, "lower_threshold"));
    setting_release(&s);
}

static void group(struct setting *s, const char *source, int size, int hits)
{
    for (int i = 0; i < size; i++) {
        struct made_person p = person("2026-01-05T00:00", i < hits ? SQO : MCL, 1);
        p.source = source;
        made_person(&s->made, p);
    }
}

static bool has_kpi(const struct analysis *a, enum kpi_kind kind)
{
    for (size_t i = 0; i < a->kpi_count; i++)
        if (a->kpis[i].kind == kind) return true;
    return false;
}

/* Where all go on nothing is weak, and there is nothing to wish for: not even what rounding adds to the rate. */
static void nobody_stops(void **state)
{
    struct setting s;
    setting_init(&s);
    group(&s, NULL, 30, 30);
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->weakest, NONE);
    assert_null(finding(&a->insights, "weakest_transition"));
    assert_false(has_kpi(a, KPI_ENGAGEMENT_FREQUENCY)); /* no touch, and no event that could be one */
    setting_release(&s);

    setting_init(&s);
    group(&s, NULL, 28, 15);
    a = built(&s, BASIS_COHORT); /* 53.571 %, which is shown as 53.6 % */
    assert_int_equal(a->weakest, MCL);
    assert_false(a->what_if.given);
    assert_false(finding(&a->actions, "review_criteria")->expected);
    assert_null(finding(&a->actions, "refresh_offer")); /* nothing is known of whom the offer draws */
    setting_release(&s);
}

/* An empty period says where the data are, and a rate of those who were never seen to enter is called that. */
static void nobody_was_seen(void **state)
{
    struct setting s;
    setting_init(&s);
    assert_string_equal(finding(&built(&s, BASIS_COHORT)->insights, "nobody_here")->form, "never");
    setting_release(&s);
    setting_init(&s);
    made_person(&s.made, person("2025-06-05T00:00", MEL, 1));
    made_person(&s.made, person("2025-07-05T00:00", MEL, 1));
    const struct finding *f = finding(&built(&s, BASIS_COHORT)->insights, "nobody_here");
    assert_string_equal(f->form, "elsewhere");
    assert_slice(f->figures[f->figure_count - 1].text, "2025-07-05");
    setting_release(&s);

    for (int carried = 10; carried <= 11; carried++) {
        setting_init(&s);
        for (int i = 0; i < 20; i++) {
            struct made_person p = person("2026-01-05T00:00", SQO, 1);
            if (i < carried) p.carried = 1 << MQL;
            made_person(&s.made, p);
        }
        f = finding(&built(&s, BASIS_COHORT)->insights, "carried");
        assert_int_equal(f != NULL, carried == 11); /* more than half */
        if (f) near(figure_number(f, "carried"), 11, 0);
        assert_null(finding(&s.a->insights, "nobody_here"));
        setting_release(&s);
    }
}

/* ---- values without end ---- */

static void check_rest(const struct breakdown *whole, const struct breakdown *cut, const struct analysis *a)
{
    const uint32_t stages = a->stage_count;
    for (uint32_t s = 0; s < stages; s++) {
        uint64_t all = 0, left = 0, rows = 0;
        for (size_t g = 0; g < whole->count; g++) all += whole->groups[g].now[s];
        for (size_t g = cut->shown; g < cut->count; g++) left += cut->groups[g].now[s];
        for (size_t i = 0; i < breakdown_rows(cut); i++) rows += breakdown_row(cut, i)->now[s];
        assert_int_equal(cut->rest.now[s], left);
        assert_int_equal(rows, all);
    }
    const struct range range =
        a->basis == BASIS_FLOW ? range_none() : wilson((double)cut->rest.to_last.hits, (double)cut->rest.to_last.n);
    near(cut->rest.to_last.range.low, range.low, 1e-12);
}

/* Two values and everything else: everybody is in one row, what is found is found in all values, bands stay. */
static void rest_of_values(void **state)
{
    for (enum basis basis = BASIS_COHORT; basis <= BASIS_FLOW; basis++) {
        struct setting s;
        setting_init(&s);
        made_example(&s.made);
        made_person(&s.made, person("2026-01-05T00:00", MCL, 1)); /* of an unknown source */
        const struct analysis *whole = built(&s, basis);
        const struct analysis_options options = {.basis = basis, .values = 2};
        const struct analysis *cut = analysis_build(&s.arena, &s.made.table, &options);
        const struct breakdown *source = &cut->breakdowns[BY_SOURCE], *size = &cut->breakdowns[BY_SIZE];
        assert_int_equal(whole->breakdowns[BY_SOURCE].shown, whole->breakdowns[BY_SOURCE].count);
        assert_int_equal(size->shown, size->count);
        assert_true(source->count > 4);
        assert_int_equal(breakdown_rows(source), 4); /* two values, not known, the rest */
        assert_int_equal(source->groups[2].value, 0);
        check_rest(&whole->breakdowns[BY_SOURCE], source, cut);
        assert_true(source->rest.now[0] > 0);
        assert_int_equal(cut->insights.count, whole->insights.count);
        for (size_t i = 0; i < cut->insights.count; i++)
            assert_string_equal(cut->insights.at[i].code, whole->insights.at[i].code);
        setting_release(&s);
    }
}

static void rest_of_channels(void **state)
{
    struct setting s;
    const struct analysis *whole = example(&s);
    const struct analysis_options options = {.basis = BASIS_COHORT, .values = 2};
    const struct analysis *cut = analysis_build(&s.arena, &s.made.table, &options);
    const struct channel *rest = channel_row(cut, 2);
    assert_int_equal(channel_rows(whole), 6);
    assert_int_equal(channel_rows(cut), 3);
    assert_int_equal(cut->channel_count, 6);
    near(rest->spend, 1500 + 1200 + 800, 1e-9);
    assert_int_equal(rest->first, 25 + 15 + 3 + 2);
    assert_int_equal(rest->goal, 1);
    assert_int_equal(rest->won, 1);
    near(rest->cost_per_goal, 3500, 1e-9);
    near(rest->revenue, 1500 * 1.752 + 1200 * 0.5475, 1); /* 75.2%, -45.25%, nothing */
    near(rest->roi, (rest->revenue - 3500) / 3500, 1e-12);
    setting_release(&s);
}

/* What a wished rate rests on: without a target the best value of a dimension, but never "unknown". */
static void wished_rates(void **state)
{
    struct setting s;
    setting_init(&s);
    group(&s, "mail", 20, 18);
    group(&s, "ads", 20, 5);
    group(&s, NULL, 20, 20);
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_int_equal(a->weakest, MCL);
    assert_true(a->what_if.given);
    assert_int_equal(a->what_if.rests_on, WISH_BEST);
    assert_int_equal(a->what_if.dimension, BY_SOURCE);
    assert_slice(dictionary_text(&s.made.dictionary, a->what_if.value), "mail");
    assert_int_equal(a->what_if.hits, 18);
    near(a->what_if.rate_to, 0.9, 1e-9);
    setting_release(&s);
}

/* Whom nothing is known of is not outside the audience. */
static void unknown_audience(void **state)
{
    static const struct clause audience = {.kind = CLAUSE_ALL};
    static const enum audience_answer answers[] = {AUDIENCE_UNKNOWN, AUDIENCE_NO};
    for (size_t i = 0; i < 2; i++) {
        struct setting s;
        setting_init(&s);
        s.made.definition.audience = (struct clause *)&audience;
        for (int n = 0; n < 60; n++) {
            struct made_person p = person("2026-01-05T00:00", n < 30 ? MEL : MCL, 1);
            p.audience = n < 10 ? AUDIENCE_YES : answers[i];
            made_person(&s.made, p);
        }
        const struct analysis *a = built(&s, BASIS_COHORT);
        assert_int_equal(finding(&a->insights, "audience_unknown") != NULL, i == 0);
        assert_int_equal(finding(&a->insights, "off_target") != NULL, i == 1);
        assert_int_equal(finding(&a->causes, "offer_off_profile") != NULL, i == 1);
        assert_int_equal(finding(&a->actions, "refresh_offer") != NULL, i == 1);
        setting_release(&s);
    }
}

/* Nobody in the compared period is no zero to have grown from. */
static void nobody_before(void **state)
{
    struct setting s;
    setting_init(&s);
    crowd(&s, "2026-01-05T00:00", MCL, MEL, 30);
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_true(a->compared);
    assert_string_equal(finding(&a->insights, "overall_change")->form, "alone");
    assert_int_equal(a->stages[MCL].change.verdict, VERDICT_THIN);
    assert_false(a->overall.change.given);
    setting_release(&s);
}

/* Of many values one is always the largest: the same gap is sure between two and not among ten. */
static void picked_values(void **state)
{
    for (int others = 1; others <= 9; others += 8) {
        struct setting s;
        setting_init(&s);
        for (int i = 0; i < 100; i++) {
            struct made_person p = person("2026-01-05T00:00", i < 18 ? SQO : MCL, 1);
            p.region = "best";
            made_person(&s.made, p);
        }
        for (int i = 0; i < 99; i++) {
            char name[8];
            snprintf(name, sizeof name, "r%d", i % others);
            struct made_person p = person("2026-01-05T00:00", i < 7 ? SQO : MCL, 1);
            p.region = name;
            made_person(&s.made, p);
        }
        const struct finding *top = finding(&built(&s, BASIS_COHORT)->insights, "top_region");
        assert_non_null(top);
        assert_int_equal(top->support, others == 1 ? SUPPORT_STRONG : SUPPORT_INDICATIVE);
        setting_release(&s);
    }
}

static void nothing(void **state)
{
    for (int basis = BASIS_COHORT; basis <= BASIS_FLOW; basis++) {
        struct setting s;
        setting_init(&s);
        const struct analysis *a = built(&s, (enum basis)basis);
        assert_int_equal(a->stages[MCL].now, 0);
        near(share_value(&a->overall.now), NAN, 0);
        assert_int_equal(a->weakest, NONE);
        assert_int_equal(a->slowest, NONE);
        assert_int_equal(a->insights.count, 1); /* that there is nothing */
        assert_int_equal(a->actions.count, 0);
        assert_int_equal(a->month_count, 0);
        setting_release(&s);
    }
}

static void no_comparison(void **state)
{
    struct setting s;
    setting_init(&s);
    made_example(&s.made);
    s.made.table.has_compare = false;
    const struct analysis *a = built(&s, BASIS_COHORT);
    assert_false(a->overall.change.given);
    for (size_t i = 0; i < a->kpi_count; i++) {
        near(a->kpis[i].before, NAN, 0);
        assert_int_equal(a->kpis[i].n_before, -1);
        assert_false(a->kpis[i].change.given);
    }
    assert_null(finding(&a->insights, "open_rate_rose"));
    assert_string_equal(finding(&a->insights, "overall_change")->form, "alone");
    setting_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_stages),
        cmocka_unit_test(example_judgement),
        cmocka_unit_test(example_left),
        cmocka_unit_test(example_channels),
        cmocka_unit_test(example_kpis),
        cmocka_unit_test(example_weak),
        cmocka_unit_test(example_findings),
        cmocka_unit_test(who_counts),
        cmocka_unit_test(flow),
        cmocka_unit_test(lights),
        cmocka_unit_test(supports),
        cmocka_unit_test(months),
        cmocka_unit_test(breakdown_order),
        cmocka_unit_test(handoffs),
        cmocka_unit_test(business_limits),
        cmocka_unit_test(business_hours),
        cmocka_unit_test(landings),
        cmocka_unit_test(spend_shares),
        cmocka_unit_test(a_period_that_runs),
        cmocka_unit_test(as_many_in_as_many_days),
        cmocka_unit_test(told_changes),
        cmocka_unit_test(small_falls),
        cmocka_unit_test(weakest_without_targets),
        cmocka_unit_test(nobody_stops),
        cmocka_unit_test(nobody_was_seen),
        cmocka_unit_test(rest_of_values),
        cmocka_unit_test(rest_of_channels),
        cmocka_unit_test(wished_rates),
        cmocka_unit_test(unknown_audience),
        cmocka_unit_test(nobody_before),
        cmocka_unit_test(picked_values),
        cmocka_unit_test(nothing),
        cmocka_unit_test(no_comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
