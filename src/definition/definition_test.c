/* Good definitions: what they compile to. */
#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/test.h"
#include "definition/load.h"

struct fixture {
    struct diagnostics diagnostics;
    struct definition_file *file;
    const struct definition *d;
};

static void load(struct fixture *f, struct slice text)
{
    diagnostics_init(&f->diagnostics);
    f->file = definition_parse(text, "folder/good.yaml", &f->diagnostics);
    for (size_t i = 0; i < f->diagnostics.list.count; i++)
        print_message("%d: %.*s\n", f->diagnostics.list.at[i].line, SLICE_ARG(f->diagnostics.list.at[i].message));
    assert_non_null(f->file);
    f->d = definition_of(f->file);
}

static void done(struct fixture *f)
{
    definition_free(f->file);
    diagnostics_release(&f->diagnostics);
}

static uint32_t event_index(const struct definition *d, const char *name)
{
    for (uint32_t i = 0; i < d->event_count; i++)
        if (slice_is(d->events[i].label.name, name)) return i;
    fail_msg("no event %s", name);
    return NONE;
}

static const struct slot *slot_named(const struct definition *d, enum subject_kind kind, const char *name)
{
    for (size_t i = 0; i < d->kinds[kind].slot_count; i++)
        if (slice_is(d->kinds[kind].slots[i].name, name)) return &d->kinds[kind].slots[i];
    return NULL;
}

static const struct signal *signal_of(const struct definition *d, enum subject_kind kind, uint32_t slot)
{
    const struct kind_model *model = &d->kinds[kind];
    assert_int_equal(model->slots[slot].origin, SLOT_SIGNAL);
    return &model->signals[model->slots[slot].index];
}

static void assert_path(const struct definition *d, uint32_t path, const char *text)
{
    assert_true(path < d->path_count);
    assert_slice(d->paths[path], text);
}

static void an_empty_one_has_what_is_always_there(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"));
    assert_slice(f.d->name, "good.yaml");
    assert_int_equal(f.d->hash.len, 32);
    assert_slice(f.d->company.zone, "UTC");
    assert_int_equal(f.d->company.workdays, 0x1F);
    assert_int_equal(f.d->event_count, 2);
    assert_slice(f.d->events[EVENT_IDENTIFY].label.name, "identify");
    assert_slice(f.d->events[EVENT_GROUP].label.name, "group");
    assert_int_equal(f.d->events[EVENT_GROUP].of, KIND_ACCOUNT);
    assert_path(f.d, f.d->machine_path, "properties.machine");
    assert_path(f.d, f.d->agent_path, "context.userAgent");
    assert_int_equal(f.d->decisions.stage, NONE);
    assert_int_equal(f.d->report.funnel, NONE);
    assert_int_equal(slot_named(f.d, KIND_ACCOUNT, "account.contacts")->origin, SLOT_CONTACTS);
    done(&f);
}

static void company_and_signatures(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\ncompany: { name: N, locale: he-IL, zone: Asia/Jerusalem, currency: ILS, week: monday,\n"
                   "  hours: 08:30-16:00, holidays: [2026-04-02, 2026-01-01, 2026-04-02] }\n"
                   "agreed: { marketing: required, sales: optional }\n"));
    const struct company *c = &f.d->company;
    assert_slice(c->name, "N");
    assert_slice(c->locale, "he-IL");
    assert_slice(c->currency, "ILS");
    assert_true(c->week_starts_monday);
    assert_int_equal(c->workdays, 0x3E);
    assert_int_equal(c->open_minute, 8 * 60 + 30);
    assert_int_equal(c->close_minute, 16 * 60);
    assert_slice(c->holidays, "list");
    assert_int_equal(c->holiday_count, 2);
    assert_int_equal(c->holiday_days[0], civil_to_day(2026, 1, 1));
    assert_true(c->marketing_signs);
    assert_false(c->sales_signs);
    done(&f);
}

