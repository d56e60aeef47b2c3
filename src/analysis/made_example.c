/* The counts of the worked example's published tables as facts, made without events: who comes from where and how far
 * each gets. Times, answers and scores are plain patterns. */
#include <assert.h>
#include <stdio.h>

#include "analysis/made.h"
#include "engine/engine.h"

/* ---- the definition ---- */

enum { SLOT_EMPLOYEES, SLOT_ROLE, SLOT_SCORE, SLOT_INDUSTRY, SLOTS };

static const struct rule *rule(struct rule_scope *scope, const char *text, unsigned wanted)
{
    struct diagnostics d;
    diagnostics_init(&d);
    const struct rule *compiled =
        rule_compile(scope, slice_from(text), wanted, (struct rule_place){SLICE("made"), 1, 1}, &d);
    if (!compiled) diagnostics_print(&d, stderr);
    assert(compiled);
    diagnostics_release(&d);
    return compiled;
}

static struct rule_scope *make_slots(struct made *m)
{
    static const char *const names[SLOTS] = {"account.employees", "person.role", "scores.sales", "account.industry"};
    static const enum field_kind kinds[SLOTS] = {FIELD_INT, FIELD_TEXT, FIELD_DECIMAL, FIELD_TEXT};
    struct rule_scope *scope = rule_scope_new(&m->arena, &m->dictionary);
    struct slot *slots = ARENA_ARRAY(&m->arena, struct slot, SLOTS);
    for (int i = 0; i < SLOTS; i++) {
        slots[i] = (struct slot){.name = slice_from(names[i]), .type = {.kind = kinds[i]}};
        rule_scope_field(scope, slots[i].name, slots[i].type, (uint32_t)i);
    }
    m->definition.kinds[KIND_PERSON] = (struct kind_model){.slots = slots, .slot_count = SLOTS};
    return scope;
}

static struct label label(const char *name, const char *he, const char *en)
{
    return (struct label){slice_from(name), slice_from(he), slice_from(en)};
}

static void make_score(struct made *m, struct rule_scope *scope)
{
    struct score_term *terms = ARENA_ARRAY(&m->arena, struct score_term, 1);
    terms[0].label = label("size", "גודל", "size");
    terms[0].when = rule(scope, "account.employees >= 150", 1 << FIELD_BOOL);
    terms[0].points = rule(scope, "20", 1 << FIELD_INT | 1 << FIELD_DECIMAL);
    struct score *score = ARENA_NEW(&m->arena, struct score);
    *score = (struct score){.label = label("sales", "", ""),
                            .owner = ROLE_SALES,
                            .terms = terms,
                            .count = 1,
                            .has_threshold = true,
                            .has_borderline = true,
                            .above = 80 * DECIMAL_ONE,
                            .borderline_from = 70 * DECIMAL_ONE,
                            .borderline_team = SLICE("borderline"),
                            .slot = SLOT_SCORE};
    m->definition.scores = score;
    m->definition.score_count = 1;
    struct clause *enter = ARENA_NEW(&m->arena, struct clause);
    *enter = (struct clause){.kind = CLAUSE_RULE, .rule = rule(scope, "scores.sales > 80", 1 << FIELD_BOOL)};
    m->stages[SQL].enter = enter;
}

