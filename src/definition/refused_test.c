/* Bad definitions: for each, the place and the words of the first error (by place), with its remedy where a nearest
 * name is offered. `masa: 1` is added as the last line unless the text is marked WHOLE. */
#include "base/buffer.h"
#include "base/test.h"
#include "definition/load.h"

#define WHOLE "!"
#define EVENTS                                                                                                         \
    "events: { a: { properties: { n: int, s: string, k: { one_of: [x, y] }, m: money, l: { list_of: string }, "        \
    "at: instant, r: 1..3, d: decimal, yes: answer } }, b: {}, won: { of: deal, properties: { amount: money, reason: " \
    "string } } }\n"
#define TRAITS                                                                                                         \
    "traits: { person: { role: { one_of: [cfo, cto] }, name: string, ok: bool, rank: 1..5, g: { x: int } }, account: " \
    "{ size: int, revenue: money, pains: { list_of: string } } }\n"
#define STAGE(stage) "funnels: { f: { stages: { A: { on: a }, B: { " stage " } } } }\n"

static const struct row {
    const char *yaml;
    int line, column;
    const char *said; /* the beginning of the message, or the whole of it with the remedy in brackets */
} rows[] = {
    {"teams: [a]\n", 1, 8, "teams must be a map, and is a list"},
    {"teams: { a b: {} }\n", 1, 10, "`a b` cannot be the name of a team"},
    {"teams: { east: { h: x } }\n", 1, 18, "a team has no key `h` [its keys are: he en]"},
    {"teams: { east: }\n" EVENTS STAGE("on: b, route: [ { to: esat } ]"), 3, 68,
     "there is no team `esat` [did you mean `east`?]"},
    {"teams: { east: }\n" EVENTS STAGE("on: b, route: [ { to: w } ]"), 3, 68,
     "there is no team `w` [declare it: teams: w:]"},
    {"teams: { east: }\nscores: { s: { above: 2, borderline: { from: 1, team: sales }, terms: [ { id: a, points: 3 } "
     "] } }\n",
     2, 55, "there is no team `sales`"},
    {EVENTS STAGE("on: b, sla: { remind: { after: 1d } }"), 2, 58, "this sla says no time"},
    {EVENTS STAGE("on: b, sla: { within: 2d, warn: 1d }"), 2, 72, "an sla has no key `warn` [its keys are: "},
    {EVENTS STAGE("on: b, sla: { within: 2d, remind: 1d }"), 2, 80, "a reminder must be a map"},
    {EVENTS STAGE("on: b, sla: { within: 2d, remind: { before: 2d } }"), 2, 90, "this comes before the clock begins"},
    {EVENTS STAGE("on: b, sla: { within: 2d, remind: [ { after: 1d, late: 1d } ] }"), 2, 101,
     "a reminder has one time"},
    {EVENTS STAGE("on: b, sla: { within: 2d, escalate: { late: 1d } }"), 2, 82, "this escalates to nobody"},
    {EVENTS STAGE("on: b, return: [x]"), 2, 61, "nothing says where a return goes back to"},
    {EVENTS STAGE("on: b, milestones: { pilot: { en: p, nedds: x } }"), 2, 83, "a milestone has no key `nedds`"},
    {EVENTS TRAITS
     "bant: { s: { budget: person.ok } }\n" STAGE("decided_by: sales, reject: { money: { needs: s.bugdet } }"),
     4, 91, "there is no question `s.bugdet` [did you mean `s.budget`?]"},
    {"brief: { pain: {} }\n", 1, 10, "brief has no key `pain` [did you mean `pains`?]"},
    {EVENTS TRAITS "brief: { pains: { a: { when: person.ok } } }\n", 3, 19,
     "`a` says nothing that people could read [give it he: and en:]"},
    {EVENTS TRAITS "brief: { openers: { a: { en: x, answers: s.b } } }\n", 3, 33,
     "a text of the brief has no key `answers`"},
    {EVENTS TRAITS "brief: { questions: { a: { en: x, answers: s.b } } }\n", 3, 44,
     "there is no question `s.b` [name a question of a bant: sales.budget]"},
    {EVENTS TRAITS "bant: { s: { of: account, b: account.size > 1 } }\n"
                   "brief: { of: person, questions: { a: { en: x, answers: s.b } } }\n",
     4, 56, "the brief is of the kind person, and this bant of the kind account"},
    {EVENTS TRAITS "brief: { pains: { a: { en: x, when: person.okk } } }\n", 3, 37,
     "there is no `person.okk` [did you mean `person.ok`?]"},
    {EVENTS TRAITS "brief: { pains: { a: { en: x, when: person.rank > 5 } } }\n", 3, 37, "nobody is ever told this"},
    {EVENTS TRAITS "playbooks: { a: { steps: [x] } }\n", 3, 14, "this playbook does not say for which situation it is"},
    {EVENTS TRAITS "playbooks: { a: { when: person.ok } }\n", 3, 14, "this playbook has no steps"},
    {EVENTS TRAITS "playbooks: { a: { when: person.ok, steps: [ { en: } ] } }\n", 3, 43, "this playbook has no steps"},
    {EVENTS TRAITS "playbooks: { a: { when: person.ok, steps: [x], refreshed: soon } }\n", 3, 59,
     "refreshed must be a date"},
    {EVENTS TRAITS "playbooks: { a: { when: person.ok && !person.ok, steps: [x] } }\n", 3, 25,
     "nobody is ever in this situation"},
    {EVENTS TRAITS "buying_group: { a: { part: decides } }\n", 3, 17, "nothing says who sits here"},
    {EVENTS TRAITS "buying_group: { a: { when: person.ok } }\n", 3, 17, "this seat has no part in buying"},
    {EVENTS TRAITS "buying_group: { a: { when: person.ok, part: decide } }\n", 3, 45,
     "part cannot be `decide` [did you mean `decides`?]"},
    {WHOLE "events: {}\n", 1, 1, "the version of the language is missing"},
    {WHOLE "masa: 2\n", 1, 7, "this program reads version 1 of the language"},
    {"evnts: {}\n", 1, 1, "a definition has no key `evnts` [did you mean `events`?]"},
    {WHOLE "- a\n- b\n", 1, 1, "a definition must be a map, and is a list"},
    {"events: {}\nevents: {}\n", 2, 1, "`events` is given twice, first in line 1"},
    {"company: { locale: hebrew }\n", 1, 20, "`hebrew` is not a locale"},
    {"company: { zone: Jerusalem }\n", 1, 18, "`Jerusalem` is not the name of a zone"},
    {"company: { currency: shekel }\n", 1, 22, "`shekel` is not a currency"},
    {"company: { currency: NIS }\n", 1, 22, "`NIS` is not a currency [the shekel is ILS]"},
    {EVENTS TRAITS STAGE("enter: person.rank > 1 and person.ok"), 3, 69,
     "expected an operator or the end, found 'and' [\"and\" is written &&]"},
    {EVENTS TRAITS STAGE("enter: 'person.rank > \"1\"'"), 3, 66,
     "no '>' for int and string [a number is written without quotes]"},
    {"company: { week: tuesday }\n", 1, 18, "week cannot be `tuesday` [did you mean `sunday`?]"},
    {"company: { workdays: [sunday, mondey] }\n", 1, 31, "a workday cannot be `mondey` [did you mean `monday`?]"},
    {"company: { hours: 9-17 }\n", 1, 19, "`9-17` are not working hours"},
    {"company: { holidays: jewish }\n", 1, 22, "holidays cannot be `jewish`"},
    {"company: { holidays: [2026-02-30] }\n", 1, 23, "a holiday must be a date"},
    {"company: { nmae: x }\n", 1, 12, "company has no key `nmae` [did you mean `name`?]"},
    {"agreed: { marketing: yes }\n", 1, 22, "a signature cannot be `yes`"},
    {"events: { \"a b\": {} }\n", 1, 11, "`a b` cannot be the name of an event"},
    {"events: { a: { propertys: {} } }\n", 1, 16, "an event has no key `propertys` [did you mean `properties`?]"},
    {"events: { a: { of: persons } }\n", 1, 20, "of cannot be `persons` [did you mean `person`?]"},
    {"events: { a: { key: id } }\n", 1, 21, "only events of a deal or a subscription have a key"},
    {"events: { identify: {} }\n", 1, 11, "`identify` needs no declaration"},
    {"events: { a: { properties: { n: integer } } }\n", 1, 33, "`integer` is not a type"},
    {"events: { a: { properties: { n: { he: x } } } }\n", 1, 33, "this says no type"},
    {"events: { a: { properties: { in: int } } }\n", 1, 30, "`in` cannot be the name of a property"},
    {"events: { a: { properties: { n: { one_of: [x, X] } } } }\n", 1, 47, "`X` is given twice"},
    {"events: { a: { properties: { n: { list_of: answer } } } }\n", 1, 44, "a list or map cannot hold this type"},
    {EVENTS "signals: { n: { did: a }, t: { of: account, members: n } }\n", 2, 54, "members must be a map"},
    {EVENTS "signals: { n: { did: a }, t: { of: account, members: { sum: n, with: n } } }\n", 2, 54,
     "members are added up or counted [{ sum: visits } or { with: visits, at_least: 3 }]"},
    {EVENTS "signals: { n: { did: a }, t: { of: account, members: { sum: n, at_least: 2 } } }\n", 2, 54,
     "members are added up or counted"},
    {EVENTS "signals: { t: { of: account, members: { sum: nn } }, n: { did: a } }\n", 2, 46,
     "there is no `signals.nn` [did you mean `signals.n`?]"},
    {EVENTS "signals: { n: { did: a, last: s }, t: { of: account, members: { with: n } } }\n", 2, 71,
     "`signals.n` is string, which cannot be added up over people"},
    {EVENTS "signals: { n: { did: a, sum: m }, t: { of: account, members: { sum: n } } }\n", 2, 69,
     "`signals.n` is money, which cannot be added up over people"},
    {EVENTS "signals: { n: { did: a }, t: { of: person, members: { sum: n } } }\n", 2, 53,
     "only accounts, deals and subscriptions have members"},
    {EVENTS "signals: { n: { did: a }, t: { of: account, members: { sum: n, role: all } } }\n", 2, 70,
     "an account's people have no role"},
    {EVENTS "signals: { n: { did: a }, t: { of: deal, members: { sum: n, role: main } } }\n", 2, 67,
     "role cannot be `main`"},
    {EVENTS "signals: { n: { did: a }, t: { of: deal, members: { sum: n } }, u: { of: deal, members: { sum: t } } }\n",
     2, 96, "`signals.t` is of the kind deal, which the kind person may not read"},
    {EVENTS "signals: { n: { did: a }, t: { of: account, members: { sum: n }, within: 3d } }\n", 2, 66,
     "a signal of members has no key `within`"},
    {EVENTS
     "signals: { n: { did: a }, t: { of: account, members: { sum: n } }, u: { of: account, members: { sum: t } } }\n",
     2, 102, "`signals.t` is no signal of persons"},
    {"events: { a: { burst: 3 } }\n", 1, 23, "burst must be a map"},
    {"events: { a: { burst: { times: 3 } } }\n", 1, 23, "a burst is so many in so long"},
    {"events: { a: { burst: { times: 1, within: 5s } } }\n", 1, 32, ""},
    {"events: { a: { burst: { times: 3, within: 2 calendar days } } }\n", 1, 43, "no machine needs that long"},
    {"events: { a: { of: account, burst: { times: 3, within: 5s } } }\n", 1, 36,
     "only what persons do can be a machine's"},
    {"events: { a: { crowd: { people: 3 } } }\n", 1, 23, "a crowd is so many in so long"},
    {"events: { a: { crowd: { people: 1, within: 5s } } }\n", 1, 33, ""},
    {"events: { a: { crowd: { people: 3, within: 2d } } }\n", 1, 44, "no machine needs that long"},
    {"events: { a: { crowd: { people: 3, within: 2s } } }\n", 1, 11,
     "people are of one company by their addresses, and no trait `person.email` is declared"},
    {"events: { a: { prefetch: maybe } }\n", 1, 26, "prefetch is true or false"},
    {"events: { a: { touch: maybe } }\n", 1, 23, "touch is true or false"},
    {"events: { lead_accepted: { outcome: true } }\n", 1, 37, "a decision is no outcome"},
    {"traits: { persons: { a: int } }\n", 1, 11, "traits has no key `persons` [did you mean `person`?]"},
    {"events: { a: { properties: { n: int } } }\ntraits: { person: { n: { type: int, from: a.m } } }\n", 2, 43,
     "`a` has no property `m`"},
    {EVENTS "traits: { person: { n: { type: int, from: c.n } } }\n", 2, 43, "there is no event `c`"},
    {EVENTS "traits: { person: { n: { type: int, from: a.s } } }\n", 2, 43, "`a.s` does not fit a trait of type int"},
    {EVENTS "traits: { person: { n: { type: money, from: won.amount } } }\n", 2, 45,
     "`won` is an event of the kind deal, not person"},
    {EVENTS "traits: { deal: { size: int } }\n", 2, 25, "nothing brings `deal.size`"},
    {"traits: { account: { contacts: int } }\n", 1, 22, "`account.contacts` is the number of related persons"},
    {EVENTS STAGE("on: c"), 2, 50, "there is no event `c`"},
    {EVENTS STAGE("enter: { did: a, where: { q: 1 } }"), 2, 72, "`a` has no property `q`"},
    {EVENTS STAGE("enter: { did: a, where: { n: many } }"), 2, 75, "`n` is declared int, and `many` is no such value"},
    {EVENTS STAGE("enter: { did: a, where: { k: z } }"), 2, 75, "`z` is not among the values of `k`"},
    {EVENTS STAGE("enter: { did: a, where: { s: { above: 3 } } }"), 2, 77,
     "`above` does not fit `s`, which is declared string"},
    {EVENTS STAGE("enter: { did: a, where: { n: { starts: 3 } } }"), 2, 77,
     "`starts` does not fit `n`, which is declared int"},
    {EVENTS STAGE("enter: { did: a, where: { n: { over: 3 } } }"), 2, 77, "a condition has no key `over`"},
    {EVENTS STAGE("enter: { did: a, where: { m: lots } }"), 2, 75, "`m` is declared money, and `lots` is none"},
    {EVENTS STAGE("enter: { did: a, where: { at: { above: soon } } }"), 2, 85,
     "`at` is declared instant, and `soon` is no such value"},
    {EVENTS STAGE("enter: { did: a, where: { yes: perhaps } }"), 2, 77,
     "`yes` is declared answer, and `perhaps` is no such value"},
    {EVENTS STAGE("enter: { did: a, where: { n: [] } }"), 2, 75, "one of nothing is never true"},
    {EVENTS STAGE("enter: { did: a, where: { n: } }"), 2, 73, "this is no value for `n`"},
    {EVENTS STAGE("enter: { did: a, where: { context.campaign.sorce: x } }"), 2, 72,
     "there is no usual field `context.campaign.sorce` [did you mean `context.campaign.source`?]"},
    {EVENTS STAGE("enter: { did: a, when: \"event.n >\" }"), 2, 79, "expected a value, found the end"},
    {EVENTS STAGE("enter: { did: a, when: event.q > 1 }"), 2, 69, "`a` has no property `q`"},
    {EVENTS TRAITS STAGE("enter: { did: a, when: person.role == \"cfo\" }"), 3, 69,
     "an expression over an event may read event.* and context.* only, not `person.role`"},
    {EVENTS STAGE("enter: { did: a, times: 0 }"), 2, 70, "times must be from 1 to 1000000"},
    {EVENTS STAGE("enter: { did: a, within: 30 }"), 2, 71, "within must be a length of time, at most a hundred years"},
    {EVENTS STAGE("enter: { did: a, within: 2 business days }"), 2, 71, "a window is counted in time or calendar days"},
    {EVENTS STAGE("enter: { did: a, distinct: q }"), 2, 73, "`a` has no property `q`"},
    {EVENTS STAGE("enter: { did: a, distinct: l }"), 2, 73, "lists and maps cannot be counted apart"},
    {EVENTS STAGE("enter: { did: a, since: A }"), 2, 70, "`A` is not the entry of a stage"},
    {EVENTS STAGE("enter: { did: a, since: entered(C) }"), 2, 70, "the funnel `f` has no stage `C`"},
    {EVENTS STAGE("enter: { did: a, since: entered(B) }"), 2, 41,
     "a circle: `B` needs what happens since the entry of `B`, which cannot come before it"},
    {EVENTS STAGE("enter: { did: a, human: yes }"), 2, 70, "human is true or false"},
    {EVENTS STAGE("on: won"), 2, 50, "`won` is an event of the kind deal, and this counts events of the kind person"},
    {EVENTS STAGE("enter: { quiet: a }"), 2, 62, "quiet needs for: how long"},
    {EVENTS STAGE("enter: { did: a, where: { r: { above: 3 } } }"), 2, 53,
     "no event can ever match: `event.r > 3` can never be"},
    {EVENTS STAGE("enter: { did: a, where: { k: x }, when: event.k == \"y\" }"), 2, 53,
     "no event can ever match: `event.k == \"y\"` contradicts `event.k == \"x\"`"},
    {EVENTS STAGE("enter: [ { did: a } ]"), 2, 53, "must all of these hold, or any of them?"},
    {EVENTS STAGE("enter: { did: a, quiet: a, for: 3d }"), 2, 70, "a clause is one thing, not did and quiet"},
    {EVENTS STAGE("enter: { al: [ { did: a } ], x: 1 }"), 2, 55, "this is no clause [did you mean `all`?]"},
    {EVENTS STAGE("enter: { did: a, tmes: 3 }"), 2, 63, "this clause has no key `tmes` [did you mean `times`?]"},
    {EVENTS STAGE("enter: { at_least: 2 }"), 2, 65, "at_least needs the list of: what"},
    {EVENTS STAGE("enter: { at_least: 3, of: [ { did: a }, { did: b } ] }"), 2, 65, "at least 3 of 2 can never hold"},
    {EVENTS STAGE("enter: { all: [] }"), 2, 60, "`all` of nothing"},
    {EVENTS STAGE("enter: { all: [ { did: a } ], of: [ ] }"), 2, 80, "of: goes with at_least:"},
    {EVENTS TRAITS STAGE("enter: { when: person.rol == \"cfo\" }"), 3, 61,
     "there is no `person.rol` [did you mean `person.role`?]"},
    {EVENTS TRAITS STAGE("enter: { when: person.g == 1 }"), 3, 61, "`person.g` is a group of values"},
    {EVENTS TRAITS STAGE("enter: { when: account.sise > 3 }"), 3, 61,
     "there is no `account.sise` [did you mean `account.size`?]"},
    {EVENTS TRAITS STAGE("enter: { when: person.role == \"ceo\" }"), 3, 76,
     "\"ceo\" is none of the choices [did you mean \"cfo\"?]"},
    {EVENTS TRAITS STAGE("enter: { when: account.size >= \"many\" }"), 3, 74, "no '>=' for int and string"},
    {EVENTS TRAITS STAGE("enter: { when: account.size }"), 3, 61,
     "the expression gives a whole number, wanted: yes or no"},
    {EVENTS TRAITS STAGE("enter: { when: event.n > 1 }"), 3, 61,
     "`event.n` can be read only in the `when:` of a `did:`"},
    {EVENTS TRAITS STAGE("enter: { when: now > 1 }"), 3, 61, "rules have no `now`: time enters through signals"},
    {EVENTS TRAITS STAGE("enter: { when: signals.clicks > 1 }"), 3, 61, "there is no `signals.clicks`"},
    {EVENTS "traits: { deal: { amount: money } }\n" STAGE("enter: { when: has(deal.amount) }"), 3, 65,
     "a rule of the kind person may not read `deal.amount`, which is of the kind deal"},
    {EVENTS TRAITS STAGE("enter: { when: foo(person.name) }"), 3, 61, "there is no function 'foo'"},
    {EVENTS TRAITS "funnels:\n  f:\n    stages:\n      A: { on: a }\n      B:\n        enter: person.ok &&\n          "
                   "account.sise > 3\n",
     9, 11, "there is no `account.sise` [did you mean `account.size`?]"},
    {EVENTS TRAITS STAGE("enter: { when: 'person.role in [\"cfo\", \"ceo\"]' }"), 3, 85,
     "\"ceo\" is none of the choices [did you mean \"cfo\"?]"},
    {EVENTS TRAITS STAGE(
         "enter: { when: 'account.revenue > money(5, \"USD\") && account.revenue < money(3, \"USD\")' }"),
     3, 53, "nobody can reach this stage: `account.revenue < money(3, \"USD\")` contradicts"},
    {"signals: { x: { within: 3d } }\n", 1, 12, "`x` says no event it is made of"},
    {EVENTS "signals: { x: { did: a, sum: n, last: s } }\n", 2, 39, "a signal keeps one thing"},
    {EVENTS "signals: { x: { did: a, sum: s } }\n", 2, 30, "`s` is declared string and does not fit here"},
    {EVENTS "signals: { x: { did: a, streak: month } }\n", 2, 33, "streak cannot be `month`"},
    {EVENTS "signals: { x: { did: a, days_since: false } }\n", 2, 37, "days_since: false says nothing"},
    {"events: { a: { properties: { n: int } }, b: { properties: { n: string } } }\nsignals: { x: { did: [a, b], last: "
     "n } }\n",
     2, 36, "`n` has not one type in these events"},
    {EVENTS "signals: { x: { did: a, half_live: 3d } }\n", 2, 25,
     "a signal has no key `half_live` [did you mean `half_life`?]"},
    {EVENTS "signals: { x: { weigh: { a: 1 }, half_life: 36h } }\n", 2, 45, "a half life is counted in whole days"},
    {EVENTS "signals: { x: { did: a, cap: 3 } }\n", 2, 30, "cap goes with weigh:"},
    {EVENTS "signals: { x: { weigh: { a: 1 }, half_life: 3d, within: 3d } }\n", 2, 45,
     "points either fade (half_life) or leave a window (within)"},
    {EVENTS "signals: { x: { weigh: { a: { at_most: 3 } } } }\n", 2, 29, "this weight has no points"},
    {EVENTS "signals: { x: { weigh: { a: lots } } }\n", 2, 29, "points must be a number"},
    {EVENTS "signals: { x: { weigh: { c: 1 } } }\n", 2, 26, "there is no event `c`"},
    {EVENTS "signals: { x: { did: won } }\n", 2, 22,
     "`won` is an event of the kind deal, and this counts events of the kind person"},
    {EVENTS "signals: { x: { did: a, weigh: { a: 1 } } }\n", 2, 22, "a signal that weighs has no did:"},
    {EVENTS "signals: { x: { did: a, since: entered(A) } }\nfunnels: { f: { stages: { A: { on: a } } }, g: { stages: { "
            "A: { on: a } } } }\n",
     2, 32, "say of which funnel `A` is a stage"},
    {EVENTS "signals: { x: { did: a, since: entered(A) } }\n", 2, 32, "there is no funnel for `A`"},
    {"icp: { x: { match_at: 60% } }\n", 1, 8, "this icp has no criterion"},
    {TRAITS "icp: { x: { a: person.ok, match_at: 60 } }\n", 2, 37, "match_at must be a percentage from 0% to 100%"},
    {TRAITS "icp: { x: { a: { when: person.ok, weight: 0 } } }\n", 2, 43, "a weight must be from 1 to 1000000"},
    {TRAITS "icp: { x: { a: { if: person.ok } } }\n", 2, 16, "a criterion says when: it holds"},
    {TRAITS "icp: { x: { of: account, a: person.ok } }\n", 2, 29,
     "a rule of the kind account may not read `person.ok`, which is of the kind person"},
    {TRAITS "icp: { x: { a: { when: person.rank > 5 } } }\n", 2, 24,
     "nobody can meet this criterion: `person.rank > 5` can never be"},
    {TRAITS "bant: { x: { a: person.ok, pass_at: 2 } }\n", 2, 37,
     "pass_at (of the questions asked) must be from 1 to 1"},
    {TRAITS "bant: { x: { yes: person.ok } }\n", 2, 9, "this bant asks nothing"},
    {TRAITS "bant: { x: { a: account.size } }\n", 2, 17, "the expression gives a whole number, wanted: yes or no"},
    {"scores: { x: { above: 3 } }\n", 1, 11, "this score has no terms"},
    {TRAITS "scores: { x: { terms: [ { id: a, when: person.ok } ] } }\n", 2, 25, "this term gives no points"},
    {TRAITS "scores: { x: { terms: [ { points: 3 } ] } }\n", 2, 25, "a term needs an id"},
    {"scores: { x: { terms: [ { id: a, points: 3 }, { id: a, points: 4 } ] } }\n", 1, 53, "two terms have the id `a`"},
    {TRAITS "scores: { x: { terms: [ { id: a, points: person.name } ] } }\n", 2, 42,
     "the expression gives text, wanted: a whole number or a number"},
    {"scores: { x: { above: 50, borderline: { from: 60 }, terms: [ { id: a, points: 90 } ] } }\n", 1, 47,
     "the borderline does not begin below above:"},
    {"scores: { x: { terms: [ { id: a, points: scores.y } ] }, y: { terms: [ { id: a, points: scores.x } ] } }\n", 1,
     11, "a circle: `scores.x` needs `scores.y` needs `scores.x`"},
    {"scores: { x: { terms: [ { id: a, points: scores.x } ] } }\n", 1, 11, "a circle: `scores.x` needs `scores.x`"},
    {"icp: { i: { a: scores.x > 1 } }\nscores: { x: { terms: [ { id: a, points: 5 * icp.i.fit } ] } }\n", 1, 8,
     "a circle: `icp.i.fit` needs `scores.x` needs `icp.i.fit`"},
    {"scores: { x: { above: 80, terms: [ { id: a, points: 60 }, { id: b, points: 20 } ] } }\n", 1, 11,
     "nobody can score above 80: the terms add up to at most 80"},
    {"scores: { x: { owner: sale, terms: [ { id: a, points: 60 } ] } }\n", 1, 23,
     "a role cannot be `sale` [did you mean `sales`?]"},
    {"funnels: { f: { of: person } }\n", 1, 12, "this funnel has no stages"},
    {EVENTS STAGE("owner: sales"), 2, 41, "nothing says how `B` is entered; what cannot be measured is no stage"},
    {EVENTS STAGE("on: a, decided_by: sales"), 2, 41, "a stage is entered in one way, and `B` has 2"},
    {EVENTS STAGE("on: a, carry: true"), 2, 53, "a stage has no key `carry`"},
    {EVENTS "funnels: { f: { stages: { A: { on: a }, a: { on: b } } } }\n", 2, 41, "two stages have the name `a`"},
    {"funnels: { f: { stages: { A: { decided_by: sales } } } }\n", 1, 44,
     "the first stage has none before it that could be decided about"},
    {EVENTS "funnels: { f: { stages: { A: { on: a, sla: 3d } } } }\n", 2, 44,
     "an sla runs from the stage before, and there is none"},
    {EVENTS STAGE("on: a, sla: soon"), 2, 58, "sla must be a length of time, at most a hundred years"},
    {EVENTS STAGE("decided_by: sales, return_to: C }, C: { on: b"), 2, 76, "`C` is not before `B`; a return goes back"},
    {EVENTS STAGE("decided_by: sales, return_to: AA"), 2, 76, "the funnel `f` has no stage `AA` [did you mean `A`?]"},
    {EVENTS STAGE("on: a, again: sometimes"), 2, 60, "again cannot be `sometimes`"},
    {EVENTS STAGE("on: a, reject: [x]"), 2, 61, "only a stage that people decide can be rejected"},
    {EVENTS STAGE("decided_by: sales, reject: [x, x]"), 2, 77, "`x` is given twice"},
    {EVENTS STAGE("decided_by: sales, carries: true"), 2, 74, "a stage that people decide cannot carry"},
    {EVENTS STAGE("decided_by: seller"), 2, 58, "a role cannot be `seller` [did you mean `sales`?]"},
    {EVENTS TRAITS STAGE("on: a, route: [ { to: x }, { when: person.ok, to: y } ]"), 3, 73,
     "nobody takes this route: the one before takes all"},
    {EVENTS TRAITS STAGE("on: a, route: [ { when: person.ok } ]"), 3, 62, "this route leads nowhere"},
    {EVENTS "funnels: { f: { of: deal, credit: { deal: primary }, stages: { A: { on: won } } } }\n", 2, 35,
     "credit brings deals to persons, and this funnel is of the kind deal"},
    {EVENTS "funnels: { f: { credit: { deal: main }, stages: { A: { on: a } } } }\n", 2, 33,
     "credit of deals cannot be `main`"},
    {EVENTS "funnels: { f: { stages: { A: { on: a } }, exits: { e: { reasons: [x] } } } }\n", 2, 52,
     "an exit is made in one way, and `e` has 0"},
    {EVENTS "funnels: { f: { stages: { A: { on: a } }, exits: { rejected: { on: b } } } }\n", 2, 52,
     "`rejected` is the exit that a rejection makes"},
    {EVENTS "funnels: { f: { stages: { A: { on: a } }, exits: { e: { on: b, reasons: [x] } } } }\n", 2, 73,
     "`b` has no property `reason` that could hold the reason"},
    {EVENTS "funnels: { f: { stages: { A: { on: a } }, exits: { e: { on: a, reason: n } } } }\n", 2, 72,
     "the reason `n` is declared int"},
    {EVENTS "funnels: { f: { of: market, stages: { A: { on: a } } } }\n", 2, 21, "of cannot be `market`"},
    {EVENTS TRAITS STAGE("enter: { when: account.size >= 100 && account.size < 50 }"), 3, 53,
     "nobody can reach this stage: `account.size < 50` contradicts `account.size >= 100`"},
    {EVENTS TRAITS STAGE("enter: { all: [ { when: account.size >= 100 }, { not: { when: account.size > 50 } } ] }"), 3,
     53, "nobody can reach this stage: `!(account.size > 50)` contradicts `account.size >= 100`"},
    {EVENTS TRAITS STAGE("enter: { all: [ { when: person.role == \"cfo\" }, { when: person.role == \"cto\" } ] }"), 3,
     53, "nobody can reach this stage: `person.role == \"cto\"` contradicts `person.role == \"cfo\"`"},
    {EVENTS TRAITS STAGE("enter: { when: \"person.role in [\\\"cfo\\\"] && person.role != \\\"cfo\\\"\" }"), 3, 53,
     "nobody can reach this stage: `person.role != \"cfo\"` contradicts `person.role in"},
    {EVENTS TRAITS STAGE("enter: { when: person.name == \"a\" && person.name == \"b\" }"), 3, 53,
     "nobody can reach this stage: `person.name == \"b\"` contradicts `person.name == \"a\"`"},
    {EVENTS TRAITS STAGE("enter: { when: person.ok && !person.ok }"), 3, 53,
     "nobody can reach this stage: `!person.ok` contradicts `person.ok`"},
    {EVENTS TRAITS STAGE("enter: { when: person.rank == 6 }"), 3, 53,
     "nobody can reach this stage: `person.rank == 6` can never be"},
    {EVENTS TRAITS STAGE("enter: { any: [ { when: person.rank > 5 }, { when: person.rank < 1 } ] }"), 3, 53,
     "nobody can reach this stage: `person.rank < 1` can never be"},
    {EVENTS TRAITS STAGE("enter: { when: person.ok && false }"), 3, 53,
     "nobody can reach this stage: `false` can never be"},
    {EVENTS STAGE("enter: { when: \"true\" }"), 2, 53,
     "nobody can reach this stage: there is no event or trait behind it"},
    {EVENTS "signals: { x: { weigh: { a: { points: 2, at_most: 3 } } } }\n" STAGE("enter: { when: signals.x > 6 }"), 3,
     53, "nobody can reach this stage: `signals.x > 6` can never be"},
    {EVENTS "signals: { x: { weigh: { a: 2 }, cap: 40 } }\n" STAGE("enter: { when: signals.x > 40 }"), 3, 53,
     "nobody can reach this stage: `signals.x > 40` can never be"},
    {EVENTS STAGE("enter: { did: a, distinct: k, times: 3 }"), 2, 53,
     "nobody can reach this stage: `at least 3 different values` can never be"},
    {EVENTS TRAITS
     "scores: { x: { terms: [ { id: a, points: 60, when: person.ok }, { id: b, points: 10, cap: 5 } ] } }\n" STAGE(
         "enter: { when: scores.x > 80 }"),
     4, 53, "nobody can reach this stage: `scores.x > 80` can never be"},
    {EVENTS TRAITS STAGE("enter: { all: [ { not: { any: [ { when: person.ok }, { when: \"!person.ok\" } ] } } ] }"), 3,
     53, "nobody can reach this stage: `person.ok` contradicts `!person.ok`"},
    {EVENTS TRAITS "funnels: { f: { stages: { A: { on: a } }, exits: { e: { when: person.rank > 5 } } } }\n", 3, 63,
     "nobody can leave by this exit: `person.rank > 5` can never be"},
    {EVENTS TRAITS "audience: { all: [ { when: person.role == \"cfo\" }, { when: person.role == \"cto\" } ] }\n", 3, 11,
     "nobody can be of this audience: `person.role == \"cto\"` contradicts `person.role == \"cfo\"`"},
    {EVENTS STAGE("enter: { did: b, since: entered(C) } }, C: { on: b"), 2, 41,
     "a circle: `B` needs what happens since the entry of `C`, which cannot come before it"},
    {EVENTS "signals: { x: { did: b, since: entered(C) } }\n" STAGE("enter: { when: signals.x > 1 } }, C: { on: b"), 3,
     41, "a circle: `B` needs what happens since the entry of `C`, which cannot come before it"},
    {EVENTS STAGE("enter: { did: b, since: entered(g.D) } } } }, g: { stages: { C: { on: a }, D: { enter: { did: b, "
                  "since: entered(f.B) }"),
     2, 121, "a circle: `D` needs what happens since the entry of `B`, which cannot come before it"},
    {"dimensions: { x: { he: a } }\n", 1, 15, "`x` must say one thing it is made of"},
    {EVENTS TRAITS "dimensions: { x: { value: person.role, first_touch: context.campaign.source } }\n", 3, 15,
     "`x` must say one thing it is made of"},
    {TRAITS "dimensions: { x: { value: person.rol } }\n", 2, 27,
     "there is no `person.rol` [did you mean `person.role`?]"},
    {TRAITS "dimensions: { x: { value: person.rank > 3 } }\n", 2, 27,
     "there is no `person.rank > 3` [did you mean `person.rank`?]"},
    {TRAITS "dimensions: { x: { value: account.pains } }\n", 2, 27, "`account.pains` is declared list"},
    {TRAITS "dimensions: { x: { value: account.size, bands: [10, 5] } }\n", 2, 53, "bands out of order: 5 after 10"},
    {TRAITS "dimensions: { x: { value: person.role, bands: [1, 2] } }\n", 2, 47, "these values are no numbers"},
    {EVENTS "dimensions: { x: { first_touch: c.n } }\n", 2, 33, "there is no event `c`"},
    {"dimensions: { x: { first_touch: context.campain.source } }\n", 1, 33,
     "there is no usual field `context.campain.source` [did you mean `context.campaign.source`?]"},
    {EVENTS STAGE("on: b") "kpis: { A>C: { failing: 50% } }\n", 3, 9, "the funnel `f` has no stage `C`"},
    {EVENTS STAGE("on: b") "kpis: { B>A: { failing: 50% } }\n", 3, 9, "`B` is not before `A`"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { failing: 50%, good: 40% } }\n", 3, 36,
     "bands out of order: good lies below failing"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { good: 50%, excellent: 40% } }\n", 3, 38,
     "bands out of order: excellent lies below good"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { wanted: [45%, 25%] } }\n", 3, 24,
     "bands out of order: the wanted range is empty"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { wanted: 25% } }\n", 3, 24, "a wanted range is two percentages"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { wanted: [25%, 45%], good: 30% } }\n", 3, 24,
     "two kinds of bands for one rate"},
    {EVENTS STAGE("on: b") "kpis: { A>B: {} }\n", 3, 14, "this kpi sets no level"},
    {EVENTS STAGE("on: b") "kpis: { landng: {} }\n", 3, 9,
     "`landng` is neither landing nor STAGE>STAGE [did you mean `landing`?]"},
    {EVENTS "kpis: { A>B: { good: 3% } }\n", 2, 9, "there is no funnel this could be measured in"},
    {EVENTS "kpis: { A>B: { good: 3% }, B>C: { good: 3% } }\n", 2, 9, "there is no funnel this could be measured in"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { good: 3% } }\nreport: { funnel: g }\n", 4, 19, "there is no funnel `g`"},
    {EVENTS STAGE("on: b") "kpis: { A>B: { good: 3% }, \"A > B\": { good: 4% } }\n", 3, 28,
     "this transition has two kpis"},
    {EVENTS STAGE("on: b") "kpis: { landing: { rate: visitor > A } }\n", 3, 9,
     "no event says who is a visitor; what cannot be measured is no conversion"},
    {EVENTS STAGE("on: b") "kpis: { landing: { rate: A > B, visitor: a } }\n", 3, 26,
     "`A > B` is not the rate of visitors who reach a stage"},
    {EVENTS "sequence: { step: n }\n", 2, 11, "the sequence does not say which event is a mail sent"},
    {EVENTS "sequence: { sent: a }\n", 2, 11, "the sequence does not say which mail is which"},
    {EVENTS "sequence: { sent: a, step: s }\n", 2, 28, "`s` is declared string"},
    {EVENTS "sequence: { sent: a, opened: b, step: n }\n", 2, 39, "`b` has no property `n`"},
    {EVENTS "sequence: { sent: a, step: n, name: x }\n", 2, 37, "no property tells this sequence from others"},
    {EVENTS STAGE("on: b") "sequence: { sent: a, step: n, until: C }\n", 3, 38, "the funnel `f` has no stage `C`"},
    {"channels: { by: source }\n", 1, 17, "there is no dimension `source`"},
    {EVENTS "dimensions: { source: { first_touch: context.campaign.source } }\nchannels: { revenue: won.amont }\n", 3,
     22, "`won` has no property `amont`"},
    {EVENTS "dimensions: { source: { first_touch: context.campaign.source } }\nchannels: { revenue: won.reason }\n", 3,
     22, "`won.reason` is declared string"},
    {EVENTS
     "dimensions: { source: { first_touch: context.campaign.source } }\nchannels: { credit: position 40/20/50 }\n",
     3, 21, "`position 40/20/50` is no way to share credit"},
    {EVENTS STAGE("on: b") "report: { funnel: g }\n", 3, 19, "there is no funnel `g`"},
    {"report: { basis: cohorts }\n", 1, 18, "basis cannot be `cohorts` [did you mean `cohort`?]"},
    {"report: { period: 2026-13 }\n", 1, 19, "`2026-13` is no period"},
    {"report: { period: 2026-02-01..2026-01-01 }\n", 1, 19, "`2026-02-01..2026-01-01` is no period"},
    {"report: { compare: last week }\n", 1, 20, "`last week` is no period"},
    {"report: { as_of: yesterday }\n", 1, 18, "`yesterday` is no date or time"},
    {EVENTS STAGE("on: b") "report: { through: C }\n", 3, 20, "the funnel `f` has no stage `C`"},
    {"report: { min_n: 0 }\n", 1, 18, "min_n must be from 1 to 1000000"},
};