static void events_fields_and_traits(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events:\n"
                   "  mail_sent: { he: נשלח, en: sent }\n"
                   "  asked: { properties: { step: { type: 1..5, he: שלב }, how: { one_of: [Written, spoken] }, on: "
                   "day, by: answer,\n"
                   "           tags: { list_of: string }, per: { map_of: int } } }\n"
                   "  won: { of: deal, key: id, outcome: true, properties: { size: money } }\n"
                   "  quietly: { touch: false }\n"
                   "traits:\n"
                   "  person: { g: { rank: { type: int, from: asked.step }, name: string } }\n"
                   "  deal: { size: money }\n"));
    const struct definition *d = f.d;
    const struct event_type *asked = &d->events[event_index(d, "asked")], *won = &d->events[event_index(d, "won")];
    assert_false(d->events[event_index(d, "mail_sent")].touch);
    assert_slice(d->events[event_index(d, "mail_sent")].label.he, "נשלח");
    assert_true(asked->touch);
    assert_false(d->events[event_index(d, "quietly")].touch);
    assert_int_equal(asked->field_count, 6);
    assert_path(d, asked->fields[0].path, "properties.step");
    assert_true(asked->fields[0].ranged);
    assert_int_equal(asked->fields[0].high, 5);
    assert_slice(asked->fields[0].label.he, "שלב");
    assert_slice(asked->fields[1].type.choices[0], "written");
    assert_true(asked->fields[2].day);
    assert_int_equal(asked->fields[2].type.kind, FIELD_INSTANT);
    assert_true(asked->fields[3].answer);
    assert_int_equal(asked->fields[3].type.kind, FIELD_BOOL);
    assert_int_equal(asked->fields[4].type.element, FIELD_TEXT);
    assert_int_equal(asked->fields[5].type.kind, FIELD_MAP);
    assert_int_equal(won->of, KIND_DEAL);
    assert_int_equal(won->rank, RANK_OUTCOME);
    assert_path(d, won->key_path, "properties.id");
    const struct kind_model *person = &d->kinds[KIND_PERSON], *deal = &d->kinds[KIND_DEAL];
    assert_int_equal(person->trait_count, 2);
    assert_slice(person->traits[0].label.name, "g.rank");
    assert_int_equal(person->traits[0].feeds[0].event, event_index(d, "asked"));
    assert_path(d, person->traits[1].feeds[0].path, "traits.g.name");
    assert_int_equal(person->traits[1].feeds[0].event, EVENT_IDENTIFY);
    assert_slice(person->slots[person->traits[1].slot].name, "person.g.name");
    assert_int_equal(deal->traits[0].feeds[0].event, event_index(d, "won"));
    assert_path(d, deal->traits[0].field.path, "properties.size");
    done(&f);
}

static void conditions_become_one_rule_for_each_event(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { a: { properties: { p: string, n: int } }, b: { properties: { q: string, n: int } } }\n"
                   "signals:\n"
                   "  plain: { did: a }\n"
                   "  list: { did: [ b, { a: { p: [x, 'y \"z\"'] } } ], where: { n: { above: 2, at_most: 9 } }, human: "
                   "true }\n"
                   "  twice: { did: [ { a: { p: x } }, { a: { n: 3 } } ] }\n"
                   "  filled: { did: { b: { q: not empty } }, when: event.n != 4, within: 30 calendar days }\n"
                   "  ad: { did: a, where: { context.campaign.source: google } }\n"));
    const struct signal *s = f.d->kinds[KIND_PERSON].signals;
    assert_int_equal(s[0].match.count, 1);
    assert_null(s[0].match.alternatives[0].when);
    assert_int_equal(s[0].reduce, REDUCE_COUNT);
    assert_true(s[1].match.human);
    assert_int_equal(s[1].match.count, 2);
    assert_int_equal(s[1].match.alternatives[0].event, event_index(f.d, "a"));
    assert_slice(rule_text(s[1].match.alternatives[0].when),
                 "(event.p in [\"x\", \"y \\\"z\\\"\"]) && (event.n > 2 && event.n <= 9)");
    assert_slice(rule_text(s[1].match.alternatives[1].when), "event.n > 2 && event.n <= 9");
    assert_int_equal(s[2].match.count, 1);
    assert_slice(rule_text(s[2].match.alternatives[0].when), "(event.p == \"x\") || (event.n == 3)");
    assert_slice(rule_text(s[3].match.alternatives[0].when), "(event.q != \"\") && (event.n != 4)");
    assert_int_equal(s[3].window.unit, DURATION_CALENDAR_DAYS);
    assert_int_equal(s[3].window.amount, 30);
    const uint32_t *reads;
    assert_int_equal(rule_reads(s[4].match.alternatives[0].when, &reads), 1);
    assert_path(f.d, reads[0], "context.campaign.source");
    done(&f);
}