static void make_profile(struct made *m, struct rule_scope *scope)
{
    struct icp_criterion *criteria = ARENA_ARRAY(&m->arena, struct icp_criterion, 2);
    criteria[0] = (struct icp_criterion){label("industry", "ענף", "industry"),
                                         rule(scope, "account.industry == \"saas\"", 1 << FIELD_BOOL), 3};
    criteria[1] = (struct icp_criterion){label("size", "גודל", "size"),
                                         rule(scope, "account.employees >= 100", 1 << FIELD_BOOL), 2};
    struct icp *icp = ARENA_NEW(&m->arena, struct icp);
    *icp = (struct icp){
        .label = label("ideal", "", ""), .criteria = criteria, .count = 2, .fit_slot = NONE, .matched_slot = NONE};
    m->definition.icps = icp;
    m->definition.icp_count = 1;

    struct clause *members = ARENA_ARRAY(&m->arena, struct clause, 2), *audience = ARENA_NEW(&m->arena, struct clause);
    members[0] = (struct clause){.kind = CLAUSE_RULE,
                                 .label = label("role", "תפקיד", "role"),
                                 .rule = rule(scope, "person.role == \"cfo\"", 1 << FIELD_BOOL)};
    members[1] = (struct clause){.kind = CLAUSE_RULE,
                                 .label = label("size", "100 ומעלה", "100 or more"),
                                 .rule = rule(scope, "account.employees >= 100", 1 << FIELD_BOOL)};
    *audience = (struct clause){.kind = CLAUSE_ALL, .members = members, .count = 2};
    m->definition.audience = audience;
}

static void make_report(struct made *m)
{
    static const struct band bands[] = {
        {.from = MQL,
         .to = SAL,
         .has_failing = true,
         .failing = 500000,
         .has_good = true,
         .good = 700000,
         .has_excellent = true,
         .excellent = 850000},
        {.from = SAL,
         .to = SQL,
         .has_failing = true,
         .failing = 500000,
         .has_good = true,
         .good = 650000,
         .has_excellent = true,
         .excellent = 800000},
        {.from = SQL,
         .to = SQO,
         .has_failing = true,
         .failing = 400000,
         .has_good = true,
         .good = 700000,
         .target_days = 7},
        {.from = SQO, .to = WON, .has_wanted = true, .wanted_low = 250000, .wanted_high = 450000},
    };
    static const struct sequence_step steps[] = {
        {1, {SLICE("1"), SLICE("הקדמה"), SLICE("introduction")}},
        {2, {SLICE("2"), SLICE("בעיות"), SLICE("problems")}},
        {3, {SLICE("3"), SLICE("פתרונות"), SLICE("solutions")}},
        {4, {SLICE("4"), SLICE("הצלחות"), SLICE("stories")}},
        {5, {SLICE("5"), SLICE("הזמנה לדמו"), SLICE("demo invitation")}},
    };
    struct definition *d = &m->definition;
    d->bands = bands;
    d->band_count = sizeof bands / sizeof *bands;
    d->sequence =
        (struct sequence){.given = true, .name = SLICE("nurture"), .until = MEL, .steps = steps, .step_count = 5};
    d->channels =
        (struct channels){.given = true, .by = BY_SOURCE, .credit_first = 40, .credit_middle = 20, .credit_last = 40};
    d->landing.given = true;
    d->landing.stage = MCL;
}

/* ---- the people ---- */

struct crowd {
    const char *at; /* the month: "2026-01" */
    const char *const *sources;
    const int (*ends)[SQO + 1]; /* [source][stage]: how many stop there */
    size_t source_count;
    double days[SQO + 1];
    int touches; /* all together */
};

/* Within a crowd: the nth of all, and of those who end alike. `at` is room for the time, which the person keeps. */
static struct made_person one(const struct crowd *c, size_t source, int ends, int n, int nth, char at[32])
{
    static const char *const regions[] = {"us_east", "us_east", "us_east", "europe", "israel"};
    snprintf(at, 32, "%s-%02dT10:00", c->at, 1 + n % 28);
    struct made_person p = {.at = at, .ends = ends, .source = c->sources[source], .region = regions[nth % 5]};
    for (int s = MEL; s <= SQO; s++) p.days[s] = c->days[s] + (nth % 2 ? 0.5 : -0.5);
    p.employees = n % 11 == 0 ? 0 : n % 7 == 0 ? 60 : n % 13 == 0 ? 700 : 200;
    p.size = !p.employees ? AUDIENCE_UNKNOWN : p.employees >= 100 ? AUDIENCE_YES : AUDIENCE_NO;
    p.role = n % 9 == 0 ? AUDIENCE_NO : AUDIENCE_YES;
    p.audience = p.size == AUDIENCE_YES && p.role == AUDIENCE_YES ? AUDIENCE_YES : AUDIENCE_NO;
    p.icp = nth % 5 < 3 && p.employees == 200 ? AUDIENCE_YES : AUDIENCE_NO;
    p.score = ends >= SQL ? 90 : ends == SAL ? (nth % 2 ? 75 : 40) : 0;
    return p;
}