static bool earlier(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static void check_row(size_t index, const struct row *row)
{
    struct diagnostics diagnostics;
    struct buffer text, said;
    diagnostics_init(&diagnostics);
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_init(&said, BUFFER_NO_LIMIT);
    bool whole = row->yaml[0] == '!';
    buffer_text(&text, row->yaml + (whole ? 1 : 0));
    if (!whole) buffer_text(&text, "masa: 1\n");
    struct definition_file *file = definition_parse(buffer_slice(&text), "bad.yaml", &diagnostics);
    if (file || !diagnostics.list.count) fail_msg("row %zu was not refused: %s", index, row->yaml);
    const struct diagnostic *first = &diagnostics.list.at[0];
    for (size_t i = 1; i < diagnostics.list.count; i++)
        if (earlier(&diagnostics.list.at[i], first)) first = &diagnostics.list.at[i];
    buffer_add(&said, first->message);
    if (first->hint.len) buffer_printf(&said, " [%.*s]", SLICE_ARG(first->hint));
    bool place = first->line == row->line && first->column == row->column;
    if (!place || !slice_starts(buffer_slice(&said), slice_from(row->said)))
        fail_msg("row %zu: got %d:%d: %.*s\nwanted %d:%d: %s\nof %s", index, first->line, first->column, (int)said.len,
                 said.data, row->line, row->column, row->said, row->yaml);
    buffer_release(&said);
    buffer_release(&text);
    diagnostics_release(&diagnostics);
}

static void each_is_refused_at_its_place(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(i, &rows[i]);
}

static size_t errors_of(struct slice text, const char *first)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics);
    struct definition_file *file = definition_parse(text, "bad.yaml", &diagnostics);
    assert_null(file);
    bool found = false;
    for (size_t i = 0; i < diagnostics.list.count; i++)
        found = found || slice_starts(diagnostics.list.at[i].message, slice_from(first));
    if (!found) fail_msg("nothing said begins with: %s", first);
    size_t count = diagnostics.error_count;
    diagnostics_release(&diagnostics);
    return count;
}