static void signals_of_every_sort(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { a: { properties: { p: string, n: int, m: money } }, b: {} }\n"
                   "signals:\n"
                   "  s0: { did: a, sum: m }\n"
                   "  s1: { did: a, distinct: p, within: 12h }\n"
                   "  s2: { did: a, first: p }\n"
                   "  s3: { did: a, max: n }\n"
                   "  s4: { did: [a, b], days_since: true }\n"
                   "  s5: { did: a, streak: week }\n"
                   "  s6: { weigh: { a: 1.5, b: { points: -2, at_most: 3 } }, half_life: 2w, cap: 40 }\n"
                   "  s7: { did: b, since: entered(f.B) }\n"
                   "funnels: { f: { stages: { A: { on: a }, B: { on: b }, C: { enter: signals.s7 >= 1 } } } }\n"));
    const struct kind_model *person = &f.d->kinds[KIND_PERSON];
    const struct signal *s = person->signals;
    static const enum field_kind kinds[] = {FIELD_MONEY, FIELD_INT, FIELD_TEXT,   FIELD_INT,
                                            FIELD_INT,   FIELD_INT, FIELD_DECIMAL};
    static const enum reducer reducers[] = {REDUCE_SUM,        REDUCE_DISTINCT, REDUCE_FIRST, REDUCE_MAX,
                                            REDUCE_DAYS_SINCE, REDUCE_STREAK,   REDUCE_WEIGH};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(person->slots[s[i].slot].type.kind, kinds[i]);
        assert_int_equal(s[i].reduce, reducers[i]);
        assert_int_equal(s[i].since_stage, NONE);
    }
    assert_path(f.d, s[1].of, "properties.p");
    assert_int_equal(s[1].window.amount, 12 * HOUR_US);
    assert_int_equal(s[1].enough, 0);
    assert_true(s[5].by_week);
    assert_int_equal(s[6].weights[0].points, 1500000);
    assert_int_equal(s[6].weights[1].points, -2000000);
    assert_int_equal(s[6].weights[1].at_most, 3);
    assert_int_equal(s[6].half_life_days, 14);
    assert_int_equal(s[6].cap, 40000000);
    assert_int_equal(s[7].since_funnel, 0);
    assert_int_equal(s[7].since_stage, 1);
    done(&f);
}

static void leaves_that_count_the_same_share_a_signal(void **state)
{
    struct fixture f;
    load(
        &f,
        SLICE("masa: 1\n"
              "events: { a: { properties: { p: string } }, b: {} }\n"
              "funnels: { f: { stages: {\n"
              "  A: { enter: { did: a } },\n"
              "  B: { enter: { all: [ { did: a, times: 5 }, { did: a, times: 3, within: 3d }, { did: a, distinct: p, "
              "times: 2 } ] } },\n"
              "  C: { enter: { not: { quiet: a, for: 9d } } } },\n"
              "  exits: { gone: { when: { quiet: a, for: 30d } }, silent: { when: { quiet: any, for: 60d } } } } }\n"));
    const struct funnel *funnel = &f.d->funnels[0];
    const struct clause *all = funnel->stages[1].enter, *not_quiet = funnel->stages[2].enter;
    assert_int_equal(funnel->stages[0].enter->kind, CLAUSE_COUNT);
    assert_int_equal(funnel->stages[0].enter->need, 1);
    assert_int_equal(funnel->stages[0].enter->slot, all->members[0].slot);
    assert_int_equal(signal_of(f.d, KIND_PERSON, all->members[0].slot)->enough, 5);
    assert_int_not_equal(all->members[1].slot, all->members[0].slot);
    assert_int_equal(signal_of(f.d, KIND_PERSON, all->members[1].slot)->window.amount, 3 * DAY_US);
    assert_int_equal(signal_of(f.d, KIND_PERSON, all->members[2].slot)->reduce, REDUCE_DISTINCT);
    assert_int_equal(not_quiet->kind, CLAUSE_NOT);
    assert_int_equal(not_quiet->members->kind, CLAUSE_QUIET);
    assert_int_equal(not_quiet->members->slot, funnel->exits[0].when->slot);
    assert_int_equal(not_quiet->members->span.amount, 9 * DAY_US);
    const struct signal *any = signal_of(f.d, KIND_PERSON, funnel->exits[1].when->slot);
    assert_int_equal(any->reduce, REDUCE_LAST_AT);
    assert_int_equal(any->match.count, 2);
    assert_int_equal(f.d->kinds[KIND_PERSON].signal_count, 5);
    done(&f);
}