/* Of those who stop at MQL the first three came back, the others were rejected; of SAL some left. */
static void stop(struct made_person *p, int nth)
{
    if (p->ends == MQL && nth < 3)
        p->returns = 1;
    else if (p->ends == MQL)
        p->exit = EXIT_REJECTED, p->exit_stage = MQL, p->reason = "no_budget";
    else if (p->ends == SAL && nth < 4)
        p->exit = EXIT_LOST, p->exit_stage = SAL, p->reason = "price";
    else if (p->ends == SQL && nth < 2)
        p->exit = EXIT_DISQUALIFIED, p->exit_stage = SQL, p->reason = "no_decision";
}

static void hand_over(struct made *m, uint32_t row, const struct made_person *p)
{
    if (p->ends < MQL) return;
    int64_t at = m->table.entered[MQL][row];
    uint8_t outcome = p->ends > MQL ? HANDOFF_ACCEPTED : p->returns ? HANDOFF_RETURNED : HANDOFF_REJECTED;
    vector_push(&m->handoffs, ((struct handoff_row){row, SAL, outcome, at, at + 2 * DAY_US, at + DAY_US,
                                                    outcome == HANDOFF_RETURNED ? made_code(m, "not_ready")
                                                                                : made_code(m, p->reason)}));
    if (outcome == HANDOFF_RETURNED)
        vector_push(&m->returned, ((struct return_row){row, MQL, at + DAY_US, made_code(m, "not_ready")}));
}

static void fill(struct made *m, const struct crowd *c)
{
    int n = 0, nth[SQO + 1] = {0}, people = 0;
    for (size_t s = 0; s < c->source_count; s++)
        for (int e = MCL; e <= SQO; e++) people += c->ends[s][e];
    for (size_t s = 0; s < c->source_count; s++)
        for (int e = MCL; e <= SQO; e++)
            for (int i = 0; i < c->ends[s][e]; i++, n++) {
                char at[32];
                struct made_person p = one(c, s, e, n, nth[e], at);
                stop(&p, nth[e]++);
                p.touch_days = c->touches / people + (n < c->touches % people);
                hand_over(m, made_person(m, p), &p);
            }
}

/* ---- mails, wins, spend ---- */

struct mailing {
    int sent, opened, clicked, contributed;
};

/* Mail `step` goes to the first `sent` people of the crowd that begins at row `first`; who opens is spread over them.
 */
static void send(struct made *m, uint32_t first, int32_t step, struct mailing mail)
{
    for (int i = 0; i < mail.sent; i++) {
        int order = (i * 37 + step * 11) % mail.sent;
        vector_push(&m->mails, ((struct mail_row){.row = first + (uint32_t)i,
                                                  .step = step,
                                                  .sent = true,
                                                  .opened = order < mail.opened,
                                                  .clicked = order < mail.clicked,
                                                  .raw_opened = order <= mail.opened,
                                                  .raw_clicked = order < mail.clicked,
                                                  .contributed = order < mail.contributed}));
    }
}

static int by_row(const void *a, const void *b)
{
    const struct mail_row *x = a, *y = b;
    return x->row != y->row ? (x->row < y->row ? -1 : 1) : x->step - y->step;
}