/* Nobody wants to meet mistakes one by one. */
static void all_are_found_in_one_run(void **state)
{
    size_t count = errors_of(SLICE("masa: 1\n" EVENTS TRAITS "signals: { x: { did: c }, y: { did: a, sum: s } }\n"
                                   "scores: { s: { terms: [ { id: p, points: person.rnk } ] } }\n"
                                   "funnels: { f: { stages: { A: { on: aa }, B: { enter: account.sise > 3 }, C: {},\n"
                                   "  D: { enter: person.rnk == foo(1) } } } }\n"
                                   "report: { period: soon }\n"),
                             "there is no `account.sise`");
    assert_int_equal(count, 9);
}

static void there_are_limits(void **state)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_text(&text, "masa: 1\ntraits: { person: {");
    for (int i = 0; i < 513; i++) buffer_printf(&text, " t%d: int,", i);
    buffer_text(&text, " } }\n");
    errors_of(buffer_slice(&text), "the rules of the kind person read more than 512 values");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\nevents: { a: {} }\nfunnels: { f: { stages: {");
    for (int i = 0; i < 65; i++) buffer_printf(&text, " S%d: { on: a },", i);
    buffer_text(&text, " } } }\n");
    errors_of(buffer_slice(&text), "a funnel has at most 64 stages");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\ntraits: { person: { r: { one_of: [");
    for (int i = 0; i < 1001; i++) buffer_printf(&text, " c%d,", i);
    buffer_text(&text, " ] } } }\n");
    errors_of(buffer_slice(&text), "choices: 1001 of them, and 1000 are the most");
    buffer_clear(&text);
    buffer_text(&text, "masa: 1\n");
    for (int i = 0; i < 2000; i++) buffer_printf(&text, "k%d: 1\n", i);
    assert_int_equal(errors_of(buffer_slice(&text), "there are more errors than 1000"), 1001);
    buffer_release(&text);
}

static void a_text_cannot_include(void **state)
{
    errors_of(SLICE("masa: 1\ninclude: [more.yaml]\n"), "a text on its own cannot include files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_at_its_place),
        cmocka_unit_test(all_are_found_in_one_run),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(a_text_cannot_include),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