static void clauses_keep_their_names(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { a: {}, b: {} }\n"
                   "traits: { account: { size: int } }\n"
                   "audience: { he: קהל, any: [ { big: account.size > 3 }, { small: { he: קטן, when: account.size < 1 "
                   "} } ] }\n"
                   "funnels: { f: { stages: { A: { enter: { at_least: 2, of: [ { one: { did: a } }, { did: b }, "
                   "account.size > 1 ] } } } } }\n"));
    const struct clause *audience = f.d->audience, *entry = f.d->funnels[0].stages[0].enter;
    assert_slice(audience->label.he, "קהל");
    assert_int_equal(audience->kind, CLAUSE_ANY);
    assert_slice(audience->members[0].label.name, "big");
    assert_slice(audience->members[1].label.he, "קטן");
    assert_int_equal(audience->members[1].kind, CLAUSE_RULE);
    assert_int_equal(audience->members[1].place.line, 4);
    assert_int_equal(entry->kind, CLAUSE_AT_LEAST);
    assert_int_equal(entry->need, 2);
    assert_slice(entry->members[0].label.name, "one");
    assert_slice(entry->members[1].label.name, "");
    assert_slice(rule_text(entry->members[2].rule), "account.size > 1");
    done(&f);
}

static void values_of_others_get_a_slot_when_they_are_read(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { a: {}, w: { of: deal }, c: { of: market } }\n"
                   "traits: { person: { role: string }, account: { size: int, unread: int } }\n"
                   "signals: { crises: { of: market, did: c } }\n"
                   "funnels:\n"
                   "  p: { stages: { A: { enter: account.size > 3 && account.contacts > 1 }, B: { enter: "
                   "signals.crises > 0 } } }\n"
                   "  d: { of: deal, stages: { A: { enter: person.role == 'x' && account.size > 5 } } }\n"));
    const struct slot *size = slot_named(f.d, KIND_PERSON, "account.size");
    assert_int_equal(size->origin, SLOT_FOREIGN);
    assert_int_equal(size->foreign, KIND_ACCOUNT);
    assert_slice(f.d->kinds[KIND_ACCOUNT].slots[size->index].name, "account.size");
    assert_int_equal(slot_named(f.d, KIND_PERSON, "account.contacts")->origin, SLOT_FOREIGN);
    assert_int_equal(slot_named(f.d, KIND_PERSON, "signals.crises")->foreign, KIND_MARKET);
    assert_null(slot_named(f.d, KIND_PERSON, "account.unread"));
    uint32_t theirs = size->index,
             unread = (uint32_t)(slot_named(f.d, KIND_ACCOUNT, "account.unread") - f.d->kinds[KIND_ACCOUNT].slots);
    assert_ptr_equal(&f.d->kinds[KIND_PERSON].slots[definition_slot(f.d, KIND_PERSON, KIND_ACCOUNT, theirs)], size);
    assert_int_equal(definition_slot(f.d, KIND_PERSON, KIND_ACCOUNT, unread), NONE);
    assert_int_equal(definition_slot(f.d, KIND_ACCOUNT, KIND_ACCOUNT, unread), unread);
    assert_int_equal(slot_named(f.d, KIND_DEAL, "person.role")->foreign, KIND_PERSON);
    assert_int_equal(slot_named(f.d, KIND_DEAL, "account.size")->foreign, KIND_ACCOUNT);
    done(&f);
}

static void computed_values_stand_after_what_they_read(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "traits: { person: { ok: bool, n: int } }\n"
                   "scores:\n"
                   "  late: { terms: [ { id: a, points: scores.early + 5 * icp.i.fit } ] }\n"
                   "  early: { owner: sales, above: 80, borderline: { from: 70.5, team: t }, terms: [ { id: a, when: "
                   "bant.b.q, points: 90.25, cap: 85 } ] }\n"
                   "icp: { i: { one: { when: person.ok, weight: 3 }, two: bant.b.passed, match_at: 62.5% } }\n"
                   "bant: { b: { q: person.ok, r: person.n > 3, pass_at: 1 } }\n"));
    const struct kind_model *person = &f.d->kinds[KIND_PERSON];
    size_t place[8];
    assert_int_equal(person->computed_count, 8); /* fit, matched, q, r, yes, passed, early, late */
    for (size_t i = 0; i < person->computed_count; i++) {
        const struct computed *c = &person->computed[i];
        place[c->kind == COMPUTED_SCORE    ? 6 + c->owner
              : c->kind == COMPUTED_ANSWER ? 2 + c->part
              : c->kind <= 1               ? c->kind
                                           : c->kind + 1] = i;
        assert_int_equal(person->slots[c->slot].index, i);
        assert_int_equal(person->slots[c->slot].origin, SLOT_COMPUTED);
    }
    assert_true(place[0] < place[1]);                        /* fit before matched */
    assert_true(place[2] < place[4] && place[3] < place[4]); /* answers before their number */
    assert_true(place[4] < place[5] && place[5] < place[0]); /* passed before the fit that reads it */
    assert_true(place[7] < place[6] && place[0] < place[6]); /* early and fit before late */
    assert_int_equal(f.d->icps[0].match_at, 625000);
    assert_int_equal(f.d->icps[0].criteria[0].weight, 3);
    assert_int_equal(f.d->icps[0].criteria[1].weight, 1);
    assert_int_equal(f.d->bants[0].pass_at, 1);
    const struct score *early = &f.d->scores[1];
    assert_int_equal(early->owner, ROLE_SALES);
    assert_int_equal(early->above, 80000000);
    assert_int_equal(early->borderline_from, 70500000);
    assert_slice(early->borderline_team, "t");
    assert_int_equal(early->terms[0].cap, 85000000);
    assert_int_equal(rule_kind(early->terms[0].points), FIELD_DECIMAL);
    done(&f);
}