static void win(struct made *m, uint32_t row, int64_t dollars, const char *source)
{
    vector_push(&m->credits, ((struct credit_row){row, made_code(m, source), dollars * DECIMAL_ONE, made_code(m, "USD"),
                                                  m->table.entered[SQO][row] + DAY_US}));
}

static void spend(struct made *m, const char *source, int64_t dollars)
{
    int64_t from = civil_to_day(2026, 1, 1);
    vector_push(&m->spend, ((struct cost_row){from, from + 31, made_code(m, source), 0, dollars * DECIMAL_ONE,
                                              made_code(m, "USD")}));
}

/* The first opportunity of a source in the period's crowd becomes a customer. */
static uint32_t customer(struct made *m, const char *source)
{
    for (uint32_t i = 0; i < m->table.rows; i++)
        if (m->table.window[i] == WINDOW_PERIOD && m->table.entered[SQO][i] != INSTANT_NONE &&
            m->table.entered[WON][i] == INSTANT_NONE && m->table.dimension[BY_SOURCE][i] == made_code(m, source)) {
            m->table.entered[WON][i] = m->table.entered[SQO][i] + DAY_US;
            return i;
        }
    assert(!"a source has an opportunity");
    return 0;
}

void made_example(struct made *m)
{
    static const char *const sources[] = {"linkedin",      "email_sequence", "facebook",
                                          "google_search", "tiktok",         "referrals"};
    static const int now[][SQO + 1] = {{31, 19, 2, 6, 2, 5}, {18, 13, 2, 4, 1, 2}, {15, 6, 1, 2, 0, 1},
                                       {11, 2, 0, 1, 1, 0},  {3, 0, 0, 0, 0, 0},   {2, 0, 0, 0, 0, 0}};
    static const int before[][SQO + 1] = {{24, 16, 2, 5, 2, 3}, {13, 11, 1, 2, 1, 2}, {13, 7, 1, 1, 0, 1},
                                          {8, 4, 0, 1, 0, 0},   {0, 0, 0, 0, 0, 0},   {2, 0, 0, 0, 0, 0}};
    static const struct mailing mails[] = {
        {150, 60, 12, 15}, {150, 48, 10, 10}, {90, 36, 9, 8}, {90, 30, 6, 5}, {90, 27, 4, 2}};
    static const struct mailing earlier[] = {
        {120, 36, 5, 8}, {120, 30, 4, 5}, {60, 13, 3, 3}, {60, 11, 2, 1}, {60, 11, 2, 1}};
    m->rich = true;
    struct rule_scope *scope = make_slots(m);
    make_score(m, scope);
    make_profile(m, scope);
    make_report(m);
    m->stages[SQO].sla = (struct duration){DURATION_EXACT, 7 * DAY_US};
    fill(m, &(struct crowd){"2026-01", sources, now, 6, {0, 14, 7, 3, 5, 12}, 270});
    uint32_t second = (uint32_t)m->table.rows;
    fill(m, &(struct crowd){"2025-01", sources, before, 6, {0, 13, 7, 3, 5, 11}, 192});
    for (int i = 0; i < 5; i++) {
        send(m, 0, i + 1, mails[i]);
        send(m, second, i + 1, earlier[i]);
    }
    qsort(m->mails.at, m->mails.count, sizeof *m->mails.at, by_row);
    uint32_t facebook = customer(m, "facebook");
    win(m, customer(m, "linkedin"), 14400, "linkedin");
    win(m, customer(m, "email_sequence"), 5670, "email_sequence");
    win(m, facebook, 2628, "facebook");
    win(m, facebook, 657, "google_search");
    spend(m, "linkedin", 4500);
    spend(m, "email_sequence", 1800);
    spend(m, "facebook", 1500);
    spend(m, "google_search", 1200);
    spend(m, "tiktok", 800);
    m->table.visitors[WINDOW_PERIOD] = m->table.visitors[WINDOW_COMPARE] = 6000;
}