static void stages_exits_and_decisions(void **state)
{
    struct fixture f;
    load(&f,
         SLICE("masa: 1\n"
               "events: { a: {}, won: { of: deal, outcome: true }, lost: { of: deal, properties: { why: string } } }\n"
               "traits: { person: { ok: bool } }\n"
               "funnels:\n"
               "  f:\n"
               "    credit: { deal: first }\n"
               "    stages:\n"
               "      A: { owner: marketing, he: א, on: a, again: 30d }\n"
               "      B: { owner: sales, decided_by: sales, sla: 2 business days, return_to: A, reject: [x, y],\n"
               "           route: [ { when: person.ok, to: one }, { to: two } ] }\n"
               "      C: { on: won, carries: true, milestones: [m], advise: { ok: person.ok }, sla: 4 business hours, "
               "again: by hand }\n"
               "    exits:\n"
               "      lost: { on: lost, reason: why, reasons: [price] }\n"
               "      out: { decided_by: sales }\n"
               "report: { through: B }\n"));
    const struct funnel *funnel = &f.d->funnels[0];
    const struct stage *a = &funnel->stages[0], *b = &funnel->stages[1], *c = &funnel->stages[2];
    assert_int_equal(funnel->credit, CREDIT_FIRST);
    assert_slice(a->label.he, "א");
    assert_int_equal(a->again, AGAIN_AFTER);
    assert_int_equal(a->again_after.amount, 30 * DAY_US);
    assert_null(b->enter);
    assert_int_equal(b->decided_by, ROLE_SALES);
    assert_int_equal(b->sla.unit, DURATION_BUSINESS_DAYS);
    assert_int_equal(b->return_to, 0);
    assert_int_equal(b->reject_count, 2);
    assert_int_equal(b->route_count, 2);
    assert_null(b->routes[1].when);
    assert_slice(b->routes[1].to, "two");
    assert_true(c->carries);
    assert_int_equal(c->again, AGAIN_BY_HAND);
    assert_int_equal(c->sla.unit, DURATION_BUSINESS_TIME);
    assert_int_equal(c->sla.amount, 4 * HOUR_US);
    assert_slice(c->milestones[0].name, "m");
    assert_slice(c->advice[0].label.name, "ok");
    assert_path(f.d, funnel->exits[0].reason_path, "properties.why");
    assert_int_equal(funnel->exits[1].decided_by, ROLE_SALES);
    assert_int_equal(funnel->exits[1].reason_path, f.d->decisions.reason);
    const struct event_type *accepted = &f.d->events[event_index(f.d, "lead_accepted")];
    assert_int_equal(accepted->decision, DECISION_ACCEPT);
    assert_int_equal(accepted->rank, RANK_DECISION);
    assert_false(accepted->touch);
    assert_path(f.d, f.d->decisions.role, "properties.role");
    assert_int_equal(f.d->report.through, 1);
    done(&f);
}

static void landings(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { a: {}, b: {}, c: {} }\n"
                   "funnels:\n"
                   "  f:\n"
                   "    stages: { A: { on: a }, B: { on: b }, C: { decided_by: sales }, D: { on: c } }\n"
                   "    exits: { gone: { on: c } }\n"
                   "    landings:\n"
                   "      z: { he: ש, at: B, on: a, again: 30d }\n"
                   "      y: { at: B, when: { did: b }, after: [D, rejected] }\n"
                   "      x: { at: B, on: c, after: gone, again: new event }\n"));
    const struct funnel *funnel = &f.d->funnels[0];
    const struct landing_rule *any = &funnel->landings[0], *won = &funnel->landings[1], *left = &funnel->landings[2];
    assert_int_equal(funnel->landing_count, 3);
    assert_slice(any->label.name, "z"); /* in their own order: the first that holds counts */
    assert_slice(any->label.he, "ש");
    assert_int_equal(any->stage, 1);
    assert_int_equal(any->again, AGAIN_AFTER);
    assert_int_equal(any->again_after.amount, 30 * DAY_US);
    static const char *const ends[] = {"", "gone", "rejected", "disqualified"};
    static const bool after[][4] = {{true, true, true, true}, {true, false, true, false}, {false, true, false, false}};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(landing_is_after(&funnel->landings[i], slice_from(ends[k])), after[i][k]);
    assert_int_equal(won->again, AGAIN_NEW_EVIDENCE);
    assert_int_equal(left->again, AGAIN_NEW_EVENT);
    done(&f);
}

static void settings(void **state)
{
    struct fixture f;
    load(&f,
         SLICE(
             "masa: 1\n"
             "events: { v: { properties: { path: string } }, a: {}, won: { of: deal, properties: { amount: money } },\n"
             "  sent: { properties: { s: string, n: int } }, opened: { properties: { s: string, n: int } } }\n"
             "traits: { account: { size: int } }\n"
             "dimensions: { source: { first_touch: context.campaign.source, values: { g: { en: Google } } },\n"
             "  size: { value: account.size, bands: [10, 100] }, page: { last_touch: v.path } }\n"
             "funnels: { f: { credit: { deal: all }, stages: { A: { on: v }, B: { on: a }, C: { on: a, carries: true } "
             "} },\n"
             "  g: { of: deal, stages: { A: { on: won }, D: { on: won }, E: { on: won } } },\n"
             "  h: { of: account, stages: { G: { enter: { when: account.size > 1 }, again: by hand } } } }\n"
             "kpis: { D>E: { failing: 10% }, g.A>D: { good: 20% }, landing: { rate: visitor > B, visitor: { did: v, "
             "where: { path: /x } } },\n"
             "  A>B: { failing: 50%, good: 70%, excellent: 85.5%, days: 7 }, A>C: { wanted: [25%, 45%] } }\n"
             "sequence: { name: x, sent: sent, opened: opened, which: s, step: n, until: B, steps: { 2: { en: two } } "
             "}\n"
             "channels: { by: source, spend: s.csv, revenue: won.amount, credit: position 40/20/40 }\n"
             "report: { basis: flow, mode: recorded, period: 2026-Q1, compare: the period before, as_of: 2026-04-20, "
             "min_n: 5 }\n"));
    const struct definition *d = f.d;
    assert_int_equal(d->dimensions[0].kind, DIMENSION_FIRST_TOUCH);
    const struct signal *touch = signal_of(d, KIND_PERSON, d->dimensions[0].slot);
    assert_true(touch->match.any);
    assert_int_equal(touch->reduce, REDUCE_FIRST);
    assert_path(d, d->dimensions[0].touch_path, "context.campaign.source");
    assert_slice(d->dimensions[0].values[0].en, "Google");
    assert_int_equal(d->dimensions[1].kind, DIMENSION_VALUE);
    assert_int_equal(d->dimensions[1].bands[1], 100);
    assert_int_equal(signal_of(d, KIND_PERSON, d->dimensions[2].slot)->reduce, REDUCE_LAST);
    assert_true(d->landing.given);
    assert_int_equal(d->landing.stage, 1);
    assert_slice(rule_text(d->landing.visitor.alternatives[0].when), "event.path == \"/x\"");
    assert_int_equal(d->band_count, 4);
    assert_int_equal(d->bands[0].funnel, 1); /* the only one that has both stages */
    assert_int_equal(d->bands[0].to, 2);
    assert_int_equal(d->bands[1].funnel, 1); /* as it says */
    assert_int_equal(d->bands[1].from, 0);
    assert_int_equal(d->bands[2].funnel, 0);
    assert_int_equal(d->bands[2].excellent, 855000);
    assert_int_equal(d->bands[2].target_days, 7);
    assert_true(d->bands[3].has_wanted);
    assert_int_equal(d->bands[3].to, 2);
    assert_int_equal(d->sequence.opened, event_index(d, "opened"));
    assert_int_equal(d->sequence.clicked, NONE);
    assert_path(d, d->sequence.step_path, "properties.n");
    assert_int_equal(d->sequence.steps[0].step, 2);
    assert_int_equal(d->channels.by, 0);
    assert_int_equal(d->channels.revenue_event, event_index(d, "won"));
    assert_int_equal(d->channels.credit_middle, 20);
    assert_int_equal(d->report.basis, BASIS_FLOW);
    assert_int_equal(d->report.through, 1); /* the last that does not carry */
    assert_int_equal(d->report.min_n, 5);
    assert_true(d->report.recorded);
    done(&f);
}

/* What was said for one funnel is not said for another. */
static void another_funnel(void **state)
{
    struct fixture f;
    load(&f,
         SLICE("masa: 1\n"
               "events: { v: {}, sent: { properties: { n: int } }, won: { of: deal, properties: { amount: money } } }\n"
               "dimensions: { source: { first_touch: context.campaign.source } }\n"
               "funnels: { f: { credit: { deal: all }, stages: { A: { on: v }, B: { on: sent }, C: { on: v } } },\n"
               "  deals: { of: deal, stages: { D: { on: won }, E: { on: won }, F: { on: won, carries: true } } },\n"
               "  firms: { of: account, stages: { G: { enter: { when: account.contacts > 1 }, again: by hand } } },\n"
               "  others: { stages: { H: { on: v } } } }\n"
               "kpis: { landing: { rate: visitor > C, visitor: { did: v } } }\n"
               "sequence: { sent: sent, step: n, until: C }\n"
               "channels: { by: source, revenue: won.amount }\n"
               "report: { through: B }\n"));
    const struct definition *own = definition_reported(f.d, 0), *deals = definition_reported(f.d, 1),
                            *firms = definition_reported(f.d, 2), *others = definition_reported(f.d, 3);
    assert_true(own->landing.given && own->sequence.given && own->channels.given);
    assert_int_equal(own->report.through, 1);
    assert_int_equal(deals->report.funnel, 1);
    assert_int_equal(deals->report.through, 1); /* its own last stage that does not carry */
    assert_false(deals->landing.given || deals->sequence.given || deals->channels.given);
    assert_int_equal(deals->channels.revenue_event, event_index(f.d, "won"));
    assert_int_equal(firms->report.through, 0);
    assert_int_equal(firms->channels.revenue_event, NONE);  /* no company has deals of its own */
    assert_true(others->channels.given);                    /* the same persons, */
    assert_int_equal(others->channels.revenue_event, NONE); /* to whom no deal comes */
    done(&f);
}

/* Where no funnel counts persons, what does not say whose it is belongs to the first funnel's kind. */
static void the_usual_kind_is_the_funnels(void **state)
{
    struct fixture f;
    load(&f, SLICE("masa: 1\n"
                   "events: { t: { of: subscription, properties: { plan: string } } }\n"
                   "traits: { subscription: { plan: string } }\n"
                   "signals: { uses: { did: t } }\n"
                   "icp: { i: { a: subscription.plan == 'x' } }\n"
                   "dimensions: { plan: { value: subscription.plan } }\n"
                   "funnels: { f: { of: subscription, stages: { A: { on: t }, B: { enter: signals.uses > 2 && "
                   "icp.i.matched } } } }\n"));
    assert_int_equal(f.d->icps[0].of, KIND_SUBSCRIPTION);
    assert_int_equal(f.d->kinds[KIND_SUBSCRIPTION].signal_count, 2);
    assert_int_equal(f.d->dimensions[0].of, KIND_SUBSCRIPTION);
    done(&f);
}

static struct slice hash_of(struct arena *arena, struct slice text)
{
    struct fixture f;
    load(&f, text);
    struct slice hash = arena_slice(arena, f.d->hash);
    done(&f);
    return hash;
}

/* Key order, white space, comments, quotes and anchors do not matter; values and the order of stages do (and so does
 * that of exits and landings). */
static void the_hash_is_of_the_content(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct slice one = hash_of(
        &arena,
        SLICE(
            "masa: 1\nevents: { a: { en: x }, b: {} }\nfunnels: { f: { stages: { A: { on: a }, B: { on: b } } } }\n"));
    struct slice same = hash_of(
        &arena,
        SLICE("# said otherwise\nfunnels:\n  f:\n    stages:\n      A: &s { on: \"a\" }\n      B:\n        on: b\n"
              "events:\n  b: {}\n  a: { en: 'x' }   # here\nmasa: 1\n"));
    struct slice value = hash_of(
        &arena,
        SLICE(
            "masa: 1\nevents: { a: { en: y }, b: {} }\nfunnels: { f: { stages: { A: { on: a }, B: { on: b } } } }\n"));
    struct slice order = hash_of(
        &arena,
        SLICE(
            "masa: 1\nevents: { a: { en: x }, b: {} }\nfunnels: { f: { stages: { B: { on: b }, A: { on: a } } } }\n"));
    assert_true(slice_equal(one, same));
    assert_false(slice_equal(one, value));
    assert_false(slice_equal(one, order));
#define LANDING(rules)                                                                                                 \
    SLICE("masa: 1\nevents: { a: {}, b: {} }\nfunnels: { f: { stages: { A: { on: a }, B: { on: a }, C: { on: a } }, "  \
          "landings: { " rules " } } }\n")
    assert_false(slice_equal(hash_of(&arena, LANDING("x: { at: B, on: a }, y: { on: b, at: B }")),
                             hash_of(&arena, LANDING("y: { at: B, on: b }, x: { on: a, at: B }"))));
    struct fixture f;
    load(&f, SLICE("masa: 1\n"));
    struct slice tables = definition_version(f.d, SLICE("2026a"), &arena),
                 others = definition_version(f.d, SLICE("2026b"), &arena);
    assert_int_equal(tables.len, 32);
    assert_false(slice_equal(tables, others));
    assert_true(slice_equal(tables, definition_version(f.d, SLICE("2026a"), &arena)));
    done(&f);
    arena_release(&arena);
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static size_t load_file(const char *folder, const char *name, struct slice *first, struct arena *arena)
{
    char path[512];
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct definition_file *file = definition_load(path, &diagnostics);
    assert_int_equal(file != NULL, diagnostics.error_count == 0);
    size_t errors = diagnostics.error_count;
    if (errors) {
        const struct diagnostic *d = &diagnostics.list.at[0];
        struct slice rest = d->file, folder_name = slice_from(folder);
        if (slice_starts(rest, folder_name)) rest = slice_skip(rest, folder_name.len + 1);
        *first = arena_printf(arena, "%.*s:%d:%d: %.*s", SLICE_ARG(rest), d->line, d->column, SLICE_ARG(d->message));
    } else {
        *first = arena_slice(arena, definition_of(file)->hash);
    }
    definition_free(file);
    diagnostics_release(&diagnostics);
    return errors;
}

static void files_include_files(void **state)
{
    char folder[] = "/tmp/masa-definition-XXXXXX";
    struct arena arena;
    struct slice whole, said;
    arena_init(&arena);
    assert_non_null(mkdtemp(folder));
    write_file(folder, "whole.yaml", "masa: 1\nevents: { a: {}, b: {} }\ntraits: { person: { x: int, y: int } }\n");
    write_file(folder, "main.yaml",
               "masa: 1\ninclude: [more.yaml]\nevents: { a: {} }\ntraits: { person: { x: int } }\n");
    write_file(folder, "more.yaml", "events: { b: {} }\ntraits: { person: { y: int } }\n");
    assert_int_equal(load_file(folder, "whole.yaml", &whole, &arena), 0);
    assert_int_equal(load_file(folder, "main.yaml", &said, &arena), 0);
    assert_true(slice_equal(whole, said)); /* the same content, the same hash */
    write_file(folder, "more.yaml", "events:\n  a: {}\n");
    assert_int_equal(load_file(folder, "main.yaml", &said, &arena), 1);
    assert_non_null(strstr(said.ptr, "more.yaml:2:3: `a` is given twice, first in "));
    write_file(folder, "more.yaml", "include: main.yaml\n");
    assert_int_equal(load_file(folder, "main.yaml", &said, &arena), 1);
    assert_non_null(strstr(said.ptr, "main.yaml` is included twice"));
    write_file(folder, "more.yaml", "include: ../x.yaml\n");
    assert_int_equal(load_file(folder, "main.yaml", &said, &arena), 1);
    assert_slice(said, "more.yaml:1:10: this cannot be included");
    assert_int_equal(load_file(folder, "none.yaml", &said, &arena), 1);
    assert_non_null(strstr(said.ptr, "cannot be read: No such file"));
    static const char *const names[] = {"whole.yaml", "main.yaml", "more.yaml"};
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_one_has_what_is_always_there),
        cmocka_unit_test(company_and_signatures),
        cmocka_unit_test(events_fields_and_traits),
        cmocka_unit_test(conditions_become_one_rule_for_each_event),
        cmocka_unit_test(signals_of_every_sort),
        cmocka_unit_test(leaves_that_count_the_same_share_a_signal),
        cmocka_unit_test(clauses_keep_their_names),
        cmocka_unit_test(values_of_others_get_a_slot_when_they_are_read),
        cmocka_unit_test(computed_values_stand_after_what_they_read),
        cmocka_unit_test(stages_exits_and_decisions),
        cmocka_unit_test(landings),
        cmocka_unit_test(settings),
        cmocka_unit_test(another_funnel),
        cmocka_unit_test(the_usual_kind_is_the_funnels),
        cmocka_unit_test(the_hash_is_of_the_content),
        cmocka_unit_test(files_include_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
